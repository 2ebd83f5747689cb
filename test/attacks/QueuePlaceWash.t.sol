// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Wash trades for a later place in the queue
/// @custom:source Class: rankings by profit (BitMEX's auto-deleveraging queue and its successors) can be gamed by
/// closing and opening again
/// @notice Attacker and honest winner entered alike. Before the crash of the shorts the attacker sells to his second
/// account at the mark: a new entry, so the honest winner alone stands at the head of the queue.
contract QueuePlaceWashAttack is Attack {
    Actor internal attacker;
    Actor internal second;
    Actor internal winner;
    Actor internal loser;

    function test_wash_movesSizeOfTheTearUp_neverValue() public {
        uint256 start = vm.snapshotState();
        (int256 equity, int256 size, int256 stayed) = _play(false);
        vm.revertToState(start);
        (int256 washed, int256 sizeWashed, int256 rolled) = _play(true);

        // Bound: zero, to the rounding of one tear-up. It is done at the frozen mark, where no position is worth more
        // or less than its proceeds, and the charge is the same for every unit. What the attacker buys is that the
        // honest winner's size is closed and not his.
        _line("wash for a place in the queue", rolled - stayed, equity - washed);
        vm.assertLt(sizeWashed, size, "the place did not change: this test says nothing");
        vm.assertLe(equity - washed, 10, "the honest winner lost value");
        vm.assertLe(rolled - stayed, 0, "two more fees are all it brings");
    }

    function _play(bool wash) private returns (int256 equity, int256 size, int256 attackers) {
        _deployVenue(Mode.QUEUE);
        venue.setVaultBudget(solo, 0);
        (attacker, second) = (_attacker("attacker", 500_000), _attacker("second", 500_000));
        (winner, loser) = (_honest("winner", 500_000), _actor("loser", 110_000));
        Actor memory maker = _actor("maker", 5_000_000);
        _trade(attacker, maker, btc, 10e9, 60_000e18);
        _trade(winner, loser, btc, 10e9, 60_000e18);
        _creep(btc, 66_000e18);
        if (wash) _trade(second, attacker, btc, 10e9, 66_000e18);
        _jumpAndSettle(btc, 72_000e18, loser.id);
        return (_equity(winner.id), _size(winner.id, btc), _equity(attacker.id) + _equity(second.id));
    }
}
