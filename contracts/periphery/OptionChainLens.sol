// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {Curve, CurveLib} from "../options/CurveLib.sol";
import {Ladder, OptionGroup, OptionStorage} from "../options/OptionLedger.sol";
import {RefreshLib} from "../options/RefreshLib.sol";
import {Scene, SceneLib} from "../options/SceneLib.sol";
import {FUTURE, LADDERS, PERPETUAL, STRIKES, seriesOf} from "../options/SeriesId.sol";
import {GroupId} from "../types/MarketId.sol";
import {Price} from "../types/Price.sol";
import {toSize} from "../types/Size.sol";
import {GreeksViewLib} from "./GreeksViewLib.sol";
import {ChainView, LadderView, OptionView, StrikeView} from "./IOptionLens.sol";

/// @title The option lens's part that reads a group's series: code for the clearinghouse's `inspect`
contract OptionChainLens is OptionStorage {
    using CurveLib for Curve;

    function chain(IClearinghouse, GroupId id) external view returns (ChainView memory view_) {
        OptionGroup storage group = _options.groups[id];
        if (group.volHeartbeat == 0) revert IDeleveraging.GroupUnknown(id);
        Scene memory scene = SceneLib.read(_ledger, _options, id);
        (view_.group, view_.phase) = (id, _ledger.groups[id].phase);
        (view_.factors, view_.spotFresh, view_.fresh) = (scene.live, scene.spotFresh, scene.fresh);
        view_.levelTime = group.levelTime;
        view_.levelStaleFrom = uint256(group.levelTime) + group.volHeartbeat + 1;
        view_.perpetual.mark = Price.wrap(int256(uint256(scene.live.spot)));
        view_.perpetual.openInterest = toSize(_ledger.markets[seriesOf(id, PERPETUAL).market()].openInterest);
        view_.perpetual.greeks = GreeksViewLib.perpetual(1e9);

        view_.ladders = new LadderView[](_count(group));
        uint256 next;
        for (uint256 place; place < LADDERS; ++place) {
            if (group.ladders[place].expiry == 0) continue;
            SceneLib.load(_options, scene, place);
            _setLadder(view_.ladders[next++], group.ladders[place], scene, place);
        }
    }

    function _count(OptionGroup storage group) private view returns (uint256 count) {
        for (uint256 place; place < LADDERS; ++place) if (group.ladders[place].expiry != 0) ++count;
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
