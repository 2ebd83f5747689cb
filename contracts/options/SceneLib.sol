// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ledger, Market} from "../Ledger.sol";
import {FundingLib} from "../prices/FundingLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {CastLib} from "../types/CastLib.sol";
import {GroupId} from "../types/MarketId.sol";
import {Price, toPrice} from "../types/Price.sol";
import {Curve, CurveLib} from "./CurveLib.sol";
import {Factors, Ladder, OptionGroup, OptionLedger} from "./OptionLedger.sol";
import {PERPETUAL, ladderOf, placeOf, seriesOf} from "./SeriesId.sol";

/// @dev An option group in one operation: its factors now and those that a jump is measured from.
struct Scene {
    GroupId group;
    Factors live;
    Factors anchor;
    Factors recorded;
    /// The price of the underlying is fresh; and the volatility level too.
    bool spotFresh;
    bool fresh;
    // The ladder looked at last, plus one, its curve now and its series that were ever charged or torn up. Legs come
    // ladder by ladder.
    uint256 ladder;
    Curve now_;
    uint256 touched;
    // The ladder whose past was looked at last, plus one, and its curves at anchor and recorded factors.
    uint256 past;
    Curve then_;
    Curve next_;
    /// Where the three marks of a series are kept that were looked at before, by its index; no room: nowhere. For an
    /// operation that looks at several accounts of the same series.
    uint256[] kept;
}

