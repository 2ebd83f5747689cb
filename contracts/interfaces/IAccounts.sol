// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccountId} from "../types/AccountId.sol";
import {Money} from "../types/Money.sol";

/// @title Accounts: cash in and out, keys
/// @notice `Money` is 1e-9 quote, `tokens` are the token's smallest units.
interface IAccounts {
    /// @notice The cash of `account` is now `cash`, by what no other event tells: its part of fees or of a
    /// liquidation's discount, the refund of a settlement, a cover, and moves between the vault's pot, reserves and
    /// inventory.
    event CashChanged(AccountId indexed account, Money cash);
    /// @notice `tokens` arrived from `from`; the account has `cash` now.
    event Deposited(AccountId indexed account, address indexed from, uint256 tokens, Money cash);
    /// @notice `claims` were given up for `tokens`; the account has `cash` now.
    event Withdrawn(AccountId indexed account, address indexed to, uint256 tokens, Money claims, Money cash);
    /// @notice `amount` of claims moved; the two accounts have `fromCash` and `toCash` now.
    event Transferred(AccountId indexed from, AccountId indexed to, Money amount, Money fromCash, Money toCash);
    /// @notice `signer` may sign for the owner through the second `expiry` (Unix time). 1: revoked, see `setSigner`.
    event SignerSet(address indexed owner, address indexed signer, uint256 expiry);

    /// @notice An amount or a size of zero.
    error ZeroAmount();
    /// @notice At construction: no contract is there, or it does not tell balances as ERC-20 does.
    error NotAToken(address token);
    /// @notice At construction: the token does not tell its decimals, and what a unit is worth would be a guess.
    error TokenDecimalsUnknown(address token);
    /// @notice At construction: the token has more decimals than `max`.
    error TokenDecimalsTooHigh(uint256 decimals, uint256 max);
    /// @notice The token took units away from the clearinghouse: by a rebase, a fee on the sender or a seizure. Who
    /// sends the difference by a plain transfer opens deposits again.
    error TokensMissing(Money held, Money present);
    /// @notice The token said yes, but nothing arrived.
    error NothingArrived();
    /// @notice An address that must be somebody's is zero.
    error ZeroAddress();
    /// @notice Tokens sent to the clearinghouse itself would be nobody's.
    error RecipientIsClearinghouse();
    /// @notice More claims than may leave the account now.
    error InsufficientWithdrawable(AccountId account, Money requested, Money withdrawable);
    /// @notice The estates of so many groups may exceed what can pay for them: withdrawals wait for `deleverage`.
    error WithdrawalsWait(uint256 uncoveredGroups);
    /// @notice More than the venue pays out in a day: `left` until the second `windowEnds` (Unix time).
    error OutflowCapReached(Money requested, Money left, uint256 windowEnds);
    /// @notice While groups are locked the vault can neither withdraw nor be replaced.
    error GroupsLocked(uint256 lockedGroups);
    /// @notice An owner needs no listing to sign for himself.
    error SignerIsOwner();
    /// @notice Only while defaults wait to be absorbed can claims exceed the tokens that are `held`.
    error InsufficientTokens(Money wanted, Money held);

    /// @notice Pulls `amount` token units from the caller and credits `account` (anybody's) with what arrived. Always
    /// open, unless the token took units away from here (`TokensMissing`).
    /// @return credited Claims, 1e-9 quote, floor.
    function deposit(AccountId account, uint256 amount) external returns (Money credited);

    /// @notice As `deposit`, with an EIP-2612 permit of the caller. A permit already used by somebody else does no
    /// harm.
    function depositWithPermit(
        AccountId account,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (Money credited);

    /// @notice Withdraws `amount` token units of claims from the caller's account `number` to `to`. At r < 1 each claim
    /// pays r. With positions: min(cash, equity) less initial margin, only while prices are fresh and the group is open
    /// and without a gap.
    /// @param amount Claims at par in token units; type(uint256).max: all that is withdrawable.
    /// @return paid Token units sent, floor.
    function withdraw(uint32 number, uint256 amount, address to) external returns (uint256 paid);

    /// @notice Moves claims (1e-9 quote) between two accounts of the caller, under the rules of a withdrawal.
    function transfer(uint32 from, uint32 to, Money amount) external;

    /// @notice Lets `signer` sign and cancel orders for all accounts of the caller through the second `expiry` (0:
    /// revoked; above 2^128 - 1: kept as that). It can never withdraw or transfer. A signer that was ever listed counts
    /// as the caller's own in liquidations: neither is paid for liquidating the other, nor takes the other's positions
    /// over.
    function setSigner(address signer, uint256 expiry) external;
}
