// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Price, toPrice} from "./Price.sol";

/// @notice A node of an ADL queue: one entry level on one side of one market. The id *is* the key:
/// `exponent << 40 | index << 16 | generation`, with key = (index - 2^23) * 2^exponent. Keys are **ranks**: the entry
/// level in the side's frame for longs, its negative for shorts, so that on both sides a lower rank is a larger gain
/// and the queue ascends. 0 is no node (the list's sentinel).
type NodeId is uint48;

using {eq as ==, ne as !=} for NodeId global;
using NodeIdLib for NodeId global;

NodeId constant NO_NODE = NodeId.wrap(0);

// Shifts a signed index into the unsigned field.
int256 constant INDEX_BIAS = 1 << 23;

// A granule is the largest power of two at most mark / 2^10: between 0.05% and 0.1% of the mark.
uint256 constant GRANULE_BITS = 10;

// Fractions of a granule are kept in units of 2^-24 granule.
uint256 constant RESIDUE_BITS = 24;

function eq(NodeId a, NodeId b) pure returns (bool) {
    return NodeId.unwrap(a) == NodeId.unwrap(b);
}

function ne(NodeId a, NodeId b) pure returns (bool) {
    return NodeId.unwrap(a) != NodeId.unwrap(b);
}

/// @notice The level that a position of exact rank `rank` joins while the mark is `mark`: the next granule at or above,
/// so that the node's gain understates the position's.
/// @return level The node id of generation 0 of that level.
/// @return residue How far `rank` lies below the level, in 2^-24 granule, rounded down.
function levelUp(Price rank, Price mark) pure returns (NodeId level, uint24 residue) {
    int256 exact = Price.unwrap(rank);
    uint256 exponent = _exponent(exact, mark);
    unchecked {
        // ceil(exact / 2^exponent): an arithmetic shift floors, so negate around it. |exact| < 2^97, see Arithmetic.
        int256 index = -((-exact) >> exponent);
        uint256 below = uint256((index << exponent) - exact); // < 2^exponent by the ceiling
        residue = uint24((below << RESIDUE_BITS) >> exponent);
        level = NodeId.wrap((uint48(exponent) << 40) | (uint48(uint256(index + INDEX_BIAS)) << 16));
    }
}

/// @dev At least 1; larger when a rank far from zero (funding above the price) would not fit the index. Assumes a
/// positive mark.
function _exponent(int256 rank, Price mark) pure returns (uint256 exponent) {
    unchecked {
        exponent = _log2(uint256(Price.unwrap(mark)));
        exponent = exponent > GRANULE_BITS + 1 ? exponent - GRANULE_BITS : 1;
        uint256 magnitude = uint256(rank < 0 ? -rank : rank);
        if (magnitude >> (exponent + 22) != 0) exponent = _log2(magnitude) - 21;
    }
}

/// @dev floor(log2(x)) for x > 0. 180 gas less than Math.log2, twice a side of a trade.
function _log2(uint256 x) pure returns (uint256 result) {
    assembly ("memory-safe") {
        result := sub(255, clz(x))
    }
}

library NodeIdLib {
    /// @notice The key, as a rank (see NodeId).
    function rank(NodeId node) internal pure returns (Price) {
        uint256 id = NodeId.unwrap(node);
        return Price.wrap((int256((id >> 16) & 0xffffff) - INDEX_BIAS) << (id >> 40));
    }

    /// @notice The exact rank of a position of this node that lies `residue` below its key.
    function exactRank(NodeId node, uint24 residue) internal pure returns (Price) {
        uint256 below = (uint256(residue) << (NodeId.unwrap(node) >> 40)) >> RESIDUE_BITS;
        return node.rank() - toPrice(below);
    }

    /// @notice The node of the same level with another generation.
    function withGeneration(NodeId node, uint16 generation) internal pure returns (NodeId) {
        return NodeId.wrap((NodeId.unwrap(node) & ~uint48(0xffff)) | generation);
    }
}
