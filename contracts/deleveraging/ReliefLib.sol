// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {Account, Group, Ledger, Phase, Relief, ReliefShare} from "../Ledger.sol";
import {CashLib} from "../position/CashLib.sol";
import {MarginLib} from "../position/MarginLib.sol";
import {Leg} from "../position/PositionLib.sol";
import {GapLib} from "../prices/GapLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {mulDivDown} from "../types/Arithmetic.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId} from "../types/MarketId.sol";
import {Money, NO_MONEY, minMoney, toMoney} from "../types/Money.sol";
import {NO_PRICE, Price} from "../types/Price.sol";
import {NO_SIZE} from "../types/Size.sol";
import {ChargeLib} from "./ChargeLib.sol";

/// @title Relief: who lost on one leg what he gained on another is charged for what is left of the gain
/// @notice A charge goes by side and unit, so an account with winning and losing legs pays for gains that it does not
/// have. Its **relief** is the smaller of its gains and its losses in the jump. Once it is registered, in the lock, the
/// capacity of the charge falls by that; at the settlement it gets back the same share of it that winners pay of their
/// gains. The credit waits in the account's own slot until the account is used.
///
/// What is registered never changes: nobody's gains can change in a lock, and a liquidation, which moves losses,
/// registers the account first and gives nothing to who has a winning leg. So a loss counts once, for who had it in the
/// jump, and neither order nor callers matter.
library ReliefLib {
    using MarginLib for Ledger;

    /// @notice What the account could be registered for, at `frozen` quotes of its group.
    function reliefOf(Ledger storage ledger, AccountId id, Quote[] memory frozen) internal view returns (Money) {
        (Leg[] memory legs, ) = ledger.legs(id, frozen);
        GroupId group = ledger.accounts[id].group;
        (Money gains, Money losses) = (NO_MONEY, NO_MONEY);
        for (uint256 i; i < legs.length; ++i) {
            gains = gains + ChargeLib.gainOf(ledger.markets[group.market(i)], legs[i].size);
            losses = losses + ChargeLib.gainOf(ledger.markets[group.market(i)], -legs[i].size);
        }
        return minMoney(gains, losses);
    }

    /// @notice Is the account registered in a lock that is not over?
    function isRegistered(Ledger storage ledger, AccountId id) internal view returns (bool) {
        (, bool isOver) = pending(ledger, id);
        return ledger.accounts[id].isNetted && !isOver;
    }

    /// @notice Only who has several legs can have lost on one what he gained on another.
    function hasSeveralLegs(Account storage account) internal view returns (bool) {
        uint256 open = account.open;
        unchecked {
            return open & (open - 1) != 0;
        }
    }

    /// @notice Has the account a leg that gained in the jump of its group's lock, if it is locked? One that was torn up
    /// to zero gained nothing, whatever side it is of.
    function hasWon(Ledger storage ledger, AccountId id) internal view returns (bool) {
        GroupId group = ledger.accounts[id].group;
        if (ledger.groups[group].phase == Phase.NORMAL) return false;
        (Leg[] memory legs, ) = ledger.legs(id, MarkLib.recordedQuotes(ledger, group));
        for (uint256 i; i < legs.length; ++i) {
            if (legs[i].size == NO_SIZE) continue;
            Price jump = GapLib.jump(ledger.markets[group.market(i)]);
            if ((legs[i].size.isLong() ? jump : -jump) > NO_PRICE) return true;
        }
        return false;
    }

    /// @notice Registers the account, of a group whose lock runs. Again, or without relief, it does nothing.
    /// @return registered It was.
    function register(Ledger storage ledger, AccountId id, Quote[] memory frozen) internal returns (bool registered) {
        Account storage account = ledger.accounts[id];
        if (!hasSeveralLegs(account)) return false;
        credit(ledger, id);
        if (account.isNetted) return false;
        Money relief = reliefOf(ledger, id, frozen);
        if (relief == NO_MONEY) return false;

        GroupId id_ = account.group;
        Group storage group = ledger.groups[id_];
        Money sum = ChargeLib.relieved(group) + relief;
        (group.relieved, group.relievedLock) = (sum.toUint96(), group.lockNumber);
        ledger.reliefs[id] = Relief(relief.toUint96(), id_, group.lockNumber);
        account.isNetted = true;
        emit IDeleveraging.NetRegistered(id, id_, group.lockNumber, relief, sum);
        return true;
    }

    /// @notice Takes a registered account out of the sum again, which is absorbed in the lock.
    function takeOut(Ledger storage ledger, Group storage group, AccountId id) internal {
        group.relieved -= ledger.reliefs[id].amount;
    }

    /// @notice The settlement of a group's lock says which share of their relief registered accounts get.
    function settle(Ledger storage ledger, GroupId id, Money numerator, Money denominator) internal {
        Group storage group = ledger.groups[id];
        ledger.reliefShares[id][group.lockNumber] = ReliefShare(numerator.toUint128(), denominator.toUint128());
        emit IDeleveraging.NetSettled(id, group.lockNumber, ChargeLib.relieved(group), numerator, denominator);
    }

    /// @notice Adds to the account's cash what a settlement gave it for its relief, and ends its registration; nothing
    /// while the lock runs.
    function credit(Ledger storage ledger, AccountId id) internal {
        Account storage account = ledger.accounts[id];
        if (!account.isNetted) return;
        (Money amount, bool isOver) = pending(ledger, id);
        if (!isOver) return;
        account.isNetted = false;
        if (amount == NO_MONEY) return;
        Money cash = CashLib.giveBack(account, amount);
        Relief storage relief = ledger.reliefs[id];
        emit IDeleveraging.NetCredited(id, relief.group, relief.lockNumber, amount, cash);
    }

    /// @notice What a settlement gave an account for its relief, not yet credited, floor.
    /// @return amount The credit. isOver: the lock in which it is registered is over.
    function pending(Ledger storage ledger, AccountId id) internal view returns (Money amount, bool isOver) {
        if (!ledger.accounts[id].isNetted) return (amount, isOver);
        Relief memory relief = ledger.reliefs[id];
        ReliefShare memory share = ledger.reliefShares[relief.group][relief.lockNumber];
        if (share.denominator == 0) {
            // The lock runs, or nobody was charged in it.
            Group storage group = ledger.groups[relief.group];
            return (amount, group.phase != Phase.LOCKED || group.lockNumber != relief.lockNumber);
        }
        return (shareOf(toMoney(relief.amount), toMoney(share.numerator), toMoney(share.denominator)), true);
    }

    /// @notice The share `numerator / denominator` of `amount`, floor.
    function shareOf(Money amount, Money numerator, Money denominator) internal pure returns (Money) {
        return Money.wrap(mulDivDown(Money.unwrap(amount), Money.unwrap(numerator), denominator.toUint()));
    }
}
