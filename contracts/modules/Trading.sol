// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {Fill, IClearinghouse, Match, Order} from "../interfaces/IClearinghouse.sol";
import {Ledger} from "../Ledger.sol";
import {LockLib} from "../libraries/LockLib.sol";
import {Quote} from "../libraries/MarkLib.sol";
import {MatchLib, Taking} from "../libraries/MatchLib.sol";
import {OrderLib} from "../libraries/OrderLib.sol";
import {AccountId, accountOf} from "../types/AccountId.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {NodeId} from "../types/NodeId.sol";
import {toSize} from "../types/Size.sol";

/// @title Trading: batches of matches, and a taker's own transaction. See IClearinghouse.
contract Trading is ClearinghouseStorage {
    using LockLib for Ledger;
    using MatchLib for Ledger;

    function settle(GroupId group, Match[] calldata matches, bool strict) external nonReentrant {
        if (matches.length == 0) revert IClearinghouse.EmptyBatch();
        Quote[] memory quotes = _ledger.syncOpen(group);

        for (uint256 i; i < matches.length; ++i) {
            MarketId market = matches[i].taker.order.market;
            if (market.group() != group) revert IClearinghouse.WrongGroup(group, market);
            bytes memory reason = _ledger.run(matches[i], _begun(quotes), strict);
            if (reason.length == 0) continue;
            if (strict) MatchLib.revertWith(reason);
            emit IClearinghouse.MatchSkipped(i, reason);
        }
    }

    function fillOrder(
        uint32 number,
        Fill calldata fill,
        NodeId hint,
        uint24 maxFee,
        uint40 deadline
    ) external nonReentrant {
        if (block.timestamp > deadline) revert IClearinghouse.DeadlinePassed(deadline);
        if (fill.size == 0) revert IClearinghouse.ZeroAmount();
        Order calldata order = fill.maker.order;
        AccountId taker = accountOf(msg.sender, number);
        Taking memory t = _begun(_ledger.syncOpen(order.market.group()));
        (t.market, t.buys, t.limit) = (order.market, !order.size.isLong(), order.limit);
        t.left = toSize(fill.size < type(uint72).max ? fill.size : type(uint72).max);
        bytes memory reason = _ledger.begin(t, _ledger.accounts[taker], taker, false);
        if (t.params.takerFee > maxFee) revert IClearinghouse.FeeAboveCap(maxFee, t.params.takerFee);
        if (reason.length == 0) reason = _ledger.makerFlaw(t, fill.maker);
        if (reason.length == 0) reason = _ledger.fill(t, fill);
        if (reason.length != 0) MatchLib.revertWith(reason);
        _ledger.end(t, hint);
    }

    function _begun(Quote[] memory quotes) private view returns (Taking memory t) {
        (t.quotes, t.domain, t.submitter) = (quotes, OrderLib.domain(), msg.sender);
    }
}
