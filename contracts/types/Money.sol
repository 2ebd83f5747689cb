// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {CastLib} from "./CastLib.sol";

/// @notice An amount of quote currency. Unit 1e-9 quote ("nano-quote"), signed: positive is owed to the holder.
type Money is int256;

using {add as +, sub as -, neg as -, eq as ==, ne as !=, lt as <, lte as <=, gt as >, gte as >=} for Money global;
using MoneyLib for Money global;

Money constant NO_MONEY = Money.wrap(0);

// Sums are unchecked: see Arithmetic.
function add(Money a, Money b) pure returns (Money) {
    unchecked {
        return Money.wrap(Money.unwrap(a) + Money.unwrap(b));
    }
}

function sub(Money a, Money b) pure returns (Money) {
    unchecked {
        return Money.wrap(Money.unwrap(a) - Money.unwrap(b));
    }
}

function neg(Money a) pure returns (Money) {
    unchecked {
        return Money.wrap(-Money.unwrap(a));
    }
}

function eq(Money a, Money b) pure returns (bool) {
    return Money.unwrap(a) == Money.unwrap(b);
}

function ne(Money a, Money b) pure returns (bool) {
    return Money.unwrap(a) != Money.unwrap(b);
}

function lt(Money a, Money b) pure returns (bool) {
    return Money.unwrap(a) < Money.unwrap(b);
}

function lte(Money a, Money b) pure returns (bool) {
    return Money.unwrap(a) <= Money.unwrap(b);
}

function gt(Money a, Money b) pure returns (bool) {
    return Money.unwrap(a) > Money.unwrap(b);
}

function gte(Money a, Money b) pure returns (bool) {
    return Money.unwrap(a) >= Money.unwrap(b);
}

function minMoney(Money a, Money b) pure returns (Money) {
    return a < b ? a : b;
}

function maxMoney(Money a, Money b) pure returns (Money) {
    return a > b ? a : b;
}

/// @notice An unsigned stored amount as Money. Not checked: below 2^255.
function toMoney(uint256 nano) pure returns (Money) {
    return Money.wrap(int256(nano));
}

library MoneyLib {
    /// @notice The amount as an unsigned integer. Reverts when it is negative.
    function toUint(Money a) internal pure returns (uint256) {
        return SafeCast.toUint256(Money.unwrap(a));
    }

    function toUint72(Money a) internal pure returns (uint72) {
        return CastLib.toUint72(Money.unwrap(a));
    }

    function toUint88(Money a) internal pure returns (uint88) {
        return CastLib.toUint88(Money.unwrap(a));
    }

    function toUint96(Money a) internal pure returns (uint96) {
        return CastLib.toUint96(Money.unwrap(a));
    }

    function toUint128(Money a) internal pure returns (uint128) {
        return CastLib.toUint128(Money.unwrap(a));
    }

    function toInt112(Money a) internal pure returns (int112) {
        return CastLib.toInt112(Money.unwrap(a));
    }

    /// @notice The amount, or zero when it is negative.
    function positive(Money a) internal pure returns (Money) {
        return a > NO_MONEY ? a : NO_MONEY;
    }
}
