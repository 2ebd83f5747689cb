// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {Group, Ledger, Market, MarketParams, MarketStatus, Phase} from "../Ledger.sol";
import {PPM, priceShareDown} from "../types/Arithmetic.sol";
import {GroupId} from "../types/MarketId.sol";
import {toMoney} from "../types/Money.sol";
import {NO_PRICE, Price} from "../types/Price.sol";
import {FundingLib} from "./FundingLib.sol";
import {MarkLib, Quote} from "./MarkLib.sol";
import {PauseLib} from "./PauseLib.sol";
import {VaultLib} from "./VaultLib.sol";

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
    /// @return gap There is a gap (only looked at when NORMAL). It is measured from the candidates too, which are the anchors that an advance
    /// brings, so no advance can open one.
    function sync(Ledger storage ledger, GroupId id, Quote[] memory quotes) internal returns (bool gap) {
        Group storage group = ledger.groups[id];
        if (group.phase == Phase.LOCKED && group.absorbed == 0 && block.timestamp >= endOf(ledger, id)) {
            unlock(ledger, id);
            for (uint256 i; i < quotes.length; ++i) quotes[i].anchor = quotes[i].candidate;
        }
        if (group.phase != Phase.NORMAL) return false;

        if (anyGap(ledger, id, quotes)) return true;
        if (block.timestamp < group.anchorsDue) return false;
        for (uint256 i; i < quotes.length; ++i) {
            // A stale leg or a pause may keep a default from being absorbed, so the anchors of the whole group wait for it.
            if (!quotes[i].fresh) return false;
        }
        if (block.timestamp < absorbableFrom(ledger, id)) return false;

        group.anchorsDue = SafeCast.toUint40(block.timestamp + ledger.house.lockDelay);
        unchecked {
            ++group.advances; // wraps after 30 years of an advance a minute
        }
        for (uint256 i; i < quotes.length; ++i) {
            Market storage market = ledger.markets[id.market(i)];
            if (market.status != MarketStatus.OPEN) continue;
            market.anchor = market.candidate;
            market.candidate = (quotes[i].mark - quotes[i].funding).toInt88();
            (quotes[i].anchor, quotes[i].candidate) = (quotes[i].candidate, quotes[i].mark);
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
        if (sync(ledger, id, quotes)) revert IClearinghouse.GapOpen(id);
        Group storage group = ledger.groups[id];
        if (group.phase != Phase.NORMAL) revert IClearinghouse.GroupLocked(id, endOf(ledger, id));
    }

    /// @notice When a lock ends: at its time, or a lock's length after absorbs were paused.
    function endOf(Ledger storage ledger, GroupId id) internal view returns (uint256) {
        return endOf(ledger, id, absorbableFrom(ledger, id));
    }

    /// @dev As above, with `from` known.
    function endOf(Ledger storage ledger, GroupId id, uint256 from) internal view returns (uint256) {
        uint256 until = ledger.groups[id].until;
        return from == 0 ? until : Math.max(until, from + ledger.house.lockDelay);
    }

    /// @notice Since when, after pauses, accounts of the group can be absorbed.
    function absorbableFrom(Ledger storage ledger, GroupId id) internal view returns (uint256 from) {
        for (uint256 i; i < ledger.groups[id].markets; ++i) {
            from = Math.max(from, PauseLib.liquidationsFrom(ledger, id.market(i)));
        }
    }

    /// @notice Is the group NORMAL with a gap, so that it should be locked?
    function gapped(Ledger storage ledger, GroupId id, Quote[] memory quotes) internal view returns (bool) {
        return ledger.groups[id].phase == Phase.NORMAL && anyGap(ledger, id, quotes);
    }

    /// @notice Has a fresh mark of the group jumped from its anchor or its candidate?
    function anyGap(Ledger storage ledger, GroupId id, Quote[] memory quotes) internal view returns (bool) {
        for (uint256 i; i < quotes.length; ++i) {
            if (isGap(ledger, id, i, quotes[i])) return true;
        }
        return false;
    }

    /// @notice |(mark - funding) - anchor| > threshold * mark, or as far from the candidate. The threshold is doubled by recent locks, and at
    /// most the smaller of maintenance margin and IM / (2 + IM): a fill above initial margin at the mark is then solvent at both.
    /// The candidate counts because it is the next anchor: whoever enters now can be charged for the jump from it.
    function isGap(Ledger storage ledger, GroupId id, uint256 index, Quote memory quote) internal view returns (bool) {
        Market storage market = ledger.markets[id.market(index)];
        if (market.status != MarketStatus.OPEN || !quote.fresh) return false;
        MarketParams storage params = market.params;
        uint256 threshold = uint256(params.gapThreshold) << gapLevel(ledger, id);
        uint256 most = Math.min(
            params.maintenanceMargin,
            (PPM * params.initialMargin) / (2 * PPM + params.initialMargin)
        );
        if (threshold > most) threshold = most;
        Price far = priceShareDown(quote.mark, threshold);
        Price live = quote.mark - quote.funding;
        return (live - Price.wrap(market.anchor)).abs() > far || (live - Price.wrap(market.candidate)).abs() > far;
    }

    /// @notice How often recent locks have doubled the gap threshold: halved again for every calm period since the last lock.
    function gapLevel(Ledger storage ledger, GroupId id) internal view returns (uint256) {
        Group storage group = ledger.groups[id];
        if (group.gapLevel == 0) return 0;
        uint256 calm = (block.timestamp - group.lastUnlock) / ledger.house.calmPeriod;
        return calm >= group.gapLevel ? 0 : group.gapLevel - calm;
    }

    /// @notice Freezes the marks (of a market without a fresh price: its last mark) and stops funding.
    function lock(Ledger storage ledger, GroupId id, Quote[] memory quotes) internal {
        Group storage group = ledger.groups[id];
        bool recent = group.lastUnlock != 0 && block.timestamp < uint256(group.lastUnlock) + ledger.house.calmPeriod;
        uint256 level = gapLevel(ledger, id);
        group.gapLevel = uint8(recent && level < MAX_GAP_LEVEL ? level + 1 : level);
        group.phase = Phase.LOCKED;
        group.lockedAt = SafeCast.toUint40(block.timestamp);
        group.until = SafeCast.toUint40(block.timestamp + ledger.house.lockDelay);
        ++ledger.lockedGroups;

        for (uint256 i; i < quotes.length; ++i) {
            Market storage market = ledger.markets[id.market(i)];
            market.stop();
            if (quotes[i].fresh) market.candidate = (quotes[i].mark - quotes[i].funding).toInt88();
        }
        VaultLib.setAside(ledger, id);
        emit IClearinghouse.Locked(id, group.until, group.gapLevel, toMoney(group.reserve));
    }

    /// @notice Back to NORMAL. The frozen marks, never the current ones, become the anchors: a jump since then is a new one.
    function unlock(Ledger storage ledger, GroupId id) internal {
        Group storage group = ledger.groups[id];
        for (uint256 i; i < group.markets; ++i) {
            Market storage market = ledger.markets[id.market(i)];
            market.stop();
            market.anchor = market.candidate;
        }
        group.phase = Phase.NORMAL;
        group.anchorsDue = SafeCast.toUint40(block.timestamp + ledger.house.lockDelay);
        group.lastUnlock = SafeCast.toUint40(block.timestamp);
        group.absorbed = 0;
        group.deficit = 0;
        VaultLib.release(ledger, id);
        --ledger.lockedGroups;
        setUncovered(ledger, id, false);
        emit IClearinghouse.Unlocked(id);
    }

    /// @notice In a lock: what a long gained from anchor to frozen mark, ordinary funding included; negative when shorts gained. Constant.
    function jump(Market storage market) internal view returns (Price) {
        return Price.wrap(market.candidate) - Price.wrap(market.anchor);
    }

    /// @notice |jump| of each market: the most that its winning side can be charged per unit in this lock.
    function jumps(Ledger storage ledger, GroupId id) internal view returns (Price[] memory list) {
        list = new Price[](ledger.groups[id].markets);
        for (uint256 i; i < list.length; ++i) list[i] = jump(ledger.markets[id.market(i)]).abs();
    }

    /// @notice The frozen quotes as they are after a charge of `charges` per unit on each winning side.
    function chargedQuotes(
        Ledger storage ledger,
        GroupId id,
        Price[] memory charges
    ) internal view returns (Quote[] memory quotes) {
        quotes = MarkLib.recordedQuotes(ledger, id);
        for (uint256 i; i < quotes.length; ++i) {
            if (jump(ledger.markets[id.market(i)]) > NO_PRICE) quotes[i].long = quotes[i].long - charges[i];
            else quotes[i].short = quotes[i].short + charges[i];
        }
    }

    /// @notice Withdrawals of the house wait while any group is uncovered.
    function setUncovered(Ledger storage ledger, GroupId id, bool uncovered) internal {
        Group storage group = ledger.groups[id];
        if (group.uncovered == uncovered) return;
        group.uncovered = uncovered;
        if (uncovered) ++ledger.uncoveredGroups;
        else --ledger.uncoveredGroups;
    }
}
