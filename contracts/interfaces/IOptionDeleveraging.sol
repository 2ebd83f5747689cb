// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Factors} from "../options/OptionLedger.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";

/// @title What a lock of an option group says besides `IDeleveraging`
interface IOptionDeleveraging {
    /// @notice With `Locked`, whose marks are those of the group's perpetual: what all jumps of the group's series are
    /// measured from, and to.
    event FactorsFrozen(GroupId indexed group, uint24 indexed lock, Factors anchor, Factors frozen);

    /// @notice A position is collected once the series is closed: when its expiry's price is fixed, and the anchors
    /// have passed it.
    error SeriesNotClosed(MarketId series);
}
