// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IAccounts} from "../interfaces/IAccounts.sol";
import {IPledging} from "../interfaces/ICollateral.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
import {ILiquidation} from "../interfaces/ILiquidation.sol";
import {Account, Group, Ledger, Market, MarketStatus, Phase} from "../Ledger.sol";
import {CallLib} from "../position/CallLib.sol";
import {CashLib} from "../position/CashLib.sol";
import {Health, MarginLib} from "../position/MarginLib.sol";
import {Leg} from "../position/PositionLib.sol";
import {GapLib} from "../prices/GapLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {AccountId, accountOf} from "../types/AccountId.sol";
import {notionalUp, shareDown, shareUp} from "../types/Arithmetic.sol";
import {CastLib} from "../types/CastLib.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY, maxMoney, minMoney, toMoney} from "../types/Money.sol";
import {NO_SIZE, Size} from "../types/Size.sol";

/// @title The insurance vault's money inside the clearinghouse
/// @notice Account 0 of the vault is its pot: cash only. Account g holds its inventory in group g with margin from the
/// pot.
///
/// What a group's BUDGET promises, here and nowhere else:
///
/// - It bounds what leaves the pot for the group in a period, net. `vaultSpent` grows by all that moves to the
///   inventory account and by all that is paid for deficits. It falls by what comes back from the inventory, not below
///   zero. It never passes the budget.
/// - So in a period the group costs the vault at most the budget and what its inventory was worth when the period
///   began, however the loss comes about: by a slow slide, by a jump, or by a deficit. Beyond it the inventory is
///   liquidated, and defaults, like any account.
/// - A period begins with the first use after a day. Around its edge two budgets may be spent within seconds, and never
///   more than two within a day. Margin that the inventory already has at the edge can be lost besides: `fund` fills
///   its cash at most up to the budget.
/// - A lower budget holds at once for what has not left the pot yet. Outside it are only the flat refunds for
///   settlements.
library VaultLib {
    /// @notice The least length of a period in which the budget is counted.
    uint256 internal constant BUDGET_PERIOD = 1 days;

    function potOf(Ledger storage ledger) internal view returns (AccountId) {
        return accountOf(ledger.vault, 0);
    }

    function inventoryOf(Ledger storage ledger, GroupId group) internal view returns (AccountId) {
        return accountOf(ledger.vault, GroupId.unwrap(group));
    }

    /// @notice At a lock, whose outcome must not depend on who calls what when, and within the budget left in this
    /// period:
    /// - the pot gives the group's inventory what it owed before the jump, so that it was solvent at the anchors like
    ///   all;
    /// - then what the jump and the largest possible charge could leave missing;
    /// - then it sets aside what the vault will pay for the deficit, within the rest.
    /// Beyond the budget the inventory defaults like any account and winners pay.
    function setAside(Ledger storage ledger, GroupId id) internal {
        Group storage group = ledger.groups[id];
        if (budgetLeft(group) == NO_MONEY) return; // the reserve is zero outside of locks
        if (ledger.accounts[inventoryOf(ledger, id)].open != 0) {
            Health memory frozen = _inventory(ledger, id, MarkLib.recordedQuotes(ledger, id));
            _spend(ledger, id, minMoney((-frozen.atAnchor).positive(), _spendable(ledger, group)));
            Health memory worst = _inventory(ledger, id, GapLib.chargedQuotes(ledger, id, GapLib.jumps(ledger, id)));
            _spend(ledger, id, minMoney((-worst.equity).positive(), _spendable(ledger, group)));
        }
        Money reserve = _spendable(ledger, group);
        group.reserve = reserve.toUint96();
        if (reserve > NO_MONEY) credit(ledger, potOf(ledger), -reserve);
    }

    /// @notice As `setAside`, in a group without inventory.
    function setAsideReserve(Ledger storage ledger, GroupId id) internal {
        Group storage group = ledger.groups[id];
        Money reserve = _spendable(ledger, group);
        if (reserve == NO_MONEY) return;
        group.reserve = reserve.toUint96();
        _book(ledger, potOf(ledger), -reserve);
    }

    /// @notice Pays as much of `deficit` as was set aside: these claims are given up against the debt.
    function pay(Ledger storage ledger, GroupId id, Money deficit) internal returns (Money paid) {
        paid = _fromReserve(ledger.groups[id], deficit);
    }

    /// @notice Returns what was set aside and not needed to the pot.
    function release(Ledger storage ledger, GroupId id) internal {
        Money left = toMoney(ledger.groups[id].reserve);
        if (left == NO_MONEY) return;
        ledger.groups[id].reserve = 0;
        _book(ledger, potOf(ledger), left);
    }

    /// @notice Moves cash from the pot into the group's inventory account: at most what is left of the budget, and
    /// until its cash is the budget; but what it `owes` in any case, as `setAside` does: `absorb`, whose lock would pay
    /// that, finds nobody below zero, so somebody has to be able to liquidate it. Assumes owes <= wanted.
    function fund(Ledger storage ledger, GroupId id, Money wanted, Money owes) internal returns (Money moved) {
        Money due = minMoney(owes, _spendable(ledger, ledger.groups[id]));
        moved = maxMoney(minMoney(wanted, fundable(ledger, id)), due).positive();
        _spend(ledger, id, moved);
    }

    /// @notice As `fund`, in a settlement, from what is left of the reserve.
    function fundFromReserve(Ledger storage ledger, GroupId id, Money wanted) internal {
        Money moved = _fromReserve(ledger.groups[id], wanted.positive());
        if (moved > NO_MONEY) credit(ledger, inventoryOf(ledger, id), moved);
    }

    /// @notice Gives the inventory, which is about to be flat, what it `owes`, or what is left of the budget for it, as
    /// `setAside` does.
    function rescue(Ledger storage ledger, GroupId id, Money owes) internal {
        _spend(ledger, id, minMoney(owes.positive(), _spendable(ledger, ledger.groups[id])));
    }

    /// @notice What `fund` could move.
    function fundable(Ledger storage ledger, GroupId id) internal view returns (Money) {
        Group storage group = ledger.groups[id];
        Money room = toMoney(group.vaultBudget) - Money.wrap(ledger.accounts[inventoryOf(ledger, id)].cash);
        return minMoney(room, _spendable(ledger, group)).positive();
    }

    /// @notice Returns the cash of an inventory account without positions to the pot.
    function sweep(Ledger storage ledger, GroupId id) internal {
        AccountId inventory = inventoryOf(ledger, id);
        Account storage account = ledger.accounts[inventory];
        if (account.open != 0 || account.cash <= 0) return;
        Money cash = Money.wrap(account.cash);
        credit(ledger, inventory, -cash);
        credit(ledger, potOf(ledger), cash);
        Group storage group = ledger.groups[id];
        group.vaultSpent = (toMoney(group.vaultSpent) - cash).positive().toUint96();
    }

    /// @notice The inventory of a market grew from `before` to `later`: what is new is on offer from now on, and the
    /// whole since the average by size, at most as long as its discount grows. Else a small part would end the discount
    /// of all.
    function offer(Ledger storage ledger, MarketId id, Size before, Size later) internal {
        if (later == NO_SIZE || (later.sameSide(before) && later.abs() <= before.abs())) return;
        Market storage market = ledger.markets[id];
        uint256 clock = _offerClock(ledger, id.group());
        uint256 age;
        if (later.sameSide(before)) {
            (uint256 part, uint256 whole) = (before.abs().toUint(), later.abs().toUint());
            unchecked {
                // part < whole < 2^72, and the rest has few bits.
                uint256 max = Math.ceilDiv(uint256(market.params.discountCap) * 1 hours, ledger.venue.offerRate);
                age = Math.min(_offerAge(ledger, id), max);
                age -= (age * (whole - part)) / whole; // ceil of age * part / whole
            }
        }
        market.offeredAt = CastLib.toUint40(clock - age);
        emit ILiquidation.InventoryOffered(id, clock - age);
    }

    /// @notice The discount at which the inventory of a market is on offer now: `offerRate` for each hour in which it
    /// could be bought, at most `discountCap`. ppm, floor.
    function offerDiscount(Ledger storage ledger, MarketId id) internal view returns (uint256) {
        uint256 rate = (uint256(ledger.venue.offerRate) * _offerAge(ledger, id)) / 1 hours;
        return Math.min(rate, ledger.markets[id].params.discountCap);
    }

    /// @notice Until when the offers of a group have aged since its anchors last moved on. The chain does not know for
    /// how long a price was not usable. So time counts while the anchors move on, which proves that all prices are
    /// fresh, and for `lockDelay` after they are due. In a lock it does not. In a quiet market anyone's `poke` moves
    /// them on.
    function offersAgedUntil(Ledger storage ledger, Group storage group) internal view returns (uint256) {
        uint256 proven = uint256(group.anchorsDue) + ledger.venue.lockDelay;
        return Math.min(proven, group.phase == Phase.NORMAL ? block.timestamp : group.lockedAt);
    }

    /// @notice What is left of the group's budget in this period, or in the one that a use would begin now.
    function budgetLeft(Group storage group) internal view returns (Money) {
        Money spent = _periodIsOver(group) ? NO_MONEY : toMoney(group.vaultSpent);
        return (toMoney(group.vaultBudget) - spent).positive();
    }

    /// @notice The vault's equity over all groups at live prices, and whether it can be relied on: every one of its
    /// legs has a fresh price, and no group has a gap, whose deficits the pot may still have to pay. Inventory counts
    /// at the price at which anybody may buy it now: else who leaves before it is sold leaves its discount to the rest.
    /// @dev Reads every market of every group: the price of who enters or leaves the vault depends on all of them.
    function equity(Ledger storage ledger) internal view returns (Money total, bool certain) {
        // Fees that wait to be split belong to the shares that earned them.
        Money waiting = shareDown(toMoney(ledger.recovery.fees), ledger.venue.vaultFeeShare);
        total = Money.wrap(ledger.accounts[potOf(ledger)].cash) + waiting;
        certain = true;
        for (uint32 i = 1; i <= ledger.groupCount; ++i) {
            GroupId id = GroupId.wrap(i);
            if (ledger.groups[id].markets == 0) continue;
            Quote[] memory quotes = MarkLib.quotes(ledger, id);
            Health memory h = MarginLib.health(ledger, inventoryOf(ledger, id), quotes, MarginLib.NO_MARKET);
            total = total + h.equity + toMoney(ledger.groups[id].reserve) - _offered(ledger, id, quotes);
            if (!h.fresh || GapLib.anyGap(ledger, id, quotes)) certain = false;
        }
        if (ledger.collateralCount == 0) return (total, certain);
        uint256 answer = CashLib.askSelf(IPledging.vaultCollateral.selector, potOf(ledger));
        return (total + Money.wrap(int256(answer >> 1)), certain && answer & 1 == 1);
    }

    /// @notice Splits the fees collected so far between pot and treasury.
    function splitFees(Ledger storage ledger) internal {
        Money fees = toMoney(ledger.recovery.fees);
        if (fees == NO_MONEY) return;
        ledger.recovery.fees = 0;
        Money part = shareDown(fees, ledger.venue.vaultFeeShare);
        credit(ledger, potOf(ledger), part);
        credit(ledger, accountOf(ledger.treasury, 0), fees - part);
        emit IGovernance.FeesCollected(part, fees - part);
    }

    /// @notice Changes an account's cash and says so. What a recovery protects never exceeds the cash that is left. A
    /// margin call that is cured by it is cleared.
    function credit(Ledger storage ledger, AccountId id, Money amount) internal {
        _book(ledger, id, amount);
        if (amount > NO_MONEY && ledger.accounts[id].calledAt != 0) CallLib.clearIfCured(ledger, id);
    }

    /// @dev As `credit`, of an account that is never called: the pot, which has no positions.
    function _book(Ledger storage ledger, AccountId id, Money amount) private {
        emit IAccounts.CashChanged(id, CashLib.change(ledger, id, amount));
    }

    /// @dev What buyers of all that the group's inventory has on offer would gain now, ceil.
    function _offered(Ledger storage ledger, GroupId id, Quote[] memory quotes) private view returns (Money gain) {
        AccountId inventory = inventoryOf(ledger, id);
        if (ledger.accounts[inventory].open == 0) return gain;
        (Leg[] memory legs, ) = MarginLib.legs(ledger, inventory, quotes);
        for (uint256 i; i < legs.length; ++i) {
            if (legs[i].size == NO_SIZE || ledger.markets[id.market(i)].status != MarketStatus.OPEN) continue;
            Money notional = notionalUp(legs[i].size, quotes[i].mark);
            gain = gain + shareUp(notional, offerDiscount(ledger, id.market(i)));
        }
    }

    /// @dev For how long the inventory of a market could be bought, on average by size. A shorter `lockDelay` may set
    /// the clock back a little.
    function _offerAge(Ledger storage ledger, MarketId id) private view returns (uint256) {
        return Math.saturatingSub(_offerClock(ledger, id.group()), ledger.markets[id].offeredAt);
    }

    /// @dev Unix time less all the time in which the group's offers did not age.
    function _offerClock(Ledger storage ledger, GroupId id) private view returns (uint256) {
        Group storage group = ledger.groups[id];
        return offersAgedUntil(ledger, group) - group.offersStood;
    }

    /// @dev Moves `amount`, which `_spendable` allows, from the pot to the group's inventory.
    function _spend(Ledger storage ledger, GroupId id, Money amount) private {
        if (amount == NO_MONEY) return;
        credit(ledger, potOf(ledger), -amount);
        credit(ledger, inventoryOf(ledger, id), amount);
        _count(ledger.groups[id], amount);
    }

    /// @dev Takes up to `wanted` from the group's reserve.
    function _fromReserve(Group storage group, Money wanted) private returns (Money taken) {
        taken = minMoney(wanted, toMoney(group.reserve));
        if (taken == NO_MONEY) return taken;
        group.reserve = (toMoney(group.reserve) - taken).toUint96();
        _count(group, taken);
    }

    /// @dev Counts what left the pot, be it to the inventory or out of the vault; begins a new period if the last one
    /// is over.
    function _count(Group storage group, Money amount) private {
        if (_periodIsOver(group)) (group.vaultPeriod, group.vaultSpent) = (CastLib.toUint32(block.timestamp), 0);
        group.vaultSpent = (toMoney(group.vaultSpent) + amount).toUint96();
    }

    function _periodIsOver(Group storage group) private view returns (bool) {
        return block.timestamp >= uint256(group.vaultPeriod) + BUDGET_PERIOD;
    }

    function _inventory(Ledger storage ledger, GroupId id, Quote[] memory quotes) private view returns (Health memory) {
        return MarginLib.health(ledger, inventoryOf(ledger, id), quotes, MarginLib.NO_MARKET);
    }

    /// @dev What is left of the budget, at most what the pot has.
    function _spendable(Ledger storage ledger, Group storage group) private view returns (Money) {
        return minMoney(budgetLeft(group), _potCash(ledger));
    }

    function _potCash(Ledger storage ledger) private view returns (Money) {
        return Money.wrap(ledger.accounts[potOf(ledger)].cash).positive();
    }
}
