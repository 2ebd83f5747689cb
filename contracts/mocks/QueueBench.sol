// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Queue} from "../Ledger.sol";
import {QueueLib} from "../position/QueueLib.sol";
import {NodeId} from "../types/NodeId.sol";

/// @notice The sorted list alone, to measure it.
contract QueueBench {
    using QueueLib for Queue;

    Queue private _queue;

    /// @notice Adds `size` at `level`: joins its node, or opens one beside `hint`.
    function enter(NodeId level, uint256 size, NodeId hint) external {
        _queue.enter(level, size, hint);
    }

    /// @notice Takes all of an untouched node's `size` out, which removes the node.
    function remove(NodeId node, uint256 size) external {
        _queue.resize(node, size, 0);
    }
}
