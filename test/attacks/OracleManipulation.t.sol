// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack, Wealth} from "./Attack.sol";

/// @title Oracle manipulation
/// @custom:source Mango Markets, 11 October 2022: the spot markets behind the oracle were pumped, and loans drawn on
/// the paper gain
/// @notice Long in one account, short in another; the mark is pumped to four times; the winner takes out what he can;
/// the mark comes back.
contract OracleManipulationAttack is Attack {
    int256 internal constant BUDGET = 500_000e9;
    int256 internal constant HONEST_SHORT = 50_000e9;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
    }

    function test_oracleManipulation_takesAtMostTheGroupsBudget_andTheMarginOfThoseWhoWereShort() public {
        (Actor memory long, Actor memory short) = (_attacker("long", 500_000), _attacker("short", 500_000));
        (Actor memory winner, Actor memory loser) = (_honest("winner", 50_000), _honest("loser", 50_000));
        _honest("bystander", 1_000_000);
        _begin();
        _trade(long, short, btc, 50e9, 60_000e18);
        _trade(winner, loser, btc, 1e9, 60_000e18);
        int256 anchored = _equity(winner.id);

        _setPrice(btc, 240_000e18);
        venue.poke(solo);
        _absorb(short.id);
        _absorb(loser.id);
        _deleverage(solo);
        // Paper gains are no collateral: only cash leaves, and only above initial margin.
        _tryWithdraw(long, type(uint256).max);

        // The bound: what the short side of the attacker cannot pay is paid by the vault within its budget, then by
        // winners, and he is the largest. Honest shorts lose their margin to whoever was long: that is the oracle's
        // power, and its limit.
        Wealth memory w = _change();
        vm.assertGe(w.vault + w.treasury, -BUDGET, "the vault pays within its budget");
        vm.assertGe(_equity(winner.id), anchored, "INV-5: an honest winner keeps what he had");
        vm.assertEq(_shortfall(), 0, "bystanders lose nothing");
        (int256 gain, int256 loss) = _report("oracle pumped to four times");
        vm.assertLe(gain, BUDGET + HONEST_SHORT, "the gain has no other source");
        vm.assertLe(loss, BUDGET + HONEST_SHORT, "the loss");
    }

    /// The same without a victim on the short side: what is left is the vault's payment.
    function test_oracleManipulation_andBack_costsAtMostTheBudget() public {
        (Actor memory long, Actor memory short) = (_attacker("long", 500_000), _attacker("short", 500_000));
        _honest("bystander", 1_000_000);
        _begin();
        _trade(long, short, btc, 50e9, 60_000e18);
        _jumpAndSettle(btc, 240_000e18, short.id);
        _tryWithdraw(long, type(uint256).max);
        skip(10 minutes);
        _setPrice(btc, 60_000e18);
        venue.poke(solo);
        if (_equity(long.id) < 0) _absorb(long.id);
        skip(120);
        if (_group(solo).absorbed == 0) venue.poke(solo);
        else venue.deleverage(solo, 100);
        (, int256 loss) = _report("oracle pumped and back");
        vm.assertLe(loss, BUDGET, "the vault pays within its budget");
    }
}
