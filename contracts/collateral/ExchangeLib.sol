// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {LockLib} from "../deleveraging/LockLib.sol";
import {IAccounts} from "../interfaces/IAccounts.sol";
import {ICollateral} from "../interfaces/ICollateral.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
import {ILiquidation} from "../interfaces/ILiquidation.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Account, Collateral, Ledger, Phase} from "../Ledger.sol";
import {LiquidationLib} from "../liquidation/LiquidationLib.sol";
import {CallLib} from "../position/CallLib.sol";
import {CashLib} from "../position/CashLib.sol";
import {Health, MarginLib} from "../position/MarginLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {PPM, priceShareDown} from "../types/Arithmetic.sol";
import {CastLib} from "../types/CastLib.sol";
import {GroupId} from "../types/MarketId.sol";
import {Money, NO_MONEY, toMoney} from "../types/Money.sol";
import {NO_PRICE, Price} from "../types/Price.sol";
import {revertWith} from "../types/Refusal.sol";
import {VaultLib} from "../vault/VaultLib.sol";
import {CollateralLib, PledgePrice} from "./CollateralLib.sol";
import {PledgeLib} from "./PledgeLib.sol";

/// @dev Who buys, at most how much, for at most which price, and where it goes.
struct Buyer {
    AccountId account;
    uint256 max;
    address to;
    Price limit;
}

