// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {LockLib} from "../deleveraging/LockLib.sol";
import {IBatchTrading} from "../interfaces/ITrading.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Match} from "../interfaces/Orders.sol";
import {Ledger} from "../Ledger.sol";
import {Quote} from "../prices/MarkLib.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {revertWith} from "../types/Refusal.sol";
import {MatchLib} from "./MatchLib.sol";

/// @title Trading: batches of matches. See IClearinghouse.
contract Trading is ClearinghouseStorage, IBatchTrading {
    using LockLib for Ledger;
    using MatchLib for Ledger;

    function settle(GroupId group, Match[] calldata matches, bool strict) external nonReentrant {
        if (matches.length == 0) revert ITrading.EmptyBatch();
        Quote[] memory quotes = _ledger.syncOpen(group);

        for (uint256 i; i < matches.length; ++i) {
            MarketId market = matches[i].taker.order.market;
            if (market.group() != group) revert ITrading.WrongGroup(group, market);
            bytes memory reason = _ledger.run(matches[i], quotes, strict);
            if (reason.length == 0) continue;
            if (strict) revertWith(reason);
            emit ITrading.MatchSkipped(i, reason);
        }
    }
}
