// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {PauseLib} from "../governance/PauseLib.sol";
import {IAbsorption} from "../interfaces/IDeleveraging.sol";
import {ILiquidation} from "../interfaces/ILiquidation.sol";
import {IOptionLiquidation} from "../interfaces/IOptionLiquidation.sol";
import {IOptionTrading} from "../interfaces/IOptionTrading.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Market} from "../Ledger.sol";
import {CashLib} from "../position/CashLib.sol";
import {PositionLib} from "../position/PositionLib.sol";
import {Party, TradeLib} from "../position/TradeLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {SignerLib} from "../trading/SignerLib.sol";
import {AccountId, accountOf} from "../types/AccountId.sol";
import {AccountWord} from "../types/AccountWord.sol";
import {notionalUp, shareDown} from "../types/Arithmetic.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY, toMoney} from "../types/Money.sol";
import {NodeId} from "../types/NodeId.sol";
import {Price} from "../types/Price.sol";
import {arg, refusal, revertWith} from "../types/Refusal.sol";
import {NO_SIZE, Size, toSize} from "../types/Size.sol";
import {VaultLib} from "../vault/VaultLib.sol";
import {ISliceDesk, Slice, Tally} from "./IMarginDesk.sol";
import {NotOffered} from "./NotOffered.sol";
import {OptionStorage} from "./OptionLedger.sol";
import {Desk, OptionPartyLib} from "./OptionPartyLib.sol";
import {PERPETUAL, SeriesId, seriesFrom, seriesOf} from "./SeriesId.sol";

/// @dev A takeover in memory.
struct Takeover {
    AccountId from;
    AccountId to;
    Slice slice;
    Money keeperPart;
    Money vaultPart;
    Party giver;
    Party taker;
    Desk desk;
}

