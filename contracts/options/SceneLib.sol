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
import {Scan, Shocks} from "./RiskArrayLib.sol";
import {PERPETUAL, ladderOf, placeOf, seriesOf} from "./SeriesId.sol";

/// @dev What risk arrays of a ladder are computed with: the ladder plus one, and the scenarios of group and ladder.
struct Scanner {
    uint256 ladder;
    Shocks shocks;
    Scan scan;
}

/// @dev An option group in one operation: its factors now and those that a jump is measured from.
struct Scene {
    GroupId group;
    Factors live;
    /// It has anchor and recorded factors. Else these are nothing, and so is what a series was worth at them.
    bool hasPast;
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
    // The same ladder, if its past was looked at too, else zero; and its curves at anchor and recorded factors. At
    // frozen factors the latter is the one of now, in the same memory.
    uint256 past;
    Curve then_;
    Curve next_;
    // For margin (PortfolioLib): the ladder whose risk arrays were looked at last, plus one; seconds to its expiry, and
    // its strikes whose arrays may be used; the slot of the risk parameters; and what other arrays are computed with,
    // once there is one.
    uint256 gauged;
    uint256 left;
    uint256 arrays;
    uint256 risk;
    Scanner[] scanner;
}

/// @title The marks of an option group in one operation
library SceneLib {
    using CurveLib for Curve;
    using FundingLib for Market;

    /// @notice The group as it is now. Without a fresh price of the underlying: at the recorded one.
    function read(
        Ledger storage ledger,
        OptionLedger storage options,
        GroupId id
    ) internal view returns (Scene memory scene) {
        (Price spot, bool fresh) = MarkLib.live(_perpetual(ledger, id));
        _setLive(scene, options, id, spot);
        _setPast(scene, ledger, options);
        if (fresh) return scene;
        scene.live.spot = scene.recorded.spot;
        (scene.spotFresh, scene.fresh) = (false, false);
    }

    /// @notice As `read`, at the fresh price of the underlying that the operation has read before.
    function readAt(
        Ledger storage ledger,
        OptionLedger storage options,
        GroupId id,
        Price spot
    ) internal view returns (Scene memory scene) {
        _setLive(scene, options, id, spot);
        _setPast(scene, ledger, options);
    }

    /// @notice As `readAt`, without a past: for who only asks what is, three slots less.
    /// @param held The series that are asked for. Funding is the perpetual's, and there only if it is one of them.
    function readNow(
        Ledger storage ledger,
        OptionLedger storage options,
        GroupId id,
        Price spot,
        uint256 held
    ) internal view returns (Scene memory scene) {
        _setLive(scene, options, id, spot);
        if (held >> PERPETUAL != 0) scene.live.funding = _perpetual(ledger, id).current().toInt88();
    }

    /// @notice The group at its recorded factors: in a lock, the frozen ones.
    function readRecorded(OptionLedger storage options, GroupId id) internal view returns (Scene memory scene) {
        OptionGroup storage group = options.groups[id];
        (scene.group, scene.hasPast, scene.anchor, scene.recorded) = (id, true, group.anchor, group.recorded);
        scene.live = scene.recorded; // the same memory: see isFrozen
        (scene.spotFresh, scene.fresh) = (true, true);
    }

    /// @notice The time of factors taken now: the block's, but never beyond an expiry whose price is not fixed.
    function timeOf(OptionGroup storage group) internal view returns (uint40) {
        uint40 next = group.nextExpiry;
        return next != 0 && block.timestamp >= next ? next - 1 : uint40(block.timestamp);
    }

    /// @notice The quote of the series at `index`. Legs read in ascending order load each ladder once.
    function quote(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory scene,
        uint256 index
    ) internal view returns (Quote memory q) {
        setMarks(q, options, scene, index);
        setFrames(q, ledger, options, scene, index);
    }

    /// @notice What its quote has besides the marks.
    function setFrames(
        Quote memory q,
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory scene,
        uint256 index
    ) internal view {
        q.funding = index == PERPETUAL ? Price.wrap(scene.live.funding) : Price.wrap(0);
        (q.long, q.short) = (q.mark - q.funding, q.mark - q.funding);
        q.fresh = scene.fresh;
        if (!isTouched(options, scene, index)) return;
        Market storage book = ledger.markets[seriesOf(scene.group, index).market()];
        q.long = q.long - toPrice(book.chargeLong);
        q.short = q.short + toPrice(book.chargeShort);
    }

    /// @notice The marks of the series at `index` at the three sets of factors; of the perpetual, those of the past
    /// with the funding since. Without a past: the mark of now.
    function setMarks(Quote memory q, OptionLedger storage options, Scene memory scene, uint256 index) internal view {
        if (index == PERPETUAL) {
            Price funding = Price.wrap(scene.live.funding);
            q.mark = toPrice(scene.live.spot);
            q.anchor = toPrice(scene.anchor.spot) - Price.wrap(scene.anchor.funding) + funding;
            q.recordedMark = toPrice(scene.recorded.spot) - Price.wrap(scene.recorded.funding) + funding;
            return;
        }
        uint256 place = placeOf(index);
        if (!scene.hasPast) {
            load(options, scene, ladderOf(index));
            q.mark = scene.now_.mark(place);
            return;
        }
        loadPast(options, scene, ladderOf(index));
        q.mark = scene.now_.mark(place);
        q.anchor = scene.then_.mark(place);
        q.recordedMark = isFrozen(scene) ? q.mark : scene.next_.mark(place);
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

    /// @notice Is it a scene at its recorded factors? Then its marks there are those of now.
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
        return isTouchedHere(scene, index);
    }

    /// @notice As `isTouched`. Assumes that the scene looks at the ladder of the series.
    function isTouchedHere(Scene memory scene, uint256 index) internal pure returns (bool) {
        return index == PERPETUAL || (scene.touched >> placeOf(index)) & 1 != 0;
    }

    /// @notice Makes the ladder the one that the scene looks at.
    function load(OptionLedger storage options, Scene memory scene, uint256 ladder) internal view {
        unchecked {
            if (scene.ladder != ladder + 1) _load(scene, options.groups[scene.group].ladders[ladder], ladder);
        }
    }

    /// @notice As `load`, with its curves at anchor and recorded factors.
    function loadPast(OptionLedger storage options, Scene memory scene, uint256 ladder) internal view {
        unchecked {
            if (scene.past == ladder + 1) return;
            Ladder storage stored = options.groups[scene.group].ladders[ladder];
            if (scene.ladder != ladder + 1) _load(scene, stored, ladder);
            scene.past = ladder + 1;
            scene.then_.setBeside(scene.now_, stored, scene.anchor, _versionOf(scene.anchor, ladder));
            if (isFrozen(scene)) scene.next_ = scene.now_;
            else scene.next_.setBeside(scene.now_, stored, scene.recorded, _versionOf(scene.recorded, ladder));
        }
    }

    /// @dev Its past is of another ladder then.
    function _load(Scene memory scene, Ladder storage stored, uint256 ladder) private view {
        unchecked {
            (scene.ladder, scene.past, scene.gauged) = (ladder + 1, 0, 0);
        }
        scene.now_.setAt(stored, scene.live, _versionOf(scene.live, ladder));
        scene.touched = stored.touched;
    }

    function _versionOf(Factors memory factors, uint256 ladder) private pure returns (uint256) {
        return (factors.versions >> ladder) & 1;
    }

    function _setLive(Scene memory scene, OptionLedger storage options, GroupId id, Price spot) private view {
        OptionGroup storage group = options.groups[id];
        scene.group = id;
        Factors memory live = scene.live;
        (live.spot, live.level, live.versions) = (CastLib.toUint80(Price.unwrap(spot)), group.level, group.versions);
        live.time = timeOf(group);
        scene.spotFresh = true;
        scene.fresh = block.timestamp <= uint256(group.levelTime) + group.volHeartbeat;
    }

    function _setPast(Scene memory scene, Ledger storage ledger, OptionLedger storage options) private view {
        GroupId id = scene.group;
        scene.live.funding = _perpetual(ledger, id).current().toInt88();
        OptionGroup storage group = options.groups[id];
        (scene.hasPast, scene.anchor, scene.recorded) = (true, group.anchor, group.recorded);
    }

    function _perpetual(Ledger storage ledger, GroupId id) private view returns (Market storage) {
        return ledger.markets[seriesOf(id, PERPETUAL).market()];
    }
}
