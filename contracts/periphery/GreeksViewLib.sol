// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Greeks, GreeksLib} from "./GreeksLib.sol";
import {Scene} from "../options/SceneLib.sol";
import {FUTURE, PERPETUAL, placeOf} from "../options/SeriesId.sol";
import {Money} from "../types/Money.sol";
import {Size} from "../types/Size.sol";
import {GreeksView} from "./IOptionLens.sol";

/// @title Greeks of positions, in the units of the lens
library GreeksViewLib {
    uint256 private constant LEVEL_UNIT = 1e9;
    int256 private constant UNIT = 1e18;

    /// @notice Those of `size` of the series at `index`, whose ladder the scene looks at.
    function greeksAt(Scene memory scene, uint256 index, int256 size) internal pure returns (GreeksView memory view_) {
        if (index == PERPETUAL) return perpetual(size);
        (uint256 expiry, uint256 time) = (scene.now_.expiry, scene.live.time);
        Greeks memory greeks = GreeksLib.greeksOf(
            scene.now_,
            placeOf(index),
            scene.live.spot,
            scene.live.level,
            expiry > time ? expiry - time : 0
        );
        view_.delta = Size.wrap((greeks.delta * size) / UNIT);
        view_.gamma = Size.wrap((greeks.gamma * size) / UNIT);
        view_.vega = Money.wrap((greeks.vega * size) / UNIT);
        view_.theta = Money.wrap((greeks.theta * size) / UNIT);
    }

    function perpetual(int256 size) internal pure returns (GreeksView memory view_) {
        view_.delta = Size.wrap(size);
    }

    function add(GreeksView memory sum, GreeksView memory more) internal pure {
        sum.delta = sum.delta + more.delta;
        sum.gamma = sum.gamma + more.gamma;
        sum.vega = sum.vega + more.vega;
        sum.theta = sum.theta + more.theta;
    }

    /// @notice The volatility of an option, the level included, 1e-4 a root year; 0 of what has none.
    function volOf(Scene memory scene, uint256 index) internal pure returns (uint256) {
        if (index == PERPETUAL || placeOf(index) == FUTURE) return 0;
        return (scene.now_.smile.vol(placeOf(index) >> 1) * scene.live.level) / LEVEL_UNIT;
    }
}
