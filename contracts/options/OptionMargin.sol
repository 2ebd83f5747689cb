// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITrading} from "../interfaces/ITrading.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {MarketId} from "../types/MarketId.sol";
import {Money, minMoney} from "../types/Money.sol";
import {Price, toPrice} from "../types/Price.sol";
import {FactorLockLib} from "./FactorLockLib.sol";
import {Asked, IMarginDesk, Tally} from "./IMarginDesk.sol";
import {ListingLib} from "./ListingLib.sol";
import {OptionStorage} from "./OptionLedger.sol";
import {Pair, Portfolio, PortfolioLib} from "./PortfolioLib.sol";
import {Scene, SceneLib} from "./SceneLib.sol";
import {PERPETUAL, SeriesId, seriesFrom} from "./SeriesId.sol";
import {TallyLib} from "./TallyLib.sol";

/// @title Marks and margin of option groups, for the other modules. See IMarginDesk.
contract OptionMargin is OptionStorage, IMarginDesk {
    function open(MarketId series) external returns (Quote memory quote, Price spot, Price forward, bool tradable) {
        SeriesId id = seriesFrom(series);
        Scene memory scene = FactorLockLib.syncOpen(_ledger, _options, id.group());
        tradable = ListingLib.isTradable(_options, id);
        if (!tradable) return (quote, spot, forward, tradable);
        quote = SceneLib.quote(_ledger, _options, scene, id.index());
        spot = toPrice(scene.live.spot);
        forward = id.index() == PERPETUAL ? spot : scene.now_.forward;
    }

    function tally(
        MarketId series,
        Price spot,
        Quote calldata quote,
        Asked calldata asked
    ) external view returns (Tally memory) {
        (Scene memory scene, uint256 index) = _at(series, spot);
        Portfolio memory p = PortfolioLib.load(_ledger, _options, scene, asked.id, index);
        return _tally(p, scene, index, quote, asked);
    }

    function tallyTwo(
        MarketId series,
        Price spot,
        Quote calldata quote,
        Asked calldata one,
        Asked calldata other
    ) external view returns (Tally memory, Tally memory) {
        (Scene memory scene, uint256 index) = _at(series, spot);
        Pair memory pair = Pair(index, quote, one, other);
        (Portfolio memory p, Portfolio memory q) = PortfolioLib.loadTwo(_ledger, _options, scene, pair);
        return (TallyLib.tallyOf(_options, p, scene), TallyLib.tallyOf(_options, q, scene));
    }

    function rest(AccountId id, MarketId series, Price spot) external view returns (bytes memory) {
        (Scene memory scene, uint256 index) = _at(series, spot);
        return abi.encode(PortfolioLib.load(_ledger, _options, scene, id, index));
    }

    function tallyRest(
        bytes calldata rest_,
        MarketId series,
        Price spot,
        Quote calldata quote,
        Asked calldata asked
    ) external view returns (Tally memory) {
        (Scene memory scene, uint256 index) = _at(series, spot);
        return _tally(abi.decode(rest_, (Portfolio)), scene, index, quote, asked);
    }

    function withdrawable(AccountId id) external returns (Money) {
        Scene memory scene = FactorLockLib.syncOpen(_ledger, _options, _ledger.accounts[id].group);
        if (!scene.fresh) revert ITrading.AccountHasStaleLeg(id);
        Portfolio memory p = PortfolioLib.load(_ledger, _options, scene, id, PortfolioLib.NO_SERIES);
        Money spare = minMoney(p.cash, p.equity) - PortfolioLib.initial(p, scene, _options.groups[scene.group].risk);
        return minMoney(spare, minMoney(p.atAnchor, p.atRecorded)).positive();
    }

    /// @dev The group of a series as it is now, and the index of the series there.
    function _at(MarketId series, Price spot) private view returns (Scene memory scene, uint256 index) {
        SeriesId id = seriesFrom(series);
        return (SceneLib.readAt(_ledger, _options, id.group(), spot), id.index());
    }

    /// @dev `p` has all but the leg that is asked for.
    function _tally(
        Portfolio memory p,
        Scene memory scene,
        uint256 index,
        Quote calldata quote,
        Asked calldata asked
    ) private view returns (Tally memory) {
        PortfolioLib.addLeg(p, _options, scene, index, asked.leg, quote);
        PortfolioLib.addCash(p, asked.cash);
        return TallyLib.tallyOf(_options, p, scene);
    }
}
