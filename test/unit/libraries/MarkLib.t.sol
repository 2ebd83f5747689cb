// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPriceSource} from "../../../contracts/interfaces/IPriceSource.sol";
import {Market, MarketStatus} from "../../../contracts/Ledger.sol";
import {MarkLib, Quote} from "../../../contracts/libraries/MarkLib.sol";
import {MockPriceSource} from "../../../contracts/mocks/MockPriceSource.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {TestBase} from "../../base/TestBase.sol";

contract MarkLibTest is TestBase {
    Market internal market;

    /// The funding that accrued since a mark was recorded may carry it out of what a mark can be.
    function test_lastMark_staysAPossibleMark() public {
        market.fundingTime = uint32(block.timestamp);
        market.candidate = 1e24;
        vm.assertEq(_lastMark(), 1e24);
        market.funding = 1;
        vm.assertEq(_lastMark(), 1e24, "at most 1,000,000");
        market.funding = -1;
        vm.assertEq(_lastMark(), 1e24 - 1);
        market.candidate = 1e6 + 1;
        vm.assertEq(_lastMark(), 1e6);
        market.funding = -2;
        vm.assertEq(_lastMark(), 1e6, "at least 1e-12");
    }

    function test_quote_takesTheLeastAndTheLargestMark_andNothingBeyond() public {
        MockPriceSource source = _open(1e24);
        vm.assertTrue(MarkLib.quote(market).fresh, "the largest");
        source.set(1e24 + 1, IPriceSource.Status.FRESH);
        vm.assertFalse(MarkLib.quote(market).fresh);
        source.set(1e6, IPriceSource.Status.FRESH);
        vm.assertTrue(MarkLib.quote(market).fresh, "the least");
        source.set(1e6 - 1, IPriceSource.Status.FRESH);
        vm.assertFalse(MarkLib.quote(market).fresh);
    }

    function test_quote_worsensAStaleMarkForBothSides_byTheShockRoundedDown() public {
        MockPriceSource source = _open(60_000e18);
        (market.candidate, market.chargeLong, market.chargeShort) = (60_000e18 + 19, 7, 9);
        market.params.staleShock = 50_000;
        source.set(61_000e18, IPriceSource.Status.STALE);
        Quote memory q = MarkLib.quote(market);
        vm.assertFalse(q.fresh);
        vm.assertEq(Price.unwrap(q.mark), 60_000e18 + 19, "the last recorded one");
        vm.assertEq(Price.unwrap(q.long), 57_000e18 + 19 - 7, "5% of the last 19 units is less than one");
        vm.assertEq(Price.unwrap(q.short), 63_000e18 + 19 + 9);
    }

    function _open(uint256 mark) private returns (MockPriceSource source) {
        source = new MockPriceSource(mark);
        (market.status, market.source) = (MarketStatus.OPEN, source);
        market.fundingTime = uint32(block.timestamp);
        market.candidate = 60_000e18;
    }

    function _lastMark() private view returns (int256) {
        return Price.unwrap(MarkLib.lastMark(market));
    }
}
