// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {LockLib} from "../deleveraging/LockLib.sol";
import {IBatchTrading} from "../interfaces/ITrading.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Ledger} from "../Ledger.sol";
import {Quote} from "../prices/MarkLib.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {revertWith} from "../types/Refusal.sol";
import {MatchLib} from "./MatchLib.sol";
import {OrderLib} from "./OrderLib.sol";
import {PackedOrders} from "./PackedOrders.sol";

/// @title Trading: batches of matches. See IClearinghouse.
contract Trading is ClearinghouseStorage, IBatchTrading {
    using LockLib for Ledger;
    using MatchLib for Ledger;
    using PackedOrders for bytes;

    function settle(bytes calldata batch) external nonReentrant {
        bool strict = batch.readStrict();
        if (batch.length == 1) revert ITrading.EmptyBatch();
        GroupId group = batch.readMarket(1).group();
        Quote[] memory quotes = _ledger.syncOpen(group);
        bytes32 domain = OrderLib.domain();

        uint256 from = 1;
        for (uint256 i; from != batch.length; ++i) {
            MarketId market = batch.readMarket(from);
            if (market.group() != group) revert ITrading.WrongGroup(group, market);
            bytes memory reason;
            (reason, from) = _ledger.run(MatchLib.taking(quotes, domain, market, strict)[0], batch, from);
            if (reason.length == 0) continue;
            if (strict) revertWith(reason);
            emit ITrading.MatchSkipped(i, reason);
        }
    }
}
