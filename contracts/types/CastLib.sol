// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Casts to narrower fields that revert when a number does not fit
/// @notice As OpenZeppelin's SafeCast, with its errors, but with one check for all widths: a module uses eight of them.
library CastLib {
    function toUint32(uint256 value) internal pure returns (uint32) {
        return uint32(_fit(value, 32));
    }

    function toUint40(uint256 value) internal pure returns (uint40) {
        return uint40(_fit(value, 40));
    }

    function toUint72(uint256 value) internal pure returns (uint72) {
        return uint72(_fit(value, 72));
    }

    /// @notice Of a signed number: a negative one does not fit either.
    function toUint72(int256 value) internal pure returns (uint72) {
        return uint72(_fit(uint256(value), 72));
    }

    function toUint80(int256 value) internal pure returns (uint80) {
        return uint80(_fit(uint256(value), 80));
    }

    function toUint88(uint256 value) internal pure returns (uint88) {
        return uint88(_fit(value, 88));
    }

    function toUint88(int256 value) internal pure returns (uint88) {
        return uint88(_fit(uint256(value), 88));
    }

    function toUint96(uint256 value) internal pure returns (uint96) {
        return uint96(_fit(value, 96));
    }

    function toUint96(int256 value) internal pure returns (uint96) {
        return uint96(_fit(uint256(value), 96));
    }

    function toUint128(int256 value) internal pure returns (uint128) {
        return uint128(_fit(uint256(value), 128));
    }

    function toUint136(uint256 value) internal pure returns (uint136) {
        return uint136(_fit(value, 136));
    }

    function toInt64(int256 value) internal pure returns (int64) {
        return int64(_fit(value, 64));
    }

    function toInt88(int256 value) internal pure returns (int88) {
        return int88(_fit(value, 88));
    }

    function toInt96(int256 value) internal pure returns (int96) {
        return int96(_fit(value, 96));
    }

    function toInt112(int256 value) internal pure returns (int112) {
        return int112(_fit(value, 112));
    }

    function toInt160(int256 value) internal pure returns (int160) {
        return int160(_fit(value, 160));
    }

    function _fit(uint256 value, uint8 bits) private pure returns (uint256) {
        if (value >> bits != 0) _overflowed(SafeCast.SafeCastOverflowedUintDowncast.selector, bits, value);
        return value;
    }

    function _fit(int256 value, uint8 bits) private pure returns (int256) {
        int256 high = value >> (bits - 1); // the sign, and what exceeds the field
        if (high != 0 && high != -1) {
            _overflowed(SafeCast.SafeCastOverflowedIntDowncast.selector, bits, uint256(value));
        }
        return value;
    }

    /// @dev In one place, because each revert is code of its own.
    function _overflowed(bytes4 selector, uint256 bits, uint256 value) private pure {
        assembly ("memory-safe") {
            mstore(0, selector)
            mstore(4, bits)
            mstore(36, value)
            revert(0, 68)
        }
    }
}
