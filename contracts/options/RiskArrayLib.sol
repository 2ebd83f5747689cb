// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {PPM} from "../types/Arithmetic.sol";
import {Price} from "../types/Price.sol";
import {Curve, CurveLib} from "./CurveLib.sol";
import {NormalLib} from "./NormalLib.sol";
import {RiskParams} from "./OptionLedger.sol";

/// @dev The scenarios in memory.
struct Shocks {
    /// By move, `1 + move` and its logarithm; unit 2^-48.
    int256[18] moves;
    /// The share of an extreme that counts, ppm.
    uint256 share;
    // How far volatility moves up and down, of an expiry 30 days away, and the power of 30 days over its time, ppm.
    uint256 volUp;
    uint256 volDown;
    uint256 volPower;
}

/// @dev An option, by the price of the underlying; unit 2^-48.
struct Call {
    // Forward and ln(forward / strike) in the scenario.
    uint256 shocked;
    int256 shockedLog;
    uint256 strike;
    /// What it is worth now.
    int256 worth;
    uint256 forward;
    int256 log;
}

/// @dev A ladder's scenarios in memory.
struct Scan {
    /// Room for the call whose array is computed.
    Call option;
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
    uint256 private constant MAX_DEVIATION = 16 << 48;

    /// @notice The price moves, ppm, towards zero: 0, up and down by a third, two thirds and the whole scan range, then
    /// the two extremes.
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
        int256[9] memory moves = movesOf(risk.scanRange, risk.extremeMove);
        (int256[18] memory table, int256 one) = (shocks.moves, int256(PPM));
        unchecked {
            table[0] = int256(ONE);
            for (uint256 m = 1; m < 9; ++m) {
                int256 factor = one + moves[m]; // positive
                table[2 * m] = (factor << DIGITS) / one;
                table[2 * m + 1] =
                    factor < one
                        ? -int256(NormalLib.lnRatio(uint256(one), uint256(factor)) >> 48)
                        : int256(NormalLib.lnRatio(uint256(factor), uint256(one)) >> 48);
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
        Call memory option = scan.option;
        uint256 deviation = _setCall(option, curve, scan.spot, place);
        unchecked {
            uint256 up = _someOf((deviation * scan.up) >> DIGITS);
            uint256 down = _someOf((deviation * scan.down) >> DIGITS);
            deviation = _someOf(deviation);
            for (uint256 m; m < 14; m += 2) {
                _shock(option, shocks, m);
                array |= _lane(_profit(option, up)) << (m << 4);
                array |= _lane(_profit(option, down)) << ((m << 4) + 16);
            }
            for (uint256 m = 14; m < 18; m += 2) {
                _shock(option, shocks, m);
                int256 profit = _profit(option, deviation) * int256(shocks.share);
                array |= _lane(profit / int256(PPM)) << ((m << 3) + 112);
            }
        }
    }

    /// @return deviation Unit 2^-48.
    function _setCall(
        Call memory option,
        Curve memory curve,
        uint256 spot,
        uint256 place
    ) private pure returns (uint256 deviation) {
        unchecked {
            // Prices have 80 bits, a volatility 16, the root less than 2^130.
            uint256 forward = uint256(Price.unwrap(curve.forward));
            uint256 strike = uint256(Price.unwrap(curve.strikeOf(place)));
            option.strike = (strike << DIGITS) / spot;
            option.forward = option.shocked = (forward << DIGITS) / spot;
            option.log =
                forward < strike
                    ? -int256(NormalLib.lnRatio(strike, forward) >> 48)
                    : int256(NormalLib.lnRatio(forward, strike) >> 48);
            option.shockedLog = option.log;
            deviation = Math.min((curve.smile.vol(place >> 1) * curve.root) >> 48, MAX_DEVIATION);
            option.worth = 0;
            option.worth = _profit(option, _someOf(deviation));
        }
    }

    /// @dev The scenarios' move at word m of `shocks`.
    function _shock(Call memory option, Shocks memory shocks, uint256 m) private pure {
        assembly ("memory-safe") {
            let move := add(mload(shocks), shl(5, m))
            mstore(option, shr(48, mul(mload(add(option, 128)), mload(move))))
            mstore(add(option, 32), add(mload(add(option, 160)), mload(add(move, 32))))
        }
    }

    /// @dev Black (1976) as the textbook has it, `F N(d1) - K N(d2)`, less what the call is worth now. N is the normal
    /// distribution function with an absolute error of 1.5e-7 (Abramowitz and Stegun, Handbook of Mathematical
    /// Functions, 26.2.19): `1 - p^-16 / 2` of a positive x, with a polynomial p. A lane's unit is 6e-5. In assembly,
    /// which saves 9,000 gas an array.
    function _profit(Call memory option, uint256 deviation) private pure returns (int256 profit) {
        assembly ("memory-safe") {
            function normal(x) -> y {
                let sign := sar(255, x) // -1 or 0
                x := sub(xor(x, sign), sign)
                // Beyond eight deviations nothing is left.
                if lt(x, 0x8000000000000) {
                    y := add(shr(48, mul(1515179800, x)), 13761480496)
                    y := add(shr(48, mul(y, x)), 10697062425)
                    y := add(shr(48, mul(y, x)), 922569786459)
                    y := add(shr(48, mul(y, x)), 5950664199637)
                    y := add(shr(48, mul(y, x)), 14036410335447)
                    y := add(shr(48, mul(y, x)), 0x1000000000000)
                    y := shr(48, mul(y, y))
                    y := shr(48, mul(y, y))
                    y := shr(48, mul(y, y))
                    y := div(shl(143, 1), mul(y, y))
                }
                // Of a negative x it is y, else one less y.
                sign := not(sign)
                y := add(and(sign, 0x1000000000000), sub(xor(y, sign), sign))
            }
            let d := sub(sdiv(shl(48, mload(add(option, 32))), deviation), shr(1, deviation))
            profit := sub(mul(mload(option), normal(add(d, deviation))), mul(mload(add(option, 64)), normal(d)))
            profit := sub(sar(48, profit), mload(add(option, 96)))
        }
    }

    /// @dev Instead of no deviation the least one, at which d1 and d2 are far from zero, unless forward and strike are
    /// equal.
    function _someOf(uint256 deviation) private pure returns (uint256 some) {
        assembly ("memory-safe") {
            some := or(deviation, iszero(deviation))
        }
    }

    /// @dev Saturates, which no call does whose strike is less than 100 times the spot (see the heading).
    function _lane(int256 profit) private pure returns (uint256 lane) {
        unchecked {
            lane = uint256((profit >> (DIGITS - LANE_DIGITS)) + int256(BIAS));
            if (lane >> 16 != 0) lane = profit < 0 ? 0 : type(uint16).max;
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
