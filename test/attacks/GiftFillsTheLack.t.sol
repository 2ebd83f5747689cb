// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId} from "../../contracts/types/MarketId.sol";
import {Actor} from "../base/Fixture.sol";
import {Wealth} from "./Attack.sol";
import {GiftAttack} from "./GiftAttack.sol";

/// @title Margin that the vault's inventory lacks, given in a lock
/// @custom:source Class: as DonatedMargin, with an inventory that a jump has left without margin
/// @notice At the lock the vault lifts its inventory to zero, so that all of its initial margin is lacking. Who is to
/// be torn up at the frozen mark fills that lack, and the vault takes more of the estate at a mark that is gone.
contract GiftFillsTheLackAttack is GiftAttack {
    function setUp() public {
        _deployVenue(Mode.QUEUE);
        _inventory = accountOf(vault.owner, GroupId.unwrap(solo));
        Actor memory long_ = _actor("long", 118_000);
        Actor memory winners = _honest("winners", 20_000_000);
        Actor memory keeper = _actor("keeper", 20_000_000);
        _trade(long_, winners, btc, 37e9, 60_000e18);
        _creep(btc, 58_500e18);
        (bool took, ) = _tryLiquidateToVault(keeper, long_.id, btc);
        vm.assertTrue(took, "took nothing");
        _head = _attacker("head", 5_000_000);
        _loser = _actor("loser", 462_000);
        Actor memory losers = _actor("losers with margin", 20_000_000);
        _trade(_loser, _head, btc, 100e9, 58_700e18);
        _trade(losers, winners, btc, 400e9, 58_500e18);
        _settleAnchors(solo);
        token.mint(_head.owner, 1_000_000 * TOKEN);
    }

    /// Bound: what he gets when he gives nothing, whatever the reserve.
    function test_aGiftThatFillsTheLack_changesNoSettlement() public {
        uint256 spent = uint256(_group(solo).vaultSpent);
        uint256 beginning = vm.snapshotState();
        int256 max = type(int256).min;
        for (uint256 budget = 76_000; budget <= 196_000; budget += 30_000) {
            vm.revertToState(beginning);
            venue.setVaultBudget(solo, uint96(spent + budget * 1e9));
            (Wealth memory without, Wealth memory given) = _withoutAndWith(48_000);
            int256 gain = given.attacker - without.attacker;
            if (gain > max) max = gain;
            vm.assertLe(gain, 0);
        }
        _line("a gift that fills what the inventory lacks, in a lock", max, 0);
    }
}
