// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChargeLib} from "../deleveraging/ChargeLib.sol";
import {DeleverageLib} from "../deleveraging/DeleverageLib.sol";
import {LockLib} from "../deleveraging/LockLib.sol";
import {ReliefLib} from "../deleveraging/ReliefLib.sol";
import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {Frame, Group, Ledger, Market, Phase, Queue} from "../Ledger.sol";
import {PositionLib} from "../position/PositionLib.sol";
import {QueueLib} from "../position/QueueLib.sol";
import {RecoveryLib} from "../position/RecoveryLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY, minMoney, toMoney} from "../types/Money.sol";
import {NodeId} from "../types/NodeId.sol";
import {Price} from "../types/Price.sol";
import {NO_SIZE, Size, toSize} from "../types/Size.sol";
import {VaultLib} from "../vault/VaultLib.sol";
import {FactorLockLib} from "./FactorLockLib.sol";
import {Jumps, OptionChargeLib} from "./OptionChargeLib.sol";
import {OptionGroup, OptionLedger, Round} from "./OptionLedger.sol";
import {PortfolioLib} from "./PortfolioLib.sol";
import {Scene, SceneLib} from "./SceneLib.sol";
import {PERPETUAL, ladderOf, seriesOf} from "./SeriesId.sol";

/// @dev A settlement in memory: where it stands, and what the caller of its last step gets.
struct Progress {
    Round round;
    /// Bit i: this round has still to look at the series at index i.
    uint256 ahead;
    /// What winners gained; while they are charged, what that has taken.
    Money gains;
    Money numerator;
    Money denominator;
    Money refund;
    Jumps computed;
}

