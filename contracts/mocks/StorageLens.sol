// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {ChargeLib} from "../deleveraging/ChargeLib.sol";
import {ReliefLib} from "../deleveraging/ReliefLib.sol";
import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {
    Account,
    Collateral,
    CollateralParams,
    Frame,
    Market,
    MarketParams,
    Outflow,
    Pause,
    Phase,
    Pledge,
    Queue,
    VenueParams
} from "../Ledger.sol";
import {CashLib} from "../position/CashLib.sol";
import {QueueLib} from "../position/QueueLib.sol";
import {RecoveryLib} from "../position/RecoveryLib.sol";
import {SignerLib} from "../trading/SignerLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money} from "../types/Money.sol";
import {Node} from "../types/Node.sol";
import {NO_NODE, NodeId} from "../types/NodeId.sol";
import {Position} from "../types/Position.sol";
import {Price} from "../types/Price.sol";

struct NodeKey {
    MarketId market;
    bool longs;
    NodeId node;
}

struct Question {
    GroupId[] groups;
    MarketId[] markets;
    AccountId[] accounts;
    /// Words of fills of every account.
    uint16[] words;
    NodeKey[] nodes;
    address[] owners;
    address[] signers;
}

struct StoredVenue {
    uint256 held;
    uint256 shortfall;
    uint256 fees;
    uint256 protectedCash;
    uint256 epoch;
    uint256 index;
    Outflow outflow;
    VenueParams params;
    uint256 groupCount;
    uint256 lockedGroups;
    uint256 anyStoppedUntil;
    Pause pause;
    address vault;
    address treasury;
    address accessGate;
    uint256 collateralCount;
}

struct StoredCollateral {
    address token;
    address source;
    uint256 decimals;
    CollateralParams params;
    uint256 anchor;
    uint256 recordedPrice;
    uint256 recordedAt;
    Price floor;
    uint256 pledged;
    uint256 stock;
    uint256 offeredAt;
    uint256 line;
    uint256 closesAt;
}

struct StoredPledge {
    uint256 units;
    uint256 since;
    uint256 feeRate;
}

struct StoredGroup {
    uint256 phase;
    uint256 markets;
    uint256 gapLevel;
    uint256 until;
    uint256 lockedAt;
    uint256 lastUnlock;
    uint256 absorbed;
    uint256 deficit;
    uint256 reserve;
    uint256 vaultBudget;
    Money relieved;
}

struct StoredMarket {
    uint256 id;
    uint256 status;
    uint256 mode;
    int256 funding;
    int256 fundingRate;
    uint256 fundingTime;
    uint256 openInterest;
    uint256 estateLong;
    uint256 estateShort;
    uint256 chargeLong;
    uint256 chargeShort;
    uint256 offeredAt;
    address source;
    MarketParams params;
    Pause pause;
    NodeId[] longs;
    NodeId[] shorts;
}

struct StoredAccount {
    int256 cash;
    uint256 group;
    uint256 open;
    uint256 calledAt;
    uint256 minSequence;
    bool hasProtected;
    uint256 protectedCash;
    uint256 relief;
    /// Raw slots in the markets of the question.
    uint256[] positions;
    uint256[] lanes;
    uint256 pledged;
    uint256 pledgesOfferedAt;
    /// Of every collateral.
    StoredPledge[] pledges;
}

struct StoredNode {
    uint256 word;
    uint256 remaining;
    int256 proceeds;
}

struct Stored {
    StoredVenue venue;
    StoredGroup[] groups;
    StoredMarket[] markets;
    StoredAccount[] accounts;
    StoredNode[] nodes;
    uint256[] signers;
    StoredCollateral[] collaterals;
}

