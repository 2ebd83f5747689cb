// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ReliefLib} from "../deleveraging/ReliefLib.sol";
import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {IOptionMargin} from "../interfaces/IOptionMargin.sol";
import {MarketParams} from "../Ledger.sol";
import {OptionStorage, RiskParams} from "../options/OptionLedger.sol";
import {Portfolio, PortfolioLib} from "../options/PortfolioLib.sol";
import {Scene, SceneLib} from "../options/SceneLib.sol";
import {FUTURE, PERPETUAL, SeriesId, isSeries, ladderOf, placeOf, seriesOf} from "../options/SeriesId.sol";
import {Leg} from "../position/PositionLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {notionalUp, shareUp, valueDown} from "../types/Arithmetic.sol";
import {GroupId, NO_GROUP} from "../types/MarketId.sol";
import {Money, minMoney} from "../types/Money.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";
import {GreeksViewLib} from "./GreeksViewLib.sol";
import {
    Binding,
    MarginFigures,
    OptionHealth,
    OptionPosition,
    PortfolioView,
    TradeLeg,
    TradeView
} from "./IOptionLens.sol";

/// @title The option lens's part that reads accounts: code for the clearinghouse's `inspect`
contract OptionRiskLens is OptionStorage {
    /// @dev An option's fee is at most this share of its premium, ppm.
    uint256 private constant PREMIUM_SHARE = 125_000;

    function portfolio(IClearinghouse, AccountId id) external view returns (PortfolioView memory view_) {
        GroupId group = _ledger.accounts[id].group;
        (view_.account, view_.group) = (id, group);
        (Money credit, ) = ReliefLib.pending(_ledger, id);
        view_.cash = Money.wrap(_ledger.accounts[id].cash) + credit;
        if (group == NO_GROUP) return view_;
        Scene memory scene = SceneLib.read(_ledger, _options, group);
        view_.phase = _ledger.groups[group].phase;
        (view_.factors, view_.spotFresh, view_.fresh) = (scene.live, scene.spotFresh, scene.fresh);
        uint256 held = _options.held[id];
        view_.positions = new OptionPosition[](PortfolioLib.countOf(held));
        for (uint256 i; held != 0; ++i) {
            _setPosition(view_, i, scene, PortfolioLib.lowestOf(held));
            held &= held - 1;
        }
        _setMargin(view_.margin, PortfolioLib.load(_ledger, _options, scene, id, PortfolioLib.NO_SERIES), scene);
    }

    function trade(
        IClearinghouse,
        AccountId id,
        GroupId group,
        TradeLeg[] calldata legs
    ) external view returns (TradeView memory view_) {
        GroupId own = _ledger.accounts[id].group;
        if (_options.held[id] != 0 && own != group) revert ITrading.AccountInOtherGroup(id, own);
        What memory w;
        w.scene = SceneLib.read(_ledger, _options, group);
        _setMargin(view_.before, PortfolioLib.load(_ledger, _options, w.scene, id, PortfolioLib.NO_SERIES), w.scene);
        w.later = PortfolioLib.empty(_ledger, _options, id);
        for (uint256 all = _options.held[id] | _setOf(legs, group); all != 0; all &= all - 1) {
            _tradeLeg(view_, w, PortfolioLib.lowestOf(all), legs);
        }
        PortfolioLib.addCash(w.later, -view_.fees);
        _setMargin(view_.later, w.later, w.scene);
    }

    /// @dev A trade that is thought of: where it stands.
    struct What {
        Scene scene;
        Portfolio later;
        /// The leg that comes next.
        uint256 next;
    }

    /// @dev The series at `index` before and after the trade.
    function _tradeLeg(TradeView memory view_, What memory w, uint256 index, TradeLeg[] calldata legs) private view {
        Quote memory quote = SceneLib.quote(_ledger, _options, w.scene, index);
        Leg memory leg = PortfolioLib.legOf(_ledger, _options, w.scene, w.later.id, index, quote);
        GreeksViewLib.add(view_.greeksBefore, GreeksViewLib.greeksAt(w.scene, index, Size.unwrap(leg.size)));
        for (; w.next < legs.length && legs[w.next].series.index() == index; ++w.next) {
            TradeLeg calldata each = legs[w.next];
            leg.size = leg.size + each.size;
            leg.value = leg.value + valueDown(each.size, quote.mark - each.price);
            view_.fees = view_.fees + _feeOf(w.scene, index, each, quote.mark);
        }
        GreeksViewLib.add(view_.greeksLater, GreeksViewLib.greeksAt(w.scene, index, Size.unwrap(leg.size)));
        PortfolioLib.addLeg(w.later, _options, w.scene, index, leg, quote);
    }

    function healths(
        IClearinghouse,
        GroupId group,
        AccountId[] calldata ids
    ) external view returns (OptionHealth[] memory views) {
        Scene memory scene = SceneLib.read(_ledger, _options, group);
        RiskParams memory risk = _options.groups[group].risk;
        views = new OptionHealth[](ids.length);
        for (uint256 i; i < ids.length; ++i) {
            OptionHealth memory h = views[i];
            (h.account, h.group) = (ids[i], _ledger.accounts[ids[i]].group);
            if (h.group != group) continue;
            Portfolio memory p = PortfolioLib.load(_ledger, _options, scene, ids[i], PortfolioLib.NO_SERIES);
            (Money credit, ) = ReliefLib.pending(_ledger, ids[i]);
            PortfolioLib.addCash(p, credit);
            (h.cash, h.equity, h.atAnchor, h.atRecorded) = (p.cash, p.equity, p.atAnchor, p.atRecorded);
            h.initial = PortfolioLib.initial(p, scene, risk);
            h.maintenance = PortfolioLib.maintenance(h.initial, risk);
            (h.legs, h.arraysFresh, h.held) = (p.legs, p.arraysFresh, _options.held[ids[i]]);
        }
    }

    function _setPosition(PortfolioView memory view_, uint256 place, Scene memory scene, uint256 index) private view {
        OptionPosition memory p = view_.positions[place];
        Quote memory quote = SceneLib.quote(_ledger, _options, scene, index);
        Leg memory leg = PortfolioLib.legOf(_ledger, _options, scene, view_.account, index, quote);
        (p.series, p.size, p.value, p.mark) = (seriesOf(scene.group, index), leg.size, leg.value, quote.mark);
        p.vol = GreeksViewLib.volOf(scene, index);
        if (index != PERPETUAL) p.expiry = uint40(scene.now_.expiry);
        p.greeks = GreeksViewLib.greeksAt(scene, index, Size.unwrap(leg.size));
        GreeksViewLib.add(view_.greeks, p.greeks);
    }

    function _setMargin(MarginFigures memory m, Portfolio memory p, Scene memory scene) private view {
        RiskParams memory risk = _options.groups[scene.group].risk;
        Price spot = Price.wrap(int256(uint256(scene.live.spot)));
        (Money credit, ) = ReliefLib.pending(_ledger, p.id);
        PortfolioLib.addCash(p, credit);
        (m.equity, m.atAnchor, m.atRecorded) = (p.equity, p.atAnchor, p.atRecorded);
        m.initial = PortfolioLib.initial(p, scene, risk);
        m.maintenance = PortfolioLib.maintenance(m.initial, risk);
        m.profits = PortfolioLib.profitsOf(p, spot, risk);
        for (uint8 i = 1; i < 16; ++i) if (m.profits[i] < m.profits[m.worst]) m.worst = i;
        m.shortMinimum = shareUp(valueDown(PortfolioLib.shortsOf(p), spot), risk.shortMinimum);
        m.basis = PortfolioLib.basisOf(p, spot, risk);
        if (m.shortMinimum > (-m.profits[m.worst]).positive()) m.binding = Binding.SHORT_MINIMUM;
        if (p.isLong && p.worth < (-m.profits[m.worst]).positive() + m.basis) m.binding = Binding.WORTH;
        (m.legs, m.arraysFresh) = (p.legs, p.arraysFresh);
    }

    /// @dev The series of the legs, which ascend and are of the group.
    function _setOf(TradeLeg[] calldata legs, GroupId group) private view returns (uint256 set) {
        uint256 last;
        for (uint256 i; i < legs.length; ++i) {
            SeriesId series = legs[i].series;
            uint256 index = series.index();
            bool isThere = index == PERPETUAL || _options.groups[group].ladders[ladderOf(index)].expiry != 0;
            if (series.group() != group || !isSeries(index) || !isThere || index < last) {
                revert IOptionMargin.SeriesUnknown(SeriesId.unwrap(series));
            }
            last = index;
            set |= 1 << index;
        }
    }

    /// @dev A taker's fee: on the notional of the underlying, of an option at most a share of the premium.
    function _feeOf(
        Scene memory scene,
        uint256 index,
        TradeLeg calldata leg,
        Price mark
    ) private view returns (Money fee) {
        MarketParams storage params = _ledger.markets[seriesOf(scene.group, PERPETUAL).market()].params;
        bool isOption = index != PERPETUAL && placeOf(index) != FUTURE;
        Price spot = Price.wrap(int256(uint256(scene.live.spot)));
        fee = shareUp(notionalUp(leg.size, isOption ? spot : leg.price), params.takerFee);
        if (!isOption) return fee;
        Price premium = leg.price > mark ? leg.price : mark;
        fee = minMoney(fee, shareUp(notionalUp(leg.size, premium), PREMIUM_SHARE));
    }
}
