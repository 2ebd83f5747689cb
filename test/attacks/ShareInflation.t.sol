// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IInsuranceVault} from "../../contracts/interfaces/IInsuranceVault.sol";
import {accountOf} from "../../contracts/types/AccountId.sol";
import {VaultAttack} from "./VaultAttack.sol";

/// @title Vault share inflation, and a vault near zero
/// @custom:source ERC-4626 inflation (OpenZeppelin's ERC4626 documentation); Hundred Finance, April 2023; Sonne
/// Finance, May 2024
/// @notice The attacker is first after the least possible seed, donates to the pot so that a share costs a fortune, and
/// lets the victim's deposit round down; and he enters a vault that has lost nearly everything, where shares cost
/// nothing.
contract ShareInflationAttack is VaultAttack {
    address internal victim = address(0x71C71);

    function setUp() public {
        _deployVault(1 * TOKEN); // the least seed
        _wallet(victim, true);
    }

    function testFuzz_inflation_costsTheVictimLessThanAMillionthOfTheDonation(
        uint256 donation,
        uint256 deposit
    ) public {
        donation = bound(donation, 1, 100_000_000 * TOKEN);
        deposit = bound(deposit, 1 * TOKEN, 1_000_000 * TOKEN);
        uint256 loss = _play(donation, deposit);
        // Shares are a millionth of a token unit at first; the donation makes one cost 1 + donation / seed of that.
        vm.assertLe(loss, donation / 1e12 + 2, "more than one share");
    }

    function test_inflation_isAGiftToTheSeed() public {
        uint256 loss = _play(1_000_000 * TOKEN, 1_000 * TOKEN);
        uint256 back = insurance.convertToAssets(insurance.balanceOf(lp));
        vm.assertLe(back, 1_000_001 * TOKEN, "the attacker got more than he gave");
        _line("vault share inflation", int256(back * 1e3) - 1_000_001e9, int256(loss * 1e3));
        vm.assertLe(loss, 2, "the victim lost more than rounding");
    }

    /// A class below a tenth of its first price takes no deposits: nobody enters for nothing and sits on what comes in
    /// later.
    function test_nearZeroVault_takesNoDeposits() public {
        _enter(victim, 1_000 * TOKEN);
        venue.setVaultBudget(solo, type(uint96).max);
        _loseInDefault(970);
        vm.assertLt(insurance.totalAssets(), 100 * TOKEN, "it is not near zero");
        uint256 worth = insurance.convertToAssets(insurance.balanceOf(victim));
        token.mint(lp, 1_000_000 * TOKEN);
        vm.startPrank(lp);
        token.approve(address(insurance), type(uint256).max);
        vm.expectPartialRevert(IInsuranceVault.VaultClosed.selector);
        insurance.deposit(1_000_000 * TOKEN, lp);
        vm.stopPrank();
        uint256 kept = insurance.convertToAssets(insurance.balanceOf(victim));
        int256 gain = (int256(token.balanceOf(lp)) - int256(1_000_000 * TOKEN)) * 1e3;
        _line("vault near zero", gain, int256(worth * 1e3) - int256(kept * 1e3));
        vm.assertGe(kept, worth, "the holder was diluted");
    }

    /// @return loss What the victim's shares are worth less than he gave, token units.
    function _play(uint256 donation, uint256 deposit) private returns (uint256 loss) {
        _enter(lp, 1 * TOKEN);
        _fund(accountOf(address(insurance), 0), donation);
        _enter(victim, deposit);
        uint256 worth = insurance.convertToAssets(insurance.balanceOf(victim));
        return worth < deposit ? deposit - worth : 0;
    }
}
