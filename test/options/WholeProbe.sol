// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {Group, Market, MarketParams, MarketStatus, Mode} from "../../contracts/Ledger.sol";
import {IVolSource} from "../../contracts/options/IVolSource.sol";
import {Factors, Ladder, OptionGroup, OptionStorage, RiskParams, Round} from "../../contracts/options/OptionLedger.sol";
import {LADDERS, PERPETUAL, seriesOf} from "../../contracts/options/SeriesId.sol";
import {FundingLib} from "../../contracts/prices/FundingLib.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";

/// @dev What is stored of an option group besides its ladders. As in OptionGroup.
struct StoredGroup {
    Factors anchor;
    Factors recorded;
    uint32 level;
    uint40 levelTime;
    uint24 volHeartbeat;
    uint8 versions;
    uint40 nextExpiry;
    uint8 listed;
    uint40 lastExpiry;
    uint16 feedPhase;
    RiskParams risk;
    uint256 live;
    uint256 estates;
    uint96 gains;
    Round round;
    uint8 cursor;
    uint128 shareNumerator;
    uint128 shareDenominator;
    IVolSource volSource;
}

/// @dev What is stored of a series besides its queues. As in Market.
struct StoredBook {
    int88 funding;
    uint72 openInterest;
    int64 fundingRate;
    uint32 fundingTime;
    int88 anchor;
    int88 recordedMark;
    uint72 estateLong;
    uint88 chargeLong;
    uint88 chargeShort;
    uint72 estateShort;
    address priceFeed;
    uint24 heartbeat;
    int8 exponent;
    Mode mode;
    MarketStatus status;
    bool paused;
    IPriceSource source;
    uint40 staleSince;
    uint24 staleRound;
    MarketParams params;
}

/// @dev All that is stored of a group but arrays, accounts and queues.
struct WholeGroup {
    Group group;
    StoredGroup options;
    Ladder[8] ladders;
    StoredBook perpetual;
    uint16 lockedGroups;
    uint16 uncoveredGroups;
}

/// @notice Tells all that is stored of a group, through `inspect`.
contract WholeProbe is OptionStorage {
    using FundingLib for Market;

    function fundingOf(MarketId market) external view returns (int88) {
        return _ledger.markets[market].current().toInt88();
    }

    function isNetted(AccountId id) external view returns (bool) {
        return _ledger.accounts[id].isNetted;
    }

    function whole(GroupId id) external view returns (WholeGroup memory w) {
        w.group = _ledger.groups[id];
        OptionGroup storage g = _options.groups[id];
        for (uint256 i; i < LADDERS; ++i) w.ladders[i] = g.ladders[i];
        StoredGroup memory s = w.options;
        (s.anchor, s.recorded, s.risk, s.volSource) = (g.anchor, g.recorded, g.risk, g.volSource);
        (s.level, s.levelTime, s.volHeartbeat, s.versions) = (g.level, g.levelTime, g.volHeartbeat, g.versions);
        (s.nextExpiry, s.listed, s.lastExpiry, s.feedPhase) = (g.nextExpiry, g.listed, g.lastExpiry, g.feedPhase);
        (s.live, s.estates, s.gains, s.round, s.cursor) = (g.live, g.estates, g.gains, g.round, g.cursor);
        (s.shareNumerator, s.shareDenominator) = (g.shareNumerator, g.shareDenominator);
        w.perpetual = book(seriesOf(id, PERPETUAL).market());
        (w.lockedGroups, w.uncoveredGroups) = (_ledger.outflow.lockedGroups, _ledger.outflow.uncoveredGroups);
    }

    function book(MarketId market) public view returns (StoredBook memory s) {
        Market storage m = _ledger.markets[market];
        (s.funding, s.openInterest, s.fundingRate, s.fundingTime) = (
            m.funding,
            m.openInterest,
            m.fundingRate,
            m.fundingTime
        );
        (s.anchor, s.recordedMark, s.estateLong, s.estateShort) = (
            m.anchor,
            m.recordedMark,
            m.estateLong,
            m.estateShort
        );
        (s.chargeLong, s.chargeShort, s.paused, s.source) = (m.chargeLong, m.chargeShort, m.paused, m.source);
        (s.priceFeed, s.heartbeat, s.exponent, s.mode) = (m.priceFeed, m.heartbeat, m.exponent, m.mode);
        (s.status, s.params, s.staleSince, s.staleRound) = (m.status, m.params, m.staleSince, m.staleRound);
    }
}
