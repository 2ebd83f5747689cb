// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

/// @notice What one reads on a real network: a proxy in front of the aggregator, replaceable, that puts its phase above
/// the round's id.
contract MockAggregatorProxy is AggregatorV3Interface {
    uint256 private constant PHASE_SHIFT = 64;

    AggregatorV3Interface public aggregator;
    uint16 public phaseId;

    constructor(AggregatorV3Interface aggregator_) {
        (aggregator, phaseId) = (aggregator_, 1);
    }

    function setAggregator(AggregatorV3Interface aggregator_) external {
        (aggregator, phaseId) = (aggregator_, phaseId + 1);
    }

    function decimals() external view returns (uint8) {
        return aggregator.decimals();
    }

    function description() external view returns (string memory) {
        return aggregator.description();
    }

    function version() external view returns (uint256) {
        return aggregator.version();
    }

    function getRoundData(uint80 roundId) external view returns (uint80, int256, uint256, uint256, uint80) {
        (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound) = aggregator
            .getRoundData(uint64(roundId));
        return (_phased(id), answer, startedAt, updatedAt, _phased(answeredInRound));
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound) = aggregator
            .latestRoundData();
        return (_phased(id), answer, startedAt, updatedAt, _phased(answeredInRound));
    }

    function _phased(uint80 id) private view returns (uint80) {
        return uint80((uint256(phaseId) << PHASE_SHIFT) | uint64(id));
    }
}
