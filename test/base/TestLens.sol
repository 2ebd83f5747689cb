// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../../contracts/ClearinghouseStorage.sol";
import {ChargeLib} from "../../contracts/deleveraging/ChargeLib.sol";
import {LockLib} from "../../contracts/deleveraging/LockLib.sol";
import {ReliefLib} from "../../contracts/deleveraging/ReliefLib.sol";
import {
    Account,
    Frame,
    Group,
    Ledger,
    Market,
    MarketStatus,
    Phase,
    Queue,
    Relief,
    ReliefShare
} from "../../contracts/Ledger.sol";
import {FrameLib} from "../../contracts/position/FrameLib.sol";
import {Health, MarginLib} from "../../contracts/position/MarginLib.sol";
import {OutflowLib} from "../../contracts/position/OutflowLib.sol";
import {Leg, PositionLib} from "../../contracts/position/PositionLib.sol";
import {QueueLib} from "../../contracts/position/QueueLib.sol";
import {StandingLib} from "../../contracts/periphery/StandingLib.sol";
import {RecoveryLib} from "../../contracts/position/RecoveryLib.sol";
import {GapLib} from "../../contracts/prices/GapLib.sol";
import {MarkLib, Quote} from "../../contracts/prices/MarkLib.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Money, toMoney} from "../../contracts/types/Money.sol";
import {Node} from "../../contracts/types/Node.sol";
import {NO_NODE, NodeId} from "../../contracts/types/NodeId.sol";
import {Position} from "../../contracts/types/Position.sol";
import {Price} from "../../contracts/types/Price.sol";
import {VaultLib} from "../../contracts/vault/VaultLib.sol";

/// @dev A node of a queue as it is stored. rank: price units; shares and size: 1e-9 base.
struct NodeView {
    NodeId id;
    int256 rank;
    uint256 shares;
    uint256 size;
    uint256 remaining;
    int256 proceeds;
}

/// @dev A market's stored state and its live quote.
struct MarketView {
    MarketStatus status;
    int256 mark;
    bool fresh;
    int256 funding;
    int256 fundingRate;
    uint256 openInterest;
    int256 anchor;
    int256 recordedMark;
    uint256 chargeLong;
    uint256 chargeShort;
    uint256 estateLong;
    uint256 estateShort;
}

struct RecoveryView {
    uint256 held;
    uint256 shortfall;
    uint256 protectedCash;
    uint256 fees;
    uint256 epoch;
}

