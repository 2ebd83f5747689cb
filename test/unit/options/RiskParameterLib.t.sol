// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IGovernance} from "../../../contracts/interfaces/IGovernance.sol";
import {RiskParams} from "../../../contracts/options/OptionLedger.sol";
import {RiskParameterLib} from "../../../contracts/options/RiskParameterLib.sol";
import {TestBase} from "../../base/TestBase.sol";
import {riskParams} from "../../options/Parameters.sol";

/// @title Each bound of an option group's margin, to the unit
contract RiskParameterLibTest is TestBase {
    uint256 private constant GAP = 20_000;

    /// @dev Fields in the order of the struct.
    enum Field {
        scanRange,
        extremeMove,
        extremeShare,
        volUp,
        volDown,
        volPower,
        maintenanceShare,
        levelGap,
        shortMinimum,
        basisMove,
        maxLegs
    }

    function check(RiskParams memory p, uint256 gap) external pure {
        RiskParameterLib.check(p, gap);
    }

    function test_eachParameterHasItsBounds() public {
        RiskParams memory p = riskParams(16);
        this.check(p, GAP);
        _holds(p, "scanRange", Field.scanRange, 50_000, 400_000);
        _holds(p, "extremeMove", Field.extremeMove, p.scanRange, 900_000);
        _holds(p, "extremeShare", Field.extremeShare, 100_000, 750_000);
        _holds(p, "volUp", Field.volUp, p.levelGap, 2_000_000);
        _holds(p, "volDown", Field.volDown, p.levelGap, 800_000);
        _holds(p, "volPower", Field.volPower, 0, 500_000);
        _holds(p, "maintenanceShare", Field.maintenanceShare, 500_000, 900_000);
        _holds(p, "shortMinimum", Field.shortMinimum, 1_000, 50_000);
        _holds(p, "basisMove", Field.basisMove, 10_000, 500_000);
        _holds(p, "maxLegs", Field.maxLegs, 4, 32);
    }

    function test_theGapOfTheLevelHasBounds_andVolatilityMovesAtLeastByIt() public {
        RiskParams memory p = riskParams(16);
        (p.volUp, p.volDown) = (500_000, 500_000);
        _holds(p, "levelGap", Field.levelGap, 20_000, 500_000);
        p.levelGap = 20_000;
        _holds(p, "volUp", Field.volUp, 100_000, 2_000_000);
        _holds(p, "volDown", Field.volDown, 100_000, 800_000);
    }

    function test_theScanRangeHoldsTwoGaps() public {
        RiskParams memory p = riskParams(16);
        p.scanRange = 99_999;
        vm.expectRevert(_error("scanRange", 99_999, 100_000, 400_000));
        this.check(p, 50_000);
        p.scanRange = 100_000;
        this.check(p, 50_000);
    }

    /// @dev The least and the greatest value pass, their neighbours do not.
    function _holds(RiskParams memory params, bytes32 name, Field field, uint256 low, uint256 high) private {
        this.check(_with(params, field, low), GAP);
        this.check(_with(params, field, high), GAP);
        if (low != 0) {
            vm.expectRevert(_error(name, low - 1, low, high));
            this.check(_with(params, field, low - 1), GAP);
        }
        vm.expectRevert(_error(name, high + 1, low, high));
        this.check(_with(params, field, high + 1), GAP);
    }

    /// @dev A copy with another value of one field.
    function _with(RiskParams memory params, Field field, uint256 value) private pure returns (RiskParams memory p) {
        p = abi.decode(abi.encode(params), (RiskParams));
        uint256 slot = 32 * uint256(field);
        assembly ("memory-safe") {
            mstore(add(p, slot), value)
        }
    }

    function _error(bytes32 name, uint256 value, uint256 low, uint256 high) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IGovernance.ParameterOutOfBounds.selector, name, value, low, high);
    }
}
