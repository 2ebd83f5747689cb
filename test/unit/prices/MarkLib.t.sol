// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IPriceSource} from "../../../contracts/interfaces/IPriceSource.sol";
import {Market, MarketStatus} from "../../../contracts/Ledger.sol";
import {MockAggregator} from "../../../contracts/mocks/MockAggregator.sol";
import {MockPriceSource} from "../../../contracts/mocks/MockPriceSource.sol";
import {ChainlinkPriceSource} from "../../../contracts/prices/ChainlinkPriceSource.sol";
import {MarkLib, Quote} from "../../../contracts/prices/MarkLib.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {TestBase} from "../../base/TestBase.sol";

contract MarkHarness {
    Market internal market;

    constructor(int88 mark) {
        (market.status, market.recordedMark) = (MarketStatus.OPEN, mark);
        market.fundingTime = uint32(block.timestamp);
    }

    function ask(IPriceSource source) external {
        (market.priceFeed, market.heartbeat) = (address(source), 0);
    }

    function readPlain(IPriceSource source) external {
        (AggregatorV3Interface feed, uint24 heartbeat, int8 exponent) = source.plainFeed();
        (market.priceFeed, market.heartbeat, market.exponent) = (address(feed), heartbeat, exponent);
    }

    function quote() external view returns (Quote memory) {
        return MarkLib.quote(market);
    }
}

/// @dev A source that answers with `length` bytes: a mark of 60,000, FRESH, and more.
contract LongSource {
    uint256 private immutable _length;

    constructor(uint256 length) {
        _length = length;
    }

    function read() external view {
        uint256 length = _length;
        assembly {
            mstore(0, 60000000000000000000000)
            mstore(32, 0)
            return(0, length)
        }
    }
}

contract MarkLibTest is TestBase {
    MockAggregator internal feed;
    IPriceSource internal source;
    MarkHarness internal marks;

    function setUp() public {
        vm.warp(1_800_000_000);
        feed = new MockAggregator(8, 60_000e8);
        source = _source(0);
        marks = new MarkHarness(59_000e18);
    }

    function test_quote_readsAPlainFeedWithoutItsSource() public {
        marks.readPlain(source);
        vm.etch(address(source), "");
        _assertMark(60_000e18);
        feed.setAnswer(61_234e8);
        _assertMark(61_234e18);
    }

    function test_quote_takesAnAnswerOfTwoWordsAlone() public {
        marks.ask(IPriceSource(address(new LongSource(64))));
        _assertMark(60_000e18);
        uint256[5] memory lengths = [uint256(0), 32, 63, 65, 60_000];
        for (uint256 i; i < lengths.length; ++i) {
            marks.ask(IPriceSource(address(new LongSource(lengths[i]))));
            vm.assertFalse(marks.quote().fresh);
        }
        marks.ask(IPriceSource(address(0xdead)));
        vm.assertFalse(marks.quote().fresh, "nobody is there");
    }

    function test_quote_isTheLastMarkWhenAPlainFeedIsStaleOrBroken() public {
        marks.readPlain(source);
        vm.warp(block.timestamp + 1 hours);
        _assertMark(60_000e18);
        vm.warp(block.timestamp + 1);
        vm.assertFalse(marks.quote().fresh, "stale");
        vm.assertEq(Price.unwrap(marks.quote().mark), 59_000e18);
        vm.etch(address(feed), "");
        vm.assertFalse(marks.quote().fresh, "nobody there");
    }

    function test_quote_takesAPlainFeedDatedUpTo15SecondsAhead() public {
        marks.readPlain(source);
        feed.setUpdatedAt(block.timestamp + 15);
        _assertMark(60_000e18);
        feed.setUpdatedAt(block.timestamp + 16);
        vm.assertFalse(marks.quote().fresh, "dated too far ahead");
        vm.warp(block.timestamp + 1);
        _assertMark(60_000e18);
    }

    function testFuzz_quote_isTheSameThroughTheSourceAndPlain(
        MockAggregator.Round memory round,
        uint8 mode,
        uint8 age,
        uint256 lot
    ) public {
        source = _source(lot % 10);
        if (age % 2 == 0) (round.answer, round.answeredInRound) = (60_000e8, round.roundId);
        if (age % 5 == 0) round.answer = int256(1 + (lot % 1e12));
        if (age % 3 == 1) round.updatedAt = block.timestamp - uint256(age) * 1 minutes;
        if (age % 3 == 2) round.updatedAt = block.timestamp + (age % 32);
        feed.setRound(round);
        feed.setMode(MockAggregator.Mode(mode % 6));
        marks.ask(source);
        Quote memory asked = marks.quote();
        marks.readPlain(source);
        vm.assertEq(keccak256(abi.encode(marks.quote())), keccak256(abi.encode(asked)));
    }

    function _assertMark(int256 mark) private view {
        vm.assertTrue(marks.quote().fresh);
        vm.assertEq(Price.unwrap(marks.quote().mark), mark);
    }

    function _source(uint256 lotExponent) private returns (IPriceSource) {
        ChainlinkPriceSource.Config memory config;
        (config.feed, config.heartbeat, config.lotExponent) = (feed, 1 hours, lotExponent);
        return new ChainlinkPriceSource(config);
    }
}

