// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {MarketParams, Phase, VenueParams} from "../Ledger.sol";
import {Factors, RiskParams} from "../options/OptionLedger.sol";
import {SeriesId} from "../options/SeriesId.sol";
import {Smile} from "../options/Smile.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId} from "../types/MarketId.sol";
import {Money} from "../types/Money.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";

// Units everywhere: Money 1e-9 quote, Size 1e-9 base (positive is long), Price 1e-18 quote per base, rates ppm,
// volatilities 1e-4 a root year, times Unix seconds.

/// @notice Of a position or an account. Of one contract (`OptionView`): per unit of base.
struct GreeksView {
    /// How the value moves with the price of the underlying, the basis standing still: as much base.
    Size delta;
    /// By how much delta grows when that price rises by 1%: base.
    Size gamma;
    /// What one point of volatility more (0.60 to 0.61 a root year) is worth.
    Money vega;
    /// What a day of time is worth, negative for a loss, spot and volatility standing still.
    Money theta;
}

/// @notice What decides initial margin. SCENARIO: the loss of the worst one. SHORT_MINIMUM: the least for net short
/// options. WORTH: all is long, and its value is less than what the scenarios ask for.
enum Binding {
    SCENARIO,
    SHORT_MINIMUM,
    WORTH
}

struct MarginFigures {
    Money equity;
    /// Equity at the group's anchor and recorded factors; in a lock the recorded ones are the frozen ones.
    Money atAnchor;
    Money atRecorded;
    Money initial;
    Money maintenance;
    /// Profit in each of the 16 scenarios, floor: price moves 0, +1/3, -1/3, +2/3, -2/3, +1, -1 of the scan range, each
    /// with volatility up, then down; the extreme up and down, its share.
    Money[16] profits;
    /// The scenario with the largest loss, and what decides.
    uint8 worst;
    Binding binding;
    /// Parts of initial margin: see RiskParams.
    Money shortMinimum;
    Money basis;
    uint256 legs;
    /// All risk arrays are fresh: a call that needs the margin does not compute them.
    bool arraysFresh;
}

struct OptionPosition {
    SeriesId series;
    /// 0: torn up, or its estate waits to be collected.
    Size size;
    /// What it adds to equity: profit including charges, floor.
    Money value;
    Price mark;
    /// The volatility of its strike, the level included; 0 of what has none.
    uint256 vol;
    uint40 expiry;
    GreeksView greeks;
}

struct PortfolioView {
    AccountId account;
    GroupId group;
    Phase phase;
    Factors factors;
    /// The underlying has a fresh price; and the volatility level too.
    bool spotFresh;
    bool fresh;
    Money cash;
    MarginFigures margin;
    GreeksView greeks;
    OptionPosition[] positions;
}

/// @notice A leg of a trade that is thought of: bought when `size` is positive.
struct TradeLeg {
    SeriesId series;
    Size size;
    Price price;
}

struct TradeView {
    MarginFigures before;
    /// With the legs traded at their prices and fees of a taker paid.
    MarginFigures later;
    GreeksView greeksBefore;
    GreeksView greeksLater;
    Money fees;
}

struct OptionHealth {
    AccountId account;
    GroupId group;
    Money cash;
    Money equity;
    Money atAnchor;
    Money atRecorded;
    Money initial;
    Money maintenance;
    uint256 legs;
    bool arraysFresh;
    /// Bit i: it holds the series at index i.
    uint256 held;
}

/// @notice An account in a lock.
struct ReliefView {
    AccountId account;
    /// What it could be registered for: the smaller of its gains and its losses in the jump, floor.
    Money relief;
    /// It is registered.
    bool registered;
}

/// @notice A listed expiry, as far as somebody has to do something about it.
struct ExpiryView {
    uint256 place;
    uint40 expiry;
    uint80 base;
    uint80 step;
    /// The price at which it expired; 0 while that is not fixed. The round up to which it is added up; 0: not begun.
    uint80 settlement;
    uint80 round;
    /// The smile that holds, and what the source has for these strikes; 0: nothing.
    Smile smile;
    Smile told;
    /// A smile was posted since the anchors: another one has to wait.
    bool smilePending;
    /// Bit s: the risk array of strike s is fresh.
    uint256 arraysFresh;
}

