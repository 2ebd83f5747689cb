// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {LockLib} from "../deleveraging/LockLib.sol";
import {GateLib} from "../governance/GateLib.sol";
import {IAccounts} from "../interfaces/IAccounts.sol";
import {ICollateral} from "../interfaces/ICollateral.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Account, Collateral, Group, Ledger, Phase, Pledge} from "../Ledger.sol";
import {CallLib} from "../position/CallLib.sol";
import {CashLib} from "../position/CashLib.sol";
import {Health, MarginLib} from "../position/MarginLib.sol";
import {TokenLib} from "../position/TokenLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {priceShareDown} from "../types/Arithmetic.sol";
import {GroupId} from "../types/MarketId.sol";
import {Money, NO_MONEY, minMoney, toMoney} from "../types/Money.sol";
import {Price} from "../types/Price.sol";
import {revertWith} from "../types/Refusal.sol";
import {CollateralLib, PledgePrice} from "./CollateralLib.sol";
import {OfferLib} from "./OfferLib.sol";

/// @title Pledges: in and out
/// @notice Units held are units pledged and in stock, for each collateral (INV-19): what arrives and what leaves is
/// measured, and has to be what was asked for.
library PledgeLib {
    using CollateralLib for Collateral;
    using CollateralLib for Ledger;
    using LockLib for Ledger;
    using MarginLib for Health;
    using TokenLib for IERC20;

    /// @dev A price that has fallen below its floor by more than this part of the haircut opens a gap.
    uint256 private constant GAP_DIVISOR = 2;
    /// @dev Of a fee of so many units a rounded one is a thousandth at most.
    uint256 private constant SMALL_FEE = 1_000;

    function pledge(Ledger storage ledger, AccountId account, uint256 id, uint256 units) internal {
        Collateral storage c = ledger.collateralOf(id);
        if (units == 0) revert IAccounts.ZeroAmount();
        if (account.owner() == ledger.vault) revert ICollateral.VaultMayNotPledge();
        if (ledger.recovery.restricted) GateLib.requireDeposit(ledger, account);
        Account storage stored = CashLib.refreshed(ledger, account);
        // Who pledges between a jump and its lock would sell to the line at a price of before.
        Quote[] memory quotes;
        if (stored.open != 0) quotes = ledger.syncOpen(stored.group);
        ledger.record(id);
        PledgePrice memory p = c.priceOf();
        if (!p.fresh) revert ICollateral.CollateralPriceNotFresh(id);
        Price floor = c.floor.price();
        if (floor - p.live > priceShareDown(floor, c.haircut / GAP_DIVISOR)) {
            revert ICollateral.CollateralGap(id, p.live, floor);
        }

        takeFee(ledger, account, id, block.timestamp); // no lock, or no positions
        uint256 all = c.pledged + units;
        if (all > c.cap) revert ICollateral.CollateralCapReached(id, all, c.cap);
        Money needed = CollateralLib.worthUp(all, p.committed, c.decimals);
        if (needed > toMoney(c.line)) revert ICollateral.LineExhausted(id, toMoney(c.line), needed);

        Pledge storage kept = ledger.pledges[account][id];
        c.pledged = uint96(all); // at most the cap
        kept.units += uint96(units);
        stored.pledged |= bit(id);
        emit ICollateral.Pledged(account, id, units, kept.units);

        _pull(c, units);
        if (stored.calledAt != 0) CallLib.clearIfCured(ledger, account);
        if (stored.open != 0) OfferLib.endIfCured(ledger, account, quotes);
    }

    /// @notice An account without positions owes nothing. Else as a withdrawal: prices fresh, no gap, no lock; what is
    /// left covers initial margin without unrealised gains, and cash and positions are not below zero.
    function withdraw(
        Ledger storage ledger,
        AccountId account,
        uint256 id,
        uint256 wanted,
        address to
    ) internal returns (uint256 units) {
        Collateral storage c = ledger.collateralOf(id);
        if (to == address(0)) revert IAccounts.ZeroAddress();
        if (to == address(this)) revert IAccounts.RecipientIsClearinghouse();
        bytes memory reason = ledger.withheld(account);
        if (reason.length != 0) revertWith(reason);
        Account storage stored = CashLib.refreshed(ledger, account);
        ledger.record(id);
        takeFee(ledger, account, id);
        Pledge storage kept = ledger.pledges[account][id];
        units = wanted == type(uint256).max ? kept.units : wanted;
        if (units == 0) revert IAccounts.ZeroAmount();
        if (units > kept.units) revert ICollateral.NothingPledged(account, id);

        remove(ledger, account, id, units);
        emit ICollateral.PledgeWithdrawn(account, id, to, units, kept.units);
        if (stored.open != 0) _requireMargin(ledger, account, stored);
        push(c, to, units);
    }

    /// @notice Takes the fee of a pledge, in units, into the vault's stock. Of who has positions in a group that is not
    /// NORMAL only until its lock: what is pledged is worth the same in all of it.
    function takeFee(Ledger storage ledger, AccountId account, uint256 id) internal {
        Account storage stored = ledger.accounts[account];
        takeFee(ledger, account, id, stored.open == 0 ? block.timestamp : lockedAt(ledger, stored.group));
    }

    /// @notice As above, for anybody. A fee of less than `SMALL_FEE` at the present rate waits for a day: each is
    /// rounded up, so whoever takes it in each block would take many times what is owed.
    function takeDueFee(Ledger storage ledger, AccountId account, uint256 id) internal {
        Pledge storage kept = ledger.pledges[account][id];
        if (kept.units == 0) revert ICollateral.NothingPledged(account, id);
        (, uint256 fee) = CollateralLib.unitsOf(kept);
        bool waits = fee < SMALL_FEE && block.timestamp < uint256(kept.since) + 1 days;
        if (waits && kept.feeRate == ledger.collaterals[id].feeRate) return;
        takeFee(ledger, account, id);
    }

    /// @notice Since when a group is not NORMAL; now, if it is.
    function lockedAt(Ledger storage ledger, GroupId group) internal view returns (uint256) {
        Group storage stored = ledger.groups[group];
        return stored.phase == Phase.NORMAL ? block.timestamp : stored.lockedAt;
    }

    /// @notice As above, the fee until `until`; it goes on from there.
    function takeFee(Ledger storage ledger, AccountId account, uint256 id, uint256 until) internal {
        Collateral storage c = ledger.collaterals[id];
        Pledge storage kept = ledger.pledges[account][id];
        uint256 before = kept.units;
        until = Math.max(until, kept.since);
        (, uint256 fee) = CollateralLib.unitsOf(kept, until);
        if (fee == 0 && before != 0 && kept.feeRate == c.feeRate) return;
        (kept.since, kept.feeRate) = (uint40(until), c.feeRate); // at most now
        if (before == 0) return;
        remove(ledger, account, id, fee);
        c.addStock(fee);
        emit ICollateral.PledgeFeeTaken(account, id, fee, kept.units);
    }

    /// @notice Takes `units` from a pledge, and from what all have pledged.
    /// @return left What the account has pledged then.
    function remove(
        Ledger storage ledger,
        AccountId account,
        uint256 id,
        uint256 units
    ) internal returns (uint256 left) {
        Pledge storage kept = ledger.pledges[account][id];
        left = kept.units - units;
        kept.units = uint96(left);
        ledger.collaterals[id].pledged -= uint96(units);
        if (left == 0) ledger.accounts[account].pledged &= ~bit(id);
    }

    /// @notice Is the live price fresh, and within half of the haircut of the floor?
    function isNearFloor(Collateral storage c) internal view returns (bool) {
        PledgePrice memory p = c.priceOf();
        Price floor = c.floor.price();
        return p.fresh && (floor - p.live).abs() <= priceShareDown(floor, c.haircut / GAP_DIVISOR);
    }

    function bit(uint256 id) internal pure returns (uint8) {
        return uint8(1 << (id - 1));
    }

    /// @notice Sends `units`, exactly.
    function push(Collateral storage c, address to, uint256 units) internal {
        IERC20 token = c.token;
        uint256 before = token.balanceOf(address(this));
        token.pay(to, units);
        uint256 moved = before - token.balanceOf(address(this));
        if (moved != units) revert ICollateral.TransferNotWhole(address(token), units, moved);
    }

    /// @dev Pulls `units` from the caller, exactly; all that is counted, these included, has to be there then.
    function _pull(Collateral storage c, uint256 units) private {
        IERC20 token = c.token;
        uint256 before = token.balanceOf(address(this));
        token.take(msg.sender, units);
        uint256 held = token.balanceOf(address(this));
        if (held - before != units) revert ICollateral.TransferNotWhole(address(token), units, held - before);
        uint256 counted = uint256(c.pledged) + c.stock;
        if (held < counted) revert ICollateral.UnitsMissing(address(token), held, counted);
    }

    function _requireMargin(Ledger storage ledger, AccountId account, Account storage stored) private {
        Health memory h = ledger.health(account, ledger.syncOpen(stored.group));
        if (!h.fresh) revert ITrading.AccountHasStaleLeg(account);
        Money alone = h.equity - (h.cash - Money.wrap(stored.cash));
        if (alone < NO_MONEY) revert ITrading.InsufficientMargin(account, alone, NO_MONEY);
        Money spare = minMoney(h.cash, h.equity);
        if (spare < h.initial) revert ITrading.InsufficientMargin(account, spare, h.initial);
        if (!h.isSound()) revert ITrading.UnsoundAtAnchor(account, h.atAnchor, h.atRecordedMark);
    }
}
