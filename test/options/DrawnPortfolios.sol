// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MarketParams} from "../../contracts/Ledger.sol";
import {Held, Terms} from "../../contracts/mocks/OptionBench.sol";
import {Factors, RiskParams} from "../../contracts/options/OptionLedger.sol";
import {PERPETUAL} from "../../contracts/options/SeriesId.sol";
import {Smile} from "../../contracts/options/Smile.sol";
import {Quote} from "../../contracts/prices/MarkLib.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Size} from "../../contracts/types/Size.sol";
import {MarginModel} from "./MarginModel.sol";
import {riskParams} from "./Parameters.sol";

/// @notice A bench with ladders, factors and portfolios at random, the same for the same `random`.
abstract contract DrawnPortfolios is MarginModel {
    uint256 internal random;

    /// @dev A scan range that three does not divide.
    function _openDrawn() internal {
        RiskParams memory params = riskParams(32);
        (params.scanRange, params.volPower) = (160_001, 310_000);
        _openBench(params);
    }

    function _drawVenue() internal {
        uint32[10] memory terms = [1_799, 1_800, 1_801, 3_599, 3_600, 86_399, 86_401, 2_592_000, 5_270_400, 31_000_000];
        for (uint256 i; i < 8; ++i) {
            Terms memory t;
            t.expiry = uint40(START + 10 + (_draw(5) == 0 ? 86_400 + _draw(9e6) : terms[_draw(10)]));
            (t.base, t.step) = (uint80(2_600e18 + _draw(2) * 200e18), uint80(200e18 + _draw(7) * 1e18));
            t.smiles = [_drawSmile(), _drawSmile()];
            if (_draw(6) == 0) (t.expiry, t.settlement) = (uint40(START - 1), uint80(3_900e18 + _draw(200e18)));
            _setLadder(i, t);
        }
        _setVersions(uint8(_draw(256)));
        MarketParams memory none;
        _setFunding(int88(int256(_draw(2e18)) - 1e18), none);
        _setSpot(3_800e18 + _draw(40_000_000) * 1e13);
        _setLevel(uint32(0.9e9 + _draw(0.2e9)));
        _setPast(_drawFactors(START - 300), _drawFactors(START - 120));
    }

    function _drawSmile() internal returns (Smile) {
        uint256 word = uint256(uint16(int16(int256(_draw(600)) - 300))) << 240;
        for (uint256 i; i < 15; ++i) word |= (4_000 + _draw(5_000)) << (16 * i);
        return Smile.wrap(word);
    }

    function _drawFactors(uint256 time) internal returns (Factors memory f) {
        (f.spot, f.level) = (uint80(3_800e18 + _draw(400e18)), uint32(0.9e9 + _draw(0.2e9)));
        (f.time, f.versions, f.funding) = (uint40(time), uint8(_draw(256)), int88(int256(_draw(2e18)) - 1e18));
    }

    /// @dev Within the gap of price and level; the smiles may be others.
    function _drawNear(uint256 time) internal returns (Factors memory f) {
        f = _drawFactors(time);
        (f.spot, f.level) = (uint80((spot * (990 + _draw(20))) / 1_000), level);
    }

    function _drawHeld(uint256 count) internal returns (Held[] memory held) {
        held = new Held[](count);
        uint256 seen;
        bool isLong = _draw(4) == 0;
        for (uint256 i; i < count;) {
            uint256 index = _drawIndex();
            if ((seen >> index) & 1 != 0 || (isLong && !_isOption(index))) continue;
            seen |= 1 << index;
            held[i] = _drawLeg(index);
            if (isLong && Size.unwrap(held[i].size) < 0) held[i].size = -held[i].size;
            ++i;
        }
    }

    function _drawIndex() internal returns (uint256) {
        return _draw(9) == 0 ? PERPETUAL : (_draw(8) << 5) | _draw(31);
    }

    function _drawLeg(uint256 index) internal returns (Held memory) {
        int256 size = int256(1 + _draw(20e9));
        return Held(index, Size.wrap(_draw(2) == 0 ? size : -size), Money.wrap(int256(_draw(2e12)) - 1e12));
    }

    /// @dev Some arrays, and then factors that are near those of the arrays or not.
    function _drawRefresh(Held[] memory held) internal {
        uint256[] memory indexes = new uint256[](1);
        for (uint256 i; i < held.length; ++i) {
            if (_draw(3) == 0) continue;
            indexes[0] = held[i].index;
            _refresh(indexes);
        }
        uint256 way = _draw(6);
        if (way == 0) _setSpot(((spot * 1_009) / 1_000 / 1e10) * 1e10);
        if (way == 1) _setSpot(((spot * 989) / 1_000 / 1e10) * 1e10);
        if (way == 2) _setLevel(uint32((uint256(level) * 1_04) / 100));
        if (way == 3) skip(1 + _draw(5_000));
    }

    function _draw(uint256 below) internal returns (uint256) {
        random = uint256(keccak256(abi.encode(random)));
        return random % below;
    }

    function _ask(address lens, bytes memory call) internal returns (bytes memory) {
        try bench.inspect(lens, call) {
            revert("inspect returned");
        } catch (bytes memory answer) {
            (bool ok, bytes memory inner) = abi.decode(answer, (bool, bytes));
            require(ok, "refused");
            return inner;
        }
    }

    function _quoteOf(uint256 index) internal view returns (Quote memory quote) {
        quote.mark = Price.wrap(_markAt(index, _now()));
        quote.anchor = Price.wrap(_markAt(index, anchor));
        quote.recordedMark = Price.wrap(_markAt(index, recorded));
    }
}
