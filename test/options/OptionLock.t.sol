// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {IOptionDeleveraging} from "../../contracts/interfaces/IOptionDeleveraging.sol";
import {ILiquidation} from "../../contracts/interfaces/ILiquidation.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {OptionSandboxActions} from "../../contracts/mocks/OptionSandboxActions.sol";
import {SeriesView, Worth} from "../../contracts/mocks/OptionSandboxViews.sol";
import {SeriesId} from "../../contracts/options/SeriesId.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {GroupId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Price} from "../../contracts/types/Price.sol";
import {OptionFixture} from "./OptionFixture.sol";
import {flatSmile} from "./Parameters.sol";

/// @notice Lock, absorb, settlement and collect of an option group: the cases that were thought of.
contract OptionLockTest is OptionFixture {
    AccountId internal maker;
    AccountId internal alice;
    AccountId internal bob;

    function setUp() public {
        _deploy();
        maker = _account(1, 1_000_000);
        alice = _account(2, 0);
        bob = _account(3, 0);
    }

    function _fund(AccountId id, int256 nano) internal {
        venue.fund(id, Money.wrap(nano));
    }

    function _absorbAndSettle(AccountId id) internal returns (int256 deficit, int256 shortfall) {
        int256 before = _shortfall();
        venue.absorb(group, _list(id));
        deficit = Money.unwrap(_group().deficit);
        skip(120);
        venue.deleverage(group, 1_000);
        shortfall = _shortfall() - before;
    }

    // ------------------------------------------------------------------ anchors and gaps

    function test_sync_movesAnchorsOn_whenDueAndFresh() public {
        uint40 recorded = _group().recorded.time;
        skip(119);
        venue.poke(group);
        vm.assertEq(_group().recorded.time, recorded, "not due");
        skip(1);
        venue.poke(group);
        vm.assertEq(_group().recorded.time, uint40(block.timestamp));
        vm.assertEq(_group().anchor.time, recorded);
        source.set(SPOT, IPriceSource.Status.STALE);
        skip(120);
        venue.poke(group);
        vm.assertEq(_group().anchor.time, recorded, "a stale price moves nothing");
    }

    function test_gap_ofPrice_levelOrFixedPrice_locks() public {
        uint256 state = vm.snapshotState();
        _setSpot((SPOT * 97) / 100);
        venue.poke(group);
        vm.assertEq(_group().phase, 1, "price");
        vm.revertToState(state);
        venue.postLevel(group, 86 * (LEVEL / 100));
        venue.poke(group);
        vm.assertEq(_group().phase, 1, "level");
        vm.revertToState(state);
        venue.postLevel(group, 88 * (LEVEL / 100));
        venue.poke(group);
        vm.assertEq(_group().phase, 0, "within the level's gap");
        vm.revertToState(state);
        vm.warp(START + WEEK);
        venue.poke(group);
        vm.assertEq(_group().recorded.time, uint40(START + WEEK - 1), "no factors pass what is not fixed");
        venue.fixPrice(group, 0, uint80((SPOT * 95) / 100));
        venue.poke(group);
        vm.assertEq(_group().phase, 1, "a fixed price");
        skip(120);
        venue.poke(group);
        vm.assertEq(_group().phase, 0, "over");
        venue.poke(group);
        vm.assertEq(_group().phase, 0, "both are past it, so it is no gap any more");
    }

    /// Locks that follow on each other widen a gap: 2%, 4%, then 8%, but never beyond what the scenarios move, 16% of a
    /// future: 7.4% of the later price.
    function test_gap_isNeverWiderThanTheScenariosBear() public {
        uint256 spot = SPOT;
        for (uint256 i; i < 3; ++i) {
            spot = (spot * 91) / 100;
            _setSpot(spot);
            venue.poke(group);
            vm.assertEq(_group().phase, 1, "locked");
            skip(120);
            venue.poke(group);
            vm.assertEq(_group().phase, 0, "over");
        }
        uint256 state = vm.snapshotState();
        _setSpot((spot * 935) / 1_000);
        venue.poke(group);
        vm.assertEq(_group().phase, 0, "6.95% of the later price");
        vm.revertToState(state);
        _setSpot((spot * 928) / 1_000);
        venue.poke(group);
        vm.assertEq(_group().phase, 1, "7.76%");
    }

    /// @dev Does this price of ladder 0 lock, and not one a unit nearer to 3,000?
    function _fixedPriceLocksFrom(uint256 price) private {
        uint256 state = vm.snapshotState();
        venue.fixPrice(group, 0, uint80(price > SPOT ? price - 1 : price + 1));
        venue.poke(group);
        vm.assertEq(_group().phase, 0, "no gap yet");
        vm.revertToState(state);
        venue.fixPrice(group, 0, uint80(price));
        venue.poke(group);
        vm.assertEq(_group().phase, 1, "a gap");
        vm.revertToState(state);
    }

    /// 2% of the fixed price: from the anchor, and from recorded factors before the expiry, but not from later ones.
    function test_gap_ofAFixedPrice_toTheUnit() public {
        vm.warp(START + WEEK - 60);
        _settleAnchors(); // one of the factors is of a minute after the expiry, as nothing can be fixed
        vm.warp(START + WEEK + 200);
        _fixedPriceLocksFrom(3_061_224_489_795_918_367_347);
        _fixedPriceLocksFrom(2_941_176_470_588_235_294_117);
    }

    function test_gap_ofAFixedPrice_isNotMeasuredFromLaterFactors() public {
        vm.warp(START + WEEK + 1);
        venue.fixPrice(group, 0, uint80(SPOT));
        _setSpot((SPOT * 1_015) / 1_000);
        skip(120);
        venue.poke(group); // recorded: past the expiry, 1.5% above
        vm.assertTrue(_group().recorded.time > START + WEEK && _group().anchor.time < START + WEEK, "one of them");
        _setSpot((SPOT * 1_005) / 1_000);
        venue.poke(group);
        vm.assertEq(_group().phase, 0, "no gap");
        venue.list(group, 0, uint40(START + 3 * WEEK), 2_300e18, 100e18, flatSmile(6_000, 0));
    }

    function test_gap_withoutAFreshPrice_isNone() public {
        source.set((SPOT * 80) / 100, IPriceSource.Status.STALE);
        venue.postLevel(group, LEVEL / 2);
        venue.poke(group);
        vm.assertEq(_group().phase, 0);
    }

    function test_lock_withoutDefaults_endsAtTheFrozenFactors() public {
        _setSpot((SPOT * 95) / 100);
        venue.poke(group);
        _setSpot((SPOT * 94) / 100);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GroupLocked.selector, group, block.timestamp + 120));
        venue.fill(maker, alice, _perpetual(), BASE, SPOT);
        skip(120);
        venue.poke(group);
        vm.assertEq(_group().phase, 0);
        vm.assertEq(_group().anchor.spot, (SPOT * 95) / 100, "not the price of now");
    }

    // ------------------------------------------------------------------ pinned: time and expiry

    /// Minutes before the expiry, a margined long of calls at the money: time alone takes more than its margin. What
    /// the shorts gained by it pays for all; at the present clock nobody would have gained anything.
    function test_timeAlone_defaultsAMarginedLong_andWhoGainedPaysAll() public {
        vm.warp(START + WEEK - 1_000);
        _settleAnchors();
        SeriesId series = _call(0, 7);
        _fund(alice, 1);
        _fill(alice, maker, series, 1_000 * BASE);
        vm.warp(START + WEEK - 30);
        Worth memory w = _worth(alice);
        SeriesView memory v = venue.seriesAt(series);
        int256 before = Money.unwrap(_worth(maker).atAnchor);
        (int256 deficit, int256 shortfall) = _absorbAndSettle(alice);
        vm.assertGt(deficit, 1_000 * int256(QUOTE), "more than a quote a contract");
        vm.assertEq(shortfall, 0);
        int256 gained = (Price.unwrap(v.anchor) - Price.unwrap(v.mark)) * 1_000; // a contract is 1e9 units of size
        vm.assertApproxEqAbs(deficit + Money.unwrap(w.atAnchor), gained / 1e9, 2, "capacity: what time took");
        vm.assertApproxEqAbs(Money.unwrap(_worth(maker).atRecorded), before + Money.unwrap(w.atAnchor), 4);
        _requireBalanced(series);
    }

    /// The price of an expiry between anchor and frozen factors is part of the jump, and is charged.
    function test_expiryBetweenAnchorAndFrozen_isAJumpLikeAnyOther() public {
        SeriesId series = _call(0, 9);
        vm.warp(START + WEEK - 600);
        _settleAnchors();
        _fund(bob, 100 * int256(QUOTE)); // bob sells calls 200 above spot
        _fill(maker, bob, series, 10 * BASE);
        _settleAnchors();
        vm.warp(START + WEEK + 60);
        venue.fixPrice(group, 0, 3_300e18);
        venue.poke(group); // 3,300 of 3,000 is a gap
        vm.assertEq(_group().phase, 1);
        vm.assertGt(_group().recorded.time, uint40(START + WEEK));
        int256 before = Money.unwrap(_worth(maker).atAnchor);
        (int256 deficit, int256 shortfall) = _absorbAndSettle(bob);
        vm.assertGt(deficit, 800 * int256(QUOTE), "100 a contract, less what he had");
        vm.assertEq(shortfall, 0);
        vm.assertGe(Money.unwrap(_worth(maker).atRecorded) + 4, before);
        _requireBalanced(series);
        // Closed now: the anchors are the frozen factors, and those are past it.
        venue.collect(maker, series.market());
        vm.assertEq(venue.seriesAt(series).openInterest, 0);
        _requireBalanced(series);
        vm.assertEq(_worth(maker).held, 0);
        vm.assertFalse(_worth(maker).isOpen);
    }

    /// Who was paid at once would take with him what the next lock has to charge him.
    function test_collect_waitsUntilBothFactorsArePastTheExpiry() public {
        SeriesId series = _call(0, 5);
        _fund(bob, 1_000_000_000_000);
        _fill(maker, bob, series, BASE);
        vm.warp(START + WEEK + 10);
        vm.expectRevert(abi.encodeWithSelector(IOptionDeleveraging.SeriesNotClosed.selector, series));
        venue.collect(maker, series.market());
        venue.fixPrice(group, 0, 3_010e18);
        vm.expectRevert(abi.encodeWithSelector(IOptionDeleveraging.SeriesNotClosed.selector, series));
        venue.collect(maker, series.market());
        venue.poke(group);
        vm.assertEq(_group().recorded.time, uint40(START + WEEK + 10), "one of them is past it");
        vm.expectRevert(abi.encodeWithSelector(IOptionDeleveraging.SeriesNotClosed.selector, series));
        venue.collect(maker, series.market());
        skip(120);
        venue.poke(group);
        Money before = _worth(maker).equity;
        venue.collect(maker, series.market());
        vm.assertEq(Money.unwrap(_worth(maker).equity), Money.unwrap(before), "the same, in cash");
        vm.assertEq(venue.seriesAt(series).estateLong, uint256(BASE), "in the estate until the short is collected");
        _requireBalanced(series);
        venue.collect(bob, series.market());
        vm.assertEq(venue.seriesAt(series).openInterest, 0);
        vm.assertEq(_group().live, 0);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.NoPosition.selector, bob, series));
        venue.collect(bob, series.market());
    }

    function test_collect_ofADebt_isForAbsorb() public {
        SeriesId series = _call(0, 7);
        _fund(bob, 50 * int256(QUOTE));
        _fill(bob, maker, series, BASE);
        vm.warp(START + WEEK + 10);
        venue.fixPrice(group, 0, 3_000e18);
        _settleAnchors();
        int256 equity = Money.unwrap(_worth(bob).equity);
        vm.assertLt(equity, 0);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.AccountInsolvent.selector, bob, equity));
        venue.collect(bob, series.market());
    }

    /// A lock that began before an expiry and ends after it: its factors stay those of its beginning.
    function test_lockAcrossAnExpiry_endsAtItsOwnFactors() public {
        SeriesId series = _put(0, 7);
        _fund(bob, 200 * int256(QUOTE));
        _fill(maker, bob, series, 30 * BASE);
        vm.warp(START + WEEK - 300);
        _settleAnchors();
        vm.warp(START + WEEK - 30);
        _setSpot((SPOT * 95) / 100);
        venue.poke(group);
        uint256 frozen = venue.seriesAt(series).mark.toUint();
        vm.warp(START + WEEK + 60);
        vm.assertEq(venue.seriesAt(series).mark.toUint(), frozen);
        venue.absorb(group, _list(bob));
        skip(120);
        venue.deleverage(group, 1_000);
        vm.assertEq(_shortfall(), 0);
        vm.assertEq(_group().anchor.time, uint40(START + WEEK - 30));
        _requireBalanced(series);
        // Only then is the price fixed: from the anchors of the lock it is one more jump.
        venue.fixPrice(group, 0, uint80((SPOT * 85) / 100));
        venue.poke(group);
        vm.assertEq(_group().phase, 1);
    }

    /// In a lock a series that is closed keeps its estate: its price does not move any more.
    function test_collectedAndNotCollected_inALock() public {
        SeriesId old = _call(0, 5);
        _fund(bob, 100_000 * int256(QUOTE));
        _fill(maker, bob, old, BASE);
        vm.warp(START + WEEK + 10);
        venue.fixPrice(group, 0, 3_010e18);
        _settleAnchors();
        venue.collect(maker, old.market());
        _fund(alice, 60 * int256(QUOTE));
        _fill(alice, maker, _future(1), BASE);
        _settleAnchors();
        _setSpot((SPOT * 95) / 100);
        venue.poke(group);
        int256 before = Money.unwrap(_worth(bob).equity);
        (, int256 shortfall) = _absorbAndSettle(alice);
        vm.assertEq(shortfall, 0);
        _requireBalanced(old);
        vm.assertEq(Money.unwrap(_worth(bob).equity), before);
        vm.assertEq(_size(bob, old), -int256(BASE), "nobody was torn up for it");
        venue.collect(bob, old.market());
        vm.assertEq(venue.seriesAt(old).openInterest, 0);
    }

    // ------------------------------------------------------------------ pinned: portfolios

    function test_allLongsInOneStrike_severalShorts() public {
        SeriesId series = _call(0, 8);
        AccountId[3] memory shorts = [bob, _account(4, 0), _account(5, 0)];
        for (uint256 i; i < 3; ++i) {
            _fund(shorts[i], int256((i + 1) * 400 * QUOTE));
            _fill(maker, shorts[i], series, 10 * BASE);
        }
        _settleAnchors();
        _setSpot((SPOT * 110) / 100);
        venue.poke(group);
        int256 before = Money.unwrap(_worth(maker).atAnchor);
        venue.absorb(group, _list(bob));
        skip(120);
        venue.deleverage(group, 0);
        vm.assertEq(_group().phase, 2, "it has begun");
        while (!venue.deleverage(group, 1)) {}
        vm.assertEq(_shortfall(), 0);
        vm.assertGe(Money.unwrap(_worth(maker).atRecorded) + 8, before);
        vm.assertEq(_size(maker, series), 20 * int256(BASE), "torn up by what was bob's");
        _requireBalanced(series);
    }

    function test_oneHolderASide_bothGoneAfterwards() public {
        SeriesId series = _put(1, 3);
        _fund(bob, 1_000 * int256(QUOTE));
        _fill(maker, bob, series, 30 * BASE);
        _settleAnchors();
        _setSpot((SPOT * 85) / 100);
        (, int256 shortfall) = _absorbAndSettle(bob);
        vm.assertEq(shortfall, 0);
        vm.assertEq(_size(maker, series), 0);
        vm.assertEq(_group().live, 0, "nothing is open in it");
        Money before = _worth(maker).equity;
        venue.collect(maker, series.market()); // torn up to zero
        vm.assertEq(Money.unwrap(_worth(maker).equity), Money.unwrap(before));
        vm.assertFalse(_worth(maker).isOpen);
        _requireBalanced(series);
    }

    /// The underlying at the least mark there is: all prices are a few units.
    function test_marksOf1e_12() public {
        venue.list(group, 2, uint40(block.timestamp + WEEK), 5e5, 1e5, flatSmile(6_000, 0));
        for (uint256 at = SPOT; at != 1e6;) {
            at = at / 50 < 1e6 ? 1e6 : at / 50;
            _setSpot(at);
            venue.poke(group); // locks
            skip(120);
            _settleAnchors();
        }
        SeriesId series = _call(2, 5);
        vm.assertGt(_mark(series), 0);
        _fund(bob, 200);
        _fill(maker, bob, series, 1e15);
        _settleAnchors();
        _setSpot(2e6);
        int256 before = Money.unwrap(_worth(maker).atAnchor);
        venue.poke(group);
        vm.assertLt(Money.unwrap(_worth(bob).equity), 0);
        vm.expectPartialRevert(IDeleveraging.LockStillRunning.selector);
        venue.deleverage(group, 1);
        (, int256 shortfall) = _absorbAndSettle(bob);
        vm.assertEq(shortfall, 0);
        vm.assertGe(Money.unwrap(_worth(maker).atRecorded) + 4, before);
        _requireBalanced(series);
    }

    function test_deepInTheMoney_isCoveredByTheFuture() public {
        SeriesId series = _call(0, 0);
        _fund(bob, 100 * int256(QUOTE));
        _fill(maker, bob, series, 10 * BASE); // short calls, deep in the money
        _fill(bob, maker, _future(0), 10 * BASE); // and as many futures
        _settleAnchors();
        _setSpot((SPOT * 90) / 100);
        venue.poke(group);
        Worth memory w = _worth(bob);
        vm.assertGt(Money.unwrap(w.relief), 2_900 * int256(QUOTE), "what he lost on the future he gained on the call");
        vm.assertGt(Money.unwrap(w.equity), 0);
    }

    // ------------------------------------------------------------------ pinned: what changes in a group

    /// A smile that is posted between fill and lock is part of the jump, once for both sides.
    function test_smilePosted_betweenFillAndLock() public {
        SeriesId series = _call(1, 7);
        _fund(bob, 700 * int256(QUOTE));
        _fill(maker, bob, series, 30 * BASE);
        _settleAnchors();
        uint256 before = _mark(series);
        venue.postSmile(group, 1, flatSmile(6_900, 0));
        SeriesView memory v = venue.seriesAt(series);
        vm.assertGt(v.mark.toUint(), before);
        vm.assertApproxEqRel(v.anchor.toUint(), before, 1e14, "the anchor names the old one");
        vm.expectRevert(OptionSandboxActions.NotNow.selector);
        venue.postSmile(group, 1, flatSmile(6_000, 0));
        Worth memory m = _worth(maker);
        (int256 deficit, int256 shortfall) = _absorbAndSettle(bob);
        vm.assertGt(deficit, 100 * int256(QUOTE));
        vm.assertEq(shortfall, 0);
        vm.assertGe(Money.unwrap(_worth(maker).atRecorded) + 4, Money.unwrap(m.atAnchor));
        _requireBalanced(series);
    }

    /// 240 series with interest and the perpetual: every round stops and goes on, in any steps, to the same end.
    function test_241Series_inAnySteps() public {
        for (uint256 ladder = 2; ladder < 8; ++ladder) _list(ladder, uint40(START + ladder * 5 * WEEK));
        AccountId[] memory sellers = new AccountId[](4);
        for (uint256 i; i < 4; ++i) sellers[i] = _account(10 + i, 10_000);
        for (uint256 ladder; ladder < 8; ++ladder) {
            for (uint256 strike; strike < 15; ++strike) {
                _fill(maker, sellers[(ladder + strike) % 4], _call(ladder, strike), BASE / 2);
                _fill(sellers[(ladder + strike) % 3], maker, _put(ladder, strike), BASE / 4);
            }
        }
        _fill(maker, sellers[0], _perpetual(), BASE);
        _settleAnchors();
        _setSpot((SPOT * 140) / 100);
        venue.poke(group);
        uint256 count;
        for (uint256 i; i < 4; ++i) {
            if (Money.unwrap(_worth(sellers[i]).equity) >= 0) continue;
            venue.absorb(group, _list(sellers[i]));
            ++count;
        }
        vm.assertGt(count, 0);
        vm.assertTrue(_group().uncovered);
        skip(120);
        uint256 state = vm.snapshotState();
        vm.assertTrue(venue.deleverage(group, 100_000));
        int256 atOnce = Money.unwrap(_worth(maker).equity);
        vm.assertEq(_shortfall(), 0);
        vm.revertToState(state);
        for (uint256 steps; !venue.deleverage(group, steps); steps = (steps + 7) % 23) {
            venue.creditRelief(maker);
            vm.expectPartialRevert(IDeleveraging.GroupLocked.selector);
            venue.collect(maker, _call(0, 0).market());
        }
        vm.assertEq(Money.unwrap(_worth(maker).equity), atOnce);
        vm.assertFalse(_group().uncovered);
        for (uint256 ladder; ladder < 8; ++ladder) {
            for (uint256 strike; strike < 15; ++strike) {
                _requireBalanced(_call(ladder, strike));
                _requireBalanced(_put(ladder, strike));
            }
        }
        _requireBalanced(_perpetual());
    }

    /// Whoever touches a registered account between the steps of the first round takes nothing from it.
    function test_credit_waitsForTheMeasure() public {
        _fund(alice, 3_000 * int256(QUOTE));
        _fund(bob, 900 * int256(QUOTE));
        _fill(alice, maker, _future(1), 10 * BASE);
        _fill(maker, alice, _call(1, 7), 20 * BASE); // alice: long futures, short calls, hedged
        _fill(bob, maker, _perpetual(), 5 * BASE);
        _settleAnchors();
        _setSpot((SPOT * 90) / 100);
        venue.net(group, _list(alice));
        venue.absorb(group, _list(bob));
        int256 least = Money.unwrap(_worth(alice).equity);
        if (Money.unwrap(_worth(alice).atAnchor) < least) least = Money.unwrap(_worth(alice).atAnchor);
        skip(120);
        venue.deleverage(group, 1);
        venue.creditRelief(alice);
        venue.fund(alice, Money.wrap(1));
        vm.assertTrue(_worth(alice).isNetted, "nothing is known of what it gets");
        venue.deleverage(group, 1_000);
        venue.creditRelief(alice);
        vm.assertFalse(_worth(alice).isNetted);
        vm.assertGe(Money.unwrap(_worth(alice).atRecorded) + 8, least);
        vm.assertEq(_shortfall(), 0);
    }

    function test_net_refuses() public {
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GroupNotLocked.selector, group));
        venue.net(group, _list(alice));
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GroupNotLocked.selector, group));
        venue.deleverage(group, 1);
        _setSpot((SPOT * 90) / 100);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToNet.selector, group));
        venue.net(group, _list(alice));
        venue.poke(group);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToAbsorb.selector, group));
        venue.absorb(group, _list(alice));
        skip(120);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToDeleverage.selector, group));
        venue.deleverage(group, 1);
        vm.expectPartialRevert(IDeleveraging.GroupUnknown.selector);
        venue.poke(GroupId.wrap(7));
    }

    /// The vault pays first; then nobody is charged, and nothing is measured.
    function test_vaultPays_nobodyIsCharged() public {
        venue.fund(pot, Money.wrap(int256(100_000 * QUOTE)));
        venue.setBudget(group, uint96(100_000 * QUOTE));
        _fund(bob, 1_000 * int256(QUOTE));
        _fill(maker, bob, _call(1, 7), 20 * BASE);
        _settleAnchors();
        _setSpot((SPOT * 110) / 100);
        venue.poke(group);
        int256 frozen = Money.unwrap(_worth(maker).equity);
        venue.absorb(group, _list(bob));
        vm.assertFalse(_group().uncovered);
        skip(120);
        venue.deleverage(group, 1);
        vm.assertEq(_shortfall(), 0);
        vm.assertEq(Money.unwrap(_worth(maker).equity), frozen);
        vm.assertEq(venue.seriesAt(_call(1, 7)).chargeLong, 0);
    }
}