contract RecordedMarkTest is TestBase {
    Market internal market;

    /// The funding that accrued since a mark was recorded may carry it out of what a mark can be.
    function test_lastMark_staysAPossibleMark() public {
        market.fundingTime = uint32(block.timestamp);
        market.recordedMark = 1e24;
        vm.assertEq(_recordedMark(), 1e24);
        market.funding = 1;
        vm.assertEq(_recordedMark(), 1e24, "at most 1,000,000");
        market.funding = -1;
        vm.assertEq(_recordedMark(), 1e24 - 1);
        market.recordedMark = 1e6 + 1;
        vm.assertEq(_recordedMark(), 1e6);
        market.funding = -2;
        vm.assertEq(_recordedMark(), 1e6, "at least 1e-12");
    }

    function test_quote_takesTheLeastAndTheLargestMark_andNothingBeyond() public {
        MockPriceSource source = _open(1e24);
        vm.assertTrue(MarkLib.quote(market).fresh, "the largest");
        source.set(1e24 + 1, IPriceSource.Status.FRESH);
        vm.assertFalse(MarkLib.quote(market).fresh);
        source.set(1e6, IPriceSource.Status.FRESH);
        vm.assertTrue(MarkLib.quote(market).fresh, "the least");
        source.set(1e6 - 1, IPriceSource.Status.FRESH);
        vm.assertFalse(MarkLib.quote(market).fresh);
    }

    function test_quote_worsensAStaleMarkForBothSides_byTheShockRoundedDown() public {
        MockPriceSource source = _open(60_000e18);
        (market.recordedMark, market.chargeLong, market.chargeShort) = (60_000e18 + 19, 7, 9);
        market.params.staleShock = 50_000;
        source.set(61_000e18, IPriceSource.Status.STALE);
        Quote memory q = MarkLib.quote(market);
        vm.assertFalse(q.fresh);
        vm.assertEq(Price.unwrap(q.mark), 60_000e18 + 19, "the last recorded one");
        vm.assertEq(Price.unwrap(q.long), 57_000e18 + 19 - 7, "5% of the last 19 units is less than one");
        vm.assertEq(Price.unwrap(q.short), 63_000e18 + 19 + 9);
    }

    function _open(uint256 mark) private returns (MockPriceSource source) {
        source = new MockPriceSource(mark);
        (market.status, market.priceFeed) = (MarketStatus.OPEN, address(source));
        market.fundingTime = uint32(block.timestamp);
        market.recordedMark = 60_000e18;
    }

    function _recordedMark() private view returns (int256) {
        return Price.unwrap(MarkLib.recordedMark(market));
    }
}
