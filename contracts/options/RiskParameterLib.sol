// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ParameterLib} from "../governance/ParameterLib.sol";
import {PPM} from "../types/Arithmetic.sol";
import {RiskParams} from "./OptionLedger.sol";

/// @title Between which bounds governance can set the margin of an option group
/// @notice The bounds are constants of the code; docs/parameters.md lists them with meaning, unit, default and
/// calculation.
library RiskParameterLib {
    /// @notice Reverts with ParameterOutOfBounds unless every parameter is within its bounds.
    /// @param gapThreshold That of the group's perpetual: a move of the spot that is a gap, ppm.
    /// @dev With scan range and maintenance share at their least, a future at maintenance margin survives a gap: that
    /// is the reason for `2 * gapThreshold`. The lanes of RiskArrayLib rely on the upper bounds of scan range, extreme
    /// and share.
    function check(RiskParams memory p, uint256 gapThreshold) internal pure {
        ParameterLib.within("maintenanceShare", p.maintenanceShare, 500_000, 900_000);
        ParameterLib.within("scanRange", p.scanRange, Math.max(50_000, 2 * gapThreshold), 400_000);
        ParameterLib.within("extremeMove", p.extremeMove, p.scanRange, 900_000);
        ParameterLib.within("extremeShare", p.extremeShare, 100_000, 750_000);
        ParameterLib.within("levelGap", p.levelGap, 20_000, 500_000);
        ParameterLib.within("volUp", p.volUp, Math.max(100_000, p.levelGap), 2 * PPM);
        ParameterLib.within("volDown", p.volDown, Math.max(100_000, p.levelGap), 800_000);
        ParameterLib.within("volPower", p.volPower, 0, 500_000);
        ParameterLib.within("shortMinimum", p.shortMinimum, 1_000, 50_000);
        ParameterLib.within("basisMove", p.basisMove, 10_000, 500_000);
        ParameterLib.within("maxLegs", p.maxLegs, 4, 32);
    }
}
