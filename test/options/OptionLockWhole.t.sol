// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {IGovernance} from "../../contracts/interfaces/IGovernance.sol";
import {IOptionDeleveraging} from "../../contracts/interfaces/IOptionDeleveraging.sol";
import {PauseLevel, Phase} from "../../contracts/Ledger.sol";
import {Standing} from "../../contracts/mocks/OptionProbe.sol";
import {Factors, Round} from "../../contracts/options/OptionLedger.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {Money, NO_MONEY} from "../../contracts/types/Money.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {NO_PRICE, Price} from "../../contracts/types/Price.sol";
import {NO_SIZE, Size} from "../../contracts/types/Size.sol";
import {Actor} from "../base/Fixture.sol";
import {Match, Packing} from "../base/Packing.sol";
import {OptionWhole} from "./OptionWhole.sol";
import {WholeGroup} from "./WholeProbe.sol";

/// @notice A lock of an option group and its end, whole: all that is stored, every event, each limit to the second and
/// to the unit. Positions are of the perpetual and the future, whose marks are the spot.
contract OptionLockWholeTest is OptionWhole {
    uint256 private constant ALL = 1 << 255;

    Actor private alice;
    Actor private maker;

    function setUp() public {
        _deployWhole();
        maker = _actor("maker", 100_000);
        alice = _actor("alice");
    }

    // ------------------------------------------------------------------ what a test does

    function _list(AccountId id) private pure returns (AccountId[] memory list) {
        list = new AccountId[](1);
        list[0] = id;
    }

    function _two(AccountId a, AccountId b) private pure returns (AccountId[] memory list) {
        list = new AccountId[](2);
        (list[0], list[1]) = AccountId.unwrap(a) < AccountId.unwrap(b) ? (a, b) : (b, a);
    }

    function _feed(uint256 answer) private {
        feed.setAnswer(int256(answer));
    }

    /// @dev What is live: the price told, the level, now.
    function _live(WholeGroup memory w, uint256 spot) private view returns (Factors memory) {
        return Factors(uint80(spot), w.options.level, uint40(block.timestamp), w.options.versions, 0);
    }

    function _expectLock(WholeGroup memory w, Factors memory live, uint8 gapLevel) private {
        uint24 lock = w.group.lockNumber + 1;
        (Price[] memory anchors, Price[] memory frozen) = (new Price[](1), new Price[](1));
        anchors[0] = Price.wrap(int256(uint256(w.options.anchor.spot)) - w.options.anchor.funding + live.funding);
        frozen[0] = Price.wrap(int256(uint256(live.spot)));
        Money reserve = Money.wrap(int256(uint256(w.group.vaultBudget - w.group.vaultSpent)));
        vm.expectEmit(address(venue));
        emit IDeleveraging.Locked(group, lock, uint40(block.timestamp + 120), gapLevel, reserve, anchors, frozen);
        vm.expectEmit(address(venue));
        emit IOptionDeleveraging.FactorsFrozen(group, lock, w.options.anchor, live);
    }

    /// @dev What a lock changes of the group.
    function _lock(WholeGroup memory w, Factors memory live, uint8 gapLevel) private view {
        (w.group.phase, w.group.gapLevel) = (Phase.LOCKED, gapLevel);
        (w.group.until, w.group.lockedAt) = (uint32(block.timestamp + 120), uint40(block.timestamp));
        ++w.group.lockNumber;
        w.group.reserve = w.group.vaultBudget - w.group.vaultSpent;
        w.options.recorded = live;
        (w.perpetual.funding, w.perpetual.fundingRate) = (live.funding, 0);
        w.perpetual.fundingTime = uint32(block.timestamp);
        ++w.lockedGroups;
    }

    /// @dev What its end changes.
    function _unlock(WholeGroup memory w) private view {
        (w.group.phase, w.group.absorbed, w.group.reserve) = (Phase.NORMAL, 0, 0);
        (w.group.lastUnlock, w.group.anchorsDue) = (uint32(block.timestamp), uint32(block.timestamp + 120));
        w.options.anchor = w.options.recorded;
        w.perpetual.fundingTime = uint32(block.timestamp);
        --w.lockedGroups;
    }

    function _phase() private returns (uint8) {
        return uint8(_whole().group.phase);
    }

    // ------------------------------------------------------------------ a lock without defaults

    function test_aLockBeginsAndEnds() public {
        // With a premium, so that funding runs.
        _fund(alice, 10_000);
        _trade(alice, maker, _perpetual(), int256(BASE), 4_040e18);
        skip(10);
        WholeGroup memory w = _whole();
        vm.assertGt(w.perpetual.fundingRate, 0, "longs pay");
        _feed(4_200e8);
        Factors memory live = _live(w, 4_200e18);
        live.funding = _fundingOf(_perpetual());
        vm.assertGt(live.funding, 0, "funding");
        _expectLock(w, live, 0);
        venue.poke(group);
        _lock(w, live, 0);
        _requireWhole(w);
        vm.assertEq(_cash(vault.id), 0, "all is set aside");

        skip(119);
        venue.poke(group);
        _requireWhole(w);
        skip(1);
        vm.expectEmit(address(venue));
        emit IDeleveraging.Unlocked(group, 1);
        venue.poke(group);
        _unlock(w);
        _requireWhole(w);
        vm.assertEq(_cash(vault.id), int256(100_000 * QUOTE), "and given back");
        // Then it is as always: anchors move on when they are due.
        skip(119);
        venue.poke(group);
        _requireWhole(w);
        skip(1);
        venue.poke(group);
        live = _live(w, 4_200e18);
        live.funding = w.perpetual.funding;
        (w.options.anchor, w.options.recorded) = (w.options.recorded, live);
        w.group.anchorsDue = uint32(block.timestamp + 120);
        ++w.group.advances;
        _requireWhole(w);
    }

    /// A lock within a calm period of the last doubles the gap, four times at most; each calm period halves it.
    function test_locksThatFollowWidenTheGap() public {
        uint256 spot = 4_000;
        for (uint8 i; i < 6; ++i) {
            spot = (spot * 110) / 100;
            _setSpot(spot);
            venue.poke(group);
            WholeGroup memory w = _whole();
            vm.assertEq(uint8(w.group.phase), 1, "locked");
            vm.assertEq(w.group.gapLevel, i < 4 ? i : 4, "level");
            skip(120);
            venue.poke(group);
            // The last second that is not calm.
            if (i < 4) vm.warp(block.timestamp + 1_799);
        }
        vm.warp(block.timestamp + 3 * 1_800 - 1);
        _setSpot(spot * 2);
        venue.poke(group);
        vm.assertEq(_whole().group.gapLevel, 2, "two calm periods: two less, and it is calm");
    }

    function test_aCalmPeriodAfterALockTheGapIsAsItWas() public {
        _setSpot(4_200);
        venue.poke(group);
        skip(120);
        venue.poke(group);
        uint256 state = vm.snapshotState();
        vm.warp(block.timestamp + 1_799);
        _setSpot(4_000);
        venue.poke(group);
        vm.assertEq(_whole().group.gapLevel, 1, "not calm");
        vm.revertToState(state);
        vm.warp(uint256(_whole().group.lastUnlock) + 1_800);
        _setSpot(4_000);
        venue.poke(group);
        vm.assertEq(_whole().group.gapLevel, 0, "calm");
    }

    // ------------------------------------------------------------------ what is a gap

    /// @dev Does a price lock, and not one a unit of the feed nearer?
    function _locksFrom(uint256 answer, bool up) private {
        uint256 state = vm.snapshotState();
        _feed(up ? answer - 1 : answer + 1);
        venue.poke(group);
        vm.assertEq(_phase(), 0, "no gap yet");
        vm.revertToState(state);
        _feed(answer);
        venue.poke(group);
        vm.assertEq(_phase(), 1, "a gap");
        vm.revertToState(state);
    }

    /// 2% of the later price: 81.63265306 of 4,081.63265306, and 78.43137254 of 3,921.56862746.
    function test_aGapOfThePrice() public {
        _locksFrom(408_163_265_307, true);
        _locksFrom(392_156_862_745, false);
        // From the recorded factors alone, and from the anchor alone.
        _feed(4_070e8);
        skip(120);
        _tell();
        venue.poke(group);
        vm.assertEq(_whole().options.recorded.spot, 4_070e18);
        vm.assertEq(_whole().options.anchor.spot, 4_000e18);
        _locksFrom(408_163_265_307, true);
        _locksFrom(399_019_607_843, false); // 4,070 / 1.02
    }

    function _levelLocksFrom(uint32 level, bool up) private {
        uint256 state = vm.snapshotState();
        _setLevel(up ? level - 1 : level + 1);
        venue.poke(group);
        vm.assertEq(_phase(), 0, "no gap yet");
        vm.revertToState(state);
        _setLevel(level);
        venue.poke(group);
        vm.assertEq(_phase(), 1, "a gap");
        vm.revertToState(state);
    }

    /// 15% of the later level; after a lock twice that, which is what volatility falls in the scenarios, 30%.
    function test_aGapOfTheLevel() public {
        _levelLocksFrom(1_176_470_589, true);
        _levelLocksFrom(869_565_217, false);
        for (uint256 i; i < 3; ++i) {
            _setSpot(4_400 + 400 * i);
            venue.poke(group);
            skip(120);
            venue.poke(group);
            if (i == 0) continue; // the first lock widens nothing
            _levelLocksFrom(1_428_571_429, true);
            _levelLocksFrom(769_230_769, false);
        }
    }

    /// After two locks 4% of the later price; after three 8%, but at most 7.4074%: 16 of 216.
    function test_aGapIsAtMostWhatTheScenariosMove() public {
        uint256[4] memory spots = [uint256(4_400), 4_840, 5_324, 5_856];
        for (uint256 i; i < 4; ++i) {
            _setSpot(spots[i]);
            venue.poke(group);
            skip(120);
            venue.poke(group);
            if (i == 1) _locksFrom(504_166_666_667, true); // 4,840 / 0.96
            if (i == 2) _locksFrom(574_991_954_001, true); // 5,324 / 0.925926
            if (i == 3) _locksFrom(632_447_949_405, true);
        }
    }

    // ------------------------------------------------------------------ a default

    /// @dev Alice holds a perpetual bought at 4,000, and 1,000 less its fee; the spot is 2,900, locked.
    function _default(uint96 budget) private returns (uint256 debt) {
        venue.setVaultBudget(group, budget);
        _fund(alice, 1_000);
        _trade(alice, maker, _perpetual(), int256(BASE), SPOT * 1e18);
        _settleAnchors();
        _setSpot(2_900);
        debt = 101.2e9; // 1,000 - 1.2 - 1,100
    }

    function test_absorb_locksAndGathers() public {
        uint256 debt = _default(uint96(60 * QUOTE));
        WholeGroup memory w = _whole();
        Factors memory live = _live(w, 2_900e18);
        _expectLock(w, live, 0);
        vm.expectEmit(address(venue));
        emit IDeleveraging.Absorbed(alice.id, group, 1, Money.wrap(int256(debt)), Money.wrap(int256(debt)));
        venue.absorb(group, _two(alice.id, maker.id));
        _lock(w, live, 0);
        (w.group.deficit, w.group.absorbed, w.group.uncovered) = (uint96(debt), 1, true);
        w.perpetual.estateLong = uint72(BASE);
        (w.options.estates, w.uncoveredGroups) = (ALL, 1);
        _requireWhole(w);
        vm.assertEq(w.options.live, ALL, "still open");
        Standing memory s = _standing(alice.id);
        vm.assertEq(abi.encode(s.cash, s.equity, s.held, s.isOpen), abi.encode(0, 0, 0, false), "alice");
        vm.assertEq(_standing(maker.id).held, ALL, "the maker is not below zero");
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToAbsorb.selector, group));
        venue.absorb(group, _two(alice.id, maker.id));
    }

    /// What the vault set aside is as much as the debt, or a unit less.
    function test_absorb_isCoveredByTheReserve() public {
        uint256 state = vm.snapshotState();
        for (uint96 lack; lack < 2; ++lack) {
            uint256 debt = _default(uint96(101.2e9) - lack);
            venue.absorb(group, _list(alice.id));
            vm.assertEq(_whole().group.deficit, debt);
            vm.assertEq(_whole().group.uncovered, lack == 1);
            vm.assertEq(_whole().uncoveredGroups, lack);
            vm.revertToState(state);
        }
    }

    function test_deleverage_whatTheVaultPays() public {
        uint256 debt = _default(uint96(1_000 * QUOTE));
        venue.absorb(group, _list(alice.id));
        WholeGroup memory w = _whole();
        skip(119);
        bytes memory still = abi.encodeWithSelector(
            IDeleveraging.LockStillRunning.selector,
            group,
            block.timestamp + 1
        );
        vm.expectRevert(still);
        venue.deleverage(group, 9);
        skip(1);
        Money owed = Money.wrap(int256(debt));
        vm.expectEmit(address(venue));
        emit IDeleveraging.Deleveraged(group, 1, 1, owed, owed, NO_MONEY, NO_MONEY);
        vm.expectEmit(true, true, false, false, address(venue));
        emit IDeleveraging.NodeTornUp(_perpetual(), 1, NO_NODE, false, Size.wrap(int256(BASE)), 0, 0);
        vm.expectEmit(address(venue));
        emit IDeleveraging.Unlocked(group, 1);
        vm.prank(maker.owner);
        vm.assertTrue(venue.deleverage(group, 1));
        _unlock(w);
        (w.group.deficit, w.group.vaultSpent) = (0, uint96(debt));
        w.group.vaultPeriod = uint32(block.timestamp);
        (w.perpetual.openInterest, w.perpetual.estateLong, w.options.live) = (0, 0, 0);
        _requireWhole(w);
        // The maker: 1,100 less his fee, and 5 for the call.
        vm.assertEq(_standing(maker.id).equity, int256(101_104.6e9));
        vm.assertEq(_cash(vault.id), int256(100_000e9 - debt - 5e9));
        vm.assertEq(_size(maker.id, _perpetual()), 0);
    }

    /// Without a vault the winner pays: measured, charged, closed, one step at a time.
    function test_deleverage_whatWinnersPay() public {
        uint256 debt = _default(0);
        venue.absorb(group, _list(alice.id));
        WholeGroup memory w = _whole();
        skip(120);

        vm.assertFalse(venue.deleverage(group, 0));
        (w.group.phase, w.group.refund) = (Phase.SETTLING, 5e9);
        (w.options.round, w.options.cursor) = (Round.MEASURING, 255);
        _requireWhole(w);

        vm.assertFalse(venue.deleverage(group, 1));
        w.options.round = Round.CHARGING;
        (w.options.shareNumerator, w.options.shareDenominator) = (uint128(debt + 1), 1_100e9);
        _requireWhole(w);

        Price unit = Price.wrap(int256((debt + 1) * 1e9));
        vm.expectEmit(address(venue));
        emit IDeleveraging.Charged(
            _perpetual(),
            1,
            Price.wrap(-1_100e18),
            unit,
            NO_PRICE,
            unit,
            Size.wrap(int256(BASE))
        );
        Money owed = Money.wrap(int256(debt));
        vm.expectEmit(address(venue));
        emit IDeleveraging.Deleveraged(group, 1, 1, owed, NO_MONEY, owed, NO_MONEY);
        vm.assertFalse(venue.deleverage(group, 1));
        (w.options.round, w.options.gains) = (Round.CLOSING, uint96(debt + 1));
        w.perpetual.chargeShort = uint88((debt + 1) * 1e9);
        (w.group.deficit, w.group.uncovered, w.uncoveredGroups) = (0, false, 0);
        _requireWhole(w);

        vm.prank(maker.owner);
        vm.assertTrue(venue.deleverage(group, 1));
        _unlock(w);
        w.options.round = Round.NONE;
        (w.perpetual.openInterest, w.perpetual.estateLong, w.options.live) = (0, 0, 0);
        _requireWhole(w);
        vm.assertEq(_standing(maker.id).equity, int256(101_099.6e9 - debt - 1 + 5e9));
    }

    /// Below `minDebt` nobody gets anything for the call.
    function test_deleverage_refundsNoSmallDebt() public {
        _fund(alice, 1_001);
        _fundTokens(alice, 200_001); // 0.200001
        _tradeAndFall();
        venue.absorb(group, _list(alice.id));
        vm.assertEq(_whole().group.deficit, 99.999999e9);
        skip(120);
        venue.deleverage(group, 9);
        vm.assertEq(_cash(vault.id), int256(100_000e9 - 99.999999e9));
    }

    function _tradeAndFall() private {
        _trade(alice, maker, _perpetual(), int256(BASE), SPOT * 1e18);
        _settleAnchors();
        _setSpot(2_900);
    }

    function _fundTokens(Actor memory actor, uint256 tokens) private {
        token.mint(address(this), tokens);
        token.approve(address(venue), tokens);
        venue.deposit(actor.id, tokens);
    }

    // ------------------------------------------------------------------ a lock for a debt

    /// @dev Down to `spot` in steps that open no gap.
    function _drift(uint256 spot) private {
        for (uint256 now_ = SPOT; now_ != spot;) {
            now_ = (now_ * 985) / 1_000 < spot ? spot : (now_ * 985) / 1_000;
            _setSpot(now_);
            _settleAnchors();
            vm.assertEq(_phase(), 0, "no gap");
        }
    }

    function test_absorb_locksForADebt() public {
        _fundTokens(alice, 901.2e6 + 1);
        _trade(alice, maker, _perpetual(), int256(BASE), SPOT * 1e18);
        _drift(3_000);
        vm.assertEq(_standing(alice.id).equity, -99.999999e9);
        bytes4 selector = IDeleveraging.DebtTooSmall.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, group, 99.999999e9, 100e9));
        venue.absorb(group, _list(alice.id));
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToAbsorb.selector, group));
        venue.absorb(group, _list(maker.id));
    }

    function test_absorb_locksForDebtsInAll() public {
        Actor memory bob = _actor("bob");
        _fundTokens(alice, 941.2e6);
        _fundTokens(bob, 951.2e6);
        _trade(alice, maker, _perpetual(), int256(BASE), SPOT * 1e18);
        _trade(bob, maker, _perpetual(), int256(BASE), SPOT * 1e18);
        _drift(3_000);
        skip(1);
        bytes4 selector = IDeleveraging.DebtTooSmall.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, group, 60e9, 100e9));
        venue.absorb(group, _list(alice.id));
        vm.expectRevert(abi.encodeWithSelector(selector, group, 50e9, 100e9));
        venue.absorb(group, _list(bob.id));
        WholeGroup memory w = _whole();
        Factors memory live = _live(w, 3_000e18);
        _expectLock(w, live, 0);
        venue.absorb(group, _two(alice.id, bob.id));
        _lock(w, live, 0);
        (w.group.deficit, w.group.absorbed, w.perpetual.estateLong) = (110e9, 2, uint72(2 * BASE));
        w.options.estates = ALL;
        _requireWhole(w);
    }

    function test_absorb_locksForADebtOfExactlyTheLeast() public {
        _fundTokens(alice, 901.2e6);
        _trade(alice, maker, _perpetual(), int256(BASE), SPOT * 1e18);
        _drift(3_000);
        venue.absorb(group, _list(alice.id));
        vm.assertEq(_whole().group.deficit, 100e9);
    }

    /// No sooner than `lockDelay` after the last lock, so that locks for debts cannot follow on each other.
    function test_absorb_locksForADebtAWhileAfterTheLastLock() public {
        _fundTokens(alice, 861.2e6);
        _trade(alice, maker, _perpetual(), int256(BASE), SPOT * 1e18);
        _drift(3_000);
        _setSpot(3_100);
        venue.poke(group);
        skip(120);
        venue.poke(group);
        uint256 from = block.timestamp + 120;
        _setSpot(3_040); // no gap, and a debt of 100
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IDeleveraging.LockedTooRecently.selector, group, from));
            venue.absorb(group, _list(alice.id));
            vm.warp(from - 1);
        }
        vm.warp(from);
        venue.absorb(group, _list(alice.id));
        vm.assertEq(_whole().group.deficit, 100e9);
        vm.assertEq(_whole().group.lockNumber, 2);
    }

    function test_absorb_needsAFreshPrice() public {
        _fundTokens(alice, 901.2e6);
        _trade(alice, maker, _perpetual(), int256(BASE), SPOT * 1e18);
        _drift(3_000);
        skip(1 days + 1);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToAbsorb.selector, group));
        venue.absorb(group, _list(alice.id));
    }

    function test_absorb_takesAccountsInOrder() public {
        AccountId[] memory list = _two(alice.id, maker.id);
        (list[0], list[1]) = (list[1], list[0]);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.AccountsNotAscending.selector, list[1]));
        venue.absorb(group, list);
        list[1] = list[0];
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.AccountsNotAscending.selector, list[1]));
        venue.absorb(group, list);
    }

    /// A pause of liquidations, and the grace after it, lengthens the lock: a lock's length from when accounts can be
    /// absorbed again.
    function test_aPauseLengthensTheLock() public {
        _default(0);
        venue.poke(group);
        uint256 paused = block.timestamp;
        venue.pause(_perpetual(), PauseLevel.NO_LIQUIDATION, 1 hours);
        uint256 from = paused + 1 hours + 600;
        vm.expectRevert(abi.encodeWithSelector(IGovernance.LiquidationsPaused.selector, from));
        venue.absorb(group, _list(alice.id));
        vm.warp(from - 1);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.LiquidationsPaused.selector, from));
        venue.absorb(group, _list(alice.id));
        vm.warp(from);
        venue.absorb(group, _list(alice.id));
        vm.warp(from + 119);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.LockStillRunning.selector, group, from + 120));
        venue.deleverage(group, 9);
        vm.warp(from + 120);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GroupLocked.selector, group, from + 120));
        venue.absorb(group, _list(maker.id));
        vm.assertTrue(venue.deleverage(group, 9));
    }

    // ------------------------------------------------------------------ relief

    /// @dev Alice is long two perpetuals and short one future, of 4,000 each.
    function _hedge() private {
        _fund(alice, 5_000);
        _trade(alice, maker, _perpetual(), 2 * int256(BASE), SPOT * 1e18);
        _trade(alice, maker, _future(), -int256(BASE), SPOT * 1e18);
        _settleAnchors();
    }

    function test_net_registersTheLesserOfGainsAndLosses() public {
        _hedge();
        _setSpot(3_600);
        venue.poke(group);
        WholeGroup memory w = _whole();
        vm.expectEmit(address(venue));
        emit IDeleveraging.NetRegistered(alice.id, group, 1, _quote(400), _quote(400));
        venue.net(group, _list(alice.id));
        (w.group.relieved, w.group.relievedLock) = (400e9, 1);
        _requireWhole(w);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToNet.selector, group));
        venue.net(group, _list(alice.id));
        // The maker has the other sides: his is as much.
        vm.expectEmit(address(venue));
        emit IDeleveraging.NetRegistered(maker.id, group, 1, _quote(400), _quote(800));
        venue.net(group, _two(alice.id, maker.id));
        w.group.relieved = 800e9;
        _requireWhole(w);
        skip(120);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GroupNotLocked.selector, group));
        venue.net(group, _list(alice.id)); // the call would end the lock
    }

    // ------------------------------------------------------------------ settlements of several series

    function _money(uint256 amount) private pure returns (Money) {
        return Money.wrap(int256(amount));
    }

    function _base(uint256 size) private pure returns (Size) {
        return Size.wrap(int256(size * BASE));
    }

    function _expectCharged(MarketId series, uint256 jump, uint256 unit, uint256 winners) private {
        Price charge = Price.wrap(int256(unit));
        vm.expectEmit(address(venue));
        emit IDeleveraging.Charged(series, 1, Price.wrap(-int256(jump)), charge, NO_PRICE, charge, _base(winners));
    }

    function _expectDeleveraged(uint256 accounts, uint256 deficit, uint256 charged, uint256 shortfall) private {
        vm.expectEmit(address(venue));
        emit IDeleveraging.Deleveraged(
            group,
            1,
            accounts,
            _money(deficit),
            NO_MONEY,
            _money(charged),
            _money(shortfall)
        );
    }

    /// Bob owes 101.2 after a fall by 800. Alice and the maker are hedged in part, and get back what they are charged
    /// on gains that they do not have.
    function test_deleverage_givesReliefBack() public {
        venue.setVaultBudget(group, 0);
        Actor memory bob = _actor("bob", 700);
        _trade(bob, maker, _perpetual(), int256(BASE), SPOT * 1e18);
        _hedge();
        _setSpot(3_200);
        venue.net(group, _two(alice.id, maker.id));
        venue.absorb(group, _list(bob.id));
        WholeGroup memory w = _whole();
        vm.assertEq(w.group.relieved, 1_600e9);
        vm.assertEq(w.group.deficit, 101.2e9);
        skip(120);
        // Of the future alice gained 800; of the perpetual the maker 2,400.
        venue.deleverage(group, 0);
        (w.group.phase, w.group.refund) = (Phase.SETTLING, 5e9);
        (w.options.round, w.options.cursor) = (Round.MEASURING, 30);
        _requireWhole(w);
        venue.deleverage(group, 1);
        (w.options.gains, w.options.cursor) = (800e9, 255);
        _requireWhole(w);
        venue.creditRelief(alice.id);
        vm.assertTrue(_isNetted(alice.id), "nothing is measured yet");
        uint256 part = 101.2e9 + 2; // of 1,600, what is not relieved
        vm.expectEmit(address(venue));
        emit IDeleveraging.NetSettled(group, 1, _money(1_600e9), _money(part), _money(1_600e9));
        venue.deleverage(group, 1);
        (w.options.round, w.options.gains, w.options.cursor) = (Round.CHARGING, 0, 30);
        (w.options.shareNumerator, w.options.shareDenominator) = (uint128(part), 1_600e9);
        _requireWhole(w);

        uint256 unit = (part * 1e9) / 2;
        _expectCharged(_future(), 800e18, unit, 1);
        venue.deleverage(group, 1);
        (w.options.gains, w.options.cursor, w.ladders[0].touched) = (uint96(part / 2), 255, 1 << 30);
        _requireWhole(w);
        vm.assertEq(_book(_future()).chargeShort, unit);
        int256 cash = _cash(alice.id);
        vm.expectEmit(address(venue));
        emit IDeleveraging.NetCredited(alice.id, group, 1, _money(part / 2), _money(uint256(cash) + part / 2));
        venue.creditRelief(alice.id);
        vm.assertEq(_cash(alice.id), cash + int256(part / 2));
        vm.assertFalse(_isNetted(alice.id), "measured");
        _requireWhole(w);

        _expectCharged(_perpetual(), 800e18, unit, 3);
        _expectDeleveraged(1, 101.2e9, 101.2e9, 0);
        venue.deleverage(group, 1);
        (w.options.gains, w.options.round) = (uint96(2 * part), Round.CLOSING);
        w.perpetual.chargeShort = uint88(unit);
        (w.group.deficit, w.group.uncovered, w.uncoveredGroups) = (0, false, 0);
        _requireWhole(w);
        vm.assertTrue(venue.deleverage(group, 1), "one series has an estate");
        _unlock(w);
        w.options.round = Round.NONE;
        (w.perpetual.openInterest, w.perpetual.estateLong) = (uint72(2 * BASE), 0);
        _requireWhole(w);
        vm.assertEq(_size(maker.id, _perpetual()), -2 * int256(BASE));
    }

    /// What a settlement gave back is in the account's cash when it trades.
    function test_aTradeCreditsRelief() public {
        venue.setVaultBudget(group, 0);
        Actor memory bob = _actor("bob", 700);
        _trade(bob, maker, _perpetual(), int256(BASE), SPOT * 1e18);
        _hedge();
        _setSpot(3_200);
        venue.net(group, _two(alice.id, maker.id));
        venue.absorb(group, _list(bob.id));
        skip(120);
        venue.deleverage(group, 99);
        _settleAnchors();
        uint256 credit = (101.2e9 + 2) / uint256(2);
        Money cash = Money.wrap(_cash(alice.id) + int256(credit));
        Match[] memory matches = new Match[](1);
        matches[0] = _match(alice, _actor("carl", 10_000), _perpetual(), int256(BASE), 3_200e18);
        bytes memory packed = Packing.pack(matches, true);
        vm.expectEmit(address(venue));
        emit IDeleveraging.NetCredited(alice.id, group, 1, _money(credit), cash);
        venue.settle(packed);
        vm.assertFalse(_isNetted(alice.id), "as a taker");
        vm.assertTrue(_isNetted(maker.id));
        _trade(alice, maker, _perpetual(), int256(BASE), 3_200e18);
        vm.assertFalse(_isNetted(maker.id), "as a maker");
    }

    /// Bob's long and Carl's short of the perpetual cancel out: nobody gained by it, so nobody is charged for it.
    function test_deleverage_netsTheEstate() public {
        venue.setVaultBudget(group, 0);
        (Actor memory bob, Actor memory carl) = (_actor("bob", 700), _actor("carl", 1_500));
        _trade(bob, maker, _perpetual(), int256(BASE), SPOT * 1e18);
        _trade(carl, maker, _perpetual(), -int256(BASE), SPOT * 1e18);
        _trade(carl, maker, _future(), 3 * int256(BASE), SPOT * 1e18);
        _settleAnchors();
        _setSpot(3_200);
        venue.absorb(group, _two(bob.id, carl.id));
        WholeGroup memory w = _whole();
        vm.assertEq(w.group.deficit, 206e9, "101.2 and 104.8");
        vm.assertEq(abi.encode(w.perpetual.estateLong, w.perpetual.estateShort), abi.encode(BASE, BASE));
        skip(120);
        uint256 part = 206e9 + 2; // of 2,400
        uint256 unit = (part * 1e9 + 2) / 3;
        _expectCharged(_future(), 800e18, unit, 3);
        _expectDeleveraged(2, 206e9, 206e9, 0);
        vm.expectEmit(true, true, false, false, address(venue));
        emit IDeleveraging.NodeTornUp(_future(), 1, NO_NODE, false, NO_SIZE, 0, 0);
        vm.expectEmit(address(venue));
        emit IDeleveraging.Netted(_perpetual(), 1, _base(1), NO_SIZE, NO_SIZE, NO_SIZE);
        vm.assertTrue(venue.deleverage(group, 6), "two series a round");
        _unlock(w);
        (w.group.deficit, w.group.uncovered, w.uncoveredGroups) = (0, false, 0);
        (w.perpetual.openInterest, w.perpetual.estateLong, w.perpetual.estateShort) = (0, 0, 0);
        (w.options.live, w.ladders[0].touched) = (0, 1 << 30);
        _requireWhole(w);
        vm.assertEq(_book(_future()).chargeShort, unit);
        vm.assertEq(_size(maker.id, _future()), 0);
    }

    /// A debt that grew before the anchors moved on: nobody gained by a jump, so nobody is charged, and it is missing.
    function test_deleverage_whatNobodyPaysIsAShortfall() public {
        venue.setVaultBudget(group, 0);
        _fundTokens(alice, 901.2e6);
        _trade(alice, maker, _perpetual(), int256(BASE), SPOT * 1e18);
        _drift(3_000);
        venue.absorb(group, _list(alice.id));
        WholeGroup memory w = _whole();
        skip(120);
        venue.deleverage(group, 1);
        (w.group.phase, w.group.refund) = (Phase.SETTLING, 5e9);
        (w.options.round, w.options.cursor) = (Round.CHARGING, 255);
        (w.options.shareNumerator, w.options.shareDenominator) = (1, 1);
        _requireWhole(w);
        _expectDeleveraged(1, 100e9, 0, 100e9);
        vm.assertTrue(venue.deleverage(group, 2));
        _unlock(w);
        w.options.round = Round.NONE;
        (w.group.deficit, w.group.uncovered, w.uncoveredGroups) = (0, false, 0);
        (w.perpetual.openInterest, w.perpetual.estateLong, w.options.live) = (0, 0, 0);
        _requireWhole(w);
    }

    /// Who is absorbed is registered no more.
    function test_absorb_takesOutWhoIsRegistered() public {
        _hedge();
        Actor memory bob = _actor("bob", 1_450);
        _trade(bob, maker, _future(), -int256(BASE), SPOT * 1e18);
        _trade(bob, maker, _perpetual(), 3 * int256(BASE), SPOT * 1e18);
        _settleAnchors();
        _setSpot(3_200);
        venue.net(group, _two(alice.id, bob.id));
        vm.assertEq(_whole().group.relieved, 1_600e9);
        venue.absorb(group, _two(alice.id, bob.id));
        WholeGroup memory w = _whole();
        vm.assertEq(w.group.relieved, 800e9);
        vm.assertEq(w.group.absorbed, 1);
        vm.assertEq(w.perpetual.estateLong, 3 * BASE);
        vm.assertEq(_book(_future()).estateShort, BASE);
        vm.assertEq(w.options.estates, ALL | (1 << 30));
        vm.assertFalse(_isNetted(bob.id));
        vm.assertTrue(_isNetted(alice.id));
    }

    /// The most profitable shorts first; of the last node a part.
    function test_deleverage_tearsUpNodeByNode() public {
        venue.setVaultBudget(group, 0);
        Actor memory bob = _actor("bob", 2_000);
        Actor memory dear = _actor("dear", 10_000);
        _trade(bob, dear, _perpetual(), int256(BASE), 4_060e18);
        _trade(bob, maker, _perpetual(), 2 * int256(BASE), SPOT * 1e18);
        _settleAnchors();
        _fund(alice, 20_000);
        _trade(alice, maker, _perpetual(), int256(BASE), SPOT * 1e18);
        _settleAnchors();
        _setSpot(3_200);
        venue.absorb(group, _list(bob.id));
        skip(120);
        while (uint8(_whole().options.round) != 3) venue.deleverage(group, 1);
        vm.assertFalse(venue.deleverage(group, 1), "a node");
        vm.assertEq(_size(dear.id, _perpetual()), 0);
        vm.assertEq(_size(maker.id, _perpetual()), -3 * int256(BASE));
        vm.assertEq(_whole().perpetual.estateLong, 2 * BASE);
        vm.assertTrue(venue.deleverage(group, 1), "a part of the next");
        vm.assertEq(_size(maker.id, _perpetual()), -int256(BASE));
        vm.assertEq(_whole().perpetual.openInterest, BASE);
        vm.assertEq(_whole().options.live, ALL, "one is left");
    }

    /// @dev Somebody who buys a perpetual, or sells it, owes `debt` after a move by 1,100: his counterparty pays it.
    function _lockAfter(string memory name, bool buys, uint256 spot, uint256 debt) private {
        Actor memory who = _actor(name, 1_000);
        _trade(who, maker, _perpetual(), buys ? int256(BASE) : -int256(BASE), spot * 1e18);
        _settleAnchors();
        _setSpot(buys ? spot - 1_100 : spot + 1_100);
        venue.absorb(group, _list(who.id));
        vm.assertEq(_whole().group.deficit, debt);
        skip(120);
        vm.assertTrue(venue.deleverage(group, 99));
        _settleAnchors();
    }

    /// Charges of locks add up, each side by itself.
    function test_deleverage_chargesAreCumulative() public {
        venue.setVaultBudget(group, 0);
        uint256[2] memory sums;
        for (uint256 i; i < 2; ++i) {
            _lockAfter(i == 0 ? "a" : "c", false, 4_000, 101.2e9); // a fee of 1.2
            sums[0] += (101.2e9 + 1) * 1e9;
            vm.assertEq(_whole().perpetual.chargeLong, sums[0]);
            vm.assertEq(_whole().perpetual.chargeShort, sums[1]);
            _lockAfter(i == 0 ? "b" : "d", true, 5_100, 101.53e9); // of 1.53
            sums[1] += (101.53e9 + 1) * 1e9;
            vm.assertEq(_whole().perpetual.chargeLong, sums[0]);
            vm.assertEq(_whole().perpetual.chargeShort, sums[1]);
        }
    }
}
