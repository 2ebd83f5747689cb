// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ICollateral} from "../interfaces/ICollateral.sol";
import {Collateral, Ledger, Pledge} from "../Ledger.sol";
import {CashLib} from "../position/CashLib.sol";
import {Health, MarginLib} from "../position/MarginLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {AccountWord} from "../types/AccountWord.sol";
import {PPM, mulDivDown, mulDivUp, priceShareDown} from "../types/Arithmetic.sol";
import {CastLib} from "../types/CastLib.sol";
import {floorOf} from "../types/Floor.sol";
import {Money, toMoney} from "../types/Money.sol";
import {Price, toPrice} from "../types/Price.sol";

/// @dev What a collateral's price is now. 1e-18 quote per whole token.
struct PledgePrice {
    Price live;
    bool fresh;
    /// What counts in equity, and what the line pays in a lock.
    Price counted;
    Price committed;
}

/// @title What a pledge counts for
/// @notice Each collateral has an **anchor** and a **recorded price**, at least one and two `lockDelay` old. A price
/// that is recorded waits as the newest: else whoever records a fall before an exchange would make a default of it. Its
/// **floor** is the lesser of both, and at most what the line can pay for every unit that is pledged. The **committed
/// price** is the haircut price of the floor. It stands still while any group is locked. The **counted price** is that
/// of the live price, if that is lower; without a fresh one, the committed price less the haircut once more.
library CollateralLib {
    uint256 internal constant MAX_COLLATERALS = 8;

    /// @dev Rate times seconds at which a fee takes all.
    uint256 private constant WHOLE_FEE = PPM * 365 days;
    uint256 private constant SMALL_PART = 1024;

    /// @notice The collateral. Reverts unless it is listed.
    function collateralOf(Ledger storage ledger, uint256 id) internal view returns (Collateral storage c) {
        if (id == 0 || id > ledger.collateralCount) revert ICollateral.CollateralUnknown(id);
        c = ledger.collaterals[id];
    }

    function priceOf(Collateral storage c) internal view returns (PledgePrice memory p) {
        (p.live, p.fresh) = MarkLib.liveOf(c.priceFeed, c.heartbeat, c.exponent);
        p.counted = _counted(c, p.live, p.fresh);
        p.committed = committedPrice(c);
    }

    /// @notice What the line pays for a whole token in a lock. No source is asked.
    function committedPrice(Collateral storage c) internal view returns (Price) {
        return priceShareDown(c.floor.price(), PPM - c.haircut);
    }

    /// @notice The word of an account for margin: what it has pledged counts as cash.
    function forMargin(Ledger storage ledger, AccountId id) internal view returns (AccountWord) {
        AccountWord word = CashLib.read(ledger.accounts[id]);
        (Money counted, bool fresh) = countedOf(ledger, id, word.pledged());
        return word.counting(counted, fresh);
    }

    /// @notice As `forMargin`, to judge what is due: a pledge without a fresh price counts for the most that it can,
    /// which is what the line promises, and makes nothing stale.
    function forMarginAtMost(Ledger storage ledger, AccountId id) internal view returns (AccountWord) {
        AccountWord word = CashLib.read(ledger.accounts[id]);
        uint256 mask = word.pledged();
        Money most;
        for (uint256 i; mask >> i != 0; ++i) {
            (Money counted, Money committed, bool fresh) = valueOf(ledger, id, mask & (1 << i));
            most = most + (fresh ? counted : committed);
        }
        return word.counting(most, true);
    }

    /// @notice As `forMargin`, of a lock: at what the line would pay, which asks no price of now.
    function forLock(Ledger storage ledger, AccountId id) internal view returns (AccountWord) {
        AccountWord word = CashLib.read(ledger.accounts[id]);
        return word.counting(promisedFor(ledger, id, word.pledged()), true);
    }

    /// @notice As MarginLib has it, of an account with a pledge: here is the code that other modules have to call.
    function health(
        Ledger storage ledger,
        AccountId id,
        Quote[] memory quotes
    ) internal view returns (Health memory h) {
        MarginLib.setAccount(h, ledger, forMargin(ledger, id), id, quotes, MarginLib.NO_MARKET);
    }

    /// @notice What the pledges of an account, those of `mask`, count for, what the line pays for them in a lock, and
    /// whether all their prices are fresh. Floor.
    function valueOf(
        Ledger storage ledger,
        AccountId id,
        uint256 mask
    ) internal view returns (Money counted, Money committed, bool fresh) {
        (counted, fresh) = countedOf(ledger, id, mask);
        committed = promisedFor(ledger, id, mask);
    }

    /// @notice What the pledges of an account, those of `mask`, count for, and whether all their prices are fresh.
    /// Floor.
    function countedOf(
        Ledger storage ledger,
        AccountId id,
        uint256 mask
    ) internal view returns (Money counted, bool fresh) {
        fresh = true;
        for (uint256 i = 1; mask != 0; (++i, mask >>= 1)) {
            if (mask & 1 == 0) continue;
            Collateral storage c = ledger.collaterals[i];
            (Price live, bool isFresh) = MarkLib.liveOf(c.priceFeed, c.heartbeat, c.exponent);
            (uint256 units, ) = unitsOf(ledger.pledges[id][i]);
            counted = counted + worthDown(units, _counted(c, live, isFresh), c.decimals);
            if (!isFresh) fresh = false;
        }
    }

    /// @notice What the line pays in a lock for the pledges of an account, those of `mask`. Floor.
    function promisedFor(Ledger storage ledger, AccountId id, uint256 mask) internal view returns (Money promised) {
        for (uint256 i = 1; mask != 0; (++i, mask >>= 1)) {
            if (mask & 1 == 0) continue;
            Collateral storage c = ledger.collaterals[i];
            (uint256 units, ) = unitsOf(ledger.pledges[id][i]);
            promised = promised + worthDown(units, committedPrice(c), c.decimals);
        }
    }

    /// @notice What a pledge still has, and the fee that it owes, ceil. In units.
    function unitsOf(Pledge storage pledge) internal view returns (uint256 units, uint256 fee) {
        return unitsOf(pledge, block.timestamp);
    }

    /// @notice The same, the fee until `until`, which is not before `since`.
    /// @dev By hand, as every margin with a pledge asks: with `ceilDiv`, `min` and a copy in memory it costs 220 more.
    function unitsOf(Pledge storage pledge, uint256 until) internal view returns (uint256 units, uint256 fee) {
        unchecked {
            units = pledge.units;
            uint256 due = units * pledge.feeRate * (until - pledge.since); // 96, 16 and 40 bits
            fee = (due + WHOLE_FEE - 1) / WHOLE_FEE;
            if (fee > units) fee = units;
            units -= fee;
        }
    }

    /// @notice What `units` are worth at `price` a whole token, floor.
    function worthDown(uint256 units, Price price, uint256 decimals) internal pure returns (Money) {
        return Money.wrap(mulDivDown(int256(units), Price.unwrap(price), _scale(decimals)));
    }

    /// @notice The same, ceil.
    function worthUp(uint256 units, Price price, uint256 decimals) internal pure returns (Money) {
        return Money.wrap(mulDivUp(int256(units), Price.unwrap(price), _scale(decimals)));
    }

    /// @notice The units that are worth `amount` at `price`, ceil; without a price none: nothing is sold for nothing.
    /// Assumes amount >= 0.
    function unitsUp(Money amount, Price price, uint256 decimals) internal pure returns (uint256) {
        if (Price.unwrap(price) == 0) return 0;
        return uint256(mulDivUp(Money.unwrap(amount), int256(_scale(decimals)), price.toUint()));
    }

    /// @notice What of the line is committed: what it pays for all that is pledged, ceil.
    function committedOf(Collateral storage c) internal view returns (Money) {
        return worthUp(c.pledged, committedPrice(c), c.decimals);
    }

    /// @notice When it is due, no group is locked and nothing keeps defaults from being absorbed: the recorded price
    /// becomes the anchor, the newest the recorded price, and the live one, if it is fresh, the newest.
    function record(Ledger storage ledger, uint256 id) internal returns (bool) {
        Collateral storage c = ledger.collaterals[id];
        if (ledger.outflow.lockedGroups != 0) return false;
        if (block.timestamp < uint256(c.recordedAt) + ledger.venue.lockDelay) return false;
        uint256 stopped = ledger.anyStoppedUntil;
        if (stopped != 0 && block.timestamp < stopped + ledger.venue.unpauseGrace) return false;
        (Price live, bool fresh) = MarkLib.liveOf(c.priceFeed, c.heartbeat, c.exponent);
        if (!fresh) return false;
        setPrices(c, id, toPrice(c.recordedPrice), toPrice(c.newest), live);
        return true;
    }

    function setPrices(Collateral storage c, uint256 id, Price anchor, Price recordedPrice, Price newest) internal {
        (c.anchor, c.recordedPrice) = (uint80(anchor.toUint()), uint80(recordedPrice.toUint()));
        c.newest = uint80(newest.toUint());
        c.recordedAt = CastLib.toUint40(block.timestamp);
        emit ICollateral.CollateralPriceRecorded(id, anchor, recordedPrice);
        setFloor(c, id);
    }

    /// @notice The floor, after any of what it follows from has changed. What the line has bounds it, so the committed
    /// value of all that is pledged is never more than the line (INV-20).
    function setFloor(Collateral storage c, uint256 id) internal {
        Price anchor = toPrice(c.anchor);
        Price recordedPrice = toPrice(c.recordedPrice);
        Price floor = recordedPrice < anchor ? recordedPrice : anchor;
        if (c.pledged != 0) {
            // line * 10^(decimals + 9) / pledged is what the line can pay for a whole token; 96 + 110 bits at most.
            uint256 payable_ = Math.mulDiv(c.line, _scale(c.decimals), c.pledged);
            Price bound = toPrice(Math.mulDiv(payable_, PPM, PPM - c.haircut));
            if (bound < floor) floor = bound;
        }
        c.floor = floorOf(floor);
        emit ICollateral.CollateralFloorSet(id, c.floor.price());
    }

    /// @notice Adds to the vault's stock, which is on offer since the average by units. What is less than one part in
    /// SMALL_PART of it takes over its age: else a fee of a unit each second, rounded, would hold its discount down.
    function addStock(Collateral storage c, uint256 units) internal {
        if (units == 0) return;
        uint256 before = c.stock;
        if (units * SMALL_PART >= before) {
            uint256 age = before == 0 ? 0 : Math.min(block.timestamp - c.offeredAt, maxAge(c));
            c.offeredAt = CastLib.toUint40(block.timestamp - (age * before) / (before + units));
        }
        c.stock = CastLib.toUint96(before + units);
    }

    /// @notice The discount of what is on offer since `since`: it grows by `discountRate` an hour to `maxDiscount`.
    /// ppm.
    function discountOf(Collateral storage c, uint256 since) internal view returns (uint256) {
        return Math.min((uint256(c.discountRate) * (block.timestamp - since)) / 1 hours, c.maxDiscount);
    }

    /// @notice After how long a discount grows no more, seconds.
    function maxAge(Collateral storage c) internal view returns (uint256) {
        return Math.ceilDiv(uint256(c.maxDiscount) * 1 hours, c.discountRate);
    }

    /// @notice The vault's lines and its stock at the price of its offer, and whether that is known: while a price is
    /// not fresh, or below what the line has promised for what is pledged, who leaves would leave a loss to the rest.
    /// What is worth less than `minDebt` counts nothing then, and does not matter: else a crumb of a dead token would
    /// stop the vault's flows.
    function vaultWorth(Ledger storage ledger) internal view returns (Money worth, bool known) {
        known = true;
        Money crumb = toMoney(ledger.venue.minDebt);
        for (uint256 i = 1; i <= ledger.collateralCount; ++i) {
            Collateral storage c = ledger.collaterals[i];
            worth = worth + toMoney(c.line);
            if (c.stock == 0 && c.pledged == 0) continue;
            (Price live, bool fresh) = MarkLib.liveOf(c.priceFeed, c.heartbeat, c.exponent);
            if (fresh) {
                Price price = priceShareDown(live, PPM - discountOf(c, c.offeredAt));
                worth = worth + worthDown(c.stock, price, c.decimals);
            } else if (worthDown(c.stock, toPrice(c.recordedPrice), c.decimals) >= crumb) {
                known = false;
            }
            if ((!fresh || live < committedPrice(c)) && committedOf(c) >= crumb) known = false;
        }
    }

    /// @dev What counts of a whole token whose live price is `live`.
    function _counted(Collateral storage c, Price live, bool fresh) private view returns (Price) {
        uint256 rest = PPM - c.haircut;
        Price floor = c.floor.price();
        if (!fresh) return priceShareDown(priceShareDown(floor, rest), rest);
        return priceShareDown(live < floor ? live : floor, rest);
    }

    function _scale(uint256 decimals) private pure returns (uint256) {
        unchecked {
            return 10 ** (decimals + 9); // at most 18 decimals
        }
    }
}
