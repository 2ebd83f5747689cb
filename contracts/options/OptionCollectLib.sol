// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {DeleverageLib} from "../deleveraging/DeleverageLib.sol";
import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {ILiquidation} from "../interfaces/ILiquidation.sol";
import {IOptionDeleveraging} from "../interfaces/IOptionDeleveraging.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Account, Ledger, Market, Phase} from "../Ledger.sol";
import {CashLib} from "../position/CashLib.sol";
import {Leg, PositionLib} from "../position/PositionLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {AccountWord} from "../types/AccountWord.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY} from "../types/Money.sol";
import {NO_POSITION} from "../types/Position.sol";
import {NO_SIZE} from "../types/Size.sol";
import {OptionChargeLib} from "./OptionChargeLib.sol";
import {OptionGroup, OptionLedger} from "./OptionLedger.sol";
import {PortfolioLib} from "./PortfolioLib.sol";
import {Scene, SceneLib} from "./SceneLib.sol";
import {PERPETUAL, SeriesId, ladderOf} from "./SeriesId.sol";

/// @title Positions of option groups whose end was not their owner's doing
library OptionCollectLib {
    using PositionLib for Market;

    /// @notice Takes a position that is worth the same from now on, torn up to zero or of a closed series, to its
    /// account's cash. For anybody. A series is closed when anchor and recorded factors are past its expiry: earlier,
    /// who is paid would take with him what the next lock may have to charge him. What is collected is in the estate
    /// until the other side is collected too.
    function collect(Ledger storage ledger, OptionLedger storage options, AccountId id, SeriesId series) internal {
        GroupId group = series.group();
        if (ledger.groups[group].phase != Phase.NORMAL) {
            revert IDeleveraging.GroupLocked(group, ledger.groups[group].until);
        }
        Account storage account = ledger.accounts[id];
        AccountWord word = CashLib.refresh(ledger, account, id, CashLib.read(account));
        uint256 bit = 1 << series.index();
        uint256 held = options.held[id];
        if (held & bit == 0 || word.group() != group) revert ILiquidation.NoPosition(id, series.market());

        Leg memory leg = _take(ledger, options, id, series);
        OptionChargeLib.noteEstates(options, group, bit);
        held &= ~bit;
        options.held[id] = held;
        Money cash = word.cash() + leg.value;
        // A debt without a position could never be absorbed: nobody would ever pay for it.
        if (held == 0 && cash < NO_MONEY) revert ILiquidation.AccountInsolvent(id, cash);
        CashLib.storeTraded(ledger, account, id, word, cash, group, held == 0 ? 0 : 1);
        emit ITrading.PositionChanged(id, series.market(), NO_SIZE, NO_POSITION, cash);
    }

    /// @notice Both sides of a series' estate cancel out; a series of which nothing is open is not live.
    function tidy(Ledger storage ledger, OptionLedger storage options, SeriesId series) internal {
        Market storage book = ledger.markets[series.market()];
        DeleverageLib.netSides(book);
        if (book.openInterest == 0) options.groups[series.group()].live &= ~(1 << series.index());
    }

    /// @notice Are anchor and recorded factors past the expiry of the series at `index`?
    function isClosed(OptionLedger storage options, GroupId id, uint256 index) internal view returns (bool) {
        if (index == PERPETUAL) return false;
        OptionGroup storage group = options.groups[id];
        uint256 expiry = group.ladders[ladderOf(index)].expiry;
        return group.anchor.time >= expiry && group.recorded.time >= expiry;
    }

    /// @dev Takes the position out of its queue, into the estate. At the recorded factors, whose mark is the expiry's
    /// price.
    function _take(
        Ledger storage ledger,
        OptionLedger storage options,
        AccountId id,
        SeriesId series
    ) private returns (Leg memory leg) {
        (GroupId group, uint256 index, MarketId market) = (series.group(), series.index(), series.market());
        Scene memory scene = SceneLib.readRecorded(options, group);
        Quote memory quote = SceneLib.quote(ledger, options, scene, index);
        leg = PortfolioLib.legOf(ledger, options, scene, id, index, quote);
        if (leg.size != NO_SIZE && !isClosed(options, group, index)) {
            revert IOptionDeleveraging.SeriesNotClosed(market);
        }
        Market storage book = ledger.markets[market];
        book.detach(leg);
        ledger.positions[id.position(market)] = NO_POSITION;
        book.toEstate(leg.size.isLong(), leg.size.magnitude());
        tidy(ledger, options, series);
    }
}
