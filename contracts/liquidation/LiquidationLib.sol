// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {LockLib} from "../deleveraging/LockLib.sol";
import {GateLib} from "../governance/GateLib.sol";
import {PauseLib} from "../governance/PauseLib.sol";
import {IAccounts} from "../interfaces/IAccounts.sol";
import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
import {ILiquidation} from "../interfaces/ILiquidation.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Account, Ledger, Market, MarketStatus, PauseLevel, Phase} from "../Ledger.sol";
import {CallLib} from "../position/CallLib.sol";
import {CashLib} from "../position/CashLib.sol";
import {Health, MarginLib} from "../position/MarginLib.sol";
import {Leg} from "../position/PositionLib.sol";
import {Party, TradeLib} from "../position/TradeLib.sol";
import {GapLib} from "../prices/GapLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {MatchLib, Taking} from "../trading/MatchLib.sol";
import {OrderLib} from "../trading/OrderLib.sol";
import {Maker, PackedOrders} from "../trading/PackedOrders.sol";
import {SignerLib} from "../trading/SignerLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {PPM, notionalUp, priceShareDown, shareDown, sizeUp} from "../types/Arithmetic.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY, maxMoney, minMoney, toMoney} from "../types/Money.sol";
import {NO_NODE, NodeId} from "../types/NodeId.sol";
import {Params, ParamsLib} from "../types/Params.sol";
import {Position} from "../types/Position.sol";
import {NO_PRICE, Price} from "../types/Price.sol";
import {arg, refusal, revertWith} from "../types/Refusal.sol";
import {NO_SIZE, Size, maxSize, toSize} from "../types/Size.sol";
import {VaultLib} from "../vault/VaultLib.sol";

/// @dev A liquidation in memory. `size` is the magnitude that may be closed; `discount` what it costs the account,
/// ppm.
struct Liquidation {
    MarketId market;
    Params params;
    Quote quote;
    Party party;
    Health health;
    Size size;
    uint256 discount;
    bool locked;
    /// What the account has after it was stored.
    Position stored;
    Money cash;
}

/// @dev Who takes over: at most `max` (magnitude), at `limit` a unit or better.
struct Taker {
    AccountId id;
    uint256 max;
    /// The worst price, his share of the discount counted. Zero: any. 1e-18 quote per base.
    Price limit;
    /// A node near the place of his new level.
    NodeId hint;
}

/// @dev `to` takes `delta` (signed) over from `from` at `price`.
struct Swap {
    MarketId market;
    Params params;
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
    using MatchLib for Ledger;
    using TradeLib for Ledger;
    using TradeLib for Party;

    /// @notice Is the account below maintenance margin, or below the call level with a margin call due and not lapsed?
    function liquidatable(Ledger storage ledger, AccountId id, Health memory h) internal view returns (bool) {
        if (h.equity < h.maintenance) return true;
        return CallLib.isDue(ledger, ledger.accounts[id]) && h.equity < CallLib.level(ledger, h);
    }

    /// @notice What liquidations of the market have in common, into memory. Reverts unless they are allowed now: not
    /// paused, the market open, its price fresh, no gap, no settlement and no lock that is over.
    /// @return quotes The live quotes of its group.
    function open(
        Ledger storage ledger,
        Liquidation memory taken,
        MarketId market
    ) internal view returns (Quote[] memory quotes) {
        PauseLib.requireLiquidations(ledger, market);
        taken.params = ParamsLib.readRates(_open(ledger, market).params);
        GroupId group = market.group();
        quotes = MarkLib.quotes(ledger, group);
        // poke locks it
        if (GapLib.gapped(ledger, group, quotes)) revertWith(refusal(IDeleveraging.GapOpen.selector, arg(group)));
        taken.market = market;
        taken.quote = quotes[market.index()];
        if (!taken.quote.fresh) revertWith(refusal(ITrading.PriceNotFresh.selector, arg(market)));
        Phase phase = ledger.groups[group].phase;
        if (phase != Phase.NORMAL) {
            uint256 until = ledger.endOf(group);
            if (phase == Phase.SETTLING || block.timestamp >= until) {
                revertWith(refusal(IDeleveraging.GroupLocked.selector, arg(group), until));
            }
            taken.locked = true;
        }
    }

