// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChargeLib} from "../deleveraging/ChargeLib.sol";
import {DeleverageLib} from "../deleveraging/DeleverageLib.sol";
import {LockLib} from "../deleveraging/LockLib.sol";
import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {Group, Ledger, Market, MarketParams, MarketStatus, Mode, Phase, Queue, Stage} from "../Ledger.sol";
import {Health, MarginLib} from "../position/MarginLib.sol";
import {Leg, PositionLib} from "../position/PositionLib.sol";
import {QueueLib} from "../position/QueueLib.sol";
import {Party, TradeLib} from "../position/TradeLib.sol";
import {GapLib} from "../prices/GapLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {PPM, mulDivDown, sizeDown, valueDown, valueUp} from "../types/Arithmetic.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY, minMoney, toMoney} from "../types/Money.sol";
import {NO_NODE, NodeId} from "../types/NodeId.sol";
import {NO_SIZE, Size, minSize, toSize} from "../types/Size.sol";
import {VaultLib} from "../vault/VaultLib.sol";
import {MarketSettlement, SettlementView} from "./ILens.sol";

/// @dev The vault while a settlement is tried in memory: its pot, and its inventory account's cash and legs.
struct VaultDraft {
    GroupId group;
    Quote[] frozen;
    /// What is left of the reserve after the deficit.
    Money reserve;
    Money cash;
    Leg[] legs;
}

/// @dev A walk of the tear-up, one step at a time as DeleverageLib does it.
struct Walk {
    Stage stage;
    NodeId cursor;
    uint256 toClose;
    uint256 winners;
    /// Where this walk began to share; nodes from there on have lost their share already.
    NodeId sharedFrom;
    uint256 rest;
    bool isLong;
}

