// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MarketParams, Mode} from "../../contracts/Ledger.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Actor} from "../base/Fixture.sol";
import {MarketView} from "../base/TestLens.sol";
import {Attack} from "./Attack.sol";

/// @title Funding overflow over years
/// @custom:source Class: an index that only grows, in a type that is too narrow (the year-2038 kind); no incident cited
/// @notice The attacker keeps the funding rate at its clamp for years, at the dearest mark and the largest rate that
/// governance can set, until the cumulative price no longer fits and fills, locks and withdrawals revert for everybody.
/// @dev Fills, one in eight hours: 300 (100 days), in the heavy profile 10,950 (10 years).
contract FundingYearsAttack is Attack {
    /// Of `Market.funding`.
    int256 internal constant MAX = type(int88).max;

    Actor internal buyer;
    Actor internal seller;
    MarketId internal market;
    GroupId internal group;
    /// Of both sides, ppm.
    uint256 internal fees;

    /// With the defaults: bitcoin at 60,000 and 60 ppm an hour.
    function test_funding_lastsForCenturies_withTheDefaults() public {
        _deploy(60_000e18, 60);
        vm.assertGt(_yearsLeft("defaults"), 500, "years until it overflows");
    }

    /// With the worst that governance can set: a mark near 1,000,000 and 1,225 ppm an hour, for which fees are at their
    /// bounds.
    function test_funding_lastsForYears_withTheWorstParameters() public {
        _deploy(980_000e18, 1_225);
        vm.assertGt(_yearsLeft("worst parameters"), 4, "years until it overflows");
    }

    /// Both sides stay mirrored, positions still close, and the queue still sorts after a long time at the clamp. Rank
    /// exponents grow with funding.
    function test_funding_afterALongTimeAtTheClamp_takesFromTheLongsWhatItGivesTheShorts() public {
        _deploy(60_000e18, 1_225);
        (Actor memory long, Actor memory short) = (_attacker("long", 4_000_000_000), _honest("short", 4_000_000_000));
        _trade(long, short, market, 1e9, 60_000e18);
        _begin();
        uint256 fills = _repetitions(300);
        if (fills > 10_950) fills = 10_950;
        for (uint256 i; i < fills; ++i) this.fill(i);
        int256 paid = _change().attacker;
        int256 got = _change().traders;
        vm.assertApproxEqAbs(-paid, got, 1_000, "what longs pay is what shorts get");
        vm.assertLt(paid, -int256(fills) * 1e9, "funding did not run: this test says nothing");
        _trade(short, long, market, 1e9, _price(market));
        vm.assertEq(_size(long.id, market), 0, "the position still closes");
        vm.assertTrue(_linksAgree(market, true) && _linksAgree(market, false), "the queue broke");
        int256 rounding = -(_change().attacker + _change().traders) - _fees();
        _line("funding at its clamp for a long time, rounding", rounding, -rounding);
        vm.assertLe(_abs(rounding), 1_000, "rounding");
    }

    // ------------------------------------------------------------------ inside

    function _deploy(uint256 mark, uint16 maxFunding) private {
        _deployVenue(Mode.QUEUE);
        group = venue.createGroup();
        market = _list(group, mark, Mode.QUEUE, 20_000 * BASE);
        MarketParams memory params = _marketParams();
        (params.maxFunding, params.fundingDepth) = (maxFunding, 1_000);
        if (maxFunding > 61) (params.takerFee, params.makerFee) = (5_000, 5_000);
        fees = uint256(params.takerFee) + params.makerFee;
        venue.setMarketParams(market, params);
        (buyer, seller) = (_actor("buyer", 40_000_000), _actor("seller", 40_000_000));
    }

    /// @dev Years that the cumulative price has left at the rate that self-trades have brought it to.
    function _yearsLeft(string memory name) private returns (uint256 left) {
        for (uint256 i; i < 60; ++i) this.fill(i);
        MarketView memory v = _market(market);
        vm.assertGt(v.fundingRate, 0, "the rate did not move: this test says nothing");
        left = uint256((MAX - v.funding) / v.fundingRate) / 365 days;
        _log(string.concat("years of funding at the clamp, ", name, ": ", vm.toString(left)));
    }

    /// @dev Eight hours, then a self-trade at the upper edge, back and forth. A call of its own, so that its memory is
    /// free again.
    function fill(uint256 i) external {
        // Funding alone would open a gap if the anchors stood still for long.
        for (uint256 k; k < 4; ++k) {
            skip(2 hours);
            venue.poke(group);
        }
        uint256 price = (_price(market) * 1_019) / 1_000;
        if (i % 2 == 0) _trade(buyer, seller, market, 1e9, price);
        else _trade(seller, buyer, market, 1e9, price);
    }

    function _fees() private view returns (int256) {
        return int256((60_000e9 * fees) / 1e6);
    }
}
