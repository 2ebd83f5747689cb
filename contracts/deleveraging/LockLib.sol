// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {PauseLib} from "../governance/PauseLib.sol";
import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {Group, Ledger, Market, MarketStatus, Phase} from "../Ledger.sol";
import {FundingLib} from "../prices/FundingLib.sol";
import {GapLib} from "../prices/GapLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {GroupId} from "../types/MarketId.sol";
import {toMoney} from "../types/Money.sol";
import {VaultLib} from "../vault/VaultLib.sol";

/// @title The lock of a clearing group
/// @notice A bill for a default must reach those who held through the jump that caused it. So each group remembers **anchors** (marks at
/// least `lockDelay` old), and when a mark has jumped from its anchor, or somebody has defaulted, it is locked: marks are frozen,
/// nobody enters or leaves a winning side, defaulters are gathered, and one settlement at the frozen marks ends it.
library LockLib {
    using FundingLib for Market;

    /// @notice Consecutive locks double the gap threshold at most this often.
    uint8 internal constant MAX_GAP_LEVEL = 4;

    /// @notice Brings the group up to date with live `quotes`, and their recorded marks with it: ends a lock in which nobody defaulted, else
    /// moves the anchors on.
    /// @return gap There is a gap (only looked at when NORMAL). It is measured from the recorded marks too, which are the anchors that an advance
    /// brings, so no advance can open one.
    function sync(Ledger storage ledger, GroupId id, Quote[] memory quotes) internal returns (bool gap) {
        Group storage group = ledger.groups[id];
        if (group.phase == Phase.LOCKED && group.absorbed == 0 && block.timestamp >= endOf(ledger, id)) {
            unlock(ledger, id);
            for (uint256 i; i < quotes.length; ++i) quotes[i].anchor = quotes[i].recordedMark;
        }
        if (group.phase != Phase.NORMAL) return false;

        if (GapLib.anyGap(ledger, id, quotes)) return true;
        if (block.timestamp < group.anchorsDue) return false;
        for (uint256 i; i < quotes.length; ++i) {
            // A stale leg or a pause may keep a default from being absorbed, so the anchors of the whole group wait for it.
            if (!quotes[i].fresh) return false;
        }
        if (block.timestamp < absorbableFrom(ledger, id)) return false;

        group.anchorsDue = SafeCast.toUint40(block.timestamp + ledger.venue.lockDelay);
        unchecked {
            ++group.advances; // wraps after 30 years of an advance a minute
        }
        for (uint256 i; i < quotes.length; ++i) {
            Market storage market = ledger.markets[id.market(i)];
            if (market.status != MarketStatus.OPEN) continue;
            market.anchor = market.recordedMark;
            market.recordedMark = (quotes[i].mark - quotes[i].funding).toInt88();
            (quotes[i].anchor, quotes[i].recordedMark) = (quotes[i].recordedMark, quotes[i].mark);
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

    /// @notice When a lock ends: at its time, or a lock's length after absorbs were paused.
    function endOf(Ledger storage ledger, GroupId id) internal view returns (uint256) {
        return endOf(ledger, id, absorbableFrom(ledger, id));
    }

    /// @dev As above, with `from` known.
    function endOf(Ledger storage ledger, GroupId id, uint256 from) internal view returns (uint256) {
        uint256 until = ledger.groups[id].until;
        return from == 0 ? until : Math.max(until, from + ledger.venue.lockDelay);
    }

    /// @notice Since when, after pauses, accounts of the group can be absorbed.
    function absorbableFrom(Ledger storage ledger, GroupId id) internal view returns (uint256 from) {
        for (uint256 i; i < ledger.groups[id].markets; ++i) {
            from = Math.max(from, PauseLib.liquidationsFrom(ledger, id.market(i)));
        }
    }

    /// @notice Freezes the marks (of a market without a fresh price: its last mark) and stops funding.
    function lock(Ledger storage ledger, GroupId id, Quote[] memory quotes) internal {
        Group storage group = ledger.groups[id];
        bool recent = group.lastUnlock != 0 && block.timestamp < uint256(group.lastUnlock) + ledger.venue.calmPeriod;
        uint256 level = GapLib.gapLevel(ledger, id);
        group.gapLevel = uint8(recent && level < MAX_GAP_LEVEL ? level + 1 : level);
        group.phase = Phase.LOCKED;
        group.lockedAt = SafeCast.toUint40(block.timestamp);
        group.until = SafeCast.toUint40(block.timestamp + ledger.venue.lockDelay);
        ++ledger.lockedGroups;

        for (uint256 i; i < quotes.length; ++i) {
            Market storage market = ledger.markets[id.market(i)];
            market.stop();
            if (quotes[i].fresh) market.recordedMark = (quotes[i].mark - quotes[i].funding).toInt88();
        }
        VaultLib.setAside(ledger, id);
        emit IDeleveraging.Locked(id, group.until, group.gapLevel, toMoney(group.reserve));
    }

    /// @notice Back to NORMAL. The frozen marks, never the current ones, become the anchors: a jump since then is a new one.
    function unlock(Ledger storage ledger, GroupId id) internal {
        Group storage group = ledger.groups[id];
        for (uint256 i; i < group.markets; ++i) {
            Market storage market = ledger.markets[id.market(i)];
            market.stop();
            market.anchor = market.recordedMark;
        }
        group.phase = Phase.NORMAL;
        group.anchorsDue = SafeCast.toUint40(block.timestamp + ledger.venue.lockDelay);
        group.lastUnlock = SafeCast.toUint40(block.timestamp);
        group.absorbed = 0;
        group.deficit = 0;
        VaultLib.release(ledger, id);
        --ledger.lockedGroups;
        setUncovered(ledger, id, false);
        emit IDeleveraging.Unlocked(id);
    }

    /// @notice Withdrawals of the venue wait while any group is uncovered.
    function setUncovered(Ledger storage ledger, GroupId id, bool uncovered) internal {
        Group storage group = ledger.groups[id];
        if (group.uncovered == uncovered) return;
        group.uncovered = uncovered;
        if (uncovered) ++ledger.uncoveredGroups;
        else --ledger.uncoveredGroups;
    }
}
