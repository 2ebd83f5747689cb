// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IOptionMargin} from "../../../contracts/interfaces/IOptionMargin.sol";
import {Held, Terms} from "../../../contracts/mocks/OptionBench.sol";
import {Factors, Ladder, RiskParams} from "../../../contracts/options/OptionLedger.sol";
import {FUTURE, PERPETUAL, SeriesId, seriesOf} from "../../../contracts/options/SeriesId.sol";
import {GroupId} from "../../../contracts/types/MarketId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {Vm} from "../../base/TestBase.sol";
import {MarginModel} from "../../options/MarginModel.sol";
import {flatSmile, riskParams} from "../../options/Parameters.sol";

/// @title When an array may be used, and when a refresh moves its ladder's factors: each limit to the unit
contract RefreshLibTest is MarginModel {
    uint256 private constant SPOT = 4_000e18;
    uint32 private constant LEVEL = 1e9;
    uint40 private constant EXPIRY = uint40(START + 20 days);

    function setUp() public {
        _openBench(riskParams(16));
        for (uint256 i; i < 3; ++i) _setLadder(i, _terms(EXPIRY));
        bench.setTouched(GROUP, 0, 5);
    }

    // ------------------------------------------------------------------ use

    function test_anArrayIsUsed_withinOnePercentOfThePrice() public {
        _refreshAt(14);
        _requireUse(SPOT, LEVEL, 0, true);
        _requireUse(4_040e18, LEVEL, 0, true);
        _requireUse(4_040e18 + 1e10, LEVEL, 0, false);
        _requireUse(3_960e18, LEVEL, 0, true);
        _requireUse(3_960e18 - 1e10, LEVEL, 0, false);
    }

    function test_anArrayIsUsed_withinFivePercentOfTheLevel() public {
        _refreshAt(14);
        _requireUse(SPOT, 1.05e9, 0, true);
        _requireUse(SPOT, 1.05e9 + 1, 0, false);
        _requireUse(SPOT, 0.95e9, 0, true);
        _requireUse(SPOT, 0.95e9 - 1, 0, false);
    }

    function test_anArrayIsUsed_forAnHour() public {
        _refreshAt(14);
        _requireUse(SPOT, LEVEL, 1 hours, true);
        _requireUse(SPOT, LEVEL, 1, false);
    }

    function test_anArrayIsOfItsTermsAndParameters() public {
        _refreshAt(14);
        Terms memory t = _terms(EXPIRY);
        t.base += 1;
        _requireVoid(t);
        (t.base, t.step) = (t.base - 1, t.step + 1);
        _requireVoid(t);
        (t.step, t.expiry) = (t.step - 1, t.expiry + 1);
        _requireVoid(t);
        (t.expiry, t.smiles[0]) = (t.expiry - 1, flatSmile(6_001, 0));
        _requireVoid(t);
        t.smiles = [flatSmile(6_000, 0), flatSmile(6_001, 0)];
        _setLadder(0, t);
        vm.assertTrue(_isUsed(14), "another smile than the one that holds");
        _setVersions(1);
        vm.assertFalse(_isUsed(14), "the other smile");
        _setVersions(6);
        vm.assertTrue(_isUsed(14), "versions of other ladders");
        RiskParams memory params = risk;
        params.basisMove += 1;
        bench.setGroup(GROUP, address(feed), level, params);
        vm.assertFalse(_isUsed(14), "parameters");
    }

    function test_anArrayIsOfItsStrikeAndLadder() public {
        _refreshAt(14);
        vm.assertTrue(_isUsed(15), "the put");
        vm.assertFalse(_isUsed(12) || _isUsed(16) || _isUsed(32 + 14), "others");
    }

    // ------------------------------------------------------------------ refresh

    function test_aRefreshKeepsTheFactors_withinHalfOfALimit() public {
        _requireKept(4_020e18, LEVEL, 0, true);
        _requireKept(4_020e18 + 1e10, LEVEL, 0, false);
        _requireKept(3_980e18, LEVEL, 0, true);
        _requireKept(3_980e18 - 1e10, LEVEL, 0, false);
        _requireKept(SPOT, 1.025e9, 0, true);
        _requireKept(SPOT, 1.025e9 + 1, 0, false);
        _requireKept(SPOT, 0.975e9, 0, true);
        _requireKept(SPOT, 0.975e9 - 1, 0, false);
        _requireKept(SPOT, LEVEL, 30 minutes, true);
        _requireKept(SPOT, LEVEL, 30 minutes + 1, false);
    }

    /// @dev From the first factors; a strike more is then of them, or else all are of the present ones.
    function _requireKept(uint256 spot_, uint32 level_, uint256 time, bool kept) private {
        uint256 state = vm.snapshotState();
        _refreshAt(14);
        Factors memory first = _now();
        uint256 stored = bench.array(GROUP, 14);
        skip(time);
        _setSpot(spot_);
        _setLevel(level_);
        vm.recordLogs();
        _refreshAt(17);
        Factors memory at = kept ? first : _now();
        vm.assertEq(bench.array(GROUP, 16), _packed(_lanes(0, at, 16)), "the array");
        vm.assertEq(bench.array(GROUP, 14), stored, "the other");
        _requireFactors(0, at, kept ? (1 << 7) | (1 << 8) : 1 << 8);
        _requireTold(kept ? 0 : 1, 0, at);
        vm.revertToStateAndDelete(state);
        (spot, level) = (SPOT, LEVEL);
    }

    /// Whoever reads risk factors by events gets each field of them.
    function test_movedFactorsAreTold() public {
        _setSpot(4_001e18);
        _setLevel(0.99e9);
        vm.recordLogs();
        _refreshAt(32 + 13);
        _requireTold(1, 1, _now());
    }

    function test_aRefreshComputesNothingAgain() public {
        _refreshAt(14);
        _setSpot(4_020e18);
        uint256 stored = bench.array(GROUP, 14);
        vm.recordLogs();
        _refreshAt(14);
        vm.assertEq(vm.getRecordedLogs().length, 0, "nothing moved");
        vm.assertEq(bench.array(GROUP, 14), stored, "as it was");
    }

    /// In any order, of futures and the perpetual between, of puts and calls, twice.
    function test_aRefreshOfSeveralLadders() public {
        SeriesId[] memory series = new SeriesId[](10);
        uint256[10] memory indexes = [64 + 13, 14, 16, FUTURE, PERPETUAL, 32 + 2, 15, 64 + 28, PERPETUAL, 32 + FUTURE];
        for (uint256 i; i < 10; ++i) series[i] = seriesOf(GROUP, indexes[i]);
        vm.recordLogs();
        bench.refresh(series);
        vm.assertEq(vm.getRecordedLogs().length, 3, "once a ladder");
        _requireFactors(0, _now(), (1 << 7) | (1 << 8));
        _requireFactors(1, _now(), 1 << 1);
        _requireFactors(2, _now(), (1 << 6) | (1 << 14));
        uint256[5] memory calls = [uint256(64 + 12), 14, 16, 32 + 2, 64 + 28];
        for (uint256 i; i < 5; ++i) {
            uint256 array = _packed(_lanes(calls[i] >> 5, _now(), calls[i] & 31));
            vm.assertEq(bench.array(GROUP, calls[i]), array, "array");
        }
        vm.assertEq(bench.array(GROUP, FUTURE) | bench.array(GROUP, 254), 0, "no others");
    }

    /// By falling ladders, and of the same ladder of two groups.
    function test_aRefreshFollowsGroupsAndLadders() public {
        GroupId other = GroupId.wrap(8);
        RiskParams memory params = risk;
        params.scanRange += 3;
        bench.setGroup(other, address(feed), 1.1e9, params);
        bench.setLadder(other, 0, _terms(EXPIRY));
        SeriesId[] memory series = new SeriesId[](4);
        (series[0], series[1]) = (seriesOf(GROUP, 64 + 14), seriesOf(GROUP, 32 + 14));
        (series[2], series[3]) = (seriesOf(GROUP, 14), seriesOf(other, 14));
        bench.refresh(series);
        for (uint256 i; i < 3; ++i) {
            vm.assertEq(bench.array(GROUP, 32 * i + 14), _packed(_lanes(i, _now(), 14)), "array");
        }
        uint256 mine = bench.array(GROUP, 14);
        (level, risk.scanRange) = (1.1e9, params.scanRange);
        vm.assertEq(bench.array(other, 14), _packed(_lanes(0, _now(), 14)), "the other group's");
        vm.assertTrue(bench.array(other, 14) != mine, "they differ");
        vm.assertEq(bench.ladder(other, 0).riskLevel, 1.1e9, "its level");
    }

    function test_anExpiredLadderHasNoArrays() public {
        _refreshAt(14);
        vm.warp(EXPIRY);
        _setSpot(SPOT);
        vm.recordLogs();
        _refreshAt(16);
        vm.assertEq(vm.getRecordedLogs().length, 0, "nothing moved");
        vm.assertEq(bench.array(GROUP, 16), 0, "nothing computed");
        vm.assertEq(bench.ladder(GROUP, 0).computed, 1 << 7, "as it was");
    }

    function test_aSecondBeforeTheExpiryThereAreArrays() public {
        vm.warp(EXPIRY - 1);
        _setSpot(SPOT);
        _refreshAt(16);
        vm.assertEq(bench.array(GROUP, 16), _packed(_lanes(0, _now(), 16)), "array");
    }

    function test_onlySeriesAreRefreshed() public {
        SeriesId[] memory series = new SeriesId[](1);
        uint256[3] memory indexes = [uint256(31), 32 + 31, 3 * 32 + 14]; // no place, and no ladder
        for (uint256 i; i < 3; ++i) {
            series[0] = seriesOf(GROUP, indexes[i]);
            vm.expectRevert(abi.encodeWithSelector(IOptionMargin.SeriesUnknown.selector, series[0]));
            bench.refresh(series);
        }
    }

    function test_aRefreshNeedsAFreshPrice() public {
        SeriesId[] memory series = new SeriesId[](1);
        series[0] = seriesOf(GROUP, 14);
        skip(1 days + 1);
        vm.expectRevert(abi.encodeWithSelector(IOptionMargin.SpotNotFresh.selector, GROUP));
        bench.refresh(series);
    }

    // ------------------------------------------------------------------ inside

    function _terms(uint40 expiry) private pure returns (Terms memory t) {
        (t.expiry, t.base, t.step) = (expiry, 3_300e18, 100e18);
        t.smiles = [flatSmile(6_000, 0), flatSmile(6_000, 0)];
    }

    function _refreshAt(uint256 index) private {
        SeriesId[] memory series = new SeriesId[](1);
        series[0] = seriesOf(GROUP, index);
        bench.refresh(series);
    }

    /// @dev Is the array of a series used for the margin of who holds it?
    function _isUsed(uint256 index) private returns (bool) {
        Held[] memory held = new Held[](1);
        held[0] = Held(index, Size.wrap(1e9), Money.wrap(0));
        bench.hold(ACCOUNT, GROUP, 0, held);
        return bench.margin(GROUP, ACCOUNT, false).arraysFresh;
    }

    function _requireUse(uint256 spot_, uint32 level_, uint256 time, bool used) private {
        skip(time);
        _setSpot(spot_);
        _setLevel(level_);
        vm.assertEq(_isUsed(14), used, "used");
    }

    function _requireVoid(Terms memory terms) private {
        _setLadder(0, terms);
        vm.assertFalse(_isUsed(14), "other terms");
        _setLadder(0, _terms(EXPIRY));
        vm.assertTrue(_isUsed(14), "the same terms");
    }

    function _requireFactors(uint256 place, Factors memory at, uint256 strikes) private view {
        Ladder memory stored = bench.ladder(GROUP, place);
        vm.assertTrue(stored.riskSpot == at.spot && stored.riskLevel == at.level, "factors");
        vm.assertTrue(stored.riskTime == at.time && stored.riskPrint != 0, "time");
        vm.assertEq(stored.computed, strikes, "strikes");
        Terms memory t = _terms(EXPIRY);
        vm.assertTrue(stored.expiry == t.expiry && stored.base == t.base && stored.step == t.step, "terms");
        vm.assertEq(stored.touched, place == 0 ? 5 : 0, "touched");
    }

    function _requireTold(uint256 count, uint256 ladder, Factors memory at) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, count, "told");
        if (count == 0) return;
        vm.assertEq(logs[0].topics[0], IOptionMargin.RiskFactorsMoved.selector, "event");
        vm.assertEq(uint256(logs[0].topics[1]), GroupId.unwrap(GROUP), "group");
        vm.assertEq(uint256(logs[0].topics[2]), ladder, "ladder");
        vm.assertEq(logs[0].data, abi.encode(at.spot, at.level, at.time), "factors");
    }
}
