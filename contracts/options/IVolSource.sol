// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Smile} from "./Smile.sol";

/// @notice The volatilities of one underlying, as somebody reports them. The clearinghouse checks what it can (see
/// SmileLib): bounds, freshness, how far a report moves, no arbitrage along the strikes. Within these, marks are the
/// reporter's.
interface IVolSource {
    /// @notice The level that multiplies all smiles, 1e-9, and when it was observed, Unix time.
    function level() external view returns (uint32 value, uint40 time);

    /// @notice The smile of the ladder that expires at `expiry` with strikes `base + i * step` (1e-18 quote per base).
    /// Reverts, or answers zero, when there is none.
    function smile(uint40 expiry, uint80 base, uint80 step) external view returns (Smile);

    /// @notice How old a level may be, seconds. Must never change.
    function heartbeat() external view returns (uint24);
}
