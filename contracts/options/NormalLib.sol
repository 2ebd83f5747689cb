// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title The normal distribution, its bell, logarithm and square root, for prices of options
/// @notice Unsigned numbers with 96 binary digits after the point, the unit of all arguments and results here but of
/// the square root, which is of integers. Each other function is a polynomial or a quotient of two, with nearly the
/// least relative error that its degree allows; `test/options/coefficients.ts` makes the coefficients, and its test
/// holds these to them.
/// @dev Divisors are never zero, which `/` would test: 30 gas each.
library NormalLib {
    /// @notice 1.
    uint256 internal constant ONE = 1 << 96;

    uint256 private constant LN_2 = 54916777467707473351141471128;
    uint256 private constant ROOT_2 = 112045541949572279837463876455;
    /// @dev 1 / (2 ln 2): how often `exp(-x^2 / 2)` halves, by `x^2`.
    uint256 private constant HALVINGS = 57151038579037013201318837968;

    /// @notice floor(sqrt(x)). Assumes x > 0.
    /// @dev A power of two within a factor of root 2, then Newton's steps, each of which squares the relative error and
    /// halves it: below 2^-128 after six, so at most one unit is too much.
    function sqrt(uint256 x) internal pure returns (uint256 root) {
        assembly ("memory-safe") {
            root := shl(shr(1, sub(256, clz(x))), 1)
            root := shr(1, add(root, div(x, root)))
            root := shr(1, add(root, div(x, root)))
            root := shr(1, add(root, div(x, root)))
            root := shr(1, add(root, div(x, root)))
            root := shr(1, add(root, div(x, root)))
            root := shr(1, add(root, div(x, root)))
            root := sub(root, gt(root, div(x, root)))
        }
    }

    /// @notice ln(x / y). Relative error 3e-14; exactly 0 for `x == y`. Assumes `0 < y <= x < 2^128`.
    /// @dev `x / y = 2^n * m`, m between the root of a half and of 2; `ln m = 2 artanh((m - 1) / (m + 1))`.
    function lnRatio(uint256 x, uint256 y) internal pure returns (uint256) {
        unchecked {
            uint256 n;
            int256 z;
            assembly ("memory-safe") {
                let m := div(shl(96, x), y)
                n := sub(159, clz(m)) // floor(log2 m) by the opcode of EIP-7939, 5 gas
                n := add(n, gt(shr(n, m), ROOT_2))
                m := shr(n, m)
                z := sdiv(shl(96, sub(m, ONE)), add(m, ONE))
            }
            int256 u = (z * z) >> 96;
            int256 p = 15535910908193690053287359807;
            p = ((p * u) >> 96) + 17568193605210467478111382575;
            p = ((p * u) >> 96) + 22637203698814973805345198560;
            p = ((p * u) >> 96) + 31691260943150000069969673407;
            p = ((p * u) >> 96) + 52818775019796726299209210601;
            p = ((p * u) >> 96) + 158456325028524457646196561958;
            return uint256(int256(n * LN_2) + ((p * z) >> 96));
        }
    }

    /// @notice `exp(-x^2 / 2)`. Relative error 2e-14, and one unit. Assumes `x <= 2^100`, that is 16.
    /// @dev `2^-h`, h the halvings: a shift by the whole ones, a polynomial for the rest.
    function bell(uint256 x) internal pure returns (uint256) {
        unchecked {
            uint256 halvings = (((x * x) >> 96) * HALVINGS) >> 96;
            int256 f = int256(halvings & (ONE - 1));
            int256 p = -5686482375335681939928;
            p = ((p * f) >> 96) + 99872033609376928256424;
            p = ((p * f) >> 96) - 1202824279175283949084539;
            p = ((p * f) >> 96) + 12199919890717009392094191;
            p = ((p * f) >> 96) - 105637539860225446486672872;
            p = ((p * f) >> 96) + 762026205592055511044262069;
            p = ((p * f) >> 96) - 4397488463805885086318106505;
            p = ((p * f) >> 96) + 19032704727286831649463976695;
            p = ((p * f) >> 96) - 54916777467507189187895010288;
            p = ((p * f) >> 96) + 79228162514263273945281465830;
            return uint256(p) >> (halvings >> 96);
        }
    }

    /// @notice `N(-x) / bell(x)`, N the normal distribution function: Mills's ratio over the root of 2 pi. Relative
    /// error 2e-14 up to 14; 2e-7 up to 32. Assumes `x <= 2^101`, that is 32.
    function tail(uint256 x) internal pure returns (uint256 ratio) {
        unchecked {
            uint256 p = 31607463228786756015464958283;
            p = ((p * x) >> 96) + 649409977195128614599525762524;
            p = ((p * x) >> 96) + 6381932146893146871373242534478;
            p = ((p * x) >> 96) + 38341950476653007157983945684101;
            p = ((p * x) >> 96) + 151386018960167442165654715809946;
            p = ((p * x) >> 96) + 393911395855968390500038368837190;
            p = ((p * x) >> 96) + 632977834336486643717436610131142;
            p = ((p * x) >> 96) + 502970696234201527087998363754633;
            uint256 q = x + 1627829271228449211754232252746;
            q = ((q * x) >> 96) + 16076365745470948037155750549661;
            q = ((q * x) >> 96) + 97736686103704043927928969635372;
            q = ((q * x) >> 96) + 395310126847666592275018541494844;
            q = ((q * x) >> 96) + 1080201863216835514886451818700631;
            q = ((q * x) >> 96) + 1935340758505765641511331521801073;
            q = ((q * x) >> 96) + 2068580774794218244450266135462588;
            q = ((q * x) >> 96) + 1005941392468414925692474544491462;
            assembly ("memory-safe") {
                ratio := div(shl(96, p), q)
            }
        }
    }
}
