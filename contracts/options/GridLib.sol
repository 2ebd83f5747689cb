// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IOptionListing} from "../interfaces/IOptionListing.sol";
import {MAX_MARK, MIN_MARK} from "../types/Price.sol";
import {STRIKES} from "./SeriesId.sol";

/// @title Which expiries and strikes there are: a function of the clock and the price
/// @notice EXPIRIES. Fridays 08:00 UTC: any that is 1 to 28 days ahead; from there to a year ahead, only the last
/// Fridays of March, June, September and December. So at most four and four are listed, and nobody can fill the eight
/// ladders with expiries that nobody wants. STRIKES. The step is the largest of 1, 2, 2.5 and 5 times a power of ten
/// that is at most 3/7 of a standard deviation of the price until then, at a volatility of 60%, and at most an eighth
/// of the price. So 15 strikes reach 1.5 to 3 deviations to each side; for terms above 86 days 44% to 88% of the price.
/// The middle one is the multiple of the step that is nearest to the price.
library GridLib {
    uint256 internal constant MIN_TERM = 1 days;
    uint256 internal constant MAX_TERM = 365 days;
    /// @notice Up to so far ahead, every Friday may be listed.
    uint256 internal constant WEEKLY_TERM = 28 days;
    /// @notice The volatility that strikes are laid out for, 1e-4 a root year.
    uint256 internal constant GRID_VOL = 6_000;

    /// @dev The first Friday 08:00 of Unix time: 1 January 1970 was a Thursday.
    uint256 private constant FIRST = 1 days + 8 hours;
    uint256 private constant MIDDLE = STRIKES / 2;
    /// @dev 3/7 of a deviation: unit of volatility, and of a root of years with 64 binary digits.
    uint256 private constant DEVIATION_PARTS = 7;
    uint256 private constant DEVIATION_SHARE = 3;
    uint256 private constant VOL_UNIT = 1e4;

    /// @notice Reverts unless `expiry` may be listed now.
    function requireOnGrid(uint256 expiry) internal view {
        (uint256 earliest, uint256 latest) = (block.timestamp + MIN_TERM, block.timestamp + MAX_TERM);
        bool inTime = expiry >= earliest && expiry <= latest;
        bool isFriday = expiry >= FIRST && (expiry - FIRST) % 1 weeks == 0;
        bool isNear = expiry <= block.timestamp + WEEKLY_TERM;
        if (!inTime || !isFriday || (!isNear && !endsQuarter(expiry))) {
            revert IOptionListing.ExpiryOffGrid(expiry, earliest, latest);
        }
    }

    /// @notice Is this Friday the last of March, June, September or December?
    function endsQuarter(uint256 friday) internal pure returns (bool) {
        uint256 month = monthOf(friday);
        return month % 3 == 0 && monthOf(friday + 1 weeks) != month;
    }

    /// @notice The month, 1 to 12, of a Unix time. Gregorian; counted from 1 March of the year 0, so that a leap day is
    /// the last day of its year.
    function monthOf(uint256 time) internal pure returns (uint256) {
        unchecked {
            uint256 day = (time / 1 days + 719_468) % 146_097; // in its era of 400 years
            uint256 year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
            uint256 dayOfYear = day - (365 * year + year / 4 - year / 100);
            uint256 month = (5 * dayOfYear + 2) / 153; // 0: March
            return month < 10 ? month + 3 : month - 9;
        }
    }

    /// @notice The strikes of an expiry that is `term` seconds ahead while the price is `spot`: `base + i * step`.
    /// Reverts with StrikesOutOfRange.
    function strikes(uint256 spot, uint256 term) internal pure returns (uint80 base, uint80 step) {
        uint256 root = Math.sqrt((term << 128) / 365 days); // 64 binary digits
        uint256 part = (spot * root * GRID_VOL * DEVIATION_SHARE) / ((VOL_UNIT * DEVIATION_PARTS) << 64);
        uint256 width = niceBelow(Math.min(part, spot / (MIDDLE + 1)));
        if (width == 0) revert IOptionListing.StrikesOutOfRange(0, 0);
        uint256 middle = (spot + width / 2) / width;
        uint256 lowest = (middle - MIDDLE) * width; // the step is at most an eighth of the price
        if (lowest < MIN_MARK.toUint() || lowest + (STRIKES - 1) * width > MAX_MARK.toUint()) {
            revert IOptionListing.StrikesOutOfRange(lowest, width);
        }
        return (uint80(lowest), uint80(width));
    }

    /// @notice The largest of 1, 2, 2.5 and 5 times a power of ten that is at most `limit`; 0 for 0.
    function niceBelow(uint256 limit) internal pure returns (uint256) {
        if (limit == 0) return 0;
        uint256 ten = 10 ** Math.log10(limit);
        if (limit >= 5 * ten) return 5 * ten;
        if (limit >= (5 * ten) / 2 && ten > 1) return (5 * ten) / 2;
        if (limit >= 2 * ten) return 2 * ten;
        return ten;
    }
}
