// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MarketParams, Mode} from "../Ledger.sol";
import {IVolSource} from "../options/IVolSource.sol";
import {RiskParams} from "../options/OptionLedger.sol";
import {GroupId} from "../types/MarketId.sol";
import {IPriceSource} from "./IPriceSource.sol";

/// @title Governance of option groups, beside IGovernance (module OptionGroups)
/// @notice The group's perpetual has the number `group << 8 | 255`. Its source is that of the underlying, its
/// parameters are those of trading in the whole group, and its pause is the group's.
interface IOptionGovernance {
    /// @notice How the group measures margin.
    event RiskParamsSet(GroupId indexed group, RiskParams params);
    event VolSourceSet(GroupId indexed group, IVolSource source);

    /// @notice The present source of volatilities works, and the level of the new one is so far from it that a gap
    /// would open. 1e-9.
    error VolSourceOutOfLine(GroupId group, uint32 level, uint32 present);

    /// @notice GOVERNOR: a new group of options on the underlying of `source`, with its perpetual. The source must be
    /// a plain feed that tells its past rounds. `mode` is how tear-ups choose, and never changes.
    function createOptionGroup(
        IPriceSource source,
        IVolSource volSource,
        Mode mode,
        MarketParams calldata params,
        RiskParams calldata risk
    ) external returns (GroupId);

    /// @notice RISK: how the group measures margin, within the bounds of RiskParameterLib, only while it is NORMAL.
    function setRiskParams(GroupId group, RiskParams calldata risk) external;

    /// @notice GOVERNOR: another source of volatilities. Its level must be fresh, and open no gap unless that of the
    /// present one has been stale for an hour.
    function setVolSource(GroupId group, IVolSource source) external;
}
