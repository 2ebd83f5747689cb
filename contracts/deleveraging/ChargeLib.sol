// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Group, Ledger, Market, MarketStatus} from "../Ledger.sol";
import {GapLib} from "../prices/GapLib.sol";
import {mulDivUp, valueDown} from "../types/Arithmetic.sol";
import {GroupId} from "../types/MarketId.sol";
import {Money, NO_MONEY, toMoney} from "../types/Money.sol";
import {NO_PRICE, Price} from "../types/Price.sol";
import {NO_SIZE, Size, toSize} from "../types/Size.sol";

/// @title Variation margin gains haircut: what the winners of a jump pay for those who could not
/// @notice Everybody who held the winning side through the jump pays the same share theta of what it gained there, and
/// gets the same share of his relief back (ReliefLib):
/// `theta = min(1, (deficit - reserve) / (sum over markets of winners * |jump| - relief))`. If all were solvent at the
/// anchors, the deficits are at most what the defaulters lost in the jump, net, which is what the others gained in it,
/// net: theta <= 1 and nothing is left.
library ChargeLib {
    /// @notice What all live winners gained in the jump. 1e-9 quote, floor.
    function gains(Ledger storage ledger, GroupId id) internal view returns (Money total) {
        for (uint256 i; i < ledger.groups[id].markets; ++i) {
            Market storage market = ledger.markets[id.market(i)];
            total = total + valueDown(winners(market), GapLib.jump(market).abs());
        }
    }

    /// @notice The share of their net gains that winners would pay if the lock ended now, as a fraction: what is due,
    /// and one unit more a market for what flooring each market's takings may lose, of what all gained less the relief
    /// of those registered; at most all of it. So what is taken, less `floor(share * relief)` of each that is
    /// registered, is what is due or more: takings >= share * gains - markets = due + share * relief.
    /// @return numerator Zero when the reserve pays all. denominator: never zero.
    function share(Ledger storage ledger, GroupId id) internal view returns (Money numerator, Money denominator) {
        Group storage group = ledger.groups[id];
        Money due = toMoney(group.deficit) - toMoney(group.reserve);
        if (due <= NO_MONEY) return (NO_MONEY, Money.wrap(1));
        denominator = capacity(ledger, id);
        numerator = due + toMoney(group.markets);
        if (numerator >= denominator) return (Money.wrap(1), Money.wrap(1));
    }

    /// @notice The most that charges can bring: what all live winners gained in the jump, less the relief of those who
    /// are registered.
    function capacity(Ledger storage ledger, GroupId id) internal view returns (Money) {
        return gains(ledger, id) - relieved(ledger.groups[id]);
    }

    /// @notice The relief of all that are registered in the group's present lock (ReliefLib).
    function relieved(Group storage group) internal view returns (Money) {
        if (group.markets == 1) return NO_MONEY; // without another read
        return group.relievedLock == group.lockNumber ? toMoney(group.relieved) : NO_MONEY;
    }

    /// @notice The charge per unit of each market's winning side, if the lock ended now: the same share of the jump,
    /// rounded up.
    function pendingCharges(Ledger storage ledger, GroupId id) internal view returns (Price[] memory charges) {
        charges = GapLib.jumps(ledger, id);
        (Money numerator, Money denominator) = share(ledger, id);
        for (uint256 i; i < charges.length; ++i) {
            charges[i] = chargeOf(charges[i], numerator, denominator);
        }
    }

    /// @notice The share of a jump that a winning unit is charged, ceil.
    function chargeOf(Price jump, Money numerator, Money denominator) internal pure returns (Price) {
        return Price.wrap(mulDivUp(Money.unwrap(numerator), Price.unwrap(jump), denominator.toUint()));
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
