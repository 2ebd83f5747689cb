// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Losing the vault's money beyond a group's budget
/// @custom:source Hyperliquid, ETH, 12 March 2025, and JELLY, 26 March 2025: positions left to the vault cost it more
/// than its keepers had foreseen
/// @notice A budget that bounds what the vault's inventory holds, but not what moves there, is filled again as the
/// inventory loses: a slide of a few hours took 996,064 of a pot of 1,000,000 at a budget of 500,000.
contract VaultBudgetAttack is Attack {
    int256 private constant BUDGET = 500_000e9;
    int256 private constant REFUND = 5e9;
    AccountId private _inventory;
    Actor private _keeper;
    /// What the vault had before it took anything over.
    int256 private _start;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        _inventory = accountOf(vault.owner, GroupId.unwrap(solo));
        Actor memory long = _attacker("long", 1_180_000);
        Actor memory other = _attacker("other", 20_000_000);
        _keeper = _attacker("keeper", 20_000_000);
        _begin();
        _trade(long, other, btc, 370e9, 60_000e18);
        _creep(btc, 58_500e18);
        _start = _vault();
        (bool took, ) = _tryLiquidateToVault(_keeper, long.id, btc);
        vm.assertTrue(took, "the vault took nothing: this test says nothing");
    }

    /// The handed case: the price slides on, and the inventory is liquidated bit by bit. Bound: a day's budget.
    function test_slowSlide_costsAtMostTheBudget() public {
        uint256 began = block.timestamp;
        _slide(60);
        vm.assertLt(block.timestamp - began, 1 days, "more than a day: this test says nothing");
        vm.assertGt(_start - _vault(), BUDGET / 2, "it lost little: this test says nothing");
        vm.assertLe(_start - _vault(), BUDGET, "more than the budget");
        int256 lost = _start - _vault();
        _line("slow slide on the vault's inventory", lost, lost);
    }

    /// As above, but the inventory is left to itself until it is absorbed.
    function test_slowSlide_withoutLiquidations_costsAtMostTheBudget() public {
        for (uint256 i; i < 60; ++i) {
            _creep(btc, (_price(btc) * 99) / 100);
            _try(address(this), abi.encodeCall(venue.absorb, (solo, _list(_inventory))));
            if (_group(solo).absorbed != 0) break;
        }
        vm.assertGt(_group(solo).absorbed, 0, "never absorbed: this test says nothing");
        _deleverage(solo);
        vm.assertLe(_start - _vault(), BUDGET + REFUND, "more than the budget");
    }

    /// A jump after the slide finds the day's budget spent already: at a lock only the rest of it may move.
    function test_slideThenJump_costsAtMostTheBudget() public {
        for (uint256 i; i < 8; ++i) {
            _creep(btc, (_price(btc) * 99) / 100);
            _tryLiquidate(_keeper, _inventory, btc, type(uint256).max);
        }
        _setPrice(btc, (_price(btc) * 70) / 100);
        venue.poke(solo);
        _try(address(this), abi.encodeCall(venue.absorb, (solo, _list(_inventory))));
        if (_group(solo).absorbed != 0) _deleverage(solo);
        vm.assertLe(_start - _vault(), BUDGET + REFUND, "more than the budget");
        vm.assertLe(int256(uint256(_group(solo).vaultSpent)), BUDGET, "spent more than it had");
    }

    /// The inventory was below zero at the anchors already: that part too moves only within the budget.
    function test_lockOfAnInventoryBelowZero_costsAtMostTheBudget() public {
        venue.setVaultBudget(solo, uint96(uint256(_cash(_inventory)) + 50_000e9));
        int256 budget = _cash(_inventory) + 50_000e9;
        while (_equity(_inventory) > -100_000e9) _creep(btc, (_price(btc) * 99) / 100);
        _setPrice(btc, (_price(btc) * 90) / 100);
        venue.poke(solo);
        _try(address(this), abi.encodeCall(venue.absorb, (solo, _list(_inventory))));
        _deleverage(solo);
        vm.assertLe(_start - _vault(), budget + REFUND, "more than the budget");
    }

    /// Over the edge of a period: two budgets and no more, and what the inventory had.
    function test_slideOverTwoDays_costsAtMostTwoBudgets() public {
        _fund(vault, 5_000_000);
        _start += 5_000_000e9;
        for (uint256 day; day < 2; ++day) {
            _slide(40);
            skip(1 days);
            _setPrice(btc, _price(btc));
            _settleAnchors(solo);
        }
        vm.assertLe(_start - _vault(), 2 * BUDGET, "more than two budgets");
    }

    /// What comes back makes room again.
    function test_whatIsSold_comesBackToTheBudget() public {
        uint256 spent = _group(solo).vaultSpent;
        vm.assertGt(spent, 0, "taking over costs nothing: this test says nothing");
        vm.prank(_keeper.owner);
        venue.buyInventory(btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        vm.assertEq(_size(_inventory, btc), 0);
        vm.assertEq(_cash(_inventory), 0, "swept");
        vm.assertLt(_group(solo).vaultSpent, spent);
    }

    /// A gain does not become a larger budget.
    function test_gains_doNotRaiseTheBudget() public {
        _creep(btc, 66_000e18);
        vm.prank(_keeper.owner);
        venue.buyInventory(btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        vm.assertEq(_group(solo).vaultSpent, 0, "all of it came back, and more");
        _setPrice(btc, 60_000e18);
        venue.poke(solo);
        vm.assertEq(_group(solo).reserve, uint256(BUDGET));
    }

    /// A smaller budget in the middle of a day holds for what has not left yet; what has is not negative room.
    function test_smallerBudget_holdsAtOnce() public {
        venue.setVaultBudget(solo, 1_000e9);
        int256 margin = _cash(_inventory);
        _slide(60);
        vm.assertLe(_start - _vault(), margin, "new money was added");
        _setPrice(btc, (_price(btc) * 90) / 100);
        venue.poke(solo);
        vm.assertEq(_group(solo).reserve, 0);
    }

    function _slide(uint256 steps) private {
        for (uint256 i; i < steps && _size(_inventory, btc) != 0; ++i) {
            _creep(btc, (_price(btc) * 99) / 100);
            _tryLiquidate(_keeper, _inventory, btc, type(uint256).max);
        }
    }

    /// @dev In claims at par: what r does to them is not the group's doing alone.
    function _vault() private returns (int256) {
        (Money equity, ) = venue.vaultEquity();
        int256 worth = Money.unwrap(equity);
        // An inventory below zero is a default like any: what it owes is not the vault's.
        int256 inventory = _equity(_inventory);
        return inventory < 0 ? worth - inventory : worth;
    }
}
