// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IOptionListing} from "../interfaces/IOptionListing.sol";
import {Ledger, Market} from "../Ledger.sol";
import {MarkLib} from "../prices/MarkLib.sol";
import {StreamReportLib} from "../prices/StreamReportLib.sol";
import {GroupId} from "../types/MarketId.sol";
import {toPrice} from "../types/Price.sol";
import {LadderLib} from "./LadderLib.sol";
import {Fixing, Ladder, OptionGroup, OptionLedger} from "./OptionLedger.sol";
import {PastRound, RoundLib} from "./RoundLib.sol";
import {LADDERS, PERPETUAL, seriesOf} from "./SeriesId.sol";

/// @dev The average of one expiry while it is added up.
struct Walk {
    AggregatorV3Interface feed;
    uint256 heartbeat;
    int256 exponent;
    /// The window: from `start`, to the expiry.
    uint256 start;
    uint256 expiry;
    /// The feed's latest round now.
    PastRound top;
    // As in Fixing.
    uint80 round;
    uint256 time;
    uint256 weight;
    uint256 sum;
    uint256 mark;
}

/// @title The price at which a ladder expires: the average of the feed's answers over the last 30 minutes
/// @notice AVERAGE. An answer holds from its round's time until the next one's, but at most for the feed's heartbeat;
/// one that is no price (not positive, out of range) holds for nothing. The price is the average of what held, by
/// seconds, down. If nothing held in the window, it is the first usable answer after the expiry: never the latest one,
/// and never an old one. ROUNDS. All of them, in the order of their numbers. The caller names the round to begin with,
/// and here it is shown to be the last at or before the window; all others are read one after another. PHASES. The
/// rounds begin in the phase that the group noted last before the window (VolLib). They stay in it if it has a round
/// dated in the heartbeat after the expiry. If it has none, and the proxy has gone on to another phase, then after that
/// time they go on with the rounds of the next phase that are later than the last of this one. Older rounds of the new
/// aggregator do not count: nobody saw them through the proxy. FINAL. A price is fixed when no later round can belong
/// to it: there is one after the expiry, and times do not fall. LIVENESS. With a feed that lives, at its first round
/// after the expiry. While its price is not fresh nothing is fixed: docs/options.md says what then.
library ExpiryLib {
    /// @notice How long before an expiry the average begins.
    uint256 internal constant WINDOW = 30 minutes;

    /// @notice How many numbers a feed may leave out between two rounds of a phase, plus one.
    uint256 internal constant LOOKAHEAD = 4;

    /// @notice See IOptionListing.
    function fixPrice(
        Ledger storage ledger,
        OptionLedger storage options,
        GroupId id,
        uint256 place,
        uint80[] calldata entries,
        uint256 rounds
    ) internal returns (bool done) {
        // In a lock too: what it reads is dated before the expiry, and the next one begins at marks after it.
        LadderLib.requireKnown(options, id);
        OptionGroup storage group = options.groups[id];
        if (place >= LADDERS || (group.listed >> place) & 1 == 0) revert IOptionListing.LadderNotListed(id, place);
        Ladder storage ladder = group.ladders[place];
        if (ladder.settlement != 0) revert IOptionListing.PriceAlreadyFixed(id, place);
        if (block.timestamp <= ladder.expiry) revert IOptionListing.NotExpired(ladder.expiry);
        // The time of marks stands before the earliest: the price of a later one could be a gap that no lock ends.
        uint256 next = group.nextExpiry;
        if (ladder.expiry != next) revert IOptionListing.EarlierExpiryOpen(ladder.expiry, next);

        Market storage perpetual = ledger.markets[seriesOf(id, PERPETUAL).market()];
        // The price may be a jump, which only a lock may clear, and a lock needs the price of the underlying.
        (, bool fresh) = MarkLib.live(perpetual);
        if (!fresh) revert IOptionListing.FactorsNotFresh(id);
        Walk memory w = _load(perpetual, ladder);
        if (w.round == 0) _enter(w, group.feedPhase, w.start, entries);
        uint256 price = _walk(w, entries, rounds);
        if (price == 0) {
            ladder.fixing = Fixing(w.round, uint40(w.time), uint16(w.weight), uint96(w.sum), uint80(w.mark));
            emit IOptionListing.FixingAdvanced(id, place, w.round);
            return false;
        }
        ladder.settlement = uint80(price);
        delete ladder.fixing;
        group.nextExpiry = LadderLib.earliestOpen(group);
        if (ladder.expiry > group.lastExpiry) group.lastExpiry = ladder.expiry;
        emit IOptionListing.PriceFixed(id, place, ladder.expiry, toPrice(price));
        return true;
    }

    function _load(Market storage perpetual, Ladder storage ladder) private view returns (Walk memory w) {
        w.feed = AggregatorV3Interface(perpetual.priceFeed);
        (w.heartbeat, w.exponent) = (perpetual.heartbeat, perpetual.exponent);
        w.expiry = ladder.expiry;
        w.start = w.expiry - WINDOW;
        w.top = RoundLib.latest(w.feed);
        Fixing storage f = ladder.fixing;
        (w.round, w.time, w.weight) = (f.round, f.time, f.weight);
        (w.sum, w.mark) = (f.sum, f.mark);
    }

    /// @dev Reads on, at most `left` rounds. 0: not at the end.
    function _walk(Walk memory w, uint80[] calldata entries, uint256 left) private view returns (uint256) {
        for (; left != 0; --left) {
            PastRound memory next = _successor(w);
            bool isLast = RoundLib.phaseOf(w.round) == RoundLib.phaseOf(w.top.id);
            if (next.time != 0 && next.time <= w.expiry) {
                _hold(w, next);
                continue;
            }
            // No further round of this phase belongs to the window. Is it the phase that the window ends in?
            uint256 from = w.expiry + w.heartbeat;
            if (next.time == 0 || (next.time > from && !isLast)) {
                if (isLast || block.timestamp <= from) revert IOptionListing.PriceNotFinal(from);
                _enter(w, RoundLib.phaseOf(w.round) + 1, Math.max(w.time, w.start), entries);
                continue;
            }
            (uint256 weight, uint256 sum) = _added(w, w.expiry);
            if (weight != 0) return sum / weight;
            _hold(w, next); // the first answer after the expiry
            if (w.mark != 0) return w.mark;
        }
        return 0;
    }

    /// @dev Goes to the last round of the phase that is dated at or before `time`, or before its first one.
    function _enter(Walk memory w, uint256 phase, uint256 time, uint80[] calldata entries) private view {
        (bool named, uint80 entry) = _entryOf(phase, entries);
        if (!named) revert IOptionListing.EntryNotNamed(phase, time);
        if (RoundLib.numberOf(entry) == 0) {
            // It is said to have no rounds.
            w.round = entry;
            PastRound memory first = _successor(w);
            if (first.time != 0) revert IOptionListing.NotTheLastRound(entry, first.id);
            return;
        }
        PastRound memory round = RoundLib.read(w.feed, entry);
        if (round.time == 0) revert IOptionListing.RoundUnknown(entry);
        if (round.time > time) {
            _requireFirst(w, entry);
            w.round = entry - 1; // the walk reads it next
            return;
        }
        w.round = entry;
        PastRound memory next = _successor(w);
        if (next.time != 0 && next.time <= time) revert IOptionListing.NotTheLastRound(entry, next.id);
        if (round.time > w.time) _hold(w, round);
    }

    /// @dev The entry that is named for the phase.
    function _entryOf(uint256 phase, uint80[] calldata entries) private pure returns (bool, uint80) {
        for (uint256 i; i < entries.length; ++i) {
            if (RoundLib.phaseOf(entries[i]) == phase) return (true, entries[i]);
        }
        return (false, 0);
    }

    /// @dev Reverts if a round of the same phase is before it.
    function _requireFirst(Walk memory w, uint80 entry) private view {
        uint256 number = RoundLib.numberOf(entry);
        for (uint256 i = 1; i <= LOOKAHEAD && i < number; ++i) {
            PastRound memory earlier = RoundLib.read(w.feed, entry - uint80(i));
            if (earlier.time != 0) revert IOptionListing.NotTheFirstRound(entry, earlier.id);
        }
    }

    /// @dev The next round of the phase; its time is zero if there is none. In the latest phase, its latest round says
    /// where the end is. In an earlier one, LOOKAHEAD numbers without a round are the end.
    function _successor(Walk memory w) private view returns (PastRound memory next) {
        bool isLast = RoundLib.phaseOf(w.round) == RoundLib.phaseOf(w.top.id);
        for (uint256 i = 1; i <= LOOKAHEAD; ++i) {
            uint256 id = uint256(w.round) + i;
            if (isLast && id > w.top.id) return next;
            if (id > type(uint80).max || RoundLib.phaseOf(uint80(id)) != RoundLib.phaseOf(w.round)) return next;
            PastRound memory round = RoundLib.read(w.feed, uint80(id));
            if (round.time == 0) continue;
            if (round.time < w.time) revert IOptionListing.RoundsOutOfOrder(round.id, round.time);
            return round;
        }
        if (isLast) revert IOptionListing.RoundsMissing(w.round, w.top.id);
    }

    /// @dev The round's answer holds from its time on.
    function _hold(Walk memory w, PastRound memory round) private pure {
        (w.weight, w.sum) = _added(w, round.time);
        (w.round, w.time) = (round.id, round.time);
        w.mark = StreamReportLib.markOf(round.answer, w.exponent);
    }

    /// @dev Weight and sum with what the answer that holds adds until `until`.
    function _added(Walk memory w, uint256 until) private pure returns (uint256, uint256) {
        uint256 from = Math.max(w.time, w.start);
        uint256 to = Math.min(Math.min(until, w.expiry), w.time + w.heartbeat);
        if (w.mark == 0 || to <= from) return (w.weight, w.sum);
        return (w.weight + (to - from), w.sum + w.mark * (to - from));
    }
}
