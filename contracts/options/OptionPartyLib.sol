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
import {PPM, notionalUp, shareUp} from "../types/Arithmetic.sol";
import {MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY, toMoney} from "../types/Money.sol";
import {NO_NODE, NodeId, levelUp} from "../types/NodeId.sol";
import {Params, ParamsLib} from "../types/Params.sol";
import {Position} from "../types/Position.sol";
import {Price, toPrice} from "../types/Price.sol";
import {arg, refusal, revertWith} from "../types/Refusal.sol";
import {NO_SIZE, Size, toSize} from "../types/Size.sol";
import {OptionGroup, OptionLedger, RiskParams} from "./OptionLedger.sol";
import {Portfolio, PortfolioLib} from "./PortfolioLib.sol";
import {Scene, SceneLib} from "./SceneLib.sol";
import {FUTURE, PERPETUAL, placeOf, seriesOf} from "./SeriesId.sol";

/// @dev A series in one operation, and what all series of its group have in common.
struct Desk {
    Scene scene;
    uint256 index;
    /// The id of its book.
    MarketId market;
    Quote quote;
    /// As `quote`, but at the mark of the underlying: levels of the queue are as wide as those of the perpetual.
    Quote place;
    /// What the price band is measured by: the forward; of the perpetual its mark.
    Price forward;
    bool isOption;
    Params params;
    RiskParams risk;
}

/// @dev One side of a trade in memory.
struct OptionParty {
    /// Its leg of the series before and after, its cash, and which way it went. What a linear account has besides
    /// stays empty.
    Party trade;
    /// The account without the leg.
    Portfolio rest;
}

/// @dev An account before a trade, for the rule of those who are below their margin.
struct Standing {
    Money equity;
    Money maintenance;
    Money atAnchor;
    Money atRecorded;
}

