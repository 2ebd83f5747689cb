// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IOptionListing} from "../interfaces/IOptionListing.sol";
import {PPM} from "../types/Arithmetic.sol";
import {Price} from "../types/Price.sol";
import {Curve, CurveLib} from "./CurveLib.sol";
import {Factors, Ladder} from "./OptionLedger.sol";
import {STRIKES} from "./SeriesId.sol";
import {Smile} from "./Smile.sol";

/// @title What is checked of a smile that somebody reports
/// @notice RANGES. Each volatility, times the level, from 5% to 400%; the basis at most BASIS_BASE and BASIS_RATE a
/// year from zero. MOVES. From one smile to the next, each volatility by at most VOL_MOVE, the basis by at most what
/// the margin allows for (`basisMove` a year). NO ARBITRAGE. At the prices of the moment, calls fall and are convex
/// along the strikes, and so with the strike zero (the forward itself): then no spread, no butterfly, none with the
/// future, and by parity none of puts, costs less than nothing. docs/options.md has the argument and what it does not
/// promise.
library SmileLib {
    using CurveLib for Curve;
    using CurveLib for Ladder;

    /// @notice Range of a volatility times the level, 1e-4 a root year.
    uint256 internal constant MIN_VOL = 500;
    uint256 internal constant MAX_VOL = 40_000;
    /// @notice How far a post may move a strike's volatility, ppm of what it was.
    uint256 internal constant VOL_MOVE = 150_000;
    /// @notice How far the basis may be from zero, 1e-5 of spot: at once, and with each year of the term.
    uint256 internal constant BASIS_BASE = 100;
    uint256 internal constant BASIS_RATE = 30_000;
    /// @notice The least move of the basis that a post may make, 1e-5 of spot.
    uint256 internal constant BASIS_STEP = 2;

    uint256 private constant LEVEL_UNIT = 1e9;
    /// @dev ppm to 1e-5.
    uint256 private constant BASIS_PPM = 10;
    /// @dev Prices are within 3e-14 of F and a unit: what rounding can look like. 2^-40 of F, and units.
    uint256 private constant SLACK_SHIFT = 40;
    uint256 private constant SLACK_UNITS = 4;

    /// @notice Checks the smile that the factors name for the ladder. Assumes that its expiry is ahead of them.
    function check(Ladder storage ladder, Factors memory factors, uint256 place) internal view {
        uint256 version = (factors.versions >> place) & 1;
        Smile smile = ladder.smiles[version];
        for (uint256 i; i < STRIKES; ++i) {
            uint256 vol = (smile.vol(i) * factors.level) / LEVEL_UNIT;
            if (vol < MIN_VOL || vol > MAX_VOL) revert IOptionListing.VolOutOfRange(i, vol, MIN_VOL, MAX_VOL);
        }
        uint256 limit = BASIS_BASE + (BASIS_RATE * (ladder.expiry - factors.time)) / 365 days;
        int256 basis = smile.basis();
        if (_abs(basis) > limit) revert IOptionListing.BasisOutOfRange(basis, limit);
        requireNoArbitrage(ladder.at(factors, version));
    }

    /// @notice Reverts unless `next` is as near to `previous` as a post has to be. `move`: what a year of basis may
    /// move, ppm; `term`: seconds to the expiry.
    function requireNear(Smile previous, Smile next, uint256 move, uint256 term) internal pure {
        for (uint256 i; i < STRIKES; ++i) {
            (uint256 from, uint256 to) = (previous.vol(i), next.vol(i));
            if ((from > to ? from - to : to - from) * PPM > from * VOL_MOVE) {
                revert IOptionListing.VolMoveTooLarge(i, from, to);
            }
        }
        uint256 limit = (move * term) / (BASIS_PPM * 365 days);
        if (limit < BASIS_STEP) limit = BASIS_STEP;
        (int256 before, int256 basis) = (previous.basis(), next.basis());
        if (_abs(basis - before) > limit) revert IOptionListing.BasisMoveTooLarge(before, basis, limit);
    }

    /// @notice Reverts with SmileArbitrage unless calls fall and are convex along the strikes, the forward being the
    /// call of strike zero. With convexity, the last two strikes tell whether they fall everywhere.
    function requireNoArbitrage(Curve memory curve) internal pure {
        uint256 forward = uint256(Price.unwrap(curve.forward));
        uint256 slack = (forward >> SLACK_SHIFT) + SLACK_UNITS;
        (uint256 here, uint256 next) = (_call(curve, 0), _call(curve, 1));
        unchecked {
            // Forward, strikes and prices have 80 bits. (F - C0) / K0 >= (C0 - C1) / step, signs moved to sums.
            if ((forward + slack) * curve.step + next * curve.base < here * (curve.step + curve.base)) {
                revert IOptionListing.SmileArbitrage(0);
            }
            for (uint256 i = 1; i < STRIKES - 1; ++i) {
                uint256 before = here;
                (here, next) = (next, _call(curve, i + 1));
                if (before + next + slack < 2 * here) revert IOptionListing.SmileArbitrage(i);
            }
            if (next > here + slack) revert IOptionListing.SmileArbitrage(STRIKES - 1);
        }
    }

    function _call(Curve memory curve, uint256 strike) private pure returns (uint256) {
        return uint256(Price.unwrap(curve.mark(strike << 1)));
    }

    function _abs(int256 x) private pure returns (uint256) {
        return uint256(x < 0 ? -x : x);
    }
}
