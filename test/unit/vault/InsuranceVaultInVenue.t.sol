// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";

import {IAccounts} from "../../../contracts/interfaces/IAccounts.sol";
import {Flows, IInsuranceVault} from "../../../contracts/interfaces/IInsuranceVault.sol";
import {Mode} from "../../../contracts/Ledger.sol";
import {MockToken} from "../../../contracts/mocks/MockToken.sol";
import {accountOf} from "../../../contracts/types/AccountId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {InsuranceVault} from "../../../contracts/vault/InsuranceVault.sol";
import {Fixture} from "../../base/Fixture.sol";

/// @notice The insurance vault over the real clearinghouse: what `InsuranceVault.t.sol` assumes of it holds.
contract InsuranceVaultInVenueTest is Fixture {
    uint256 internal constant SEED = 1_000 * TOKEN;
    uint256 internal constant WINDOW = 1 hours;
    uint256 internal constant COOLDOWN = 1 days;
    uint256 internal constant SHARE = 1e12;

    InsuranceVault internal insurance;
    address internal holder = address(0x401DE2);

    function setUp() public {
        _open(6);
    }

    function _open(uint8 decimals) private {
        _deployVenue(Mode.QUEUE, new MockToken("Quote", "QUOTE", decimals));
        insurance = InsuranceVault(
            _create(type(InsuranceVault).name, abi.encode(venue, token, "Insurance", "INS", WINDOW, COOLDOWN))
        );
        venue.setVault(address(insurance));
        uint256 seed = 1_000 * 10 ** decimals;
        token.mint(address(this), seed);
        token.approve(address(insurance), seed);
        insurance.initialise(seed);
    }

    function _fundHolder(uint256 units) private {
        token.mint(holder, units);
        vm.prank(holder);
        token.approve(address(insurance), type(uint256).max);
    }

    function test_deposit_becomesEquityOfTheVault() public {
        _enter(500 * TOKEN);
        (Money equity, bool fresh) = venue.vaultEquity();
        vm.assertEq(Money.unwrap(equity), int256(1_500 * QUOTE));
        vm.assertTrue(fresh);
        vm.assertEq(insurance.totalAssets(), 1_500 * TOKEN);
        vm.assertEq(insurance.balanceOf(holder), 500 * SHARE);
    }

    /// The clearinghouse counts what it holds in 88 bits of 1e-9 quote: more than that, no deposit brings in. At every
    /// number of decimals.
    function test_maxDeposit_isAccepted_andAUnitMoreIsNot() public {
        uint8[4] memory decimals = [6, 18, 9, 2];
        for (uint256 i; i < 4; ++i) {
            _open(decimals[i]);
            uint256 unit = decimals[i] > 9 ? 10 ** (decimals[i] - 9) : 1;
            uint256 max = insurance.maxDeposit(holder);
            vm.assertGt(max, 1e15 * 10 ** decimals[i], "little");
            _fundHolder(max + unit);
            vm.startPrank(holder);
            vm.expectRevert(
                abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxDeposit.selector, holder, max + unit, max)
            );
            insurance.deposit(max + unit, holder);
            vm.expectRevert(
                abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxDeposit.selector, holder, type(uint256).max, max)
            );
            insurance.deposit(type(uint256).max, holder);
            vm.assertEq(insurance.deposit(max, holder), insurance.balanceOf(holder));
            vm.assertEq(insurance.maxDeposit(holder), 0, "full");
            vm.assertEq(insurance.maxMint(holder), 0, "full");
            vm.stopPrank();
        }
    }

    function test_maxMint_isAccepted_andAShareMoreIsNot() public {
        uint8[4] memory decimals = [6, 18, 9, 2];
        for (uint256 i; i < 4; ++i) {
            _open(decimals[i]);
            uint256 max = insurance.maxMint(holder);
            _fundHolder(insurance.maxDeposit(holder));
            vm.startPrank(holder);
            vm.expectRevert(abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxMint.selector, holder, max + 1, max));
            insurance.mint(max + 1, holder);
            vm.expectPartialRevert(ERC4626.ERC4626ExceededMaxMint.selector);
            insurance.mint(type(uint256).max, holder);
            insurance.mint(max, holder);
            vm.assertEq(insurance.balanceOf(holder), max);
            vm.stopPrank();
        }
    }

    function test_maxDeposit_neverReverts_whateverTheVenueHolds() public {
        token.mint(address(venue), type(uint256).max - token.totalSupply());
        vm.assertEq(insurance.maxDeposit(holder), 0);
        vm.assertEq(insurance.maxMint(holder), 0);
    }

    function test_redeem_bringsTheTokensBack() public {
        _leave(_enter(500 * TOKEN));
        insurance.processBatch();
        vm.prank(holder);
        insurance.redeem(500 * SHARE, holder, holder);
        vm.assertEq(token.balanceOf(holder), 500 * TOKEN);
        vm.assertEq(insurance.totalAssets(), SEED);
    }

    function test_processBatch_takesWhatTheOutflowCapLets() public {
        uint256 shares = _enter(8_000_000 * TOKEN);
        skip(1 days); // with the cooldown two: all that is held was there for a whole window
        _setPrice(btc, 60_000e18);
        _leave(shares);
        (, uint256 priced, uint256 paid) = insurance.processBatch();
        // A quarter of what the venue holds: the fixture's own million, the seed and the deposit.
        vm.assertEq(paid, ((POT + 1_000 + 8_000_000) * TOKEN) / 4);
        vm.assertEq(insurance.pendingRedeemRequest(1, holder), shares - priced);
        vm.expectPartialRevert(IAccounts.OutflowCapReached.selector);
        insurance.processBatch();

        for (uint256 day; insurance.pendingRedeemRequest(1, holder) != 0; ++day) {
            vm.assertLt(day, 20, "the batch does not end");
            skip(1 days);
            insurance.processBatch();
        }
        vm.assertEq(insurance.maxWithdraw(holder), 8_000_000 * TOKEN);
        vm.assertEq(insurance.totalAssets(), SEED);
    }

    function test_flows_closeWhileAGroupIsLocked() public {
        _leave(_enter(500 * TOKEN));
        _setPrice(btc, 66_000e18);
        venue.poke(solo);
        vm.assertEq(insurance.maxDeposit(holder), 0);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceVault.VaultFlowsClosed.selector, Flows.GROUP_LOCKED));
        insurance.processBatch();
        skip(_venueParams().lockDelay);
        venue.poke(solo);
        insurance.processBatch();
        vm.assertEq(insurance.maxWithdraw(holder), 500 * TOKEN);
    }

    function test_donation_toThePotBelongsToTheHolders() public {
        uint256 shares = _enter(1_000 * TOKEN);
        _fund(accountOf(address(insurance), 0), 2_000 * TOKEN);
        vm.assertApproxEqAbs(insurance.convertToAssets(shares), 2_000 * TOKEN, 1);
    }

    function test_retire_emptiesTheAccountOfAReplacedVault() public {
        _leave(_enter(500 * TOKEN));
        venue.setVault(vault.owner);
        (uint256 received, bool complete) = insurance.retire();
        vm.assertEq(received, SEED + 500 * TOKEN);
        vm.assertTrue(complete);
        (received, complete) = insurance.retire();
        vm.assertEq(received, 0);
        vm.assertTrue(complete);
        insurance.processBatch();
        vm.assertEq(insurance.maxWithdraw(holder), 500 * TOKEN);
    }

    function test_retire_takesWhatTheOutflowCapLets() public {
        uint256 shares = _enter(8_000_000 * TOKEN);
        skip(1 days);
        _leave(shares);
        venue.setVault(vault.owner);
        (uint256 received, bool complete) = insurance.retire();
        vm.assertFalse(complete);
        vm.assertEq(received, ((POT + 1_000 + 8_000_000) * TOKEN) / 4);
        while (!complete) {
            skip(1 days);
            (, complete) = insurance.retire();
        }
        vm.assertEq(insurance.totalAssets(), SEED + 8_000_000 * TOKEN);
    }

    function _enter(uint256 assets) private returns (uint256 shares) {
        token.mint(holder, assets);
        vm.startPrank(holder);
        token.approve(address(insurance), assets);
        shares = insurance.deposit(assets, holder);
        vm.stopPrank();
    }

    /// @dev Requested, and due.
    function _leave(uint256 shares) private {
        vm.prank(holder);
        insurance.requestRedeem(shares, holder, holder);
        skip(WINDOW + COOLDOWN);
    }
}