    /// @notice Takes `id`'s leg into memory. The account without a leg in the market is refused before more is read.
    /// @return reason The encoded error when there is none.
    function load(
        Ledger storage ledger,
        Liquidation memory taken,
        AccountId id,
        Quote[] memory quotes
    ) internal returns (bytes memory reason) {
        MarketId market = taken.market;
        Account storage account = ledger.accounts[id];
        if (account.group == market.group() && account.open & (1 << market.index()) != 0) {
            ledger.loadParty(taken.party, id, market, quotes);
            if (taken.party.leg.size != NO_SIZE) return reason;
        }
        return refusal(ILiquidation.NoPosition.selector, arg(id), arg(market));
    }

    /// @notice Judges the account that was loaded: its health, the discount and the size that may be closed.
    /// @return reason The encoded error when it may not be liquidated.
    function judge(Ledger storage ledger, Liquidation memory taken) internal view returns (bytes memory reason) {
        AccountId id = taken.party.id;
        Health memory h = taken.party.healthBefore(taken.quote, taken.params);
        taken.health = h;
        // Only fresh prices make a default; a stale leg's shock must not shield the other legs (the discount is zero
        // then).
        if (h.fresh && h.equity < NO_MONEY) {
            return refusal(ILiquidation.AccountInsolvent.selector, arg(id), arg(h.equity));
        }
        if (!liquidatable(ledger, id, h)) {
            return refusal(ILiquidation.NotLiquidatable.selector, arg(id), arg(h.equity), arg(h.maintenance));
        }
        if (taken.locked) reason = _lockFlaw(ledger, taken);
        taken.discount = h.discount(taken.params);
        taken.size = _closable(taken);
    }

    /// @notice An empty liquidation: a list of one.
    /// @dev As `new Liquidation[](1)`, whose structs within would be written word by word: 1,500 gas. Quote, parameters
    /// and health are not there until it is `open`, and its account `judge`d.
    function room() internal pure returns (Liquidation[] memory one) {
        assembly ("memory-safe") {
            one := mload(0x40)
            let taken := add(one, 64)
            mstore(one, 1)
            mstore(add(one, 32), taken)
            calldatacopy(taken, calldatasize(), 320) // ten members; behind the end of calldata are zeros
            mstore(0x40, add(taken, 320))
        }
        one[0].party = TradeLib.parties(1)[0];
    }

    /// @dev All three for one account, into `taken`, which is empty. Funds the vault's inventory first. Reverts unless
    /// it may be liquidated.
    function _begin(
        Ledger storage ledger,
        Liquidation memory taken,
        AccountId id,
        MarketId market
    ) private returns (Quote[] memory quotes) {
        quotes = open(ledger, taken, market);
        _requireNone(load(ledger, taken, id, quotes));
        if (id == VaultLib.inventoryOf(ledger, market.group())) _fundVault(ledger, taken.party, taken);
        _requireNone(judge(ledger, taken));
    }

    function _requireNone(bytes memory reason) private pure {
        if (reason.length != 0) revertWith(reason);
    }

    /// @notice The first way: signed maker orders within the keeper's share of the discount. Makers that fail are
    /// skipped.
    function byOrders(
        Ledger storage ledger,
        AccountId id,
        MarketId market,
        AccountId keeper,
        bytes calldata makers
    ) internal {
        Liquidation memory taken = room()[0];
        Quote[] memory quotes = _begin(ledger, taken, id, market);
        if (taken.locked) taken.party.keepRelief();
        Taking memory t = MatchLib.taking(quotes, OrderLib.domain(), market, true)[0];
        _beginTaking(ledger, t, taken, _makersRate(ledger, taken, keeper));
        _fillAll(ledger, t, makers);
        if (t.notional == NO_MONEY) revertWith(refusal(ITrading.NothingFilled.selector));

        taken.party = t.taker;
        _finish(ledger, taken, t, keeper);
    }

