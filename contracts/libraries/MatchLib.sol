// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {Fill, IClearinghouse, Match, Order, SignedOrder} from "../interfaces/IClearinghouse.sol";
import {Ledger, Market, MarketStatus, PauseLevel} from "../Ledger.sol";
import {notionalUp, priceShareDown, shareUp, valueDown} from "../types/Arithmetic.sol";
import {AccountId} from "../types/AccountId.sol";
import {MarketId} from "../types/MarketId.sol";
import {Money, toMoney} from "../types/Money.sol";
import {NodeId} from "../types/NodeId.sol";
import {Price} from "../types/Price.sol";
import {NO_SIZE, Size, minSize, toSize} from "../types/Size.sol";
import {FundingLib} from "./FundingLib.sol";
import {Quote} from "./MarkLib.sol";
import {OrderLib} from "./OrderLib.sol";
import {PauseLib} from "./PauseLib.sol";
import {RecoveryLib} from "./RecoveryLib.sol";
import {Party, TradeLib} from "./TradeLib.sol";

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
    /// Open interest so far, fees of both sides, and notional and premium over mark for funding.
    Size interest;
    Money fees;
    Money notional;
    Money premium;
    uint256 takerFee;
    uint256 priceBand;
    /// Only reductions (pause).
    bool onlyReductions;
    /// The taker is checked with every fill, not at the end.
    bool checked;
    /// In a lock: who takes a losing leg must not leave the winning side by it.
    bool losersOnly;
}

