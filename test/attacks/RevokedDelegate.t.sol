// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccounts} from "../../contracts/interfaces/IAccounts.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Order} from "../../contracts/interfaces/Orders.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Actor} from "../base/Fixture.sol";
import {Match, SignedOrder} from "../base/Packing.sol";
import {Attack} from "./Attack.sol";

/// @title A delegate after his revocation
/// @custom:source 3Commas, December 2022: leaked trading keys, good until each user revoked them, traded the victims'
/// money away
/// @notice A stolen signer's key trades the victim's account against the thief's at the edge of the band. It must stop
/// with the revocation, and never reach a withdrawal.
contract RevokedDelegateAttack is Attack {
    Actor internal victim;
    Actor internal thief;
    Actor internal delegate;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        (victim, thief) = (_honest("victim", 100_000), _attacker("thief", 500_000));
        delegate = _actor("delegate");
        vm.prank(victim.owner);
        venue.setSigner(delegate.owner, block.timestamp + 1 days);
        _begin();
    }

    function test_delegate_afterRevocation_signsNothing_notEvenWhatHeSignedBefore() public {
        Match[] memory m = _theft(1e9);
        vm.prank(victim.owner);
        venue.setSigner(delegate.owner, 0);
        _refused("delegate after his revocation", m);
    }

    function test_delegate_afterExpiry_signsNothing() public {
        Match[] memory m = _theft(1e9);
        skip(1 days + 1);
        _refused("delegate after his expiry", m);
    }

    function test_delegate_neverWithdraws() public {
        vm.startPrank(delegate.owner);
        vm.expectPartialRevert(IAccounts.InsufficientWithdrawable.selector);
        venue.withdraw(0, 1, delegate.owner); // his own account: there is no way to name the victim's
        vm.expectPartialRevert(IAccounts.InsufficientWithdrawable.selector);
        venue.transfer(0, 1, Money.wrap(1));
        vm.stopPrank();
        (int256 gain, int256 loss) = _report("delegate withdraws");
        vm.assertEq(gain, 0, "the thief gained");
        vm.assertEq(loss, 0, "the victim lost");
    }

    /// Before the revocation he can trade the account away, as a broker could. Bound: all of it above initial margin, a
    /// band's width at a time.
    function test_delegate_beforeRevocation_losesTheVictimAtMostWhatMarginLeaves() public {
        bool ok = true;
        for (uint256 i; ok && i < 200; ++i) {
            (ok, ) = _try(
                address(this),
                abi.encodeCall(venue.settle, (_pack(_theft(i % 2 == 0 ? int256(5e9) : -int256(5e9)), true)))
            );
        }
        (, int256 loss) = _report("stolen delegate's key before revocation");
        vm.assertLe(loss, 100_000e9, "more than the account");
        vm.assertGe(_equity(victim.id), 0, "he left a debt");
        vm.assertGt(loss, 50_000e9, "it did nothing: this test says nothing");
    }

    // ------------------------------------------------------------------ what outlives him
    //
    // A sequence voids all lower ones, so the highest one would make the account, or a lane of it, unusable for ever.

    function test_delegate_cannotVoidEveryOrderThatWillEverBe() public {
        uint256 highest = (block.timestamp + 1 hours) * 1_000;
        vm.startPrank(delegate.owner);
        uint256[3] memory sequences = [uint256(type(uint48).max), type(uint48).max - 1, highest + 1];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(_tooHigh(sequences[i], highest));
            venue.cancelBelow(victim.id, uint48(sequences[i]));
            for (uint64 lane; lane < 3; ++lane) {
                vm.expectRevert(_tooHigh(sequences[i], highest));
                venue.cancelOrder((uint64(sequences[i]) << 16) | lane, victim.id);
            }
        }
        vm.stopPrank();
        Match[] memory m = _ordinary(uint64(highest + 1));
        vm.expectRevert(_tooHigh(highest + 1, highest));
        venue.settle(_pack(m, true));
        (int256 gain, int256 loss) = _report("delegate uses up the sequences");
        vm.assertEq(gain, 0, "the thief gained");
        vm.assertEq(loss, 0, "the victim lost");
    }

    /// He does the worst that he can, in every way, and is revoked in the same block: a second later the owner's next
    /// sequences are higher.
    function test_delegate_afterRevocation_theOwnerTradesOnInEveryLane() public {
        uint64 highest = uint64((block.timestamp + 1 hours) * 1_000);
        Match[] memory m = _ordinary(highest); // he fills a little of it: lane 0
        m[0].fills[0].size = 0.001e9;
        venue.settle(_pack(m, true));
        vm.startPrank(delegate.owner);
        venue.cancelBelow(victim.id, uint48(highest));
        for (uint64 lane; lane < 4; ++lane) venue.cancelOrder((highest << 16) | lane, victim.id);
        vm.stopPrank();
        vm.prank(victim.owner);
        venue.setSigner(delegate.owner, 0);

        skip(1);
        for (uint64 lane; lane < 4; ++lane) {
            m = _match(thief, victim, btc, -0.01e9, 60_000e18);
            Order memory order = m[0].fills[0].maker.order;
            order.salt = ((highest + 1) << 16) | lane;
            m[0].fills[0].maker = _sign(victim, order);
            venue.settle(_pack(m, true));
        }
        vm.assertEq(_size(victim.id, btc), 0.041e9, "the owner cannot trade");
        skip(1 hours);
        uint64 byTheClock = uint64(block.timestamp * 1_000); // what the owner's clock says is enough an hour later
        m = _match(thief, victim, btc, -0.01e9, 60_000e18);
        Order memory later = m[0].fills[0].maker.order;
        later.salt = byTheClock << 16;
        m[0].fills[0].maker = _sign(victim, later);
        venue.settle(_pack(m, true));
    }

    /// A key that is authorised again signs again: so does what it signed before. The owner voids that by the sequence
    /// first.
    function test_delegate_authorisedAgain_cannotUseWhatTheOwnerVoided() public {
        Match[] memory m = _theft(1e9);
        uint64 now_ = uint64(block.timestamp * 1_000);
        vm.startPrank(victim.owner);
        venue.setSigner(delegate.owner, 0);
        venue.cancelBelow(victim.id, uint48(now_));
        venue.setSigner(delegate.owner, block.timestamp + 1 days);
        vm.stopPrank();
        vm.expectPartialRevert(ITrading.OrderCancelledOrFilled.selector);
        venue.settle(_pack(m, true));
    }

    /// @dev The victim's account buys 0.1 at the mark, signed by the delegate with a sequence of his choice.
    function _ordinary(uint64 sequence) private returns (Match[] memory m) {
        m = _match(thief, victim, btc, -0.1e9, 60_000e18);
        Order memory order = m[0].fills[0].maker.order;
        order.salt = sequence << 16;
        m[0].fills[0].maker = _sign(delegate, order);
    }

    function _tooHigh(uint256 sequence, uint256 highest) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ITrading.SequenceTooHigh.selector, sequence, highest);
    }

    /// @dev The victim's account buys 2% too dear, or sells 2% too cheap, signed by the delegate.
    function _theft(int256 size) private returns (Match[] memory m) {
        uint256 price = size > 0 ? uint256(61_200e18) : 58_800e18;
        m = _match(thief, victim, btc, -size, price);
        Order memory order = m[0].fills[0].maker.order;
        SignedOrder memory signed = _sign(delegate, order);
        m[0].fills[0].maker = signed;
    }

    function _refused(string memory name, Match[] memory m) private {
        vm.expectRevert(abi.encodeWithSelector(ITrading.SignerNotAuthorised.selector, victim.owner, delegate.owner));
        venue.settle(_pack(m, true));
        vm.expectRevert(abi.encodeWithSelector(ITrading.SignerNotAuthorised.selector, victim.owner, delegate.owner));
        vm.prank(delegate.owner);
        venue.cancelBelow(victim.id, type(uint48).max);
        (int256 gain, int256 loss) = _report(name);
        vm.assertEq(gain, 0, "the thief gained");
        vm.assertEq(loss, 0, "the victim lost");
    }
}
