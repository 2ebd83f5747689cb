// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IClearinghouse, Fill, Match, Order} from "../../contracts/interfaces/IClearinghouse.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {Mode, PauseLevel, Phase} from "../../contracts/Ledger.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Actor, Fixture} from "../base/Fixture.sol";

/// @notice Sequences that once broke a promise.
contract RegressionsTest is Fixture {
    Actor internal alice;
    Actor internal bob;
    Actor internal carol;
    Actor internal dave;

    function setUp() public {
        _deployHouse(Mode.QUEUE);
        alice = _actor("alice", 10_000);
        bob = _actor("bob", 1_000_000);
        carol = _actor("carol", 100_000);
        dave = _actor("dave", 100_000);
    }

    /// LIVENESS: liquidations may be stopped at most every other week, whatever the scope.
    function test_pause_cannotStopLiquidationsForGoodByAlternatingScopes() public {
        MarketId all = MarketId.wrap(0);
        house.pause(btc, PauseLevel.NO_LIQUIDATION, 7 days);
        skip(7 days);
        vm.expectPartialRevert(IClearinghouse.PauseTooSoon.selector);
        house.pause(all, PauseLevel.NO_LIQUIDATION, 7 days);
    }

    /// A pause of new risk holds for the buyer of the vault's inventory too.
    function test_buyInventory_revertsWhileNewRiskIsPaused() public {
        _vaultInventory();
        house.pause(btc, PauseLevel.NO_NEW_RISK, 1 days);
        vm.expectPartialRevert(IClearinghouse.PausedAt.selector);
        vm.prank(carol.owner);
        house.buyInventory(btc, 0, type(uint256).max, NO_NODE);
    }

    function _vaultInventory() internal {
        _trade(alice, bob, btc, 3e9, 60_000e18); // 180,000 notional on 10,000: 5.5%
        _setPrice(btc, 58_900e18);
        _settleAnchors(solo);
        _setPrice(btc, 57_900e18); // equity ~ 3628 of 173700: 2.1%
        house.marginCall(alice.id);
        skip(15);
        vm.prank(carol.owner);
        house.liquidateToVault(alice.id, btc, 0, NO_NODE);
    }

    /// F4: a maker of a liquidation in a lock must be sound at the frozen marks too.
    function test_liquidate_inLock_refusesMakerWhoWouldBeInsolventAtTheFrozenMark() public {
        _trade(alice, bob, btc, 3e9, 60_000e18);
        _settleAnchors(solo);
        _setPrice(btc, 50_000e18);
        house.poke(solo);
        _setPrice(btc, 57_900e18); // back above: alice below maintenance, solvent
        Fill[] memory fills = _makerFill(carol, btc, 3e9, 57_900e18);
        Actor memory thin = _actor("thin", 6_000);
        fills = _makerFill(thin, btc, 1.9e9, 57_900e18); // 110,000 notional on 6,000
        vm.prank(dave.owner);
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, ) = address(house).call(abi.encodeCall(house.liquidate, (alice.id, btc, 0, fills)));
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
        house.settle(solo, matches, false);
        vm.assertEq(_size(carol.id, btc), 1e9);
    }

    /// A source that answers rubbish counts as not readable.
    function test_quote_treatsUndecodableAnswerAsNotFresh() public {
        vm.mockCall(
            address(sources[btc]),
            abi.encodeCall(IPriceSource.read, ()),
            abi.encode(uint256(60_000e18), uint256(9))
        );
        house.poke(solo);
        vm.assertFalse(_market(btc).fresh);
    }

    /// A liquidation pause must not let the anchors roll past defaults that nobody may absorb.
    function test_lock_doesNotEndWhileAbsorbIsPaused() public {
        house.setVaultBudget(solo, 0);
        _trade(alice, bob, btc, 3e9, 60_000e18);
        _settleAnchors(solo);
        house.pause(btc, PauseLevel.NO_LIQUIDATION, 1 hours);
        _setPrice(btc, 50_000e18);
        house.poke(solo);
        skip(120);
        house.poke(solo);
        skip(120);
        house.poke(solo);
        vm.assertTrue(_group(solo).phase == Phase.LOCKED, "the lock waits for the pause");

        skip(1 hours + 600 - 240); // the pause is over, and its grace
        house.absorb(solo, _list(alice.id));
        skip(120);
        house.deleverage(solo, 100);
        vm.assertEq(house.recoveryRate(), 1e18, "a shortfall though all were solvent at the anchor when the jump came");
    }
}
