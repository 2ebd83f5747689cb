// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {ISettlement} from "../interfaces/IDeleveraging.sol";
import {GroupId} from "../types/MarketId.sol";
import {DeleverageLib} from "./DeleverageLib.sol";

/// @title Deleverage: one settlement a lock. See IClearinghouse.
contract Deleveraging is ClearinghouseStorage, ISettlement {
    function deleverage(GroupId group, uint256 steps) external nonReentrant returns (bool done) {
        return DeleverageLib.deleverage(_ledger, group, steps);
    }
}
