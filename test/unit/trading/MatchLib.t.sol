// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {Order} from "../../../contracts/interfaces/Orders.sol";
import {Mode} from "../../../contracts/Ledger.sol";
import {NO_NODE} from "../../../contracts/types/NodeId.sol";
import {Actor, Fixture} from "../../base/Fixture.sol";
import {Fill, Match} from "../../base/Packing.sol";

/// @notice Makers that can no longer be filled when their turn comes; the checks before that are in
/// modules/Trading.t.sol.
contract MatchLibTest is Fixture {
    uint256 internal constant MARK = 60_000e18;

    Actor internal alice;
    Actor internal bob;
    Actor internal carol;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        alice = _actor("alice", 100_000);
        bob = _actor("bob", 100_000);
        carol = _actor("carol", 100_000);
    }

    function test_settle_passesOverMakersOnceTheTakerIsFilled() public {
        Match[] memory m = _match(alice, bob, btc, 1e9, MARK);
        m[0].fills = _two(m[0].fills[0], _makerFill(carol, btc, -1e9, MARK)[0]);
        venue.settle(_pack(m, false));
        vm.assertEq(_size(alice.id, btc), 1e9);
        vm.assertEq(_size(bob.id, btc), -1e9);
        vm.assertEq(_size(carol.id, btc), 0);

        m = _match(alice, bob, btc, 1e9, MARK);
        m[0].fills = _two(m[0].fills[0], _makerFill(carol, btc, -1e9, MARK)[0]);
        vm.expectRevert(ITrading.NothingFilled.selector);
        venue.settle(_pack(m, true));
    }

    function test_settle_fillsAMakerOrderOnce() public {
        Match[] memory m = _match(alice, bob, btc, 2e9, MARK);
        Fill memory half = _makerFill(bob, btc, -1e9, MARK)[0];
        m[0].fills = _two(half, half);
        uint64 salt = half.maker.order.salt;
        bytes memory filled = abi.encodeWithSelector(ITrading.OrderCancelledOrFilled.selector, bob.id, salt);
        vm.expectRevert(filled);
        venue.settle(_pack(m, true));
        venue.settle(_pack(m, false));
        vm.assertEq(_size(bob.id, btc), -1e9);
    }

    function test_settle_reportsTheMatchesItPassesOver() public {
        Match[] memory m = new Match[](2);
        m[0] = _match(alice, bob, btc, 1e9, MARK)[0];
        m[1] = _match(_actor("poor", 10), bob, btc, 1e9, MARK)[0];
        bytes memory reason = abi.encodeWithSelector(ITrading.NothingFilled.selector);
        vm.expectEmit(address(venue));
        emit ITrading.MatchSkipped(1, reason);
        venue.settle(_pack(m, false));
        vm.assertEq(_size(alice.id, btc), 1e9);
    }

    /// Both kinds: who is refused before his turn, and who fails in it.
    function test_settle_reportsTheMakersItPassesOver() public {
        Match[] memory m = _match(alice, bob, btc, 1e9, MARK);
        Fill[] memory fills = new Fill[](3);
        fills[0] = _makerFill(carol, btc, -1e9, MARK + 1)[0];
        fills[1] = _makerFill(_actor("poor", 10), btc, -1e9, MARK)[0];
        fills[2] = m[0].fills[0];
        m[0].fills = fills;
        bytes memory reason = abi.encodeWithSelector(ITrading.LimitNotMet.selector, MARK, MARK + 1);
        vm.expectEmit(address(venue));
        emit ITrading.OrderSkipped(carol.id, fills[0].maker.order.salt, reason);
        vm.expectEmit(true, true, true, false, address(venue)); // whatever the margin misses
        emit ITrading.OrderSkipped(fills[1].maker.order.account, fills[1].maker.order.salt, "");
        venue.settle(_pack(m, false));
        vm.assertEq(_size(alice.id, btc), 1e9);
    }

    /// What the mark made smaller than the minimum can still be closed, by a maker as by a taker, but not in parts.
    function test_settle_fillsLessThanTheMinimumToCloseAPosition() public {
        _trade(alice, bob, btc, 170_000, MARK); // 10.2 quote
        _trade(carol, bob, btc, 1e9, MARK);
        for (uint256 i; i < 4; ++i) {
            _settleAnchors(solo);
            _setPrice(btc, (_price(btc) * 99) / 100);
        }
        uint256 mark = _price(btc);
        Match[] memory m = _match(carol, alice, btc, 100_000, mark);
        vm.expectPartialRevert(ITrading.FillTooSmall.selector);
        venue.settle(_pack(m, true));
        m = _match(carol, alice, btc, 170_000, mark);
        venue.settle(_pack(m, true));
        vm.assertEq(_size(alice.id, btc), 0);
    }

    function test_settle_refusesAMakerOfAnotherGroup() public {
        Actor memory dave = _actor("dave", 100_000);
        _trade(dave, carol, quad.market(0), 1e9, MARK);
        Match[] memory m = _match(alice, dave, btc, 1e9, MARK);
        vm.expectRevert(abi.encodeWithSelector(ITrading.AccountInOtherGroup.selector, dave.id, quad));
        venue.settle(_pack(m, true));
    }

    function test_settle_fillsAReduceOnlyMakerAsFarAsHisPosition() public {
        _trade(bob, carol, btc, 0.5e9, MARK);
        Order memory order = _order(bob, btc, -1e9, MARK, false);
        order.reduceOnly = true;
        Match[] memory m = _match(alice, bob, btc, 1e9, MARK);
        m[0].fills[0] = Fill(_sign(bob, order), 1e9, NO_NODE);
        venue.settle(_pack(m, true));
        vm.assertEq(_size(bob.id, btc), 0);
        vm.assertEq(_size(alice.id, btc), 0.5e9);

        order = _order(bob, btc, -1e9, MARK, false);
        order.reduceOnly = true;
        m = _match(alice, bob, btc, 1e9, MARK);
        m[0].fills[0] = Fill(_sign(bob, order), 1e9, NO_NODE);
        vm.expectRevert(abi.encodeWithSelector(ITrading.NothingToReduce.selector, bob.id));
        venue.settle(_pack(m, true));
    }

    function _two(Fill memory a, Fill memory b) private pure returns (Fill[] memory fills) {
        fills = new Fill[](2);
        (fills[0], fills[1]) = (a, b);
    }
}
