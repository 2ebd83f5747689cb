// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {IOptionListing} from "../interfaces/IOptionListing.sol";
import {Group, Ledger, Phase} from "../Ledger.sol";
import {GroupId} from "../types/MarketId.sol";
import {refusal, revertWith} from "../types/Refusal.sol";
import {Ladder, OptionGroup, OptionLedger} from "./OptionLedger.sol";
import {PastRound, RoundLib} from "./RoundLib.sol";
import {LADDERS, PERPETUAL, seriesOf} from "./SeriesId.sol";

/// @title What listing, posting and fixing ask of a group
library LadderLib {
    /// @notice For how long after an expiry its price, if it can be fixed, comes before locks and liquidations.
    uint256 internal constant FIXING_TIME = 1 hours;

    /// @notice Reverts unless it is an option group.
    function requireKnown(OptionLedger storage options, GroupId id) internal view {
        if (options.groups[id].anchor.time == 0) revert IDeleveraging.GroupUnknown(id);
    }

    /// @notice Reverts unless it is an option group, and NORMAL.
    function requireNormal(Ledger storage ledger, OptionLedger storage options, GroupId id) internal view {
        requireKnown(options, id);
        Group storage group = ledger.groups[id];
        if (group.phase != Phase.NORMAL) revert IDeleveraging.GroupLocked(id, group.until);
    }

    /// @notice Reverts while the price of an expiry can be fixed and is not: its series are marked at the spot of now,
    /// which is not what they pay. Else whoever saw the first round after an expiry chose between the two. For
    /// FIXING_TIME at most, as a feed may have lost rounds.
    function requireFixed(Ledger storage ledger, OptionLedger storage options, GroupId id) internal view {
        OptionGroup storage group = options.groups[id];
        uint256 next = group.nextExpiry;
        if (next == 0 || block.timestamp <= next || block.timestamp > next + FIXING_TIME) return;
        address feed = ledger.markets[seriesOf(id, PERPETUAL).market()].priceFeed;
        PastRound memory last = RoundLib.latest(AggregatorV3Interface(feed));
        // In another phase it may not be final yet.
        if (last.time <= next || RoundLib.phaseOf(last.id) != group.feedPhase) return;
        revertWith(refusal(IOptionListing.PriceNotFixed.selector, next));
    }

    /// @notice The earliest expiry that is listed and whose price is not fixed; 0: none.
    function earliestOpen(OptionGroup storage group) internal view returns (uint40 earliest) {
        for (uint256 i; i < LADDERS; ++i) {
            Ladder storage ladder = group.ladders[i];
            uint40 expiry = ladder.expiry;
            if (expiry == 0 || ladder.settlement != 0) continue;
            if (earliest == 0 || expiry < earliest) earliest = expiry;
        }
    }
}
