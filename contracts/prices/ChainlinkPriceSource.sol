// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {PPM} from "../types/Arithmetic.sol";
import {FeedLib, Round} from "./FeedLib.sol";

/// @title A mark from Chainlink data feeds, one instance a market, without an owner and without state
///
/// MARK. The first feed's answer, floor. A second feed never enters the mark, it only confirms it. STALE. A feed's
/// answer is older than its heartbeat. Chainlink writes at least once a heartbeat; allow for congestion. INSANE. A feed
/// does not answer as one, its answer is not positive, its round is incomplete or dated more than 15 seconds in the
/// future, the mark is outside MIN_MARK to MAX_MARK, or the feeds differ by more than the maximum deviation. DOWN. On a
/// rollup: its sequencer is down, or came back less than the grace period ago, so that users could not yet react to
/// prices. FLOORS. An aggregator clamps its answers to bounds of its own (minAnswer, maxAnswer) and keeps them looking
/// fresh in a crash through them. This contract cannot see that: give a market whose price may come near such a bound a
/// second feed of another provider.
contract ChainlinkPriceSource is IPriceSource {
    /// @dev Everything is fixed at construction. Seconds and ppm.
    struct Config {
        AggregatorV3Interface feed;
        uint256 heartbeat;
        /// Zero: none, and then the next two are zero.
        AggregatorV3Interface second;
        uint256 secondHeartbeat;
        /// How far the first answer may lie from the second, ppm of the second.
        uint256 maxDeviation;
        /// Chainlink's L2 sequencer uptime feed. Zero: none, and then the next is zero.
        AggregatorV3Interface sequencer;
        uint256 sequencerGrace;
        /// The market's base is 10^lotExponent coins, for coins so cheap that a price of one would be coarse.
        uint256 lotExponent;
    }

    error NotAFeed(address feed);
    error SameFeedTwice(address feed);
    error ParameterOutOfBounds(bytes32 name, uint256 value, uint256 low, uint256 high);

    uint256 public constant MAX_HEARTBEAT = 3 days;
    uint256 public constant MAX_DEVIATION = 200_000;
    uint256 public constant MAX_SEQUENCER_GRACE = 1 days;
    uint256 public constant MAX_LOT_EXPONENT = 9;
    uint256 public constant MAX_FEED_DECIMALS = 36;

    uint256 private constant MARK_DECIMALS = 18;

    AggregatorV3Interface public immutable feed;
    uint256 public immutable heartbeat;
    AggregatorV3Interface public immutable second;
    uint256 public immutable secondHeartbeat;
    uint256 public immutable maxDeviation;
    AggregatorV3Interface public immutable sequencer;
    uint256 public immutable sequencerGrace;
    uint256 public immutable lotExponent;

    // mark = answer * 10^exponent
    int8 private immutable _exponent;
    int8 private immutable _secondExponent;

    constructor(Config memory config) {
        bool two = address(config.second) != address(0);
        bool rollup = address(config.sequencer) != address(0);
        _requireWithin("heartbeat", config.heartbeat, 1, MAX_HEARTBEAT);
        _requireWithin("secondHeartbeat", config.secondHeartbeat, two ? 1 : 0, two ? MAX_HEARTBEAT : 0);
        _requireWithin("maxDeviation", config.maxDeviation, two ? 1 : 0, two ? MAX_DEVIATION : 0);
        _requireWithin("sequencerGrace", config.sequencerGrace, rollup ? 1 : 0, rollup ? MAX_SEQUENCER_GRACE : 0);
        _requireWithin("lotExponent", config.lotExponent, 0, MAX_LOT_EXPONENT);
        if (two && address(config.second) == address(config.feed)) revert SameFeedTwice(address(config.feed));
        if (rollup && address(config.sequencer).code.length == 0) revert NotAFeed(address(config.sequencer));

        (feed, heartbeat) = (config.feed, config.heartbeat);
        (second, secondHeartbeat, maxDeviation) = (config.second, config.secondHeartbeat, config.maxDeviation);
        (sequencer, sequencerGrace, lotExponent) = (config.sequencer, config.sequencerGrace, config.lotExponent);
        _exponent = _exponentOf(config.feed, config.lotExponent);
        _secondExponent = two ? _exponentOf(config.second, config.lotExponent) : int8(0);
    }

    /// @inheritdoc IPriceSource
    /// @dev The mark is zero unless FRESH. Feeds are called below the language: a `try` would still revert on an answer
    /// that does not decode.
    function read() external view returns (uint256 mark, Status status) {
        if (address(sequencer) != address(0) && !_sequencerIsUp()) return (0, Status.DOWN);

        (mark, status) = FeedLib.read(feed, heartbeat, _exponent);
        if (address(second) == address(0) || status != Status.FRESH) return (mark, status);

        (uint256 other, Status otherStatus) = FeedLib.read(second, secondHeartbeat, _secondExponent);
        if (otherStatus != Status.FRESH) return (0, otherStatus);
        uint256 difference = mark > other ? mark - other : other - mark;
        if (difference * PPM > maxDeviation * other) return (0, Status.INSANE);
    }

    /// @inheritdoc IPriceSource
    function plainFeed() external view returns (AggregatorV3Interface plain, uint24 longest, int8 exponent) {
        if (address(second) != address(0) || address(sequencer) != address(0)) return (plain, 0, 0);
        return (feed, uint24(heartbeat), _exponent);
    }

    /// @dev The uptime feed answers 0 for up and 1 for down, `startedAt` is when that began, or 0 before its first
    /// report.
    function _sequencerIsUp() private view returns (bool) {
        (bool ok, Round memory round) = FeedLib.latestRound(sequencer);
        if (!ok || round.answer != 0 || round.startedAt == 0 || round.startedAt > block.timestamp) return false;
        return block.timestamp - round.startedAt >= sequencerGrace;
    }

    /// @dev The power of ten from a feed's answers to marks.
    function _exponentOf(AggregatorV3Interface from, uint256 exponent) private view returns (int8) {
        if (address(from).code.length == 0) revert NotAFeed(address(from));
        uint256 decimals = from.decimals();
        _requireWithin("decimals", decimals, 0, MAX_FEED_DECIMALS);
        return int8(int256(MARK_DECIMALS + exponent) - int256(decimals)); // -18 to 27
    }

    function _requireWithin(bytes32 name, uint256 value, uint256 low, uint256 high) private pure {
        if (value < low || value > high) revert ParameterOutOfBounds(name, value, low, high);
    }
}
