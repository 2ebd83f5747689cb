// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Frame, Queue} from "../../../contracts/Ledger.sol";
import {FrameLib} from "../../../contracts/position/FrameLib.sol";
import {QueueLib} from "../../../contracts/position/QueueLib.sol";
import {Node} from "../../../contracts/types/Node.sol";
import {NO_NODE, NodeId, levelUp} from "../../../contracts/types/NodeId.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {TestBase} from "../../base/TestBase.sol";

/// @dev One side's queue and its positions, as a market would hold them.
contract QueueHarness {
    using QueueLib for Queue;
    using FrameLib for Frame;

    struct Member {
        NodeId node;
        uint256 shares;
    }

    Queue internal queue;
    Member[] public members;
    uint256 public dust;

    function enter(NodeId level, uint256 size, NodeId hint) external returns (NodeId node) {
        uint256 shares;
        uint256 more;
        (node, shares, more) = queue.enter(level, size, hint);
        dust += more;
        members.push(Member(node, shares));
    }

    function resize(uint256 index, uint256 part) external returns (uint256 before, uint256 size) {
        Member storage member = members[index];
        before = sizeOf(index);
        size = (before * part) / 256;
        (uint256 shares, uint256 more) = queue.resize(member.node, member.shares, size);
        dust += more;
        member.shares = shares;
    }

    function tearUp(NodeId node, uint256 size, Price tilde, bool isLong) external returns (Frame memory) {
        return queue.tearUp(node, size, tilde, isLong);
    }

    function walk(NodeId level, NodeId from, uint256 max) external view returns (NodeId, bool) {
        return queue.walk(level, from, max);
    }

    function nearerEnd(NodeId level) external view returns (NodeId) {
        return queue.nearerEnd(level);
    }

    /// @dev As if the level had been torn up that often.
    function setGeneration(NodeId level, uint16 generation) external {
        queue.nodes[level] = queue.nodes[level].withGeneration(generation);
    }

    function sizeOf(uint256 index) public view returns (uint256) {
        return queue.frameOf(members[index].node).sizeDown(members[index].shares);
    }

    function nodeOf(uint256 index) external view returns (NodeId) {
        return members[index].node;
    }

    function linked(NodeId node) external view returns (bool) {
        return queue.nodes[node].linked();
    }

    function frameOf(NodeId node) external view returns (Frame memory) {
        return queue.frameOf(node);
    }

    function storedFrame(NodeId node) external view returns (Frame memory) {
        return queue.frames[node];
    }

    function nodeSize(NodeId node) external view returns (uint256) {
        return queue.sizeOf(node);
    }

    function head() external view returns (NodeId) {
        return queue.head();
    }

    function count() external view returns (uint256) {
        return members.length;
    }

    function list() public view returns (NodeId[] memory nodes) {
        uint256 length;
        for (NodeId node = queue.head(); node != NO_NODE; node = queue.next(node)) ++length;
        nodes = new NodeId[](length);
        NodeId place = queue.head();
        for (uint256 i; i < length; ++i) (nodes[i], place) = (place, queue.next(place));
    }

    /// @dev Everything that must hold between calls; a message when it does not.
    function flaw() external view returns (string memory) {
        NodeId[] memory nodes = list();
        NodeId before = NO_NODE;
        for (uint256 i; i < nodes.length; ++i) {
            Node stored = queue.nodes[nodes[i]];
            if (stored.prev() != before) return "links disagree";
            if (i > 0 && nodes[i].rank() < before.rank()) return "INV-7: not sorted";
            uint256 shares;
            uint256 size;
            uint256 found;
            for (uint256 k; k < members.length; ++k) {
                if (members[k].node != nodes[i] || members[k].shares == 0) continue;
                shares += members[k].shares;
                size += sizeOf(k);
                ++found;
            }
            if (shares != stored.shares()) return "INV-2: shares are not exact";
            if (shares == 0) return "an empty node is linked";
            uint256 whole = queue.sizeOf(nodes[i]);
            if (size > whole || size + found < whole) return "INV-2: sizes are not within one unit each";
            before = nodes[i];
        }
        return queue.nodes[NO_NODE].prev() == before ? "" : "the tail is wrong";
    }
}

