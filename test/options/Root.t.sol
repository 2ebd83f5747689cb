// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {NormalLib} from "../../contracts/options/NormalLib.sol";
import {TestBase} from "../base/TestBase.sol";

/// @notice The square root beside OpenZeppelin's, at random numbers, at squares and around them, and at powers of two.
contract RootTest is TestBase {
    function testFuzz_root_isTheLibrarys(uint256 x) external pure {
        x = bound(x, 1, type(uint256).max >> (x & 255)); // as many short ones as long ones
        vm.assertEq(NormalLib.sqrt(x), Math.sqrt(x));
    }

    function testFuzz_root_roundsDownAroundSquares(uint256 root) external pure {
        root = bound(root, 2, type(uint128).max);
        uint256 square = root * root;
        vm.assertEq(NormalLib.sqrt(square), root);
        vm.assertEq(NormalLib.sqrt(square - 1), root - 1);
    }

    function test_root_ofPowersOfTwoAndTheirNeighbours() external pure {
        for (uint256 i; i < 256; ++i) {
            uint256 x = 1 << i;
            vm.assertEq(NormalLib.sqrt(x), Math.sqrt(x));
            vm.assertEq(NormalLib.sqrt(x + 1), Math.sqrt(x + 1));
            if (i != 0) vm.assertEq(NormalLib.sqrt(x - 1), Math.sqrt(x - 1));
        }
        vm.assertEq(NormalLib.sqrt(type(uint256).max), type(uint128).max);
    }
}
