// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CurveLib} from "../../../contracts/options/CurveLib.sol";
import {MAX_MARK, MIN_MARK} from "../../../contracts/types/Price.sol";
import {TestBase} from "../../base/TestBase.sol";
import {flatSmile} from "../../options/Parameters.sol";

/// @title The forward: spot and its basis, and a mark like any other
contract CurveLibTest is TestBase {
    function _forwardOf(uint256 spot, int256 basis) private pure returns (uint256) {
        return CurveLib.forwardOf(spot, flatSmile(6_000, basis)).toUint();
    }

    function test_theForwardIsSpotAndBasis() public pure {
        vm.assertEq(_forwardOf(4_000e18, 0), 4_000e18, "none");
        vm.assertEq(_forwardOf(4_000e18, 250), 4_010e18, "0.25% up");
        vm.assertEq(_forwardOf(4_000e18, -250), 3_990e18, "0.25% down");
        vm.assertEq(_forwardOf(1_000_001, -1), 1_000_000, "floor: 999,991 is below the least mark");
        vm.assertEq(_forwardOf(3_000_001, -1), 2_999_970, "floor");
    }

    function test_theForwardStaysAMark() public pure {
        vm.assertEq(_forwardOf(MAX_MARK.toUint(), 1), MAX_MARK.toUint(), "highest");
        vm.assertEq(_forwardOf(MIN_MARK.toUint(), -1), MIN_MARK.toUint(), "least");
    }
}
