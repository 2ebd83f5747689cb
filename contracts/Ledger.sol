// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IPriceSource} from "./interfaces/IPriceSource.sol";
import {AccountId, FillKey, PositionKey} from "./types/AccountId.sol";
import {Floor} from "./types/Floor.sol";
import {GroupId, MarketId} from "./types/MarketId.sol";
import {Node} from "./types/Node.sol";
import {NodeId} from "./types/NodeId.sol";
import {Position} from "./types/Position.sol";

// The clearinghouse's whole storage, in the order in which one reads it. Byte sums stand beside packed structs. The
// words are those of the heading of Clearinghouse.sol.

/// @dev A trader's account. 14 + 4 + 1 + 4 + 6 + 1 + 1 + 1 = 32 bytes.
struct Account {
    /// Claims on the clearinghouse, 1e-9 quote. Negative only against unrealised gains.
    int112 cash;
    /// The clearing group it trades in; kept after it is flat, replaced by the next trade.
    GroupId group;
    /// Bit i: a position is open in the group's market i.
    uint8 open;
    /// When the pending margin call was recorded; 0 when there is none.
    uint32 calledAt;
    /// Orders with a lower sequence are void ("cancel all below").
    uint48 minSequence;
    /// Bit i: something of collateral i + 1 is pledged.
    uint8 pledged;
    /// A deposit made during a recovery is still protected (see RecoveryLib).
    bool hasProtected;
    /// It is registered for relief, in a lock that may be over (see ReliefLib).
    bool isNetted;
}

/// @dev What an account is registered for: the smaller of its gains and its losses in the jump of a lock, 1e-9 quote.
/// 12 + 4 + 3 = 19 bytes. Of the last lock in which it was; valid while the account says so.
struct Relief {
    uint96 amount;
    GroupId group;
    uint24 lockNumber;
}

/// @dev Which share of its relief a registered account gets back. 16 + 16 = 32 bytes.
struct ReliefShare {
    uint128 numerator;
    uint128 denominator;
}

/// @dev What is filled of an account's orders in two lanes (see OrderLib).
struct Lanes {
    uint256 word;
}

/// @dev What tear-ups did to a node. 12 + 20 = 32 bytes.
struct Frame {
    /// A: size per share, 1 = 2^95.
    uint96 remaining;
    /// K: proceeds of the torn-up part, price units per share.
    int160 proceeds;
}

/// @dev The ADL queue of one side of one market: node 0 is the sentinel (next = head, prev = tail).
struct Queue {
    mapping(NodeId node => Node) nodes;
    mapping(NodeId node => Frame) frames;
}

enum Mode {
    QUEUE,
    PRORATA
}

enum MarketStatus {
    NONE,
    OPEN,
    SETTLED
}

/// @dev Parameters of a market, two slots. Rates in ppm. Bounds and meaning: ParameterLib and docs/parameters.md.
struct MarketParams {
    uint24 initialMargin;
    uint24 maintenanceMargin;
    uint24 gapThreshold;
    uint24 priceBand;
    uint24 staleShock;
    uint16 makerFee;
    uint16 takerFee;
    uint16 discountFloor;
    uint16 discountCap;
    uint16 maxFunding;
    uint48 minNotional;
    // 31 bytes. And what only an increase of open interest needs, so that a liquidation does not read it.
    uint72 softCap;
    uint72 hardCap;
    uint48 fundingDepth;
    // 24 bytes
}

struct Market {
    // Written by every fill: 11 + 9 + 8 + 4 = 32 bytes.
    int88 funding;
    uint72 openInterest;
    int64 fundingRate;
    uint32 fundingTime;
    // Marks less funding at the time, 11 + 11 bytes. The recorded mark is the one of the last advance: in a lock the
    // frozen one, of a settled market the final one. And the estate's longs, 9 bytes: in slots that are never zero, a
    // default writes no fresh one.
    int88 anchor;
    int88 recordedMark;
    uint72 estateLong;
    // Charges, cumulative a side, 11 + 11 bytes, and the estate's shorts, 9 bytes.
    uint88 chargeLong;
    uint88 chargeShort;
    uint72 estateShort;
    // What every operation reads, and since when the vault's inventory is on offer, by the group's clock of offers (see
    // VaultLib.offer): 20 + 3 + 1 + 1 + 1 + 1 + 5 = 32 bytes. The mark is read from a plain feed, when the heartbeat is
    // not zero (see IPriceSource), else from the price source, whose address then stands here too.
    address priceFeed;
    uint24 heartbeat;
    int8 exponent;
    Mode mode;
    MarketStatus status;
    /// It was paused at least once, so its own pause has to be looked at.
    bool paused;
    uint40 offeredAt;
    MarketParams params;
    Settling settling;
    Queue longs;
    Queue shorts;
    // Not read by trades: 20 + 5 + 3 = 28 bytes.
    IPriceSource source;
    /// Since when the source is known not to be usable; 0 when it was, or nobody noted it. See SourceLib.
    uint40 staleSince;
    /// The group's `advances` then: the note is void when they have gone on.
    uint24 staleRound;
}

