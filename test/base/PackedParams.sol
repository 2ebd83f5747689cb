// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MarketParams} from "../../contracts/Ledger.sol";
import {Params} from "../../contracts/types/Params.sol";

/// @notice The two words of parameters that are not stored: from the lowest bit, in the order of the struct.
function packed(MarketParams memory p) pure returns (Params memory words) {
    uint24[5] memory margins = [p.initialMargin, p.maintenanceMargin, p.gapThreshold, p.priceBand, p.staleShock];
    uint16[5] memory small = [p.makerFee, p.takerFee, p.discountFloor, p.discountCap, p.maxFunding];
    for (uint256 i; i < 5; ++i) {
        words.rates |= (uint256(margins[i]) << (24 * i)) | (uint256(small[i]) << (120 + 16 * i));
    }
    words.rates |= uint256(p.minNotional) << 200;
    words.limits = p.softCap | (uint256(p.hardCap) << 72) | (uint256(p.fundingDepth) << 144);
}
