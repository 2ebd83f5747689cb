// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChargeLib} from "../deleveraging/ChargeLib.sol";
import {LockLib} from "../deleveraging/LockLib.sol";
import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Account, Group, Ledger, Market, MarketStatus, Phase} from "../Ledger.sol";
import {CallLib} from "../position/CallLib.sol";
import {Health, MarginLib} from "../position/MarginLib.sol";
import {Leg, PositionLib} from "../position/PositionLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {PPM, mulDivDown, mulDivUp, valueDown} from "../types/Arithmetic.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY, minMoney, toMoney} from "../types/Money.sol";
import {MAX_MARK, MIN_MARK, NO_PRICE, Price} from "../types/Price.sol";
import {NO_SIZE, Size, toSize} from "../types/Size.sol";
import {VaultLib} from "../vault/VaultLib.sol";
import {ShockView, ShockedAccount} from "./ILens.sol";
import {Present, StandingLib} from "./StandingLib.sol";

/// @dev A lock that the shock would start, played in memory.
struct Play {
    GroupId group;
    /// As the lock would freeze them: a stale price is not worsened.
    Quote[] frozen;
    /// Live units on each market's winning side.
    Size[] winners;
}

/// @title What a sudden move of one mark would do
/// @notice Follows LockLib.lock, VaultLib.setAside and AbsorbLib.absorb without writing; the tests hold them together.
library ShockLib {
    using MarginLib for Health;
    using PositionLib for Market;

    function preview(
        Ledger storage ledger,
        MarketId id,
        int256 move,
        AccountId[] calldata ids
    ) internal view returns (ShockView memory s) {
        GroupId group = id.group();
        Present memory p = StandingLib.present(ledger, group);
        if (p.phase != Phase.NORMAL) revert IDeleveraging.GroupLocked(group, ledger.groups[group].until);
        _shock(ledger, id, move, p);
        s.market = id;
        s.mark = p.quotes[id.index()].mark;
        s.gapped = p.gapped;

        Play memory play = _freeze(ledger, p, s);
        s.reserve = _reserve(ledger, play, s);
        _begin(s, ids);
        while (_absorbRound(ledger, play, s)) {}
        s.shortfall = (s.deficit - s.reserve - _gains(play, s)).positive();
        _judge(ledger, p, s);
    }

    /// @dev Replaces the market's quote by a fresh one at the moved mark, and looks for a gap again.
    function _shock(Ledger storage ledger, MarketId id, int256 move, Present memory p) private view {
        Market storage market = ledger.markets[id];
        if (market.status != MarketStatus.OPEN) revert ITrading.MarketNotOpen(id);
        int256 moved = Price.unwrap(p.quotes[id.index()].mark);
        moved += mulDivDown(moved, move, PPM);
        if (moved < Price.unwrap(MIN_MARK)) moved = Price.unwrap(MIN_MARK);
        if (moved > Price.unwrap(MAX_MARK)) moved = Price.unwrap(MAX_MARK);
        p.quotes[id.index()] = MarkLib.quoteAt(market, Price.wrap(moved));
        (p.gapped, p.fresh) = (false, true);
        for (uint256 i; i < p.quotes.length; ++i) {
            if (!p.quotes[i].fresh) p.fresh = false;
            else if (StandingLib.isGap(ledger, p.group, i, p.quotes[i], p.reanchored)) p.gapped = true;
        }
    }

    /// @dev The lock's frozen quotes and jumps. Without a gap the anchors move on first, when they are due.
    function _freeze(
        Ledger storage ledger,
        Present memory p,
        ShockView memory s
    ) private view returns (Play memory play) {
        Group storage group = ledger.groups[p.group];
        bool due = block.timestamp >= group.anchorsDue && block.timestamp >= LockLib.absorbableFrom(ledger, p.group);
        bool later = p.reanchored || (!p.gapped && p.fresh && due);
        uint256 count = p.quotes.length;
        play.group = p.group;
        play.frozen = new Quote[](count);
        play.winners = new Size[](count);
        s.jumps = new Price[](count);
        s.charges = new Price[](count);
        for (uint256 i; i < count; ++i) {
            Market storage market = ledger.markets[p.group.market(i)];
            Quote memory q = p.quotes[i];
            play.frozen[i] = q.fresh ? q : MarkLib.quoteAt(market, q.mark);
            if (later) play.frozen[i].anchor = play.frozen[i].recordedMark;
            Price to = q.fresh ? q.mark - q.funding : Price.wrap(market.recordedMark);
            s.jumps[i] = to - Price.wrap(later ? market.recordedMark : market.anchor);
            if (market.status != MarketStatus.OPEN || s.jumps[i] == NO_PRICE) continue;
            uint256 estate = s.jumps[i] > NO_PRICE ? market.estateLong : market.estateShort;
            play.winners[i] = toSize(market.openInterest - estate);
        }
        _charge(play, s);
    }

    /// @dev As VaultLib.setAside.
    function _reserve(Ledger storage ledger, Play memory play, ShockView memory s) private view returns (Money) {
        Price[] memory max = new Price[](s.jumps.length);
        for (uint256 i; i < max.length; ++i) max[i] = s.jumps[i].abs();
        AccountId inventory = VaultLib.inventoryOf(ledger, play.group);
        Money pot = Money.wrap(ledger.accounts[VaultLib.potOf(ledger)].cash).positive();
        Health memory h = MarginLib.health(ledger, inventory, play.frozen, MarginLib.ALL);
        Money left = minMoney(VaultLib.budgetLeft(ledger.groups[play.group]), pot);
        Money own = minMoney((-h.atAnchor).positive(), left);
        h = MarginLib.health(ledger, inventory, _chargedQuotes(play, s, max), MarginLib.ALL);
        Money given = minMoney((-h.equity - own).positive(), left - own);
        return left - own - given;
    }

    function _begin(ShockView memory s, AccountId[] calldata ids) private pure {
        s.accounts = new ShockedAccount[](ids.length);
        for (uint256 i; i < ids.length; ++i) {
            if (i != 0 && AccountId.unwrap(ids[i]) <= AccountId.unwrap(ids[i - 1])) {
                revert IDeleveraging.AccountsNotAscending(ids[i]);
            }
            s.accounts[i].account = ids[i];
        }
    }

    /// @dev One pass over the accounts; each absorbed one raises the charge for those after it.
    /// @return changed Somebody was absorbed, so another pass may find more.
    function _absorbRound(
        Ledger storage ledger,
        Play memory play,
        ShockView memory s
    ) private view returns (bool changed) {
        for (uint256 i; i < s.accounts.length; ++i) {
            AccountId id = s.accounts[i].account;
            Account storage account = ledger.accounts[id];
            if (s.accounts[i].absorbed || account.open == 0 || account.group != play.group) continue;
            if (id.owner() == ledger.vault) continue;
            Money equity = MarginLib.health(ledger, id, play.frozen, MarginLib.ALL).equity;
            Size[] memory won = _won(ledger, play, s, id);
            if (!_takesBelowZero(play, s, equity, won)) continue;
            (s.accounts[i].absorbed, changed) = (true, true);
            s.deficit = (s.deficit - equity).positive();
            for (uint256 j; j < won.length; ++j) play.winners[j] = play.winners[j] - won[j];
            _charge(play, s);
        }
    }

    /// @dev As AbsorbLib decides.
    function _takesBelowZero(
        Play memory play,
        ShockView memory s,
        Money equity,
        Size[] memory won
    ) private pure returns (bool) {
        Money gained;
        for (uint256 i; i < won.length; ++i) gained = gained + valueDown(won[i], s.jumps[i].abs());
        return ChargeLib.takesBelowZero(equity, gained, s.deficit - s.reserve, _gains(play, s));
    }

    /// @dev The units of an account on the winning sides, by market.
    function _won(
        Ledger storage ledger,
        Play memory play,
        ShockView memory s,
        AccountId id
    ) private view returns (Size[] memory won) {
        won = new Size[](play.winners.length);
        for (uint256 i; i < play.winners.length; ++i) {
            MarketId market = play.group.market(i);
            if (ledger.accounts[id].open & (1 << i) == 0 || play.winners[i] == NO_SIZE) continue;
            Leg memory leg = ledger.markets[market].read(ledger.positions[id.position(market)], play.frozen[i]);
            bool wins = leg.size.isLong() ? s.jumps[i] > NO_PRICE : s.jumps[i] < NO_PRICE;
            if (wins) won[i] = leg.size.abs();
        }
    }

    /// @dev As ChargeLib.pendingCharges.
    function _charge(Play memory play, ShockView memory s) private pure {
        Money due = s.deficit - s.reserve;
        Money target = due + toMoney(s.jumps.length);
        Money gains = _gains(play, s);
        for (uint256 i; i < s.jumps.length; ++i) {
            Price jump = s.jumps[i].abs();
            if (due <= NO_MONEY) s.charges[i] = NO_PRICE;
            else if (target >= gains) s.charges[i] = jump;
            else s.charges[i] = Price.wrap(mulDivUp(Money.unwrap(target), Price.unwrap(jump), gains.toUint()));
        }
    }

    function _gains(Play memory play, ShockView memory s) private pure returns (Money total) {
        for (uint256 i; i < s.jumps.length; ++i) total = total + valueDown(play.winners[i], s.jumps[i].abs());
    }

    function _chargedQuotes(
        Play memory play,
        ShockView memory s,
        Price[] memory charges
    ) private pure returns (Quote[] memory quotes) {
        quotes = new Quote[](play.frozen.length);
        for (uint256 i; i < quotes.length; ++i) {
            Quote memory q = play.frozen[i];
            quotes[i] = Quote(q.mark, q.funding, q.long, q.short, q.anchor, q.recordedMark, q.fresh);
            if (s.jumps[i] > NO_PRICE) quotes[i].long = q.long - charges[i];
            else quotes[i].short = q.short + charges[i];
        }
    }

    /// @dev Everybody at the shocked live prices, each in his own group.
    function _judge(Ledger storage ledger, Present memory p, ShockView memory s) private view {
        Present memory other;
        for (uint256 i; i < s.accounts.length; ++i) {
            ShockedAccount memory a = s.accounts[i];
            GroupId group = ledger.accounts[a.account].group;
            Quote[] memory quotes = p.quotes;
            if (ledger.accounts[a.account].open != 0 && group != p.group) {
                if (other.group != group) other = StandingLib.present(ledger, group);
                quotes = other.quotes;
            }
            Health memory h = MarginLib.health(ledger, a.account, quotes, MarginLib.ALL);
            (a.equity, a.maintenance) = (h.equity, h.maintenance);
            a.callLevel = CallLib.level(ledger, h);
            a.standing = StandingLib.standing(ledger, a.account, h);
        }
    }
}
