// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Market} from "../Ledger.sol";
import {mulDivDown, mulDivUp, notionalUp, priceShareDown} from "../types/Arithmetic.sol";
import {CastLib} from "../types/CastLib.sol";
import {Money, maxMoney, toMoney} from "../types/Money.sol";
import {Params} from "../types/Params.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";

/// @title Funding: a cumulative price that longs owe and shorts are owed
/// @notice Fills move the rate towards their premium over mark, weighted by their notional against a depth, within a
/// clamp. The rate is a price per second, so what has accrued is a linear function of time that reading does not
/// change. It runs for at most FUNDING_PERIOD after the last fill, and each fill fades it by the time since the last:
/// whoever moves it by x is paid x * FUNDING_PERIOD at most, however many small fills follow. When open interest grows
/// the rate falls as much, so what it pays in all does not grow with interest that came later. Locks and pauses set it
/// to zero.
library FundingLib {
    /// @notice A premium of x over mark that lasts for this time is paid once.
    uint256 internal constant FUNDING_PERIOD = 8 hours;

    /// @notice Cumulative funding now. Price units.
    function current(Market storage market) internal view returns (Price) {
        return _accrued(market.funding, market.fundingRate, _elapsed(market.fundingTime));
    }

    /// @notice What a long pays a second now. Price units.
    function currentRate(Market storage market) internal view returns (Price) {
        return Price.wrap(_elapsed(market.fundingTime) < FUNDING_PERIOD ? market.fundingRate : int64(0));
    }

    /// @notice Books what has accrued and stops the rate.
    function stop(Market storage market) internal {
        stopAt(market, current(market));
    }

    /// @dev As above; `funding` is the `current` one.
    function stopAt(Market storage market, Price funding) internal {
        _write(market, funding.toInt88(), market.openInterest, 0);
    }

    /// @notice Books open interest of `interest` after fills, what has accrued, and the rate after fills of `notional`
    /// whose prices exceed the mark by `premium` in all. The old rate has faded linearly over FUNDING_PERIOD, towards
    /// zero, and is clamped at the present mark. Then interest that grew from i to j dilutes it, and the premium moves
    /// it: `dilution = rate * i / j - rate`,
    /// `move = (clamp(mark * premium / notional / FUNDING_PERIOD) - rate) * notional / (notional + depth)`, down. Both
    /// are added when they have opposite signs; else the larger counts, because the fees of a fill pay for one
    /// (decisions/funding-depth.md). Assumes notional > 0. Without fees the clamp is zero (ParameterLib): moving the
    /// rate would be free.
    function bookFill(
        Market storage market,
        Params memory params,
        Price mark,
        Money premium,
        Money notional,
        Size interest
    ) internal returns (Price funding, int256 rate) {
        uint256 elapsed = _elapsed(market.fundingTime);
        (int64 before, uint256 earlier) = (market.fundingRate, market.openInterest);
        funding = _accrued(market.funding, before, elapsed);

        int256 clamp = Price.unwrap(priceShareDown(mark, params.maxFunding())) / 1 hours;
        if (earlier != 0) rate = _faded(before, elapsed, clamp); // nobody is paid a rate while nothing is open
        int256 way = _target(mark, premium, notional, clamp) - rate;
        rate = _moved(rate, _move(params, mark, notional, interest, way), earlier, interest.magnitude());

        _write(market, funding.toInt88(), interest.toUint72(), CastLib.toInt64(rate));
    }

    /// @notice The notional against which fills are weighted: `fundingDepth`, and at least so much that to move the
    /// rate costs more than it yields. From one clamp to the other, 2 * maxFunding an hour, it yields on all of `open`
    /// for FUNDING_PERIOD in all; a share n / depth of that for fees of both sides on n:
    /// `depth = open * 2 * maxFunding * FUNDING_PERIOD / fees`, ceil. 1e-9 quote.
    /// @param fees Taker's and maker's rate together, ppm, above zero.
    function depth(Params memory params, Money open, uint256 fees) internal pure returns (Money) {
        unchecked {
            // A clamp has 16 bits, a depth 48.
            uint256 moves = 2 * params.maxFunding() * (FUNDING_PERIOD / 1 hours);
            Money min = toMoney(params.fundingDepth() * 1e9); // stored in whole quote
            return maxMoney(min, Money.wrap(mulDivUp(Money.unwrap(open), int256(moves), fees)));
        }
    }

    /// @dev Cumulative funding after `elapsed` seconds.
    function _accrued(int88 funding, int64 rate, uint256 elapsed) private pure returns (Price) {
        unchecked {
            return Price.wrap(int256(funding) + int256(rate) * int256(elapsed)); // below 2^88 + 2^64 * 2^15
        }
    }

    /// @dev The old rate, faded and within the present clamp.
    function _faded(int64 rate, uint256 elapsed, int256 clamp) private pure returns (int256) {
        unchecked {
            // elapsed <= FUNDING_PERIOD, and the rate has 64 bits
            return _within((int256(rate) * int256(FUNDING_PERIOD - elapsed)) / int256(FUNDING_PERIOD), clamp);
        }
    }

    /// @dev The rate at which the premium of the fills would be paid once in FUNDING_PERIOD, within the clamp.
    function _target(Price mark, Money premium, Money notional, int256 clamp) private pure returns (int256) {
        int256 target = mulDivDown(Price.unwrap(mark), Money.unwrap(premium), notional.toUint() * FUNDING_PERIOD);
        return _within(target, clamp);
    }

    function _within(int256 rate, int256 clamp) private pure returns (int256) {
        if (rate > clamp) return clamp;
        return rate < -clamp ? -clamp : rate;
    }

    /// @dev How far fills of `notional` move the rate on its `way` to their target, down.
    function _move(
        Params memory params,
        Price mark,
        Money notional,
        Size interest,
        int256 way
    ) private pure returns (int256) {
        uint256 fees = uint256(params.takerFee()) + params.makerFee();
        if (fees == 0) return 0;
        Money whole = notional + depth(params, notionalUp(interest, mark), fees);
        return mulDivDown(way, Money.unwrap(notional), whole.toUint());
    }

    /// @dev `rate` after `move` and the dilution by interest that grew from `earlier` to `later`.
    function _moved(int256 rate, int256 move, uint256 earlier, uint256 later) private pure returns (int256) {
        unchecked {
            // Rates have 64 bits, open interest 72.
            if (later <= earlier || rate == 0) return rate + move;
            int256 dilution = (rate * int256(earlier)) / int256(later) - rate;
            bool falls = dilution < 0;
            if (falls != (move < 0)) return rate + dilution + move;
            return rate + (falls == (dilution < move) ? dilution : move);
        }
    }

    /// @dev Seconds since `time`, at most FUNDING_PERIOD.
    function _elapsed(uint32 time) private view returns (uint256 elapsed) {
        elapsed = block.timestamp - time;
        if (elapsed > FUNDING_PERIOD) elapsed = FUNDING_PERIOD;
    }

    /// @dev The market's first slot at once, its time being now: field by field costs 1,000 gas more in every fill.
    function _write(Market storage market, int88 funding, uint72 interest, int64 rate) private {
        uint256 word = uint88(funding) | (uint256(interest) << 88) | (uint256(uint64(rate)) << 160);
        word |= uint256(CastLib.toUint32(block.timestamp)) << 224;
        assembly ("memory-safe") {
            sstore(market.slot, word)
        }
    }
}
