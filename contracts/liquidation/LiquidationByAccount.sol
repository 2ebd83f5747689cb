// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {ILiquidationByAccount} from "../interfaces/ILiquidation.sol";
import {AccountId, accountOf} from "../types/AccountId.sol";
import {MarketId} from "../types/MarketId.sol";
import {NodeId} from "../types/NodeId.sol";
import {LiquidationLib} from "./LiquidationLib.sol";
import {MarginCallLib} from "./MarginCallLib.sol";

/// @title Margin calls, and liquidations into a keeper's account or the vault; the vault's offers. See IClearinghouse.
contract LiquidationByAccount is ClearinghouseStorage, ILiquidationByAccount {
    function marginCall(AccountId account) external nonReentrant {
        MarginCallLib.record(_ledger, account);
    }

    function clearCall(AccountId account) external nonReentrant {
        MarginCallLib.clear(_ledger, account);
    }

    function liquidateToAccount(
        AccountId account,
        MarketId market,
        uint32 keeper,
        uint256 max,
        NodeId hint
    ) external nonReentrant {
        LiquidationLib.byAccount(_ledger, account, market, accountOf(msg.sender, keeper), max, hint);
    }

    function liquidateToVault(AccountId account, MarketId market, uint32 keeper, NodeId hint) external nonReentrant {
        LiquidationLib.byVault(_ledger, account, market, accountOf(msg.sender, keeper), hint);
    }

    function buyInventory(MarketId market, uint32 number, uint256 max, NodeId hint) external nonReentrant {
        LiquidationLib.sellInventory(_ledger, market, accountOf(msg.sender, number), max, hint);
    }
}
