// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {IAccounts} from "../../contracts/interfaces/IAccounts.sol";
import {IMulticall, Outcome} from "../../contracts/interfaces/IMulticall.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {accountOf} from "../../contracts/types/AccountId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Actor, Fixture} from "../base/Fixture.sol";

/// @notice Several calls of one sender: all or nothing, or each for itself; the sender stays who he is.
contract MulticallTest is Fixture {
    Actor internal alice;
    Actor internal bob;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        alice = _actor("alice", 100_000);
        bob = _actor("bob", 100_000);
    }

    // ------------------------------------------------------------------ all or nothing

    function test_multicall_revertsWithTheErrorOfTheCallThatFails_andNothingStands() public {
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(venue.transfer, (0, 1, Money.wrap(5e9)));
        calls[1] = abi.encodeCall(venue.withdraw, (0, 0, alice.owner));
        vm.expectRevert(IAccounts.ZeroAmount.selector);
        vm.prank(alice.owner);
        venue.multicall(calls);
        vm.assertEq(_cash(accountOf(alice.owner, 1)), 0, "the first one was undone");
    }

    function test_multicall_makesTheSendersCalls_andReturnsWhatEachReturned() public {
        bytes[] memory calls = new bytes[](3);
        calls[0] = abi.encodeCall(venue.transfer, (0, 1, Money.wrap(5e9)));
        calls[1] = abi.encodeCall(venue.withdraw, (1, 2e6, alice.owner));
        calls[2] = abi.encodeCall(venue.cancelBelow, (alice.id, 7));
        vm.prank(alice.owner);
        bytes[] memory results = venue.multicall(calls);
        vm.assertEq(results[0].length, 0);
        vm.assertEq(abi.decode(results[1], (uint256)), 2e6);
        vm.assertEq(_cash(accountOf(alice.owner, 1)), 3e9);
        vm.assertEq(token.balanceOf(alice.owner), 2e6);
        vm.assertEq(uint256(_account(alice.id).minSequence), 7);
    }

    function test_multicall_ofNothing_doesNothing() public {
        vm.assertEq(venue.multicall(new bytes[](0)).length, 0);
        vm.assertEq(venue.tryMulticall(new bytes[](0)).length, 0);
    }

    function test_multicall_refusesValue() public {
        vm.deal(address(this), 1);
        bytes memory call = abi.encodeCall(venue.multicall, (new bytes[](0)));
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, ) = address(venue).call{value: 1}(call);
        vm.assertFalse(ok);
        call = abi.encodeCall(venue.tryMulticall, (new bytes[](0)));
        // solhint-disable-next-line avoid-low-level-calls
        (ok, ) = address(venue).call{value: 1}(call);
        vm.assertFalse(ok);
    }

    function test_multicall_refusesACallOfNoFunction() public {
        bytes[] memory calls = new bytes[](1);
        calls[0] = hex"deadbeef";
        vm.expectRevert();
        venue.multicall(calls);
        Outcome[] memory outcomes = venue.tryMulticall(calls);
        vm.assertFalse(outcomes[0].success);
        vm.assertEq(outcomes[0].result.length, 0);
    }

    function test_multicall_ofAMulticall_isAsOneOfAll() public {
        bytes[] memory inner = new bytes[](1);
        inner[0] = abi.encodeCall(venue.transfer, (0, 1, Money.wrap(5e9)));
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(venue.multicall, (inner));
        calls[1] = abi.encodeCall(venue.tryMulticall, (inner));
        vm.prank(alice.owner);
        bytes[] memory results = venue.multicall(calls);
        vm.assertEq(abi.decode(results[0], (bytes[])).length, 1);
        vm.assertTrue(abi.decode(results[1], (Outcome[]))[0].success);
        vm.assertEq(_cash(accountOf(alice.owner, 1)), 10e9);
    }

    // ------------------------------------------------------------------ each for itself

    function test_tryMulticall_reportsWhatFails_andKeepsTheRest() public {
        bytes[] memory calls = new bytes[](3);
        calls[0] = abi.encodeCall(venue.transfer, (0, 1, Money.wrap(5e9)));
        calls[1] = abi.encodeCall(venue.withdraw, (0, 0, alice.owner));
        calls[2] = abi.encodeCall(venue.withdraw, (1, 2e6, alice.owner));
        vm.prank(alice.owner);
        Outcome[] memory outcomes = venue.tryMulticall(calls);
        vm.assertTrue(outcomes[0].success && !outcomes[1].success && outcomes[2].success);
        vm.assertEq(outcomes[1].result, abi.encodeWithSelector(IAccounts.ZeroAmount.selector));
        vm.assertEq(abi.decode(outcomes[2].result, (uint256)), 2e6);
        vm.assertEq(_cash(accountOf(alice.owner, 1)), 3e9);
    }

    /// With any gas limit: either all stand that would with enough, or it reverts. Nobody chooses which fails.
    function test_tryMulticall_neverTakesWantOfGasForAFailure() public {
        bytes[] memory calls = new bytes[](3);
        for (uint256 i; i < 3; ++i) calls[i] = abi.encodeCall(venue.poke, (solo));
        bytes memory call = abi.encodeCall(venue.tryMulticall, (calls));
        uint256 stood;
        uint256 failed;
        for (uint256 gas = 30_000; gas < 400_000; gas += 1_000) {
            uint256 start = vm.snapshotState();
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, bytes memory answer) = address(venue).call{gas: gas}(call);
            vm.revertToState(start);
            if (!ok) {
                ++failed;
                continue;
            }
            ++stood;
            Outcome[] memory outcomes = abi.decode(answer, (Outcome[]));
            for (uint256 i; i < 3; ++i) vm.assertTrue(outcomes[i].success, "a call failed for want of gas");
        }
        vm.assertGt(stood, 10);
        vm.assertGt(failed, 10);
    }

    /// One call that needs much: what is left for the caller when its gas ends would be enough to report a failure.
    function test_tryMulticall_revertsWhenTheGasOfOneLargeCallEnds() public {
        bytes[] memory pokes = new bytes[](60);
        for (uint256 i; i < pokes.length; ++i) pokes[i] = abi.encodeCall(venue.poke, (solo));
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(venue.multicall, (pokes));
        bytes memory call = abi.encodeCall(venue.tryMulticall, (calls));
        uint256 start = vm.snapshotState();
        uint256 needed = gasleft();
        venue.tryMulticall(calls);
        needed -= gasleft();
        vm.revertToState(start);
        uint256 refused;
        for (uint256 part = 50; part < 100; part += 5) {
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, bytes memory answer) = address(venue).call{gas: (needed * part) / 100}(call);
            vm.revertToState(start);
            if (ok) vm.assertTrue(abi.decode(answer, (Outcome[]))[0].success, "a call failed for want of gas");
            else if (bytes4(answer) == IMulticall.CallOutOfGas.selector) ++refused;
        }
        vm.assertGt(refused, 0);
    }

    // ------------------------------------------------------------------ who may

    function test_multicall_asksForEachCallsOwnRole() public {
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(venue.setVaultBudget, (solo, 1));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, alice.owner));
        vm.prank(alice.owner);
        venue.multicall(calls);
        venue.multicall(calls); // of the admin
        vm.assertEq(uint256(_group(solo).vaultBudget), 1);
    }

    function test_multicall_ofAnothersAccount_isRefused() public {
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(venue.cancelBelow, (bob.id, 7));
        vm.expectRevert(abi.encodeWithSelector(ITrading.SignerNotAuthorised.selector, bob.owner, alice.owner));
        vm.prank(alice.owner);
        venue.multicall(calls);
    }
}
