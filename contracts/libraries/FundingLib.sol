// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Market, MarketParams} from "../Ledger.sol";
import {mulDivDown, priceShareDown} from "../types/Arithmetic.sol";
import {Money, toMoney} from "../types/Money.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";

/// @title Funding: a cumulative price that longs owe and shorts are owed
/// @notice Fills move the rate towards their premium over mark, weighted by their notional against `fundingDepth`, within a clamp. The
/// rate is a price per second, so what has accrued is a linear function of time that reading does not change. It runs for at
/// most FUNDING_PERIOD after the last fill; locks and pauses set it to zero.
library FundingLib {
    /// @notice A premium of x over mark that lasts for this time is paid once.
    uint256 internal constant FUNDING_PERIOD = 8 hours;

    /// @notice Cumulative funding now. Price units.
    function current(Market storage market) internal view returns (Price) {
        uint256 elapsed = block.timestamp - market.fundingTime;
        if (elapsed > FUNDING_PERIOD) elapsed = FUNDING_PERIOD;
        return Price.wrap(int256(market.funding) + int256(market.fundingRate) * int256(elapsed));
    }

    /// @notice Books what has accrued and stops the rate.
    function stop(Market storage market) internal {
        market.funding = current(market).toInt88();
        market.fundingRate = 0;
        market.fundingTime = SafeCast.toUint32(block.timestamp);
    }

    /// @notice Books open interest of `interest` after fills, and what has accrued, and moves the rate by the fills' `notional`, whose prices exceed the mark by `premium` in all:
    /// `rate += (clamp(mark * premium / notional / FUNDING_PERIOD) - rate) * notional / (notional + depth)`, rounded down.
    /// Assumes notional > 0.
    function fill(
        Market storage market,
        MarketParams memory params,
        Price mark,
        Money premium,
        Money notional,
        Size interest
    ) internal returns (Price funding, int256 rate) {
        int256 clamp = Price.unwrap(priceShareDown(mark, params.maxFunding)) / 1 hours;
        int256 target = mulDivDown(Price.unwrap(mark), Money.unwrap(premium), notional.toUint() * FUNDING_PERIOD);
        if (target > clamp) target = clamp;
        if (target < -clamp) target = -clamp;

        rate = market.fundingRate;
        Money depth = toMoney(uint256(params.fundingDepth) * 1e9); // stored in whole quote
        rate += mulDivDown(target - rate, Money.unwrap(notional), (notional + depth).toUint());

        funding = current(market);
        _write(market, funding.toInt88(), interest.toUint72(), SafeCast.toInt64(rate));
    }

    /// @dev The market's first slot at once, its time being now: field by field costs 1,000 gas more in every fill.
    function _write(Market storage market, int88 funding, uint72 interest, int64 rate) private {
        uint256 word = uint88(funding) | (uint256(interest) << 88) | (uint256(uint64(rate)) << 160);
        word |= uint256(SafeCast.toUint32(block.timestamp)) << 224;
        assembly ("memory-safe") {
            sstore(market.slot, word)
        }
    }
}
