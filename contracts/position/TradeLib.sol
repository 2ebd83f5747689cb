// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPledgeExchange} from "../interfaces/ICollateral.sol";
import {IAbsorption} from "../interfaces/IDeleveraging.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Account, Ledger, Market} from "../Ledger.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {AccountWord} from "../types/AccountWord.sol";
import {notionalUp, shareUp, valueDown} from "../types/Arithmetic.sol";
import {MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY, toMoney} from "../types/Money.sol";
import {NO_NODE, NodeId, levelUp} from "../types/NodeId.sol";
import {Params, ParamsLib} from "../types/Params.sol";
import {Position} from "../types/Position.sol";
import {Price} from "../types/Price.sol";
import {arg, refusal, revertWith} from "../types/Refusal.sol";
import {NO_SIZE, Size, toSize} from "../types/Size.sol";
import {CallLib} from "./CallLib.sol";
import {CashLib} from "./CashLib.sol";
import {Health, MarginLib} from "./MarginLib.sol";
import {Leg, PositionLib} from "./PositionLib.sol";
import {QueueLib} from "./QueueLib.sol";

/// @dev One side of a trade, in memory: its leg in the traded market before and after, and the rest of its account.
struct Party {
    AccountId id;
    /// Its position as it is stored, and taken out of its node's frame.
    Position position;
    Leg before;
    Leg leg;
    /// The account without the leg.
    Health rest;
    /// What the trade adds to cash.
    Money cashDelta;
    /// A move of the leg's size against its sign, never through zero.
    bool onlyReduces;
}

