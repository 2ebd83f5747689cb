// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {ILiquidation} from "../../contracts/interfaces/ILiquidation.sol";
import {IOptionLiquidation} from "../../contracts/interfaces/IOptionLiquidation.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {NO_NODE, NodeId} from "../../contracts/types/NodeId.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Actor} from "../base/Fixture.sol";
import {Standing} from "../../contracts/mocks/OptionProbe.sol";
import {OptionVenue} from "./OptionVenue.sol";

contract OptionSlicesTest is OptionVenue {
    uint256 private constant ONE = 1e18;

    Actor private maker;
    Actor private keeper;
    Actor private debtor;

    function setUp() public {
        _deployOptions();
        maker = _actor("maker", 900_000);
        keeper = _actor("keeper", 200_000);
    }

    function _slice(uint256 maxFraction) private {
        vm.prank(keeper.owner);
        venue.liquidateSlice(debtor.id, 0, maxFraction, 0, Money.wrap(0), NEVER, new NodeId[](0));
    }

    /// @dev Short ten calls at the money and long three further out, at initial margin.
    function _indebt() private {
        debtor = _actor("debtor", 20_000);
        _trade(debtor, maker, _call(9), 3 * int256(BASE));
        _trade(debtor, maker, _call(7), -10 * int256(BASE));
        _withdrawAll();
    }

    function _withdrawAll() private {
        vm.prank(debtor.owner);
        venue.withdraw(0, type(uint256).max, debtor.owner);
    }

    function _riseTo(uint256 spot) private {
        for (uint256 now_ = SPOT; now_ < spot;) {
            now_ = now_ + 60 < spot ? now_ + 60 : spot;
            _setSpot(now_);
            _settleAnchors();
        }
    }

    function test_aSliceRestoresInitialMargin() public {
        _indebt();
        _riseTo(4_200);
        Standing memory before = _standing(debtor.id);
        vm.assertTrue(before.equity < before.maintenance, "below maintenance");
        Standing memory earlier = _standing(keeper.id);
        _slice(ONE);
        Standing memory s = _standing(debtor.id);
        vm.assertTrue(s.equity >= s.initial - 1_000, "initial margin");
        vm.assertTrue(s.equity <= s.initial + s.initial / 100, "and hardly more");
        vm.assertTrue(s.equity < before.equity, "at a price");
        int256 sold = 10 * int256(BASE) + _size(debtor.id, _call(7));
        int256 bought = 3 * int256(BASE) - _size(debtor.id, _call(9));
        vm.assertTrue(sold > 0 && sold < 10 * int256(BASE), "a part");
        vm.assertEq((bought * 10) / 3 / 10, sold / 10, "of all legs alike");
        vm.assertEq(_size(keeper.id, _call(7)), -sold, "taken over");
        vm.assertEq(_size(keeper.id, _call(9)), bought, "taken over");
        int256 reward = _standing(keeper.id).equity - earlier.equity;
        vm.assertTrue(reward > 0, "the keeper's share");
        int256 ofVault = before.equity - s.equity - reward;
        vm.assertTrue(ofVault > reward - 1_000 && ofVault < reward + 1_000, "half for the vault, but for rounding");
        _requireSolvent();
    }

    function test_atMaintenanceMarginNobodyIsLiquidated() public {
        _indebt();
        _riseTo(4_200);
        Standing memory s = _standing(debtor.id);
        // Up to maintenance margin, to the token's unit.
        uint256 units = uint256(s.maintenance - s.equity + 999) / 1_000;
        token.mint(address(this), units);
        token.approve(address(venue), units);
        venue.deposit(debtor.id, units);
        vm.prank(keeper.owner);
        vm.expectPartialRevert(ILiquidation.NotLiquidatable.selector);
        venue.liquidateSlice(debtor.id, 0, ONE, 0, Money.wrap(0), NEVER, new NodeId[](0));
        vm.assertTrue(_standing(debtor.id).equity - s.maintenance < 1_000, "at the edge");
    }

    function test_takesNoMoreThanTheKeeperWants() public {
        _indebt();
        _riseTo(4_200);
        Standing memory before = _standing(debtor.id);
        _slice(ONE / 20);
        vm.assertEq(_size(keeper.id, _call(7)), -int256(BASE) / 2, "a twentieth");
        Standing memory s = _standing(debtor.id);
        vm.assertTrue(s.equity * before.maintenance >= before.equity * s.maintenance, "ratio");
    }

    function test_dustSlicesAreOfTheMinimum() public {
        _indebt();
        _riseTo(4_200);
        _slice(1);
        uint256 least = (10 * QUOTE * BASE) / (4_200 * QUOTE) + 1;
        vm.assertEq(_size(keeper.id, _call(7)), -int256(least), "minimum notional");
    }

    function test_refusesOtherPositions() public {
        _indebt();
        _riseTo(4_200);
        vm.prank(keeper.owner);
        vm.expectPartialRevert(IOptionLiquidation.OtherPositions.selector);
        venue.liquidateSlice(debtor.id, 0, ONE, 1, Money.wrap(0), NEVER, new NodeId[](0));
        vm.prank(keeper.owner);
        vm.expectPartialRevert(IOptionLiquidation.RewardTooLow.selector);
        venue.liquidateSlice(
            debtor.id,
            0,
            ONE,
            (1 << 14) | (1 << 18),
            Money.wrap(1_000_000 * int256(QUOTE)),
            NEVER,
            new NodeId[](0)
        );
    }

    function test_nobodySlicesHimself() public {
        _indebt();
        _riseTo(4_200);
        vm.prank(debtor.owner);
        vm.expectRevert(abi.encodeWithSelector(ITrading.SameOwner.selector, debtor.owner));
        venue.liquidateSlice(debtor.id, 1, ONE, 0, Money.wrap(0), NEVER, new NodeId[](0));
        vm.prank(debtor.owner);
        venue.setSigner(keeper.owner, NEVER);
        vm.prank(keeper.owner);
        vm.expectRevert(abi.encodeWithSelector(ITrading.SameOwner.selector, debtor.owner));
        venue.liquidateSlice(debtor.id, 0, ONE, 0, Money.wrap(0), NEVER, new NodeId[](0));
    }

    function test_aTakerWithoutCashGetsNothing() public {
        _indebt();
        _riseTo(4_200);
        keeper = _actor("poor");
        vm.prank(keeper.owner);
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.liquidateSlice(debtor.id, 0, ONE, 0, Money.wrap(0), NEVER, new NodeId[](0));
    }

    /// A hedge that is too small to be split goes whole, and would bare the rest: then all goes.
    function test_whatCannotBeSplitGoesWhole() public {
        debtor = _actor("debtor", 200);
        int256 part = (int256(BASE) * 3) / 1_000; // 12 quote
        _trade(debtor, maker, _call(7), -part * 20);
        _trade(debtor, maker, _call(8), part);
        _withdrawAll();
        _riseTo(4_300);
        Standing memory before = _standing(debtor.id);
        vm.assertTrue(before.equity < before.maintenance, "below maintenance");
        _slice(ONE);
        Standing memory s = _standing(debtor.id);
        vm.assertTrue(s.equity * before.maintenance >= before.equity * s.maintenance, "ratio");
        int256 left = -_size(debtor.id, _call(7));
        vm.assertTrue(left == 0 || left * 4_300 >= 10 * int256(BASE), "zero or the minimum");
        left = _size(debtor.id, _call(8));
        vm.assertTrue(left == 0 || left * 4_300 >= 10 * int256(BASE), "zero or the minimum");
    }

    function test_atAGapPokeComesFirst() public {
        _indebt();
        _riseTo(4_150);
        _setSpot(4_300);
        vm.prank(keeper.owner);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GapOpen.selector, group));
        venue.liquidateSlice(debtor.id, 0, ONE, 0, Money.wrap(0), NEVER, new NodeId[](0));
        venue.poke(group);
        vm.prank(keeper.owner);
        vm.expectPartialRevert(IDeleveraging.GroupLocked.selector);
        venue.liquidateSlice(debtor.id, 0, ONE, 0, Money.wrap(0), NEVER, new NodeId[](0));
    }

    /// In a lock a losing leg goes alone, to somebody who has not won, and who loses it is registered.
    function test_inALockOneLosingLeg() public {
        _indebt();
        _riseTo(4_060);
        _setSpot(4_180);
        venue.poke(group);
        Standing memory before = _standing(debtor.id);
        vm.assertTrue(before.equity < before.maintenance && before.equity > 0, "weak");
        vm.prank(keeper.owner);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.WinningSideLocked.selector, debtor.id, _call(9)));
        _takeLeg(_call(9));
        vm.prank(maker.owner); // who is long the calls
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.WinningSideLocked.selector, maker.id, _call(7)));
        _takeLeg(_call(7));
        vm.prank(keeper.owner);
        _takeLeg(_call(7));
        Standing memory s = _standing(debtor.id);
        vm.assertTrue(s.equity * before.maintenance >= before.equity * s.maintenance, "ratio");
        vm.assertTrue(_size(keeper.id, _call(7)) < 0, "taken over");
        vm.prank(maker.owner);
        vm.expectPartialRevert(IDeleveraging.NothingToNet.selector);
        venue.net(group, _one(debtor.id)); // the takeover registered it
        _requireSolvent();
    }

    /// A number of another group names no leg of the account, though one of its group has the same place.
    function test_inALockALegIsNamedByItsGroup() public {
        GroupId first = group;
        MarketId held = _call(7);
        group = venue.createOptionGroup(_source(proxy), vols, Mode.QUEUE, _marketParams(), _riskParams());
        venue.list(group, EXPIRY);
        MarketId other = _call(7);
        group = first;
        _indebt();
        _riseTo(4_060);
        _setSpot(4_180);
        venue.poke(group);
        vm.prank(keeper.owner);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.NoPosition.selector, debtor.id, other));
        _takeLeg(other);
        vm.prank(keeper.owner);
        _takeLeg(held);
    }

    /// Whoever won in the jump, in whatever series, takes no losing leg; who lost himself may.
    function test_whoHasWonElsewhereTakesNoLosingLeg() public {
        Actor memory winner = _actor("winner", 50_000);
        Actor memory loser = _actor("loser", 50_000);
        _trade(winner, maker, _call(10), int256(BASE));
        _trade(loser, maker, _call(10), -int256(BASE));
        _indebt();
        _riseTo(4_060);
        _setSpot(4_180);
        venue.poke(group);
        vm.prank(winner.owner);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.WinningSideLocked.selector, winner.id, _call(7)));
        venue.liquidateToAccount(debtor.id, _call(7), 0, BASE, NO_NODE, Price.wrap(0), NEVER);
        vm.prank(loser.owner);
        venue.liquidateToAccount(debtor.id, _call(7), 0, BASE, NO_NODE, Price.wrap(0), NEVER);
        vm.assertEq(_size(loser.id, _call(7)), -int256(BASE), "taken over");
    }

    /// A deadline is the last second at which the call counts.
    function test_aDeadlineIsTheLastSecond() public {
        _indebt();
        _riseTo(4_060);
        _setSpot(4_180);
        venue.poke(group);
        (uint40 now_, Price none) = (uint40(block.timestamp), Price.wrap(0));
        vm.prank(keeper.owner);
        vm.expectRevert(abi.encodeWithSelector(ITrading.DeadlinePassed.selector, now_ - 1));
        venue.liquidateToAccount(debtor.id, _call(7), 0, BASE, NO_NODE, none, now_ - 1);
        vm.prank(keeper.owner);
        venue.liquidateToAccount(debtor.id, _call(7), 0, BASE, NO_NODE, none, now_);
        vm.assertTrue(_size(keeper.id, _call(7)) < 0, "taken over");
    }

    /// Two defaulters in one call, each once, by ascending ids.
    function test_defaultersAreAbsorbedTogether() public {
        Actor memory one = _actor("one", 20_000);
        Actor memory other = _actor("other", 20_000);
        _trade(one, maker, _call(7), -10 * int256(BASE));
        _trade(other, maker, _call(7), -10 * int256(BASE));
        _settleAnchors();
        _setSpot(6_500);
        venue.poke(group);
        AccountId[] memory ids = new AccountId[](2);
        bool ascend = AccountId.unwrap(one.id) < AccountId.unwrap(other.id);
        (ids[0], ids[1]) = ascend ? (other.id, one.id) : (one.id, other.id);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.AccountsNotAscending.selector, ids[1]));
        venue.absorb(group, ids);
        (ids[0], ids[1]) = (ids[1], ids[0]);
        venue.absorb(group, ids);
        vm.assertEq(_size(one.id, _call(7)), 0, "one");
        vm.assertEq(_size(other.id, _call(7)), 0, "and the other");
        _requireSolvent();
    }

    /// The least reward is what a keeper still takes.
    function test_theLeastRewardIsEnough() public {
        _indebt();
        _riseTo(4_200);
        vm.prank(keeper.owner);
        // solhint-disable-next-line avoid-low-level-calls
        (bool done, bytes memory answer) = address(venue).call(_sliceFor(type(int256).max));
        vm.assertFalse(done, "refused");
        (Money reward, ) = abi.decode(_withoutSelector(answer), (Money, Money));
        vm.assertTrue(reward > Money.wrap(0), "there is one");
        Money more = Money.wrap(Money.unwrap(reward) + 1);
        vm.prank(keeper.owner);
        vm.expectRevert(abi.encodeWithSelector(IOptionLiquidation.RewardTooLow.selector, reward, more));
        venue.liquidateSlice(debtor.id, 0, ONE, 0, more, NEVER, new NodeId[](0));
        vm.prank(keeper.owner);
        venue.liquidateSlice(debtor.id, 0, ONE, 0, reward, NEVER, new NodeId[](0));
    }

    function _sliceFor(int256 reward) private view returns (bytes memory) {
        Money least = Money.wrap(reward);
        return abi.encodeCall(venue.liquidateSlice, (debtor.id, 0, ONE, 0, least, NEVER, new NodeId[](0)));
    }

    function _withoutSelector(bytes memory answer) private pure returns (bytes memory rest) {
        rest = new bytes(answer.length - 4);
        for (uint256 i; i < rest.length; ++i) rest[i] = answer[i + 4];
    }

    function test_outsideOfLocksThereAreSlicesOnly() public {
        _indebt();
        _riseTo(4_200);
        vm.prank(keeper.owner);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GroupNotLocked.selector, group));
        _takeLeg(_call(7));
    }

    function test_inALockThereAreNoSlices_andAfterItNothingIsTaken() public {
        _indebt();
        _riseTo(4_060);
        _setSpot(4_180);
        venue.poke(group);
        uint256 end = block.timestamp + 120;
        vm.prank(keeper.owner);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GroupLocked.selector, group, end));
        venue.liquidateSlice(debtor.id, 0, ONE, 0, Money.wrap(0), NEVER, new NodeId[](0));
        vm.warp(end);
        vm.prank(keeper.owner);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GroupLocked.selector, group, end));
        _takeLeg(_call(7));
    }

    function test_whoIsBelowZeroIsForAbsorb() public {
        _indebt();
        _riseTo(5_200);
        int256 equity = _standing(debtor.id).equity;
        vm.assertTrue(equity < 0, "below zero, without a gap");
        vm.prank(keeper.owner);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.AccountInsolvent.selector, debtor.id, equity));
        venue.liquidateSlice(debtor.id, 0, ONE, 0, Money.wrap(0), NEVER, new NodeId[](0));
    }

    function _takeLeg(MarketId market) private {
        venue.liquidateToAccount(debtor.id, market, 0, type(uint256).max, NO_NODE, Price.wrap(0), NEVER);
    }

    function _one(AccountId id) private pure returns (AccountId[] memory list) {
        list = new AccountId[](1);
        list[0] = id;
    }
}
