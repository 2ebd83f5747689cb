// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IGovernance} from "../interfaces/IGovernance.sol";
import {IOptionListing} from "../interfaces/IOptionListing.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Ledger, Market, MarketParams, MarketStatus, Mode} from "../Ledger.sol";
import {ParameterLib} from "../governance/ParameterLib.sol";
import {MarkLib} from "../prices/MarkLib.sol";
import {CastLib} from "../types/CastLib.sol";
import {GroupId} from "../types/MarketId.sol";
import {Price} from "../types/Price.sol";
import {FactorLockLib} from "./FactorLockLib.sol";
import {GridLib} from "./GridLib.sol";
import {IVolSource} from "./IVolSource.sol";
import {LadderLib} from "./LadderLib.sol";
import {OptionCollectLib} from "./OptionCollectLib.sol";
import {Factors, Ladder, OptionGroup, OptionLedger, RiskParams} from "./OptionLedger.sol";
import {PortfolioLib} from "./PortfolioLib.sol";
import {RiskParameterLib} from "./RiskParameterLib.sol";
import {RoundLib} from "./RoundLib.sol";
import {Scene} from "./SceneLib.sol";
import {FUTURE, LADDERS, PERPETUAL, SeriesId, ladderOf, placeOf, seriesOf} from "./SeriesId.sol";
import {Smile} from "./Smile.sol";
import {SmileLib} from "./SmileLib.sol";
import {VolLib} from "./VolLib.sol";