    /// @dev Makers are paid out of the keeper's share, so the vault has its part in every way. An owner has none to pay
    /// them with. Only he: else he could list whoever comes for him, and stop each liquidation by it. ppm.
    function _makersRate(
        Ledger storage ledger,
        Liquidation memory taken,
        AccountId keeper
    ) private view returns (uint256) {
        if (taken.party.id.owner() == keeper.owner()) return 0;
        return (taken.discount * ledger.venue.keeperShare) / PPM;
    }

    /// @dev Fills what MatchLib.begin would, without its checks. The price band reaches as far as `makersRate`.
    function _beginTaking(
        Ledger storage ledger,
        Taking memory t,
        Liquidation memory taken,
        uint256 makersRate
    ) private view {
        (t.quote, t.taker, t.left, t.losersOnly) = (taken.quote, taken.party, taken.size, taken.locked);
        (t.buys, t.limit) = (!taken.party.before.size.isLong(), discounted(taken, makersRate));
        t.interest = toSize(ledger.markets[taken.market].openInterest);
        t.params = taken.params;
        t.params.setForLiquidation(uint24(makersRate));
    }

    /// @dev Fills the makers in order. One that fails is reported.
    function _fillAll(Ledger storage ledger, Taking memory t, bytes calldata packed) private {
        (Maker[] memory makers, uint256 end) = ledger.readMakers(t, packed, 1, PackedOrders.readCount(packed));
        PackedOrders.requireEnd(packed, end);
        for (uint256 i; i < makers.length; ++i) {
            Maker memory maker = makers[i];
            bytes memory reason = maker.flaw;
            if (reason.length == 0) reason = _fill(ledger, t, maker);
            if (reason.length != 0) MatchLib.skipped(maker.order, reason);
        }
    }

    /// @dev As MatchLib.fillMaker, so much less that zero or at least the minimum notional remains of the leg.
    function _fill(Ledger storage ledger, Taking memory t, Maker memory maker) private returns (bytes memory reason) {
        Size size;
        (size, reason) = ledger.loadMaker(t, maker);
        if (reason.length == 0) (size, reason) = _keepingMinimum(t.taker, size, t.quote, t.params);
        if (reason.length == 0) reason = ledger.fillMaker(t, maker, size);
    }

    /// @dev `closed` of the party's leg, or so much less that zero or at least the minimum notional remains; the error
    /// when that is nothing.
    function _keepingMinimum(
        Party memory party,
        Size closed,
        Quote memory quote,
        Params memory params
    ) private pure returns (Size, bytes memory reason) {
        Size whole = party.leg.size.abs();
        Money minimum = toMoney(params.minNotional());
        Money rest = notionalUp(whole - closed, quote.mark);
        if (closed == whole || rest >= minimum) return (closed, reason);
        Size min = sizeUp(minimum, quote.mark);
        if (whole > min) return (whole - min, reason);
        return (NO_SIZE, TradeLib.tooSmall(party.id, rest, params));
    }

    /// @dev Of the discount on what the makers closed: their part comes out of the keeper's.
    function _finish(Ledger storage ledger, Liquidation memory taken, Taking memory t, AccountId keeper) private {
        MatchLib.collectFees(ledger, t.fees);
        ledger.markets[taken.market].openInterest = t.interest.toUint72();
        Size closed = taken.size - t.left;
        (Money keeperPart, Money vaultPart) = split(ledger, taken, closed, 0);
        keeperPart = (keeperPart - maxMoney(t.buys ? t.premium : -t.premium, NO_MONEY)).positive();
        (keeperPart, vaultPart) = _notToOwn(ledger, taken, keeper, keeperPart, vaultPart);
        taken.party.cashDelta = taken.party.cashDelta - keeperPart - vaultPart;
        _storeIfSound(ledger, taken);
        _pay(ledger, keeper, keeperPart);
        VaultLib.credit(ledger, VaultLib.potOf(ledger), vaultPart);
        report(taken, AccountId.wrap(0), closed, keeperPart, vaultPart);
    }

