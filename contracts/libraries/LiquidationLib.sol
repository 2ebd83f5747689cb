// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Fill, IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {Account, Ledger, Market, MarketParams, MarketStatus, PauseLevel, Phase} from "../Ledger.sol";
import {notionalUp, priceShareDown, shareDown, shareUp, sizeUp} from "../types/Arithmetic.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY, maxMoney, toMoney} from "../types/Money.sol";
import {NO_NODE, NodeId} from "../types/NodeId.sol";
import {NO_PRICE, Price} from "../types/Price.sol";
import {NO_SIZE, Size, maxSize, toSize} from "../types/Size.sol";
import {LockLib} from "./LockLib.sol";
import {Health, MarginLib} from "./MarginLib.sol";
import {MarkLib, Quote} from "./MarkLib.sol";
import {MatchLib, Taking} from "./MatchLib.sol";
import {PauseLib} from "./PauseLib.sol";
import {Leg} from "./PositionLib.sol";
import {RecoveryLib} from "./RecoveryLib.sol";
import {Party, TradeLib} from "./TradeLib.sol";
import {VaultLib} from "./VaultLib.sol";

/// @dev A liquidation in the hand. `size` is the magnitude that may be closed; `discount` what it costs the account, ppm.
struct Liquidation {
    MarketId market;
    MarketParams params;
    Quote quote;
    Party party;
    Health health;
    Size size;
    uint256 discount;
    bool locked;
}

/// @dev `to` takes `delta` (signed) over from `from` at `price`.
struct Swap {
    MarketId market;
    MarketParams params;
    Quote quote;
    Party from;
    Party to;
    Size delta;
    Price price;
}

