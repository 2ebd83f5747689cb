// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPledging} from "../interfaces/ICollateral.sol";
import {IAbsorption} from "../interfaces/IDeleveraging.sol";
import {Account, Ledger, Recovery} from "../Ledger.sol";
import {AccountId} from "../types/AccountId.sol";
import {AccountWord} from "../types/AccountWord.sol";
import {GroupId} from "../types/MarketId.sol";
import {Money} from "../types/Money.sol";
import {RecoveryLib} from "./RecoveryLib.sol";

/// @title The one door for cash
/// @notice Nothing else writes the cash of an account. So two rules hold everywhere: what a settlement owes an account
/// for its relief is in its cash before that is used (see ReliefLib), and what a recovery protects of it never exceeds
/// its cash (see RecoveryLib). All amounts are in 1e-9 quote.
library CashLib {
    using RecoveryLib for Recovery;

    /// @notice The account, its relief credited and its protection cut to the cash that is there. Call it before cash
    /// is used.
    function refreshed(Ledger storage ledger, AccountId id) internal returns (Account storage account) {
        account = ledger.accounts[id];
        fit(ledger, account, id);
    }

    /// @notice Credits a deposit, which counts at par during a recovery.
    function deposit(
        Ledger storage ledger,
        AccountId id,
        Money amount
    ) internal returns (Account storage account, Money cash) {
        account = ledger.accounts[id];
        AccountWord word = refresh(ledger, account, id, read(account));
        cash = _set(account, word.cash() + amount);
        ledger.recovery.deposited(account, id, amount);
    }

    /// @notice Debits `claims` and returns what they pay, rounded down. Assumes that the account is `refreshed`.
    function withdraw(
        Ledger storage ledger,
        Account storage account,
        AccountId id,
        Money claims
    ) internal returns (Money paid, Money cash) {
        paid = ledger.recovery.withdrawn(account, id, claims);
        cash = _set(account, Money.wrap(account.cash) - claims);
    }

    /// @notice Moves claims between two accounts of one owner, with their protection. Assumes that `from` is
    /// `refreshed`.
    function transfer(Ledger storage ledger, AccountId from, AccountId to, Money amount) internal {
        Account storage source = ledger.accounts[from];
        Account storage target = refreshed(ledger, to);
        ledger.recovery.moved(source, from, target, to, amount);
        _set(source, Money.wrap(source.cash) - amount);
        _set(target, Money.wrap(target.cash) + amount);
        fit(ledger, target, to);
    }

    /// @notice Adds `amount`, which may be negative.
    function change(Ledger storage ledger, AccountId id, Money amount) internal returns (Money cash) {
        Account storage account = refreshed(ledger, id);
        cash = _set(account, Money.wrap(account.cash) + amount);
        fit(ledger, account, id);
    }

    /// @notice Adds what a settlement gave back: by `fit`, through ReliefLib, which is the rest of refreshing.
    function giveBack(Account storage account, Money amount) internal returns (Money cash) {
        return _set(account, Money.wrap(account.cash) + amount);
    }

    /// @notice As `refreshed`, of an account that was read as `word`.
    /// @return The account as it is then.
    function refresh(
        Ledger storage ledger,
        Account storage account,
        AccountId id,
        AccountWord word
    ) internal returns (AccountWord) {
        if (!word.needsRefresh()) return word;
        fit(ledger, account, id);
        return read(account);
    }

    /// @notice As `refresh`, for margin: what is pledged counts as cash in the word, which is never stored.
    function refreshForMargin(Ledger storage ledger, AccountId id, AccountWord word) internal returns (AccountWord) {
        if (word.isPlain()) return word;
        return forMargin(refresh(ledger, ledger.accounts[id], id, word), id);
    }

    /// @notice The account for margin, of one that was read as `word`: what is pledged counts as cash.
    function forMargin(AccountWord word, AccountId id) internal view returns (AccountWord) {
        if (word.pledged() == 0) return word;
        return AccountWord.wrap(askSelf(IPledging.forMargin.selector, id));
    }

    /// @notice The whole account in one read.
    function read(Account storage account) internal view returns (AccountWord word) {
        assembly ("memory-safe") {
            word := sload(account.slot)
        }
    }

    /// @notice Writes an account, read as `word`, as a trade leaves it: its cash, its group and the mask of its open
    /// positions. Its protection is cut to its cash.
    /// @dev In one write: member by member costs 400 gas more a side of a trade.
    function storeTraded(
        Ledger storage ledger,
        Account storage account,
        AccountId id,
        AccountWord word,
        Money cash,
        GroupId group,
        uint256 open
    ) internal {
        AccountWord later = word.traded(cash, group, open);
        assembly ("memory-safe") {
            sstore(account.slot, later)
        }
        if (word.needsRefresh()) fit(ledger, account, id);
    }

    /// @notice Credits the account's relief and cuts its protection to its cash: before cash is used, and after it
    /// fell.
    function fit(Ledger storage ledger, Account storage account, AccountId id) internal {
        AccountWord word = read(account);
        if (word.isNetted()) callSelf(IAbsorption.creditRelief.selector, id);
        if (word.hasProtected()) ledger.recovery.refresh(account, id);
    }

    /// @notice Takes all from an account that defaulted, read and refreshed as `word`: cash, positions, margin call and
    /// registration. Nothing is left to protect.
    function clear(Ledger storage ledger, Account storage account, AccountId id, AccountWord word) internal {
        AccountWord later = word.cleared();
        assembly ("memory-safe") {
            sstore(account.slot, later)
        }
        if (later.needsRefresh()) fit(ledger, account, id);
    }

    /// @notice A call of the clearinghouse to itself, because the code for relief fits into one module only.
    /// `selector`: of a function of an account alone. `answer`: the first word that it returns, if it returns any.
    /// @dev As a call of the interface, in a third of the code.
    function callSelf(bytes4 selector, AccountId id) internal returns (uint256 answer) {
        assembly ("memory-safe") {
            mstore(0, selector)
            mstore(4, id)
            if iszero(call(gas(), address(), 0, 0, 36, 0, 32)) {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
            answer := mload(0)
        }
    }

    /// @notice As `callSelf`, of a function that changes nothing.
    /// @dev The same code, because a second copy is too large for some modules; a call without value is allowed where
    /// nothing may change.
    function askSelf(bytes4 selector, AccountId id) internal view returns (uint256) {
        function(bytes4, AccountId) internal returns (uint256) changing = callSelf;
        function(bytes4, AccountId) internal view returns (uint256) asking;
        assembly ("memory-safe") {
            asking := changing
        }
        return asking(selector, id);
    }

    function _set(Account storage account, Money cash) private returns (Money) {
        account.cash = cash.toInt112();
        return cash;
    }
}
