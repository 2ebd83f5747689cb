// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Who may open positions and bring money in
/// @notice A venue without a gate asks nobody. With one, it is asked before a deposit into an account without open
/// positions, before a fill that opens or enlarges a position, and before a purchase of the vault's inventory that
/// does. It is never asked about anything else: a gate keeps somebody out, and never in. See docs/access.md.
/// @dev It is called with at most `GateLib.GATE_GAS`, and cannot change anything. If it reverts, uses up its gas, or
/// answers anything but 1, the answer is no.
interface IAccessGate {
    /// @notice May the owner of an account take new risk? Answers 1 or 0.
    function mayTrade(address owner) external view returns (bool);
}