/// @dev Progress of a settlement in one market, so that it can stop and resume: 9 + 9 + 6 + 1 + 1 + 6 = 32 bytes.
struct Settling {
    /// PRORATA: what is to be torn up and the size of all winners, fixed before the first tear-up. PLACING: what the
    /// vault takes.
    uint72 toClose;
    uint72 winners;
    NodeId cursor;
    Stage stage;
    /// The side of the estate that is left.
    bool estateIsLong;
    /// PLACING: the level that the vault is to enter; the cursor looks for its place.
    NodeId level;
}

enum Stage {
    /// Not begun, or done: a settlement of a market begins and ends here.
    NETTING,
    COUNTING,
    SHARING,
    QUEUEING,
    PLACING
}

enum Phase {
    NORMAL,
    LOCKED,
    SETTLING
}

struct Group {
    // 5 * 1 + 5 * 4 + 4 + 3 = 32 bytes.
    Phase phase;
    uint8 markets;
    uint8 gapLevel;
    /// The market being settled.
    uint8 cursor;
    /// The estate may exceed what vault and charges can pay: withdrawals of the venue wait.
    bool uncovered;
    uint32 until;
    /// When the anchors may move on next.
    uint32 anchorsDue;
    uint32 lastUnlock;
    /// When the present period of the vault's budget began.
    uint32 vaultPeriod;
    /// Seconds in which the vault's offers did not age, until the anchors last moved on. See VaultLib.
    uint32 offersStood;
    /// Accounts absorbed in this lock.
    uint32 absorbed;
    /// Counts how often the anchors moved on: each time every source was fresh.
    uint24 advances;
    // What absorbed accounts owe at the frozen marks, and what the vault set aside for it at the lock, 1e-9 quote:
    // 12 + 12 + 5 + 3 = 32 bytes.
    uint96 deficit;
    uint96 reserve;
    /// Packed here because it is never zero again: a default does not pay for a fresh slot.
    uint40 lockedAt;
    /// The number of its last lock.
    uint24 lockNumber;
    // The vault's budget a period, what it spent in this one, and, while a settlement waits for its next call, what the
    // caller of its last step gets: 12 + 12 + 6 = 30 bytes, 1e-9 quote.
    uint96 vaultBudget;
    uint96 vaultSpent;
    uint48 refund;
    // The relief of all that are registered in a lock, 1e-9 quote, and the number of that lock: of an earlier one it is
    // void, so that no lock pays for a fresh slot. 12 + 3 = 15 bytes.
    uint96 relieved;
    uint24 relievedLock;
}

/// @dev Until when one of two addresses lets the other one sign for it, each way: Unix time; zero: never listed.
/// 16 + 16 bytes. In one slot, because a liquidation asks both ways.
struct Listing {
    uint128 byLower;
    uint128 byHigher;
}

/// @dev Everything that the clearinghouse owes in total and how it heals. 1e-9 quote.
struct Recovery {
    // What every deposit, withdrawal and fill writes: 11 + 11 + 9 + 1 = 32 bytes. Tokens held, as claims at par.
    uint88 held;
    /// Claims that no token backs.
    uint88 shortfall;
    /// Trading fees waiting to be split.
    uint72 fees;
    /// All markets were paused at least once, or there is an access gate: both have to be looked at.
    bool restricted;
    // 11 + 4 + 17 = 32 bytes. Deposits made at r < 1 and still at par.
    uint88 protectedCash;
    /// Grows by one when the index goes on 71 digits higher, by two or more when all protection ended.
    uint32 epoch;
    /// Falls by what shortfalls leave of a protected unit. It begins at 2^135.
    uint136 index;
    mapping(AccountId account => Protection) protectionOf;
}

/// @dev The protected deposit of an account, and epoch and index that it was measured at. 11 + 4 + 17 = 32 bytes.
struct Protection {
    uint88 amount;
    uint32 epoch;
    uint136 index;
}

/// @dev Parameters of the venue. Seconds and ppm. Bounds and meaning: ParameterLib and docs/parameters.md.
struct VenueParams {
    // What a lock and its settlement read.
    uint24 lockDelay;
    uint24 calmPeriod;
    uint24 unpauseGrace;
    uint24 vaultFeeShare;
    uint48 minDebt;
    uint48 refund;
    // 24 bytes. Margin calls, liquidations, and the window of outflows.
    uint24 callGrace;
    uint24 callLapse;
    uint24 vaultDelay;
    uint24 callLevel;
    uint24 keeperShare;
    uint24 vaultDiscount;
    uint24 offerRate;
    uint24 outflowRate;
    uint64 outflowFloor;
    // 32 bytes
}

