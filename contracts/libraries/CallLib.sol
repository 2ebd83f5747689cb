// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {Account, Ledger} from "../Ledger.sol";
import {shareUp} from "../types/Arithmetic.sol";
import {AccountId} from "../types/AccountId.sol";
import {Money} from "../types/Money.sol";
import {LockLib} from "./LockLib.sol";
import {Health, MarginLib} from "./MarginLib.sol";
import {MarkLib, Quote} from "./MarkLib.sol";
import {RecoveryLib} from "./RecoveryLib.sol";

/// @title Margin calls
/// @notice A call is recorded at fresh prices on an account below the call level. From its grace to its lapse the
/// account may be liquidated while it is below that level; after `vaultDelay`, and until the lapse, the vault may take
/// over. Whatever adds to an account's equity ends its call when the account is at the call level again: deposits,
/// transfers, credits, fills and takeovers.
library CallLib {
    using LockLib for Ledger;

    /// @notice Records a margin call on an account below the call level.
    function record(Ledger storage ledger, AccountId id) internal {
        Account storage account = ledger.accounts[id];
        Health memory h = _healthNow(ledger, id);
        if (stands(ledger, account)) revert IClearinghouse.AlreadyCalled(id, account.calledAt);
        // A leg without a fresh price counts worsened: that is no reason to call.
        if (!h.fresh) revert IClearinghouse.AccountHasStaleLeg(id);
        Money needed = level(ledger, h);
        if (h.equity >= needed) revert IClearinghouse.MarginSufficient(id, h.equity, needed);
        account.calledAt = SafeCast.toUint40(block.timestamp);
        emit IClearinghouse.MarginCalled(id, h.equity, needed);
    }

    /// @notice Clears the margin call of an account at or above the call level.
    function clear(Ledger storage ledger, AccountId id) internal {
        Health memory h = _healthNow(ledger, id);
        if (ledger.accounts[id].calledAt == 0) revert IClearinghouse.NotCalled(id);
        Money needed = level(ledger, h);
        if (h.equity < needed) revert IClearinghouse.InsufficientMargin(id, h.equity, needed);
        _clear(ledger.accounts[id], id);
    }

    /// @notice After cash came in to an account that is called: clears the call if it is cured at live prices.
    function clearIfCured(Ledger storage ledger, AccountId id) internal {
        Quote[] memory quotes = MarkLib.quotes(ledger, ledger.accounts[id].group);
        clearIfCured(ledger, id, MarginLib.health(ledger, id, quotes, MarginLib.ALL));
    }

    /// @notice The same for an account whose health is known.
    function clearIfCured(Ledger storage ledger, AccountId id, Health memory h) internal {
        if (h.equity >= level(ledger, h)) _clear(ledger.accounts[id], id);
    }

    /// @notice Is the account called, and has the call not lapsed?
    function stands(Ledger storage ledger, Account storage account) internal view returns (bool) {
        uint256 calledAt = account.calledAt;
        return calledAt != 0 && block.timestamp < calledAt + ledger.house.callLapse;
    }

    /// @notice Does a call stand whose grace is over?
    function isDue(Ledger storage ledger, Account storage account) internal view returns (bool) {
        return stands(ledger, account) && block.timestamp >= uint256(account.calledAt) + ledger.house.callGrace;
    }

    /// @notice The equity below which a margin call may be recorded.
    function level(Ledger storage ledger, Health memory h) internal view returns (Money) {
        return shareUp(h.maintenance, ledger.house.callLevel);
    }

    function _clear(Account storage account, AccountId id) private {
        account.calledAt = 0;
        emit IClearinghouse.MarginCallCleared(id);
    }

    function _healthNow(Ledger storage ledger, AccountId id) private returns (Health memory) {
        Account storage account = ledger.accounts[id];
        if (account.hasFresh) RecoveryLib.refresh(ledger.recovery, account, id);
        Quote[] memory quotes = MarkLib.quotes(ledger, account.group);
        ledger.sync(account.group, quotes);
        return MarginLib.health(ledger, id, quotes, MarginLib.ALL);
    }
}