    /// @notice The second way: the account `to.id` takes over.
    function byAccount(Ledger storage ledger, AccountId id, MarketId market, Taker memory to) internal {
        Liquidation memory taken = room()[0];
        Quote[] memory quotes = _begin(ledger, taken, id, market);
        _requireNone(termsFlaw(ledger, taken, to));
        _requireNone(TradeLib.groupFlaw(CashLib.read(ledger.accounts[to.id]), to.id, market));
        Party memory taker = TradeLib.parties(1)[0];
        ledger.loadParty(taker, to.id, market, quotes);
        if (taken.locked && taker.wonElsewhere()) revert ILiquidation.WinningSideLocked(to.id, market);
        (Size closed, bytes memory reason) = cut(taken, to.max);
        _requireNone(reason);
        if (taken.locked) taken.party.keepRelief();
        _handOver(ledger, taken, taker, closed, to.id, to.hint, false);
    }

    /// @notice The encoded error when this account may not be taken over on the taker's terms. Not of an owner that the
    /// ledger knows as his: he would get nothing for it, and a listed address is not asked, so that it may have
    /// happened while his call was on its way. Not at a price worse than his limit.
    function termsFlaw(
        Ledger storage ledger,
        Liquidation memory taken,
        Taker memory to
    ) internal view returns (bytes memory reason) {
        address owner = taken.party.id.owner();
        if (_isOwn(ledger, owner, to.id.owner())) return refusal(ITrading.SameOwner.selector, arg(owner));
        Price price = discounted(taken, (taken.discount * ledger.venue.keeperShare) / PPM);
        return limitFlaw(to.limit, price, taken.party.before.size.isLong());
    }

    /// @notice The encoded error when `price` is worse than `limit` for who buys, or sells. A limit of zero is none.
    function limitFlaw(Price limit, Price price, bool buys) internal pure returns (bytes memory reason) {
        if (limit == NO_PRICE || (buys ? price <= limit : price >= limit)) return reason;
        return refusal(ITrading.LimitNotMet.selector, arg(limit), arg(price));
    }

    /// @dev `taker` takes over at the mark; the discount goes to it and to the venue in cash, so that its split is
    /// plain.
    function _handOver(
        Ledger storage ledger,
        Liquidation memory taken,
        Party memory taker,
        Size closed,
        AccountId keeper,
        NodeId hint,
        bool toVault
    ) private {
        if (taker.id.owner() == taken.party.id.owner()) revert ITrading.SameOwner(taker.id.owner());
        (Money keeperPart, Money vaultPart) = split(ledger, taken, closed, toVault ? ledger.venue.vaultDiscount : 0);
        if (toVault) (keeperPart, vaultPart) = _notToOwn(ledger, taken, keeper, keeperPart, vaultPart);
        taker.cashDelta = toVault ? vaultPart : keeperPart;
        taken.party.cashDelta = -(keeperPart + vaultPart);
        _takeOver(ledger, taken, taker, closed, hint, toVault);

        if (toVault) _pay(ledger, keeper, keeperPart);
        else VaultLib.credit(ledger, VaultLib.potOf(ledger), vaultPart);
        report(taken, taker.id, closed, keeperPart, vaultPart);
    }

