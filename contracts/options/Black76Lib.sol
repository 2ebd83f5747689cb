// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import {Price} from "../types/Price.sol";
import {NormalLib} from "./NormalLib.sol";

/// @title What a European option on a forward is worth
/// @notice Black (1976), "The pricing of commodity contracts", without discounting: a call is
/// `F N(d1) - K N(d2)`, `d1 = ln(F / K) / w + w / 2`, `d2 = d1 - w`. The side that is out of the money is computed as
/// `bell(a) * (tail(a) - tail(b)) * min(F, K)`, which has one bell, and is never negative; the other side by parity, so
/// that `call - put = F - K` to the unit.
library Black76Lib {
    /// @dev From 22 deviations on the bell is nothing, in units of any price: prices are at most e^42 apart, so `w` is
    /// below 2 then, and `a` above 21.
    uint256 private constant FAR = 22 << 96;

    /// @notice The price, floor, within [intrinsic, F] of a call and [intrinsic, K] of a put. Error: 3e-14 of F;
    /// relative, from a minute to a year and from 5% to 400%, 1e-9 wherever the price exceeds 1e-9 F.
    /// @param deviation w, the volatility times the square root of the years to expiry; unit 2^-96. 0: intrinsic.
    /// @dev Assumes that forward and strike are between MIN_MARK and MAX_MARK, and `deviation <= 2^101`, that is 32.
    /// Without branches where it can be, which saves 60 gas.
    function price(Price forward, Price strike, uint256 deviation, bool isCall) internal pure returns (Price) {
        unchecked {
            (uint256 f, uint256 k) = (uint256(Price.unwrap(forward)), uint256(Price.unwrap(strike)));
            uint256 less = Math.min(f, k);
            uint256 more = f ^ k ^ less;
            uint256 intrinsic = (more - less) * SafeCast.toUint(isCall == (f > k));
            return Price.wrap(int256(intrinsic + ((less * _part(less, more, deviation)) >> 96)));
        }
    }

    /// @dev What the out-of-the-money side is worth, as a part of the lesser of forward and strike, unit 2^-96. With
    /// `h = |ln(F / K)| / w`: `a = |h - w / 2|`, `b = h + w / 2`. Where `h < w / 2`, `a` is on the other side of the
    /// bell's middle, and the part is one less both tails. Without deviation `h`, `a` and `b` are zero, and so it is.
    function _part(uint256 less, uint256 more, uint256 deviation) private pure returns (uint256) {
        unchecked {
            uint256 h = NormalLib.lnRatio(more, less);
            assembly ("memory-safe") {
                h := div(shl(96, h), deviation) // of no deviation zero; `/` would revert
            }
            if (h > FAR) h = FAR;
            uint256 half = deviation >> 1;
            bool isInner = h < half;
            uint256 a = SignedMath.abs(int256(h) - int256(half)); // at most 22
            uint256 bell = NormalLib.bell(a);
            (uint256 tailA, uint256 tailB) = (NormalLib.tail(a), NormalLib.tail(h + half));
            if (isInner) return Math.saturatingSub(NormalLib.ONE, (bell * (tailA + tailB)) >> 96);
            return (bell * Math.saturatingSub(tailA, tailB)) >> 96; // by their errors the latter can be larger
        }
    }
}
