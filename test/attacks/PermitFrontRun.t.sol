// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Permit front-run
/// @custom:source Trust Security, Permission Denied: The Story of an EIP That Sinned, January 2024
/// @notice The attacker sees a deposit with a permit in the pool and uses the permit first, so that the victim's
/// transaction reverts; or uses it to deposit the victim's tokens into his own account.
contract PermitFrontRunAttack is Attack {
    Actor internal victim;
    Actor internal attacker;
    uint8 internal v;
    bytes32 internal r;
    bytes32 internal s;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        (attacker, victim) = (_attacker("attacker", 1_000), _honest("victim", 0));
        token.mint(victim.owner, 5_000 * TOKEN);
        bytes32 kind = keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 hash = keccak256(abi.encode(kind, victim.owner, address(venue), 5_000 * TOKEN, 0, type(uint256).max));
        (v, r, s) = vm.sign(victim.key, keccak256(abi.encodePacked("\x19\x01", token.DOMAIN_SEPARATOR(), hash)));
        _begin();
    }

    function test_frontRun_doesNotStopTheDeposit() public {
        vm.prank(attacker.owner);
        token.permit(victim.owner, address(venue), 5_000 * TOKEN, type(uint256).max, v, r, s);
        vm.prank(victim.owner);
        venue.depositWithPermit(victim.id, 5_000 * TOKEN, type(uint256).max, v, r, s);
        vm.assertEq(_cash(victim.id), 5_000e9, "the deposit was stopped");
        _nobodyLost("permit used first");
    }

    /// The venue pulls from its caller only, so an allowance of the victim is of no use to anybody else.
    function test_stolenPermit_pullsFromNobodyElse() public {
        bytes memory call = abi.encodeCall(
            venue.depositWithPermit,
            (attacker.id, 5_000 * TOKEN, type(uint256).max, v, r, s)
        );
        (bool ok, ) = _try(attacker.owner, call);
        vm.assertFalse(ok, "he deposited the victim's tokens");
        vm.prank(attacker.owner);
        token.permit(victim.owner, address(venue), 5_000 * TOKEN, type(uint256).max, v, r, s);
        (ok, ) = _try(attacker.owner, call);
        vm.assertFalse(ok, "he deposited the victim's tokens");
        _nobodyLost("permit stolen");
    }

    function _nobodyLost(string memory name) private {
        (int256 gain, int256 loss) = _report(name);
        vm.assertEq(gain, 0, "the attacker gained");
        vm.assertEq(loss, 0, "the victim lost");
    }
}
