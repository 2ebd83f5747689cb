// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MAX_MARK, MIN_MARK, Price} from "../types/Price.sol";
import {Black76Lib} from "./Black76Lib.sol";
import {NormalLib} from "./NormalLib.sol";
import {Factors, Ladder} from "./OptionLedger.sol";
import {FUTURE} from "./SeriesId.sol";
import {Smile} from "./Smile.sol";

/// @dev One ladder at one set of factors, in memory.
struct Curve {
    /// Price of the future, 1e-18 quote per base; once it has expired, the price that was fixed.
    Price forward;
    /// Volatility level times the root of the years left, so that a strike's volatility (1e-4) times it is its
    /// deviation (unit 2^-96). 0 once it has expired. A deviation is at most 27, by a level up to 4 (VolLib), 16 bits
    /// of volatility, and terms up to a year (GridLib).
    uint256 root;
    Smile smile;
    uint256 base;
    uint256 step;
    uint256 expiry;
}

/// @title Marks of a ladder: a function of its group's factors and nothing else
library CurveLib {
    uint256 private constant BASIS_UNIT = 1e5;
    /// @dev Units of a volatility and of the level, multiplied: 1e-4 * 1e-9.
    uint256 private constant VOL_UNIT = 1e13;

    /// @notice The ladder at `factors`. `version`: which of its smiles these name, 0 or 1.
    function at(Ladder storage ladder, Factors memory factors, uint256 version) internal view returns (Curve memory c) {
        setAt(c, ladder, factors, version);
    }

    /// @notice As `at`, into memory that is there.
    function setAt(Curve memory c, Ladder storage ladder, Factors memory factors, uint256 version) internal view {
        (c.base, c.step, c.expiry) = (ladder.base, ladder.step, ladder.expiry);
        _setFactors(c, ladder, factors, version);
    }

    /// @notice As `setAt`, when there is a curve of the same ladder: its terms are not read again.
    function setBeside(
        Curve memory c,
        Curve memory other,
        Ladder storage ladder,
        Factors memory factors,
        uint256 version
    ) internal view {
        (c.base, c.step, c.expiry) = (other.base, other.step, other.expiry);
        _setFactors(c, ladder, factors, version);
    }

    function _setFactors(Curve memory c, Ladder storage ladder, Factors memory factors, uint256 version) private view {
        (uint256 expiry, uint256 time) = (c.expiry, factors.time);
        if (time >= expiry) {
            (c.forward, c.root, c.smile) = (Price.wrap(int256(uint256(ladder.settlement))), 0, Smile.wrap(0));
            return;
        }
        c.smile = ladder.smiles[version];
        c.forward = forwardOf(factors.spot, c.smile);
        unchecked {
            // Less than 2^40 seconds, so below 2^232.
            uint256 term = ((expiry - time) << 192) / 365 days;
            c.root = (NormalLib.sqrt(term) * factors.level) / VOL_UNIT;
        }
    }

    /// @notice The mark of the series at `place` of the ladder, floor: Black-76 on the forward; at the expiry's price,
    /// what it pays. At least 0.
    function mark(Curve memory c, uint256 place) internal pure returns (Price) {
        if (place == FUTURE) return c.forward;
        unchecked {
            uint256 deviation = c.smile.vol(place >> 1) * c.root;
            return Black76Lib.price(c.forward, strikeOf(c, place), deviation, place & 1 == 0);
        }
    }

    /// @notice The strike of an option at `place`.
    function strikeOf(Curve memory c, uint256 place) internal pure returns (Price) {
        unchecked {
            return Price.wrap(int256(c.base + c.step * (place >> 1))); // 80 bits each
        }
    }

    /// @notice The forward: spot and its basis, floor, within the bounds of marks.
    function forwardOf(uint256 spot, Smile smile) internal pure returns (Price forward) {
        unchecked {
            forward = Price.wrap((int256(spot) * (int256(BASIS_UNIT) + smile.basis())) / int256(BASIS_UNIT));
        }
        if (forward < MIN_MARK) forward = MIN_MARK;
        if (forward > MAX_MARK) forward = MAX_MARK;
    }
}
