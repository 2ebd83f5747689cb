// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {GroupId} from "../types/MarketId.sol";
import {AccountId} from "../types/AccountId.sol";
import {IVolSource} from "./IVolSource.sol";
import {Smile} from "./Smile.sol";

// What an option clearinghouse stores beside the ledger, in the order in which one reads it. A series' book (interest,
// queues, estate, charges) is a `Market` of the ledger under the series' number; its group's phase, deficit and vault
// budget are a `Group` of the ledger without markets.

/// @dev What all marks of a group follow from. 10 + 4 + 5 + 1 + 11 = 31 bytes.
struct Factors {
    /// The mark of the underlying, 1e-18 quote per base.
    uint80 spot;
    /// What all volatilities of the smiles are multiplied by, 1e-9.
    uint32 level;
    /// The time at which what is left to an expiry is counted. It never passes an expiry whose price is not fixed.
    uint40 time;
    /// Bit l: which of ladder l's two smiles holds.
    uint8 versions;
    /// The perpetual's cumulative funding, price units.
    int88 funding;
}

/// @dev One expiry.
struct Ladder {
    // Its terms: 5 + 10 + 10 + 4 = 29 bytes. Seconds of Unix time; strikes are `base + strike * step`, 1e-18 quote per
    // base. 0: no ladder is listed here.
    uint40 expiry;
    uint80 base;
    uint80 step;
    /// Bit p: the series at place p was charged or torn up at least once, so its charges and frames have to be read.
    uint32 touched;
    // What its risk arrays were computed from: 10 + 4 + 5 + 8 + 2 = 29 bytes. The print is of terms, smile and risk
    // parameters (see RefreshLib).
    uint80 riskSpot;
    uint32 riskLevel;
    uint40 riskTime;
    uint64 riskPrint;
    /// Bit s: the risk array of strike s is of these.
    uint16 computed;
    Smile[2] smiles;
    /// The price at which it expired, 1e-18 quote per base; 0 while it is not fixed.
    uint80 settlement;
    Fixing fixing;
}

/// @dev How far the average that fixes a ladder's price has come, so that it can stop and resume. Zero: not begun. See
/// ExpiryLib. 10 + 5 + 2 = 17 bytes, then 12 + 10.
struct Fixing {
    /// The round read last, as the feed numbers them.
    uint80 round;
    /// When the answer that holds was given, Unix time.
    uint40 time;
    /// Of the window, what is added up, seconds.
    uint16 weight;
    /// The marks added up, each times the seconds that it held.
    uint96 sum;
    /// The answer that holds, as a mark; 0: it is none.
    uint80 mark;
}

/// @dev How margin is measured, and how far marks may move. Rates in ppm. Bounds and meaning: RiskParameterLib and
/// docs/parameters.md. 10 * 3 + 1 = 31 bytes.
struct RiskParams {
    /// The scan range: how far the price moves in the scenarios.
    uint24 scanRange;
    /// The extreme move of two more scenarios, and the share of its loss that counts.
    uint24 extremeMove;
    uint24 extremeShare;
    /// How far volatility moves in the scenarios, of an expiry 30 days away, and with which power of `30 days / T`.
    uint24 volUp;
    uint24 volDown;
    uint24 volPower;
    /// Maintenance margin as a share of initial margin.
    uint24 maintenanceShare;
    /// A move of the volatility level that is a gap.
    uint24 levelGap;
    /// Least margin of a net short option, of spot.
    uint24 shortMinimum;
    /// What a year of basis can move, of spot.
    uint24 basisMove;
    /// How many series an account may hold.
    uint8 maxLegs;
}

/// @dev Where the settlement of a lock stands.
enum Round {
    NONE,
    MEASURING,
    CHARGING,
    CLOSING
}

struct OptionGroup {
    Factors anchor;
    /// The recorded factors; in a lock the frozen ones.
    Factors recorded;
    // The volatilities that hold now: 4 + 5 + 3 + 1 + 5 + 1 + 5 + 2 = 26 bytes. What the source said of the level, and
    // when it saw it.
    uint32 level;
    uint40 levelTime;
    uint24 volHeartbeat;
    uint8 versions;
    /// The earliest expiry whose price is not fixed; 0: none.
    uint40 nextExpiry;
    /// Bit l: ladder l is listed.
    uint8 listed;
    /// The latest expiry whose price is fixed; 0: none was. While the anchor is older, that price may be a gap.
    uint40 lastExpiry;
    /// The phase of the underlying's feed that the next expiry's rounds begin in, see ExpiryLib.
    uint16 feedPhase;
    RiskParams risk;
    /// Bit i: the series at index i has open interest or an estate.
    uint256 live;
    /// Bit i: the series at index i had an estate, or a tear-up, whose dust may be one at any time: so its estate has
    /// to be read. It stays.
    uint256 estates;
    // Where a settlement stands that waits for its next call: what winners gained, then what they were charged, 1e-9
    // quote; and of what they gained, the share that they are charged. 12 + 1 + 1 + 16 = 30 bytes, then 16.
    uint96 gains;
    Round round;
    /// The next series to look at.
    uint8 cursor;
    uint128 shareNumerator;
    uint128 shareDenominator;
    IVolSource volSource;
    Ladder[8] ladders;
    /// Risk arrays by the index of the strike's call: 16 lanes of 16 bits, see RiskArrayLib.
    mapping(uint256 index => uint256) arrays;
}

struct OptionLedger {
    mapping(GroupId group => OptionGroup) groups;
    /// Bit i: the account holds the series at index i of its group. Zero when it is flat.
    mapping(AccountId account => uint256) held;
}

/// @title What an option clearinghouse, its modules and its lenses have in common: the ledger, then what options add
abstract contract OptionStorage is ClearinghouseStorage {
    OptionLedger internal _options;
}
