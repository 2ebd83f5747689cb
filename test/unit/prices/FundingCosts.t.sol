// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ParameterLib} from "../../../contracts/governance/ParameterLib.sol";
import {MarketParams} from "../../../contracts/Ledger.sol";
import {TestBase} from "../../base/TestBase.sol";
import {FundingHarness} from "./FundingLib.t.sol";

/// @notice Whatever somebody does with fills against himself, at every allowed parameter: what they take from others,
/// or keep from them, is at most the fees that they cost him.
contract FundingCostsTest is TestBase {
    uint256 internal constant PERIOD = 8 hours;
    uint256 internal constant FILLS = 12;

    FundingHarness internal market;
    MarketParams internal params;
    int256 internal mark;
    uint256 internal interest;
    /// Paid by the one who fills against himself so far, 1e-9 quote.
    int256 internal fees;

    function setUp() public {
        vm.warp(1_800_000_000);
        market = new FundingHarness(0, 0);
    }

    /// Others hold `stake` on the side that is paid, or pays. Without his fills the rate would run out by itself. With
    /// them, the difference that it makes to the others is at most his fees: by washing interest up and down, by
    /// pushing, by many small fills.
    function testFuzz_fillsAgainstOneself_costMoreThanTheyTakeFromOthers(
        uint256 seed,
        uint256 stake,
        uint256[FILLS] calldata draws
    ) public {
        _draw(seed);
        stake = bound(stake, 1e6, 1e15);
        _open(stake + bound(seed >> 200, 0, stake));
        int256 otherwise = market.current() + market.rate() * int256(PERIOD);
        for (uint256 i; i < FILLS; ++i) {
            skip(draws[i] % (PERIOD / 2));
            _wash(draws[i] >> 32, stake);
        }
        skip(PERIOD);
        int256 change = market.current() - otherwise;
        if (change < 0) change = -change;
        vm.assertLe((change * int256(stake)) / 1e18, fees + _rounding(stake), "fills took more than they cost");
    }

    /// From a rate of nothing: all that longs ever pay to shorts, and shorts to longs, is at most what was paid in fees
    /// by those who pushed the rate, whatever interest came in afterwards, at the mark, and left again.
    function testFuzz_aRateThatWasPushed_isPaidItsFeesAtMost_onWhateverInterestComes(
        uint256 seed,
        uint256[FILLS] calldata draws
    ) public {
        _draw(seed);
        int256[2] memory paid;
        uint256 largest = 1;
        for (uint256 i; i < 2 * FILLS; ++i) {
            uint256 draw = draws[i % FILLS] >> (i < FILLS ? 0 : 100);
            uint256 wait = draw % (PERIOD / 2);
            int256 flow = (market.rate() * int256(wait) * int256(interest)) / 1e18;
            paid[flow > 0 ? 0 : 1] += flow;
            skip(wait);
            if (draw & (1 << 40) == 0) _wash(draw >> 41, 0);
            else _others(draw >> 41);
            if (interest > largest) largest = interest;
        }
        int256 left = (market.rate() * int256(PERIOD) * int256(interest)) / 1e18;
        paid[left > 0 ? 0 : 1] += left;
        int256 max = fees + _rounding(largest);
        vm.assertLe(paid[0], max, "longs paid more than moving the rate cost");
        vm.assertLe(-paid[1], max, "shorts paid more than moving the rate cost");
    }

    function test_theOldRateIsDilutedByNewInterest_andNotRestoredWhenThatLeaves() public {
        _fixed();
        _open(100e9);
        int256 rate = market.rate();
        market.fillTo(mark, 0, 1, 300e9);
        vm.assertApproxEqAbs(market.rate(), rate / 3, 2);
        market.fillTo(mark, 0, 1, 100e9);
        vm.assertApproxEqAbs(market.rate(), rate / 3, 2);
    }

    function test_atNoInterest_theRateIsNothing() public {
        _fixed();
        _open(100e9);
        market.fillTo(mark, 0, 1, 0);
        market.fillTo(mark, 0, 1, 1_000e9);
        vm.assertEq(market.rate(), 0);
    }

    /// A fill that opens interest and pushes against the rate: its fees pay for the larger of both, not for both.
    function test_dilutionAndPushTheSameWay_theLargerCounts() public {
        _fixed();
        _open(100e9);
        uint256 start = vm.snapshotState();
        market.fillTo(mark, 0, 1, 150e9);
        int256 diluted = market.rate();
        vm.revertToState(start);
        int256 notional = (mark * 50e9) / 1e18;
        market.fillTo(mark, -notional / 60, notional, 150e9);
        int256 both = market.rate();
        vm.revertToState(start);
        market.setInterest(150e9);
        market.fillTo(mark, -notional / 60, notional, 150e9);
        int256 pushed = market.rate();
        vm.assertEq(both, pushed < diluted ? pushed : diluted);
    }

    function test_theOldRateIsClampedAtThePresentMark() public {
        _fixed();
        _open(100e9);
        int256 clamp = _clamp();
        vm.assertEq(market.rate(), clamp);
        mark /= 2;
        market.fillTo(mark, 0, 1, 100e9);
        vm.assertApproxEqAbs(market.rate(), _clamp(), 2);
        vm.assertApproxEqAbs(market.rate(), clamp / 2, 2);
    }

    // ------------------------------------------------------------------ inside

    /// @dev Parameters within the bounds of ParameterLib, often at them, and a mark.
    function _draw(uint256 seed) private {
        MarketParams memory p = params;
        p.takerFee = uint16(seed & 1 == 0 ? 5_000 : bound(seed >> 8, 0, 5_000));
        p.makerFee = uint16(seed & 2 == 0 ? p.takerFee : bound(seed >> 24, 0, p.takerFee));
        p.priceBand = uint24(seed & 4 == 0 ? 1_000 : bound(seed >> 40, 1_000, 500_000));
        uint256 max = ParameterLib.maxFundingBound(p);
        p.maxFunding = uint16(seed & 8 == 0 ? max : bound(seed >> 64, 0, max));
        p.fundingDepth = 1_000;
        params = p;
        mark = int256(bound(seed >> 96, 1e15, 1e24));
        market.setParams(p);
    }

    function _fixed() private {
        MarketParams memory p = params;
        (p.takerFee, p.makerFee, p.priceBand, p.fundingDepth) = (400, 100, 20_000, 1_000);
        p.maxFunding = uint16(ParameterLib.maxFundingBound(p));
        params = p;
        mark = 60_000e18;
        market.setParams(p);
    }

    /// @dev Interest is there, and the rate is at its clamp.
    function _open(uint256 open) private {
        interest = open;
        market.setInterest(uint72(open));
        market.set(0, int64(_clamp()));
    }

    /// @dev Two accounts of one owner: grows, shrinks or keeps interest (never what others hold), at any price of the
    /// band.
    function _wash(uint256 draw, uint256 others) private {
        uint256 size = bound(draw >> 8, 1, interest + 1e9);
        if (draw & 4 == 0) size = size / 1_000 + 1;
        uint256 later = interest;
        if (draw & 3 == 0) later += size;
        else if (draw & 3 == 1) later = interest - others > size ? interest - size : others;
        else if (draw & 3 == 2) later += size / 2;
        int256 price =
            mark + (int256(bound(draw >> 120, 0, 2e6)) - 1e6) * int256(uint256(params.priceBand)) * (mark / 1e12);
        if (price < mark - (mark * int256(uint256(params.priceBand))) / 1e6) return;
        int256 notional = (price * int256(size) + 1e18 - 1) / 1e18;
        market.fillTo(mark, ((price - mark) * int256(size)) / 1e18, notional, later);
        interest = later;
        fees += _up(notional * int256(uint256(params.takerFee))) + _up(notional * int256(uint256(params.makerFee)));
    }

    /// @dev Somebody else opens or closes at the mark.
    function _others(uint256 draw) private {
        uint256 size = bound(draw >> 8, 1, 1e14);
        uint256 later =
            draw & 1 == 0
                ? interest + size
                : interest > size
                    ? interest - size
                    : 0;
        market.fillTo(mark, 0, (mark * int256(size) + 1e18 - 1) / 1e18, later);
        interest = later;
    }

    function _clamp() private view returns (int256) {
        return ((mark * int256(uint256(params.maxFunding))) / 1e6) / 3_600;
    }

    function _up(int256 ppm) private pure returns (int256) {
        return (ppm + 1e6 - 1) / 1e6;
    }

    /// @dev Three units of rate, and one of notional, in every fill. ParameterLib.hardCapBound holds it below the fees
    /// of fills of the minimum.
    function _rounding(uint256 stake) private view returns (int256) {
        return int256(2 * FILLS) * (4 + int256((stake * PERIOD * 3) / 1e18)) + (mark * int256(2 * FILLS)) / 1e18 / 1e6;
    }
}
