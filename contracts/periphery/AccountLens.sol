// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Order, SignedOrder} from "../interfaces/Orders.sol";
import {Account, Ledger, Market} from "../Ledger.sol";
import {MatchLib} from "../trading/MatchLib.sol";
import {OrderLib} from "../trading/OrderLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId, MarketId, NO_GROUP} from "../types/MarketId.sol";
import {NO_SIZE} from "../types/Size.sol";
import {AccountView, HealthView, OrderView, PositionView, ShockView} from "./ILens.sol";
import {PlaceLib} from "./PlaceLib.sol";
import {ShockLib} from "./ShockLib.sol";
import {Present, StandingLib} from "./StandingLib.sol";

/// @title The lens's part that reads accounts: code for the clearinghouse's `inspect`
/// @notice Each function has the signature of the lens's own, so that a call is passed on as it came. It runs on the
/// clearinghouse's storage.
contract AccountLens is ClearinghouseStorage {
    using OrderLib for Ledger;
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
        SignedOrder calldata signed,
        address submitter
    ) external view returns (OrderView memory view_) {
        Order calldata wish = signed.order;
        Market storage stored = _ledger.markets[wish.market];
        view_.hash = OrderLib.hash(wish);
        view_.remaining = _ledger.remaining(_ledger.accounts[wish.account], wish);
        if (view_.remaining == NO_SIZE) {
            view_.flaw = abi.encodeWithSelector(ITrading.OrderCancelledOrFilled.selector, wish.account, wish.salt);
            return view_;
        }
        view_.flaw = _ledger.orderFlaw(
            signed,
            MatchLib.digest(OrderLib.domain(), wish),
            wish.taker ? stored.params.takerFee : stored.params.makerFee,
            submitter
        );
    }
}
