// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Frame, Queue} from "../../contracts/Ledger.sol";
import {QueueLib} from "../../contracts/position/QueueLib.sol";
import {Node} from "../../contracts/types/Node.sol";
import {NO_NODE, NodeId} from "../../contracts/types/NodeId.sol";
import {Price} from "../../contracts/types/Price.sol";
import {SymbolicStorage} from "./SymbolicStorage.sol";

/// @notice The queue's operations keep its links, its order and its totals, in a list of **any** length: the storage is
/// arbitrary, and what holds before is assumed only of the few nodes that are looked at.
/// @dev A node that is linked, and the sentinel, is *in place* when its neighbours point back at it, are linked
/// themselves (or the sentinel), and do not stand before it in order. Each check assumes that of the nodes around the
/// change and of one further node x, whichever it is, and asserts it of x afterwards. See PackingProofs for `check_`
/// and `sanity_`.
contract QueueProofs is SymbolicStorage {
    using QueueLib for Queue;

    Queue internal queue;

    /// @dev A ghost: any numbers that ascend along the list. Rank, and among equals the order of arrival, are such
    /// numbers; a ring has none.
    mapping(NodeId node => uint32) internal place;

    /// @dev Opens a level behind `prev`, which is where its rank belongs.
    function check_enter_linksInPlace(NodeId level, NodeId prev, uint72 size) external {
        _arbitrary();
        NodeId following = queue.nodes[prev].next();
        if (!_belongsBetween(level, prev, following) || size == 0) return;
        if (!_around(prev) || !_around(following) || !_isNew(level)) return;

        (NodeId node, uint256 shares, uint256 dust) = queue.enter(level, size, prev);

        assert(node == level && shares == size && dust == 0);
        Node stored = queue.nodes[node];
        assert(stored.linked() && stored.shares() == size && !stored.touched());
        assert(stored.prev() == prev && stored.next() == following);
        assert(_inPlace(node));
        assert(queue.nodes[prev].next() == node && queue.nodes[following].prev() == node);
    }

    /// @dev The same, for its neighbours and for anybody else.
    function check_enter_leavesOthersInPlace(NodeId level, NodeId prev, NodeId x, uint72 size) external {
        _arbitrary();
        NodeId following = queue.nodes[prev].next();
        if (!_belongsBetween(level, prev, following) || size == 0) return;
        if (!_around(prev) || !_around(following) || !_around(x) || !_isNew(level)) return;
        Node before = queue.nodes[x];
        queue.enter(level, size, prev);
        assert(_inPlace(x));
        _assertSameBut(before, x, prev, following);
    }

    function sanity_enter_linksInPlace(NodeId level, NodeId prev, NodeId x, uint72 size) external {
        _arbitrary();
        NodeId following = queue.nodes[prev].next();
        if (size == 0 || !_around(prev) || !_around(following) || !_around(x) || !_isNew(level) || x == level) return;
        if (following == NO_NODE || level.rank() >= following.rank()) return;
        NodeId was = queue.nodes[x].next();
        queue.enter(level, size, prev);
        assert(queue.nodes[x].next() == was);
    }

    /// @dev What the search returns, from any hint, linked or not, is where the rank belongs. Up to LOOP steps each
    /// way.
    function check_predecessor_findsThePlace(NodeId level, NodeId hint) external {
        _arbitrary();
        if (!_canExist(level) || queue.nodes[NO_NODE].linked()) return;
        (NodeId found, ) = queue.predecessor(level, hint);
        NodeId following = queue.nodes[found].next();
        assert(found == NO_NODE || found.rank() <= level.rank());
        assert(following == NO_NODE || following.rank() > level.rank());
    }

    function sanity_predecessor_findsThePlace(NodeId level, NodeId hint) external {
        _arbitrary();
        if (!_canExist(level) || queue.nodes[NO_NODE].linked()) return;
        (NodeId found, ) = queue.predecessor(level, hint);
        assert(found == NO_NODE || found.rank() < level.rank());
    }

    /// @dev Joins an untouched node, or replaces shares in it: links stay, its total moves by the difference, no dust.
    function check_resize_movesTheTotalAlone(NodeId node, NodeId x, uint88 shares, uint72 size) external {
        _arbitrary();
        Node stored = queue.nodes[node];
        if (!stored.linked() || stored.touched() || stored.shares() < shares) return;
        uint256 total = stored.shares() - shares + size;
        if (total == 0 || x == node) return;
        Node before = queue.nodes[x];
        (uint256 newShares, uint256 dust) = queue.resize(node, shares, size);
        assert(newShares == size && dust == 0);
        assert(Node.unwrap(queue.nodes[node]) == Node.unwrap(stored.withShares(total)));
        assert(Node.unwrap(queue.nodes[x]) == Node.unwrap(before));
    }

    function sanity_resize_movesTheTotalAlone(NodeId node, uint88 shares, uint72 size) external {
        _arbitrary();
        Node stored = queue.nodes[node];
        if (!stored.linked() || stored.touched() || stored.shares() < shares) return;
        queue.resize(node, shares, size);
        assert(queue.nodes[node].linked());
    }

    /// @dev The last position leaves: the node is out and empty, its neighbours are in place, nobody else's word
    /// changes.
    function check_resize_unlinksAnEmptyNode(NodeId node, NodeId x) external {
        _arbitrary();
        Node stored = queue.nodes[node];
        (NodeId prev, NodeId following) = (stored.prev(), stored.next());
        if (!stored.linked() || stored.touched() || node == NO_NODE || x == node) return;
        if (!_around(node) || !_around(prev) || !_around(following) || !_around(x)) return;
        Node before = queue.nodes[x];
        (uint256 shares, ) = queue.resize(node, stored.shares(), 0);
        assert(shares == 0 && !queue.nodes[node].linked() && queue.nodes[node].shares() == 0);
        assert(_inPlace(x) && queue.nodes[prev].next() == following && queue.nodes[following].prev() == prev);
        _assertSameBut(before, x, prev, following);
    }

    function sanity_resize_unlinksAnEmptyNode(NodeId node, NodeId x) external {
        _arbitrary();
        Node stored = queue.nodes[node];
        if (!stored.linked() || stored.touched() || node == NO_NODE || x == node) return;
        if (!_around(node) || !_around(x)) return;
        NodeId was = queue.nodes[x].next();
        queue.resize(node, stored.shares(), 0);
        assert(queue.nodes[x].next() == was);
    }

    /// @dev Torn up whole at once: out of the list like an emptied one, A = 0 and K = m~ stand in its word, no frame is
    /// stored.
    function check_tearUp_ofAWholeNode(NodeId node, NodeId x, int96 tilde, bool isLong) external {
        _arbitrary();
        Node stored = queue.nodes[node];
        (NodeId prev, NodeId following) = (stored.prev(), stored.next());
        if (!stored.linked() || stored.touched() || stored.closed() || node == NO_NODE || x == node) return;
        if (stored.shares() >= 1 << 95 || stored.shares() == 0) return;
        if (!_around(node) || !_around(prev) || !_around(following) || !_around(x)) return;
        Node before = queue.nodes[x];
        Frame memory frame = queue.tearUp(node, stored.shares(), Price.wrap(tilde), isLong);
        Frame memory read = queue.frameOf(node);
        assert(frame.remaining == 0 && read.remaining == 0 && read.proceeds == frame.proceeds);
        assert(!queue.nodes[node].linked() && queue.nodes[node].touched() && _inPlace(x));
        assert(queue.nodes[node].generation() == stored.generation());
        _assertSameBut(before, x, prev, following);
    }

    function sanity_tearUp_ofAWholeNode(NodeId node, int96 tilde, bool isLong) external {
        _arbitrary();
        Node stored = queue.nodes[node];
        if (!stored.linked() || stored.touched() || stored.closed() || node == NO_NODE) return;
        if (stored.shares() >= 1 << 95 || stored.shares() == 0 || !_around(node)) return;
        queue.tearUp(node, stored.shares(), Price.wrap(tilde), isLong);
        assert(queue.frames[node].remaining == 0 && !queue.nodes[node].touched());
    }

    /// @dev Torn up in part: it stays where it is, with its shares; no other word changes.
    function check_tearUp_ofAPart(NodeId node, NodeId x, uint72 size, int88 tilde, bool isLong) external {
        _arbitrary();
        Node stored = queue.nodes[node];
        if (!stored.linked() || stored.touched() || stored.closed() || x == node) return;
        if (stored.shares() >= 1 << 95 || size >= stored.shares()) return;
        Node before = queue.nodes[x];
        Frame memory frame = queue.tearUp(node, size, Price.wrap(tilde), isLong);
        if (frame.remaining == 0) return; // cannot be: sizes.smt2
        assert(Node.unwrap(queue.nodes[node]) == Node.unwrap(stored.withTouched()));
        assert(queue.frameOf(node).remaining == frame.remaining && queue.frameOf(node).proceeds == frame.proceeds);
        assert(Node.unwrap(queue.nodes[x]) == Node.unwrap(before));
    }

    function sanity_tearUp_ofAPart(NodeId node, uint72 size, int88 tilde, bool isLong) external {
        _arbitrary();
        Node stored = queue.nodes[node];
        if (!stored.linked() || stored.touched() || stored.shares() >= 1 << 95 || size >= stored.shares()) return;
        queue.tearUp(node, size, Price.wrap(tilde), isLong);
        assert(Node.unwrap(queue.nodes[node]) == Node.unwrap(stored));
    }

    /// @dev What `enter` takes for the node's word is what is stored; and newcomers join no node that is torn up and
    /// gone, or worn below 2^-10.
    function check_newcomersNode_isAsStored(NodeId level) external {
        _arbitrary();
        if (uint16(NodeId.unwrap(level)) != 0 || level == NO_NODE) return;
        (NodeId node, Node stored) = queue.newcomersNode(level);
        if (node == NO_NODE) {
            assert(Node.unwrap(stored) == 0);
            return;
        }
        assert(Node.unwrap(stored) == Node.unwrap(queue.nodes[node]));
        assert(node.withGeneration(0) == level);
        bool joins = _both(stored.linked(), queue.frames[node].remaining >= 1 << 85);
        assert(_either(!stored.touched(), joins));
    }

    function sanity_newcomersNode_isAsStored(NodeId level) external {
        _arbitrary();
        (NodeId node, Node stored) = queue.newcomersNode(level);
        // a level of generation 0 is assumed
        assert(node == NO_NODE || Node.unwrap(stored) == Node.unwrap(queue.nodes[node]));
    }

    /// @dev A level whose node is gone or worn opens the next generation: another id of the same rank, so ids are never
    /// used twice.
    function check_generation_isNeverReused(NodeId level, NodeId prev, uint72 size) external {
        _arbitrary();
        uint16 generation = queue.nodes[level].generation();
        NodeId old = level.withGeneration(generation);
        if (!_canExist(level) || uint16(NodeId.unwrap(level)) != 0 || _canBeJoined(level)) return;
        NodeId fresh = level.withGeneration(generation == type(uint16).max ? generation : generation + 1);
        if (Node.unwrap(queue.nodes[fresh]) != 0 || queue.nodes[NO_NODE].linked() || prev == fresh) return;
        if (queue.nodes[prev].next() != NO_NODE || (prev != NO_NODE && prev.rank() > level.rank())) return;
        if (prev != NO_NODE && !queue.nodes[prev].linked()) return;
        (NodeId node, , ) = queue.enter(level, size, prev);
        assert(node == fresh && node != old && node.rank() == level.rank());
        assert(queue.nodes[level].generation() == generation + 1);
    }

    function sanity_generation_isNeverReused(NodeId level, NodeId prev, uint72 size) external {
        _arbitrary();
        if (!_canExist(level) || uint16(NodeId.unwrap(level)) != 0 || _canBeJoined(level)) return;
        if (queue.nodes[NO_NODE].linked() || queue.nodes[prev].next() != NO_NODE) return;
        if (prev != NO_NODE && prev.rank() > level.rank()) return;
        (NodeId node, , ) = queue.enter(level, size, prev);
        assert(uint16(NodeId.unwrap(node)) == 1);
    }

    /// @dev See OrderProofs.
    function _canExist(NodeId id) private pure returns (bool) {
        uint256 exponent = NodeId.unwrap(id) >> 40;
        return _both(exponent >= 1, exponent <= 69);
    }

    function _canBeJoined(NodeId level) private view returns (bool) {
        (NodeId node, ) = queue.newcomersNode(level);
        return node != NO_NODE;
    }

    function _isNew(NodeId level) private view returns (bool) {
        bool first = uint16(NodeId.unwrap(level)) == 0;
        return _both(_both(_canExist(level), first), Node.unwrap(queue.nodes[level]) == 0);
    }

    function _belongsBetween(NodeId level, NodeId prev, NodeId following) private view returns (bool) {
        bool behind = _both(prev.rank() <= level.rank(), place[prev] < place[level]);
        bool before = _both(following.rank() > level.rank(), place[level] < place[following]);
        return _both(_either(prev == NO_NODE, behind), _either(following == NO_NODE, before));
    }

    /// @dev What is assumed of a node before an operation.
    function _around(NodeId x) private view returns (bool) {
        bool known = _both(_canExist(x), queue.nodes[x].linked());
        return _both(_both(!queue.nodes[NO_NODE].linked(), _either(x == NO_NODE, known)), _inPlace(x));
    }

    /// @dev See the contract's title. x is linked or the sentinel.
    function _inPlace(NodeId x) private view returns (bool) {
        Node stored = queue.nodes[x];
        (NodeId prev, NodeId next) = (stored.prev(), stored.next());
        bool answered = _both(queue.nodes[next].prev() == x, queue.nodes[prev].next() == x);
        return _both(answered, _both(_ordered(prev, x), _ordered(x, next)));
    }

    /// @dev Both are linked or the sentinel, and they ascend unless one is the sentinel.
    function _ordered(NodeId a, NodeId b) private view returns (bool) {
        bool linkedA = _either(a == NO_NODE, _both(queue.nodes[a].linked(), _canExist(a)));
        bool linkedB = _either(b == NO_NODE, _both(queue.nodes[b].linked(), _canExist(b)));
        bool ascend = _either(_either(a == NO_NODE, b == NO_NODE), place[a] < place[b]);
        return _both(_both(linkedA, linkedB), ascend);
    }

    /// @dev Of a neighbour only the link changed, of anybody else nothing.
    function _assertSameBut(Node before, NodeId x, NodeId prev, NodeId following) private view {
        Node later = queue.nodes[x];
        if (x == prev) later = later.withNext(before.next());
        if (x == following) later = later.withPrev(before.prev());
        assert(Node.unwrap(later) == Node.unwrap(before));
    }

    /// @dev As && and ||, without a jump: a tool that follows every path has fewer to follow.
    function _both(bool a, bool b) private pure returns (bool result) {
        assembly ("memory-safe") {
            result := and(a, b)
        }
    }

    function _either(bool a, bool b) private pure returns (bool result) {
        assembly ("memory-safe") {
            result := or(a, b)
        }
    }
}
