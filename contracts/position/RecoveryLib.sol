// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IAccounts} from "../interfaces/IAccounts.sol";
import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {Account, Protection, Recovery} from "../Ledger.sol";
import {AccountId} from "../types/AccountId.sol";
import {CastLib} from "../types/CastLib.sol";
import {Money, NO_MONEY, minMoney, toMoney} from "../types/Money.sol";

/// @title Recovery: one exchange rate between claims and tokens after a shortfall
/// @notice `r = T / (T + S)`, T tokens (as claims), S shortfall. A withdrawal of w claims pays w * r and lowers S by
/// the rest, so r stays. Fees burn claims and covers add tokens: both raise r.
///
/// Who deposits at r < 1 must neither pay for the past nor share in its cover. His deposit is **protected**: it
/// counts and leaves at par, and T and r above mean tokens and claims without protected ones. What he
/// loses in trading becomes an ordinary claim of the winner; what he wins is one.
///
/// A new shortfall of `a` hits all alike: every claim and every protected deposit loses the same part of its worth. Of
/// the protected total f the part that pays for it becomes ordinary claims, and the rest stays protected:
///
///     f' = f * S * (T + f) / (T * (S + a) + S * f)        T' = T + f - f'        S' = S + a
///
/// Then `(f' + (f - f') * r') / f = r' / r`, and what a protected deposit may get back of a later cover is at most what
/// the new shortfalls took from it. Nobody's cash changes. At S = 0 protection is worth nothing and ends (f' = 0); at r
/// = 0 a new claim is worth nothing, takes nothing, and f' = f. See docs/decisions/protected-deposits.md.
library RecoveryLib {
    using CastLib for uint256;

    /// @notice 1e18 = par.
    uint256 internal constant PAR = 1e18;

    /// @dev What is left of a protected deposit is measured by an index that falls at each shortfall. It starts here,
    uint256 private constant INDEX_ONE = 1 << 135;
    /// @dev and below this it has too few digits: it goes on as many digits higher, in the next epoch. What was taken
    /// from earlier deposits must not end the protection of later ones.
    uint256 private constant INDEX_MIN = 1 << 64;
    uint256 private constant DIGITS = 71;

    /// @notice The exchange rate r, floor, 1e18.
    function rate(Recovery storage self) internal view returns (uint256) {
        if (self.shortfall == 0) return PAR;
        uint256 tokens = self.held - self.protectedCash;
        return Math.mulDiv(tokens, PAR, tokens + self.shortfall);
    }

    /// @notice Books a deposit of `amount`, for `account` already credited with it. What only pays a debt is not
    /// protected.
    function deposited(Recovery storage self, Account storage account, AccountId id, Money amount) internal {
        self.held += amount.toUint88();
        if (self.shortfall == 0) return;
        _protect(self, account, id, amount);
        refresh(self, account, id);
    }

    /// @notice Books the withdrawal of `claims` from `account`, not yet debited, and returns what they pay: protected
    /// ones at par first, the others at r, floor. They forgo all of the shortfall at most: what is beyond that is at
    /// par, as all claims are then. So nobody waits for others to realise what their protected deposits have lost.
    function withdrawn(
        Recovery storage self,
        Account storage account,
        AccountId id,
        Money claims
    ) internal returns (Money paid) {
        uint256 r = rate(self);
        Money ordinary = claims - _takeProtected(self, account, id, claims);
        paid = claims;
        if (self.shortfall != 0) {
            Money worth = toMoney(Math.mulDiv(ordinary.toUint(), r, PAR));
            Money forgone = minMoney(ordinary - worth, toMoney(self.shortfall));
            self.shortfall -= forgone.toUint88();
            paid = claims - forgone;
        }
        // Only while defaults lie around unabsorbed can claims exceed tokens and shortfall.
        if (paid > toMoney(self.held)) revert IAccounts.InsufficientTokens(paid, toMoney(self.held));
        self.held -= paid.toUint88();
    }

    /// @notice Moves protection along with `claims` from one account of an owner to another, to be refreshed once it
    /// has them.
    function moved(
        Recovery storage self,
        Account storage from,
        AccountId fromId,
        Account storage to,
        AccountId toId,
        Money claims
    ) internal {
        Money protectedCash = _takeProtected(self, from, fromId, claims);
        if (protectedCash > NO_MONEY) _protect(self, to, toId, protectedCash);
    }

    /// @notice Cuts an account's protection to the cash that is still there. To be called before cash is used, whenever
    /// `hasProtected`.
    function refresh(Recovery storage self, Account storage account, AccountId id) internal {
        uint256 amount = protectedOf(self, id);
        uint256 left = account.cash > 0 ? uint256(uint112(account.cash)) : 0;
        if (amount > left) {
            self.protectedCash -= (amount - left).toUint88();
            _set(self, id, left);
            amount = left;
        }
        if (amount == 0) account.hasProtected = false;
    }

    /// @notice What is left of an account's protected deposit, rounded down. Only of an account with `hasProtected`.
    /// @dev The sum over accounts never exceeds the total: it is scaled by the same index, and each change rounds down.
    /// What is missing, below a unit an account and shortfall, is nobody's until protection ends.
    function protectedOf(Recovery storage self, AccountId id) internal view returns (uint256) {
        Protection memory protection = self.protectionOf[id];
        unchecked {
            uint256 passed = self.epoch - protection.epoch;
            if (passed > 1) return 0; // it ended, or less than 2^-71 of it is left
            // The product is below 2^224.
            return (uint256(protection.amount) * self.index) / (uint256(protection.index) << (passed * DIGITS));
        }
    }

    /// @notice A shortfall of `amount`: every claim and every protected deposit loses the same part of its worth.
    function suffer(Recovery storage self, Money amount) internal {
        (uint256 protectedCash, uint256 before) = (self.protectedCash, self.shortfall);
        uint256 later = before + amount.toUint();
        (uint256 kept, uint256 index) = (0, 0);
        // Without an earlier shortfall nothing was protected from anything.
        if (protectedCash != 0 && before != 0) {
            // The products are below 2^177.
            uint256 held = self.held;
            kept = Math.mulDiv(protectedCash, before * held, (held - protectedCash) * later + before * protectedCash);
            index = Math.mulDiv(self.index, kept, protectedCash);
            if (index < INDEX_MIN) {
                index = Math.mulDiv(uint256(self.index) << DIGITS, kept, protectedCash);
                ++self.epoch;
            }
        }
        if (index < INDEX_MIN) {
            // Nothing, or less than 2^-71 of it, is left of all that was protected.
            (kept, index) = (0, INDEX_ONE);
            self.epoch += 2;
        }
        (self.protectedCash, self.index) = (kept.toUint88(), index.toUint136());
        self.shortfall = later.toUint88();
        emit IDeleveraging.ShortfallSuffered(amount, toMoney(later), rate(self));
    }

    /// @notice `amount` claims are given up by (or tokens without a claim given to) the venue: they heal the shortfall
    /// first.
    /// @return left What remains after healing.
    function heal(Recovery storage self, Money amount) internal returns (Money left) {
        if (self.shortfall == 0) return amount;
        Money healed = minMoney(amount, toMoney(self.shortfall));
        self.shortfall -= healed.toUint88();
        left = amount - healed;
        emit IDeleveraging.ShortfallHealed(healed, toMoney(self.shortfall), rate(self));
    }

    function _protect(Recovery storage self, Account storage account, AccountId id, Money amount) private {
        uint256 present = account.hasProtected ? protectedOf(self, id) : 0;
        _set(self, id, present + amount.toUint());
        self.protectedCash += amount.toUint88();
        account.hasProtected = true;
    }

    function _takeProtected(
        Recovery storage self,
        Account storage account,
        AccountId id,
        Money claims
    ) private returns (Money taken) {
        if (!account.hasProtected) return NO_MONEY;
        Money present = toMoney(protectedOf(self, id));
        taken = minMoney(claims, present);
        if (taken > NO_MONEY) {
            _set(self, id, (present - taken).toUint());
            self.protectedCash -= taken.toUint88();
        }
        if (taken == present) account.hasProtected = false;
    }

    function _set(Recovery storage self, AccountId id, uint256 amount) private {
        Protection storage protection = self.protectionOf[id];
        (protection.amount, protection.epoch, protection.index) = (amount.toUint88(), self.epoch, self.index);
    }
}
