// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {PauseLib} from "../governance/PauseLib.sol";
import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {IOptionDeleveraging} from "../interfaces/IOptionDeleveraging.sol";
import {Group, Ledger, Market, MarketStatus, Phase} from "../Ledger.sol";
import {LockLib} from "../deleveraging/LockLib.sol";
import {FundingLib} from "../prices/FundingLib.sol";
import {GapLib} from "../prices/GapLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {PPM} from "../types/Arithmetic.sol";
import {CastLib} from "../types/CastLib.sol";
import {GroupId} from "../types/MarketId.sol";
import {toMoney} from "../types/Money.sol";
import {Price} from "../types/Price.sol";
import {arg, refusal, revertWith} from "../types/Refusal.sol";
import {VaultLib} from "../vault/VaultLib.sol";
import {LadderLib} from "./LadderLib.sol";
import {Factors, Ladder, OptionGroup, OptionLedger, RiskParams} from "./OptionLedger.sol";
import {Scene, SceneLib} from "./SceneLib.sol";
import {LADDERS, PERPETUAL, seriesOf} from "./SeriesId.sol";

/// @title The lock of an option group
/// @notice As LockLib, over factors instead of marks: anchors move on, a gap is found and a lock begins and ends in a
/// few slots, whatever the number of series. A series' jump is its mark at the frozen factors less its mark at the
/// anchor's, so that time, which passes for all, is in it like everything else.
library FactorLockLib {
    using FundingLib for Market;

    /// @notice Ends a lock in which nobody defaulted; else, when they are due and price and volatility are fresh, moves
    /// the anchors on: in storage and in `scene`, which is live.
    /// @return gap There is a gap (only looked at when NORMAL). It is measured from the recorded factors too, which are
    /// the anchors that an advance brings, so no advance can open one.
    function sync(Ledger storage ledger, OptionLedger storage options, Scene memory scene) internal returns (bool gap) {
        GroupId id = scene.group;
        Group storage group = ledger.groups[id];
        if (group.phase != Phase.NORMAL) {
            if (!isOver(ledger, id)) return false;
            unlock(ledger, options, id);
            _setAnchors(scene, scene.recorded, scene.recorded);
        }

        if (anyGap(ledger, options, scene)) return true;
        if (block.timestamp < group.anchorsDue || !scene.fresh) return false;
        // A pause may keep a default from being absorbed, so the anchors wait for it.
        if (block.timestamp < absorbableFrom(ledger, id)) return false;

        _scheduleAdvance(ledger, group);
        unchecked {
            ++group.advances; // wraps after 30 years of an advance a minute
        }
        OptionGroup storage stored = options.groups[id];
        (stored.anchor, stored.recorded) = (scene.recorded, scene.live);
        _setAnchors(scene, scene.recorded, scene.live);
    }

    /// @notice Reads and syncs; locks the group at a gap.
    function syncOrLock(
        Ledger storage ledger,
        OptionLedger storage options,
        GroupId id
    ) internal returns (Scene memory scene) {
        scene = _read(ledger, options, id);
        if (sync(ledger, options, scene)) lock(ledger, options, scene);
    }

    /// @notice Reads and syncs; reverts unless the group then is NORMAL and without a gap.
    function syncOpen(
        Ledger storage ledger,
        OptionLedger storage options,
        GroupId id
    ) internal returns (Scene memory scene) {
        scene = _read(ledger, options, id);
        if (sync(ledger, options, scene)) revertWith(refusal(IDeleveraging.GapOpen.selector, arg(id)));
        if (ledger.groups[id].phase != Phase.NORMAL) revert IDeleveraging.GroupLocked(id, endOf(ledger, id));
    }

    /// @notice Has a factor jumped from anchor or recorded factors? The fresh price of the underlying, the volatility
    /// level, or the price at which a ladder expired that these have not passed. Without a fresh price none has: as of
    /// a linear market.
    function anyGap(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory scene
    ) internal view returns (bool) {
        if (!scene.spotFresh) return false;
        GroupId id = scene.group;
        OptionGroup storage group = options.groups[id];
        RiskParams storage risk = group.risk;
        uint256 shift = GapLib.gapLevel(ledger, id);
        uint256 scan = risk.scanRange;
        uint256 rate = uint256(ledger.markets[seriesOf(id, PERPETUAL).market()].params.gapThreshold) << shift;
        // As of a linear market, whose initial margin is what the scenarios move a future: see GapLib.threshold.
        rate = Math.min(rate, (PPM * scan) / (2 * PPM + scan));
        (Factors memory live, Factors memory anchor, Factors memory recorded) = (
            scene.live,
            scene.anchor,
            scene.recorded
        );

        if (_isFar(live.spot, anchor.spot, recorded.spot, rate)) return true;
        uint256 levelRate = Math.min(uint256(risk.levelGap) << shift, Math.max(risk.levelGap, risk.volDown));
        if (_isFar(live.level, anchor.level, recorded.level, levelRate)) return true;
        // Anchors are the older ones.
        return anchor.time < group.lastExpiry && _anyFixedGap(group, anchor, recorded, rate);
    }

    /// @notice Freezes the factors and stops the perpetual's funding. Assumes that the price is fresh. Reverts while
    /// the price of an expiry comes first.
    function lock(Ledger storage ledger, OptionLedger storage options, Scene memory scene) internal {
        GroupId id = scene.group;
        LadderLib.requireFixed(ledger, options, id);
        Group storage group = ledger.groups[id];
        bool recent = group.lastUnlock != 0 && block.timestamp < uint256(group.lastUnlock) + ledger.venue.calmPeriod;
        uint256 level = GapLib.gapLevel(ledger, id);
        group.gapLevel = uint8(recent && level < LockLib.MAX_GAP_LEVEL ? level + 1 : level);
        group.phase = Phase.LOCKED;
        group.until = CastLib.toUint32(block.timestamp + ledger.venue.lockDelay);
        group.lockedAt = CastLib.toUint40(block.timestamp);
        unchecked {
            ++group.lockNumber; // wraps after 30 years of a lock a minute
        }
        ++ledger.outflow.lockedGroups;

        ledger.markets[seriesOf(id, PERPETUAL).market()].stopAt(Price.wrap(scene.live.funding));
        options.groups[id].recorded = scene.live;
        _setAnchors(scene, scene.anchor, scene.live);
        VaultLib.setAsideReserve(ledger, id);
        _report(options, scene, group);
    }

    /// @notice Back to NORMAL. The frozen factors, never the current ones, become the anchors.
    function unlock(Ledger storage ledger, OptionLedger storage options, GroupId id) internal {
        Group storage group = ledger.groups[id];
        ledger.markets[seriesOf(id, PERPETUAL).market()].fundingTime = CastLib.toUint32(block.timestamp);
        OptionGroup storage stored = options.groups[id];
        stored.anchor = stored.recorded;
        _scheduleAdvance(ledger, group);
        group.phase = Phase.NORMAL;
        group.lastUnlock = CastLib.toUint32(block.timestamp);
        group.absorbed = 0;
        VaultLib.release(ledger, id);
        --ledger.outflow.lockedGroups;
        emit IDeleveraging.Unlocked(id, group.lockNumber);
    }

    /// @notice Is a lock over in which nobody defaulted, so that the next operation ends it?
    function isOver(Ledger storage ledger, GroupId id) internal view returns (bool) {
        Group storage group = ledger.groups[id];
        return group.phase == Phase.LOCKED && group.absorbed == 0 && block.timestamp >= endOf(ledger, id);
    }

    /// @notice Is the group locked, and its lock not over: may defaulters still be gathered, and accounts registered?
    function isRunning(Ledger storage ledger, GroupId id) internal view returns (bool) {
        Group storage group = ledger.groups[id];
        // No lock ends before its time, so until then pauses need not be looked at.
        return group.phase == Phase.LOCKED && (block.timestamp < group.until || block.timestamp < endOf(ledger, id));
    }

    /// @notice When a lock ends: at its time, or a lock's length after absorbs are possible again, if that is later.
    function endOf(Ledger storage ledger, GroupId id) internal view returns (uint256) {
        return LockLib.endOf(ledger, id, absorbableFrom(ledger, id));
    }

    /// @notice Since when, after pauses, accounts of the group can be absorbed. A group is paused by its perpetual's
    /// number.
    function absorbableFrom(Ledger storage ledger, GroupId id) internal view returns (uint256) {
        return PauseLib.liquidationsFrom(ledger, seriesOf(id, PERPETUAL).market());
    }

    function _read(
        Ledger storage ledger,
        OptionLedger storage options,
        GroupId id
    ) private view returns (Scene memory scene) {
        if (ledger.markets[seriesOf(id, PERPETUAL).market()].status == MarketStatus.NONE) {
            revertWith(refusal(IDeleveraging.GroupUnknown.selector, arg(id)));
        }
        return SceneLib.read(ledger, options, id);
    }

    /// @dev Is `live` further from `anchor` or from `recorded` than `rate` of it, floor?
    function _isFar(uint256 live, uint256 anchor, uint256 recorded, uint256 rate) private pure returns (bool) {
        unchecked {
            uint256 threshold = (live * rate) / PPM; // 80 bits, and a rate
            return Math.max(_distance(live, anchor), _distance(live, recorded)) > threshold;
        }
    }

    function _distance(uint256 a, uint256 b) private pure returns (uint256) {
        unchecked {
            return a > b ? a - b : b - a;
        }
    }

    /// @dev Has a ladder expired, after these factors, far from their price?
    function _anyFixedGap(
        OptionGroup storage group,
        Factors memory anchor,
        Factors memory recorded,
        uint256 rate
    ) private view returns (bool) {
        uint256 listed = group.listed;
        for (uint256 i; i < LADDERS; ++i) {
            if ((listed >> i) & 1 == 0) continue;
            Ladder storage ladder = group.ladders[i];
            uint256 expiry = ladder.expiry;
            if (anchor.time >= expiry) continue;
            uint256 price = ladder.settlement;
            if (price == 0) continue;
            if (_isFar(price, anchor.spot, recorded.time < expiry ? recorded.spot : price, rate)) return true;
        }
        return false;
    }

    /// @dev The scene measures from other factors: what it has of its ladders is void.
    function _setAnchors(Scene memory scene, Factors memory anchor, Factors memory recorded) private pure {
        (scene.anchor, scene.recorded, scene.ladder, scene.past) = (anchor, recorded, 0, 0);
    }

    function _scheduleAdvance(Ledger storage ledger, Group storage group) private {
        group.anchorsDue = CastLib.toUint32(block.timestamp + ledger.venue.lockDelay);
    }

    function _report(OptionLedger storage options, Scene memory scene, Group storage group) private {
        (Price[] memory anchors, Price[] memory frozen) = (new Price[](1), new Price[](1));
        Quote memory perpetual;
        SceneLib.setMarks(perpetual, options, scene, PERPETUAL);
        (frozen[0], anchors[0]) = (perpetual.mark, perpetual.anchor);
        emit IDeleveraging.Locked(
            scene.group,
            group.lockNumber,
            group.until,
            group.gapLevel,
            toMoney(group.reserve),
            anchors,
            frozen
        );
        emit IOptionDeleveraging.FactorsFrozen(scene.group, group.lockNumber, scene.anchor, scene.recorded);
    }
}
