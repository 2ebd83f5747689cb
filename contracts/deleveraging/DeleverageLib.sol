// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {Frame, Group, Ledger, Market, MarketStatus, Mode, Phase, Queue, Settling, Stage} from "../Ledger.sol";
import {CashLib} from "../position/CashLib.sol";
import {Health} from "../position/MarginLib.sol";
import {PositionLib} from "../position/PositionLib.sol";
import {QueueLib} from "../position/QueueLib.sol";
import {RecoveryLib} from "../position/RecoveryLib.sol";
import {Party, TradeLib} from "../position/TradeLib.sol";
import {GapLib} from "../prices/GapLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {AccountId, accountOf} from "../types/AccountId.sol";
import {PPM, mulDivDown, sizeDown, valueDown} from "../types/Arithmetic.sol";
import {CastLib} from "../types/CastLib.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY, minMoney, toMoney} from "../types/Money.sol";
import {NO_NODE, NodeId} from "../types/NodeId.sol";
import {Params, ParamsLib} from "../types/Params.sol";
import {NO_PRICE, Price, toPrice} from "../types/Price.sol";
import {NO_SIZE, Size, minSize, toSize} from "../types/Size.sol";
import {VaultLib} from "../vault/VaultLib.sol";
import {ChargeLib} from "./ChargeLib.sol";
import {LockLib} from "./LockLib.sol";
import {ReliefLib} from "./ReliefLib.sol";

/// @dev What happens to the estate of a market before it is torn up, in memory.
struct Netting {
    /// What is left after both sides cancelled out, and which side.
    Size size;
    bool longs;
    /// The vault's inventory account after it closed and took its parts of that; none when it has no part.
    Party[] vault;
    Size closed;
    Size taken;
    /// A node beside which the vault enters the queue.
    NodeId hint;
}

