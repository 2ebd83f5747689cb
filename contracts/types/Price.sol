// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {CastLib} from "./CastLib.sol";

/// @notice A price, or a difference of prices. Unit 1e-18 quote per base. A mark is positive; a price in a side's frame
/// (mark less cumulative funding and charges) may have any sign.
type Price is int256;

using {add as +, sub as -, neg as -, eq as ==, ne as !=, lt as <, lte as <=, gt as >, gte as >=} for Price global;
using PriceLib for Price global;

Price constant NO_PRICE = Price.wrap(0);

// Marks stay below this, so that a mark fits 80 bits: 1,000,000 quote per base.
Price constant MAX_MARK = Price.wrap(1e24);

// Marks stay at or above this, so that a granule of the queue is more than one unit: 1e-12 quote per base.
Price constant MIN_MARK = Price.wrap(1e6);

// Sums are unchecked: see Arithmetic.
function add(Price a, Price b) pure returns (Price) {
    unchecked {
        return Price.wrap(Price.unwrap(a) + Price.unwrap(b));
    }
}

function sub(Price a, Price b) pure returns (Price) {
    unchecked {
        return Price.wrap(Price.unwrap(a) - Price.unwrap(b));
    }
}

function neg(Price a) pure returns (Price) {
    unchecked {
        return Price.wrap(-Price.unwrap(a));
    }
}

function eq(Price a, Price b) pure returns (bool) {
    return Price.unwrap(a) == Price.unwrap(b);
}

function ne(Price a, Price b) pure returns (bool) {
    return Price.unwrap(a) != Price.unwrap(b);
}

function lt(Price a, Price b) pure returns (bool) {
    return Price.unwrap(a) < Price.unwrap(b);
}

function lte(Price a, Price b) pure returns (bool) {
    return Price.unwrap(a) <= Price.unwrap(b);
}

function gt(Price a, Price b) pure returns (bool) {
    return Price.unwrap(a) > Price.unwrap(b);
}

function gte(Price a, Price b) pure returns (bool) {
    return Price.unwrap(a) >= Price.unwrap(b);
}

/// @notice An unsigned stored price as Price. Not checked: below 2^255.
function toPrice(uint256 units) pure returns (Price) {
    return Price.wrap(int256(units));
}

library PriceLib {
    function abs(Price a) internal pure returns (Price) {
        return a < NO_PRICE ? -a : a;
    }

    function toUint(Price a) internal pure returns (uint256) {
        return SafeCast.toUint256(Price.unwrap(a));
    }

    function toUint88(Price a) internal pure returns (uint88) {
        return CastLib.toUint88(Price.unwrap(a));
    }

    function toInt88(Price a) internal pure returns (int88) {
        return CastLib.toInt88(Price.unwrap(a));
    }
}
