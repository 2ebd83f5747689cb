// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice How a call of `tryMulticall` ended: what it returned, or the encoded error.
struct Outcome {
    bool success;
    bytes result;
}

/// @title Several calls of one sender in one transaction
/// @notice Each is the call that the sender could have made himself: the same `msg.sender`, the same checks, its own
/// guard against reentrancy, its own look at the outflow window. No value can be sent.
interface IMulticall {
    /// @notice All or nothing: the first call that fails reverts the whole, with its error.
    /// @param calls Encoded calls of this contract.
    /// @return results What each returned, encoded.
    function multicall(bytes[] calldata calls) external returns (bytes[] memory results);

    /// @notice A call that fails is undone and reported; the others stand. Reverts when a call ran out of gas: else
    /// whoever chooses the gas chooses which call fails.
    function tryMulticall(bytes[] calldata calls) external returns (Outcome[] memory outcomes);

    /// @notice The call at `index` ran out of gas. Give the transaction more, or fewer calls.
    error CallOutOfGas(uint256 index);
}
