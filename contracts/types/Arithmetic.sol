// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Money} from "./Money.sol";
import {Price} from "./Price.sol";
import {Size} from "./Size.sol";

/// @dev The only places where a size meets a price, or a rate an amount. Floor is towards minus infinity, ceil towards
/// plus.
///
/// Sums of Money, Size and Price, and the products here, are not checked for overflow (a trade makes some 200 of them):
/// every operand comes from a stored field or a checked input. Sizes are below 2^96, prices and rates below 2^96,
/// amounts below 2^112 when stored and below 2^128 as sums, so products stay below 2^224, two of them in MarginLib
/// below 2^241 (docs/assurance.md). What is stored again is checked for its field.

// One whole, in the unit of all rates: parts per million.
uint256 constant PPM = 1_000_000;

// size (1e-9) * price (1e-18) / 1e18 = money (1e-9).
int256 constant PRICE_UNIT = 1e18;

/// @notice floor(a * b / d). Assumes |a * b| < 2^255 and 0 < d < 2^255.
function mulDivDown(int256 a, int256 b, uint256 d) pure returns (int256) {
    unchecked {
        int256 product = a * b;
        int256 rest = product % int256(d); // the sign of the product, so -1 is added below when it is negative
        return product / int256(d) + (rest >> 255);
    }
}

/// @notice ceil(a * b / d). Assumes as `mulDivDown`.
function mulDivUp(int256 a, int256 b, uint256 d) pure returns (int256) {
    unchecked {
        return -mulDivDown(-a, b, d);
    }
}

/// @notice floor(a * b / d) with a 512-bit product. Assumes d > 0.
function wideMulDivDown(int256 a, int256 b, uint256 d) pure returns (int256) {
    (uint256 x, uint256 y) = (_abs(a), _abs(b));
    uint256 q = Math.mulDiv(x, y, d);
    bool negative = (a < 0) != (b < 0);
    if (negative && mulmod(x, y, d) != 0) ++q;
    int256 result = SafeCast.toInt256(q);
    return negative ? -result : result;
}

/// @notice size * price, floor.
function valueDown(Size size, Price price) pure returns (Money) {
    return Money.wrap(mulDivDown(Size.unwrap(size), Price.unwrap(price), uint256(PRICE_UNIT)));
}

/// @notice size * price, ceil.
function valueUp(Size size, Price price) pure returns (Money) {
    return -valueDown(-size, price);
}

/// @notice |size| * mark, ceil: what margin and fees are computed on, against the holder.
function notionalUp(Size size, Price mark) pure returns (Money) {
    return valueUp(size.abs(), mark);
}

/// @notice The size whose notional at `mark` is `amount`, ceil. Assumes amount >= 0.
function sizeUp(Money amount, Price mark) pure returns (Size) {
    return Size.wrap(mulDivUp(Money.unwrap(amount), PRICE_UNIT, mark.toUint()));
}

/// @notice The size whose notional at `mark` is `amount`, floor.
function sizeDown(Money amount, Price mark) pure returns (Size) {
    return Size.wrap(mulDivDown(Money.unwrap(amount), PRICE_UNIT, mark.toUint()));
}

/// @notice amount * rate, ceil. `rate` in ppm.
function shareUp(Money amount, uint256 rate) pure returns (Money) {
    return Money.wrap(mulDivUp(Money.unwrap(amount), int256(rate), PPM));
}

/// @notice amount * rate, floor. `rate` in ppm.
function shareDown(Money amount, uint256 rate) pure returns (Money) {
    return Money.wrap(mulDivDown(Money.unwrap(amount), int256(rate), PPM));
}

/// @notice price * rate, floor. `rate` in ppm.
function priceShareDown(Price price, uint256 rate) pure returns (Price) {
    return Price.wrap(mulDivDown(Price.unwrap(price), int256(rate), PPM));
}

/// @notice amount * part / whole, floor. Assumes whole > 0.
function proportionDown(Money amount, Size part, Size whole) pure returns (Money) {
    return Money.wrap(mulDivDown(Money.unwrap(amount), Size.unwrap(part), whole.toUint()));
}

function _abs(int256 x) pure returns (uint256) {
    return x < 0 ? uint256(-x) : uint256(x);
}
