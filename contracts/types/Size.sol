// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {CastLib} from "./CastLib.sol";

/// @notice A position or trade size. Unit 1e-9 base, signed: positive is long (bought), negative short (sold).
type Size is int256;

using {add as +, sub as -, neg as -, eq as ==, ne as !=, lt as <, lte as <=, gt as >, gte as >=} for Size global;
using SizeLib for Size global;

Size constant NO_SIZE = Size.wrap(0);

// Sums are unchecked: see Arithmetic.
function add(Size a, Size b) pure returns (Size) {
    unchecked {
        return Size.wrap(Size.unwrap(a) + Size.unwrap(b));
    }
}

function sub(Size a, Size b) pure returns (Size) {
    unchecked {
        return Size.wrap(Size.unwrap(a) - Size.unwrap(b));
    }
}

function neg(Size a) pure returns (Size) {
    unchecked {
        return Size.wrap(-Size.unwrap(a));
    }
}

function eq(Size a, Size b) pure returns (bool) {
    return Size.unwrap(a) == Size.unwrap(b);
}

function ne(Size a, Size b) pure returns (bool) {
    return Size.unwrap(a) != Size.unwrap(b);
}

function lt(Size a, Size b) pure returns (bool) {
    return Size.unwrap(a) < Size.unwrap(b);
}

function lte(Size a, Size b) pure returns (bool) {
    return Size.unwrap(a) <= Size.unwrap(b);
}

function gt(Size a, Size b) pure returns (bool) {
    return Size.unwrap(a) > Size.unwrap(b);
}

function gte(Size a, Size b) pure returns (bool) {
    return Size.unwrap(a) >= Size.unwrap(b);
}

/// @notice An unsigned stored size as Size (long). Not checked: below 2^255.
function toSize(uint256 units) pure returns (Size) {
    return Size.wrap(int256(units));
}

function minSize(Size a, Size b) pure returns (Size) {
    return a < b ? a : b;
}

function maxSize(Size a, Size b) pure returns (Size) {
    return a > b ? a : b;
}

library SizeLib {
    /// @notice The magnitude, without the sign.
    function abs(Size a) internal pure returns (Size) {
        return a < NO_SIZE ? -a : a;
    }

    /// @notice The magnitude as a plain number.
    function magnitude(Size a) internal pure returns (uint256) {
        return uint256(Size.unwrap(a.abs()));
    }

    function isLong(Size a) internal pure returns (bool) {
        return a > NO_SIZE;
    }

    /// @notice The long part: the size itself when long, else zero.
    function long(Size a) internal pure returns (Size) {
        return a > NO_SIZE ? a : NO_SIZE;
    }

    /// @notice The same sign as `other`? Zero has no side.
    function sameSide(Size a, Size other) internal pure returns (bool) {
        unchecked {
            return Size.unwrap(a) * Size.unwrap(other) > 0;
        }
    }

    function toUint(Size a) internal pure returns (uint256) {
        return SafeCast.toUint256(Size.unwrap(a));
    }

    function toUint72(Size a) internal pure returns (uint72) {
        return CastLib.toUint72(Size.unwrap(a));
    }
}
