// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;


import {CastLib} from "./CastLib.sol";
import {NodeId} from "./NodeId.sol";

/// @notice One entry level of one side, in one slot:
/// `closed 1 | touched 1 | linked 1 | generation uint16 | next uint48 | prev uint48 | shares uint96`, from bit 210
/// down. shares: the exact sum of its positions' shares. generation: in the node of generation 0, the generation that
/// newcomers of this level look at. touched: torn up before, so that its frame is stored; else A = 1, K = 0. closed:
/// torn up whole at once, so that A = 0 and K, below 2^95, stands here in place of the shares: what a tear-up of whole
/// levels would spend on frames is 22,100 gas each.
type Node is uint256;

using NodeWord for Node global;

function packNode(uint256 shares, NodeId prev, NodeId next, uint16 generation, bool touched) pure returns (Node) {
    uint256 word = CastLib.toUint96(shares) | (uint256(NodeId.unwrap(prev)) << 96);
    word |= (uint256(NodeId.unwrap(next)) << 144) | (uint256(generation) << 192);
    return Node.wrap(word | NodeWord.LINKED | (touched ? NodeWord.TOUCHED : 0));
}

library NodeWord {
    uint256 internal constant LINKED = 1 << 208;
    uint256 internal constant TOUCHED = 1 << 209;
    uint256 internal constant CLOSED = 1 << 210;

    function shares(Node node) internal pure returns (uint256) {
        return uint96(Node.unwrap(node));
    }

    function prev(Node node) internal pure returns (NodeId) {
        return NodeId.wrap(uint48(Node.unwrap(node) >> 96));
    }

    function next(Node node) internal pure returns (NodeId) {
        return NodeId.wrap(uint48(Node.unwrap(node) >> 144));
    }

    function generation(Node node) internal pure returns (uint16) {
        return uint16(Node.unwrap(node) >> 192);
    }

    function linked(Node node) internal pure returns (bool) {
        return Node.unwrap(node) & LINKED != 0;
    }

    function touched(Node node) internal pure returns (bool) {
        return Node.unwrap(node) & TOUCHED != 0;
    }

    function withShares(Node node, uint256 value) internal pure returns (Node) {
        return Node.wrap((Node.unwrap(node) & ~uint256(type(uint96).max)) | CastLib.toUint96(value));
    }

    function withPrev(Node node, NodeId value) internal pure returns (Node) {
        uint256 rest = Node.unwrap(node) & ~(uint256(type(uint48).max) << 96);
        return Node.wrap(rest | (uint256(NodeId.unwrap(value)) << 96));
    }

    function withNext(Node node, NodeId value) internal pure returns (Node) {
        uint256 rest = Node.unwrap(node) & ~(uint256(type(uint48).max) << 144);
        return Node.wrap(rest | (uint256(NodeId.unwrap(value)) << 144));
    }

    function withGeneration(Node node, uint16 value) internal pure returns (Node) {
        uint256 rest = Node.unwrap(node) & ~(uint256(type(uint16).max) << 192);
        return Node.wrap(rest | (uint256(value) << 192));
    }

    function withTouched(Node node) internal pure returns (Node) {
        return Node.wrap(Node.unwrap(node) | TOUCHED);
    }

    function closed(Node node) internal pure returns (bool) {
        return Node.unwrap(node) & CLOSED != 0;
    }

    /// @notice K of a closed node, price units.
    function proceeds(Node node) internal pure returns (int256) {
        return int96(uint96(Node.unwrap(node)));
    }

    /// @notice Out of the list, torn up whole at once for `value` a share.
    function closedAt(Node node, int256 value) internal pure returns (Node) {
        return Node.wrap(Node.unwrap(unlinked(node)) | CLOSED | uint96(CastLib.toInt96(value)));
    }

    /// @notice Out of the list and empty; its generation and whether it was touched stay.
    function unlinked(Node node) internal pure returns (Node) {
        return Node.wrap(Node.unwrap(node) & (TOUCHED | (uint256(type(uint16).max) << 192)));
    }
}
