// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {ILiquidation} from "../interfaces/ILiquidation.sol";
import {IOptionLiquidation} from "../interfaces/IOptionLiquidation.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Ledger, Phase} from "../Ledger.sol";
import {Leg} from "../position/PositionLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {notionalUp, proportionDown, sizeUp} from "../types/Arithmetic.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY, minMoney, toMoney} from "../types/Money.sol";
import {Params, ParamsLib} from "../types/Params.sol";
import {NO_PRICE, Price, toPrice} from "../types/Price.sol";
import {arg, refusal, revertWith} from "../types/Refusal.sol";
import {NO_SIZE, Size} from "../types/Size.sol";
import {FactorLockLib} from "./FactorLockLib.sol";
import {Slice} from "./IMarginDesk.sol";
import {LadderLib} from "./LadderLib.sol";
import {OptionLedger, RiskParams} from "./OptionLedger.sol";
import {Holding, Portfolio, PortfolioLib} from "./PortfolioLib.sol";
import {Scene, SceneLib} from "./SceneLib.sol";
import {PERPETUAL, seriesOf} from "./SeriesId.sol";

/// @dev What a slice is computed from.
struct Sketch {
    Scene scene;
    RiskParams risk;
    Params params;
    Holding[] list;
    /// What may be taken of the list, a bit by index: all, or a single series.
    uint256 taken;
    bool single;
    /// The account as it is, and without what may be taken.
    Portfolio whole;
    Money initial;
    Money maintenance;
    Money initialLeft;
    /// A fraction of one: 1e18. What taking all that may be taken costs the account.
    uint256 fraction;
    Money cost;
}

