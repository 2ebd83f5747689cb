// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {ChargeLib} from "../deleveraging/ChargeLib.sol";
import {LockLib} from "../deleveraging/LockLib.sol";
import {PauseLib} from "../governance/PauseLib.sol";
import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Group, Ledger, Market, MarketStatus, Outflow, Phase, Queue, Recovery} from "../Ledger.sol";
import {LiquidationLib} from "../liquidation/LiquidationLib.sol";
import {MarginLib} from "../position/MarginLib.sol";
import {OutflowLib} from "../position/OutflowLib.sol";
import {Leg, PositionLib} from "../position/PositionLib.sol";
import {QueueLib} from "../position/QueueLib.sol";
import {RecoveryLib} from "../position/RecoveryLib.sol";
import {FundingLib} from "../prices/FundingLib.sol";
import {GapLib} from "../prices/GapLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {SourceLib} from "../prices/SourceLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {PPM} from "../types/Arithmetic.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, toMoney} from "../types/Money.sol";
import {ParamsLib} from "../types/Params.sol";
import {NO_NODE, NodeId} from "../types/NodeId.sol";
import {Price, toPrice} from "../types/Price.sol";
import {toSize} from "../types/Size.sol";
import {VaultLib} from "../vault/VaultLib.sol";
import {GroupView, VenueView, ILens, MarketView, NodeView} from "./ILens.sol";
import {Present, StandingLib} from "./StandingLib.sol";

