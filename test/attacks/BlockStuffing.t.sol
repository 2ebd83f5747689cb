// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Block stuffing
/// @custom:source Fomo3D, August 2018: the winner filled blocks until the clock ran out; MakerDAO, 12 March 2020:
/// keepers priced out of full blocks
/// @notice What it comes to here: time passes in which no keeper gets through. The attacker owns both sides, pokes at
/// the jump, and keeps everybody out until some time after it.
contract BlockStuffingAttack is Attack {
    uint256 internal constant HONEST = 2_000_000;

    /// Stuffing for less than a lock changes nothing: who comes in time finds the same estate (INV-8).
    function test_stuffing_forLessThanALock_changesNothing() public {
        int256 prompt = _play("both sides, blocks stuffed for 0 s", 0);
        int256 late = _play("both sides, blocks stuffed for 119 s", 119);
        vm.assertEq(late, prompt, "119 seconds changed the outcome");
        vm.assertLe(prompt, 10, "the winners of the jump pay, and those are the attacker's");
    }

    /// For longer than the lock: the default is late, nobody can be charged for it, and everybody shares the shortfall.
    /// That is the condition that no rule removes (docs/design.md, section 5, iii). Bound: the deficit.
    function test_stuffing_forLongerThanALock_costsTheDeficit() public {
        int256 loss = _play("both sides, blocks stuffed for 130 s", 130);
        vm.assertGt(loss, 0, "it did nothing: this test says nothing");
        vm.assertLe(loss, _notional(20e9, 9_000e18) - 61_000e9 + 1_000e9, "more than the deficit");
    }

    /// @dev The vault's budget is zero, so that only the charge and the shortfall are seen.
    function _play(string memory name, uint256 delay) private returns (int256 loss) {
        uint256 start = vm.snapshotState();
        _deployVenue(Mode.QUEUE);
        venue.setVaultBudget(solo, 0);
        (Actor memory winner, Actor memory loser) = (_attacker("winner", 200_000), _attacker("loser", 61_000));
        _honest("bystander", HONEST);
        _begin();
        _trade(winner, loser, btc, 20e9, 60_000e18);
        _settleAnchors(solo);
        _setPrice(btc, 69_000e18);
        venue.poke(solo);
        skip(delay);
        (bool ok, ) = _try(address(this), abi.encodeCall(venue.absorb, (solo, _list(loser.id))));
        if (!ok) {
            venue.poke(solo); // the lock is over, and the frozen mark is the anchor now
            skip(121);
            venue.absorb(solo, _list(loser.id));
        }
        _deleverage(solo);
        (, loss) = _report(name);
        vm.revertToState(start);
    }
}
