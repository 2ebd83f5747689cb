// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {NO_NODE, NodeId} from "../../contracts/types/NodeId.sol";
import {Actor} from "../base/Fixture.sol";
import {Match} from "../base/Packing.sol";
import {NodeView} from "../base/TestLens.sol";
import {Attack} from "./Attack.sol";

/// @title List stuffing
/// @custom:source GovernMental, April 2016: a list that anybody could lengthen made the payout exceed the block's gas
/// @notice The attacker fills the queue with least positions at as many levels as the price band has, so that honest
/// inserts have far to walk and a tear-up has many nodes to close.
contract ListStuffingAttack is Attack {
    uint256 internal constant MARK = 60_000e18;
    /// The largest power of two below MARK / 2^10, 1e-18 quote.
    uint256 internal constant GRANULE = 1 << 65;

    /// Fees that wait before the stuffing.
    uint256 internal fees;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        venue.setVaultBudget(solo, 0);
    }

    function test_stuffing_costsAnInsertNothingWithAHint_andTheTearUpBoundedGasANode() public {
        (Actor memory winner, Actor memory loser) = (_honest("winner", 200_000), _actor("loser", 62_000));
        (Actor memory maker, Actor memory joiner) = (_actor("maker", 1_000_000), _honest("joiner", 100_000));
        _trade(winner, loser, btc, 10e9, MARK);
        uint256 short = _insertGas(joiner, maker, false);
        uint256 hinted = _insertGas(joiner, maker, true);

        int256 alone = _settled(loser, winner);
        uint256 nodes = _stuff();
        uint256 long = _insertGas(joiner, maker, false);
        uint256 hintedLong = _insertGas(joiner, maker, true);
        _log(
            string.concat(
                "stuffed nodes ",
                vm.toString(nodes),
                ", more gas without a hint ",
                vm.toString(int256(long) - int256(short))
            )
        );
        // With the right hint a stuffed list costs what an empty one does; without one, a step costs a slot.
        vm.assertApproxEqAbs(hintedLong, hinted, 15_000, "the hint does not help");
        vm.assertLe(long, short + nodes * 4_000, "a step costs more than a slot");

        // The settlement needs a step a node; each has bounded gas, and the stuffed nodes are the attacker's own to be
        // closed.
        int256 anchored = _equity(winner.id);
        _setPrice(btc, 72_000e18);
        venue.poke(solo);
        _absorb(loser.id);
        skip(120);
        _settleInSteps(nodes + 6);
        vm.assertGe(_equity(winner.id) + 10, anchored, "INV-5");
        // Bound: the honest lose no value by it. The attacker's least positions win and lose with the mark like
        // anybody's, and pay fees.
        int256 loss = alone - _equity(winner.id);
        _line("list stuffing", -int256(_recovery().fees - fees), loss);
        vm.assertLe(loss, 10, "the honest winner lost");
        vm.assertGt(_recovery().fees, fees, "stuffing is not free");
    }

    function _settleInSteps(uint256 max) private {
        bool done;
        for (uint256 steps; !done; ++steps) {
            vm.assertLt(steps, max, "more steps than nodes");
            uint256 gas = gasleft();
            done = venue.deleverage(solo, 1);
            vm.assertLe(gas - gasleft(), 400_000, "a step costs more than bounded gas");
        }
    }

    /// @dev The winner's equity after the same settlement without stuffing.
    function _settled(Actor memory loser, Actor memory winner) private returns (int256 equity) {
        uint256 start = vm.snapshotState();
        _settleAnchors(solo);
        _jumpAndSettle(btc, 72_000e18, loser.id);
        equity = _equity(winner.id);
        vm.revertToState(start);
        fees = _recovery().fees;
    }

    /// @return nodes How many levels the long side has then.
    function _stuff() private returns (uint256 nodes) {
        (Actor memory longs, Actor memory shorts) = (_attacker("longs", 0), _attacker("shorts", 100_000));
        for (uint32 i; i < 80; ++i) {
            uint256 price = (MARK * 981) / 1_000 + i * GRANULE;
            if (price > (MARK * 1_018) / 1_000) break;
            Actor memory one = _numbered(longs, i + 1);
            _fund(one.id, 50 * TOKEN);
            _trade(one, shorts, btc, 2e5, price);
        }
        return _nodes(btc, true).length;
    }

    /// @dev Gas of a trade whose taker opens a level of its own near the tail, undone again.
    function _insertGas(Actor memory taker, Actor memory maker, bool hinted) private returns (uint256 gas) {
        uint256 start = vm.snapshotState();
        Match[] memory m = _match(taker, maker, btc, 1e9, (MARK * 10_195) / 10_000);
        m[0].hint = hinted ? _tail() : NO_NODE;
        // From a cold start, as in a transaction of its own.
        vm.cool(address(venue));
        gas = gasleft();
        venue.settle(_pack(m, true));
        gas -= gasleft();
        vm.revertToState(start);
    }

    function _tail() private returns (NodeId) {
        NodeView[] memory nodes = _nodes(btc, true);
        return nodes[nodes.length - 1].id;
    }
}
