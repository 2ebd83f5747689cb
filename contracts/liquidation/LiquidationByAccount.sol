// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {ILiquidationByAccount} from "../interfaces/ILiquidation.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {AccountId, accountOf} from "../types/AccountId.sol";
import {MarketId} from "../types/MarketId.sol";
import {NodeId} from "../types/NodeId.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";
import {BatchLib} from "./BatchLib.sol";
import {LiquidationLib, Taker} from "./LiquidationLib.sol";

/// @title The second way of a liquidation: into a keeper's account, one or many at once. See IClearinghouse.
contract LiquidationByAccount is ClearinghouseStorage, ILiquidationByAccount {
    function liquidateToAccount(
        AccountId account,
        MarketId market,
        uint32 keeper,
        uint256 max,
        NodeId hint,
        Price limit,
        uint40 deadline
    ) external nonReentrant {
        if (block.timestamp > deadline) revert ITrading.DeadlinePassed(deadline);
        LiquidationLib.byAccount(_ledger, account, market, Taker(accountOf(msg.sender, keeper), max, limit, hint));
    }

    function liquidateMany(
        MarketId market,
        AccountId[] calldata accounts,
        uint32 keeper,
        Size max,
        NodeId hint,
        Price limit,
        uint40 deadline
    ) external nonReentrant {
        if (block.timestamp > deadline) revert ITrading.DeadlinePassed(deadline);
        Taker memory to = Taker(accountOf(msg.sender, keeper), max.abs().toUint(), limit, hint);
        BatchLib.run(_ledger, market, accounts, to, max.isLong());
    }
}
