// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Selling to one's own second account below initial margin
/// @custom:source Euler, 13 March 2023: an account made itself insolvent on purpose, and its owner's other account took
/// the collateral
/// @notice A loser sells below the mark to an account of the same person, keeps the discount there, and leaves the debt
/// to the venue.
contract SecondAccountSaleAttack is Attack {
    Actor internal loser;
    Actor internal second;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        (loser, second) = (_attacker("loser", 31_000), _attacker("second", 200_000));
        Actor memory maker = _honest("maker", 1_000_000);
        _trade(loser, maker, btc, 10e9, 60_000e18);
        _begin();
    }

    /// Any discount, any state of the loser: what the rule lets through leaves no debt.
    function testFuzz_secondAccountSale_leavesNoDebt(uint256 mark, uint256 discount, uint256 size) public {
        mark = bound(mark, 56_950e18, 60_000e18);
        discount = bound(discount, 0, 20_000);
        size = bound(size, 1e8, 10e9);
        _creep(btc, mark);
        if (_equity(loser.id) < 0) return;
        uint256 price = (mark * (1e6 - discount)) / 1e6;
        (bool ok, ) = _tryTrade(second, loser, btc, int256(size), price);
        if (ok) vm.assertGe(_equity(loser.id), 0, "it left a debt");
        else vm.assertGt(discount, 0, "a sale at mark was refused");
    }

    function test_secondAccountSale_isRefusedBeyondTheEquity_andMovesOnlyHisOwn() public {
        _creep(btc, 57_500e18); // equity about 1% of notional
        int256 paper = _change().attacker;
        (, bytes4 reason) = _tryTrade(second, loser, btc, 10e9, (57_500e18 * 98) / 100);
        vm.assertEq(bytes32(reason), bytes32(ITrading.InsufficientMargin.selector), "at 2% below the mark");
        (bool ok, ) = _tryTrade(second, loser, btc, 10e9, (57_500e18 * 992) / 1_000);
        vm.assertTrue(ok, "within his own equity he may");
        vm.assertGe(_equity(loser.id), 0, "no debt is left");
        _tryWithdraw(loser, type(uint256).max);
        // Bound: zero beyond the move of the mark itself, which the attacker lost to the maker before.
        (int256 gain, int256 loss) = _reportBeyond("sale to one's own second account", paper);
        vm.assertLe(gain, 0, "the attacker gained");
        vm.assertLe(loss, 0, "the honest lost");
    }

    /// Liquidating oneself for the discount: what the keeper's account gets, the liquidated account had.
    function test_selfLiquidation_paysTheVenueAndNobodyElse() public {
        _creep(btc, 58_500e18); // about 2.7%: below maintenance margin
        int256 paper = _change().attacker;
        (bool ok, ) = _tryLiquidate(second, loser.id, btc, type(uint256).max);
        vm.assertTrue(ok, "he liquidates himself");
        (int256 gain, int256 loss) = _reportBeyond("liquidating oneself for the discount", paper);
        vm.assertLt(gain, 0, "the vault's share of the discount is gone for him");
        vm.assertLt(loss, 0, "the honest lost");
    }
}
