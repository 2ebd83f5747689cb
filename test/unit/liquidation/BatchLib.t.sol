// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../../../contracts/interfaces/IDeleveraging.sol";
import {IGovernance} from "../../../contracts/interfaces/IGovernance.sol";
import {ILiquidation} from "../../../contracts/interfaces/ILiquidation.sol";
import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {Account, Mode, PauseLevel} from "../../../contracts/Ledger.sol";
import {Health} from "../../../contracts/position/MarginLib.sol";
import {Leg} from "../../../contracts/position/PositionLib.sol";
import {AccountId, accountOf} from "../../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../../contracts/types/MarketId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {NO_NODE} from "../../../contracts/types/NodeId.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {Actor, Fixture} from "../../base/Fixture.sol";
import {Vm} from "../../base/TestBase.sol";
import {MarketView} from "../../base/TestLens.sol";

/// @notice Many accounts into one: what is refused, skipped and taken, and that it is as one by one.
contract BatchLibTest is Fixture {
    Size internal constant LONGS = Size.wrap(type(int72).max);
    Size internal constant SHORTS = Size.wrap(-type(int72).max);
    uint256 private constant CROWD = 10;

    Actor internal bob;
    Actor internal carol;
    Actor[] internal crowd;

    /// What an outcome is compared by.
    struct Outcome {
        Account[] accounts;
        uint256[] words;
        Account pot;
        MarketView market;
        Account keeper;
        Leg leg;
        Health health;
    }

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        bob = _actor("bob", 10_000_000);
        carol = _actor("carol", 1_000_000);
        for (uint256 i; i < CROWD; ++i) crowd.push(_actor(string.concat("trader ", vm.toString(i))));
    }

    // ------------------------------------------------------------------ what is refused

    function test_liquidateMany_revertsAfterItsDeadline() public {
        AccountId[] memory ids = _weakLongs(1);
        uint40 past = uint40(block.timestamp - 1);
        vm.expectRevert(abi.encodeWithSelector(ITrading.DeadlinePassed.selector, past));
        _liquidate(ids, LONGS, ANY_PRICE, past);
        _liquidate(ids, LONGS, ANY_PRICE, uint40(block.timestamp));
        vm.assertGt(_size(carol.id, btc), 0, "in its last second");
    }

    function test_liquidateMany_revertsWhenNobodyIsLiquidated() public {
        _open(0, 1e9, 10_000);
        vm.expectRevert(ITrading.NothingFilled.selector);
        _liquidate(_ids(1), LONGS);
        vm.expectRevert(ITrading.NothingFilled.selector);
        _liquidate(_ids(0), LONGS);
        AccountId[] memory ids = _weakLongs(2);
        vm.expectRevert(ITrading.NothingFilled.selector);
        _liquidate(ids, Size.wrap(0));
    }

    function test_liquidateMany_revertsAtAGap_withoutAFreshPrice_andForAMarketThatIsNotOpen() public {
        AccountId[] memory ids = _weakLongs(1);
        MarketId nowhere = solo.market(3);
        vm.expectRevert(abi.encodeWithSelector(ITrading.MarketNotOpen.selector, nowhere));
        venue.liquidateMany(nowhere, ids, 0, LONGS, NO_NODE, ANY_PRICE, NEVER);
        uint256 mark = _price(btc);
        _setPrice(btc, (mark * 97) / 100);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GapOpen.selector, solo));
        _liquidate(ids, LONGS);
        _setPrice(btc, mark);
        _setStale(btc);
        vm.expectRevert(abi.encodeWithSelector(ITrading.PriceNotFresh.selector, btc));
        _liquidate(ids, LONGS);
    }

    function test_liquidateMany_revertsInAPause_andInTheGraceAfterIt() public {
        AccountId[] memory ids = _weakLongs(1);
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 60);
        uint256 from = block.timestamp + 60 + _venueParams().unpauseGrace;
        vm.expectRevert(abi.encodeWithSelector(IGovernance.LiquidationsPaused.selector, from));
        _liquidate(ids, LONGS);
        vm.warp(from);
        _liquidate(ids, LONGS);
        vm.assertGt(_size(carol.id, btc), 0);
    }

    function test_liquidateMany_revertsForAKeeperOfAnotherGroup() public {
        AccountId[] memory ids = _weakLongs(1);
        _trade(carol, _actor("other bob", 1_000_000), quad.market(0), 1e9, 60_000e18);
        vm.expectRevert(abi.encodeWithSelector(ITrading.AccountInOtherGroup.selector, carol.id, quad));
        _liquidate(ids, LONGS);
    }

    function test_takeovers_revertAfterTheirDeadline_andAtAPriceWorseThanTheLimit() public {
        AccountId[] memory ids = _weakLongs(1);
        uint40 past = uint40(block.timestamp - 1);
        bytes memory late = abi.encodeWithSelector(ITrading.DeadlinePassed.selector, past);
        vm.expectRevert(late);
        venue.liquidateToAccount(ids[0], btc, 0, 1e9, NO_NODE, ANY_PRICE, past);
        vm.expectRevert(late);
        venue.buyInventory(btc, 0, 1e9, NO_NODE, ANY_PRICE, past);

        Price price = _priceOf(ids[0]);
        Price limit = Price.wrap(Price.unwrap(price) - 1);
        vm.startPrank(carol.owner);
        vm.expectRevert(abi.encodeWithSelector(ITrading.LimitNotMet.selector, limit, price));
        venue.liquidateToAccount(ids[0], btc, 0, 1e9, NO_NODE, limit, NEVER);
        venue.liquidateToAccount(ids[0], btc, 0, 1e9, NO_NODE, price, uint40(block.timestamp));
        vm.stopPrank();
        vm.assertGt(_size(carol.id, btc), 0, "at its limit, in its last second");
    }

    /// A limit of who takes shorts over is a lowest price.
    function test_liquidateToAccount_ofAShort_notBelowItsLimit() public {
        _open(0, -1e9, 3_450);
        _settleAnchors(solo);
        _creep(btc, 61_700e18);
        Price price = _priceOf(crowd[0].id);
        Price limit = Price.wrap(Price.unwrap(price) + 1);
        vm.startPrank(carol.owner);
        vm.expectRevert(abi.encodeWithSelector(ITrading.LimitNotMet.selector, limit, price));
        venue.liquidateToAccount(crowd[0].id, btc, 0, 1e9, NO_NODE, limit, NEVER);
        venue.liquidateToAccount(crowd[0].id, btc, 0, 1e9, NO_NODE, price, NEVER);
        vm.stopPrank();
        vm.assertLt(_size(carol.id, btc), 0, "at its limit");
    }

    // ------------------------------------------------------------------ what is skipped

    function test_liquidateMany_skipsAndReportsWhoCannotBeLiquidated() public {
        _open(0, 1e9, 3_450); // weak
        _open(1, 1e9, 30_000); // healthy
        _open(2, -1e9, 30_000); // on the other side
        _open(3, 1e9, 3_050); // will owe
        AccountId inventory = accountOf(vault.owner, GroupId.unwrap(solo));
        _creepDown(56_900e18);
        AccountId[] memory ids = new AccountId[](6);
        (ids[0], ids[1], ids[2], ids[3]) = (crowd[1].id, crowd[2].id, crowd[3].id, crowd[4].id);
        (ids[4], ids[5]) = (inventory, crowd[0].id);
        vm.recordLogs();
        _liquidate(ids, LONGS);

        bytes[] memory reasons = _skips();
        vm.assertEq(reasons.length, 5);
        _assertIs(reasons[0], ILiquidation.NotLiquidatable.selector);
        _assertIs(reasons[1], ILiquidation.OtherSide.selector);
        _assertIs(reasons[2], ILiquidation.AccountInsolvent.selector);
        _assertIs(reasons[3], ILiquidation.NoPosition.selector);
        _assertIs(reasons[4], ILiquidation.NotInABatch.selector);
        vm.assertEq(_size(carol.id, btc), 1e9 - _size(crowd[0].id, btc), "the weak one was taken");
        vm.assertGt(_size(carol.id, btc), 0);
    }

    function test_liquidateMany_skipsWhoIsListedTwice() public {
        AccountId id = _weakLongs(1)[0];
        AccountId[] memory ids = new AccountId[](2);
        (ids[0], ids[1]) = (id, id);
        vm.recordLogs();
        _liquidate(ids, LONGS);
        bytes[] memory reasons = _skips();
        vm.assertEq(reasons.length, 1);
        _assertIs(reasons[0], ILiquidation.NotLiquidatable.selector);
    }

    function test_liquidateMany_skipsAccountsOfTheKeeper_andOfWhomTheLedgerKnowsAsHis() public {
        AccountId[] memory ids = _weakLongs(3);
        vm.prank(crowd[0].owner);
        venue.setSigner(carol.owner, type(uint256).max);
        vm.prank(carol.owner);
        venue.setSigner(crowd[1].owner, 1);
        vm.recordLogs();
        _liquidate(ids, LONGS);
        bytes[] memory reasons = _skips();
        vm.assertEq(reasons.length, 2);
        _assertIs(reasons[0], ITrading.SameOwner.selector);
        _assertIs(reasons[1], ITrading.SameOwner.selector);
        vm.assertEq(_size(carol.id, btc), 1e9 - _size(ids[2], btc));
    }

    /// Who is deeper under water pays the larger discount.
    function test_liquidateMany_skipsWhoseDiscountDoesNotMeetTheLimit() public {
        _open(0, 1e9, 3_700);
        _open(1, 1e9, 3_300);
        _creepDown(57_900e18);
        Price limit = _priceOf(crowd[1].id);
        vm.assertLt(Price.unwrap(limit), Price.unwrap(_priceOf(crowd[0].id)));
        vm.recordLogs();
        _liquidate(_ids(2), LONGS, limit, NEVER);
        bytes[] memory reasons = _skips();
        vm.assertEq(reasons.length, 1);
        _assertIs(reasons[0], ITrading.LimitNotMet.selector);
        vm.assertEq(_size(crowd[0].id, btc), 1e9, "not this one");
        vm.assertLt(_size(crowd[1].id, btc), 1e9, "but this one");
    }

    /// The keeper's margin is looked at after each account: a smaller one after one that was too large still fits.
    function test_liquidateMany_skipsWhatTheKeeperCannotCarry_andGoesOn() public {
        carol = _actor("poor", 2_000);
        _open(0, 5e9, 17_000);
        _open(1, 1e9, 3_400);
        _creepDown(57_900e18);
        vm.recordLogs();
        _liquidate(_ids(2), LONGS);
        bytes[] memory reasons = _skips();
        vm.assertEq(reasons.length, 1);
        _assertIs(reasons[0], ITrading.InsufficientMargin.selector);
        vm.assertEq(_size(crowd[0].id, btc), 5e9, "too large");
        vm.assertEq(_size(carol.id, btc), 1e9 - _size(crowd[1].id, btc), "the other one");
        Health memory h = _health(carol.id);
        vm.assertGe(Money.unwrap(h.equity), Money.unwrap(h.initial));
    }

    /// Long in two markets, below zero at the anchor of the other one: he is passed over, as he would owe more there.
    function test_liquidateMany_skipsWhoWouldOweMoreAtTheAnchor() public {
        MarketId a = quad.market(0);
        MarketId b = quad.market(1);
        Actor memory dave = _actor("dave", 7_000);
        _trade(dave, bob, a, 1e9, 60_000e18);
        _trade(dave, bob, b, 20e9, 3_000e18);
        Actor memory erin = _actor("erin", 3_700);
        _trade(erin, bob, a, 1e9, 60_000e18);
        for (uint256 i; i < 5; ++i) {
            _setPrice(a, (_price(a) * 99) / 100);
            _setPrice(b, (_price(b) * 986) / 1_000);
            _settleAnchors(quad);
        }
        _setPrice(b, (_price(b) * 1_019) / 1_000);
        AccountId[] memory ids = new AccountId[](2);
        (ids[0], ids[1]) = (dave.id, erin.id);
        vm.recordLogs();
        vm.prank(carol.owner);
        venue.liquidateMany(a, ids, 0, LONGS, NO_NODE, ANY_PRICE, NEVER);
        bytes[] memory reasons = _skips(a);
        vm.assertEq(reasons.length, 1);
        _assertIs(reasons[0], ITrading.UnsoundAtAnchor.selector);
        vm.assertEq(_size(dave.id, a), 1e9);
        vm.assertEq(_size(carol.id, a), 1e9 - _size(erin.id, a), "the other one");
        vm.assertGt(_size(carol.id, a), 0);
    }

    /// Of a position hardly worth the minimum a part cannot be taken: it is passed over when no more is left of `max`.
    function test_liquidateMany_skipsOfWhomTooLittleWouldBeLeft() public {
        int256 tiny = 170_000; // 10.2 quote at 60,000, 9.8 at 57,900
        _open(0, 1e9, 3_450);
        _fund(crowd[1].id, (6 * TOKEN) / 10);
        _trade(crowd[1], bob, btc, tiny, 60_000e18);
        _creepDown(57_900e18);
        uint256 start = vm.snapshotState();
        _liquidate(_ids(1), LONGS);
        int256 first = 1e9 - _size(crowd[0].id, btc);
        vm.revertToState(start);
        vm.recordLogs();
        _liquidate(_ids(2), Size.wrap(first + tiny / 2));
        bytes[] memory reasons = _skips();
        vm.assertEq(reasons.length, 1);
        _assertIs(reasons[0], ITrading.PositionTooSmall.selector);
        vm.assertEq(_size(crowd[1].id, btc), tiny);
        vm.assertEq(_size(carol.id, btc), first);
    }

    /// A keeper who is called himself, and realises a loss by what he takes: it is his once, not twice.
    function test_liquidateMany_clearsTheCallOfAKeeperWhoIsCured() public {
        _open(0, 1e9, 3_450);
        _creepDown(57_500e18);
        carol = _actor("called", 14_590);
        _trade(bob, carol, btc, 5e9, 57_500e18);
        _creep(btc, 58_270e18);
        venue.marginCall(carol.id);
        Health memory before = _health(carol.id);
        _liquidate(_ids(1), Size.wrap(0.1e9));
        Health memory h = _health(carol.id);
        int256 spare = Money.unwrap(h.equity) - (Money.unwrap(h.maintenance) * 125) / 100;
        int256 realised = -77e9 + Money.unwrap(h.equity) - Money.unwrap(before.equity);
        vm.assertGe(spare, 0, "not cured: this test says nothing");
        vm.assertLt(spare + realised, 0, "cured whatever he lost: this test says nothing");
        vm.assertEq(_account(carol.id).calledAt, 0);
    }

    /// Below initial margin himself, a keeper may still take what only makes his own position smaller.
    function test_liquidateMany_mayEaseAKeeperBelowInitialMargin() public {
        _open(0, 1e9, 3_450);
        _creepDown(57_500e18);
        carol = _actor("strained", 14_700);
        _trade(bob, carol, btc, 5e9, 57_500e18);
        _creepDown(57_900e18);
        Health memory h = _health(carol.id);
        vm.assertLt(Money.unwrap(h.equity), Money.unwrap(h.initial));
        vm.assertGt(Money.unwrap(h.equity), Money.unwrap(h.maintenance));
        _liquidate(_ids(1), LONGS);
        vm.assertEq(_size(carol.id, btc), 1e9 - _size(crowd[0].id, btc) - 5e9);
    }

    /// What the keeper has realised with one account is his margin for the next.
    function test_liquidateMany_countsWhatTheKeeperHasEarnedSoFar() public {
        carol = _actor("a short", 3_300);
        _trade(bob, carol, btc, 1e9, 60_000e18);
        _open(0, 1e9, 3_100);
        _open(1, 1.5e9, 4_650);
        _creepDown(57_400e18);
        _liquidate(_ids(2), LONGS);
        int256 first = 1e9 - _size(crowd[0].id, btc);
        int256 second = 1.5e9 - _size(crowd[1].id, btc);
        vm.assertGt(first, 0.9e9, "the first one closes the short");
        vm.assertGt(second, 1.3e9, "the second one opens a long");
        vm.assertEq(_size(carol.id, btc), first + second - 1e9);
        Health memory h = _health(carol.id);
        vm.assertGt(Money.unwrap(h.initial), 3_300e9, "more than was deposited");
    }

    function test_liquidateMany_takesAtMostMaxInAll() public {
        AccountId[] memory ids = _weakLongs(4);
        uint256 start = vm.snapshotState();
        _liquidate(ids, LONGS);
        int256 each = 1e9 - _size(ids[0], btc);
        vm.assertGt(each, 0);
        vm.revertToState(start);

        int256 max = each + each / 2;
        _liquidate(ids, Size.wrap(max));
        vm.assertEq(_size(carol.id, btc), max);
        vm.assertEq(1e9 - _size(ids[0], btc), each);
        vm.assertEq(1e9 - _size(ids[1], btc), max - each);
        vm.assertEq(_size(ids[2], btc), 1e9, "nothing was left for him");
    }

    /// In a lock that a fall began the shorts won: a keeper who is short would leave the winning side by it.
    function test_liquidateMany_inALock_takesLosersOnly_andNotIntoAWinner() public {
        _open(0, 1e9, 4_200);
        _trade(bob, carol, btc, 1e9, 60_000e18);
        _settleAnchors(solo);
        _setPrice(btc, 57_500e18);
        venue.poke(solo);
        vm.expectRevert(ITrading.NothingFilled.selector);
        _liquidate(_ids(1), LONGS);
        vm.expectRevert(ITrading.NothingFilled.selector);
        _liquidate(_ids(1), SHORTS);
        vm.prank(bob.owner);
        vm.expectRevert(ITrading.NothingFilled.selector);
        venue.liquidateMany(btc, _list(carol.id), 0, SHORTS, NO_NODE, ANY_PRICE, NEVER);
        Actor memory dave = _actor("dave", 100_000);
        vm.prank(dave.owner);
        venue.liquidateMany(btc, _ids(1), 0, LONGS, NO_NODE, ANY_PRICE, NEVER);
        vm.assertEq(_size(dave.id, btc), 1e9 - _size(crowd[0].id, btc), "into who is flat");
        vm.assertGt(_size(dave.id, btc), 0);
    }

    // ------------------------------------------------------------------ what is taken

    function test_liquidateMany_storesTheKeeperOnce_andSaysOnceOfEachAccount() public {
        AccountId[] memory ids = _weakLongs(CROWD);
        vm.recordLogs();
        _liquidate(ids, LONGS);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 liquidated;
        uint256 keeperChanged;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] == ILiquidation.Liquidated.selector) ++liquidated;
            bool isKeeper =
                logs[i].topics.length > 1 && logs[i].topics[1] == bytes32(uint256(AccountId.unwrap(carol.id)));
            if (logs[i].topics[0] == ITrading.PositionChanged.selector && isKeeper) ++keeperChanged;
        }
        vm.assertEq(liquidated, CROWD);
        vm.assertEq(keeperChanged, 1);
        for (uint256 i; i < CROWD; ++i) {
            Health memory h = _health(ids[i]);
            vm.assertGe(Money.unwrap(h.equity) + 10, Money.unwrap(h.initial), "back to initial margin");
        }
    }

    /// What an account costs does not grow with their number: memory is given back after each.
    function test_liquidateMany_costsAsMuchAnAccountInALargeBatch() public {
        for (uint256 i = CROWD; i < 80; ++i) crowd.push(_actor(string.concat("trader ", vm.toString(i))));
        AccountId[] memory ids = _weakLongs(80);
        uint256 start = vm.snapshotState();
        uint256[3] memory used;
        for (uint256 k; k < 3; ++k) {
            AccountId[] memory some = new AccountId[](20 + 30 * k);
            for (uint256 i; i < some.length; ++i) some[i] = ids[i];
            uint256 before = gasleft();
            _liquidate(some, LONGS);
            used[k] = before - gasleft();
            vm.revertToState(start);
        }
        uint256 first = (used[1] - used[0]) / 30;
        uint256 second = (used[2] - used[1]) / 30;
        vm.assertApproxEqRel(first, second, 0.02e18, "gas an account");
    }

    // ------------------------------------------------------------------ as one by one

    /// Accounts, pot, open interest and the keeper's size to the unit. The keeper's own value is rounded once and not
    /// after each account.
    function testFuzz_liquidateMany_isAsOneByOne(uint256 seed, bool longs, bool holds, uint256 max) public {
        _population(seed, longs, holds);
        uint256 limit = max % 3 == 0 ? bound(max, 1, 10e9) : uint256(int256(type(int72).max));
        AccountId[] memory ids = _shuffled(seed);
        uint256 start = vm.snapshotState();
        uint256 taken = _oneByOne(ids, longs, limit);
        Outcome memory single = _outcome();
        vm.revertToState(start);
        if (taken == 0) vm.expectRevert(ITrading.NothingFilled.selector);
        _liquidate(ids, Size.wrap(longs ? int256(limit) : -int256(limit)));
        Outcome memory batch = _outcome();
        _assertSame(single, batch);
        vm.assertTrue(_linksAgree(btc, true) && _linksAgree(btc, false));
    }

    /// That the run above compares something: most of these populations have several to take, and some to skip.
    function test_theRunAbove_takesAndSkips() public {
        uint256 start = vm.snapshotState();
        uint256 taken;
        for (uint256 seed = 1; seed <= 8; ++seed) {
            _population(seed, seed % 2 == 0, seed % 3 == 0);
            taken += _oneByOne(_shuffled(seed), seed % 2 == 0, uint256(int256(type(int72).max)));
            vm.revertToState(start);
        }
        vm.assertGt(taken, 16, "too few are taken");
        vm.assertLt(taken, 8 * CROWD - 8, "too few are skipped");
    }

    function _assertSame(Outcome memory single, Outcome memory batch) private pure {
        vm.assertEq(abi.encode(single.accounts), abi.encode(batch.accounts), "accounts");
        vm.assertEq(abi.encode(single.words), abi.encode(batch.words), "positions");
        vm.assertEq(abi.encode(single.pot), abi.encode(batch.pot), "pot");
        vm.assertEq(abi.encode(single.market), abi.encode(batch.market), "market");
        vm.assertEq(Size.unwrap(single.leg.size), Size.unwrap(batch.leg.size), "size of the keeper");
        // The exact average is ceil-rounded to 2^-24 of a level's step with each account that is stored.
        int256 higher = Price.unwrap(single.leg.rank) - Price.unwrap(batch.leg.rank);
        vm.assertGe(higher, 0, "rank");
        vm.assertLe(higher, int256(CROWD) * 1e12, "rank");
        int256 gained = Money.unwrap(batch.health.equity) - Money.unwrap(single.health.equity);
        vm.assertGe(gained, 0, "equity");
        vm.assertLe(gained, int256(CROWD), "equity");
        vm.assertEq(Money.unwrap(single.health.initial), Money.unwrap(batch.health.initial), "margin");
    }

    function _oneByOne(AccountId[] memory ids, bool longs, uint256 left) private returns (uint256 taken) {
        for (uint256 i; i < ids.length && left != 0; ++i) {
            int256 size = _size(ids[i], btc);
            if (size == 0 || size > 0 != longs) continue;
            vm.prank(carol.owner);
            try venue.liquidateToAccount(ids[i], btc, 0, left, NO_NODE, ANY_PRICE, NEVER) {
                left -= _abs(size - _size(ids[i], btc));
                ++taken;
            } catch {}
        }
    }

    function _outcome() private returns (Outcome memory o) {
        o.accounts = new Account[](CROWD);
        o.words = new uint256[](CROWD);
        for (uint256 i; i < CROWD; ++i) {
            o.accounts[i] = _account(crowd[i].id);
            o.words[i] = _positionWord(crowd[i].id, btc);
        }
        o.pot = _account(pot);
        o.market = _market(btc);
        o.keeper = _account(carol.id);
        o.leg = _position(carol.id, btc);
        o.health = _health(carol.id);
    }

    // ------------------------------------------------------------------ who is there

    /// Random traders of both sides, some near their margin, some called, at entries over several levels; the keeper
    /// holds something of either side, or is poor.
    function _population(uint256 seed, bool longs, bool holds) private {
        if (seed % 4 == 0) carol = _actor("modest", 15_000);
        for (uint256 i; i < CROWD; ++i) {
            uint256 r = uint256(keccak256(abi.encode(seed, i)));
            int256 size = int256(bound(r, 0.2e9, 3e9));
            if (((r >> 80) % 5 == 0) == longs) size = -size;
            uint256 rate = bound(r >> 100, 510, 800); // of 10,000
            uint256 entry = 60_000e18 + (bound(r >> 140, 0, 400)) * 1e18;
            uint256 cash = (_abs(size) * 60_500 * rate) / 1e9 / 10_000;
            _fund(crowd[i], cash);
            if (!_opens(crowd[i], size, entry)) continue;
        }
        if (holds) {
            int256 size = int256(bound(uint256(keccak256(abi.encode(seed, "keeper"))), 0.1e9, 4e9));
            _opens(carol, seed % 3 == 0 ? size : -size, 60_100e18);
        }
        _creep(btc, longs ? 58_100e18 : 61_900e18);
        for (uint256 i; i < CROWD; ++i) {
            if (uint256(keccak256(abi.encode(seed, i, "call"))) % 3 != 0) continue;
            try venue.marginCall(crowd[i].id) {} catch {}
        }
        if (seed % 2 == 0) {
            skip(_venueParams().callGrace);
            venue.poke(solo);
        }
    }

    function _opens(Actor memory who, int256 size, uint256 entry) private returns (bool) {
        try this.trade(who, size, entry) {
            return true;
        } catch {
            return false;
        }
    }

    function trade(Actor memory who, int256 size, uint256 entry) external {
        _trade(who, bob, btc, size, entry);
    }

    function _shuffled(uint256 seed) private view returns (AccountId[] memory ids) {
        ids = _ids(CROWD);
        for (uint256 i = CROWD - 1; i > 0; --i) {
            uint256 j = uint256(keccak256(abi.encode(seed, i, "order"))) % (i + 1);
            (ids[i], ids[j]) = (ids[j], ids[i]);
        }
    }

    function _open(uint256 i, int256 size, uint256 quote) private {
        _fund(crowd[i], quote);
        _trade(crowd[i], bob, btc, size, 60_000e18);
    }

    /// Longs of one unit, below maintenance margin.
    function _weakLongs(uint256 count) private returns (AccountId[] memory ids) {
        for (uint256 i; i < count; ++i) if (_size(crowd[i].id, btc) == 0) _open(i, 1e9, 3_450);
        _creepDown(57_900e18);
        return _ids(count);
    }

    function _creepDown(uint256 mark) private {
        _settleAnchors(solo);
        _creep(btc, mark);
    }

    function _ids(uint256 count) private view returns (AccountId[] memory ids) {
        ids = new AccountId[](count);
        for (uint256 i; i < count; ++i) ids[i] = crowd[i].id;
    }

    function _liquidate(AccountId[] memory ids, Size max) private {
        _liquidate(ids, max, ANY_PRICE, NEVER);
    }

    function _liquidate(AccountId[] memory ids, Size max, Price limit, uint40 deadline) private {
        vm.prank(carol.owner);
        venue.liquidateMany(btc, ids, carol.id.number(), max, NO_NODE, limit, deadline);
    }

    /// What a keeper would pay for a unit: the mark less his half of the discount.
    function _priceOf(AccountId id) private returns (Price) {
        Health memory h = _health(id);
        int256 equity = Money.unwrap(h.equity);
        int256 maintenance = Money.unwrap(h.maintenance);
        int256 depth = (maintenance - equity) * 2;
        if (depth > maintenance) depth = maintenance;
        int256 rate = 2_500 + (12_500 * depth) / maintenance;
        int256 limit = (30_000 * equity) / maintenance;
        int256 mark = int256(_price(btc));
        int256 part = (mark * (((rate < limit ? rate : limit) * 500_000) / 1e6)) / 1e6;
        return Price.wrap(_size(id, btc) > 0 ? mark - part : mark + part);
    }

    function _skips() private returns (bytes[] memory reasons) {
        return _skips(btc);
    }

    function _skips(MarketId market) private returns (bytes[] memory reasons) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        reasons = new bytes[](logs.length);
        uint256 count;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != ILiquidation.LiquidationSkipped.selector) continue;
            vm.assertEq(logs[i].topics[2], bytes32(uint256(MarketId.unwrap(market))));
            reasons[count++] = abi.decode(logs[i].data, (bytes));
        }
        assembly ("memory-safe") {
            mstore(reasons, count)
        }
    }

    function _assertIs(bytes memory reason, bytes4 selector) private pure {
        vm.assertEq(bytes32(bytes4(reason)), bytes32(selector));
    }
}
