// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {Account, Group, Ledger} from "../Ledger.sol";
import {shareDown} from "../types/Arithmetic.sol";
import {AccountId, accountOf} from "../types/AccountId.sol";
import {GroupId} from "../types/MarketId.sol";
import {Money, NO_MONEY, minMoney, toMoney} from "../types/Money.sol";
import {CallLib} from "./CallLib.sol";
import {LockLib} from "./LockLib.sol";
import {Health, MarginLib} from "./MarginLib.sol";
import {MarkLib, Quote} from "./MarkLib.sol";
import {RecoveryLib} from "./RecoveryLib.sol";

/// @title The insurance vault's money inside the clearinghouse
/// @notice Account 0 of the vault is its pot: cash only. Account g holds its inventory in group g with margin from the pot; what a group
/// can cost it is bounded by the group's budget: for losses in a day, and for the margin of its inventory.
library VaultLib {
    /// @notice Deficits paid in one period count against the budget.
    uint256 internal constant BUDGET_PERIOD = 1 days;

    function potOf(Ledger storage ledger) internal view returns (AccountId) {
        return accountOf(ledger.vault, 0);
    }

    function inventoryOf(Ledger storage ledger, GroupId group) internal view returns (AccountId) {
        return accountOf(ledger.vault, GroupId.unwrap(group));
    }

    /// @notice At a lock, whose outcome must not depend on who calls what when: the pot first gives the group's inventory what it owed before the
    /// jump, so that it was solvent at the anchors like everybody; then, within the budget left in this period, what the jump and the
    /// largest possible charge could leave missing; then it sets aside what the vault will pay for the deficit, within the rest. Beyond the
    /// budget the inventory defaults like any account and winners pay: a jump cannot cost the vault more.
    function setAside(Ledger storage ledger, GroupId id) internal {
        Group storage group = ledger.groups[id];
        if (block.timestamp >= uint256(group.vaultPeriod) + BUDGET_PERIOD) {
            group.vaultPeriod = SafeCast.toUint40(block.timestamp);
            group.vaultSpent = 0;
        }
        if (ledger.accounts[inventoryOf(ledger, id)].open != 0) {
            Health memory frozen = _inventory(ledger, id, MarkLib.recordedQuotes(ledger, id));
            _toInventory(ledger, id, minMoney((-frozen.atAnchor).positive(), _potCash(ledger)));
        }
        Health memory worst = _inventory(ledger, id, LockLib.chargedQuotes(ledger, id, LockLib.jumps(ledger, id)));
        Money given = minMoney((-worst.equity).positive(), _budgetLeft(ledger, group));
        _toInventory(ledger, id, given);
        group.vaultSpent = (toMoney(group.vaultSpent) + given).toUint96();
        Money reserve = _budgetLeft(ledger, group);
        group.reserve = reserve.toUint96();
        if (reserve > NO_MONEY) credit(ledger, potOf(ledger), -reserve);
    }

    /// @notice Pays as much of `deficit` as was set aside: these claims are given up against the debt.
    function pay(Ledger storage ledger, GroupId id, Money deficit) internal returns (Money paid) {
        Group storage group = ledger.groups[id];
        paid = minMoney(deficit, toMoney(group.reserve));
        group.reserve = (toMoney(group.reserve) - paid).toUint96();
        group.vaultSpent = (toMoney(group.vaultSpent) + paid).toUint96();
    }

    /// @notice Returns what was set aside and not needed to the pot.
    function release(Ledger storage ledger, GroupId id) internal {
        Money left = toMoney(ledger.groups[id].reserve);
        if (left == NO_MONEY) return;
        ledger.groups[id].reserve = 0;
        _book(ledger, potOf(ledger), left);
    }

    /// @notice Moves cash from the pot into the group's inventory account, at most until its cash is the budget.
    function fund(Ledger storage ledger, GroupId id, Money wanted) internal returns (Money moved) {
        moved = minMoney(wanted.positive(), fundable(ledger, id));
        _toInventory(ledger, id, moved);
    }

    /// @notice As `fund`, in a settlement, from what is left of the reserve.
    function fundFromReserve(Ledger storage ledger, GroupId id, Money wanted) internal {
        Group storage group = ledger.groups[id];
        Money moved = minMoney(wanted.positive(), toMoney(group.reserve));
        if (moved == NO_MONEY) return;
        group.reserve = (toMoney(group.reserve) - moved).toUint96();
        credit(ledger, inventoryOf(ledger, id), moved);
    }

    /// @notice What `fund` could move.
    function fundable(Ledger storage ledger, GroupId id) internal view returns (Money) {
        Money room = toMoney(ledger.groups[id].vaultBudget) - Money.wrap(ledger.accounts[inventoryOf(ledger, id)].cash);
        return minMoney(room, _potCash(ledger)).positive();
    }

    /// @notice Returns the cash of an inventory account without positions to the pot.
    function sweep(Ledger storage ledger, GroupId id) internal {
        AccountId inventory = inventoryOf(ledger, id);
        Account storage account = ledger.accounts[inventory];
        if (account.open != 0 || account.cash <= 0) return;
        Money cash = Money.wrap(account.cash);
        credit(ledger, inventory, -cash);
        credit(ledger, potOf(ledger), cash);
    }

    /// @notice The vault's equity over all groups at live prices, and whether it can be relied on: every one of its legs has a fresh price, and
    /// no group has a gap, whose deficits the pot may still have to pay.
    /// @dev Reads every market of every group: the price of who enters or leaves the vault depends on all of them.
    function equity(Ledger storage ledger) internal view returns (Money total, bool certain) {
        // Fees that wait to be split belong to the shares that earned them.
        Money waiting = shareDown(toMoney(ledger.recovery.fees), ledger.house.vaultFeeShare);
        total = Money.wrap(ledger.accounts[potOf(ledger)].cash) + waiting;
        certain = true;
        for (uint32 i = 1; i <= ledger.groupCount; ++i) {
            GroupId id = GroupId.wrap(i);
            if (ledger.groups[id].markets == 0) continue;
            Quote[] memory quotes = MarkLib.quotes(ledger, id);
            Health memory h = MarginLib.health(ledger, inventoryOf(ledger, id), quotes, MarginLib.ALL);
            total = total + h.equity + toMoney(ledger.groups[id].reserve);
            if (!h.fresh || LockLib.anyGap(ledger, id, quotes)) certain = false;
        }
    }

    /// @notice Splits the fees collected so far between pot and treasury.
    function splitFees(Ledger storage ledger) internal {
        Money fees = toMoney(ledger.recovery.fees);
        if (fees == NO_MONEY) return;
        ledger.recovery.fees = 0;
        Money part = shareDown(fees, ledger.house.vaultFeeShare);
        credit(ledger, potOf(ledger), part);
        credit(ledger, accountOf(ledger.treasury, 0), fees - part);
        emit IClearinghouse.FeesCollected(part, fees - part);
    }

    /// @notice Changes an account's cash and says so. What a recovery protects is converted first and never exceeds the
    /// cash that is left. A margin call that is cured by it is cleared.
    function credit(Ledger storage ledger, AccountId id, Money amount) internal {
        _book(ledger, id, amount);
        if (amount > NO_MONEY && ledger.accounts[id].calledAt != 0) CallLib.clearIfCured(ledger, id);
    }

    /// @dev As `credit`, of an account that is never called: the pot, which has no positions.
    function _book(Ledger storage ledger, AccountId id, Money amount) private {
        Account storage account = ledger.accounts[id];
        if (account.hasFresh) RecoveryLib.refresh(ledger.recovery, account, id);
        Money cash = Money.wrap(account.cash) + amount;
        account.cash = cash.toInt112();
        if (account.hasFresh) RecoveryLib.refresh(ledger.recovery, account, id);
        emit IClearinghouse.CashChanged(id, cash);
    }

    function _toInventory(Ledger storage ledger, GroupId id, Money amount) private {
        if (amount == NO_MONEY) return;
        credit(ledger, potOf(ledger), -amount);
        credit(ledger, inventoryOf(ledger, id), amount);
    }

    function _inventory(Ledger storage ledger, GroupId id, Quote[] memory quotes) private view returns (Health memory) {
        return MarginLib.health(ledger, inventoryOf(ledger, id), quotes, MarginLib.ALL);
    }

    /// @dev What the vault may still spend on the group in this period, at most what the pot has.
    function _budgetLeft(Ledger storage ledger, Group storage group) private view returns (Money) {
        Money budget = (toMoney(group.vaultBudget) - toMoney(group.vaultSpent)).positive();
        return minMoney(budget, _potCash(ledger));
    }

    function _potCash(Ledger storage ledger) private view returns (Money) {
        return Money.wrap(ledger.accounts[potOf(ledger)].cash).positive();
    }
}
