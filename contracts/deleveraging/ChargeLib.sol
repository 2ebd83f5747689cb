// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ledger, Market, MarketStatus} from "../Ledger.sol";
import {GapLib} from "../prices/GapLib.sol";
import {mulDivUp, valueDown} from "../types/Arithmetic.sol";
import {GroupId} from "../types/MarketId.sol";
import {Money, NO_MONEY, toMoney} from "../types/Money.sol";
import {NO_PRICE, Price} from "../types/Price.sol";
import {NO_SIZE, Size, toSize} from "../types/Size.sol";

/// @title Variation margin gains haircut: what the winners of a jump pay for those who could not
/// @notice Everybody who held the winning side through the jump pays the same share theta of what it gained there:
/// `theta = min(1, (deficit - reserve) / sum over markets of winners * |jump|)`. If all were solvent at the anchors,
/// the deficits are part of the losers' losses in the jump, which are the winners' gains in it: theta <= 1 and nothing
/// is left.
library ChargeLib {
    /// @notice What all live winners gained in the jump, the capacity of a charge. 1e-9 quote, floor.
    function gains(Ledger storage ledger, GroupId id) internal view returns (Money total) {
        for (uint256 i; i < ledger.groups[id].markets; ++i) {
            Market storage market = ledger.markets[id.market(i)];
            total = total + valueDown(winners(market), GapLib.jump(market).abs());
        }
    }

    /// @notice The charge per unit of each market's winning side, if the lock ended now. Variation margin gains
    /// haircut: everybody who held the winning side through the jump pays the same share of it,
    /// `min(1, (deficit - reserve) / gains)`, rounded up.
    function pendingCharges(Ledger storage ledger, GroupId id) internal view returns (Price[] memory charges) {
        charges = GapLib.jumps(ledger, id);
        Money due = toMoney(ledger.groups[id].deficit) - toMoney(ledger.groups[id].reserve);
        Money capacity = gains(ledger, id);
        // One unit more a market, for what flooring each market's takings may lose.
        Money target = due + toMoney(charges.length);
        if (due > NO_MONEY && target >= capacity) return charges;
        for (uint256 i; i < charges.length; ++i) {
            charges[i] =
                due <= NO_MONEY
                    ? NO_PRICE
                    : Price.wrap(mulDivUp(Money.unwrap(target), Price.unwrap(charges[i]), capacity.toUint()));
        }
    }

    /// @notice Does the share of the deficit, exactly `min(1, due / capacity)` of what it `gained` in the jump, take an
    /// account of `equity` below zero? Not by the charges above, which are rounded up: absorbing an account that only
    /// rounding takes below zero would lower the share for the others, and the set absorbed would depend on the order.
    /// Who is passed over may be left up to 3 units of 1e-9 quote a market below zero.
    function takesBelowZero(Money equity, Money gained, Money due, Money capacity) internal pure returns (bool) {
        if (equity < NO_MONEY || due <= NO_MONEY) return equity < NO_MONEY;
        if (due >= capacity) return equity < gained;
        return Money.unwrap(equity) * Money.unwrap(capacity) < Money.unwrap(due) * Money.unwrap(gained);
    }

    /// @notice What a leg of `size` gained in the jump, floor; nothing on the side that lost. As in `gains`, so that
    /// those who leave take no more with them than the capacity falls.
    function gainOf(Market storage market, Size size) internal view returns (Money) {
        Price jump = GapLib.jump(market);
        bool won = size.isLong() ? jump > NO_PRICE : jump < NO_PRICE;
        return won && market.status == MarketStatus.OPEN ? valueDown(size.abs(), jump.abs()) : NO_MONEY;
    }

    /// @notice Live units on the side that the jump favoured; what is in the estate is not charged (it would only add
    /// to the deficit).
    function winners(Market storage market) internal view returns (Size) {
        Price jump = GapLib.jump(market);
        if (jump == NO_PRICE || market.status != MarketStatus.OPEN) return NO_SIZE;
        return toSize(market.openInterest - (jump > NO_PRICE ? market.estateLong : market.estateShort));
    }
}
