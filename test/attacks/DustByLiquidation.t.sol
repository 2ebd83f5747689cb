// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Order} from "../../contracts/interfaces/Orders.sol";
import {MarketParams, Mode} from "../../contracts/Ledger.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Actor} from "../base/Fixture.sol";
import {Fill} from "../base/Packing.sol";
import {Attack} from "./Attack.sol";

/// @title Dust left by partial liquidations
/// @custom:source GovernMental, April 2016: entries that cost nothing made a list too long to walk
/// @notice The attacker closes all but a unit of an account of his, again and again: each leaves a level of the queue
/// that costs nothing.
contract DustByLiquidationAttack is Attack {
    uint256 private constant MARK = 57_100e18;
    /// The least size that is worth the minimum notional of 10 quote.
    int256 private constant MIN = 175_132;

    Actor internal loser;
    Actor internal keeper;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        loser = _attacker("loser", 32_000);
        keeper = _attacker("keeper", 2_000_000);
        Actor memory counterparty = _honest("counterparty", 5_000_000);
        _trade(loser, counterparty, btc, 10e9, 60_000e18);
        _creep(btc, MARK); // equity about 2,760: the whole leg may be closed
        _begin();
    }

    function test_allButAUnit_leavesTheMinimum() public {
        int256 paper = _change().attacker;
        (bool ok, ) = _tryLiquidate(keeper, loser.id, btc, 10e9 - 1);
        vm.assertTrue(ok, "trimmed, not refused");
        vm.assertEq(_size(loser.id, btc), MIN, "the least that is worth the minimum");
        _reportBeyond("dust left by a partial liquidation", paper);
    }

    /// Whatever part is asked for, and by whichever way.
    function testFuzz_whatRemainsIsZeroOrTheMinimum(uint256 max, uint256 mark, bool orders) public {
        mark = bound(mark, 56_850e18, 58_700e18);
        _creep(btc, mark);
        max = bound(max, 1, 11e9);
        if (max > 9e9) max = 10e9 + 2 - (max % 1e6); // around the whole
        if (orders) {
            if (max > type(uint64).max) return;
            Fill[] memory fills = _makerFill(keeper, btc, int256(max), mark);
            _try(keeper.owner, abi.encodeCall(venue.liquidate, (loser.id, btc, 0, _pack(fills))));
        } else {
            _tryLiquidate(keeper, loser.id, btc, max);
        }
        _noDust();
    }

    function test_severalMakers_leaveTheMinimumOrNothing() public {
        Fill[] memory fills = new Fill[](2);
        fills[0] = _makerFill(keeper, btc, 10e9 - 5, MARK)[0];
        fills[1] = _makerFill(_honest("other", 1_000_000), btc, 1e9, MARK)[0];
        venue.liquidate(loser.id, btc, 0, _pack(fills));
        vm.assertEq(_size(loser.id, btc), 0, "the second takes the minimum that the first has left");
        vm.assertEq(_size(keeper.id, btc), 10e9 - MIN);
    }

    function test_aSecondMakerWhoIsTooSmall_leavesTheMinimum() public {
        Fill[] memory fills = new Fill[](2);
        fills[0] = _makerFill(keeper, btc, 10e9 - 5, MARK)[0];
        fills[1] = _makerFill(_honest("other", 1_000_000), btc, MIN - 1, MARK)[0];
        venue.liquidate(loser.id, btc, 0, _pack(fills));
        vm.assertEq(_size(loser.id, btc), MIN);
    }

    function test_aMakersReduceOnlyOrder_isTrimmedToo() public {
        (Actor memory short, Fill[] memory fills) = _reduceOnly(12e9, 10e9 - 7);
        venue.liquidate(loser.id, btc, 0, _pack(fills));
        vm.assertEq(_size(loser.id, btc), MIN);
        vm.assertEq(_size(short.id, btc), -2e9 - MIN);
    }

    /// What would leave dust on either side is passed over.
    function test_aMakerWhoWouldKeepDustHimself_isPassedOver() public {
        (Actor memory short, Fill[] memory fills) = _reduceOnly(10e9 - 7, 10e9);
        vm.expectRevert(ITrading.NothingFilled.selector);
        venue.liquidate(loser.id, btc, 0, _pack(fills));
        vm.assertEq(_size(short.id, btc), 7 - 10e9);
    }

    /// A position that is below the minimum, as it was raised: all or nothing.
    function test_belowTheMinimumAlready_allOrNothing() public {
        MarketParams memory p = _marketParams();
        p.minNotional = uint48(10_000e9);
        Actor memory small = _actor("small", 320);
        _trade(small, keeper, btc, 1e8, MARK);
        venue.setMarketParams(btc, p);
        _creep(btc, 55_500e18);
        vm.expectPartialRevert(ITrading.PositionTooSmall.selector);
        vm.prank(keeper.owner);
        venue.liquidateToAccount(small.id, btc, 0, 1e8 - 1, NO_NODE, ANY_PRICE, NEVER);
        vm.prank(keeper.owner);
        venue.liquidateToAccount(small.id, btc, 0, 1e8, NO_NODE, ANY_PRICE, NEVER);
        vm.assertEq(_size(small.id, btc), 0);
    }

    function test_shorts_theSame() public {
        Actor memory short = _attacker("short", 32_000);
        _trade(keeper, short, btc, 10e9, MARK);
        _creep(btc, 60_050e18);
        (bool ok, ) = _tryLiquidate(_attacker("third", 2_000_000), short.id, btc, 10e9 - 1);
        vm.assertTrue(ok);
        int256 left = -_size(short.id, btc);
        vm.assertGe(left * 60_050, int256(10 * QUOTE), "the minimum");
        vm.assertLt((left - 1) * 60_050, int256(10 * QUOTE), "and no more");
    }

    /// The taker's side: who takes over is left with nothing or the minimum as well.
    function test_theTaker_isNotLeftWithDust() public {
        Actor memory taker = _honest("taker", 1_000_000);
        Actor memory other = _honest("other", 1_000_000);
        vm.expectPartialRevert(ITrading.PositionTooSmall.selector);
        vm.prank(taker.owner);
        venue.liquidateToAccount(loser.id, btc, 0, uint256(MIN) - 1, NO_NODE, ANY_PRICE, NEVER);
        _trade(other, taker, btc, 1e9, MARK);
        vm.expectPartialRevert(ITrading.PositionTooSmall.selector);
        vm.prank(taker.owner);
        venue.liquidateToAccount(loser.id, btc, 0, 1e9 - 1, NO_NODE, ANY_PRICE, NEVER); // leaves a unit of his short
    }

    function _reduceOnly(int256 held, int256 size) private returns (Actor memory short, Fill[] memory fills) {
        short = _honest("short", 1_000_000);
        _trade(_honest("long", 1_000_000), short, btc, held, MARK);
        Order memory order = _order(short, btc, size, MARK, false);
        order.reduceOnly = true;
        fills = new Fill[](1);
        fills[0] = Fill(_sign(short, order), uint256(size), NO_NODE);
    }

    function _noDust() private {
        int256 left = _size(loser.id, btc);
        if (left != 0) vm.assertGe(left * int256(_price(btc) / 1e18) + left, int256(10 * QUOTE) - 1e9, "dust");
    }
}
