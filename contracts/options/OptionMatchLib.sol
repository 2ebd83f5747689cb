// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {GateLib} from "../governance/GateLib.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Order, Use} from "../interfaces/Orders.sol";
import {Ledger, Market} from "../Ledger.sol";
import {CashLib} from "../position/CashLib.sol";
import {Party, TradeLib} from "../position/TradeLib.sol";
import {FundingLib} from "../prices/FundingLib.sol";
import {MatchLib} from "../trading/MatchLib.sol";
import {OrderLib} from "../trading/OrderLib.sol";
import {Maker, PackedOrders} from "../trading/PackedOrders.sol";
import {AccountId} from "../types/AccountId.sol";
import {AccountWord} from "../types/AccountWord.sol";
import {notionalUp, priceShareDown, shareUp, valueDown} from "../types/Arithmetic.sol";
import {MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY, minMoney, toMoney} from "../types/Money.sol";
import {NodeId} from "../types/NodeId.sol";
import {Position} from "../types/Position.sol";
import {Price} from "../types/Price.sol";
import {arg, refusal, revertWith} from "../types/Refusal.sol";
import {NO_SIZE, Size, minSize, toSize} from "../types/Size.sol";
import {OptionLedger} from "./OptionLedger.sol";
import {Tally} from "./IMarginDesk.sol";
import {Desk, OptionPartyLib} from "./OptionPartyLib.sol";
import {PERPETUAL} from "./SeriesId.sol";

/// @dev The taker's side of a match while makers are filled one after the other.
struct Bid {
    Desk desk;
    /// EIP-712 domain separator, and who submitted the match.
    bytes32 domain;
    address submitter;
    Party taker;
    /// Room for a maker, and for the taker as he was before a fill.
    Party maker;
    Party before;
    /// Unless strict: the taker's account without his leg, as the margin module has it.
    bytes rest;
    /// What is left to take of what he wanted, magnitudes; and which way he trades.
    Size left;
    Size wanted;
    bool buys;
    Price limit;
    /// Open interest before and so far, fees of both sides, and notional and premium over mark for funding.
    Size interestBefore;
    Size interest;
    Money fees;
    Money notional;
    Money premium;
    /// What has a say before a position grows, see GateLib; zero: nothing.
    address gate;
    /// The first maker that fails ends the match, and the taker is checked at the end of his run.
    bool strict;
    /// Strict, with one maker: he is checked with the taker, as marks of series that both hold are then computed once.
    bool together;
    Run run;
    /// The taker's order, and what is filled of it in all; zero when he has none.
    uint64 salt;
    Size filled;
}

/// @dev Consecutive matches of a strict batch with the same taker: a spread. He is checked once, after the last one, by
/// all that they did.
struct Run {
    AccountId taker;
    /// How he stood before the first of them; none: there is one match only.
    Tally[] before;
    /// All that he did so far only reduced.
    bool onlyReduces;
    /// See OptionPartyLib.raisedBy: of all his legs so far.
    Money raised;
    /// The next match is his too.
    bool goesOn;
}

/// @dev One fill in memory.
struct OptionDeal {
    Size size;
    Price price;
    /// In the underlying; of perpetual and future at the price.
    Money notional;
    Money makerFee;
    Money takerFee;
}

