// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {MarketParams, Mode, Phase} from "../Ledger.sol";
import {CurveLib} from "../options/CurveLib.sol";
import {FactorLockLib} from "../options/FactorLockLib.sol";
import {IVolSource} from "../options/IVolSource.sol";
import {ListingLib} from "../options/ListingLib.sol";
import {Factors, Ladder, OptionGroup, RiskParams} from "../options/OptionLedger.sol";
import {OptionListing} from "../options/OptionListing.sol";
import {Scene, SceneLib} from "../options/SceneLib.sol";
import {SeriesId} from "../options/SeriesId.sol";
import {GroupId} from "../types/MarketId.sol";
import {Price} from "../types/Price.sol";

/// @title Listing, posting and fixing alone: an option clearinghouse without accounts, for tests and for gas
contract OptionListingBench is OptionListing {
    /// @dev A group as tests look at it.
    struct GroupView {
        Factors anchor;
        Factors recorded;
        uint32 level;
        uint40 levelTime;
        uint8 versions;
        uint40 nextExpiry;
        uint40 lastExpiry;
        uint8 listed;
        uint16 feedPhase;
    }

    constructor() {
        _ledger.vault = address(this);
        _ledger.venue.lockDelay = 60;
        _ledger.venue.calmPeriod = 3600;
    }

    // ------------------------------------------------------------------ what is tested

    function createGroup(
        IPriceSource source,
        IVolSource volSource,
        MarketParams calldata params,
        RiskParams calldata risk
    ) external returns (GroupId) {
        return ListingLib.createGroup(_ledger, _options, source, volSource, Mode.QUEUE, params, risk);
    }

    function plug(GroupId group, IPriceSource source) external returns (Price) {
        return ListingLib.plug(_ledger, _options, group, source);
    }

    function isTradable(SeriesId series) external view returns (bool) {
        return ListingLib.isTradable(_options, series);
    }

    // ------------------------------------------------------------------ what is around it

    /// @notice Locks the group at a gap, or moves its anchors on when they are due.
    function poke(GroupId group) external {
        FactorLockLib.syncOrLock(_ledger, _options, group);
    }

    function setPhase(GroupId group, Phase phase) external {
        _ledger.groups[group].phase = phase;
    }

    function setLive(GroupId group, uint256 live) external {
        _options.groups[group].live = live;
    }

    function setTouched(GroupId group, uint256 ladder, uint32 touched) external {
        _options.groups[group].ladders[ladder].touched = touched;
    }

    function groupOf(GroupId group) external view returns (GroupView memory v) {
        OptionGroup storage g = _options.groups[group];
        (v.anchor, v.recorded, v.level, v.levelTime) = (g.anchor, g.recorded, g.level, g.levelTime);
        (v.versions, v.nextExpiry, v.lastExpiry) = (g.versions, g.nextExpiry, g.lastExpiry);
        (v.listed, v.feedPhase) = (g.listed, g.feedPhase);
    }

    function ladderOf(GroupId group, uint256 ladder) external view returns (Ladder memory) {
        return _options.groups[group].ladders[ladder];
    }

    /// @notice The marks of a ladder's series now, by place.
    function marksOf(GroupId group, uint256 ladder) external view returns (Price[31] memory marks) {
        Scene memory scene = SceneLib.read(_ledger, _options, group);
        SceneLib.load(_options, scene, ladder);
        for (uint256 i; i < marks.length; ++i) marks[i] = CurveLib.mark(scene.now_, i);
    }
}
