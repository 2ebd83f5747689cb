// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {RiskArrayLib, Scan, Shocks} from "../../contracts/options/RiskArrayLib.sol";
import {TestBase} from "../base/TestBase.sol";
import {riskParams} from "./Parameters.sol";

/// @notice How far volatility moves in the scenarios: 45% up and 30% down 30 days before the expiry, by the power 0.3
/// of 30 days over what is left. The powers are computed elsewhere, to nine digits.
contract OptionArraysTest is TestBase {
    function _movesOf(uint256 left) private pure returns (uint256 up, uint256 down) {
        Shocks memory shocks = RiskArrayLib.shocksOf(riskParams(16));
        Scan memory scan = RiskArrayLib.scanOf(shocks, 4_000e18, left);
        return ((scan.up * 1e9) >> 48, (scan.down * 1e9) >> 48);
    }

    function _require(uint256 left, uint256 up, uint256 down) private pure {
        (uint256 isUp, uint256 isDown) = _movesOf(left);
        vm.assertApproxEqAbs(isUp, up, 3, "up");
        vm.assertApproxEqAbs(isDown, down, 3, "down");
    }

    function test_volatilityMovesAsItIsGivenThirtyDaysBefore() public pure {
        _require(30 days, 1_450_000_000, 700_000_000);
    }

    function test_volatilityMovesLessOfWhatIsFar() public pure {
        _require(120 days, 1_296_889_280, 802_073_813);
        _require(360 days, 1_213_529_626, 857_646_916);
    }

    function test_volatilityMovesMoreOfWhatIsNear() public pure {
        _require(7 days, 1_696_337_010, 535_775_327);
        _require(1 days, 2_248_386_002, 167_742_666);
    }

    function test_ofTheLastDayItMovesNoFurther() public pure {
        (uint256 up, uint256 down) = _movesOf(1 days);
        (uint256 later, uint256 lower) = _movesOf(1 minutes);
        vm.assertEq(later, up);
        vm.assertEq(lower, down);
    }
}