/// @title Matching in an option group: one taker against maker orders at the makers' limits
/// @notice As MatchLib, with the same orders and rules, but for margin (OptionPartyLib), fees of options, and the runs
/// of a strict batch. Signatures are checked before any fill of a match.
library OptionMatchLib {
    using FundingLib for Market;
    using OptionPartyLib for *;
    using OrderLib for Ledger;
    using OrderLib for Order;
    using PackedOrders for bytes;
    using PackedOrders for Maker;
    using PackedOrders for Order;
    using TradeLib for AccountWord;
    using TradeLib for Party;

    /// @notice An option's fee is at most this share of its premium, ppm: 12.5%.
    uint256 internal constant PREMIUM_SHARE = 125_000;

    /// @dev Where the taker's account stands in a match.
    uint256 private constant TAKER = 11;

    /// @notice A match at the desk, submitted by the caller.
    function bid(Desk memory d, bytes32 domain, Run memory run_, bool strict) internal view returns (Bid memory b) {
        (b.desk, b.domain, b.run, b.strict, b.submitter) = (d, domain, run_, strict, msg.sender);
    }

    /// @notice Runs the match at `from` of the batch. When it is strict, the first maker that fails reverts with its
    /// error. Else such makers are skipped and reported, and the taker is checked with every fill.
    /// @param b At the series of the match.
    /// @return reason Why the match cannot begin; nothing is written then. next: where the next match begins.
    function run(
        Ledger storage ledger,
        OptionLedger storage options,
        Bid memory b,
        bytes calldata batch,
        uint256 from
    ) internal returns (bytes memory reason, uint256 next) {
        uint256 count;
        NodeId hint;
        (count, hint, next) = batch.readMatch(from);
        Order memory order = PackedOrders.room(1)[0].order;
        (reason, next) = _beginOrder(ledger, b, order, batch, next);
        if (reason.length != 0) return (reason, _passMakers(batch, next, count));

        b.wanted = b.left;
        next = _fillAll(ledger, options, b, batch, next, count);
        if (b.left == b.wanted) return (refusal(ITrading.NothingFilled.selector), next);
        _bookTaker(ledger, b, order);
        end(ledger, options, b, hint);
    }

    /// @notice The series `market` as it is now: its quote, open interest and pause.
    /// @return reason The encoded error when nobody can trade in it.
    function open(Ledger storage ledger, Bid memory b, MarketId market) internal returns (bytes memory reason) {
        reason = b.desk.turnTo(market);
        if (reason.length != 0) return reason;
        b.interest = toSize(ledger.markets[market].openInterest);
        b.interestBefore = b.interest;
        MarketId perpetual = _group(b);
        b.gate = GateLib.gateOf(ledger, ledger.markets[perpetual], perpetual);
    }

    /// @notice The account `id` begins to take in a series that is `open`.
    /// @return reason The encoded error when it cannot.
    function begin(
        Ledger storage ledger,
        Bid memory b,
        AccountId id,
        bool reduceOnly
    ) internal returns (bytes memory reason) {
        reason = _load(ledger, b.desk, b.taker, id, CashLib.read(ledger.accounts[id]));
        if (reason.length != 0) return reason;
        if (reduceOnly) b.left = _reducible(b.taker, b.buys, b.left);
        if (b.left == NO_SIZE) return refusal(ITrading.NothingToReduce.selector, arg(id));
        if (b.strict) return reason;
        b.rest = id.restOf(b.desk);
    }

    /// @notice Why the order, just read, cannot meet this taker at all; empty when it may be tried.
    function makerFlaw(
        Ledger storage ledger,
        Bid memory b,
        Order memory order,
        address wallet,
        bytes calldata signature
    ) internal view returns (bytes memory reason) {
        order.market = b.desk.market;
        reason = _termsFlaw(b, order);
        if (reason.length == 0) reason = ledger.signatureFlaw(order, order.digest(b.domain), wallet, signature);
    }

    /// @notice Fills one maker, who has no flaw, as far as both sides allow.
    /// @return reason The encoded error when he cannot be filled; nothing is written then.
    function fillMaker(
        Ledger storage ledger,
        OptionLedger storage options,
        Bid memory b,
        Maker memory maker
    ) internal returns (bytes memory reason) {
        Size size;
        (size, reason) = _loadMaker(ledger, b, maker);
        if (reason.length == 0) reason = _fill(ledger, options, b, maker, size);
    }

    /// @notice Checks the taker (in a strict match: if his run ends here), stores him, and books interest, funding and
    /// fees of the match.
    function end(Ledger storage ledger, OptionLedger storage options, Bid memory b, NodeId hint) internal {
        if (b.strict) _requireTaker(ledger, b);
        (bytes memory unplaced, Position position, Money cash) = b.taker.tryStore(ledger, options, b.desk, hint);
        if (unplaced.length != 0) revertWith(unplaced);
        b.taker.position = position;
        Market storage book = ledger.markets[b.desk.market];
        Price funding;
        int256 rate;
        if (b.desk.index == PERPETUAL) {
            (funding, rate) = book.bookFill(b.desk.params, b.desk.quote.mark, b.premium, b.notional, b.interest);
        } else {
            b.desk.setInterest(ledger, b.interest);
        }
        b.desk.setLive(ledger, options, b.interestBefore, b.interest);
        MatchLib.collectFees(ledger, b.fees);
        _report(b, cash, funding, rate);
    }

    function _report(Bid memory b, Money cash, Price funding, int256 rate) private {
        Party memory taker = b.taker;
        emit ITrading.Matched(
            b.desk.market,
            taker.id,
            taker.leg.size,
            taker.position,
            cash,
            b.salt,
            b.filled,
            funding,
            rate,
            b.interest
        );
    }

    /// @dev Of a strict match: what holds of the leg alone, and at the end of the run the margin of all.
    function _requireTaker(Ledger storage ledger, Bid memory b) private {
        (Party memory taker, Run memory r) = (b.taker, b.run);
        bytes memory reason = _legFlaw(ledger, b, taker, b.interestBefore);
        if (reason.length != 0) revertWith(reason);
        r.raised = r.raised + taker.raisedBy(b.desk, _raised(b.interest, b.interestBefore));
        r.onlyReduces = r.onlyReduces && taker.onlyReduces;
        if (r.goesOn) {
            if (b.together) _requireMaker(b, b.maker.tallyStored(b.desk));
            return;
        }
        taker.onlyReduces = r.onlyReduces;
        Tally memory later;
        if (b.together) {
            Tally memory ofMaker;
            (later, ofMaker) = taker.tallyTwo(b.desk, b.maker);
            _requireMaker(b, ofMaker);
        } else {
            later = taker.tally(b.desk);
        }
        reason = taker.marginFlaw(b.desk, later, r.raised, r.before, false);
        if (reason.length != 0) revertWith(reason);
    }

    /// @dev The margin of the only maker of a strict match, who is stored.
    function _requireMaker(Bid memory b, Tally memory later) private {
        Money raised = b.maker.raisedBy(b.desk, _raised(b.interest, b.interestBefore));
        bytes memory reason = b.maker.marginFlaw(b.desk, later, raised, new Tally[](0), true);
        if (reason.length != 0) revertWith(reason);
    }

    /// @dev Why a party's leg may not stand as it is now: pause, access gate, size or cap.
    /// @param before Open interest before what led to it.
    function _legFlaw(
        Ledger storage ledger,
        Bid memory b,
        Party memory party,
        Size before
    ) private view returns (bytes memory) {
        if (b.gate != address(0) && !party.onlyReduces) {
            bytes memory reason = GateLib.increaseFlaw(ledger, b.gate, _group(b), party.id);
            if (reason.length != 0) return reason;
        }
        return party.legFlaw(b.desk, _raised(b.interest, before));
    }

    /// @dev The market whose pause is that of the group.
    function _group(Bid memory b) private pure returns (MarketId) {
        return MarketId.wrap(MarketId.unwrap(b.desk.market) | uint32(PERPETUAL));
    }

    /// @dev `later`, if the interest rose to it.
    function _raised(Size later, Size before) private pure returns (Size) {
        return later > before ? later : NO_SIZE;
    }

    /// @dev Takes an account that was read as `word` into `party`.
    /// @return reason The encoded error when it has positions in another group.
    function _load(
        Ledger storage ledger,
        Desk memory d,
        Party memory party,
        AccountId id,
        AccountWord word
    ) private returns (bytes memory reason) {
        if (word.open() != 0 && word.group() != d.group) {
            return refusal(ITrading.AccountInOtherGroup.selector, arg(id), arg(word.group()));
        }
        CashLib.refresh(ledger, ledger.accounts[id], id, word);
        party.load(ledger, d, id);
    }

    /// @dev Reads the taker's order into `order`, and begins to take by it.
    function _beginOrder(
        Ledger storage ledger,
        Bid memory b,
        Order memory order,
        bytes calldata batch,
        uint256 from
    ) private returns (bytes memory reason, uint256 next) {
        address wallet;
        bytes calldata signature;
        (wallet, signature, next) = order.readOrder(batch, from);
        reason = _takerFlaw(ledger, b, order, wallet, signature);
        if (reason.length != 0) return (reason, next);
        b.left = ledger.remaining(CashLib.read(ledger.accounts[order.account]), order);
        if (b.left == NO_SIZE) return (_void(order), next);
        reason = begin(ledger, b, order.account, order.reduceOnly);
    }

    /// @dev Why the order, just read, cannot take at all; empty when it may begin.
    function _takerFlaw(
        Ledger storage ledger,
        Bid memory b,
        Order memory order,
        address wallet,
        bytes calldata signature
    ) private returns (bytes memory reason) {
        MarketId market = b.desk.market;
        order.market = market;
        (b.buys, b.limit) = (order.size.isLong(), order.limit);
        reason = open(ledger, b, market);
        if (reason.length != 0) return reason;
        if (order.use == Use.MAKER) return refusal(ITrading.NotATakerOrder.selector);
        reason = order.orderFlaw(b.desk.params.takerFee(), b.submitter, b.desk.quote.mark);
        if (reason.length == 0) reason = ledger.signatureFlaw(order, order.digest(b.domain), wallet, signature);
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
        OptionLedger storage options,
        Bid memory b,
        bytes calldata batch,
        uint256 from,
        uint256 count
    ) private returns (uint256 next) {
        Maker[] memory makers;
        (makers, next) = _readMakers(ledger, b, batch, from, count);
        b.together = b.strict && count == 1;
        if (b.strict) _beginRun(b, batch, next);
        for (uint256 i; i < count; ++i) {
            Maker memory maker = makers[i];
            bytes memory reason = maker.flaw;
            if (reason.length == 0) reason = fillMaker(ledger, options, b, maker);
            if (reason.length == 0) continue;
            if (b.strict) revertWith(reason);
            MatchLib.skipped(maker.order, reason);
        }
    }

    /// @dev Whether the taker goes on in the match at `next`, and if so from where.
    function _beginRun(Bid memory b, bytes calldata batch, uint256 next) private {
        Run memory r = b.run;
        AccountId id = b.taker.id;
        if (r.taker != id || !r.goesOn) {
            (r.taker, r.onlyReduces, r.raised, r.before) = (id, true, NO_MONEY, new Tally[](0));
        }
        r.goesOn = _takerAt(batch, next) == id;
        if (!r.goesOn || r.before.length != 0) return;
        r.before = new Tally[](1);
        r.before[0] = b.taker.tallyBefore(b.desk, false);
    }

    /// @dev The taker's account of the match at `from`, as the bytes there say; none behind the end.
    function _takerAt(bytes calldata batch, uint256 from) private pure returns (AccountId) {
        uint256 start = from + TAKER;
        if (start + 24 > batch.length) return AccountId.wrap(0);
        return AccountId.wrap(uint192(bytes24(batch[start:start + 24])));
    }

    /// @dev Reads the makers, and why each cannot be filled: all before the first is filled, because a wallet may be
    /// called.
    function _readMakers(
        Ledger storage ledger,
        Bid memory b,
        bytes calldata batch,
        uint256 from,
        uint256 count
    ) private view returns (Maker[] memory makers, uint256 next) {
        makers = PackedOrders.room(count);
        next = from;
        for (uint256 i; i < count; ++i) {
            Maker memory maker = makers[i];
            address wallet;
            bytes calldata signature;
            (wallet, signature, next) = maker.readMaker(batch, next);
            maker.flaw = makerFlaw(ledger, b, maker.order, wallet, signature);
        }
    }

    /// @dev Why the order cannot meet this taker at all, but for its signature; empty when it may be tried.
    function _termsFlaw(Bid memory b, Order memory order) private view returns (bytes memory reason) {
        (Price limit, Price mark) = (order.limit, b.desk.quote.mark);
        reason = order.orderFlaw(b.desk.params.makerFee(), b.submitter, mark);
        if (reason.length != 0) return reason;
        if (order.use == Use.TAKER) return refusal(ITrading.NotAMakerOrder.selector);
        if (order.size.isLong() == b.buys) return refusal(ITrading.SameDirection.selector);
        address owner = order.account.owner();
        if (owner == b.taker.id.owner()) return refusal(ITrading.SameOwner.selector, arg(owner));
        if (b.buys ? limit > b.limit : limit < b.limit) {
            return refusal(ITrading.LimitNotMet.selector, arg(b.limit), arg(limit));
        }
        if ((limit - mark).abs() > priceShareDown(b.desk.forward, b.desk.params.priceBand())) {
            return refusal(ITrading.OutsidePriceBand.selector, arg(limit), arg(mark));
        }
    }

    /// @dev Reads the maker's account, and says how much of his order can be filled now, or why none.
    function _loadMaker(
        Ledger storage ledger,
        Bid memory b,
        Maker memory maker
    ) private returns (Size size, bytes memory reason) {
        if (b.left == NO_SIZE) return (size, refusal(ITrading.NothingFilled.selector));
        Order memory order = maker.order;
        AccountWord word = CashLib.read(ledger.accounts[order.account]);
        size = ledger.remaining(word, order);
        if (size == NO_SIZE) return (size, _void(order));
        reason = _load(ledger, b.desk, b.maker, order.account, word);
        if (reason.length != 0) return (size, reason);
        size = minSize(size, b.left);
        if (maker.max != NO_SIZE) size = minSize(size, maker.max);
        if (order.reduceOnly) size = _reducible(b.maker, !b.buys, size);
        if (size == NO_SIZE) reason = refusal(ITrading.NothingToReduce.selector, arg(order.account));
    }

    /// @dev Fills `size` of the order of `maker`, whose account was read.
    /// @return reason The encoded error when it cannot be filled; nothing is written then.
    function _fill(
        Ledger storage ledger,
        OptionLedger storage options,
        Bid memory b,
        Maker memory maker,
        Size size
    ) private returns (bytes memory reason) {
        Size interest = b.interest;
        b.before.setTraded(b.taker);
        OptionDeal memory deal = _trade(b, size, maker.order.limit);
        reason = _fillFlaw(ledger, b, interest, deal.notional);
        if (reason.length == 0) reason = _storeMaker(ledger, options, b, maker, deal);
        if (reason.length == 0) return reason;
        b.taker.setTraded(b.before);
        b.interest = interest;
    }

    /// @dev Writes the maker back, and books the fill of `deal`.
    function _storeMaker(
        Ledger storage ledger,
        OptionLedger storage options,
        Bid memory b,
        Maker memory maker,
        OptionDeal memory deal
    ) private returns (bytes memory reason) {
        Position position;
        Money cash;
        (reason, position, cash) = b.maker.tryStore(ledger, options, b.desk, maker.hint);
        if (reason.length == 0) _book(ledger, b, maker.order.salt, deal, position, cash);
    }

    /// @dev Why one of the sides may not stand after the fill of `notional`. `interest`: before it.
    function _fillFlaw(
        Ledger storage ledger,
        Bid memory b,
        Size interest,
        Money notional
    ) private returns (bytes memory reason) {
        reason = _tooSmall(b, notional);
        if (reason.length == 0) reason = _legFlaw(ledger, b, b.maker, interest);
        if (reason.length == 0 && !b.together) reason = _marginFlaw(b, b.maker, b.maker.tally(b.desk), interest);
        if (reason.length != 0 || b.strict) return reason;
        reason = _legFlaw(ledger, b, b.taker, b.interestBefore);
        if (reason.length == 0) reason = _marginFlaw(b, b.taker, b.taker.tallyOf(b.desk, b.rest), b.interestBefore);
    }

    /// @dev Why a party may not stand as it is now. `before`: open interest before what led to it.
    function _marginFlaw(
        Bid memory b,
        Party memory party,
        Tally memory later,
        Size before
    ) private returns (bytes memory) {
        Money raised = party.raisedBy(b.desk, _raised(b.interest, before));
        return party.marginFlaw(b.desk, later, raised, new Tally[](0), false);
    }

    /// @dev Trades both sides in memory, and what is open with it.
    function _trade(Bid memory b, Size size, Price price) private pure returns (OptionDeal memory deal) {
        Desk memory d = b.desk;
        (deal.size, deal.price) = (size, price);
        deal.notional = notionalUp(size, d.isOption ? d.place.mark : price);
        deal.makerFee = shareUp(deal.notional, d.params.makerFee());
        deal.takerFee = shareUp(deal.notional, d.params.takerFee());
        if (d.isOption) {
            // Of the mark, if that is higher: a sale for nothing would cost no fee.
            Price premium = price > d.quote.mark ? price : d.quote.mark;
            Money most = shareUp(notionalUp(size, premium), PREMIUM_SHARE);
            (deal.makerFee, deal.takerFee) = (minMoney(deal.makerFee, most), minMoney(deal.takerFee, most));
        }
        Size bought = b.buys ? size : -size;
        Size others = b.interest - _longer(b.taker);
        b.maker.trade(d.quote, -bought, price, deal.makerFee);
        b.taker.trade(d.quote, bought, price, deal.takerFee);
        b.interest = others + _longer(b.taker) + _longer(b.maker);
    }

    /// @dev Books the fill of `deal`, after which the maker has `position` and `cash`.
    function _book(
        Ledger storage ledger,
        Bid memory b,
        uint64 salt,
        OptionDeal memory deal,
        Position position,
        Money cash
    ) private {
        AccountId maker = b.maker.id;
        Size filled = ledger.bookFill(maker, salt, deal.size);
        b.left = b.left - deal.size;
        b.fees = b.fees + deal.makerFee + deal.takerFee;
        b.notional = b.notional + deal.notional;
        b.premium = b.premium + valueDown(deal.size, deal.price - b.desk.quote.mark);
        emit ITrading.Traded(
            b.desk.market,
            b.taker.id,
            maker,
            b.buys ? deal.size : -deal.size,
            deal.price,
            deal.takerFee,
            deal.makerFee,
            salt,
            filled,
            position,
            cash
        );
    }

    function _bookTaker(Ledger storage ledger, Bid memory b, Order memory order) private {
        (b.salt, b.filled) = (order.salt, ledger.bookFill(order.account, order.salt, b.wanted - b.left));
    }

    function _void(Order memory order) private pure returns (bytes memory) {
        return refusal(ITrading.OrderCancelledOrFilled.selector, arg(order.account), order.salt);
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
    function _tooSmall(Bid memory b, Money notional) private pure returns (bytes memory reason) {
        Money minimum = toMoney(b.desk.params.minNotional());
        bool closes = b.maker.leg.size == NO_SIZE || b.taker.leg.size == NO_SIZE;
        if (notional >= minimum || closes) return reason;
        return refusal(ITrading.FillTooSmall.selector, arg(notional), arg(minimum));
    }
}
