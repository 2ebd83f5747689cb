// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccounts} from "../../../contracts/interfaces/IAccounts.sol";
import {ICollateral} from "../../../contracts/interfaces/ICollateral.sol";
import {IDeleveraging} from "../../../contracts/interfaces/IDeleveraging.sol";
import {IGovernance} from "../../../contracts/interfaces/IGovernance.sol";
import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {PauseLevel, Phase} from "../../../contracts/Ledger.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {NO_NODE} from "../../../contracts/types/NodeId.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Actor} from "../../base/Fixture.sol";
import {Pledges} from "../../base/Pledges.sol";

/// @title Exchange: pledges become cash, in time and in a lock
/// @notice `alice` has 10 ether (24,000) and a long of 2 at 60,000; `buyer` has cash.
contract ExchangeTest is Pledges {
    Actor internal alice;
    Actor internal buyer;

    function setUp() public {
        _build();
        alice = _pledger("alice", 10 * ETHER, 100);
        _trade(alice, maker, btc, 2e9, 60_000e18);
        _settleAnchors(solo);
        buyer = _actor("buyer", 100_000);
    }

    // ------------------------------------------------------------------ in time

    function test_offer_onlyWhenItIsDue() public {
        vm.expectPartialRevert(ICollateral.PledgesNotDue.selector);
        house.offerPledges(alice.id);
        vm.expectRevert(abi.encodeWithSelector(ICollateral.NothingPledged.selector, maker.id, 0));
        house.offerPledges(maker.id);
        _loss(1_000);
        house.offerPledges(alice.id);
        vm.expectRevert(abi.encodeWithSelector(ICollateral.PledgesOnOffer.selector, alice.id, block.timestamp));
        house.offerPledges(alice.id);
        vm.expectRevert(abi.encodeWithSelector(ICollateral.PledgesOnOffer.selector, alice.id, block.timestamp));
        house.clearOffer(alice.id);
        _fund(alice, 2_000);
        house.clearOffer(alice.id);
        vm.expectRevert(abi.encodeWithSelector(ICollateral.PledgesNotOffered.selector, alice.id));
        house.clearOffer(alice.id);
    }

    function test_buy_atADiscountThatGrows_whatIsMissingAndNoMore() public {
        _loss(1_000);
        int256 alone = _alone(alice.id);
        house.offerPledges(alice.id);
        uint256 snapshot = vm.snapshotState();
        (uint256 units, Money paid) = _buy(type(uint256).max);
        vm.assertGe(Money.unwrap(paid), -alone);
        vm.assertLe(Money.unwrap(paid), -alone + 1e9, "what is missing");
        _near(int256(units), (-alone * 1e27) / 3_000e18, "at the live price at first");
        vm.assertEq(weth.balanceOf(buyer.owner), units);
        vm.assertGe(_alone(alice.id), 0);
        vm.assertEq(_cash(buyer.id), 100_000e9 - Money.unwrap(paid));
        _requireWhole();
        vm.expectPartialRevert(ICollateral.PledgesNotDue.selector);
        _buy(1);

        vm.revertToState(snapshot);
        _wait(solo, 15 minutes); // 5%
        (uint256 more, ) = _buy(type(uint256).max);
        _near(int256(more), (-alone * 1e27) / 2_850e18, "a twentieth less");
    }

    function test_buy_neverLowersEquity() public {
        _loss(1_000);
        house.offerPledges(alice.id);
        _wait(solo, 50 minutes); // 10%, the most
        int256 before = _equity(alice.id);
        _buy(type(uint256).max);
        vm.assertGt(_equity(alice.id), before, "a discount below the haircut is a gain in equity");
    }

    function test_buy_refusals() public {
        _loss(1_000);
        vm.expectRevert(abi.encodeWithSelector(ICollateral.PledgesNotOffered.selector, alice.id));
        _buy(1);
        house.offerPledges(alice.id);
        vm.expectRevert(IAccounts.ZeroAmount.selector);
        _buy(0);
        vm.startPrank(buyer.owner);
        vm.expectRevert(
            abi.encodeWithSelector(ITrading.LimitNotMet.selector, Price.wrap(2_999e18), Price.wrap(3_000e18))
        );
        house.buyPledge(alice.id, WETH, ETHER, 0, buyer.owner, Price.wrap(2_999e18));
        vm.expectRevert(IAccounts.ZeroAddress.selector);
        house.buyPledge(alice.id, WETH, ETHER, 0, address(0), Price.wrap(0));
        vm.expectPartialRevert(IAccounts.InsufficientWithdrawable.selector);
        house.buyPledge(alice.id, WETH, ETHER, 7, buyer.owner, Price.wrap(0));
        vm.stopPrank();
        _trade(buyer, maker, btc, 0.1e9, _price(btc));
        vm.expectRevert(abi.encodeWithSelector(ICollateral.BuyerHasPositions.selector, buyer.id));
        _buy(ETHER);
        skip(2 hours);
        venue.poke(solo);
        vm.expectRevert(abi.encodeWithSelector(ICollateral.PledgesNotOffered.selector, alice.id));
        _buy(ETHER);
    }

    function test_line_buysWhenNobodyDid_atTheCountedPrice() public {
        _loss(1_000);
        house.offerPledges(alice.id);
        uint256 from = block.timestamp + 1 hours;
        vm.expectRevert(abi.encodeWithSelector(ICollateral.LineMustWait.selector, from));
        house.exchangeWithLine(alice.id, WETH);
        _wait(solo, 1 hours);
        (int256 alone, int256 equity) = (_alone(alice.id), _equity(alice.id));
        Money line = _ether().line;
        (uint256 units, Money paid) = house.exchangeWithLine(alice.id, WETH);
        _near(Money.unwrap(paid), -alone, "what is missing");
        _near(int256(units), (-alone * 1e27) / 2_400e18, "at 80%");
        _near(_equity(alice.id), equity, "equity stays");
        vm.assertEq(Money.unwrap(_ether().line), Money.unwrap(line) - Money.unwrap(paid));
        vm.assertEq(_ether().stock, units);
        _requireWhole();
    }

    function test_liquidatable_needsInitialMargin() public {
        _creep(btc, 51_000e18); // equity below 3% of 102,000
        vm.assertLt(_equity(alice.id), Money.unwrap(_health(alice.id).maintenance) * 3);
        house.offerPledges(alice.id);
        _buy(type(uint256).max);
        vm.assertGe(_alone(alice.id), -1);
        _requireWhole();
    }

    function test_belowZeroWithItsPledges_theLineBuysAtOnce_andMakesItWhole() public {
        _creep(btc, 49_000e18); // 22,000 lost
        _setEther(2_500e18); // counts for 20,000; the line pays 24,000
        vm.assertLt(_equity(alice.id), 0);
        vm.expectPartialRevert(ICollateral.PledgesNotOffered.selector);
        house.clearOffer(alice.id);
        vm.expectPartialRevert(IDeleveraging.NothingToAbsorb.selector);
        _absorb(alice.id); // it is no default
        int256 debt = -_alone(alice.id);
        (, Money paid) = house.exchangeWithLine(alice.id, WETH); // at once
        _near(Money.unwrap(paid), debt, "the debt, and no more at the price of before");
        vm.assertGe(_equity(alice.id), 0);
        vm.assertGe(_alone(alice.id), 0);
        _requireWhole();
    }

    function test_belowZeroWithItsPledges_othersMayBuy_atNoLessThanTheLinePays() public {
        _creep(btc, 49_000e18);
        _setEther(2_500e18);
        uint256 snapshot = vm.snapshotState();
        (uint256 toLine, ) = house.exchangeWithLine(alice.id, WETH);
        int256 byLine = _equity(alice.id);

        vm.revertToState(snapshot);
        snapshot = vm.snapshotState();
        vm.expectRevert(abi.encodeWithSelector(ICollateral.PledgesNotOffered.selector, alice.id));
        _buy(1);
        house.offerPledges(alice.id);
        int256 debt = -_alone(alice.id);
        (uint256 units, Money paid) = _buy(type(uint256).max);
        _near(Money.unwrap(paid), debt, "the debt");
        _near(int256(units), (debt * 1e27) / 2_500e18, "at the live price, above what the line pays");
        vm.assertGt(_equity(alice.id), byLine, "and is better off");
        vm.assertEq(_ether().stock, 0);
        _requireWhole();

        vm.revertToState(snapshot);
        house.offerPledges(alice.id);
        _wait(solo, 50 minutes); // 10%: 2,250, less than the line pays
        (units, ) = _buy(type(uint256).max);
        _near(int256(units), int256(toLine), "at what the line pays");
        vm.assertGe(_equity(alice.id), byLine);
        _requireWhole();
    }

    function test_aFloorThatTheLineBounds_makesNoDefault_asOthersPayThePriceOfNow() public {
        house.setCollateralLine(WETH, _quote(24_000));
        _setEther(6_000e18);
        _recordEther();
        vm.assertLt(Price.unwrap(_ether().floor), 3_001e18, "what the line can pay");
        _settleAnchors(solo);
        _creep(btc, 47_500e18); // 25,000 lost, 24,000 from the line
        vm.assertLt(_equity(alice.id), 0);
        uint256 snapshot = vm.snapshotState();
        _absorb(alice.id);
        vm.assertEq(_group(solo).absorbed, 1, "the line alone does not suffice");

        vm.revertToState(snapshot);
        house.offerPledges(alice.id);
        (uint256 units, ) = _buy(type(uint256).max);
        vm.assertLt(units, 5 * ETHER, "at 6,000");
        vm.assertGt(_equity(alice.id), 0);
        vm.expectPartialRevert(IDeleveraging.NothingToAbsorb.selector);
        _absorb(alice.id);
        _requireWhole();
    }

    function test_anOffer_endsWithItsNeed_soTheNextBeginsWithoutADiscount() public {
        _creep(btc, 51_000e18);
        house.offerPledges(alice.id);
        _pledge(alice, 10 * ETHER); // no longer liquidatable, but still in debt
        vm.assertNotEq(house.pledgesOf(alice.id).offeredAt, 0);
        _fund(alice, 20_000);
        _pledge(alice, 1);
        vm.assertEq(house.pledgesOf(alice.id).offeredAt, 0, "a pledge clears what is not needed");
    }

    function test_anOffer_endsInALock_andWithADebtThatIsPaid() public {
        _loss(1_000);
        house.offerPledges(alice.id);
        uint256 snapshot = vm.snapshotState();
        _setPrice(btc, 52_000e18);
        venue.poke(solo);
        _absorb(alice.id);
        vm.assertEq(house.pledgesOf(alice.id).offeredAt, 0, "paid in the lock");
        vm.revertToState(snapshot);
        _trade(alice, maker, btc, -2e9, _price(btc));
        vm.assertEq(house.pledgesOf(alice.id).offeredAt, 0, "paid as it closed");
    }

    function test_exchange_waitsForAGapAPauseAndAPrice() public {
        _loss(1_000);
        house.offerPledges(alice.id);
        _setPrice(btc, 50_000e18);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GapOpen.selector, solo));
        _buy(1);
        _setPrice(btc, 59_500e18);
        _setStale(btc);
        vm.expectRevert(abi.encodeWithSelector(ITrading.AccountHasStaleLeg.selector, alice.id));
        _buy(1);
        _setPrice(btc, 59_500e18);
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 1 hours);
        vm.expectPartialRevert(IGovernance.LiquidationsPaused.selector);
        _buy(1);
    }

    // ------------------------------------------------------------------ in a lock

    function test_absorb_exchangesFirst_andNobodyDefaults() public {
        _setPrice(btc, 52_000e18); // 16,000 lost
        venue.poke(solo);
        Money line = _ether().line;
        int256 before = _equity(alice.id);
        _absorb(alice.id);
        vm.assertEq(_group(solo).absorbed, 0, "no default");
        vm.assertTrue(_account(alice.id).open != 0, "it keeps its position");
        _near(_equity(alice.id), before, "and its equity");
        vm.assertGe(_alone(alice.id), 0);
        vm.assertLe(_alone(alice.id), 1e9, "the least");
        vm.assertLt(Money.unwrap(_ether().line), Money.unwrap(line));
        _requireWhole();
        vm.expectPartialRevert(IDeleveraging.NothingToAbsorb.selector);
        _absorb(alice.id);
        skip(_venueParams().lockDelay);
        venue.poke(solo);
        vm.assertTrue(_group(solo).phase == Phase.NORMAL);
    }

    function test_absorb_ofWhoIsBelowZeroEvenSo_takesAll_andOwesTheRest() public {
        _setPrice(btc, 45_000e18); // 30,000 lost, 24,000 pledged
        venue.poke(solo);
        _absorb(alice.id);
        vm.assertEq(_group(solo).absorbed, 1);
        _near(int256(uint256(_group(solo).deficit)), 5_948e9, "30,000 and the fee, less 24,100");
        vm.assertEq(_account(alice.id).pledged, 0);
        vm.assertEq(_ether().pledged, 0);
        vm.assertEq(_ether().stock, 10 * ETHER);
        _requireWhole();
        skip(_venueParams().lockDelay);
        venue.deleverage(solo, type(uint256).max);
        vm.assertEq(_recovery().shortfall, 0);
    }

    function test_lock_thePriceOfNow_andItsSource_doNotMatter() public {
        _setPrice(btc, 52_000e18);
        venue.poke(solo);
        uint256 snapshot = vm.snapshotState();
        _absorb(alice.id);
        (uint256 stock, Money line) = (_ether().stock, _ether().line);
        vm.revertToState(snapshot);
        _setEther(1_000e18);
        skip(_venueParams().lockDelay - 1);
        vm.assertFalse(house.recordCollateralPrice(WETH), "floors stand still");
        ethSource.setBroken(true);
        _absorb(alice.id);
        vm.assertEq(_ether().stock, stock);
        vm.assertEq(Money.unwrap(_ether().line), Money.unwrap(line));
    }

    function test_absorbWithoutAGap_countsWhatTheLineWouldPay() public {
        _creep(btc, 48_500e18); // 23,000 lost
        _setEther(2_000e18);
        vm.expectPartialRevert(IDeleveraging.NothingToAbsorb.selector);
        _absorb(alice.id);
        _creep(btc, 47_000e18); // 26,000 lost: a debt of 2,000 even so
        _absorb(alice.id);
        vm.assertTrue(_group(solo).phase == Phase.LOCKED);
        vm.assertEq(_group(solo).absorbed, 1);
    }

    // ------------------------------------------------------------------ flat and below zero

    function test_closing_withADebt_isPaidByTheLine() public {
        _loss(1_000);
        _trade(alice, maker, btc, -2e9, _price(btc));
        vm.assertEq(_account(alice.id).open, 0);
        vm.assertGe(_cash(alice.id), 0, "no debt without a position");
        vm.assertLt(_cash(alice.id), 1e9);
        vm.assertGt(_ether().stock, 0);
        _requireWhole();
        vm.assertGt(_withdrawPledge(alice, type(uint256).max), 9 * ETHER, "and leaves with the rest");
    }

    function test_liquidation_ofTheWholeLeg_isPaidByTheLine() public {
        _creep(btc, 49_200e18);
        vm.assertLt(_equity(alice.id), Money.unwrap(_health(alice.id).maintenance));
        vm.prank(buyer.owner);
        venue.liquidateToAccount(alice.id, btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        if (_account(alice.id).open == 0) vm.assertGe(_cash(alice.id), 0);
        vm.assertGe(_equity(alice.id), 0);
        _requireWhole();
    }

    // ------------------------------------------------------------------ the vault's stock

    function test_stock_isSoldAtADiscountThatGrows_toThePot() public {
        _setPrice(btc, 45_000e18);
        venue.poke(solo);
        _absorb(alice.id);
        vm.prank(buyer.owner);
        vm.expectRevert(ICollateral.StockNotForSale.selector);
        house.buyStock(WETH, ETHER, 0, buyer.owner, Price.wrap(0));
        skip(_venueParams().lockDelay);
        venue.deleverage(solo, type(uint256).max);
        (Money equity, bool certain) = venue.vaultEquity();
        vm.assertTrue(certain);
        skip(30 minutes); // 10%, the most
        int256 before = _cash(pot);
        vm.prank(buyer.owner);
        (uint256 units, Money paid) = house.buyStock(WETH, 4 * ETHER, 0, buyer.owner, Price.wrap(0));
        vm.assertEq(units, 4 * ETHER);
        vm.assertEq(Money.unwrap(paid), 4 * 2_700e9);
        vm.assertEq(_cash(pot) - before, 4 * 2_700e9);
        vm.assertEq(weth.balanceOf(buyer.owner), 4 * ETHER);
        (Money later, ) = venue.vaultEquity();
        vm.assertLt(Money.unwrap(later), Money.unwrap(equity), "its price is that of the offer");
        _requireWhole();
        vm.prank(buyer.owner);
        house.buyStock(WETH, type(uint256).max, 0, buyer.owner, Price.wrap(0));
        vm.assertEq(_ether().stock, 0);
    }

    // ------------------------------------------------------------------ inside

    function _loss(uint256 whole) private {
        _creep(btc, 60_000e18 - (whole * 1e18) / 2);
    }

    function _alone(AccountId id) private returns (int256) {
        return _equity(id) - _counted(id);
    }

    function _buy(uint256 units) private returns (uint256, Money) {
        vm.prank(buyer.owner);
        return house.buyPledge(alice.id, WETH, units, 0, buyer.owner, Price.wrap(0));
    }
}
