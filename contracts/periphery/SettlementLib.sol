// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {DeleverageLib, Netting} from "../deleveraging/DeleverageLib.sol";
import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {Group, Ledger, Market, Phase, Settling, Stage} from "../Ledger.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {toMoney} from "../types/Money.sol";
import {Price, toPrice} from "../types/Price.sol";
import {NO_SIZE, Size, toSize} from "../types/Size.sol";
import {MarketSettlement, SettlementView} from "./ILens.sol";

/// @title A settlement, run and told
/// @notice It changes the ledger: `inspect` undoes that.
library SettlementLib {
    /// @notice With less gas than this no further step begins: enough for any step, and to answer.
    uint256 internal constant GAS_TO_ANSWER = 2_000_000;

    function run(Ledger storage ledger, GroupId id) internal returns (SettlementView memory s) {
        Group storage group = ledger.groups[id];
        if (group.phase == Phase.NORMAL) revert IDeleveraging.GroupNotLocked(id);
        s.markets = new MarketSettlement[](group.markets);
        if (group.phase == Phase.LOCKED) _begin(ledger, id, s);
        (uint256 index, Settling memory progress) = DeleverageLib.progressOf(ledger, id);

        Quote[] memory frozen = MarkLib.recordedQuotes(ledger, id);
        uint256 before;
        for (; index < s.markets.length; ++index) {
            before = s.steps;
            if (!_settle(ledger, id.market(index), progress, frozen, s, s.markets[index])) return s;
        }
        s.done = true;
        // A call that has used up its steps does not look at the next market.
        if (s.steps == before) ++s.steps;
    }

    /// @dev Who pays the deficit.
    function _begin(Ledger storage ledger, GroupId id, SettlementView memory s) private {
        Group storage group = ledger.groups[id];
        (uint256 reserve, uint256 shortfall) = (group.reserve, ledger.recovery.shortfall);
        for (uint256 i; i < s.markets.length; ++i) s.markets[i].charge = _charges(ledger, id.market(i));
        s.deficit = toMoney(group.deficit);
        DeleverageLib.begin(ledger, id);
        s.vaultPaid = toMoney(reserve - group.reserve);
        s.shortfall = toMoney(ledger.recovery.shortfall - shortfall);
        s.charged = s.deficit - s.vaultPaid - s.shortfall;
        for (uint256 i; i < s.markets.length; ++i) {
            s.markets[i].charge = _charges(ledger, id.market(i)) - s.markets[i].charge;
        }
    }

    /// @dev One market, step by step as `deleverage` takes it.
    /// @return done Gas sufficed.
    function _settle(
        Ledger storage ledger,
        MarketId id,
        Settling memory progress,
        Quote[] memory frozen,
        SettlementView memory s,
        MarketSettlement memory m
    ) private returns (bool done) {
        Market storage market = ledger.markets[id];
        for (; ; ++s.steps) {
            Stage stage = progress.stage;
            if (stage == Stage.NETTING && !DeleverageLib.hasEstate(market)) return true;
            bool tears = stage != Stage.NETTING && stage != Stage.PLACING;
            if (tears && m.tornUp == NO_SIZE) {
                m.tornUp = toSize(market.estateLong) + toSize(market.estateShort);
                m.tornUpLongs = !progress.estateIsLong;
            }
            if (gasleft() < GAS_TO_ANSWER) return false;
            if (tears) DeleverageLib.step(ledger, id, progress, frozen);
            else _net(ledger, id, progress, frozen, m);
        }
    }

    /// @dev A step of netting, or of the search for the vault's place, at whose end it nets.
    function _net(
        Ledger storage ledger,
        MarketId id,
        Settling memory progress,
        Quote[] memory frozen,
        MarketSettlement memory m
    ) private {
        Market storage market = ledger.markets[id];
        Size interest = toSize(market.openInterest);
        Netting memory n;
        DeleverageLib.weigh(ledger, id, progress, frozen, n);
        if (progress.stage == Stage.NETTING) DeleverageLib.net(ledger, id, progress, frozen);
        else DeleverageLib.step(ledger, id, progress, frozen);
        if (progress.stage == Stage.PLACING) return;
        (m.vaultClosed, m.vaultTook) = (n.closed, n.taken);
        m.netted = interest - toSize(market.openInterest) - n.closed;
    }

    /// @dev The cumulative charges of both sides: a settlement adds to one of them.
    function _charges(Ledger storage ledger, MarketId id) private view returns (Price) {
        return toPrice(ledger.markets[id].chargeLong) + toPrice(ledger.markets[id].chargeShort);
    }
}
