// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../../../contracts/interfaces/IDeleveraging.sol";
import {ILiquidation} from "../../../contracts/interfaces/ILiquidation.sol";
import {IOptionLiquidation} from "../../../contracts/interfaces/IOptionLiquidation.sol";
import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {MarketParams} from "../../../contracts/Ledger.sol";
import {Held} from "../../../contracts/mocks/OptionBench.sol";
import {ISliceDesk, Slice} from "../../../contracts/options/IMarginDesk.sol";
import {Factors} from "../../../contracts/options/OptionLedger.sol";
import {OptionSlices} from "../../../contracts/options/OptionSlices.sol";
import {PERPETUAL, seriesOf} from "../../../contracts/options/SeriesId.sol";
import {Quote} from "../../../contracts/prices/MarkLib.sol";
import {MarketId} from "../../../contracts/types/MarketId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {DrawnPortfolios} from "../../options/DrawnPortfolios.sol";
import {Expected} from "../../options/MarginModel.sol";

/// @notice What a liquidation takes over of portfolios at random, whose equity is chosen to the unit: sizes, price and
/// refusals are those of docs/options.md.
contract SliceLibTest is DrawnPortfolios {
    uint256 private constant ONE = 1e18;
    uint256 private constant WHOLE = 256;
    int256 private constant MINIMUM = 10e9;
    int256 private constant FLOOR = 2_500;
    int256 private constant CAP = 15_000;
    int256 private constant RATE = 30_000;

    struct Plan {
        Held[] held;
        Expected whole;
        Expected without;
        uint256 only;
        uint256 fraction;
        int256 cost;
        int256 cash;
    }

    OptionSlices private _slices;

    function setUp() public {
        _openDrawn();
        _slices = new OptionSlices();
    }

    function testFuzz_aSliceOfAll(uint256 seed) public {
        random = seed;
        Plan memory p = _drawPlan(WHOLE);
        p.without.initial = 0;
        _requirePlans(p);
    }

    function testFuzz_oneLegInALock(uint256 seed) public {
        random = seed;
        Plan memory p = _drawPlan(0);
        bench.lock(GROUP, uint32(block.timestamp + 1));
        p.only = p.held[_draw(p.held.length)].index;
        p.without = _expect(_less(p.held, p.only), 0, ALL);
        _requirePlans(p);
    }

    function test_whatCannotBeSliced() public {
        random = 1;
        Plan memory p = _drawPlan(WHOLE);
        bench.hold(ACCOUNT, GROUP, 0, new Held[](0));
        _requireRefused(WHOLE, abi.encodeWithSelector(ILiquidation.NoPosition.selector, ACCOUNT, _market(PERPETUAL)));
        bench.hold(ACCOUNT, GROUP, int112(-p.whole.equity), p.held);
        uint256 other = p.held[0].index ^ 1;
        _requireRefused(other, abi.encodeWithSelector(ILiquidation.NoPosition.selector, ACCOUNT, _market(other)));
        _requireRefused(p.held[0].index, abi.encodeWithSelector(IDeleveraging.GroupNotLocked.selector, GROUP));
        uint256 state = vm.snapshotState();
        uint256 end = block.timestamp + 1;
        bench.lock(GROUP, uint32(end));
        _requireRefused(WHOLE, abi.encodeWithSelector(IDeleveraging.GroupLocked.selector, GROUP, end));
        skip(1);
        _requireRefused(p.held[0].index, abi.encodeWithSelector(IDeleveraging.GroupLocked.selector, GROUP, end));
        vm.revertToStateAndDelete(state);
        uint256 before = spot;
        _setSpot((((spot * 104) / 100) / 1e10) * 1e10);
        _requireRefused(WHOLE, abi.encodeWithSelector(IDeleveraging.GapOpen.selector, GROUP));
        _setSpot(before);
        skip(1 days + 1);
        _requireRefused(WHOLE, abi.encodeWithSelector(ITrading.PriceNotFresh.selector, _market(PERPETUAL)));
    }

    function _requireRefused(uint256 only, bytes memory reason) private {
        (bool ok, bytes memory answer) = _plan(only, ONE);
        vm.assertFalse(ok, "refused");
        vm.assertEq(answer, reason, "why");
    }

    function _market(uint256 index) private pure returns (MarketId) {
        return seriesOf(GROUP, index).market();
    }

    /// At the edges of what is liquidated, and at some equity between.
    function _requirePlans(Plan memory p) private {
        int256 maintenance = p.whole.maintenance;
        int256[6] memory edges = [int256(-1), 0, 1, maintenance / 2, maintenance - 1, maintenance];
        for (uint256 i; i < 6; ++i) _requirePlan(p, edges[i], ONE);
        _requirePlan(p, int256(_draw(uint256(maintenance) + 1)), 1 + _draw(ONE));
        _requirePlan(p, int256(_draw(uint256(maintenance) + 1)), ONE - 1);
    }

    function _requirePlan(Plan memory p, int256 equity, uint256 maxFraction) private {
        int256 more = equity - p.whole.equity;
        p.cash += more;
        bench.hold(ACCOUNT, GROUP, int112(p.cash), p.held);
        p.whole.equity += more;
        p.whole.atAnchor += more;
        p.whole.atRecorded += more;
        (bool ok, bytes memory answer) = _plan(p.only, maxFraction);
        bytes memory flaw = _judge(p, maxFraction);
        if (flaw.length != 0) {
            vm.assertFalse(ok, "refused");
            vm.assertEq(answer, flaw, "why");
            return;
        }
        if (!ok) vm.assertEq(answer, flaw, "planned");
        _requireSlice(p, abi.decode(answer, (Slice)));
    }

    // ------------------------------------------------------------------ the rule

    function _judge(Plan memory p, uint256 maxFraction) private view returns (bytes memory) {
        (int256 equity, int256 maintenance) = (p.whole.equity, p.whole.maintenance);
        if (p.only < WHOLE && _hasWon(p)) {
            return
                abi.encodeWithSelector(
                    ILiquidation.WinningSideLocked.selector,
                    ACCOUNT,
                    seriesOf(GROUP, p.only).market()
                );
        }
        if (equity < 0) return abi.encodeWithSelector(ILiquidation.AccountInsolvent.selector, ACCOUNT, equity);
        if (equity >= maintenance) {
            return abi.encodeWithSelector(ILiquidation.NotLiquidatable.selector, ACCOUNT, equity, maintenance);
        }
        bytes memory worse = abi.encodeWithSelector(IOptionLiquidation.SliceWorsens.selector, ACCOUNT);
        int256 freed = p.whole.initial - p.without.initial;
        if (freed <= 0) return worse;
        p.cost = (_discount(equity, maintenance) * freed) / p.whole.initial;
        (int256 missing, int256 gain) = (p.whole.initial - equity, freed - p.cost);
        p.fraction = missing >= gain ? ONE : uint256(_ceil(missing * int256(ONE), gain));
        if (p.fraction > maxFraction) p.fraction = maxFraction;
        if (!_worsens(p)) return "";
        if (maxFraction < ONE || p.fraction == ONE) return worse;
        p.fraction = ONE;
        return _worsens(p) ? worse : bytes("");
    }

    /// @dev From the floor at maintenance margin to the cap at half of it, of the notional; at most equity.
    function _discount(int256 equity, int256 maintenance) private pure returns (int256 cost) {
        int256 depth = (maintenance - equity) * 2;
        if (depth > maintenance) depth = maintenance;
        int256 rate = FLOOR + ((CAP - FLOOR) * depth) / maintenance;
        cost = (maintenance * rate) / RATE;
        if (cost > equity) cost = equity;
    }

    function _hasWon(Plan memory p) private view returns (bool) {
        int256 jump = _markAt(p.only, recorded) - _markAt(p.only, anchor);
        for (uint256 i; i < p.held.length; ++i) {
            if (p.held[i].index == p.only) return Size.unwrap(p.held[i].size) > 0 ? jump > 0 : jump < 0;
        }
        return false;
    }

    function _part(int256 size, uint256 fraction) private view returns (int256 part) {
        int256 all = size < 0 ? -size : size;
        if (fraction >= ONE) return all;
        part = _ceil(all * int256(fraction), int256(ONE));
        int256 least = _ceil(MINIMUM * UNIT, int256(spot));
        if (part < least) part = least;
        if (part >= all || _ceil((all - part) * int256(spot), UNIT) < MINIMUM) part = all;
    }

    /// @dev Lower equity / maintenance, or less at anchor or recorded factors and below zero.
    function _worsens(Plan memory p) private view returns (bool) {
        Held[] memory rest = abi.decode(abi.encode(p.held), (Held[]));
        int256 paid = -(p.cost * int256(p.fraction)) / int256(ONE);
        (int256 equity, int256 atAnchor, int256 atRecorded) = (
            p.whole.equity + paid,
            p.whole.atAnchor + paid,
            p.whole.atRecorded + paid
        );
        for (uint256 i; i < rest.length; ++i) {
            if (p.only < WHOLE && rest[i].index != p.only) continue;
            int256 size = Size.unwrap(rest[i].size);
            int256 part = _part(size, p.fraction);
            int256 left = size > 0 ? size - part : size + part;
            atAnchor += _moved(rest[i].index, left, anchor) - _moved(rest[i].index, size, anchor);
            atRecorded += _moved(rest[i].index, left, recorded) - _moved(rest[i].index, size, recorded);
            rest[i].size = Size.wrap(left);
        }
        if (equity < 0) return true;
        int256 maintenance = _expect(rest, 0, ALL).maintenance;
        if (equity * p.whole.maintenance < p.whole.equity * maintenance) return true;
        return (atAnchor < 0 && atAnchor < p.whole.atAnchor) || (atRecorded < 0 && atRecorded < p.whole.atRecorded);
    }

    /// @dev What a size is worth more at other factors, floor.
    function _moved(uint256 index, int256 size, Factors memory at) private view returns (int256) {
        return _floor(size * (_markAt(index, at) - _markAt(index, _now())), UNIT);
    }

    // ------------------------------------------------------------------ inside

    function _drawPlan(uint256 only) private returns (Plan memory p) {
        do {
            _drawVenue();
            MarketParams memory params;
            (params.maintenanceMargin, params.gapThreshold, params.minNotional) = (30_000, 20_000, uint48(10e9));
            (params.discountFloor, params.discountCap) = (2_500, 15_000);
            _setFunding(int88(int256(_draw(2e18)) - 1e18), params);
            p.held = _sorted(_drawHeld(1 + _draw(4)));
            // Some are hardly larger than the minimum.
            for (uint256 i; i < p.held.length; ++i) {
                if (_draw(4) == 0) p.held[i].size = Size.wrap(Size.unwrap(p.held[i].size) / 2_000 + 2_600_000);
            }
            _drawRefresh(p.held);
            if (only == WHOLE) _setPast(_drawNear(START - 300), _drawNear(START - 120));
            p.whole = _expect(p.held, 0, ALL);
        } while (p.whole.maintenance < 10);
        p.only = only;
    }

    function _sorted(Held[] memory held) private pure returns (Held[] memory) {
        for (uint256 i; i < held.length; ++i) {
            for (uint256 j; j < i; ++j) if (held[j].index > held[i].index) (held[i], held[j]) = (held[j], held[i]);
        }
        return held;
    }

    function _less(Held[] memory held, uint256 index) private pure returns (Held[] memory list) {
        list = abi.decode(abi.encode(held), (Held[]));
        for (uint256 i; i < list.length; ++i) if (list[i].index == index) list[i].size = Size.wrap(0);
    }

    function _plan(uint256 only, uint256 maxFraction) private returns (bool ok, bytes memory answer) {
        bytes memory call = abi.encodeCall(ISliceDesk.plan, (ACCOUNT, only, maxFraction));
        try bench.inspect(address(_slices), call) {
            revert("inspect returned");
        } catch (bytes memory said) {
            return abi.decode(said, (bool, bytes));
        }
    }

    function _requireSlice(Plan memory p, Slice memory s) private view {
        vm.assertTrue(s.group == GROUP, "group");
        vm.assertEq(Price.unwrap(s.spot), int256(spot), "spot");
        vm.assertEq(s.fraction, p.fraction, "fraction");
        vm.assertEq(Money.unwrap(s.cost), (p.cost * int256(p.fraction)) / int256(ONE), "cost");
        uint256 n;
        for (uint256 i; i < p.held.length; ++i) {
            if (p.only < WHOLE && p.held[i].index != p.only) continue;
            int256 size = Size.unwrap(p.held[i].size);
            int256 part = _part(size, p.fraction);
            vm.assertEq(s.indexes[n], p.held[i].index, "index");
            vm.assertEq(Size.unwrap(s.sizes[n]), size > 0 ? part : -part, "size");
            Quote memory quote = _quoteOf(p.held[i].index);
            quote.funding = Price.wrap(p.held[i].index == PERPETUAL ? int256(funding) : int256(0));
            (quote.long, quote.short, quote.fresh) = (quote.mark - quote.funding, quote.mark - quote.funding, true);
            vm.assertEq(abi.encode(s.quotes[n]), abi.encode(quote), "quote");
            ++n;
        }
        vm.assertTrue(s.indexes.length == n && s.quotes.length == n && s.sizes.length == n, "legs");
    }
}
