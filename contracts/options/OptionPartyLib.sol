// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ILiquidation} from "../interfaces/ILiquidation.sol";
import {IOptionTrading} from "../interfaces/IOptionTrading.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Account, Ledger, Market} from "../Ledger.sol";
import {CashLib} from "../position/CashLib.sol";
import {MarginLib} from "../position/MarginLib.sol";
import {PositionLib} from "../position/PositionLib.sol";
import {QueueLib} from "../position/QueueLib.sol";
import {Party, TradeLib} from "../position/TradeLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {AccountWord} from "../types/AccountWord.sol";
import {notionalUp, shareUp} from "../types/Arithmetic.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY, toMoney} from "../types/Money.sol";
import {NO_NODE, NodeId, levelUp} from "../types/NodeId.sol";
import {Params, ParamsLib} from "../types/Params.sol";
import {Position} from "../types/Position.sol";
import {Price} from "../types/Price.sol";
import {arg, refusal, revertWith} from "../types/Refusal.sol";
import {NO_SIZE, Size, toSize} from "../types/Size.sol";
import {Asked, IMarginDesk, Tally} from "./IMarginDesk.sol";
import {OptionGroup, OptionLedger} from "./OptionLedger.sol";
import {FUTURE, PERPETUAL, placeOf, seriesFrom, seriesOf} from "./SeriesId.sol";

/// @dev A series in one operation, and what all series of its group have in common.
struct Desk {
    /// The module that knows marks and margin.
    address margin;
    /// The id of the series' book, its group and its index there.
    MarketId market;
    GroupId group;
    uint256 index;
    bool isOption;
    Quote quote;
    /// As `quote`, but at the mark of the underlying: levels of the queue are as wide as those of the perpetual.
    Quote place;
    /// What the price band is measured by: the forward; of the perpetual its mark.
    Price forward;
    Params params;
    uint256 maxLegs;
}