/// @title One side of a trade in an option group: load, check, store
library OptionPartyLib {
    using PortfolioLib for Portfolio;
    using PositionLib for Market;

    /// @dev Of a Portfolio in memory, what its arrays hold not counted: a word a member.
    uint256 private constant PORTFOLIO_BYTES = 20 * 32;

    /// @notice A desk in the group of `scene`, at no series yet.
    function desk(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory scene
    ) internal view returns (Desk memory d) {
        d.scene = scene;
        d.params = ParamsLib.read(ledger.markets[seriesOf(scene.group, PERPETUAL).market()].params);
        d.risk = options.groups[scene.group].risk;
    }

    /// @notice Makes the series at `index` that of the desk.
    function turnTo(Desk memory d, Ledger storage ledger, OptionLedger storage options, uint256 index) internal view {
        Scene memory scene = d.scene;
        (d.index, d.market) = (index, seriesOf(scene.group, index).market());
        d.isOption = index != PERPETUAL && placeOf(index) != FUTURE;
        Quote memory quote = SceneLib.quote(ledger, options, scene, index);
        d.quote = quote;
        d.forward = index == PERPETUAL ? quote.mark : scene.now_.forward;
        (d.place.mark, d.place.long, d.place.short) = (toPrice(scene.live.spot), quote.long, quote.short);
    }

    /// @notice Takes the account, which was refreshed, into `party`: its leg of the desk's series, and the rest.
    function load(
        OptionParty memory party,
        Ledger storage ledger,
        OptionLedger storage options,
        Desk memory d,
        AccountId id
    ) internal view {
        Party memory trade = party.trade;
        (trade.id, trade.position) = (id, ledger.positions[id.position(d.market)]);
        trade.before = PortfolioLib.legOf(ledger, options, d.scene, id, d.index, d.quote);
        PositionLib.set(trade.leg, trade.before);
        (trade.cashDelta, trade.onlyReduces) = (NO_MONEY, true);
        party.rest = PortfolioLib.load(ledger, options, d.scene, id, d.index);
    }

    /// @notice The encoded error when the leg alone, as it is after the trade, may not stand: too small, or above the
    /// cap of its series.
    /// @param interest Open interest after the trade when the trade raised it; else zero.
    function legFlaw(
        OptionParty memory party,
        Desk memory d,
        Size interest
    ) internal pure returns (bytes memory reason) {
        Size size = party.trade.leg.size;
        Money notional = notionalUp(size, d.place.mark);
        if (size != NO_SIZE && notional < toMoney(d.params.minNotional())) {
            return TradeLib.tooSmall(party.trade.id, notional, d.params);
        }
        Size cap = toSize(d.params.hardCap());
        if (!party.trade.onlyReduces && interest > cap) {
            return refusal(ITrading.OpenInterestCapReached.selector, arg(interest), arg(cap));
        }
    }

    /// @notice What an increase costs in margin besides: from the soft cap of its series on up to its whole notional.
    function raisedBy(OptionParty memory party, Desk memory d, Size interest) internal pure returns (Money) {
        if (party.trade.onlyReduces || interest <= toSize(d.params.softCap())) return NO_MONEY;
        uint256 rate = MarginLib.increaseRate(d.params, interest) - d.params.initialMargin();
        return shareUp(notionalUp(party.trade.leg.size, d.place.mark), rate);
    }

    /// @notice INV-10 in option form. After a fill the account is above initial margin; or it only reduced, keeps equity
    /// >= 0 and an equity / maintenance ratio that is not lower. And it is solvent at anchor and recorded factors,
    /// exactly, or at least not less so than before. Who only holds bought options, and has what he paid for them, is
    /// above initial margin at any factors.
    /// @param raised See `raisedBy`. before: the account before the trade; none: it is read, as nothing of the trade is
    /// stored yet.
    /// @dev Adds the leg to `party.rest`.
    function marginFlaw(
        OptionParty memory party,
        Ledger storage ledger,
        OptionLedger storage options,
        Desk memory d,
        Money raised,
        Standing[] memory before
    ) internal view returns (bytes memory reason) {
        Portfolio memory later = party.rest;
        _addTrade(later, options, d, party.trade);
        AccountId id = party.trade.id;
        if (later.legs > d.risk.maxLegs && !party.trade.onlyReduces) {
            return refusal(IOptionTrading.TooManyLegs.selector, arg(id), later.legs, d.risk.maxLegs);
        }
        Money initial = later.initial(d.scene, d.risk);
        Money required = initial + raised;
        if (later.equity >= required && later.atAnchor >= NO_MONEY && later.atRecorded >= NO_MONEY) return reason;

        if (before.length == 0) {
            before = new Standing[](1);
            setStanding(before[0], PortfolioLib.load(ledger, options, d.scene, id, PortfolioLib.NO_SERIES), d);
        }
        return _reductionFlaw(party, before[0], later, initial, required, d.risk);
    }

    /// @notice Makes `standing` that of the portfolio.
    function setStanding(Standing memory standing, Portfolio memory portfolio, Desk memory d) internal pure {
        (standing.equity, standing.atAnchor, standing.atRecorded) = (
            portfolio.equity,
            portfolio.atAnchor,
            portfolio.atRecorded
        );
        standing.maintenance = PortfolioLib.maintenance(portfolio.initial(d.scene, d.risk), d.risk);
    }

    /// @notice A copy that shares nothing with `p`.
    function copyOf(Portfolio memory p) internal pure returns (Portfolio memory copied) {
        (uint256[8] memory lanes, int256[8] memory linears) = (copied.lanes, copied.linears);
        (int256[8] memory slopes, uint256[8] memory left) = (copied.slopes, copied.left);
        assembly ("memory-safe") {
            mcopy(copied, p, PORTFOLIO_BYTES)
        }
        (copied.lanes, copied.linears, copied.slopes, copied.left) = (lanes, linears, slopes, left);
        for (uint256 i; i < 8; ++i) {
            (lanes[i], linears[i], slopes[i], left[i]) = (p.lanes[i], p.linears[i], p.slopes[i], p.left[i]);
        }
    }

    /// @notice How the account stood before the trade: a copy of its rest with the leg as it was.
    function standingBefore(
        OptionParty memory party,
        OptionLedger storage options,
        Desk memory d
    ) internal view returns (Standing[] memory one) {
        one = new Standing[](1);
        Portfolio memory whole = copyOf(party.rest);
        whole.addLeg(options, d.scene, d.index, party.trade.before, d.quote);
        setStanding(one[0], whole, d);
    }

    /// @notice Writes the party back: position, queue, cash, what it holds. Reverts when it would be flat and owe
    /// something. A place too far from the hint is the encoded error that it returns.
    /// @return reason Empty when all is written; else nothing is. position, cash: what the account has now.
    function tryStore(
        OptionParty memory party,
        Ledger storage ledger,
        OptionLedger storage options,
        Desk memory d,
        NodeId hint
    ) internal returns (bytes memory reason, Position position, Money cash) {
        Party memory trade = party.trade;
        position = ledger.markets[d.market].requeue(trade.position, trade.before, trade.leg, d.place, hint);
        if (trade.leg.node == NO_NODE && trade.leg.size != NO_SIZE) {
            (NodeId level, ) = levelUp(trade.leg.rank, d.place.mark);
            return (refusal(QueueLib.HintTooFar.selector, NodeId.unwrap(level)), position, cash);
        }
        ledger.positions[trade.id.position(d.market)] = position;
        cash = _storeAccount(ledger, options, d, trade);
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
        OptionGroup storage group = options.groups[d.scene.group];
        uint256 bit = 1 << d.index;
        if (later != NO_SIZE) {
            group.live |= bit;
            return;
        }
        Market storage book = ledger.markets[d.market];
        if (book.estateLong == 0 && book.estateShort == 0) group.live &= ~bit;
    }

    /// @dev The portfolio with what the trade left of the leg.
    function _addTrade(
        Portfolio memory portfolio,
        OptionLedger storage options,
        Desk memory d,
        Party memory trade
    ) private view {
        portfolio.addCash(trade.cashDelta);
        if (trade.leg.size != NO_SIZE) portfolio.addLeg(options, d.scene, d.index, trade.leg, d.quote);
    }

    /// @dev As `marginFlaw`, of an account that is below `required` or not sound.
    function _reductionFlaw(
        OptionParty memory party,
        Standing memory before,
        Portfolio memory later,
        Money initial,
        Money required,
        RiskParams memory risk
    ) private pure returns (bytes memory reason) {
        uint256 id = arg(party.trade.id);
        if (later.equity < required) {
            bool eased = party.trade.onlyReduces && later.equity >= NO_MONEY;
            Money maintenance = PortfolioLib.maintenance(initial, risk);
            if (!eased || !ratioNotLower(before, later.equity, maintenance)) {
                return refusal(ITrading.InsufficientMargin.selector, id, arg(later.equity), arg(required));
            }
        }
        if (staysSound(before, later)) return reason;
        return refusal(ITrading.UnsoundAtAnchor.selector, id, arg(later.atAnchor), arg(later.atRecorded));
    }

    /// @notice Is equity / maintenance not lower than before? Without maintenance it is unbounded.
    function ratioNotLower(
        Standing memory before,
        Money equity,
        Money maintenance
    ) internal pure returns (bool) {
        return
            Money.unwrap(equity) * Money.unwrap(before.maintenance) >=
            Money.unwrap(before.equity) * Money.unwrap(maintenance);
    }

    /// @notice Is the account solvent at anchor and recorded factors, or at least not less so than before?
    function staysSound(Standing memory before, Portfolio memory later) internal pure returns (bool) {
        return
            (later.atAnchor >= NO_MONEY || later.atAnchor >= before.atAnchor) &&
            (later.atRecorded >= NO_MONEY || later.atRecorded >= before.atRecorded);
    }

    /// @dev Writes the party's cash, and which series it holds.
    function _storeAccount(
        Ledger storage ledger,
        OptionLedger storage options,
        Desk memory d,
        Party memory trade
    ) private returns (Money cash) {
        AccountId id = trade.id;
        Account storage account = ledger.accounts[id];
        AccountWord word = CashLib.read(account);
        cash = word.cash() + trade.cashDelta;
        uint256 held = options.held[id];
        uint256 bit = 1 << d.index;
        uint256 later = trade.leg.size == NO_SIZE ? held & ~bit : held | bit;
        if (later != held) options.held[id] = later;
        // A debt without a position could never be absorbed: nobody would ever pay for it.
        if (later == 0 && cash < NO_MONEY) {
            revertWith(refusal(ILiquidation.AccountInsolvent.selector, arg(id), arg(cash)));
        }
        CashLib.storeTraded(ledger, account, id, word, cash, d.scene.group, later == 0 ? 0 : 1);
    }
}