/// @title Exchange: pledges become cash
/// @notice In time: an account that can be liquidated, or whose cash and positions are below zero, sells what it needs
/// to anyone, at a discount that grows; the line buys after `LINE_DELAY`, at the counted price. One that is below zero
/// with what its pledges count for sells to the line, at once and at the committed price: else a fall of its collateral
/// would make a default that nobody gained by.
///
/// In a lock `absorb` lets the line buy, at the committed price, the least that makes the account whole at the frozen
/// marks. No price of now is asked, so no order and no caller matters.
///
/// What the line buys stays here, as the vault's stock: no token moves, so none can refuse.
library ExchangeLib {
    using CollateralLib for Collateral;
    using CollateralLib for Ledger;
    using LockLib for Ledger;

    /// @notice For how long others may buy before the line does, and for how long an offer stands, seconds.
    uint256 internal constant LINE_DELAY = 1 hours;
    uint256 internal constant OFFER_LAPSE = 2 hours;

    function offer(Ledger storage ledger, AccountId account) internal {
        _due(ledger, account);
        uint256 since = offeredAt(ledger, account);
        if (since != 0) revert ICollateral.PledgesOnOffer(account, since);
        ledger.pledgesOfferedAt[account] = CastLib.toUint40(block.timestamp);
        emit ICollateral.PledgesOffered(account, block.timestamp);
    }

    function clear(Ledger storage ledger, AccountId account) internal {
        if (ledger.pledgesOfferedAt[account] == 0) revert ICollateral.PledgesNotOffered(account);
        if (ledger.accounts[account].open != 0) {
            (Money need, , ) = _need(ledger, account);
            if (need > NO_MONEY) revert ICollateral.PledgesOnOffer(account, ledger.pledgesOfferedAt[account]);
        }
        _end(ledger, account);
    }

    /// @notice Since when an account's pledges are on offer; 0: they are not, or the offer has lapsed.
    function offeredAt(Ledger storage ledger, AccountId account) internal view returns (uint256 since) {
        since = ledger.pledgesOfferedAt[account];
        if (block.timestamp >= since + OFFER_LAPSE) since = 0;
    }

    /// @notice Somebody buys, at the live price less the discount of now.
    function buy(
        Ledger storage ledger,
        AccountId account,
        uint256 id,
        Buyer memory buyer
    ) internal returns (uint256 units, Money paid) {
        ledger.collateralOf(id);
        (Money need, bool covered) = _due(ledger, account);
        if (!covered) revert ICollateral.OnlyTheLineMayBuy(account);
        (units, paid) = _sellTo(ledger, account, id, buyer, need);
        if (paid >= need) _end(ledger, account);
        _charge(ledger, buyer.account, paid);
        VaultLib.credit(ledger, account, paid);
        PledgeLib.push(ledger.collaterals[id], buyer.to, units);
    }

    /// @dev Takes from the pledge what the buyer gets, and says so.
    function _sellTo(
        Ledger storage ledger,
        AccountId account,
        uint256 id,
        Buyer memory buyer,
        Money need
    ) private returns (uint256 units, Money paid) {
        uint256 since = offeredAt(ledger, account);
        if (since == 0) revert ICollateral.PledgesNotOffered(account);
        Price price = _discounted(ledger.collaterals[id], id, since, buyer.limit);
        units = Math.min(_takeable(ledger, account, id, need, price), buyer.max);
        if (units == 0) revert IAccounts.ZeroAmount();
        paid = CollateralLib.worthUp(units, price, ledger.collaterals[id].decimals);
        uint256 left = PledgeLib.remove(ledger, account, id, units);
        emit ICollateral.PledgeBought(account, id, buyer.account, units, paid, left);
    }

    /// @notice The line buys in time.
    function byLine(Ledger storage ledger, AccountId account, uint256 id) internal returns (uint256 units, Money paid) {
        Collateral storage c = ledger.collateralOf(id);
        (Money need, bool covered) = _due(ledger, account);
        PledgePrice memory p = c.priceOf();
        if (covered) {
            uint256 since = offeredAt(ledger, account);
            if (since == 0) revert ICollateral.PledgesNotOffered(account);
            if (block.timestamp < since + LINE_DELAY) revert ICollateral.LineMustWait(since + LINE_DELAY);
        }
        (units, paid) = _sellToLine(ledger, account, id, need, covered ? p.counted : p.committed);
        if (units == 0) revert ICollateral.NothingPledged(account, id);
        if (paid >= need) _end(ledger, account);
        if (ledger.accounts[account].calledAt != 0) CallLib.clearIfCured(ledger, account);
    }

    /// @notice In a lock: the line buys the least that makes the account whole at the frozen marks.
    function inLock(Ledger storage ledger, AccountId account) internal returns (Money paid) {
        GroupId group = ledger.accounts[account].group;
        (, Money equity) = MarginLib.legs(ledger, account, MarkLib.recordedQuotes(ledger, group));
        paid = _sellAll(ledger, account, -equity, true);
    }

    /// @notice The line pays what an account without positions owes: in a lock, or when what is pledged does not cover
    /// it, at the committed price. Reverts when that is not enough.
    function payDebt(Ledger storage ledger, AccountId account) internal returns (Money) {
        Account storage stored = ledger.accounts[account];
        Money debt = -Money.wrap(stored.cash);
        (Money counted, ) = ledger.countedOf(account, stored.pledged);
        bool atCommitted = counted < debt || ledger.groups[stored.group].phase != Phase.NORMAL;
        _sellAll(ledger, account, debt, atCommitted);
        Money cash = Money.wrap(stored.cash);
        if (cash < NO_MONEY) revert ILiquidation.AccountInsolvent(account, cash);
        return cash;
    }

    /// @notice Somebody buys of the vault's stock. Claims that may be worth less than par buy none of it.
    function buyStock(
        Ledger storage ledger,
        uint256 id,
        Buyer memory buyer
    ) internal returns (uint256 units, Money paid) {
        Collateral storage c = ledger.collateralOf(id);
        if (ledger.recovery.shortfall != 0 || ledger.outflow.lockedGroups != 0) revert ICollateral.StockNotForSale();
        Price price = _discounted(c, id, c.offeredAt, buyer.limit);
        units = Math.min(buyer.max, c.stock);
        if (units == 0) revert IAccounts.ZeroAmount();
        paid = CollateralLib.worthUp(units, price, c.decimals);

        c.stock -= uint96(units);
        emit ICollateral.StockSold(id, buyer.account, units, paid, c.stock);
        _charge(ledger, buyer.account, paid);
        VaultLib.credit(ledger, VaultLib.potOf(ledger), paid);
        PledgeLib.push(c, buyer.to, units);
    }

    /// @dev What the account needs, and whether what its pledges count for covers it. Reverts when it needs nothing.
    function _due(Ledger storage ledger, AccountId account) private returns (Money need, bool covered) {
        if (ledger.accounts[account].pledged == 0) revert ICollateral.NothingPledged(account, 0);
        if (ledger.accounts[account].open == 0) revert ICollateral.PledgesNotDue(account, NO_MONEY);
        Money alone;
        (need, covered, alone) = _need(ledger, account);
        if (need == NO_MONEY) revert ICollateral.PledgesNotDue(account, alone);
    }

    /// @dev As above, of an account with positions; nothing is needed when it may keep its pledges. `alone`: its cash
    /// and positions. In a recovery only what pays a debt: claims above it may be worth less than what is sold for
    /// them.
    function _need(Ledger storage ledger, AccountId account) private returns (Money need, bool covered, Money alone) {
        GroupId group = ledger.accounts[account].group;
        uint256 from = ledger.absorbableFrom(group);
        if (block.timestamp < from) revert IGovernance.LiquidationsPaused(from);
        Quote[] memory quotes = ledger.syncOpen(group);
        Account storage stored = CashLib.refreshed(ledger, account);
        Health memory h = ledger.health(account, quotes);
        if (!h.fresh) revert ITrading.AccountHasStaleLeg(account);
        alone = h.equity - (h.cash - Money.wrap(stored.cash));
        covered = h.equity >= NO_MONEY;
        if (alone < NO_MONEY) need = -alone;
        if (ledger.recovery.shortfall == 0 && LiquidationLib.liquidatable(ledger, account, h)) {
            need = (h.initial - alone).positive();
        }
    }

    /// @dev The live price less the discount of what is on offer since `since`.
    function _discounted(
        Collateral storage c,
        uint256 id,
        uint256 since,
        Price limit
    ) private view returns (Price price) {
        (Price live, bool fresh) = MarkLib.liveOf(c.priceFeed, c.heartbeat, c.exponent);
        if (!fresh) revert ICollateral.CollateralPriceNotFresh(id);
        price = priceShareDown(live, PPM - c.discountOf(since));
        if (limit != NO_PRICE && price > limit) revert ITrading.LimitNotMet(limit, price);
    }

    /// @dev The units that bring `need` at `price`, at most the pledge less its fee.
    function _takeable(
        Ledger storage ledger,
        AccountId account,
        uint256 id,
        Money need,
        Price price
    ) private returns (uint256) {
        PledgeLib.takeFee(ledger, account, id);
        uint256 units = CollateralLib.unitsUp(need, price, ledger.collaterals[id].decimals);
        return Math.min(units, ledger.pledges[account][id].units);
    }

    /// @dev Sells to the line, one collateral after the other, until `need` is paid.
    function _sellAll(
        Ledger storage ledger,
        AccountId account,
        Money need,
        bool atCommitted
    ) private returns (Money paid) {
        uint256 mask = ledger.accounts[account].pledged;
        for (uint256 i; mask >> i != 0 && paid < need; ++i) {
            if (mask & (1 << i) == 0) continue;
            Collateral storage c = ledger.collaterals[i + 1];
            Price price = atCommitted ? c.committedPrice() : c.priceOf().counted;
            (, Money part) = _sellToLine(ledger, account, i + 1, need - paid, price);
            paid = paid + part;
        }
    }

    /// @dev The line buys what brings `need` at `price`, floor, which is at most the committed price. So what of the
    /// line is committed falls by as much as the line, or more.
    function _sellToLine(
        Ledger storage ledger,
        AccountId account,
        uint256 id,
        Money need,
        Price price
    ) private returns (uint256 units, Money paid) {
        units = _takeable(ledger, account, id, need, price);
        if (units == 0) return (units, paid);
        paid = CollateralLib.worthDown(units, price, ledger.collaterals[id].decimals);
        Money line = _toStock(ledger.collaterals[id], units, paid);
        uint256 left = PledgeLib.remove(ledger, account, id, units);
        emit ICollateral.PledgeBoughtByLine(account, id, units, paid, left, line);
        CashLib.change(ledger, account, paid);
    }

    function _toStock(Collateral storage c, uint256 units, Money paid) private returns (Money line) {
        c.addStock(units);
        line = toMoney(c.line) - paid;
        c.line = line.toUint96();
    }

    /// @dev Takes `paid` from the cash of an account without positions.
    function _charge(Ledger storage ledger, AccountId buyer, Money paid) private {
        bytes memory reason = ledger.withheld(buyer);
        if (reason.length != 0) revertWith(reason);
        Account storage stored = CashLib.refreshed(ledger, buyer);
        if (stored.open != 0) revert ICollateral.BuyerHasPositions(buyer);
        Money cash = Money.wrap(stored.cash);
        if (cash < paid) revert IAccounts.InsufficientWithdrawable(buyer, paid, cash);
        emit IAccounts.CashChanged(buyer, CashLib.change(ledger, buyer, -paid));
    }

    function _end(Ledger storage ledger, AccountId account) private {
        if (ledger.pledgesOfferedAt[account] == 0) return;
        ledger.pledgesOfferedAt[account] = 0;
        emit ICollateral.PledgesOffered(account, 0);
    }
}
