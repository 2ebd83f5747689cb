// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorInterface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorInterface.sol";
import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

/// @notice A Chainlink feed whose every field, and every way to fail, is set by the test. An honest round costs what it
/// costs on a real network: as in Chainlink's OCR aggregators the number of the latest round is in one slot, its answer
/// and time together in another.
contract MockAggregator is AggregatorV3Interface {
    enum Mode {
        HONEST,
        /// Reverts.
        REVERT,
        /// Answers with nothing.
        EMPTY,
        /// Answers with one word less than a round.
        SHORT,
        /// Answers with words that fill no narrower type.
        DIRTY,
        /// Answers with a round and a very long tail.
        HUGE
    }

    struct Round {
        uint80 roundId;
        int256 answer;
        uint256 startedAt;
        uint256 updatedAt;
        uint80 answeredInRound;
    }

    struct Transmission {
        int192 answer;
        uint64 timestamp;
    }

    error FeedBroken();

    uint256 private constant HUGE_BYTES = 200_000;

    // One slot, read by every answer: 4 + 1 + 1 + 1 bytes.
    uint32 private _latestRound;
    uint8 public decimals;
    Mode public mode;
    /// @dev The latest round is one that no aggregator would transmit; it is in `_odd`.
    bool private _isOdd;
    mapping(uint32 roundId => Transmission sent) private _transmissions;
    Round private _odd;

    constructor(uint8 decimals_, int256 answer) {
        decimals = decimals_;
        setAnswer(answer);
    }

    /// @notice A new round, answered now, and told as real aggregators tell it.
    function setAnswer(int256 answer) public {
        uint32 roundId = ++_latestRound;
        _isOdd = answer != int192(answer);
        if (_isOdd) _odd = Round(roundId, answer, block.timestamp, block.timestamp, roundId);
        else _transmissions[roundId] = Transmission(int192(answer), uint64(block.timestamp));
        emit AggregatorInterface.AnswerUpdated(answer, roundId, block.timestamp);
    }

    /// @notice A new round, dated `time`.
    function setAnswerAt(int192 answer, uint64 time) external {
        _isOdd = false;
        _transmissions[++_latestRound] = Transmission(answer, time);
    }

    function setRound(Round memory round) public {
        (_isOdd, _odd) = (true, round);
    }

    function setUpdatedAt(uint256 updatedAt) external {
        Round memory round = _latest();
        round.updatedAt = updatedAt;
        setRound(round);
    }

    function setStartedAt(uint256 startedAt) external {
        Round memory round = _latest();
        round.startedAt = startedAt;
        setRound(round);
    }

    function setRoundId(uint80 roundId, uint80 answeredInRound) external {
        Round memory round = _latest();
        (round.roundId, round.answeredInRound) = (roundId, answeredInRound);
        setRound(round);
    }

    function setDecimals(uint8 decimals_) external {
        decimals = decimals_;
    }

    function setMode(Mode mode_) external {
        mode = mode_;
    }

    function description() external pure returns (string memory) {
        return "MOCK / QUOTE";
    }

    function version() external pure returns (uint256) {
        return 4;
    }

    /// @notice A past round; zeros of one that there was not. As long as all is honest: else as `latestRoundData`.
    function getRoundData(uint80 roundId) external view returns (uint80, int256, uint256, uint256, uint80) {
        if (mode != Mode.HONEST || _isOdd) return _answer();
        Transmission memory sent = _transmissions[uint32(roundId)];
        return (roundId, sent.answer, sent.timestamp, sent.timestamp, roundId);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return _answer();
    }

    function _answer() private view returns (uint80, int256, uint256, uint256, uint80) {
        if (mode == Mode.REVERT) revert FeedBroken();
        if (mode == Mode.EMPTY) _return("");
        Round memory round = _latest();
        if (mode == Mode.SHORT) _return(abi.encode(round.roundId, round.answer, round.startedAt, round.updatedAt));
        if (mode == Mode.HUGE) _return(abi.encode(round, new bytes(HUGE_BYTES)));
        if (mode == Mode.DIRTY) {
            uint256 dirt = type(uint256).max;
            _return(abi.encode(dirt, round.answer, round.startedAt, round.updatedAt, dirt));
        }
        return (round.roundId, round.answer, round.startedAt, round.updatedAt, round.answeredInRound);
    }

    function _latest() private view returns (Round memory) {
        if (_isOdd) return _odd;
        uint32 roundId = _latestRound;
        Transmission memory sent = _transmissions[roundId];
        return Round(roundId, sent.answer, sent.timestamp, sent.timestamp, roundId);
    }

    function _return(bytes memory data) private pure {
        assembly ("memory-safe") {
            return(add(data, 32), mload(data))
        }
    }
}
