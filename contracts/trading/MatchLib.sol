// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {PauseLib} from "../governance/PauseLib.sol";
import {IAccounts} from "../interfaces/IAccounts.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
import {ILiquidation} from "../interfaces/ILiquidation.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Fill, Match, Order, SignedOrder} from "../interfaces/Orders.sol";
import {Account, Ledger, Market, MarketStatus, PauseLevel} from "../Ledger.sol";
import {Leg, PositionLib} from "../position/PositionLib.sol";
import {RecoveryLib} from "../position/RecoveryLib.sol";
import {Party, TradeLib} from "../position/TradeLib.sol";
import {FundingLib} from "../prices/FundingLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {notionalUp, priceShareDown, shareUp, valueDown} from "../types/Arithmetic.sol";
import {MarketId} from "../types/MarketId.sol";
import {Money, toMoney} from "../types/Money.sol";
import {NodeId} from "../types/NodeId.sol";
import {Params, ParamsLib} from "../types/Params.sol";
import {Price} from "../types/Price.sol";
import {arg, refusal, revertWith} from "../types/Refusal.sol";
import {NO_SIZE, Size, minSize, toSize} from "../types/Size.sol";
import {OrderLib} from "./OrderLib.sol";

/// @dev The taker's side while makers are filled one after the other.
struct Taking {
    MarketId market;
    /// EIP-712 domain separator, and who submitted the match.
    bytes32 domain;
    address submitter;
    Quote[] quotes;
    Quote quote;
    Party taker;
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
    /// Only reductions (pause).
    bool onlyReductions;
    /// The taker is checked with every fill, not at the end.
    bool checkEachFill;
    /// In a lock: who takes a losing leg must not leave the winning side by it.
    bool losersOnly;
}

/// @dev One fill in memory, and the taker as he was before, should it fail.
struct Deal {
    Size size;
    Price price;
    Money notional;
    Money makerFee;
    Money takerFee;
    Leg leg;
    Money cashDelta;
    bool onlyReduces;
}

