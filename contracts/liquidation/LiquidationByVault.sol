// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {ILiquidationByVault} from "../interfaces/ILiquidation.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {AccountId, accountOf} from "../types/AccountId.sol";
import {MarketId} from "../types/MarketId.sol";
import {NodeId} from "../types/NodeId.sol";
import {Price} from "../types/Price.sol";
import {LiquidationLib, Taker} from "./LiquidationLib.sol";
import {MarginCallLib} from "./MarginCallLib.sol";

/// @title Margin calls, the third way of a liquidation: into the vault, and the vault's offers. See IClearinghouse.
contract LiquidationByVault is ClearinghouseStorage, ILiquidationByVault {
    function marginCall(AccountId account) external nonReentrant {
        MarginCallLib.record(_ledger, account);
    }

    function clearCall(AccountId account) external nonReentrant {
        MarginCallLib.clear(_ledger, account);
    }

    function liquidateToVault(AccountId account, MarketId market, uint32 keeper, NodeId hint) external nonReentrant {
        LiquidationLib.byVault(_ledger, account, market, accountOf(msg.sender, keeper), hint);
    }

    function buyInventory(
        MarketId market,
        uint32 number,
        uint256 max,
        NodeId hint,
        Price limit,
        uint40 deadline
    ) external nonReentrant {
        if (block.timestamp > deadline) revert ITrading.DeadlinePassed(deadline);
        LiquidationLib.sellInventory(_ledger, market, Taker(accountOf(msg.sender, number), max, limit, hint));
    }
}
