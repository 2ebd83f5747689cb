// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccounts} from "../../../contracts/interfaces/IAccounts.sol";
import {IDeleveraging} from "../../../contracts/interfaces/IDeleveraging.sol";
import {ILiquidation} from "../../../contracts/interfaces/ILiquidation.sol";
import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {MarketParams, Mode, PauseLevel, Phase} from "../../../contracts/Ledger.sol";
import {Health} from "../../../contracts/position/MarginLib.sol";
import {AccountId, accountOf} from "../../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../../contracts/types/MarketId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {NO_NODE} from "../../../contracts/types/NodeId.sol";
import {Actor, Fixture} from "../../base/Fixture.sol";
import {Fill} from "../../base/Packing.sol";

/// @notice The refusals and edges of the three ways of a liquidation and of the vault's offers; the usual course is in
/// modules/Default.t.sol.
contract LiquidationLibTest is Fixture {
    Actor internal alice;
    Actor internal bob;
    Actor internal carol;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        alice = _actor("alice", 10_000);
        bob = _actor("bob", 1_000_000);
        carol = _actor("carol", 100_000);
    }

    function test_liquidate_ofAShort_buysUpToTheMarkPlusItsDiscount() public {
        _trade(alice, bob, btc, -3e9, 60_000e18);
        _creepUp(61_900e18);
        Health memory before = _health(alice.id);
        Fill[] memory fills = _makerFill(carol, btc, -3e9, 61_950e18);
        venue.liquidate(alice.id, btc, 0, _pack(fills));

        Health memory h = _health(alice.id);
        vm.assertLt(_abs(_size(alice.id, btc)), 3e9);
        vm.assertEq(_size(alice.id, btc) + _size(carol.id, btc), -3e9, "what one closed the other opened");
        vm.assertGe(Money.unwrap(h.equity) + 10, Money.unwrap(h.initial), "back to initial margin");
        vm.assertLt(Money.unwrap(h.equity), Money.unwrap(before.equity), "the discount is paid");
        vm.assertGt(_cash(accountOf(address(this), 0)), 0, "the keeper is paid");
    }

    function test_liquidate_ofAShort_closesAllWhenLessThanTheMinimumWouldBeLeft() public {
        MarketParams memory params = _marketParams();
        params.minNotional = uint48(10_000 * QUOTE);
        venue.setMarketParams(btc, params);
        Actor memory dave = _actor("dave", 1_600);
        _trade(dave, bob, btc, -0.5e9, 60_000e18);
        _creepUp(61_900e18); // three quarters of it would do, and leave 7,000
        vm.prank(carol.owner);
        venue.liquidateToAccount(dave.id, btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        vm.assertEq(_size(dave.id, btc), 0);
        vm.assertEq(_size(carol.id, btc), -0.5e9);
    }

    function test_liquidate_closesTheMinimumWhenLessWouldDo() public {
        MarketParams memory params = _marketParams();
        params.minNotional = uint48(10_000 * QUOTE);
        venue.setMarketParams(btc, params);
        Actor memory dave = _actor("dave", 1_279);
        _trade(dave, bob, btc, -0.34e9, 60_000e18);
        _creepUp(61_900e18); // 9,000 of 21,046 would do
        vm.prank(carol.owner);
        venue.liquidateToAccount(dave.id, btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        vm.assertEq(_size(carol.id, btc), -161_550_889, "10,000 / 61,900, rounded up");
    }

    function test_liquidate_revertsForAMarketThatIsNotOpen_andALegThatIsNotThere() public {
        MarketId nowhere = solo.market(3);
        vm.expectRevert(abi.encodeWithSelector(ITrading.MarketNotOpen.selector, nowhere));
        venue.liquidateToAccount(alice.id, nowhere, 0, 1, NO_NODE, ANY_PRICE, NEVER);
        MarketId first = quad.market(0);
        MarketId second = quad.market(1);
        _trade(alice, bob, first, 1e9, 60_000e18);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.NoPosition.selector, alice.id, second));
        venue.liquidateToAccount(alice.id, second, 0, 1, NO_NODE, ANY_PRICE, NEVER);
    }

    function test_liquidateToAccount_revertsForNothing_andForAKeeperOfAnotherGroup() public {
        _trade(alice, bob, btc, 3e9, 60_000e18);
        _creepDown(58_000e18);
        vm.expectRevert(ITrading.NothingFilled.selector);
        venue.liquidateToAccount(alice.id, btc, 0, 0, NO_NODE, ANY_PRICE, NEVER);
        Actor memory dave = _actor("dave", 100_000);
        Actor memory erin = _actor("erin", 100_000);
        _trade(dave, erin, quad.market(0), 1e9, 60_000e18);
        vm.expectRevert(abi.encodeWithSelector(ITrading.AccountInOtherGroup.selector, dave.id, quad));
        vm.prank(dave.owner);
        venue.liquidateToAccount(alice.id, btc, 0, 1e9, NO_NODE, ANY_PRICE, NEVER);
    }

    function test_liquidate_takesOrdersWithinItsDiscountThoughOutsideThePriceBand() public {
        MarketParams memory params = _marketParams();
        params.priceBand = 1_000;
        venue.setMarketParams(btc, params);
        _trade(alice, bob, btc, 3e9, 60_000e18);
        _creepDown(57_500e18); // 2,428 of equity on 172,500: the discount may be 1.4%
        venue.liquidate(alice.id, btc, 0, _pack(_makerFill(carol, btc, 3e9, 57_150e18)));
        vm.assertGt(_size(carol.id, btc), 0, "0.6% below the mark, of a half of 1.4%");
    }

    function test_liquidate_takesOrdersBetterThanTheMark_upToThePriceBand() public {
        _trade(alice, bob, btc, 3e9, 60_000e18);
        _creepDown(58_300e18);
        venue.liquidate(alice.id, btc, 0, _pack(_makerFill(carol, btc, 3e9, 59_400e18))); // 1.9% above
        vm.assertGt(_size(carol.id, btc), 0);
    }

    /// A lock that a fall began: the shorts won.
    function test_liquidate_inALock_refusesWhoWouldLeaveTheWinningSide() public {
        _trade(alice, bob, btc, 3e9, 60_000e18);
        _settleAnchors(solo);
        _setPrice(btc, 57_500e18);
        venue.poke(solo);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.WinningSideLocked.selector, bob.id, btc));
        vm.prank(bob.owner);
        venue.liquidateToAccount(alice.id, btc, 0, 1e9, NO_NODE, ANY_PRICE, NEVER);

        Fill[] memory fills = new Fill[](2);
        fills[0] = _makerFill(bob, btc, 1e9, 57_500e18)[0];
        fills[1] = _makerFill(carol, btc, 1e9, 57_500e18)[0];
        venue.liquidate(alice.id, btc, 0, _pack(fills));
        vm.assertEq(_size(bob.id, btc), -3e9, "skipped");
        vm.assertEq(_size(carol.id, btc), 1e9, "who was flat takes it");
    }

    /// A pause during a settlement moves the lock's end, but does not bring the lock back.
    function test_liquidate_neverInASettlement() public {
        Actor memory dave = _actor("dave", 10_000);
        _trade(alice, bob, btc, 3e9, 60_000e18);
        _trade(dave, bob, btc, 2.8e9, 60_000e18);
        venue.setVaultBudget(solo, 0);
        _settleAnchors(solo);
        _setPrice(btc, 56_600e18);
        venue.absorb(solo, _list(alice.id));
        skip(120);
        vm.assertFalse(venue.deleverage(solo, 0), "begun, not done");
        vm.assertTrue(_group(solo).phase == Phase.SETTLING);
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 60);
        skip(60 + 600);
        vm.expectPartialRevert(IDeleveraging.GroupLocked.selector);
        vm.prank(carol.owner);
        venue.liquidateToAccount(dave.id, btc, 0, 1e9, NO_NODE, ANY_PRICE, NEVER);
    }

    /// Long in two markets, below zero at the anchor of one: closing the other at a discount would leave more unpaid
    /// there.
    function test_liquidate_refusesToLeaveMoreUnpaidAtTheAnchor() public {
        MarketId a = quad.market(0);
        MarketId b = quad.market(1);
        Actor memory dave = _actor("dave", 7_000);
        _trade(dave, bob, a, 1e9, 60_000e18);
        _trade(dave, bob, b, 20e9, 3_000e18);
        for (uint256 i; i < 5; ++i) {
            _setPrice(a, (_price(a) * 99) / 100);
            _setPrice(b, (_price(b) * 986) / 1_000);
            _settleAnchors(quad);
        }
        _setPrice(b, (_price(b) * 1_019) / 1_000);
        vm.assertGt(_equity(dave.id), 0);
        vm.expectPartialRevert(ITrading.UnsoundAtAnchor.selector);
        vm.prank(carol.owner);
        venue.liquidateToAccount(dave.id, a, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
    }

    function test_liquidate_ofTheVaultsInventory_onlyWhenThePotMayNotFundIt() public {
        AccountId inventory = _vaultInventory();
        _creepDown(55_500e18);
        vm.startPrank(carol.owner);
        vm.expectPartialRevert(ILiquidation.NotLiquidatable.selector);
        venue.liquidateToAccount(inventory, btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        vm.stopPrank();
        venue.setVaultBudget(solo, 0);
        vm.prank(carol.owner);
        venue.liquidateToAccount(inventory, btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        vm.assertGt(_size(carol.id, btc), 0);
    }

    /// What the vault set aside at the lock must stay true.
    function test_liquidate_ofTheVaultsInventory_neverInALock() public {
        AccountId inventory = _vaultInventory();
        venue.setVaultBudget(solo, 0);
        _creepDown(56_000e18);
        // so that the jump leaves it solvent, below maintenance margin
        venue.setVaultBudget(solo, uint96(_group(solo).vaultSpent + 2_000 * QUOTE));
        _setPrice(btc, 54_800e18);
        venue.poke(solo);
        vm.expectRevert(abi.encodeWithSelector(IAccounts.GroupsLocked.selector, 1));
        vm.prank(carol.owner);
        venue.liquidateToAccount(inventory, btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
    }

    function test_buyInventory_revertsForTheVault_forAnotherGroup_andAMarketThatIsNotOpen() public {
        _vaultInventory();
        MarketId nowhere = solo.market(3);
        vm.expectRevert(abi.encodeWithSelector(ITrading.MarketNotOpen.selector, nowhere));
        venue.buyInventory(nowhere, 0, 1, NO_NODE, ANY_PRICE, NEVER);
        vm.expectRevert(abi.encodeWithSelector(ITrading.SameOwner.selector, vault.owner));
        vm.prank(vault.owner);
        venue.buyInventory(btc, 7, 1e9, NO_NODE, ANY_PRICE, NEVER);
        Actor memory erin = _actor("erin", 100_000);
        _trade(carol, erin, quad.market(0), 1e9, 60_000e18);
        vm.expectRevert(abi.encodeWithSelector(ITrading.AccountInOtherGroup.selector, carol.id, quad));
        vm.prank(carol.owner);
        venue.buyInventory(btc, 0, 1e9, NO_NODE, ANY_PRICE, NEVER);
    }

    function test_buyInventory_sellsAPart() public {
        AccountId inventory = _vaultInventory();
        int256 whole = _size(inventory, btc);
        vm.prank(carol.owner);
        venue.buyInventory(btc, 0, 0.5e9, NO_NODE, ANY_PRICE, NEVER);
        vm.assertEq(_size(carol.id, btc), 0.5e9);
        vm.assertEq(_size(inventory, btc), whole - 0.5e9);
    }

    function test_buyInventory_atADiscountThatGrowsByTheHour_upToItsCap() public {
        _vaultInventory();
        int256 mark = int256(_price(btc));
        _wait(solo, 1 hours);
        vm.assertEq(_boughtAt(), mark - (mark * 5_000) / 1e6, "0.5% an hour");
        _wait(solo, 2 hours);
        vm.assertEq(_boughtAt(), mark - (mark * 15_000) / 1e6, "the cap");
        _wait(solo, 2 hours);
        vm.assertEq(_boughtAt(), mark - (mark * 15_000) / 1e6, "no more than the cap");
    }

    /// The discount of who is hardly below a call is small; the vault takes no less than its own, and closes as much as
    /// that needs.
    function test_liquidateToVault_takesAtLeastTheVaultsDiscount() public {
        _trade(alice, bob, btc, 3e9, 60_000e18);
        _creepDown(58_700e18);
        venue.marginCall(alice.id);
        skip(900);
        venue.liquidateToVault(alice.id, btc, 0, NO_NODE);
        Health memory h = _health(alice.id);
        vm.assertGe(Money.unwrap(h.equity) + 10, Money.unwrap(h.initial), "back to initial margin");
        int256 closed = 3e9 - _size(alice.id, btc);
        int256 cost = (closed * 58_700 * 5_000) / 1e6;
        int256 paid = _cash(accountOf(address(this), 0));
        vm.assertEq(paid, 0, "the vault keeps all of its discount");
        AccountId inventory = accountOf(vault.owner, GroupId.unwrap(solo));
        vm.assertApproxEqAbs(_equity(inventory) + _cash(pot), int256(POT * QUOTE) + cost, 3, "0.5%");
    }

    /// At an equity of a sixth of maintenance margin 0.5% is just what does not lower the ratio.
    function test_liquidateToVault_whenItsDiscountIsTheMostThatTheAccountBears() public {
        MarketParams memory params = _marketParams();
        params.discountCap = 4_000;
        venue.setMarketParams(btc, params);
        Actor memory dave = _actor("dave", 10_000);
        _trade(dave, bob, btc, 3e9, 60_000e18);
        _creepDown(uint256(170_072e18 * 1_000) / 2_985 + 0.01e18);
        Health memory h = _health(dave.id);
        vm.assertEq((30_000 * Money.unwrap(h.equity)) / Money.unwrap(h.maintenance), 5_000);
        venue.marginCall(dave.id);
        skip(15);
        venue.liquidateToVault(dave.id, btc, 0, NO_NODE);
        vm.assertLt(_size(dave.id, btc), 3e9);
    }

    function test_clearCall_atTheCallLevelItself() public {
        Actor memory edge = _actor("edge", 4_199);
        _trade(edge, bob, btc, 1e9, 60_000e18);
        _creepDown(57_900e18);
        venue.marginCall(edge.id);
        _setPrice(btc, 58_000e18);
        Health memory h = _health(edge.id);
        vm.assertEq(Money.unwrap(h.equity) * 1_000_000, Money.unwrap(h.maintenance) * 1_250_000, "at the level");
        venue.clearCall(edge.id);
        vm.assertEq(_account(edge.id).calledAt, 0);
    }

    /// @return price Of a little of the inventory, now.
    function _boughtAt() private returns (int256 price) {
        uint256 start = vm.snapshotState();
        venue.poke(solo);
        int256 before = _equity(carol.id);
        vm.prank(carol.owner);
        venue.buyInventory(btc, 0, 1e9, NO_NODE, ANY_PRICE, NEVER);
        price = int256(_price(btc)) - (_equity(carol.id) - before) * 1e9;
        vm.revertToState(start);
    }

    function _vaultInventory() private returns (AccountId inventory) {
        _trade(alice, bob, btc, 3e9, 60_000e18);
        _creepDown(57_900e18);
        venue.marginCall(alice.id);
        skip(15);
        venue.liquidateToVault(alice.id, btc, 0, NO_NODE);
        inventory = accountOf(vault.owner, GroupId.unwrap(solo));
        vm.assertGt(_size(inventory, btc), 0);
    }

    function _creepDown(uint256 mark) private {
        _settleAnchors(solo);
        while (_price(btc) > mark) {
            uint256 next = (_price(btc) * 99) / 100;
            _setPrice(btc, next < mark ? mark : next);
            _settleAnchors(solo);
        }
    }

    function _creepUp(uint256 mark) private {
        _settleAnchors(solo);
        while (_price(btc) < mark) {
            uint256 next = (_price(btc) * 101) / 100;
            _setPrice(btc, next > mark ? mark : next);
            _settleAnchors(solo);
        }
    }
}
