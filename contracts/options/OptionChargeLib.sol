// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChargeLib} from "../deleveraging/ChargeLib.sol";
import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {Ledger, Market} from "../Ledger.sol";
import {valueDown} from "../types/Arithmetic.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, toMoney} from "../types/Money.sol";
import {NO_PRICE, Price, toPrice} from "../types/Price.sol";
import {NO_SIZE, Size, toSize} from "../types/Size.sol";
import {OptionLedger} from "./OptionLedger.sol";
import {Scene, SceneLib} from "./SceneLib.sol";
import {PERPETUAL, ladderOf, placeOf, seriesOf} from "./SeriesId.sol";

/// @dev The jumps of series that a call has computed, by index: charging in the same call needs them again.
struct Jumps {
    uint256 known;
    Price[] list;
    /// As in the group.
    uint256 estates;
}

using OptionChargeLib for Jumps global;

/// @title What the winners of a jump pay in an option group
/// @notice As ChargeLib. A group may have 241 series, so what winners gained is summed series by series, the share
/// follows from the sum, and then it is charged series by series.
library OptionChargeLib {
    function jumps(OptionLedger storage options, GroupId group) internal view returns (Jumps memory) {
        return Jumps(0, new Price[](PERPETUAL + 1), options.groups[group].estates);
    }

    /// @notice Does the estate of the series at `index` have to be read?
    function hasEstate(Jumps memory computed, uint256 index) internal pure returns (bool) {
        return (computed.estates >> index) & 1 != 0;
    }

    /// @notice In a lock: what a long of the series at `index` gained from anchor to frozen factors; negative when
    /// shorts gained. Constant.
    function jumpOf(
        OptionLedger storage options,
        Scene memory frozen,
        Jumps memory computed,
        uint256 index
    ) internal view returns (Price jump) {
        uint256 bit = 1 << index;
        if (computed.known & bit != 0) return computed.list[index];
        jump = SceneLib.jumpOf(options, frozen, index);
        computed.known |= bit;
        computed.list[index] = jump;
    }

    /// @notice What the winners of one series gained in the jump, floor.
    function gainsOf(Market storage book, Price jump, bool hasEstate) internal view returns (Money) {
        return valueDown(winners(book, jump, hasEstate), jump.abs());
    }

    /// @notice Live units on the side that the jump favoured. Of a series that never had an estate it is not read:
    /// 2,100 gas a series.
    function winners(Market storage book, Price jump, bool hasEstate) internal view returns (Size) {
        if (jump == NO_PRICE) return NO_SIZE;
        uint256 units = book.openInterest;
        if (hasEstate) units -= jump > NO_PRICE ? book.estateLong : book.estateShort;
        return toSize(units);
    }

    /// @notice Notes that series, by their bits, have an estate.
    function noteEstates(OptionLedger storage options, GroupId group, uint256 bits) internal {
        uint256 noted = options.groups[group].estates;
        if (noted | bits != noted) options.groups[group].estates = noted | bits;
    }

    /// @notice The share of their net gains that winners pay, as a fraction: what is due, and one unit more for each
    /// of `count` series for what flooring its takings may lose, of what all gained less the relief of those
    /// registered; at most all of it. Then takings >= share * gains - count >= due + share * relieved.
    function share(
        Money due,
        Money gains,
        Money relieved,
        uint256 count
    ) internal pure returns (Money numerator, Money denominator) {
        denominator = gains - relieved;
        numerator = due + toMoney(count);
        if (numerator >= denominator) return (Money.wrap(1), Money.wrap(1));
    }

    /// @notice Charges the winners of the series at `index` the share of its jump.
    /// @return taken What that takes, floor.
    function charge(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory frozen,
        Jumps memory computed,
        uint256 index,
        Money numerator,
        Money denominator
    ) internal returns (Money taken) {
        Price jump = jumpOf(options, frozen, computed, index);
        if (jump == NO_PRICE) return taken;
        MarketId id = seriesOf(frozen.group, index).market();
        Market storage book = ledger.markets[id];
        Size size = winners(book, jump, computed.hasEstate(index));
        if (size == NO_SIZE) return taken;
        Price unit = ChargeLib.chargeOf(jump.abs(), numerator, denominator);
        touch(options, frozen, index);
        if (jump > NO_PRICE) book.chargeLong = (toPrice(book.chargeLong) + unit).toUint88();
        else book.chargeShort = (toPrice(book.chargeShort) + unit).toUint88();
        emit IDeleveraging.Charged(
            id,
            ledger.groups[frozen.group].lockNumber,
            jump,
            unit,
            toPrice(book.chargeLong),
            toPrice(book.chargeShort),
            size
        );
        return valueDown(size, unit);
    }

    /// @notice From now on the charges and frames of the series at `index` have to be read.
    function touch(OptionLedger storage options, Scene memory scene, uint256 index) internal {
        if (SceneLib.isTouched(options, scene, index)) return;
        scene.touched |= 1 << placeOf(index);
        options.groups[scene.group].ladders[ladderOf(index)].touched = uint32(scene.touched);
    }
}
