// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {VenueParams, MarketParams, MarketStatus, Mode, PauseLevel, Phase} from "../Ledger.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money} from "../types/Money.sol";
import {NodeId} from "../types/NodeId.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";

// Units everywhere: Money 1e-9 quote, Size 1e-9 base (positive is long), Price 1e-18 quote per base, rates ppm (1e6 =
// one whole), times Unix seconds.

/// @notice Where an account stands at live prices, from best to worst; the first that applies from the end. FLAT: no
/// position, no debt. SOUND: at or above initial margin. BELOW_INITIAL: may only reduce. BELOW_CALL: anyone may record
/// a margin call. LIQUIDATABLE: below maintenance margin, or a margin call is due. INSOLVENT: equity below zero.
enum Standing {
    FLAT,
    SOUND,
    BELOW_INITIAL,
    BELOW_CALL,
    LIQUIDATABLE,
    INSOLVENT
}

struct HealthView {
    AccountId account;
    /// The group of its positions, or of its last ones; 0: it has never traded.
    GroupId group;
    /// What a settlement gave it back for its relief included.
    Money cash;
    /// Cash and positions at live prices, floor; legs without a fresh price at their last mark, worsened by the
    /// market's stale shock.
    Money equity;
    /// Requirements at base rates, ceil.
    Money initial;
    Money maintenance;
    Money callLevel;
    /// Claims that a withdrawal could take now, before the venue's outflow cap; each pays the recovery rate.
    Money withdrawable;
    /// What `absorb` looks at while the group is locked: equity at the frozen marks. Else equity.
    Money atFrozen;
    /// While the group is locked: what the settlement would take from it if the lock ended now, less what it gets back
    /// if it is registered. Else zero.
    Money charge;
    /// While the group is locked: the smaller of what it gained and of what it lost in the jump, and whether it is
    /// registered for that, so that it is charged for the rest of its gains only. `net` registers it. Else zero.
    Money relief;
    bool isNetted;
    /// When the pending margin call was recorded; 0: none.
    uint40 calledAt;
    /// Every position has a fresh price.
    bool fresh;
    Standing standing;
}

struct PositionView {
    MarketId market;
    /// Magnitude rounded down; 0: torn up, `value` waits to be collected.
    Size size;
    /// What it adds to equity: profit including funding and charges, floor.
    Money value;
    /// The mark at which the position would be worth nothing more than at its entry: its entry level plus what funding
    /// and charges took.
    Price entry;
    /// The entry level as the queue knows it: price less the side's cumulative funding and charges, rounded against the
    /// holder.
    Price level;
    /// The mark, nearest to the solvent side, at which the account is below maintenance margin while all other legs
    /// stay as they are: the highest for a long, the lowest for a short, among possible marks. 0: no mark does that.
    Price liquidationMark;
    /// Size that a tear-up through the queue would take before it reaches this position's node.
    Size ahead;
    /// `ahead` as a share of all live size of the side, ppm, floor: 0 is the head of the queue.
    uint32 aheadShare;
    /// False: the node is further from the head than the lens walks, and `ahead` is what it saw; or it is torn up.
    bool placed;
    NodeId node;
    Price mark;
    bool fresh;
}

struct AccountView {
    HealthView health;
    /// Of `health.group`; what the next operation would find: a lock that is over and gathered nobody counts as NORMAL.
    Phase phase;
    /// A recorded margin call allows liquidation from `callDue` until `callLapses`; 0: none.
    uint40 callDue;
    uint40 callLapses;
    /// Cash that still leaves at par in a recovery.
    Money protectedCash;
    /// Orders with a lower sequence are void.
    uint48 minSequence;
    PositionView[] positions;
}

