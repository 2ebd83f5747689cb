// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {LockLib} from "../deleveraging/LockLib.sol";
import {IAccounts} from "../interfaces/IAccounts.sol";
import {IDirectTrading} from "../interfaces/ITrading.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Ledger} from "../Ledger.sol";
import {CashLib} from "../position/CashLib.sol";
import {AccountId, accountOf} from "../types/AccountId.sol";
import {MarketId} from "../types/MarketId.sol";
import {NodeId} from "../types/NodeId.sol";
import {revertWith} from "../types/Refusal.sol";
import {NO_SIZE} from "../types/Size.sol";
import {MatchLib, Taking} from "./MatchLib.sol";
import {OrderLib} from "./OrderLib.sol";
import {Maker, PackedOrders} from "./PackedOrders.sol";

/// @title Trading by a taker's own transaction. See IClearinghouse.
contract DirectTrading is ClearinghouseStorage, IDirectTrading {
    using LockLib for Ledger;
    using MatchLib for Ledger;
    using PackedOrders for bytes;
    using PackedOrders for Maker;

    function fillOrder(
        MarketId market,
        uint32 number,
        bytes calldata maker,
        NodeId hint,
        uint24 maxFee,
        uint40 deadline
    ) external nonReentrant {
        if (block.timestamp > deadline) revert ITrading.DeadlinePassed(deadline);
        Taking memory t = MatchLib.taking(_ledger.syncOpen(market.group()), OrderLib.domain(), market, true)[0];
        bytes memory reason = _ledger.open(t);
        if (reason.length == 0 && t.params.takerFee() > maxFee) {
            revert ITrading.FeeAboveCap(maxFee, t.params.takerFee());
        }
        if (reason.length == 0) reason = _take(t, accountOf(msg.sender, number), maker);
        if (reason.length != 0) revertWith(reason);
        _ledger.end(t, hint);
    }

    /// @dev The account `id` takes what `packed` offers.
    function _take(Taking memory t, AccountId id, bytes calldata packed) private returns (bytes memory reason) {
        Maker memory maker;
        (address wallet, bytes calldata signature, uint256 end) = maker.readMaker(packed, 0);
        packed.requireEnd(end);
        if (maker.max == NO_SIZE) revert IAccounts.ZeroAmount();
        (t.buys, t.limit, t.left) = (!maker.order.size.isLong(), maker.order.limit, maker.max);
        reason = _ledger.begin(t, CashLib.read(_ledger.accounts[id]), id, false);
        if (reason.length == 0) reason = _ledger.makerFlaw(t, maker.order, wallet, signature);
        if (reason.length == 0) reason = _ledger.fillMaker(t, maker);
    }
}