/// @notice What tests look at, run on the clearinghouse's storage through `inspect`.
contract TestLens is ClearinghouseStorage {
    using FrameLib for Frame;
    using MarginLib for Ledger;
    using PositionLib for Market;
    using QueueLib for Queue;
    using ReliefLib for Ledger;
    using StandingLib for Ledger;

    function health(AccountId id) external view returns (Health memory h) {
        if (_ledger.accounts[id].open == 0) {
            MarginLib.addCash(h, Money.wrap(_ledger.accounts[id].cash) + _credit(id));
            h.fresh = true;
            return h;
        }
        return _ledger.healthOf(id, MarkLib.quotes(_ledger, _ledger.accounts[id].group), MarginLib.NO_MARKET);
    }

    /// @notice Health at the recorded marks: in a lock the frozen ones.
    function recordedHealth(AccountId id) external view returns (Health memory) {
        return _ledger.healthOf(id, MarkLib.recordedQuotes(_ledger, _ledger.accounts[id].group), MarginLib.NO_MARKET);
    }

    /// @notice Equity at the frozen marks after the charge that the deficit so far implies, with its relief's share.
    function chargedEquity(AccountId id) external view returns (Money equity) {
        GroupId its = _ledger.accounts[id].group;
        Quote[] memory quotes = GapLib.chargedQuotes(_ledger, its, ChargeLib.pendingCharges(_ledger, its));
        equity = _ledger.healthOf(id, quotes, MarginLib.NO_MARKET).equity;
        if (!ReliefLib.isRegistered(_ledger, id)) return equity;
        (Money numerator, Money denominator) = ChargeLib.share(_ledger, its);
        return equity + ReliefLib.shareOf(toMoney(_ledger.reliefs[id].amount), numerator, denominator);
    }

    /// @notice What an account is registered for, and whether it still is, at the next operation.
    function relief(AccountId id) external view returns (Relief memory its, bool registered) {
        return (_ledger.reliefs[id], ReliefLib.isRegistered(_ledger, id));
    }

    /// @notice What an account of a locked group could be registered for, by the legs that it has now.
    function netable(AccountId id) external view returns (Money) {
        if (_ledger.accounts[id].open == 0) return Money.wrap(0);
        return _ledger.reliefOf(id, MarkLib.recordedQuotes(_ledger, _ledger.accounts[id].group));
    }

    /// @notice The relief of all who are registered in the present lock, and the share of it that a lock gave back.
    function relieved(GroupId id, uint24 lockNumber) external view returns (Money total, ReliefShare memory share) {
        return (ChargeLib.relieved(_ledger.groups[id]), _ledger.reliefShares[id][lockNumber]);
    }

    /// @notice What an earlier settlement gave the account for its relief, not yet in its cash.
    function credit(AccountId id) external view returns (Money) {
        return _credit(id);
    }

    function _credit(AccountId id) private view returns (Money credit) {
        (credit, ) = ReliefLib.pending(_ledger, id);
    }

    /// @notice The quotes that an operation goes on with after its sync, and those that the next would read.
    function quotesAfterSync(GroupId id) external returns (Quote[] memory used, Quote[] memory read) {
        used = MarkLib.quotes(_ledger, id);
        LockLib.sync(_ledger, id, used);
        read = MarkLib.quotes(_ledger, id);
    }

    /// @notice A position as it is stored.
    function positionWord(AccountId id, MarketId its) external view returns (uint256) {
        return Position.unwrap(_ledger.positions[id.position(its)]);
    }

    function position(AccountId id, MarketId its) external view returns (Leg memory) {
        return _ledger.markets[its].read(_ledger.positions[id.position(its)], MarkLib.quote(_ledger.markets[its]));
    }

    /// @notice The legs of `ids` in one market; empty for accounts of other groups.
    function legs(AccountId[] calldata ids, MarketId id) external view returns (Leg[] memory list) {
        list = new Leg[](ids.length);
        Market storage stored = _ledger.markets[id];
        Quote memory quote = MarkLib.quote(stored);
        for (uint256 i; i < ids.length; ++i) {
            if (_ledger.accounts[ids[i]].group == id.group()) {
                list[i] = stored.read(_ledger.positions[ids[i].position(id)], quote);
            }
        }
    }

    function account(AccountId id) external view returns (Account memory) {
        return _ledger.accounts[id];
    }

    function group(GroupId id) external view returns (Group memory) {
        return _ledger.groups[id];
    }

    /// @notice When a lock ends, a pause that lengthens it included.
    function lockEnd(GroupId id) external view returns (uint256) {
        return LockLib.endOf(_ledger, id);
    }

    function market(MarketId id) external view returns (MarketView memory v) {
        Market storage stored = _ledger.markets[id];
        Quote memory quote = MarkLib.quote(stored);
        (v.status, v.mark, v.fresh) = (stored.status, Price.unwrap(quote.mark), quote.fresh);
        (v.funding, v.fundingRate) = (Price.unwrap(quote.funding), stored.fundingRate);
        (v.openInterest, v.anchor, v.recordedMark) = (stored.openInterest, stored.anchor, stored.recordedMark);
        (v.chargeLong, v.chargeShort) = (stored.chargeLong, stored.chargeShort);
        (v.estateLong, v.estateShort) = (stored.estateLong, stored.estateShort);
    }

    function recovery() external view returns (RecoveryView memory v) {
        (v.held, v.shortfall) = (_ledger.recovery.held, _ledger.recovery.shortfall);
        (v.protectedCash, v.fees, v.epoch) = (
            _ledger.recovery.protectedCash,
            _ledger.recovery.fees,
            _ledger.recovery.epoch
        );
    }

    /// @notice The nodes of a side, head first.
    function nodes(MarketId id, bool longs) external view returns (NodeView[] memory list) {
        Queue storage queue = _ledger.markets[id].queueOf(longs);
        uint256 count;
        for (NodeId node = queue.head(); node != NO_NODE; node = queue.next(node)) ++count;
        list = new NodeView[](count);
        NodeId place = queue.head();
        for (uint256 i; i < count; ++i) {
            Frame memory frame = queue.frameOf(place);
            Node stored = queue.nodes[place];
            list[i] = NodeView({
                id: place,
                rank: Price.unwrap(place.rank()),
                shares: stored.shares(),
                size: frame.sizeDown(stored.shares()),
                remaining: frame.remaining,
                proceeds: frame.proceeds
            });
            place = stored.next();
        }
    }

    /// @notice Do the links of a side agree in both directions?
    function linksAgree(MarketId id, bool longs) external view returns (bool) {
        Queue storage queue = _ledger.markets[id].queueOf(longs);
        NodeId place = NO_NODE;
        do {
            NodeId following = queue.nodes[place].next();
            if (queue.nodes[following].prev() != place) return false;
            place = following;
        } while (place != NO_NODE);
        return true;
    }

    /// @notice What a set of accounts is worth at the recorded marks, positions included and debts deducted. 1e-9
    /// quote.
    function worth(AccountId[] calldata ids) external view returns (int256 total) {
        for (uint256 i; i < ids.length; ++i) {
            if (_ledger.accounts[ids[i]].open == 0) {
                total += _ledger.accounts[ids[i]].cash + Money.unwrap(_credit(ids[i]));
                continue;
            }
            Quote[] memory quotes = MarkLib.recordedQuotes(_ledger, _ledger.accounts[ids[i]].group);
            total += Money.unwrap(_ledger.healthOf(ids[i], quotes, MarginLib.NO_MARKET).equity);
        }
    }

    /// @notice What is left of protected deposits, summed, and whether each is covered by its account's cash.
    function protection(AccountId[] calldata ids) external view returns (uint256 total, bool covered) {
        covered = true;
        for (uint256 i; i < ids.length; ++i) {
            if (!_ledger.accounts[ids[i]].hasProtected) continue;
            uint256 amount = RecoveryLib.protectedOf(_ledger.recovery, ids[i]);
            int256 cash = _ledger.accounts[ids[i]].cash;
            total += amount;
            if (amount != 0 && (cash < 0 || uint256(cash) < amount)) covered = false;
        }
    }

    /// @notice What is left of an account's protected deposit.
    function protectedOf(AccountId id) external view returns (uint256) {
        return _ledger.accounts[id].hasProtected ? RecoveryLib.protectedOf(_ledger.recovery, id) : 0;
    }

    /// @notice What withdrawals of the venue may pay now.
    function outflowLeft() external view returns (uint256) {
        uint256 minHeld = OutflowLib.current(_ledger).minHeld;
        uint256 held = _ledger.recovery.held;
        return held > minHeld ? held - minHeld : 0;
    }

    /// @notice Whether none of the accounts is flat and owes something.
    function noneFlatAndOwing(AccountId[] calldata ids) external view returns (bool) {
        for (uint256 i; i < ids.length; ++i) {
            if (_ledger.accounts[ids[i]].open == 0 && _ledger.accounts[ids[i]].cash < 0) return false;
        }
        return true;
    }

    function vaultPot() external view returns (Account memory) {
        return _ledger.accounts[VaultLib.potOf(_ledger)];
    }

    function isLocked(GroupId id) external view returns (bool) {
        return _ledger.groups[id].phase != Phase.NORMAL;
    }
}
