// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Leg} from "../position/PositionLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money} from "../types/Money.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";

/// @dev An account of an option group at the factors of now. 1e-9 quote: equity rounded down, requirements up.
struct Tally {
    Money cash;
    Money equity;
    Money initial;
    Money maintenance;
    /// Equity at anchor and at recorded factors.
    Money atAnchor;
    Money atRecorded;
    /// How many series it holds.
    uint256 legs;
}

/// @dev An account that is asked for with another `leg` of a series than its own, and `cash` more.
struct Asked {
    AccountId id;
    Leg leg;
    Money cash;
}

/// @dev What a keeper takes over: of each series at `indexes` the signed size, at the mark of its quote, and what the
/// account pays for it.
struct Slice {
    GroupId group;
    Price spot;
    uint256[] indexes;
    Quote[] quotes;
    Size[] sizes;
    /// Of the legs, but for what is too small to be split; 1e18.
    uint256 fraction;
    Money cost;
}

/// @title Marks and margin of option groups, for the other modules (module OptionMargin)
/// @notice They fit into no other module, so trading and liquidation ask by delegatecall: it reads the same storage.
/// Nobody else can: the clearinghouse has no such functions.
interface IMarginDesk {
    /// @notice Brings the group of `series` up to date, and reads the series. Reverts unless the group is NORMAL and
    /// without a gap.
    /// @return quote Fresh when price and volatility are. spot: the underlying. forward: of its expiry; of the
    /// perpetual the spot. tradable: listed, and before its expiry.
    function open(MarketId series) external returns (Quote memory quote, Price spot, Price forward, bool tradable);

    /// @notice The account with `leg` instead of its own leg of `series`, whose quote this is, and `cash` more. In a
    /// group that was opened in this operation, at the `spot` that `open` returned.
    function tally(
        MarketId series,
        Price spot,
        Quote calldata quote,
        Asked calldata asked
    ) external view returns (Tally memory);

    /// @notice As `tally`, of two accounts: marks of series that both hold are computed once.
    function tallyTwo(
        MarketId series,
        Price spot,
        Quote calldata quote,
        Asked calldata one,
        Asked calldata other
    ) external view returns (Tally memory, Tally memory);

    /// @notice The account without its leg of `series`, for `tallyRest`.
    function rest(AccountId id, MarketId series, Price spot) external view returns (bytes memory);

    /// @notice As `tally`, of what `rest` returned in this operation: when an account is asked for several times.
    function tallyRest(
        bytes calldata rest_,
        MarketId series,
        Price spot,
        Quote calldata quote,
        Asked calldata asked
    ) external view returns (Tally memory);

    /// @notice What may leave the account, which has positions: cash, but not unrealised gains, above initial margin;
    /// and it stays solvent at anchor and recorded factors. Reverts unless price and volatility are fresh, and the
    /// group NORMAL and without a gap.
    function withdrawable(AccountId id) external returns (Money);
}

/// @title What a liquidation takes over, for the module that does it (module OptionSlices)
/// @notice Asked by delegatecall, as IMarginDesk.
interface ISliceDesk {
    /// @notice The account as it is stored.
    function tallyAll(AccountId id) external view returns (Tally memory);

    /// @notice See SliceLib.plan.
    function plan(AccountId id, uint256 only, uint256 maxFraction) external view returns (Slice memory);
}
