// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

/// @notice What one reads on a real network: a proxy in front of the aggregator, replaceable, that puts its phase above
/// the round's id.
contract MockAggregatorProxy is AggregatorV3Interface {
    uint256 private constant PHASE_SHIFT = 64;

    AggregatorV3Interface public aggregator;
    uint16 public phaseId;
    mapping(uint16 phase => AggregatorV3Interface aggregator) public phaseAggregators;

    constructor(AggregatorV3Interface aggregator_) {
        setAggregator(aggregator_);
    }

    function setAggregator(AggregatorV3Interface aggregator_) public {
        (aggregator, phaseId) = (aggregator_, phaseId + 1);
        phaseAggregators[phaseId] = aggregator_;
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
        uint16 phase = uint16(roundId >> PHASE_SHIFT);
        (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound) = phaseAggregators[
            phase
        ].getRoundData(uint64(roundId));
        return (_phased(phase, id), answer, startedAt, updatedAt, _phased(phase, answeredInRound));
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound) = aggregator
            .latestRoundData();
        return (_phased(phaseId, id), answer, startedAt, updatedAt, _phased(phaseId, answeredInRound));
    }

    function _phased(uint16 phase, uint80 id) private pure returns (uint80) {
        return uint80((uint256(phase) << PHASE_SHIFT) | uint64(id));
    }
}
