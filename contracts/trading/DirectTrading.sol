// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {LockLib} from "../deleveraging/LockLib.sol";
import {IAccounts} from "../interfaces/IAccounts.sol";
import {IDirectTrading} from "../interfaces/ITrading.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Fill, Order} from "../interfaces/Orders.sol";
import {Ledger} from "../Ledger.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId, accountOf} from "../types/AccountId.sol";
import {NodeId} from "../types/NodeId.sol";
import {revertWith} from "../types/Refusal.sol";
import {toSize} from "../types/Size.sol";
import {MatchLib, Taking} from "./MatchLib.sol";

/// @title Trading by a taker's own transaction. See IClearinghouse.
contract DirectTrading is ClearinghouseStorage, IDirectTrading {
    using LockLib for Ledger;
    using MatchLib for Ledger;

    function fillOrder(
        uint32 number,
        Fill calldata fill,
        NodeId hint,
        uint24 maxFee,
        uint40 deadline
    ) external nonReentrant {
        if (block.timestamp > deadline) revert ITrading.DeadlinePassed(deadline);
        if (fill.size == 0) revert IAccounts.ZeroAmount();
        Order calldata order = fill.maker.order;
        AccountId taker = accountOf(msg.sender, number);
        Quote[] memory quotes = _ledger.syncOpen(order.market.group());
        Taking memory t = MatchLib.taking(quotes, order.market, !order.size.isLong(), order.limit);
        t.left = toSize(fill.size < type(uint72).max ? fill.size : type(uint72).max);
        bytes memory reason = _ledger.begin(t, _ledger.accounts[taker], taker, false);
        if (t.params.takerFee() > maxFee) revert ITrading.FeeAboveCap(maxFee, t.params.takerFee());
        if (reason.length == 0) reason = _ledger.makerFlaw(t, fill.maker);
        if (reason.length == 0) reason = _ledger.fillMaker(t, fill);
        if (reason.length != 0) revertWith(reason);
        _ledger.end(t, hint);
    }
}
