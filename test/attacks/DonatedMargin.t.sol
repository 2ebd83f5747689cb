// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId} from "../../contracts/types/MarketId.sol";
import {Actor} from "../base/Fixture.sol";
import {Wealth} from "./Attack.sol";
import {GiftAttack} from "./GiftAttack.sol";

/// @title Margin given to the vault, so that it takes a position over at a mark of two minutes ago
/// @custom:source Class: a stale price at which somebody else must trade, moved by a gift (donations to Euler's
/// reserves, 13 March 2023)
/// @notice In a lock the mark falls on. The head of the queue is to be torn up at the frozen mark, and gives the
/// vault's inventory the margin that makes it take the estate instead. What that loses at once is the next lock's
/// deficit, and all winners pay it.
contract DonatedMarginAttack is GiftAttack {
    function setUp() public {
        _deployVenue(Mode.QUEUE);
        venue.setVaultBudget(solo, 0);
        _inventory = accountOf(vault.owner, GroupId.unwrap(solo));
        _head = _attacker("head", 5_000_000);
        _loser = _actor("loser", 400_000);
        Actor memory winners = _honest("winners", 20_000_000);
        Actor memory losers = _actor("losers with margin", 20_000_000);
        _trade(_loser, _head, btc, 100e9, 60_100e18);
        _trade(losers, winners, btc, 400e9, 60_000e18);
        _settleAnchors(solo);
        token.mint(_head.owner, 1_000_000 * TOKEN);
    }

    /// Bound: what he gets when he gives nothing.
    function test_aGiftToTheInventory_changesNoSettlement() public {
        (Wealth memory without, Wealth memory given) = _withoutAndWith((100 * 54_000) / 20 + 1_000);
        int256 gain = given.attacker - without.attacker;
        int256 loss = without.traders + without.vault + without.treasury;
        loss -= given.traders + given.vault + given.treasury;
        _line("a gift to the vault's inventory in a lock", gain, loss);
        vm.assertLe(gain, 0);
        vm.assertLe(loss, 0);
    }
}
