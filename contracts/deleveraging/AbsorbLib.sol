// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPledgeExchange} from "../interfaces/ICollateral.sol";
import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
import {Account, Group, Ledger, Market, MarketStatus, Phase} from "../Ledger.sol";
import {CashLib} from "../position/CashLib.sol";
import {Health, MarginLib} from "../position/MarginLib.sol";
import {Leg, PositionLib} from "../position/PositionLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {AccountWord} from "../types/AccountWord.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY, toMoney} from "../types/Money.sol";
import {NO_POSITION} from "../types/Position.sol";
import {ChargeLib} from "./ChargeLib.sol";
import {LockLib} from "./LockLib.sol";
import {ReliefLib} from "./ReliefLib.sol";

/// @title Absorb: defaulters are only gathered during a lock
/// @notice One settlement at the frozen marks resolves them all, so the order in which anybody calls cannot matter.
library AbsorbLib {
    using LockLib for Ledger;
    using MarginLib for Ledger;
    using PositionLib for Market;
    using ReliefLib for Ledger;

    /// @notice Moves the accounts that are below zero at the frozen marks into the estate of their group: positions at
    /// these marks, and debt; each is flat at zero then. A NORMAL group without a gap is locked first, by debts of at
    /// least `minDebt` in all (of any, once all its markets are settled), `lockDelay` after its last lock.
    /// @param ids Strictly ascending. An account that is not below zero is passed over; none below zero reverts.
    function absorb(Ledger storage ledger, GroupId group, AccountId[] calldata ids) internal {
        for (uint256 i = 1; i < ids.length; ++i) {
            if (AccountId.unwrap(ids[i]) <= AccountId.unwrap(ids[i - 1])) {
                revert IDeleveraging.AccountsNotAscending(ids[i]);
            }
        }
        uint256 from = ledger.absorbableFrom(group);
        if (block.timestamp < from) revert IGovernance.LiquidationsPaused(from);
        Group storage stored = ledger.groups[group];
        if (stored.phase != Phase.LOCKED || block.timestamp >= ledger.endOf(group, from)) {
            Quote[] memory live = ledger.syncOrLock(group); // a lock that runs needs no live price: 30,000 gas
            if (stored.phase == Phase.NORMAL) _lockFor(ledger, group, ids, live);
            uint256 end = ledger.endOf(group, from);
            if (stored.phase != Phase.LOCKED || block.timestamp >= end) revert IDeleveraging.GroupLocked(group, end);
        }

        bool any;
        Quote[] memory frozen = MarkLib.recordedQuotes(ledger, group);
        for (uint256 i; i < ids.length; ++i) {
            if (ledger.accounts[ids[i]].group == group && _absorbOne(ledger, group, ids[i], frozen)) any = true;
        }
        if (!any) revert IDeleveraging.NothingToAbsorb(group);
        _noteUncovered(ledger, group);
    }

    /// @notice Registers accounts for relief while the lock of their group runs; a gap locks it first. Who has no
    /// relief, or is registered, is passed over; none left reverts.
    function net(Ledger storage ledger, GroupId group, AccountId[] calldata ids) internal {
        if (!ledger.isRunning(group)) {
            ledger.syncOrLock(group);
            if (ledger.groups[group].phase == Phase.NORMAL) revert IDeleveraging.GroupNotLocked(group);
            if (!ledger.isRunning(group)) revert IDeleveraging.GroupLocked(group, ledger.endOf(group));
        }
        bool any;
        Quote[] memory frozen = MarkLib.recordedQuotes(ledger, group);
        for (uint256 i; i < ids.length; ++i) {
            if (ledger.accounts[ids[i]].group == group && ledger.register(ids[i], frozen)) any = true;
        }
        if (!any) revert IDeleveraging.NothingToNet(group);
        _noteUncovered(ledger, group);
    }

    /// @notice As `net`, of one account, if the lock of its group runs; else, or without relief, it does nothing.
    function netOne(Ledger storage ledger, AccountId id) internal {
        GroupId group = ledger.accounts[id].group;
        if (!ledger.isRunning(group)) return;
        if (ledger.register(id, MarkLib.recordedQuotes(ledger, group))) _noteUncovered(ledger, group);
    }

    /// @dev May the estate exceed what vault and charges can pay?
    function _noteUncovered(Ledger storage ledger, GroupId group) private {
        Group storage stored = ledger.groups[group];
        Money payable_ = toMoney(stored.reserve) + ChargeLib.capacity(ledger, group);
        ledger.setUncovered(group, toMoney(stored.deficit) > payable_);
    }

    /// @dev Locks a NORMAL group for accounts that are below zero at live, fresh prices.
    function _lockFor(Ledger storage ledger, GroupId group, AccountId[] calldata ids, Quote[] memory live) private {
        Money debt;
        Health memory h;
        for (uint256 i; i < ids.length; ++i) {
            if (CashLib.refreshed(ledger, ids[i]).group != group) continue;
            // What the line would pay in the lock is no debt. It asks no price of now, so one that is not fresh hides
            // nothing.
            AccountWord word = CashLib.read(ledger.accounts[ids[i]]);
            if (word.pledged() != 0) word = AccountWord.wrap(CashLib.askSelf(IPledgeExchange.forLock.selector, ids[i]));
            MarginLib.setAccount(h, ledger, word, ids[i], live, MarginLib.NO_MARKET);
            if (h.fresh && h.equity < NO_MONEY) debt = debt - h.equity;
        }
        if (debt == NO_MONEY) revert IDeleveraging.NothingToAbsorb(group);
        // A lock of settled markets stops nobody's trading, and no gap will ever lock them: so their debts may be as
        // small as they are.
        Money min = _anyOpen(ledger, group) ? toMoney(ledger.venue.minDebt) : NO_MONEY;
        if (debt < min) revert IDeleveraging.DebtTooSmall(group, debt, min);
        uint256 from = uint256(ledger.groups[group].lastUnlock) + ledger.venue.lockDelay;
        if (block.timestamp < from) revert IDeleveraging.LockedTooRecently(group, from);
        ledger.lock(group, live);
    }

    function _anyOpen(Ledger storage ledger, GroupId group) private view returns (bool) {
        for (uint256 i; i < ledger.groups[group].markets; ++i) {
            if (ledger.markets[group.market(i)].status == MarketStatus.OPEN) return true;
        }
        return false;
    }

    /// @dev What is pledged is exchanged first: the account has defaulted if it is below zero even so.
    /// @return any Something was done.
    function _absorbOne(
        Ledger storage ledger,
        GroupId group,
        AccountId id,
        Quote[] memory frozen
    ) private returns (bool any) {
        Account storage account = ledger.accounts[id];
        AccountWord word = CashLib.read(account);
        if (word.open() == 0) return false;
        word = CashLib.refresh(ledger, account, id, word);
        (Leg[] memory legs, Money equity) = ledger.legs(id, frozen);
        if (equity >= NO_MONEY) return false;
        if (word.pledged() != 0) {
            equity = equity + toMoney(CashLib.callSelf(IPledgeExchange.exchangeInLock.selector, id));
            if (equity >= NO_MONEY) return true;
            word = CashLib.read(account);
        }

        Group storage stored = ledger.groups[group];
        if (word.isNetted()) ledger.takeOut(stored, id);
        _takeLegs(ledger, id, word, legs);
        CashLib.clear(ledger, account, id, word);
        Money deficit = toMoney(stored.deficit) - equity;
        stored.deficit = deficit.toUint96();
        ++stored.absorbed;
        emit IDeleveraging.Absorbed(id, group, stored.lockNumber, -equity, deficit);
        return true;
    }

    function _takeLegs(Ledger storage ledger, AccountId id, AccountWord word, Leg[] memory legs) private {
        uint256 open = word.open();
        for (uint256 i; open >> i != 0; ++i) {
            if (open & (1 << i) == 0) continue;
            MarketId market = word.group().market(i);
            Market storage stored = ledger.markets[market];
            Leg memory leg = legs[i];
            stored.detach(leg);
            ledger.positions[id.position(market)] = NO_POSITION;
            if (stored.status == MarketStatus.OPEN) stored.toEstate(leg.size.isLong(), leg.size.abs().toUint());
        }
    }
}
