// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {MockAggregator} from "./MockAggregator.sol";

/// @notice A feed that reverts, or burns all gas, when it is asked for some of its past rounds.
contract BrokenFeed is AggregatorV3Interface {
    MockAggregator public immutable feed;
    mapping(uint80 round => bool isIt) private _isBroken;
    bool private _burns;

    error Broken();

    constructor(MockAggregator feed_) {
        feed = feed_;
    }

    function setBroken(uint80 from, uint80 to, bool isBroken, bool burns) external {
        for (uint80 i = from; i <= to; ++i) _isBroken[i] = isBroken;
        _burns = burns;
    }

    function decimals() external view returns (uint8) {
        return feed.decimals();
    }

    function description() external pure returns (string memory) {
        return "BROKEN / QUOTE";
    }

    function version() external pure returns (uint256) {
        return 4;
    }

    function getRoundData(uint80 round) external view returns (uint80, int256, uint256, uint256, uint80) {
        if (_isBroken[round]) {
            if (!_burns) revert Broken();
            while (true) {}
        }
        return feed.getRoundData(round);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return feed.latestRoundData();
    }
}