/// @title Deleverage of an option group: vault, charges, netting, tear-up
/// @notice As DeleverageLib, in three rounds over the series of which any contract is open: MEASURING sums what winners
/// gained, from which follows the share that they pay; CHARGING books it; CLOSING, of those with an estate, nets it and
/// tears up what is left. A step is one series, or one node of it. All that is read is fixed when the settlement
/// begins, so it may stop after any step.
library OptionDeleverageLib {
    using LockLib for Ledger;
    using PositionLib for Market;
    using QueueLib for Queue;

    /// @notice Settles a lock that gathered defaulters, in at most `steps` steps of bounded gas.
    /// @return done The group is NORMAL again.
    function deleverage(
        Ledger storage ledger,
        OptionLedger storage options,
        GroupId id,
        uint256 steps
    ) internal returns (bool done) {
        Phase phase = ledger.groups[id].phase;
        if (phase == Phase.NORMAL) revert IDeleveraging.GroupNotLocked(id);
        Progress memory p = phase == Phase.LOCKED ? _begin(ledger, options, id) : _resume(ledger, options, id);
        Scene memory frozen = SceneLib.readRecorded(options, id);
        while (true) {
            while (p.ahead == 0) {
                if (p.round == Round.CLOSING) {
                    if (phase == Phase.SETTLING) options.groups[id].round = Round.NONE; // it had stopped
                    FactorLockLib.unlock(ledger, options, id);
                    DeleverageLib.payRefund(ledger, p.refund);
                    return true;
                }
                _nextRound(ledger, options, id, p);
            }
            if (steps == 0) {
                _stop(ledger, options, id, p);
                return false;
            }
            --steps;
            _step(ledger, options, frozen, p);
        }
    }

    /// @dev Nothing is measured and charged when the vault pays all.
    function _begin(
        Ledger storage ledger,
        OptionLedger storage options,
        GroupId id
    ) private returns (Progress memory p) {
        uint256 end = FactorLockLib.endOf(ledger, id);
        if (block.timestamp < end) revert IDeleveraging.LockStillRunning(id, end);
        Group storage group = ledger.groups[id];
        if (group.absorbed == 0) revert IDeleveraging.NothingToDeleverage(id);
        p.computed = OptionChargeLib.jumps(options, id);
        p.refund = DeleverageLib.refundOf(ledger, toMoney(group.deficit));
        p.round = Round.MEASURING;
        p.ahead = options.groups[id].live;
        if (group.deficit <= group.reserve) {
            p.round = Round.CLOSING;
            p.ahead &= p.computed.estates;
            _pay(ledger, id, p);
        }
    }

    /// @dev As `_stop` left it.
    function _resume(
        Ledger storage ledger,
        OptionLedger storage options,
        GroupId id
    ) private view returns (Progress memory p) {
        OptionGroup storage stored = options.groups[id];
        p.computed = OptionChargeLib.jumps(options, id);
        p.refund = toMoney(ledger.groups[id].refund);
        p.round = stored.round;
        p.ahead = (stored.live >> stored.cursor) << stored.cursor;
        if (p.round == Round.CLOSING) p.ahead &= p.computed.estates;
        p.gains = toMoney(stored.gains);
        if (p.round == Round.CHARGING) {
            (p.numerator, p.denominator) = (toMoney(stored.shareNumerator), toMoney(stored.shareDenominator));
        }
    }

    /// @dev Stores where the settlement stands, for the next call.
    function _stop(Ledger storage ledger, OptionLedger storage options, GroupId id, Progress memory p) private {
        Group storage group = ledger.groups[id];
        (group.phase, group.refund) = (Phase.SETTLING, uint48(p.refund.toUint()));
        OptionGroup storage stored = options.groups[id];
        stored.gains = p.gains.toUint96();
        stored.round = p.round;
        stored.cursor = uint8(PortfolioLib.lowestOf(p.ahead));
        if (p.round == Round.CHARGING) {
            (stored.shareNumerator, stored.shareDenominator) = (p.numerator.toUint128(), p.denominator.toUint128());
        }
    }

    /// @dev The present round has looked at all series.
    function _nextRound(Ledger storage ledger, OptionLedger storage options, GroupId id, Progress memory p) private {
        uint256 live = options.groups[id].live;
        p.ahead = live;
        if (p.round == Round.CHARGING) {
            p.round = Round.CLOSING;
            p.ahead &= p.computed.estates;
            _pay(ledger, id, p);
            return;
        }
        p.round = Round.CHARGING;
        Group storage group = ledger.groups[id];
        Money relieved = ChargeLib.relieved(group);
        Money due = toMoney(group.deficit) - toMoney(group.reserve);
        uint256 count = PortfolioLib.countOf(live);
        (p.numerator, p.denominator) = OptionChargeLib.share(due, p.gains, relieved, count);
        p.gains = NO_MONEY;
        if (relieved != NO_MONEY) ReliefLib.settle(ledger, id, p.numerator, p.denominator);
    }

    /// @dev One series of the round, or one node of it.
    function _step(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory frozen,
        Progress memory p
    ) private {
        uint256 index = PortfolioLib.lowestOf(p.ahead);
        MarketId market = seriesOf(frozen.group, index).market();
        if (p.round == Round.MEASURING) {
            Price jump = OptionChargeLib.jumpOf(options, frozen, p.computed, index);
            bool hasEstate = p.computed.hasEstate(index);
            p.gains = p.gains + OptionChargeLib.gainsOf(ledger.markets[market], jump, hasEstate);
        } else if (p.round == Round.CHARGING) {
            Money taken = OptionChargeLib.charge(
                ledger,
                options,
                frozen,
                p.computed,
                index,
                p.numerator,
                p.denominator
            );
            p.gains = p.gains + taken;
        } else if (!_close(ledger, options, frozen, index)) {
            return; // more nodes of this series
        }
        p.ahead &= p.ahead - 1;
    }

    /// @dev The vault pays what it set aside; of what was charged, the registered get their relief's share back; what
    /// nobody could be charged for is a shortfall.
    function _pay(Ledger storage ledger, GroupId id, Progress memory p) private {
        Group storage group = ledger.groups[id];
        Money deficit = toMoney(group.deficit);
        Money paid = VaultLib.pay(ledger, id, deficit);
        Money taken = p.gains;
        if (p.denominator != NO_MONEY) {
            taken = taken - ReliefLib.shareOf(ChargeLib.relieved(group), p.numerator, p.denominator);
        }
        Money charged = minMoney(taken, deficit - paid); // rounding may take a few units more; they stay with the venue
        Money shortfall = deficit - paid - charged;
        group.deficit = 0;
        ledger.setUncovered(id, false);
        if (shortfall > NO_MONEY) RecoveryLib.suffer(ledger.recovery, shortfall);
        emit IDeleveraging.Deleveraged(id, group.lockNumber, group.absorbed, deficit, paid, charged, shortfall);
    }

    /// @dev Both sides of the estate of a series cancel out; then one node of the other side is torn up at the frozen
    /// mark. A series that has expired by the frozen factors is worth its price for ever: its estate needs nobody.
    /// @return closed Nothing is left to do.
    function _close(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory frozen,
        uint256 index
    ) private returns (bool closed) {
        MarketId id = seriesOf(frozen.group, index).market();
        Market storage book = ledger.markets[id];
        Size netted = DeleverageLib.netSides(book);
        bool longs = book.estateLong != 0;
        Size rest = toSize(longs ? book.estateLong : book.estateShort);
        if (netted != NO_SIZE) {
            uint24 lock = ledger.groups[frozen.group].lockNumber;
            emit IDeleveraging.Netted(id, lock, netted, NO_SIZE, NO_SIZE, rest);
        }
        if (rest != NO_SIZE && !isExpired(options, frozen, index)) {
            rest = rest - _tearUpHead(ledger, options, frozen, index, rest);
            if (rest != NO_SIZE) return false;
        }
        if (book.openInterest == 0) options.groups[frozen.group].live &= ~(1 << index);
        return true;
    }

    /// @notice Has the series at `index` expired by the scene's recorded factors?
    function isExpired(OptionLedger storage options, Scene memory scene, uint256 index) internal view returns (bool) {
        if (index == PERPETUAL) return false;
        return scene.recorded.time >= options.groups[scene.group].ladders[ladderOf(index)].expiry;
    }

    /// @dev The head of the queue of the other side than the estate's.
    /// @return size What was torn up.
    function _tearUpHead(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory frozen,
        uint256 index,
        Size rest
    ) private returns (Size) {
        MarketId id = seriesOf(frozen.group, index).market();
        Market storage book = ledger.markets[id];
        bool winners = book.estateLong == 0;
        Queue storage queue = book.queueOf(winners);
        NodeId node = queue.head();
        uint256 size = queue.sizeOf(node);
        if (size > rest.magnitude()) size = rest.magnitude();
        OptionChargeLib.touch(options, frozen, index);
        Quote memory quote = SceneLib.quote(ledger, options, frozen, index);
        Frame memory frame = queue.tearUp(node, size, winners ? quote.long : quote.short, winners);
        DeleverageLib.shrinkEstate(book, toSize(size), !winners, true);
        emit IDeleveraging.NodeTornUp(
            id,
            ledger.groups[frozen.group].lockNumber,
            node,
            winners,
            toSize(size),
            frame.remaining,
            frame.proceeds
        );
        return toSize(size);
    }
}
