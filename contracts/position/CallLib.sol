// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ILiquidation} from "../interfaces/ILiquidation.sol";
import {Account, Ledger} from "../Ledger.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {AccountWord} from "../types/AccountWord.sol";
import {shareUp} from "../types/Arithmetic.sol";
import {Money} from "../types/Money.sol";
import {CashLib} from "./CashLib.sol";
import {Health, MarginLib} from "./MarginLib.sol";

/// @title Margin calls
/// @notice A call is recorded at fresh prices on an account below the call level. From its grace to its lapse the
/// account may be liquidated while it is below that level; after `vaultDelay`, and until the lapse, the vault may take
/// over. Whatever adds to an account's equity ends its call when the account is at the call level again: deposits,
/// transfers, credits, fills and takeovers.
library CallLib {
    /// @notice After cash came in to an account that is called: clears the call if it is cured at live prices.
    function clearIfCured(Ledger storage ledger, AccountId id) internal {
        Quote[] memory quotes = MarkLib.quotes(ledger, ledger.accounts[id].group);
        AccountWord word = CashLib.refreshForMargin(ledger, id, CashLib.read(ledger.accounts[id]));
        Health memory h;
        MarginLib.setAccount(h, ledger, word, id, quotes, MarginLib.NO_MARKET);
        clearIfCured(ledger, id, h);
    }

    /// @notice The same for an account whose health is known.
    function clearIfCured(Ledger storage ledger, AccountId id, Health memory h) internal {
        if (h.equity >= level(ledger, h)) end(ledger.accounts[id], id);
    }

    /// @notice Is the account called, and has the call not lapsed?
    function stands(Ledger storage ledger, Account storage account) internal view returns (bool) {
        uint256 calledAt = account.calledAt;
        return calledAt != 0 && block.timestamp < calledAt + ledger.venue.callLapse;
    }

    /// @notice Does a call stand whose grace is over?
    function isDue(Ledger storage ledger, Account storage account) internal view returns (bool) {
        return stands(ledger, account) && block.timestamp >= uint256(account.calledAt) + ledger.venue.callGrace;
    }

    /// @notice The equity below which a margin call may be recorded.
    function level(Ledger storage ledger, Health memory h) internal view returns (Money) {
        return shareUp(h.maintenance, ledger.venue.callLevel);
    }

    /// @notice Ends the call.
    function end(Account storage account, AccountId id) internal {
        account.calledAt = 0;
        emit ILiquidation.MarginCallCleared(id);
    }
}
