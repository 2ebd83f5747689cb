// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack, Wealth} from "./Attack.sol";

/// @title Exporting a thin market's loss
/// @custom:source Hyperliquid, JELLY, 26 March 2025: a short left to the vault in a thin market, which was then pumped;
/// and dYdX, YFI, 17 November 2023
/// @notice A thin market in a group of its own, with a small budget. The attacker is long and short in it, lets the
/// vault take over his short, and pumps the mark to three times.
contract ThinMarketExportAttack is Attack {
    uint256 internal constant BUDGET = 50_000;
    uint256 internal constant SIZE = 1_000_000e9; // at 1 quote a coin

    GroupId internal thinGroup;
    MarketId internal thin;
    Actor internal long;
    Actor internal short;
    Actor internal winner;
    Actor internal loser;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        thinGroup = venue.createGroup();
        thin = _list(thinGroup, 1e18, Mode.QUEUE, 2 * SIZE);
        venue.setVaultBudget(thinGroup, uint96(BUDGET * QUOTE));
        (long, short) = (_attacker("long", 100_000), _attacker("short", 51_000));
        (winner, loser) = (_honest("winner", 200_000), _honest("loser", 200_000));
        _trade(winner, loser, btc, 1e9, 60_000e18); // in another group
    }

    /// Without the vault's help: the short defaults in the jump.
    function test_thinMarket_defaultCostsTheVaultAtMostTheGroupsBudget_andNoOtherGroup() public {
        _begin();
        _trade(long, short, thin, int256(SIZE), 1e18);
        int256 elsewhere = _equity(winner.id) + _equity(loser.id);
        _setPrice(thin, 3e18);
        venue.poke(thinGroup);
        _absorb(short.id);
        _deleverage(thinGroup);
        Wealth memory w = _change();
        vm.assertEq(_equity(winner.id) + _equity(loser.id), elsewhere, "another group lost");
        vm.assertGe(w.vault + w.treasury, -int256(BUDGET * QUOTE), "more than the group's budget");
        vm.assertEq(_shortfall(), 0, "INV-1");
        (, int256 loss) = _report("thin market pumped to three times, short defaults");
        vm.assertLe(loss, int256(BUDGET * QUOTE), "more than the group's budget");
    }

    /// With it: the vault holds the short when the pump comes. Bound: the group's budget, for what the inventory lost
    /// before the jump and in it, and for the deficit; the attacker's own long pays the rest
    /// (decisions/vault-reserve.md).
    function test_thinMarket_inventoryCostsTheVaultAtMostTheGroupsBudget_andNoOtherGroup() public {
        _begin();
        int256 elsewhere = _equity(winner.id) + _equity(loser.id);
        uint256 taken = _leaveTheShortToTheVault(2);
        vm.assertGt(taken, 0, "the vault took nothing: this test says nothing");
        vm.assertLe(int256(taken), int256((BUDGET * QUOTE * 1e6) / 50_000), "the budget is the inventory's margin");
        _pump();
        vm.assertEq(_equity(winner.id) + _equity(loser.id), elsewhere, "another group lost");
        vm.assertEq(_shortfall(), 0, "INV-1");
        (, int256 loss) = _report("thin market pumped to three times, vault holds the short");
        vm.assertLe(loss, int256(BUDGET * QUOTE), "more than the group's budget");
    }

    /// As before, but the price creeps on, and nobody liquidates the vault's inventory until it is below zero: a late
    /// default. The pot pays the budget and no more. What nobody gained in the jump is a shortfall, the price of
    /// keepers asleep.
    function test_thinMarket_inventoryThatNobodyLiquidates_costsTheVaultAtMostTheBudget() public {
        (Money before, ) = venue.vaultEquity();
        _leaveTheShortToTheVault(12);
        AccountId inventory = accountOf(vault.owner, GroupId.unwrap(thinGroup));
        vm.assertLt(_equity(inventory), 0, "above zero: this test says nothing");
        _pump();
        vm.assertEq(_account(inventory).open, 0, "not absorbed: this test says nothing");
        (Money later, ) = venue.vaultEquity();
        vm.assertGe(Money.unwrap(later - before), -int256(BUDGET * QUOTE) - 5e9, "more than the group's budget");
    }

    /// @return taken Units of the vault's short.
    function _leaveTheShortToTheVault(uint256 steps) internal returns (uint256 taken) {
        _trade(long, short, thin, int256(SIZE), 1e18);
        Actor memory keeper = _attacker("keeper", 0);
        for (uint256 i; i < steps; ++i) {
            _creep(thin, (_price(thin) * 1_012) / 1_000);
            _tryLiquidateToVault(keeper, short.id, thin);
        }
        AccountId inventory = accountOf(vault.owner, GroupId.unwrap(thinGroup));
        return _abs(_size(inventory, thin));
    }

    function _pump() internal {
        _setPrice(thin, 3 * _price(thin));
        venue.poke(thinGroup);
        AccountId inventory = accountOf(vault.owner, GroupId.unwrap(thinGroup));
        _try(address(this), abi.encodeCall(venue.absorb, (thinGroup, _list(short.id))));
        _try(address(this), abi.encodeCall(venue.absorb, (thinGroup, _list(inventory))));
        skip(120);
        if (_group(thinGroup).absorbed == 0) venue.poke(thinGroup);
        else venue.deleverage(thinGroup, 100);
    }
}
