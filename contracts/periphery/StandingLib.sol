// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ChargeLib} from "../deleveraging/ChargeLib.sol";
import {LockLib} from "../deleveraging/LockLib.sol";
import {PauseLib} from "../governance/PauseLib.sol";
import {Account, Group, Ledger, Market, MarketParams, MarketStatus, PauseLevel, Phase, Recovery} from "../Ledger.sol";
import {LiquidationLib} from "../liquidation/LiquidationLib.sol";
import {CallLib} from "../position/CallLib.sol";
import {Health, MarginLib} from "../position/MarginLib.sol";
import {RecoveryLib} from "../position/RecoveryLib.sol";
import {GapLib} from "../prices/GapLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {PPM, priceShareDown} from "../types/Arithmetic.sol";
import {GroupId} from "../types/MarketId.sol";
import {Money, NO_MONEY, minMoney, toMoney} from "../types/Money.sol";
import {Price} from "../types/Price.sol";
import {HealthView, Standing} from "./ILens.sol";

/// @dev A group as the next operation would find it, before that moves anything.
struct Present {
    GroupId group;
    Phase phase;
    /// A lock that gathered nobody is over: the frozen marks are the anchors.
    bool reanchored;
    bool gapped;
    bool fresh;
    Quote[] quotes;
    /// While LOCKED: the frozen quotes less the charge implied so far.
    Quote[] charged;
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
        p.phase = group.phase;
        p.reanchored = p.phase == Phase.LOCKED && block.timestamp >= ledger.endOf(id) && group.absorbed == 0;
        if (p.reanchored) p.phase = Phase.NORMAL;
        p.fresh = true;
        for (uint256 i; i < p.quotes.length; ++i) {
            if (!p.quotes[i].fresh) p.fresh = false;
            else if (p.phase == Phase.NORMAL && isGap(ledger, id, i, p.quotes[i], p.reanchored)) p.gapped = true;
        }
        if (p.phase == Phase.LOCKED) p.charged = GapLib.chargedQuotes(ledger, id, ChargeLib.pendingCharges(ledger, id));
    }

    /// @notice As GapLib.isGap, from the anchor that the next operation would use.
    function isGap(
        Ledger storage ledger,
        GroupId id,
        uint256 index,
        Quote memory quote,
        bool reanchored
    ) internal view returns (bool) {
        Market storage market = ledger.markets[id.market(index)];
        if (market.status != MarketStatus.OPEN) return false;
        return moved(market, quote, reanchored).abs() > threshold(ledger, id, index, quote.mark, reanchored);
    }

    /// @notice How far mark less funding is from that anchor or from the recorded mark, whichever is further. Price units, signed.
    function moved(Market storage market, Quote memory quote, bool reanchored) internal view returns (Price) {
        Price live = quote.mark - quote.funding;
        Price fromRecordedMark = live - Price.wrap(market.recordedMark);
        Price fromAnchor = reanchored ? fromRecordedMark : live - Price.wrap(market.anchor);
        return fromRecordedMark.abs() > fromAnchor.abs() ? fromRecordedMark : fromAnchor;
    }

    /// @notice How far it may be without a lock. Price units, floor.
    function threshold(
        Ledger storage ledger,
        GroupId id,
        uint256 index,
        Price mark,
        bool reanchored
    ) internal view returns (Price) {
        MarketParams storage params = ledger.markets[id.market(index)].params;
        uint256 level = reanchored ? ledger.groups[id].gapLevel : GapLib.gapLevel(ledger, id);
        uint256 margin = (PPM * params.initialMargin) / (2 * PPM + params.initialMargin);
        uint256 max = Math.min(params.maintenanceMargin, margin);
        return priceShareDown(mark, Math.min(uint256(params.gapThreshold) << level, max));
    }

    /// @notice Cash that leaves at par in the present recovery.
    function protectedCash(Ledger storage ledger, AccountId id) internal view returns (Money) {
        Account storage account = ledger.accounts[id];
        if (!account.hasProtected) return NO_MONEY;
        return minMoney(toMoney(ledger.recovery.protectedOf(id)), Money.wrap(account.cash).positive());
    }

    /// @notice An account at the live prices of its group; `p` is only read when it has positions.
    function healthView(
        Ledger storage ledger,
        AccountId id,
        Present memory p
    ) internal view returns (HealthView memory view_) {
        Account storage account = ledger.accounts[id];
        Health memory h = MarginLib.health(ledger, id, p.quotes, MarginLib.ALL);
        view_.account = id;
        view_.group = account.group;
        view_.cash = h.cash;
        view_.equity = h.equity;
        view_.initial = h.initial;
        view_.maintenance = h.maintenance;
        view_.callLevel = CallLib.level(ledger, h);
        view_.withdrawable = withdrawable(ledger, id, h, p);
        view_.atFrozen = h.equity;
        if (account.open != 0 && p.phase == Phase.LOCKED) {
            view_.atFrozen = MarginLib.health(ledger, id, p.charged, MarginLib.ALL).equity;
        }
        view_.calledAt = account.calledAt;
        view_.fresh = h.fresh;
        view_.standing = standing(ledger, id, h);
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
        if (PauseLib.globalLevel(ledger) == PauseLevel.REDUCE_ONLY || ledger.uncoveredGroups != 0) return NO_MONEY;
        if (id.owner() == ledger.vault && ledger.lockedGroups != 0) return NO_MONEY;
        if (ledger.accounts[id].open == 0) return h.cash.positive();
        return p.phase == Phase.NORMAL && !p.gapped && h.fresh ? h.withdrawable() : NO_MONEY;
    }
}
