// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChargeLib} from "../deleveraging/ChargeLib.sol";
import {ReliefLib} from "../deleveraging/ReliefLib.sol";
import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {Account, Group, Ledger, Market, Phase, Relief} from "../Ledger.sol";
import {PositionLib} from "../position/PositionLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {PRICE_UNIT} from "../types/Arithmetic.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY, minMoney} from "../types/Money.sol";
import {Position} from "../types/Position.sol";
import {NO_PRICE, Price} from "../types/Price.sol";
import {NO_SIZE, Size} from "../types/Size.sol";
import {OptionLedger, Round} from "./OptionLedger.sol";
import {PortfolioLib} from "./PortfolioLib.sol";
import {Scene, SceneLib} from "./SceneLib.sol";
import {seriesOf} from "./SeriesId.sol";

/// @title Relief in an option group
/// @notice As ReliefLib, over the series that an account holds. What is registered, its share and its credit are
/// stored as there.
library OptionReliefLib {
    using PositionLib for Market;

    /// @notice What the account could be registered for, at the frozen scene of its group: the smaller of its gains and
    /// its losses in the jump.
    function reliefOf(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory frozen,
        AccountId id
    ) internal view returns (Money) {
        return _reliefOf(ledger, options, frozen, id, options.held[id]);
    }

    function _reliefOf(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory frozen,
        AccountId id,
        uint256 held
    ) private view returns (Money) {
        (Money gains, Money losses) = (NO_MONEY, NO_MONEY);
        for (; held != 0; held = PortfolioLib.lessLowest(held)) {
            uint256 index = PortfolioLib.lowestOf(held);
            Price jump = SceneLib.jumpOf(options, frozen, index);
            Size size = _sizeOf(ledger, frozen, id, index);
            Money moved = _moved(size, jump);
            if (moved > NO_MONEY) gains = gains + moved;
            else losses = losses - moved;
        }
        return minMoney(gains, losses);
    }

    /// @notice Has the account a leg that gained in the jump of its group's lock, if it is locked?
    function hasWon(Ledger storage ledger, OptionLedger storage options, AccountId id) internal view returns (bool) {
        GroupId group = ledger.accounts[id].group;
        if (ledger.groups[group].phase == Phase.NORMAL) return false;
        Scene memory frozen = SceneLib.readRecorded(options, group);
        for (uint256 held = options.held[id]; held != 0; held = PortfolioLib.lessLowest(held)) {
            uint256 index = PortfolioLib.lowestOf(held);
            Price jump = SceneLib.jumpOf(options, frozen, index);
            Size size = _sizeOf(ledger, frozen, id, index);
            if (size == NO_SIZE) continue;
            if ((size.isLong() ? jump : -jump) > NO_PRICE) return true;
        }
        return false;
    }

    /// @notice Registers the account, of a group whose lock runs. Again, or without relief, it does nothing.
    /// @return registered It was.
    function register(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory frozen,
        AccountId id
    ) internal returns (bool registered) {
        uint256 held = options.held[id];
        if (held == 0 || PortfolioLib.lessLowest(held) == 0) return false; // one leg at most
        Account storage account = ledger.accounts[id];
        if (account.isNetted) {
            credit(ledger, options, id);
            if (account.isNetted) return false;
        }
        Money relief = _reliefOf(ledger, options, frozen, id, held);
        if (relief == NO_MONEY) return false;

        GroupId id_ = frozen.group;
        Group storage group = ledger.groups[id_];
        Money sum = ChargeLib.relieved(group) + relief;
        uint24 lockNumber = group.lockNumber;
        (group.relieved, group.relievedLock) = (sum.toUint96(), lockNumber);
        ledger.reliefs[id] = Relief(relief.toUint96(), id_, lockNumber);
        account.isNetted = true;
        emit IDeleveraging.NetRegistered(id, id_, lockNumber, relief, sum);
        return true;
    }

    /// @notice Adds to the account's cash what a settlement gave it for its relief, and ends its registration; nothing
    /// while the lock runs, or before its settlement has measured what winners pay.
    function credit(Ledger storage ledger, OptionLedger storage options, AccountId id) internal {
        if (!ledger.accounts[id].isNetted) return;
        Relief storage relief = ledger.reliefs[id];
        GroupId group = relief.group;
        if (
            ledger.groups[group].phase == Phase.SETTLING &&
            ledger.groups[group].lockNumber == relief.lockNumber &&
            options.groups[group].round == Round.MEASURING
        ) return;
        ReliefLib.credit(ledger, id);
    }

    /// @dev What a leg gained in the jump, towards zero: as what all winners gain is measured, so that they add up to
    /// no more.
    function _moved(Size size, Price jump) private pure returns (Money) {
        unchecked {
            return Money.wrap((Size.unwrap(size) * Price.unwrap(jump)) / PRICE_UNIT);
        }
    }

    /// @dev The size of a leg and nothing else: PortfolioLib.legOf costs 500 gas more. Assumes that the scene looks at
    /// its ladder.
    function _sizeOf(
        Ledger storage ledger,
        Scene memory frozen,
        AccountId id,
        uint256 index
    ) private view returns (Size) {
        MarketId market = seriesOf(frozen.group, index).market();
        Position position = ledger.positions[id.position(market)];
        if (!SceneLib.isTouchedHere(frozen, index)) return Size.wrap(position.shares());
        Quote memory any;
        return ledger.markets[market].read(position, any).size;
    }
}
