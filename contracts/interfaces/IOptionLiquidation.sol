// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccountId} from "../types/AccountId.sol";
import {Money} from "../types/Money.sol";
import {NodeId} from "../types/NodeId.sol";

/// @title Liquidation in option groups (module OptionLiquidation)
/// @notice There are no margin calls: who is below maintenance margin can be liquidated at once.
interface IOptionLiquidation {
    /// @notice `fraction` (1e-18) of all positions of the account went to `taker`, for `keeperReward` and `vaultReward`
    /// out of its `cash`, which is what it has after it. Each leg is told by Liquidated, whose discount is zero, with
    /// both rewards in the first.
    event Sliced(
        AccountId indexed account,
        AccountId indexed taker,
        uint256 fraction,
        Money keeperReward,
        Money vaultReward,
        Money cash
    );

    /// @notice The account does not hold the series that the caller expects.
    error OtherPositions(AccountId account, uint256 held);
    /// @notice The caller would get less than he accepts.
    error RewardTooLow(Money reward, Money least);
    /// @notice What would be taken leaves the account's equity / maintenance lower than before: whole legs that are too
    /// small to be split hedge the rest. The whole account can be taken.
    error SliceWorsens(AccountId account);

    /// @notice Takes a slice of all positions of an account below maintenance margin into the caller's account
    /// `number`, at marks: the least that restores its initial margin. The discount is paid in cash: the keeper's share
    /// to the caller, the rest to the vault. Of each leg zero or at least the minimum notional remains. In a lock see
    /// `liquidateToAccount`.
    /// @param maxFraction Of each leg, at most; 1e-18. From 1e18 on: the whole account, if a slice would leave it
    /// worse.
    /// @param expected Which series the account holds, a bit each; zero: any.
    /// @param minReward The least that the caller gets, 1e-9 quote.
    /// @param deadline Last second of validity, Unix time. Zero has passed.
    /// @param hints A node near the place of the caller's new level, leg by leg from the lowest index on; missing ones
    /// are zero. Any value is valid, only gas depends on it.
    function liquidateSlice(
        AccountId account,
        uint32 number,
        uint256 maxFraction,
        uint256 expected,
        Money minReward,
        uint40 deadline,
        NodeId[] calldata hints
    ) external;
}
