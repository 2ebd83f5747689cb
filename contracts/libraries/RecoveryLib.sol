// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {Account, Fresh, Recovery} from "../Ledger.sol";
import {AccountId} from "../types/AccountId.sol";
import {Money, NO_MONEY, minMoney, toMoney} from "../types/Money.sol";

/// @title Recovery: one exchange rate between claims and tokens after a shortfall
/// @notice `r = T / (T + S)`, T tokens (as claims), S shortfall. A withdrawal of w claims pays w * r and lowers S by the rest, so r stays.
/// Fees burn claims and covers add tokens: both raise r.
///
/// Who deposits at r < 1 must neither pay for the past nor share in its cover. His deposit is **fresh**: it counts and leaves at par, and T and
/// r above mean tokens and claims without fresh ones. What he loses in trading becomes an ordinary claim of the winner; what he
/// wins is one. At the next shortfall he is like everybody else: the fresh amount f becomes f / r claims, and S grows by the
/// difference, which leaves r and the worth of every claim as they were.
library RecoveryLib {
    using SafeCast for uint256;

    /// @notice 1e18 = par.
    uint256 internal constant PAR = 1e18;

    /// @dev Fresh deposits are converted at no less, so that a worthless r (no tokens but theirs) cannot make claims without bound.
    uint256 private constant LEAST_RATE = PAR / 1e6;

    /// @notice The exchange rate r, floor, 1e18.
    function rate(Recovery storage self) internal view returns (uint256) {
        if (self.shortfall == 0) return PAR;
        uint256 tokens = self.held - self.fresh;
        return Math.mulDiv(tokens, PAR, tokens + self.shortfall);
    }

    /// @notice Books a deposit of `amount`, for `account` already credited with it. What only pays a debt is not protected.
    function deposited(Recovery storage self, Account storage account, AccountId id, Money amount) internal {
        self.held += amount.toUint88();
        if (self.shortfall == 0) return;
        _protect(self, account, id, amount);
        refresh(self, account, id);
    }

    /// @notice Books the withdrawal of `claims` from `account`, not yet debited, and returns what they pay: fresh ones at par first, the
    /// others at r, floor.
    function withdrawn(
        Recovery storage self,
        Account storage account,
        AccountId id,
        Money claims
    ) internal returns (Money paid) {
        uint256 r = rate(self);
        paid = _takeFresh(self, account, id, claims);
        Money ordinary = claims - paid;
        Money worth = toMoney(Math.mulDiv(ordinary.toUint(), r, PAR));
        // Rounding leaves at most one unit more shortfall than exact; it must not exceed what is there.
        Money forgone = minMoney(ordinary - worth, toMoney(self.shortfall));
        self.shortfall -= forgone.toUint88();
        paid = paid + worth;
        // Only while defaults lie around unabsorbed can claims exceed tokens and shortfall.
        if (paid > toMoney(self.held - self.fresh)) {
            revert IClearinghouse.InsufficientTokens(paid, toMoney(self.held - self.fresh));
        }
        self.held -= paid.toUint88();
    }

    /// @notice Moves protection along with `claims` from one account of an owner to another, to be refreshed once it has them.
    function moved(
        Recovery storage self,
        Account storage from,
        AccountId fromId,
        Account storage to,
        AccountId toId,
        Money claims
    ) internal {
        Money fresh = _takeFresh(self, from, fromId, claims);
        if (fresh > NO_MONEY) _protect(self, to, toId, fresh);
    }

    /// @notice Converts an account's protected deposit of an earlier epoch, and cuts it to the cash that is still there. To be called
    /// before cash is used, whenever `hasFresh`.
    function refresh(Recovery storage self, Account storage account, AccountId id) internal {
        Fresh storage fresh = self.freshOf[id];
        uint256 amount = fresh.amount;
        if (fresh.epoch != self.epoch) {
            uint256 cash = account.cash > 0 ? uint256(uint112(account.cash)) : 0;
            if (amount > cash) amount = cash;
            uint256 claims = Math.mulDiv(amount, PAR, self.lastRate[fresh.epoch]);
            account.cash += SafeCast.toInt112((claims - amount).toInt256());
            delete self.freshOf[id];
            account.hasFresh = false;
            return;
        }
        uint256 left = account.cash > 0 ? uint256(uint112(account.cash)) : 0;
        if (amount <= left) return;
        self.fresh -= (amount - left).toUint96();
        fresh.amount = left.toUint128();
        if (left == 0) account.hasFresh = false;
    }

    /// @notice A shortfall of `amount`: every claim, fresh ones included, shares it.
    function suffer(Recovery storage self, Money amount) internal {
        uint256 fresh = self.fresh;
        uint256 before = Math.max(rate(self), LEAST_RATE);
        uint256 converted = fresh == 0 ? 0 : Math.mulDiv(fresh, PAR, before) - fresh;
        self.lastRate[self.epoch] = before;
        self.fresh = 0;
        self.shortfall = (uint256(self.shortfall) + converted + amount.toUint()).toUint88();
        ++self.epoch;
        emit IClearinghouse.ShortfallSuffered(amount, toMoney(self.shortfall), rate(self));
    }

    /// @notice `amount` claims are given up by (or tokens without a claim given to) the house: they heal the shortfall first.
    /// @return left What remains after healing.
    function heal(Recovery storage self, Money amount) internal returns (Money left) {
        if (self.shortfall == 0) return amount;
        Money healed = minMoney(amount, toMoney(self.shortfall));
        self.shortfall -= healed.toUint88();
        left = amount - healed;
        emit IClearinghouse.ShortfallHealed(healed, toMoney(self.shortfall), rate(self));
    }

    function _protect(Recovery storage self, Account storage account, AccountId id, Money amount) private {
        Fresh storage fresh = self.freshOf[id];
        fresh.amount += amount.toUint128();
        fresh.epoch = self.epoch;
        self.fresh += amount.toUint96();
        account.hasFresh = true;
    }

    function _takeFresh(
        Recovery storage self,
        Account storage account,
        AccountId id,
        Money claims
    ) private returns (Money taken) {
        if (!account.hasFresh) return NO_MONEY;
        Fresh storage fresh = self.freshOf[id];
        taken = minMoney(claims, toMoney(fresh.amount));
        fresh.amount -= taken.toUint128();
        self.fresh -= taken.toUint96();
        if (fresh.amount == 0) account.hasFresh = false;
    }
}