/// @title One side of a trade in an option group: load, check, store
/// @notice A Party as of a linear group, whose `rest` stays empty: what the account has besides is in the margin
/// module, by storage.
library OptionPartyLib {
    using PositionLib for Market;

    /// @notice A desk in the group, at no series yet.
    function desk(
        Ledger storage ledger,
        OptionLedger storage options,
        GroupId group,
        address margin
    ) internal view returns (Desk memory d) {
        (d.margin, d.group) = (margin, group);
        d.params = ParamsLib.read(ledger.markets[seriesOf(group, PERPETUAL).market()].params);
        d.maxLegs = options.groups[group].risk.maxLegs;
    }

    /// @notice Makes `series` that of the desk, after bringing the group up to date.
    /// @return reason The encoded error when nobody can trade in it.
    function turnTo(Desk memory d, MarketId market) internal returns (bytes memory reason) {
        uint256 index = seriesFrom(market).index();
        (d.market, d.index) = (market, index);
        d.isOption = index != PERPETUAL && placeOf(index) != FUTURE;
        (Quote memory quote, Price spot, Price forward, bool tradable) = abi.decode(
            callMargin(d.margin, abi.encodeCall(IMarginDesk.open, (market))),
            (Quote, Price, Price, bool)
        );
        if (!tradable) return refusal(IOptionTrading.SeriesNotTradable.selector, arg(market));
        if (!quote.fresh) return refusal(ITrading.PriceNotFresh.selector, arg(market));
        (d.quote, d.forward) = (quote, forward);
        (d.place.mark, d.place.long, d.place.short) = (spot, quote.long, quote.short);
    }

    /// @notice Runs the margin module, with its errors.
    function callMargin(address margin, bytes memory call) internal returns (bytes memory answer) {
        bool ok;
        // solhint-disable-next-line avoid-low-level-calls
        (ok, answer) = margin.delegatecall(call);
        if (!ok) revertWith(answer);
    }

    /// @notice Takes the account, which was refreshed, and its leg of the desk's series into `party`.
    function load(Party memory party, Ledger storage ledger, Desk memory d, AccountId id) internal view {
        Position position = ledger.positions[id.position(d.market)];
        (party.id, party.position) = (id, position);
        PositionLib.take(party.before, ledger.markets[d.market], position, d.quote);
        PositionLib.set(party.leg, party.before);
        (party.cashDelta, party.onlyReduces) = (NO_MONEY, true);
    }

    /// @notice The encoded error when the leg alone, as it is after the trade, may not stand: too small, or above the
    /// cap of its series.
    /// @param interest Open interest after the trade when the trade raised it; else zero.
    function legFlaw(Party memory party, Desk memory d, Size interest) internal pure returns (bytes memory reason) {
        Size size = party.leg.size;
        Money notional = notionalUp(size, d.place.mark);
        if (size != NO_SIZE && notional < toMoney(d.params.minNotional())) {
            return TradeLib.tooSmall(party.id, notional, d.params);
        }
        Size cap = toSize(d.params.hardCap());
        if (!party.onlyReduces && interest > cap) {
            return refusal(ITrading.OpenInterestCapReached.selector, arg(interest), arg(cap));
        }
    }

    /// @notice What an increase costs in margin besides: from the soft cap of its series on up to its whole notional.
    function raisedBy(Party memory party, Desk memory d, Size interest) internal pure returns (Money) {
        if (party.onlyReduces || interest <= toSize(d.params.softCap())) return NO_MONEY;
        uint256 rate = MarginLib.increaseRate(d.params, interest) - d.params.initialMargin();
        return shareUp(notionalUp(party.leg.size, d.place.mark), rate);
    }

    /// @notice The whole account with the party's leg as it is now.
    function tally(Party memory party, Desk memory d) internal returns (Tally memory) {
        return _tally(d, Asked(party.id, party.leg, party.cashDelta));
    }

    /// @notice As `tally`, of the `rest` that the margin module returned.
    function tallyOf(Party memory party, Desk memory d, bytes memory rest) internal returns (Tally memory) {
        Asked memory asked = Asked(party.id, party.leg, party.cashDelta);
        bytes memory call = abi.encodeCall(IMarginDesk.tallyRest, (rest, d.market, d.place.mark, d.quote, asked));
        return abi.decode(callMargin(d.margin, call), (Tally));
    }

    /// @notice As `tally`, of `other` too, which is stored.
    function tallyTwo(
        Party memory party,
        Desk memory d,
        Party memory other
    ) internal returns (Tally memory later, Tally memory ofOther) {
        Asked memory one = Asked(party.id, party.leg, party.cashDelta);
        Asked memory two = Asked(other.id, other.leg, NO_MONEY);
        bytes memory call = abi.encodeCall(IMarginDesk.tallyTwo, (d.market, d.place.mark, d.quote, one, two));
        return abi.decode(callMargin(d.margin, call), (Tally, Tally));
    }

    /// @notice As `tally`, when the trade is stored.
    function tallyStored(Party memory party, Desk memory d) internal returns (Tally memory) {
        return _tally(d, Asked(party.id, party.leg, NO_MONEY));
    }

    /// @notice As it was before the trade, which is `stored` or not.
    function tallyBefore(Party memory party, Desk memory d, bool stored) internal returns (Tally memory) {
        return _tally(d, Asked(party.id, party.before, stored ? -party.cashDelta : NO_MONEY));
    }

    /// @notice The account without its leg of the desk's series, for `tallyOf`.
    function restOf(AccountId id, Desk memory d) internal returns (bytes memory) {
        bytes memory call = abi.encodeCall(IMarginDesk.rest, (id, d.market, d.place.mark));
        return abi.decode(callMargin(d.margin, call), (bytes));
    }

    /// @notice INV-10 in option form. After a fill the account is above initial margin; or it only reduced, keeps
    /// equity >= 0 and an equity / maintenance ratio that is not lower. And it is solvent at anchor and recorded
    /// factors, exactly, or at least not less so than before. Who only holds bought options, and has what he paid for
    /// them, is above initial margin at any factors.
    /// @param later The account after the trade. raised: see `raisedBy`.
    /// @param before The account before the trade; none: it is asked for when it matters. stored: the trade is.
    function marginFlaw(
        Party memory party,
        Desk memory d,
        Tally memory later,
        Money raised,
        Tally[] memory before,
        bool stored
    ) internal returns (bytes memory reason) {
        if (later.legs > d.maxLegs && !party.onlyReduces) {
            return refusal(IOptionTrading.TooManyLegs.selector, arg(party.id), later.legs, d.maxLegs);
        }
        Money required = later.initial + raised;
        if (later.equity >= required && later.atAnchor >= NO_MONEY && later.atRecorded >= NO_MONEY) return reason;
        return _reductionFlaw(party, before.length == 0 ? tallyBefore(party, d, stored) : before[0], later, required);
    }

    /// @notice Is equity / maintenance not lower than before? Without maintenance it is unbounded.
    function ratioNotLower(Tally memory before, Tally memory later) internal pure returns (bool) {
        return
            Money.unwrap(later.equity) * Money.unwrap(before.maintenance) >=
            Money.unwrap(before.equity) * Money.unwrap(later.maintenance);
    }

    /// @notice The encoded error of an account that would be below zero at anchor or recorded factors, and more so than
    /// before.
    function soundFlaw(AccountId id, Tally memory before, Tally memory later) internal pure returns (bytes memory) {
        bool anchored = later.atAnchor >= NO_MONEY || later.atAnchor >= before.atAnchor;
        bool recorded = later.atRecorded >= NO_MONEY || later.atRecorded >= before.atRecorded;
        if (anchored && recorded) return "";
        return refusal(ITrading.UnsoundAtAnchor.selector, arg(id), arg(later.atAnchor), arg(later.atRecorded));
    }

    /// @notice Writes the party back: position, queue, cash, what it holds. Reverts when it would be flat and owe
    /// something. A place too far from the hint is the encoded error that it returns.
    /// @return reason Empty when all is written; else nothing is. position, cash: what the account has now.
    function tryStore(
        Party memory party,
        Ledger storage ledger,
        OptionLedger storage options,
        Desk memory d,
        NodeId hint
    ) internal returns (bytes memory reason, Position position, Money cash) {
        position = ledger.markets[d.market].requeue(party.position, party.before, party.leg, d.place, hint);
        if (party.leg.node == NO_NODE && party.leg.size != NO_SIZE) {
            (NodeId level, ) = levelUp(party.leg.rank, d.place.mark);
            return (refusal(QueueLib.HintTooFar.selector, NodeId.unwrap(level)), position, cash);
        }
        ledger.positions[party.id.position(d.market)] = position;
        cash = _storeAccount(ledger, options, d, party);
    }

    /// @notice Books open interest of a series that is not the perpetual.
    function setInterest(Desk memory d, Ledger storage ledger, Size interest) internal {
        ledger.markets[d.market].openInterest = interest.toUint72();
    }

    /// @notice Open interest of the desk's series went from `before` to `later`: is it live? It stays so while an
    /// estate is left.
    function setLive(
        Desk memory d,
        Ledger storage ledger,
        OptionLedger storage options,
        Size before,
        Size later
    ) internal {
        if ((before == NO_SIZE) == (later == NO_SIZE)) return;
        OptionGroup storage group = options.groups[d.group];
        uint256 bit = 1 << d.index;
        if (later != NO_SIZE) {
            group.live |= bit;
            return;
        }
        Market storage book = ledger.markets[d.market];
        if (book.estateLong == 0 && book.estateShort == 0) group.live &= ~bit;
    }

    function _tally(Desk memory d, Asked memory asked) private returns (Tally memory) {
        bytes memory call = abi.encodeCall(IMarginDesk.tally, (d.market, d.place.mark, d.quote, asked));
        return abi.decode(callMargin(d.margin, call), (Tally));
    }

    /// @dev As `marginFlaw`, of an account that is below `required` or not sound.
    function _reductionFlaw(
        Party memory party,
        Tally memory before,
        Tally memory later,
        Money required
    ) private pure returns (bytes memory reason) {
        if (later.equity < required) {
            bool eased = party.onlyReduces && later.equity >= NO_MONEY;
            if (!eased || !ratioNotLower(before, later)) {
                uint256 id = arg(party.id);
                return refusal(ITrading.InsufficientMargin.selector, id, arg(later.equity), arg(required));
            }
        }
        return soundFlaw(party.id, before, later);
    }

    /// @dev Writes the party's cash, and which series it holds.
    function _storeAccount(
        Ledger storage ledger,
        OptionLedger storage options,
        Desk memory d,
        Party memory party
    ) private returns (Money cash) {
        AccountId id = party.id;
        Account storage account = ledger.accounts[id];
        AccountWord word = CashLib.read(account);
        cash = word.cash() + party.cashDelta;
        uint256 held = options.held[id];
        uint256 bit = 1 << d.index;
        uint256 later = party.leg.size == NO_SIZE ? held & ~bit : held | bit;
        if (later != held) options.held[id] = later;
        // A debt without a position could never be absorbed: nobody would ever pay for it.
        if (later == 0 && cash < NO_MONEY) {
            revertWith(refusal(ILiquidation.AccountInsolvent.selector, arg(id), arg(cash)));
        }
        CashLib.storeTraded(ledger, account, id, word, cash, d.group, later == 0 ? 0 : 1);
    }
}