/// @title The lens's part that reads markets, groups and the venue: code for the clearinghouse's `inspect`
/// @notice A function has the signature of ILens, so that a call is passed on as it came. It runs on the
/// clearinghouse's storage.
contract GroupLens is ClearinghouseStorage {
    using PositionLib for Market;
    using QueueLib for Queue;
    using RecoveryLib for Recovery;
    using StandingLib for Ledger;

    function market(IClearinghouse, MarketId id) external view returns (MarketView memory view_) {
        Market storage stored = _ledger.markets[id];
        if (stored.status == MarketStatus.NONE) revert ITrading.MarketUnknown(id);
        view_.market = id;
        view_.status = stored.status;
        view_.mode = stored.mode;
        view_.source = stored.source;
        view_.staleSince = SourceLib.staleSince(_ledger, id);
        view_.openInterest = toSize(stored.openInterest);
        view_.increaseRate = MarginLib.increaseRate(ParamsLib.read(stored.params), view_.openInterest);
        view_.chargeLong = toPrice(stored.chargeLong);
        view_.chargeShort = toPrice(stored.chargeShort);
        view_.estateLong = toSize(stored.estateLong);
        view_.estateShort = toSize(stored.estateShort);
        view_.params = stored.params;
        _addPrices(view_);
        _addPause(view_);
        _addOffer(view_);
    }

    function queue(
        IClearinghouse,
        MarketId id,
        bool isLong,
        NodeId after_,
        uint256 count
    ) external view returns (NodeView[] memory nodes) {
        Market storage stored = _ledger.markets[id];
        if (stored.status == MarketStatus.NONE) revert ITrading.MarketUnknown(id);
        Queue storage side = stored.queueOf(isLong);
        if (after_ != NO_NODE && !side.nodes[after_].linked()) revert ILens.NodeUnknown(id, isLong, after_);

        NodeId node = after_;
        uint256 found;
        while (found < count && (node = side.next(node)) != NO_NODE) ++found;
        nodes = new NodeView[](found);
        Price mark = MarkLib.quote(stored).mark;
        Quote memory quote = MarkLib.quoteAt(stored, mark);
        node = after_;
        for (uint256 i; i < found; ++i) {
            node = side.next(node);
            nodes[i].node = node;
            Price gain = isLong ? quote.long - node.rank() : -quote.short - node.rank();
            nodes[i].gain = gain;
            nodes[i].entry = isLong ? mark - gain : mark + gain;
            nodes[i].size = toSize(side.sizeOf(node));
            nodes[i].remaining = uint32((uint256(side.frameOf(node).remaining) * PPM) >> 95);
        }
    }

    function group(IClearinghouse, GroupId id) external view returns (GroupView memory view_) {
        Group storage stored = _ledger.groups[id];
        Present memory p = _ledger.present(id);
        view_.group = id;
        view_.phase = p.phase;
        view_.markets = stored.markets;
        view_.gapLevel = p.gapLevel;
        view_.gapped = p.gapped;
        view_.fresh = p.fresh;
        view_.uncovered = stored.uncovered;
        view_.lockedAt = stored.lockedAt;
        // A pause of liquidations makes a lock longer.
        view_.until = stored.phase == Phase.LOCKED ? uint40(LockLib.endOf(_ledger, id)) : stored.until;
        (view_.anchorsDue, view_.lastUnlock) = (stored.anchorsDue, stored.lastUnlock);
        view_.absorbed = stored.absorbed;
        view_.deficit = toMoney(stored.deficit);
        view_.reserve = toMoney(stored.reserve);
        view_.vaultBudget = toMoney(stored.vaultBudget);
        view_.budgetLeft = VaultLib.budgetLeft(stored);
        view_.jumps = new Price[](stored.markets);
        view_.pendingCharges = new Price[](stored.markets);
        if (p.phase != Phase.LOCKED) return view_;
        view_.gains = ChargeLib.gains(_ledger, id);
        view_.relieved = ChargeLib.relieved(stored);
        view_.pendingCharges = ChargeLib.pendingCharges(_ledger, id);
        for (uint256 i; i < view_.jumps.length; ++i) view_.jumps[i] = GapLib.jump(_ledger.markets[id.market(i)]);
    }

    function venue(IClearinghouse) external view returns (VenueView memory view_) {
        Recovery storage recovery = _ledger.recovery;
        view_.recoveryRate = recovery.rate();
        view_.held = toMoney(recovery.held);
        view_.shortfall = toMoney(recovery.shortfall);
        view_.protectedCash = toMoney(recovery.protectedCash);
        view_.fees = toMoney(recovery.fees);
        view_.groups = _ledger.groupCount;
        view_.lockedGroups = _ledger.outflow.lockedGroups;
        view_.uncoveredGroups = _ledger.outflow.uncoveredGroups;
        view_.pauseLevel = PauseLib.globalLevel(_ledger);
        view_.pausedUntil = _ledger.pause.until;
        (view_.vault, view_.treasury, view_.accessGate) = (_ledger.vault, _ledger.treasury, _ledger.accessGate);
        view_.vaultCash = Money.wrap(_ledger.accounts[VaultLib.potOf(_ledger)].cash);
        (view_.vaultEquity, view_.vaultCertain) = VaultLib.equity(_ledger);
        view_.params = _ledger.venue;

        Outflow memory window = OutflowLib.current(_ledger);
        view_.outflowLeft = (view_.held - toMoney(window.minHeld)).positive();
        if (window.since == _ledger.outflow.since) view_.outflowWindowEnds = uint256(window.since) + OutflowLib.WINDOW;
    }

    // ------------------------------------------------------------------ inside

    function _addPrices(MarketView memory view_) private view {
        Market storage stored = _ledger.markets[view_.market];
        Present memory p = _ledger.present(view_.market.group());
        Quote memory quote = p.quotes[view_.market.index()];
        view_.mark = quote.mark;
        view_.fresh = quote.fresh;
        view_.sourceStatus = quote.fresh ? IPriceSource.Status.FRESH : _whyNotFresh(stored.source);
        view_.funding = quote.funding;
        view_.fundingRate = FundingLib.currentRate(stored);
        view_.anchor = quote.anchor;
        view_.recordedMark = quote.recordedMark;
        view_.moved = GapLib.moved(quote);
        view_.gapThreshold = GapLib.threshold(stored.params, quote.mark, p.gapLevel);
        view_.gapped = p.phase == Phase.NORMAL && GapLib.isGap(stored, quote, p.gapLevel);
    }

    function _addPause(MarketView memory view_) private view {
        view_.pauseLevel = PauseLib.level(_ledger, view_.market);
        view_.pausedUntil = _ledger.marketPause[view_.market].until;
        view_.liquidationsFrom = PauseLib.liquidationsFrom(_ledger, view_.market);
    }

    function _addOffer(MarketView memory view_) private view {
        Market storage stored = _ledger.markets[view_.market];
        AccountId inventory = VaultLib.inventoryOf(_ledger, view_.market.group());
        Leg memory leg = stored.read(
            _ledger.positions[inventory.position(view_.market)],
            MarkLib.quoteAt(stored, view_.mark)
        );
        view_.offered = leg.size;
        if (leg.size == toSize(0)) return;
        view_.offerDiscount = VaultLib.offerDiscount(_ledger, view_.market);
        view_.offerPrice = LiquidationLib.discounted(view_.mark, leg.size.isLong(), view_.offerDiscount);
    }

    /// @dev What the source says; INSANE when it reverts, cannot be decoded, or calls a price fresh that is not taken.
    function _whyNotFresh(IPriceSource source) private view returns (IPriceSource.Status) {
        (bool ok, bytes memory answer) = address(source).staticcall{gas: MarkLib.SOURCE_GAS}(
            abi.encodeCall(IPriceSource.read, ())
        );
        if (!ok || answer.length != 64) return IPriceSource.Status.INSANE;
        (, uint256 said) = abi.decode(answer, (uint256, uint256));
        bool explains = said == uint256(IPriceSource.Status.STALE) || said == uint256(IPriceSource.Status.DOWN);
        return explains ? IPriceSource.Status(said) : IPriceSource.Status.INSANE;
    }
}
