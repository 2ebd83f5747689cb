// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice The volatilities of a ladder's strikes, 16 bits each from the lowest, unit 1e-4 a root year, and above them
/// the basis: the forward over spot less one, signed, unit 1e-5.
type Smile is uint256;

using SmileWord for Smile global;

library SmileWord {
    /// @notice The volatility of a strike (0 to 14), 1e-4 a root year.
    function vol(Smile smile, uint256 strike) internal pure returns (uint256) {
        return uint16(Smile.unwrap(smile) >> (strike << 4));
    }

    /// @notice The forward over spot, less one. Unit 1e-5.
    function basis(Smile smile) internal pure returns (int256) {
        return int256(Smile.unwrap(smile)) >> 240;
    }
}
