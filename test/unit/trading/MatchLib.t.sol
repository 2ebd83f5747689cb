// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../../../contracts/ClearinghouseStorage.sol";
import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {Order} from "../../../contracts/interfaces/Orders.sol";
import {Mode, Queue} from "../../../contracts/Ledger.sol";
import {QueueLib} from "../../../contracts/position/QueueLib.sol";
import {MarketId} from "../../../contracts/types/MarketId.sol";
import {NO_NODE, NodeId, levelUp} from "../../../contracts/types/NodeId.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Actor, Fixture} from "../../base/Fixture.sol";
import {Fill, Match} from "../../base/Packing.sol";

/// @dev Runs on the venue's storage.
contract Crowd is ClearinghouseStorage {
    using QueueLib for Queue;

    /// @notice Opens `count` levels of shorts on each side of the mark's, two granules apart from it and one from each
    /// other.
    function fill(MarketId market, int256 mark, uint256 count) external returns (NodeId near) {
        Queue storage queue = _ledger.markets[market].shorts;
        int256 granule = 1 << 65; // of a mark of 60,000
        (NodeId up, NodeId down) = (NO_NODE, NO_NODE);
        for (uint256 i = 2; i < count + 2; ++i) {
            up = _open(queue, -mark + int256(i) * granule, mark, up);
            down = _open(queue, -mark - int256(i) * granule, mark, down);
            if (i == 2) near = up;
        }
    }

    function _open(Queue storage queue, int256 rank, int256 mark, NodeId hint) private returns (NodeId node) {
        (NodeId level, ) = levelUp(Price.wrap(rank), Price.wrap(mark));
        (node, , ) = queue.enter(level, 1, hint);
    }
}

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

    /// A maker's place is too far from the hint that the submitter gave: he is passed over, and the others are filled.
    function test_settle_passesOverAMakerWhoseHintIsTooFar() public {
        NodeId near = _crowdShorts();
        Match[] memory m = _match(alice, bob, btc, 2e9, MARK);
        m[0].fills = _two(_makerFill(bob, btc, -1e9, MARK)[0], _makerFill(carol, btc, -1e9, MARK)[0]);
        m[0].fills[1].hint = near;
        (NodeId level, ) = levelUp(Price.wrap(-int256(MARK)), Price.wrap(int256(MARK)));
        bytes memory reason = abi.encodeWithSelector(QueueLib.HintTooFar.selector, level);
        uint256 start = vm.snapshotState();
        vm.expectRevert(reason);
        venue.settle(_pack(m, true));
        vm.expectEmit(address(venue));
        emit ITrading.OrderSkipped(bob.id, m[0].fills[0].maker.order.salt, reason);
        venue.settle(_pack(m, false));
        vm.assertEq(_size(bob.id, btc), 0);
        vm.assertEq(_size(carol.id, btc), -1e9);
        vm.assertEq(_size(alice.id, btc), 1e9, "the taker got what the other maker gave");
        (int256 taker, int256 paid) = (_cash(alice.id), _cash(carol.id));
        vm.revertToState(start);
        m[0].fills[0] = m[0].fills[1];
        venue.settle(_pack(m, false));
        vm.assertEq(_cash(alice.id), taker, "and paid as without the one passed over");
        vm.assertEq(_cash(carol.id), paid);
    }

    /// @dev More than twice QueueLib.MAX_WALK nodes of shorts, none at the mark's level.
    /// @return near A node next to it.
    function _crowdShorts() private returns (NodeId near) {
        bytes memory code = address(venue).code;
        vm.etch(address(venue), type(Crowd).runtimeCode);
        near = Crowd(address(venue)).fill(btc, int256(MARK), QueueLib.MAX_WALK + 100);
        vm.etch(address(venue), code);
    }

    function _two(Fill memory a, Fill memory b) private pure returns (Fill[] memory fills) {
        fills = new Fill[](2);
        (fills[0], fills[1]) = (a, b);
    }
}
