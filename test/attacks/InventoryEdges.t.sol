// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode, PauseLevel} from "../../contracts/Ledger.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
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
        _wait(solo, 3 hours);
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

    /// Nobody can buy while the price is out. The first buyer when it is back would get the discount of all that time.
    /// Bound: what the discount grows by while anchors may stand still.
    function test_anOutage_doesNotCount() public {
        uint256 discount = _afterAnHour();
        _setStale(btc);
        skip(5 hours);
        _setPrice(btc, _price(btc));
        _stoodStill(discount);
    }

    /// The same while the chain stands still, or nobody looks: nothing tells that from an outage. A `poke` does.
    function test_timeWithoutAnyOperation_doesNotCount() public {
        uint256 discount = _afterAnHour();
        skip(5 hours);
        _stoodStill(discount);
        _wait(solo, 30 minutes);
        vm.assertApproxEqAbs(_discount(), discount + 2_500, _slack(), "pokes move it on");
    }

    /// A lock in which nobody defaulted and that nobody ends: the purchase itself ends it.
    function test_aLock_doesNotCount() public {
        uint256 discount = _afterAnHour();
        _setPrice(btc, (_price(btc) * 1_025) / 1_000);
        venue.poke(solo);
        skip(5 hours);
        _stoodStill(discount);
    }

    /// A lock with a default, lengthened by a pause of liquidations. What the vault has from before is not sold cheaper
    /// by it, and what it takes in the settlement is new.
    function test_aLongLock_doesNotAgeWhatWasOnOfferBefore() public {
        uint256 discount = _afterAnHour();
        Actor memory loser = _actor("loser", 40_000);
        _trade(loser, _other, btc, 10e9, _price(btc));
        _settleAnchors(solo);
        _setPrice(btc, (_price(btc) * 92) / 100);
        venue.poke(solo);
        _absorb(loser.id);
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 1 days);
        skip(1 days + _venueParams().unpauseGrace + _venueParams().lockDelay);
        _setPrice(btc, _price(btc));
        int256 held = _size(_inventory, btc);
        venue.deleverage(solo, 100);
        vm.assertGt(_size(_inventory, btc), held, "the vault took nothing: this test says nothing");
        vm.assertLe(_discount(), discount, "aged in a lock");
    }

    /// In a pause only those may buy whose position shrinks by it. While liquidations are stopped anchors stand still,
    /// and the discount with them. Of one market, or of all.
    function test_aPauseOfLiquidations_doesNotCount() public {
        uint256 discount = _afterAnHour();
        uint256 start = vm.snapshotState();
        for (uint8 level = 2; level <= 3; ++level) {
            for (uint256 all; all < 2; ++all) {
                venue.pause(all == 0 ? btc : MarketId.wrap(0), PauseLevel(level), 1 days);
                _wait(solo, 1 days);
                _stoodStill(discount);
                _wait(solo, 30 minutes);
                vm.assertGe(_discount(), discount + 1_500, "stands still after it");
                vm.revertToState(start);
            }
        }
    }

    /// A pause of new risk closes the offer to nobody on the other side, and they hold at least as much as the vault.
    /// So its discount goes on: somebody could have bought at any time, all of it.
    function test_noPause_closesTheOfferToTheOtherSide() public {
        _wait(solo, 1 hours);
        uint256 start = vm.snapshotState();
        for (uint8 level = 1; level <= 3; ++level) {
            venue.pause(MarketId.wrap(0), PauseLevel(level), 1 days);
            int256 inventory = _size(_inventory, btc);
            vm.assertLe(_size(_other.id, btc), -inventory, "a long of the vault is somebody's short");
            vm.prank(_other.owner);
            venue.buyInventory(btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
            vm.assertEq(_size(_inventory, btc), 0, "all of it");
            vm.revertToState(start);
        }
    }

    /// Whoever wants the vault to keep its inventory cannot hold the discount at zero by locking again and again: the
    /// offer goes on after a lock as old as it was. Bound: it grows in all the time between locks.
    function test_manyLocks_doNotHoldTheDiscountDown() public {
        uint256 base = _price(btc);
        for (uint256 i; i < 30; ++i) {
            _setPrice(btc, i % 2 == 0 ? (base * 1_025) / 1_000 : base);
            venue.poke(solo);
            skip(_venueParams().lockDelay);
            venue.poke(solo);
            skip(_venueParams().lockDelay);
        }
        vm.assertApproxEqAbs(_discount(), 5_000, _slack(), "an hour between locks");
    }

    /// @return What the discount is after an hour in which anybody could have bought.
    function _afterAnHour() private returns (uint256) {
        _wait(solo, 1 hours);
        vm.assertApproxEqAbs(_discount(), 5_000, _slack());
        return _discount();
    }

    function _stoodStill(uint256 discount) private {
        vm.assertApproxEqAbs(_discount(), discount, _slack(), "aged while nobody could buy");
    }

    /// @dev What the discount grows by in twice the time in which anchors may stand still, ppm.
    function _slack() private pure returns (uint256) {
        return (uint256(_venueParams().offerRate) * 2 * _venueParams().lockDelay) / 1 hours;
    }

    /// @return What whoever buys all of it now gains, ppm of the mark.
    function _discount() private returns (uint256) {
        uint256 start = vm.snapshotState();
        int256 notional = _notional(uint256(_size(_inventory, btc)), _price(btc));
        int256 gain = _gainOfBuyingAll();
        vm.revertToState(start);
        return gain <= 0 ? 0 : uint256((gain * 1e6) / notional);
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
