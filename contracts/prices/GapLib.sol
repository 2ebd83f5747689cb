// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Group, Ledger, Market, MarketParams, MarketStatus, Phase} from "../Ledger.sol";
import {PPM, priceShareDown} from "../types/Arithmetic.sol";
import {GroupId} from "../types/MarketId.sol";
import {NO_PRICE, Price} from "../types/Price.sol";
import {MarkLib, Quote} from "./MarkLib.sol";

/// @title Gaps: how far marks moved from the anchors of a clearing group
/// @notice An anchor is a mark that is at least `lockDelay` old. A **gap** is a move from it that is larger than a
/// threshold; it locks the group (LockLib). In a lock, the **jump** of a market is its frozen mark less its anchor.
library GapLib {
    /// @notice Is the group NORMAL with a gap, so that it should be locked?
    function gapped(Ledger storage ledger, GroupId id, Quote[] memory quotes) internal view returns (bool) {
        return ledger.groups[id].phase == Phase.NORMAL && anyGap(ledger, id, quotes);
    }

    /// @notice Has a fresh mark of the group jumped from its anchor or its recorded mark?
    function anyGap(Ledger storage ledger, GroupId id, Quote[] memory quotes) internal view returns (bool) {
        uint256 level = gapLevel(ledger, id);
        for (uint256 i; i < quotes.length; ++i) {
            if (isGap(ledger.markets[id.market(i)], quotes[i], level)) return true;
        }
        return false;
    }

    /// @notice Has this mark `moved` by more than the `threshold`?
    function isGap(Ledger storage ledger, GroupId id, uint256 index, Quote memory quote) internal view returns (bool) {
        return isGap(ledger.markets[id.market(index)], quote, gapLevel(ledger, id));
    }

    /// @dev As above, at a known gap level.
    function isGap(Market storage market, Quote memory quote, uint256 level) internal view returns (bool) {
        if (moved(quote).abs() <= threshold(market.params, quote.mark, level)) return false; // what is usual, first
        return quote.fresh && market.status == MarketStatus.OPEN;
    }

    /// @notice How far the mark is from its anchor, or from its recorded mark if that is further; funding included.
    /// The recorded mark counts because it is the next anchor: whoever enters now can be charged for the jump from it.
    function moved(Quote memory quote) internal pure returns (Price) {
        Price fromAnchor = quote.mark - quote.anchor;
        Price fromRecordedMark = quote.mark - quote.recordedMark;
        return fromRecordedMark.abs() > fromAnchor.abs() ? fromRecordedMark : fromAnchor;
    }

    /// @notice How far it may be without a gap, floor. The market's threshold is doubled by recent locks, and at most
    /// the smaller of maintenance margin and IM / (2 + IM): who is above initial margin at the mark is then solvent at
    /// both.
    function threshold(MarketParams storage params, Price mark, uint256 level) internal view returns (Price) {
        (uint256 initial, uint256 maintenance) = (params.initialMargin, params.maintenanceMargin);
        uint256 rate = uint256(params.gapThreshold) << level;
        unchecked {
            uint256 max = (PPM * initial) / (2 * PPM + initial); // rates have 24 bits
            if (rate > max) rate = max;
        }
        return priceShareDown(mark, rate < maintenance ? rate : maintenance);
    }

    /// @notice How often recent locks have doubled the gap threshold: halved again for every calm period since the last
    /// lock.
    function gapLevel(Ledger storage ledger, GroupId id) internal view returns (uint256) {
        Group storage group = ledger.groups[id];
        if (group.gapLevel == 0) return 0;
        uint256 calm = (block.timestamp - group.lastUnlock) / ledger.venue.calmPeriod;
        return calm >= group.gapLevel ? 0 : group.gapLevel - calm;
    }

    /// @notice In a lock: what a long gained from anchor to frozen mark, ordinary funding included; negative when
    /// shorts gained. Constant.
    function jump(Market storage market) internal view returns (Price) {
        return Price.wrap(market.recordedMark) - Price.wrap(market.anchor);
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
}
