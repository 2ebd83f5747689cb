// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LockLib} from "../deleveraging/LockLib.sol";
import {IPledgeExchange, IPledging} from "../interfaces/ICollateral.sol";
import {ILiquidation} from "../interfaces/ILiquidation.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Account, Ledger} from "../Ledger.sol";
import {CallLib} from "../position/CallLib.sol";
import {CashLib} from "../position/CashLib.sol";
import {Health, MarginLib} from "../position/MarginLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {AccountWord} from "../types/AccountWord.sol";
import {CastLib} from "../types/CastLib.sol";
import {Money} from "../types/Money.sol";

/// @title Recording and clearing margin calls. What a call allows: CallLib
library MarginCallLib {
    /// @notice Records a margin call on an account below the call level.
    function record(Ledger storage ledger, AccountId id) internal {
        Account storage account = ledger.accounts[id];
        Health memory h = _healthNow(ledger, id, IPledgeExchange.forMarginAtMost.selector);
        if (CallLib.stands(ledger, account)) revert ILiquidation.AlreadyCalled(id, account.calledAt);
        // A leg without a fresh price counts worsened: that is no reason to call. A pledge without one counts for the
        // most that it can: it is no shelter.
        if (!h.fresh) revert ITrading.AccountHasStaleLeg(id);
        Money needed = CallLib.level(ledger, h);
        if (h.equity >= needed) revert ILiquidation.MarginSufficient(id, h.equity, needed);
        account.calledAt = CastLib.toUint32(block.timestamp);
        emit ILiquidation.MarginCalled(id, h.equity, needed);
    }

    /// @notice Clears the margin call of an account at or above the call level.
    function clear(Ledger storage ledger, AccountId id) internal {
        Account storage account = ledger.accounts[id];
        Health memory h = _healthNow(ledger, id, IPledging.forMargin.selector);
        if (account.calledAt == 0) revert ILiquidation.NotCalled(id);
        Money needed = CallLib.level(ledger, h);
        if (h.equity < needed) revert ITrading.InsufficientMargin(id, h.equity, needed);
        CallLib.end(account, id);
    }

    /// @dev `counting`: which word of its pledges counts.
    function _healthNow(Ledger storage ledger, AccountId id, bytes4 counting) private returns (Health memory h) {
        AccountWord word = CashLib.read(CashLib.refreshed(ledger, id));
        Quote[] memory quotes = MarkLib.quotes(ledger, word.group());
        LockLib.sync(ledger, word.group(), quotes);
        MarginLib.setAccount(h, ledger, CashLib.counting(word, id, counting), id, quotes, MarginLib.NO_MARKET);
    }
}
