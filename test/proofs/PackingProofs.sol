// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Order} from "../../contracts/interfaces/Orders.sol";
import {Ledger} from "../../contracts/Ledger.sol";
import {CashLib} from "../../contracts/position/CashLib.sol";
import {OrderLib} from "../../contracts/trading/OrderLib.sol";
import {AccountId, FillKey, PositionKey, accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Node, NodeWord, packNode} from "../../contracts/types/Node.sol";
import {NodeId} from "../../contracts/types/NodeId.sol";
import {Position, packPosition} from "../../contracts/types/Position.sol";
import {Size, toSize} from "../../contracts/types/Size.sol";

/// @notice What is packed into a slot is read back, and writing one field leaves the others. All words, all 256 bits.
/// @dev `check_` must hold for every input; `sanity_` is false on purpose and must be refuted. A revert counts as no
/// answer, so what may revert (SafeCast) is asked for separately.
contract PackingProofs {
    Ledger internal _ledger;

    function check_position_roundTrips(int88 shares, int96 offset, uint24 residue, uint48 node) external pure {
        Position position = packPosition(shares, Money.wrap(offset), residue, NodeId.wrap(node));
        assert(position.shares() == shares);
        assert(Money.unwrap(position.offset()) == offset);
        assert(position.residue() == residue);
        assert(NodeId.unwrap(position.node()) == node);
    }

    function sanity_position_roundTrips(int88 shares, int96 offset, uint24 residue, uint48 node) external pure {
        Position position = packPosition(shares, Money.wrap(offset), residue, NodeId.wrap(node));
        assert(position.shares() >= 0 || position.residue() != 7);
    }

    /// @dev What does not fit its field is refused, never cut.
    function check_position_refusesWhatDoesNotFit(
        int256 shares,
        int256 offset,
        uint24 residue,
        uint48 node
    ) external view {
        try this.pack(shares, offset, residue, node) returns (Position position) {
            assert(position.shares() == shares && Money.unwrap(position.offset()) == offset);
        } catch {
            assert(shares != int88(shares) || offset != int96(offset));
        }
    }

    function sanity_position_refusesWhatDoesNotFit(
        int256 shares,
        int256 offset,
        uint24 residue,
        uint48 node
    ) external view {
        try this.pack(shares, offset, residue, node) {} catch {
            assert(shares != int88(shares));
        }
    }

    function check_node_roundTrips(
        uint96 shares,
        uint48 prev,
        uint48 next,
        uint16 generation,
        bool touched
    ) external pure {
        Node node = packNode(shares, NodeId.wrap(prev), NodeId.wrap(next), generation, touched);
        _assertNode(node, shares, prev, next, generation);
        assert(node.touched() == touched && node.linked() && !node.closed());
    }

    function sanity_node_roundTrips(uint96 shares, uint48 prev, uint48 next, uint16 generation) external pure {
        Node node = packNode(shares, NodeId.wrap(prev), NodeId.wrap(next), generation, false);
        assert(node.withNext(NodeId.wrap(prev)).next() != node.prev());
    }

    /// @dev Any word: a setter changes its own field alone.
    function check_node_settersTouchOneField(uint256 word, uint96 shares, uint48 id, uint16 generation) external pure {
        Node node = Node.wrap(word);
        (uint96 s, uint48 p, uint48 n, uint16 g) = _fields(node);
        NodeId other = NodeId.wrap(id);
        _assertNode(node.withShares(shares), shares, p, n, g);
        _assertNode(node.withPrev(other), s, id, n, g);
        _assertNode(node.withNext(other), s, p, id, g);
        _assertNode(node.withGeneration(generation), s, p, n, generation);
        _assertNode(node.withTouched(), s, p, n, g);
        assert(_flags(node.withShares(shares)) == _flags(node) && _flags(node.withPrev(other)) == _flags(node));
        assert(_flags(node.withNext(other)) == _flags(node));
        assert(_flags(node.withGeneration(generation)) == _flags(node));
        assert(node.withTouched().touched());
    }

    function sanity_node_settersTouchOneField(uint256 word, uint96 shares) external pure {
        assert(Node.unwrap(Node.wrap(word).withShares(shares)) == word);
    }

    function check_node_leavesTheList(uint256 word, int96 proceeds) external pure {
        Node node = Node.wrap(word);
        Node empty = node.unlinked();
        _assertNode(empty, 0, 0, 0, node.generation());
        assert(!empty.linked() && !empty.closed() && empty.touched() == node.touched());
        Node closed = node.closedAt(proceeds);
        assert(closed.closed() && !closed.linked() && closed.proceeds() == proceeds);
        assert(closed.touched() == node.touched() && closed.generation() == node.generation());
    }

    function sanity_node_leavesTheList(uint256 word, int96 proceeds) external pure {
        assert(int256(Node.wrap(word).closedAt(proceeds).shares()) == proceeds);
    }

    function check_nodeId_roundTrips(uint48 id, uint16 generation) external pure {
        NodeId node = NodeId.wrap(id);
        uint48 other = NodeId.unwrap(node.withGeneration(generation));
        assert(other >> 16 == id >> 16 && uint16(other) == generation);
        assert(NodeId.unwrap(node.withGeneration(generation).withGeneration(uint16(id))) == id);
    }

    function sanity_nodeId_roundTrips(uint48 id, uint16 generation) external pure {
        assert(NodeId.unwrap(NodeId.wrap(id).withGeneration(generation)) == id);
    }

    function check_ids_roundTrip(address owner, uint32 number, uint32 group, uint256 index) external pure {
        AccountId account = accountOf(owner, number);
        assert(account.owner() == owner && account.number() == number);
        // Groups are numbered from 1 in turn, so 2^30 is far above any; above it the market's id would lose the top
        // bits.
        if (group >= 1 << 30 || index > 3) return;
        MarketId market = GroupId.wrap(group).market(index);
        assert(GroupId.unwrap(market.group()) == group && market.index() == index);
    }

    function sanity_ids_roundTrip(uint32 group, uint256 index) external pure {
        if (index > 3) return;
        assert(GroupId.unwrap(GroupId.wrap(group).market(index).group()) == group);
    }

    /// @dev One key a mapping: an account's position in a market, a word of its fills. Different things have different
    /// keys.
    function check_keys_areDifferent(
        uint192 a,
        uint192 b,
        uint32 market,
        uint32 other,
        uint16 word,
        uint16 next
    ) external pure {
        (AccountId one, AccountId two) = (AccountId.wrap(a), AccountId.wrap(b));
        uint224 position = PositionKey.unwrap(one.position(MarketId.wrap(market)));
        bool samePosition = position == PositionKey.unwrap(two.position(MarketId.wrap(other)));
        assert(samePosition == (a == b && market == other));
        assert((FillKey.unwrap(one.fills(word)) == FillKey.unwrap(two.fills(next))) == (a == b && word == next));
    }

    function sanity_keys_areDifferent(uint192 a, uint192 b, uint32 market) external pure {
        AccountId one = AccountId.wrap(a);
        uint224 position = PositionKey.unwrap(one.position(MarketId.wrap(market)));
        assert(position != FillKey.unwrap(AccountId.wrap(b).fills(uint16(market))));
    }

    /// @dev A fill is read back from its lane, and no other lane of the account changes, of the same word or another.
    function check_lanes_holdWhatIsFilled(
        uint192 id,
        uint64 salt,
        uint64 other,
        uint72 size,
        uint72 part,
        uint256 word
    ) external {
        AccountId account = AccountId.wrap(id);
        _ledger.fills[account.fills(uint16(salt) >> 1)].word = word;
        uint256 left = _remaining(account, salt, size);
        if (left == 0 || part > left) return;
        uint256 before = _remaining(account, other, size);
        Size all = OrderLib.bookFill(_ledger, account, salt, toSize(part));
        assert(_remaining(account, salt, size) == left - part);
        assert(all.toUint() == size - (left - part));
        bool sameLane = uint16(salt) == uint16(other);
        if (!sameLane) assert(_remaining(account, other, size) == before);
        // An older order of the lane is void by it; a newer one is not.
        if (sameLane && other >> 16 < salt >> 16) assert(_remaining(account, other, size) == 0);
        if (sameLane && other >> 16 > salt >> 16) assert(_remaining(account, other, size) == before);
    }

    function sanity_lanes_holdWhatIsFilled(uint192 id, uint64 salt, uint64 other, uint72 size, uint72 part) external {
        AccountId account = AccountId.wrap(id);
        uint256 before = _remaining(account, other, size);
        OrderLib.bookFill(_ledger, account, salt, toSize(part));
        if (salt != other) assert(_remaining(account, other, size) == before);
    }

    /// @dev A cancelled order, and each below it in its lane, has nothing left, whatever its size; other lanes keep
    /// what they have.
    function check_lanes_cancel(uint192 id, uint64 salt, uint64 other, uint72 size, uint256 word) external {
        AccountId account = AccountId.wrap(id);
        _ledger.fills[account.fills(uint16(salt) >> 1)].word = word;
        uint256 before = _remaining(account, other, size);
        OrderLib.cancel(_ledger, account, salt);
        assert(_remaining(account, salt, size) == 0);
        bool sameLane = uint16(salt) == uint16(other);
        if (sameLane && other >> 16 < salt >> 16) assert(_remaining(account, other, size) == 0);
        if (!sameLane) assert(_remaining(account, other, size) == before);
    }

    function sanity_lanes_cancel(uint192 id, uint64 salt, uint64 other, uint72 size) external {
        AccountId account = AccountId.wrap(id);
        uint256 before = _remaining(account, other, size);
        OrderLib.cancel(_ledger, account, salt);
        assert(_remaining(account, other, size) == before);
    }

    /// @dev "Cancel all below": an order of a lower sequence is void in every lane; it changes no other.
    function check_lanes_areVoidBelowTheLeastSequence(
        uint192 id,
        uint64 salt,
        uint72 size,
        uint48 min,
        uint256 word
    ) external {
        AccountId account = AccountId.wrap(id);
        _ledger.fills[account.fills(uint16(salt) >> 1)].word = word;
        uint256 before = _remaining(account, salt, size);
        _ledger.accounts[account].minSequence = min;
        assert(_remaining(account, salt, size) == (salt >> 16 < min ? 0 : before));
    }

    function sanity_lanes_areVoidBelowTheLeastSequence(uint192 id, uint64 salt, uint72 size, uint48 min) external {
        AccountId account = AccountId.wrap(id);
        _ledger.accounts[account].minSequence = min;
        assert(_remaining(account, salt, size) == (salt >> 16 <= min ? 0 : size));
    }

    function remaining(Order memory order) external view returns (Size) {
        return OrderLib.remaining(_ledger, CashLib.read(_ledger.accounts[order.account]), order);
    }

    function pack(int256 shares, int256 offset, uint24 residue, uint48 node) external pure returns (Position) {
        return packPosition(shares, Money.wrap(offset), residue, NodeId.wrap(node));
    }

    /// @dev What is left of an order for `size`; nothing else of it matters.
    function _remaining(AccountId account, uint64 salt, uint72 size) private view returns (uint256) {
        Order memory order;
        (order.account, order.salt, order.size) = (account, salt, toSize(size));
        return this.remaining(order).toUint();
    }

    function _fields(Node node) private pure returns (uint96, uint48, uint48, uint16) {
        return (uint96(node.shares()), NodeId.unwrap(node.prev()), NodeId.unwrap(node.next()), node.generation());
    }

    function _flags(Node node) private pure returns (uint256) {
        return Node.unwrap(node) & (NodeWord.LINKED | NodeWord.TOUCHED | NodeWord.CLOSED);
    }

    function _assertNode(Node node, uint96 shares, uint48 prev, uint48 next, uint16 generation) private pure {
        (uint96 s, uint48 p, uint48 n, uint16 g) = _fields(node);
        assert(s == shares && p == prev && n == next && g == generation);
    }
}
