// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Market, MarketParams} from "../../../contracts/Ledger.sol";
import {FundingLib} from "../../../contracts/prices/FundingLib.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {ParamsLib} from "../../../contracts/types/Params.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {toSize} from "../../../contracts/types/Size.sol";
import {TestBase} from "../../base/TestBase.sol";

contract FundingHarness {
    using FundingLib for Market;

    Market internal market;

    constructor(uint16 maxFunding, uint48 depth_) {
        market.params.maxFunding = maxFunding;
        market.params.fundingDepth = depth_;
        market.params.takerFee = 500;
        market.fundingTime = uint32(block.timestamp);
    }

    /// @dev Interest stays: without `setInterest` it is so little that the depth is `fundingDepth`.
    function fill(int256 mark, int256 premium, int256 notional) external {
        uint72 interest = market.openInterest;
        if (interest == 0) market.openInterest = 1; // at none the rate is nothing
        fillTo(mark, premium, notional, interest);
    }

    function fillTo(int256 mark, int256 premium, int256 notional, uint256 interest) public {
        market.bookFill(
            ParamsLib.read(market.params),
            Price.wrap(mark),
            Money.wrap(premium),
            Money.wrap(notional),
            toSize(interest)
        );
    }

    function setParams(MarketParams calldata params) external {
        market.params = params;
    }

    function setFees(uint16 maker, uint16 taker) external {
        (market.params.makerFee, market.params.takerFee) = (maker, taker);
    }

    function setInterest(uint72 interest) external {
        market.openInterest = interest;
    }

    function depth(int256 open, uint256 fees) external view returns (int256) {
        return Money.unwrap(FundingLib.depth(ParamsLib.read(market.params), Money.wrap(open), fees));
    }

    function stop() external {
        market.stop();
    }

    function set(int88 funding, int64 fundingRate) external {
        (market.funding, market.fundingRate) = (funding, fundingRate);
        market.fundingTime = uint32(block.timestamp);
    }

    function current() external view returns (int256) {
        return Price.unwrap(market.current());
    }

    function rate() external view returns (int256) {
        return market.fundingRate;
    }

    function booked() external view returns (int256 funding, uint256 time) {
        return (market.funding, market.fundingTime);
    }
}