/// @title Slices: which part of a portfolio restores its initial margin, and at what price
/// @notice Margin is homogeneous: a fraction f of all legs less needs f of the margin less. So with the discount d of
/// the whole, `E - f d = (1 - f) IM` gives `f = (IM - E) / (IM - d)`. Of one leg, margin is convex in what is taken, so
/// the chord from all to nothing of it errs on the safe side: `f = (IM - E) / (IM - IM' - c)`, IM' without the leg and
/// c its part of the discount, by the margin that it frees.
library SliceLib {
    /// @notice One.
    uint256 internal constant ONE = 1e18;

    /// @notice What a keeper takes over of the account. Reverts unless it may be liquidated now. See IMarginDesk.
    /// @param only The series to be taken, in a lock; a number above all series: a slice of all.
    function plan(
        Ledger storage ledger,
        OptionLedger storage options,
        AccountId id,
        uint256 only,
        uint256 maxFraction
    ) internal view returns (Slice memory slice) {
        Sketch memory k;
        _read(ledger, options, k, id, only);
        _judge(ledger, options, k);
        uint256 wanted = k.fraction;
        k.fraction = Math.min(wanted, maxFraction);
        if (_worsens(ledger, options, k)) {
            // What is left is too small to be split, and hedged what is taken.
            if (maxFraction < ONE || k.fraction == ONE) revert IOptionLiquidation.SliceWorsens(id);
            k.fraction = ONE;
            if (_worsens(ledger, options, k)) revert IOptionLiquidation.SliceWorsens(id);
        }
        _write(k, slice);
    }

    /// @notice How much of a leg is taken: its fraction, ceil, at least the minimum; all when less would be left.
    function closed(Size size, uint256 fraction, Price spot, Params memory params) internal pure returns (Size part) {
        Size all = size.abs();
        if (fraction >= ONE) return all;
        Money minimum = toMoney(params.minNotional());
        part = Size.wrap(int256(Math.ceilDiv(all.toUint() * fraction, ONE)));
        Size least = sizeUp(minimum, spot);
        if (part < least) part = least;
        if (part >= all || notionalUp(all - part, spot) < minimum) part = all;
    }

    /// @dev The account at the factors of now. Reverts unless they may be used for a liquidation.
    function _read(
        Ledger storage ledger,
        OptionLedger storage options,
        Sketch memory k,
        AccountId id,
        uint256 only
    ) private view {
        GroupId group = ledger.accounts[id].group;
        MarketId perpetual = seriesOf(group, PERPETUAL).market();
        uint256 held = options.held[id];
        k.single = only < PortfolioLib.NO_SERIES;
        k.taken = k.single ? 1 << only : held;
        if (held & k.taken == 0) {
            MarketId missing = seriesOf(group, k.single ? only : PERPETUAL).market();
            revertWith(refusal(ILiquidation.NoPosition.selector, arg(id), arg(missing)));
        }
        k.scene = SceneLib.read(ledger, options, group);
        if (!k.scene.spotFresh) revertWith(refusal(ITrading.PriceNotFresh.selector, arg(perpetual)));
        LadderLib.requireFixed(ledger, options, group);
        _requirePhase(ledger, options, k.scene, k.single);
        k.risk = options.groups[group].risk;
        k.params = ParamsLib.readRates(ledger.markets[perpetual].params);
        k.list = PortfolioLib.holdings(ledger, options, k.scene, id);
        k.whole = PortfolioLib.empty(ledger, options, id);
        for (uint256 i; k.single && i < k.list.length; ++i) {
            if (k.list[i].index == only) _requireLoser(k, k.list[i]);
        }
    }

    /// @dev One leg in a running lock, a slice outside of locks and gaps.
    function _requirePhase(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory scene,
        bool single
    ) private view {
        GroupId id = scene.group;
        if (ledger.groups[id].phase == Phase.NORMAL) {
            // poke locks it
            if (FactorLockLib.anyGap(ledger, options, scene)) {
                revertWith(refusal(IDeleveraging.GapOpen.selector, arg(id)));
            }
            if (single) revertWith(refusal(IDeleveraging.GroupNotLocked.selector, arg(id)));
        } else if (!single || !FactorLockLib.isRunning(ledger, id)) {
            revertWith(refusal(IDeleveraging.GroupLocked.selector, arg(id), FactorLockLib.endOf(ledger, id)));
        }
    }

    /// @dev May the account be liquidated, at what discount, and how much of it.
    function _judge(Ledger storage ledger, OptionLedger storage options, Sketch memory k) private view {
        Portfolio memory left = PortfolioLib.empty(ledger, options, k.whole.id);
        for (uint256 i; i < k.list.length; ++i) {
            Holding memory h = k.list[i];
            PortfolioLib.addLeg(k.whole, options, k.scene, h.index, h.leg, h.quote);
            if ((k.taken >> h.index) & 1 == 0) {
                PortfolioLib.addLeg(left, options, k.scene, h.index, h.leg, h.quote);
            }
        }
        k.initial = PortfolioLib.initial(k.whole, k.scene, k.risk);
        k.maintenance = PortfolioLib.maintenance(k.initial, k.risk);
        k.initialLeft = PortfolioLib.initial(left, k.scene, k.risk);
        (AccountId id, Money equity) = (k.whole.id, k.whole.equity);
        if (equity < NO_MONEY) revertWith(refusal(ILiquidation.AccountInsolvent.selector, arg(id), arg(equity)));
        if (equity >= k.maintenance) {
            revertWith(refusal(ILiquidation.NotLiquidatable.selector, arg(id), arg(equity), arg(k.maintenance)));
        }
        Money freed = k.initial - k.initialLeft;
        if (freed <= NO_MONEY) revert IOptionLiquidation.SliceWorsens(id);
        k.cost = proportion(discountOf(k), freed, k.initial);
        Money gain = freed - k.cost;
        Money missing = k.initial - equity;
        k.fraction = missing >= gain ? ONE : Math.mulDiv(missing.toUint(), ONE, gain.toUint(), Math.Rounding.Ceil);
    }

    /// @notice What taking the whole account may cost it, floor. As MarginLib.discount: from the floor at maintenance
    /// margin to the cap at half of it, as rates of the notional whose maintenance margin by the perpetual's rate is
    /// that of the account. Never more than equity: so equity / maintenance never falls.
    function discountOf(Sketch memory k) internal pure returns (Money) {
        (uint256 equity, uint256 maintenance) = (k.whole.equity.toUint(), k.maintenance.toUint());
        uint256 floor = k.params.discountFloor();
        uint256 depth = Math.min((maintenance - equity) * 2, maintenance);
        uint256 rate = floor + ((k.params.discountCap() - floor) * depth) / maintenance;
        Money most = toMoney((maintenance * rate) / k.params.maintenanceMargin());
        return minMoney(most, k.whole.equity);
    }

    /// @notice amount * part / whole, floor; none of nothing.
    function proportion(Money amount, Money part, Money whole) internal pure returns (Money) {
        if (whole <= NO_MONEY) return NO_MONEY;
        return toMoney(Math.mulDiv(amount.toUint(), part.toUint(), whole.toUint()));
    }

    /// @dev Would the account, after the fraction is taken, be worse off: a lower equity / maintenance, or below zero
    /// at anchor or recorded factors and more so than before?
    function _worsens(
        Ledger storage ledger,
        OptionLedger storage options,
        Sketch memory k
    ) private view returns (bool) {
        Portfolio memory left = PortfolioLib.empty(ledger, options, k.whole.id);
        for (uint256 i; i < k.list.length; ++i) {
            Holding memory h = k.list[i];
            Leg memory leg = h.leg;
            Money realised;
            if ((k.taken >> h.index) & 1 != 0) (leg, realised) = _remaining(k, leg);
            PortfolioLib.addLeg(left, options, k.scene, h.index, leg, h.quote);
            PortfolioLib.addCash(left, realised);
        }
        PortfolioLib.addCash(left, -_costOf(k));
        if (left.equity < NO_MONEY) return true;
        Money maintenance = PortfolioLib.maintenance(PortfolioLib.initial(left, k.scene, k.risk), k.risk);
        bool lower =
            Money.unwrap(left.equity) * Money.unwrap(k.maintenance) <
                Money.unwrap(k.whole.equity) * Money.unwrap(maintenance);
        return lower || _lessSound(left.atAnchor, k.whole.atAnchor) || _lessSound(left.atRecorded, k.whole.atRecorded);
    }

    function _lessSound(Money later, Money before) private pure returns (bool) {
        return later < NO_MONEY && later < before;
    }

    /// @dev What is left of a leg, and what the part that is taken was worth.
    function _remaining(Sketch memory k, Leg memory leg) private pure returns (Leg memory rest, Money realised) {
        Size all = leg.size.abs();
        Size part = closed(leg.size, k.fraction, toPrice(k.scene.live.spot), k.params);
        realised = part == all ? leg.value : proportionDown(leg.value, part, all);
        rest.size = leg.size.isLong() ? all - part : part - all;
        rest.value = leg.value - realised;
    }

    /// @dev What the fraction costs, floor.
    function _costOf(Sketch memory k) private pure returns (Money) {
        return toMoney(Math.mulDiv(k.cost.toUint(), k.fraction, ONE));
    }

    function _write(Sketch memory k, Slice memory slice) private pure {
        // A leg torn up to zero is not taken: its value is its owner's.
        uint256 count;
        for (uint256 i; i < k.list.length; ++i) if (_isTaken(k, i)) ++count;
        (slice.indexes, slice.quotes, slice.sizes) = (new uint256[](count), new Quote[](count), new Size[](count));
        uint256 next;
        Price spot = toPrice(k.scene.live.spot);
        for (uint256 i; i < k.list.length; ++i) {
            if (!_isTaken(k, i)) continue;
            Holding memory h = k.list[i];
            Size part = closed(h.leg.size, k.fraction, spot, k.params);
            (slice.indexes[next], slice.quotes[next]) = (h.index, h.quote);
            slice.sizes[next++] = h.leg.size.isLong() ? part : -part;
        }
        (slice.group, slice.spot, slice.fraction) = (k.scene.group, spot, k.fraction);
        slice.cost = _costOf(k);
    }

    /// @dev Is anything to be taken of the leg at `i` of the list?
    function _isTaken(Sketch memory k, uint256 i) private pure returns (bool) {
        return (k.taken >> k.list[i].index) & 1 != 0 && k.list[i].leg.size != NO_SIZE;
    }

    /// @dev In a lock only legs on the side that lost in the jump.
    function _requireLoser(Sketch memory k, Holding memory h) private pure {
        Price jump = h.quote.recordedMark - h.quote.anchor;
        if ((h.leg.size.isLong() ? jump : -jump) > NO_PRICE) {
            MarketId market = seriesOf(k.scene.group, h.index).market();
            revertWith(refusal(ILiquidation.WinningSideLocked.selector, arg(k.whole.id), arg(market)));
        }
    }
}
