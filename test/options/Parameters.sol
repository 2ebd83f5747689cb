// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {RiskParams} from "../../contracts/options/OptionLedger.sol";
import {Smile} from "../../contracts/options/Smile.sol";

/// @notice How an option group of the tests measures margin.
function riskParams(uint8 maxLegs) pure returns (RiskParams memory) {
    return
        RiskParams({
            scanRange: 160_000,
            extremeMove: 480_000,
            extremeShare: 333_333,
            volUp: 450_000,
            volDown: 300_000,
            volPower: 300_000,
            maintenanceShare: 750_000,
            levelGap: 150_000,
            shortMinimum: 5_000,
            basisMove: 50_000,
            maxLegs: maxLegs
        });
}

/// @notice The same volatility at all strikes.
/// @param vol 1e-4 a root year. basis: 1e-5.
function flatSmile(uint256 vol, int256 basis) pure returns (Smile) {
    uint256 word = uint256(uint16(int16(basis))) << 240;
    for (uint256 i; i < 15; ++i) word |= vol << (16 * i);
    return Smile.wrap(word);
}
