// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccountId} from "../types/AccountId.sol";
import {MarketId} from "../types/MarketId.sol";

/// @title What trading in an option group refuses beside what ITrading names
interface IOptionTrading {
    /// @notice The series is not listed, or has expired: nobody trades it.
    error SeriesNotTradable(MarketId series);
    /// @notice An account of the group holds at most `max` series.
    error TooManyLegs(AccountId account, uint256 legs, uint256 max);
}
