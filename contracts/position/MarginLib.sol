// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Account, Ledger, Market, MarketParams} from "../Ledger.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {AccountWord} from "../types/AccountWord.sol";
import {PPM, mulDivUp, notionalUp, shareUp, valueDown} from "../types/Arithmetic.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY, minMoney} from "../types/Money.sol";
import {Params} from "../types/Params.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";
import {CashLib} from "./CashLib.sol";
import {Leg, PositionLib} from "./PositionLib.sol";

/// @dev An account at given quotes. 1e-9 quote: equity rounded down, requirements up.
struct Health {
    Money cash;
    Money equity;
    Money initial;
    Money maintenance;
    /// Equity if every mark were its anchor, or its recorded mark: who is above zero there cannot default unpaid in a
    /// jump from there.
    Money atAnchor;
    Money atRecordedMark;
    /// Every leg has a fresh price.
    bool fresh;
}

/// @title Margin: equity against initial and maintenance margin of one account over its group
library MarginLib {
    using PositionLib for Leg;
    using PositionLib for Market;

    /// @dev As `except`: no leg is left out.
    uint256 internal constant NO_MARKET = type(uint256).max;

    /// @notice The health of an account at `quotes` of its group, leaving out the market at index `except`.
    function health(
        Ledger storage ledger,
        AccountId id,
        Quote[] memory quotes,
        uint256 except
    ) internal view returns (Health memory h) {
        AccountWord word = CashLib.read(ledger.accounts[id]);
        setAccount(h, ledger, CashLib.forMargin(word, id), id, quotes, except);
    }

    /// @notice The legs of an account by their market's index, and its equity at `quotes` of its group, rounded down.
    /// As `health` has it.
    function legs(
        Ledger storage ledger,
        AccountId id,
        Quote[] memory quotes
    ) internal view returns (Leg[] memory list, Money equity) {
        Account storage account = ledger.accounts[id];
        list = new Leg[](quotes.length);
        equity = Money.wrap(account.cash);
        GroupId group = account.group;
        uint256 open = account.open;
        for (uint256 i; open >> i != 0; ++i) {
            if (open & (1 << i) == 0) continue;
            MarketId market = group.market(i);
            list[i].take(ledger.markets[market], ledger.positions[id.position(market)], quotes[i]);
            equity = equity + list[i].value;
        }
    }

    /// @dev As `health`, into memory that is there, of an account that was read.
    function setAccount(
        Health memory h,
        Ledger storage ledger,
        AccountWord account,
        AccountId id,
        Quote[] memory quotes,
        uint256 except
    ) internal view {
        Money cash = account.cash();
        (h.cash, h.equity, h.atAnchor, h.atRecordedMark) = (cash, cash, cash, cash);
        (h.initial, h.maintenance, h.fresh) = (NO_MONEY, NO_MONEY, account.isFresh());
        GroupId group = account.group();
        uint256 open = account.open() & ~(1 << except);
        for (uint256 i; open >> i != 0; ++i) {
            if (open & (1 << i) == 0) continue;
            MarketId market = group.market(i);
            Market storage stored = ledger.markets[market];
            MarketParams storage params = stored.params;
            Leg memory leg = stored.read(ledger.positions[id.position(market)], quotes[i]);
            addLeg(h, leg, quotes[i], params.initialMargin, params.maintenanceMargin);
        }
    }

    /// @dev Copies `other` into `h`: all seven members, each a word. One by one costs 50 gas and 90 bytes of code more.
    function set(Health memory h, Health memory other) internal pure {
        assembly ("memory-safe") {
            mcopy(h, other, 224)
        }
    }

    /// @param initialRate The market's margin rates, ppm.
    function addLeg(
        Health memory h,
        Leg memory leg,
        Quote memory quote,
        uint256 initialRate,
        uint256 maintenanceRate
    ) internal pure {
        Money notional = notionalUp(leg.size, quote.mark);
        h.equity = h.equity + leg.value;
        h.atAnchor = h.atAnchor + valueAt(leg, quote, quote.anchor);
        h.atRecordedMark = h.atRecordedMark + valueAt(leg, quote, quote.recordedMark);
        h.initial = h.initial + shareUp(notional, initialRate);
        h.maintenance = h.maintenance + shareUp(notional, maintenanceRate);
        if (!quote.fresh) h.fresh = false;
    }

    /// @notice What the leg, worth its value at `quote`, would be worth at the mark `price`, floor.
    function valueAt(Leg memory leg, Quote memory quote, Price price) internal pure returns (Money) {
        return leg.value + valueDown(leg.size, price - quote.mark);
    }

    function addCash(Health memory h, Money amount) internal pure {
        h.cash = h.cash + amount;
        h.equity = h.equity + amount;
        h.atAnchor = h.atAnchor + amount;
        h.atRecordedMark = h.atRecordedMark + amount;
    }

    /// @notice Is the account solvent at anchor and recorded mark?
    function isSound(Health memory h) internal pure returns (bool) {
        return h.atAnchor >= NO_MONEY && h.atRecordedMark >= NO_MONEY;
    }

    /// @notice Is the account solvent at anchor and recorded mark, or at least not less so than before?
    function staysSound(Health memory earlier, Health memory later) internal pure returns (bool) {
        return
            (later.atAnchor >= NO_MONEY || later.atAnchor >= earlier.atAnchor) &&
            (later.atRecordedMark >= NO_MONEY || later.atRecordedMark >= earlier.atRecordedMark);
    }

    /// @notice What may leave the account: cash, but not unrealised gains, above initial margin at base rates; and, as
    /// after a fill, it stays solvent at anchor and recorded mark.
    function withdrawable(Health memory h) internal pure returns (Money) {
        Money spare = minMoney(h.cash, h.equity) - h.initial;
        return minMoney(spare, minMoney(h.atAnchor, h.atRecordedMark)).positive();
    }

    /// @notice Cash and positions, or cash if that is less, of an account with `cash` whose pledges count in `h`. No
    /// more may leave it: else a pledge would lend what others deposited.
    function alone(Health memory h, Money cash) internal pure returns (Money) {
        return minMoney(cash, h.equity - (h.cash - cash));
    }

    /// @notice Is equity / maintenance of `later` at least that of `earlier`? Without maintenance the ratio is
    /// unbounded.
    function ratioNotLower(Health memory earlier, Health memory later) internal pure returns (bool) {
        return
            Money.unwrap(later.equity) * Money.unwrap(earlier.maintenance) >=
            Money.unwrap(earlier.equity) * Money.unwrap(later.maintenance);
    }

    /// @notice The initial margin rate of an increase when open interest is `interest` after it: the base rate up to
    /// the soft cap, then linearly to 100% at the hard cap, rounded up. ppm.
    function increaseRate(Params memory params, Size interest) internal pure returns (uint256) {
        (uint256 soft, uint256 hard, uint256 base) = (params.softCap(), params.hardCap(), params.initialMargin());
        uint256 oi = interest.toUint();
        if (oi <= soft) return base;
        if (oi >= hard) return PPM;
        unchecked {
            // soft < oi < hard < 2^72, and base <= PPM
            return base + ((PPM - base) * (oi - soft) + (hard - soft) - 1) / (hard - soft);
        }
    }

    /// @notice The least size of a leg whose closing at a loss of `cost` ppm per notional restores equity to initial
    /// margin; at most the whole leg. Rounded up. Closing a notional y costs y * cost and frees y * imRate, so
    /// equity - y * cost = initial - y * imRate gives y = (initial - equity) / (imRate - cost).
    function sizeToRestore(
        Health memory h,
        Leg memory leg,
        Quote memory quote,
        uint256 imRate,
        uint256 cost
    ) internal pure returns (Size) {
        Size whole = leg.size.abs();
        Money missing = (h.initial - h.equity).positive();
        if (imRate <= cost) return whole;
        Money notional = notionalUp(whole, quote.mark);
        int256 size = mulDivUp(
            mulDivUp(Money.unwrap(missing), int256(PPM), imRate - cost),
            Size.unwrap(whole),
            notional.toUint()
        );
        return size < Size.unwrap(whole) ? Size.wrap(size) : whole;
    }

    /// @notice The discount of a liquidation, ppm of notional: from the floor at maintenance margin linearly to the cap
    /// when equity is half of it, and never more than keeps the account's equity / maintenance ratio: mmRate * E / MM.
    /// Rounded down.
    function discount(Health memory h, Params memory params) internal pure returns (uint256) {
        if (h.equity <= NO_MONEY || h.maintenance <= NO_MONEY) return 0;
        uint256 equity = h.equity.toUint();
        uint256 maintenance = h.maintenance.toUint();
        uint256 floor = params.discountFloor();
        uint256 rate = floor;
        if (equity < maintenance) {
            unchecked {
                // floor <= discountCap < 2^24, and equity < maintenance < 2^128
                uint256 depth = Math.min((maintenance - equity) * 2, maintenance);
                rate = floor + ((params.discountCap() - floor) * depth) / maintenance;
            }
        }
        return Math.min(rate, discountLimit(h, params));
    }

    /// @notice The largest discount that does not lower equity / maintenance: mmRate * E / MM, ppm, floor. Assumes both
    /// positive.
    function discountLimit(Health memory h, Params memory params) internal pure returns (uint256) {
        return (params.maintenanceMargin() * h.equity.toUint()) / h.maintenance.toUint();
    }
}