    /// @notice The third way: the vault, some seconds after a margin call, and at a discount that covers what its price
    /// may be off.
    function byVault(Ledger storage ledger, AccountId id, MarketId market, AccountId keeper, NodeId hint) internal {
        Liquidation memory taken = room()[0];
        Quote[] memory quotes = _begin(ledger, taken, id, market);
        if (!CallLib.stands(ledger, ledger.accounts[id])) revert ILiquidation.NotCalled(id);
        uint256 from = _vaultFrom(ledger, id, market);
        if (block.timestamp < from) revert ILiquidation.VaultMustWait(from);
        if (taken.discount < ledger.venue.vaultDiscount) {
            taken.discount = ledger.venue.vaultDiscount;
            if (taken.health.equity <= NO_MONEY || taken.discount > taken.health.discountLimit(taken.params)) {
                revert ILiquidation.VaultUnable(taken.market);
            }
            taken.size = _closable(taken);
        }
        AccountId inventory = VaultLib.inventoryOf(ledger, taken.market.group());
        Party memory vault = TradeLib.parties(1)[0];
        ledger.loadParty(vault, inventory, taken.market, quotes);
        (Size closed, bytes memory reason) = cut(taken, type(uint256).max);
        _requireNone(reason);
        _handOver(ledger, taken, vault, closed, keeper, hint, true);
        VaultLib.offer(ledger, taken.market, vault.before.size, vault.leg.size);
        VaultLib.sweep(ledger, taken.market.group());
    }

    /// @dev `vaultDelay` is a time in which others can liquidate: neither a pause of liquidations nor a lock counts.
    function _vaultFrom(Ledger storage ledger, AccountId id, MarketId market) private view returns (uint256) {
        uint256 from = Math.max(ledger.accounts[id].calledAt, PauseLib.liquidationsFrom(ledger, market));
        return Math.max(from, ledger.groups[market.group()].lastUnlock) + ledger.venue.vaultDelay;
    }

    /// @notice Sells up to `max` of the vault's inventory to `buyer` at the mark less a discount that grows with the
    /// time on offer (VaultLib.offerDiscount); the vault's margin ratio must not fall.
    function sellInventory(Ledger storage ledger, MarketId id, Taker memory buyer) internal {
        Swap memory s;
        s.params = ParamsLib.readRates(_open(ledger, id).params);
        Quote[] memory quotes = ledger.syncOpen(id.group());
        s.market = id;
        s.quote = quotes[id.index()];
        if (!s.quote.fresh) revertWith(refusal(ITrading.PriceNotFresh.selector, arg(id)));
        address owner = buyer.id.owner();
        if (owner == ledger.vault) revertWith(refusal(ITrading.SameOwner.selector, arg(owner)));
        ledger.loadParty(s.from, VaultLib.inventoryOf(ledger, id.group()), id, quotes);
        _requireNone(TradeLib.groupFlaw(CashLib.read(ledger.accounts[buyer.id]), buyer.id, id));
        ledger.loadParty(s.to, buyer.id, id, quotes);
        Size size = s.from.leg.size.abs();
        if (buyer.max < size.toUint()) size = toSize(buyer.max);
        if (size == NO_SIZE) revertWith(refusal(ILiquidation.NoInventory.selector, arg(id)));

        bool isLong = s.from.leg.size.isLong();
        s.delta = isLong ? size : -size;
        s.price = discounted(s.quote.mark, isLong, VaultLib.offerDiscount(ledger, id));
        _requireNone(limitFlaw(buyer.limit, s.price, isLong));
        _swap(ledger, s);
        if (!s.to.onlyReduces && GateLib.isRestricted(ledger, ledger.markets[id])) {
            PauseLevel level = PauseLib.level(ledger, id);
            if (level >= PauseLevel.NO_NEW_RISK) revert IGovernance.PausedAt(level);
            CashLib.callSelf(IGovernance.requireAdmitted.selector, buyer.id);
        }
        _storeIfMargined(ledger, s, s.from, NO_NODE);
        _storeIfMargined(ledger, s, s.to, buyer.hint);
        VaultLib.sweep(ledger, id.group());
        emit ILiquidation.InventorySold(id, buyer.id, s.delta, s.price);
    }

