// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {ILiquidationByOrders} from "../interfaces/ILiquidation.sol";
import {AccountId, accountOf} from "../types/AccountId.sol";
import {MarketId} from "../types/MarketId.sol";
import {LiquidationLib} from "./LiquidationLib.sol";

/// @title The first way of a liquidation: signed maker orders. See IClearinghouse.
contract LiquidationByOrders is ClearinghouseStorage, ILiquidationByOrders {
    function liquidate(AccountId account, MarketId market, uint32 keeper, bytes calldata makers) external nonReentrant {
        LiquidationLib.byOrders(_ledger, account, market, accountOf(msg.sender, keeper), makers);
    }
}
