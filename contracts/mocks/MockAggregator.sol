// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

/// @notice A Chainlink feed whose every field, and every way to fail, is set by the test.
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

    error FeedBroken();

    uint256 private constant HUGE_BYTES = 200_000;

    uint8 public decimals;
    Mode public mode;
    Round private _latest;

    constructor(uint8 decimals_, int256 answer) {
        decimals = decimals_;
        _latest = Round(1, answer, block.timestamp, block.timestamp, 1);
    }

    /// @notice A new round, answered now.
    function setAnswer(int256 answer) external {
        uint80 roundId = _latest.roundId + 1;
        _latest = Round(roundId, answer, block.timestamp, block.timestamp, roundId);
    }

    function setRound(Round calldata round) external {
        _latest = round;
    }

    function setUpdatedAt(uint256 updatedAt) external {
        _latest.updatedAt = updatedAt;
    }

    function setStartedAt(uint256 startedAt) external {
        _latest.startedAt = startedAt;
    }

    function setRoundId(uint80 roundId, uint80 answeredInRound) external {
        (_latest.roundId, _latest.answeredInRound) = (roundId, answeredInRound);
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

    function getRoundData(uint80) external view returns (uint80, int256, uint256, uint256, uint80) {
        return _answer();
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return _answer();
    }

    function _answer() private view returns (uint80, int256, uint256, uint256, uint80) {
        if (mode == Mode.REVERT) revert FeedBroken();
        if (mode == Mode.EMPTY) _return("");
        if (mode == Mode.SHORT)
            _return(abi.encode(_latest.roundId, _latest.answer, _latest.startedAt, _latest.updatedAt));
        if (mode == Mode.HUGE) _return(abi.encode(_latest, new bytes(HUGE_BYTES)));
        if (mode == Mode.DIRTY) {
            uint256 dirt = type(uint256).max;
            _return(abi.encode(dirt, _latest.answer, _latest.startedAt, _latest.updatedAt, dirt));
        }
        return (_latest.roundId, _latest.answer, _latest.startedAt, _latest.updatedAt, _latest.answeredInRound);
    }

    function _return(bytes memory data) private pure {
        assembly ("memory-safe") {
            return(add(data, 32), mload(data))
        }
    }
}
