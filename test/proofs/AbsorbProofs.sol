// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AbsorbLib} from "../../contracts/deleveraging/AbsorbLib.sol";
import {Account, Group, Ledger, Market, MarketStatus, Phase} from "../../contracts/Ledger.sol";
import {MarginLib} from "../../contracts/position/MarginLib.sol";
import {MarkLib} from "../../contracts/prices/MarkLib.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {GroupId} from "../../contracts/types/MarketId.sol";
import {Money, NO_MONEY} from "../../contracts/types/Money.sol";
import {Node, packNode} from "../../contracts/types/Node.sol";
import {NO_NODE, NodeId} from "../../contracts/types/NodeId.sol";
import {Position, packPosition} from "../../contracts/types/Position.sol";

/// @notice Absorbing commutes: two accounts below zero at the frozen marks, in either order or in one call, leave the
/// same estate, deficit and queue, by the real AbsorbLib.
/// @dev A LOCKED group of one market at one frozen mark; two accounts, each with any cash below 2^87 (so any equity
/// below zero) and any size below 2^64, in an untouched node of its own or both in one, on one side or on both; any
/// estate, deficit and reserve of such widths. Touched nodes: the dust is in sizes.smt2. See PackingProofs for `check_`
/// and `sanity_`.
contract AbsorbProofs {
    Ledger internal _ledger;

    /// @dev Not constants: the compiler would fold keccak256 of constant keys, and the tool takes such slots for
    /// others.
    GroupId private immutable _GROUP = GroupId.wrap(7);
    AccountId private immutable _A = AccountId.wrap(1000);
    AccountId private immutable _B = AccountId.wrap(2000);
    NodeId private immutable _FIRST = NodeId.wrap((50 << 40) | (9_000_000 << 16));
    NodeId private immutable _SECOND = NodeId.wrap((50 << 40) | (9_000_001 << 16));

    struct Scene {
        int88 cashA;
        int88 cashB;
        uint64 sizeA;
        uint64 sizeB;
        uint64 estateLong;
        uint64 estateShort;
        uint88 deficit;
        uint88 reserve;
    }

    /// @dev The result of a run, which is always undone.
    error Done(uint256[15] state);

    function check_absorb_commutesInOneNode(Scene calldata scene) external {
        if (!_set(scene, true, _FIRST, true, _FIRST)) return;
        _assertSame(_try(_A, _B), _try(_B, _A));
    }

    function check_absorb_commutesInTwoNodes(Scene calldata scene) external {
        if (!_set(scene, false, _FIRST, false, _SECOND)) return;
        _assertSame(_try(_A, _B), _try(_B, _A));
    }

    function check_absorb_commutesOnTwoSides(Scene calldata scene) external {
        if (!_set(scene, true, _FIRST, false, _FIRST)) return;
        _assertSame(_try(_A, _B), _try(_B, _A));
    }

    function sanity_absorb_commutes(Scene calldata scene) external {
        if (!_set(scene, true, _FIRST, false, _FIRST)) return;
        _assertSame(_try(_A, _B), _try(_A, _A));
    }

    function run(AccountId first, AccountId second) external {
        this.absorb(_GROUP, _list(first));
        if (first != second) this.absorb(_GROUP, _list(second));
        revert Done(_state());
    }

    function absorb(GroupId group, AccountId[] calldata ids) external {
        AbsorbLib.absorb(_ledger, group, ids);
    }

    /// @dev The state after both, or nothing when a sum does not fit its field and the run reverts.
    function _try(AccountId first, AccountId second) private returns (bytes memory state) {
        try this.run(first, second) {
            assert(false);
        } catch (bytes memory reason) {
            if (bytes4(reason) == Done.selector) state = reason;
        }
    }

    function _assertSame(bytes memory one, bytes memory other) private pure {
        assert(one.length == other.length);
        for (uint256 i = 4; i < one.length; i += 32) {
            uint256 left;
            uint256 right;
            assembly ("memory-safe") {
                left := mload(add(add(one, 32), i))
                right := mload(add(add(other, 32), i))
            }
            assert(left == right);
        }
    }

    /// @return Both have a position and are below zero at the frozen mark.
    function _set(Scene calldata s, bool longA, NodeId nodeA, bool longB, NodeId nodeB) private returns (bool) {
        if (s.sizeA == 0 || s.sizeB == 0) return false;
        Group storage group = _ledger.groups[_GROUP];
        (group.phase, group.markets) = (Phase.LOCKED, 1);
        group.until = type(uint32).max;
        (group.deficit, group.reserve) = (s.deficit, s.reserve);
        Market storage market = _ledger.markets[_GROUP.market(0)];
        market.status = MarketStatus.OPEN;
        // m~ is 0 on both sides: equity is cash, which is any debt. No jump: it only decides `uncovered`, which each
        // call computes anew.
        market.funding = 1 << 60;
        (market.estateLong, market.estateShort) = (s.estateLong, s.estateShort);
        market.openInterest = type(uint72).max;
        _place(_A, s.cashA, longA ? int256(uint256(s.sizeA)) : -int256(uint256(s.sizeA)), nodeA);
        _place(_B, s.cashB, longB ? int256(uint256(s.sizeB)) : -int256(uint256(s.sizeB)), nodeB);
        return _equity(_A) < NO_MONEY && _equity(_B) < NO_MONEY;
    }

    /// @dev Somebody else has shares in the node too, so that it stays.
    function _place(AccountId id, int112 cash, int256 shares, NodeId node) private {
        Market storage market = _ledger.markets[_GROUP.market(0)];
        Account storage account = _ledger.accounts[id];
        (account.cash, account.group, account.open) = (cash, _GROUP, 1);
        _ledger.positions[id.position(_GROUP.market(0))] = packPosition(shares, NO_MONEY, 0, node);
        Node stored = packNode(1 << 80, NO_NODE, NO_NODE, 0, false);
        if (shares > 0) market.longs.nodes[node] = stored;
        else market.shorts.nodes[node] = stored;
    }

    function _equity(AccountId id) private view returns (Money equity) {
        (, equity) = MarginLib.legs(_ledger, id, MarkLib.recordedQuotes(_ledger, _GROUP));
    }

    function _list(AccountId id) private pure returns (AccountId[] memory ids) {
        ids = new AccountId[](1);
        ids[0] = id;
    }

    function _state() private view returns (uint256[15] memory words) {
        Group storage group = _ledger.groups[_GROUP];
        Market storage market = _ledger.markets[_GROUP.market(0)];
        (words[0], words[1], words[2]) = (group.deficit, group.absorbed, group.uncovered ? 1 : 0);
        (words[3], words[4]) = (market.estateLong, market.estateShort);
        words[5] = Node.unwrap(market.longs.nodes[_FIRST]);
        words[6] = Node.unwrap(market.longs.nodes[_SECOND]);
        words[7] = Node.unwrap(market.shorts.nodes[_FIRST]);
        words[8] = Node.unwrap(market.shorts.nodes[_SECOND]);
        words[9] = Position.unwrap(_ledger.positions[_A.position(_GROUP.market(0))]);
        words[10] = Position.unwrap(_ledger.positions[_B.position(_GROUP.market(0))]);
        Account storage a = _ledger.accounts[_A];
        Account storage b = _ledger.accounts[_B];
        (words[11], words[12]) = (uint256(int256(a.cash)), a.open);
        (words[13], words[14]) = (uint256(int256(b.cash)), b.open);
    }
}
