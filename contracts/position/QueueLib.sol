// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Frame, Queue} from "../Ledger.sol";
import {Node, packNode} from "../types/Node.sol";
import {NO_NODE, NodeId} from "../types/NodeId.sol";
import {Price} from "../types/Price.sol";
import {refusal, revertWith} from "../types/Refusal.sol";
import {FrameLib} from "./FrameLib.sol";

/// @title The ADL queue: a doubly linked list of nodes, ascending by rank (largest gain first)
/// @notice Keys are entry levels and never change (a level is a node of generation 0, its rank a price); price, funding
/// and charges move all gains of a side alike, so the order is the order of gain at every price without upkeep. A hint
/// (a node near the place) changes gas, never the outcome: a newcomer's node is fixed by its level, and stands behind
/// all nodes of equal rank.
library QueueLib {
    using FrameLib for Frame;

    /// @notice 65,535 generations of a level were torn up; trade at another price.
    error LevelExhausted(NodeId level);

    /// @notice The place of a new level is more than MAX_WALK nodes from the hint; give a node near it (the lens knows
    /// one).
    error HintTooFar(NodeId level);

    /// @notice How many nodes an entry may look at for its place: about 4.8 million gas.
    uint256 internal constant MAX_WALK = 2_000;

    /// @notice The frame of a node: A = 1, K = 0 until its first tear-up.
    function frameOf(Queue storage queue, NodeId node) internal view returns (Frame memory frame) {
        return frameOf(queue, node, queue.nodes[node]);
    }

    /// @dev As above, of a node that was read.
    function frameOf(Queue storage queue, NodeId node, Node stored) internal view returns (Frame memory frame) {
        if (!stored.touched()) frame.remaining = FrameLib.ONE;
        else if (stored.closed()) frame.proceeds = int160(stored.proceeds());
        else frame = queue.frames[node];
    }

    /// @notice Whole units of size in a node, floor.
    function sizeOf(Queue storage queue, NodeId node) internal view returns (uint256) {
        Node stored = queue.nodes[node];
        return frameOf(queue, node, stored).sizeDown(stored.shares());
    }

    /// @notice Adds `size` at `level`, opening the level's node if there is none to join.
    /// @return node The node joined; NO_NODE when its place is too far from the hint, and nothing is written then.
    /// shares: the position's shares. dust: units (0 or 1 of 1e-9 base) that rounding kept from the node, so that
    /// `size` = growth of the node + dust; the caller books them to the estate.
    function enter(
        Queue storage queue,
        NodeId level,
        uint256 size,
        NodeId hint
    ) internal returns (NodeId node, uint256 shares, uint256 dust) {
        Node stored;
        (node, stored) = newcomersNode(queue, level);
        if (stored.linked()) {
            (shares, dust) = _resize(queue, node, stored, 0, size);
            return (node, shares, dust);
        }
        (NodeId prev, bool found) = predecessor(queue, level, hint);
        if (!found) return (NO_NODE, 0, 0);
        if (node == NO_NODE) node = _nextGeneration(queue, level);
        _link(queue, node, size, prev);
        shares = size;
    }

    /// @notice Replaces `shares` of a position in `node` by as many as make `size`; unlinks the node when it is empty.
    /// @return newShares The shares of `size`. dust: units (0 to 2) that rounding released beyond the position's own
    /// floor.
    function resize(
        Queue storage queue,
        NodeId node,
        uint256 shares,
        uint256 size
    ) internal returns (uint256 newShares, uint256 dust) {
        Node stored = queue.nodes[node];
        if (!stored.linked()) return (0, 0); // closed to zero before: nothing of it is in the queue
        return _resize(queue, node, stored, shares, size);
    }

    /// @notice Tears up exactly `size` of `node` at `tilde`; unlinks it when it is closed to zero. Assumes size <=
    /// sizeOf(node).
    function tearUp(
        Queue storage queue,
        NodeId node,
        uint256 size,
        Price tilde,
        bool isLong
    ) internal returns (Frame memory frame) {
        Node stored = queue.nodes[node];
        frame = frameOf(queue, node, stored).tearUp(stored.shares(), size, tilde, isLong);
        bool whole = frame.remaining == 0;
        bool stands = whole && !stored.touched();
        if (!stands) queue.frames[node] = frame;
        if (whole) _bypass(queue, stored);
        stored = stored.withTouched();
        if (stands) stored = stored.closedAt(frame.proceeds);
        else if (whole) stored = stored.unlinked();
        queue.nodes[node] = stored;
    }

    /// @notice The most profitable node, or NO_NODE.
    function head(Queue storage queue) internal view returns (NodeId) {
        return queue.nodes[NO_NODE].next();
    }

    function next(Queue storage queue, NodeId node) internal view returns (NodeId) {
        return queue.nodes[node].next();
    }

    /// @notice A node next to `node`, which is linked; NO_NODE when it is the only one.
    function neighbour(Queue storage queue, NodeId node) internal view returns (NodeId) {
        Node stored = queue.nodes[node];
        return stored.prev() == NO_NODE ? stored.next() : stored.prev();
    }

    /// @notice The last linked node whose rank is at most that of `level` (NO_NODE: before the head). Searches from
    /// `hint`, or without a linked one from an end.
    /// @return node The predecessor if it was `found` within MAX_WALK nodes.
    function predecessor(
        Queue storage queue,
        NodeId level,
        NodeId hint
    ) internal view returns (NodeId node, bool found) {
        return walk(queue, level, queue.nodes[hint].linked() ? hint : nearerEnd(queue, level), MAX_WALK);
    }

    /// @notice Looks at up to `max` nodes for the predecessor of `level`, from `node` on, which is linked or NO_NODE
    /// (before the head).
    /// @return reached The predecessor if it was `found`, else where to go on.
    function walk(
        Queue storage queue,
        NodeId level,
        NodeId node,
        uint256 max
    ) internal view returns (NodeId reached, bool found) {
        Price rank = level.rank();
        unchecked {
            // Counts down to zero in both loops together.
            for (; max != 0 && node != NO_NODE && node.rank() > rank; --max) node = queue.nodes[node].prev();
            for (; max != 0; --max) {
                NodeId following = queue.nodes[node].next();
                if (following == NO_NODE || following.rank() > rank) return (node, true);
                node = following;
            }
        }
        return (node, false);
    }

    /// @notice Where to look for the place of `level` without a hint: the tail if its rank is nearer than the head's,
    /// else before the head.
    function nearerEnd(Queue storage queue, NodeId level) internal view returns (NodeId) {
        Node sentinel = queue.nodes[NO_NODE];
        (NodeId first, NodeId last) = (sentinel.next(), sentinel.prev());
        if (first == NO_NODE) return NO_NODE;
        Price rank = level.rank();
        return last.rank() - rank < rank - first.rank() ? last : NO_NODE;
    }

    /// @notice The node that a newcomer of `level` (generation 0) would join or open, as it is stored; NO_NODE when it
    /// needs a new generation.
    function newcomersNode(Queue storage queue, NodeId level) internal view returns (NodeId node, Node stored) {
        stored = queue.nodes[level];
        uint16 generation = stored.generation();
        node = level.withGeneration(generation);
        if (generation != 0) stored = queue.nodes[node];
        if (!stored.touched()) return (node, stored);
        if (stored.linked() && queue.frames[node].remaining >= FrameLib.MIN_REMAINING) return (node, stored);
        return (NO_NODE, Node.wrap(0));
    }

    function _resize(
        Queue storage queue,
        NodeId node,
        Node stored,
        uint256 shares,
        uint256 size
    ) private returns (uint256 newShares, uint256 dust) {
        uint256 total = stored.shares();
        if (stored.touched()) {
            Frame memory frame = queue.frames[node];
            newShares = frame.sharesDown(size);
            uint256 before = frame.sizeDown(total);
            total = total - shares + newShares;
            // (released from the node) - (released by the position); never negative, because floors are superadditive.
            dust = before + size - frame.sizeDown(total) - frame.sizeDown(shares);
        } else {
            newShares = size;
            total = total - shares + newShares;
        }

        if (total == 0) {
            _bypass(queue, stored);
            stored = stored.unlinked();
        } else {
            stored = stored.withShares(total);
        }
        queue.nodes[node] = stored;
    }

    function _nextGeneration(Queue storage queue, NodeId level) private returns (NodeId) {
        Node stored = queue.nodes[level];
        uint16 generation = stored.generation();
        if (generation == type(uint16).max) revertWith(refusal(LevelExhausted.selector, NodeId.unwrap(level)));
        unchecked {
            ++generation;
        }
        queue.nodes[level] = stored.withGeneration(generation);
        return level.withGeneration(generation);
    }

    function _link(Queue storage queue, NodeId node, uint256 shares, NodeId prev) private {
        Node before = queue.nodes[prev];
        NodeId following = before.next();
        queue.nodes[prev] = before.withNext(node);
        queue.nodes[following] = queue.nodes[following].withPrev(node);
        queue.nodes[node] = packNode(shares, prev, following, queue.nodes[node].generation(), false);
    }

    /// @dev Links the neighbours of a node that leaves the list. A touched node is never linked again.
    function _bypass(Queue storage queue, Node stored) private {
        (NodeId prev, NodeId following) = (stored.prev(), stored.next());
        queue.nodes[prev] = queue.nodes[prev].withNext(following);
        queue.nodes[following] = queue.nodes[following].withPrev(prev);
    }
}
