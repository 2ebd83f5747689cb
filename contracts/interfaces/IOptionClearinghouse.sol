// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IClearinghouse} from "./IClearinghouse.sol";
import {IOptionDeleveraging} from "./IOptionDeleveraging.sol";
import {IOptionGovernance} from "./IOptionGovernance.sol";
import {IOptionLiquidation} from "./IOptionLiquidation.sol";
import {IOptionListing} from "./IOptionListing.sol";
import {IOptionMargin} from "./IOptionMargin.sol";
import {IOptionTrading} from "./IOptionTrading.sol";

/// @title Novation's clearinghouse for options, dated futures and their perpetual
/// @notice All that IClearinghouse does, over series instead of markets: accounts, orders, batches, locks, settlement
/// and recovery are called alike, and a series has the number `group << 8 | index` (SeriesId). What options have
/// besides is here. What they do not have ends with NotOffered: margin calls, liquidation against orders, of many or
/// into the vault, the vault's inventory, linear groups and markets, and the end of a market.
interface IOptionClearinghouse is
    IClearinghouse,
    IOptionListing,
    IOptionMargin,
    IOptionTrading,
    IOptionLiquidation,
    IOptionGovernance,
    IOptionDeleveraging
{
    /// @notice An option clearinghouse does not do this.
    error NotOffered(bytes4 selector);
}
