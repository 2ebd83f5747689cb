// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {MarketParams} from "../../contracts/Ledger.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Actor} from "../base/Fixture.sol";
import {Fill, Match, Packing} from "../base/Packing.sol";
import {Vm} from "../base/TestBase.sol";
import {OptionVenue} from "./OptionVenue.sol";

/// @notice Margin at a fill, to the unit: the price is such that the account has just what it needs, and then 1e-9
/// quote less. What it needs is that of a twin who can afford it. Soft cap 10, hard cap 20.
contract OptionEdgesTest is OptionVenue {
    int256 private constant ONE = 1e9;

    Actor private maker;
    Actor private other;
    Actor private poor;

    function setUp() public {
        _deployOptions();
        maker = _actor("maker", 10_000_000);
        other = _actor("other", 10_000_000);
    }

    function _marketParams() internal pure override returns (MarketParams memory params) {
        params = super._marketParams();
        (params.softCap, params.hardCap) = (uint72(10 * BASE), uint72(20 * BASE));
    }

    // ------------------------------------------------------------------ one match

    function test_aTakerNeedsHisMargin_ofOneMaker() public {
        for (int256 side = -1; side < 2; side += 2) _requireEdge(_call(7), side * ONE, true, 0);
        _requireEdge(_put(9), -ONE, true, 0);
        _requireEdge(_future(), ONE, true, 0);
        _requireEdge(_perpetual(), -ONE, true, 0);
    }

    function test_aMakerNeedsHisMargin_aloneInAMatch() public {
        for (int256 side = -1; side < 2; side += 2) _requireEdge(_call(7), side * ONE, false, 0);
        _requireEdge(_put(9), -ONE, false, 0);
        _requireEdge(_future(), ONE, false, 0);
        _requireEdge(_perpetual(), -ONE, false, 0);
    }

    /// From the soft cap on an increase needs more: at 11 open 14.5%, 9.5% more than the base rate.
    function test_fromTheSoftCapOn_anIncreaseNeedsMore() public {
        _trade(maker, other, _call(7), 10 * ONE);
        _requireEdge(_call(7), -ONE, true, 380 * ONE); // to who is long
        maker = other;
        _requireEdge(_call(7), ONE, false, 380 * ONE); // from who is short
    }

    /// What is sold to who opens as much leaves open interest as it was, so nothing more is needed.
    function test_whatChangesHands_needsNoMore() public {
        _trade(maker, other, _call(7), 15 * ONE);
        // `poor` sells to `other`, who is short.
        Actor memory rich = maker;
        maker = other;
        _requireEdge(_call(7), -ONE, true, 0);
        maker = rich;
        _requireEdge(_call(7), ONE, false, 0);
    }

    function _requireEdge(MarketId market, int256 size, bool takes, int256 raised) private {
        uint256 state = vm.snapshotState();
        int256 needed = _needed(market, size, 0) + raised;
        _makePoor(needed);
        uint256 price = _edgeOf(market, size, takes ? 300 : 100, needed);
        bytes memory short = _short(needed);
        Match[] memory one = _one(market, size, size > 0 ? price + 1e9 : price - 1e9, takes);
        vm.expectRevert(short);
        venue.settle(Packing.pack(one, true));
        _requireSkipped(one, short, takes ? maker : poor);
        _settleBoth(_one(market, size, price, takes), market == _perpetual() ? 2 : 3);
        vm.revertToStateAndDelete(state);
    }

    /// @dev Strict, and on another branch not.
    function _settleBoth(Match[] memory matches, uint256 count) private {
        uint256 state = vm.snapshotState();
        venue.settle(Packing.pack(matches, true));
        vm.assertEq(_standing(poor.id).legs, count, "filled");
        vm.revertToStateAndDelete(state);
        venue.settle(Packing.pack(matches, false));
        vm.assertEq(_standing(poor.id).legs, count, "filled");
    }

    /// @dev Not strict the order is passed over with the same reason.
    function _requireSkipped(Match[] memory matches, bytes memory reason, Actor memory passed) private {
        vm.recordLogs();
        venue.settle(Packing.pack(matches, false));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 2, "passed over");
        vm.assertEq(logs[0].topics[0], ITrading.OrderSkipped.selector, "the order");
        vm.assertEq(logs[0].topics[1], bytes32(abi.encode(passed.id)), "whose");
        vm.assertEq(uint256(logs[0].topics[2]), matches[0].fills[0].maker.order.salt, "which");
        vm.assertEq(logs[0].data, abi.encode(reason), "why");
        vm.assertEq(logs[1].data, abi.encode(abi.encodeWithSelector(ITrading.NothingFilled.selector)), "the match");
    }

    function test_byHisOwnTransaction() public {
        int256 needed = _needed(_call(7), -ONE, 0);
        _makePoor(needed);
        uint256 price = _edgeOf(_call(7), -ONE, 300, needed);
        bytes memory short = _short(needed);
        bytes memory packed = _offer(maker, ONE, price - 1e9);
        vm.prank(poor.owner);
        vm.expectRevert(short);
        venue.fillOrder(_call(7), 0, packed, NO_NODE, 300, NEVER);
        packed = _offer(maker, ONE, price);
        vm.prank(poor.owner);
        venue.fillOrder(_call(7), 0, packed, NO_NODE, 300, NEVER);
    }

    /// And who makes for him.
    function test_whoMakesForOne_needsHisMargin() public {
        int256 needed = _needed(_call(7), -ONE, 0);
        _makePoor(needed);
        uint256 price = _edgeOf(_call(7), -ONE, 100, needed);
        bytes memory short = _short(needed);
        bytes memory packed = _offer(poor, -ONE, price - 1e9);
        vm.prank(maker.owner);
        vm.expectRevert(short);
        venue.fillOrder(_call(7), 0, packed, NO_NODE, 300, NEVER);
        packed = _offer(poor, -ONE, price);
        vm.prank(maker.owner);
        venue.fillOrder(_call(7), 0, packed, NO_NODE, 300, NEVER);
    }

    function _offer(Actor memory actor, int256 size, uint256 price) private returns (bytes memory) {
        return Packing.pack(Fill(_sign(actor, _order(actor, _call(7), size, price, false)), BASE, NO_NODE));
    }

    // ------------------------------------------------------------------ several makers

    function test_aTakerNeedsHisMargin_ofTwoMakers() public {
        int256 needed = _needed(_call(7), -2 * ONE, 0);
        _makePoor(needed);
        uint256 price = _edgeOf(_call(7), -2 * ONE, 300, needed);
        bytes memory short = _short(needed);
        Match[] memory m = _two(-ONE, _mark(_call(7)), price - 1e9);
        vm.expectRevert(short);
        venue.settle(Packing.pack(m, true));
        venue.settle(Packing.pack(_two(-ONE, _mark(_call(7)), price), true));
    }

    function test_aMakerNeedsHisMargin_besideAnother() public {
        int256 needed = _needed(_call(7), -ONE, 0);
        _makePoor(needed);
        uint256 price = _edgeOf(_call(7), -ONE, 100, needed);
        bytes memory short = _short(needed);
        Match[] memory m = _oneOfTwo(price - 1e9);
        vm.expectRevert(short);
        venue.settle(Packing.pack(m, true));
        m = _oneOfTwo(price);
        venue.settle(Packing.pack(m, true));
    }

    /// @dev `other` buys one of `maker` and one of `poor`.
    function _oneOfTwo(uint256 price) private returns (Match[] memory m) {
        m = new Match[](1);
        m[0] = _match(other, maker, _call(7), ONE, _mark(_call(7)) + 79e18);
        Fill memory first = m[0].fills[0];
        m[0].taker = _sign(other, _order(other, _call(7), 2 * ONE, _mark(_call(7)) + 79e18, true));
        m[0].fills = new Fill[](2);
        m[0].fills[0] = first;
        m[0].fills[1] = Fill(_sign(poor, _order(poor, _call(7), -ONE, price, false)), 0, NO_NODE);
    }

    /// A taker who is long one sells two, to one who is short and to one who opens: for the latter open interest rises
    /// from 14 to 15 and costs 47.5% of 4,000 besides, for the taker it is what it was.
    function test_interestIsMeasuredFromEachFill() public {
        _trade(maker, other, _call(7), 15 * ONE);
        Actor memory opens = _actor("opens", 1_000_000);
        Actor memory seller = _actor("seller", 1_000_000);
        _trade(seller, maker, _call(7), ONE);
        int256 initial = _twinOf(_call(7), ONE);
        int256 needed = initial + 1_900 * ONE;
        poor = _actor("poor", uint256(needed / ONE) + 3);
        uint256 price = _edgeOf(_call(7), ONE, 100, needed);
        bytes memory short = _short(needed);
        Match[] memory m = _sellTwo(seller, price + 1e9);
        vm.expectRevert(short);
        venue.settle(Packing.pack(m, true));
        venue.settle(Packing.pack(_sellTwo(seller, price), true));
        vm.assertEq(_size(opens.id, _call(7)), 0, "nobody else");
    }

    /// @dev `seller` sells one to `other` and one to `poor`.
    function _sellTwo(Actor memory seller, uint256 price) private returns (Match[] memory m) {
        m = new Match[](1);
        m[0].taker = _sign(seller, _order(seller, _call(7), -2 * ONE, 1e6, true));
        m[0].fills = new Fill[](2);
        m[0].fills[0] = Fill(_sign(other, _order(other, _call(7), ONE, _mark(_call(7)), false)), 0, NO_NODE);
        m[0].fills[1] = Fill(_sign(poor, _order(poor, _call(7), ONE, price, false)), 0, NO_NODE);
    }

    // ------------------------------------------------------------------ a run

    /// A spread needs what both legs need, whether one or two makers meet its last leg.
    function test_aRunNeedsTheMarginOfAllItsLegs() public {
        for (uint256 makers = 1; makers < 3; ++makers) {
            uint256 state = vm.snapshotState();
            int256 needed = _needed(_call(7), -ONE, ONE);
            _makePoor(needed);
            uint256 price = _edgeOf(_call(8), ONE, 300, needed + int256(_feeOf(300)) + 1);
            bytes memory short = _short(needed);
            Match[] memory legs = _spread(price + 1e9, makers);
            vm.expectRevert(short);
            venue.settle(Packing.pack(legs, true));
            venue.settle(Packing.pack(_spread(price, makers), true));
            vm.revertToStateAndDelete(state);
        }
    }

    /// Above the soft cap of its first leg too, although the last one is below.
    function test_aRunNeedsWhatItsLegsRaise() public {
        _trade(maker, other, _call(7), 10 * ONE);
        int256 needed = _needed(_call(7), -ONE, ONE) + 380 * ONE;
        _makePoor(needed);
        uint256 price = _edgeOf(_call(8), ONE, 300, needed + int256(_feeOf(300)) + 1);
        bytes memory short = _short(needed);
        Match[] memory legs = _spread(price + 1e9, 1);
        vm.expectRevert(short);
        venue.settle(Packing.pack(legs, true));
        venue.settle(Packing.pack(_spread(price, 1), true));
    }

    /// Of both legs.
    function test_aRunNeedsWhatBothLegsRaise() public {
        _trade(maker, other, _call(7), 10 * ONE);
        _trade(maker, other, _call(8), 11 * ONE);
        int256 needed = _needed(_call(7), -ONE, ONE) + 380 * ONE + 760 * ONE;
        _makePoor(needed);
        uint256 price = _edgeOf(_call(8), ONE, 300, needed + int256(_feeOf(300)) + 1);
        bytes memory short = _short(needed);
        Match[] memory legs = _spread(price + 1e9, 1);
        vm.expectRevert(short);
        venue.settle(Packing.pack(legs, true));
        venue.settle(Packing.pack(_spread(price, 1), true));
    }

    /// Whoever makes the first leg of a run is judged with it.
    function test_whoMakesALegOfARun_needsHisMargin() public {
        int256 needed = _needed(_call(7), ONE, 0);
        _makePoor(needed);
        uint256 price = _edgeOf(_call(7), ONE, 100, needed);
        bytes memory short = _short(needed);
        Match[] memory legs = _runAgainstPoor(price + 1e9);
        vm.expectRevert(short);
        venue.settle(Packing.pack(legs, true));
        venue.settle(Packing.pack(_runAgainstPoor(price), true));
    }

    function _runAgainstPoor(uint256 price) private returns (Match[] memory legs) {
        legs = new Match[](2);
        legs[0] = _match(other, poor, _call(7), -ONE, price);
        legs[1] = _match(other, maker, _call(8), ONE, _mark(_call(8)));
    }

    /// @dev What is stored in between costs a unit of rounding.
    /// Sells one of strike 7 at its mark, and buys one of strike 8 at `price` of one maker, or of two by halves.
    function _spread(uint256 price, uint256 makers) private returns (Match[] memory legs) {
        legs = new Match[](2);
        legs[0] = _match(poor, maker, _call(7), -ONE, _mark(_call(7)));
        legs[1] = _match(poor, other, _call(8), ONE, price);
        if (makers == 1) return legs;
        uint256 mark = _mark(_call(8));
        legs[1].taker = _sign(poor, _order(poor, _call(8), ONE, 1e22, true));
        legs[1].fills = new Fill[](2);
        // One half at the mark, the other twice as far from it.
        legs[1].fills[0] = Fill(_sign(maker, _order(maker, _call(8), -ONE / 2, mark, false)), 0, NO_NODE);
        uint256 far = uint256(2 * int256(price) - int256(mark));
        legs[1].fills[1] = Fill(_sign(other, _order(other, _call(8), -ONE / 2, far, false)), 0, NO_NODE);
    }

    // ------------------------------------------------------------------ inside

    /// @dev Initial margin of who has sold a put and bought the perpetual, each in part, then takes `size` of the
    /// market, and `second` of the next strike's call.
    function _needed(MarketId market, int256 size, int256 second) private returns (int256 needed) {
        uint256 state = vm.snapshotState();
        Actor memory twin = _actor("twin", 1_000_000);
        _prepare(twin);
        Actor memory from = size > 0 ? maker : other;
        _trade(twin, from, market, size);
        if (second != 0) _trade(twin, other, _call(8), second);
        needed = _standing(twin.id).initial;
        vm.revertToStateAndDelete(state);
    }

    function _twinOf(MarketId market, int256 size) private returns (int256 needed) {
        uint256 state = vm.snapshotState();
        Actor memory twin = _actor("twin", 1_000_000);
        _trade(twin, maker, market, size);
        needed = _standing(twin.id).initial;
        vm.revertToStateAndDelete(state);
    }

    function _prepare(Actor memory actor) private {
        _trade(actor, other, _put(6), -ONE / 20);
        _trade(actor, other, _perpetual(), ONE / 40);
    }

    /// @dev Three quote more than what is needed, the fees of what he has among them.
    function _makePoor(int256 needed) private {
        poor = _actor("poor", uint256(needed / ONE) + 10);
        _prepare(poor);
    }

    /// @dev The price at which equity is what is needed, after a fill of which one is at it. `rate`: of the fee.
    function _edgeOf(MarketId market, int256 size, uint256 rate, int256 needed) private returns (uint256) {
        int256 count = size < 0 ? -size / ONE : size / ONE;
        (int256 equity, uint256 mark) = (_standing(poor.id).equity, _mark(market));
        bool isOption = market != _future() && market != _perpetual();
        uint256 price = mark;
        // The fee of others is by the price.
        for (uint256 i; i < 4; ++i) {
            uint256 fee = isOption ? _feeOf(rate) : (((price + 1e9 - 1) / 1e9) * rate + 1e6 - 1) / 1e6;
            int256 spare = equity - count * int256(fee) - needed;
            price = uint256(int256(mark) + (size < 0 ? -spare : spare) * 1e9);
        }
        return price;
    }

    /// @dev Of one at 4,000.
    function _feeOf(uint256 rate) private pure returns (uint256) {
        return (SPOT * QUOTE * rate) / 1e6;
    }

    function _short(int256 needed) private view returns (bytes memory) {
        return abi.encodeWithSelector(ITrading.InsufficientMargin.selector, poor.id, needed - 1, needed);
    }

    function _one(MarketId market, int256 size, uint256 price, bool takes) private returns (Match[] memory m) {
        m = new Match[](1);
        m[0] = takes ? _match(poor, maker, market, size, price) : _match(maker, poor, market, -size, price);
    }

    /// @dev `poor` trades one with `maker` at a price, and one with `other` at another.
    function _two(int256 size, uint256 price, uint256 next) private returns (Match[] memory m) {
        m = new Match[](1);
        m[0].taker = _sign(poor, _order(poor, _call(7), 2 * size, size < 0 ? 1e6 : 1e22, true));
        m[0].fills = new Fill[](2);
        m[0].fills[0] = Fill(_sign(maker, _order(maker, _call(7), -size, price, false)), 0, NO_NODE);
        m[0].fills[1] = Fill(_sign(other, _order(other, _call(7), -size, next, false)), 0, NO_NODE);
    }
}
