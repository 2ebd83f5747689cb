// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccounts} from "../../../contracts/interfaces/IAccounts.sol";
import {IDeleveraging} from "../../../contracts/interfaces/IDeleveraging.sol";
import {IGovernance} from "../../../contracts/interfaces/IGovernance.sol";
import {ILiquidation} from "../../../contracts/interfaces/ILiquidation.sol";
import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {Mode, Phase} from "../../../contracts/Ledger.sol";
import {Health} from "../../../contracts/position/MarginLib.sol";
import {AccountId, accountOf} from "../../../contracts/types/AccountId.sol";
import {GroupId} from "../../../contracts/types/MarketId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {NO_NODE} from "../../../contracts/types/NodeId.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Actor, Fixture} from "../../base/Fixture.sol";
import {Fill} from "../../base/Packing.sol";
import {MarketView} from "../../base/TestLens.sol";

/// @notice Margin calls, the three ways of a liquidation, lock, absorb and settlement, one market.
contract DefaultTest is Fixture {
    Actor internal alice;
    Actor internal bob;
    Actor internal carol;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        alice = _actor("alice", 10_000);
        bob = _actor("bob", 1_000_000);
        carol = _actor("carol", 100_000);
        _trade(alice, bob, btc, 3e9, 60_000e18); // 180,000 of notional on 9,928 of cash
        _settleAnchors(solo);
    }

    /// @dev Down by less than a gap at a time, until alice is below maintenance margin.
    function _creep(uint256 mark) internal {
        while (_price(btc) > mark) {
            uint256 next = (_price(btc) * 99) / 100;
            _setPrice(btc, next < mark ? mark : next);
            _settleAnchors(solo);
        }
    }

    /// After a charge the frames of the two sides differ.
    function test_trade_afterACharge_entersEachSideAtItsOwnLevel() public {
        venue.setVaultBudget(solo, 0);
        _setPrice(btc, 55_000e18);
        venue.absorb(solo, _list(alice.id));
        skip(120);
        venue.deleverage(solo, 100);
        MarketView memory v = _market(btc);
        vm.assertGt(v.chargeShort, 1_000e18, "bob, who was short, paid");
        _settleAnchors(solo);

        Actor memory dave = _actor("dave", 100_000);
        _trade(carol, dave, btc, 1e9, 55_000e18);
        int256 level = 55_000e18 - _market(btc).funding;
        uint256 granule = 55e18;
        vm.assertApproxEqAbs(Price.unwrap(_position(carol.id, btc).rank), level - int256(v.chargeLong), granule);
        vm.assertApproxEqAbs(Price.unwrap(_position(dave.id, btc).rank), -(level + int256(v.chargeShort)), granule);
    }

    // ------------------------------------------------------------------ margin calls

    function test_marginCall_isForAccountsBelowTheCallLevel_once() public {
        vm.expectPartialRevert(ILiquidation.MarginSufficient.selector);
        venue.marginCall(alice.id);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.NotCalled.selector, alice.id));
        venue.clearCall(alice.id);
        _creep(58_800e18);
        venue.marginCall(alice.id);
        vm.expectPartialRevert(ILiquidation.AlreadyCalled.selector);
        venue.marginCall(alice.id);
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.clearCall(alice.id);
    }

    function test_marginCall_isClearedByADeposit() public {
        _creep(58_800e18);
        venue.marginCall(alice.id);
        _fund(alice, 1_000);
        vm.assertEq(uint256(_account(alice.id).calledAt), 0);
    }

    function test_marginCall_fallsDueAfterItsGraceAndLapses() public {
        _creep(58_800e18);
        venue.marginCall(alice.id);
        vm.startPrank(carol.owner);
        skip(899);
        vm.expectPartialRevert(ILiquidation.NotLiquidatable.selector);
        venue.liquidateToAccount(alice.id, btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        skip(1);
        venue.liquidateToAccount(alice.id, btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        vm.stopPrank();
        Health memory h = _health(alice.id);
        vm.assertGe(Money.unwrap(h.equity) + 10, Money.unwrap(h.initial), "back to initial margin");
    }

    // ------------------------------------------------------------------ liquidation

    function test_liquidate_revertsForWhoIsHealthy_absent_orInsolvent() public {
        vm.startPrank(carol.owner);
        vm.expectPartialRevert(ILiquidation.NotLiquidatable.selector);
        venue.liquidateToAccount(alice.id, btc, 0, 1e9, NO_NODE, ANY_PRICE, NEVER);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.NoPosition.selector, carol.id, btc));
        venue.liquidateToAccount(carol.id, btc, 1, 1e9, NO_NODE, ANY_PRICE, NEVER);
        _creep(56_000e18);
        vm.expectPartialRevert(ILiquidation.AccountInsolvent.selector);
        venue.liquidateToAccount(alice.id, btc, 0, 1e9, NO_NODE, ANY_PRICE, NEVER);
        vm.stopPrank();
    }

    function testFuzz_liquidateToAccount_restoresTheMarginAndNeverLowersTheRatio(uint256 mark, uint256 max) public {
        mark = bound(mark, 57_300e18, 58_350e18);
        _creep(mark);
        Health memory before = _health(alice.id);
        max = max % 2 == 0 ? type(uint256).max : bound(max, 1e6, 3e9);
        vm.prank(carol.owner);
        venue.liquidateToAccount(alice.id, btc, 0, max, NO_NODE, ANY_PRICE, NEVER);
        Health memory h = _health(alice.id);
        vm.assertGe(
            (Money.unwrap(h.equity) + 10) * Money.unwrap(before.maintenance),
            Money.unwrap(before.equity) * Money.unwrap(h.maintenance),
            "INV-10"
        );
        if (max == type(uint256).max && _size(alice.id, btc) > 0) {
            vm.assertGe(Money.unwrap(h.equity) + 10, Money.unwrap(h.initial), "initial margin restored");
        }
    }

    function test_liquidate_againstOrders_skipsBadOnesAndNeedsOne() public {
        _creep(58_000e18);
        Fill[] memory fills = _makerFill(carol, btc, 3e9, 50_000e18);
        vm.expectRevert(ITrading.NothingFilled.selector);
        venue.liquidate(alice.id, btc, 0, _pack(fills));
        fills = _makerFill(carol, btc, 3e9, 57_900e18);
        venue.liquidate(alice.id, btc, 0, _pack(fills));
        vm.assertGt(_size(carol.id, btc), 0);
        vm.assertGt(_cash(accountOf(address(this), 0)), 0, "the keeper is paid");
    }

    function test_liquidate_refusesTheOwnersOtherAccount() public {
        _creep(58_000e18);
        _fund(accountOf(alice.owner, 1), 100_000 * TOKEN);
        vm.expectRevert(abi.encodeWithSelector(ITrading.SameOwner.selector, alice.owner));
        vm.prank(alice.owner);
        venue.liquidateToAccount(alice.id, btc, 1, 1e9, NO_NODE, ANY_PRICE, NEVER);
    }

    function test_liquidateToVault_waitsForACall_thenFundsItsMarginAndOffersIt() public {
        _creep(58_000e18);
        vm.startPrank(carol.owner);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.NotCalled.selector, alice.id));
        venue.liquidateToVault(alice.id, btc, 0, NO_NODE);
        venue.marginCall(alice.id);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.VaultMustWait.selector, block.timestamp + 15));
        venue.liquidateToVault(alice.id, btc, 0, NO_NODE);
        skip(15);
        venue.liquidateToVault(alice.id, btc, 0, NO_NODE);
        AccountId inventory = accountOf(vault.owner, GroupId.unwrap(solo));
        Health memory h = _health(inventory);
        vm.assertGt(_size(inventory, btc), 0);
        vm.assertGe(Money.unwrap(h.equity), Money.unwrap(h.initial), "INV-10");

        skip(1 hours);
        venue.poke(solo);
        venue.buyInventory(btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        vm.assertEq(_size(inventory, btc), 0);
        vm.assertEq(_cash(inventory), 0, "swept to the pot");
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.NoInventory.selector, btc));
        venue.buyInventory(btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        vm.stopPrank();
    }

    function test_liquidateToVault_revertsWhenItsDiscountWouldLowerTheRatio() public {
        _creep(56_850e18); // hardly any equity left
        venue.marginCall(alice.id);
        skip(15);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.VaultUnable.selector, btc));
        venue.liquidateToVault(alice.id, btc, 0, NO_NODE);
    }

    function test_setVault_revertsWhileThePresentOneHasInventory() public {
        _creep(58_000e18);
        venue.marginCall(alice.id);
        skip(15);
        venue.liquidateToVault(alice.id, btc, 0, NO_NODE);
        vm.expectRevert(IGovernance.VaultInUse.selector);
        venue.setVault(vault.owner);
    }

    // ------------------------------------------------------------------ lock

    function test_gap_stopsFillsUntilSomebodyPokes() public {
        _setPrice(btc, 58_700e18);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GapOpen.selector, solo));
        venue.liquidateToAccount(alice.id, btc, 0, 1, NO_NODE, ANY_PRICE, NEVER);
        venue.poke(solo);
        vm.assertTrue(_group(solo).phase == Phase.LOCKED);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToAbsorb.selector, solo));
        venue.absorb(solo, _list(alice.id));
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.LockStillRunning.selector, solo, block.timestamp + 120));
        venue.deleverage(solo, 1);
        skip(120);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToDeleverage.selector, solo));
        venue.deleverage(solo, 1);
        venue.poke(solo);
        vm.assertTrue(_group(solo).phase == Phase.NORMAL);
        vm.assertEq(_market(btc).anchor, 58_700e18, "the frozen mark is the new anchor");
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GroupNotLocked.selector, solo));
        venue.deleverage(solo, 1);
    }

    function test_lock_refusesLiquidationOfTheWinningSide_andOfTheVault() public {
        Actor memory dave = _actor("dave", 4_000);
        _trade(carol, dave, btc, 1e9, 60_000e18); // dave is short
        _setPrice(btc, 58_000e18);
        venue.poke(solo);
        _setPrice(btc, 62_200e18); // he won at the frozen mark and is below maintenance now
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.WinningSideLocked.selector, dave.id, btc));
        venue.liquidateToAccount(dave.id, btc, 0, 1e9, NO_NODE, ANY_PRICE, NEVER);
    }

    function test_lock_refusesAKeeperWhomTheFrozenMarkWouldTakeBelowZero() public {
        Actor memory keeper = _actor("keeper", 9_000);
        _setPrice(btc, 50_000e18);
        venue.poke(solo);
        _setPrice(btc, 57_800e18);
        vm.expectPartialRevert(ITrading.UnsoundAtAnchor.selector);
        vm.prank(keeper.owner);
        venue.liquidateToAccount(alice.id, btc, 0, 2.5e9, NO_NODE, ANY_PRICE, NEVER);
    }

    // ------------------------------------------------------------------ absorb and deleverage

    function test_absorb_revertsUnlessAscending_andBelowTheMinimumDebt_andTooSoon() public {
        AccountId[] memory twice = new AccountId[](2);
        (twice[0], twice[1]) = (alice.id, alice.id);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.AccountsNotAscending.selector, alice.id));
        venue.absorb(solo, twice);
        _creep(56_690e18 - 10e18);
        vm.expectPartialRevert(IDeleveraging.DebtTooSmall.selector);
        venue.absorb(solo, _list(alice.id));
        _creep(56_000e18);
        _setPrice(btc, 54_000e18);
        venue.poke(solo);
        skip(120);
        venue.poke(solo);
        vm.expectPartialRevert(IDeleveraging.LockedTooRecently.selector);
        venue.absorb(solo, _list(alice.id));
    }

    function testFuzz_deleverage_chargesTheWinnersAndTearsUpTheRest(
        uint256 mark,
        uint256 budget,
        uint256 steps
    ) public {
        mark = bound(mark, 30_000e18, 56_000e18);
        budget = bound(budget, 0, 100_000 * QUOTE);
        venue.setVaultBudget(solo, uint96(budget));
        int256 anchored = _equity(bob.id);
        _setPrice(btc, mark);
        venue.absorb(solo, _list(alice.id));
        int256 frozen = _equity(bob.id);
        uint256 deficit = _group(solo).deficit;
        vm.assertGt(deficit, 0);
        skip(120);
        steps = bound(steps, 1, 3);
        for (uint256 i; i < 10 && _group(solo).phase != Phase.NORMAL; ++i) venue.deleverage(solo, steps);

        vm.assertEq(_size(alice.id, btc), 0);
        vm.assertEq(_cash(alice.id), 0);
        vm.assertEq(_recovery().shortfall, 0, "INV-4: all were solvent at the anchor");
        int256 due = int256(deficit > budget ? deficit - budget : 0);
        vm.assertApproxEqAbs(frozen - _equity(bob.id), due, 10, "INV-3: the winner pays what the vault does not");
        vm.assertGe(_equity(bob.id) + 10, anchored, "INV-5");
        MarketView memory v = _market(btc);
        vm.assertLe(v.estateLong + v.estateShort, 2, "INV-3: the estate is empty");
    }

    function test_withdraw_waitsWhileAnEstateIsUncovered_andPaysAtRAfterAShortfall() public {
        // A default that nobody absorbed in its lock: the anchor has moved on, and no winner can be charged for it.
        venue.setVaultBudget(solo, 0);
        _setPrice(btc, 40_000e18);
        venue.poke(solo);
        skip(120);
        venue.poke(solo);
        skip(121);
        venue.absorb(solo, _list(alice.id));
        vm.expectRevert(abi.encodeWithSelector(IAccounts.WithdrawalsWait.selector, 1));
        vm.prank(carol.owner);
        venue.withdraw(0, 1, carol.owner);
        skip(120);
        venue.deleverage(solo, 100);

        uint256 rate = venue.recoveryRate();
        vm.assertLt(rate, 1e18);
        vm.prank(carol.owner);
        uint256 paid = venue.withdraw(0, 1_000 * TOKEN, carol.owner);
        vm.assertApproxEqAbs(paid, (1_000 * TOKEN * rate) / 1e18, 1, "INV-11: at r");
        vm.assertApproxEqAbs(venue.recoveryRate(), rate, 1e6, "r stays");
        vm.expectRevert(IAccounts.ZeroAmount.selector); // a claim worth less than a token unit
        vm.prank(carol.owner);
        venue.withdraw(0, 1, carol.owner);

        // Who deposits now leaves at par, and a cover heals the others.
        Actor memory late = _actor("late", 500);
        vm.prank(late.owner);
        vm.assertEq(venue.withdraw(0, type(uint256).max, late.owner), 500 * TOKEN);
        token.mint(address(this), 100_000 * TOKEN);
        token.approve(address(venue), 100_000 * TOKEN);
        venue.cover(100_000 * TOKEN);
        vm.assertEq(venue.recoveryRate(), 1e18);
    }
}
