// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MarketParams} from "../../../contracts/Ledger.sol";
import {Held, MarginView} from "../../../contracts/mocks/OptionBench.sol";
import {Asked, IMarginDesk, ISliceDesk, Tally} from "../../../contracts/options/IMarginDesk.sol";
import {OptionMargin} from "../../../contracts/options/OptionMargin.sol";
import {OptionSlices} from "../../../contracts/options/OptionSlices.sol";
import {RiskParams} from "../../../contracts/options/OptionLedger.sol";
import {Portfolio, PortfolioLib} from "../../../contracts/options/PortfolioLib.sol";
import {seriesOf} from "../../../contracts/options/SeriesId.sol";
import {Leg} from "../../../contracts/position/PositionLib.sol";
import {Quote} from "../../../contracts/prices/MarkLib.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {MarketId} from "../../../contracts/types/MarketId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {DrawnPortfolios} from "../../options/DrawnPortfolios.sol";
import {Expected} from "../../options/MarginModel.sol";

/// @notice Portfolios at random in eight expiries, some of them near their end or past it, with arrays that are fresh
/// and arrays that are not: equity, margin and what they are made of are the model's, to the unit, however they are
/// asked for.
contract PortfolioLibTest is DrawnPortfolios {
    AccountId private constant OTHER = AccountId.wrap(2 << 40);

    OptionMargin private _margin;
    OptionSlices private _slices;

    function setUp() public {
        _openDrawn();
        (_margin, _slices) = (new OptionMargin(), new OptionSlices());
    }

    function testFuzz_margin_isTheModels(uint256 seed) public {
        random = seed;
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

    /// What the basis can move comes to a whole number of units and the least that can be beyond.
    function test_basis_isRoundedUp() public pure {
        Portfolio memory p;
        (p.ladders, p.left[0]) = (1, 3607);
        RiskParams memory risk;
        (risk.basisMove, risk.scanRange) = (10_007, 160_000);
        uint256 whole = 365 days * 1e6 * 1e18;
        p.linears[0] = 26808507067065806915475219467249;
        uint256 moved = uint256(p.linears[0]) * p.left[0] * risk.basisMove;
        vm.assertEq(moved % whole, 1);
        vm.assertEq(Money.unwrap(PortfolioLib.basisOf(p, Price.wrap(1), risk)), int256(moved / whole) + 1);
        p.linears[0] = -p.linears[0];
        vm.assertEq(Money.unwrap(PortfolioLib.basisOf(p, Price.wrap(1), risk)), int256(moved / whole) + 1);
    }

    /// With another leg of a series than its own, and more cash: alone, by what `rest` returned, and two at once.
    function testFuzz_whatIsAskedFor_isTheModels(uint256 seed) public {
        random = seed;
        _drawVenue();
        (Held[] memory one, Held[] memory two) = (_drawHeld(1 + _draw(5)), _drawHeld(1 + _draw(5)));
        (int112 cash, int256 more) = (int112(int256(_draw(1e14))), int256(_draw(1e12)) - 5e11);
        bench.hold(ACCOUNT, GROUP, cash, one);
        bench.hold(OTHER, GROUP, cash, two);
        _drawRefresh(one);
        uint256 index = _draw(3) == 0 ? _drawIndex() : one[_draw(one.length)].index;
        (Held memory first, Held memory second) = (_drawLeg(index), _drawLeg(index));
        if (_draw(3) == 0) first.size = Size.wrap(0); // closed
        (Expected memory e, Expected memory f) = (
            _expect(_with(one, first), cash + more, index),
            _expect(_with(two, second), cash - more, index)
        );
        Asked memory a = Asked(ACCOUNT, _legOf(first), Money.wrap(more));
        Asked memory b = Asked(OTHER, _legOf(second), Money.wrap(-more));
        _requireTally(e, cash + more, _tally(index, a));
        _requireTally(e, cash + more, _tallyRest(index, a));
        (Tally memory s, Tally memory t) = _tallyTwo(index, a, b);
        _requireTally(e, cash + more, s);
        _requireTally(f, cash - more, t);
    }

    function testFuzz_arrays_areTheModels(uint256 seed) public {
        random = seed;
        _drawVenue();
        uint256[] memory indexes = new uint256[](1);
        for (uint256 i; i < 8; i += 3) {
            (uint256 ladder, uint256 place) = (i, _draw(30));
            indexes[0] = (ladder << 5) | place;
            _refresh(indexes);
            uint256 stored = bench.array(GROUP, indexes[0] & ~uint256(1));
            bool expired = ladders[ladder].expiry <= block.timestamp;
            vm.assertEq(stored, expired ? 0 : _packed(_lanes(ladder, _now(), place & 30)), "array");
            vm.assertEq(bench.array(GROUP, indexes[0] | 1), 0, "of the call only");
        }
    }

    /// Cash, but no gains, above initial margin; and never what it needs at anchor or recorded factors.
    function testFuzz_whatMayBeWithdrawn(uint256 seed) public {
        random = seed;
        _drawVenue();
        MarketParams memory params;
        params.gapThreshold = 20_000;
        _setFunding(int88(int256(_draw(2e18)) - 1e18), params);
        _setPast(_drawNear(START - 300), _drawNear(START - 120));
        bench.open(GROUP, uint32(block.timestamp + 1));
        Held[] memory held = _drawHeld(1 + _draw(3));
        Expected memory e = _expect(held, 0, 256);
        int256 cash = e.initial - e.equity + int256(_draw(1e13)) - 1e12;
        bench.hold(ACCOUNT, GROUP, int112(cash), held);
        e = _expect(held, cash, 256);
        int256 free = (cash < e.equity ? cash : e.equity) - e.initial;
        if (e.atAnchor < free) free = e.atAnchor;
        if (e.atRecorded < free) free = e.atRecorded;
        bytes memory answer = _ask(address(_margin), abi.encodeCall(IMarginDesk.withdrawable, (ACCOUNT)));
        vm.assertEq(abi.decode(answer, (int256)), free > 0 ? free : int256(0), "free");
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
