// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SeriesId} from "../options/SeriesId.sol";
import {GroupId} from "../types/MarketId.sol";

/// @title Risk arrays of an option clearinghouse
interface IOptionMargin {
    /// @notice What the risk arrays of a ladder (one expiry of the group) are computed from moved to these factors.
    event RiskFactorsMoved(GroupId indexed group, uint256 indexed ladder, uint80 spot, uint32 level, uint40 time);

    /// @notice No series has this number: its group, ladder or place is not there.
    error SeriesUnknown(uint32 series);
    /// @notice The underlying of the group has no fresh price.
    error SpotNotFresh(GroupId group);

    /// @notice Computes and stores the risk arrays of `series` where they are not fresh. Anyone. Sorted by group and
    /// ladder, each is read once.
    function refresh(SeriesId[] calldata series) external;
}
