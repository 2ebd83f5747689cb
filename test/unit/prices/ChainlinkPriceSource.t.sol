// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IPriceSource} from "../../../contracts/interfaces/IPriceSource.sol";
import {MockAggregator} from "../../../contracts/mocks/MockAggregator.sol";
import {MockAggregatorProxy} from "../../../contracts/mocks/MockAggregatorProxy.sol";
import {ChainlinkPriceSource} from "../../../contracts/prices/ChainlinkPriceSource.sol";
import {TestBase} from "../../base/TestBase.sol";

contract ChainlinkPriceSourceTest is TestBase {
    AggregatorV3Interface internal constant NONE = AggregatorV3Interface(address(0));
    uint256 internal constant HEARTBEAT = 1 hours;
    uint256 internal constant SECOND_HEARTBEAT = 1 days;
    uint256 internal constant DEVIATION = 10_000; // 1%
    uint256 internal constant GRACE = 30 minutes;
    uint256 internal constant MIN = 1e6;
    uint256 internal constant MAX = 1e24;

    MockAggregator internal feed;
    MockAggregator internal second;
    MockAggregator internal sequencer;
    ChainlinkPriceSource internal source; // one feed of 8 decimals
    ChainlinkPriceSource internal doubled; // the same, confirmed by one of 18
    ChainlinkPriceSource internal rollup; // the same, on a rollup

    function setUp() public {
        vm.warp(1_800_000_000);
        feed = new MockAggregator(8, 60_000e8);
        second = new MockAggregator(18, 60_000e18);
        sequencer = new MockAggregator(0, 0);
        source = new ChainlinkPriceSource(_config());
        doubled = new ChainlinkPriceSource(_withSecond());
        rollup = new ChainlinkPriceSource(_withSequencer());
    }

    // ------------------------------------------------------------------ construction

    function test_constructor_rejectsAFeedWithoutCode() public {
        ChainlinkPriceSource.Config memory config = _config();
        config.feed = AggregatorV3Interface(address(0xBEEF));
        _expectRejection(config, abi.encodeWithSelector(ChainlinkPriceSource.NotAFeed.selector, address(0xBEEF)));
        config = _withSecond();
        config.second = AggregatorV3Interface(address(0xBEEF));
        _expectRejection(config, abi.encodeWithSelector(ChainlinkPriceSource.NotAFeed.selector, address(0xBEEF)));
        config = _withSequencer();
        config.sequencer = AggregatorV3Interface(address(0xBEEF));
        _expectRejection(config, abi.encodeWithSelector(ChainlinkPriceSource.NotAFeed.selector, address(0xBEEF)));
    }

    function test_constructor_rejectsOneFeedAsBothSources() public {
        ChainlinkPriceSource.Config memory config = _withSecond();
        config.second = config.feed;
        _expectRejection(config, abi.encodeWithSelector(ChainlinkPriceSource.SameFeedTwice.selector, address(feed)));
    }

    function test_constructor_boundsEveryParameter() public {
        ChainlinkPriceSource.Config memory config = _config();
        config.heartbeat = 0;
        _expectOutOfBounds(config, "heartbeat", 0, 1, 3 days);
        config.heartbeat = 3 days + 1;
        _expectOutOfBounds(config, "heartbeat", 3 days + 1, 1, 3 days);

        config = _config();
        config.lotExponent = 10;
        _expectOutOfBounds(config, "lotExponent", 10, 0, 9);

        config = _withSecond();
        config.secondHeartbeat = 0;
        _expectOutOfBounds(config, "secondHeartbeat", 0, 1, 3 days);
        config = _withSecond();
        config.maxDeviation = 0;
        _expectOutOfBounds(config, "maxDeviation", 0, 1, 200_000);
        config.maxDeviation = 200_001;
        _expectOutOfBounds(config, "maxDeviation", 200_001, 1, 200_000);

        config = _withSequencer();
        config.sequencerGrace = 0;
        _expectOutOfBounds(config, "sequencerGrace", 0, 1, 1 days);

        feed.setDecimals(37);
        _expectOutOfBounds(_config(), "decimals", 37, 0, 36);
    }

    function test_constructor_rejectsParametersOfAnAbsentFeed() public {
        ChainlinkPriceSource.Config memory config = _config();
        config.secondHeartbeat = 1;
        _expectOutOfBounds(config, "secondHeartbeat", 1, 0, 0);
        config = _config();
        config.maxDeviation = 1;
        _expectOutOfBounds(config, "maxDeviation", 1, 0, 0);
        config = _config();
        config.sequencerGrace = 1;
        _expectOutOfBounds(config, "sequencerGrace", 1, 0, 0);
    }

    // ------------------------------------------------------------------ one feed

    function test_read_isInsaneWhenTheFeedReverts() public {
        feed.setMode(MockAggregator.Mode.REVERT);
        _assertUnusable(source, IPriceSource.Status.INSANE);
    }

    function test_read_isInsaneWhenTheAnswerIsTooShort() public {
        feed.setMode(MockAggregator.Mode.EMPTY);
        _assertUnusable(source, IPriceSource.Status.INSANE);
        feed.setMode(MockAggregator.Mode.SHORT);
        _assertUnusable(source, IPriceSource.Status.INSANE);
    }

    function test_read_isInsaneWhenTheFeedIsGone() public {
        vm.etch(address(feed), "");
        _assertUnusable(source, IPriceSource.Status.INSANE);
    }

    function test_read_doesNotRevertOnWordsThatFillNoNarrowerType() public {
        feed.setMode(MockAggregator.Mode.DIRTY);
        _assertMark(source, 60_000e18);
    }

    function test_read_doesNotPayForALongTail() public {
        feed.setMode(MockAggregator.Mode.HUGE);
        uint256 before = gasleft();
        source.read();
        uint256 all = before - gasleft();
        before = gasleft();
        feed.latestRoundData();
        vm.assertLt(all, before - gasleft() + 20_000);
    }

    function test_read_isInsaneWhenTheAnswerIsNotPositive() public {
        feed.setAnswer(0);
        _assertUnusable(source, IPriceSource.Status.INSANE);
        feed.setAnswer(-1);
        _assertUnusable(source, IPriceSource.Status.INSANE);
        feed.setAnswer(type(int256).min);
        _assertUnusable(source, IPriceSource.Status.INSANE);
    }

    function test_read_isInsaneOutsideTheRangeOfMarks() public {
        feed.setAnswer(1_000_000e8);
        _assertMark(source, MAX);
        feed.setAnswer(1_000_000e8 + 1);
        _assertUnusable(source, IPriceSource.Status.INSANE);
        feed.setAnswer(type(int256).max);
        _assertUnusable(source, IPriceSource.Status.INSANE);

        MockAggregator fine = new MockAggregator(18, int256(MIN));
        ChainlinkPriceSource tiny = new ChainlinkPriceSource(_configOf(fine, 0));
        _assertMark(tiny, MIN);
        fine.setAnswer(int256(MIN) - 1);
        _assertUnusable(tiny, IPriceSource.Status.INSANE);
    }

    function test_read_isInsaneWhenTheRoundIsIncomplete() public {
        feed.setUpdatedAt(0);
        _assertUnusable(source, IPriceSource.Status.INSANE);
        feed.setAnswer(1e8);
        feed.setRoundId(8, 7);
        _assertUnusable(source, IPriceSource.Status.INSANE);
    }

    function test_read_acceptsFeedsThatLeaveAnsweredInRoundAtZero() public {
        feed.setRoundId(8, 0);
        _assertMark(source, 60_000e18);
    }

    /// Feeds that date an answer by its observation can be ahead of a chain whose blocks are dated late.
    function test_read_takesAnAnswerDatedUpTo15SecondsAhead() public {
        feed.setUpdatedAt(block.timestamp + 1);
        _assertMark(source, 60_000e18);
        feed.setUpdatedAt(block.timestamp + 15);
        _assertMark(source, 60_000e18);
        _assertMark(doubled, 60_000e18);
        feed.setUpdatedAt(block.timestamp + 16);
        _assertUnusable(source, IPriceSource.Status.INSANE);
        _assertUnusable(doubled, IPriceSource.Status.INSANE);
    }

    function test_read_takesTheSecondFeedDatedUpTo15SecondsAhead() public {
        second.setUpdatedAt(block.timestamp + 15);
        _assertMark(doubled, 60_000e18);
        second.setUpdatedAt(block.timestamp + 16);
        _assertUnusable(doubled, IPriceSource.Status.INSANE);
    }

    function test_read_ofAnAnswerDatedAhead_isStaleAHeartbeatAfterItsDate() public {
        feed.setUpdatedAt(block.timestamp + 15);
        skip(HEARTBEAT + 15);
        _assertMark(source, 60_000e18);
        skip(1);
        _assertUnusable(source, IPriceSource.Status.STALE);
    }

    function test_read_ofAnAnswerDatedAtTheEndOfTime_isInsane() public {
        feed.setUpdatedAt(type(uint256).max);
        _assertUnusable(source, IPriceSource.Status.INSANE);
        feed.setUpdatedAt(type(uint256).max - HEARTBEAT + 1);
        _assertUnusable(source, IPriceSource.Status.INSANE);
    }

    function test_read_isStaleAfterHeartbeat() public {
        skip(HEARTBEAT);
        _assertMark(source, 60_000e18);
        skip(1);
        _assertUnusable(source, IPriceSource.Status.STALE);
        feed.setAnswer(61_000e8);
        _assertMark(source, 61_000e18);
    }

    function test_read_goesThroughAProxyAndFollowsItsAggregator() public {
        MockAggregatorProxy proxy = new MockAggregatorProxy(feed);
        ChainlinkPriceSource.Config memory config = _config();
        config.feed = proxy;
        ChainlinkPriceSource proxied = new ChainlinkPriceSource(config);
        _assertMark(proxied, 60_000e18);
        proxy.setAggregator(new MockAggregator(8, 59_000e8));
        _assertMark(proxied, 59_000e18);
    }

    // ------------------------------------------------------------------ scaling

    function test_read_listsACheapCoinPerMillion() public {
        MockAggregator cheap = new MockAggregator(18, 12_345_678_901_234); // 0.000012345678901234 quote a coin
        _assertMark(new ChainlinkPriceSource(_configOf(cheap, 6)), 12_345_678_901_234_000_000);
        MockAggregator coarse = new MockAggregator(8, 1234); // 0.00001234
        _assertMark(new ChainlinkPriceSource(_configOf(coarse, 6)), 12.34e18);
    }

    function testFuzz_read_scalesEveryNumberOfDecimals(uint8 decimals, uint8 exponent, uint256 mark) public {
        decimals = uint8(bound(decimals, 0, 36));
        exponent = uint8(bound(exponent, 0, 9));
        mark = bound(mark, MIN, MAX);
        uint256 shift = 18 + uint256(exponent);
        uint256 answer = decimals <= shift ? mark / 10 ** (shift - decimals) : mark * 10 ** (decimals - shift);
        MockAggregator any = new MockAggregator(decimals, int256(answer));
        ChainlinkPriceSource scaled = new ChainlinkPriceSource(_configOf(any, exponent));

        uint256 expected = decimals <= shift ? answer * 10 ** (shift - decimals) : mark;
        if (expected < MIN) _assertUnusable(scaled, IPriceSource.Status.INSANE);
        else _assertMark(scaled, expected);
    }

    function testFuzz_read_neverReverts(MockAggregator.Round memory round, uint8 mode, uint8 decimals) public {
        MockAggregator any = new MockAggregator(uint8(bound(decimals, 0, 36)), 1);
        ChainlinkPriceSource.Config memory config = _withSequencer();
        config.feed = any;
        config.second = feed;
        (config.secondHeartbeat, config.maxDeviation) = (1 days, 200_000);
        config.sequencer = second;
        ChainlinkPriceSource all = new ChainlinkPriceSource(config);
        any.setRound(round);
        any.setMode(MockAggregator.Mode(mode % 6));
        feed.setRound(round);
        second.setRound(round);
        _checkRange(all);
        second.setRound(MockAggregator.Round(1, 0, block.timestamp, block.timestamp, 1));
        skip(GRACE);
        _checkRange(all);
    }

    function testFuzz_read_equalsItsSolidityForm(MockAggregator.Round memory round, uint8 mode, uint8 age) public {
        if (age % 2 == 0) (round.answer, round.answeredInRound) = (60_000e8, round.roundId);
        if (age % 3 == 1) round.updatedAt = block.timestamp - uint256(age) * 1 minutes;
        if (age % 3 == 2) round.updatedAt = block.timestamp + (age % 32);
        feed.setRound(round);
        feed.setMode(MockAggregator.Mode(mode % 6));
        (uint256 mark, IPriceSource.Status status) = source.read();
        (uint256 expected, IPriceSource.Status expectedStatus) = _readPlainly();
        vm.assertEq(uint256(status), uint256(expectedStatus), "status");
        vm.assertEq(mark, expected, "mark");
    }

    function test_plainFeed_isWhatASourceOfOneFeedReads() public {
        ChainlinkPriceSource.Config memory config = _config();
        config.lotExponent = 3;
        (AggregatorV3Interface from, uint24 heartbeat, int8 exponent) = new ChainlinkPriceSource(config).plainFeed();
        vm.assertEq(address(from), address(feed));
        vm.assertEq(heartbeat, HEARTBEAT);
        vm.assertEq(exponent, 13, "18 + 3 - 8");
    }

    function test_plainFeed_isNoneWhenAnotherFeedHasASay() public view {
        (AggregatorV3Interface from, uint24 heartbeat, ) = doubled.plainFeed();
        vm.assertEq(address(from), address(0));
        vm.assertEq(heartbeat, 0);
        (from, heartbeat, ) = rollup.plainFeed();
        vm.assertEq(address(from), address(0));
        vm.assertEq(heartbeat, 0);
    }

    // ------------------------------------------------------------------ second feed

    function test_read_isTheFirstFeedsAnswerWhileTheSecondConfirmsIt() public {
        second.setAnswer(60_600e18); // 600 below it, 1% would be 606
        _assertMark(doubled, 60_000e18);
        second.setAnswer(59_405.940594059405940595e18); // 1% of it is just enough
        _assertMark(doubled, 60_000e18);
        feed.setAnswer(60_600e8);
        second.setAnswer(60_000e18); // exactly 1%
        _assertMark(doubled, 60_600e18);
    }

    function test_read_isInsaneBeyondTheMaximumDeviation() public {
        second.setAnswer(60_607e18);
        _assertUnusable(doubled, IPriceSource.Status.INSANE);
        second.setAnswer(59_405.940594059405940594e18);
        _assertUnusable(doubled, IPriceSource.Status.INSANE);
    }

    function test_read_isAsBadAsTheSecondFeed() public {
        second.setMode(MockAggregator.Mode.REVERT);
        _assertUnusable(doubled, IPriceSource.Status.INSANE);
        second.setMode(MockAggregator.Mode.HONEST);
        skip(SECOND_HEARTBEAT + 1);
        feed.setAnswer(60_000e8);
        _assertUnusable(doubled, IPriceSource.Status.STALE);
        second.setAnswer(60_000e18);
        _assertMark(doubled, 60_000e18);
    }

    function testFuzz_read_holdsTheDeviationExactly(uint256 first, uint256 other) public {
        first = bound(first, 1e4, 1e12);
        other = bound(other, first / 2, first * 2);
        feed.setAnswer(int256(first));
        second.setAnswer(int256(other * 1e10));
        uint256 difference = first > other ? first - other : other - first;
        if (difference * 1_000_000 > other * DEVIATION) _assertUnusable(doubled, IPriceSource.Status.INSANE);
        else _assertMark(doubled, first * 1e10);
    }

    // ------------------------------------------------------------------ sequencer

    function test_read_isDownWhileTheSequencerIs() public {
        skip(GRACE);
        _assertMark(rollup, 60_000e18);
        sequencer.setAnswer(1);
        skip(GRACE);
        _assertUnusable(rollup, IPriceSource.Status.DOWN);
    }

    function test_read_isDownUntilTheGracePeriodIsOver() public {
        skip(GRACE - 1);
        _assertUnusable(rollup, IPriceSource.Status.DOWN);
        skip(1);
        _assertMark(rollup, 60_000e18);
    }

    function test_read_isDownBeforeTheUptimeFeedsFirstReport() public {
        skip(GRACE);
        sequencer.setStartedAt(0);
        _assertUnusable(rollup, IPriceSource.Status.DOWN);
        sequencer.setStartedAt(block.timestamp + 1);
        _assertUnusable(rollup, IPriceSource.Status.DOWN);
    }

    function test_read_isDownWhenTheUptimeFeedFails() public {
        skip(GRACE);
        sequencer.setMode(MockAggregator.Mode.REVERT);
        _assertUnusable(rollup, IPriceSource.Status.DOWN);
        sequencer.setMode(MockAggregator.Mode.SHORT);
        _assertUnusable(rollup, IPriceSource.Status.DOWN);
    }

    // ------------------------------------------------------------------ inside

    function _config() private view returns (ChainlinkPriceSource.Config memory) {
        return _configOf(feed, 0);
    }

    function _configOf(
        AggregatorV3Interface first,
        uint256 exponent
    ) private pure returns (ChainlinkPriceSource.Config memory config) {
        config.feed = first;
        config.heartbeat = HEARTBEAT;
        config.lotExponent = exponent;
    }

    function _withSecond() private view returns (ChainlinkPriceSource.Config memory config) {
        config = _config();
        config.second = second;
        config.secondHeartbeat = SECOND_HEARTBEAT;
        config.maxDeviation = DEVIATION;
    }

    function _withSequencer() private view returns (ChainlinkPriceSource.Config memory config) {
        config = _config();
        config.sequencer = sequencer;
        config.sequencerGrace = GRACE;
    }

    /// @dev What `source` does, without assembly.
    function _readPlainly() private view returns (uint256 mark, IPriceSource.Status status) {
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory data) = address(feed).staticcall{gas: 250_000}(abi.encodeCall(feed.latestRoundData, ()));
        if (!ok || data.length < 160) return (0, IPriceSource.Status.INSANE);
        (uint256 roundId, int256 answer, , uint256 updatedAt, uint256 answeredInRound) = abi.decode(
            data,
            (uint256, int256, uint256, uint256, uint256)
        );
        if (answer <= 0 || answer > int256(MAX / 1e10)) return (0, IPriceSource.Status.INSANE);
        if (updatedAt == 0 || updatedAt > block.timestamp + 15) return (0, IPriceSource.Status.INSANE);
        if (answeredInRound != 0 && answeredInRound < roundId) return (0, IPriceSource.Status.INSANE);
        if (updatedAt + HEARTBEAT < block.timestamp) return (0, IPriceSource.Status.STALE);
        return (uint256(answer) * 1e10, IPriceSource.Status.FRESH);
    }

    function _expectRejection(ChainlinkPriceSource.Config memory config, bytes memory reason) private {
        vm.expectRevert(reason);
        new ChainlinkPriceSource(config);
    }

    function _expectOutOfBounds(
        ChainlinkPriceSource.Config memory config,
        bytes32 name,
        uint256 value,
        uint256 low,
        uint256 high
    ) private {
        bytes4 selector = ChainlinkPriceSource.ParameterOutOfBounds.selector;
        _expectRejection(config, abi.encodeWithSelector(selector, name, value, low, high));
    }

    function _assertMark(ChainlinkPriceSource from, uint256 expected) private view {
        (uint256 mark, IPriceSource.Status status) = from.read();
        vm.assertEq(uint256(status), uint256(IPriceSource.Status.FRESH), "not fresh");
        vm.assertEq(mark, expected);
    }

    function _assertUnusable(ChainlinkPriceSource from, IPriceSource.Status expected) private view {
        (uint256 mark, IPriceSource.Status status) = from.read();
        vm.assertEq(uint256(status), uint256(expected), "status");
        vm.assertEq(mark, 0, "a mark that may not be used");
    }

    function _checkRange(ChainlinkPriceSource from) private view {
        (uint256 mark, IPriceSource.Status status) = from.read();
        if (status == IPriceSource.Status.FRESH) vm.assertTrue(mark >= MIN && mark <= MAX, "range");
        else vm.assertEq(mark, 0);
    }
}
