// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {ChargeLib} from "../deleveraging/ChargeLib.sol";
import {ReliefLib} from "../deleveraging/ReliefLib.sol";
import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {Account, Group, Ledger, Market, Phase, Queue, Recovery} from "../Ledger.sol";
import {Health, MarginLib} from "../position/MarginLib.sol";
import {Leg, PositionLib} from "../position/PositionLib.sol";
import {QueueLib} from "../position/QueueLib.sol";
import {RecoveryLib} from "../position/RecoveryLib.sol";
import {FundingLib} from "../prices/FundingLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId} from "../types/MarketId.sol";
import {Money} from "../types/Money.sol";
import {NO_NODE, NodeId} from "../types/NodeId.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";

struct VenueSnapshot {
    uint256 time;
    uint256 held;
    uint256 shortfall;
    uint256 epoch;
    uint256 protectedCash;
    uint256 fees;
    uint256 rate;
    uint256 lockedGroups;
    uint256 uncoveredGroups;
}

struct GroupSnapshot {
    Phase phase;
    uint256 gapLevel;
    bool uncovered;
    uint256 until;
    uint256 lockedAt;
    uint256 anchorsDue;
    uint256 lastUnlock;
    uint256 absorbed;
    uint256 deficit;
    uint256 reserve;
    uint256 vaultSpent;
    uint256 vaultPeriod;
    Money relieved;
}

struct QueueSnapshot {
    NodeId[] nodes;
    uint256[] sizes;
}

struct MarketSnapshot {
    Price funding;
    int256 fundingRate;
    uint256 fundingTime;
    uint256 openInterest;
    int256 anchor;
    int256 recordedMark;
    uint256 chargeLong;
    uint256 chargeShort;
    uint256 estateLong;
    uint256 estateShort;
    uint256 offeredAt;
    QueueSnapshot longs;
    QueueSnapshot shorts;
}

struct LegSnapshot {
    Size size;
    Money value;
    Price rank;
    NodeId node;
}

struct AccountSnapshot {
    Money cash;
    GroupId group;
    uint256 open;
    uint256 calledAt;
    bool hasProtected;
    uint256 protectedCash;
    Health health;
    LegSnapshot[] legs;
}

struct Snapshot {
    VenueSnapshot venue;
    GroupSnapshot group;
    MarketSnapshot[] markets;
    AccountSnapshot[] accounts;
}

/// @title Everything that a test compares, read in one call of `inspect`
contract SnapshotLens is ClearinghouseStorage {
    using FundingLib for Market;
    using MarginLib for Ledger;
    using PositionLib for Market;
    using QueueLib for Queue;
    using RecoveryLib for Recovery;

    error LensFailed(bytes reason);

    /// @notice The snapshot of `venue`, for callers that would trip over the revert of `inspect`. Call it, do not send
    /// it.
    function read(
        IClearinghouse venue,
        GroupId id,
        AccountId[] calldata accounts
    ) external returns (Snapshot memory s) {
        try venue.inspect(address(this), abi.encodeCall(this.snapshot, (id, accounts))) {} catch (bytes memory result) {
            (bool ok, bytes memory answer) = abi.decode(result, (bool, bytes));
            if (!ok) revert LensFailed(answer);
            return abi.decode(answer, (Snapshot));
        }
    }

    /// @dev Credits what waits first, as the next operation of each account would; `inspect` undoes it.
    function snapshot(GroupId id, AccountId[] calldata accounts) external returns (Snapshot memory s) {
        for (uint256 i; i < accounts.length; ++i) ReliefLib.credit(_ledger, accounts[i]);
        s.venue = _venue();
        s.group = _group(id);
        Quote[] memory quotes = MarkLib.quotes(_ledger, id);
        s.markets = new MarketSnapshot[](quotes.length);
        for (uint256 i; i < quotes.length; ++i) s.markets[i] = _market(_ledger.markets[id.market(i)]);
        s.accounts = new AccountSnapshot[](accounts.length);
        for (uint256 i; i < accounts.length; ++i) s.accounts[i] = _account(id, accounts[i], quotes);
    }

    function _venue() private view returns (VenueSnapshot memory h) {
        Recovery storage recovery = _ledger.recovery;
        (h.time, h.held, h.shortfall) = (block.timestamp, recovery.held, recovery.shortfall);
        (h.epoch, h.protectedCash, h.fees, h.rate) = (
            recovery.epoch,
            recovery.protectedCash,
            recovery.fees,
            recovery.rate()
        );
        (h.lockedGroups, h.uncoveredGroups) = (_ledger.outflow.lockedGroups, _ledger.outflow.uncoveredGroups);
    }

    function _group(GroupId id) private view returns (GroupSnapshot memory g) {
        Group storage stored = _ledger.groups[id];
        (g.phase, g.gapLevel, g.uncovered, g.until) = (stored.phase, stored.gapLevel, stored.uncovered, stored.until);
        (g.lockedAt, g.anchorsDue, g.lastUnlock) = (stored.lockedAt, stored.anchorsDue, stored.lastUnlock);
        (g.absorbed, g.deficit, g.reserve) = (stored.absorbed, stored.deficit, stored.reserve);
        (g.vaultSpent, g.vaultPeriod) = (stored.vaultSpent, stored.vaultPeriod);
        if (stored.phase != Phase.NORMAL) g.relieved = ChargeLib.relieved(stored);
    }

    function _market(Market storage market) private view returns (MarketSnapshot memory m) {
        (m.funding, m.fundingRate, m.fundingTime) = (market.current(), market.fundingRate, market.fundingTime);
        (m.openInterest, m.anchor, m.recordedMark) = (market.openInterest, market.anchor, market.recordedMark);
        (m.chargeLong, m.chargeShort, m.offeredAt) = (market.chargeLong, market.chargeShort, market.offeredAt);
        (m.estateLong, m.estateShort) = (market.estateLong, market.estateShort);
        m.longs = _queue(market.longs);
        m.shorts = _queue(market.shorts);
    }

    function _queue(Queue storage queue) private view returns (QueueSnapshot memory q) {
        uint256 length;
        for (NodeId each = queue.head(); each != NO_NODE; each = queue.next(each)) ++length;
        (q.nodes, q.sizes) = (new NodeId[](length), new uint256[](length));
        NodeId node = queue.head();
        for (uint256 i; i < length; ++i) {
            (q.nodes[i], q.sizes[i]) = (node, queue.sizeOf(node));
            node = queue.next(node);
        }
    }

    function _account(
        GroupId id,
        AccountId account,
        Quote[] memory quotes
    ) private view returns (AccountSnapshot memory a) {
        Account storage stored = _ledger.accounts[account];
        (a.cash, a.group, a.open) = (Money.wrap(stored.cash), stored.group, stored.open);
        (a.calledAt, a.hasProtected) = (stored.calledAt, stored.hasProtected);
        a.protectedCash = stored.hasProtected ? _ledger.recovery.protectedOf(account) : 0;
        a.legs = new LegSnapshot[](quotes.length);
        if (GroupId.unwrap(stored.group) != GroupId.unwrap(id)) {
            a.health.cash = a.cash;
            a.health.equity = a.cash;
            return a;
        }
        a.health = _ledger.health(account, quotes, MarginLib.NO_MARKET);
        for (uint256 i; i < quotes.length; ++i) {
            Leg memory leg = _ledger.markets[id.market(i)].read(
                _ledger.positions[account.position(id.market(i))],
                quotes[i]
            );
            a.legs[i] = LegSnapshot(leg.size, leg.value, leg.rank, leg.node);
        }
    }
}
