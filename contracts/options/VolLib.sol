// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IOptionListing} from "../interfaces/IOptionListing.sol";
import {Ledger} from "../Ledger.sol";
import {FeedLib} from "../prices/FeedLib.sol";
import {GroupId} from "../types/MarketId.sol";
import {IVolSource} from "./IVolSource.sol";
import {ExpiryLib} from "./ExpiryLib.sol";
import {FactorLockLib} from "./FactorLockLib.sol";
import {LadderLib} from "./LadderLib.sol";
import {Ladder, OptionGroup, OptionLedger} from "./OptionLedger.sol";
import {PastRound, RoundLib} from "./RoundLib.sol";
import {Scene} from "./SceneLib.sol";
import {LADDERS, PERPETUAL, seriesOf} from "./SeriesId.sol";
import {Smile} from "./Smile.sol";
import {SmileLib} from "./SmileLib.sol";

/// @title Volatilities: what the group takes over from its source, and when
/// @notice Whoever calls chooses no number, only the moment.
library VolLib {
    /// @notice Range of the level, 1e-9. It may carry volatilities beyond the range that a smile is checked for, by as
    /// much as it moved since.
    uint256 internal constant MIN_LEVEL = 0.25e9;
    uint256 internal constant MAX_LEVEL = 4e9;

    /// @notice See IOptionListing. A level that moves far is a gap, not a fault. Nor is the one that holds: else
    /// whoever posts first could make the calls of others fail.
    function postLevel(Ledger storage ledger, OptionLedger storage options, GroupId id) internal {
        LadderLib.requireNormal(ledger, options, id);
        OptionGroup storage group = options.groups[id];
        notePhase(ledger, group, id);
        (, uint40 time) = group.volSource.level();
        if (time == group.levelTime) return;
        uint32 level = takeLevel(group);
        emit IOptionListing.LevelPosted(id, level, group.levelTime);
    }

    /// @notice See IOptionListing. One smile a ladder until anchor and recorded factors name it: so no account's marks
    /// move by more than one post between the factors that it was tested at.
    function postSmile(Ledger storage ledger, OptionLedger storage options, GroupId id, uint256 place) internal {
        LadderLib.requireNormal(ledger, options, id);
        OptionGroup storage group = options.groups[id];
        Ladder storage ladder = _listed(group, id, place);
        Scene memory scene = FactorLockLib.syncOpen(ledger, options, id);
        if (!scene.fresh) revert IOptionListing.FactorsNotFresh(id);
        uint8 versions = scene.live.versions;
        uint256 differ = (versions ^ scene.anchor.versions) | (versions ^ scene.recorded.versions);
        if ((differ >> place) & 1 != 0) revert IOptionListing.SmilePending(id, place);

        Smile smile = smileOf(group.volSource, ladder);
        uint256 version = (versions >> place) & 1;
        uint256 term = ladder.expiry - scene.live.time;
        SmileLib.requireNear(ladder.smiles[version], smile, group.risk.basisMove, term);
        ladder.smiles[version ^ 1] = smile;
        scene.live.versions = versions ^ uint8(1 << place);
        group.versions = scene.live.versions;
        SmileLib.check(ladder, scene.live, place);
        emit IOptionListing.SmilePosted(id, place, smile);
    }

    /// @dev The source's level and its time become the group's. Assumes NORMAL.
    function takeLevel(OptionGroup storage group) internal returns (uint32 level) {
        uint40 time;
        (level, time) = group.volSource.level();
        uint256 latest = block.timestamp + FeedLib.MAX_AHEAD;
        if (time > latest) revert IOptionListing.LevelAhead(time, latest);
        uint256 earliest = block.timestamp - group.volHeartbeat;
        if (time < earliest) revert IOptionListing.LevelStale(time, earliest);
        if (time <= group.levelTime) revert IOptionListing.LevelNotNewer(time, group.levelTime);
        if (level < MIN_LEVEL || level > MAX_LEVEL) {
            revert IOptionListing.LevelOutOfRange(level, MIN_LEVEL, MAX_LEVEL);
        }
        (group.level, group.levelTime) = (level, time);
    }

    /// @notice The source's smile for the ladder.
    function smileOf(IVolSource source, Ladder storage ladder) internal view returns (Smile smile) {
        (uint40 expiry, uint80 base, uint80 step) = (ladder.expiry, ladder.base, ladder.step);
        smile = source.smile(expiry, base, step);
        if (Smile.unwrap(smile) == 0) revert IOptionListing.SmileMissing(expiry, base, step);
    }

    /// @notice Notes which aggregator is behind the feed's proxy, unless the window of an expiry has begun that waits
    /// for its price: the rounds of that begin in the phase noted before.
    function notePhase(Ledger storage ledger, OptionGroup storage group, GroupId id) internal {
        uint256 next = group.nextExpiry;
        if (next != 0 && block.timestamp >= next - ExpiryLib.WINDOW) return;
        address feed = ledger.markets[seriesOf(id, PERPETUAL).market()].priceFeed;
        PastRound memory last = RoundLib.latest(AggregatorV3Interface(feed));
        if (last.time != 0) group.feedPhase = RoundLib.phaseOf(last.id);
    }

    function _listed(OptionGroup storage group, GroupId id, uint256 place) private view returns (Ladder storage) {
        if (place >= LADDERS || (group.listed >> place) & 1 == 0) revert IOptionListing.LadderNotListed(id, place);
        uint256 expiry = group.ladders[place].expiry;
        if (block.timestamp >= expiry) revert IOptionListing.LadderExpired(id, place, expiry);
        return group.ladders[place];
    }
}
