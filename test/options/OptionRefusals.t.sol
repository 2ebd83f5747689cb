// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccounts} from "../../contracts/interfaces/IAccounts.sol";
import {IOptionTrading} from "../../contracts/interfaces/IOptionTrading.sol";
import {Order, Use} from "../../contracts/interfaces/Orders.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {MarketParams, Mode} from "../../contracts/Ledger.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Size} from "../../contracts/types/Size.sol";
import {Actor} from "../base/Fixture.sol";
import {Fill, Match, Packing} from "../base/Packing.sol";
import {Vm} from "../base/TestBase.sol";
import {OptionVenue} from "./OptionVenue.sol";

/// @notice Every reason why an order of options is not filled: with its numbers, in a strict batch and in one that is
/// not, and that the next unit is. Hard cap 20, no soft one below.
contract OptionRefusalsTest is OptionVenue {
    int256 private constant ONE = 1e9;

    Actor private maker;
    Actor private taker;
    Actor private third;
    uint256 private mark;

    function setUp() public {
        _deployOptions();
        maker = _actor("maker", 1_000_000);
        taker = _actor("taker", 1_000_000);
        third = _actor("third", 1_000_000);
        mark = _mark(_call(7));
    }

    function _marketParams() internal pure override returns (MarketParams memory params) {
        params = super._marketParams();
        (params.softCap, params.hardCap) = (uint72(20 * BASE), uint72(20 * BASE));
    }

    // ------------------------------------------------------------------ makers

    function test_maker_size() public {
        Order memory order = _make(-ONE);
        order.size = Size.wrap(0);
        _requireMaker(order, abi.encodeWithSelector(ITrading.OrderOutOfRange.selector));
    }

    function test_maker_fee() public {
        Order memory order = _make(-ONE);
        order.maxFee = 99;
        _requireMaker(order, abi.encodeWithSelector(ITrading.FeeAboveCap.selector, 99, 100));
        order.maxFee = 100;
        _requireFilled(order);
    }

    function test_maker_matcher() public {
        Order memory order = _make(-ONE);
        order.matcher = maker.owner;
        _requireMaker(order, abi.encodeWithSelector(ITrading.MatcherOnly.selector, maker.owner));
        order.matcher = address(this);
        _requireFilled(order);
    }

    /// By the mark of the series, not of the underlying.
    function test_maker_trigger() public {
        Order memory order = _make(-ONE);
        (order.trigger, order.triggerAbove) = (Price.wrap(int256(mark) + 1), true);
        _requireMaker(order, abi.encodeWithSelector(ITrading.TriggerNotReached.selector, mark + 1, mark));
        order.trigger = Price.wrap(int256(mark));
        _requireFilled(order);
    }

    function test_maker_use() public {
        Order memory order = _make(-ONE);
        order.use = Use.TAKER;
        _requireMaker(order, abi.encodeWithSelector(ITrading.NotAMakerOrder.selector));
        order.use = Use.EITHER;
        _requireFilled(order);
    }

    function test_maker_direction() public {
        _requireMaker(_make(ONE), abi.encodeWithSelector(ITrading.SameDirection.selector));
    }

    function test_maker_owner() public {
        Order memory order = _make(-ONE);
        order.account = accountOf(taker.owner, 1);
        Fill memory fill = Fill(_sign(taker, order), 0, NO_NODE);
        _requireFill(fill, abi.encodeWithSelector(ITrading.SameOwner.selector, taker.owner));
    }

    function test_maker_limit() public {
        Order memory order = _make(-ONE);
        order.limit = Price.wrap(int256(mark) + 1);
        bytes memory reason = abi.encodeWithSelector(ITrading.LimitNotMet.selector, mark, mark + 1);
        _requireStrict(_with(order, ONE, mark), reason);
        _requireLoose(_with(order, ONE, mark), order, reason);
        venue.settle(Packing.pack(_with(order, ONE, mark + 1), true));
        order = _make(ONE);
        order.limit = Price.wrap(int256(mark) - 1);
        reason = abi.encodeWithSelector(ITrading.LimitNotMet.selector, mark, mark - 1);
        _requireStrict(_with(order, -ONE, mark), reason);
        venue.settle(Packing.pack(_with(order, -ONE, mark - 1), true));
    }

    /// 2% of the forward: 80 quote around the mark.
    function test_maker_band() public {
        for (int256 side = -1; side < 2; side += 2) {
            Order memory order = _make(-ONE);
            int256 limit = int256(mark) + side * (80e18 + 1);
            order.limit = Price.wrap(limit);
            _requireMaker(order, abi.encodeWithSelector(ITrading.OutsidePriceBand.selector, limit, mark));
            order.limit = Price.wrap(limit - side);
            _requireFilled(order);
        }
    }

    function test_maker_signature() public {
        Order memory order = _make(-ONE);
        Fill memory fill = Fill(_sign(third, order), 0, NO_NODE);
        _requireFill(fill, abi.encodeWithSelector(ITrading.SignerNotAuthorised.selector, maker.owner, third.owner));
    }

    function test_maker_filledOrder() public {
        Order memory order = _make(-ONE);
        venue.settle(Packing.pack(_with(order, ONE, 1e21), true));
        _requireMaker(
            order,
            abi.encodeWithSelector(ITrading.OrderCancelledOrFilled.selector, order.account, order.salt)
        );
    }

    function test_maker_otherGroup() public {
        GroupId first = group;
        _openElsewhere(maker);
        GroupId second = GroupId.wrap(GroupId.unwrap(first) + 1);
        _requireMaker(_make(-ONE), abi.encodeWithSelector(ITrading.AccountInOtherGroup.selector, maker.id, second));
    }

    function test_maker_reduces() public {
        Order memory order = _make(-ONE);
        order.reduceOnly = true;
        bytes memory none = abi.encodeWithSelector(ITrading.NothingToReduce.selector, maker.id);
        _requireMaker(order, none);
        _trade(maker, third, _call(7), -ONE);
        order.salt = _make(-ONE).salt;
        _requireMaker(order, none); // it would add
        _trade(maker, third, _call(7), ONE + ONE / 3);
        order.salt = _make(-ONE).salt;
        _requireFilled(order);
        venue.settle(Packing.pack(_with(order, ONE, 1e21), true));
        vm.assertEq(_size(maker.id, _call(7)), 0, "no further");
        vm.assertEq(_size(taker.id, _call(7)), ONE / 3, "what he had");
    }

    /// 10 quote at 4,000; less only to close somebody's position.
    function test_maker_smallFill() public {
        _trade(taker, third, _call(7), ONE);
        _trade(maker, third, _call(7), ONE);
        Order memory order = _make(-2_499_999);
        bytes memory small = abi.encodeWithSelector(ITrading.FillTooSmall.selector, 9_999_996_000, 10_000_000_000);
        _requireMaker(order, small);
        order.size = Size.wrap(-2_500_000);
        _requireFilled(order);
    }

    /// 2,500,000 are 10 quote at 4,000, and less at 3,990.
    function test_smallFills_thatClose() public {
        Actor memory fourth = _actor("fourth", 1_000_000);
        _trade(taker, third, _call(7), 5_000_000);
        _trade(maker, third, _call(7), 2_500_000);
        _trade(fourth, third, _call(7), 2_500_000);
        _setSpot(3_990);
        _trade(taker, maker, _call(7), 2_500_000);
        vm.assertEq(_size(maker.id, _call(7)), 0, "the maker's");
        _trade(fourth, taker, _call(7), -2_500_000);
        vm.assertEq(_size(fourth.id, _call(7)), 0, "the taker's");
    }

    function test_smallPositions_ofTheMaker() public {
        _trade(taker, third, _call(7), ONE);
        _trade(maker, third, _call(7), 5_000_000);
        Order memory order = _make(-2_500_001);
        bytes memory small = abi.encodeWithSelector(
            ITrading.PositionTooSmall.selector,
            maker.id,
            9_999_996_000,
            10_000_000_000
        );
        _requireMaker(order, small);
        order.size = Size.wrap(-2_500_000);
        _requireFilled(order);
    }

    function test_smallPositions_ofTheTaker() public {
        _trade(taker, third, _call(7), -5_000_000);
        bytes memory small = abi.encodeWithSelector(
            ITrading.PositionTooSmall.selector,
            taker.id,
            9_999_996_000,
            10_000_000_000
        );
        Order memory order = _make(-2_500_001);
        _requireStrict(_with(order, 2_500_001, 1e21), small);
        _requireLoose(_with(order, 2_500_001, 1e21), order, small);
        venue.settle(Packing.pack(_with(_make(-2_500_000), 2_500_000, 1e21), true));
    }

    function test_cap() public {
        _trade(third, maker, _call(7), 19 * ONE);
        Order memory order = _make(-ONE - 1);
        bytes memory full = abi.encodeWithSelector(ITrading.OpenInterestCapReached.selector, 20 * ONE + 1, 20 * ONE);
        _requireStrict(_with(order, ONE + 1, 1e21), full);
        _requireLoose(_with(order, ONE + 1, 1e21), order, full);
        venue.settle(Packing.pack(_with(order, ONE, 1e21), true));
        // What changes hands is not more.
        _trade(taker, third, _call(7), ONE);
        _trade(taker, maker, _put(7), 20 * ONE);
    }

    /// One maker behind those that a taker needs is told that nothing is left.
    function test_maker_nothingIsLeft() public {
        (Order memory first, Order memory second) = (_make(-ONE), _make(-ONE));
        second.account = third.id;
        Match[] memory m = _with(first, ONE, 1e21);
        Fill memory fill = m[0].fills[0];
        m[0].fills = new Fill[](2);
        (m[0].fills[0], m[0].fills[1]) = (fill, Fill(_sign(third, second), 0, NO_NODE));
        bytes memory none = abi.encodeWithSelector(ITrading.NothingFilled.selector);
        _requireStrict(m, none);
        vm.recordLogs();
        venue.settle(Packing.pack(m, false));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 3, "events");
        vm.assertEq(logs[0].topics[0], ITrading.Traded.selector, "the first");
        _requireOrderSkipped(logs[1], third.id, second.salt, none);
        vm.assertEq(logs[2].topics[0], ITrading.Matched.selector, "the match");
        vm.assertEq(_size(taker.id, _call(7)), ONE, "one");
    }

    /// @dev The taker buys of him.
    function _requireMaker(Order memory order, bytes memory reason) private {
        _requireFill(Fill(_sign(maker, order), 0, NO_NODE), reason);
    }

    function _requireFill(Fill memory fill, bytes memory reason) private {
        Match[] memory m = _with(fill.maker.order, 2 * ONE, 1e22);
        m[0].fills[0] = fill;
        _requireStrict(m, reason);
        _requireLoose(m, fill.maker.order, reason);
        bytes memory packed = Packing.pack(Fill(fill.maker, BASE, NO_NODE));
        bytes4 direction = ITrading.SameDirection.selector; // of who takes an order's other side there is none
        if (bytes4(reason) == direction) return;
        vm.prank(taker.owner);
        vm.expectRevert(reason);
        venue.fillOrder(_call(7), 0, packed, NO_NODE, 300, NEVER);
    }

    function _requireStrict(Match[] memory m, bytes memory reason) private {
        vm.expectRevert(reason);
        venue.settle(Packing.pack(m, true));
    }

    function _requireLoose(Match[] memory m, Order memory order, bytes memory reason) private {
        vm.recordLogs();
        venue.settle(Packing.pack(m, false));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 2, "events");
        _requireOrderSkipped(logs[0], order.account, order.salt, reason);
        _requireMatchSkipped(logs[1], 0, abi.encodeWithSelector(ITrading.NothingFilled.selector));
    }

    function _requireOrderSkipped(Vm.Log memory log, AccountId id, uint64 salt, bytes memory reason) private pure {
        vm.assertEq(log.topics[0], ITrading.OrderSkipped.selector, "order");
        vm.assertEq(uint256(log.topics[1]), AccountId.unwrap(id), "whose");
        vm.assertEq(uint256(log.topics[2]), salt, "which");
        vm.assertEq(log.data, abi.encode(reason), "why");
    }

    function _requireMatchSkipped(Vm.Log memory log, uint256 index, bytes memory reason) private pure {
        vm.assertEq(log.topics[0], ITrading.MatchSkipped.selector, "match");
        vm.assertEq(uint256(log.topics[1]), index, "which");
        vm.assertEq(log.data, abi.encode(reason), "why");
    }

    function _requireFilled(Order memory order) private {
        uint256 state = vm.snapshotState();
        int256 before = _size(maker.id, _call(7));
        venue.settle(Packing.pack(_with(order, 2 * ONE, 1e22), false));
        vm.assertTrue(_size(maker.id, _call(7)) < before, "filled");
        vm.revertToStateAndDelete(state);
    }

    // ------------------------------------------------------------------ takers

    function test_taker_use() public {
        Order memory order = _take(ONE);
        order.use = Use.MAKER;
        _requireTaker(order, abi.encodeWithSelector(ITrading.NotATakerOrder.selector));
    }

    function test_taker_fee() public {
        Order memory order = _take(ONE);
        order.maxFee = 299;
        _requireTaker(order, abi.encodeWithSelector(ITrading.FeeAboveCap.selector, 299, 300));
        order.maxFee = 300;
        venue.settle(Packing.pack(_by(order, _make(-ONE)), true));
    }

    function test_taker_matcher_andTrigger() public {
        Order memory order = _take(ONE);
        order.matcher = maker.owner;
        _requireTaker(order, abi.encodeWithSelector(ITrading.MatcherOnly.selector, maker.owner));
        (order.matcher, order.trigger, order.triggerAbove) = (address(0), Price.wrap(int256(mark) + 1), true);
        _requireTaker(order, abi.encodeWithSelector(ITrading.TriggerNotReached.selector, mark + 1, mark));
    }

    function test_taker_signature() public {
        Match[] memory m = _by(_take(ONE), _make(-ONE));
        m[0].taker = _sign(third, m[0].taker.order);
        _requireMatch(m, abi.encodeWithSelector(ITrading.SignerNotAuthorised.selector, taker.owner, third.owner));
    }

    function test_taker_filledOrder() public {
        Order memory order = _take(ONE);
        venue.settle(Packing.pack(_by(order, _make(-ONE)), true));
        _requireTaker(
            order,
            abi.encodeWithSelector(ITrading.OrderCancelledOrFilled.selector, order.account, order.salt)
        );
    }

    function test_taker_otherGroup() public {
        GroupId first = group;
        _openElsewhere(taker);
        GroupId second = GroupId.wrap(GroupId.unwrap(first) + 1);
        bytes memory reason = abi.encodeWithSelector(ITrading.AccountInOtherGroup.selector, taker.id, second);
        _requireTaker(_take(ONE), reason);
        bytes memory packed = Packing.pack(Fill(_sign(maker, _make(-ONE)), BASE, NO_NODE));
        vm.prank(taker.owner);
        vm.expectRevert(reason);
        venue.fillOrder(_call(7), 0, packed, NO_NODE, 300, NEVER);
    }

    function test_taker_reduces() public {
        Order memory order = _take(ONE);
        order.reduceOnly = true;
        bytes memory none = abi.encodeWithSelector(ITrading.NothingToReduce.selector, taker.id);
        _requireTaker(order, none);
        _trade(taker, third, _call(7), ONE);
        order.salt = _take(ONE).salt;
        _requireTaker(order, none);
        _trade(taker, third, _call(7), -ONE - ONE / 3);
        order.salt = _take(ONE).salt;
        venue.settle(Packing.pack(_by(order, _make(-ONE)), true));
        vm.assertEq(_size(taker.id, _call(7)), 0, "no further");
    }

    function test_series() public {
        Order memory order = _take(ONE);
        order.market = MarketId.wrap(MarketId.unwrap(_call(7)) | 32);
        bytes memory unknown = abi.encodeWithSelector(IOptionTrading.SeriesNotTradable.selector, order.market);
        _requireTaker(order, unknown);
        order.market = _call(7);
        skip(1 hours + 1);
        _requireTaker(order, abi.encodeWithSelector(ITrading.PriceNotFresh.selector, _call(7)));
    }

    /// What follows a match that cannot begin is read from where its makers end.
    function test_matchesBehindOneThatFails() public {
        Match[] memory m = new Match[](3);
        m[0] = _by(_take(ONE), _make(-ONE))[0];
        m[0].taker = _sign(third, m[0].taker.order);
        Fill memory fill = m[0].fills[0];
        m[0].fills = new Fill[](2);
        (m[0].fills[0], m[0].fills[1]) = (fill, Fill(_sign(third, _make(-ONE)), 0, NO_NODE));
        m[1] = _by(_take(ONE), _make(-ONE))[0];
        m[2] = _by(_take(ONE), _make(ONE))[0];
        vm.recordLogs();
        venue.settle(Packing.pack(m, false));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 5, "events");
        _requireMatchSkipped(
            logs[0],
            0,
            abi.encodeWithSelector(ITrading.SignerNotAuthorised.selector, taker.owner, third.owner)
        );
        vm.assertEq(logs[2].topics[0], ITrading.Matched.selector, "the second");
        _requireMatchSkipped(logs[4], 2, abi.encodeWithSelector(ITrading.NothingFilled.selector));
        vm.assertEq(_size(taker.id, _call(7)), ONE, "one");
    }

    function test_batches() public {
        vm.expectRevert(ITrading.EmptyBatch.selector);
        venue.settle(hex"01");
        vm.expectRevert(ITrading.EmptyBatch.selector);
        venue.settle(hex"00");
        Match[] memory m = new Match[](2);
        m[0] = _by(_take(ONE), _make(-ONE))[0];
        Order memory order = _take(ONE);
        order.market = MarketId.wrap(MarketId.unwrap(_call(7)) + 256);
        m[1] = _by(order, _make(-ONE))[0];
        vm.expectRevert(abi.encodeWithSelector(ITrading.WrongGroup.selector, group, order.market));
        venue.settle(Packing.pack(m, false));
    }

    function _requireTaker(Order memory order, bytes memory reason) private {
        _requireMatch(_by(order, _make(-ONE)), reason);
    }

    function _requireMatch(Match[] memory m, bytes memory reason) private {
        _requireStrict(m, reason);
        vm.recordLogs();
        venue.settle(Packing.pack(m, false));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 1, "events");
        _requireMatchSkipped(logs[0], 0, reason);
    }

    // ------------------------------------------------------------------ by his own transaction

    function test_direct_deadline() public {
        bytes memory packed = Packing.pack(Fill(_sign(maker, _make(-ONE)), BASE, NO_NODE));
        uint40 now_ = uint40(block.timestamp);
        vm.prank(taker.owner);
        vm.expectRevert(abi.encodeWithSelector(ITrading.DeadlinePassed.selector, now_ - 1));
        venue.fillOrder(_call(7), 0, packed, NO_NODE, 300, now_ - 1);
        vm.prank(taker.owner);
        venue.fillOrder(_call(7), 0, packed, NO_NODE, 300, now_);
    }

    function test_direct_fee() public {
        bytes memory packed = Packing.pack(Fill(_sign(maker, _make(-ONE)), BASE, NO_NODE));
        vm.prank(taker.owner);
        vm.expectRevert(abi.encodeWithSelector(ITrading.FeeAboveCap.selector, 299, 300));
        venue.fillOrder(_call(7), 0, packed, NO_NODE, 299, NEVER);
        MarketId market = MarketId.wrap(MarketId.unwrap(_call(7)) | 32);
        vm.prank(taker.owner);
        vm.expectRevert(abi.encodeWithSelector(IOptionTrading.SeriesNotTradable.selector, market));
        venue.fillOrder(market, 0, packed, NO_NODE, 299, NEVER);
    }

    function test_direct_form() public {
        bytes memory packed = Packing.pack(Fill(_sign(maker, _make(-ONE)), BASE, NO_NODE));
        vm.prank(taker.owner);
        vm.expectRevert(abi.encodeWithSelector(ITrading.MalformedBatch.selector, packed.length));
        venue.fillOrder(_call(7), 0, bytes.concat(packed, hex"00"), NO_NODE, 300, NEVER);
        packed = Packing.pack(Fill(_sign(maker, _make(-ONE)), 0, NO_NODE));
        vm.prank(taker.owner);
        vm.expectRevert(IAccounts.ZeroAmount.selector);
        venue.fillOrder(_call(7), 0, packed, NO_NODE, 300, NEVER);
    }

    /// Both ways: the taker does what the maker does not.
    function test_direct_bothWays() public {
        bytes memory packed = Packing.pack(Fill(_sign(maker, _make(ONE)), BASE / 2, NO_NODE));
        vm.prank(taker.owner);
        venue.fillOrder(_call(7), 0, packed, NO_NODE, 300, NEVER);
        vm.assertEq(_size(taker.id, _call(7)), -ONE / 2, "sold");
        packed = Packing.pack(Fill(_sign(third, _from(third, -ONE)), BASE, NO_NODE));
        vm.prank(taker.owner);
        venue.fillOrder(_call(7), 0, packed, NO_NODE, 300, NEVER);
        vm.assertEq(_size(taker.id, _call(7)), ONE / 2, "bought");
    }

    // ------------------------------------------------------------------ inside

    /// @dev An order of strike 7's call, at its mark.
    function _make(int256 size) private returns (Order memory) {
        return _from(maker, size);
    }

    function _from(Actor memory actor, int256 size) private returns (Order memory) {
        return _order(actor, _call(7), size, mark, false);
    }

    function _take(int256 size) private returns (Order memory) {
        return _order(taker, _call(7), size, size > 0 ? 1e22 : 1e6, true);
    }

    /// @dev The taker trades `size` at `limit` or better with the order.
    function _with(Order memory order, int256 size, uint256 limit) private returns (Match[] memory) {
        return _by(_order(taker, _call(7), size, limit, true), order);
    }

    function _by(Order memory order, Order memory offer) private view returns (Match[] memory m) {
        m = new Match[](1);
        m[0].taker = _sign(taker, order);
        m[0].fills = new Fill[](1);
        m[0].fills[0] = Fill(_sign(maker, offer), 0, NO_NODE);
    }

    /// @dev A position in a second group.
    function _openElsewhere(Actor memory actor) private {
        GroupId first = group;
        group = venue.createOptionGroup(_source(proxy), vols, Mode.QUEUE, _marketParams(), _riskParams());
        venue.list(group, EXPIRY);
        _settleAnchors();
        _trade(actor, third, _call(7), ONE);
        group = first;
        _settleAnchors();
        mark = _mark(_call(7));
    }
}
