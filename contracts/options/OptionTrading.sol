// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IBatchTrading, ITrading} from "../interfaces/ITrading.sol";
import {OrderLib} from "../trading/OrderLib.sol";
import {PackedOrders} from "../trading/PackedOrders.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {revertWith} from "../types/Refusal.sol";
import {OptionStorage} from "./OptionLedger.sol";
import {Bid, OptionMatchLib, Run} from "./OptionMatchLib.sol";
import {Desk, OptionPartyLib} from "./OptionPartyLib.sol";
import {seriesFrom} from "./SeriesId.sol";

/// @title Trading in option groups: batches of matches. See IOptionClearinghouse.
/// @dev Consecutive matches of a strict batch with the same taker are a run, a spread for example: what one leg alone
/// would refuse, the whole may allow. Between the legs nothing is called but wallets, by staticcall, and the taker of a
/// run is not a maker within it: nobody makes use of what is not checked yet.
contract OptionTrading is OptionStorage, IBatchTrading {
    using PackedOrders for bytes;

    address private immutable _margin;

    /// @param margin The module OptionMargin.
    constructor(address margin) {
        _margin = margin;
    }

    function settle(bytes calldata batch) external nonReentrant {
        bool strict = batch.readStrict();
        if (batch.length == 1) revert ITrading.EmptyBatch();
        GroupId group = seriesFrom(batch.readMarket(1)).group();
        Desk memory desk = OptionPartyLib.desk(_ledger, _options, group, _margin);
        bytes32 domain = OrderLib.domain();
        Run memory run;

        uint256 from = 1;
        for (uint256 i; from != batch.length; ++i) {
            MarketId market = batch.readMarket(from);
            if (seriesFrom(market).group() != group) revert ITrading.WrongGroup(group, market);
            desk.market = market;
            bytes memory reason;
            Bid memory bid = OptionMatchLib.bid(desk, domain, run, strict);
            (reason, from) = OptionMatchLib.run(_ledger, _options, bid, batch, from);
            if (reason.length == 0) continue;
            if (strict) revertWith(reason);
            emit ITrading.MatchSkipped(i, reason);
        }
    }
}