/// @title Option groups and their expiries come into being
library ListingLib {
    /// @dev The 31 series of a ladder among the 256 of a group.
    uint256 private constant ALL_PLACES = (1 << (FUTURE + 1)) - 1;

    /// @notice Creates an option group: its perpetual, whose source is its underlying's feed and whose parameters are
    /// the group's trading parameters, its source of volatilities, and its first factors. The price source must be one
    /// plain feed that tells its past rounds.
    function createGroup(
        Ledger storage ledger,
        OptionLedger storage options,
        IPriceSource source,
        IVolSource volSource,
        Mode mode,
        MarketParams calldata params,
        RiskParams memory risk
    ) internal returns (GroupId id) {
        if (ledger.vault == address(0)) revert IGovernance.NoVault();
        // Tear-ups of an option group go by the queue (OptionDeleverageLib).
        if (mode != Mode.QUEUE) revert IGovernance.ParameterOutOfBounds("mode", uint256(mode), 0, 0);
        id = ParameterLib.createGroup(ledger);
        ParameterLib.checkMarket(params);
        RiskParameterLib.check(risk, params.gapThreshold);
        Market storage perpetual = ledger.markets[seriesOf(id, PERPETUAL).market()];
        (perpetual.status, perpetual.mode) = (MarketStatus.OPEN, mode);
        perpetual.fundingTime = CastLib.toUint32(block.timestamp);
        perpetual.params = params;
        OptionGroup storage group = options.groups[id];
        group.risk = risk;
        group.volSource = volSource;
        group.volHeartbeat = volSource.heartbeat();

        Factors memory first;
        first.spot = CastLib.toUint80(Price.unwrap(plug(ledger, options, id, source)));
        (first.level, first.time) = (VolLib.takeLevel(group), uint40(block.timestamp));
        (group.anchor, group.recorded) = (first, first);
        perpetual.anchor = int88(int80(first.spot));
        perpetual.recordedMark = perpetual.anchor;
        emit IGovernance.MarketCreated(seriesOf(id, PERPETUAL).market(), source, mode);
        emit IGovernance.MarketParamsSet(seriesOf(id, PERPETUAL).market(), params);
    }

    /// @notice Makes `source` the one of the group's underlying, and voids what was added up of its expiries' prices.
    /// It must read fresh, and be one plain feed that tells its past rounds.
    function plug(
        Ledger storage ledger,
        OptionLedger storage options,
        GroupId id,
        IPriceSource source
    ) internal returns (Price spot) {
        (uint256 mark, IPriceSource.Status status) = source.read();
        if (status != IPriceSource.Status.FRESH) revert ITrading.PriceNotFresh(seriesOf(id, PERPETUAL).market());
        (AggregatorV3Interface feed, uint24 heartbeat, int8 exponent) = source.plainFeed();
        if (heartbeat == 0 || !RoundLib.hasHistory(feed)) revert IOptionListing.NoRoundHistory(address(source));
        Market storage perpetual = ledger.markets[seriesOf(id, PERPETUAL).market()];
        perpetual.source = source;
        (perpetual.priceFeed, perpetual.heartbeat, perpetual.exponent) = (address(feed), heartbeat, exponent);
        bool fresh;
        (spot, fresh) = MarkLib.live(perpetual);
        if (!fresh || spot.toUint() != mark) revert IGovernance.NotThePlainFeed(address(feed));
        OptionGroup storage group = options.groups[id];
        group.feedPhase = RoundLib.phaseOf(RoundLib.latest(feed).id);
        for (uint256 i; i < LADDERS; ++i) delete group.ladders[i].fixing;
    }

    /// @notice See IOptionListing.
    function list(
        Ledger storage ledger,
        OptionLedger storage options,
        GroupId id,
        uint40 expiry
    ) internal returns (uint256 place) {
        LadderLib.requireNormal(ledger, options, id);
        GridLib.requireOnGrid(expiry);
        OptionGroup storage group = options.groups[id];
        _tidy(ledger, options, id);
        place = _freePlace(group, id, expiry);
        // Strikes follow from the price, so one that is about to be locked lists nothing.
        Scene memory scene = FactorLockLib.syncOpen(ledger, options, id);
        if (!scene.fresh) revert IOptionListing.FactorsNotFresh(id);
        VolLib.notePhase(ledger, group, id);

        uint256 touched = group.ladders[place].touched;
        delete group.ladders[place];
        Ladder storage ladder = group.ladders[place];
        (uint80 base, uint80 step) = GridLib.strikes(scene.live.spot, expiry - block.timestamp);
        (ladder.expiry, ladder.base, ladder.step, ladder.touched) = (expiry, base, step, uint32(touched));
        // Both, so that anchor and recorded factors have this smile, whichever they name.
        Smile smile = VolLib.smileOf(group.volSource, ladder);
        (ladder.smiles[0], ladder.smiles[1]) = (smile, smile);
        SmileLib.check(ladder, scene.live, place);
        group.listed |= uint8(1 << place);
        uint256 next = group.nextExpiry;
        if (next == 0 || expiry < next) group.nextExpiry = expiry;
        emit IOptionListing.LadderListed(id, place, expiry, base, step, smile);
    }

    /// @notice Is the series listed and, by the block's time, before its expiry? The perpetual always is.
    function isTradable(OptionLedger storage options, SeriesId series) internal view returns (bool) {
        uint256 index = series.index();
        OptionGroup storage group = options.groups[series.group()];
        if (index == PERPETUAL) return group.anchor.time != 0;
        uint256 ladder = ladderOf(index);
        if (placeOf(index) > FUTURE || (group.listed >> ladder) & 1 == 0) return false;
        return block.timestamp < group.ladders[ladder].expiry;
    }

    /// @dev Of series whose price is fixed, both sides of the estate cancel out. `collect` does that too; but units
    /// that rounding left may be all that is open, and then nobody is there to be collected.
    function _tidy(Ledger storage ledger, OptionLedger storage options, GroupId id) private {
        OptionGroup storage group = options.groups[id];
        uint256 left = group.live & group.estates;
        for (uint256 i; left != 0 && i < LADDERS; ++i) {
            if (group.ladders[i].settlement == 0) left &= ~(ALL_PLACES << (i << 5));
        }
        for (left &= ~(1 << PERPETUAL); left != 0; left &= left - 1) {
            OptionCollectLib.tidy(ledger, options, seriesOf(id, PortfolioLib.lowestOf(left)));
        }
    }

    /// @dev The lowest ladder that was never used, or is expired, fixed and empty. What its books were charged stays in
    /// them: positions opened later begin at these charges.
    function _freePlace(OptionGroup storage group, GroupId id, uint256 expiry) private view returns (uint256 place) {
        place = LADDERS;
        uint256 live = group.live;
        for (uint256 i; i < LADDERS; ++i) {
            Ladder storage ladder = group.ladders[i];
            if (ladder.expiry == expiry) revert IOptionListing.ExpiryListed(expiry, i);
            if (place != LADDERS) continue;
            bool isOver = ladder.settlement != 0 && (live >> (i << 5)) & ALL_PLACES == 0;
            if (ladder.expiry == 0 || isOver) place = i;
        }
        if (place == LADDERS) revert IOptionListing.LaddersFull(id);
    }
}
