// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../../../contracts/interfaces/IDeleveraging.sol";
import {PauseLevel, Phase} from "../../../contracts/Ledger.sol";
import {AccountId, accountOf} from "../../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../../contracts/types/MarketId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {NO_NODE} from "../../../contracts/types/NodeId.sol";
import {Actor} from "../../base/Fixture.sol";
import {NetScenario} from "../../base/NetScenario.sol";

/// @title Relief: who is registered is charged for what it gained net
contract ReliefTest is NetScenario {
    function setUp() public {
        _build();
    }

    // ------------------------------------------------------------------ registration

    function test_net_registersTheSmallerOfGainsAndLosses() public {
        _lock();
        uint24 number = _group(quad).lockNumber;
        vm.expectEmit(address(venue));
        emit IDeleveraging.NetRegistered(hedger.id, quad, number, Money.wrap(LOSS), Money.wrap(LOSS));
        _net(hedger.id);
        (int256 amount, bool registered) = _reliefOf(hedger.id);
        vm.assertEq(amount, LOSS);
        vm.assertTrue(registered);
        vm.assertEq(_relieved(), LOSS);
        vm.assertTrue(_account(hedger.id).isNetted);
    }

    function test_net_whoLostMoreThanHeGained_isRegisteredForTheGain() public {
        _trade(hedger, deep, second, 40e9, 3_000e18);
        _settleAnchors(quad);
        _lock();
        _net(hedger.id);
        (int256 amount, ) = _reliefOf(hedger.id);
        vm.assertEq(amount, GAIN, "he lost 36,000");
    }

    function test_net_passesOverWhoHasNothingToNet_andNamesTheCallThatRegistersNobody() public {
        Actor memory elsewhere = _actor("elsewhere", 10_000);
        _trade(elsewhere, deep, btc, 1e9, 60_000e18);
        _lock();
        AccountId[] memory ids = new AccountId[](6);
        (ids[0], ids[1], ids[2]) = (winner.id, loser.id, elsewhere.id);
        (ids[3], ids[4], ids[5]) = (pot, deep.id, winner.id);
        bytes memory nobody = abi.encodeWithSelector(IDeleveraging.NothingToNet.selector, quad);
        vm.expectRevert(nobody);
        venue.net(quad, ids);
        vm.expectRevert(nobody);
        venue.net(quad, new AccountId[](0));
        ids[4] = hedger.id;
        venue.net(quad, ids);
        vm.assertEq(_relieved(), LOSS, "one of them");
        vm.expectRevert(nobody);
        venue.net(quad, ids); // again
        vm.assertEq(_relieved(), LOSS);
    }

    function test_net_ofTheSameAccountTwiceInACall_countsOnce() public {
        _lock();
        AccountId[] memory ids = new AccountId[](2);
        (ids[0], ids[1]) = (hedger.id, hedger.id);
        venue.net(quad, ids);
        vm.assertEq(_relieved(), LOSS);
    }

    function test_net_needsALockThatRuns_andLocksAtAGap() public {
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GroupNotLocked.selector, quad));
        _net(hedger.id);
        _crash();
        _net(hedger.id);
        vm.assertTrue(_group(quad).phase == Phase.LOCKED, "a gap is locked by it");
        _absorbLoser();
        _end();
        uint256 until = _group(quad).until;
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GroupLocked.selector, quad, until));
        _net(hedger.id);
    }

    function test_netOne_doesNothingWithoutARunningLock_orRelief() public {
        venue.netOne(hedger.id);
        _lock();
        venue.netOne(winner.id);
        vm.assertEq(_relieved(), 0);
        venue.netOne(hedger.id);
        vm.assertEq(_relieved(), LOSS);
        venue.netOne(hedger.id);
        vm.assertEq(_relieved(), LOSS, "once");
        _absorbLoser();
        _end();
        Actor memory late = _actor("late", 1);
        venue.netOne(late.id);
        vm.assertEq(_relieved(), LOSS);
    }

    function test_net_whilePaused_isAllowed_asTheLockGoesOn() public {
        _lock();
        venue.pause(first, PauseLevel.NO_LIQUIDATION, 1 hours);
        skip(130);
        _net(hedger.id);
        vm.assertEq(_relieved(), LOSS);
    }

    // ------------------------------------------------------------------ the settlement

    /// What this is for: the same hedger is charged for 6,000 that he gained net, and not for 30,000.
    function test_settlement_chargesWhoIsRegistered_forWhatHeGainedNet() public {
        int256 anchored = _equity(hedger.id);
        _lock();
        _net(hedger.id);
        _absorbLoser();
        int256 due = int256(uint256(_group(quad).deficit));
        int256[3] memory before = [_atFrozen(hedger.id), _atFrozen(winner.id), _atFrozen(other.id)];
        _settle();
        (int256 numerator, int256 denominator) = _share();
        vm.assertEq(denominator, 2 * GAIN + LOSS - LOSS, "capacity");
        vm.assertEq(numerator, due + 4);
        int256 net = ((GAIN - LOSS) * numerator) / denominator;
        _assertNear(before[0] - _equity(hedger.id), net, UNITS, "hedger");
        _assertNear(before[1] - _equity(winner.id), (GAIN * numerator) / denominator, UNITS, "winner");
        _assertNear(before[2] - _equity(other.id), (LOSS * numerator) / denominator, UNITS, "other");
        vm.assertGe(_equity(hedger.id) + UNITS, anchored, "below his equity at the anchor");
        vm.assertEq(_recovery().shortfall, 0);
    }

    function test_settlement_withoutRegistration_chargesTheGrossGain() public {
        _lock();
        _absorbLoser();
        int256 due = int256(uint256(_group(quad).deficit));
        int256 before = _atFrozen(hedger.id);
        _settle();
        _assertNear(before - _equity(hedger.id), (GAIN * (due + 4)) / (2 * GAIN + LOSS), UNITS, "gross");
    }

    /// The known limit: nobody registered him, so the charge takes him below zero, late.
    function test_settlement_whoIsNotRegistered_canBeTakenBelowZero_andWhoIs_cannot() public {
        hedger = _hedged("hedged to the hilt", 8_333e6, 166_667e6, 51_000);
        _fund(loser, 34_000);
        _trade(loser, deep, first, 10e9, 60_000e18);
        _settleAnchors(quad);
        uint256 state = vm.snapshotState();
        _lockAt(54_000e18, 2_430e18); // he gains 50,000, and loses 95,000
        _absorbLoser();
        vm.assertGe(_atFrozen(hedger.id), 0, "solvent at the frozen marks: absorb leaves him");
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToAbsorb.selector, quad));
        venue.absorb(quad, _list(hedger.id));
        _settle();
        vm.assertLt(_equity(hedger.id), 0, "gross: a second default");
        vm.revertToState(state);
        int256 anchored = _equity(hedger.id);
        _lockAt(54_000e18, 2_430e18);
        _net(hedger.id);
        _absorbLoser();
        int256 frozen = _atFrozen(hedger.id);
        _settle();
        int256 least = anchored < frozen ? anchored : frozen;
        vm.assertGe(_equity(hedger.id) + UNITS, least, "net: at least the smaller of anchor and frozen");
        vm.assertEq(_recovery().shortfall, 0);
    }

    function test_settlement_orderOfNetAndAbsorb_changesNothing() public {
        Actor memory second_ = _hedged("another hedger", 3e9, 50e9);
        _lock();
        uint256 state = vm.snapshotState();
        int256[5] memory balances;
        for (uint256 order; order < 4; ++order) {
            vm.revertToState(state);
            if (order == 0) _netBoth(second_);
            if (order == 2) _net(second_.id);
            if (order == 3) _net(hedger.id);
            _absorbLoser();
            if (order == 1) _netBoth(second_);
            if (order == 2) _net(hedger.id);
            if (order == 3) venue.netOne(second_.id);
            _settle();
            int256[5] memory now_ = [
                _equity(hedger.id),
                _equity(second_.id),
                _equity(winner.id),
                _equity(other.id),
                _equity(deep.id)
            ];
            if (order != 0) vm.assertEq(keccak256(abi.encode(now_)), keccak256(abi.encode(balances)), "INV-8");
            balances = now_;
        }
    }

    function test_absorb_takesARegistrationOutAgain() public {
        Actor memory broke = _hedged("broke", 1e9, 150e9, 26_000); // gains 6,000, loses 45,000
        _lock();
        vm.assertLt(_atFrozen(broke.id), 0, "this test says nothing");
        uint256 state = vm.snapshotState();
        _net(broke.id);
        _net(hedger.id);
        vm.assertEq(_relieved(), LOSS + 6_000e9);
        venue.absorb(quad, _list(broke.id));
        vm.assertEq(_relieved(), LOSS);
        vm.assertFalse(_account(broke.id).isNetted);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToNet.selector, quad));
        _net(broke.id); // flat now
        _absorbLoser();
        _settle();
        int256 equity = _equity(hedger.id);
        vm.revertToState(state);
        venue.absorb(quad, _list(broke.id));
        _net(hedger.id);
        _absorbLoser();
        _settle();
        vm.assertEq(_equity(hedger.id), equity, "INV-8");
        vm.assertEq(_cash(broke.id), 0, "nothing comes back to who was absorbed");
    }

    function test_settlement_byTheReserveAlone_givesNothingBack() public {
        venue.setVaultBudget(quad, uint96(500_000 * QUOTE));
        _lock();
        _net(hedger.id);
        _absorbLoser();
        int256 before = _atFrozen(hedger.id);
        _settle();
        (int256 numerator, int256 denominator) = _share();
        vm.assertEq(numerator + denominator, 0, "no share");
        vm.assertEq(_equity(hedger.id), before);
        venue.creditRelief(hedger.id);
        vm.assertFalse(_account(hedger.id).isNetted);
        vm.assertEq(_equity(hedger.id), before);
    }

    function test_settlement_shortOfAll_givesAllOfTheReliefBack() public {
        _creep(first, 52_000e18); // nobody absorbs him: a late default, more than all gained in the jump
        _lockAt(46_800e18, 2_700e18);
        _net(hedger.id);
        _absorbLoser();
        int256 before = _atFrozen(hedger.id);
        vm.assertTrue(_group(quad).uncovered);
        _settle();
        (int256 numerator, int256 denominator) = _share();
        vm.assertTrue(numerator == 1 && denominator == 1);
        vm.assertGt(_recovery().shortfall, 0, "this test says nothing");
        (int256 amount, ) = _reliefOf(hedger.id);
        vm.assertGt(amount, 0);
        _assertNear(before - _equity(hedger.id), 26_000e9 - amount, UNITS, "all that he gained net");
    }

    /// Registering lowers the capacity, so it can make the estate uncovered, as absorbing can.
    function test_uncovered_followsNetAndAbsorb() public {
        _creep(first, 54_500e18); // late: else what is due is never more than what was gained net
        _lockAt(49_050e18, 2_700e18);
        _absorbLoser();
        vm.assertFalse(_group(quad).uncovered, "78,500 were gained, 73,000 are due");
        _net(hedger.id);
        vm.assertTrue(_group(quad).uncovered, "54,500 net");
    }

    // ------------------------------------------------------------------ the credit

    function test_credit_waits_countsInEveryView_andIsBookedOnce() public {
        _lockNetSettle();
        int256 equity = _equity(hedger.id);
        int256 raw = _cash(hedger.id);
        (int256 numerator, int256 denominator) = _share();
        int256 credit = (LOSS * numerator) / denominator;
        vm.assertEq(Money.unwrap(_health(hedger.id).cash), raw + credit);
        uint24 number = _group(quad).lockNumber;
        vm.expectEmit(address(venue));
        emit IDeleveraging.NetCredited(hedger.id, quad, number, Money.wrap(credit), Money.wrap(raw + credit));
        venue.creditRelief(hedger.id);
        vm.assertEq(_cash(hedger.id), raw + credit);
        vm.assertEq(_equity(hedger.id), equity, "nobody is richer by it");
        venue.creditRelief(hedger.id);
        vm.assertEq(_cash(hedger.id), raw + credit, "once");
        (, bool registered) = _reliefOf(hedger.id);
        vm.assertFalse(registered);
    }

    function test_credit_isBookedByWhateverUsesTheCash() public {
        _lockNetSettle();
        (int256 numerator, int256 denominator) = _share();
        int256 credited = _cash(hedger.id) + (LOSS * numerator) / denominator;
        uint256 state = vm.snapshotState();
        _fund(hedger, 1);
        vm.assertEq(_cash(hedger.id), credited + 1e9, "a deposit");
        vm.revertToState(state);
        vm.prank(hedger.owner);
        venue.withdraw(0, TOKEN, hedger.owner);
        vm.assertEq(_cash(hedger.id), credited - 1e9, "a withdrawal");
        vm.revertToState(state);
        vm.prank(hedger.owner);
        venue.transfer(0, 1, Money.wrap(1e9));
        vm.assertEq(_cash(hedger.id), credited - 1e9, "a transfer");
        vm.revertToState(state);
        int256 equity = _equity(hedger.id);
        _trade(hedger, deep, second, 1e9, 2_700e18);
        _assertNear(_equity(hedger.id), equity - int256(2_700e9 * 400) / 1e6, 2, "a trade");
        vm.assertFalse(_account(hedger.id).isNetted);
        vm.revertToState(state);
        _trade(deep, hedger, second, 1e9, 2_700e18);
        vm.assertFalse(_account(hedger.id).isNetted, "a maker");
    }

    /// He withdraws what he could not without the credit.
    function test_credit_canBeWithdrawn() public {
        _lockNetSettle();
        _trade(hedger, deep, second, -80e9, 2_700e18);
        int256 left = _size(hedger.id, first);
        if (left != 0) _trade(hedger, deep, first, -left, 54_000e18);
        int256 cash = _cash(hedger.id);
        vm.prank(hedger.owner);
        uint256 paid = venue.withdraw(0, type(uint256).max, hedger.owner);
        _assertNear(int256(paid * 1e3), cash, 1e3, "all of it");
    }

    function test_registration_endsWithALockThatGathersNobody() public {
        _lock();
        _net(hedger.id);
        int256 equity = _equity(hedger.id);
        _end();
        venue.poke(quad);
        vm.assertEq(_relieved(), LOSS, "of the last lock, void in the next");
        venue.creditRelief(hedger.id);
        vm.assertFalse(_account(hedger.id).isNetted);
        vm.assertEq(_equity(hedger.id), equity);
    }

    /// A credit that nobody used, and the next lock: it is booked first, and the new registration stands for itself.
    function test_registration_inTheNextLock_booksTheCreditOfTheLast() public {
        // The head of the queue, so that his own position is not torn up.
        _trade(_actor("under", 1_000_000), _actor("head", 100_000), first, 10e9, 60_600e18);
        _settleAnchors(quad);
        _lockNetSettle();
        int256 equity = _equity(hedger.id);
        (int256 numerator, int256 denominator) = _share();
        int256 cash = _cash(hedger.id) + (LOSS * numerator) / denominator;
        _settleAnchors(quad);
        _setPrice(first, 50_000e18);
        _setPrice(second, 2_500e18);
        int256 moved = _equity(hedger.id);
        venue.poke(quad);
        vm.assertEq(_relieved(), 0, "a new lock");
        _net(hedger.id);
        vm.assertEq(_cash(hedger.id), cash);
        vm.assertEq(_equity(hedger.id), moved, "nothing lost, nothing twice");
        (int256 amount, bool registered) = _reliefOf(hedger.id);
        vm.assertTrue(registered && amount > 0 && amount < LOSS);
        vm.assertEq(_relieved(), amount);
        vm.assertGt(equity, 0);
    }

    /// Many locks and a long time later it is the same.
    function test_credit_ofALockLongAgo_isWhatItWas() public {
        _lockNetSettle();
        (int256 numerator, int256 denominator) = _share();
        int256 cash = _cash(hedger.id) + (LOSS * numerator) / denominator;
        for (uint256 i; i < 5; ++i) {
            _settleAnchors(quad);
            _setPrice(first, (_price(first) * 95) / 100);
            venue.poke(quad);
            _end();
            venue.poke(quad);
        }
        venue.creditRelief(hedger.id);
        vm.assertEq(_cash(hedger.id), cash);
    }

    /// While a settlement goes on in steps, charge and credit stand already.
    function test_credit_whileSettling() public {
        _lock();
        _net(hedger.id);
        _absorbLoser();
        _end();
        vm.assertFalse(venue.deleverage(quad, 0), "it stops");
        vm.assertTrue(_group(quad).phase == Phase.SETTLING);
        int256 equity = _equity(hedger.id);
        venue.creditRelief(hedger.id);
        vm.assertFalse(_account(hedger.id).isNetted);
        vm.assertEq(_equity(hedger.id), equity);
        venue.deleverage(quad, 10_000);
        vm.assertEq(_equity(hedger.id), equity, "tear-ups change no value");
    }

    /// The inventory's credit is booked by the settlement: what the vault is worth never waits for somebody.
    function test_settlement_booksTheInventorysCredit() public {
        venue.setVaultBudget(quad, uint96(500_000 * QUOTE));
        AccountId inventory = _hedgedInventory();
        venue.setVaultBudget(quad, 0);
        _lockAt(55_350e18, 2_628e18);
        venue.net(quad, _list(inventory));
        (int256 amount, ) = _reliefOf(inventory);
        vm.assertGt(amount, 0, "this test says nothing");
        _absorbLoser();
        int256 gain = (-_size(inventory, first) * 6_150e18) / 1e18;
        int256 before = _atFrozen(inventory);
        _settle();
        vm.assertFalse(_account(inventory).isNetted, "its credit waits");
        (int256 numerator, int256 denominator) = _share();
        vm.assertGt(numerator, 0, "this test says nothing");
        int256 charge = ((gain - amount) * numerator) / denominator;
        _assertNear(before - _equity(inventory), charge, UNITS, "charged for what it gained net");
    }

    // ------------------------------------------------------------------ rounding

    /// No unit is made: what all are charged, less all credits, is the deficit or more; whatever the amounts.
    function testFuzz_settlement_creditsNeverExceedWhatIsTaken(uint256 seed, uint256 mark) public {
        mark = bound(mark, 2_500e18, 2_899e18);
        Actor[] memory hedgers = new Actor[](4);
        for (uint256 i; i < hedgers.length; ++i) {
            int256 shorts = int256(bound(uint256(keccak256(abi.encode(seed, i))), 1e7, 2e9));
            int256 longs = int256(bound(uint256(keccak256(abi.encode(seed, i, 1))), 1e8, 40e9));
            hedgers[i] = _hedged(vm.toString(i), shorts, longs);
        }
        _lockAt(54_000e18 + (seed % 1e18), mark);
        for (uint256 i; i < hedgers.length; ++i) {
            if ((seed >> i) & 1 == 0) venue.netOne(hedgers[i].id);
        }
        _net(hedger.id);
        _absorbLoser();
        int256 deficit = int256(uint256(_group(quad).deficit));
        int256 before = _worthOfAll(hedgers);
        _settle();
        vm.assertEq(_recovery().shortfall, 0);
        int256 taken = before - _worthOfAll(hedgers);
        // Each worth is rounded down, before and after: 10783, 16509 shows one unit less.
        vm.assertGe(taken + int256(hedgers.length), deficit, "units were made");
        vm.assertLe(taken, deficit + 40, "more than rounding was taken");
    }

    function test_settlement_creditsNeverExceedWhatIsTaken_byMoreThanRounding() public {
        testFuzz_settlement_creditsNeverExceedWhatIsTaken(10_783, 16_509);
    }

    // ------------------------------------------------------------------ helpers

    function _lockNetSettle() private {
        _lock();
        _net(hedger.id);
        _absorbLoser();
        _settle();
    }

    /// @dev The vault takes over a short of the first and a long of the second market.
    function _hedgedInventory() private returns (AccountId inventory) {
        inventory = accountOf(vault.owner, GroupId.unwrap(quad));
        Actor memory shorter = _actor("shorter", 3_200);
        _trade(shorter, deep, first, -1e9, 60_000e18);
        _creep(first, 61_500e18);
        _toVault(shorter.id, first);
        Actor memory longer = _actor("longer", 3_200);
        _trade(longer, deep, second, 20e9, 3_000e18);
        _creep(second, 2_920e18);
        _toVault(longer.id, second);
        _settleAnchors(quad);
    }

    function _toVault(AccountId id, MarketId market) private {
        venue.marginCall(id);
        skip(_venueParams().vaultDelay);
        venue.liquidateToVault(id, market, 0, NO_NODE);
    }

    function _netBoth(Actor memory another) private {
        AccountId[] memory ids = new AccountId[](2);
        (ids[0], ids[1]) = (another.id, hedger.id);
        venue.net(quad, ids);
    }

    function _worthOfAll(Actor[] memory hedgers) private returns (int256 total) {
        AccountId[] memory ids = new AccountId[](hedgers.length + 4);
        (ids[0], ids[1], ids[2], ids[3]) = (hedger.id, winner.id, other.id, deep.id);
        for (uint256 i; i < hedgers.length; ++i) ids[4 + i] = hedgers[i].id;
        return abi.decode(_look(abi.encodeCall(lens.worth, (ids))), (int256));
    }
}
