// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {ILiquidation} from "../../contracts/interfaces/ILiquidation.sol";
import {IOptionDeleveraging} from "../../contracts/interfaces/IOptionDeleveraging.sol";
import {IOptionListing} from "../../contracts/interfaces/IOptionListing.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {MockAggregator} from "../../contracts/mocks/MockAggregator.sol";
import {MockAggregatorProxy} from "../../contracts/mocks/MockAggregatorProxy.sol";
import {Standing} from "../../contracts/mocks/OptionProbe.sol";
import {Factors, Ladder} from "../../contracts/options/OptionLedger.sol";
import {Smile} from "../../contracts/options/Smile.sol";
import {ChainlinkPriceSource} from "../../contracts/prices/ChainlinkPriceSource.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {NO_POSITION} from "../../contracts/types/Position.sol";
import {Price} from "../../contracts/types/Price.sol";
import {NO_SIZE} from "../../contracts/types/Size.sol";
import {Actor} from "../base/Fixture.sol";
import {OptionWhole} from "./OptionWhole.sol";
import {flatSmile} from "./Parameters.sol";
import {StoredBook, WholeGroup} from "./WholeProbe.sol";

/// @notice What listing, posting, fixing and collecting store, whole, with every event, and what they refuse, to the
/// second. The feed's heartbeat is 1,000 seconds.
contract OptionListingWholeTest is OptionWhole {
    uint256 private constant HEARTBEAT = 1_000;
    uint256 private constant WINDOW = EXPIRY - 30 minutes;
    uint40 private constant NEAR = EXPIRY - 14 days;

    function setUp() public {
        _deployWhole();
    }

    function _source(AggregatorV3Interface of_) internal override returns (ChainlinkPriceSource) {
        ChainlinkPriceSource.Config memory config;
        (config.feed, config.heartbeat) = (of_, HEARTBEAT);
        return new ChainlinkPriceSource(config);
    }

    // ------------------------------------------------------------------ listing

    /// @dev 4,000, eight days away: steps of 3/7 * 60% * 14.7% of the price are 100.
    function _expectListed(uint256 place, uint40 expiry, uint256 base, uint256 step) private {
        vm.expectEmit(address(venue));
        emit IOptionListing.LadderListed(group, place, expiry, uint80(base), uint80(step), flatSmile(6_000, 0));
    }

    function _ladder(uint40 expiry, uint256 base, uint256 step) private pure returns (Ladder memory ladder) {
        (ladder.expiry, ladder.base, ladder.step) = (expiry, uint80(base), uint80(step));
        (ladder.smiles[0], ladder.smiles[1]) = (flatSmile(6_000, 0), flatSmile(6_000, 0));
    }

    function test_list_storesTheLadder() public {
        WholeGroup memory w = _whole();
        _expectListed(1, NEAR, 3_300e18, 100e18);
        vm.assertEq(venue.list(group, NEAR), 1);
        w.ladders[1] = _ladder(NEAR, 3_300e18, 100e18);
        (w.options.listed, w.options.nextExpiry) = (3, NEAR);
        _requireWhole(w);
        // A later one is not the next.
        _expectListed(2, EXPIRY - 7 days, 2_600e18, 200e18);
        vm.assertEq(venue.list(group, EXPIRY - 7 days), 2);
        w.ladders[2] = _ladder(EXPIRY - 7 days, 2_600e18, 200e18);
        w.options.listed = 7;
        _requireWhole(w);
        vm.expectRevert(abi.encodeWithSelector(IOptionListing.ExpiryListed.selector, EXPIRY, 0));
        venue.list(group, EXPIRY);
        vm.expectRevert(abi.encodeWithSelector(IOptionListing.ExpiryListed.selector, NEAR, 1));
        venue.list(group, NEAR);
    }

    function test_list_notesThePhaseAndMovesAnchorsOn() public {
        MockAggregatorProxy(address(proxy)).setAggregator(feed);
        skip(120);
        _tellPrice();
        WholeGroup memory w = _whole();
        venue.list(group, NEAR);
        w.ladders[1] = _ladder(NEAR, 3_300e18, 100e18);
        (w.options.listed, w.options.nextExpiry, w.options.feedPhase) = (3, NEAR, 2);
        w.options.anchor = w.options.recorded;
        w.options.recorded = Factors(4_000e18, 1e9, uint40(block.timestamp), 0, 0);
        ++w.group.advances;
        w.group.anchorsDue = uint32(block.timestamp + 120);
        _requireWhole(w);
    }

    function _tellPrice() private {
        feed.setAnswer(int256(SPOT * 1e8));
    }

    function test_list_needsFreshFactors() public {
        bytes memory stale = abi.encodeWithSelector(IOptionListing.FactorsNotFresh.selector, group);
        uint256 seen = _whole().options.levelTime;
        vm.warp(seen + 3_600);
        _tellPrice();
        uint256 state = vm.snapshotState();
        venue.list(group, NEAR);
        vm.revertToState(state);
        vm.warp(seen + 3_601);
        vm.expectRevert(stale);
        venue.list(group, NEAR);
        _tell();
        vm.warp(block.timestamp + HEARTBEAT);
        state = vm.snapshotState();
        venue.list(group, NEAR);
        vm.revertToState(state);
        vm.warp(block.timestamp + 1);
        vm.expectRevert(stale);
        venue.list(group, NEAR);
        vm.expectRevert(stale);
        venue.postSmile(group, 0);
    }

    // ------------------------------------------------------------------ posting

    function test_postLevel_storesIt() public {
        WholeGroup memory w = _whole();
        MockAggregatorProxy(address(proxy)).setAggregator(feed);
        vols.setLevel(1.1e9, uint40(block.timestamp - 2));
        vm.expectEmit(address(venue));
        emit IOptionListing.LevelPosted(group, 1.1e9, uint40(block.timestamp - 2));
        venue.postLevel(group);
        (w.options.level, w.options.levelTime) = (1.1e9, uint40(block.timestamp - 2));
        w.options.feedPhase = 2;
        _requireWhole(w);
        // The same once more: nothing, though the source says another number.
        vols.setLevel(1.2e9, uint40(block.timestamp - 2));
        venue.postLevel(group);
        _requireWhole(w);
    }

    /// The rounds of an expiry begin in the phase noted before its window.
    function test_postLevel_notesNoPhaseInAWindow() public {
        vm.warp(WINDOW - 1);
        _tell();
        MockAggregatorProxy(address(proxy)).setAggregator(feed);
        uint256 state = vm.snapshotState();
        venue.postLevel(group);
        vm.assertEq(_whole().options.feedPhase, 2, "the last second before");
        vm.revertToState(state);
        vm.warp(WINDOW);
        venue.postLevel(group);
        vm.assertEq(_whole().options.feedPhase, 1, "the first of it");
    }

    function test_postSmile_storesIt() public {
        venue.list(group, NEAR);
        WholeGroup memory w = _whole();
        for (uint256 i; i < 2; ++i) {
            Smile smile = flatSmile(i == 0 ? 6_900 : 6_000, 0);
            vols.setSmile(smile);
            vm.expectEmit(address(venue));
            emit IOptionListing.SmilePosted(group, 1, smile);
            venue.postSmile(group, 1);
            w.ladders[1].smiles[1 - i] = smile;
            w.options.versions = i == 0 ? 2 : 0;
            _requireWhole(w);
            for (uint256 k; k < 2; ++k) {
                vm.expectRevert(abi.encodeWithSelector(IOptionListing.SmilePending.selector, group, 1));
                venue.postSmile(group, 1);
                skip(120);
                _tell();
                venue.poke(group);
            }
            w = _whole();
            vm.assertEq(w.options.anchor.versions, w.options.versions, "the anchor names it");
        }
    }

    function test_postSmile_refuses() public {
        venue.list(group, NEAR);
        vm.expectRevert(abi.encodeWithSelector(IOptionListing.LadderNotListed.selector, group, 2));
        venue.postSmile(group, 2);
        vm.expectRevert(abi.encodeWithSelector(IOptionListing.LadderNotListed.selector, group, 8));
        venue.postSmile(group, 8);
        vols.setSmile(Smile.wrap(0));
        vm.expectRevert(abi.encodeWithSelector(IOptionListing.SmileMissing.selector, NEAR, 3_300e18, 100e18));
        venue.postSmile(group, 1);
        vols.setSmile(flatSmile(6_901, 0));
        vm.expectRevert(abi.encodeWithSelector(IOptionListing.VolMoveTooLarge.selector, 0, 6_000, 6_901));
        venue.postSmile(group, 1);
        // 5% of a year times the term: 5,000 units of 1e-5 a year.
        uint256 limit = (5_000 * uint256(NEAR - block.timestamp)) / 365 days;
        vols.setSmile(flatSmile(6_000, int256(limit + 1)));
        vm.expectRevert(abi.encodeWithSelector(IOptionListing.BasisMoveTooLarge.selector, 0, limit + 1, limit));
        venue.postSmile(group, 1);
        vm.warp(NEAR - 1);
        _tell();
        vols.setSmile(flatSmile(6_000, 0));
        venue.postSmile(group, 1);
        vm.warp(NEAR);
        vm.expectRevert(abi.encodeWithSelector(IOptionListing.LadderExpired.selector, group, 1, NEAR));
        venue.postSmile(group, 1);
        _setSpot(4_100);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GapOpen.selector, group));
        venue.postSmile(group, 0);
    }

    /// What is posted is checked at the new volatilities.
    function test_postSmile_checksTheNewOne() public {
        vols.setSmile(Smile.wrap(Smile.unwrap(flatSmile(6_000, 0)) + (600 << (16 * 6))));
        vm.expectRevert(abi.encodeWithSelector(IOptionListing.SmileArbitrage.selector, 6));
        venue.postSmile(group, 0);
    }

    // ------------------------------------------------------------------ fixing

    /// @dev A round of the present phase, dated as one likes. Returns its number.
    function _round(uint256 quote, uint256 time) private returns (uint80 id) {
        feed.setAnswerAt(int192(int256(quote * 1e8)), uint64(time));
        (id, , , , ) = proxy.latestRoundData();
    }

    function _entries(uint80 entry) private pure returns (uint80[] memory entries) {
        entries = new uint80[](1);
        entries[0] = entry;
    }

    function _fixes(uint80[] memory entries, uint256 price) private {
        vm.expectEmit(address(venue));
        emit IOptionListing.PriceFixed(group, 0, EXPIRY, Price.wrap(int256(price)));
        vm.assertTrue(venue.fixPrice(group, 0, entries, 99));
    }

    function _refuses(uint80[] memory entries, bytes memory why) private {
        vm.expectRevert(why);
        venue.fixPrice(group, 0, entries, 99);
    }

    function test_fixPrice_storesIt() public {
        vm.warp(EXPIRY - 7 days);
        _tell();
        venue.list(group, EXPIRY + 7 days);
        vm.warp(EXPIRY + 10);
        uint80 first = _round(4_000, WINDOW - 100);
        _round(4_010, WINDOW + 500);
        _round(4_020, WINDOW + 900);
        _round(4_030, EXPIRY + 5);
        WholeGroup memory w = _whole();
        // 4,000 for 500 seconds, 4,010 for 400, 4,020 for 900.
        _fixes(_entries(first), uint256(7_222_000e18) / 1_800);
        w.ladders[0].settlement = uint80(uint256(7_222_000e18) / 1_800);
        (w.options.nextExpiry, w.options.lastExpiry) = (EXPIRY + 7 days, EXPIRY);
        _requireWhole(w);
        _refuses(_entries(first), abi.encodeWithSelector(IOptionListing.PriceAlreadyFixed.selector, group, 0));
    }

    function test_fixPrice_oneRoundACall() public {
        vm.warp(EXPIRY + 10);
        uint80 first = _round(4_000, WINDOW - 100);
        _round(4_010, WINDOW + 500);
        _round(4_020, WINDOW + 900);
        _round(4_030, EXPIRY + 5);
        WholeGroup memory w = _whole();
        uint256[3] memory marks = [uint256(4_000), 4_010, 4_020];
        uint256[3] memory times = [WINDOW - 100, WINDOW + 500, WINDOW + 900];
        uint256[3] memory weights = [uint256(0), 500, 900];
        uint256[3] memory sums = [uint256(0), 2_000_000, 3_604_000];
        for (uint80 i; i < 3; ++i) {
            vm.expectEmit(address(venue));
            emit IOptionListing.FixingAdvanced(group, 0, first + i);
            vm.assertFalse(venue.fixPrice(group, 0, i == 0 ? _entries(first) : new uint80[](0), i == 0 ? 0 : 1));
            (w.ladders[0].fixing.round, w.ladders[0].fixing.time) = (first + i, uint40(times[i]));
            (w.ladders[0].fixing.weight, w.ladders[0].fixing.sum) = (uint16(weights[i]), uint96(sums[i] * 1e18));
            w.ladders[0].fixing.mark = uint80(marks[i] * 1e18);
            _requireWhole(w);
        }
        _fixes(new uint80[](0), uint256(7_222_000e18) / 1_800);
        delete w.ladders[0].fixing;
        w.ladders[0].settlement = uint80(uint256(7_222_000e18) / 1_800);
        (w.options.nextExpiry, w.options.lastExpiry) = (0, EXPIRY);
        _requireWhole(w);
    }

    /// The next expiry is the earliest of those that are left, whatever their places.
    function test_fixPrice_findsTheNextExpiry() public {
        venue.list(group, NEAR);
        venue.list(group, EXPIRY - 7 days);
        vm.warp(NEAR + 10);
        uint80 first = _round(4_000, NEAR - 30 minutes);
        _round(4_000, NEAR - 20 minutes);
        _round(4_000, NEAR - 10 minutes);
        _round(4_000, NEAR + 5);
        vm.assertTrue(venue.fixPrice(group, 1, _entries(first), 99));
        WholeGroup memory w = _whole();
        vm.assertEq(w.options.nextExpiry, EXPIRY - 7 days);
        vm.assertEq(w.options.lastExpiry, NEAR);
    }

    /// An answer holds for the heartbeat, a bad one for nothing.
    function test_fixPrice_averagesWhatHeld() public {
        vm.warp(EXPIRY + 10);
        uint80 first = _round(4_000, WINDOW - 999); // holds for one second
        _round(4_100, WINDOW + 100); // until 1,100
        _round(4_200, WINDOW + 1_300);
        feed.setAnswerAt(0, uint64(WINDOW + 1_400));
        _round(4_300, WINDOW + 1_500);
        _round(4_400, EXPIRY); // holds for nothing
        _round(4_500, EXPIRY + 1);
        uint256 sum = 4_000 + 4_100 * 1_000 + 4_200 * 100 + 4_300 * 300;
        _fixes(_entries(first), (sum * 1e18) / 1_401);
    }

    function test_fixPrice_whenNothingHeld_isTheFirstAnswerAfterwards() public {
        vm.warp(EXPIRY + 50);
        uint80 first = _round(4_000, WINDOW - 1_000);
        feed.setAnswerAt(-1, uint64(EXPIRY + 1));
        _round(4_100, EXPIRY + 2);
        _round(4_200, EXPIRY + 3);
        _fixes(_entries(first), 4_100e18);
    }

    function test_fixPrice_entries() public {
        vm.warp(EXPIRY + 10);
        uint80 first = _round(4_000, WINDOW - 1);
        uint80 last = _round(4_010, WINDOW);
        uint80 later = _round(4_020, WINDOW + 1);
        _round(4_030, EXPIRY + 5);
        bytes4 selector = IOptionListing.NotTheLastRound.selector;
        _refuses(_entries(first), abi.encodeWithSelector(selector, first, last));
        selector = IOptionListing.NotTheFirstRound.selector;
        _refuses(_entries(later), abi.encodeWithSelector(selector, later, last));
        _refuses(_entries(later + 9), abi.encodeWithSelector(IOptionListing.RoundUnknown.selector, later + 9));
        selector = IOptionListing.EntryNotNamed.selector;
        _refuses(new uint80[](0), abi.encodeWithSelector(selector, 1, WINDOW));
        _refuses(_entries(uint80(2) << 64), abi.encodeWithSelector(selector, 1, WINDOW));
        selector = IOptionListing.NotTheLastRound.selector;
        _refuses(_entries(uint80(1) << 64), abi.encodeWithSelector(selector, uint80(1) << 64, (uint80(1) << 64) + 1));
        _fixes(_entries(last), (4_010e18 + 4_020e18 * 1_000) / uint256(1_001));
    }

    function test_fixPrice_waits() public {
        vm.warp(EXPIRY);
        _tellPrice();
        uint80 first = _round(4_000, WINDOW - 1);
        bytes4 selector = IOptionListing.NotExpired.selector;
        _refuses(_entries(first), abi.encodeWithSelector(selector, EXPIRY));
        vm.expectRevert(abi.encodeWithSelector(IOptionListing.LadderNotListed.selector, group, 1));
        venue.fixPrice(group, 1, _entries(first), 99);
        vm.expectRevert(abi.encodeWithSelector(IOptionListing.LadderNotListed.selector, group, 8));
        venue.fixPrice(group, 8, _entries(first), 99);
        vm.warp(EXPIRY + 1);
        _round(4_000, EXPIRY - 10);
        // No round is dated after the expiry.
        selector = IOptionListing.PriceNotFinal.selector;
        _refuses(_entries(first), abi.encodeWithSelector(selector, EXPIRY + HEARTBEAT));
        vm.warp(EXPIRY - 10 + HEARTBEAT + 1);
        _refuses(_entries(first), abi.encodeWithSelector(IOptionListing.FactorsNotFresh.selector, group));
    }

    function test_fixPrice_theEarliestFirst() public {
        vm.warp(EXPIRY - 7 days);
        _tell();
        venue.list(group, EXPIRY + 7 days);
        vm.warp(EXPIRY + 7 days + 10);
        uint80 first = _round(4_000, WINDOW - 1);
        _round(4_000, EXPIRY + 7 days + 1);
        bytes4 selector = IOptionListing.EarlierExpiryOpen.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, EXPIRY + 7 days, EXPIRY));
        venue.fixPrice(group, 1, _entries(first), 99);
    }

    /// The old aggregator falls silent before the expiry; a heartbeat after it, those of the next phase go on.
    function test_fixPrice_goesOnInTheNextPhase() public {
        vm.warp(WINDOW + 300);
        MockAggregator next = new MockAggregator(8, 4_400e8); // its first round nobody saw through the proxy
        uint80 first = _round(4_000, WINDOW - 5);
        _round(4_100, WINDOW + 600);
        next.setAnswerAt(4_200e8, uint64(WINDOW + 700));
        vm.warp(EXPIRY + 10);
        next.setAnswer(4_500e8);
        MockAggregatorProxy(address(proxy)).setAggregator(next);
        bytes4 selector = IOptionListing.PriceNotFinal.selector;
        _refuses(_entries(first), abi.encodeWithSelector(selector, EXPIRY + HEARTBEAT));
        vm.warp(EXPIRY + HEARTBEAT);
        _refuses(_entries(first), abi.encodeWithSelector(selector, EXPIRY + HEARTBEAT));
        vm.warp(EXPIRY + HEARTBEAT + 1);
        selector = IOptionListing.EntryNotNamed.selector;
        _refuses(_entries(first), abi.encodeWithSelector(selector, 2, WINDOW + 600));
        uint80[] memory entries = new uint80[](2);
        (entries[0], entries[1]) = (first, (uint80(2) << 64) | 2);
        selector = IOptionListing.NotTheFirstRound.selector;
        _refuses(entries, abi.encodeWithSelector(selector, entries[1], entries[1] - 1));
        --entries[1];
        // 4,000 for 600 seconds, 4,100 for 100, 4,200 for the heartbeat.
        _fixes(entries, ((4_000 * 600 + 4_100 * 100 + 4_200 * 1_000) * 1e18) / uint256(1_700));
        vm.assertEq(_whole().options.feedPhase, 1, "noted before the window");
    }

    /// As above, but the next phase has no round before: its first is named, and counts.
    function test_fixPrice_goesOnWithTheFirstRoundOfTheNextPhase() public {
        vm.warp(WINDOW + 700);
        MockAggregator next = new MockAggregator(8, 4_400e8);
        uint80 first = _round(4_000, WINDOW - 5);
        _round(4_100, WINDOW + 600);
        vm.warp(EXPIRY + 10);
        next.setAnswer(4_500e8);
        MockAggregatorProxy(address(proxy)).setAggregator(next);
        vm.warp(EXPIRY + HEARTBEAT + 1);
        uint80[] memory entries = new uint80[](2);
        (entries[0], entries[1]) = (first, (uint80(2) << 64) | 1);
        _fixes(entries, ((4_000 * 600 + 4_100 * 100 + 4_400 * 1_000) * 1e18) / uint256(1_700));
    }

    // ------------------------------------------------------------------ collecting

    function test_collect_storesIt() public {
        (Actor memory taker, Actor memory maker) = (_actor("taker", 10_000), _actor("maker", 100_000));
        MarketId series = _call(7);
        _trade(taker, maker, series, 2 * int256(BASE), 300e18);
        _trade(taker, maker, _perpetual(), int256(BASE), SPOT * 1e18);
        vm.warp(EXPIRY + 10);
        uint80 first = _round(4_040, WINDOW);
        _round(4_040, WINDOW + 900);
        _round(4_040, EXPIRY + 5);
        vm.expectRevert(abi.encodeWithSelector(IOptionDeleveraging.SeriesNotClosed.selector, series));
        venue.collect(taker.id, series);
        _fixes(_entries(first), 4_040e18);
        _settleAnchors();
        WholeGroup memory w = _whole();
        StoredBook memory book = _book(series);
        vm.assertEq(book.openInterest, 2 * BASE);
        int256 cash = _cash(taker.id);

        // Two calls at 4,000, bought at 300: 40 each, less 300 each, down to the unit.
        Money after_ = Money.wrap(cash + 2 * (40e9 - 300e9) - 1);
        vm.expectEmit(address(venue));
        emit ITrading.PositionChanged(taker.id, series, NO_SIZE, NO_POSITION, after_);
        venue.collect(taker.id, series);
        w.options.estates = 1 << 14;
        _requireWhole(w);
        book.estateLong = uint72(2 * BASE);
        vm.assertEq(abi.encode(_book(series)), abi.encode(book), "in the estate");
        Standing memory s = _standing(taker.id);
        vm.assertEq(s.cash, Money.unwrap(after_));
        vm.assertEq(s.held, 1 << 255);
        vm.assertTrue(s.isOpen, "the perpetual is left");
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.NoPosition.selector, taker.id, series));
        venue.collect(taker.id, series);
        vm.expectRevert(abi.encodeWithSelector(IOptionDeleveraging.SeriesNotClosed.selector, _perpetual()));
        venue.collect(taker.id, _perpetual());

        venue.collect(maker.id, series);
        w.options.live &= ~uint256(1 << 14);
        _requireWhole(w);
        (book.estateLong, book.openInterest) = (0, 0);
        vm.assertEq(abi.encode(_book(series)), abi.encode(book), "nothing is left");
        _setSpot(4_200);
        venue.poke(group);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GroupLocked.selector, group, block.timestamp + 120));
        venue.collect(taker.id, _perpetual());
    }
}
