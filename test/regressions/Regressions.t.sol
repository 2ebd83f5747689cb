// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {IGovernance} from "../../contracts/interfaces/IGovernance.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {Order} from "../../contracts/interfaces/Orders.sol";
import {Mode, PauseLevel, Phase} from "../../contracts/Ledger.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Actor, Fixture} from "../base/Fixture.sol";
import {Fill, Match} from "../base/Packing.sol";
import {RecoveryView} from "../base/TestLens.sol";

/// @notice Sequences that once broke a promise.
contract RegressionsTest is Fixture {
    Actor internal alice;
    Actor internal bob;
    Actor internal carol;
    Actor internal dave;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        alice = _actor("alice", 10_000);
        bob = _actor("bob", 1_000_000);
        carol = _actor("carol", 100_000);
        dave = _actor("dave", 100_000);
    }

    /// LIVENESS: liquidations may be stopped at most every other week, whatever the scope.
    function test_pause_cannotStopLiquidationsForGoodByAlternatingScopes() public {
        MarketId all = MarketId.wrap(0);
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 7 days);
        skip(7 days);
        vm.expectPartialRevert(IGovernance.PauseTooSoon.selector);
        venue.pause(all, PauseLevel.NO_LIQUIDATION, 7 days);
    }

    /// A pause of new risk holds for the buyer of the vault's inventory too.
    function test_buyInventory_revertsWhileNewRiskIsPaused() public {
        _vaultInventory();
        venue.pause(btc, PauseLevel.NO_NEW_RISK, 1 days);
        vm.expectPartialRevert(IGovernance.PausedAt.selector);
        vm.prank(carol.owner);
        venue.buyInventory(btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
    }

    function _vaultInventory() internal {
        _trade(alice, bob, btc, 3e9, 60_000e18); // 180,000 notional on 10,000: 5.5%
        _setPrice(btc, 58_900e18);
        _settleAnchors(solo);
        _setPrice(btc, 57_900e18); // equity ~ 3628 of 173700: 2.1%
        venue.marginCall(alice.id);
        skip(15);
        vm.prank(carol.owner);
        venue.liquidateToVault(alice.id, btc, 0, NO_NODE);
    }

    /// F4: a maker of a liquidation in a lock must be sound at the frozen marks too.
    function test_liquidate_inLock_refusesMakerWhoWouldBeInsolventAtTheFrozenMark() public {
        _trade(alice, bob, btc, 3e9, 60_000e18);
        _settleAnchors(solo);
        _setPrice(btc, 50_000e18);
        venue.poke(solo);
        _setPrice(btc, 57_900e18); // back above: alice below maintenance, solvent
        Fill[] memory fills = _makerFill(carol, btc, 3e9, 57_900e18);
        Actor memory thin = _actor("thin", 6_000);
        fills = _makerFill(thin, btc, 1.9e9, 57_900e18); // 110,000 notional on 6,000
        vm.prank(dave.owner);
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, ) = address(venue).call(abi.encodeCall(venue.liquidate, (alice.id, btc, 0, _pack(fills))));
        if (!ok) return;
        vm.assertGe(Money.unwrap(_recordedHealth(thin.id).equity), 0, "the maker is below zero at the frozen mark");
    }

    /// A maker that fails is skipped, whatever it contains.
    function test_settle_skipsMakerWithImpossibleLimit() public {
        Match[] memory matches = _match(carol, dave, btc, 1e9, 60_000e18);
        Order memory order = _order(dave, btc, -1e9, 60_000e18, false);
        order.limit = Price.wrap(type(int256).min);
        matches[0].taker = _sign(carol, _order(carol, btc, 1e9, 60_000e18, true));
        Fill[] memory fills = new Fill[](2);
        fills[0] = Fill(_sign(dave, order), 1e9, NO_NODE);
        fills[1] = matches[0].fills[0];
        matches[0].fills = fills;
        venue.settle(_pack(matches, false));
        vm.assertEq(_size(carol.id, btc), 1e9);
    }

    /// A source that answers rubbish counts as not readable.
    function test_quote_treatsUndecodableAnswerAsNotFresh() public {
        vm.mockCall(
            address(sources[btc]),
            abi.encodeCall(IPriceSource.read, ()),
            abi.encode(uint256(60_000e18), uint256(9))
        );
        venue.poke(solo);
        vm.assertFalse(_market(btc).fresh);
    }

    /// A liquidation pause must not let the anchors roll past defaults that nobody may absorb.
    function test_lock_doesNotEndWhileAbsorbIsPaused() public {
        venue.setVaultBudget(solo, 0);
        _trade(alice, bob, btc, 3e9, 60_000e18);
        _settleAnchors(solo);
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 1 hours);
        _setPrice(btc, 50_000e18);
        venue.poke(solo);
        skip(120);
        venue.poke(solo);
        skip(120);
        venue.poke(solo);
        vm.assertTrue(_group(solo).phase == Phase.LOCKED, "the lock waits for the pause");

        skip(1 hours + 600 - 240); // the pause is over, and its grace
        venue.absorb(solo, _list(alice.id));
        skip(120);
        venue.deleverage(solo, 100);
        vm.assertEq(venue.recoveryRate(), 1e18, "a shortfall though all were solvent at the anchor when the jump came");
    }

    /// The first fill after a lapsed lock was tested at the anchor from before the lock, and refused for ever, its
    /// revert undoing the unlock.
    function test_trade_afterALapsedLock_isTestedAtTheNewAnchor() public {
        _setPrice(btc, 80_000e18);
        venue.poke(solo);
        skip(1 hours);
        _trade(carol, bob, btc, 15e9, 80_000e18); // ten times his equity; a quarter lower he would owe
        vm.assertEq(_size(carol.id, btc), 15e9);
        vm.assertEq(_market(btc).anchor, 80_000e18);
    }

    /// INV-8: whether the vault's inventory was absorbed alone or with others moved its pot's money, or did not.
    function test_absorb_leavesPotAndInventoryTheSame_whateverTheOrder() public {
        _vaultInventory();
        AccountId inventory = accountOf(vault.owner, GroupId.unwrap(solo));
        _trade(carol, bob, btc, 30e9, 57_900e18);
        _settleAnchors(solo);
        _setPrice(btc, 52_000e18);
        venue.poke(solo);
        AccountId[] memory both = new AccountId[](2);
        (both[0], both[1]) = (carol.id, inventory);
        both = _sorted(both);

        uint256 start = vm.snapshotState();
        venue.absorb(solo, both);
        (int256 potTogether, int256 inventoryTogether) = (_cash(pot), _cash(inventory));
        vm.revertToState(start);
        venue.absorb(solo, _list(carol.id));
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToAbsorb.selector, solo));
        venue.absorb(solo, _list(inventory));

        vm.assertEq(_cash(pot), potTogether, "pot");
        vm.assertEq(_cash(inventory), inventoryTogether, "inventory");
        vm.assertGe(Money.unwrap(_recordedHealth(inventory).equity), 0, "the pot carries the inventory");
    }

    /// INV-1: what the pot spent of a deposit made at r < 1 counted at the next shortfall as if it was still there.
    function test_shortfall_countsOnlyWhatThePotHasLeftOfADeposit() public {
        AccountId[] memory all = new AccountId[](8);
        (all[0], all[1], all[2], all[3]) = (alice.id, bob.id, carol.id, dave.id);
        (all[4], all[5], all[6]) = (pot, accountOf(vault.owner, GroupId.unwrap(solo)), accountOf(treasury, 0));
        all[7] = accountOf(address(this), 0);
        vm.prank(vault.owner);
        venue.withdraw(0, (POT - 50_000) * TOKEN, vault.owner);
        venue.setVaultBudget(solo, 0);
        _defaultSlowly(alice, 3e9, 10);
        uint256 before = _recovery().shortfall;
        vm.assertGt(before, 0, "r < 1");

        _fund(vault, 30_000);
        venue.setVaultBudget(solo, uint96(60_000 * QUOTE));
        _defaultSlowly(carol, 25e9, 15);
        vm.assertLt(_cash(pot), 30_000e9, "some of the deposit is spent");
        vm.assertGt(_recovery().shortfall, before, "a second shortfall");
        vm.assertLe(_recovery().protectedCash, 30_000e9);
        _fund(pot, 1);
        RecoveryView memory r = _recovery();
        int256 claims = abi.decode(_look(abi.encodeCall(lens.worth, (all))), (int256)) + int256(r.fees);
        vm.assertApproxEqAbs(int256(r.held + r.shortfall), claims, 1e6, "tokens and shortfall are the claims");
    }

    /// Without a gap, and nobody liquidates: the anchors follow, so nobody can be charged.
    function _defaultSlowly(Actor memory actor, int256 size, uint256 percent) private {
        _trade(actor, bob, btc, size, _price(btc));
        for (uint256 i; i < percent; ++i) {
            _setPrice(btc, (_price(btc) * 99) / 100);
            _settleAnchors(solo);
        }
        venue.absorb(solo, _list(actor.id));
        skip(120);
        venue.deleverage(solo, 100);
    }
}
