// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Smile} from "../options/Smile.sol";
import {GroupId} from "../types/MarketId.sol";
import {Price} from "../types/Price.sol";

/// @notice Option groups: expiries and their strikes, volatilities, and the prices at which they expire. Anyone may
/// call all of it; nobody chooses a number by it. A ladder is one expiry: 15 strikes, a call and a put each, and a
/// future. It has a number from 0 to 7, which is used again when everything that was open in it is closed.
interface IOptionListing {
    event LadderListed(
        GroupId indexed group,
        uint256 indexed ladder,
        uint40 expiry,
        uint80 base,
        uint80 step,
        Smile smile
    );
    event LevelPosted(GroupId indexed group, uint32 level, uint40 observedAt);
    event SmilePosted(GroupId indexed group, uint256 indexed ladder, Smile smile);
    /// @notice Some rounds of an expiry's average were added up, to `round`; there are more.
    event FixingAdvanced(GroupId indexed group, uint256 indexed ladder, uint80 round);
    event PriceFixed(GroupId indexed group, uint256 indexed ladder, uint40 expiry, Price price);

    /// @notice The source of the underlying's price is not one plain feed, or the feed does not tell its past rounds:
    /// no expiry could be settled by it.
    error NoRoundHistory(address source);
    /// @notice The underlying's price, or the volatility level, is not fresh.
    error FactorsNotFresh(GroupId group);

    /// @notice Expiries are Fridays 08:00 UTC, at least `earliest` and at most `latest`; from 28 days on, only the last
    /// Fridays of March, June, September and December.
    error ExpiryOffGrid(uint256 expiry, uint256 earliest, uint256 latest);
    error ExpiryListed(uint256 expiry, uint256 ladder);
    /// @notice All eight ladders are in use: one that has expired is free once its price is fixed and everything that
    /// was open in it is collected.
    error LaddersFull(GroupId group);
    /// @notice The strikes that follow from this price would not lie within the bounds of marks.
    error StrikesOutOfRange(uint256 base, uint256 step);
    error LadderNotListed(GroupId group, uint256 ladder);
    error LadderExpired(GroupId group, uint256 ladder, uint256 expiry);

    error LevelOutOfRange(uint256 level, uint256 low, uint256 high);
    /// @notice The level is dated more than 15 seconds ahead of the block.
    error LevelAhead(uint256 observedAt, uint256 latest);
    /// @notice The level is older than the source's heartbeat.
    error LevelStale(uint256 observedAt, uint256 earliest);
    /// @notice The level was not observed after the one that holds.
    error LevelNotNewer(uint256 observedAt, uint256 present);

    /// @notice The source has no smile for the ladder.
    error SmileMissing(uint256 expiry, uint256 base, uint256 step);
    /// @notice A smile was posted since the anchors: the next one waits until anchor and recorded factors name it.
    error SmilePending(GroupId group, uint256 ladder);
    /// @notice The strike's volatility times the level, 1e-4 a root year, is out of range.
    error VolOutOfRange(uint256 strike, uint256 vol, uint256 low, uint256 high);
    /// @notice The strike's volatility moves by more than a post may move it.
    error VolMoveTooLarge(uint256 strike, uint256 from, uint256 to);
    /// @notice The basis, 1e-5 of spot, is further from zero than the term allows.
    error BasisOutOfRange(int256 basis, uint256 limit);
    error BasisMoveTooLarge(int256 from, int256 to, uint256 limit);
    /// @notice Calls at this strike and its neighbours could be traded against each other without risk: at its prices
    /// they would not fall, or not be convex, along the strikes.
    error SmileArbitrage(uint256 strike);

    error NotExpired(uint256 expiry);
    error PriceAlreadyFixed(GroupId group, uint256 ladder);
    /// @notice Before a lock or a liquidation comes the price of this expiry, which can be fixed: see `fixPrice`.
    error PriceNotFixed(uint256 expiry);
    /// @notice Prices are fixed in the order of expiries: an earlier one is still open.
    error EarlierExpiryOpen(uint256 expiry, uint256 earlier);
    /// @notice The feed has no round after the expiry yet, or only in a later phase: rounds of that count after `from`.
    error PriceNotFinal(uint256 from);
    /// @notice The call has to name the last round of this phase that is dated at or before `time`, or the first of
    /// the phase if there is none, or round 0 if the phase has no rounds.
    error EntryNotNamed(uint256 phase, uint256 time);
    error RoundUnknown(uint80 round);
    /// @notice The named round is not the last one at or before the time: this one is later, and not after it.
    error NotTheLastRound(uint80 round, uint80 later);
    /// @notice The named round is after the time, but not the first of its phase: this one is before it.
    error NotTheFirstRound(uint80 round, uint80 earlier);
    /// @notice The round is dated before the one that it follows.
    error RoundsOutOfOrder(uint80 round, uint256 updatedAt);
    /// @notice The feed does not know the rounds between these.
    error RoundsMissing(uint80 from, uint80 to);
    /// @notice With so little gas, a round that the feed has might seem missing.
    error TooLittleGasToRead(uint256 gas, uint256 required);

    /// @notice Lists an expiry, at strikes that follow from the present price (`ListingLib.grid`) and with the smile
    /// that the source has for them. Only while the group is NORMAL, its factors fresh and without a gap.
    /// @return ladder The number of its ladder.
    function list(GroupId group, uint40 expiry) external returns (uint256 ladder);

    /// @notice Takes over the volatility level of the group's source, if it is newer.
    function postLevel(GroupId group) external;

    /// @notice Takes over the source's smile of a ladder.
    function postSmile(GroupId group, uint256 ladder) external;

    /// @notice Fixes the price at which a ladder expired: the average of the feed's answers in the 30 minutes before,
    /// each weighted by the time that it held.
    /// @param entries One round for each phase of the feed that is entered, see EntryNotNamed. Usually one: the last
    /// round at or before the window.
    /// @param rounds How many rounds to read at most; with less than there are, the next call goes on.
    /// @return done The price is fixed.
    function fixPrice(
        GroupId group,
        uint256 ladder,
        uint80[] calldata entries,
        uint256 rounds
    ) external returns (bool done);
}
