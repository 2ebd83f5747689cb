// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Market, Queue} from "../../../contracts/Ledger.sol";
import {Leg, PositionLib} from "../../../contracts/position/PositionLib.sol";
import {QueueLib} from "../../../contracts/position/QueueLib.sol";
import {Quote} from "../../../contracts/prices/MarkLib.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {NO_NODE, NodeId} from "../../../contracts/types/NodeId.sol";
import {NO_POSITION} from "../../../contracts/types/Position.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Size, toSize} from "../../../contracts/types/Size.sol";
import {TestBase} from "../../base/TestBase.sol";

contract PositionHarness {
    using PositionLib for Market;
    using QueueLib for Queue;

    Market internal market;
    NodeId public node;

    function open(uint256 size) external {
        Leg memory none;
        Leg memory leg;
        Quote memory quote;
        (leg.size, leg.rank) = (toSize(size), Price.wrap(100e18));
        (quote.mark, quote.long, quote.short) = (Price.wrap(100e18), Price.wrap(100e18), Price.wrap(100e18));
        market.requeue(NO_POSITION, none, leg, quote, NO_NODE);
        node = leg.node;
    }

    function tearUp(uint256 size) external {
        market.longs.tearUp(node, size, Price.wrap(100e18), true);
    }

    function sizeOf(NodeId id) external view returns (uint256) {
        return market.longs.sizeOf(id);
    }

    function estate() external view returns (uint256) {
        return market.estateLong;
    }
}

/// @notice The four cases of a trade on a leg in memory: opened, grown, shrunk, turned over.
contract PositionLibTest is TestBase {
    function test_trade_opens_andTakesWhatATearUpLeft() public pure {
        Leg memory leg = _leg(0, 70, 5);
        vm.assertEq(_trade(leg, -10, 3, 900), 70, "proceeds of a position torn up to zero");
        _is(leg, -10, 3, -900);
        leg = _leg(0, 0, 0);
        vm.assertEq(_trade(leg, 10, 3, 900), 0);
        _is(leg, 10, 3, 900);
    }

    function test_trade_grows_toTheAverageRankRoundedUp() public pure {
        Leg memory leg = _leg(2, 50, 100);
        vm.assertEq(_trade(leg, 1, 4, 101), 0, "nothing is realised");
        _is(leg, 3, 54, 101); // 301 / 3
        leg = _leg(2, 50, 100);
        _trade(leg, 1, 4, 103);
        _is(leg, 3, 54, 101); // exactly
        leg = _leg(-2, 50, -100);
        _trade(leg, -1, 4, 101);
        _is(leg, -3, 54, -100); // -301 / 3, up
        leg = _leg(1, 50, -5);
        _trade(leg, 1, 4, 4);
        _is(leg, 2, 54, 0); // -1 / 2, up
    }

    function test_trade_shrinks_realisingItsPartRoundedDown() public pure {
        Leg memory leg = _leg(3, 100, 7);
        vm.assertEq(_trade(leg, -1, 4, 999), 37, "33 and the gain");
        _is(leg, 2, 67, 7);
        leg = _leg(-3, -100, 7);
        vm.assertEq(_trade(leg, 1, 4, 999), -30, "-34 and the gain");
        _is(leg, -2, -66, 7);
        leg = _leg(3, 100, 7);
        vm.assertEq(_trade(leg, -3, 4, 999), 104);
        _is(leg, 0, 0, 7);
    }

    function test_trade_turnsOver_keepingTheGainOfWhatItOpens() public pure {
        Leg memory leg = _leg(3, 100, 7);
        vm.assertEq(_trade(leg, -4, 10, 999), 108, "2 of the gain belong to the short");
        _is(leg, -1, 2, -999);
        leg = _leg(-3, 100, 7);
        vm.assertEq(_trade(leg, 4, -10, 999), 93, "-3 of it");
        _is(leg, 1, -3, 999);
    }

    /// @dev What rounding keeps of newcomers belongs to the estate, or longs and shorts would not agree.
    function test_store_inANodePartlyTornUp_booksWhatRoundingKeeps() public {
        PositionHarness market = new PositionHarness();
        market.open(10);
        market.tearUp(3);
        NodeId node = market.node();
        uint256 open = 7;
        for (uint256 size = 1; size <= 9; ++size) {
            market.open(size);
            vm.assertEq(NodeId.unwrap(market.node()), NodeId.unwrap(node), "the same node");
            open += size;
            vm.assertEq(market.sizeOf(node) + market.estate(), open);
        }
        vm.assertGt(market.estate(), 0, "rounding kept something");
    }

    function testFuzz_trade_conservesValue(int80 size, int96 value, int80 delta, int96 gain) public pure {
        vm.assume(delta != 0);
        Leg memory leg = _leg(size, value, 1);
        int256 realised = _trade(leg, delta, gain, 2);
        vm.assertEq(realised + Money.unwrap(leg.value), int256(value) + int256(gain));
        vm.assertEq(Size.unwrap(leg.size), int256(size) + int256(delta));
    }

    function _leg(int256 size, int256 value, int256 rank) private pure returns (Leg memory leg) {
        (leg.size, leg.value, leg.rank) = (Size.wrap(size), Money.wrap(value), Price.wrap(rank));
    }

    function _trade(Leg memory leg, int256 delta, int256 gain, int256 entry) private pure returns (int256) {
        return Money.unwrap(PositionLib.trade(leg, Size.wrap(delta), Money.wrap(gain), Price.wrap(entry)));
    }

    function _is(Leg memory leg, int256 size, int256 value, int256 rank) private pure {
        vm.assertEq(Size.unwrap(leg.size), size, "size");
        vm.assertEq(Money.unwrap(leg.value), value, "value");
        vm.assertEq(Price.unwrap(leg.rank), rank, "rank");
    }
}
