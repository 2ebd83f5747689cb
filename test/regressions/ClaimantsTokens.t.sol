// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IInsuranceVault} from "../../contracts/interfaces/IInsuranceVault.sol";
import {VaultAttack} from "../attacks/VaultAttack.sol";
import {HostileToken} from "../invariants/HostileToken.sol";

/// @notice Found by the hostile campaign: a deposit of which the token lost a part between LP and vault, but nothing
/// between vault and clearinghouse (a token that spares some addresses its fee), was completed out of the tokens that
/// wait for those who have left.
contract ClaimantsTokensTest is VaultAttack {
    HostileToken internal hostile;

    function setUp() public {
        hostile = new HostileToken();
        _deployVault(1_000 * TOKEN, hostile);
        _enter(lp, 50_000 * TOKEN);
        _request(lp, insurance.balanceOf(lp));
        skip(WINDOW + COOLDOWN);
        venue.poke(solo);
        insurance.processBatch();
    }

    function test_deposit_takesNothingThatWaitsForClaimants_whenTheTokenTakesAFee() public {
        _depositArrivesShort(HostileToken.Trick.FEE);
    }

    function test_deposit_takesNothingThatWaitsForClaimants_whenTheTokenMovesNothing() public {
        _depositArrivesShort(HostileToken.Trick.MOVE_NOTHING);
    }

    function _depositArrivesShort(HostileToken.Trick trick) private {
        uint256 waiting = hostile.balanceOf(address(insurance));
        hostile.mint(address(this), 10_000 * TOKEN);
        hostile.approve(address(insurance), 10_000 * TOKEN);
        hostile.arm(trick, address(0), "");
        vm.expectPartialRevert(IInsuranceVault.AssetsLostInTransfer.selector);
        insurance.deposit(10_000 * TOKEN, address(this));
        vm.assertEq(hostile.balanceOf(address(insurance)), waiting, "tokens of claimants were deposited");
        vm.assertGe(waiting, insurance.maxWithdraw(lp), "the claimant cannot be paid");
    }
}
