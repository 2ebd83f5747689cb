// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LockLib} from "../deleveraging/LockLib.sol";
import {IPledgeExchange} from "../interfaces/ICollateral.sol";
import {ILiquidation} from "../interfaces/ILiquidation.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Account, Ledger} from "../Ledger.sol";
import {CallLib} from "../position/CallLib.sol";
import {CashLib} from "../position/CashLib.sol";
import {Health, MarginLib} from "../position/MarginLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {CastLib} from "../types/CastLib.sol";
import {GroupId} from "../types/MarketId.sol";
import {Money} from "../types/Money.sol";

/// @title Recording and clearing margin calls. What a call allows: CallLib
library MarginCallLib {
    /// @notice Records a margin call on an account below the call level.
    function record(Ledger storage ledger, AccountId id) internal {
        Account storage account = ledger.accounts[id];
        Health memory h = _healthNow(ledger, id);
        if (CallLib.stands(ledger, account)) revert ILiquidation.AlreadyCalled(id, account.calledAt);
        // A leg without a fresh price counts worsened: that is no reason to call. A pledge without one counts for the
        // most that it can: it is no shelter.
        if (!h.fresh) h.equity = Money.wrap(int256(CashLib.askSelf(IPledgeExchange.equityAtMost.selector, id)));
        Money needed = CallLib.level(ledger, h);
        if (h.equity >= needed) revert ILiquidation.MarginSufficient(id, h.equity, needed);
        account.calledAt = CastLib.toUint32(block.timestamp);
        emit ILiquidation.MarginCalled(id, h.equity, needed);
    }

    /// @notice Clears the margin call of an account at or above the call level.
    function clear(Ledger storage ledger, AccountId id) internal {
        Health memory h = _healthNow(ledger, id);
        if (ledger.accounts[id].calledAt == 0) revert ILiquidation.NotCalled(id);
        Money needed = CallLib.level(ledger, h);
        if (h.equity < needed) revert ITrading.InsufficientMargin(id, h.equity, needed);
        CallLib.end(ledger.accounts[id], id);
    }

    function _healthNow(Ledger storage ledger, AccountId id) private returns (Health memory) {
        GroupId group = CashLib.refreshed(ledger, id).group;
        Quote[] memory quotes = MarkLib.quotes(ledger, group);
        LockLib.sync(ledger, group, quotes);
        return MarginLib.health(ledger, id, quotes, MarginLib.NO_MARKET);
    }
}
