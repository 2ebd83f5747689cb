// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode, PauseLevel} from "../../contracts/Ledger.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId} from "../../contracts/types/MarketId.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Actor, VaultStandIn} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Money of the vault where the vault cannot reach it
/// @custom:source Class: money left in an account that no function empties (Parity's multisig library, November 2017,
/// and its kind)
/// @notice The vault's inventory is an account like any: it may be liquidated to nothing, be below zero while the pot
/// could pay, and be given money by anybody.
contract InventoryEdgesAttack is Attack {
    AccountId private _inventory;
    Actor private _keeper;
    Actor private _long;
    Actor private _other;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        _inventory = accountOf(vault.owner, GroupId.unwrap(solo));
        _long = _actor("long", 118_000);
        _other = _actor("other", 20_000_000);
        _keeper = _actor("keeper", 20_000_000);
        _trade(_long, _other, btc, 37e9, 60_000e18);
        _creep(btc, 58_500e18);
        (bool took, ) = _tryLiquidateToVault(_keeper, _long.id, btc);
        vm.assertTrue(took, "the vault took nothing: this test says nothing");
    }

    /// A vault that is replaced takes only its pot out: nothing may be left in its other accounts. Bound: all of it.
    function test_aReplacedVault_leavesNothingBehind() public {
        vm.prank(_keeper.owner);
        venue.buyInventory(btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        _fund(_inventory, 1_000 * TOKEN); // by anybody; a liquidation leaves some dust as well
        venue.collectFees();
        int256 pots = _cash(pot);
        venue.setVault(_standIn("next vault"));
        vm.assertEq(_cash(_inventory), 0, "left behind");
        vm.assertEq(_cash(pot), pots + 1_000e9);
    }

    /// An inventory below zero that the pot could pay for: `absorb` finds it solvent at the lock and refuses, so it
    /// must be possible to liquidate it. Bound: the pot pays what it owes, within the budget.
    function test_anInventoryBelowZero_isLiquidated() public {
        int256 margin = _cash(_inventory);
        while (_equity(_inventory) >= -5_000e9) _creep(btc, (_price(btc) * 995) / 1_000);
        venue.setVaultBudget(solo, uint96(uint256(margin)));
        skip(1 days);
        _setPrice(btc, _price(btc));
        _settleAnchors(solo);
        int256 owed = -_equity(_inventory);
        vm.assertGt(owed, 100e9);
        vm.assertLt(owed, margin);
        (bool ok, ) = _try(address(this), abi.encodeCall(venue.absorb, (solo, _list(_inventory))));
        vm.assertFalse(ok, "absorbed: this test says nothing");

        int256 pots = _cash(pot);
        (ok, ) = _tryLiquidate(_keeper, _inventory, btc, type(uint256).max);
        vm.assertTrue(ok, "stuck below zero");
        vm.assertEq(_size(_inventory, btc), 0);
        vm.assertEq(_cash(pot), pots - owed, "the pot paid what it owed, and no more");
        vm.assertEq(uint256(_group(solo).vaultSpent), uint256(owed), "counts against the budget");
    }

    /// What a settlement leaves to the vault cannot be bought before. Bound: the mark, at once after it, however long a
    /// pause of liquidations made the lock.
    function test_inventoryOfALongLock_hasNoDiscountAtItsEnd() public {
        _gainOfBuyingAll();
        Actor memory loser = _actor("loser", 40_000);
        _trade(loser, _other, btc, 10e9, _price(btc));
        _settleAnchors(solo);
        _setPrice(btc, (_price(btc) * 92) / 100);
        venue.poke(solo);
        _absorb(loser.id);
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 1 days);
        skip(1 days + _venueParams().unpauseGrace + _venueParams().lockDelay);
        _setPrice(btc, _price(btc));
        venue.deleverage(solo, 100);
        vm.assertGt(_size(_inventory, btc), 0, "the vault took nothing: this test says nothing");
        vm.assertApproxEqAbs(_gainOfBuyingAll(), 0, 10, "a discount that nobody waited for");
    }

    /// A position of 20 quote is left to the vault, in front of whoever buys an inventory of two million at the
    /// discount that grew for hours. Bound: the discount is the average by size.
    function test_aSmallTakeover_doesNotEndTheDiscountOfTheRest() public {
        skip(3 hours);
        _setPrice(btc, _price(btc));
        _settleAnchors(solo);
        Actor memory small = _actor("small");
        _fund(small.id, (154 * TOKEN) / 100);
        uint256 size = (30e9 * 1e18) / _price(btc);
        _trade(small, _other, btc, int256(size), _price(btc));
        _creep(btc, (_price(btc) * 977) / 1_000);
        int256 held = _size(_inventory, btc);
        uint256 start = vm.snapshotState();
        int256 discount = _gainOfBuyingAll();
        vm.assertGt(discount, 10_000e9, "no discount: this test says nothing");
        vm.revertToState(start);
        (bool took, ) = _tryLiquidateToVault(_keeper, small.id, btc);
        vm.assertTrue(took, "the vault took nothing: this test says nothing");
        vm.assertGt(_size(_inventory, btc), held);
        vm.assertApproxEqAbs(_gainOfBuyingAll(), discount, uint256(discount) / 1_000, "begun anew");
    }

    function _gainOfBuyingAll() private returns (int256) {
        int256 has = _equity(_keeper.id);
        vm.prank(_keeper.owner);
        venue.buyInventory(btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        vm.assertEq(_size(_inventory, btc), 0);
        return _equity(_keeper.id) - has;
    }

    function _standIn(string memory name) private returns (address standIn) {
        standIn = _actor(name).owner;
        vm.etch(standIn, address(new VaultStandIn(venue)).code);
    }
}