/// @title What `deleverage` would do, tried in memory
/// @notice Follows DeleverageLib line by line without writing; the tests hold the two together.
library SettlementLib {
    using LockLib for Ledger;
    using MarginLib for Health;
    using PositionLib for Leg;
    using PositionLib for Market;
    using QueueLib for Queue;
    using TradeLib for Party;

    function preview(Ledger storage ledger, GroupId id) internal view returns (SettlementView memory s) {
        Group storage group = ledger.groups[id];
        if (group.phase == Phase.NORMAL) revert IDeleveraging.GroupNotLocked(id);
        uint256 end = group.phase == Phase.LOCKED ? ledger.endOf(id) : group.until;
        s.group = id;
        s.from = uint40(end);
        s.accounts = group.absorbed;
        s.due = group.phase == Phase.SETTLING || (block.timestamp >= end && group.absorbed != 0);
        s.markets = new MarketSettlement[](group.markets);

        VaultDraft memory vault = _vault(
            ledger,
            id,
            group.phase == Phase.LOCKED ? _payDeficit(ledger, s) : MarkLib.recordedQuotes(ledger, id)
        );

        bool workLast = true;
        for (uint256 i = group.phase == Phase.LOCKED ? 0 : group.cursor; i < s.markets.length; ++i) {
            s.markets[i].market = id.market(i);
            _settleMarket(ledger, vault, s.markets[i], i);
            s.steps += s.markets[i].steps;
            workLast = s.markets[i].steps != 0;
        }
        // A call that has used up its steps does not look at the next market.
        if (!workLast) ++s.steps;
    }

    /// @return frozen The quotes after the charge.
    function _payDeficit(Ledger storage ledger, SettlementView memory s) private view returns (Quote[] memory frozen) {
        Group storage group = ledger.groups[s.group];
        s.deficit = toMoney(group.deficit);
        s.vaultPaid = minMoney(s.deficit, toMoney(group.reserve));
        for (uint256 i; i < s.markets.length; ++i) {
            Market storage market = ledger.markets[s.group.market(i)];
            s.markets[i].jump = GapLib.jump(market);
            s.markets[i].winners = ChargeLib.winners(market);
            s.markets[i].charge = ChargeLib.pendingCharges(ledger, s.group)[i];
            s.charged = s.charged + valueDown(s.markets[i].winners, s.markets[i].charge);
        }
        s.charged = minMoney(s.charged, s.deficit - s.vaultPaid);
        s.shortfall = s.deficit - s.vaultPaid - s.charged;
        frozen = GapLib.chargedQuotes(ledger, s.group, ChargeLib.pendingCharges(ledger, s.group));
    }

    function _settleMarket(
        Ledger storage ledger,
        VaultDraft memory vault,
        MarketSettlement memory m,
        uint256 index
    ) private view {
        Market storage market = ledger.markets[m.market];
        if (market.status == MarketStatus.SETTLED) return;
        Walk memory walk;
        walk.stage = market.settling.stage;
        if (walk.stage == Stage.NETTING || walk.stage == Stage.PLACING) {
            if (market.estateLong == 0 && market.estateShort == 0) return;
            bool longs = _net(ledger, vault, m, index);
            if (m.tornUp == NO_SIZE) return;
            walk.isLong = !longs;
            walk.toClose = m.tornUp.toUint();
            walk.cursor = market.queueOf(walk.isLong).head();
            walk.stage = market.mode == Mode.PRORATA ? Stage.COUNTING : Stage.QUEUEING;
        } else {
            walk.isLong = !market.settling.estateIsLong;
            (walk.toClose, walk.winners) = (market.settling.toClose, market.settling.winners);
            walk.cursor = market.settling.cursor;
            m.tornUp = toSize(walk.isLong ? market.estateShort : market.estateLong);
        }
        m.tornUpLongs = walk.isLong;
        walk.rest = m.tornUp.toUint();
        Queue storage queue = market.queueOf(walk.isLong);
        if (walk.stage == Stage.COUNTING) _count(queue, walk, m, vault.frozen[index]);
        if (walk.stage == Stage.SHARING) _share(queue, walk, m, vault.frozen[index]);
        _tearUpHeads(queue, walk, m, vault.frozen[index]);
    }

    /// @return longs The side of the estate that is left.
    function _net(
        Ledger storage ledger,
        VaultDraft memory vault,
        MarketSettlement memory m,
        uint256 index
    ) private view returns (bool longs) {
        Market storage market = ledger.markets[m.market];
        (Size long, Size short) = (toSize(market.estateLong), toSize(market.estateShort));
        m.netted = minSize(long, short);
        longs = long > short;
        Size rest = longs ? long - short : short - long;
        m.steps = 1;
        if (rest != NO_SIZE) _vaultTakes(ledger, vault, m, index, longs ? rest : -rest);
        m.tornUp = rest - m.vaultClosed - m.vaultTook;
    }

    /// @param rest Of the estate, signed.
    function _vaultTakes(
        Ledger storage ledger,
        VaultDraft memory vault,
        MarketSettlement memory m,
        uint256 index,
        Size rest
    ) private view {
        Market storage market = ledger.markets[m.market];
        Party memory party = _party(ledger, vault, index);
        Quote memory quote = vault.frozen[index];
        if (party.healthBefore(quote, ledger.markets[m.market].params).equity < NO_MONEY) return;
        bool longs = rest.isLong();
        if (party.leg.size != NO_SIZE && party.leg.size.isLong() != longs) {
            m.vaultClosed = minSize(rest.abs(), party.leg.size.abs());
            party.trade(quote, longs ? m.vaultClosed : -m.vaultClosed, quote.mark, NO_MONEY);
        }
        if (market.settling.stage == Stage.PLACING) {
            m.vaultTook = toSize(market.settling.toClose);
        } else if (party.leg.size == NO_SIZE || party.leg.size.isLong() == longs) {
            m.vaultTook = _takeable(ledger, vault, party, index, rest.abs() - m.vaultClosed);
        }
        if (m.vaultTook != NO_SIZE) {
            party.trade(quote, longs ? m.vaultTook : -m.vaultTook, quote.mark, NO_MONEY);
            Health memory h = party.healthAfter(quote, market.params);
            Money moved = minMoney((h.initial - h.equity).positive(), vault.reserve);
            (vault.reserve, vault.cash) = (vault.reserve - moved, vault.cash + moved);
            m.steps = _placing(market, party, quote);
        }
        if (m.vaultClosed != NO_SIZE || m.vaultTook != NO_SIZE) _storeParty(vault, party, index);
        _sweep(vault);
    }

    /// @return steps In how many the vault's place is found; it nets in the last.
    function _placing(
        Market storage market,
        Party memory party,
        Quote memory quote
    ) private view returns (uint256 steps) {
        bool isLong = party.leg.size.isLong();
        Queue storage queue = market.queueOf(isLong);
        NodeId level = market.settling.level;
        NodeId node = market.settling.cursor;
        if (market.settling.stage != Stage.PLACING) {
            level = market.opens(party.before, party.leg, quote.mark);
            if (level == NO_NODE) return 1;
            node = queue.nearerEnd(level);
        }
        bool found;
        for (; !found; ++steps) (node, found) = queue.walk(level, node, DeleverageLib.NODES_A_STEP);
    }

    function _takeable(
        Ledger storage ledger,
        VaultDraft memory vault,
        Party memory party,
        uint256 index,
        Size max
    ) private view returns (Size size) {
        MarketParams storage params = ledger.markets[vault.group.market(index)].params;
        Quote memory quote = vault.frozen[index];
        Health memory h = party.healthAfter(quote, params);
        Money free = vault.reserve + minMoney(h.equity - h.initial, NO_MONEY) - Money.wrap(2);
        if (free <= NO_MONEY) return NO_SIZE;
        Money notional = Money.wrap(mulDivDown(Money.unwrap(free), int256(PPM), params.initialMargin));
        size = minSize(max, sizeDown(notional, quote.mark));
        if (valueDown(party.leg.size.abs() + size, quote.mark) < toMoney(params.minNotional)) return NO_SIZE;
    }

    // ------------------------------------------------------------------ the vault in memory

    function _vault(
        Ledger storage ledger,
        GroupId id,
        Quote[] memory frozen
    ) private view returns (VaultDraft memory vault) {
        AccountId inventory = VaultLib.inventoryOf(ledger, id);
        vault.group = id;
        vault.frozen = frozen;
        vault.reserve = (toMoney(ledger.groups[id].reserve) - toMoney(ledger.groups[id].deficit)).positive();
        vault.cash = Money.wrap(ledger.accounts[inventory].cash);
        vault.legs = new Leg[](frozen.length);
        for (uint256 i; i < frozen.length; ++i) {
            MarketId market = id.market(i);
            vault.legs[i] = ledger.markets[market].read(ledger.positions[inventory.position(market)], frozen[i]);
        }
    }

    function _party(
        Ledger storage ledger,
        VaultDraft memory vault,
        uint256 index
    ) private view returns (Party memory party) {
        party.id = VaultLib.inventoryOf(ledger, vault.group);
        party.onlyReduces = true;
        party.rest.fresh = true;
        party.rest.addCash(vault.cash);
        for (uint256 i; i < vault.legs.length; ++i) {
            MarketParams storage params = ledger.markets[vault.group.market(i)].params;
            if (i == index) continue;
            party.rest.addLeg(vault.legs[i], vault.frozen[i], params.initialMargin, params.maintenanceMargin);
        }
        party.before = vault.legs[index];
        party.leg.set(party.before);
    }

    function _storeParty(VaultDraft memory vault, Party memory party, uint256 index) private pure {
        vault.cash = vault.cash + party.cashDelta;
        Leg memory leg = party.leg;
        // What storing and reading again rounds away, of a node that was not torn up.
        Quote memory quote = vault.frozen[index];
        Size size = leg.size;
        leg.value =
            leg.value -
            valueUp(size, size.isLong() ? quote.long : quote.short) +
            valueDown(size, size.isLong() ? quote.long : quote.short);
        if (size == NO_SIZE) leg.node = NO_NODE;
        vault.legs[index] = leg;
    }

    function _sweep(VaultDraft memory vault) private pure {
        for (uint256 i; i < vault.legs.length; ++i) {
            if (vault.legs[i].size != NO_SIZE || vault.legs[i].node != NO_NODE) return; // proceeds not collected count
        }
        if (vault.cash > NO_MONEY) vault.cash = NO_MONEY;
    }

    // ------------------------------------------------------------------ tear-up

    function _count(
        Queue storage queue,
        Walk memory walk,
        MarketSettlement memory m,
        Quote memory frozen
    ) private view {
        while (_wins(walk.cursor, walk.isLong, frozen)) {
            walk.winners += queue.sizeOf(walk.cursor);
            walk.cursor = queue.next(walk.cursor);
            ++m.steps;
        }
        ++m.steps;
        walk.cursor = queue.head();
        walk.stage = Stage.SHARING;
    }

    function _share(
        Queue storage queue,
        Walk memory walk,
        MarketSettlement memory m,
        Quote memory frozen
    ) private view {
        walk.sharedFrom = walk.cursor;
        for (NodeId node = walk.cursor; _wins(node, walk.isLong, frozen); node = queue.next(node)) {
            uint256 share = _shareOf(walk, queue.sizeOf(node));
            walk.rest -= share;
            if (share != 0) ++m.nodes;
            ++m.steps;
        }
        ++m.steps;
    }

    function _tearUpHeads(
        Queue storage queue,
        Walk memory walk,
        MarketSettlement memory m,
        Quote memory frozen
    ) private view {
        if (walk.rest == 0) {
            ++m.steps;
            return;
        }
        bool shared;
        for (NodeId node = queue.head(); walk.rest != 0 && node != NO_NODE; node = queue.next(node)) {
            if (node == walk.sharedFrom) shared = true;
            if (!_wins(node, walk.isLong, frozen)) shared = false;
            uint256 size = queue.sizeOf(node);
            uint256 share = shared ? _shareOf(walk, size) : 0;
            if (share != 0 && share == size) continue; // closed and unlinked by its share
            if (share == 0) ++m.nodes;
            ++m.steps;
            walk.rest = walk.rest > size - share ? walk.rest - (size - share) : 0;
        }
    }

    function _shareOf(Walk memory walk, uint256 size) private pure returns (uint256) {
        return walk.toClose < walk.winners ? (size * walk.toClose) / walk.winners : size;
    }

    /// @dev As DeleverageLib: does the node gain at the frozen mark?
    function _wins(NodeId node, bool isLong, Quote memory frozen) private pure returns (bool) {
        return node != NO_NODE && node.rank() < (isLong ? frozen.long : -frozen.short);
    }
}