    /// @notice The mark worsened for the account by `rate` ppm.
    function discounted(Liquidation memory taken, uint256 rate) internal pure returns (Price) {
        return discounted(taken.quote.mark, taken.party.before.size.isLong(), rate);
    }

    /// @notice The mark worsened by `rate` ppm for the holder of one side.
    function discounted(Price mark, bool isLong, uint256 rate) internal pure returns (Price) {
        Price part = priceShareDown(mark, rate);
        return isLong ? mark - part : mark + part;
    }

    /// @dev The market. Reverts unless it is open.
    function _open(Ledger storage ledger, MarketId id) private view returns (Market storage market) {
        market = ledger.markets[id];
        if (market.status != MarketStatus.OPEN) revertWith(refusal(ITrading.MarketNotOpen.selector, arg(id)));
    }

    /// @dev Gives the vault's inventory account the margin that its party needs, from the pot.
    function _fundVault(Ledger storage ledger, Party memory vault, Liquidation memory taken) private {
        Health memory h = vault.healthAfter(taken.quote, taken.params);
        Money moved = VaultLib.fund(ledger, taken.market.group(), h.initial - h.equity, -h.equity);
        vault.rest.addCash(moved);
    }

    function _takeOver(
        Ledger storage ledger,
        Liquidation memory taken,
        Party memory taker,
        Size closed,
        NodeId hint,
        bool toVault
    ) private {
        Size delta = taken.party.before.size.isLong() ? closed : -closed;
        if (taken.locked && toVault) revert IAccounts.GroupsLocked(ledger.outflow.lockedGroups);
        if (taken.locked && taker.before.size.sameSide(-delta)) {
            revert ILiquidation.WinningSideLocked(taker.id, taken.market);
        }
        Swap memory s = Swap(taken.market, taken.params, taken.quote, taken.party, taker, delta, taken.quote.mark);
        _swap(ledger, s);
        if (toVault) _fundVault(ledger, taker, taken);
        _storeIfMargined(ledger, s, taker, hint);
        _storeIfSound(ledger, taken);
    }

    /// @dev `to` takes `delta` over from `from` at `price`. Books the market's open interest after it, which is not
    /// higher: `from` only reduces.
    function _swap(Ledger storage ledger, Swap memory s) private {
        s.from.trade(s.quote, -s.delta, s.price, NO_MONEY);
        s.to.trade(s.quote, s.delta, s.price, NO_MONEY);
        Size interest =
            toSize(ledger.markets[s.market].openInterest) +
                s.from.leg.size.long() -
                s.from.before.size.long() +
                s.to.leg.size.long() -
                s.to.before.size.long();
        ledger.markets[s.market].openInterest = interest.toUint72();
    }

    function _storeIfMargined(Ledger storage ledger, Swap memory s, Party memory party, NodeId hint) private {
        _requireNone(party.marginFlaw(s.quote, s.params, NO_SIZE));
        ledger.storeParty(party, s.market, s.quote, hint);
    }

    /// @dev In a lock only legs on the side that lost in the jump: else the encoded error.
    function _lockFlaw(Ledger storage ledger, Liquidation memory taken) private view returns (bytes memory reason) {
        // What the vault set aside at the lock must stay true.
        if (taken.party.id.owner() == ledger.vault) {
            return refusal(IAccounts.GroupsLocked.selector, ledger.outflow.lockedGroups);
        }
        Price jump = GapLib.jump(ledger.markets[taken.market]);
        if ((taken.party.before.size.isLong() ? jump : -jump) > NO_PRICE) {
            return refusal(ILiquidation.WinningSideLocked.selector, arg(taken.party.id), arg(taken.market));
        }
    }

    /// @dev The least size that restores initial margin, at least the minimum notional; the whole leg when less than
    /// that would be left.
    function _closable(Liquidation memory taken) private pure returns (Size size) {
        Leg memory leg = taken.party.before;
        Money minimum = toMoney(taken.params.minNotional());
        size = taken.health.sizeToRestore(leg, taken.quote, taken.params.initialMargin(), taken.discount);
        size = maxSize(size, sizeUp(minimum, taken.quote.mark));
        if (size > leg.size.abs() || notionalUp(leg.size.abs() - size, taken.quote.mark) < minimum) {
            size = leg.size.abs();
        }
    }