/// @title Liquidation: the least that restores initial margin, at a discount that never lowers the account's ratio
library LiquidationLib {
    using MarginLib for Health;
    using LockLib for Ledger;
    using TradeLib for Ledger;
    using TradeLib for Party;

    /// @notice Records a margin call on an account below the call level.
    function marginCall(Ledger storage ledger, AccountId id) internal {
        Account storage account = ledger.accounts[id];
        Health memory h = _healthNow(ledger, id);
        if (account.calledAt != 0 && block.timestamp < uint256(account.calledAt) + ledger.house.callLapse) {
            revert IClearinghouse.AlreadyCalled(id, account.calledAt);
        }
        Money level = callLevel(ledger, h);
        if (h.equity >= level) revert IClearinghouse.MarginSufficient(id, h.equity, level);
        account.calledAt = SafeCast.toUint40(block.timestamp);
        emit IClearinghouse.MarginCalled(id, h.equity, level);
    }

    /// @notice Clears the margin call of an account at or above the call level.
    function clearCall(Ledger storage ledger, AccountId id) internal {
        Health memory h = _healthNow(ledger, id);
        if (ledger.accounts[id].calledAt == 0) revert IClearinghouse.NotCalled(id);
        Money level = callLevel(ledger, h);
        if (h.equity < level) revert IClearinghouse.InsufficientMargin(id, h.equity, level);
        TradeLib.clearCall(ledger.accounts[id], id);
    }

    /// @notice After a deposit: clears the margin call if it is cured at live prices.
    function clearIfCured(Ledger storage ledger, AccountId id) internal {
        Health memory h = MarginLib.health(
            ledger,
            id,
            MarkLib.quotes(ledger, ledger.accounts[id].group),
            MarginLib.ALL
        );
        if (h.equity >= callLevel(ledger, h)) TradeLib.clearCall(ledger.accounts[id], id);
    }

    /// @notice Is the account below maintenance margin, or below the call level with a margin call due and not lapsed?
    function liquidatable(Ledger storage ledger, AccountId id, Health memory h) internal view returns (bool) {
        if (h.equity < h.maintenance) return true;
        uint256 calledAt = ledger.accounts[id].calledAt;
        return
            calledAt != 0 &&
            block.timestamp >= calledAt + ledger.house.callGrace &&
            block.timestamp < calledAt + ledger.house.callLapse &&
            h.equity < callLevel(ledger, h);
    }

    /// @notice The equity below which a margin call may be recorded.
    function callLevel(Ledger storage ledger, Health memory h) internal view returns (Money) {
        return shareUp(h.maintenance, ledger.house.callLevel);
    }

    /// @dev Takes the liquidation of `id`'s leg of `market` in the hand. Reverts unless it is allowed now.
    function _begin(
        Ledger storage ledger,
        AccountId id,
        MarketId market
    ) private returns (Liquidation memory taken, Quote[] memory quotes) {
        PauseLib.requireLiquidations(ledger, market);
        if (ledger.markets[market].status != MarketStatus.OPEN) revert IClearinghouse.MarketNotOpen(market);
        quotes = MarkLib.quotes(ledger, market.group());
        if (ledger.gapped(market.group(), quotes)) revert IClearinghouse.GapOpen(market.group()); // poke locks it
        taken.market = market;
        taken.quote = quotes[market.index()];
        if (!taken.quote.fresh) revert IClearinghouse.PriceNotFresh(market);
        Account storage account = ledger.accounts[id];
        if (account.group != market.group()) revert IClearinghouse.NoPosition(id, market);
        ledger.load(taken.party, id, market, quotes);
        if (taken.party.leg.size == NO_SIZE) revert IClearinghouse.NoPosition(id, market);

        taken.params = ledger.markets[market].params;
        if (id == VaultLib.inventoryOf(ledger, market.group())) _fundVault(ledger, taken.party, taken);
        taken.health = taken.party.healthBefore(taken.quote, taken.params);
        // Only fresh prices make a default; a stale leg's shock must not shield the other legs (the discount is zero then).
        if (taken.health.fresh && taken.health.equity < NO_MONEY) {
            revert IClearinghouse.AccountInsolvent(id, taken.health.equity);
        }
        if (!liquidatable(ledger, id, taken.health)) {
            revert IClearinghouse.NotLiquidatable(id, taken.health.equity, taken.health.maintenance);
        }
        taken.locked = _checkLock(ledger, taken);
        taken.discount = taken.health.discount(taken.params);
        taken.size = _closable(taken);
    }

    /// @notice The first way: signed maker orders within the discount. Makers that fail are skipped.
    function byOrders(
        Ledger storage ledger,
        AccountId id,
        MarketId market,
        AccountId keeper,
        Fill[] calldata fills,
        bytes32 domain
    ) internal {
        (Liquidation memory taken, Quote[] memory quotes) = _begin(ledger, id, market);
        Taking memory t;
        (t.domain, t.submitter) = (domain, msg.sender);
        t.market = taken.market;
        t.quotes = quotes;
        t.quote = taken.quote;
        t.taker = taken.party;
        t.left = taken.size;
        t.buys = !taken.party.before.size.isLong();
        t.limit = discounted(taken, taken.discount);
        t.interest = toSize(ledger.markets[taken.market].openInterest);
        t.params = taken.params;
        t.params.takerFee = 0;
        if (taken.discount > t.params.priceBand) t.params.priceBand = uint24(taken.discount);
        t.losersOnly = taken.locked;

        bytes[] memory flaws = new bytes[](fills.length);
        for (uint256 i; i < fills.length; ++i) flaws[i] = MatchLib.makerFlaw(ledger, t, fills[i].maker);
        for (uint256 i; i < fills.length; ++i) {
            if (flaws[i].length == 0) flaws[i] = MatchLib.fill(ledger, t, fills[i]);
            if (flaws[i].length != 0) MatchLib.skipped(fills[i].maker.order, flaws[i]);
        }
        if (t.notional == NO_MONEY) revert IClearinghouse.NothingFilled();

        taken.party = t.taker;
        MatchLib.collectFees(ledger, t.fees);
        Size closed = taken.size - t.left;
        Money cost = t.buys ? t.premium : -t.premium;
        Money rest = _costOf(taken, closed) - maxMoney(cost, NO_MONEY);
        ledger.markets[taken.market].openInterest = t.interest.toUint72();
        _finish(ledger, taken, closed, rest.positive(), keeper, AccountId.wrap(0));
    }

    /// @notice The second way: the account `keeper` takes over at most `most`.
    function byAccount(
        Ledger storage ledger,
        AccountId id,
        MarketId market,
        AccountId keeper,
        uint256 most,
        NodeId hint
    ) internal {
        (Liquidation memory taken, Quote[] memory quotes) = _begin(ledger, id, market);
        bytes memory reason = TradeLib.groupFlaw(ledger.accounts[keeper], keeper, market);
        if (reason.length != 0) MatchLib.revertWith(reason);
        Party memory taker;
        ledger.load(taker, keeper, market, quotes);
        _handOver(ledger, taken, taker, most < taken.size.toUint() ? toSize(most) : taken.size, keeper, hint);
    }

    /// @dev `taker` takes over at the mark; the discount goes to it and to the house in cash, so that its split is plain.
    function _handOver(
        Ledger storage ledger,
        Liquidation memory taken,
        Party memory taker,
        Size closed,
        AccountId keeper,
        NodeId hint
    ) private {
        if (taker.id.owner() == taken.party.id.owner()) revert IClearinghouse.SameOwner(taker.id.owner());
        if (closed == NO_SIZE) revert IClearinghouse.NothingFilled();

        bool toVault = taker.id == VaultLib.inventoryOf(ledger, taken.market.group());
        Money cost = _costOf(taken, closed);
        Money keeperPart = shareDown(cost, ledger.house.keeperShare);
        taker.cashDelta = toVault ? cost - keeperPart : keeperPart;
        taken.party.cashDelta = -cost;
        _takeOver(ledger, taken, taker, closed, hint);

        if (toVault) VaultLib.credit(ledger, keeper, keeperPart);
        else VaultLib.credit(ledger, VaultLib.potOf(ledger), cost - keeperPart);
        emit IClearinghouse.Liquidated(
            taken.party.id,
            taken.market,
            taker.id,
            closed,
            taken.discount,
            keeperPart,
            cost - keeperPart
        );
    }

    /// @notice The third way: the vault, some seconds after a margin call, and at a discount that covers what its price may be off.
    function byVault(Ledger storage ledger, AccountId id, MarketId market, AccountId keeper, NodeId hint) internal {
        (Liquidation memory taken, Quote[] memory quotes) = _begin(ledger, id, market);
        uint256 calledAt = ledger.accounts[taken.party.id].calledAt;
        if (calledAt == 0) revert IClearinghouse.NotCalled(taken.party.id);
        if (block.timestamp < calledAt + ledger.house.vaultDelay) {
            revert IClearinghouse.VaultMustWait(calledAt + ledger.house.vaultDelay);
        }
        if (taken.discount < ledger.house.vaultDiscount) {
            taken.discount = ledger.house.vaultDiscount;
            if (taken.health.equity <= NO_MONEY || taken.discount > taken.health.discountLimit(taken.params)) {
                revert IClearinghouse.VaultUnable(taken.market);
            }
            taken.size = _closable(taken);
        }
        AccountId inventory = VaultLib.inventoryOf(ledger, taken.market.group());
        Party memory vault;
        ledger.load(vault, inventory, taken.market, quotes);
        _handOver(ledger, taken, vault, taken.size, keeper, hint);
        ledger.markets[taken.market].offeredAt = SafeCast.toUint40(block.timestamp);
        VaultLib.sweep(ledger, taken.market.group());
    }

    /// @notice Sells up to `most` of the vault's inventory to `buyer` at the mark less a discount that grows with the time on offer, at
    /// most `discountCap`; the vault's margin ratio must not fall.
    function sellInventory(Ledger storage ledger, MarketId id, AccountId buyer, uint256 most, NodeId hint) internal {
        if (ledger.markets[id].status != MarketStatus.OPEN) revert IClearinghouse.MarketNotOpen(id);
        Quote[] memory quotes = ledger.syncOpen(id.group());
        Swap memory s;
        s.market = id;
        s.params = ledger.markets[id].params;
        s.quote = quotes[id.index()];
        if (!s.quote.fresh) revert IClearinghouse.PriceNotFresh(id);
        if (buyer.owner() == ledger.vault) revert IClearinghouse.SameOwner(ledger.vault);
        ledger.load(s.from, VaultLib.inventoryOf(ledger, id.group()), id, quotes);
        bytes memory reason = TradeLib.groupFlaw(ledger.accounts[buyer], buyer, id);
        if (reason.length != 0) MatchLib.revertWith(reason);
        ledger.load(s.to, buyer, id, quotes);
        Size size = s.from.leg.size.abs();
        if (most < size.toUint()) size = toSize(most);
        if (size == NO_SIZE) revert IClearinghouse.NoInventory(id);

        bool isLong = s.from.leg.size.isLong();
        s.delta = isLong ? size : -size;
        Price part = priceShareDown(s.quote.mark, offerDiscount(ledger, id));
        s.price = isLong ? s.quote.mark - part : s.quote.mark + part;
        Size interest = _swap(ledger, s);
        PauseLevel level = PauseLib.level(ledger, id);
        if (level >= PauseLevel.NO_NEW_RISK && !s.to.onlyReduces) revert IClearinghouse.PausedAt(level);
        _checkAndStore(ledger, s, s.from, interest, NO_NODE);
        _checkAndStore(ledger, s, s.to, interest, hint);
        VaultLib.sweep(ledger, id.group());
        emit IClearinghouse.InventorySold(id, buyer, s.delta, s.price);
    }

    /// @notice The discount at which the vault's inventory of a market is on offer now: `offerRate` an hour, at most `discountCap`. ppm.
    function offerDiscount(Ledger storage ledger, MarketId id) internal view returns (uint256 rate) {
        Market storage market = ledger.markets[id];
        rate = (uint256(ledger.house.offerRate) * (block.timestamp - market.offeredAt)) / 1 hours;
        if (rate > market.params.discountCap) rate = market.params.discountCap;
    }

    /// @notice The mark worsened for the account by `rate` ppm.
    function discounted(Liquidation memory taken, uint256 rate) internal pure returns (Price) {
        Price part = priceShareDown(taken.quote.mark, rate);
        return taken.party.before.size.isLong() ? taken.quote.mark - part : taken.quote.mark + part;
    }

    /// @dev Gives the vault's inventory account the margin that its party needs, from the pot.
    function _fundVault(Ledger storage ledger, Party memory vault, Liquidation memory taken) private {
        Health memory h = vault.healthAfter(taken.quote, taken.params);
        Money moved = VaultLib.fund(ledger, taken.market.group(), h.initial - h.equity);
        vault.rest.addCash(moved);
    }

    function _takeOver(
        Ledger storage ledger,
        Liquidation memory taken,
        Party memory taker,
        Size closed,
        NodeId hint
    ) private {
        Size delta = taken.party.before.size.isLong() ? closed : -closed;
        bool toVault = taker.id == VaultLib.inventoryOf(ledger, taken.market.group());
        if (taken.locked && toVault) revert IClearinghouse.GroupsLocked(ledger.lockedGroups);
        if (taken.locked && taker.before.size.sameSide(-delta)) {
            revert IClearinghouse.WinningSideLocked(taker.id, taken.market);
        }
        Swap memory s = Swap(taken.market, taken.params, taken.quote, taken.party, taker, delta, taken.quote.mark);
        Size interest = _swap(ledger, s);
        if (toVault) _fundVault(ledger, taker, taken);
        _checkAndStore(ledger, s, taker, interest, hint);
        _store(ledger, taken);
    }

    /// @dev `to` takes `delta` over from `from` at `price`. Returns and books the market's open interest after it.
    function _swap(Ledger storage ledger, Swap memory s) private returns (Size interest) {
        s.from.trade(s.quote, -s.delta, s.price, NO_MONEY);
        s.to.trade(s.quote, s.delta, s.price, NO_MONEY);
        interest =
            toSize(ledger.markets[s.market].openInterest) +
            s.from.leg.size.long() -
            s.from.before.size.long() +
            s.to.leg.size.long() -
            s.to.before.size.long();
        ledger.markets[s.market].openInterest = interest.toUint72();
    }

    function _checkAndStore(
        Ledger storage ledger,
        Swap memory s,
        Party memory party,
        Size interest,
        NodeId hint
    ) private {
        bytes memory reason = party.flaw(s.quote, s.params, interest);
        if (reason.length != 0) MatchLib.revertWith(reason);
        ledger.store(party, s.market, s.quote, hint);
    }

    function _healthNow(Ledger storage ledger, AccountId id) private returns (Health memory) {
        Account storage account = ledger.accounts[id];
        if (account.hasFresh) RecoveryLib.refresh(ledger.recovery, account, id);
        Quote[] memory quotes = MarkLib.quotes(ledger, account.group);
        ledger.sync(account.group, quotes);
        return MarginLib.health(ledger, id, quotes, MarginLib.ALL);
    }

    /// @dev In a lock only legs on the side that lost in the jump; returns whether there is a lock.
    function _checkLock(Ledger storage ledger, Liquidation memory taken) private view returns (bool) {
        GroupId group = taken.market.group();
        if (ledger.groups[group].phase == Phase.NORMAL) return false;
        if (ledger.groups[group].phase == Phase.SETTLING || block.timestamp >= ledger.endOf(group)) {
            revert IClearinghouse.GroupLocked(group, ledger.endOf(group));
        }
        // What the vault set aside at the lock must stay true.
        if (taken.party.id.owner() == ledger.vault) revert IClearinghouse.GroupsLocked(ledger.lockedGroups);
        Price jump = LockLib.jump(ledger.markets[taken.market]);
        bool wins = taken.party.before.size.isLong() ? jump > NO_PRICE : jump < NO_PRICE;
        if (wins) revert IClearinghouse.WinningSideLocked(taken.party.id, taken.market);
        return true;
    }

    /// @dev The least size that restores initial margin, at least the minimum notional; the whole leg when less than that would be left.
    function _closable(Liquidation memory taken) private pure returns (Size size) {
        Leg memory leg = taken.party.before;
        Money minimum = toMoney(taken.params.minNotional);
        size = taken.health.sizeToRestore(leg, taken.quote, taken.params.initialMargin, taken.discount);
        size = maxSize(size, sizeUp(minimum, taken.quote.mark));
        if (size > leg.size.abs() || notionalUp(leg.size.abs() - size, taken.quote.mark) < minimum) {
            size = leg.size.abs();
        }
    }

    /// @dev What closing `size` costs the account: discount * notional, floor (in its favour).
    function _costOf(Liquidation memory taken, Size size) private pure returns (Money) {
        return shareDown(notionalUp(size, taken.quote.mark), taken.discount);
    }

    function _finish(
        Ledger storage ledger,
        Liquidation memory taken,
        Size closed,
        Money reward,
        AccountId keeper,
        AccountId taker
    ) private {
        Money keeperPart = shareDown(reward, ledger.house.keeperShare);
        taken.party.cashDelta = taken.party.cashDelta - reward;
        _store(ledger, taken);
        VaultLib.credit(ledger, keeper, keeperPart);
        VaultLib.credit(ledger, VaultLib.potOf(ledger), reward - keeperPart);
        emit IClearinghouse.Liquidated(
            taken.party.id,
            taken.market,
            taker,
            closed,
            taken.discount,
            keeperPart,
            reward - keeperPart
        );
    }

    function _store(Ledger storage ledger, Liquidation memory taken) private {
        // Not below zero at the recorded marks: in the next jump, or in this lock, no winner would gain what is owed there.
        Health memory later = taken.party.healthAfter(taken.quote, taken.params);
        if (!taken.health.staysSound(later)) {
            revert IClearinghouse.UnsoundAtAnchor(taken.party.id, later.atAnchor, later.atCandidate);
        }
        ledger.store(taken.party, taken.market, taken.quote, taken.party.before.node);
    }
}
