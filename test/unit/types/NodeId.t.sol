// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {NodeId, levelUp} from "../../../contracts/types/NodeId.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {TestBase} from "../../base/TestBase.sol";

contract NodeIdTest is TestBase {
    function testFuzz_levelUp_understatesTheGainByLessThanOneGranule(int256 rank, uint256 mark) public pure {
        mark = bound(mark, 1e6, 1e24);
        rank = bound(rank, -int256(2 * mark), int256(2 * mark));
        (NodeId level, ) = levelUp(Price.wrap(rank), Price.wrap(int256(mark)));
        int256 key = Price.unwrap(level.rank());
        vm.assertGe(key, rank, "the key lies at or above the rank");
        vm.assertLt(key - rank, int256(mark / 1_000 + 2), "within 0.1% of the mark");
    }

    function testFuzz_levelUp_takesGranulesBetweenA2048thAndA1024thOfTheMark(uint256 mark) public pure {
        mark = bound(mark, 1e6, 1e24);
        (NodeId level, ) = levelUp(Price.wrap(1), Price.wrap(int256(mark)));
        uint256 granule = uint256(Price.unwrap(level.rank())); // the first level above zero
        vm.assertLe(granule, mark / 1_024);
        vm.assertGt(granule, mark / 2_048);
    }

    function testFuzz_levelUp_takesAnyRankThatCanBeStored(int256 rank, uint256 mark) public pure {
        mark = bound(mark, 1e6, 1e24);
        rank = bound(rank, -int256(2 ** 89), int256(2 ** 89));
        (NodeId level, ) = levelUp(Price.wrap(rank), Price.wrap(int256(mark)));
        vm.assertGe(Price.unwrap(level.rank()), rank);
        vm.assertGt(uint256(NodeId.unwrap(level)), 0, "never the sentinel");
    }

    function testFuzz_levelUp_keepsTheOrderOfRanks(int256 a, int256 b, uint256 mark) public pure {
        mark = bound(mark, 1e6, 1e24);
        a = bound(a, 0, int256(mark));
        b = bound(b, a, int256(mark));
        (NodeId levelA, ) = levelUp(Price.wrap(a), Price.wrap(int256(mark)));
        (NodeId levelB, ) = levelUp(Price.wrap(b), Price.wrap(int256(mark)));
        vm.assertLe(Price.unwrap(levelA.rank()), Price.unwrap(levelB.rank()), "INV-7");
    }

    function testFuzz_exactRank_recoversTheRankToA16MillionthOfAGranule(int256 rank, uint256 mark) public pure {
        mark = bound(mark, 1e6, 1e24);
        rank = bound(rank, -int256(2 * mark), int256(2 * mark));
        (NodeId level, uint24 residue) = levelUp(Price.wrap(rank), Price.wrap(int256(mark)));
        int256 exact = Price.unwrap(level.exactRank(residue));
        vm.assertGe(exact, rank, "against the holder");
        vm.assertLe(exact - rank, int256(mark >> 34) + 2);
    }

    function testFuzz_withGeneration_keepsTheKey(uint48 id, uint16 generation) public pure {
        NodeId node = NodeId.wrap((id & ~uint48(0xff0000000000)) | (uint48(30) << 40));
        NodeId other = node.withGeneration(generation);
        vm.assertEq(Price.unwrap(other.rank()), Price.unwrap(node.rank()));
        vm.assertEq(uint256(NodeId.unwrap(other) & 0xffff), generation);
    }
}
