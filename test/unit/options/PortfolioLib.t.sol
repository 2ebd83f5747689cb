// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MarketParams} from "../../../contracts/Ledger.sol";
import {Held, MarginView, Terms} from "../../../contracts/mocks/OptionBench.sol";
import {Asked, IMarginDesk, ISliceDesk, Tally} from "../../../contracts/options/IMarginDesk.sol";
import {OptionMargin} from "../../../contracts/options/OptionMargin.sol";
import {Factors, RiskParams} from "../../../contracts/options/OptionLedger.sol";
import {OptionSlices} from "../../../contracts/options/OptionSlices.sol";
import {Portfolio} from "../../../contracts/options/PortfolioLib.sol";
import {PERPETUAL, seriesOf} from "../../../contracts/options/SeriesId.sol";
import {Smile} from "../../../contracts/options/Smile.sol";
import {Leg} from "../../../contracts/position/PositionLib.sol";
import {Quote} from "../../../contracts/prices/MarkLib.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {MarketId} from "../../../contracts/types/MarketId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {Expected, MarginModel} from "../../options/MarginModel.sol";
import {riskParams} from "../../options/Parameters.sol";

/// @notice Portfolios at random in eight expiries, some of them near their end or past it, with arrays that are fresh
/// and arrays that are not: equity, margin and what they are made of are the model's, to the unit, however they are
/// asked for.
contract PortfolioLibTest is MarginModel {
    AccountId private constant OTHER = AccountId.wrap(2 << 40);

    OptionMargin private _margin;
    OptionSlices private _slices;
    uint256 private _random;

    function setUp() public {
        RiskParams memory params = riskParams(32);
        (params.scanRange, params.volPower) = (160_001, 310_000);
        _openBench(params);
        (_margin, _slices) = (new OptionMargin(), new OptionSlices());
    }

    function testFuzz_margin_isTheModels(uint256 seed) public {
        _random = seed;
        _drawVenue();
        (Held[] memory held, int256 cash) = (_drawHeld(1 + _draw(8)), int256(_draw(1e15)) - 5e14);
        bench.hold(ACCOUNT, GROUP, int112(cash), held);
        _drawRefresh(held);
        Expected memory e = _expect(held, cash, 256);
        _requireView(e, bench.margin(GROUP, ACCOUNT, true), true);
        _requireView(e, bench.margin(GROUP, ACCOUNT, false), false);
        int256[16] memory profits = abi.decode(abi.encode(bench.profits(GROUP, ACCOUNT)), (int256[16]));
        for (uint256 j; j < 16; ++j) vm.assertEq(profits[j], e.profits[j], "profit");
        Portfolio memory p = bench.portfolio(GROUP, ACCOUNT);
        vm.assertEq(Money.unwrap(p.cash), cash, "cash");
        vm.assertEq(p.held, _bits(held), "held");
        _requireTally(e, cash, _tallyAll(ACCOUNT));
    }

    /// With another leg of a series than its own, and more cash: alone, by what `rest` returned, and two at once.
    function testFuzz_whatIsAskedFor_isTheModels(uint256 seed) public {
        _random = seed;
        _drawVenue();
        (Held[] memory one, Held[] memory two) = (_drawHeld(1 + _draw(5)), _drawHeld(1 + _draw(5)));
        (int112 cash, int256 more) = (int112(int256(_draw(1e14))), int256(_draw(1e12)) - 5e11);
        bench.hold(ACCOUNT, GROUP, cash, one);
        bench.hold(OTHER, GROUP, cash, two);
        _drawRefresh(one);
        uint256 index = _draw(3) == 0 ? _drawIndex() : one[_draw(one.length)].index;
        (Held memory first, Held memory second) = (_drawLeg(index), _drawLeg(index));
        (Expected memory e, Expected memory f) = (
            _expect(_with(one, first), cash + more, index),
            _expect(_with(two, second), cash, index)
        );
        Asked memory a = Asked(ACCOUNT, _legOf(first), Money.wrap(more));
        Asked memory b = Asked(OTHER, _legOf(second), Money.wrap(0));
        _requireTally(e, cash + more, _tally(index, a));
        _requireTally(e, cash + more, _tallyRest(index, a));
        (Tally memory s, Tally memory t) = _tallyTwo(index, a, b);
        _requireTally(e, cash + more, s);
        _requireTally(f, cash, t);
    }

    function testFuzz_arrays_areTheModels(uint256 seed) public {
        _random = seed;
        _drawVenue();
        uint256[] memory indexes = new uint256[](1);
        for (uint256 i; i < 8; ++i) {
            (uint256 ladder, uint256 place) = (i, _draw(30));
            indexes[0] = (ladder << 5) | place;
            _refresh(indexes);
            uint256 stored = bench.array(GROUP, indexes[0] & ~uint256(1));
            bool expired = ladders[ladder].expiry <= block.timestamp;
            vm.assertEq(stored, expired ? 0 : _packed(_lanes(ladder, _now(), place & 30)), "array");
            vm.assertEq(bench.array(GROUP, indexes[0] | 1), 0, "of the call only");
        }
    }

    // ------------------------------------------------------------------ what is drawn

    function _drawVenue() private {
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

    function _drawSmile() private returns (Smile) {
        uint256 word = uint256(uint16(int16(int256(_draw(600)) - 300))) << 240;
        for (uint256 i; i < 15; ++i) word |= (4_000 + _draw(5_000)) << (16 * i);
        return Smile.wrap(word);
    }

    function _drawFactors(uint256 time) private returns (Factors memory f) {
        (f.spot, f.level) = (uint80(3_800e18 + _draw(400e18)), uint32(0.9e9 + _draw(0.2e9)));
        (f.time, f.versions, f.funding) = (uint40(time), uint8(_draw(256)), int88(int256(_draw(2e18)) - 1e18));
    }

    function _drawHeld(uint256 count) private returns (Held[] memory held) {
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

    function _drawIndex() private returns (uint256) {
        return _draw(9) == 0 ? PERPETUAL : (_draw(8) << 5) | _draw(31);
    }

    function _drawLeg(uint256 index) private returns (Held memory) {
        int256 size = int256(1 + _draw(20e9));
        return Held(index, Size.wrap(_draw(2) == 0 ? size : -size), Money.wrap(int256(_draw(2e12)) - 1e12));
    }

    /// @dev Some arrays, and then factors that are near those of the arrays or not.
    function _drawRefresh(Held[] memory held) private {
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

    function _draw(uint256 below) private returns (uint256) {
        _random = uint256(keccak256(abi.encode(_random)));
        return _random % below;
    }

    // ------------------------------------------------------------------ how it is asked for

    function _with(Held[] memory held, Held memory leg) private pure returns (Held[] memory list) {
        for (uint256 i; i < held.length; ++i) {
            if (held[i].index != leg.index) continue;
            list = abi.decode(abi.encode(held), (Held[]));
            list[i] = leg;
            return list;
        }
        list = new Held[](held.length + 1);
        for (uint256 i; i < held.length; ++i) list[i] = held[i];
        list[held.length] = leg;
    }

    function _bits(Held[] memory held) private pure returns (uint256 bits) {
        for (uint256 i; i < held.length; ++i) bits |= 1 << held[i].index;
    }

    function _quoteOf(uint256 index) private view returns (Quote memory quote) {
        quote.mark = Price.wrap(_markAt(index, _now()));
        quote.anchor = Price.wrap(_markAt(index, anchor));
        quote.recordedMark = Price.wrap(_markAt(index, recorded));
    }

    function _legOf(Held memory held) private view returns (Leg memory leg) {
        (leg.size, leg.value) = (held.size, Money.wrap(_valueOf(held)));
    }

    function _tally(uint256 index, Asked memory a) private returns (Tally memory) {
        (MarketId market, Quote memory quote) = (seriesOf(GROUP, index).market(), _quoteOf(index));
        bytes memory call = abi.encodeCall(IMarginDesk.tally, (market, _spot(), quote, a));
        return abi.decode(_ask(address(_margin), call), (Tally));
    }

    function _tallyRest(uint256 index, Asked memory a) private returns (Tally memory) {
        (MarketId market, Quote memory quote) = (seriesOf(GROUP, index).market(), _quoteOf(index));
        bytes memory rest = _ask(address(_margin), abi.encodeCall(IMarginDesk.rest, (a.id, market, _spot())));
        rest = abi.decode(rest, (bytes));
        bytes memory call = abi.encodeCall(IMarginDesk.tallyRest, (rest, market, _spot(), quote, a));
        return abi.decode(_ask(address(_margin), call), (Tally));
    }

    function _tallyTwo(uint256 index, Asked memory a, Asked memory b) private returns (Tally memory, Tally memory) {
        (MarketId market, Quote memory quote) = (seriesOf(GROUP, index).market(), _quoteOf(index));
        bytes memory call = abi.encodeCall(IMarginDesk.tallyTwo, (market, _spot(), quote, a, b));
        return abi.decode(_ask(address(_margin), call), (Tally, Tally));
    }

    function _tallyAll(AccountId id) private returns (Tally memory) {
        return abi.decode(_ask(address(_slices), abi.encodeCall(ISliceDesk.tallyAll, (id))), (Tally));
    }

    function _spot() private view returns (Price) {
        return Price.wrap(int256(spot));
    }

    function _ask(address lens, bytes memory call) private returns (bytes memory) {
        try bench.inspect(lens, call) {
            revert("inspect returned");
        } catch (bytes memory answer) {
            (bool ok, bytes memory inner) = abi.decode(answer, (bool, bytes));
            require(ok, "refused");
            return inner;
        }
    }

    function _requireView(Expected memory e, MarginView memory m, bool past) private pure {
        vm.assertEq(Money.unwrap(m.equity), e.equity, "equity");
        vm.assertEq(Money.unwrap(m.initial), e.initial, "initial");
        vm.assertEq(Money.unwrap(m.maintenance), e.maintenance, "maintenance");
        vm.assertEq(m.arraysFresh, e.fresh, "fresh");
        if (!past) return;
        vm.assertEq(Money.unwrap(m.atAnchor), e.atAnchor, "at anchor");
        vm.assertEq(Money.unwrap(m.atRecorded), e.atRecorded, "at recorded factors");
    }

    function _requireTally(Expected memory e, int256 cash, Tally memory t) private pure {
        vm.assertEq(Money.unwrap(t.cash), cash, "cash");
        vm.assertEq(Money.unwrap(t.equity), e.equity, "equity");
        vm.assertEq(Money.unwrap(t.initial), e.initial, "initial");
        vm.assertEq(Money.unwrap(t.maintenance), e.maintenance, "maintenance");
        vm.assertEq(Money.unwrap(t.atAnchor), e.atAnchor, "at anchor");
        vm.assertEq(Money.unwrap(t.atRecorded), e.atRecorded, "at recorded factors");
        vm.assertEq(t.legs, e.legs, "legs");
    }
}
