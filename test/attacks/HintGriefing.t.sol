// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {NodeId} from "../../contracts/types/NodeId.sol";
import {Actor} from "../base/Fixture.sol";
import {Match} from "../base/Packing.sol";
import {NodeView} from "../base/TestLens.sol";
import {Attack} from "./Attack.sol";

/// @title Hint griefing
/// @custom:source Liquity v1: hints into the list of troves can name a node that has left it, and the search then runs
/// out of gas
/// @notice Whoever submits chooses the hints. He names a node that was removed, one of the other side, the far end, and
/// ids that never were.
contract HintGriefingAttack is Attack {
    Actor internal alice;
    Actor internal bob;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        (alice, bob) = (_honest("alice", 200_000), _honest("bob", 200_000));
        Actor memory other = _actor("other", 500_000);
        for (uint256 i; i < 20; ++i) _trade(_actor(vm.toString(i), 1_000), other, btc, 1e7, 59_400e18 + i * 60e18);
    }

    function test_badHints_changeNothingButBoundedGas() public {
        NodeId removed = _removed();
        _begin();
        (bytes32 outcome, uint256 min) = _settle(NodeId.wrap(0));
        NodeView[] memory longs = _nodes(btc, true);
        NodeView[] memory shorts = _nodes(btc, false);
        NodeId[6] memory hints = [
            removed,
            shorts[0].id,
            longs[0].id,
            longs[longs.length - 1].id,
            NodeId.wrap(type(uint48).max),
            NodeId.wrap(1)
        ];
        for (uint256 i; i < hints.length; ++i) {
            (bytes32 other, uint256 gas) = _settle(hints[i]);
            vm.assertEq(other, outcome, "the hint changed the queue or a balance");
            // The worst that a hint can do is to start at the wrong end: a slot a node, on both sides.
            vm.assertLe(gas, min + 2 * longs.length * 4_000, "more than a walk of the list");
        }
        (int256 gain, int256 loss) = _report("hint griefing");
        vm.assertEq(gain, 0, "nothing to gain");
        vm.assertEq(loss, 0, "nothing to lose"); // every play was undone
    }

    /// @dev A node that was in the list and has left it.
    function _removed() private returns (NodeId node) {
        Actor memory other = _actor("other");
        Actor memory first = _actor("0");
        node = _position(first.id, btc).node;
        _trade(other, first, btc, 1e7, 60_000e18);
        _trade(first, other, btc, 1e7, 60_000e18); // back, at another level
        vm.assertNotEq(uint256(NodeId.unwrap(_position(first.id, btc).node)), uint256(NodeId.unwrap(node)));
    }

    /// @dev Settled with the hint, looked at, and undone.
    function _settle(NodeId hint) private returns (bytes32 outcome, uint256 gas) {
        uint256 start = vm.snapshotState();
        Match[] memory m = _match(alice, bob, btc, 1e9, 60_300e18);
        (m[0].hint, m[0].fills[0].hint) = (hint, hint);
        gas = gasleft();
        venue.settle(_pack(m, true));
        gas -= gasleft();
        outcome = keccak256(
            abi.encode(_equity(alice.id), _equity(bob.id), _position(alice.id, btc).node, _position(bob.id, btc).node)
        );
        vm.assertTrue(_linksAgree(btc, true) && _linksAgree(btc, false), "the list broke");
        vm.revertToState(start);
    }
}
