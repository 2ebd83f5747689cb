// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {PauseLib} from "../governance/PauseLib.sol";
import {IAccounts} from "../interfaces/IAccounts.sol";
import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
import {Group, Ledger, Market, MarketStatus, PauseLevel, Phase} from "../Ledger.sol";
import {FundingLib} from "../prices/FundingLib.sol";
import {GapLib} from "../prices/GapLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {CastLib} from "../types/CastLib.sol";
import {GroupId} from "../types/MarketId.sol";
import {toMoney} from "../types/Money.sol";
import {Price} from "../types/Price.sol";
import {VaultLib} from "../vault/VaultLib.sol";

/// @title The lock of a clearing group
/// @notice A bill for a default must reach those who held through the jump that caused it. So each group remembers
/// **anchors** (marks at least `lockDelay` old), and when a mark has jumped from its anchor, or somebody has defaulted,
/// it is locked: marks are frozen, nobody enters or leaves a winning side, defaulters are gathered, and one settlement
/// at the frozen marks ends it.
library LockLib {
    using FundingLib for Market;

    /// @notice Consecutive locks double the gap threshold at most this often.
    uint8 internal constant MAX_GAP_LEVEL = 4;

    /// @notice Ends a lock in which nobody defaulted; else, when they are due and all prices are fresh, moves the
    /// anchors on: in storage and in `quotes`, which are live.
    /// @return gap There is a gap (only looked at when NORMAL). It is measured from the recorded marks too, which are
    /// the anchors that an advance brings, so no advance can open one.
    function sync(Ledger storage ledger, GroupId id, Quote[] memory quotes) internal returns (bool gap) {
        Group storage group = ledger.groups[id];
        if (group.phase != Phase.NORMAL) {
            if (!isOver(ledger, id)) return false;
            unlock(ledger, id);
            reanchor(quotes);
        }

        if (GapLib.anyGap(ledger, id, quotes)) return true;
        if (block.timestamp < group.anchorsDue) return false;
        for (uint256 i; i < quotes.length; ++i) {
            // A stale leg or a pause may keep a default from being absorbed, so the anchors of the whole group wait for
            // it.
            if (!quotes[i].fresh) return false;
        }
        if (block.timestamp < absorbableFrom(ledger, id)) return false;

        _scheduleAdvance(ledger, group);
        unchecked {
            ++group.advances; // wraps after 30 years of an advance a minute
        }
        for (uint256 i; i < quotes.length; ++i) {
            Market storage market = ledger.markets[id.market(i)];
            if (market.status != MarketStatus.OPEN) continue;
            Quote memory quote = quotes[i];
            market.anchor = market.recordedMark;
            market.recordedMark = (quote.mark - quote.funding).toInt88();
            (quote.anchor, quote.recordedMark) = (quote.recordedMark, quote.mark);
        }
    }

    /// @notice Reads and syncs; locks the group at a gap.
    function syncOrLock(Ledger storage ledger, GroupId id) internal returns (Quote[] memory quotes) {
        quotes = MarkLib.quotes(ledger, id);
        if (sync(ledger, id, quotes)) lock(ledger, id, quotes);
    }

    /// @notice Reads and syncs; reverts unless the group then is NORMAL and without a gap.
    function syncOpen(Ledger storage ledger, GroupId id) internal returns (Quote[] memory quotes) {
        quotes = MarkLib.quotes(ledger, id);
        if (sync(ledger, id, quotes)) revert IDeleveraging.GapOpen(id);
        Group storage group = ledger.groups[id];
        if (group.phase != Phase.NORMAL) revert IDeleveraging.GroupLocked(id, endOf(ledger, id));
    }

    /// @notice Is a lock over in which nobody defaulted, so that the next operation ends it?
    function isOver(Ledger storage ledger, GroupId id) internal view returns (bool) {
        Group storage group = ledger.groups[id];
        return group.phase == Phase.LOCKED && group.absorbed == 0 && block.timestamp >= endOf(ledger, id);
    }

    /// @notice The quotes after the end of a lock: the frozen marks are the anchors.
    function reanchor(Quote[] memory quotes) internal pure {
        for (uint256 i; i < quotes.length; ++i) quotes[i].anchor = quotes[i].recordedMark;
    }

    /// @notice Is the group locked, and its lock not over: may defaulters still be gathered, and accounts registered?
    function isRunning(Ledger storage ledger, GroupId id) internal view returns (bool) {
        return ledger.groups[id].phase == Phase.LOCKED && block.timestamp < endOf(ledger, id);
    }

    /// @notice When a lock ends: at its time, or a lock's length after absorbs are possible again, if that is later.
    function endOf(Ledger storage ledger, GroupId id) internal view returns (uint256) {
        return endOf(ledger, id, absorbableFrom(ledger, id));
    }

    /// @dev As above; `from` is `absorbableFrom`.
    function endOf(Ledger storage ledger, GroupId id, uint256 from) internal view returns (uint256) {
        uint256 until = ledger.groups[id].until;
        return from == 0 ? until : Math.max(until, from + ledger.venue.lockDelay);
    }

    /// @notice Since when, after pauses, accounts of the group can be absorbed.
    function absorbableFrom(Ledger storage ledger, GroupId id) internal view returns (uint256 from) {
        if (ledger.anyStoppedUntil == 0) return 0; // so that no market need be looked at
        uint256 count = ledger.groups[id].markets;
        for (uint256 i; i < count; ++i) {
            from = Math.max(from, PauseLib.liquidationsFrom(ledger, id.market(i)));
        }
    }

    /// @notice Why nothing may leave an account now, whatever is in it: the encoded error; empty when something may.
    function withheld(Ledger storage ledger, AccountId id) internal view returns (bytes memory reason) {
        if (PauseLib.globalLevel(ledger) == PauseLevel.REDUCE_ONLY) {
            return abi.encodeWithSelector(IGovernance.PausedAt.selector, PauseLevel.REDUCE_ONLY);
        }
        if (ledger.outflow.lockedGroups != 0 && id.owner() == ledger.vault) {
            return abi.encodeWithSelector(IAccounts.GroupsLocked.selector, ledger.outflow.lockedGroups);
        }
    }

    /// @notice Freezes the marks (of a market without a fresh price: its recorded mark) and stops funding.
    function lock(Ledger storage ledger, GroupId id, Quote[] memory quotes) internal {
        Group storage group = ledger.groups[id];
        bool recent = group.lastUnlock != 0 && block.timestamp < uint256(group.lastUnlock) + ledger.venue.calmPeriod;
        uint256 level = GapLib.gapLevel(ledger, id);
        group.gapLevel = uint8(recent && level < MAX_GAP_LEVEL ? level + 1 : level);
        group.phase = Phase.LOCKED;
        group.until = CastLib.toUint32(block.timestamp + ledger.venue.lockDelay);
        group.lockedAt = CastLib.toUint40(block.timestamp);
        unchecked {
            ++group.lockNumber; // wraps after 30 years of a lock a minute
        }
        ++ledger.outflow.lockedGroups;

        for (uint256 i; i < quotes.length; ++i) {
            Market storage market = ledger.markets[id.market(i)];
            Quote memory quote = quotes[i];
            market.stopAt(quote.funding);
            if (quote.fresh) market.recordedMark = (quote.mark - quote.funding).toInt88();
        }
        VaultLib.setAside(ledger, id);
        _report(id, group, quotes);
    }

    /// @dev A market without a fresh price is frozen at its recorded mark. Funding is in both marks alike.
    function _report(GroupId id, Group storage group, Quote[] memory quotes) private {
        Price[] memory anchors = new Price[](quotes.length);
        Price[] memory frozen = new Price[](quotes.length);
        for (uint256 i; i < quotes.length; ++i) {
            anchors[i] = quotes[i].anchor;
            frozen[i] = quotes[i].fresh ? quotes[i].mark : quotes[i].recordedMark;
        }
        emit IDeleveraging.Locked(
            id,
            group.lockNumber,
            group.until,
            group.gapLevel,
            toMoney(group.reserve),
            anchors,
            frozen
        );
    }

    /// @notice Back to NORMAL. The frozen marks, never the current ones, become the anchors: a jump since then is a new
    /// one.
    function unlock(Ledger storage ledger, GroupId id) internal {
        Group storage group = ledger.groups[id];
        uint256 count = group.markets;
        for (uint256 i; i < count; ++i) {
            Market storage market = ledger.markets[id.market(i)];
            market.fundingTime = CastLib.toUint32(block.timestamp); // the lock stopped its funding
            market.anchor = market.recordedMark;
        }
        _scheduleAdvance(ledger, group);
        group.phase = Phase.NORMAL;
        group.lastUnlock = CastLib.toUint32(block.timestamp);
        group.absorbed = 0;
        VaultLib.release(ledger, id);
        --ledger.outflow.lockedGroups;
        emit IDeleveraging.Unlocked(id, group.lockNumber);
    }

    /// @notice Withdrawals of the venue wait while any group is uncovered.
    function setUncovered(Ledger storage ledger, GroupId id, bool uncovered) internal {
        Group storage group = ledger.groups[id];
        if (group.uncovered == uncovered) return;
        group.uncovered = uncovered;
        if (uncovered) ++ledger.outflow.uncoveredGroups;
        else --ledger.outflow.uncoveredGroups;
    }

    /// @dev When anchors move on or a lock ends: when they may next; and what of the time since did not age the vault's
    /// offers.
    function _scheduleAdvance(Ledger storage ledger, Group storage group) private {
        uint256 stood = block.timestamp - VaultLib.offersAgedUntil(ledger, group);
        if (stood != 0) group.offersStood = CastLib.toUint32(group.offersStood + stood);
        group.anchorsDue = CastLib.toUint32(block.timestamp + ledger.venue.lockDelay);
    }
}
