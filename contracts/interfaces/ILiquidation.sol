// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccountId} from "../types/AccountId.sol";
import {MarketId} from "../types/MarketId.sol";
import {Money} from "../types/Money.sol";
import {NodeId} from "../types/NodeId.sol";
import {Position} from "../types/Position.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";

/// @title Liquidation against orders (module LiquidationByOrders)
interface ILiquidationByOrders {
    /// @notice Liquidates against signed maker orders at their limits, each within the keeper's share of the discount.
    /// What they leave of it is for the caller's account `keeper`; the rest of the discount is the vault's. Makers that
    /// fail are skipped. A fill is cut so that zero or at least the minimum notional remains. Who the ledger knows to
    /// be the owner's (see `setSigner`) gets no keeper's share. Makers of the owner himself get the mark.
    /// @param makers In the packed form of PackedOrders.
    function liquidate(AccountId account, MarketId market, uint32 keeper, bytes calldata makers) external;
}

/// @title Liquidation into a keeper's account, one or many at once (module LiquidationByAccount)
interface ILiquidationByAccount {
    /// @notice Liquidates into the caller's account `keeper`, at the mark less the keeper's share of the discount; the
    /// rest is the vault's. Refused to an address that the ledger knows to be the owner's (see `setSigner`), who would
    /// get nothing for it. At most `max`, cut so that zero or at least the minimum notional remains.
    /// @param limit The worst price a unit, the keeper's share counted: a highest for a long, a lowest for a short.
    /// Zero: any. 1e-18 quote per base.
    /// @param deadline Last second of validity, Unix time. Zero has passed.
    function liquidateToAccount(
        AccountId account,
        MarketId market,
        uint32 keeper,
        uint256 max,
        NodeId hint,
        Price limit,
        uint40 deadline
    ) external;

    /// @notice Liquidates accounts of one side of a market into the caller's account `keeper`, as `liquidateToAccount`
    /// would one by one, in this order. Who cannot be liquidated, is on the other side, or would take the keeper below
    /// his margin is skipped (LiquidationSkipped); it ends when `max` is used up. Reverts when nobody was liquidated.
    /// The vault's inventory is skipped too: funding it comes first, which `liquidateToAccount` does.
    /// @dev What differs from one by one is rounding of the keeper's own position, which is stored once and not after
    /// each account: its value is up to 1e-9 quote an account higher, its rank in the queue up to a rounding an account
    /// nearer to the exact average.
    /// @param max How much the keeper takes over in all, 1e-9 base: positive of longs, negative of shorts.
    /// @param hint A node near the place of the keeper's new level; any value is valid, only gas depends on it.
    /// @param limit, deadline As in `liquidateToAccount`. An account at a worse price is skipped.
    function liquidateMany(
        MarketId market,
        AccountId[] calldata accounts,
        uint32 keeper,
        Size max,
        NodeId hint,
        Price limit,
        uint40 deadline
    ) external;
}

/// @title Margin calls, liquidation into the vault, and its sales (module LiquidationByVault)
interface ILiquidationByVault {
    /// @notice Records a margin call on an account whose equity is below the call level, while all its positions have a
    /// fresh price. Anyone. It falls due after `callGrace` and lapses after `callLapse`.
    function marginCall(AccountId account) external;

    /// @notice Clears the margin call of an account whose equity is at the call level again. Anyone; whatever adds to
    /// its equity does it too.
    function clearCall(AccountId account) external;

    /// @notice Liquidates into the vault's inventory, from `vaultDelay` after a margin call to its lapse, and not
    /// before `vaultDelay` after the last lock and the last pause of liquidations; the caller's account `keeper` gets
    /// the keeper's share, as far as it leaves the vault `vaultDiscount`. Nothing when the ledger knows the caller to
    /// be the owner's.
    function liquidateToVault(AccountId account, MarketId market, uint32 keeper, NodeId hint) external;

    /// @notice Buys up to `max` of the vault's inventory with the caller's account `number`, at a discount that grows
    /// with the time in which it could be bought: while the anchors of the group move on. `limit` and `deadline` as in
    /// `liquidateToAccount`; the price is that of the offer.
    function buyInventory(
        MarketId market,
        uint32 number,
        uint256 max,
        NodeId hint,
        Price limit,
        uint40 deadline
    ) external;
}

/// @title Margin calls and liquidation
/// @notice `Money` is 1e-9 quote, `Size` 1e-9 base, `Price` 1e-18 quote per base.
interface ILiquidation is ILiquidationByOrders, ILiquidationByAccount, ILiquidationByVault {
    /// @notice The account's equity is below `callLevel`: its grace runs from now.
    event MarginCalled(AccountId indexed account, Money equity, Money callLevel);
    /// @notice The account is at its call level again.
    event MarginCallCleared(AccountId indexed account);
    /// @notice `closed` of the position went to `taker` (of several makers: zero) at `discount` ppm of the mark. What
    /// the account has after it: the position's signed `size`, its packed slot, and cash.
    event Liquidated(
        AccountId indexed account,
        MarketId indexed market,
        AccountId indexed taker,
        Size closed,
        uint256 discount,
        Money keeperReward,
        Money vaultReward,
        Size size,
        Position position,
        Money cash
    );
    /// @notice The vault's inventory of the market grew: it is on offer since `since`, on average by size. In Unix time
    /// less all seconds in which offers of its group did not age.
    event InventoryOffered(MarketId indexed market, uint256 since);
    /// @notice `liquidateMany` passed the account over; `reason` is the encoded error.
    event LiquidationSkipped(AccountId indexed account, MarketId indexed market, bytes reason);
    /// @notice The vault sold `size` of its inventory at `price`.
    event InventorySold(MarketId indexed market, AccountId indexed buyer, Size size, Price price);

    /// @notice Equity is at the call level or above: no call.
    error MarginSufficient(AccountId account, Money equity, Money required);
    /// @notice A margin call stands since the second `calledAt` (Unix time).
    error AlreadyCalled(AccountId account, uint40 calledAt);
    /// @notice No margin call stands: none was recorded, or it has lapsed.
    error NotCalled(AccountId account);
    /// @notice Equity is at maintenance margin or above, and no call is due.
    error NotLiquidatable(AccountId account, Money equity, Money required);
    /// @notice The account is below zero, or would be flat and owe something: `absorb` is for it.
    error AccountInsolvent(AccountId account, Money equity);
    /// @notice The account has no position in the market.
    error NoPosition(AccountId account, MarketId market);
    /// @notice The account's position is not on the side that the batch takes over.
    error OtherSide(AccountId account, MarketId market);
    /// @notice The vault's inventory is liquidated by a call of its own.
    error NotInABatch(AccountId account);
    /// @notice In a lock nobody leaves or enters the side that gained by the jump, and who has a leg on it, in any
    /// market of the group, takes nothing over.
    error WinningSideLocked(AccountId account, MarketId market);
    /// @notice The vault takes over from the second `from` on (Unix time).
    error VaultMustWait(uint256 from);
    /// @notice The vault has no room for the position, or its discount is more than the account bears.
    error VaultUnable(MarketId market);
    /// @notice The vault has no inventory in the market.
    error NoInventory(MarketId market);
}