/// @title Deleverage: vault, charges, netting, tear-up
/// @notice Once a lock. Everything a settlement reads is fixed when it begins, so it may stop after any number of
/// steps and the steps cannot change the result. Its progress (`Settling`) is in memory, and stored when it stops.
library DeleverageLib {
    using LockLib for Ledger;
    using PositionLib for Market;
    using QueueLib for Queue;
    using RecoveryLib for *;
    using CastLib for uint256;
    using TradeLib for Ledger;
    using TradeLib for Party;

    /// @notice How many nodes a step looks at for the vault's place in the queue: about what tearing up a node costs.
    uint256 internal constant NODES_A_STEP = 6;

    /// @notice Settles a lock that gathered defaulters: vault and charges first, then the estate, in at most `steps`
    /// steps of bounded gas.
    /// @return done The group is NORMAL again.
    function deleverage(Ledger storage ledger, GroupId id, uint256 steps) internal returns (bool done) {
        Group storage group = ledger.groups[id];
        Phase phase = group.phase;
        if (phase == Phase.NORMAL) revert IDeleveraging.GroupNotLocked(id);
        Money refund;
        if (phase == Phase.LOCKED) {
            uint256 end = ledger.endOf(id);
            if (block.timestamp < end) revert IDeleveraging.LockStillRunning(id, end);
            if (group.absorbed == 0) revert IDeleveraging.NothingToDeleverage(id);
            refund = begin(ledger, id);
        } else {
            refund = toMoney(group.refund);
        }
        (uint256 index, Settling memory s) = progressOf(ledger, id);

        Quote[] memory frozen = MarkLib.recordedQuotes(ledger, id);
        while (index < frozen.length) {
            MarketId market = id.market(index);
            steps = _settleMarket(ledger, market, s, frozen, steps);
            if (s.stage == Stage.NETTING) {
                if (phase == Phase.SETTLING) ledger.markets[market].settling.stage = Stage.NETTING; // it had stopped
                ++index;
            }
            if (steps == 0 && index < frozen.length) {
                _stop(ledger, id, index, s, refund);
                return false;
            }
        }
        ledger.unlock(id);
        payRefund(ledger, refund);
        return true;
    }

    /// @notice Where a settlement goes on: the index of a market of the group, and its progress there.
    function progressOf(
        Ledger storage ledger,
        GroupId id
    ) internal view returns (uint256 index, Settling memory settling) {
        Group storage group = ledger.groups[id];
        if (group.phase != Phase.SETTLING) return (index, settling);
        index = group.cursor;
        settling = ledger.markets[id.market(index)].settling;
    }

    /// @dev Stores the progress, for the next call.
    function _stop(Ledger storage ledger, GroupId id, uint256 index, Settling memory s, Money refund) private {
        Group storage group = ledger.groups[id];
        (group.phase, group.cursor) = (Phase.SETTLING, uint8(index));
        group.refund = uint48(refund.toUint());
        ledger.markets[id.market(index)].settling = s;
    }

    /// @notice The vault pays what it set aside, then winners are charged through their side's frame: O(markets), no
    /// node is touched. Of what is charged the registered get their relief's share back. What nobody can be charged for
    /// is a shortfall.
    /// @return refund What the caller of the last step gets.
    function begin(Ledger storage ledger, GroupId id) internal returns (Money refund) {
        Group storage group = ledger.groups[id];
        (Money numerator, Money denominator) = ChargeLib.share(ledger, id);
        Money deficit = toMoney(group.deficit);
        Money paid = VaultLib.pay(ledger, id, deficit);

        Money taken;
        if (numerator != NO_MONEY) {
            taken = _chargeAll(ledger, id, numerator, denominator);
            Money relieved = ChargeLib.relieved(group);
            if (relieved != NO_MONEY) {
                taken = taken - ReliefLib.shareOf(relieved, numerator, denominator);
                ReliefLib.settle(ledger, id, numerator, denominator);
                // What it gets back is there for what the settlement does with it; and so the vault's equity, which
                // reads every group, never has to ask for it.
                CashLib.refreshed(ledger, VaultLib.inventoryOf(ledger, id));
            }
        }
        Money charged = minMoney(taken, deficit - paid); // rounding may take a few units more; they stay with the venue
        Money shortfall = deficit - paid - charged;
        group.deficit = 0;
        ledger.setUncovered(id, false);
        refund = refundOf(ledger, deficit);
        if (shortfall > NO_MONEY) RecoveryLib.suffer(ledger.recovery, shortfall);
        emit IDeleveraging.Deleveraged(id, group.lockNumber, group.absorbed, deficit, paid, charged, shortfall);
    }

    /// @dev Charges each market's winning side its share of the jump, and returns what that takes, floor.
    function _chargeAll(
        Ledger storage ledger,
        GroupId id,
        Money numerator,
        Money denominator
    ) private returns (Money taken) {
        Price[] memory jumps = GapLib.jumps(ledger, id);
        for (uint256 i; i < jumps.length; ++i) {
            Price charge = ChargeLib.chargeOf(jumps[i], numerator, denominator);
            if (charge != NO_PRICE) taken = taken + _charge(ledger, id.market(i), charge);
        }
    }

    function _charge(Ledger storage ledger, MarketId id, Price charge) private returns (Money taken) {
        Market storage market = ledger.markets[id];
        Price jump = GapLib.jump(market);
        Size winners = ChargeLib.winners(market);
        if (jump > NO_PRICE) market.chargeLong = (toPrice(market.chargeLong) + charge).toUint88();
        else market.chargeShort = (toPrice(market.chargeShort) + charge).toUint88();
        emit IDeleveraging.Charged(
            id,
            _lockNumber(ledger, id),
            jump,
            charge,
            toPrice(market.chargeLong),
            toPrice(market.chargeShort),
            winners
        );
        return valueDown(winners, charge);
    }

    /// @dev One market: nets, then tears up. At its end its stage is NETTING again.
    /// @return left Steps left.
    function _settleMarket(
        Ledger storage ledger,
        MarketId market,
        Settling memory s,
        Quote[] memory frozen,
        uint256 steps
    ) private returns (uint256 left) {
        if (s.stage == Stage.NETTING) {
            if (!hasEstate(ledger.markets[market])) return steps;
            net(ledger, market, s, frozen);
            if (steps != 0) --steps;
        }
        for (; steps != 0 && s.stage != Stage.NETTING; --steps) step(ledger, market, s, frozen);
        return steps;
    }

    /// @notice Is there an estate to resolve? That of a settled market is worth its final price.
    function hasEstate(Market storage market) internal returns (bool) {
        if (market.status == MarketStatus.SETTLED) (market.estateLong, market.estateShort) = (0, 0);
        return market.estateLong != 0 || market.estateShort != 0;
    }

    /// @notice A step of a market at a stage after NETTING.
    function step(Ledger storage ledger, MarketId id, Settling memory s, Quote[] memory frozen) internal {
        if (s.stage == Stage.QUEUEING) _tearUpHead(ledger, id, s, frozen[id.index()]);
        else if (s.stage == Stage.PLACING) _place(ledger, id, s, frozen);
        else if (s.stage == Stage.COUNTING) _count(ledger.markets[id], s, frozen[id.index()]);
        else _share(ledger, id, s, frozen[id.index()]);
    }

    /// @notice Nets both sides of the estate, then against the vault's opposite inventory; then the vault takes
    /// inventory as its margin allows. What is left is to be torn up. Nothing of this happens until the vault's place
    /// in the queue is found: PLACING looks on for it.
    function net(Ledger storage ledger, MarketId id, Settling memory s, Quote[] memory frozen) internal {
        Market storage market = ledger.markets[id];
        Netting memory n;
        weigh(ledger, id, s, frozen, n);
        if (n.taken != NO_SIZE && !_findPlace(ledger, id, s, frozen[id.index()], n)) return;
        Size netted = netSides(market);
        if (n.closed != NO_SIZE || n.taken != NO_SIZE) {
            _storeVault(ledger, id, frozen, n);
            shrinkEstate(market, n.closed, n.longs, true);
            shrinkEstate(market, n.taken, n.longs, false);
            netted = netted + netSides(market); // dust that the vault's own trade may have set free
        }
        if (n.size != NO_SIZE) VaultLib.sweep(ledger, id.group());
        Size long = toSize(market.estateLong);
        Size rest = long + toSize(market.estateShort);
        emit IDeleveraging.Netted(id, _lockNumber(ledger, id), netted, n.closed, n.taken, rest);

        if (rest == NO_SIZE) {
            s.stage = Stage.NETTING;
            return;
        }
        s.estateIsLong = long != NO_SIZE;
        s.toClose = rest.toUint72();
        s.winners = 0;
        s.stage = Stage.QUEUEING;
        if (market.mode == Mode.QUEUE) return;
        s.stage = Stage.COUNTING;
        s.cursor = market.queueOf(!s.estateIsLong).head();
    }

    /// @dev Where the vault's inventory goes in the queue, into `n.hint`; looks at NODES_A_STEP nodes at most. Not
    /// found: remembers everything that the place depends on, and PLACING goes on. Nobody enters or leaves the queue
    /// meanwhile.
    function _findPlace(
        Ledger storage ledger,
        MarketId id,
        Settling memory s,
        Quote memory quote,
        Netting memory n
    ) private returns (bool found) {
        Market storage market = ledger.markets[id];
        if (s.stage == Stage.PLACING) {
            n.hint = s.cursor; // `_place` has found it
            return true;
        }
        NodeId level = market.opens(n.vault[0].before, n.vault[0].leg, quote.mark);
        if (level == NO_NODE) return true;
        Queue storage queue = market.queueOf(n.longs);
        (n.hint, found) = queue.walk(level, queue.nearerEnd(level), NODES_A_STEP);
        if (found) return true;
        (s.toClose, s.cursor, s.level) = (n.taken.toUint72(), n.hint, level);
        (s.estateIsLong, s.stage) = (n.longs, Stage.PLACING);
        emit IDeleveraging.PlaceSought(id, _lockNumber(ledger, id), n.hint);
    }

    /// @dev One step on the way to the vault's place; nets when it is found.
    function _place(Ledger storage ledger, MarketId id, Settling memory s, Quote[] memory frozen) private {
        Queue storage queue = ledger.markets[id].queueOf(s.estateIsLong);
        (NodeId reached, bool found) = queue.walk(s.level, s.cursor, NODES_A_STEP);
        s.cursor = reached;
        if (found) net(ledger, id, s, frozen);
        else emit IDeleveraging.PlaceSought(id, _lockNumber(ledger, id), reached);
    }

    /// @notice Both sides of the estate cancel out: the smaller one is gone afterwards.
    function netSides(Market storage market) internal returns (Size netted) {
        netted = minSize(toSize(market.estateLong), toSize(market.estateShort));
        if (netted == NO_SIZE) return netted;
        shrinkEstate(market, netted, true, true);
        shrinkEstate(market, netted, false, false);
    }

    /// @notice Removes `size` from one side of the estate; `interest`: open interest falls with it.
    function shrinkEstate(Market storage market, Size size, bool longs, bool interest) internal {
        if (size == NO_SIZE) return;
        uint72 units = size.toUint72();
        if (longs) market.estateLong -= units;
        else market.estateShort -= units;
        if (interest) market.openInterest -= units;
    }

    /// @notice What is left of the estate when both sides cancelled out, into `n`, which must be empty. The vault
    /// trades it at the frozen mark, in memory: closes its opposite inventory, then opens what initial margin allows.
    /// When its place was looked for in steps, what it opens stays what it was then. An inventory below zero takes no
    /// part: it stays with its positions, so that it can be absorbed.
    function weigh(
        Ledger storage ledger,
        MarketId id,
        Settling memory s,
        Quote[] memory frozen,
        Netting memory n
    ) internal {
        Market storage market = ledger.markets[id];
        Size surplus = toSize(market.estateLong) - toSize(market.estateShort);
        n.longs = surplus.isLong();
        n.size = surplus.abs();
        if (n.size == NO_SIZE) return;
        AccountId inventory = VaultLib.inventoryOf(ledger, id.group());
        bool holds = ledger.accounts[inventory].open & (1 << id.index()) != 0;
        if (!holds && ledger.groups[id.group()].reserve == 0) return; // nothing to close, and no margin to take any

        Quote memory quote = frozen[id.index()];
        n.vault = TradeLib.parties(1);
        Party memory vault = n.vault[0];
        ledger.loadParty(vault, inventory, id, frozen);
        Params memory params = ParamsLib.read(market.params);
        if (vault.healthBefore(quote, params).equity < NO_MONEY) return;
        if (vault.leg.size != NO_SIZE && vault.leg.size.isLong() != n.longs) {
            n.closed = minSize(n.size, vault.leg.size.abs());
            vault.trade(quote, n.longs ? n.closed : -n.closed, quote.mark, NO_MONEY);
        }
        if (s.stage == Stage.PLACING) {
            n.taken = toSize(s.toClose);
        } else if (vault.leg.size == NO_SIZE || vault.leg.size.isLong() == n.longs) {
            n.taken = _takeable(ledger, id, vault, quote, n.size - n.closed);
            Money notional = valueDown(vault.leg.size.abs() + n.taken, quote.mark);
            if (notional < toMoney(params.minNotional())) n.taken = NO_SIZE;
        }
        if (n.taken != NO_SIZE) vault.trade(quote, n.longs ? n.taken : -n.taken, quote.mark, NO_MONEY);
    }

    /// @dev Writes the vault's side of the netting back, with margin for what it took.
    function _storeVault(Ledger storage ledger, MarketId id, Quote[] memory frozen, Netting memory n) private {
        Quote memory quote = frozen[id.index()];
        Party memory vault = n.vault[0];
        Market storage market = ledger.markets[id];
        if (n.taken != NO_SIZE) {
            Health memory h = vault.healthAfter(quote, ParamsLib.read(market.params));
            VaultLib.fundFromReserve(ledger, id.group(), h.initial - h.equity);
            VaultLib.offer(ledger, id, vault.before.size, vault.leg.size);
        }
        // Its own node may leave the list before its new one enters. Before the head there is none.
        if (n.hint != NO_NODE && n.hint == vault.before.node) n.hint = market.queueOf(n.longs).neighbour(n.hint);
        ledger.storeParty(vault, id, quote, n.hint);
    }

    /// @dev What the reserve allows, as initial margin at the base rate: (reserve - initial margin of the inventory -
    /// what it owes) / (rate * mark), floor, at most `size`. The reserve is what is left of it after the deficit:
    /// nothing changes it in a lock. The inventory's own cash does not count, be it above its margin or a part of it:
    /// anybody may deposit to it, and would choose, knowing later marks, what the vault takes at the frozen one.
    function _takeable(
        Ledger storage ledger,
        MarketId id,
        Party memory vault,
        Quote memory quote,
        Size size
    ) private view returns (Size) {
        Params memory params = ParamsLib.read(ledger.markets[id].params);
        Health memory h = vault.healthAfter(quote, params);
        // Two units for the ceilings of notional and margin.
        Money spare = minMoney(h.equity, NO_MONEY) - h.initial - Money.wrap(2);
        Money free = toMoney(ledger.groups[id.group()].reserve) + spare;
        if (free <= NO_MONEY) return NO_SIZE;
        Money notional = Money.wrap(mulDivDown(Money.unwrap(free), int256(PPM), params.initialMargin()));
        return minSize(size, sizeDown(notional, quote.mark));
    }

    /// @dev PRORATA, first pass: adds up the winners, one node a step.
    function _count(Market storage market, Settling memory s, Quote memory frozen) private view {
        Queue storage queue = market.queueOf(!s.estateIsLong);
        if (_wins(s.cursor, !s.estateIsLong, frozen)) {
            s.winners = (uint256(s.winners) + queue.sizeOf(s.cursor)).toUint72();
            s.cursor = queue.next(s.cursor);
        } else {
            s.cursor = queue.head();
            s.stage = Stage.SHARING;
        }
    }

    /// @dev PRORATA, second pass: the same share of every winner, floor; what flooring leaves is torn up from the head.
    function _share(Ledger storage ledger, MarketId id, Settling memory s, Quote memory frozen) private {
        Queue storage queue = ledger.markets[id].queueOf(!s.estateIsLong);
        NodeId node = s.cursor;
        if (!_wins(node, !s.estateIsLong, frozen)) {
            s.stage = Stage.QUEUEING;
            return;
        }
        s.cursor = queue.next(node);
        uint256 size = queue.sizeOf(node);
        if (s.toClose < s.winners) size = (size * s.toClose) / s.winners;
        if (size != 0) _tearUp(ledger, id, s, node, size, frozen);
    }

    /// @dev QUEUE, and what is left of PRORATA: the head of the queue, one node a step.
    function _tearUpHead(Ledger storage ledger, MarketId id, Settling memory s, Quote memory frozen) private {
        Market storage market = ledger.markets[id];
        uint256 rest = s.estateIsLong ? market.estateLong : market.estateShort;
        if (rest != 0) {
            Queue storage queue = market.queueOf(!s.estateIsLong);
            NodeId node = queue.head();
            uint256 size = queue.sizeOf(node);
            if (size > rest) size = rest;
            _tearUp(ledger, id, s, node, size, frozen);
            rest -= size;
        }
        if (rest == 0) s.stage = Stage.NETTING;
    }

    function _tearUp(
        Ledger storage ledger,
        MarketId id,
        Settling memory s,
        NodeId node,
        uint256 size,
        Quote memory frozen
    ) private {
        Market storage market = ledger.markets[id];
        bool winners = !s.estateIsLong;
        Frame memory frame = market.queueOf(winners).tearUp(node, size, winners ? frozen.long : frozen.short, winners);
        shrinkEstate(market, toSize(size), !winners, true);
        emit IDeleveraging.NodeTornUp(
            id,
            _lockNumber(ledger, id),
            node,
            winners,
            toSize(size),
            frame.remaining,
            frame.proceeds
        );
    }

    function _lockNumber(Ledger storage ledger, MarketId id) private view returns (uint24) {
        return ledger.groups[id.group()].lockNumber;
    }

    /// @dev Does the node gain at the frozen mark? Its key understates the gain of its positions.
    function _wins(NodeId node, bool isLong, Quote memory frozen) private pure returns (bool) {
        if (node == NO_NODE) return false;
        return node.rank() < (isLong ? frozen.long : -frozen.short);
    }

    /// @notice What the caller of the last step gets: nothing for a deficit that could not have locked the group, or
    /// who defaults by a little in every lock would earn it each time; and never more than the deficit.
    function refundOf(Ledger storage ledger, Money deficit) internal view returns (Money) {
        if (deficit < toMoney(ledger.venue.minDebt)) return NO_MONEY;
        return minMoney(toMoney(ledger.venue.refund), deficit);
    }

    /// @notice A flat refund for the caller of the last step, from the vault.
    function payRefund(Ledger storage ledger, Money max) internal {
        Money pot = Money.wrap(ledger.accounts[VaultLib.potOf(ledger)].cash).positive();
        Money refund = minMoney(max, pot);
        if (refund == NO_MONEY) return;
        VaultLib.credit(ledger, VaultLib.potOf(ledger), -refund);
        VaultLib.credit(ledger, accountOf(msg.sender, 0), refund);
    }
}