    /// @notice At most `max` of what may be closed, so that zero or at least the minimum notional remains; the encoded
    /// error when that is nothing.
    function cut(Liquidation memory taken, uint256 max) internal pure returns (Size closed, bytes memory reason) {
        closed = max < taken.size.toUint() ? toSize(max) : taken.size;
        if (closed == NO_SIZE) return (closed, refusal(ITrading.NothingFilled.selector));
        return _keepingMinimum(taken.party, closed, taken.quote, taken.params);
    }

    /// @notice Who gets what closing `closed` costs the account, `discount * notional` (floor, in its favour): the
    /// keeper his share, unless that leaves the vault less than `vaultRate` ppm of the notional; the vault the rest.
    function split(
        Ledger storage ledger,
        Liquidation memory taken,
        Size closed,
        uint256 vaultRate
    ) internal view returns (Money keeperPart, Money vaultPart) {
        Money notional = notionalUp(closed, taken.quote.mark);
        Money cost = shareDown(notional, taken.discount);
        keeperPart = minMoney(shareDown(cost, ledger.venue.keeperShare), cost - shareDown(notional, vaultRate));
        vaultPart = cost - keeperPart;
    }

    /// @dev The keeper's part is the vault's when he is the owner, or known to be his.
    function _notToOwn(
        Ledger storage ledger,
        Liquidation memory taken,
        AccountId keeper,
        Money keeperPart,
        Money vaultPart
    ) private view returns (Money, Money) {
        bool own = keeperPart != NO_MONEY && _isOwn(ledger, taken.party.id.owner(), keeper.owner());
        return own ? (NO_MONEY, keeperPart + vaultPart) : (keeperPart, vaultPart);
    }

    /// @dev Is `other` the owner, or an address that the ledger knows to be his: has either ever listed the other as a
    /// signer?
    function _isOwn(Ledger storage ledger, address owner, address other) private view returns (bool) {
        return owner == other || SignerLib.known(ledger, owner, other);
    }

    function _pay(Ledger storage ledger, AccountId keeper, Money keeperPart) private {
        if (keeperPart != NO_MONEY) VaultLib.credit(ledger, keeper, keeperPart);
    }

    function report(
        Liquidation memory taken,
        AccountId taker,
        Size closed,
        Money keeperPart,
        Money vaultPart
    ) internal {
        emit ILiquidation.Liquidated(
            taken.party.id,
            taken.market,
            taker,
            closed,
            taken.discount,
            keeperPart,
            vaultPart,
            taken.party.leg.size,
            taken.stored,
            taken.cash
        );
    }

    function _storeIfSound(Ledger storage ledger, Liquidation memory taken) private {
        _requireNone(soundFlaw(taken));
        store(ledger, taken);
    }

    /// @notice Writes the liquidated account back. Its position is told by `report`.
    function store(Ledger storage ledger, Liquidation memory taken) internal {
        bytes memory reason;
        (reason, taken.stored, taken.cash) = ledger.tryStoreParty(
            taken.party,
            taken.market,
            taken.quote,
            taken.party.before.node
        );
        _requireNone(reason);
    }

    /// @notice The encoded error when the account, after it was traded, is below zero at anchor or recorded mark, and
    /// more so than before: in the next jump, or in this lock, no winner would gain what is owed there.
    function soundFlaw(Liquidation memory taken) internal pure returns (bytes memory reason) {
        Health memory later = taken.party.healthAfter(taken.quote, taken.params);
        if (taken.health.staysSound(later)) return reason;
        uint256 id = arg(taken.party.id);
        return refusal(ITrading.UnsoundAtAnchor.selector, id, arg(later.atAnchor), arg(later.atRecordedMark));
    }
}