struct MarketView {
    MarketId market;
    MarketStatus status;
    Mode mode;
    IPriceSource source;
    /// Why the price is not fresh, as the source says; INSANE when it reverts or is out of range. FRESH when it is.
    IPriceSource.Status sourceStatus;
    /// Since when it is noted as not usable (`poke` notes it); 0 when it is not. An hour later GOVERNOR may replace it
    /// at any price.
    uint256 staleSince;
    /// The live mark; when not fresh the last recorded one; of a settled market the final one.
    Price mark;
    bool fresh;
    /// Cumulative funding now, and what a long pays a second per unit (negative: is paid).
    Price funding;
    Price fundingRate;
    /// Either side, estate and vault included.
    Size openInterest;
    /// Initial margin rate of an increase at the present open interest, ppm.
    uint256 increaseRate;
    /// Cumulative charges of each side.
    Price chargeLong;
    Price chargeShort;
    /// The recorded marks, funding since then included. The recorded mark is the frozen mark in a lock.
    Price anchor;
    Price recordedMark;
    /// mark - funding less the anchor that the next operation would use, or less the recorded mark if that is further;
    /// and the magnitude above which the group locks.
    Price moved;
    Price gapThreshold;
    bool gapped;
    /// Inventory of absorbed accounts (and dust).
    Size estateLong;
    Size estateShort;
    /// The stricter of the market's and the venue's, and until when the market's own holds.
    PauseLevel pauseLevel;
    uint40 pausedUntil;
    /// Liquidations are allowed from then on.
    uint256 liquidationsFrom;
    /// The vault's inventory, what `buyInventory` takes off its mark now (ppm), and the price of that.
    Size offered;
    uint256 offerDiscount;
    Price offerPrice;
    MarketParams params;
}

struct NodeView {
    NodeId node;
    /// The mark at which the node's gain is zero. A position's exact entry is at most one granule better.
    Price entry;
    /// Gain per unit at the present mark, negative for a loss; descends through the queue.
    Price gain;
    Size size;
    /// The share of its original size that tear-ups have left, ppm, floor.
    uint32 remaining;
}

struct GroupView {
    GroupId group;
    /// As the next operation would find it: a lock that is over and gathered nobody counts as NORMAL.
    Phase phase;
    uint8 markets;
    /// How often recent locks have doubled the gap threshold.
    uint256 gapLevel;
    bool gapped;
    /// Every market has a fresh price.
    bool fresh;
    bool uncovered;
    /// The lock's end and start, when anchors last moved, and the last lock's end.
    uint40 until;
    uint40 lockedAt;
    uint40 anchorsDue;
    uint40 lastUnlock;
    /// Accounts absorbed in this lock, what they owe, and what the vault set aside for it.
    uint32 absorbed;
    Money deficit;
    Money reserve;
    /// The vault's budget a period, and what it has not spent in this one.
    Money vaultBudget;
    Money budgetLeft;
    /// In a lock: what all live winners gained in the jump, the relief of those who are registered, each market's jump
    /// (positive: longs won), and the charge per unit of its winning side if the lock ended now. Zeros otherwise.
    Money gains;
    Money relieved;
    Price[] jumps;
    Price[] pendingCharges;
}

struct VenueView {
    /// 1e18 = par.
    uint256 recoveryRate;
    /// Tokens held, as claims at par; claims that no token backs; deposits that leave at par.
    Money held;
    Money shortfall;
    Money protectedCash;
    /// Trading fees waiting to be split.
    Money fees;
    /// What withdrawals may still pay in this window (or in one that would start now), and its end; 0: no window runs.
    Money outflowLeft;
    uint256 outflowWindowEnds;
    uint32 groups;
    uint32 lockedGroups;
    uint32 uncoveredGroups;
    PauseLevel pauseLevel;
    uint40 pausedUntil;
    address vault;
    address treasury;
    /// Who is asked about new risk, see IAccessGate; zero: nobody.
    address accessGate;
    Money vaultCash;
    /// Over pot, reserves and inventory, and whether it can be relied on: its prices are fresh and no group has a gap.
    Money vaultEquity;
    bool vaultCertain;
    VenueParams params;
}

struct MarketSettlement {
    /// Per unit of the side that the jump favoured.
    Price charge;
    /// The estate's way out: both sides against each other, against the vault's opposite inventory, into the vault, and
    /// through the queue.
    Size netted;
    Size vaultClosed;
    Size vaultTook;
    Size tornUp;
    /// The side that is torn up.
    bool tornUpLongs;
}

