// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {Group, Market, Phase} from "../Ledger.sol";
import {Curve, CurveLib} from "../options/CurveLib.sol";
import {FactorLockLib} from "../options/FactorLockLib.sol";
import {IVolSource} from "../options/IVolSource.sol";
import {Ladder, OptionGroup, OptionStorage} from "../options/OptionLedger.sol";
import {OptionReliefLib} from "../options/OptionReliefLib.sol";
import {OptionSourceLib} from "../options/OptionSourceLib.sol";
import {RefreshLib} from "../options/RefreshLib.sol";
import {Scene, SceneLib} from "../options/SceneLib.sol";
import {FUTURE, LADDERS, PERPETUAL, STRIKES, seriesOf} from "../options/SeriesId.sol";
import {Smile} from "../options/Smile.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId} from "../types/MarketId.sol";
import {toMoney} from "../types/Money.sol";
import {Price} from "../types/Price.sol";
import {toSize} from "../types/Size.sol";
import {GreeksViewLib} from "./GreeksViewLib.sol";
import {
    ChainView,
    ExpiryView,
    LadderView,
    OptionGroupView,
    OptionView,
    ReliefView,
    StrikeView
} from "./IOptionLens.sol";

/// @title The option lens's part that reads a group and its series: code for the clearinghouse's `inspect`
contract OptionChainLens is OptionStorage {
    using CurveLib for Curve;

    function chain(IClearinghouse, GroupId id) external view returns (ChainView memory view_) {
        OptionGroup storage stored = _options.groups[id];
        if (stored.volHeartbeat == 0) revert IDeleveraging.GroupUnknown(id);
        Scene memory scene = SceneLib.read(_ledger, _options, id);
        (view_.group, view_.phase) = (id, _ledger.groups[id].phase);
        (view_.factors, view_.spotFresh, view_.fresh) = (scene.live, scene.spotFresh, scene.fresh);
        view_.levelTime = stored.levelTime;
        view_.levelStaleFrom = uint256(stored.levelTime) + stored.volHeartbeat + 1;
        view_.perpetual.mark = Price.wrap(int256(uint256(scene.live.spot)));
        view_.perpetual.openInterest = toSize(_ledger.markets[seriesOf(id, PERPETUAL).market()].openInterest);
        view_.perpetual.greeks = GreeksViewLib.perpetual(1e9);

        view_.ladders = new LadderView[](_count(stored));
        uint256 next;
        for (uint256 place; place < LADDERS; ++place) {
            if (stored.ladders[place].expiry == 0) continue;
            SceneLib.load(_options, scene, place);
            _setLadder(view_.ladders[next++], stored.ladders[place], scene, place);
        }
    }

    function group(IClearinghouse, GroupId id) external view returns (OptionGroupView memory view_) {
        OptionGroup storage stored = _options.groups[id];
        if (stored.volHeartbeat == 0) revert IDeleveraging.GroupUnknown(id);
        Scene memory scene = SceneLib.read(_ledger, _options, id);
        Market storage perpetual = _ledger.markets[seriesOf(id, PERPETUAL).market()];
        view_.group = id;
        (view_.spotFresh, view_.fresh) = (scene.spotFresh, scene.fresh);
        (view_.live, view_.anchor, view_.recorded) = (scene.live, scene.anchor, scene.recorded);
        _setLock(view_, scene);
        (view_.series, view_.nextExpiry, view_.feedPhase) = (stored.live, stored.nextExpiry, stored.feedPhase);
        (view_.levelTime, view_.levelStaleFrom) = (
            stored.levelTime,
            uint256(stored.levelTime) + stored.volHeartbeat + 1
        );
        try stored.volSource.level() returns (uint32 level, uint40 time) {
            (view_.toldLevel, view_.toldTime) = (level, time);
        } catch {}
        (view_.feed, view_.staleSince) = (perpetual.priceFeed, OptionSourceLib.staleSince(_ledger, id));
        (view_.params, view_.risk, view_.venue) = (perpetual.params, stored.risk, _ledger.venue);
        view_.expiries = new ExpiryView[](_count(stored));
        uint256 next;
        for (uint256 place; place < LADDERS; ++place) {
            if (stored.ladders[place].expiry == 0) continue;
            _setExpiry(view_.expiries[next++], stored, scene, place);
        }
    }

    function reliefs(
        IClearinghouse,
        GroupId id,
        AccountId[] calldata ids
    ) external view returns (ReliefView[] memory views) {
        views = new ReliefView[](ids.length);
        bool runs = FactorLockLib.isRunning(_ledger, id);
        Scene memory frozen = SceneLib.readRecorded(_options, id);
        for (uint256 i; i < ids.length; ++i) {
            views[i].account = ids[i];
            if (!runs || _ledger.accounts[ids[i]].group != id) continue;
            views[i].relief = OptionReliefLib.reliefOf(_ledger, _options, frozen, ids[i]);
            // Of an earlier lock it is void: `net` ends it first.
            views[i].registered =
                _ledger.accounts[ids[i]].isNetted &&
                _ledger.reliefs[ids[i]].group == id &&
                _ledger.reliefs[ids[i]].lockNumber == _ledger.groups[id].lockNumber;
        }
    }

    function _setLock(OptionGroupView memory view_, Scene memory scene) private view {
        GroupId id = scene.group;
        Group storage stored = _ledger.groups[id];
        view_.phase = stored.phase;
        view_.gapped = stored.phase == Phase.NORMAL && FactorLockLib.anyGap(_ledger, _options, scene);
        (view_.anchorsDue, view_.lastUnlock) = (stored.anchorsDue, stored.lastUnlock);
        view_.absorbableFrom = FactorLockLib.absorbableFrom(_ledger, id);
        (view_.lock, view_.absorbed) = (stored.lockNumber, stored.absorbed);
        view_.until = stored.phase == Phase.LOCKED ? FactorLockLib.endOf(_ledger, id) : stored.until;
        (view_.deficit, view_.reserve) = (toMoney(stored.deficit), toMoney(stored.reserve));
        view_.round = uint256(_options.groups[id].round);
        view_.cursor = _options.groups[id].cursor;
    }

    function _setExpiry(
        ExpiryView memory view_,
        OptionGroup storage stored,
        Scene memory scene,
        uint256 place
    ) private view {
        Ladder storage ladder = stored.ladders[place];
        SceneLib.load(_options, scene, place);
        (view_.place, view_.expiry, view_.base, view_.step) = (place, ladder.expiry, ladder.base, ladder.step);
        (view_.settlement, view_.round) = (ladder.settlement, ladder.fixing.round);
        view_.smile = scene.now_.smile;
        view_.told = _told(stored.volSource, ladder);
        uint256 versions = scene.live.versions;
        uint256 differ = (versions ^ scene.anchor.versions) | (versions ^ scene.recorded.versions);
        view_.smilePending = (differ >> place) & 1 != 0;
        uint64 print = RefreshLib.printOf(scene.now_, RefreshLib.wordOf(stored.risk));
        view_.arraysFresh = RefreshLib.freshOf(ladder, scene.live, print);
    }

    /// @dev What the source has for the ladder; a source that fails has nothing.
    function _told(IVolSource source, Ladder storage ladder) private view returns (Smile smile) {
        (uint40 expiry, uint80 base, uint80 step) = (ladder.expiry, ladder.base, ladder.step);
        try source.smile(expiry, base, step) returns (Smile told) {
            smile = told;
        } catch {}
    }

    function _count(OptionGroup storage stored) private view returns (uint256 count) {
        for (uint256 place; place < LADDERS; ++place) if (stored.ladders[place].expiry != 0) ++count;
    }

    function _setLadder(
        LadderView memory view_,
        Ladder storage stored,
        Scene memory scene,
        uint256 place
    ) private view {
        (view_.place, view_.expiry, view_.settlement) = (place, stored.expiry, stored.settlement);
        view_.basis = scene.now_.smile.basis();
        _setOption(view_.future, scene, place, FUTURE);
        uint64 print = RefreshLib.printOf(scene.now_, RefreshLib.wordOf(_options.groups[scene.group].risk));
        uint256 fresh = RefreshLib.freshOf(stored, scene.live, print);
        view_.strikes = new StrikeView[](STRIKES);
        for (uint256 i; i < STRIKES; ++i) {
            StrikeView memory strike = view_.strikes[i];
            strike.strike = scene.now_.strikeOf(i << 1);
            strike.vol = GreeksViewLib.volOf(scene, i << 1);
            strike.arrayFresh = (fresh >> i) & 1 != 0;
            // solhint-disable-next-line no-unchecked-calls
            _setOption(strike.call, scene, place, i << 1); // a member of that name
            _setOption(strike.put, scene, place, (i << 1) | 1);
        }
    }

    function _setOption(OptionView memory view_, Scene memory scene, uint256 ladder, uint256 place) private view {
        view_.mark = scene.now_.mark(place);
        uint256 index = (ladder << 5) | place;
        view_.openInterest = toSize(_ledger.markets[seriesOf(scene.group, index).market()].openInterest);
        view_.greeks = GreeksViewLib.greeksAt(scene, index, 1e9);
    }
}
