// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {CastLib} from "../../../contracts/types/CastLib.sol";
import {TestBase} from "../../base/TestBase.sol";

contract Casts {
    function toUint(uint256 width, uint256 value) external pure returns (uint256) {
        if (width == 32) return CastLib.toUint32(value);
        if (width == 40) return CastLib.toUint40(value);
        if (width == 72) return CastLib.toUint72(value);
        if (width == 88) return CastLib.toUint88(value);
        if (width == 96) return CastLib.toUint96(value);
        return CastLib.toUint136(value);
    }

    function toUint(uint256 width, int256 value) external pure returns (uint256) {
        if (width == 72) return CastLib.toUint72(value);
        if (width == 88) return CastLib.toUint88(value);
        if (width == 96) return CastLib.toUint96(value);
        return CastLib.toUint128(value);
    }

    function toInt(uint256 width, int256 value) external pure returns (int256) {
        if (width == 64) return CastLib.toInt64(value);
        if (width == 88) return CastLib.toInt88(value);
        if (width == 96) return CastLib.toInt96(value);
        if (width == 112) return CastLib.toInt112(value);
        return CastLib.toInt160(value);
    }
}

contract CastLibTest is TestBase {
    uint8[6] internal unsignedWidths = [32, 40, 72, 88, 96, 136];
    uint8[4] internal ofSignedWidths = [72, 88, 96, 128];
    uint8[5] internal signedWidths = [64, 88, 96, 112, 160];

    Casts internal casts;

    function setUp() public {
        casts = new Casts();
    }

    function test_toUint_takesTheLargestOfItsField_andNothingBeyond() public {
        for (uint256 i; i < unsignedWidths.length; ++i) {
            uint8 width = unsignedWidths[i];
            uint256 max = (1 << width) - 1;
            vm.assertEq(casts.toUint(width, max), max);
            vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, width, max + 1));
            casts.toUint(width, max + 1);
        }
    }

    function test_toUint_refusesNegativeNumbers() public {
        for (uint256 i; i < ofSignedWidths.length; ++i) {
            uint8 width = ofSignedWidths[i];
            int256 max = int256((1 << width) - 1);
            vm.assertEq(casts.toUint(width, max), uint256(max));
            _expectUint(width, max + 1);
            _expectUint(width, -1);
            _expectUint(width, type(int256).min);
        }
    }

    function test_toInt_takesBothEndsOfItsField_andNothingBeyond() public {
        for (uint256 i; i < signedWidths.length; ++i) {
            uint8 width = signedWidths[i];
            int256 max = int256((1 << (width - 1)) - 1);
            vm.assertEq(casts.toInt(width, max), max);
            vm.assertEq(casts.toInt(width, -max - 1), -max - 1);
            vm.assertEq(casts.toInt(width, -1), int256(-1));
            _expectInt(width, max + 1);
            _expectInt(width, -max - 2);
        }
    }

    function testFuzz_toInt_isSafeCasts(int256 value, uint256 shift) public view {
        value >>= bound(shift, 96, 200);
        try casts.toInt(112, value) returns (int256 cast) {
            vm.assertEq(cast, int256(SafeCast.toInt112(value)));
        } catch {
            vm.assertTrue(value > type(int112).max || value < type(int112).min);
        }
    }

    function _expectUint(uint8 width, int256 value) private {
        vm.expectRevert(
            abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, width, uint256(value))
        );
        casts.toUint(width, value);
    }

    function _expectInt(uint8 width, int256 value) private {
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedIntDowncast.selector, width, value));
        casts.toInt(width, value);
    }
}
