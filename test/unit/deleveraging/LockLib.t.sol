// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../../../contracts/interfaces/IDeleveraging.sol";
import {IGovernance} from "../../../contracts/interfaces/IGovernance.sol";
import {VenueParams, Mode, PauseLevel, Phase} from "../../../contracts/Ledger.sol";
import {Quote} from "../../../contracts/prices/MarkLib.sol";
import {MarketId} from "../../../contracts/types/MarketId.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Actor, Fixture} from "../../base/Fixture.sol";

/// @notice When anchors move, and how long a lock takes.
contract LockLibTest is Fixture {
    Actor internal alice;
    Actor internal bob;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        alice = _actor("alice", 10_000);
        bob = _actor("bob", 1_000_000);
    }

    function test_anchors_waitWhileLiquidationsArePaused_andForTheGraceAfter() public {
        _settleAnchors(solo);
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 1 hours);
        _setPrice(btc, 60_500e18);
        skip(120);
        venue.poke(solo);
        vm.assertEq(_market(btc).recordedMark, 60_000e18, "paused");
        skip(1 hours + 600 - 121);
        venue.poke(solo);
        vm.assertEq(_market(btc).recordedMark, 60_000e18, "a second before the grace is over");
        skip(1);
        venue.poke(solo);
        vm.assertEq(_market(btc).recordedMark, 60_500e18);
    }

    function test_anchor_isTheMarkOfALockDelayAgo() public {
        _settleAnchors(solo);
        _setPrice(btc, 60_500e18);
        skip(119);
        venue.poke(solo);
        vm.assertEq(_market(btc).recordedMark, 60_000e18, "a second early");
        skip(1);
        venue.poke(solo);
        vm.assertEq(_market(btc).recordedMark, 60_500e18);
        vm.assertEq(_market(btc).anchor, 60_000e18);
        skip(120);
        venue.poke(solo);
        vm.assertEq(_market(btc).anchor, 60_500e18);
    }

    /// Whoever moves the anchors is himself tested at the new ones.
    function test_sync_movesTheAnchorsOfTheQuotesInTheHandToo() public {
        _settleAnchors(solo);
        _setPrice(btc, 60_500e18);
        skip(120);
        venue.poke(solo);
        _setPrice(btc, 60_900e18);
        skip(120);
        bytes memory answer = _look(abi.encodeCall(lens.quotesAfterSync, (solo)));
        (Quote[] memory used, Quote[] memory read) = abi.decode(answer, (Quote[], Quote[]));
        vm.assertEq(Price.unwrap(used[0].anchor), 60_500e18);
        vm.assertEq(Price.unwrap(used[0].recordedMark), 60_900e18);
        vm.assertEq(abi.encode(used), abi.encode(read));
    }

    function test_gapLevel_risesWithLocksInTheCalmPeriod_andFallsWithEveryCalmOne() public {
        vm.assertEq(_lockAndEnd(), 0);
        for (uint256 level = 1; level <= 4; ++level) vm.assertEq(_lockAndEnd(), level, "a lock soon after the last");
        vm.assertEq(_lockAndEnd(), 4, "at most four times");
        skip(2 * 1800 - 120);
        vm.assertEq(_lockAndEnd(), 3, "one calm period");
        skip(2 * 1800);
        vm.assertEq(_lockAndEnd(), 1, "two more");
        skip(5 * 1800);
        vm.assertEq(_lockAndEnd(), 0, "never below none");
    }

    function test_absorb_withoutAGap_locksFromTheMinimumDebtOn() public {
        _trade(alice, bob, btc, 3e9, 60_000e18);
        while (_equity(alice.id) >= 0) {
            _settleAnchors(solo);
            _setPrice(btc, (_price(btc) * 995) / 1_000);
        }
        uint256 debt = uint256(-_equity(alice.id));
        VenueParams memory p = _venueParams();
        p.minDebt = uint48(debt + 1);
        venue.setVenueParams(p);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.DebtTooSmall.selector, solo, debt, debt + 1));
        venue.absorb(solo, _list(alice.id));
        p.minDebt = uint48(debt);
        venue.setVenueParams(p);
        venue.absorb(solo, _list(alice.id));
        vm.assertEq(uint256(_group(solo).deficit), debt);
    }

    function test_unlock_forgetsTheDeficit() public {
        _sinkSlowly(alice);
        vm.assertGt(uint256(_group(solo).deficit), 0);
        skip(120);
        venue.deleverage(solo, 100);
        vm.assertEq(uint256(_group(solo).deficit), 0);
        vm.assertEq(uint256(_group(solo).absorbed), 0);
    }

    function test_absorb_clearsThePositionsSlot() public {
        _sinkSlowly(alice);
        vm.assertEq(_positionWord(alice.id, btc), 0);
        vm.assertNotEq(_positionWord(bob.id, btc), 0);
    }

    /// What is left of a deposit at r < 1 is lost with the rest, and no longer counts as protected.
    function test_absorb_endsTheProtectionOfADeposit() public {
        venue.setVaultBudget(solo, 0);
        _sinkSlowly(alice);
        skip(120);
        venue.deleverage(solo, 100);
        vm.assertLt(venue.recoveryRate(), 1e18);
        Actor memory late = _actor("late", 10_000);
        vm.assertEq(_recovery().protectedCash, 10_000 * QUOTE);
        _sinkSlowly(late);
        vm.assertEq(_recovery().protectedCash, 0);
        vm.assertFalse(_account(late.id).hasProtected);
    }

    /// A shortfall of another group changes what a protected deposit is worth, but nobody's cash: who owes, owes the
    /// same.
    function test_absorb_findsTheSameDebtAfterAnotherGroupsShortfall() public {
        venue.setVaultBudget(solo, 0);
        venue.setVaultBudget(quad, 0);
        _sinkSlowly(alice);
        skip(120);
        venue.deleverage(solo, 100);
        Actor memory late = _actor("late", 10_000);
        _openAndSink(late, bob, btc);

        Actor memory other = _actor("other", 10_000);
        MarketId market = quad.market(0);
        _openAndSink(other, _actor("carol", 1_000_000), market);
        venue.absorb(quad, _list(other.id));
        skip(120);
        int256 equity = _equity(late.id);
        venue.deleverage(quad, 100);
        vm.assertEq(_equity(late.id), equity);
        venue.absorb(solo, _list(late.id));
        vm.assertEq(int256(uint256(_group(solo).deficit)), -equity);
    }

    /// Without a gap, and nobody liquidates.
    function _sinkSlowly(Actor memory actor) private {
        _openAndSink(actor, bob, btc);
        venue.absorb(solo, _list(actor.id));
    }

    function _openAndSink(Actor memory actor, Actor memory against, MarketId market) private {
        _trade(actor, against, market, int256(uint256(180_000e27) / _price(market)), _price(market));
        for (uint256 i; i < 8; ++i) {
            _settleAnchors(market.group());
            _setPrice(market, (_price(market) * 99) / 100);
        }
    }

    function test_absorb_waitsForAPauseOfLiquidations() public {
        _trade(alice, bob, btc, 3e9, 60_000e18);
        _settleAnchors(solo);
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 1 hours);
        _setPrice(btc, 50_000e18);
        uint256 from = block.timestamp + 1 hours + 600;
        vm.expectRevert(abi.encodeWithSelector(IGovernance.LiquidationsPaused.selector, from));
        venue.absorb(solo, _list(alice.id));
    }

    /// @return level Of the gap threshold in that lock.
    function _lockAndEnd() private returns (uint256 level) {
        uint256 mark = _price(btc);
        _setPrice(btc, mark > 60_000e18 ? (mark * 90) / 100 : (mark * 110) / 100);
        venue.poke(solo);
        vm.assertTrue(_group(solo).phase == Phase.LOCKED);
        level = _group(solo).gapLevel;
        skip(120);
        venue.poke(solo);
        vm.assertTrue(_group(solo).phase == Phase.NORMAL);
    }
}
