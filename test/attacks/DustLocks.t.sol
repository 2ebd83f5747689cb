// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode, Phase} from "../../contracts/Ledger.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Locking a market with dust defaults or pokes
/// @custom:source Class: a stop that anybody can pull (circuit breakers, emergency stops) used to keep a market shut
/// @notice The attacker leaves small accounts to default one after the other, and pokes all the time.
contract DustLocksAttack is Attack {
    uint256 internal constant ACCOUNTS = 40;
    Actor[] internal losers;
    Actor internal winner;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        winner = _attacker("winner", 500_000);
        _honest("bystander", 100_000);
        for (uint256 i; i < ACCOUNTS; ++i) {
            losers.push(_attacker(string.concat("loser", vm.toString(i)), 1_140));
            _trade(losers[i], winner, btc, 0.37e9, 60_000e18); // 22,200 of notional, initial margin 1,110
        }
        _begin();
    }

    /// While keepers are awake nobody below maintenance margin is left alone, and no move without a gap takes the
    /// others below zero.
    function test_pokes_lockNothing() public {
        for (uint256 i; i < 100; ++i) {
            skip(13);
            venue.poke(solo);
            vm.assertTrue(_group(solo).phase == Phase.NORMAL, "a poke locked");
        }
        (, int256 loss) = _report("locking by pokes");
        vm.assertEq(loss, 0, "the honest lost");
    }

    /// Keepers asleep: each default of at least `minDebt` locks once, and a group is open for as long as it was locked
    /// before the next. The vault pays the debts to the attacker's winner.
    function test_dustDefaults_lockAtMostHalfTheTime_andCostTheDebts() public {
        _creep(btc, 56_600e18); // every loser about 130 below zero, and nobody absorbed
        int256 debts;
        uint256 locked;
        uint256 locks;
        uint256 start = block.timestamp;
        for (uint256 second; second < 4 hours && locks < ACCOUNTS; second += 10) {
            skip(10);
            if (_group(solo).phase != Phase.NORMAL) locked += 10;
            int256 debt = -_equity(losers[locks].id);
            if (_tryLock(losers[locks])) (debts, locks) = (debts + debt, locks + 1);
        }
        skip(120);
        venue.deleverage(solo, 100);
        uint256 share = (locked * 100) / (block.timestamp - start);
        _log(string.concat("locked share of the time, %: ", vm.toString(share)));
        vm.assertGt(locks, 10, "nothing was locked: this test says nothing");
        vm.assertLe(share, 50, "open for as long as locked");
        (, int256 loss) = _report("locking by dust defaults, keepers asleep");
        // Bound: the debts themselves and a refund a lock, which comes back to the keeper and so is no loss.
        vm.assertLe(loss, debts + 1e9, "more than the debts");
    }

    function _tryLock(Actor memory loser) private returns (bool ok) {
        if (_group(solo).phase == Phase.LOCKED && block.timestamp >= _group(solo).until) venue.deleverage(solo, 100);
        if (_group(solo).phase == Phase.NORMAL) {
            (ok, ) = _try(address(this), abi.encodeCall(venue.absorb, (solo, _list(loser.id))));
        }
    }
}
