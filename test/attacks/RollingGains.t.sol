// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Rolling gains before a deleverage
/// @custom:source Class: socialised loss by unrealised profit (OKEx clawbacks, 2018) falls on those who did not realise
/// in time
/// @notice A move too small for a gap leaves a default lying around. The attacker, who won in it, realises his gain and
/// opens again with another account before anybody absorbs. The charge goes by the unit held since the anchor, not by
/// the profit shown.
contract RollingGainsAttack is Attack {
    Actor internal attacker;
    Actor internal second;
    Actor internal winner;
    Actor internal loser;

    function test_rolling_escapesNothing_andShiftsNothing() public {
        uint256 start = vm.snapshotState();
        (int256 attackers, int256 honest) = _play(false);
        vm.revertToState(start);
        (int256 rolled, int256 honestRolled) = _play(true);
        // Bound: zero, to rounding. Every unit of the side pays the same, whoever holds it and whatever it shows as
        // profit.
        _line("rolling gains before a deleverage", rolled - attackers, honest - honestRolled);
        vm.assertLe(rolled - attackers, 0, "the attacker gained by rolling");
        vm.assertLe(honest - honestRolled, 10, "the honest winner paid for it");
        vm.assertLt(honest, 0, "nobody was charged: this test says nothing");
    }

    /// @return attackers What both accounts of the attacker gain by move and charge. honest: what the charge costs the
    /// honest winner.
    function _play(bool roll) private returns (int256 attackers, int256 honest) {
        _deployVenue(Mode.QUEUE);
        venue.setVaultBudget(solo, 0);
        (attacker, second) = (_attacker("attacker", 500_000), _attacker("second", 500_000));
        (winner, loser) = (_honest("winner", 500_000), _actor("loser", 61_000));
        Actor memory maker = _actor("maker", 5_000_000);
        _trade(attacker, maker, btc, 10e9, 60_000e18);
        _trade(winner, loser, btc, 20e9, 60_000e18);
        _creep(btc, 63_000e18); // keepers are asleep: the loser has next to nothing left
        int256 before = _equity(attacker.id) + _equity(second.id);
        _setPrice(btc, 64_000e18);
        int256 beforeBill = _equity(winner.id);
        if (roll) _trade(second, attacker, btc, 10e9, 64_000e18);
        _absorb(loser.id);
        _deleverage(solo);
        return (_equity(attacker.id) + _equity(second.id) - before, _equity(winner.id) - beforeBill);
    }
}