/// @notice A group with all that anybody may have to do in it: post, fix, poke, settle.
struct OptionGroupView {
    GroupId group;
    Phase phase;
    /// A `poke` would lock it. Only looked at when it is NORMAL.
    bool gapped;
    /// The underlying has a fresh price; and the volatility level too.
    bool spotFresh;
    bool fresh;
    Factors live;
    Factors anchor;
    /// In a lock the frozen ones.
    Factors recorded;
    uint256 anchorsDue;
    uint256 lastUnlock;
    // The last lock: its number, when it ends, since when accounts can be absorbed, who was, and what is set aside.
    uint256 lock;
    uint256 until;
    uint256 absorbableFrom;
    uint256 absorbed;
    Money deficit;
    Money reserve;
    /// How far its settlement is: the round of `Round`, and the series that comes next.
    uint256 round;
    uint256 cursor;
    /// Bit i: the series at index i has open interest or an estate.
    uint256 series;
    // When the level that holds was observed, and from when it is too old; what the source says, zero where it fails.
    uint256 levelTime;
    uint256 levelStaleFrom;
    uint32 toldLevel;
    uint40 toldTime;
    /// The earliest expiry whose price is not fixed; 0: none. In which phase of the feed its rounds begin.
    uint40 nextExpiry;
    uint16 feedPhase;
    address feed;
    /// Since when the source of the underlying is noted as not usable; 0: it is not.
    uint256 staleSince;
    MarketParams params;
    RiskParams risk;
    VenueParams venue;
    ExpiryView[] expiries;
}

struct OptionView {
    Price mark;
    /// Either side, estate included.
    Size openInterest;
    GreeksView greeks;
}

struct StrikeView {
    Price strike;
    /// The level included.
    uint256 vol;
    /// Its risk array is fresh.
    bool arrayFresh;
    OptionView call;
    OptionView put;
}

struct LadderView {
    uint256 place;
    uint40 expiry;
    /// At its forward; the price at which it expired once it has and that is fixed.
    OptionView future;
    /// Forward over spot less one, 1e-5.
    int256 basis;
    uint80 settlement;
    StrikeView[] strikes;
}

struct ChainView {
    GroupId group;
    Phase phase;
    Factors factors;
    bool spotFresh;
    bool fresh;
    /// When the volatility level was observed, and when it is too old.
    uint40 levelTime;
    uint256 levelStaleFrom;
    OptionView perpetual;
    LadderView[] ladders;
}

/// @title Views over an option clearinghouse: Greeks, scenarios, what a trade would change, the chain of series
/// @notice Everything is read by an `eth_call`; a lens holds no state and changes none.
interface IOptionLens {
    /// @notice One account with its positions, its margin and its Greeks.
    function portfolio(IClearinghouse clearinghouse, AccountId id) external view returns (PortfolioView memory);

    /// @notice What trading these legs would change, without looking at who is on the other side. Ascending by series.
    function trade(
        IClearinghouse clearinghouse,
        AccountId id,
        GroupId group,
        TradeLeg[] calldata legs
    ) external view returns (TradeView memory);

    /// @notice Health of many accounts of one group, in the order given.
    function healths(
        IClearinghouse clearinghouse,
        GroupId group,
        AccountId[] calldata ids
    ) external view returns (OptionHealth[] memory);

    /// @notice Every listed series of a group: strikes, marks, volatilities, open interest, freshness.
    function chain(IClearinghouse clearinghouse, GroupId group) external view returns (ChainView memory);

    /// @notice A group's phase, factors and expiries: what there is to do in it.
    function group(IClearinghouse clearinghouse, GroupId id) external view returns (OptionGroupView memory);

    /// @notice What accounts could be registered for in the lock that runs, in the order given; nothing outside of one.
    function reliefs(
        IClearinghouse clearinghouse,
        GroupId group,
        AccountId[] calldata ids
    ) external view returns (ReliefView[] memory);
}