/// @title One side of a trade: load, change, check, store
library TradeLib {
    using MarginLib for Health;
    using PositionLib for Leg;
    using PositionLib for Market;

    /// @notice `count` empty parties in memory.
    /// @dev As `new Party[](count)`, which writes 24 words of each one by one: 1,000 gas a party.
    function parties(uint256 count) internal pure returns (Party[] memory list) {
        assembly ("memory-safe") {
            list := mload(0x40)
            mstore(list, count)
            let at := add(list, 32)
            let party := add(at, mul(count, 32))
            let end := add(party, mul(count, 768))
            calldatacopy(party, calldatasize(), sub(end, party)) // behind the end of calldata are zeros
            for {} lt(party, end) {
                party := add(party, 768)
                at := add(at, 32)
            } {
                mstore(at, party)
                mstore(add(party, 64), add(party, 224)) // before: behind the seven members, five words
                mstore(add(party, 96), add(party, 384)) // leg: five words
                mstore(add(party, 128), add(party, 544)) // rest: seven words
            }
            mstore(0x40, end)
        }
    }

    /// @notice Takes `id` and its leg of `market` into memory, at live quotes of its group: into `party`, of which
    /// nothing stays.
    /// @dev Assumes `groupFlaw` is empty.
    function loadParty(
        Ledger storage ledger,
        Party memory party,
        AccountId id,
        MarketId market,
        Quote[] memory quotes
    ) internal {
        loadParty(ledger, party, CashLib.read(ledger.accounts[id]), id, market, quotes);
    }

    /// @dev As above, of an account that was read as `word`.
    function loadParty(
        Ledger storage ledger,
        Party memory party,
        AccountWord word,
        AccountId id,
        MarketId market,
        Quote[] memory quotes
    ) internal {
        uint256 index = market.index();
        Position position = ledger.positions[id.position(market)];
        (party.id, party.position) = (id, position);
        party.rest.setAccount(ledger, CashLib.refreshForMargin(ledger, id, word), id, quotes, index);
        party.before.take(ledger.markets[market], position, quotes[index]);
        party.leg.set(party.before);
        (party.cashDelta, party.onlyReduces) = (NO_MONEY, true);
    }

    /// @notice The encoded error when the account has positions in another group than the market's.
    function groupFlaw(AccountWord account, AccountId id, MarketId market) internal pure returns (bytes memory reason) {
        if (account.open() == 0 || account.group() == market.group()) return reason;
        return refusal(ITrading.AccountInOtherGroup.selector, arg(id), arg(account.group()));
    }

    /// @notice In a lock: has the account, besides the party's leg, one that won in the jump? Then it takes nothing
    /// over: who gained does not come by losses of others, which relief and charge would mistake for his own.
    function wonElsewhere(Party memory party) internal returns (bool) {
        return _ask(party, IAbsorption.hasWon.selector) != 0;
    }

    /// @notice In a lock: registers the account for its relief, as long as it has the leg that it lost on.
    function keepRelief(Party memory party) internal {
        _ask(party, IAbsorption.netOne.selector);
    }

    /// @dev Neither means anything to an account without another leg.
    function _ask(Party memory party, bytes4 selector) private returns (uint256 answer) {
        if (party.rest.initial != NO_MONEY) answer = CashLib.callSelf(selector, party.id);
    }

    /// @notice Trades `delta` at `price`, paying `fee`.
    function trade(Party memory party, Quote memory quote, Size delta, Price price, Money fee) internal pure {
        if (party.leg.size.sameSide(delta) || delta.abs() > party.leg.size.abs()) party.onlyReduces = false;
        Money gain = valueDown(delta, quote.mark - price);
        Price side = delta.isLong() ? quote.long : quote.short;
        // The entry level in the side's frame: price - F_side, where F_side = mark - m~.
        Money realised = party.leg.trade(delta, gain, price - quote.mark + side);
        party.cashDelta = party.cashDelta + realised - fee;
    }

    /// @notice Makes what trades changed of `party` what it is of `other`.
    function setTraded(Party memory party, Party memory other) internal pure {
        party.leg.set(other.leg);
        (party.cashDelta, party.onlyReduces) = (other.cashDelta, other.onlyReduces);
    }

    /// @notice Health with the leg as it was, or as it is now.
    function healthBefore(
        Party memory party,
        Quote memory quote,
        Params memory params
    ) internal pure returns (Health memory h) {
        h.set(party.rest);
        h.addLeg(party.before, quote, params.initialMargin(), params.maintenanceMargin());
    }

    function healthAfter(
        Party memory party,
        Quote memory quote,
        Params memory params
    ) internal pure returns (Health memory h) {
        h.set(party.rest);
        h.addCash(party.cashDelta);
        h.addLeg(party.leg, quote, params.initialMargin(), params.maintenanceMargin());
    }

    /// @notice INV-10: after a fill the account is above initial margin; or it only reduced its position, keeps
    /// equity >= 0, an equity / maintenance ratio that is not lower, and solvency at anchor and recorded mark. An
    /// increase needs fresh prices and the rate for its market's interest.
    /// @param interest Open interest after the trade, for the rate of an increase and the cap; zero when the trade did
    /// not raise it.
    /// @return reason The encoded error; empty when the trade may stand.
    function marginFlaw(
        Party memory party,
        Quote memory quote,
        Params memory params,
        Size interest
    ) internal pure returns (bytes memory reason) {
        Leg memory leg = party.leg;
        Health memory rest = party.rest;
        Money notional = notionalUp(leg.size, quote.mark);
        if (leg.size != NO_SIZE && notional < toMoney(params.minNotional()))
            return tooSmall(party.id, notional, params);
        Money required = rest.initial + shareUp(notional, params.initialMargin());
        if (!party.onlyReduces) {
            Size cap = toSize(params.hardCap());
            if (interest > cap) return refusal(ITrading.OpenInterestCapReached.selector, arg(interest), arg(cap));
            if (!rest.fresh || !quote.fresh) return refusal(ITrading.AccountHasStaleLeg.selector, arg(party.id));
            uint256 raised = MarginLib.increaseRate(params, interest) - params.initialMargin();
            if (raised != 0) required = required + shareUp(notional, raised);
        }
        // Most are above initial margin and sound, so no more of their health is computed.
        Money cash = party.cashDelta;
        if (
            rest.equity + cash + leg.value >= required &&
            rest.atAnchor + cash + MarginLib.valueAt(leg, quote, quote.anchor) >= NO_MONEY &&
            rest.atRecordedMark + cash + MarginLib.valueAt(leg, quote, quote.recordedMark) >= NO_MONEY
        ) return reason;
        return _reductionFlaw(party, quote, params, required);
    }

    /// @dev As `marginFlaw`, of a party that is below `required` or not sound: it may stand if it only reduces, and is
    /// not worse off than before.
    function _reductionFlaw(
        Party memory party,
        Quote memory quote,
        Params memory params,
        Money required
    ) private pure returns (bytes memory reason) {
        Health memory earlier = healthBefore(party, quote, params);
        Health memory later = healthAfter(party, quote, params);
        if (later.equity < required) {
            bool eased = party.onlyReduces && later.equity >= NO_MONEY;
            if (!eased || !earlier.ratioNotLower(later)) {
                return refusal(ITrading.InsufficientMargin.selector, arg(party.id), arg(later.equity), arg(required));
            }
        }
        if (earlier.staysSound(later)) return reason;
        return unsound(party, later);
    }

    /// @notice The encoded error of a party that would be below zero at anchor or recorded mark.
    function unsound(Party memory party, Health memory later) internal pure returns (bytes memory) {
        return
            refusal(ITrading.UnsoundAtAnchor.selector, arg(party.id), arg(later.atAnchor), arg(later.atRecordedMark));
    }

    /// @notice Writes the party back: position, queue, cash, open markets. Reverts when it would be flat and owe
    /// something, or its place in the queue is too far from the hint. A margin call that is cured by it is cleared.
    function storeParty(
        Ledger storage ledger,
        Party memory party,
        MarketId market,
        Quote memory quote,
        NodeId hint
    ) internal {
        (bytes memory reason, Position position, Money cash) = tryStoreParty(ledger, party, market, quote, hint);
        if (reason.length != 0) revertWith(reason);
        emit ITrading.PositionChanged(party.id, market, party.leg.size, position, cash);
    }

    /// @notice As `storeParty`, but a place too far from the hint is the encoded error that it returns, and it emits no
    /// event.
    /// @return reason Empty when all is written; else nothing is. position, cash: what the account has now.
    function tryStoreParty(
        Ledger storage ledger,
        Party memory party,
        MarketId market,
        Quote memory quote,
        NodeId hint
    ) internal returns (bytes memory reason, Position position, Money cash) {
        position = ledger.markets[market].requeue(party.position, party.before, party.leg, quote, hint);
        if (party.leg.node == NO_NODE && party.leg.size != NO_SIZE) return (_tooFar(party, quote), position, cash);
        ledger.positions[party.id.position(market)] = position;
        cash = _storeAccount(ledger, party, market, quote);
    }

    /// @dev Writes the party's cash and its mask of open markets.
    function _storeAccount(
        Ledger storage ledger,
        Party memory party,
        MarketId market,
        Quote memory quote
    ) private returns (Money cash) {
        AccountId id = party.id;
        Account storage account = ledger.accounts[id];
        AccountWord word = CashLib.read(account);
        cash = word.cash() + party.cashDelta;
        uint256 bit = 1 << market.index();
        uint256 open = party.leg.size == NO_SIZE ? word.open() & ~bit : word.open() | bit;
        CashLib.storeTraded(ledger, account, id, word, cash, market.group(), open);
        // A debt without a position could never be absorbed: nobody would ever pay for it. What is pledged pays it, or
        // this reverts with AccountInsolvent.
        if (open == 0 && cash < NO_MONEY) {
            cash = Money.wrap(int256(CashLib.callSelf(IPledgeExchange.payDebt.selector, id)));
        }
        if (word.isCalled()) _clearIfCured(ledger, party, market, quote);
    }

    /// @dev Ends the party's margin call if its health after the trade is at the call level.
    function _clearIfCured(Ledger storage ledger, Party memory party, MarketId market, Quote memory quote) private {
        Params memory params = ParamsLib.readRates(ledger.markets[market].params);
        CallLib.clearIfCured(ledger, party.id, healthAfter(party, quote, params));
    }

    /// @notice The encoded error of a position of `notional`, below the minimum.
    function tooSmall(AccountId id, Money notional, Params memory params) internal pure returns (bytes memory) {
        Money minimum = toMoney(params.minNotional());
        return refusal(ITrading.PositionTooSmall.selector, arg(id), arg(notional), arg(minimum));
    }

    function _tooFar(Party memory party, Quote memory quote) private pure returns (bytes memory) {
        (NodeId level, ) = levelUp(party.leg.rank, quote.mark);
        return refusal(QueueLib.HintTooFar.selector, NodeId.unwrap(level));
    }
}
