// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Frame} from "../Ledger.sol";
import {PRICE_UNIT, mulDivDown, mulDivUp, valueDown, wideMulDivDown} from "../types/Arithmetic.sol";
import {CastLib} from "../types/CastLib.sol";
import {Money} from "../types/Money.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";

/// @title The affine frame of a node
/// @notice Every position of a node is `size = s * A`, `value = s * (A * m~ + K) - z`, where `m~` is the mark in its
/// side's frame. A tear-up of a share f at m~ does `K += A * f * m~; A *= 1 - f`, which leaves every value as it was at
/// m~ and shrinks every size alike. |K| never exceeds the largest |m~| there was (but for one unit a tear-up, for
/// rounding), because the torn-up shares of A sum to at most 1.
library FrameLib {
    /// @notice A = 1.
    uint96 internal constant ONE = 1 << 95;

    /// @notice Below this newcomers open a new node: 2^-10, so that shares stay below 2^10 times the size.
    uint96 internal constant MIN_REMAINING = ONE >> 10;

    /// @dev ONE * 1e18: from shares * (A * m~ + K * ONE) to 1e-9 quote.
    uint256 private constant UNIT = uint256(ONE) * uint256(PRICE_UNIT);

    /// @notice A node's or position's size in whole units, floor.
    function sizeDown(Frame memory frame, uint256 shares) internal pure returns (uint256) {
        return (shares * frame.remaining) >> 95;
    }

    /// @notice The shares of a size, floor, so that `sizeDown(sharesDown(size))` is `size` or one unit less.
    function sharesDown(Frame memory frame, uint256 size) internal pure returns (uint256) {
        return (size << 95) / frame.remaining;
    }

    /// @notice shares * (A * m~ + K), floor, without the offset. `shares` is negative for shorts.
    function grossDown(Frame memory frame, int256 shares, Price tilde) internal pure returns (Money) {
        if (frame.remaining == ONE) return valueDown(Size.wrap(shares), tilde); // A = 1 implies K = 0
        return Money.wrap(wideMulDivDown(_perShare(frame, tilde), shares, UNIT));
    }

    /// @notice shares * (A * m~ + K), ceil.
    function grossUp(Frame memory frame, int256 shares, Price tilde) internal pure returns (Money) {
        return -grossDown(frame, -shares, tilde);
    }

    /// @notice The frame after `size` of the node's `shares` is torn up at `tilde`; proceeds round against the holders.
    /// @dev Assumes size <= sizeDown(frame, shares) and shares < 2^95. The new A is the least that leaves exactly the
    /// rest of the size: ceil(rest * 2^95 / shares), whose floor times shares is `rest` because shares < 2^95; it is at
    /// most the old A.
    function tearUp(
        Frame memory frame,
        uint256 shares,
        uint256 size,
        Price tilde,
        bool isLong
    ) internal pure returns (Frame memory torn) {
        uint256 rest = sizeDown(frame, shares) - size;
        torn.remaining = rest == 0 ? 0 : CastLib.toUint96(Math.ceilDiv(rest << 95, shares));
        int256 closed = int256(uint256(frame.remaining - torn.remaining));
        int256 proceeds =
            isLong ? mulDivDown(closed, Price.unwrap(tilde), ONE) : mulDivUp(closed, Price.unwrap(tilde), ONE);
        torn.proceeds = CastLib.toInt160(frame.proceeds + proceeds);
    }

    /// @dev A * m~ + K, scaled by ONE: below 2^185.
    function _perShare(Frame memory frame, Price tilde) private pure returns (int256) {
        return int256(uint256(frame.remaining)) * Price.unwrap(tilde) + int256(frame.proceeds) * int256(uint256(ONE));
    }
}