contract FundingLibTest is TestBase {
    uint256 internal constant PERIOD = 8 hours;
    uint16 internal constant MAX_FUNDING = 500; // ppm an hour
    int256 internal constant MARK = 60_000e18;
    // 0.05% of the mark an hour, a second.
    int256 internal constant CLAMP = int256(30e18) / 3_600;

    FundingHarness internal market;
    /// Without depth a fill sets the rate to its own target.
    FundingHarness internal shallow;

    function setUp() public {
        vm.warp(1_800_000_000);
        market = new FundingHarness(MAX_FUNDING, 1_000_000);
        shallow = new FundingHarness(MAX_FUNDING, 0);
    }

    function testFuzz_current_isLinearInTimeForOnePeriod(int88 funding, int64 rate, uint256 elapsed) public {
        funding = int88(bound(funding, -1e25, 1e25));
        elapsed = bound(elapsed, 0, PERIOD);
        market.set(funding, rate);
        skip(elapsed);
        vm.assertEq(market.current(), int256(funding) + int256(rate) * int256(elapsed));
    }

    function testFuzz_current_standsStillAfterOnePeriod(int64 rate, uint32 later) public {
        market.set(0, rate);
        skip(PERIOD);
        int256 accrued = market.current();
        skip(later % 365 days);
        vm.assertEq(market.current(), accrued);
        vm.assertEq(accrued, int256(rate) * int256(PERIOD));
    }

    function testFuzz_current_readingInBetweenChangesNothing(int64 rate, uint256 first, uint256 second) public {
        first = bound(first, 0, 2 * PERIOD);
        second = bound(second, 0, 2 * PERIOD);
        market.set(5e18, rate);
        shallow.set(5e18, rate);
        (int256 funding, uint256 time) = market.booked();
        skip(first);
        market.current();
        (int256 fundingLater, uint256 timeLater) = market.booked();
        vm.assertEq(fundingLater, funding);
        vm.assertEq(timeLater, time);
        skip(second);
        vm.assertEq(market.current(), shallow.current(), "read once or twice");
    }

    function testFuzz_fill_movesTheRateByItsWeight(int64 rate, uint256 mark, int256 premium, uint256 notional) public {
        int256 price = int256(bound(mark, 1e12, 1e24));
        int256 amount = int256(bound(notional, 1, 1e18));
        premium = bound(premium, -amount, amount);
        int256 clamp = _floor(price * int256(uint256(MAX_FUNDING)), 1e6) / 3_600;
        int256 earlier = bound(rate, -clamp, clamp);
        market.set(0, int64(earlier));
        market.fill(price, premium, amount);

        int256 target = _floor(price * premium, amount * int256(PERIOD));
        if (target > clamp) target = clamp;
        if (target < -clamp) target = -clamp;
        vm.assertEq(market.rate(), earlier + _floor((target - earlier) * amount, amount + 1_000_000e9));
        vm.assertLe(market.rate(), target > earlier ? target : earlier, "between the earlier rate and the target");
        vm.assertGe(market.rate(), target < earlier ? target : earlier, "between the earlier rate and the target");
    }

    function test_fill_ofTheDepthMovesTheRateHalfway() public {
        market.fill(MARK, 1_000e9, 1_000_000e9); // 0.1% over mark: 60 quote a period
        vm.assertEq(market.rate(), int256(60e18) / int256(PERIOD) / 2);
    }

    function testFuzz_fill_neverLeavesTheClamp(int256[8] calldata premiums, uint256[8] calldata notionals) public {
        for (uint256 i; i < 8; ++i) {
            FundingHarness one = i % 2 == 0 ? market : shallow;
            one.fill(MARK, bound(premiums[i], -1e24, 1e24), int256(bound(notionals[i], 1, 1e20)));
            vm.assertLe(one.rate(), CLAMP);
            vm.assertGe(one.rate(), -CLAMP);
        }
    }

    function test_fill_isClampedOnBothSides() public {
        shallow.fill(MARK, 50e9, 1_000e9); // 5% over mark, twelve times the clamp
        vm.assertEq(shallow.rate(), CLAMP);
        shallow.fill(MARK, -50e9, 1_000e9);
        vm.assertEq(shallow.rate(), -CLAMP);
    }

    function test_fill_aPremiumThatLastsOnePeriodIsPaidOnce() public {
        shallow.fill(MARK, 1e9, 1_000e9); // 0.1%
        skip(PERIOD);
        vm.assertLe(shallow.current(), int256(60e18));
        vm.assertApproxEqAbs(shallow.current(), int256(60e18), PERIOD);
    }

    function test_fill_fadesTheEarlierRateByTheTimeSinceTheLastFill() public {
        market.set(0, 1e12);
        skip(PERIOD / 4);
        market.fill(MARK, 0, 1);
        vm.assertApproxEqAbs(market.rate(), 0.75e12, 2);
        skip(2 * PERIOD);
        market.fill(MARK, 0, 1);
        vm.assertEq(market.rate(), 0);
    }

    /// Small fills at the mark keep the rate alive, but all that a rate is ever paid is one period of it.
    function testFuzz_fill_aRateIsPaidOnePeriodAtMost(int64 rate, uint16[16] calldata waits) public {
        rate = int64(bound(rate, -1e16, 1e16));
        market.set(0, rate);
        for (uint256 i; i < 16; ++i) {
            skip(waits[i]);
            market.fill(MARK, 0, 1);
        }
        skip(3 * PERIOD);
        int256 max = int256(rate) * int256(PERIOD);
        vm.assertLe(
            market.current() * (rate < 0 ? int256(-1) : int256(1)),
            (max < 0 ? -max : max) + int256(16 * PERIOD)
        );
    }

    /// What n notional moves the rate by, from one clamp to the other, yields less on all open interest in a period
    /// than fees on n cost.
    function testFuzz_depth_makesMovingTheRateCostMoreThanItYields(uint256 open, uint256 fees, uint256 n) public view {
        (open, fees, n) = (bound(open, 0, 1e24), bound(fees, 1, 10_000), bound(n, 1, 1e24));
        uint256 depth = uint256(market.depth(int256(open), fees));
        uint256 yields = (open * 2 * MAX_FUNDING * 8 * n) / (n + depth) / 1e6;
        vm.assertLe(yields, (n * fees) / 1e6 + 1);
    }

    function test_fill_isWeighedAgainstOpenInterest() public {
        market.setInterest(1_000e9); // 60 million
        int256 depth = (60_000_000e9 * 2 * int256(uint256(MAX_FUNDING)) * 8) / 500;
        market.fill(MARK, depth / 1_000, depth); // 0.1% over mark
        vm.assertEq(market.rate(), int256(60e18) / int256(PERIOD) / 2, "the depth moves it halfway");
    }

    function test_fill_withoutFeesNeverMovesTheRate() public {
        market.setFees(0, 0);
        market.fill(MARK, 1_000e9, 1_000_000e9);
        vm.assertEq(market.rate(), 0);
    }

    function testFuzz_fill_leavesWhatHasAccrued(int64 rate, uint256 elapsed, int256 premium) public {
        rate = int64(bound(rate, -1e16, 1e16));
        market.set(7e18, rate);
        skip(bound(elapsed, 0, 3 * PERIOD));
        int256 before = market.current();
        market.fill(MARK, bound(premium, -100e9, 100e9), 1_000e9);
        vm.assertEq(market.current(), before);
        (int256 funding, uint256 time) = market.booked();
        vm.assertEq(funding, before, "booked at the rate that held until now");
        vm.assertEq(time, block.timestamp);
        skip(100);
        vm.assertEq(market.current(), before + market.rate() * 100, "at the new rate from now");
    }

    function testFuzz_stop_booksWhatHasAccruedAndEndsIt(int64 rate, uint256 elapsed, uint32 later) public {
        rate = int64(bound(rate, -1e18, 1e18));
        market.set(0, rate);
        elapsed = bound(elapsed, 0, 2 * PERIOD);
        skip(elapsed);
        market.stop();
        int256 accrued = int256(rate) * int256(elapsed < PERIOD ? elapsed : PERIOD);
        vm.assertEq(market.current(), accrued);
        vm.assertEq(market.rate(), 0);
        skip(later % 365 days);
        vm.assertEq(market.current(), accrued, "nothing accrues while stopped");
    }

    function _floor(int256 a, int256 b) private pure returns (int256) {
        int256 q = a / b;
        return a < 0 && q * b != a ? q - 1 : q;
    }
}
