// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccounts} from "../../contracts/interfaces/IAccounts.sol";
import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Withdrawing in front of a liquidation
/// @custom:source Hyperliquid, ETH, 12 March 2025: a trader withdrew the gains of a large long, so that its liquidation
/// was left to the vault at a loss
/// @notice The attacker is in profit, takes out everything that margin lets him, and leaves a thin position for the
/// fall.
contract WithdrawBeforeLiquidationAttack is Attack {
    Actor internal attacker;
    Actor internal counterparty;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        (attacker, counterparty) = (_attacker("attacker", 500_000), _honest("counterparty", 2_000_000));
        _trade(attacker, counterparty, btc, 40e9, 60_000e18);
        _creep(btc, 63_000e18); // 120,000 of paper gain
    }

    /// Bound: what is left covers initial margin, so a fall costs others at most what it is beyond that.
    function test_withdraw_leavesInitialMargin_andPaperGainsStay() public {
        _tryWithdraw(attacker, type(uint256).max);
        uint256 margin = uint256(_equity(attacker.id));
        vm.assertGe(int256(margin), (_notional(40e9, 63_000e18) * 5) / 100, "below initial margin");
        vm.assertGe(int256(margin), 120_000e9, "paper gains left");
        (, bytes4 reason) = _tryWithdraw(attacker, 1_000);
        vm.assertEq(bytes32(reason), bytes32(IAccounts.InsufficientWithdrawable.selector), "once more");

        _begin();
        _jumpAndSettle(btc, 56_000e18, attacker.id);
        int256 beyond = _notional(40e9, 7_000e18) - int256(margin);
        vm.assertEq(_change().attacker, -int256(margin), "he lost what he left");
        vm.assertGe(_change().traders, int256(margin), "the counterparty did not get the margin");
        // Had he not withdrawn, he would have borne the whole fall, and paid it to the counterparty.
        (int256 gain, int256 loss) = _reportBeyond(
            "withdrawing in front of a liquidation, a fall of 11%",
            -_notional(40e9, 7_000e18)
        );
        vm.assertLe(loss, beyond, "the honest paid more than the fall beyond the margin");
        vm.assertLe(gain, beyond, "the attacker kept more than that");
    }

    /// In the very jump it is too late.
    function test_withdraw_isClosedFromTheGapOn() public {
        _begin();
        _setPrice(btc, 60_000e18);
        int256 paper = _change().attacker;
        (, bytes4 reason) = _tryWithdraw(attacker, 1);
        vm.assertEq(bytes32(reason), bytes32(IDeleveraging.GapOpen.selector), "at the gap");
        vm.prank(attacker.owner);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GapOpen.selector, solo));
        venue.transfer(0, 1, Money.wrap(1));
        venue.poke(solo);
        (, reason) = _tryWithdraw(attacker, 1);
        vm.assertEq(bytes32(reason), bytes32(IDeleveraging.GroupLocked.selector), "in the lock");
        (int256 gain, int256 loss) = _reportBeyond("withdrawing after the gap", paper);
        vm.assertEq(gain, 0, "the attacker gained");
        vm.assertEq(loss, 0, "the honest lost");
    }
}
