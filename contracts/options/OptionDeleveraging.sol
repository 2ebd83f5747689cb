// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ISettlement} from "../interfaces/IDeleveraging.sol";
import {GroupId} from "../types/MarketId.sol";
import {OptionDeleverageLib} from "./OptionDeleverageLib.sol";
import {OptionStorage} from "./OptionLedger.sol";

/// @title Deleverage of option groups: one settlement a lock. See ISettlement.
contract OptionDeleveraging is OptionStorage, ISettlement {
    function deleverage(GroupId group, uint256 steps) external nonReentrant returns (bool done) {
        return OptionDeleverageLib.deleverage(_ledger, _options, group, steps);
    }
}
