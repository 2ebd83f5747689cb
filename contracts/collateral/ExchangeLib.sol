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
import {CallLib} from "../position/CallLib.sol";
import {CashLib} from "../position/CashLib.sol";
import {Health, MarginLib} from "../position/MarginLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {AccountWord} from "../types/AccountWord.sol";
import {PPM, priceShareDown} from "../types/Arithmetic.sol";
import {CastLib} from "../types/CastLib.sol";
import {GroupId} from "../types/MarketId.sol";
import {Money, NO_MONEY, toMoney} from "../types/Money.sol";
import {NO_PRICE, Price} from "../types/Price.sol";
import {revertWith} from "../types/Refusal.sol";
import {VaultLib} from "../vault/VaultLib.sol";
import {CollateralLib, PledgePrice} from "./CollateralLib.sol";
import {OfferLib} from "./OfferLib.sol";
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
/// with what its pledges count for, at the mark or where a jump is measured from, sells its debt to the line, at once
/// and at the committed price: else a fall of its collateral would make a default that nobody gained by. Others may buy
/// before, at no less than the line pays.
///
/// In a lock `absorb` lets the line buy, at the committed price, the least that makes the account whole at the frozen
/// marks. No price of now is asked, so no order and no caller matters.
///
/// A collateral whose cap is zero is closing: after a notice all that is pledged of it is sold so, whoever needs it or
/// not.
///
/// What the line buys stays here, as the vault's stock: no token moves, so none can refuse.
library ExchangeLib {
    using CollateralLib for Collateral;
    using CollateralLib for Ledger;
    using LockLib for Ledger;

    /// @dev More than any pledge is worth, 1e-9 quote: all of it.
    Money private constant WHOLE = Money.wrap(type(int128).max);

    function offer(Ledger storage ledger, AccountId account) internal {
        _due(ledger, account);
        uint256 since = OfferLib.offeredAt(ledger, account);
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
        OfferLib.end(ledger, account);
    }

    /// @notice Somebody buys, at the live price less the discount of now. Of an account that is not covered, and of a
    /// collateral that is closing, at the committed price if that is more: the line would pay it, and what the account
    /// has at any mark never falls.
    function buy(
        Ledger storage ledger,
        AccountId account,
        uint256 id,
        Buyer memory buyer
    ) internal returns (uint256 units, Money paid) {
        Collateral storage c = ledger.collateralOf(id);
        uint256 since = _wholeSince(ledger, account, id);
        Money need = WHOLE;
        bool covered;
        if (since == 0) {
            (need, covered) = _due(ledger, account);
            since = OfferLib.offeredAt(ledger, account);
            if (since == 0) revert ICollateral.PledgesNotOffered(account);
        }
        Price price = _discounted(c, id, since, buyer.limit, covered ? NO_PRICE : c.committedPrice());
        units = Math.min(_takeable(ledger, account, id, need, price, block.timestamp), buyer.max);
        if (units == 0) revert IAccounts.ZeroAmount();
        paid = CollateralLib.worthUp(units, price, c.decimals);
        if (paid >= need) OfferLib.end(ledger, account);
        _soldTo(ledger, account, id, buyer.account, units, paid);
        PledgeLib.push(c, buyer.to, units);
    }

    /// @dev Takes what was bought from the pledge, and moves what was paid for it.
    function _soldTo(
        Ledger storage ledger,
        AccountId account,
        uint256 id,
        AccountId buyer,
        uint256 units,
        Money paid
    ) private {
        uint256 left = PledgeLib.remove(ledger, account, id, units);
        emit ICollateral.PledgeBought(account, id, buyer, units, paid, left);
        _charge(ledger, buyer, paid);
        VaultLib.credit(ledger, account, paid);
    }

    /// @notice The line buys in time. Of a collateral that is closing at the committed price, while the live one is
    /// near its floor: so neither the account nor the vault loses by it.
    function byLine(Ledger storage ledger, AccountId account, uint256 id) internal returns (uint256 units, Money paid) {
        Collateral storage c = ledger.collateralOf(id);
        uint256 since = _wholeSince(ledger, account, id);
        if (since != 0 && block.timestamp >= since + OfferLib.LINE_DELAY && PledgeLib.isNearFloor(c)) {
            // The fee may take the last unit.
            (units, paid) = _sellToLine(ledger, account, id, WHOLE, c.committedPrice(), block.timestamp);
        } else {
            (units, paid) = _needToLine(ledger, account, id);
        }
        if (ledger.accounts[account].calledAt != 0) CallLib.clearIfCured(ledger, account);
    }

    /// @dev The line buys what an account needs.
    function _needToLine(
        Ledger storage ledger,
        AccountId account,
        uint256 id
    ) private returns (uint256 units, Money paid) {
        (Money need, bool covered) = _due(ledger, account);
        PledgePrice memory p = ledger.collaterals[id].priceOf();
        if (covered) {
            uint256 since = OfferLib.offeredAt(ledger, account);
            if (since == 0) revert ICollateral.PledgesNotOffered(account);
            uint256 from = since + OfferLib.LINE_DELAY;
            if (block.timestamp < from) revert ICollateral.LineMustWait(from);
            // Else who calls could choose an instant without a price, at which a pledge counts less.
            if (!p.fresh) revert ICollateral.CollateralPriceNotFresh(id);
        }
        (units, paid) = _sellToLine(ledger, account, id, need, covered ? p.counted : p.committed, block.timestamp);
        if (units == 0) revert ICollateral.NothingPledged(account, id);
        if (paid >= need) OfferLib.end(ledger, account);
    }

    /// @notice In a lock: the line buys the least that makes the account whole at the frozen marks.
    function inLock(Ledger storage ledger, AccountId account) internal returns (Money paid) {
        GroupId group = ledger.accounts[account].group;
        (, Money equity) = MarginLib.legs(ledger, account, MarkLib.recordedQuotes(ledger, group));
        paid = _sellAll(ledger, account, -equity, true, ledger.groups[group].lockedAt);
    }

    /// @notice The line pays what an account without positions owes: in a lock, or when what is pledged does not cover
    /// it, at the committed price. Reverts when that is not enough.
    function payDebt(Ledger storage ledger, AccountId account) internal returns (Money) {
        Account storage stored = ledger.accounts[account];
        Money debt = -Money.wrap(stored.cash);
        (Money counted, ) = ledger.countedOf(account, stored.pledged);
        bool atCommitted = counted < debt || ledger.groups[stored.group].phase != Phase.NORMAL;
        _sellAll(ledger, account, debt, atCommitted, PledgeLib.lockedAt(ledger, stored.group));
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
        Price price = _discounted(c, id, c.offeredAt, buyer.limit, NO_PRICE);
        units = Math.min(buyer.max, c.stock);
        if (units == 0) revert IAccounts.ZeroAmount();
        paid = CollateralLib.worthUp(units, price, c.decimals);

        c.stock -= uint96(units);
        emit ICollateral.StockSold(id, buyer.account, units, paid, c.stock);
        _charge(ledger, buyer.account, paid);
        VaultLib.credit(ledger, VaultLib.potOf(ledger), paid);
        PledgeLib.push(c, buyer.to, units);
    }

    /// @dev Since when a pledge is on offer as a whole, its collateral closing; 0: it is not. Whoever pledged it, with
    /// positions or without. Not while claims are worth less than par, or a lock may make them so. It asks for no
    /// health: at no mark does the account have less after it.
    function _wholeSince(Ledger storage ledger, AccountId account, uint256 id) private returns (uint256 since) {
        since = OfferLib.closingSince(ledger.collaterals[id]);
        if (since == 0 || ledger.recovery.shortfall != 0 || ledger.outflow.lockedGroups != 0) return 0;
        if (ledger.pledges[account][id].units == 0) revert ICollateral.NothingPledged(account, id);
        bytes memory reason = ledger.withheld(account);
        if (reason.length != 0) revertWith(reason);
        if (ledger.accounts[account].open != 0) _quotes(ledger, ledger.accounts[account].group);
        CashLib.refreshed(ledger, account);
    }

    /// @dev The quotes of a group that is NORMAL, without a gap, and whose accounts may be liquidated.
    function _quotes(Ledger storage ledger, GroupId group) private returns (Quote[] memory) {
        uint256 from = ledger.absorbableFrom(group);
        if (block.timestamp < from) revert IGovernance.LiquidationsPaused(from);
        return ledger.syncOpen(group);
    }

    /// @dev What the account needs, and whether what its pledges count for covers it. Reverts when it needs nothing.
    function _due(Ledger storage ledger, AccountId account) private returns (Money need, bool covered) {
        AccountWord word = CashLib.read(ledger.accounts[account]);
        if (word.pledged() == 0) revert ICollateral.NothingPledged(account, 0);
        if (word.open() == 0) revert ICollateral.PledgesNotDue(account, NO_MONEY);
        Money alone;
        (need, covered, alone) = _need(ledger, account);
        if (need == NO_MONEY) revert ICollateral.PledgesNotDue(account, alone);
    }

    /// @dev As above, of an account with positions; nothing is needed when it may keep its pledges, those without a
    /// fresh price at the most that they can count for. `alone`: its cash and positions.
    function _need(Ledger storage ledger, AccountId account) private returns (Money need, bool covered, Money alone) {
        Quote[] memory quotes = _quotes(ledger, ledger.accounts[account].group);
        Account storage stored = CashLib.refreshed(ledger, account);
        Health memory h = ledger.health(account, quotes);
        alone = h.equity - (h.cash - Money.wrap(stored.cash));
        covered = OfferLib.isCovered(h);
        if (!h.fresh) _setAtMost(h, ledger, account, quotes);
        need = OfferLib.needOf(ledger, account, h, alone, covered);
    }

    /// @notice The equity of an account, its pledges without a fresh price at the most that they can count for. Reverts
    /// when a leg has none.
    function equityAtMost(Ledger storage ledger, AccountId account) internal view returns (Money) {
        Health memory h;
        _setAtMost(h, ledger, account, MarkLib.quotes(ledger, ledger.accounts[account].group));
        return h.equity;
    }

    function _setAtMost(Health memory h, Ledger storage ledger, AccountId account, Quote[] memory quotes) private view {
        MarginLib.setAccount(h, ledger, ledger.forMarginAtMost(account), account, quotes, MarginLib.NO_MARKET);
        if (!h.fresh) revert ITrading.AccountHasStaleLeg(account);
    }

    /// @dev The live price less the discount of what is on offer since `since`, or `least` if that is more.
    function _discounted(
        Collateral storage c,
        uint256 id,
        uint256 since,
        Price limit,
        Price least
    ) private view returns (Price price) {
        (Price live, bool fresh) = MarkLib.liveOf(c.priceFeed, c.heartbeat, c.exponent);
        if (!fresh) revert ICollateral.CollateralPriceNotFresh(id);
        price = priceShareDown(live, PPM - c.discountOf(since));
        if (price < least) price = least;
        if (limit != NO_PRICE && price > limit) revert ITrading.LimitNotMet(limit, price);
    }

    /// @dev The units that bring `need` at `price`, at most the pledge less its fee until `until`.
    function _takeable(
        Ledger storage ledger,
        AccountId account,
        uint256 id,
        Money need,
        Price price,
        uint256 until
    ) private returns (uint256) {
        PledgeLib.takeFee(ledger, account, id, until);
        uint256 units = CollateralLib.unitsUp(need, price, ledger.collaterals[id].decimals);
        return Math.min(units, ledger.pledges[account][id].units);
    }

    /// @dev Sells to the line, one collateral after the other, until `need` is paid. What was offered before is over.
    function _sellAll(
        Ledger storage ledger,
        AccountId account,
        Money need,
        bool atCommitted,
        uint256 until
    ) private returns (Money paid) {
        OfferLib.end(ledger, account);
        uint256 mask = ledger.accounts[account].pledged;
        for (uint256 i; mask >> i != 0 && paid < need; ++i) {
            if (mask & (1 << i) == 0) continue;
            Collateral storage c = ledger.collaterals[i + 1];
            Price price = atCommitted ? c.committedPrice() : c.priceOf().counted;
            (, Money part) = _sellToLine(ledger, account, i + 1, need - paid, price, until);
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
        Price price,
        uint256 until
    ) private returns (uint256 units, Money paid) {
        units = _takeable(ledger, account, id, need, price, until);
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
        Account storage stored = ledger.accounts[buyer];
        AccountWord word = CashLib.refresh(ledger, stored, buyer, CashLib.read(stored));
        if (word.open() != 0) revert ICollateral.BuyerHasPositions(buyer);
        if (word.cash() < paid) revert IAccounts.InsufficientWithdrawable(buyer, paid, word.cash());
        emit IAccounts.CashChanged(buyer, CashLib.change(ledger, buyer, -paid));
    }
}
