// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Cross-margin contagion
/// @custom:source Binance, 10 October 2025: collateral that depegged took cross-margined accounts, and what they held
/// elsewhere, with it
/// @notice The attacker owns both sides of the smallest market of a group of four and lets one side default, while
/// another market of the group moves as well. The charge falls on the winners of the jump in every market of the group.
contract CrossMarginContagionAttack is Attack {
    MarketId internal major;
    MarketId internal minor;
    Actor internal winner;
    Actor internal counterparty;
    Actor internal bystander;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        venue.setVaultBudget(quad, 0);
        (major, minor) = (quad.market(0), quad.market(3));
        (winner, counterparty) = (_honest("winner", 100_000), _honest("counterparty", 1_000_000));
        bystander = _honest("bystander", 100_000);
        _trade(winner, counterparty, major, 10e9, 60_000e18);
        _trade(bystander, _honest("other", 1_000_000), btc, 1e9, 60_000e18); // in another group
    }

    /// Bound (INV-5): a winner without a losing leg pays at most what he gained in this very jump; other groups pay
    /// nothing.
    function test_contagion_takesAtMostTheGainOfThisJump() public {
        (Actor memory long, Actor memory short) = (_attacker("long", 600_000), _attacker("short", 600_000));
        _trade(long, short, minor, 20_000_000e9, 0.5e18); // 10,000,000
        _settleAnchors(quad);
        _begin();
        (int256 anchored, int256 elsewhere) = (_equity(winner.id), _equity(bystander.id));
        _setPrice(major, 63_000e18);
        _setPrice(minor, 0.6e18);
        int256 jumped = _change().traders;
        venue.poke(quad);
        _absorb(short.id);
        _deleverage(quad);
        int256 paid = jumped - _change().traders;
        _line("contagion inside a group", _change().attacker, paid);
        vm.assertGt(paid, 0, "nobody was charged: this test says nothing");
        vm.assertGe(_equity(winner.id) + 10, anchored, "INV-5");
        vm.assertEq(_equity(bystander.id), elsewhere, "another group paid");
        vm.assertEq(_shortfall(), 0, "all were solvent at the anchors");
    }

    /// Who wins in one market and loses in another is charged for what he gained net, once he is registered: he gained
    /// nothing here. Bound (INV-5): nobody solvent at the anchors ends below both of his equities there and at the
    /// frozen marks.
    function test_contagion_ofACrossMarginedWinner_whoIsRegistered_takesNothing() public {
        (Actor memory short, Actor memory hedged) = _crossMargined();
        _begin();
        int256 keeps = _equity(winner.id);
        _jump();
        (int256 jumped, int256 all) = (_equity(hedged.id), _change().traders);
        venue.poke(quad);
        venue.net(quad, _list(hedged.id));
        _absorb(short.id);
        _deleverage(quad);
        _line("contagion of a cross-margined winner, registered", _change().attacker, all - _change().traders);
        vm.assertGt(all - _change().traders, 0, "nobody was charged: this test says nothing");
        vm.assertGe(_equity(hedged.id) + 10, jumped, "he gained nothing net");
        vm.assertGe(_equity(winner.id) + 10, keeps, "INV-5 for who has no losing leg");
        vm.assertEq(_shortfall(), 0, "all were solvent at the anchors");
    }

    /// Nobody registered him: he pays for his gross gain, and may be below zero after it. Bound: what he gained in the
    /// market where he gained, and no shortfall in this lock.
    function test_contagion_ofACrossMarginedWinner_whoIsNot_costsHimAtMostHisGain() public {
        (Actor memory short, Actor memory hedged) = _crossMargined();
        _begin();
        _jump();
        (int256 jumped, int256 all) = (_equity(hedged.id), _change().traders);
        venue.poke(quad);
        _absorb(short.id);
        _deleverage(quad);
        int256 lost = jumped - _equity(hedged.id);
        _line("contagion of a cross-margined winner, not registered", _change().attacker, all - _change().traders);
        vm.assertGt(lost, 0, "nothing was taken: this test says nothing");
        vm.assertLe(lost, 90_000e9 + 10, "more than his gain");
        vm.assertEq(_shortfall(), 0, "all were solvent at the anchors");
    }

    function _crossMargined() private returns (Actor memory short, Actor memory hedged) {
        Actor memory long;
        (long, short) = (_attacker("long", 600_000), _attacker("short", 600_000));
        hedged = _honest("hedged", 140_000);
        _trade(hedged, counterparty, major, 10e9, 60_000e18);
        _trade(hedged, counterparty, minor, -1_000_000e9, 0.5e18);
        _trade(long, short, minor, 20_000_000e9, 0.5e18);
        _settleAnchors(quad);
    }

    /// @dev `hedged` gains 90,000 in the major market, and loses 170,000 in the minor one.
    function _jump() private {
        _setPrice(major, 69_000e18);
        _setPrice(minor, 0.67e18);
    }
}
