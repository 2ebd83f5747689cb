// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {ReentrantToken} from "../../contracts/mocks/ReentrantToken.sol";
import {accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack, Wealth} from "./Attack.sol";
import {Probe} from "./ReadOnlyReentrancy.t.sol";
import {VaultAttack} from "./VaultAttack.sol";

/// @title Attacks that worked until a rule was changed
/// @custom:source Found by the attack book
/// @notice The minimal sequence of each, and the promise that it broke.
contract BrokenOnceTest is Attack {
    /// DESIGN, section 6: "clamped so that moving it costs more in fees than it yields". fundingDepth is a constant,
    /// what it yields is not.
    function test_funding_selfTradesCostMoreThanTheyYield() public {
        _deployVenue(Mode.QUEUE);
        (Actor memory short, Actor memory a) = (_attacker("short", 2_000_000), _attacker("a", 200_000));
        (Actor memory b, Actor memory long) = (_attacker("b", 200_000), _honest("long", 2_000_000));
        _trade(short, long, btc, -100e9, 60_000e18);
        _begin();
        for (uint256 i; i < 5; ++i) {
            _trade(a, b, btc, 2e9, 61_200e18);
            _trade(b, a, btc, 2e9, 61_200e18);
        }
        skip(8 hours);
        Wealth memory w = _change();
        vm.assertLe(w.attacker, 0, "he gained by moving the rate");
    }

    /// docs/parameters.md: the budget is "what a group may cost the vault a day, and the margin of its inventory
    /// there". The inventory's loss is topped up from the whole pot at the lock (VaultLib.setAside), so one thin market
    /// could cost everything.
    function test_thinMarket_costsTheVaultAtMostItsBudgetAndTheInventorysMargin() public {
        _deployVenue(Mode.QUEUE);
        GroupId group = venue.createGroup();
        MarketId thin = _list(group, 1e18, Mode.QUEUE, 2_000_000e9);
        venue.setVaultBudget(group, uint96(50_000 * QUOTE));
        (Actor memory long, Actor memory short) = (_attacker("long", 100_000), _attacker("short", 51_000));
        Actor memory keeper = _attacker("keeper", 0);
        _begin();
        _trade(long, short, thin, 1_000_000e9, 1e18);
        for (uint256 i; i < 2; ++i) {
            _creep(thin, (_price(thin) * 1_012) / 1_000);
            _tryLiquidateToVault(keeper, short.id, thin);
        }
        _setPrice(thin, 3 * _price(thin));
        venue.poke(group);
        _try(address(this), abi.encodeCall(venue.absorb, (group, _list(short.id))));
        _try(
            address(this),
            abi.encodeCall(venue.absorb, (group, _list(accountOf(vault.owner, GroupId.unwrap(group)))))
        );
        _deleverage(group);
        vm.assertGe(
            _change().vault,
            -2 * 50_000e9,
            "the vault lost more than the group's budget and the inventory's margin"
        );
    }

    /// The theorem's first condition (docs/design.md, section 5): nobody comes to be below zero at an anchor. Fills are
    /// tested for it, withdrawals and transfers are not. Keepers are awake, the vault has no budget, and there is a
    /// shortfall.
    function test_withdrawal_leavesTheAccountSoundAtTheRecordedMarks() public {
        _deployVenue(Mode.QUEUE);
        venue.setVaultBudget(solo, 0);
        (Actor memory long, Actor memory short) = (_attacker("long", 500_000), _attacker("short", 500_000));
        _settleAnchors(solo);
        _swing(61_190e18);
        _swing(60_000e18); // as far as no gap opens, from the anchor or from the recorded mark
        _setPrice(btc, 61_190e18);
        _trade(long, short, btc, 20e9, 61_190e18);
        _tryWithdraw(long, type(uint256).max);
        _swing(61_150e18);
        _setPrice(btc, 50_000e18);
        venue.poke(solo);
        if (_equity(long.id) < 0) _absorb(long.id);
        _deleverage(solo);
        vm.assertEq(_shortfall(), 0, "a shortfall though keepers were in time");
    }

    function _swing(uint256 mark) private {
        skip(120);
        _setPrice(btc, mark);
        venue.poke(solo);
    }
}

/// @title The same for the insurance vault
/// @custom:source Found by the attack book
contract BrokenOnceVaultTest is VaultAttack {
    address internal holder = address(0x401DE2);

    /// Fees that wait belong to the shares that earned them.
    function test_feeSniping_takesNothingFromWhoWasThere() public {
        _deployVault(1_000 * TOKEN);
        _enter(holder, 99_000 * TOKEN);
        (Actor memory a, Actor memory b) = (_actor("a", 2_000_000), _actor("b", 2_000_000));
        _trade(a, b, btc, 200e9, 60_000e18);
        uint256 alone = _holds(holder); // its part of the waiting fees included
        vm.assertGt(alone, 99_000 * TOKEN, "no fees wait: this test says nothing");
        _enter(lp, 900_000 * TOKEN);
        venue.collectFees();
        vm.assertGe(_holds(holder) + 2, alone, "the newcomer took what others' shares had earned");
    }

    /// A price read in the middle of a batch, by a token's callback, is of before or of after.
    function test_readOnlyReentrancy_inABatch() public {
        ReentrantToken hooked = new ReentrantToken("Hooked", "HOOK", 6);
        _deployVault(1_000 * TOKEN, hooked);
        Probe probe = new Probe(venue, insurance);
        _enter(holder, 99_000 * TOKEN);
        _request(lp, _enter(lp, 100_000 * TOKEN) / 2);
        skip(WINDOW + COOLDOWN);
        uint256 price = insurance.convertToAssets(1e12);
        hooked.arm(address(probe), abi.encodeCall(probe.look, ()));
        insurance.processBatch();
        vm.assertApproxEqAbs(probe.price(), price, 2, "a price that never was");
    }
}
