// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Clearinghouse} from "../../contracts/Clearinghouse.sol";
import {ReentrantToken} from "../../contracts/mocks/ReentrantToken.sol";
import {Money} from "../../contracts/types/Money.sol";
import {InsuranceVault} from "../../contracts/vault/InsuranceVault.sol";
import {VaultAttack} from "./VaultAttack.sol";

/// @notice Called by the token in the middle of a transfer; writes down what others would read then.
contract Probe {
    Clearinghouse private immutable _venue;
    InsuranceVault private immutable _vault;

    uint256 public price;
    uint256 public rate;
    int256 public equity;

    constructor(Clearinghouse venue_, InsuranceVault vault_) {
        (_venue, _vault) = (venue_, vault_);
    }

    function look() external {
        price = _vault.convertToAssets(1e12);
        rate = _venue.recoveryRate();
        (Money worth, ) = _venue.vaultEquity();
        equity = Money.unwrap(worth);
    }
}

/// @title Read-only reentrancy
/// @custom:source Curve's get_virtual_price (ChainSecurity, April 2022); dForce, February 2023; Sturdy, June 2023
/// @notice With a token that calls out in its transfers, somebody else's contract reads the price of a vault share, the
/// recovery rate or the vault's equity in the middle of a deposit, a withdrawal or a batch, and lends on it.
contract ReadOnlyReentrancyAttack is VaultAttack {
    ReentrantToken internal hooked;
    Probe internal probe;
    address internal holder = address(0x401DE2);

    function setUp() public {
        hooked = new ReentrantToken("Hooked", "HOOK", 6);
        _deployVault(1_000 * TOKEN, hooked);
        probe = new Probe(venue, insurance);
        _enter(holder, 99_000 * TOKEN);
        _enter(lp, 100_000 * TOKEN);
    }

    /// Here and in the next two the bound is zero to rounding: what is read in between is a price of before or of
    /// after.
    function test_views_inTheMiddleOfADeposit() public {
        uint256 price = insurance.convertToAssets(1e12);
        token.mint(lp, 50_000 * TOKEN);
        vm.prank(lp);
        token.approve(address(insurance), type(uint256).max);
        hooked.arm(address(probe), abi.encodeCall(probe.look, ()));
        vm.prank(lp);
        insurance.deposit(50_000 * TOKEN, lp);
        _check("read-only reentrancy, vault deposit", price, insurance.convertToAssets(1e12), 2);
    }

    function test_views_inTheMiddleOfAWithdrawal() public {
        uint256 price = insurance.convertToAssets(1e12);
        _fund(_actor("trader").id, 10_000 * TOKEN);
        hooked.arm(address(probe), abi.encodeCall(probe.look, ()));
        vm.prank(_actor("trader").owner);
        venue.withdraw(0, 5_000 * TOKEN, address(probe));
        _check("read-only reentrancy, withdrawal", price, insurance.convertToAssets(1e12), 2);
    }

    function test_views_inTheMiddleOfAClaim() public {
        _request(lp, 50_000e12);
        skip(WINDOW + COOLDOWN);
        insurance.processBatch();
        uint256 price = insurance.convertToAssets(1e12);
        hooked.arm(address(probe), abi.encodeCall(probe.look, ()));
        vm.prank(lp);
        insurance.redeem(50_000e12, lp, lp);
        _check("read-only reentrancy, claim of a batch", price, insurance.convertToAssets(1e12), 2);
    }

    /// A batch is paid before its shares are burned, so in between the price is too low by the batch's part of the
    /// vault. Bound: that part.
    function test_views_inTheMiddleOfABatch() public {
        _request(lp, 50_000e12); // a quarter of the vault
        skip(WINDOW + COOLDOWN);
        uint256 price = insurance.convertToAssets(1e12);
        hooked.arm(address(probe), abi.encodeCall(probe.look, ()));
        insurance.processBatch();
        _check("read-only reentrancy, batch of a quarter", price, insurance.convertToAssets(1e12), price / 4 + 2);
    }

    function _check(string memory name, uint256 before, uint256 afterwards, uint256 max) internal view {
        vm.assertTrue(hooked.succeeded(), "the probe saw nothing");
        uint256 seen = probe.price();
        uint256 low = before < afterwards ? before : afterwards;
        uint256 high = before < afterwards ? afterwards : before;
        uint256 off = seen < low ? low - seen : (seen > high ? seen - high : 0);
        // What a lender that trusts the reading could lose on a million tokens of shares.
        int256 wrong = int256((off * 1_000_000e9) / before);
        _line(name, wrong, wrong);
        vm.assertLe(off, max, "a price that never was");
        vm.assertEq(probe.rate(), 1e18, "the recovery rate");
    }
}