contract QueueLibTest is TestBase {
    Price internal constant MARK = Price.wrap(60_000e18);

    QueueHarness internal none;
    QueueHarness internal right;
    QueueHarness internal wrong;
    QueueHarness[3] internal all;

    function setUp() public {
        (none, right, wrong) = (new QueueHarness(), new QueueHarness(), new QueueHarness());
        all = [none, right, wrong];
    }

    function testFuzz_queue_keepsOrderLinksAndTotals_whateverTheHint(uint256 seed) public {
        for (uint256 i; i < 60; ++i) {
            uint256 x = uint256(keccak256(abi.encode(seed, i)));
            uint256 kind = (x >> 8) % 8;
            if (none.count() == 0 || kind < 4) _enter(x);
            else if (kind < 6) _resize(x);
            else _tearUp(x);
        }
        for (uint256 k; k < 3; ++k) vm.assertEq(bytes(all[k].flaw()), "");
        vm.assertEq(abi.encode(right.list()), abi.encode(none.list()), "a right hint changes the outcome");
        vm.assertEq(abi.encode(wrong.list()), abi.encode(none.list()), "a wrong hint changes the outcome");
        for (uint256 i; i < none.count(); ++i) {
            vm.assertEq(right.sizeOf(i), none.sizeOf(i));
            vm.assertEq(wrong.sizeOf(i), none.sizeOf(i));
        }
    }

    function testFuzz_tearUp_ofAWholeNodeAtOnceStoresNoFrame(uint96 a, int96 price, bool isLong) public {
        uint256 size = bound(a, 1, 2 ** 70);
        Price tilde = Price.wrap(price);
        NodeId level = _level(60_000e18);
        NodeId node = none.enter(level, size, NO_NODE);
        Frame memory torn = none.tearUp(node, size, tilde, isLong);
        Frame memory read = none.frameOf(node);
        vm.assertEq(abi.encode(read), abi.encode(torn), "the node answers as its frame would");
        vm.assertEq(abi.encode(read), abi.encode(Frame(0, price)), "A = 0, K = m~");
        vm.assertEq(abi.encode(none.storedFrame(node)), abi.encode(Frame(0, 0)), "no frame slot");
        vm.assertFalse(none.linked(node));
        vm.assertEq(none.nodeSize(node), 0);
        vm.assertEq(none.sizeOf(0), 0);
        (, uint256 left) = none.resize(0, 255);
        vm.assertEq(left, 0, "nothing of it is in the queue");
        vm.assertTrue(none.enter(level, size, NO_NODE) != node, "newcomers open another generation");
        vm.assertEq(abi.encode(none.frameOf(node)), abi.encode(torn), "which leaves it as it is");
        vm.assertEq(bytes(none.flaw()), "");
    }

    function test_tearUp_ofTheRestKeepsItsFrame() public {
        NodeId node = none.enter(_level(60_000e18), 100, NO_NODE);
        none.tearUp(node, 25, Price.wrap(8), true);
        Frame memory torn = none.tearUp(node, 75, Price.wrap(16), true);
        vm.assertEq(abi.encode(torn), abi.encode(Frame(0, 14)), "K = 8 / 4 + 16 * 3 / 4");
        vm.assertEq(abi.encode(none.frameOf(node)), abi.encode(torn));
        vm.assertFalse(none.linked(node));
    }

    function testFuzz_dust_isNeverNegativeAndAtMostTwoUnits(uint96 a, uint96 b, uint96 torn, uint8 part) public {
        uint256 sizeA = bound(a, 1, 2 ** 70);
        uint256 sizeB = bound(b, 1, 2 ** 70);
        NodeId level = _level(60_000e18);
        NodeId node = none.enter(level, sizeA, NO_NODE);
        none.enter(level, sizeB, NO_NODE);
        none.tearUp(node, bound(torn, 1, sizeA + sizeB - 1), MARK, true);
        if (!none.linked(node)) return;
        uint256 whole = none.nodeSize(node);
        (uint256 before, uint256 size) = none.resize(0, part);
        // What leaves the node and what the position gave up differ by the dust alone.
        vm.assertEq(whole - none.nodeSize(node), before - size + none.dust());
        vm.assertLe(none.dust(), 2);
    }

    function testFuzz_enter_growsATouchedNodeBySizeLessDust(uint96 a, uint96 torn, uint96 b) public {
        uint256 sizeA = bound(a, 1_000, 2 ** 70);
        NodeId level = _level(60_000e18);
        NodeId node = none.enter(level, sizeA, NO_NODE);
        none.tearUp(node, bound(torn, 1, sizeA - 1), MARK, true);
        uint256 whole = none.nodeSize(node);
        uint256 size = bound(b, 1, 2 ** 60);
        NodeId joined = none.enter(level, size, NO_NODE);
        if (joined != node) {
            vm.assertLt(uint256(none.frameOf(node).remaining), FrameLib.MIN_REMAINING, "left a node that was not worn");
            vm.assertEq(none.nodeSize(joined), size);
        } else {
            vm.assertEq(none.nodeSize(node) - whole + none.dust(), size);
        }
    }

    function test_enter_opensAnotherGenerationWhenTheLevelWasClosedToZero() public {
        NodeId level = _level(60_000e18);
        for (uint256 i; i < 20; ++i) {
            NodeId node = none.enter(level, 1e9 + i, NO_NODE);
            vm.assertEq(uint256(NodeId.unwrap(node)), uint256(NodeId.unwrap(level)) + i, "the next generation");
            vm.assertEq(none.list().length, 1);
            none.tearUp(node, 1e9 + i, MARK, true);
            vm.assertFalse(none.linked(node));
            vm.assertEq(none.list().length, 0);
            vm.assertEq(none.sizeOf(i), 0, "the position keeps proceeds only");
        }
    }

    function test_enter_reusesALevelThatWasOnlyLeft() public {
        NodeId level = _level(60_000e18);
        NodeId first = none.enter(level, 1e9, NO_NODE);
        none.resize(0, 0);
        vm.assertEq(none.list().length, 0, "an empty node is unlinked");
        NodeId second = none.enter(level, 2e9, NO_NODE);
        vm.assertEq(uint256(NodeId.unwrap(second)), uint256(NodeId.unwrap(first)));
        vm.assertEq(none.nodeSize(second), 2e9);
    }

    function test_enter_revertsWhenEveryGenerationOfTheLevelIsWorn() public {
        NodeId level = _level(60_000e18);
        none.setGeneration(level, type(uint16).max - 1);
        NodeId node = none.enter(level, 1e9, NO_NODE);
        none.tearUp(node, 1e9, MARK, true);
        NodeId last = none.enter(level, 1e9, NO_NODE);
        vm.assertEq(uint256(NodeId.unwrap(last)), uint256(NodeId.unwrap(level)) + type(uint16).max);
        none.enter(level, 1e9, NO_NODE); // joins it
        none.tearUp(last, 2e9, MARK, true);
        vm.expectRevert(abi.encodeWithSelector(QueueLib.LevelExhausted.selector, level));
        none.enter(level, 1e9, NO_NODE);
        none.enter(_level(60_100e18), 1e9, NO_NODE);
        vm.assertEq(none.list().length, 1, "another level takes it");
    }

    function test_queue_holdsFiveHundredNodesASide() public {
        uint256 granule = 2 ** 45;
        for (uint256 i; i < 500; ++i) {
            uint256 place = (i * 229) % 500; // 229 and 500 have no common divisor: each once
            NodeId level = NodeId.wrap(uint48((uint256(45) << 40) | ((2 ** 23 + place) << 16)));
            none.enter(level, 1e9, NO_NODE);
            vm.assertEq(Price.unwrap(level.rank()), int256(place * granule));
        }
        vm.assertEq(none.list().length, 500);
        NodeId[] memory nodes = none.list();
        for (uint256 i; i < 500; ++i) vm.assertEq(Price.unwrap(nodes[i].rank()), int256(i * granule));
    }

    function testFuzz_tearUp_takesTheSameShareFromAThousandPositions(uint96 torn) public {
        NodeId level = _level(60_000e18);
        NodeId node;
        for (uint256 i; i < 1_000; ++i) node = none.enter(level, 1e9, NO_NODE);
        uint256 size = bound(torn, 1, 1_000e9 - 1);
        none.tearUp(node, size, MARK, true);
        uint256 each = none.sizeOf(0);
        vm.assertEq(none.nodeSize(node), 1_000e9 - size, "INV-2: exactly the size is torn up");
        vm.assertEq(each, (1_000e9 - size) / 1_000, "INV-6: the same share");
        for (uint256 i = 1; i < 1_000; i += 37) vm.assertEq(none.sizeOf(i), each, "INV-6: equal positions stay equal");
    }

    /// Opening a level far from the hint finds no place, and writes nothing; with a hint near its place, or at an end,
    /// it goes through.
    function test_enter_farFromTheHint_findsNoPlace_withABoundedWalk() public {
        uint256 count = 2 * QueueLib.MAX_WALK + 200;
        NodeId[] memory nodes = _fill(count);
        NodeId middle = _fine(count / 2, 1);
        NodeId[4] memory far = [NO_NODE, nodes[0], nodes[count - 1], NodeId.wrap(type(uint48).max)];
        for (uint256 i; i < far.length; ++i) {
            uint256 gas = gasleft();
            vm.assertTrue(none.enter(middle, 1, far[i]) == NO_NODE, "a place was found");
            vm.assertLt(gas - gasleft(), 6_000_000, "a walk without a bound");
        }
        none.enter(middle, 1, nodes[count / 2 - QueueLib.MAX_WALK + 1]);
        none.enter(_fine(count / 2, 2), 1, nodes[count / 2 + QueueLib.MAX_WALK - 2]);
        none.enter(_fine(count, 0), 1, NO_NODE);
        none.enter(_fine(count - 3, 1), 1, NO_NODE); // from the nearer end
        none.enter(_fine(2, 1), 1, NO_NODE);
    }

    /// In steps of any length, from any node, a walk ends where it ends at once.
    function testFuzz_walk_inSteps_findsThePlace(uint256 seed, uint256 max, uint256 from) public {
        NodeId[] memory nodes = _fill(40);
        uint256 place = seed % 40;
        NodeId level = _fine(place, 1);
        max = bound(max, 1, 50);
        NodeId node = from % 41 == 40 ? none.nearerEnd(level) : nodes[from % 41];
        bool found;
        for (uint256 steps; !found; ++steps) {
            (node, found) = none.walk(level, node, max);
            vm.assertLe(steps * max, 41, "more nodes than there are");
        }
        vm.assertTrue(node == nodes[place], "the predecessor");
    }

    function test_walk_inAnEmptyQueue_beforeTheHead_andBehindEquals() public {
        (NodeId node, bool found) = none.walk(_fine(5, 0), none.nearerEnd(_fine(5, 0)), 1);
        vm.assertTrue(found && node == NO_NODE, "empty");
        NodeId[] memory nodes = _fill(3);
        (node, found) = none.walk(_level(50_000e18), none.nearerEnd(_level(50_000e18)), 1);
        vm.assertTrue(found && node == NO_NODE, "before the head");
        (node, found) = none.walk(_fine(2, 0), none.nearerEnd(_fine(2, 0)), 1);
        vm.assertTrue(found && node == nodes[2], "behind equals");
    }

    /// @dev Opens `count` levels, each beside the last.
    function _fill(uint256 count) private returns (NodeId[] memory nodes) {
        nodes = new NodeId[](count);
        for (uint256 i; i < count; ++i) nodes[i] = none.enter(_fine(i, 0), 1, i == 0 ? NO_NODE : nodes[i - 1]);
    }

    /// @dev The level of number `i`, four granules of the mark 9,400 apart, or `part` granules behind it.
    function _fine(uint256 i, uint256 part) private pure returns (NodeId level) {
        (level, ) = levelUp(Price.wrap(int256(60_000e18 + (4 * i + part) * 2 ** 62)), Price.wrap(9_400e18));
    }

    function _enter(uint256 x) private {
        NodeId level = _level(int256(59_000e18 + ((x >> 16) % 2_000) * 1e18));
        uint256 size = 1 + ((x >> 64) % 1e12);
        NodeId[] memory nodes = none.list();
        none.enter(level, size, NO_NODE);
        NodeId near = NO_NODE;
        for (uint256 i; i < nodes.length && nodes[i].rank() <= level.rank(); ++i) near = nodes[i];
        right.enter(level, size, near);
        // Unlinked, never used, a node of nothing, or the far end.
        uint256 lie = (x >> 128) % 4;
        NodeId far =
            lie == 0
                ? NodeId.wrap(uint48(x))
                : lie == 1
                    ? level
                    : NO_NODE;
        if (lie == 2 && nodes.length > 0) far = nodes[nodes.length - 1];
        wrong.enter(level, size, far);
    }

    function _resize(uint256 x) private {
        uint256 index = (x >> 16) % none.count();
        uint256 part = (x >> 64) % 3 == 0 ? 0 : (x >> 80) % 256;
        for (uint256 k; k < 3; ++k) all[k].resize(index, part);
    }

    function _tearUp(uint256 x) private {
        NodeId node = none.head();
        if (node == NO_NODE) return;
        uint256 whole = none.nodeSize(node);
        uint256 size = (x >> 64) % 4 == 0 ? whole : (whole * ((x >> 80) % 256)) / 256;
        for (uint256 k; k < 3; ++k) all[k].tearUp(node, size, MARK, true);
    }

    function _level(int256 rank) private pure returns (NodeId level) {
        (level, ) = levelUp(Price.wrap(rank), MARK);
    }
}
