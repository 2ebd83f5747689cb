// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Price} from "../types/Price.sol";
import {Curve, CurveLib} from "../options/CurveLib.sol";
import {NormalLib} from "../options/NormalLib.sol";
import {FUTURE} from "../options/SeriesId.sol";

/// @dev Of one contract long, or of positions: then times their sizes.
struct Greeks {
    /// How much the value moves with the price of the underlying, the basis standing still: base per base, 1e-18.
    int256 delta;
    /// How much delta grows when that price rises by 1%: base per base, 1e-18.
    int256 gamma;
    /// What one point of volatility more (0.60 to 0.61 a root year) is worth: 1e-18 quote per base.
    int256 vega;
    /// What a day of time takes, negative for a loss, spot and volatility standing still: 1e-18 quote per base.
    int256 theta;
}

/// @title The Greeks of a series, for views: the closed forms of Black (1976) on its curve
/// @notice With the forward F, w the deviation, T the years left, `d1 = ln(F / K) / w + w / 2`, and N and n the normal
/// distribution and its density: delta of a call `N(d1) F / S`, of a put that less `F / S`; gamma per 1%
/// `n(d1) / w * F / S / 100`; vega `F n(d1) sqrt(T) / 100`; theta a day `-F n(d1) w / (2 T) / 365`.
library GreeksLib {
    using CurveLib for Curve;

    int256 private constant UNIT = 1e18;
    int256 private constant ONE = 1 << 96;
    /// @dev 1 / sqrt(2 pi).
    int256 private constant DENSITY = 31607463825455920808620519744;
    /// @dev From here on the density is nothing.
    uint256 private constant FAR = 14 << 96;
    int256 private constant POINTS = 100;
    int256 private constant VOL_UNIT = 1e13;

    /// @notice The Greeks of the series at `place` of a ladder that expires in `left` seconds; zeros once it has.
    /// @param level The volatility level of the curve, 1e-9.
    function greeksOf(
        Curve memory curve,
        uint256 place,
        uint256 spot,
        uint256 level,
        uint256 left
    ) internal pure returns (Greeks memory g) {
        if (left == 0) return g;
        int256 ratio = (Price.unwrap(curve.forward) << 96) / int256(spot);
        if (place == FUTURE) {
            g.delta = _toUnit(ratio);
            return g;
        }
        (int256 below, int256 density, int256 w) = _at(curve, place);
        if (place & 1 != 0) below -= ONE;
        g.delta = _toUnit((below * ratio) >> 96);
        if (density == 0) return g;
        g.gamma = _toUnit((((density << 96) / w) * ratio) >> 96) / POINTS;
        int256 value = (Price.unwrap(curve.forward) * density) >> 48; // unit 2^-48
        g.vega = ((value * ((int256(curve.root) * VOL_UNIT) / int256(level))) >> 144) / POINTS;
        g.theta = -((value * w) >> 96) * 1 days;
        g.theta = (g.theta / int256(2 * left)) >> 48;
    }

    /// @dev N(d1), n(d1) and w of an option; unit 2^-96. Without a deviation no density.
    function _at(Curve memory curve, uint256 place) private pure returns (int256 below, int256 density, int256 w) {
        (uint256 forward, uint256 strike) = (
            uint256(Price.unwrap(curve.forward)),
            uint256(Price.unwrap(curve.strikeOf(place)))
        );
        w = int256(Math.min(curve.smile.vol(place >> 1) * curve.root, 1 << 100));
        if (w == 0) return (forward > strike ? ONE : int256(0), 0, 0);
        int256 log =
            forward < strike ? -int256(NormalLib.lnRatio(strike, forward)) : int256(NormalLib.lnRatio(forward, strike));
        int256 d1 = (log << 96) / w + w / 2;
        uint256 distance = d1 < 0 ? uint256(-d1) : uint256(d1);
        if (distance >= FAR) return (d1 < 0 ? int256(0) : ONE, 0, w);
        uint256 bell = NormalLib.bell(distance);
        int256 beyond = int256((bell * NormalLib.tail(distance)) >> 96);
        return (d1 < 0 ? beyond : ONE - beyond, (int256(bell) * DENSITY) >> 96, w);
    }

    function _toUnit(int256 x) private pure returns (int256) {
        return (x * UNIT) >> 96;
    }
}
