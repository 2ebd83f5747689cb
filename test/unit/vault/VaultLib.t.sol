// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {Mode, PauseLevel, VenueParams} from "../../../contracts/Ledger.sol";
import {Health} from "../../../contracts/position/MarginLib.sol";
import {AccountId, accountOf} from "../../../contracts/types/AccountId.sol";
import {GroupId} from "../../../contracts/types/MarketId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {NO_NODE} from "../../../contracts/types/NodeId.sol";
import {Actor, Fixture} from "../../base/Fixture.sol";

/// @notice The vault's money inside the clearinghouse: what a group may cost it, and what it is worth.
contract VaultLibTest is Fixture {
    Actor internal alice;
    Actor internal bob;
    AccountId internal inventory;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        alice = _actor("alice", 10_000);
        bob = _actor("bob", 1_000_000);
        inventory = accountOf(vault.owner, GroupId.unwrap(solo));
        _trade(alice, bob, btc, 3e9, 60_000e18);
        _settleAnchors(solo);
    }

    function test_liquidateToVault_revertsWhenItsMarginWouldExceedTheBudget() public {
        venue.setVaultBudget(solo, uint96(1_000 * QUOTE));
        _callAlice();
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.liquidateToVault(alice.id, btc, 0, NO_NODE);
    }

    function test_liquidateToVault_revertsWhenThePotCannotPayItsMargin() public {
        vm.prank(vault.owner);
        venue.withdraw(0, (POT - 1_000) * TOKEN, vault.owner);
        _callAlice();
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.liquidateToVault(alice.id, btc, 0, NO_NODE);
    }

    function test_vaultEquity_isThePotAndEveryInventoryAtTheMark() public {
        _callAlice();
        venue.liquidateToVault(alice.id, btc, 0, NO_NODE);
        vm.assertGt(_equity(inventory), 0);
        int256 waiting = int256(_recovery().fees) / 2; // its half of the fees that wait
        vm.assertGt(waiting, 0);
        _vaultIsWorth(_cash(pot) + _equity(inventory) + waiting);
        _setPrice(btc, (_price(btc) * 101) / 100);
        _vaultIsWorth(_cash(pot) + _equity(inventory) + waiting);
        venue.collectFees();
        _vaultIsWorth(_cash(pot) + _equity(inventory));
    }

    /// And less what whoever buys it now would gain.
    function test_vaultEquity_countsInventoryAtThePriceOfItsOffer() public {
        _callAlice();
        venue.liquidateToVault(alice.id, btc, 0, NO_NODE);
        venue.collectFees();
        _wait(solo, 1 hours);
        uint256 notional = Math.ceilDiv(uint256(_size(inventory, btc)) * _price(btc), 1e18);
        _vaultIsWorth(_cash(pot) + _equity(inventory) - int256(Math.ceilDiv(notional * 5_000, 1e6)));
    }

    /// What nobody can buy any more is not on offer: positions of a market that has ended are worth its last mark.
    function test_vaultEquity_countsInventoryOfASettledMarketAtItsMark() public {
        _callAlice();
        venue.liquidateToVault(alice.id, btc, 0, NO_NODE);
        venue.collectFees();
        _wait(solo, 1 hours);
        vm.assertEq(_discount(), 5_000);
        venue.pause(btc, PauseLevel.NO_NEW_RISK, 7 days);
        skip(2 days);
        _setPrice(btc, _price(btc));
        venue.settleMarket(btc);
        vm.assertGt(_size(inventory, btc), 0);
        _vaultIsWorth(_cash(pot) + _equity(inventory));
    }

    /// A short inventory that grows: the whole is on offer since the average by size, as a long one is.
    function test_offer_ofShorts_isSinceTheAverageBySize() public {
        Actor[2] memory shorts = _shorts(3e9, 3e9);
        _takeOver(shorts[0]);
        int256 held = _size(inventory, btc);
        vm.assertLt(held, 0);
        venue.collectFees();
        _wait(solo, 1 hours);
        uint256 before = _discount();
        vm.assertEq(before, 5_000);
        _takeOver(shorts[1]);
        int256 later = _size(inventory, btc);
        vm.assertLt(later, held);
        venue.collectFees();
        uint256 average = (before * uint256(-held)) / uint256(-later);
        vm.assertApproxEqAbs(_discount(), average, 30, "an hour's discount of what was there before");
    }

    /// The discount of what was there before counts for the average as far as it has grown: no longer than to its cap.
    function test_offer_countsTimeUpToTheCap() public {
        VenueParams memory params = _venueParams();
        params.offerRate = 7_000; // the cap of 15,000 is reached in 7,714.3 seconds
        venue.setVenueParams(params);
        Actor[2] memory shorts = _shorts(3e9, 0.9e9);
        _takeOver(shorts[0]);
        int256 held = _size(inventory, btc);
        _wait(solo, 6 hours);
        venue.collectFees();
        vm.assertEq(_discount(), 15_000);
        _takeOver(shorts[1]);
        venue.collectFees();
        uint256 age = Math.ceilDiv(7_715 * uint256(-held), uint256(-_size(inventory, btc)));
        uint256 less = Math.ceilDiv(7_714 * uint256(-held), uint256(-_size(inventory, btc)));
        vm.assertNotEq(age, less, "this test says nothing");
        vm.assertEq(_discount(), (7_000 * age) / 1 hours);
    }

    /// What is left of an inventory that a takeover made smaller has been on offer as long as before.
    function test_offer_goesOn_whenTheInventoryShrinks() public {
        Actor[2] memory shorts = _shorts(1e9, 3e9);
        _callAlice();
        venue.liquidateToVault(alice.id, btc, 0, NO_NODE);
        int256 held = _size(inventory, btc);
        _creep(btc, 61_600e18);
        venue.collectFees();
        uint256 before = _discount();
        vm.assertGt(before, 1_000);
        _takeOver(shorts[0]);
        vm.assertGt(_size(inventory, btc), 0);
        vm.assertLt(_size(inventory, btc), held);
        venue.collectFees();
        vm.assertApproxEqAbs(_discount(), before, 30);
    }

    /// Nobody waited for the discount of an inventory that has changed its side, however small it is.
    function test_offer_beginsAnew_whenTheInventoryChangesItsSide() public {
        Actor[2] memory shorts = _shorts(3e9, 5e9);
        _callAlice();
        venue.liquidateToVault(alice.id, btc, 0, NO_NODE);
        int256 held = _size(inventory, btc);
        vm.assertGt(held, 0);
        _wait(solo, 1 hours);
        venue.collectFees();
        vm.assertEq(_discount(), 5_000);
        _takeOver(shorts[1]);
        int256 later = _size(inventory, btc);
        vm.assertLt(later, 0);
        vm.assertLe(-later, held, "not larger than before");
        venue.collectFees();
        vm.assertEq(_discount(), 0);
    }

    function test_vaultEquity_passesOverAGroupWithoutMarkets() public {
        (Money before, ) = venue.vaultEquity();
        venue.createGroup();
        _vaultIsWorth(Money.unwrap(before));
    }

    function test_vaultEquity_countsTheReserveOfALock() public {
        (Money before, ) = venue.vaultEquity();
        _setPrice(btc, 50_000e18);
        venue.poke(solo);
        vm.assertEq(_group(solo).reserve, 500_000 * QUOTE, "the budget");
        vm.assertEq(_cash(pot), int256(500_000 * QUOTE));
        _vaultIsWorth(Money.unwrap(before));
        skip(120);
        venue.poke(solo);
        vm.assertEq(_cash(pot), int256(1_000_000 * QUOTE), "nobody defaulted");
    }

    function test_deleverage_leavesTheInventoryThatItTookAboveInitialMargin() public {
        _setPrice(btc, 55_000e18);
        venue.absorb(solo, _list(alice.id));
        skip(120);
        venue.deleverage(solo, 100);
        Health memory h = _health(inventory);
        vm.assertEq(_size(inventory, btc), 3e9, "all of it");
        vm.assertGe(Money.unwrap(h.equity), Money.unwrap(h.initial));
        vm.assertLe(Money.unwrap(h.equity), Money.unwrap(h.initial) + 10, "and no more than its margin");
    }

    function test_deleverage_countsWhatItPaidAgainstTheBudget() public {
        _setPrice(btc, 55_000e18);
        venue.absorb(solo, _list(alice.id));
        uint256 deficit = _group(solo).deficit;
        vm.assertGt(deficit, 0);
        skip(120);
        venue.deleverage(solo, 100);
        vm.assertGt(_cash(inventory), 0, "it took nothing: this test says nothing");
        vm.assertEq(_group(solo).vaultSpent, deficit + uint256(_cash(inventory)), "deficit and margin");
    }

    /// What it has already counts: only the rest of the margin leaves the reserve.
    function test_deleverage_addsToAnInventoryOnlyTheMarginThatIsMissing() public {
        _callAlice();
        venue.liquidateToVault(alice.id, btc, 0, NO_NODE);
        int256 held = _size(inventory, btc);
        for (uint256 i; i < 5; ++i) {
            _settleAnchors(solo);
            _setPrice(btc, (_price(btc) * 101) / 100);
        }
        Actor memory carol = _actor("carol", 10_000);
        _trade(carol, bob, btc, 3e9, _price(btc));
        _settleAnchors(solo);
        _setPrice(btc, (_price(btc) * 94) / 100);
        vm.assertGt(_equity(inventory), 0);
        venue.absorb(solo, _list(carol.id));
        skip(120);
        venue.deleverage(solo, 100);
        Health memory h = _health(inventory);
        vm.assertEq(_size(inventory, btc), held + 3e9);
        vm.assertApproxEqAbs(
            Money.unwrap(h.equity),
            Money.unwrap(h.initial),
            10,
            "up to the rounding of its new level"
        );
    }

    function _callAlice() private {
        _setPrice(btc, 58_900e18);
        _settleAnchors(solo);
        _setPrice(btc, 57_900e18);
        venue.marginCall(alice.id);
        skip(15);
    }

    /// Shorts from 60,000 that are weak from 61,600 on.
    function _shorts(uint256 a, uint256 b) private returns (Actor[2] memory shorts) {
        shorts = [_actor("a short", a / 3e5), _actor("another short", b / 3e5)];
        _trade(bob, shorts[0], btc, int256(a), 60_000e18);
        _trade(bob, shorts[1], btc, int256(b), 60_000e18);
        _settleAnchors(solo);
    }

    function _takeOver(Actor memory short) private {
        _creep(btc, 61_600e18);
        venue.marginCall(short.id);
        skip(15);
        venue.liquidateToVault(short.id, btc, 0, NO_NODE);
    }

    /// @return The discount at which the inventory is on offer, ppm, by what it takes off the vault's equity.
    function _discount() private returns (uint256) {
        (Money equity, ) = venue.vaultEquity();
        int256 held = _size(inventory, btc);
        uint256 notional = (uint256(held < 0 ? -held : held) * _price(btc)) / 1e18;
        return (uint256(_cash(pot) + _equity(inventory) - Money.unwrap(equity)) * 1e6) / notional;
    }

    function _vaultIsWorth(int256 amount) private view {
        (Money equity, bool certain) = venue.vaultEquity();
        vm.assertEq(Money.unwrap(equity), amount);
        vm.assertTrue(certain || venue.lockedGroups() != 0);
    }
}