/// @title Liquidation in option groups: a slice of all legs, or in a lock one leg. See IOptionLiquidation.
contract OptionLiquidation is OptionStorage, NotOffered {
    using OptionPartyLib for Party;
    using PositionLib for Market;
    using TradeLib for Party;

    /// @dev Above the index of every series.
    uint256 private constant ALL = 256;

    address private immutable _slices;

    /// @param slices The module OptionSlices.
    constructor(address slices) {
        _slices = slices;
    }

    function liquidateSlice(
        AccountId account,
        uint32 number,
        uint256 maxFraction,
        uint256 expected,
        Money minReward,
        uint40 deadline,
        NodeId[] calldata hints
    ) external nonReentrant {
        if (block.timestamp > deadline) revert ITrading.DeadlinePassed(deadline);
        Takeover memory t = _begin(account, accountOf(msg.sender, number));
        uint256 held = _options.held[account];
        if (expected != 0 && expected != held) revert IOptionLiquidation.OtherPositions(account, held);
        _plan(t, ALL, maxFraction);
        if (t.keeperPart < minReward) revert IOptionLiquidation.RewardTooLow(t.keeperPart, minReward);
        for (uint256 i; i < t.slice.indexes.length; ++i) {
            _move(t, i, i < hints.length ? hints[i] : NodeId.wrap(0));
        }
        _end(t);
    }

    /// @dev In a lock: one leg, on the side that lost in the jump. See ILiquidation, whose call this is.
    function liquidateToAccount(
        AccountId account,
        MarketId market,
        uint32 number,
        uint256 max,
        NodeId hint,
        Price limit,
        uint40 deadline
    ) external nonReentrant {
        if (block.timestamp > deadline) revert ITrading.DeadlinePassed(deadline);
        Takeover memory t = _begin(account, accountOf(msg.sender, number));
        SeriesId series = seriesFrom(market);
        if (_ledger.accounts[account].group != series.group()) revert ILiquidation.NoPosition(account, market);
        // Who gained does not come by losses of others, which relief and charge would mistake for his own; and who
        // lost is registered while he still has the leg.
        if (CashLib.callSelf(IAbsorption.hasWon.selector, t.to) != 0) {
            revert ILiquidation.WinningSideLocked(t.to, market);
        }
        CashLib.callSelf(IAbsorption.netOne.selector, account);
        _plan(t, series.index(), _fractionOf(account, market, max));
        _requireMax(t, max);
        _requireLimit(t, limit);
        _move(t, 0, hint);
        _end(t);
    }

    /// @dev Which part of the leg `max` of it is, floor, 1e18.
    function _fractionOf(AccountId account, MarketId market, uint256 max) private view returns (uint256) {
        Quote memory sizeOnly;
        uint256 all = _ledger
            .markets[market]
            .read(_ledger.positions[account.position(market)], sizeOnly)
            .size
            .magnitude();
        return max >= all ? type(uint256).max : (max * 1e18) / all;
    }

    /// @dev Reverts when the least that may be taken, or left, is more than who takes over wants.
    function _requireMax(Takeover memory t, uint256 max) private pure {
        if (t.slice.sizes[0].magnitude() <= max) return;
        Money notional = notionalUp(toSize(max), t.slice.spot);
        revert ITrading.FillTooSmall(notional, toMoney(t.desk.params.minNotional()));
    }

    /// @dev Reverts when who takes over gets or pays a worse price than his limit, the keeper's part counted.
    function _requireLimit(Takeover memory t, Price limit) private pure {
        Size size = t.slice.sizes[0];
        if (Price.unwrap(limit) == 0 || size == NO_SIZE) return;
        Price share = Price.wrap((Money.unwrap(t.keeperPart) * 1e18) / Size.unwrap(size));
        Price price = t.slice.quotes[0].mark - share;
        if (size.isLong() ? price > limit : price < limit) revert ITrading.LimitNotMet(limit, price);
    }

    /// @dev Both accounts, with what relief gave back in their cash. Refused to an address that the ledger knows to be
    /// the owner's.
    function _begin(AccountId from, AccountId to) private returns (Takeover memory t) {
        (address owner, address keeper) = (from.owner(), to.owner());
        if (owner == keeper || SignerLib.known(_ledger, owner, keeper)) revert ITrading.SameOwner(owner);
        GroupId group = _ledger.accounts[from].group;
        PauseLib.requireLiquidations(_ledger, seriesOf(group, PERPETUAL).market());
        CashLib.refreshed(_ledger, from);
        CashLib.refreshed(_ledger, to);
        AccountWord word = CashLib.read(_ledger.accounts[to]);
        if (word.open() != 0 && word.group() != group) revert ITrading.AccountInOtherGroup(to, word.group());
        (t.from, t.to) = (from, to);
        t.desk = OptionPartyLib.desk(_ledger, _options, group, _slices);
    }

    function _plan(Takeover memory t, uint256 only, uint256 maxFraction) private {
        bytes memory call = abi.encodeCall(ISliceDesk.plan, (t.from, only, maxFraction));
        t.slice = abi.decode(OptionPartyLib.callMargin(_slices, call), (Slice));
        t.keeperPart = shareDown(t.slice.cost, _ledger.venue.keeperShare);
        t.vaultPart = t.slice.cost - t.keeperPart;
    }

    /// @dev The taker takes the leg at `i` over, at its mark. The first one carries the discount in cash.
    function _move(Takeover memory t, uint256 i, NodeId hint) private {
        (Desk memory d, Size size) = (t.desk, t.slice.sizes[i]);
        if (size == NO_SIZE) return;
        (d.index, d.market) = (t.slice.indexes[i], seriesOf(t.slice.group, t.slice.indexes[i]).market());
        Quote memory quote = t.slice.quotes[i];
        d.quote = quote;
        (d.place.mark, d.place.long, d.place.short) = (t.slice.spot, quote.long, quote.short);
        (Party memory giver, Party memory taker) = (t.giver, t.taker);
        giver.load(_ledger, d, t.from);
        taker.load(_ledger, d, t.to);
        _requireNoWinner(t, d, size);
        giver.trade(quote, -size, quote.mark, NO_MONEY);
        taker.trade(quote, size, quote.mark, NO_MONEY);
        (Money keeperPart, Money vaultPart) = i == 0 ? (t.keeperPart, t.vaultPart) : (NO_MONEY, NO_MONEY);
        giver.cashDelta = giver.cashDelta - keeperPart - vaultPart;
        taker.cashDelta = taker.cashDelta + keeperPart;
        _setInterest(d, giver, taker);
        Money cash = _store(d, taker, hint);
        emit ITrading.PositionChanged(taker.id, d.market, taker.leg.size, taker.position, cash);
        cash = _store(d, giver, giver.before.node);
        _report(t, size, cash, i == 0);
    }

    /// @dev The first leg of a slice tells what was paid for all.
    function _report(Takeover memory t, Size size, Money cash, bool first) private {
        emit ILiquidation.Liquidated(
            t.from,
            t.desk.market,
            t.to,
            size.abs(),
            0,
            first ? t.keeperPart : NO_MONEY,
            first ? t.vaultPart : NO_MONEY,
            t.giver.leg.size,
            t.giver.position,
            cash
        );
    }

    /// @dev In a lock who takes a losing leg must not leave the winning side by it.
    function _requireNoWinner(Takeover memory t, Desk memory d, Size size) private view {
        bool locked = uint8(_ledger.groups[d.group].phase) != 0;
        if (locked && t.taker.before.size.sameSide(-size)) revert ILiquidation.WinningSideLocked(t.to, d.market);
    }

    /// @dev Open interest after it, which is not higher: the giver only reduces.
    function _setInterest(Desk memory d, Party memory giver, Party memory taker) private {
        Size before = toSize(_ledger.markets[d.market].openInterest);
        Size later =
            before +
                giver.leg.size.long() -
                giver.before.size.long() +
                taker.leg.size.long() -
                taker.before.size.long();
        OptionPartyLib.setInterest(d, _ledger, later);
        OptionPartyLib.setLive(d, _ledger, _options, before, later);
    }

    /// @dev Writes the party back, and its position into it.
    function _store(Desk memory d, Party memory party, NodeId hint) private returns (Money cash) {
        bytes memory reason;
        (reason, party.position, cash) = party.tryStore(_ledger, _options, d, hint);
        if (reason.length != 0) revertWith(reason);
    }

    /// @dev The taker must be above initial margin, and solvent at anchor and recorded factors.
    function _end(Takeover memory t) private {
        bytes memory call = abi.encodeCall(ISliceDesk.tallyAll, (t.to));
        Tally memory later = abi.decode(OptionPartyLib.callMargin(_slices, call), (Tally));
        uint256 id = arg(t.to);
        // Of an account that has more, as they were allowed once, somebody has to take them all.
        if (later.legs > t.desk.maxLegs && later.legs > t.slice.indexes.length) {
            revertWith(refusal(IOptionTrading.TooManyLegs.selector, id, later.legs, t.desk.maxLegs));
        }
        if (later.equity < later.initial) {
            revertWith(refusal(ITrading.InsufficientMargin.selector, id, arg(later.equity), arg(later.initial)));
        }
        if (later.atAnchor < NO_MONEY || later.atRecorded < NO_MONEY) {
            revertWith(refusal(ITrading.UnsoundAtAnchor.selector, id, arg(later.atAnchor), arg(later.atRecorded)));
        }
        VaultLib.credit(_ledger, VaultLib.potOf(_ledger), t.vaultPart);
        Money cash = Money.wrap(_ledger.accounts[t.from].cash);
        emit IOptionLiquidation.Sliced(t.from, t.to, t.slice.fraction, t.keeperPart, t.vaultPart, cash);
    }
}
