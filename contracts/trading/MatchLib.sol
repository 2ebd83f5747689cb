// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {GateLib} from "../governance/GateLib.sol";
import {ILiquidation} from "../interfaces/ILiquidation.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Order, Use} from "../interfaces/Orders.sol";
import {Ledger, Market, MarketStatus} from "../Ledger.sol";
import {CashLib} from "../position/CashLib.sol";
import {RecoveryLib} from "../position/RecoveryLib.sol";
import {Party, TradeLib} from "../position/TradeLib.sol";
import {FundingLib} from "../prices/FundingLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {AccountWord} from "../types/AccountWord.sol";
import {notionalUp, priceShareDown, shareUp, valueDown} from "../types/Arithmetic.sol";
import {MarketId} from "../types/MarketId.sol";
import {Money, toMoney} from "../types/Money.sol";
import {NodeId} from "../types/NodeId.sol";
import {Params, ParamsLib} from "../types/Params.sol";
import {Position} from "../types/Position.sol";
import {Price} from "../types/Price.sol";
import {arg, refusal, revertWith} from "../types/Refusal.sol";
import {NO_SIZE, Size, minSize, toSize} from "../types/Size.sol";
import {OrderLib} from "./OrderLib.sol";
import {Maker, PackedOrders} from "./PackedOrders.sol";

/// @dev The taker's side while makers are filled one after the other.
struct Taking {
    MarketId market;
    /// EIP-712 domain separator, and who submitted the match.
    bytes32 domain;
    address submitter;
    Quote[] quotes;
    Quote quote;
    Party taker;
    /// Room for a maker, and for the taker as he was before a fill.
    Party maker;
    Party before;
    /// What is left to take, magnitude; and which way the taker trades.
    Size left;
    bool buys;
    Price limit;
    /// Open interest before, and so far, fees of both sides, and notional and premium over mark for funding.
    Size interestBefore;
    Size interest;
    Money fees;
    Money notional;
    Money premium;
    /// The market's parameters; a liquidation pays no taker fee, and its price band reaches as far as
    /// the keeper's share of its discount.
    Params params;
    /// What has a say before a position grows, see GateLib; zero: nothing.
    address gate;
    /// The first maker that fails ends the match, and the taker is checked at its end, not with every fill.
    bool strict;
    /// In a lock: who takes a losing leg must not leave the winning side by it.
    bool losersOnly;
    /// The taker's order, and what is filled of it in all; zero when he has none.
    uint64 salt;
    Size filled;
}

/// @dev One fill in memory.
struct Deal {
    Size size;
    Price price;
    Money notional;
    Money makerFee;
    Money takerFee;
}