/// @title What the ledger holds, as it is stored; for the test that rebuilds it from events
contract StorageLens is ClearinghouseStorage {
    using QueueLib for Queue;

    error LensFailed(bytes reason);

    /// @notice The state of `venue`, for callers that would trip over the revert of `inspect`. Call it, do not send it.
    function read(IClearinghouse venue, Question calldata q) external returns (Stored memory s) {
        try venue.inspect(address(this), abi.encodeCall(this.stored, (q))) {} catch (bytes memory result) {
            (bool ok, bytes memory answer) = abi.decode(result, (bool, bytes));
            if (!ok) revert LensFailed(answer);
            return abi.decode(answer, (Stored));
        }
    }

    function stored(Question calldata q) external returns (Stored memory s) {
        s.groups = new StoredGroup[](q.groups.length);
        for (uint256 i; i < q.groups.length; ++i) s.groups[i] = _group(q.groups[i]);
        s.markets = new StoredMarket[](q.markets.length);
        for (uint256 i; i < q.markets.length; ++i) s.markets[i] = _market(q.markets[i]);
        s.accounts = new StoredAccount[](q.accounts.length);
        for (uint256 i; i < q.accounts.length; ++i) s.accounts[i] = _account(q.accounts[i], q.markets, q.words);
        s.nodes = new StoredNode[](q.nodes.length);
        for (uint256 i; i < q.nodes.length; ++i) s.nodes[i] = _node(q.nodes[i]);
        s.signers = new uint256[](q.owners.length);
        for (uint256 i; i < q.owners.length; ++i) s.signers[i] = SignerLib.expiryOf(_ledger, q.owners[i], q.signers[i]);
        s.collaterals = new StoredCollateral[](_ledger.collateralCount);
        for (uint256 i; i < s.collaterals.length; ++i) s.collaterals[i] = _collateral(i + 1);
        s.venue = _venue(); // after the accounts, whose protection may have been cut
    }

    function _venue() private view returns (StoredVenue memory h) {
        (h.held, h.shortfall) = (_ledger.recovery.held, _ledger.recovery.shortfall);
        (h.fees, h.protectedCash, h.epoch) = (
            _ledger.recovery.fees,
            _ledger.recovery.protectedCash,
            _ledger.recovery.epoch
        );
        h.index = _ledger.recovery.index;
        (h.outflow, h.params, h.pause) = (_ledger.outflow, _ledger.venue, _ledger.pause);
        (h.groupCount, h.lockedGroups) = (_ledger.groupCount, _ledger.outflow.lockedGroups);
        (h.anyStoppedUntil, h.vault, h.treasury) = (_ledger.anyStoppedUntil, _ledger.vault, _ledger.treasury);
        (h.accessGate, h.collateralCount) = (_ledger.accessGate, _ledger.collateralCount);
    }

    function _collateral(uint256 id) private view returns (StoredCollateral memory v) {
        Collateral storage c = _ledger.collaterals[id];
        (v.token, v.source, v.decimals) = (address(c.token), address(c.source), c.decimals);
        v.params = CollateralParams(c.haircut, c.maxDiscount, c.discountRate, c.feeRate, c.cap);
        (v.anchor, v.recordedPrice, v.recordedAt) = (c.anchor, c.recordedPrice, c.recordedAt);
        (v.floor, v.pledged, v.line) = (c.floor.price(), c.pledged, c.line);
        v.closesAt = c.closesAt;
        // Without stock the time of its offer means nothing.
        if (c.stock != 0) (v.stock, v.offeredAt) = (c.stock, c.offeredAt);
    }

    /// @dev Of a collateral of which nothing is pledged, the rest means nothing.
    function _pledge(AccountId id, uint256 collateral) private view returns (StoredPledge memory p) {
        Pledge storage pledge = _ledger.pledges[id][collateral];
        if (pledge.units != 0) (p.units, p.since, p.feeRate) = (pledge.units, pledge.since, pledge.feeRate);
    }

    function _group(GroupId id) private view returns (StoredGroup memory g) {
        (g.phase, g.markets) = (uint256(_ledger.groups[id].phase), _ledger.groups[id].markets);
        (g.gapLevel, g.until) = (_ledger.groups[id].gapLevel, _ledger.groups[id].until);
        (g.lockedAt, g.lastUnlock) = (_ledger.groups[id].lockedAt, _ledger.groups[id].lastUnlock);
        (g.absorbed, g.deficit) = (_ledger.groups[id].absorbed, _ledger.groups[id].deficit);
        (g.reserve, g.vaultBudget) = (_ledger.groups[id].reserve, _ledger.groups[id].vaultBudget);
        if (_ledger.groups[id].phase != Phase.NORMAL) g.relieved = ChargeLib.relieved(_ledger.groups[id]);
    }

    function _market(MarketId id) private view returns (StoredMarket memory m) {
        Market storage market = _ledger.markets[id];
        (m.id, m.status, m.mode) = (MarketId.unwrap(id), uint256(market.status), uint256(market.mode));
        (m.funding, m.fundingRate, m.fundingTime) = (market.funding, market.fundingRate, market.fundingTime);
        (m.openInterest, m.estateLong, m.estateShort) = (market.openInterest, market.estateLong, market.estateShort);
        (m.chargeLong, m.chargeShort, m.offeredAt) = (market.chargeLong, market.chargeShort, market.offeredAt);
        (m.source, m.params, m.pause) = (address(market.source), market.params, _ledger.marketPause[id]);
        (m.longs, m.shorts) = (_queue(market.longs), _queue(market.shorts));
    }

    function _queue(Queue storage queue) private view returns (NodeId[] memory list) {
        uint256 length;
        NodeId node = queue.nodes[NO_NODE].next();
        for (; node != NO_NODE; node = queue.nodes[node].next()) ++length;
        list = new NodeId[](length);
        node = NO_NODE;
        for (uint256 i; i < length; ++i) list[i] = node = queue.nodes[node].next();
    }

    function _account(
        AccountId id,
        MarketId[] calldata markets,
        uint16[] calldata words
    ) private returns (StoredAccount memory a) {
        Account storage account = _ledger.accounts[id];
        if (ReliefLib.isRegistered(_ledger, id)) a.relief = _ledger.reliefs[id].amount;
        // What a settlement gave back, and protection that has ended: whatever touches the account next books that;
        // here this does.
        CashLib.fit(_ledger, account, id);
        (a.cash, a.group, a.open) = (account.cash, GroupId.unwrap(account.group), account.open);
        (a.calledAt, a.minSequence, a.hasProtected) = (account.calledAt, account.minSequence, account.hasProtected);
        a.protectedCash = account.hasProtected ? RecoveryLib.protectedOf(_ledger.recovery, id) : 0;
        a.positions = new uint256[](markets.length);
        for (uint256 i; i < markets.length; ++i) {
            a.positions[i] = Position.unwrap(_ledger.positions[id.position(markets[i])]);
        }
        a.lanes = new uint256[](words.length);
        for (uint256 i; i < words.length; ++i) a.lanes[i] = _ledger.fills[id.fills(words[i])].word;
        (a.pledged, a.pledgesOfferedAt) = (account.pledged, _ledger.pledgesOfferedAt[id]);
        a.pledges = new StoredPledge[](_ledger.collateralCount);
        for (uint256 i; i < a.pledges.length; ++i) a.pledges[i] = _pledge(id, i + 1);
    }

    function _node(NodeKey calldata key) private view returns (StoredNode memory n) {
        Market storage market = _ledger.markets[key.market];
        Queue storage queue = key.longs ? market.longs : market.shorts;
        Frame memory frame = queue.frameOf(key.node); // as positions see it
        n.word = Node.unwrap(queue.nodes[key.node]);
        (n.remaining, n.proceeds) = (frame.remaining, frame.proceeds);
    }
}
