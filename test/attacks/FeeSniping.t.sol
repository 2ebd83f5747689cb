// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Actor} from "../base/Fixture.sol";
import {VaultAttack} from "./VaultAttack.sol";

/// @title Entering the vault in front of income
/// @custom:source Class: just-in-time deposits before a harvest of yield vaults; no incident cited
/// @notice Fees wait in the venue until anybody splits them. The attacker deposits into the vault first, so that most
/// of what others' shares earned is his, and asks to leave at once.
contract FeeSnipingAttack is VaultAttack {
    address internal holder = address(0x401DE2);

    function setUp() public {
        _deployVault(1_000 * TOKEN);
        _enter(holder, 99_000 * TOKEN);
        (Actor memory a, Actor memory b) = (_actor("a", 2_000_000), _actor("b", 2_000_000));
        for (uint256 i; i < 10; ++i) _trade(i % 2 == 0 ? a : b, i % 2 == 0 ? b : a, btc, 100e9, 60_000e18);
    }

    /// Bound: rounding, because the vault's share of the fees that wait is in its equity.
    function test_feeSniping_takesNothingOfTheWaitingFees() public {
        vm.assertGt(_recovery().fees, 1_000e9, "no fees wait: this test says nothing");
        uint256 alone = _holds(holder);
        _enter(lp, 900_000 * TOKEN);
        venue.collectFees();
        _request(lp, insurance.balanceOf(lp));
        skip(WINDOW + COOLDOWN);
        venue.poke(solo);
        insurance.processBatch();
        int256 loss = int256(alone) - int256(_holds(holder));
        _line("entering the vault in front of fees", (int256(_holds(lp)) - int256(900_000 * TOKEN)) * 1e3, loss * 1e3);
        vm.assertLe(loss, 2, "the holder lost");
    }

    /// The same with the fees split in time.
    function test_feeSniping_takesNothingWhenFeesAreSplitFirst() public {
        venue.collectFees();
        uint256 alone = _holds(holder);
        _enter(lp, 900_000 * TOKEN);
        venue.collectFees();
        int256 loss = int256(alone) - int256(_holds(holder));
        _line("entering the vault, fees split first", (int256(_holds(lp)) - int256(900_000 * TOKEN)) * 1e3, loss * 1e3);
        vm.assertLe(loss, 2, "the holder lost");
    }
}
