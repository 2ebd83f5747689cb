// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CollateralParams, VenueParams} from "../../contracts/Ledger.sol";

// 1 quote in the unit of money.
uint256 constant ONE_QUOTE = 1e9;

/// @notice The parameters of a venue, as the tests have them.
function venueParams() pure returns (VenueParams memory) {
    return
        VenueParams({
            lockDelay: 120,
            calmPeriod: 1800,
            callGrace: 900,
            callLapse: 1800,
            vaultDelay: 15,
            unpauseGrace: 600,
            callLevel: 1_250_000,
            keeperShare: 500_000,
            vaultFeeShare: 500_000,
            vaultDiscount: 5_000,
            offerRate: 5_000,
            outflowRate: 250_000,
            outflowFloor: uint64(1_000_000 * ONE_QUOTE),
            minDebt: uint48(100 * ONE_QUOTE),
            refund: uint48(5 * ONE_QUOTE)
        });
}

/// @notice A collateral as the tests list it: a haircut of 20%, without a fee.
function collateralParams(uint96 cap) pure returns (CollateralParams memory) {
    return CollateralParams({haircut: 200_000, maxDiscount: 100_000, discountRate: 200_000, feeRate: 0, cap: cap});
}