/// @notice deficit = vaultPaid + charged + shortfall; all zero while it is settling already.
struct SettlementView {
    Money deficit;
    Money vaultPaid;
    Money charged;
    Money shortfall;
    /// By index in the group. When not `done`, those that are zero may not have been reached; the others are final.
    MarketSettlement[] markets;
    /// As many steps finish it in one call; when not `done`, that many were tried.
    uint256 steps;
    /// False: the call's gas ended before the settlement did.
    bool done;
}

struct ShockView {
    Price mark;
    /// The group would lock by the jump alone.
    bool gapped;
    /// The accounts given, at the shocked prices, and whether `absorb` would take them.
    HealthView[] accounts;
    bool[] absorbed;
    /// The encoded error when `absorb` would refuse them all; NothingToAbsorb when nobody is below zero.
    bytes refusal;
    /// If somebody is absorbed: what `deleverage` would do.
    SettlementView settlement;
}

struct OrderView {
    bytes32 hash;
    /// Magnitude that is left to fill.
    Size remaining;
    /// The encoded error with which a fill would be refused for the order itself (fills, market, range, expiry,
    /// matcher, fee, trigger, signature); empty: none.
    bytes flaw;
}

/// @title Views over a clearinghouse for wallets and keepers
/// @notice Everything is read by an `eth_call`; a lens holds no state, changes none, and works for every clearinghouse
/// of this storage layout.
interface ILens {
    /// @notice What was asked did not answer as a clearinghouse does.
    error NotAClearinghouse(address clearinghouse);
    error GasTooLow();
    error NodeUnknown(MarketId market, bool isLong, NodeId node);

    /// @notice One account with its positions.
    function account(IClearinghouse clearinghouse, AccountId id) external view returns (AccountView memory);

    /// @notice Health of many accounts, in the order given. Prices are read once for neighbours of one group.
    function accounts(
        IClearinghouse clearinghouse,
        AccountId[] calldata ids
    ) external view returns (HealthView[] memory);

    function market(IClearinghouse clearinghouse, MarketId id) external view returns (MarketView memory);

    /// @notice Up to `count` nodes of one side's ADL queue behind `after_` (0: from the head), most profitable first.
    /// @dev Reverts with NodeUnknown when `after_` has left the queue: read pages of one block.
    function queue(
        IClearinghouse clearinghouse,
        MarketId id,
        bool isLong,
        NodeId after_,
        uint256 count
    ) external view returns (NodeView[] memory);

    function group(IClearinghouse clearinghouse, GroupId id) external view returns (GroupView memory);

    function venue(IClearinghouse clearinghouse) external view returns (VenueView memory);

    /// @notice What `deleverage` would do to the group, as if its lock ended now; while it is settling, what is left to
    /// do. Reverts with GroupNotLocked when there is no lock.
    /// @dev Not a view, but for `eth_call` (`staticCall` of a client): it runs the settlement and undoes it. How far it
    /// comes depends on the call's gas, see SettlementView.done.
    function settlement(IClearinghouse clearinghouse, GroupId id) external returns (SettlementView memory);

    /// @notice What a sudden move of one market's mark by `move` ppm would do to the accounts given, all other marks
    /// standing still, and how a default of those below zero would be resolved. Reverts with GroupLocked while the
    /// group is locked.
    /// @dev As `settlement`, it runs what it tells. Reverts with GasTooLow when gas does not suffice to absorb them.
    /// @param ids Strictly ascending.
    function shock(
        IClearinghouse clearinghouse,
        MarketId id,
        int256 move,
        AccountId[] calldata ids
    ) external returns (ShockView memory);

    /// @notice The state of a signed order of `market` if `submitter` submitted it. Asks an ERC-1271 wallet.
    /// @param packed The order in the packed form of PackedOrders.
    function order(
        IClearinghouse clearinghouse,
        MarketId market,
        bytes calldata packed,
        address submitter
    ) external view returns (OrderView memory);
}
