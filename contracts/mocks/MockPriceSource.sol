// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IPriceSource} from "../interfaces/IPriceSource.sol";

/// @notice A price source that says what the test sets.
contract MockPriceSource is IPriceSource {
    error SourceBroken();

    bool public broken;
    uint256 private _mark;
    Status private _status;
    AggregatorV3Interface private _feed;

    constructor(uint256 mark) {
        _mark = mark;
    }

    /// @param mark 1e-18 quote per base.
    function set(uint256 mark, Status status) external {
        (_mark, _status) = (mark, status);
    }

    /// @notice Names a feed of 8 decimals as the one that it reads, true or not; zero: none.
    function setPlainFeed(AggregatorV3Interface feed) external {
        _feed = feed;
    }

    /// @notice Makes `read` revert, which a good source never does.
    function setBroken(bool broken_) external {
        broken = broken_;
    }

    function plainFeed() external view returns (AggregatorV3Interface, uint24, int8) {
        return (_feed, address(_feed) == address(0) ? 0 : 1 hours, 10);
    }

    function read() external view returns (uint256 mark, Status status) {
        if (broken) revert SourceBroken();
        return (_mark, _status);
    }
}