/// @title Matching: one taker against maker orders at the makers' limits
/// @notice Signatures are checked before any fill of a match: until then only a protected deposit may have
/// been cut to its cash (CashLib). A maker that fails returns its error, to revert with or
/// to skip.
library MatchLib {
    using FundingLib for Market;
    using OrderLib for Ledger;
    using OrderLib for Order;
    using PackedOrders for bytes;
    using PackedOrders for Maker;
    using PackedOrders for Order;
    using RecoveryLib for *;
    using TradeLib for AccountWord;
    using TradeLib for Ledger;
    using TradeLib for Party;

    /// @notice A taker's side of `market` at `quotes`, submitted by the caller: a list of one.
    /// @dev As `new Taking[](1)`, whose structs within would be written word by word, to be replaced: 2,500 gas. The
    /// quote and the parameters are not there until the market is `open`.
    /// @param strict See `run`.
    function taking(
        Quote[] memory quotes,
        bytes32 domain,
        MarketId market,
        bool strict
    ) internal view returns (Taking[] memory one) {
        assembly ("memory-safe") {
            one := mload(0x40)
            let taking_ := add(one, 64)
            mstore(one, 1)
            mstore(add(one, 32), taking_)
            calldatacopy(taking_, calldatasize(), 704) // 22 members; behind the end of calldata are zeros
            mstore(0x40, add(taking_, 704))
        }
        Taking memory t = one[0];
        Party[] memory parties = TradeLib.parties(3);
        (t.taker, t.maker, t.before) = (parties[0], parties[1], parties[2]);
        (t.quotes, t.domain, t.market, t.submitter, t.strict) = (quotes, domain, market, msg.sender, strict);
    }

    /// @notice Runs the match at `from` of the batch: checks all signatures, fills the makers in order, then stores the
    /// taker. When it is strict, the first maker that fails reverts with its error. Else such makers are skipped and
    /// reported, and the taker is checked with every fill, so that a match fills as far as both sides can.
    /// @param t As from `taking`, in the market of the match.
    /// @return reason Why the match cannot begin; nothing is written then. next: where the next match begins.
    function run(
        Ledger storage ledger,
        Taking memory t,
        bytes calldata batch,
        uint256 from
    ) internal returns (bytes memory reason, uint256 next) {
        uint256 count;
        NodeId hint;
        (count, hint, next) = batch.readMatch(from);
        Order memory order = PackedOrders.room(1)[0].order;
        (reason, next) = _beginOrder(ledger, t, order, batch, next);
        if (reason.length != 0) return (reason, _passMakers(batch, next, count));

        Size wanted = t.left;
        next = _fillAll(ledger, t, batch, next, count);
        if (t.left == wanted) return (refusal(ITrading.NothingFilled.selector), next);
        (t.salt, t.filled) = (order.salt, ledger.bookFill(order.account, order.salt, wanted - t.left));
        end(ledger, t, hint);
    }

    /// @notice The market of `t` as it is now: its quote, parameters, open interest and pause.
    /// @return reason The encoded error when nobody can trade in it.
    function open(Ledger storage ledger, Taking memory t) internal view returns (bytes memory reason) {
        Market storage market = ledger.markets[t.market];
        if (market.status != MarketStatus.OPEN) return refusal(ITrading.MarketNotOpen.selector, arg(t.market));
        t.quote = t.quotes[t.market.index()];
        if (!t.quote.fresh) return refusal(ITrading.PriceNotFresh.selector, arg(t.market));
        t.params = ParamsLib.read(market.params);
        t.interest = toSize(market.openInterest);
        t.interestBefore = t.interest;
        t.gate = GateLib.gateOf(ledger, market, t.market);
    }

    /// @notice The account `id` begins to take in a market that is `open`, as `t` says so far: direction, limit and
    /// what is left.
    /// @return reason The encoded error when it cannot.
    function begin(
        Ledger storage ledger,
        Taking memory t,
        AccountWord account,
        AccountId id,
        bool reduceOnly
    ) internal returns (bytes memory reason) {
        reason = account.groupFlaw(id, t.market);
        if (reason.length != 0) return reason;

        ledger.loadParty(t.taker, account, id, t.market, t.quotes);
        if (reduceOnly) t.left = _reducible(t.taker, t.buys, t.left);
        if (t.left == NO_SIZE) return refusal(ITrading.NothingToReduce.selector, arg(id));
    }

    /// @notice Reads `count` makers, and why each cannot be filled: all before the first is filled, because a wallet
    /// may be called.
    /// @return makers The makers. next: where what follows begins.
    function readMakers(
        Ledger storage ledger,
        Taking memory t,
        bytes calldata batch,
        uint256 from,
        uint256 count
    ) internal view returns (Maker[] memory makers, uint256 next) {
        makers = PackedOrders.room(count);
        next = from;
        for (uint256 i; i < count; ++i) {
            Maker memory maker = makers[i];
            address wallet;
            bytes calldata signature;
            (wallet, signature, next) = maker.readMaker(batch, next);
            maker.flaw = makerFlaw(ledger, t, maker.order, wallet, signature);
        }
    }

    /// @notice Why the order, just read, cannot meet this taker at all; empty when it may be tried.
    function makerFlaw(
        Ledger storage ledger,
        Taking memory t,
        Order memory order,
        address wallet,
        bytes calldata signature
    ) internal view returns (bytes memory reason) {
        order.market = t.market;
        reason = _termsFlaw(t, order);
        if (reason.length == 0) reason = ledger.signatureFlaw(order, order.digest(t.domain), wallet, signature);
    }

    /// @notice Fills one maker, who has no flaw, as far as both sides allow.
    /// @return reason The encoded error when he cannot be filled; nothing is written then.
    function fillMaker(
        Ledger storage ledger,
        Taking memory t,
        Maker memory maker
    ) internal returns (bytes memory reason) {
        Size size;
        (size, reason) = loadMaker(ledger, t, maker);
        if (reason.length == 0 && t.gate != address(0)) reason = _gateFlaw(ledger, t, size);
        if (reason.length == 0) reason = fillMaker(ledger, t, maker, size);
    }

    /// @notice Reads the maker's account into `t.maker`, and says how much of his order can be filled now, or why none.
    function loadMaker(
        Ledger storage ledger,
        Taking memory t,
        Maker memory maker
    ) internal returns (Size size, bytes memory reason) {
        Party memory party = t.maker;
        if (t.left == NO_SIZE) return (size, refusal(ITrading.NothingFilled.selector));
        Order memory order = maker.order;
        AccountWord account = CashLib.read(ledger.accounts[order.account]);
        reason = account.groupFlaw(order.account, t.market);
        if (reason.length != 0) return (size, reason);
        ledger.loadParty(party, account, order.account, t.market, t.quotes);
        Size held = party.before.size;
        if (t.losersOnly && ((held != NO_SIZE && held.isLong() == t.buys) || party.wonElsewhere())) {
            return (size, refusal(ILiquidation.WinningSideLocked.selector, arg(order.account), arg(t.market)));
        }
        size = ledger.remaining(account, order);
        if (size == NO_SIZE) return (size, _void(order));
        size = minSize(size, t.left);
        if (maker.max != NO_SIZE) size = minSize(size, maker.max);
        if (order.reduceOnly) size = _reducible(party, !t.buys, size);
        if (size == NO_SIZE) reason = refusal(ITrading.NothingToReduce.selector, arg(order.account));
    }

    /// @notice Fills `size` of the order of `maker`, whose account `loadMaker` read.
    /// @return reason The encoded error when it cannot be filled; nothing is written then.
    function fillMaker(
        Ledger storage ledger,
        Taking memory t,
        Maker memory maker,
        Size size
    ) internal returns (bytes memory reason) {
        Party memory party = t.maker;
        Size interest = t.interest - _longer(t.taker);
        t.before.setTraded(t.taker);
        Deal memory deal = _trade(t, size, maker.order.limit);
        interest = interest + _longer(t.taker) + _longer(party);

        reason = _tooSmall(t, party, deal.notional);
        if (reason.length == 0) reason = _partyFlaw(t, party, interest, t.interest);
        if (reason.length == 0 && !t.strict) reason = _partyFlaw(t, t.taker, interest, t.interestBefore);
        Position position;
        Money cash;
        if (reason.length == 0) {
            (reason, position, cash) = ledger.tryStoreParty(party, t.market, t.quote, maker.hint);
        }
        if (reason.length != 0) {
            t.taker.setTraded(t.before);
            return reason;
        }

        t.interest = interest;
        _book(ledger, t, maker.order.salt, deal, position, cash);
    }

    /// @notice Checks (unless done with every fill) and stores the taker, and books interest, funding and fees of the
    /// match.
    function end(Ledger storage ledger, Taking memory t, NodeId hint) internal {
        Market storage market = ledger.markets[t.market];
        if (t.strict) {
            bytes memory reason = _partyFlaw(t, t.taker, t.interest, t.interestBefore);
            if (reason.length != 0) revertWith(reason);
        }
        (bytes memory unplaced, Position position, Money cash) = ledger.tryStoreParty(t.taker, t.market, t.quote, hint);
        if (unplaced.length != 0) revertWith(unplaced);
        t.taker.position = position;
        (Price funding, int256 rate) = market.bookFill(t.params, t.quote.mark, t.premium, t.notional, t.interest);
        collectFees(ledger, t.fees);
        _report(t, cash, funding, rate);
    }

    function _report(Taking memory t, Money cash, Price funding, int256 rate) private {
        Party memory taker = t.taker;
        emit ITrading.Matched(
            t.market,
            taker.id,
            taker.leg.size,
            taker.position,
            cash,
            t.salt,
            t.filled,
            funding,
            rate,
            t.interest
        );
    }

    /// @notice Fees wait to be split; during a recovery they heal the shortfall instead.
    function collectFees(Ledger storage ledger, Money fees) internal {
        ledger.recovery.fees += ledger.recovery.heal(fees).toUint72();
    }

    /// @notice Reports a maker order that was passed over.
    function skipped(Order memory order, bytes memory reason) internal {
        emit ITrading.OrderSkipped(order.account, order.salt, reason);
    }

    /// @dev Reads the taker's order into `order`, and begins to take by it.
    function _beginOrder(
        Ledger storage ledger,
        Taking memory t,
        Order memory order,
        bytes calldata batch,
        uint256 from
    ) private returns (bytes memory reason, uint256 next) {
        address wallet;
        bytes calldata signature;
        (wallet, signature, next) = order.readOrder(batch, from);
        reason = _takerFlaw(ledger, t, order, wallet, signature);
        if (reason.length == 0) reason = _beginRest(ledger, t, order);
    }

    /// @dev Why the order, just read, cannot take at all; empty when it may begin.
    function _takerFlaw(
        Ledger storage ledger,
        Taking memory t,
        Order memory order,
        address wallet,
        bytes calldata signature
    ) private view returns (bytes memory reason) {
        order.market = t.market;
        (t.buys, t.limit) = (order.size.isLong(), order.limit);
        reason = open(ledger, t);
        if (reason.length != 0) return reason;
        if (order.use == Use.MAKER) return refusal(ITrading.NotATakerOrder.selector);
        reason = order.orderFlaw(t.params.takerFee(), t.submitter, t.quote.mark);
        if (reason.length == 0) reason = ledger.signatureFlaw(order, order.digest(t.domain), wallet, signature);
    }

    /// @dev Begins to take what is left of the order.
    function _beginRest(
        Ledger storage ledger,
        Taking memory t,
        Order memory order
    ) private returns (bytes memory reason) {
        AccountWord account = CashLib.read(ledger.accounts[order.account]);
        t.left = ledger.remaining(account, order);
        if (t.left == NO_SIZE) return _void(order);
        return begin(ledger, t, account, order.account, order.reduceOnly);
    }

    /// @dev Where what follows `count` makers begins.
    function _passMakers(bytes calldata batch, uint256 from, uint256 count) private pure returns (uint256 next) {
        next = from;
        Maker memory maker;
        for (uint256 i; i < count; ++i) (, , next) = maker.readMaker(batch, next);
    }

    /// @dev Fills the makers in order. One that fails is reported, or when the match is strict ends all with its error.
    function _fillAll(
        Ledger storage ledger,
        Taking memory t,
        bytes calldata batch,
        uint256 from,
        uint256 count
    ) private returns (uint256 next) {
        Maker[] memory makers;
        (makers, next) = readMakers(ledger, t, batch, from, count);
        for (uint256 i; i < count; ++i) {
            Maker memory maker = makers[i];
            bytes memory reason = maker.flaw;
            if (reason.length == 0) reason = fillMaker(ledger, t, maker);
            if (reason.length == 0) continue;
            if (t.strict) revertWith(reason);
            skipped(maker.order, reason);
        }
    }

    /// @dev Why the order cannot meet this taker at all, but for its signature; empty when it may be tried.
    function _termsFlaw(Taking memory t, Order memory order) private view returns (bytes memory reason) {
        (Price limit, Price mark) = (order.limit, t.quote.mark);
        reason = order.orderFlaw(t.params.makerFee(), t.submitter, mark);
        if (reason.length != 0) return reason;
        if (order.use == Use.TAKER) return refusal(ITrading.NotAMakerOrder.selector);
        if (order.size.isLong() == t.buys) return refusal(ITrading.SameDirection.selector);
        address owner = order.account.owner();
        if (owner == t.taker.id.owner()) return refusal(ITrading.SameOwner.selector, arg(owner));
        if (t.buys ? limit > t.limit : limit < t.limit) {
            return refusal(ITrading.LimitNotMet.selector, arg(t.limit), arg(limit));
        }
        if ((limit - mark).abs() > priceShareDown(mark, t.params.priceBand())) {
            return refusal(ITrading.OutsidePriceBand.selector, arg(limit), arg(mark));
        }
    }

    /// @dev Trades both sides in memory.
    function _trade(Taking memory t, Size size, Price price) private pure returns (Deal memory deal) {
        (deal.size, deal.price, deal.notional) = (size, price, notionalUp(size, price));
        deal.makerFee = shareUp(deal.notional, t.params.makerFee());
        deal.takerFee = shareUp(deal.notional, t.params.takerFee());
        Size bought = t.buys ? size : -size;
        t.maker.trade(t.quote, -bought, price, deal.makerFee);
        t.taker.trade(t.quote, bought, price, deal.takerFee);
    }

    /// @dev Books the fill of `deal`, after which the maker has `position` and `cash`.
    function _book(
        Ledger storage ledger,
        Taking memory t,
        uint64 salt,
        Deal memory deal,
        Position position,
        Money cash
    ) private {
        AccountId maker = t.maker.id;
        Size filled = ledger.bookFill(maker, salt, deal.size);
        t.left = t.left - deal.size;
        t.fees = t.fees + deal.makerFee + deal.takerFee;
        t.notional = t.notional + deal.notional;
        t.premium = t.premium + valueDown(deal.size, deal.price - t.quote.mark);
        emit ITrading.Traded(
            t.market,
            t.taker.id,
            maker,
            t.buys ? deal.size : -deal.size,
            deal.price,
            deal.takerFee,
            deal.makerFee,
            salt,
            filled,
            position,
            cash
        );
    }

    function _void(Order memory order) private pure returns (bytes memory) {
        return refusal(ITrading.OrderCancelledOrFilled.selector, arg(order.account), order.salt);
    }

    /// @dev Why neither or only one side of a fill of `size` may grow by it: pause or access gate.
    function _gateFlaw(Ledger storage ledger, Taking memory t, Size size) private view returns (bytes memory reason) {
        if (_reducible(t.maker, !t.buys, size) != size) {
            reason = GateLib.increaseFlaw(ledger, t.gate, t.market, t.maker.id);
        }
        if (reason.length == 0 && _reducible(t.taker, t.buys, size) != size) {
            reason = GateLib.increaseFlaw(ledger, t.gate, t.market, t.taker.id);
        }
    }

    /// @dev Why a party may not stand as it is now: its margin.
    /// @param before Open interest before what led to it: only what raises it meets the raised rate and the cap.
    function _partyFlaw(
        Taking memory t,
        Party memory party,
        Size interest,
        Size before
    ) private pure returns (bytes memory) {
        return party.marginFlaw(t.quote, t.params, interest > before ? interest : NO_SIZE);
    }

    /// @dev By how much a party's long position grew.
    function _longer(Party memory party) private pure returns (Size) {
        return party.leg.size.long() - party.before.size.long();
    }

    /// @dev How much of `wanted` only shrinks the party's position when it buys, or sells.
    function _reducible(Party memory party, bool buys, Size wanted) private pure returns (Size) {
        if (party.leg.size == NO_SIZE || party.leg.size.isLong() == buys) return NO_SIZE;
        return minSize(wanted, party.leg.size.abs());
    }

    /// @dev A fill below the minimum is only allowed when it closes the maker's or the taker's position.
    function _tooSmall(Taking memory t, Party memory maker, Money notional) private pure returns (bytes memory reason) {
        Money minimum = toMoney(t.params.minNotional());
        if (notional >= minimum || maker.leg.size == NO_SIZE || t.taker.leg.size == NO_SIZE) return reason;
        return refusal(ITrading.FillTooSmall.selector, arg(notional), arg(minimum));
    }
}