enum PauseLevel {
    NONE,
    NO_NEW_RISK,
    NO_LIQUIDATION,
    REDUCE_ONLY
}

struct Pause {
    PauseLevel level;
    uint40 since;
    uint40 until;
    /// When the last pause that stopped liquidations ended or ends.
    uint40 liquidationsStoppedUntil;
}

/// @dev Below what the tokens held may not fall in the present window, the least that was held in it when something
/// came in, and since when it runs. Two counts are packed here because every withdrawal reads this slot.
/// 11 + 11 + 5 + 2 + 2 = 31 bytes.
struct Outflow {
    uint88 minHeld;
    uint88 lowest;
    uint40 since;
    /// Groups that are not NORMAL, and groups whose estate is uncovered.
    uint16 lockedGroups;
    uint16 uncoveredGroups;
}

/// @dev A token other than the settlement token that counts as margin (see CollateralLib). Prices: 1e-18 quote per
/// whole token. Units: the token's smallest.
struct Collateral {
    // All that the health of an account with a pledge reads: 20 + 3 + 1 + 1 + 3 + 4 = 32 bytes. The price is read as
    // that of a market: from a plain feed when the heartbeat is not zero.
    address priceFeed;
    uint24 heartbeat;
    int8 exponent;
    uint8 decimals;
    /// What of a price does not count, ppm.
    uint24 haircut;
    /// The lesser of anchor, recorded price and what the line can pay for; rounded down.
    Floor floor;
    // 10 + 10 + 5 = 25 bytes. Where a fall is measured from, the next of it, and when a price was recorded last.
    uint80 anchor;
    uint80 recordedPrice;
    uint40 recordedAt;
    // 12 + 12 + 5 = 29 bytes. What all accounts have pledged, what the vault has bought or earned, and since when that
    // is on offer, on average by units.
    uint96 pledged;
    uint96 stock;
    uint40 offeredAt;
    // 12 + 12 + 3 + 3 + 2 = 32 bytes. What the vault has set aside to buy what is pledged, 1e-9 quote; what may be
    // pledged; discounts and the fee as in CollateralParams.
    uint96 line;
    uint96 cap;
    uint24 maxDiscount;
    uint24 discountRate;
    uint16 feeRate;
    // 20 + 5 + 5 = 30 bytes. When the haircut was raised last; from when on all that is pledged is sold, as the cap is
    // zero. 0: it is not. Beside the token, which whoever buys needs too.
    IERC20 token;
    uint40 raisedAt;
    uint40 closesAt;
    // 20 + 10 = 30 bytes. The price that was recorded last: the next recorded price, of no effect until then.
    IPriceSource source;
    uint80 newest;
}

/// @dev Parameters of a collateral. Bounds and meaning: CollateralParameterLib and docs/parameters.md.
struct CollateralParams {
    uint24 haircut;
    uint24 maxDiscount;
    uint24 discountRate;
    uint16 feeRate;
    uint96 cap;
}

/// @dev What an account has pledged of a collateral, since when its fee is not taken, and the rate of the fee.
/// 12 + 5 + 2 = 19 bytes.
struct Pledge {
    uint96 units;
    uint40 since;
    uint16 feeRate;
}

struct Ledger {
    mapping(AccountId account => Account) accounts;
    mapping(PositionKey key => Position) positions;
    mapping(AccountId account => Relief) reliefs;
    /// Of the locks in which somebody was registered and somebody charged.
    mapping(GroupId group => mapping(uint24 lockNumber => ReliefShare)) reliefShares;
    mapping(FillKey key => Lanes) fills;
    /// Signers, by the pair of addresses; see SignerLib.
    mapping(address lower => mapping(address higher => Listing)) listings;
    mapping(MarketId market => Market) markets;
    mapping(GroupId group => Group) groups;
    mapping(MarketId market => Pause) marketPause;
    Pause pause;
    Recovery recovery;
    Outflow outflow;
    VenueParams venue;
    // What locks and liquidations read, and how many collaterals there are: 20 + 4 + 5 + 1 = 30 bytes.
    address vault;
    uint32 groupCount;
    /// When the last pause of liquidations of any market, or of all, ended or ends; 0 if there was none.
    uint40 anyStoppedUntil;
    uint8 collateralCount;
    address treasury;
    /// Zero: there is none. Read only when `Recovery.restricted`.
    address accessGate;
    /// Numbered from 1.
    mapping(uint256 id => Collateral) collaterals;
    mapping(AccountId account => mapping(uint256 id => Pledge)) pledges;
    /// Since when an account's pledges are on offer; 0: they are not.
    mapping(AccountId account => uint40) pledgesOfferedAt;
}
