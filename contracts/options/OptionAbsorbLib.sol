// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LockLib} from "../deleveraging/LockLib.sol";
import {ReliefLib} from "../deleveraging/ReliefLib.sol";
import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
import {Account, Group, Ledger, Market, MarketStatus, Phase} from "../Ledger.sol";
import {CashLib} from "../position/CashLib.sol";
import {PositionLib} from "../position/PositionLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {AccountWord} from "../types/AccountWord.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY, toMoney} from "../types/Money.sol";
import {NO_POSITION} from "../types/Position.sol";
import {FactorLockLib} from "./FactorLockLib.sol";
import {OptionChargeLib} from "./OptionChargeLib.sol";
import {OptionLedger} from "./OptionLedger.sol";
import {OptionReliefLib} from "./OptionReliefLib.sol";
import {Holding, PortfolioLib} from "./PortfolioLib.sol";
import {Scene, SceneLib} from "./SceneLib.sol";
import {PERPETUAL, seriesOf} from "./SeriesId.sol";

/// @title Absorb in an option group: defaulters are only gathered during a lock
/// @notice As AbsorbLib, over the series that an account holds.
library OptionAbsorbLib {
    using LockLib for Ledger;
    using PositionLib for Market;
    using ReliefLib for Ledger;

    /// @notice Moves the accounts that are below zero at the frozen factors into the estate of their group. A NORMAL
    /// group without a gap is locked first, by debts of at least `minDebt` in all, `lockDelay` after its last lock.
    /// @param ids Strictly ascending. An account that is not below zero is passed over; none below zero reverts.
    function absorb(
        Ledger storage ledger,
        OptionLedger storage options,
        GroupId group,
        AccountId[] calldata ids
    ) internal {
        for (uint256 i = 1; i < ids.length; ++i) {
            if (AccountId.unwrap(ids[i]) <= AccountId.unwrap(ids[i - 1])) {
                revert IDeleveraging.AccountsNotAscending(ids[i]);
            }
        }
        uint256 from = FactorLockLib.absorbableFrom(ledger, group);
        if (block.timestamp < from) revert IGovernance.LiquidationsPaused(from);
        Group storage stored = ledger.groups[group];
        if (!FactorLockLib.isRunning(ledger, group)) {
            Scene memory live = FactorLockLib.syncOrLock(ledger, options, group);
            if (stored.phase == Phase.NORMAL) _lockFor(ledger, options, live, ids);
            if (!FactorLockLib.isRunning(ledger, group)) {
                revert IDeleveraging.GroupLocked(group, FactorLockLib.endOf(ledger, group));
            }
        }

        uint256 before = stored.absorbed;
        Scene memory frozen = SceneLib.readRecorded(options, group);
        for (uint256 i; i < ids.length; ++i) {
            if (ledger.accounts[ids[i]].group == group) _absorbOne(ledger, options, frozen, ids[i]);
        }
        if (stored.absorbed == before) revert IDeleveraging.NothingToAbsorb(group);
        // What winners can pay is known when the settlement has measured it.
        ledger.setUncovered(group, stored.deficit > stored.reserve);
    }

    /// @notice Registers accounts for relief while the lock of their group runs; a gap locks it first. Who has no
    /// relief, or is registered, is passed over; none left reverts.
    function net(
        Ledger storage ledger,
        OptionLedger storage options,
        GroupId group,
        AccountId[] calldata ids
    ) internal {
        if (!FactorLockLib.isRunning(ledger, group)) {
            FactorLockLib.syncOrLock(ledger, options, group);
            if (ledger.groups[group].phase == Phase.NORMAL) revert IDeleveraging.GroupNotLocked(group);
            if (!FactorLockLib.isRunning(ledger, group)) {
                revert IDeleveraging.GroupLocked(group, FactorLockLib.endOf(ledger, group));
            }
        }
        bool any;
        Scene memory frozen = SceneLib.readRecorded(options, group);
        for (uint256 i; i < ids.length; ++i) {
            if (ledger.accounts[ids[i]].group != group) continue;
            if (OptionReliefLib.register(ledger, options, frozen, ids[i])) any = true;
        }
        if (!any) revert IDeleveraging.NothingToNet(group);
    }

    /// @notice As `net`, of one account, if the lock of its group runs; else, or without relief, it does nothing.
    function netOne(Ledger storage ledger, OptionLedger storage options, AccountId id) internal {
        GroupId group = ledger.accounts[id].group;
        if (!FactorLockLib.isRunning(ledger, group)) return;
        OptionReliefLib.register(ledger, options, SceneLib.readRecorded(options, group), id);
    }

    /// @dev Locks a NORMAL group for accounts that are below zero at a live, fresh price of the underlying.
    function _lockFor(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory live,
        AccountId[] calldata ids
    ) private {
        GroupId group = live.group;
        Money debt;
        for (uint256 i; live.spotFresh && i < ids.length; ++i) {
            if (CashLib.refreshed(ledger, ids[i]).group != group) continue;
            Holding[] memory list = PortfolioLib.holdings(ledger, options, live, ids[i]);
            (Money equity, , ) = PortfolioLib.equityOf(ledger, ids[i], list);
            if (equity < NO_MONEY) debt = debt - equity;
        }
        if (debt == NO_MONEY) revert IDeleveraging.NothingToAbsorb(group);
        bool open = ledger.markets[seriesOf(group, PERPETUAL).market()].status == MarketStatus.OPEN;
        Money min = open ? toMoney(ledger.venue.minDebt) : NO_MONEY;
        if (debt < min) revert IDeleveraging.DebtTooSmall(group, debt, min);
        uint256 from = uint256(ledger.groups[group].lastUnlock) + ledger.venue.lockDelay;
        if (block.timestamp < from) revert IDeleveraging.LockedTooRecently(group, from);
        FactorLockLib.lock(ledger, options, live);
    }

    function _absorbOne(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory frozen,
        AccountId id
    ) private {
        if (options.held[id] == 0) return;
        Account storage account = ledger.accounts[id];
        AccountWord word = CashLib.refresh(ledger, account, id, CashLib.read(account));
        Holding[] memory list = PortfolioLib.holdings(ledger, options, frozen, id);
        (Money equity, , ) = PortfolioLib.equityOf(ledger, id, list);
        if (equity >= NO_MONEY) return;

        Group storage stored = ledger.groups[frozen.group];
        if (word.isNetted()) ledger.takeOut(stored, id);
        _takeLegs(ledger, frozen.group, id, list);
        OptionChargeLib.noteEstates(options, frozen.group, options.held[id]);
        options.held[id] = 0;
        CashLib.clear(ledger, account, id, word);
        Money deficit = toMoney(stored.deficit) - equity;
        stored.deficit = deficit.toUint96();
        ++stored.absorbed;
        emit IDeleveraging.Absorbed(id, frozen.group, stored.lockNumber, -equity, deficit);
    }

    function _takeLegs(Ledger storage ledger, GroupId group, AccountId id, Holding[] memory list) private {
        for (uint256 i; i < list.length; ++i) {
            MarketId market = seriesOf(group, list[i].index).market();
            Market storage book = ledger.markets[market];
            book.detach(list[i].leg);
            ledger.positions[id.position(market)] = NO_POSITION;
            book.toEstate(list[i].leg.size.isLong(), list[i].leg.size.magnitude());
        }
    }
}
