// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MarketParams} from "../Ledger.sol";

/// @notice A market's parameters in memory, in the two words in which the ledger has them: two words are read, and not
/// fourteen members written. Units as in `MarketParams`.
struct Params {
    uint256 rates;
    uint256 limits;
}

using ParamsLib for Params global;

library ParamsLib {
    uint256 private constant PRICE_BAND = 72;
    uint256 private constant TAKER_FEE = 136;

    /// @notice The parameters of a market, in memory.
    function read(MarketParams storage stored) internal view returns (Params memory params) {
        (uint256 rates, uint256 limits) = (0, 0);
        assembly ("memory-safe") {
            rates := sload(stored.slot)
            limits := sload(add(stored.slot, 1))
        }
        (params.rates, params.limits) = (rates, limits);
    }

    /// @notice As `read`, without the second word: caps are zero, so what raised open interest would be refused.
    function readRates(MarketParams storage stored) internal view returns (Params memory params) {
        uint256 rates;
        assembly ("memory-safe") {
            rates := sload(stored.slot)
        }
        params.rates = rates;
    }

    function initialMargin(Params memory params) internal pure returns (uint256) {
        return uint24(params.rates);
    }

    function maintenanceMargin(Params memory params) internal pure returns (uint256) {
        return uint24(params.rates >> 24);
    }

    function priceBand(Params memory params) internal pure returns (uint256) {
        return uint24(params.rates >> PRICE_BAND);
    }

    function makerFee(Params memory params) internal pure returns (uint24) {
        return uint16(params.rates >> 120);
    }

    function takerFee(Params memory params) internal pure returns (uint24) {
        return uint16(params.rates >> TAKER_FEE);
    }

    function discountFloor(Params memory params) internal pure returns (uint256) {
        return uint16(params.rates >> 152);
    }

    function discountCap(Params memory params) internal pure returns (uint256) {
        return uint16(params.rates >> 168);
    }

    function maxFunding(Params memory params) internal pure returns (uint256) {
        return uint16(params.rates >> 184);
    }

    function softCap(Params memory params) internal pure returns (uint256) {
        return uint72(params.limits);
    }

    function hardCap(Params memory params) internal pure returns (uint256) {
        return uint72(params.limits >> 72);
    }

    function minNotional(Params memory params) internal pure returns (uint256) {
        return uint48(params.rates >> 200);
    }

    function fundingDepth(Params memory params) internal pure returns (uint256) {
        return uint48(params.limits >> 144);
    }

    /// @notice Those of a taker who pays no fee, and whose price band is at least `band` ppm.
    function setForLiquidation(Params memory params, uint24 band) internal pure {
        params.rates &= ~(uint256(type(uint16).max) << TAKER_FEE);
        if (band <= priceBand(params)) return;
        params.rates &= ~(uint256(type(uint24).max) << PRICE_BAND);
        params.rates |= uint256(band) << PRICE_BAND;
    }
}
