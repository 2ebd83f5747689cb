// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Price, toPrice} from "./Price.sol";

/// @notice A price in 32 bits, rounded down: `mantissa << exponent`, the mantissa in the upper 24 bits. It is less than
/// 2^-23 of itself below the price. So that all that a health reads of a collateral fits one slot.
type Floor is uint32;

using FloorLib for Floor global;

/// @notice The largest floor that is at most `price`. Assumes 0 <= price < 2^256.
function floorOf(Price price) pure returns (Floor) {
    uint256 value = price.toUint();
    uint256 bits = value == 0 ? 0 : Math.log2(value);
    uint256 exponent = bits > FloorLib.MANTISSA - 1 ? bits - (FloorLib.MANTISSA - 1) : 0;
    return Floor.wrap(uint32(((value >> exponent) << FloorLib.EXPONENT) | exponent));
}

library FloorLib {
    uint256 internal constant MANTISSA = 24;
    uint256 internal constant EXPONENT = 8;

    function price(Floor floor) internal pure returns (Price) {
        uint256 word = Floor.unwrap(floor);
        return toPrice((word >> EXPONENT) << uint8(word));
    }
}
