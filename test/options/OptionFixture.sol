// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {VenueParams, MarketParams} from "../../contracts/Ledger.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {MockPriceSource} from "../../contracts/mocks/MockPriceSource.sol";
import {OptionSandbox} from "../../contracts/mocks/OptionSandbox.sol";
import {GroupView, SeriesView, Worth} from "../../contracts/mocks/OptionSandboxViews.sol";
import {RiskParams} from "../../contracts/options/OptionLedger.sol";
import {FUTURE, PERPETUAL, SeriesId, seriesOf} from "../../contracts/options/SeriesId.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Size} from "../../contracts/types/Size.sol";
import {venueParams} from "../base/Parameters.sol";
import {TestBase} from "../base/TestBase.sol";
import {flatSmile, riskParams} from "./Parameters.sol";

/// @notice An option group on an underlying at 3,000, in a sandbox: ladder 0 expires in a week, ladder 1 in four; 15
/// strikes from 2,300 on, 100 apart (strike 7 is at the money), all at 60% volatility, basis zero.
abstract contract OptionFixture is TestBase {
    uint256 internal constant QUOTE = 1e9;
    uint256 internal constant BASE = 1e9;
    uint256 internal constant START = 1_700_000_000;
    uint256 internal constant WEEK = 7 days;
    uint32 internal constant LEVEL = 1e9;
    uint256 internal constant SPOT = 3_000e18;

    OptionSandbox internal venue;
    MockPriceSource internal source;
    GroupId internal group;
    AccountId internal pot;

    function _deploy() internal {
        vm.warp(START);
        venue = new OptionSandbox();
        source = new MockPriceSource(SPOT);
        address vault = address(0x7a017);
        pot = accountOf(vault, 0);
        venue.setVenue(_venueParams(), vault, address(0x7ea5));
        group = venue.createGroup(source, _marketParams(), _riskParams(), LEVEL);
        _list(0, uint40(START + WEEK));
        _list(1, uint40(START + 4 * WEEK));
        _settleAnchors();
    }

    function _list(uint256 ladder, uint40 expiry) internal {
        venue.list(group, ladder, expiry, 2_300e18, 100e18, flatSmile(6_000, 0));
    }

    function _venueParams() internal pure returns (VenueParams memory) {
        return venueParams();
    }

    function _marketParams() internal pure returns (MarketParams memory params) {
        params.gapThreshold = 20_000;
        params.priceBand = 20_000;
    }

    function _riskParams() internal pure returns (RiskParams memory) {
        return riskParams(32);
    }

    // ------------------------------------------------------------------ what a test does

    function _account(uint256 number, uint256 quote) internal returns (AccountId id) {
        id = accountOf(address(uint160(0xacc0 + number)), 0);
        if (quote != 0) venue.fund(id, Money.wrap(int256(quote * QUOTE)));
    }

    function _call(uint256 ladder, uint256 strike) internal view returns (SeriesId) {
        return seriesOf(group, (ladder << 5) | (strike << 1));
    }

    function _put(uint256 ladder, uint256 strike) internal view returns (SeriesId) {
        return seriesOf(group, (ladder << 5) | (strike << 1) | 1);
    }

    function _future(uint256 ladder) internal view returns (SeriesId) {
        return seriesOf(group, (ladder << 5) | FUTURE);
    }

    function _perpetual() internal view returns (SeriesId) {
        return seriesOf(group, PERPETUAL);
    }

    function _setSpot(uint256 mark) internal {
        source.set(mark, IPriceSource.Status.FRESH);
    }

    /// @dev At the mark.
    function _fill(AccountId buyer, AccountId seller, SeriesId series, uint256 size) internal {
        venue.fill(buyer, seller, series, size, _mark(series));
    }

    function _mark(SeriesId series) internal view returns (uint256) {
        return series.index() == PERPETUAL ? uint256(venue.groupOf(group).now_.spot) : _markOf(series);
    }

    function _markOf(SeriesId series) private view returns (uint256) {
        return venue.seriesAt(series).mark.toUint();
    }

    /// @dev Twice, so that anchor and recorded factors are those of now (but for minutes).
    function _settleAnchors() internal {
        for (uint256 i; i < 2; ++i) {
            skip(120);
            venue.poke(group);
        }
    }

    function _worth(AccountId id) internal view returns (Worth memory) {
        return venue.worth(id, group);
    }

    function _group() internal view returns (GroupView memory) {
        return venue.groupOf(group);
    }

    function _size(AccountId id, SeriesId series) internal view returns (int256) {
        return Size.unwrap(venue.sizeOf(id, series));
    }

    function _shortfall() internal view returns (int256) {
        (, Money shortfall, , ) = venue.books();
        return Money.unwrap(shortfall);
    }

    function _list(AccountId id) internal pure returns (AccountId[] memory list) {
        list = new AccountId[](1);
        list[0] = id;
    }

    /// @dev Longs equal shorts equal open interest, to the unit.
    function _requireBalanced(SeriesId series) internal view {
        SeriesView memory v = venue.seriesAt(series);
        vm.assertEq(v.longs + v.estateLong, v.openInterest, "longs");
        vm.assertEq(v.shorts + v.estateShort, v.openInterest, "shorts");
        vm.assertEq(v.live, v.openInterest != 0, "live bit");
    }
}
