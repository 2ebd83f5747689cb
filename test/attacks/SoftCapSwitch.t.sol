// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {MarketParams, Mode} from "../../contracts/Ledger.sol";
import {accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId} from "../../contracts/types/MarketId.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Actor} from "../base/Fixture.sol";
import {Fill, Match} from "../base/Packing.sol";
import {Attack} from "./Attack.sol";

/// @title Open interest pushed above the soft cap
/// @custom:source Class: a limit on growth that also binds those who clean up; found in a review of this venue
/// @notice The attacker trades interest up to the cap, so that whoever takes over a liquidated position needs up to
/// 100% margin, and the vault, which is funded to the base rate, cannot take it at all.
contract SoftCapSwitchAttack is Attack {
    Actor internal loser;
    Actor internal keeper;
    Actor internal counterparty;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        loser = _honest("loser", 32_000);
        keeper = _honest("keeper", 60_000);
        counterparty = _honest("counterparty", 5_000_000);
        _trade(loser, counterparty, btc, 10e9, 60_000e18);
        _cap(9e9, 30e9);
        (Actor memory a, Actor memory b) = (_attacker("a", 5_000_000), _attacker("b", 5_000_000));
        _begin();
        _trade(a, b, btc, 19e9, 60_000e18); // interest 29 of 30: the next increase needs 95%
        _creep(btc, 58_300e18);
    }

    function test_theVaultStillTakesOver() public {
        (bool ok, ) = _tryLiquidateToVault(keeper, loser.id, btc);
        vm.assertTrue(ok, "the vault");
        vm.assertGt(_size(accountOf(vault.owner, GroupId.unwrap(solo)), btc), 0);
        (int256 gain, int256 loss) = _report("open interest pushed to the cap");
        vm.assertLt(gain, 0, "fees");
        vm.assertLt(loss, 0);
    }

    function test_aKeepersAccountTakesOver_atTheBaseRate() public {
        (bool ok, ) = _tryLiquidate(keeper, loser.id, btc, type(uint256).max);
        vm.assertTrue(ok);
        vm.assertGt(_size(keeper.id, btc), 0);
    }

    function test_makersTakeOver_atTheBaseRate() public {
        Fill[] memory fills = _makerFill(keeper, btc, 10e9, 58_300e18);
        venue.liquidate(loser.id, btc, 0, _pack(fills));
        vm.assertGt(_size(keeper.id, btc), 0);
    }

    /// A cap below the present interest stops what would raise it, and no liquidation by any way.
    function test_aCapBelowThePresentInterest_stopsNoLiquidation() public {
        _cap(1e9, 2e9);
        uint256 start = vm.snapshotState();
        (bool ok, ) = _tryLiquidateToVault(keeper, loser.id, btc);
        vm.assertTrue(ok, "the vault");
        vm.revertToState(start);
        test_aKeepersAccountTakesOver_atTheBaseRate();
        vm.revertToState(start);
        test_makersTakeOver_atTheBaseRate();
        (, bytes4 reason) = _tryTrade(keeper, counterparty, btc, 1e6, 58_300e18);
        vm.assertEq(bytes32(reason), bytes32(ITrading.OpenInterestCapReached.selector), "an increase");
    }

    function test_theInventoryIsSold_atTheBaseRate() public {
        _tryLiquidateToVault(keeper, loser.id, btc);
        _cap(1e9, 2e9);
        skip(1 hours);
        venue.poke(solo);
        vm.prank(keeper.owner);
        venue.buyInventory(btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        vm.assertGt(_size(keeper.id, btc), 0);
    }

    /// A fill that passes a position on raises nothing either; one that opens both sides does, be it by little.
    function test_fills_onlyWhatRaisesTheInterestMeetsTheRate() public {
        _cap(9e9, 29e9);
        Actor memory fresh = _honest("fresh", 60_000);
        _trade(fresh, counterparty, btc, -5e9, 58_300e18); // fresh opens shorts, the counterparty closes its own
        vm.assertEq(_size(fresh.id, btc), -5e9);
        Actor memory another = _honest("another", 60_000);
        (, bytes4 reason) = _tryTrade(another, counterparty, btc, -5e9 - 1e6, 58_300e18);
        vm.assertEq(bytes32(reason), bytes32(ITrading.OpenInterestCapReached.selector), "a little more");
    }

    /// The taker is judged by the whole match, strict or not: what its first fill lowered, a later one may raise again.
    function test_aMatch_isJudgedByWhatItRaisesInAll() public {
        Actor memory opener = _honest("opener", 5_000_000);
        for (uint256 strict; strict < 2; ++strict) {
            uint256 start = vm.snapshotState();
            _cap(9e9, 40e9);
            Match[] memory m = new Match[](1);
            m[0].taker = _sign(opener, _order(opener, btc, -1e9, 58_300e18, true));
            m[0].fills = _makerFill(counterparty, btc, 1e9, 58_300e18);
            venue.settle(_pack(m, strict == 1));
            vm.assertEq(_size(opener.id, btc), -1e9);
            vm.revertToState(start);
        }
    }

    /// The raised rate is asked for at the fill, not afterwards: margin that is lent for one transaction passes it.
    /// Bound: initial margin at the base rate, and never above the hard cap.
    function test_borrowedMargin_passesTheRaisedRate_andLeavesTheBaseRate() public {
        Actor memory taker = _attacker("taker", 10_000);
        _cap(9e9, 31e9);
        (, bytes4 reason) = _tryTrade(taker, counterparty, btc, 1e9, 58_300e18);
        vm.assertEq(bytes32(reason), bytes32(ITrading.InsufficientMargin.selector));

        uint256 lent = 60_000 * TOKEN;
        _fund(taker.id, lent);
        Actor memory other = _actor("other", 1_000_000);
        _trade(taker, other, btc, 1e9, 58_300e18);
        vm.prank(taker.owner);
        venue.withdraw(0, lent, taker.owner);
        vm.assertEq(token.balanceOf(taker.owner), lent, "not paid back");
        vm.assertGe(_equity(taker.id), (58_300e9 * 5) / 100, "initial margin at the base rate");
    }

    function _cap(uint256 soft, uint256 hard) private {
        MarketParams memory p = _marketParams();
        (p.softCap, p.hardCap) = (uint72(soft), uint72(hard));
        venue.setMarketParams(btc, p);
    }
}
