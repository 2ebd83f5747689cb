// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {PPM} from "../types/Arithmetic.sol";
import {Price} from "../types/Price.sol";
import {Curve, CurveLib} from "./CurveLib.sol";
import {NormalLib} from "./NormalLib.sol";
import {RiskParams} from "./OptionLedger.sol";

/// @dev The scenarios in memory. By move: 0, up and down by a third, two thirds and the whole scan range, then the two
/// extremes.
struct Shocks {
    /// ppm of the price.
    int256[9] moves;
    /// ln(1 + move), unit 2^-48.
    int256[9] logs;
    /// The share of an extreme that counts, ppm.
    uint256 share;
    // How far volatility moves up and down, of an expiry 30 days away, and the power of 30 days over its time, ppm.
    uint256 volUp;
    uint256 volDown;
    uint256 volPower;
}

/// @dev A ladder's scenarios in memory.
struct Scan {
    /// Price of the underlying, 1e-18 quote per base.
    uint256 spot;
    /// What a volatility is multiplied by when it moves up and down, unit 2^-48.
    uint256 up;
    uint256 down;
}

/// @title What a call gains in each of 16 scenarios: its risk array
/// @notice The scenarios have the shape of SPAN's: the price moves by 0, by a third, two thirds and the whole of the
/// scan range up and down, each with volatility up and down; two extremes, of which a share counts.
///
/// A lane has 16 bits: profit of one long call over the price of the underlying, unit 2^-14, floor, plus BIAS. Lane
/// `2 m` is move m with volatility up, `2 m + 1` with volatility down; 14 and 15 are the extremes up and down. A put is
/// its strike's call less the forward, so one array serves both. Futures and the perpetual need none.
///
/// Profits are relative to the spot, so that arrays of all expiries add up. A lane cannot overflow: a call gains or
/// loses at most the forward, which the smile keeps within a third of the spot. Scan range and extremes are bounded so
/// that the forward of a scenario stays below twice the spot (RiskParameterLib).
library RiskArrayLib {
    using CurveLib for Curve;

    /// @notice The lane of a profit of nothing.
    uint256 internal constant BIAS = 1 << 15;
    /// @notice One spot, in units of a lane, is `2^LANE_DIGITS`.
    uint256 internal constant LANE_DIGITS = 14;
    /// @notice Of an expiry nearer than this, volatility moves no further.
    uint256 internal constant MIN_TERM = 1 days;

    uint256 private constant VOL_TERM = 30 days;
    /// @dev Numbers here have 48 binary digits after the point: a lane has 14.
    uint256 private constant DIGITS = 48;
    uint256 private constant ONE = 1 << 48;
    /// @dev From 16 deviations on nothing is left of the tail.
    uint256 private constant FAR = 16 << 48;

    /// @notice The price moves of the scenarios, ppm, towards zero.
    function movesOf(uint256 scanRange, uint256 extremeMove) internal pure returns (int256[9] memory moves) {
        unchecked {
            // 24 bits each
            (int256 scan, int256 extreme) = (int256(scanRange), int256(extremeMove));
            (moves[1], moves[2]) = (scan / 3, -(scan / 3));
            (moves[3], moves[4]) = ((2 * scan) / 3, -((2 * scan) / 3));
            (moves[5], moves[6]) = (scan, -scan);
            (moves[7], moves[8]) = (extreme, -extreme);
        }
    }

    /// @notice The scenarios of a group.
    function shocksOf(RiskParams memory risk) internal pure returns (Shocks memory shocks) {
        shocks.moves = movesOf(risk.scanRange, risk.extremeMove);
        unchecked {
            for (uint256 m = 1; m < 9; ++m) {
                int256 move = shocks.moves[m];
                // |move| < PPM
                shocks.logs[m] =
                    move < 0
                        ? -int256(NormalLib.lnRatio(PPM, uint256(int256(PPM) + move)) >> 48)
                        : int256(NormalLib.lnRatio(uint256(int256(PPM) + move), PPM) >> 48);
            }
        }
        shocks.share = risk.extremeShare;
        (shocks.volUp, shocks.volDown, shocks.volPower) = (risk.volUp, risk.volDown, risk.volPower);
    }

    /// @notice The scenarios of a ladder that expires in `left` seconds. Volatility moves by
    /// `(30 days / left)^power` of what it would move 30 days before the expiry, down at most to nothing.
    function scanOf(Shocks memory shocks, uint256 spot, uint256 left) internal pure returns (Scan memory scan) {
        scan.spot = spot;
        uint256 stretch = _stretch(Math.max(left, MIN_TERM), shocks.volPower);
        unchecked {
            // Rates have 24 bits, a stretch at most 51.
            scan.up = ONE + (shocks.volUp * stretch) / PPM;
            scan.down = Math.saturatingSub(ONE, (shocks.volDown * stretch) / PPM);
        }
    }

    /// @notice The risk array of the call at `place` of the ladder. Error of a lane: its rounding, and less than a
    /// hundredth of it (docs/options.md).
    function arrayOf(
        Curve memory curve,
        Shocks memory shocks,
        Scan memory scan,
        uint256 place
    ) internal pure returns (uint256 array) {
        Call memory call;
        uint256 deviation = _setCall(call, curve, scan.spot, place);
        unchecked {
            uint256 up = Math.min((deviation * scan.up) >> DIGITS, FAR);
            uint256 down = (deviation * scan.down) >> DIGITS;
            uint256 beyond;
            for (uint256 m; m < 7; ++m) {
                _shock(call, shocks, m);
                uint256 lane = _lane(int256(_value(call, up) - call.worth));
                beyond |= lane;
                array |= lane << (m << 5);
                lane = _lane(int256(_value(call, down) - call.worth));
                beyond |= lane;
                array |= lane << ((m << 5) + 16);
            }
            for (uint256 m = 7; m < 9; ++m) {
                _shock(call, shocks, m);
                int256 profit = int256(_value(call, deviation) - call.worth) * int256(shocks.share);
                uint256 lane = _lane(profit / int256(PPM));
                beyond |= lane;
                array |= lane << ((m + 7) << 4);
            }
            assert(beyond >> 16 == 0);
        }
    }

    /// @dev A call in one scenario, by the price of the underlying; unit 2^-48.
    struct Call {
        uint256 strike;
        /// Forward and ln(forward / strike) now.
        uint256 forward;
        int256 log;
        /// What it is worth now.
        uint256 worth;
        /// Forward and ln(forward / strike) in the scenario.
        uint256 shocked;
        int256 shockedLog;
    }

    /// @return deviation Unit 2^-48.
    function _setCall(
        Call memory call,
        Curve memory curve,
        uint256 spot,
        uint256 place
    ) private pure returns (uint256 deviation) {
        unchecked {
            // Prices have 80 bits, a volatility 16, the root less than 2^130.
            uint256 forward = uint256(Price.unwrap(curve.forward));
            uint256 strike = uint256(Price.unwrap(curve.strikeOf(place)));
            call.strike = (strike << DIGITS) / spot;
            call.forward = call.shocked = (forward << DIGITS) / spot;
            call.log =
                forward < strike
                    ? -int256(NormalLib.lnRatio(strike, forward) >> 48)
                    : int256(NormalLib.lnRatio(forward, strike) >> 48);
            call.shockedLog = call.log;
            deviation = Math.min((curve.smile.vol(place >> 1) * curve.root) >> 48, FAR);
            call.worth = _value(call, deviation);
        }
    }

    function _shock(Call memory call, Shocks memory shocks, uint256 m) private pure {
        unchecked {
            call.shocked = (call.forward * uint256(int256(PPM) + shocks.moves[m])) / PPM;
            call.shockedLog = call.log + shocks.logs[m];
        }
    }

    /// @dev Black (1976) as the textbook has it: `F N(d1) - K N(d2)`, within [intrinsic, F].
    function _value(Call memory call, uint256 deviation) private pure returns (uint256) {
        unchecked {
            (uint256 forward, uint256 strike) = (call.shocked, call.strike);
            uint256 intrinsic = Math.saturatingSub(forward, strike);
            if (deviation == 0) return intrinsic;
            int256 d2 = (call.shockedLog << DIGITS) / int256(deviation) - int256(deviation >> 1);
            int256 value = int256(forward * _normal(d2 + int256(deviation))) - int256(strike * _normal(d2));
            value >>= DIGITS;
            if (value < int256(intrinsic)) return intrinsic;
            return Math.min(uint256(value), forward);
        }
    }

    /// @dev The normal distribution function, absolute error 1.5e-7: Abramowitz and Stegun, Handbook of Mathematical
    /// Functions, 26.2.19. A lane's unit is 6e-5.
    function _normal(int256 x) private pure returns (uint256) {
        unchecked {
            uint256 a = Math.min(x < 0 ? uint256(-x) : uint256(x), FAR);
            uint256 p = 1515179800; // 0.0000053830
            p = ((p * a) >> 48) + 13761480496; // 0.0000488906
            p = ((p * a) >> 48) + 10697062425; // 0.0000380036
            p = ((p * a) >> 48) + 922569786459; // 0.0032776263
            p = ((p * a) >> 48) + 5950664199637; // 0.0211410061
            p = ((p * a) >> 48) + 14036410335447; // 0.0498673470
            p = ((p * a) >> 48) + ONE;
            p = (p * p) >> 48;
            p = (p * p) >> 48;
            p = (p * p) >> 48;
            p = (p * p) >> 48;
            p = (1 << 95) / p;
            return x < 0 ? p : ONE - p;
        }
    }

    function _lane(int256 profit) private pure returns (uint256) {
        unchecked {
            return uint256((profit >> (DIGITS - LANE_DIGITS)) + int256(BIAS));
        }
    }

    /// @dev `(30 days / left)^power` by the bell: `exp(-x^2 / 2)` with `x^2 = 2 power ln(...)`. Unit 2^-48.
    function _stretch(uint256 left, uint256 power) private pure returns (uint256) {
        unchecked {
            uint256 ln = NormalLib.lnRatio(Math.max(left, VOL_TERM), Math.min(left, VOL_TERM));
            uint256 bell = NormalLib.bell(Math.sqrt(((2 * power * ln) / PPM) << 96));
            return left < VOL_TERM ? (1 << 144) / bell : bell >> 48;
        }
    }
}
