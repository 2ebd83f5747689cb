// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IGovernance} from "../../../contracts/interfaces/IGovernance.sol";
import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {Mode, PauseLevel} from "../../../contracts/Ledger.sol";
import {MockGate} from "../../../contracts/mocks/MockGate.sol";
import {accountOf} from "../../../contracts/types/AccountId.sol";
import {MarketId} from "../../../contracts/types/MarketId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {NO_NODE} from "../../../contracts/types/NodeId.sol";
import {Actor, Fixture} from "../../base/Fixture.sol";
import {Fill, Match} from "../../base/Packing.sol";

contract GateLibTest is Fixture {
    uint256 private constant MARK = 60_000e18;

    MockGate internal gate;
    Actor internal alice;
    Actor internal bob;
    Actor internal carol;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        gate = new MockGate();
        alice = _actor("alice", 100_000);
        bob = _actor("bob", 100_000);
        carol = _actor("carol", 100_000);
    }

    // ------------------------------------------------------------------ setting it

    function test_setAccessGate_refusesWhatDoesNotAnswer() public {
        address[3] memory wrong = [address(0xDEAD), address(token), address(this)];
        for (uint256 i; i < wrong.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IGovernance.NotAGate.selector, wrong[i]));
            venue.setAccessGate(wrong[i]);
        }
        for (uint256 mood = 1; mood < 6; ++mood) {
            gate.setMood(MockGate.Mood(mood));
            vm.expectRevert(abi.encodeWithSelector(IGovernance.NotAGate.selector, address(gate)));
            venue.setAccessGate(address(gate));
        }
    }

    function test_setAccessGate_isTheGovernors_andTold() public {
        vm.prank(alice.owner);
        vm.expectRevert();
        venue.setAccessGate(address(gate));
        vm.expectEmit(address(venue));
        emit IGovernance.AccessGateSet(address(gate));
        venue.setAccessGate(address(gate));
        vm.assertEq(venue.accessGate(), address(gate));
        venue.setAccessGate(address(0));
        vm.assertEq(venue.accessGate(), address(0));
    }

    function test_withoutAGateAgain_everybodyMay_andAPauseStillCounts() public {
        _bar(alice);
        venue.pause(btc, PauseLevel.NO_NEW_RISK, 1 days);
        venue.setAccessGate(address(0));
        _pausedTrade();
        venue.unpause(btc);
        _trade(alice, bob, btc, 1e9, MARK);
    }

    function test_aGlobalPause_outlivesAGate() public {
        venue.pause(btc.group().market(0), PauseLevel.NO_NEW_RISK, 1);
        _setGate();
        venue.pause(MarketId.wrap(0), PauseLevel.NO_NEW_RISK, 1 days);
        venue.setAccessGate(address(0));
        _pausedTrade();
    }

    // ------------------------------------------------------------------ what it keeps out

    function test_barred_opensNothing_asTakerAndAsMaker() public {
        _bar(alice);
        _deniedTrade(alice, alice, bob, btc, 1e9, MARK);
        _deniedTrade(alice, bob, alice, btc, 1e9, MARK);
        _deniedTake(alice, alice, bob, 1e9);
        _deniedTake(alice, bob, alice, 1e9);
    }

    function test_barred_neitherEnlargesNorFlips() public {
        _trade(alice, bob, btc, 1e9, MARK);
        _bar(alice);
        _deniedTrade(alice, alice, bob, btc, 1, MARK);
        _deniedTrade(alice, alice, bob, btc, -1e9 - 1, MARK);
        _deniedTrade(alice, bob, alice, btc, 1e9 + 1, MARK);
    }

    function test_barred_bringsNothingIn_andNobodyForHim() public {
        _bar(alice);
        token.mint(bob.owner, 2 * TOKEN);
        vm.startPrank(bob.owner);
        token.approve(address(venue), 2 * TOKEN);
        _denied(alice);
        venue.deposit(alice.id, TOKEN);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.AccessDenied.selector, accountOf(alice.owner, 7)));
        venue.deposit(accountOf(alice.owner, 7), TOKEN);
        venue.deposit(bob.id, TOKEN);
        vm.stopPrank();
    }

    function test_barred_buysNoInventory_butMayCloseByIt() public {
        Actor memory loser = _actor("loser", 4_000);
        _trade(loser, bob, btc, 1e9, MARK);
        _creep(btc, 57_500e18);
        venue.marginCall(loser.id);
        skip(_venueParams().vaultDelay);
        venue.liquidateToVault(loser.id, btc, 0, NO_NODE);
        int256 held = _size(accountOf(vault.owner, 1), btc);
        vm.assertGt(held, 0, "the vault has taken nothing");
        _trade(bob, alice, btc, int256(held) / 2, 57_500e18); // alice is short by half of it
        _bar(alice);
        vm.startPrank(alice.owner);
        _denied(alice);
        venue.buyInventory(btc, 0, uint256(held), NO_NODE, ANY_PRICE, NEVER);
        venue.buyInventory(btc, 0, uint256(held) / 2, NO_NODE, ANY_PRICE, NEVER);
        vm.stopPrank();
        vm.assertEq(_size(alice.id, btc), 0, "it closed her");
    }

    // ------------------------------------------------------------------ what it never hinders

    function test_barred_reducesAndLeaves() public {
        _trade(alice, bob, btc, 2e9, MARK);
        _bar(alice);
        _trade(alice, carol, btc, -1e9, MARK);
        _trade(carol, alice, btc, 1e9, MARK);
        vm.assertEq(_size(alice.id, btc), 0);
        vm.startPrank(alice.owner);
        venue.transfer(0, 3, Money.wrap(1e9));
        venue.withdraw(0, type(uint256).max, alice.owner);
        venue.withdraw(3, type(uint256).max, alice.owner);
        vm.stopPrank();
        vm.assertEq(_cash(alice.id), 0);
    }

    function test_barred_curesAMarginCallByADeposit_alsoAtAStalePrice() public {
        Actor memory loser = _actor("loser", 4_000);
        _trade(loser, bob, btc, 1e9, MARK);
        _creep(btc, 58_000e18);
        venue.marginCall(loser.id);
        _bar(loser);
        _fund(loser.id, 1_000 * TOKEN);
        vm.assertEq(_account(loser.id).calledAt, 0, "the call is not cured");
        _setStale(btc);
        _fund(loser.id, 1 * TOKEN);
    }

    function test_barred_isLiquidatedAndAbsorbed() public {
        Actor memory loser = _actor("loser", 4_000);
        _trade(loser, bob, btc, 1e9, MARK);
        _bar(loser);
        gate.setMood(MockGate.Mood.REVERTS); // and nobody else may trade
        _creep(btc, 57_500e18);
        vm.prank(carol.owner);
        venue.liquidateToAccount(loser.id, btc, 0, 5e8, NO_NODE, ANY_PRICE, NEVER);
        vm.assertEq(_size(carol.id, btc), 5e8, "a liquidation asks no gate");
        _setPrice(btc, 50_000e18);
        venue.poke(solo);
        venue.absorb(solo, _list(loser.id));
        skip(_venueParams().lockDelay);
        venue.deleverage(solo, 1_000);
    }

    function test_barred_collectsFromASettledMarket() public {
        _trade(alice, bob, btc, 1e9, MARK);
        venue.pause(btc, PauseLevel.NO_NEW_RISK, 7 days);
        _bar(alice);
        _wait(solo, 2 days);
        venue.settleMarket(btc);
        venue.collect(alice.id, btc);
        vm.prank(alice.owner);
        venue.withdraw(0, type(uint256).max, alice.owner);
        vm.assertEq(_cash(alice.id), 0);
    }

    function test_vaultsDeposits_areNotAsked() public {
        _setGate();
        gate.bar(vault.owner, true);
        _fund(pot, TOKEN);
    }

    // ------------------------------------------------------------------ batches

    function test_looseBatch_passesOverTheBarredMaker_andFillsTheRest() public {
        _bar(bob);
        Match[] memory m = _two();
        venue.settle(_pack(m, false));
        vm.assertEq(_size(alice.id, btc), 1e9, "by the one who may");
        vm.assertEq(_size(bob.id, btc), 0);
        vm.assertEq(_size(carol.id, btc), -1e9);
    }

    function test_strictBatch_endsWithTheBarredMaker() public {
        _bar(bob);
        bytes memory batch = _pack(_two(), true);
        _denied(bob);
        venue.settle(batch);
    }

    function test_looseBatch_ofABarredTaker_isSkippedWhole() public {
        _bar(alice);
        venue.settle(_pack(_two(), false));
        vm.assertEq(_size(alice.id, btc), 0);
    }

    // ------------------------------------------------------------------ bad gates

    function test_aGateThatDoesNotAnswer_saysNo_andStopsNoReduction() public {
        _trade(alice, bob, btc, 6e8, MARK);
        _setGate();
        for (uint256 mood = 1; mood < 6; ++mood) {
            gate.setMood(MockGate.Mood(mood));
            _deniedTrade(bob, alice, bob, btc, 1e8, MARK);
            _trade(alice, bob, btc, -1e8, MARK);
        }
    }

    function test_aGateThatBurnsItsGas_costsItsCapAndNoMore() public {
        _setGate();
        gate.setMood(MockGate.Mood.BURNS_ALL_GAS);
        bytes memory batch = _pack(_two(), false);
        uint256 before = gasleft();
        venue.settle(batch);
        vm.assertLe(before - gasleft(), 2 * 60_000 + 400_000, "more than its cap for each maker");
    }

    /// Otherwise whoever submits would decide by his gas whose orders are good.
    function test_tooLittleGasForTheGate_revertsAndIsNoNo() public {
        _setGate();
        bytes memory batch = _pack(_match(alice, bob, btc, 1e9, MARK), false);
        vm.assertFalse(_tooLittle(batch), "it answers with less than its cap");
        gate.setMood(MockGate.Mood.BURNS_ALL_GAS);
        vm.assertTrue(_tooLittle(batch), "never with too little gas");
    }

    /// @dev Does the batch end with GasTooLow with any gas? With a gate that answers, it never goes through unfilled.
    function _tooLittle(bytes memory batch) private returns (bool seen) {
        for (uint256 gas_ = 80_000; gas_ < 400_000; gas_ += 4_000) {
            uint256 start = vm.snapshotState();
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, bytes memory reason) = address(venue).call{gas: gas_}(abi.encodeCall(venue.settle, (batch)));
            bool denied = ok && _size(bob.id, btc) == 0;
            vm.assertFalse(denied && gate.mood() == MockGate.Mood.ANSWERS, "skipped for want of gas");
            if (!ok && bytes4(reason) == ITrading.GasTooLow.selector) seen = true;
            vm.revertToState(start);
        }
    }

    // ------------------------------------------------------------------ inside

    function _bar(Actor memory who) private {
        _setGate();
        gate.bar(who.owner, true);
    }

    function _setGate() private {
        venue.setAccessGate(address(gate));
    }

    function _denied(Actor memory who) private {
        vm.expectRevert(abi.encodeWithSelector(IGovernance.AccessDenied.selector, who.id));
    }

    function _deniedTrade(
        Actor memory who,
        Actor memory taker,
        Actor memory maker,
        MarketId market,
        int256 size,
        uint256 price
    ) private {
        bytes memory batch = _pack(_match(taker, maker, market, size, price), true);
        _denied(who);
        venue.settle(batch);
    }

    function _pausedTrade() private {
        bytes memory batch = _pack(_match(alice, bob, btc, 1e9, MARK), true);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.PausedAt.selector, PauseLevel.NO_NEW_RISK));
        venue.settle(batch);
    }

    function _deniedTake(Actor memory who, Actor memory taker, Actor memory maker, uint256 size) private {
        Fill[] memory fills = _makerFill(maker, btc, int256(size), MARK);
        fills[0].size = size;
        bytes memory packed = _pack(fills[0]);
        vm.prank(taker.owner);
        _denied(who);
        venue.fillOrder(btc, 0, packed, NO_NODE, type(uint24).max, NEVER);
    }

    /// @dev Alice buys of bob, then of carol, one in all.
    function _two() private returns (Match[] memory m) {
        m = _match(alice, bob, btc, 1e9, MARK);
        Fill[] memory fills = new Fill[](2);
        fills[0] = m[0].fills[0];
        fills[1] = _makerFill(carol, btc, -1e9, MARK)[0];
        m[0].fills = fills;
    }
}
