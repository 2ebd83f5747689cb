// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {GroupId} from "../types/MarketId.sol";

/// @title Risk arrays of an option clearinghouse
interface IOptionMargin {
    /// @notice What the risk arrays of a ladder (one expiry of the group) are computed from moved to these factors.
    event RiskFactorsMoved(GroupId indexed group, uint256 indexed ladder, uint80 spot, uint32 level, uint40 time);

    /// @notice No series has this number: its group, ladder or place is not there.
    error SeriesUnknown(uint32 series);
    /// @notice The underlying of the group has no fresh price.
    error SpotNotFresh(GroupId group);
}
