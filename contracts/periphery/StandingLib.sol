// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChargeLib} from "../deleveraging/ChargeLib.sol";
import {LockLib} from "../deleveraging/LockLib.sol";
import {ReliefLib} from "../deleveraging/ReliefLib.sol";
import {Account, Group, Ledger, Phase, Recovery} from "../Ledger.sol";
import {LiquidationLib} from "../liquidation/LiquidationLib.sol";
import {CallLib} from "../position/CallLib.sol";
import {Health, MarginLib} from "../position/MarginLib.sol";
import {RecoveryLib} from "../position/RecoveryLib.sol";
import {GapLib} from "../prices/GapLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId} from "../types/MarketId.sol";
import {Money, NO_MONEY, minMoney, toMoney} from "../types/Money.sol";
import {HealthView, Standing} from "./ILens.sol";

/// @dev A group as the next operation would find it, before that moves anything.
struct Present {
    GroupId group;
    Phase phase;
    /// How often recent locks have doubled the gap threshold.
    uint256 gapLevel;
    bool gapped;
    bool fresh;
    Quote[] quotes;
    /// While LOCKED: the frozen quotes, these less the charge implied so far, and its share of each gain.
    Quote[] frozen;
    Quote[] charged;
    Money numerator;
    Money denominator;
}

/// @title Where accounts and groups stand, read without moving anything
library StandingLib {
    using LockLib for Ledger;
    using MarginLib for Health;
    using RecoveryLib for Recovery;

    /// @notice What `LockLib.sync` would find at live prices.
    function present(Ledger storage ledger, GroupId id) internal view returns (Present memory p) {
        Group storage group = ledger.groups[id];
        p.group = id;
        p.quotes = MarkLib.quotes(ledger, id);
        (p.phase, p.gapLevel) = (group.phase, GapLib.gapLevel(ledger, id));
        if (ledger.isOver(id)) {
            (p.phase, p.gapLevel) = (Phase.NORMAL, group.gapLevel);
            LockLib.reanchor(p.quotes);
        }
        p.fresh = true;
        for (uint256 i; i < p.quotes.length; ++i) {
            if (!p.quotes[i].fresh) p.fresh = false;
            if (p.phase != Phase.NORMAL) continue;
            if (GapLib.isGap(ledger.markets[id.market(i)], p.quotes[i], p.gapLevel)) p.gapped = true;
        }
        if (p.phase != Phase.LOCKED) return p;
        p.frozen = MarkLib.recordedQuotes(ledger, id);
        p.charged = GapLib.chargedQuotes(ledger, id, ChargeLib.pendingCharges(ledger, id));
        (p.numerator, p.denominator) = ChargeLib.share(ledger, id);
    }

    /// @notice Cash that leaves at par in the present recovery.
    function protectedCash(Ledger storage ledger, AccountId id) internal view returns (Money) {
        Account storage account = ledger.accounts[id];
        if (!account.hasProtected) return NO_MONEY;
        return minMoney(toMoney(ledger.recovery.protectedOf(id)), Money.wrap(account.cash).positive());
    }

    /// @notice The health of an account as the next operation would find it: with what a settlement gave it back.
    function healthOf(
        Ledger storage ledger,
        AccountId id,
        Quote[] memory quotes,
        uint256 except
    ) internal view returns (Health memory h) {
        h = MarginLib.health(ledger, id, quotes, except);
        (Money credit, ) = ReliefLib.pending(ledger, id);
        h.addCash(credit);
    }

    /// @notice Its cash, without what is pledged: with what a settlement gave it back.
    function cashOf(Ledger storage ledger, AccountId id) internal view returns (Money) {
        (Money credit, ) = ReliefLib.pending(ledger, id);
        return Money.wrap(ledger.accounts[id].cash) + credit;
    }

    /// @notice An account at the live prices of its group; `p` is only read when it has positions.
    function healthView(
        Ledger storage ledger,
        AccountId id,
        Present memory p
    ) internal view returns (HealthView memory view_) {
        Account storage account = ledger.accounts[id];
        Health memory h = healthOf(ledger, id, p.quotes, MarginLib.NO_MARKET);
        view_.account = id;
        view_.group = account.group;
        view_.cash = cashOf(ledger, id);
        view_.equity = h.equity;
        view_.initial = h.initial;
        view_.maintenance = h.maintenance;
        view_.callLevel = CallLib.level(ledger, h);
        view_.withdrawable = withdrawable(ledger, id, h, p);
        view_.atFrozen = h.equity;
        if (account.open != 0 && p.phase == Phase.LOCKED) _setLocked(ledger, id, p, view_);
        view_.calledAt = account.calledAt;
        view_.fresh = h.fresh;
        view_.standing = standing(ledger, id, h);
    }

    /// @dev What a lock means for an account.
    function _setLocked(Ledger storage ledger, AccountId id, Present memory p, HealthView memory view_) private view {
        view_.atFrozen = healthOf(ledger, id, p.frozen, MarginLib.NO_MARKET).equity;
        view_.charge = view_.atFrozen - healthOf(ledger, id, p.charged, MarginLib.NO_MARKET).equity;
        view_.relief = ReliefLib.reliefOf(ledger, id, p.frozen);
        view_.isNetted = ReliefLib.isRegistered(ledger, id);
        if (!view_.isNetted) return;
        view_.relief = toMoney(ledger.reliefs[id].amount); // a liquidation since then moved losses
        view_.charge = view_.charge - ReliefLib.shareOf(view_.relief, p.numerator, p.denominator);
    }

    function standing(Ledger storage ledger, AccountId id, Health memory h) internal view returns (Standing) {
        if (h.equity < NO_MONEY) return Standing.INSOLVENT;
        if (ledger.accounts[id].open == 0) return Standing.FLAT;
        if (LiquidationLib.liquidatable(ledger, id, h)) return Standing.LIQUIDATABLE;
        if (h.equity < CallLib.level(ledger, h)) return Standing.BELOW_CALL;
        return h.equity < h.initial ? Standing.BELOW_INITIAL : Standing.SOUND;
    }

    /// @notice What `withdraw` would allow now, before the outflow cap.
    function withdrawable(
        Ledger storage ledger,
        AccountId id,
        Health memory h,
        Present memory p
    ) internal view returns (Money) {
        if (ledger.outflow.uncoveredGroups != 0 || ledger.withheld(id).length != 0) return NO_MONEY;
        if (ledger.accounts[id].open == 0) return cashOf(ledger, id).positive();
        if (p.phase != Phase.NORMAL || p.gapped || !h.fresh) return NO_MONEY;
        Money max = h.withdrawable();
        return ledger.accounts[id].pledged == 0 ? max : minMoney(max, h.alone(cashOf(ledger, id)).positive());
    }
}