/// @title The marks of an option group in one operation
library SceneLib {
    using CurveLib for Curve;
    using CurveLib for Ladder;
    using FundingLib for Market;

    /// @notice The group as it is now. Without a fresh price of the underlying: at the recorded one.
    function read(
        Ledger storage ledger,
        OptionLedger storage options,
        GroupId id
    ) internal view returns (Scene memory scene) {
        OptionGroup storage group = options.groups[id];
        (scene.group, scene.anchor, scene.recorded) = (id, group.anchor, group.recorded);
        Market storage perpetual = ledger.markets[seriesOf(id, PERPETUAL).market()];
        (Price spot, bool fresh) = MarkLib.live(perpetual);
        Factors memory live = scene.live;
        live.spot = fresh ? CastLib.toUint80(Price.unwrap(spot)) : scene.recorded.spot;
        (live.level, live.versions) = (group.level, group.versions);
        live.time = timeOf(group);
        live.funding = perpetual.current().toInt88();
        scene.spotFresh = fresh;
        scene.fresh = fresh && block.timestamp <= uint256(group.levelTime) + group.volHeartbeat;
    }

    /// @notice The group at its recorded factors: in a lock, the frozen ones.
    function readRecorded(OptionLedger storage options, GroupId id) internal view returns (Scene memory scene) {
        OptionGroup storage group = options.groups[id];
        (scene.group, scene.anchor, scene.recorded) = (id, group.anchor, group.recorded);
        scene.live = scene.recorded; // the same memory: see isFrozen
        (scene.spotFresh, scene.fresh) = (true, true);
    }

    /// @notice The time of factors taken now: the block's, but never beyond an expiry whose price is not fixed.
    function timeOf(OptionGroup storage group) internal view returns (uint40) {
        uint40 next = group.nextExpiry;
        return next != 0 && block.timestamp >= next ? next - 1 : uint40(block.timestamp);
    }

    /// @notice From now on marks are kept.
    function keepMarks(Scene memory scene) internal pure {
        scene.kept = new uint256[](256);
    }

    /// @notice The marks of the series at `index`, which is not the perpetual, at all three sets of factors. Assumes
    /// that its ladder is loaded.
    function marksKept(
        OptionLedger storage options,
        Scene memory scene,
        uint256 index
    ) internal view returns (Price[3] memory list) {
        bool keeps = scene.kept.length != 0;
        uint256 where = keeps ? scene.kept[index] : 0;
        if (where != 0) {
            assembly ("memory-safe") {
                list := where
            }
            return list;
        }
        uint256 place = placeOf(index);
        loadPast(options, scene, ladderOf(index));
        (list[0], list[1], list[2]) = (scene.now_.mark(place), scene.then_.mark(place), scene.next_.mark(place));
        if (!keeps) return list;
        assembly ("memory-safe") {
            where := list
        }
        scene.kept[index] = where;
    }

    /// @notice The quote of the series at `index`. Legs read in ascending order load each ladder once.
    function quote(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory scene,
        uint256 index
    ) internal view returns (Quote memory q) {
        (q.mark, q.anchor, q.recordedMark) = marks(options, scene, index);
        q.funding = index == PERPETUAL ? Price.wrap(scene.live.funding) : Price.wrap(0);
        (q.long, q.short) = (q.mark - q.funding, q.mark - q.funding);
        q.fresh = scene.fresh;
        if (!isTouched(options, scene, index)) return q;
        Market storage book = ledger.markets[seriesOf(scene.group, index).market()];
        q.long = q.long - toPrice(book.chargeLong);
        q.short = q.short + toPrice(book.chargeShort);
    }

    /// @notice The marks of the series at `index` at the three sets of factors; of the perpetual, those of the past
    /// with the funding since.
    function marks(
        OptionLedger storage options,
        Scene memory scene,
        uint256 index
    ) internal view returns (Price mark, Price anchor, Price recorded) {
        if (index == PERPETUAL) {
            Price funding = Price.wrap(scene.live.funding);
            mark = toPrice(scene.live.spot);
            anchor = toPrice(scene.anchor.spot) - Price.wrap(scene.anchor.funding) + funding;
            recorded = toPrice(scene.recorded.spot) - Price.wrap(scene.recorded.funding) + funding;
            return (mark, anchor, recorded);
        }
        loadPast(options, scene, ladderOf(index));
        uint256 place = placeOf(index);
        anchor = scene.then_.mark(place);
        recorded = scene.next_.mark(place);
        mark = isFrozen(scene) ? recorded : scene.now_.mark(place);
    }

    /// @notice What a long of the series at `index` gained from the anchor to the recorded factors; in a lock: its
    /// jump.
    function jumpOf(OptionLedger storage options, Scene memory scene, uint256 index) internal view returns (Price) {
        if (index == PERPETUAL) {
            Price funding = Price.wrap(scene.recorded.funding) - Price.wrap(scene.anchor.funding);
            return toPrice(scene.recorded.spot) - toPrice(scene.anchor.spot) - funding;
        }
        loadPast(options, scene, ladderOf(index));
        uint256 place = placeOf(index);
        return scene.next_.mark(place) - scene.then_.mark(place);
    }

    /// @notice Is it a scene at its recorded factors? Then a mark and a curve less are computed.
    function isFrozen(Scene memory scene) internal pure returns (bool frozen) {
        (Factors memory live, Factors memory recorded) = (scene.live, scene.recorded);
        assembly ("memory-safe") {
            frozen := eq(live, recorded) // the same memory
        }
    }

    /// @notice Was the series at `index` ever charged or torn up? The perpetual counts as if it was.
    function isTouched(OptionLedger storage options, Scene memory scene, uint256 index) internal view returns (bool) {
        if (index == PERPETUAL) return true;
        load(options, scene, ladderOf(index));
        return (scene.touched >> placeOf(index)) & 1 != 0;
    }

    /// @notice Makes the ladder the one that the scene looks at.
    function load(OptionLedger storage options, Scene memory scene, uint256 ladder) internal view {
        if (scene.ladder == ladder + 1) return;
        scene.ladder = ladder + 1;
        Ladder storage stored = options.groups[scene.group].ladders[ladder];
        scene.now_ = stored.at(scene.live, (scene.live.versions >> ladder) & 1);
        scene.touched = stored.touched;
    }

    /// @notice As `load`, with its curves at anchor and recorded factors.
    function loadPast(OptionLedger storage options, Scene memory scene, uint256 ladder) internal view {
        load(options, scene, ladder);
        if (scene.past == ladder + 1) return;
        scene.past = ladder + 1;
        Ladder storage stored = options.groups[scene.group].ladders[ladder];
        scene.then_ = stored.at(scene.anchor, (scene.anchor.versions >> ladder) & 1);
        if (isFrozen(scene)) scene.next_ = scene.now_;
        else scene.next_ = stored.at(scene.recorded, (scene.recorded.versions >> ladder) & 1);
    }
}
