// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPriceSource} from "../interfaces/IPriceSource.sol";

/// @title Says one mark always, as a price source would: for what-if questions
contract FixedPrice {
    uint256 private immutable _mark;

    constructor(uint256 mark) {
        _mark = mark;
    }

    /// @notice As IPriceSource.read.
    function read() external view returns (uint256 mark, IPriceSource.Status status) {
        return (_mark, IPriceSource.Status.FRESH);
    }
}
