// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITrading} from "../interfaces/ITrading.sol";
import {Leg} from "../position/PositionLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {MarketId} from "../types/MarketId.sol";
import {Money, minMoney} from "../types/Money.sol";
import {Price, toPrice} from "../types/Price.sol";
import {FactorLockLib} from "./FactorLockLib.sol";
import {Asked, IMarginDesk, Tally} from "./IMarginDesk.sol";
import {ListingLib} from "./ListingLib.sol";
import {OptionStorage} from "./OptionLedger.sol";
import {Portfolio, PortfolioLib} from "./PortfolioLib.sol";
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
        AccountId id,
        MarketId series,
        Leg calldata leg,
        Quote calldata quote,
        Money cash
    ) external view returns (Tally memory) {
        (Scene memory scene, uint256 index) = _at(series);
        Portfolio memory p = PortfolioLib.load(_ledger, _options, scene, id, index);
        return _tally(p, scene, index, leg, quote, cash);
    }

    function tallyTwo(
        MarketId series,
        Quote calldata quote,
        Asked calldata one,
        Asked calldata other
    ) external view returns (Tally memory, Tally memory) {
        (Scene memory scene, uint256 index) = _at(series);
        SceneLib.keepMarks(scene);
        return (_tallyAsked(scene, index, quote, one), _tallyAsked(scene, index, quote, other));
    }

    function rest(AccountId id, MarketId series) external view returns (bytes memory) {
        (Scene memory scene, uint256 index) = _at(series);
        return abi.encode(PortfolioLib.load(_ledger, _options, scene, id, index));
    }

    function tallyRest(
        bytes calldata rest_,
        MarketId series,
        Leg calldata leg,
        Quote calldata quote,
        Money cash
    ) external view returns (Tally memory) {
        (Scene memory scene, uint256 index) = _at(series);
        return _tally(abi.decode(rest_, (Portfolio)), scene, index, leg, quote, cash);
    }

    function withdrawable(AccountId id) external returns (Money) {
        Scene memory scene = FactorLockLib.syncOpen(_ledger, _options, _ledger.accounts[id].group);
        if (!scene.fresh) revert ITrading.AccountHasStaleLeg(id);
        Portfolio memory p = PortfolioLib.load(_ledger, _options, scene, id, PortfolioLib.NO_SERIES);
        Money spare = minMoney(p.cash, p.equity) - PortfolioLib.initial(p, scene, _options.groups[scene.group].risk);
        return minMoney(spare, minMoney(p.atAnchor, p.atRecorded)).positive();
    }

    function _tallyAsked(
        Scene memory scene,
        uint256 index,
        Quote calldata quote,
        Asked calldata asked
    ) private view returns (Tally memory) {
        Portfolio memory p = PortfolioLib.load(_ledger, _options, scene, asked.id, index);
        return _tally(p, scene, index, asked.leg, quote, asked.cash);
    }

    /// @dev The group of a series as it is now, and the index of the series there.
    function _at(MarketId series) private view returns (Scene memory scene, uint256 index) {
        SeriesId id = seriesFrom(series);
        return (SceneLib.read(_ledger, _options, id.group()), id.index());
    }

    function _tally(
        Portfolio memory p,
        Scene memory scene,
        uint256 index,
        Leg calldata leg,
        Quote calldata quote,
        Money cash
    ) private view returns (Tally memory) {
        PortfolioLib.addLeg(p, _options, scene, index, leg, quote);
        PortfolioLib.addCash(p, cash);
        return TallyLib.tallyOf(_options, p, scene);
    }
}