/// @title Matching: one taker against maker orders at the makers' limits
/// @notice Signatures are checked before any state is written. A maker that fails returns its error, to revert with or to skip.
library MatchLib {
    using FundingLib for Market;
    using OrderLib for Ledger;
    using RecoveryLib for *;
    using TradeLib for Ledger;
    using TradeLib for Party;

    /// @notice Runs one match: checks all signatures, fills the makers in order, then stores the taker.
    /// @param strict The first maker that fails ends the match with its error, to revert with. Else it is skipped and reported, and the taker
    /// is checked with every fill, so that a match fills as far as both sides can.
    /// @return reason Why the match cannot begin; nothing is written then.
    function run(
        Ledger storage ledger,
        Match calldata m,
        Taking memory t,
        bool strict
    ) internal returns (bytes memory reason) {
        Order calldata order = m.taker.order;
        if (!order.taker) return abi.encodeWithSelector(IClearinghouse.NotATakerOrder.selector);
        reason = ledger.flaw(
            m.taker,
            digest(t.domain, order),
            ledger.markets[order.market].params.takerFee,
            t.submitter
        );
        if (reason.length != 0) return reason;
        (t.market, t.buys, t.limit) = (order.market, order.size.isLong(), order.limit);
        t.left = ledger.remaining(order.account, order.salt, order.size);
        t.checked = !strict;
        reason = begin(ledger, t, order.account, order.reduceOnly);
        if (reason.length != 0) return reason;

        Size wanted = t.left;
        bytes[] memory flaws = new bytes[](m.fills.length);
        for (uint256 i; i < flaws.length; ++i) flaws[i] = makerFlaw(ledger, t, m.fills[i].maker);
        for (uint256 i; i < flaws.length; ++i) {
            if (flaws[i].length == 0) flaws[i] = fill(ledger, t, m.fills[i]);
            if (flaws[i].length == 0) continue;
            if (strict) revertWith(flaws[i]);
            skipped(m.fills[i].maker.order, flaws[i]);
        }
        if (t.left == wanted) return abi.encodeWithSelector(IClearinghouse.NothingFilled.selector);
        ledger.fill(order, wanted - t.left);
        end(ledger, t, m.hint);
    }

    /// @notice The account `id` begins to take, as `t` says so far: market, quotes, direction, limit and what is left.
    /// @return reason The encoded error when it cannot.
    function begin(
        Ledger storage ledger,
        Taking memory t,
        AccountId id,
        bool reduceOnly
    ) internal returns (bytes memory reason) {
        Market storage market = ledger.markets[t.market];
        if (market.status != MarketStatus.OPEN) {
            return abi.encodeWithSelector(IClearinghouse.MarketNotOpen.selector, t.market);
        }
        t.quote = t.quotes[t.market.index()];
        if (!t.quote.fresh) return abi.encodeWithSelector(IClearinghouse.PriceNotFresh.selector, t.market);
        reason = ledger.groupFlaw(id, t.market);
        if (reason.length != 0) return reason;

        t.taker = ledger.load(id, t.market, t.quotes);
        t.interest = toSize(market.openInterest);
        t.takerFee = market.params.takerFee;
        t.priceBand = market.params.priceBand;
        t.onlyReductions = PauseLib.level(ledger, t.market) >= PauseLevel.NO_NEW_RISK;
        if (reduceOnly) t.left = _reducible(t.taker, t.buys, t.left);
        if (t.left == NO_SIZE) return abi.encodeWithSelector(IClearinghouse.NothingToReduce.selector, id);
    }

    /// @notice Why the maker order cannot meet this taker at all (signature included); empty when it may be tried.
    function makerFlaw(
        Ledger storage ledger,
        Taking memory t,
        SignedOrder calldata maker
    ) internal view returns (bytes memory reason) {
        Order calldata order = maker.order;
        uint24 fee = ledger.markets[t.market].params.makerFee;
        reason = ledger.flaw(maker, digest(t.domain, order), fee, t.submitter);
        if (reason.length != 0) return reason;
        if (order.market != t.market) {
            return abi.encodeWithSelector(IClearinghouse.WrongMarket.selector, t.market, order.market);
        }
        if (order.taker) return abi.encodeWithSelector(IClearinghouse.NotAMakerOrder.selector);
        if (order.size.isLong() == t.buys) return abi.encodeWithSelector(IClearinghouse.SameDirection.selector);
        if (order.account.owner() == t.taker.id.owner()) {
            return abi.encodeWithSelector(IClearinghouse.SameOwner.selector, order.account.owner());
        }
        if (t.buys ? order.limit > t.limit : order.limit < t.limit) {
            return abi.encodeWithSelector(IClearinghouse.LimitNotMet.selector, t.limit, order.limit);
        }
        if ((order.limit - t.quote.mark).abs() > priceShareDown(t.quote.mark, t.priceBand)) {
            return abi.encodeWithSelector(IClearinghouse.OutsidePriceBand.selector, order.limit, t.quote.mark);
        }
    }

    /// @notice Fills one maker order, already checked by `makerFlaw`, as far as both sides allow.
    /// @return reason The encoded error when it cannot be filled; nothing is written then.
    function fill(Ledger storage ledger, Taking memory t, Fill calldata f) internal returns (bytes memory reason) {
        if (t.left == NO_SIZE) return abi.encodeWithSelector(IClearinghouse.NothingFilled.selector);
        Order calldata order = f.maker.order;
        reason = ledger.groupFlaw(order.account, t.market);
        if (reason.length != 0) return reason;
        Party memory maker = ledger.load(order.account, t.market, t.quotes);
        if (t.losersOnly && maker.before.size.sameSide(t.buys ? toSize(1) : -toSize(1))) {
            return abi.encodeWithSelector(IClearinghouse.WinningSideLocked.selector, order.account, t.market);
        }
        Size size = _fillable(ledger, t, maker, order, f.size);
        if (size == NO_SIZE) {
            return abi.encodeWithSelector(IClearinghouse.OrderCancelledOrFilled.selector, order.account, order.salt);
        }

        Money makerFee = shareUp(notionalUp(size, order.limit), ledger.markets[t.market].params.makerFee);
        maker.trade(t.quote, t.buys ? -size : size, order.limit, makerFee);
        Party memory taker = t.taker.copy();
        Money takerFee = shareUp(notionalUp(size, order.limit), t.takerFee);
        taker.trade(t.quote, t.buys ? size : -size, order.limit, takerFee);
        Size interest = t.interest + _longer(maker) + _longer(taker) - _longer(t.taker);

        reason = _tooSmall(ledger, t, maker, taker, notionalUp(size, order.limit));
        if (reason.length == 0) reason = flaw(ledger, t, maker, interest);
        if (reason.length == 0 && t.checked) reason = flaw(ledger, t, taker, interest);
        if (reason.length != 0) return reason;

        ledger.store(maker, t.market, t.quote, f.hint);
        ledger.fill(order, size);
        t.taker = taker;
        t.interest = interest;
        _book(t, maker.id, size, order.limit, makerFee, takerFee);
    }

    /// @notice Checks (unless done with every fill) and stores the taker, and books interest, funding and fees of the match.
    function end(Ledger storage ledger, Taking memory t, NodeId hint) internal {
        Market storage market = ledger.markets[t.market];
        if (!t.checked) {
            bytes memory reason = flaw(ledger, t, t.taker, t.interest);
            if (reason.length != 0) revertWith(reason);
        }
        ledger.store(t.taker, t.market, t.quote, hint);
        market.openInterest = t.interest.toUint72();
        market.fill(t.quote.mark, t.premium, t.notional);
        collectFees(ledger, t.fees);
        emit IClearinghouse.FundingChanged(t.market, Price.wrap(market.funding), market.fundingRate, t.interest);
    }

    /// @notice Why a party may not stand as it is now: pause or margin.
    function flaw(
        Ledger storage ledger,
        Taking memory t,
        Party memory party,
        Size interest
    ) internal view returns (bytes memory) {
        if (t.onlyReductions && !party.onlyReduces) {
            return abi.encodeWithSelector(IClearinghouse.PausedAt.selector, PauseLib.level(ledger, t.market));
        }
        return party.flaw(t.quote, ledger.markets[t.market].params, interest);
    }

    /// @notice Fees wait to be split; during a recovery they heal the shortfall instead.
    function collectFees(Ledger storage ledger, Money fees) internal {
        ledger.recovery.fees += ledger.recovery.heal(fees).toUint96();
    }

    /// @notice Reports a maker order that was passed over.
    function skipped(Order calldata order, bytes memory reason) internal {
        emit IClearinghouse.OrderSkipped(OrderLib.hash(order), order.account, reason);
    }

    /// @notice EIP-712 digest of an order.
    function digest(bytes32 domain, Order calldata order) internal pure returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(domain, OrderLib.hash(order));
    }

    /// @notice Reverts with an encoded error.
    function revertWith(bytes memory reason) internal pure {
        assembly ("memory-safe") {
            revert(add(reason, 32), mload(reason))
        }
    }

    function _book(Taking memory t, AccountId maker, Size size, Price price, Money makerFee, Money takerFee) private {
        t.left = t.left - size;
        t.fees = t.fees + makerFee + takerFee;
        t.notional = t.notional + notionalUp(size, price);
        t.premium = t.premium + valueDown(size, price - t.quote.mark);
        emit IClearinghouse.Traded(t.market, t.taker.id, maker, t.buys ? size : -size, price, takerFee, makerFee);
    }

    /// @dev By how much a party's long position grew.
    function _longer(Party memory party) private pure returns (Size) {
        return party.leg.size.long() - party.before.size.long();
    }

    /// @dev How much of a maker order can be filled now: what is left of it and of the taker, at most `most`.
    function _fillable(
        Ledger storage ledger,
        Taking memory t,
        Party memory maker,
        Order calldata order,
        uint256 most
    ) private view returns (Size size) {
        size = ledger.remaining(order.account, order.salt, order.size);
        if (order.reduceOnly) size = _reducible(maker, !t.buys, size);
        size = minSize(size, t.left);
        if (most < size.toUint()) size = toSize(most);
    }

    /// @dev How much of `wanted` only shrinks the party's position when it buys, or sells.
    function _reducible(Party memory party, bool buys, Size wanted) private pure returns (Size) {
        if (party.leg.size == NO_SIZE || party.leg.size.isLong() == buys) return NO_SIZE;
        return minSize(wanted, party.leg.size.abs());
    }

    /// @dev A fill below the minimum is only allowed when it closes the maker's or the taker's position.
    function _tooSmall(
        Ledger storage ledger,
        Taking memory t,
        Party memory maker,
        Party memory taker,
        Money notional
    ) private view returns (bytes memory) {
        Money minimum = toMoney(ledger.markets[t.market].params.minNotional);
        if (notional >= minimum || maker.leg.size == NO_SIZE || taker.leg.size == NO_SIZE) return "";
        return abi.encodeWithSelector(IClearinghouse.FillTooSmall.selector, notional, minimum);
    }
}
