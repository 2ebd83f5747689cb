// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IOptionListing} from "../../../contracts/interfaces/IOptionListing.sol";
import {GridLib} from "../../../contracts/options/GridLib.sol";
import {MAX_MARK, MIN_MARK} from "../../../contracts/types/Price.sol";
import {TestBase} from "../../base/TestBase.sol";

/// @title Which expiries and strikes there are, to the second and to the unit
contract GridLibTest is TestBase {
    /// Thursday, 13 November 2025, 08:00 UTC, and the next day.
    uint256 private constant NOW = 1_763_020_800;
    uint256 private constant FRIDAY = NOW + 1 days;

    function requireOnGrid(uint256 expiry) external view {
        GridLib.requireOnGrid(expiry);
    }

    function strikes(uint256 spot, uint256 term) external pure returns (uint80, uint80) {
        return GridLib.strikes(spot, term);
    }

    // ------------------------------------------------------------------ expiries

    function _refuses(uint256 expiry) private {
        bytes4 selector = IOptionListing.ExpiryOffGrid.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, expiry, block.timestamp + 1 days, block.timestamp + 365 days));
        this.requireOnGrid(expiry);
    }

    function test_fridaysAtEight_fromADayToFourWeeksAhead() public {
        vm.warp(NOW);
        this.requireOnGrid(FRIDAY);
        _refuses(FRIDAY - 1);
        _refuses(FRIDAY + 1);
        _refuses(FRIDAY + 1 hours);
        for (uint256 day = 1; day < 7; ++day) _refuses(FRIDAY + day * 1 days);
        vm.warp(NOW + 1);
        _refuses(FRIDAY);
        // 12 December is no end of a quarter.
        vm.warp(FRIDAY);
        this.requireOnGrid(FRIDAY + 4 weeks);
        vm.warp(FRIDAY - 1);
        _refuses(FRIDAY + 4 weeks);
    }

    function test_endsOfQuarters_toAYearAhead() public {
        // 26 December 2025; 27 March, 26 June, 25 September and 25 December 2026.
        uint32[5] memory ends = [1_766_736_000, 1_774_598_400, 1_782_460_800, 1_790_323_200, 1_798_185_600];
        vm.warp(NOW);
        uint256 next;
        for (uint256 week = 5; week < 60; ++week) {
            uint256 friday = FRIDAY + week * 1 weeks;
            if (next < 4 && friday == ends[next]) {
                this.requireOnGrid(friday);
                ++next;
            } else {
                _refuses(friday);
            }
        }
        vm.assertEq(next, 4, "in a year");
        vm.warp(ends[4] - 365 days);
        this.requireOnGrid(ends[4]);
        vm.warp(ends[4] - 365 days - 1);
        _refuses(ends[4]);
    }

    /// Every day of 140 years, beside a calendar that counts days of months.
    function test_monthsAreThoseOfTheCalendar() public pure {
        uint8[12] memory lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        uint256 time;
        for (uint256 year = 1970; year < 2110; ++year) {
            bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            for (uint256 month = 1; month <= 12; ++month) {
                uint256 length = month == 2 && leap ? 29 : lengths[month - 1];
                // The first and the last second; days between follow from months not overlapping.
                vm.assertEq(GridLib.monthOf(time), month, "first second");
                time += length * 1 days;
                vm.assertEq(GridLib.monthOf(time - 1), month, "last second");
                vm.assertEq(GridLib.monthOf(time - 15 days), month, "in between");
            }
        }
    }

    function test_aQuarterEndsWithItsLastFriday() public pure {
        uint256 count;
        for (uint256 friday = FRIDAY; friday < FRIDAY + 10 * 365.25 days; friday += 1 weeks) {
            uint256 month = GridLib.monthOf(friday);
            bool last = GridLib.monthOf(friday + 1 weeks) != month;
            bool expected = last && (month == 3 || month == 6 || month == 9 || month == 12);
            vm.assertEq(GridLib.endsQuarter(friday), expected);
            if (expected) ++count;
        }
        vm.assertEq(count, 40, "in ten years");
    }

    // ------------------------------------------------------------------ strikes

    /// The step by hand: 3/7 of 60% of the price by the root of the years, at most an eighth of the price.
    function _requireStrikes(uint256 spot, uint256 term, uint256 base, uint256 step) private view {
        (uint256 lowest, uint256 width) = this.strikes(spot, term);
        vm.assertEq(width, step, "step");
        vm.assertEq(lowest, base, "base");
        vm.assertEq(lowest % width, 0, "multiples");
        uint256 middle = lowest + 7 * width;
        vm.assertTrue((middle > spot ? middle - spot : spot - middle) * 2 <= width, "the middle is nearest");
    }

    function test_strikesFollowFromPriceAndTerm() public view {
        // A week: 3/7 * 60% * 13.85% = 3.56% of the price; a year: an eighth.
        _requireStrikes(4_000e18, 7 days, 3_300e18, 100e18); // 142
        _requireStrikes(60_000e18, 7 days, 46_000e18, 2_000e18); // 2,136
        _requireStrikes(4_000e18, 365 days, 500e18, 500e18); // an eighth is 500
        _requireStrikes(3_999e18, 365 days, 2_250e18, 250e18); // an eighth is 499.9
        _requireStrikes(100e18, 1 days, 93e18, 1e18); // 1.346
        _requireStrikes(150e18, 1 days, 136e18, 2e18); // 2.019
        _requireStrikes(190e18, 1 days, 172.5e18, 2.5e18); // 2.557
        _requireStrikes(400e18, 1 days, 365e18, 5e18); // 5.38
        _requireStrikes(1e8, 7 days, 82_500_000, 2_500_000); // 3,561,041
    }

    function test_theMiddleIsTheNearestMultiple_halfUp() public view {
        _requireStrikes(4_049e18, 7 days, 3_300e18, 100e18);
        _requireStrikes(4_050e18 - 1, 7 days, 3_300e18, 100e18);
        _requireStrikes(4_050e18, 7 days, 3_400e18, 100e18);
    }

    /// The step changes where the limit passes a nice number: at the unit of price after it.
    function test_theStepIsTheLargestThatIsNotAboveItsLimit() public view {
        uint256 root = Math.sqrt((uint256(30 days) << 128) / 365 days);
        uint256 spot = 1_000e18;
        for (uint256 i; i < 100; ++i) {
            spot = (spot * 103) / 100 + i;
            (uint256 lowest, uint256 step) = this.strikes(spot, 30 days);
            uint256 limit = Math.min((spot * root * 6_000 * 3) / ((1e4 * 7) << 64), spot / 8);
            vm.assertTrue(step <= limit, "not above");
            vm.assertTrue(_nextNice(step) > limit, "the largest");
            vm.assertEq(lowest, ((spot + step / 2) / step - 7) * step, "seven below the middle");
        }
    }

    function _nextNice(uint256 step) private pure returns (uint256) {
        uint256 ten = 10 ** Math.log10(step);
        if (step == ten) return 2 * ten;
        if (step == 2 * ten) return (5 * ten) / 2;
        return step == 5 * ten ? 10 * ten : 5 * ten;
    }

    function test_niceNumbers() public pure {
        uint8[17] memory nice = [0, 1, 2, 2, 2, 5, 5, 5, 5, 5, 10, 10, 10, 10, 10, 10, 10];
        for (uint256 i; i < 17; ++i) vm.assertEq(GridLib.niceBelow(i), nice[i]);
        for (uint256 ten = 10; ten < 1e30; ten *= 10) {
            vm.assertEq(GridLib.niceBelow(ten - 1), ten / 2, "five of the power before");
            vm.assertEq(GridLib.niceBelow(ten), ten, "one");
            vm.assertEq(GridLib.niceBelow(2 * ten - 1), ten, "below two");
            vm.assertEq(GridLib.niceBelow(2 * ten), 2 * ten, "two");
            vm.assertEq(GridLib.niceBelow((5 * ten) / 2 - 1), 2 * ten, "below two and a half");
            vm.assertEq(GridLib.niceBelow((5 * ten) / 2), (5 * ten) / 2, "two and a half");
            vm.assertEq(GridLib.niceBelow(5 * ten - 1), (5 * ten) / 2, "below five");
            vm.assertEq(GridLib.niceBelow(5 * ten), 5 * ten, "five");
        }
    }

    function _outOfRange(uint256 spot, uint256 term, uint256 base, uint256 step) private {
        vm.expectRevert(abi.encodeWithSelector(IOptionListing.StrikesOutOfRange.selector, base, step));
        this.strikes(spot, term);
    }

    function test_strikesAreMarks() public {
        uint256 max = MAX_MARK.toUint();
        _outOfRange(7, 365 days, 0, 0); // an eighth is less than a unit
        // A year: steps of 500,000, of which the lowest is the second, or the first.
        vm.assertEq(MIN_MARK.toUint(), 1e6);
        _requireStrikes(4_250_000, 365 days, 1e6, 500_000);
        _outOfRange(4_250_000 - 1, 365 days, 500_000, 500_000);
        // The highest is 14 steps above the lowest.
        uint256 spot = (max * 8) / 16;
        _requireStrikes(spot, 365 days, 15e22, 5e22);
        _outOfRange(7e23, 365 days, 35e22, 5e22);
        _requireStrikes(65e22, 365 days, 30e22, 5e22);
        _requireStrikes(675e21 - 1, 365 days, 30e22, 5e22);
        _outOfRange(675e21, 365 days, 35e22, 5e22);
    }
}
