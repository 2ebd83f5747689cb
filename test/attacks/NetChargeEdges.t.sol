// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Outcome} from "../../contracts/interfaces/IMulticall.sol";
import {Phase} from "../../contracts/Ledger.sol";
import {ReentrantToken} from "../../contracts/mocks/ReentrantToken.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Actor} from "../base/Fixture.sol";
import {NetScenario} from "../base/NetScenario.sol";
import {Attack} from "./Attack.sol";

/// @title What the net charge meets at its edges: positions torn up to zero, hooks of the token, calls without gas
/// @custom:source Our own: each door of the relief, tried by who would gain if it failed
contract NetChargeEdges is Attack, NetScenario {
    ReentrantToken private _hooked;
    Actor private _thin;
    Actor private _keeper;

    function setUp() public {
        _hooked = new ReentrantToken("Hooked", "HOOK", 6);
        _build(_hooked);
        _thin = _hedged("thin", 1e9, 100e9, 46_000);
        _keeper = _actor("keeper", 200_000);
        _settleAnchors(quad);
    }

    /// A keeper's position that was torn up to zero is no gain: he goes on liquidating in the next lock. He could not
    /// put it away, as nobody collects in a lock.
    function test_keeper_whoseWinningPositionWasTornUp_takesOverInTheNextLock() public {
        _trade(_actor("under", 1_000_000), _keeper, first, 1e9, 60_600e18); // the head of the queue
        _trade(_keeper, deep, quad.market(2), 1e9, 150e18); // and one in which nothing moves
        _settleAnchors(quad);
        _lockAt(54_000e18, 2_900e18);
        _absorbLoser();
        _settle();
        vm.assertEq(_size(_keeper.id, first), 0, "not torn up: this test says nothing");
        vm.assertEq(_account(_keeper.id).open, 5, "collected: this test says nothing");
        _settleAnchors(quad);
        _lockAt(51_000e18, 2_600e18);
        vm.assertTrue(_group(quad).phase == Phase.LOCKED);
        _setPrice(second, 2_540e18);
        (bool ok, bytes4 reason) = _tryLiquidate(_keeper, _thin.id, second, type(uint256).max);
        vm.assertEq(bytes32(reason), bytes32(0));
        vm.assertTrue(ok);
    }

    /// The token calls in the midst of a deposit or a withdrawal: relief is registered and credited as at any other
    /// time, once.
    function test_hooksOfTheToken_registerAndCreditOnce() public {
        _lock();
        bytes memory register = abi.encodeCall(venue.netOne, (hedger.id));
        bytes memory credit = abi.encodeCall(venue.creditRelief, (hedger.id));
        token.mint(address(this), 3 * TOKEN);
        token.approve(address(venue), 3 * TOKEN);
        _hooked.arm(address(venue), register);
        venue.deposit(hedger.id, TOKEN);
        vm.assertTrue(_hooked.called() && _hooked.succeeded());
        vm.assertEq(_relieved(), LOSS);
        _hooked.arm(address(venue), register);
        venue.deposit(hedger.id, TOKEN);
        vm.assertEq(_relieved(), LOSS, "twice");
        _absorbLoser();
        _settle();
        int256 equity = _equity(hedger.id);
        uint256 state = vm.snapshotState();
        _hooked.arm(address(venue), credit);
        venue.deposit(hedger.id, TOKEN);
        vm.assertTrue(_hooked.called() && _hooked.succeeded());
        vm.assertEq(_equity(hedger.id), equity + 1e9, "in the midst of a deposit");
        vm.revertToState(state);
        _hooked.arm(address(venue), credit);
        vm.prank(hedger.owner);
        venue.withdraw(0, TOKEN, hedger.owner);
        vm.assertTrue(_hooked.called() && _hooked.succeeded());
        vm.assertEq(_equity(hedger.id), equity - 1e9, "in the midst of a withdrawal");
        venue.creditRelief(hedger.id);
        vm.assertEq(_equity(hedger.id), equity - 1e9, "twice");
    }

    /// The keeper chooses the gas: with any of it the loss stays with who had it, or nothing happens.
    function test_liquidation_withAnyGas_neverPassesTheReliefOver() public {
        _lockAt(54_000e18, 2_670e18);
        _setPrice(second, 2_550e18);
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(
            venue.liquidateToAccount,
            (_thin.id, second, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER)
        );
        bytes memory call = abi.encodeCall(venue.tryMulticall, (calls));
        uint256 state = vm.snapshotState();
        (uint256 stood, uint256 failed) = (0, 0);
        for (uint256 gas = 60_000; gas < 700_000; gas += 5_000) {
            vm.prank(_keeper.owner);
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, bytes memory answer) = address(venue).call{gas: gas}(call);
            if (ok) {
                vm.assertTrue(abi.decode(answer, (Outcome[]))[0].success, "failed for want of gas");
                (int256 amount, bool registered) = _reliefOf(_thin.id);
                vm.assertTrue(registered && amount == 6_000e9, "passed over");
                ++stood;
            } else {
                vm.assertEq(_relieved(), 0);
                ++failed;
            }
            vm.revertToState(state);
        }
        vm.assertGt(stood, 10);
        vm.assertGt(failed, 10);
    }
}
