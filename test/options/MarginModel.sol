// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MarketParams} from "../../contracts/Ledger.sol";
import {MockAggregator} from "../../contracts/mocks/MockAggregator.sol";
import {Held, OptionBench, Terms} from "../../contracts/mocks/OptionBench.sol";
import {Curve, CurveLib} from "../../contracts/options/CurveLib.sol";
import {NormalLib} from "../../contracts/options/NormalLib.sol";
import {Factors, RiskParams} from "../../contracts/options/OptionLedger.sol";
import {FUTURE, PERPETUAL, SeriesId, seriesOf} from "../../contracts/options/SeriesId.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {GroupId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Size} from "../../contracts/types/Size.sol";
import {TestBase} from "../base/TestBase.sol";

/// @dev What a portfolio is worth and needs, 1e-9 quote.
struct Expected {
    int256 equity;
    int256 atAnchor;
    int256 atRecorded;
    int256 initial;
    int256 maintenance;
    uint256 legs;
    bool fresh;
    int256[16] profits;
}

/// @notice The margin of an option group, slow and plain, beside a bench whose storage is written by hand. Marks are
/// those of CurveLib, logarithm and bell those of NormalLib; all else is computed here, by docs/options.md.
abstract contract MarginModel is TestBase {
    using CurveLib for Curve;

    GroupId internal constant GROUP = GroupId.wrap(7);
    AccountId internal constant ACCOUNT = AccountId.wrap(1 << 40);
    uint256 internal constant START = 1_763_020_800;
    int256 internal constant UNIT = 1e18;
    uint256 internal constant ALL = 300;
    int256 private constant PPM = 1e6;
    int256 private constant YEAR = 365 days;
    uint256 private constant DIGITS = 48;
    int256 private constant ONE = 1 << 48;

    OptionBench internal bench;
    MockAggregator internal feed;
    uint256 internal spot;
    uint32 internal level;
    uint8 internal versions;
    RiskParams internal risk;
    Factors internal anchor;
    Factors internal recorded;
    int88 internal funding;
    Terms[8] internal ladders;
    /// Where the arrays of a ladder were computed, and of which strikes.
    Factors[8] internal computedAt;
    uint256[8] internal computed;

    function _openBench(RiskParams memory params) internal {
        vm.warp(START);
        (bench, feed, risk, level) = (new OptionBench(), new MockAggregator(8, 4_000e8), params, 1e9);
        _setSpot(4_000e18);
        bench.setGroup(GROUP, address(feed), level, risk);
    }

    // ------------------------------------------------------------------ what is so now

    /// @param price A multiple of 1e10.
    function _setSpot(uint256 price) internal {
        spot = price;
        feed.setAnswer(int256(price / 1e10));
    }

    function _setLevel(uint32 level_) internal {
        level = level_;
        bench.setGroup(GROUP, address(feed), level, risk);
    }

    function _setFunding(int88 funding_, MarketParams memory params) internal {
        funding = funding_;
        bench.setParams(GROUP, params, funding);
    }

    function _setVersions(uint8 versions_) internal {
        versions = versions_;
        bench.setVersions(GROUP, versions);
    }

    function _setPast(Factors memory anchor_, Factors memory recorded_) internal {
        (anchor, recorded) = (anchor_, recorded_);
        bench.setFactors(GROUP, anchor, recorded);
    }

    function _setLadder(uint256 place, Terms memory terms) internal {
        Terms storage stored = ladders[place];
        (stored.expiry, stored.base, stored.step) = (terms.expiry, terms.base, terms.step);
        (stored.smiles, stored.settlement) = (terms.smiles, terms.settlement);
        bench.setLadder(GROUP, place, terms);
    }

    /// @dev Skips what is no array. Assumes that those of the ladder are not fresh.
    function _refresh(uint256[] memory indexes) internal {
        SeriesId[] memory series = new SeriesId[](indexes.length);
        for (uint256 i; i < indexes.length; ++i) {
            uint256 index = indexes[i];
            series[i] = seriesOf(GROUP, index);
            if (!_isOption(index) || ladders[index >> 5].expiry <= block.timestamp) continue;
            computedAt[index >> 5] = _now();
            computed[index >> 5] |= 1 << ((index & 31) >> 1);
        }
        bench.refresh(series);
    }

    function _now() internal view returns (Factors memory f) {
        (f.spot, f.level, f.time) = (uint80(spot), level, uint40(block.timestamp));
        (f.versions, f.funding) = (versions, funding);
    }

    // ------------------------------------------------------------------ marks

    function _curve(uint256 ladder, Factors memory at) internal view returns (Curve memory c) {
        Terms memory terms = ladders[ladder];
        (c.base, c.step, c.expiry) = (terms.base, terms.step, terms.expiry);
        if (at.time >= terms.expiry) {
            c.forward = Price.wrap(int256(uint256(terms.settlement)));
            return c;
        }
        c.smile = terms.smiles[(at.versions >> ladder) & 1];
        c.forward = Price.wrap((int256(uint256(at.spot)) * (100_000 + c.smile.basis())) / 100_000);
        c.root = (NormalLib.sqrt(((c.expiry - at.time) << 192) / 365 days) * at.level) / 1e13;
    }

    /// @dev Of the perpetual with the funding since.
    function _markAt(uint256 index, Factors memory at) internal view returns (int256) {
        if (index == PERPETUAL) return int256(uint256(at.spot)) - at.funding + funding;
        return Price.unwrap(_curve(index >> 5, at).mark(index & 31));
    }

    function _isOption(uint256 index) internal pure returns (bool) {
        return index != PERPETUAL && index & 31 != FUTURE;
    }

    // ------------------------------------------------------------------ arrays

    /// @dev What the call at `place` gains in each scenario, over the spot; unit 2^-14, floor, plus 2^15.
    function _lanes(uint256 ladder, Factors memory at, uint256 place) internal view returns (int256[16] memory lanes) {
        Curve memory c = _curve(ladder, at);
        int256 price = int256(uint256(at.spot));
        int256 strike = int256(c.base + c.step * (place >> 1));
        int256 deviation = int256((c.smile.vol(place >> 1) * c.root) >> DIGITS);
        if (deviation > 16 * ONE) deviation = 16 * ONE;
        (int256 up, int256 down) = _volMoves(int256(c.expiry - at.time));
        int256[9] memory moves = _moves();
        int256 worth = _value(Price.unwrap(c.forward), strike, price, 0, deviation);
        for (uint256 j; j < 16; ++j) {
            int256 move = moves[j < 14 ? j >> 1 : j - 7];
            int256 by = j >= 14 ? deviation : (deviation * (j & 1 == 0 ? up : down)) >> DIGITS;
            int256 profit = _value(Price.unwrap(c.forward), strike, price, move, by) - worth;
            if (j >= 14) profit = (profit * int256(uint256(risk.extremeShare))) / PPM;
            lanes[j] = (profit >> 34) + (1 << 15);
        }
    }

    function _packed(int256[16] memory lanes) internal pure returns (uint256 word) {
        for (uint256 j; j < 16; ++j) word |= uint256(lanes[j]) << (16 * j);
    }

    function _moves() internal view returns (int256[9] memory moves) {
        (int256 scan, int256 extreme) = (int256(uint256(risk.scanRange)), int256(uint256(risk.extremeMove)));
        return [int256(0), scan / 3, -(scan / 3), (2 * scan) / 3, -((2 * scan) / 3), scan, -scan, extreme, -extreme];
    }

    /// @dev By the power of 30 days over what is left, but at least a day.
    function _volMoves(int256 left) internal view returns (int256 up, int256 down) {
        if (left < 1 days) left = 1 days;
        (int256 more, int256 less) = left > 30 days ? (left, int256(30 days)) : (int256(30 days), left);
        uint256 ln = NormalLib.lnRatio(uint256(more), uint256(less));
        uint256 square = ((2 * uint256(risk.volPower) * ln) / 1e6) << 96;
        uint256 bell = NormalLib.bell(square == 0 ? 0 : NormalLib.sqrt(square));
        int256 stretch = int256(left < 30 days ? (1 << 144) / bell : bell >> 48);
        up = ONE + (int256(uint256(risk.volUp)) * stretch) / PPM;
        down = ONE - (int256(uint256(risk.volDown)) * stretch) / PPM;
        if (down < 0) down = 0;
    }

    /// @dev Black (1976) over the spot when the forward has moved by `move` ppm; unit 2^-48.
    function _value(
        int256 forward,
        int256 strike,
        int256 price,
        int256 move,
        int256 deviation
    ) private pure returns (int256) {
        int256 log = _log(forward, strike) + _log(PPM + move, PPM);
        int256 moved = (((forward << DIGITS) / price) * (((PPM + move) << DIGITS) / PPM)) >> DIGITS;
        if (deviation == 0) deviation = 1;
        int256 d = (log << DIGITS) / deviation - (deviation >> 1);
        return (moved * _normal(d + deviation) - ((strike << DIGITS) / price) * _normal(d)) >> DIGITS;
    }

    function _log(int256 x, int256 y) private pure returns (int256) {
        if (x < y) return -int256(NormalLib.lnRatio(uint256(y), uint256(x)) >> 48);
        return int256(NormalLib.lnRatio(uint256(x), uint256(y)) >> 48);
    }

    /// @dev Abramowitz and Stegun, 26.2.19.
    function _normal(int256 x) private pure returns (int256) {
        uint256 size = uint256(x < 0 ? -x : x);
        if (size >= 8 << DIGITS) return x < 0 ? int256(0) : ONE;
        uint48[6] memory powers = [1515179800, 13761480496, 10697062425, 922569786459, 5950664199637, 14036410335447];
        uint256 p = powers[0];
        for (uint256 i = 1; i < 7; ++i) p = ((p * size) >> DIGITS) + (i < 6 ? powers[i] : uint256(ONE));
        for (uint256 i; i < 3; ++i) p = (p * p) >> DIGITS;
        int256 beyond = int256((1 << 143) / (p * p));
        return x < 0 ? beyond : ONE - beyond;
    }

    // ------------------------------------------------------------------ margin

    /// @param asked The series of which a leg is handed over, with its value; 256: none; ALL: all.
    function _expect(Held[] memory held, int256 cash, uint256 asked) internal view returns (Expected memory e) {
        (e.equity, e.atAnchor, e.atRecorded, e.fresh) = (cash, cash, cash, true);
        for (uint256 i; i < held.length; ++i) {
            uint256 index = held[i].index;
            if (Size.unwrap(held[i].size) != 0) ++e.legs;
            e.equity += _valueOf(held[i]);
            bool whole = index != PERPETUAL && index != asked && asked != ALL;
            e.atAnchor += _valueAt(held[i], anchor, whole);
            e.atRecorded += _valueAt(held[i], recorded, whole);
            if (_isLive(held[i]) && _isOption(index) && !_isFresh(index)) e.fresh = false;
        }
        e.initial = _initial(held, e);
        e.maintenance = _ceil(e.initial * int256(uint256(risk.maintenanceShare)), PPM);
    }

    /// @dev Of the perpetual less the funding that a long owes.
    function _valueOf(Held memory leg) internal view returns (int256) {
        int256 mark = _markAt(leg.index, _now()) - (leg.index == PERPETUAL ? int256(funding) : int256(0));
        return _floor(Size.unwrap(leg.size) * mark, UNIT) - Money.unwrap(leg.offset);
    }

    /// @dev At other factors. `whole`: rounded at once, else what it is worth now and what it moved are each floor.
    function _valueAt(Held memory leg, Factors memory at, bool whole) internal view returns (int256) {
        int256 mark = _markAt(leg.index, at);
        if (whole) return _floor(Size.unwrap(leg.size) * mark, UNIT) - Money.unwrap(leg.offset);
        return _valueOf(leg) + _floor(Size.unwrap(leg.size) * (mark - _markAt(leg.index, _now())), UNIT);
    }

    function _isLive(Held memory leg) private view returns (bool) {
        if (Size.unwrap(leg.size) == 0) return false;
        return leg.index == PERPETUAL || ladders[leg.index >> 5].expiry > block.timestamp;
    }

    function _isFresh(uint256 index) internal view returns (bool) {
        Factors memory at = computedAt[index >> 5];
        if ((computed[index >> 5] >> ((index & 31) >> 1)) & 1 == 0) return false;
        bool near = _distance(spot, at.spot) * 100 <= at.spot && _distance(level, at.level) * 20 <= at.level;
        return near && block.timestamp - at.time <= 1 hours;
    }

    /// @dev The lanes that count for a leg's strike.
    function _lanesOf(uint256 index) private view returns (int256[16] memory) {
        Factors memory at = _isFresh(index) ? computedAt[index >> 5] : _now();
        at.versions = versions;
        return _lanes(index >> 5, at, index & 30);
    }

    function _initial(Held[] memory held, Expected memory e) private view returns (int256 required) {
        int256 least;
        _addProfits(held, e);
        for (uint256 j; j < 16; ++j) {
            e.profits[j] = _floor(e.profits[j], (PPM * UNIT) << 14);
            if (e.profits[j] < least) least = e.profits[j];
        }
        (int256 short, int256 worth, bool isLong) = _shortOf(held);
        short = _ceil(_floor(short * int256(spot), UNIT) * int256(uint256(risk.shortMinimum)), PPM);
        required = (-least > short ? -least : short) + _basis(held);
        if (isLong && worth < required) required = worth;
    }

    /// @dev 1e-27 quote times ppm, 14 digits more. A short's lanes count one more; a put is its call less the future.
    function _addProfits(Held[] memory held, Expected memory e) private view {
        int256[9] memory moves = _moves();
        int256 extreme = (moves[7] * int256(uint256(risk.extremeShare))) / PPM;
        (moves[7], moves[8]) = (extreme, -extreme);
        for (uint256 i; i < held.length; ++i) {
            if (!_isLive(held[i])) continue;
            (uint256 index, int256 size) = (held[i].index, Size.unwrap(held[i].size));
            int256[16] memory lanes;
            int256 linear = size * _forward(index);
            if (_isOption(index)) {
                lanes = _lanesOf(index);
                linear = index & 1 == 1 ? -linear : int256(0);
            }
            for (uint256 j; j < 16; ++j) {
                e.profits[j] += (linear * moves[j < 14 ? j >> 1 : j - 7]) << 14;
                if (!_isOption(index)) continue;
                int256 lane = lanes[j] - (1 << 15) + (size < 0 ? int256(1) : int256(0));
                e.profits[j] += size * lane * int256(spot) * PPM;
            }
        }
    }

    function _forward(uint256 index) private view returns (int256) {
        return index == PERPETUAL ? int256(spot) : Price.unwrap(_curve(index >> 5, _now()).forward);
    }

    /// @dev Short contracts, net of calls and net of puts; and what options are worth that are all long.
    function _shortOf(Held[] memory held) private view returns (int256 short, int256 worth, bool isLong) {
        (int256 calls, int256 puts) = (0, 0);
        isLong = true;
        for (uint256 i; i < held.length; ++i) {
            if (!_isLive(held[i])) continue;
            (uint256 index, int256 size) = (held[i].index, Size.unwrap(held[i].size));
            if (!_isOption(index) || size < 0) isLong = false;
            if (!_isOption(index)) continue;
            if (index & 1 == 0) calls += size;
            else puts += size;
            if (size > 0) worth += _floor(size * _markAt(index, _now()), UNIT);
        }
        short = (calls < 0 ? -calls : int256(0)) + (puts < 0 ? -puts : int256(0));
    }

    function _basis(Held[] memory held) private view returns (int256) {
        int256 sum;
        for (uint256 ladder; ladder < 8; ++ladder) {
            int256 left = int256(uint256(ladders[ladder].expiry)) - int256(block.timestamp);
            if (left <= 0) continue;
            int256 move = left * int256(uint256(risk.basisMove)) + _fixing(left) * YEAR;
            int256 exposure = _exposure(held, ladder);
            sum += (exposure < 0 ? -exposure : exposure) * move;
        }
        return _ceil(_ceil(sum, UNIT), YEAR * PPM);
    }

    /// @dev Of the ladder's forward, 1e-27 quote: options by what they gain between the least moves up and down.
    function _exposure(Held[] memory held, uint256 ladder) private view returns (int256 linear) {
        int256 slope;
        for (uint256 i; i < held.length; ++i) {
            (uint256 index, int256 size) = (held[i].index, Size.unwrap(held[i].size));
            if (index == PERPETUAL || index >> 5 != ladder || size == 0) continue;
            if (index & 31 == FUTURE || index & 1 == 1) {
                linear += (index & 31 == FUTURE ? size : -size) * _forward(index);
            }
            if (index & 31 == FUTURE) continue;
            int256[16] memory lanes = _lanesOf(index);
            slope += size * (lanes[2] + lanes[3] - lanes[4] - lanes[5]);
        }
        int256 whole = (4 * int256(uint256(risk.scanRange) / 3)) << 14;
        return linear + (slope * int256(spot) * PPM) / whole;
    }

    /// @dev How far the average of an expiry may be off the spot, ppm.
    function _fixing(int256 left) private view returns (int256) {
        int256 scan = int256(uint256(risk.scanRange));
        if (left >= 1 hours) return 0;
        return (left > 30 minutes ? (scan * (1 hours - left)) / 30 minutes : scan) / 2;
    }

    // ------------------------------------------------------------------ plain arithmetic

    function _floor(int256 a, int256 b) internal pure returns (int256) {
        return a / b - (a % b != 0 && (a < 0) != (b < 0) ? int256(1) : int256(0));
    }

    function _ceil(int256 a, int256 b) internal pure returns (int256) {
        return -_floor(-a, b);
    }

    function _distance(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a - b : b - a;
    }
}
