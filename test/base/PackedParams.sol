// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MarketParams} from "../../contracts/Ledger.sol";
import {Params} from "../../contracts/types/Params.sol";

/// @notice The two words of parameters that are not stored: from the lowest bit, in the order of the struct.
function packed(MarketParams memory p) pure returns (Params memory words) {
    uint24[10] memory rates = [
        p.initialMargin,
        p.maintenanceMargin,
        p.gapThreshold,
        p.priceBand,
        p.makerFee,
        p.takerFee,
        p.staleShock,
        p.discountFloor,
        p.discountCap,
        p.maxFunding
    ];
    for (uint256 i; i < rates.length; ++i) words.rates |= uint256(rates[i]) << (24 * i);
    words.limits = p.softCap | (uint256(p.hardCap) << 72) | (uint256(p.minNotional) << 144);
    words.limits |= uint256(p.fundingDepth) << 208;
}
