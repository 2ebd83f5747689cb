// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPriceSource} from "../interfaces/IPriceSource.sol";

/// @notice A price source that says what the test sets.
contract MockPriceSource is IPriceSource {
    error SourceBroken();

    bool public broken;
    uint256 private _mark;
    Status private _status;

    constructor(uint256 mark) {
        _mark = mark;
    }

    /// @param mark 1e-18 quote per base.
    function set(uint256 mark, Status status) external {
        (_mark, _status) = (mark, status);
    }

    /// @notice Makes `read` revert, which a good source never does.
    function setBroken(bool broken_) external {
        broken = broken_;
    }

    function read() external view returns (uint256 mark, Status status) {
        if (broken) revert SourceBroken();
        return (_mark, _status);
    }
}
