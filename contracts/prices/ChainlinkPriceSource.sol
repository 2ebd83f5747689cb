// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {PPM} from "../types/Arithmetic.sol";
import {MAX_MARK, MIN_MARK} from "../types/Price.sol";

/// @title A mark from Chainlink data feeds, one instance a market, without an owner and without state
///
/// MARK. The first feed's answer, floor. A second feed never enters the mark, it only confirms it.
/// STALE. A feed's answer is older than its heartbeat. Chainlink writes at least once a heartbeat; allow for congestion.
/// INSANE. A feed does not answer as one, its answer is not positive, its round is incomplete or dated in the future, the mark is outside
/// MIN_MARK to MAX_MARK, or the feeds differ by more than the maximum deviation.
/// DOWN. On a rollup: its sequencer is down, or came back less than the grace period ago, so that users could not yet react to prices.
/// FLOORS. An aggregator clamps its answers to bounds of its own (minAnswer, maxAnswer) and keeps them looking fresh in a crash through
/// them. This contract cannot see that: give a market whose price may come near such a bound a second feed of another provider.
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

    /// @dev What a feed answers, each in a whole word, so that no answer fails to decode.
    struct Round {
        uint256 roundId;
        int256 answer;
        uint256 startedAt;
        uint256 updatedAt;
        uint256 answeredInRound;
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

    // An answer above this is out of range at any number of decimals; below it, scaling cannot overflow: 2^160 * 1e27 < 2^256.
    uint256 private constant MAX_ANSWER = type(uint160).max;

    AggregatorV3Interface public immutable feed;
    uint256 public immutable heartbeat;
    AggregatorV3Interface public immutable second;
    uint256 public immutable secondHeartbeat;
    uint256 public immutable maxDeviation;
    AggregatorV3Interface public immutable sequencer;
    uint256 public immutable sequencerGrace;
    uint256 public immutable lotExponent;

    // mark = answer * multiplier / divisor; one of the two is 1.
    uint256 private immutable _multiplier;
    uint256 private immutable _divisor;
    uint256 private immutable _secondMultiplier;
    uint256 private immutable _secondDivisor;

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
        (_multiplier, _divisor) = _scaleOf(config.feed, config.lotExponent);
        (_secondMultiplier, _secondDivisor) = two ? _scaleOf(config.second, config.lotExponent) : (1, 1);
    }

    /// @inheritdoc IPriceSource
    /// @dev The mark is zero unless FRESH. Feeds are called below the language: a `try` would still revert on an answer that does not decode.
    function read() external view returns (uint256 mark, Status status) {
        if (address(sequencer) != address(0) && !_sequencerIsUp()) return (0, Status.DOWN);

        (mark, status) = _readFeed(feed, heartbeat, _multiplier, _divisor);
        if (address(second) == address(0) || status != Status.FRESH) return (mark, status);

        (uint256 other, Status otherStatus) = _readFeed(second, secondHeartbeat, _secondMultiplier, _secondDivisor);
        if (otherStatus != Status.FRESH) return (0, otherStatus);
        uint256 difference = mark > other ? mark - other : other - mark;
        if (difference * PPM > maxDeviation * other) return (0, Status.INSANE);
    }

    function _readFeed(
        AggregatorV3Interface from,
        uint256 longest,
        uint256 multiplier,
        uint256 divisor
    ) private view returns (uint256 mark, Status status) {
        (bool ok, Round memory round) = _latestRound(from);
        if (!ok || round.answer <= 0) return (0, Status.INSANE);
        if (round.updatedAt == 0 || round.updatedAt > block.timestamp) return (0, Status.INSANE);
        // Chainlink's own feeds always fill this in; some others with the same interface leave it at zero.
        if (round.answeredInRound != 0 && round.answeredInRound < round.roundId) return (0, Status.INSANE);

        uint256 positive = SafeCast.toUint256(round.answer);
        if (positive > MAX_ANSWER) return (0, Status.INSANE);
        mark = (positive * multiplier) / divisor;
        if (mark < MIN_MARK.toUint() || mark > MAX_MARK.toUint()) return (0, Status.INSANE);
        if (block.timestamp - round.updatedAt > longest) return (0, Status.STALE);
    }

    /// @dev The uptime feed answers 0 for up and 1 for down, `startedAt` is when that began, or 0 before its first report.
    function _sequencerIsUp() private view returns (bool) {
        (bool ok, Round memory round) = _latestRound(sequencer);
        if (!ok || round.answer != 0 || round.startedAt == 0 || round.startedAt > block.timestamp) return false;
        return block.timestamp - round.startedAt >= sequencerGrace;
    }

    /// @dev Not ok when the call fails, nobody is there, or less than a round comes back. The same, 350 gas dearer in every read and at the
    /// mercy of a feed that returns very much:
    ///
    ///     (bool called, bytes memory data) = address(from).staticcall(abi.encodeCall(from.latestRoundData, ()));
    ///     if (!called || data.length < 160) return (false, round);
    ///     return (true, abi.decode(data, (Round)));
    function _latestRound(AggregatorV3Interface from) private view returns (bool ok, Round memory round) {
        bytes4 selector = AggregatorV3Interface.latestRoundData.selector;
        assembly ("memory-safe") {
            mstore(0, selector)
            ok := staticcall(gas(), from, 0, 4, round, 160)
            ok := and(ok, gt(returndatasize(), 159))
        }
    }

    function _scaleOf(
        AggregatorV3Interface from,
        uint256 exponent
    ) private view returns (uint256 multiplier, uint256 divisor) {
        if (address(from).code.length == 0) revert NotAFeed(address(from));
        uint256 decimals = from.decimals();
        _requireWithin("decimals", decimals, 0, MAX_FEED_DECIMALS);
        uint256 wanted = MARK_DECIMALS + exponent;
        return decimals <= wanted ? (10 ** (wanted - decimals), uint256(1)) : (uint256(1), 10 ** (decimals - wanted));
    }

    function _requireWithin(bytes32 name, uint256 value, uint256 low, uint256 high) private pure {
        if (value < low || value > high) revert ParameterOutOfBounds(name, value, low, high);
    }
}