/// @title Matching: one taker against maker orders at the makers' limits
/// @notice Signatures are checked before any fill of a match: until then only a protected deposit may have
/// been cut to its cash (CashLib). A maker that fails returns its error, to revert with or
/// to skip.
library MatchLib {
    using FundingLib for Market;
    using OrderLib for Ledger;
    using PositionLib for Leg;
    using RecoveryLib for *;
    using TradeLib for Account;
    using TradeLib for Ledger;
    using TradeLib for Party;

    /// @notice A taker's side of `market` at `quotes`, submitted by the caller.
    function taking(
        Quote[] memory quotes,
        MarketId market,
        bool buys,
        Price limit
    ) internal view returns (Taking memory t) {
        (t.quotes, t.domain, t.submitter) = (quotes, OrderLib.domain(), msg.sender);
        (t.market, t.buys, t.limit) = (market, buys, limit);
    }

    /// @notice Runs one match: checks all signatures, fills the makers in order, then stores the taker.
    /// @param strict The first maker that fails ends the match with its error, to revert with. Else it is skipped and
    /// reported, and the taker is checked with every fill, so that a match fills as far as both sides can.
    /// @return reason Why the match cannot begin; nothing is written then.
    function run(
        Ledger storage ledger,
        Match calldata m,
        Quote[] memory quotes,
        bool strict
    ) internal returns (bytes memory reason) {
        Order calldata order = m.taker.order;
        Taking memory t = taking(quotes, order.market, order.size.isLong(), order.limit);
        if (!order.taker) return refusal(ITrading.NotATakerOrder.selector);
        reason = ledger.orderFlaw(
            m.taker,
            digest(t.domain, order),
            ledger.markets[order.market].params.takerFee,
            t.submitter
        );
        if (reason.length != 0) return reason;
        Account storage account = ledger.accounts[order.account];
        t.left = ledger.remaining(account, order);
        if (t.left == NO_SIZE) return _void(order);
        t.checkEachFill = !strict;
        reason = begin(ledger, t, account, order.account, order.reduceOnly);
        if (reason.length != 0) return reason;

        Size wanted = t.left;
        _fillAll(ledger, t, m.fills, strict);
        if (t.left == wanted) return refusal(ITrading.NothingFilled.selector);
        emit ITrading.OrderFilled(
            order.account,
            order.salt,
            ledger.bookFill(order.account, order.salt, wanted - t.left)
        );
        end(ledger, t, m.hint);
    }

    /// @notice The account `id` begins to take, as `t` says so far: market, quotes, direction, limit and what is left.
    /// @return reason The encoded error when it cannot.
    function begin(
        Ledger storage ledger,
        Taking memory t,
        Account storage account,
        AccountId id,
        bool reduceOnly
    ) internal returns (bytes memory reason) {
        Market storage market = ledger.markets[t.market];
        if (market.status != MarketStatus.OPEN) {
            return refusal(ITrading.MarketNotOpen.selector, arg(t.market));
        }
        t.quote = t.quotes[t.market.index()];
        if (!t.quote.fresh) return refusal(ITrading.PriceNotFresh.selector, arg(t.market));
        reason = account.groupFlaw(id, t.market);
        if (reason.length != 0) return reason;

        ledger.loadParty(t.taker, id, t.market, t.quotes);
        t.interest = toSize(market.openInterest);
        t.interestBefore = t.interest;
        t.params = ParamsLib.read(market.params);
        t.onlyReductions = PauseLib.level(ledger, t.market) >= PauseLevel.NO_NEW_RISK;
        if (reduceOnly) t.left = _reducible(t.taker, t.buys, t.left);
        if (t.left == NO_SIZE) return refusal(ITrading.NothingToReduce.selector, arg(id));
    }

    /// @notice `makerFlaw` of each fill's order: before the first is filled, because it may call a wallet.
    function makerFlaws(
        Ledger storage ledger,
        Taking memory t,
        Fill[] calldata fills
    ) internal view returns (bytes[] memory flaws) {
        flaws = new bytes[](fills.length);
        for (uint256 i; i < flaws.length; ++i) flaws[i] = makerFlaw(ledger, t, fills[i].maker);
    }

    /// @notice Why the maker order cannot meet this taker at all (signature included); empty when it may be tried.
    function makerFlaw(
        Ledger storage ledger,
        Taking memory t,
        SignedOrder calldata maker
    ) internal view returns (bytes memory reason) {
        Order calldata order = maker.order;
        reason = ledger.orderFlaw(maker, digest(t.domain, order), t.params.makerFee(), t.submitter);
        if (reason.length != 0) return reason;
        MarketId market = order.market;
        if (market != t.market) return refusal(ITrading.WrongMarket.selector, arg(t.market), arg(market));
        if (order.taker) return refusal(ITrading.NotAMakerOrder.selector);
        if (order.size.isLong() == t.buys) return refusal(ITrading.SameDirection.selector);
        address owner = order.account.owner();
        if (owner == t.taker.id.owner()) return refusal(ITrading.SameOwner.selector, arg(owner));
        (Price limit, Price mark) = (order.limit, t.quote.mark);
        if (t.buys ? limit > t.limit : limit < t.limit) {
            return refusal(ITrading.LimitNotMet.selector, arg(t.limit), arg(limit));
        }
        if ((limit - mark).abs() > priceShareDown(mark, t.params.priceBand())) {
            return refusal(ITrading.OutsidePriceBand.selector, arg(limit), arg(mark));
        }
    }

    /// @notice Fills one maker order, already checked by `makerFlaw`, as far as both sides allow.
    /// @return reason The encoded error when it cannot be filled; nothing is written then.
    function fillMaker(Ledger storage ledger, Taking memory t, Fill calldata f) internal returns (bytes memory reason) {
        Party memory maker;
        Size size;
        (size, reason) = loadMaker(ledger, t, f, maker);
        if (reason.length == 0) reason = fillMaker(ledger, t, f, maker, size);
    }

    /// @notice Reads the maker into memory, and says how much of his order can be filled now, or why none.
    /// @param maker Must be empty.
    function loadMaker(
        Ledger storage ledger,
        Taking memory t,
        Fill calldata f,
        Party memory maker
    ) internal returns (Size size, bytes memory reason) {
        if (t.left == NO_SIZE) return (size, refusal(ITrading.NothingFilled.selector));
        Order calldata order = f.maker.order;
        Account storage account = ledger.accounts[order.account];
        reason = account.groupFlaw(order.account, t.market);
        if (reason.length != 0) return (size, reason);
        ledger.loadParty(maker, order.account, t.market, t.quotes);
        Size held = maker.before.size;
        if (t.losersOnly && held != NO_SIZE && held.isLong() == t.buys) {
            return (size, refusal(ILiquidation.WinningSideLocked.selector, arg(order.account), arg(t.market)));
        }
        size = ledger.remaining(account, order);
        if (size == NO_SIZE) return (size, _void(order));
        size = _fillable(t, maker, order, size, f.size);
        if (size != NO_SIZE) return (size, reason);
        reason =
            f.size == 0
                ? refusal(IAccounts.ZeroAmount.selector)
                : refusal(ITrading.NothingToReduce.selector, arg(order.account));
    }

    /// @notice Fills `size` of the order of `maker`, as `loadMaker` read it.
    /// @return reason The encoded error when it cannot be filled; nothing is written then.
    function fillMaker(
        Ledger storage ledger,
        Taking memory t,
        Fill calldata f,
        Party memory maker,
        Size size
    ) internal returns (bytes memory reason) {
        Order calldata order = f.maker.order;
        Deal memory deal;
        (deal.size, deal.price) = (size, order.limit);
        Size interest = t.interest - _longer(t.taker);
        _trade(t, maker, deal);
        interest = interest + _longer(t.taker) + _longer(maker);

        reason = _tooSmall(t, maker, deal.notional);
        if (reason.length == 0) reason = partyFlaw(ledger, t, maker, interest, t.interest);
        if (reason.length == 0 && t.checkEachFill) reason = partyFlaw(ledger, t, t.taker, interest, t.interestBefore);
        if (reason.length != 0) {
            (t.taker.leg, t.taker.cashDelta, t.taker.onlyReduces) = (deal.leg, deal.cashDelta, deal.onlyReduces);
            return reason;
        }

        ledger.storeParty(maker, t.market, t.quote, f.hint);
        t.interest = interest;
        _book(ledger, t, maker.id, order.salt, deal);
    }

    /// @notice Checks (unless done with every fill) and stores the taker, and books interest, funding and fees of the
    /// match.
    function end(Ledger storage ledger, Taking memory t, NodeId hint) internal {
        Market storage market = ledger.markets[t.market];
        if (!t.checkEachFill) {
            bytes memory reason = partyFlaw(ledger, t, t.taker, t.interest, t.interestBefore);
            if (reason.length != 0) revertWith(reason);
        }
        ledger.storeParty(t.taker, t.market, t.quote, hint);
        (Price funding, int256 rate) = market.bookFill(t.params, t.quote.mark, t.premium, t.notional, t.interest);
        collectFees(ledger, t.fees);
        emit ITrading.FundingChanged(t.market, funding, rate, t.interest);
    }

    /// @notice Why a party may not stand as it is now: pause or margin.
    /// @param before Open interest before what led to it: only what raises it meets the raised rate and the cap.
    function partyFlaw(
        Ledger storage ledger,
        Taking memory t,
        Party memory party,
        Size interest,
        Size before
    ) internal view returns (bytes memory) {
        if (t.onlyReductions && !party.onlyReduces) {
            return refusal(IGovernance.PausedAt.selector, uint256(PauseLib.level(ledger, t.market)));
        }
        return party.marginFlaw(t.quote, t.params, interest > before ? interest : NO_SIZE);
    }

    /// @notice Fees wait to be split; during a recovery they heal the shortfall instead.
    function collectFees(Ledger storage ledger, Money fees) internal {
        ledger.recovery.fees += ledger.recovery.heal(fees).toUint72();
    }

    /// @notice Reports a maker order that was passed over.
    function skipped(Order calldata order, bytes memory reason) internal {
        emit ITrading.OrderSkipped(order.account, order.salt, reason);
    }

    /// @notice EIP-712 digest of an order.
    function digest(bytes32 domain, Order calldata order) internal pure returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(domain, OrderLib.hash(order));
    }

    /// @dev Fills the makers in order. One that fails is reported, or when `strict` ends all with its error.
    function _fillAll(Ledger storage ledger, Taking memory t, Fill[] calldata fills, bool strict) private {
        bytes[] memory flaws = makerFlaws(ledger, t, fills);
        for (uint256 i; i < flaws.length; ++i) {
            Fill calldata f = fills[i];
            bytes memory reason = flaws[i];
            if (reason.length == 0) reason = fillMaker(ledger, t, f);
            if (reason.length == 0) continue;
            if (strict) revertWith(reason);
            skipped(f.maker.order, reason);
        }
    }

    /// @dev Trades both sides in memory, and remembers what the taker was.
    function _trade(Taking memory t, Party memory maker, Deal memory deal) private pure {
        deal.notional = notionalUp(deal.size, deal.price);
        deal.makerFee = shareUp(deal.notional, t.params.makerFee());
        deal.takerFee = shareUp(deal.notional, t.params.takerFee());
        deal.leg.set(t.taker.leg);
        (deal.cashDelta, deal.onlyReduces) = (t.taker.cashDelta, t.taker.onlyReduces);
        Size bought = t.buys ? deal.size : -deal.size;
        maker.trade(t.quote, -bought, deal.price, deal.makerFee);
        t.taker.trade(t.quote, bought, deal.price, deal.takerFee);
    }

    function _book(Ledger storage ledger, Taking memory t, AccountId maker, uint64 salt, Deal memory deal) private {
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
            filled
        );
    }

    function _void(Order calldata order) private pure returns (bytes memory) {
        return refusal(ITrading.OrderCancelledOrFilled.selector, arg(order.account), order.salt);
    }

    /// @dev By how much a party's long position grew.
    function _longer(Party memory party) private pure returns (Size) {
        return party.leg.size.long() - party.before.size.long();
    }

    /// @dev How much of a maker order, `left` to fill, can be filled now: at most what the taker has left, and `max`.
    function _fillable(
        Taking memory t,
        Party memory maker,
        Order calldata order,
        Size left,
        uint256 max
    ) private pure returns (Size size) {
        size = left;
        if (order.reduceOnly) size = _reducible(maker, !t.buys, size);
        size = minSize(size, t.left);
        if (max < size.toUint()) size = toSize(max);
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
