// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {ICollateral} from "../interfaces/ICollateral.sol";
import {ILiquidation} from "../interfaces/ILiquidation.sol";
import {AccountId} from "../types/AccountId.sol";
import {Money} from "../types/Money.sol";

/// @title The module in place of Pledging for a venue without collateral but its settlement token
contract NoPledging is ClearinghouseStorage {
    /// @notice As ICollateral has it: nothing pays the debt of an account without positions.
    function payDebt(AccountId account) external view returns (int256) {
        revert ILiquidation.AccountInsolvent(account, Money.wrap(_ledger.accounts[account].cash));
    }

    fallback() external {
        revert ICollateral.NoCollateral();
    }
}
