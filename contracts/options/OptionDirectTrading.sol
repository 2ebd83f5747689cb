// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccounts} from "../interfaces/IAccounts.sol";
import {IDirectTrading, ITrading} from "../interfaces/ITrading.sol";
import {OrderLib} from "../trading/OrderLib.sol";
import {Maker, PackedOrders} from "../trading/PackedOrders.sol";
import {AccountId, accountOf} from "../types/AccountId.sol";
import {MarketId} from "../types/MarketId.sol";
import {NodeId} from "../types/NodeId.sol";
import {revertWith} from "../types/Refusal.sol";
import {NO_SIZE} from "../types/Size.sol";
import {OptionStorage} from "./OptionLedger.sol";
import {Bid, OptionMatchLib, Run} from "./OptionMatchLib.sol";
import {Desk, OptionPartyLib} from "./OptionPartyLib.sol";
import {seriesFrom} from "./SeriesId.sol";

/// @title Trading in option groups by a taker's own transaction. See IOptionClearinghouse.
contract OptionDirectTrading is OptionStorage, IDirectTrading {
    using PackedOrders for bytes;
    using PackedOrders for Maker;

    address private immutable _margin;

    /// @param margin The module OptionMargin.
    constructor(address margin) {
        _margin = margin;
    }

    function fillOrder(
        MarketId market,
        uint32 number,
        bytes calldata maker,
        NodeId hint,
        uint24 maxFee,
        uint40 deadline
    ) external nonReentrant {
        if (block.timestamp > deadline) revert ITrading.DeadlinePassed(deadline);
        Desk memory desk = OptionPartyLib.desk(_ledger, _options, seriesFrom(market).group(), _margin);
        Run memory run;
        run.onlyReduces = true;
        Bid memory b = OptionMatchLib.bid(desk, OrderLib.domain(), run, true);
        b.together = true;
        bytes memory reason = OptionMatchLib.open(_ledger, b, market);
        uint24 fee = b.desk.params.takerFee();
        if (reason.length == 0 && fee > maxFee) revert ITrading.FeeAboveCap(maxFee, fee);
        if (reason.length == 0) reason = _take(b, accountOf(msg.sender, number), maker);
        if (reason.length != 0) revertWith(reason);
        OptionMatchLib.end(_ledger, _options, b, hint);
    }

    /// @dev The account `id` takes what `packed` offers.
    function _take(Bid memory b, AccountId id, bytes calldata packed) private returns (bytes memory reason) {
        Maker memory maker;
        (address wallet, bytes calldata signature, uint256 end) = maker.readMaker(packed, 0);
        packed.requireEnd(end);
        if (maker.max == NO_SIZE) revert IAccounts.ZeroAmount();
        (b.buys, b.limit, b.left) = (!maker.order.size.isLong(), maker.order.limit, maker.max);
        reason = OptionMatchLib.begin(_ledger, b, id, false);
        if (reason.length == 0) reason = OptionMatchLib.makerFlaw(_ledger, b, maker.order, wallet, signature);
        if (reason.length == 0) reason = OptionMatchLib.fillMaker(_ledger, _options, b, maker);
    }
}
