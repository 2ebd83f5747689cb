// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Order, Use} from "../interfaces/Orders.sol";
import {Account, Ledger, Market, MarketStatus} from "../Ledger.sol";
import {CashLib} from "../position/CashLib.sol";
import {MarkLib} from "../prices/MarkLib.sol";
import {OrderLib} from "../trading/OrderLib.sol";
import {PackedOrders} from "../trading/PackedOrders.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId, MarketId, NO_GROUP} from "../types/MarketId.sol";
import {NO_SIZE, Size} from "../types/Size.sol";
import {AccountView, HealthView, OrderView, PositionView, ShockView} from "./ILens.sol";
import {PlaceLib} from "./PlaceLib.sol";
import {ShockLib} from "./ShockLib.sol";
import {Present, StandingLib} from "./StandingLib.sol";

/// @title The lens's part that reads accounts: code for the clearinghouse's `inspect`
/// @notice Each function has the signature of the lens's own, so that a call is passed on as it came. It runs on the
/// clearinghouse's storage.
contract AccountLens is ClearinghouseStorage {
    using OrderLib for Ledger;
    using OrderLib for Order;
    using PackedOrders for bytes;
    using PackedOrders for Order;
    using StandingLib for Ledger;

    function account(IClearinghouse, AccountId id) external view returns (AccountView memory view_) {
        Account storage stored = _ledger.accounts[id];
        Present memory p;
        if (stored.group != NO_GROUP) p = _ledger.present(stored.group);
        view_.health = _ledger.healthView(id, p);
        view_.phase = p.phase;
        if (stored.calledAt != 0) {
            view_.callDue = stored.calledAt + _ledger.venue.callGrace;
            view_.callLapses = stored.calledAt + _ledger.venue.callLapse;
        }
        view_.protectedCash = _ledger.protectedCash(id);
        view_.minSequence = stored.minSequence;

        uint256 open = stored.open;
        uint256 count;
        for (uint256 i; open >> i != 0; ++i) count += (open >> i) & 1;
        view_.positions = new PositionView[](count);
        for (uint256 i; count != 0; ++i) {
            if (open & (1 << i) == 0) continue;
            view_.positions[view_.positions.length - count] = PlaceLib.positionView(
                _ledger,
                id,
                stored.group.market(i),
                p.quotes
            );
            --count;
        }
    }

    function accounts(IClearinghouse, AccountId[] calldata ids) public view returns (HealthView[] memory views) {
        views = new HealthView[](ids.length);
        Present memory p;
        for (uint256 i; i < ids.length; ++i) {
            GroupId group_ = _ledger.accounts[ids[i]].group;
            if (_ledger.accounts[ids[i]].open != 0 && group_ != p.group) p = _ledger.present(group_);
            views[i] = _ledger.healthView(ids[i], p);
        }
    }

    function shock(
        IClearinghouse clearinghouse,
        MarketId id,
        int256 move,
        AccountId[] calldata ids
    ) external returns (ShockView memory s) {
        s.mark = ShockLib.moveMark(_ledger, id, move);
        s.accounts = accounts(clearinghouse, ids);
        ShockLib.resolve(_ledger, clearinghouse, id.group(), ids, s);
    }

    function order(
        IClearinghouse,
        MarketId market,
        bytes calldata packed,
        address submitter
    ) external view returns (OrderView memory view_) {
        Order memory wish;
        (address wallet, bytes calldata signature, uint256 end) = wish.readOrder(packed, 0);
        packed.requireEnd(end);
        wish.market = market;
        view_.hash = wish.hash();
        view_.remaining = _ledger.remaining(CashLib.read(_ledger.accounts[wish.account]), wish);
        view_.flaw = _flawOf(wish, view_.remaining, submitter);
        if (view_.flaw.length != 0) return view_;
        bytes32 digest = wish.digest(OrderLib.domain());
        view_.flaw = _ledger.signatureFlaw(wish, digest, wallet, signature);
    }

    /// @dev What is wrong with the order, but for its signature. An order that may take is held to the taker's fee.
    function _flawOf(Order memory wish, Size remaining, address submitter) private view returns (bytes memory) {
        if (remaining == NO_SIZE) {
            return abi.encodeWithSelector(ITrading.OrderCancelledOrFilled.selector, wish.account, wish.salt);
        }
        Market storage stored = _ledger.markets[wish.market];
        if (stored.status != MarketStatus.OPEN) {
            return abi.encodeWithSelector(ITrading.MarketNotOpen.selector, wish.market);
        }
        uint24 fee = wish.use == Use.MAKER ? stored.params.makerFee : stored.params.takerFee;
        return wish.orderFlaw(fee, submitter, MarkLib.quote(stored).mark);
    }
}
