// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccounts} from "../../contracts/interfaces/IAccounts.sol";
import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {ILiquidation} from "../../contracts/interfaces/ILiquidation.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {PauseLevel} from "../../contracts/Ledger.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Size} from "../../contracts/types/Size.sol";
import {Actor} from "../base/Fixture.sol";
import {NetScenario} from "../base/NetScenario.sol";
import {Fill} from "../base/Packing.sol";
import {Attack} from "./Attack.sol";

/// @title Relief that one did not earn
/// @custom:source Our own design review: what is netted must be a loss of one's own, and count once
/// @notice Who is registered is charged for what he gained net. So a loss is worth something in a lock: an attacker who
/// gained would like to come by one, to count one twice, or to keep others from being registered.
contract NetChargeAttack is Attack, NetScenario {
    /// Gained 6,000 on the first and lost 33,000 on the second market when it was locked.
    Actor internal thin;
    Actor internal keeper;

    function setUp() public {
        _build();
        thin = _hedged("thin", 1e9, 100e9, 46_000);
        keeper = _actor("keeper", 200_000);
        _settleAnchors(quad);
    }

    // ------------------------------------------------------------------ losses that are moved

    /// Whoever liquidates him, his own loss counts for him, once, and for nobody else.
    function test_liquidation_inTheLock_leavesTheReliefWithWhoLost_throughEveryDoor() public {
        _lockThin();
        uint256 state = vm.snapshotState();
        for (uint256 door; door < 3; ++door) {
            vm.revertToState(state);
            _liquidate(door, keeper);
            vm.assertLt(_size(thin.id, second), 100e9, "nothing was closed: this test says nothing");
            (int256 amount, bool registered) = _reliefOf(thin.id);
            vm.assertTrue(registered, "not registered");
            vm.assertEq(amount, 6_000e9, "what he had in the jump");
            vm.assertEq(_relieved(), 6_000e9);
            vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToNet.selector, quad));
            _net(keeper.id);
            vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToNet.selector, quad));
            _net(thin.id);
        }
    }

    /// Registered before it or by it: all end with the same.
    function test_liquidation_beforeOrAfterNet_changesNothing() public {
        _lockThin();
        uint256 state = vm.snapshotState();
        bytes32 outcome;
        for (uint256 order; order < 2; ++order) {
            vm.revertToState(state);
            if (order == 0) _net(thin.id);
            _liquidate(0, keeper);
            _absorbLoser();
            _net(hedger.id);
            _settle();
            int256[5] memory now_ = [
                _equity(thin.id),
                _equity(hedger.id),
                _equity(winner.id),
                _equity(keeper.id),
                _equity(deep.id)
            ];
            bytes32 hash = keccak256(abi.encode(now_));
            if (order != 0) vm.assertEq(hash, outcome, "INV-8");
            outcome = hash;
        }
    }

    /// An attacker who gained would take over losing legs and be charged for less. He takes nothing over in the lock.
    function test_winner_cannotComeByALoss_throughAnyDoor() public {
        _fund(winner, 200_000);
        _lockThin();
        bytes memory refused = abi.encodeWithSelector(ILiquidation.WinningSideLocked.selector, winner.id, second);
        vm.startPrank(winner.owner);
        vm.expectRevert(refused);
        venue.liquidateToAccount(thin.id, second, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        vm.expectRevert(refused);
        venue.liquidateMany(second, _list(thin.id), 0, Size.wrap(1e12), NO_NODE, ANY_PRICE, NEVER);
        vm.stopPrank();
        Fill[] memory fills = _makerFill(winner, second, 100e9, _price(second));
        vm.expectRevert(ITrading.NothingFilled.selector);
        venue.liquidate(thin.id, second, 0, _pack(fills));
        // Another maker beside him is filled.
        Fill[] memory both = new Fill[](2);
        (both[0], both[1]) = (fills[0], _makerFill(keeper, second, 100e9, _price(second))[0]);
        venue.liquidate(thin.id, second, 0, _pack(both));
        vm.assertEq(_size(winner.id, second), 0);
        vm.assertGt(_size(keeper.id, second), 0);
    }

    /// Nor one whose gain and loss are registered, nor the hedged: gains of any market bar.
    function test_hedger_takesNothingOver_alsoWhenRegistered() public {
        _fund(hedger, 300_000);
        _lockThin();
        _net(hedger.id);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.WinningSideLocked.selector, hedger.id, second));
        vm.prank(hedger.owner);
        venue.liquidateToAccount(thin.id, second, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
    }

    /// A keeper who took losing legs over in one market may go on in another: he gained nothing.
    function test_keeper_withLosingLegs_takesOverInOtherMarkets() public {
        Actor memory longs = _actor("longs", 20_000);
        _trade(longs, deep, first, 5e9, 60_000e18);
        _settleAnchors(quad);
        _lockAt(59_000e18, 2_940e18); // it locks as the second fell by 2%
        vm.assertTrue(_group(quad).lockNumber == 1, "no lock: this test says nothing");
        _setPrice(first, 57_700e18);
        _setPrice(second, 2_590e18);
        (bool ok, ) = _tryLiquidate(keeper, longs.id, first, type(uint256).max);
        vm.assertTrue(ok, "the first");
        (ok, ) = _tryLiquidate(keeper, thin.id, second, type(uint256).max);
        vm.assertTrue(ok, "the second");
        vm.assertGt(_size(keeper.id, first), 0);
        vm.assertGt(_size(keeper.id, second), 0);
    }

    function test_liquidation_intoTheVault_isRefusedInALock() public {
        _lockThin();
        venue.marginCall(thin.id);
        skip(15);
        vm.expectRevert(abi.encodeWithSelector(IAccounts.GroupsLocked.selector, 1));
        venue.liquidateToVault(thin.id, second, 0, NO_NODE);
    }

    /// Who takes over cannot be taken below zero by the settlement: he gained nothing, so he is charged nothing.
    function testFuzz_taker_isChargedNothing(uint256 mark) public {
        _lockThinAt(bound(mark, 2_500e18, 2_570e18));
        (bool ok, ) = _tryLiquidate(keeper, thin.id, second, type(uint256).max);
        vm.assume(ok);
        _absorbLoser();
        _net(hedger.id);
        int256 before = _atFrozen(keeper.id);
        _settle();
        vm.assertEq(_atFrozen(keeper.id), before, "charged");
        vm.assertGe(_atFrozen(thin.id) + UNITS, 0, "the liquidated defaulted by the charge");
        vm.assertEq(_shortfall(), 0);
    }

    // ------------------------------------------------------------------ losses that came late

    /// He sees a market fall and buys a hedge that has lost already, before anybody can lock. Relief counts the whole
    /// jump from the anchor, of which he lost only what came after. Bound: the gap threshold of the hedge's notional.
    function test_hedgeAfterTheMoveBegan_isWorthAtMostTheThreshold() public {
        Actor memory late = _attacker("late", 100_000);
        _trade(late, deep, first, -5e9, 60_000e18);
        _settleAnchors(quad);
        uint256 begun = 2_942e18; // 1.93%: no gap yet, at a threshold of 2%
        _setPrice(second, begun);
        _trade(late, deep, second, 80e9, begun);
        int256 entered = Money.unwrap(_position(late.id, second).value);
        _lock();
        _net(late.id);
        (int256 amount, ) = _reliefOf(late.id);
        int256 lost = entered - Money.unwrap(_position(late.id, second).value);
        int256 unearned = amount - lost;
        vm.assertGt(unearned, 0, "nothing unearned: this test says nothing");
        vm.assertLe(unearned, (_notional(80e9, begun) * 20_000) / 1e6, "the threshold of his notional");
        _absorbLoser();
        int256 before = _atFrozen(late.id);
        _settle();
        int256 charged = before - _equity(late.id);
        (int256 numerator, int256 denominator) = _share();
        int256 fair = ((GAIN - lost) * numerator) / denominator;
        _line("a hedge bought after the move began", fair - charged, fair - charged);
        vm.assertLe(fair - charged, (unearned * numerator) / denominator + UNITS, "more than its share");
    }

    /// His hedge comes from a second account of his, which then defaults by a little: what it gained before the move is
    /// in the estate and charged to nobody. The bound is the same: the threshold of the hedge's notional.
    function test_hedgeFromAnOwnAccountThatDefaults_isWorthAtMostTheThreshold() public {
        Actor memory late = _attacker("late", 200_000);
        Actor memory own = _attacker("own", 30_000);
        _trade(late, deep, first, -5e9, 60_000e18);
        _trade(own, deep, first, 5e9, 60_000e18);
        _settleAnchors(quad);
        uint256 begun = 2_942e18; // 1.93%
        _setPrice(second, begun);
        _trade(late, own, second, 80e9, begun);
        int256 entered = Money.unwrap(_position(late.id, second).value);
        uint256 state = vm.snapshotState();
        int256[2] memory both;
        for (uint256 registered; registered < 2; ++registered) {
            vm.revertToState(state);
            _lockAt(53_000e18, begun);
            if (registered == 1) _net(late.id);
            _absorbLoser();
            vm.assertLt(_atFrozen(own.id), 0, "no default: this test says nothing");
            venue.absorb(quad, _list(own.id));
            _settle();
            both[registered] = _equity(late.id);
            if (registered == 0) continue;
            (int256 amount, ) = _reliefOf(late.id);
            int256 unearned = amount - (entered - Money.unwrap(_position(late.id, second).value));
            vm.assertGt(unearned, 0, "nothing unearned: this test says nothing");
            vm.assertLe(unearned, (_notional(80e9, begun) * 20_000) / 1e6, "the threshold of his notional");
        }
        (int256 numerator, int256 denominator) = _share();
        int256 gain = both[1] - both[0];
        _line("a hedge from an own account that defaults", gain, gain);
        vm.assertLe(gain, (((_notional(80e9, begun) * 20_000) / 1e6) * numerator) / denominator, "more than its share");
    }

    /// Registered, and away before the bill: nothing leaves a group that is locked.
    function test_registered_cannotLeave() public {
        _lock();
        _net(hedger.id);
        vm.startPrank(hedger.owner);
        vm.expectPartialRevert(IDeleveraging.GroupLocked.selector);
        venue.withdraw(0, 1_000 * TOKEN, hedger.owner);
        vm.expectPartialRevert(IDeleveraging.GroupLocked.selector);
        venue.transfer(0, 1, Money.wrap(1e9));
        vm.stopPrank();
        bytes memory batch = _pack(_match(hedger, deep, second, -80e9, 2_700e18), true);
        vm.expectPartialRevert(IDeleveraging.GroupLocked.selector);
        venue.settle(batch);
        (int256 amount, ) = _reliefOf(hedger.id);
        vm.assertEq(amount, LOSS);
    }

    // ------------------------------------------------------------------ who is registered, and by others

    /// Keepers who register only their friends: anybody else registers himself, and all end as if there were no
    /// friends.
    function test_friendsOnly_isMendedByAnybody() public {
        _lockThin();
        uint256 state = vm.snapshotState();
        AccountId[] memory all = new AccountId[](2);
        (all[0], all[1]) = (hedger.id, thin.id);
        venue.net(quad, all);
        _absorbLoser();
        _settle();
        int256[3] memory fair = [_equity(hedger.id), _equity(thin.id), _equity(winner.id)];
        vm.revertToState(state);
        vm.prank(keeper.owner);
        venue.net(quad, _list(thin.id)); // his friend
        _absorbLoser();
        vm.warp(uint256(_group(quad).until) - 1); // in the last second
        vm.prank(hedger.owner);
        venue.net(quad, _list(hedger.id));
        _settle();
        int256[3] memory mended = [_equity(hedger.id), _equity(thin.id), _equity(winner.id)];
        vm.assertEq(keccak256(abi.encode(mended)), keccak256(abi.encode(fair)));
    }

    /// A flat winner's other account does not net his gain: accounts are netted each by itself.
    function test_twoAccountsOfOneOwner_areNotNettedTogether() public {
        Actor memory split = _actor("split", 40_000);
        Actor memory half = Actor(split.owner, split.key, accountOf(split.owner, 1));
        _fund(half.id, 40_000 * TOKEN);
        _trade(split, deep, first, -5e9, 60_000e18);
        _trade(half, deep, second, 80e9, 3_000e18);
        _settleAnchors(quad);
        _lock();
        AccountId[] memory ids = new AccountId[](2);
        (ids[0], ids[1]) = (split.id, half.id);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToNet.selector, quad));
        venue.net(quad, ids);
    }

    // ------------------------------------------------------------------ credits that nobody uses

    /// A credit that waits breaks nothing: not a later lock, not recovery, not the end of the markets.
    function test_creditThatWaits_meetsTheEndOfItsMarkets() public {
        _lock();
        _net(hedger.id);
        _absorbLoser();
        _settle();
        int256 equity = _equity(hedger.id);
        for (uint32 i; i < 4; ++i) venue.pause(quad.market(i), PauseLevel.NO_NEW_RISK, 7 days);
        skip(2 days);
        for (uint32 i; i < 4; ++i) venue.settleMarket(quad.market(i));
        vm.assertTrue(_account(hedger.id).isNetted, "somebody used it: this test says nothing");
        equity = _equity(hedger.id);
        if (_account(hedger.id).open & 1 != 0) venue.collect(hedger.id, first);
        venue.collect(hedger.id, second);
        vm.assertEq(_cash(hedger.id), equity, "all that he had");
        vm.assertFalse(_account(hedger.id).isNetted);
        vm.assertEq(_account(hedger.id).open, 0);
    }

    /// In a recovery the credit is an ordinary claim, and a protected deposit stays what it was.
    function test_creditThatWaits_inARecovery_isAnOrdinaryClaim() public {
        _creep(first, 49_000e18); // a late default: a shortfall
        _lockAt(44_100e18, 2_700e18);
        _net(hedger.id);
        _absorbLoser();
        _settle();
        vm.assertGt(_shortfall(), 0, "no recovery: this test says nothing");
        int256 raw = _cash(hedger.id);
        int256 equity = _equity(hedger.id);
        _fund(hedger, 1_000);
        (int256 amount, ) = _reliefOf(hedger.id);
        vm.assertEq(_cash(hedger.id), raw + amount + 1_000e9, "theta was 1");
        vm.assertEq(_equity(hedger.id), equity + 1_000e9);
        uint256 protected_ = abi.decode(_look(abi.encodeCall(lens.protectedOf, (hedger.id))), (uint256));
        vm.assertLe(protected_, 1_000e9, "the credit was protected");
    }

    // ------------------------------------------------------------------ how many

    /// Thousands of hedgers in one lock: each costs the same, and the settlement costs the same with all of them.
    function test_manyHedgers_costTheSameEach_andTheSettlementNothingMore() public {
        uint256 count = _repetitions(100);
        if (count > 1_000) count = 1_000; // beyond it the test's own memory is what grows dearer
        AccountId[] memory ids = new AccountId[](count);
        for (uint256 i; i < count; ++i) ids[i] = _hedged(vm.toString(i), 2e7, 4e8).id;
        _settleAnchors(quad);
        _lock();
        _net(hedger.id);
        _absorbLoser();
        uint256 state = vm.snapshotState();
        uint256 few = _gasOfSettlement();
        vm.revertToState(state);
        (uint256 least, uint256 most) = (type(uint256).max, 0);
        for (uint256 i; i < count; ++i) {
            uint256 gas = gasleft();
            venue.netOne(ids[i]);
            gas -= gasleft();
            if (gas < least) least = gas;
            if (gas > most) most = gas;
        }
        uint256 many = _gasOfSettlement();
        _log(
            string.concat(
                vm.toString(count),
                " registrations: gas from ",
                vm.toString(least),
                " to ",
                vm.toString(most),
                "; settlement ",
                vm.toString(few),
                " with one, ",
                vm.toString(many),
                " with all"
            )
        );
        vm.assertLe(most, least + 10_000, "they grow dearer");
        vm.assertLe(many, few + 2_000, "the settlement grows");
        vm.assertEq(_shortfall(), 0);
    }

    // ------------------------------------------------------------------ helpers

    /// @dev Locked at -10% and -11%; then the second market falls on, so that `thin` is below maintenance margin.
    function _lockThin() private {
        _lockThinAt(2_550e18);
    }

    function _lockThinAt(uint256 live) private {
        _lockAt(54_000e18, 2_670e18);
        _setPrice(second, live);
    }

    /// @dev 0: into an account. 1: many. 2: orders.
    function _liquidate(uint256 door, Actor memory by) private {
        if (door == 2) {
            venue.liquidate(thin.id, second, 0, _pack(_makerFill(by, second, 100e9, _price(second))));
            return;
        }
        vm.prank(by.owner);
        if (door == 0) venue.liquidateToAccount(thin.id, second, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        else venue.liquidateMany(second, _list(thin.id), 0, Size.wrap(1e12), NO_NODE, ANY_PRICE, NEVER);
    }

    function _gasOfSettlement() private returns (uint256 gas) {
        _end();
        gas = gasleft();
        venue.deleverage(quad, 10_000);
        gas -= gasleft();
    }
}
