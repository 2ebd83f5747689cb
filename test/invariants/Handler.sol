// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccounts} from "../../contracts/interfaces/IAccounts.sol";
import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {IGovernance} from "../../contracts/interfaces/IGovernance.sol";
import {ILiquidation} from "../../contracts/interfaces/ILiquidation.sol";
import {Outcome} from "../../contracts/interfaces/IMulticall.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Order, Use} from "../../contracts/interfaces/Orders.sol";
import {Account, Group, MarketStatus, Mode, Phase, Relief, ReliefShare} from "../../contracts/Ledger.sol";
import {Health} from "../../contracts/position/MarginLib.sol";
import {Leg} from "../../contracts/position/PositionLib.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {NO_NODE, NodeId} from "../../contracts/types/NodeId.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Size} from "../../contracts/types/Size.sol";
import {Actor, Fixture} from "../base/Fixture.sol";
import {Fill, Match} from "../base/Packing.sol";
import {Vm} from "../base/TestBase.sol";
import {MarketView, NodeView, RecoveryView} from "../base/TestLens.sol";

/// @notice Plays with one group of a venue as traders, keepers and markets do. Each action predicts which errors it may
/// meet; any other fails.
contract Handler is Fixture {
    uint256 internal constant ACTORS = 6;
    /// Visits everybody once, in another order: prime, and no divisor of how many there are.
    uint256 private constant STRIDE = 7;
    /// What rounding and single units of size may draw from the seed a call: two units of the dearest coin's size, 1e-9
    /// quote.
    uint256 internal constant ROUNDING = 1_000_000;

    GroupId public group;
    MarketId[] internal markets;
    Actor[] internal actors;
    Actor internal passer;
    AccountId[] internal everybody;
    bytes4[] internal expected;
    uint64 internal lastSalt;
    /// Given with whatever enters a queue.
    NodeId internal hint = NO_NODE;

    /// What one unit of size, to which sizes in a touched node are known, is worth in the last jump, in all markets
    /// together, 1e-9 quote; and what rounding takes besides: 3 units a market, and one for a credit.
    int256 internal oneUnit;

    /// How often what was played, for the report and against a vacuous run.
    uint256 public calls;
    uint256 public trades;
    uint256 public triggered;
    uint256 public liquidations;
    uint256 public takenInBatches;
    uint256 public locks;
    uint256 public absorptions;
    uint256 public registrations;
    uint256 public credited;
    uint256 public settlements;
    uint256 public shortfalls;
    uint256 public comparisons;
    uint256 public passes;
    mapping(bytes4 selector => uint256) public refusals;

    struct Snapshot {
        int256[] cash;
        int256[] value;
        int256[] size;
        uint256 held;
        uint256 shortfall;
        bytes32 queues;
    }

    constructor(Mode mode, bool four) {
        _open(mode);
        group = four ? quad : solo;
        for (uint256 i; i < (four ? 4 : 1); ++i) markets.push(group.market(i));
        for (uint256 i; i < ACTORS; ++i) {
            Actor memory actor = _actor(string.concat("actor", vm.toString(i)), 100_000);
            actors.push(actor);
            everybody.push(actor.id);
            everybody.push(accountOf(actor.owner, 1));
        }
        // So that winners pay, too.
        if (four) venue.setVaultBudget(group, uint96(20_000 * QUOTE));
        passer = _actor("passer");
        everybody.push(passer.id);
        everybody.push(pot);
        everybody.push(accountOf(vault.owner, GroupId.unwrap(group)));
        everybody.push(accountOf(treasury, 0));
        everybody.push(accountOf(address(this), 0));
    }

    function _open(Mode mode) internal virtual {
        _deployVenue(mode);
    }

    modifier counted() {
        ++calls;
        delete expected;
        _;
    }

    // ------------------------------------------------------------------ accounts

    function deposit(uint256 who, uint256 amount) external counted {
        amount = bound(amount, 1, 50_000 * TOKEN);
        token.mint(address(this), amount);
        token.approve(address(venue), amount);
        _play(address(this), abi.encodeCall(venue.deposit, (_one(who).id, amount)));
    }

    function withdraw(uint256 who, uint256 amount, bool all) external counted {
        Actor memory actor = _one(who);
        Account memory account = _account(actor.id);
        if (account.cash <= 0) return;
        amount = all ? type(uint256).max : bound(amount, 1, uint256(int256(account.cash)) / 1e3 + 1);
        _expect(IAccounts.WithdrawalsWait.selector);
        _expect(IAccounts.OutflowCapReached.selector);
        _expect(IAccounts.InsufficientWithdrawable.selector);
        _expect(IAccounts.ZeroAmount.selector);
        _expect(IAccounts.InsufficientTokens.selector);
        if (account.open != 0) {
            _expect(IDeleveraging.GapOpen.selector);
            _expect(IDeleveraging.GroupLocked.selector);
            _expect(ITrading.AccountHasStaleLeg.selector);
        }
        uint256 before = token.balanceOf(actor.owner);
        int256 rate = int256(venue.recoveryRate());
        RecoveryView memory r = _recovery();
        int256 cash = Money.unwrap(_health(actor.id).cash); // what a settlement gave back included
        bool honest = _tokenIsHonest();
        if (!_play(actor.owner, abi.encodeCall(venue.withdraw, (0, amount, actor.owner)))) return;
        if (!honest) return;
        int256 claims = cash - _cash(actor.id);
        int256 paid = int256(token.balanceOf(actor.owner) - before) * 1e3;
        if (r.epoch == 0) vm.assertEq(paid, claims, "INV-11: a claim pays at par without a shortfall");
        else if (!account.hasProtected && account.open == 0) {
            int256 worth = (claims * rate) / 1e18;
            vm.assertGe(paid, worth - 1e3, "INV-11: a flat account withdraws at r");
            // Who has more forgoes all of the shortfall, and is at par with the rest.
            bool within =
                claims <= int256(uint256(r.held)) - int256(uint256(r.protectedCash)) + int256(uint256(r.shortfall));
            if (within) vm.assertLe(paid, worth + 1e3, "INV-11: at r, and no more");
        }
    }

    /// @notice Somebody passes capital through the venue, as a flash loan does: others may withdraw afterwards what
    /// they could before.
    function pass(uint256 amount) external counted {
        amount = bound(amount, 1, 3 * (uint256(_recovery().held) / 1e3) + 1);
        token.mint(address(this), amount);
        token.approve(address(venue), amount);
        uint256 left = _outflowLeft();
        bool honest = _tokenIsHonest(); // a trick is used up by what moves the token next
        if (!_play(address(this), abi.encodeCall(venue.deposit, (passer.id, amount)))) return;
        _expect(IAccounts.WithdrawalsWait.selector);
        if (!honest) {
            _expect(IAccounts.InsufficientWithdrawable.selector);
            _expect(IAccounts.OutflowCapReached.selector);
        }
        if (!_play(passer.owner, abi.encodeCall(venue.withdraw, (0, amount, passer.owner)))) return;
        ++passes;
        if (honest) vm.assertGe(_outflowLeft(), left, "INV-11: what comes and goes uses nothing up");
    }

    function _outflowLeft() internal returns (uint256) {
        return abi.decode(_look(abi.encodeCall(lens.outflowLeft, ())), (uint256));
    }

    function _tokenIsHonest() internal view virtual returns (bool) {
        return true;
    }

    function transfer(uint256 who, uint256 amount, bool back) external counted {
        Actor memory actor = _one(who);
        (uint32 from, uint32 to) = back ? (1, 0) : (0, 1);
        int256 cash = _cash(accountOf(actor.owner, from));
        if (cash <= 0) return;
        _expect(IAccounts.InsufficientWithdrawable.selector);
        if (!back) {
            _expect(IDeleveraging.GapOpen.selector);
            _expect(IDeleveraging.GroupLocked.selector);
            _expect(ITrading.AccountHasStaleLeg.selector);
        }
        Money moved = Money.wrap(int256(bound(amount, 1, uint256(cash))));
        _play(actor.owner, abi.encodeCall(venue.transfer, (from, to, moved)));
    }

    // ------------------------------------------------------------------ trading

    function trade(uint256 a, uint256 b, uint256 m, int256 leverage, uint256 offset, bool strict) public counted {
        (Actor memory taker, Actor memory maker) = _two(a, b);
        MarketId market = _any(m);
        if (offset % 2 == 0) _quiet();
        int256 size = _sized(taker.id, market, leverage);
        if (size == 0) return;
        uint256 price = _near(market, offset);
        _expectTrading();
        Match[] memory matches = _match(taker, maker, market, size, price);
        (matches[0].hint, matches[0].fills[0].hint) = (hint, hint);
        lastSalt = matches[0].fills[0].maker.order.salt;
        Health memory before = _health(taker.id);
        Health memory makerBefore = _health(maker.id);
        int256 was = _size(taker.id, market);
        if (!_play(address(this), abi.encodeCall(venue.settle, (_pack(matches, strict))))) return;
        if (_size(taker.id, market) == was) return;
        ++trades;
        _afterFill(taker.id, before);
        _afterFill(maker.id, makerBefore);
    }

    function fillOrder(uint256 a, uint256 b, uint256 m, int256 leverage, uint256 offset) external counted {
        (Actor memory taker, Actor memory maker) = _two(a, b);
        MarketId market = _any(m);
        int256 size = _sized(taker.id, market, leverage);
        if (size == 0) return;
        _expectTrading();
        Fill[] memory fills = _makerFill(maker, market, -size, _near(market, offset));
        Health memory before = _health(taker.id);
        Health memory makerBefore = _health(maker.id);
        bytes memory call = abi.encodeCall(
            venue.fillOrder,
            (market, 0, _pack(fills[0]), hint, type(uint24).max, uint40(block.timestamp))
        );
        if (!_play(taker.owner, call)) return;
        ++trades;
        _afterFill(taker.id, before);
        _afterFill(maker.id, makerBefore);
    }

    /// @notice An order of either use with a trigger, as the taker of a match and then as the maker of another. It is
    /// filled at the trigger or beyond it only, and no further than its size.
    function trigger(uint256 a, uint256 b, uint256 m, int256 leverage, uint256 offset, uint256 away) external counted {
        (Actor memory one, Actor memory other) = _two(a, b);
        MarketId market = _any(m);
        if (offset % 2 == 0) _quiet();
        int256 size = _sized(one.id, market, leverage);
        if (size / 2 == 0) return;
        Order memory order = _order(one, market, size, _near(market, offset), true);
        (order.use, order.triggerAbove) = (Use.EITHER, away % 2 == 0);
        order.trigger = Price.wrap(int256(_near(market, away)));
        int256 beyond = int256(_price(market)) - Price.unwrap(order.trigger);
        bool reached = order.triggerAbove ? beyond >= 0 : beyond <= 0;
        int256 was = _size(one.id, market);
        _expectTrading();
        bytes memory batch = _pack(_inBothUses(one, other, order), false);
        if (!_play(address(this), abi.encodeCall(venue.settle, (batch)))) return;
        int256 moved = _size(one.id, market) - was;
        if (!reached) vm.assertEq(moved, 0, "an order was filled before its trigger");
        else if (moved != 0) ++triggered;
        // A unit more or less is dust of a node that was torn up.
        vm.assertLe(_abs(moved), _abs(size) + 2, "more of an order was filled than its size");
    }

    /// @dev `one` takes half of the order from `other`, who then takes what is left of it.
    function _inBothUses(
        Actor memory one,
        Actor memory other,
        Order memory order
    ) private returns (Match[] memory matches) {
        (int256 size, uint256 price) = (Size.unwrap(order.size), uint256(Price.unwrap(order.limit)));
        matches = new Match[](2);
        matches[0].taker = _sign(one, order);
        matches[0].fills = _makerFill(other, order.market, -size / 2, price);
        matches[1].taker = _sign(other, _order(other, order.market, -size, price, true));
        matches[1].fills = new Fill[](1);
        matches[1].fills[0] = Fill(matches[0].taker, 0, hint);
    }

    /// @notice A winner takes his gain and opens again at the mark, as rolling would avoid a queue of entry prices.
    function roll(uint256 a, uint256 b, uint256 m) external counted {
        (Actor memory winner, Actor memory other) = _two(a, b);
        MarketId market = _any(m);
        int256 size = _size(winner.id, market);
        if (size == 0) return;
        _expectTrading();
        uint256 mark = _price(market);
        bytes memory close = abi.encodeCall(venue.settle, (_pack(_match(winner, other, market, -size, mark), true)));
        if (!_play(address(this), close)) return;
        delete expected;
        _expectTrading();
        bytes memory open = abi.encodeCall(venue.settle, (_pack(_match(winner, other, market, size, mark), true)));
        _play(address(this), open);
        ++trades;
    }

    function cancel(uint256 who, bool below) external counted {
        Actor memory actor = _one(who);
        if (below) _play(actor.owner, abi.encodeCall(venue.cancelBelow, (actor.id, uint48(lastSalt >> 16))));
        else _play(actor.owner, abi.encodeCall(venue.cancelOrder, (lastSalt, actor.id)));
    }

    function collectFees() external counted {
        _play(address(this), abi.encodeCall(venue.collectFees, ()));
    }

    function cover(uint256 amount) external counted {
        amount = bound(amount, 1, 20_000 * TOKEN);
        token.mint(address(this), amount);
        token.approve(address(venue), amount);
        _play(address(this), abi.encodeCall(venue.cover, (amount)));
    }

    // ------------------------------------------------------------------ margin calls and liquidation

    function marginCall(uint256 who, bool clear) external counted {
        AccountId id = _one(who).id;
        if (_account(id).group != group) return;
        _expect(ILiquidation.AlreadyCalled.selector);
        _expect(ILiquidation.MarginSufficient.selector);
        _expect(ILiquidation.NotCalled.selector);
        _expect(ITrading.InsufficientMargin.selector);
        if (!clear) _expect(ITrading.AccountHasStaleLeg.selector);
        _play(address(this), clear ? abi.encodeCall(venue.clearCall, (id)) : abi.encodeCall(venue.marginCall, (id)));
    }

    function liquidate(uint256 a, uint256 b, uint256 m, uint256 way, uint256 max) public counted {
        (Actor memory taken, Actor memory keeper) = _two(a, b);
        MarketId market = _any(m);
        int256 size = _size(taken.id, market);
        if (size == 0) return;
        _expectLiquidating();
        bytes memory call;
        if (way % 3 == 0) {
            uint256 mark = _price(market);
            uint256 part = (mark * (max % 20_000)) / 1e6;
            Fill[] memory fills = _makerFill(keeper, market, size, size > 0 ? mark - part : mark + part);
            call = abi.encodeCall(venue.liquidate, (taken.id, market, 0, _pack(fills)));
        } else if (way % 3 == 1) {
            max = max % 2 == 0 ? type(uint256).max : bound(max, 1, _abs(size));
            call = abi.encodeCall(venue.liquidateToAccount, (taken.id, market, 0, max, hint, ANY_PRICE, NEVER));
        } else {
            call = abi.encodeCall(venue.liquidateToVault, (taken.id, market, 0, hint));
        }
        Health memory before = _health(taken.id);
        Health memory keeperBefore = _health(keeper.id);
        int256[] memory reliefs = _reliefs();
        if (!_play(keeper.owner, call)) return;
        ++liquidations;
        _checkReliefsStay(reliefs);
        // Below zero only by the shock of a stale leg, where the discount is zero; what is closed takes maintenance
        // margin away.
        if (Money.unwrap(before.equity) >= 0) _ratioKept(before, _health(taken.id));
        else vm.assertGe(_equity(taken.id) + 10, Money.unwrap(before.equity), "INV-10: no discount from a stale shock");
        if (way % 3 != 2) _afterFill(keeper.id, keeperBefore);
        if (_group(group).phase == Phase.LOCKED) {
            _sound(taken.id, before);
            _sound(keeper.id, keeperBefore);
        }
    }

    /// Everybody of one side into one of them, himself among the list. What each is promised, each gets.
    function liquidateMany(uint256 who, uint256 m, bool longs, uint256 max) public counted {
        (Actor memory keeper, MarketId market) = (_one(who), _any(m));
        AccountId[] memory ids = new AccountId[](ACTORS);
        Health[] memory before = new Health[](ACTORS);
        for (uint256 i; i < ACTORS; ++i) {
            ids[i] = actors[i].id;
            before[i] = _health(ids[i]);
        }
        _expectLiquidating();
        _expect(ITrading.AccountInOtherGroup.selector);
        int256 size = max % 2 == 0 ? int256(type(int72).max) : bound(int256(max >> 1), 1, 1e12);
        Size most = Size.wrap(longs ? size : -size);
        bytes memory call = abi.encodeCall(venue.liquidateMany, (market, ids, 0, most, hint, ANY_PRICE, NEVER));
        int256[] memory reliefs = _reliefs();
        vm.recordLogs();
        if (!_play(keeper.owner, call)) return;
        _countTaken(vm.getRecordedLogs());
        _checkReliefsStay(reliefs);
        bool locked = _group(group).phase == Phase.LOCKED;
        for (uint256 i; i < ACTORS; ++i) {
            if (ids[i] == keeper.id) _afterFill(ids[i], before[i]);
            else if (Money.unwrap(before[i].equity) >= 0) _ratioKept(before[i], _health(ids[i]));
            if (locked) _sound(ids[i], before[i]);
        }
    }

    /// @notice What each has to net in the lock: what he is registered for, or else could be.
    function _reliefs() internal returns (int256[] memory list) {
        list = new int256[](everybody.length);
        if (_group(group).phase != Phase.LOCKED) return list;
        for (uint256 i; i < everybody.length; ++i) {
            (int256 amount, bool registered) = _reliefOf(everybody[i]);
            list[i] = registered ? amount : _netable(everybody[i]);
        }
    }

    /// @dev INV-8: a liquidation in a lock moves losses, and changes nobody's relief.
    function _checkReliefsStay(int256[] memory before) internal {
        int256[] memory later = _reliefs();
        for (uint256 i; i < later.length; ++i) vm.assertEq(later[i], before[i], "INV-8: a loss counts for who had it");
    }

    function _countTaken(Vm.Log[] memory logs) private {
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] == ILiquidation.Liquidated.selector) ++takenInBatches;
        }
    }

    /// Everybody is called, or cleared, in one transaction: one that cannot be is reported, with an error that it may
    /// meet.
    function callEverybody(uint256 who, bool clear) external counted {
        bytes[] memory calls_ = new bytes[](ACTORS);
        for (uint256 i; i < ACTORS; ++i) {
            AccountId id = actors[i].id;
            calls_[i] = clear ? abi.encodeCall(venue.clearCall, (id)) : abi.encodeCall(venue.marginCall, (id));
        }
        vm.prank(_one(who).owner);
        Outcome[] memory outcomes = venue.tryMulticall(calls_);
        for (uint256 i; i < ACTORS; ++i) {
            if (outcomes[i].success) continue;
            bytes4 reason = bytes4(outcomes[i].result);
            vm.assertTrue(
                reason == ILiquidation.AlreadyCalled.selector ||
                    reason == ILiquidation.MarginSufficient.selector ||
                    reason == ILiquidation.NotCalled.selector ||
                    reason == ITrading.InsufficientMargin.selector ||
                    reason == ITrading.AccountHasStaleLeg.selector ||
                    reason == IDeleveraging.GroupUnknown.selector,
                "a call in a batch failed for another reason"
            );
        }
    }

    function buyInventory(uint256 who, uint256 m, uint256 max) external counted {
        _expectTrading();
        _expect(ILiquidation.NoInventory.selector);
        bytes memory call = abi.encodeCall(
            venue.buyInventory,
            (_any(m), 0, max % 2 == 0 ? type(uint256).max : bound(max, 1, 1e12), hint, ANY_PRICE, NEVER)
        );
        _play(_one(who).owner, call);
    }

    // ------------------------------------------------------------------ default

    function poke() external counted {
        bool was = _group(group).phase == Phase.NORMAL;
        _play(address(this), abi.encodeCall(venue.poke, (group)));
        if (was && _group(group).phase == Phase.LOCKED) ++locks;
    }

    function absorb(uint256 mask) public counted {
        AccountId[] memory ids = _subset(mask);
        _expect(IDeleveraging.NothingToAbsorb.selector);
        _expect(IDeleveraging.GroupLocked.selector);
        _expect(IDeleveraging.DebtTooSmall.selector);
        _expect(IDeleveraging.LockedTooRecently.selector);
        if (_play(address(this), abi.encodeCall(venue.absorb, (group, ids)))) ++absorptions;
    }

    /// @notice Registers some for relief; a gap locks the group.
    function net(uint256 mask) public counted {
        _expect(IDeleveraging.NothingToNet.selector);
        _expect(IDeleveraging.GroupNotLocked.selector);
        _expect(IDeleveraging.GroupLocked.selector);
        AccountId[] memory ids = _subset(mask);
        bool ok =
            mask % 5 != 0
                ? _play(address(this), abi.encodeCall(venue.net, (group, ids)))
                : _play(address(this), abi.encodeCall(venue.netOne, (everybody[mask % everybody.length])));
        if (ok && _relieved() != 0) ++registrations;
    }

    function deleverage(uint256 steps) public counted {
        _settle(bound(steps, 0, 7));
    }

    /// @notice A lock brought to its end: an account left out stays out.
    function resolve(uint256 mask, uint256 steps) external {
        this.poke();
        if (mask % 2 == 0) net(mask >> 100);
        absorb(mask);
        if (_group(group).phase != Phase.LOCKED) return;
        net(mask >> 150);
        if (mask % 3 == 0) _compareOrders(mask);
        _waitForTheEnd();
        if (_group(group).absorbed == 0) return this.poke();
        for (uint256 i; i < 200 && _group(group).phase != Phase.NORMAL; ++i) deleverage(1 + (steps % 7));
    }

    function collect(uint256 who, uint256 m) external counted {
        _expect(IDeleveraging.GroupLocked.selector);
        _expect(ILiquidation.NoPosition.selector);
        _expect(IGovernance.MarketNotSettled.selector);
        _expect(ILiquidation.AccountInsolvent.selector);
        _play(address(this), abi.encodeCall(venue.collect, (_one(who).id, _any(m))));
    }

    // ------------------------------------------------------------------ prices and time

    function drift(uint256 m, int256 move) external counted {
        _move(_any(m), bound(move, -15_000, 15_000));
    }

    function gap(uint256 m, int256 move) external counted {
        _move(_any(m), bound(move, -900_000, 900_000));
    }

    function source(uint256 m, uint256 status) external counted {
        (uint256 mark, ) = sources[_any(m)].read();
        sources[_any(m)].set(mark, IPriceSource.Status(status % 6 > 3 ? 0 : status % 6));
    }

    /// @notice Quiet lock delays with fresh prices, so that anchors catch up and trading goes on.
    function calm() external counted {
        _quiet();
    }

    /// @notice A price creeps against somebody, without a gap, until he is below maintenance margin; then he is
    /// liquidated.
    function squeeze(uint256 a, uint256 b, uint256 m, uint256 way, uint256 max) external {
        AccountId id = _one(a).id;
        int256 size = _size(id, _any(m));
        if (size == 0) return;
        for (uint256 i; i < 14; ++i) {
            Health memory h = _health(id);
            if (h.equity < h.maintenance) break;
            _move(_any(m), size > 0 ? -int256(9_000) : int256(9_000));
            _quiet();
        }
        if (way % 3 == 2) {
            this.marginCall(a, false);
            skip(15);
        }
        if (way % 5 == 4) return liquidateMany(b, m, size > 0, max);
        liquidate(a, b, m, way, max);
    }

    /// @notice A gap, and the lock that it brings. Often all markets move, most of them to the same side.
    function crash(uint256 m, int256 move, uint256 mask, uint256 steps) external {
        _quiet();
        move = bound(move, -300_000, 300_000);
        _move(_any(m), move);
        for (uint256 i; i < markets.length && mask % 3 != 2; ++i) {
            int256 part = int256((mask >> (8 * i)) % 130) - 30;
            if (i != m % markets.length) _move(markets[i], (move * part) / 100);
        }
        this.resolve(mask, steps);
    }

    function _quiet() internal {
        for (uint256 i; i < markets.length; ++i) _setPrice(markets[i], _price(markets[i]));
        for (uint256 i; i < 2; ++i) {
            skip(121);
            _play(address(this), abi.encodeCall(venue.poke, (group)));
        }
    }

    function wait(uint256 time, bool long) external counted {
        skip(long ? bound(time, 1 hours, 2 days) : bound(time, 1, 200));
    }

    // ------------------------------------------------------------------ settlement, checked in every step

    function _settle(uint256 steps) internal {
        _expect(IDeleveraging.GroupNotLocked.selector);
        _expect(IDeleveraging.LockStillRunning.selector);
        _expect(IDeleveraging.NothingToDeleverage.selector);
        Group memory before = _group(group);
        int256[] memory equities = _recordedEquities(false);
        int256[] memory anchored = _recordedEquities(true);
        int256[][] memory sizes = _sizes();
        int256[] memory relief = _registered();
        bool[] memory promised = _promised(relief);
        vm.recordLogs();
        if (!_play(address(this), abi.encodeCall(venue.deleverage, (group, steps)))) {
            vm.getRecordedLogs();
            return;
        }
        _checkReceipt(before.deficit, Then(sizes, equities, anchored, relief, promised));
        if (_group(group).phase != Phase.NORMAL) return;
        ++settlements;
        for (uint256 i; i < markets.length; ++i) {
            MarketView memory v = _market(markets[i]);
            vm.assertLe(v.estateLong + v.estateShort, 2, "INV-3: the estate is empty after a settlement");
        }
    }

    /// @notice What each is registered for in the running lock; zero when he is not.
    function _registered() internal returns (int256[] memory list) {
        list = new int256[](everybody.length);
        for (uint256 i; i < everybody.length; ++i) {
            (int256 amount, bool registered) = _reliefOf(everybody[i]);
            if (registered) list[i] = amount;
        }
    }

    /// @notice Who must end at the smaller of his equities at the anchors and at the frozen marks, or above: whoever is
    /// registered, or has nothing to net.
    function _promised(int256[] memory relief) internal returns (bool[] memory list) {
        list = new bool[](everybody.length);
        for (uint256 i; i < everybody.length; ++i) {
            if (_account(everybody[i]).group == group) list[i] = relief[i] != 0 || _netable(everybody[i]) == 0;
        }
    }

    /// @dev Everybody before a settlement: sizes, equities at the frozen marks and at the anchors, what he is
    /// registered for, and whether he is promised not to end below both.
    struct Then {
        int256[][] sizes;
        int256[] frozen;
        int256[] anchored;
        int256[] relief;
        bool[] promised;
    }

    function _checkReceipt(uint256 owed, Then memory then) internal {
        PastLog[] memory logs = _logs();
        int256[] memory perUnit = new int256[](markets.length);
        int256[3] memory share = [int256(0), 0, 1]; // relieved, numerator, denominator
        bool exhausted = true;
        bool seen;
        oneUnit = 1;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topic == IDeleveraging.Charged.selector) {
                if (!_checkCharged(logs[i], perUnit)) exhausted = false;
            } else if (logs[i].topic == IDeleveraging.NetSettled.selector) {
                share = abi.decode(logs[i].data, (int256[3]));
                vm.assertLe(share[1], share[2], "INV-4: at most all of the relief");
            } else if (logs[i].topic == IDeleveraging.Deleveraged.selector) {
                seen = true;
                _checkOwed(logs[i].data, owed, exhausted);
            }
        }
        if (seen) _checkCharges(perUnit, share, then);
    }

    /// @return exhausted No more can be charged in this market.
    function _checkCharged(PastLog memory log, int256[] memory perUnit) internal returns (bool exhausted) {
        int256[5] memory d = abi.decode(log.data, (int256[5])); // jump, charge, both cumulative charges, winners
        vm.assertLe(d[1], int256(_abs(d[0])), "INV-4: a charge per unit is at most the jump");
        perUnit[uint256(log.id) & 3] = d[0] > 0 ? d[1] : -d[1];
        oneUnit += 10 + int256(_abs(d[0])) / 1e18;
        return d[1] == int256(_abs(d[0])) || d[4] == 0;
    }

    function _checkOwed(bytes memory data, uint256 owed, bool exhausted) internal {
        uint256[5] memory d = abi.decode(data, (uint256[5])); // accounts, deficit, vaultPaid, charged, shortfall
        vm.assertEq(d[1], owed, "INV-3: the receipt names the whole deficit");
        vm.assertEq(d[1], d[2] + d[3] + d[4], "INV-3: the receipt adds up");
        if (d[4] == 0) return;
        ++shortfalls;
        vm.assertTrue(exhausted, "INV-4: a shortfall only when the jump is used up");
    }

    function _checkCharges(int256[] memory perUnit, int256[3] memory share, Then memory then) internal {
        int256[] memory later = _recordedEquities(false);
        int256 relieved;
        int256 credits;
        for (uint256 i; i < everybody.length; ++i) {
            int256 credit = (then.relief[i] * share[1]) / share[2];
            (relieved, credits) = (relieved + then.relief[i], credits + credit);
            // The vault's accounts and the caller, which a refund reaches, stand behind the actors.
            if (i >= 2 * ACTORS) continue;
            int256 charge = _chargeOf(then.sizes[i], perUnit) - credit;
            vm.assertApproxEqAbs(then.frozen[i] - later[i], charge, ROUNDING, "INV-6: the same charge per unit");
            if (!then.promised[i]) continue;
            int256 least = then.frozen[i] < then.anchored[i] ? then.frozen[i] : then.anchored[i];
            vm.assertGe(later[i] + oneUnit, least, "INV-5: nobody ends below both, at the anchor and frozen");
        }
        if (share[1] == 0) return;
        vm.assertEq(relieved, share[0], "INV-6: the relief of all is that of each");
        vm.assertLe(credits, (share[0] * share[1]) / share[2], "INV-3: credits are within what was taken for them");
        ++credited;
    }

    function _chargeOf(int256[] memory sizes, int256[] memory perUnit) internal pure returns (int256 charge) {
        for (uint256 k; k < sizes.length; ++k) {
            if ((sizes[k] > 0 && perUnit[k] > 0) || (sizes[k] < 0 && perUnit[k] < 0)) {
                charge += (sizes[k] * perUnit[k]) / 1e18;
            }
        }
    }

    /// @dev INV-8: the same set absorbed one by one in another order, and settled in other steps, gives identical
    /// balances.
    function _compareOrders(uint256 seed) internal {
        vm.assertTrue(everybody.length % STRIDE != 0, "the other order leaves somebody out");
        uint256 start = vm.snapshotState();
        _absorbAll(seed, true);
        Snapshot memory together = _finish(1_000);
        vm.revertToState(start);
        _absorbAll(seed, false);
        Snapshot memory apart = _finish(1 + (seed % 3));
        vm.revertToState(start);
        ++comparisons;
        for (uint256 i; i < everybody.length; ++i) {
            vm.assertEq(apart.cash[i], together.cash[i], "INV-8: cash");
            vm.assertEq(apart.value[i], together.value[i], "INV-8: equity");
        }
        vm.assertEq(apart.shortfall, together.shortfall, "INV-8: shortfall");
        vm.assertEq(apart.queues, together.queues, "INV-8: queues");
    }

    /// @dev All who are below zero at the frozen marks are absorbed, and all others registered: at once, or one by one
    /// in the other order. Nobody is left after one pass: no absorb takes anybody else below zero.
    function _absorbAll(uint256 seed, bool together) internal {
        if (block.timestamp >= _group(group).until) return;
        AccountId[] memory ids = _subset(type(uint256).max);
        if (together) {
            _quietly(abi.encodeCall(venue.net, (group, ids)));
            _quietly(abi.encodeCall(venue.absorb, (group, ids)));
        } else {
            for (uint256 i; i < ids.length; ++i) {
                AccountId[] memory one = _list(ids[(i * STRIDE + (seed % 1_000)) % ids.length]);
                _quietly(abi.encodeCall(venue.absorb, (group, one)));
                _quietly(abi.encodeCall(venue.net, (group, one)));
            }
        }
        uint32 absorbed = _group(group).absorbed;
        _quietly(abi.encodeCall(venue.absorb, (group, ids)));
        vm.assertEq(uint256(_group(group).absorbed), uint256(absorbed), "INV-8: an absorb made another one");
    }

    function _quietly(bytes memory call) internal {
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory reason) = address(venue).call(call);
        if (ok || _isTolerated(bytes4(reason))) return;
        bool none =
            bytes4(reason) == IDeleveraging.NothingToAbsorb.selector ||
                bytes4(reason) == IDeleveraging.NothingToNet.selector;
        vm.assertTrue(none, "INV-8: only who is not below zero, or has nothing to net, is passed over");
    }

    function _waitForTheEnd() internal {
        uint256 end = abi.decode(_look(abi.encodeCall(lens.lockEnd, (group))), (uint256));
        if (block.timestamp < end) vm.warp(end);
    }

    function _finish(uint256 steps) internal returns (Snapshot memory s) {
        _waitForTheEnd();
        if (_group(group).absorbed != 0) {
            for (uint256 i; i < 400 && _group(group).phase != Phase.NORMAL; ++i) venue.deleverage(group, steps);
        }
        s.cash = new int256[](everybody.length);
        // A credit of an earlier lock comes when an account is used, which is not the same in every order.
        for (uint256 i; i < everybody.length; ++i) {
            bytes memory credit = _look(abi.encodeCall(lens.credit, (everybody[i])));
            s.cash[i] = _cash(everybody[i]) + abi.decode(credit, (int256));
        }
        s.value = _recordedEquities(false);
        s.shortfall = _recovery().shortfall;
        for (uint256 i; i < markets.length; ++i) {
            s.queues = keccak256(abi.encode(s.queues, _nodes(markets[i], true), _nodes(markets[i], false)));
        }
    }

    // ------------------------------------------------------------------ invariants

    function check() public virtual {
        _checkTokens();
        _checkRelieved();
        for (uint256 i; i < markets.length; ++i) _checkMarket(markets[i]);
    }

    /// @dev INV-6: the group's relief is that of those who are registered.
    function _checkRelieved() internal {
        if (_group(group).phase != Phase.LOCKED) return;
        int256[] memory relief = _registered();
        int256 sum;
        for (uint256 i; i < relief.length; ++i) sum += relief[i];
        vm.assertEq(_relieved(), sum, "INV-6: the relief of all is that of each");
    }

    function _checkTokens() internal {
        RecoveryView memory r = _recovery();
        Group memory g = _group(group);
        vm.assertLe(uint256(g.vaultSpent), _budget(), "budget: no more left the pot than it allows");
        vm.assertGe(token.balanceOf(address(venue)) * 1e3, r.held, "INV-1: what is booked is there");
        (uint256 fresh, bool covered) = abi.decode(
            _look(abi.encodeCall(lens.protection, (everybody))),
            (uint256, bool)
        );
        vm.assertTrue(covered, "INV-1: protection is at most the cash that it protects");
        vm.assertLe(fresh, r.protectedCash, "INV-1: protected deposits are at most their total");
        vm.assertLe(r.protectedCash, fresh + calls + everybody.length, "INV-1: protected deposits add up");
        bool none = abi.decode(_look(abi.encodeCall(lens.noneFlatAndOwing, (everybody))), (bool));
        vm.assertTrue(none, "INV-1: nobody is flat and owes something");
        int256 backed = int256(r.held + r.shortfall + g.deficit);
        int256 owed = abi.decode(_look(abi.encodeCall(lens.worth, (everybody))), (int256));
        owed += int256(r.fees + uint256(g.reserve));
        vm.assertGe(backed + int256(ROUNDING + calls * 1e5), owed, "INV-1: tokens and shortfall back all equity");
        vm.assertLe(backed, owed + int256(ROUNDING + calls * 1e5), "INV-1: no token or shortfall without a claim");
    }

    /// @dev The largest budget that the group ever had.
    function _budget() internal view virtual returns (uint256) {
        return 500_000 * QUOTE;
    }

    function _checkMarket(MarketId market) internal {
        MarketView memory v = _market(market);
        if (v.status != MarketStatus.OPEN) return; // worth the same from now on; each leaves on his own
        Leg[] memory legs = abi.decode(_look(abi.encodeCall(lens.legs, (everybody, market))), (Leg[]));
        vm.assertEq(_checkSide(market, true, legs) + v.estateLong, v.openInterest, "INV-2: longs are open interest");
        vm.assertEq(_checkSide(market, false, legs) + v.estateShort, v.openInterest, "INV-2: shorts are open interest");
    }

    function _checkSide(MarketId market, bool longs, Leg[] memory legs) internal returns (uint256 total) {
        NodeView[] memory nodes = _nodes(market, longs);
        vm.assertTrue(_linksAgree(market, longs), "INV-7: links agree");
        uint256[] memory shares = new uint256[](nodes.length);
        uint256[] memory sizes = new uint256[](nodes.length);
        uint256[] memory members = new uint256[](nodes.length);
        for (uint256 i; i < legs.length; ++i) {
            Leg memory leg = legs[i];
            if (leg.shares == 0 || leg.shares > 0 != longs) continue;
            for (uint256 k; k < nodes.length; ++k) {
                if (nodes[k].id != leg.node) continue;
                shares[k] += _abs(leg.shares);
                sizes[k] += _abs(Size.unwrap(leg.size));
                ++members[k];
                vm.assertLe(Price.unwrap(leg.rank), nodes[k].rank, "INV-7: a key understates the gain");
            }
        }
        for (uint256 k; k < nodes.length; ++k) {
            total += nodes[k].size;
            vm.assertEq(shares[k], nodes[k].shares, "INV-2: a node's shares are its positions' shares");
            vm.assertLe(sizes[k], nodes[k].size, "INV-2: positions are at most their node");
            vm.assertGe(sizes[k] + members[k], nodes[k].size, "INV-2: within one unit each");
            if (k > 0) vm.assertLe(nodes[k - 1].rank, nodes[k].rank, "INV-7: the queue is sorted by gain");
        }
    }

    /// @dev INV-10 for one party of a fill.
    function _afterFill(AccountId id, Health memory before) internal {
        Health memory h = _health(id);
        if (h.equity >= h.initial) return;
        vm.assertGe(Money.unwrap(h.equity), 0, "INV-10: equity after a fill");
        _ratioKept(before, h);
    }

    function _ratioKept(Health memory before, Health memory h) internal pure {
        int256 left = (Money.unwrap(h.equity) + 10) * Money.unwrap(before.maintenance);
        int256 right = Money.unwrap(before.equity) * (Money.unwrap(h.maintenance) - 10);
        vm.assertGe(left, right, "INV-10: equity / maintenance is not lower");
    }

    /// @dev In a lock: solvent at the anchors and at the frozen marks, or not less so than before.
    function _sound(AccountId id, Health memory before) internal {
        Health memory h = _health(id);
        vm.assertTrue(
            Money.unwrap(h.atAnchor) >= -10 || Money.unwrap(h.atAnchor) >= Money.unwrap(before.atAnchor) - 10,
            "lock: sound at the anchors"
        );
        vm.assertTrue(
            Money.unwrap(h.atRecordedMark) >= -10 ||
                Money.unwrap(h.atRecordedMark) >= Money.unwrap(before.atRecordedMark) - 10,
            "lock: sound at the frozen marks"
        );
    }

    // ------------------------------------------------------------------ choices

    function _one(uint256 who) internal view returns (Actor memory) {
        return actors[who % ACTORS];
    }

    function _two(uint256 a, uint256 b) internal view returns (Actor memory, Actor memory) {
        a = a % ACTORS;
        return (actors[a], actors[(a + 1 + (b % (ACTORS - 1))) % ACTORS]);
    }

    function _any(uint256 m) internal view returns (MarketId) {
        return markets[m % markets.length];
    }

    /// @dev A size whose notional is up to 11 times equity over the number of markets.
    function _sized(AccountId id, MarketId market, int256 leverage) internal returns (int256 size) {
        int256 equity = _equity(id);
        if (equity <= 0) equity = 1_000e9;
        leverage = bound(leverage, -110, 110) / int256(markets.length);
        size = (((equity * leverage) / 10) * 1e18) / int256(_price(market));
        size = bound(size, -1e19, 1e19);
    }

    function _near(MarketId market, uint256 offset) internal view returns (uint256) {
        return (_price(market) * (1e6 + bound(offset, 0, 30_000) - 15_000)) / 1e6;
    }

    function _move(MarketId market, int256 ppm) internal {
        uint256 mark = (_price(market) * uint256(1e6 + ppm)) / 1e6;
        _setPrice(market, bound(mark, 1e15, 5e23));
    }

    function _subset(uint256 mask) internal view returns (AccountId[] memory ids) {
        uint256 count;
        AccountId[] memory all = new AccountId[](everybody.length);
        for (uint256 i; i < everybody.length; ++i) if ((mask >> i) & 1 == 1) all[count++] = everybody[i];
        ids = new AccountId[](count);
        for (uint256 i; i < count; ++i) ids[i] = all[i];
        return _sorted(ids);
    }

    // ------------------------------------------------------------------ errors

    function _expect(bytes4 selector) internal {
        expected.push(selector);
    }

    function _expectTrading() internal {
        _expect(IDeleveraging.GapOpen.selector);
        _expect(IDeleveraging.GroupLocked.selector);
        _expect(ITrading.PriceNotFresh.selector);
        _expect(ITrading.InsufficientMargin.selector);
        _expect(ITrading.AccountHasStaleLeg.selector);
        _expect(ITrading.FillTooSmall.selector);
        _expect(ITrading.PositionTooSmall.selector);
        _expect(ITrading.OpenInterestCapReached.selector);
        // Who only reduces may be refused for what he would owe at the anchors; so may the vault, whose discount takes
        // it further below.
        _expect(ITrading.UnsoundAtAnchor.selector);
    }

    function _expectLiquidating() internal {
        _expectTrading();
        _expect(ILiquidation.AccountInsolvent.selector);
        _expect(ILiquidation.NotLiquidatable.selector);
        _expect(ITrading.NothingFilled.selector);
        _expect(ILiquidation.WinningSideLocked.selector);
        _expect(ILiquidation.NotCalled.selector);
        _expect(ILiquidation.VaultMustWait.selector);
        _expect(ILiquidation.VaultUnable.selector);
        _expect(IAccounts.GroupsLocked.selector);
    }

    function _play(address sender, bytes memory call) internal returns (bool ok) {
        bytes memory reason;
        if (calls % 4 == 3) call = _inABatch(call);
        vm.prank(sender);
        // solhint-disable-next-line avoid-low-level-calls
        (ok, reason) = address(venue).call(call);
        if (ok) return true;
        for (uint256 i; i < expected.length; ++i) {
            if (bytes4(reason) != expected[i]) continue;
            ++refusals[bytes4(reason)];
            return false;
        }
        if (!_isTolerated(bytes4(reason))) vm.assertEq(reason, "", "an error that was not expected");
    }

    /// @dev The same call by `multicall`, which must not be told from it.
    function _inABatch(bytes memory call) private view returns (bytes memory) {
        bytes[] memory one = new bytes[](1);
        one[0] = call;
        return abi.encodeCall(venue.multicall, (one));
    }

    /// @dev Errors that any call may meet.
    function _isTolerated(bytes4) internal pure virtual returns (bool) {
        return false;
    }

    // ------------------------------------------------------------------ looking

    function _recordedEquities(bool anchored) internal returns (int256[] memory list) {
        list = new int256[](everybody.length);
        for (uint256 i; i < everybody.length; ++i) {
            if (_account(everybody[i]).open == 0) list[i] = _equity(everybody[i]);
            else {
                Health memory h = _recordedHealth(everybody[i]);
                list[i] = Money.unwrap(anchored ? h.atAnchor : h.equity);
            }
        }
    }

    function _reliefOf(AccountId id) internal returns (int256 amount, bool registered) {
        Relief memory relief;
        (relief, registered) = abi.decode(_look(abi.encodeCall(lens.relief, (id))), (Relief, bool));
        if (relief.group != group) registered = false;
        amount = int256(uint256(relief.amount));
    }

    function _netable(AccountId id) internal returns (int256) {
        return abi.decode(_look(abi.encodeCall(lens.netable, (id))), (int256));
    }

    function _relieved() internal returns (int256 total) {
        (total, ) = abi.decode(_look(abi.encodeCall(lens.relieved, (group, 0))), (int256, ReliefShare));
    }

    function _sizes() internal returns (int256[][] memory list) {
        list = new int256[][](everybody.length);
        for (uint256 i; i < everybody.length; ++i) {
            list[i] = new int256[](markets.length);
            if (_account(everybody[i]).open == 0) continue;
            for (uint256 k; k < markets.length; ++k) list[i][k] = _size(everybody[i], markets[k]);
        }
    }

    struct PastLog {
        bytes32 topic;
        bytes32 id;
        bytes data;
    }

    function _logs() internal returns (PastLog[] memory list) {
        VmLog[] memory logs = abi.decode(abi.encode(vm.getRecordedLogs()), (VmLog[]));
        list = new PastLog[](logs.length);
        for (uint256 i; i < logs.length; ++i) {
            list[i].topic = logs[i].topics[0];
            if (logs[i].topics.length > 1) list[i].id = logs[i].topics[1];
            list[i].data = logs[i].data;
        }
    }

    struct VmLog {
        bytes32[] topics;
        bytes data;
        address emitter;
    }
}
