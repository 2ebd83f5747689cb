// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ledger, Market} from "../Ledger.sol";
import {MarginLib} from "../position/MarginLib.sol";
import {Leg, PositionLib} from "../position/PositionLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {valueDown} from "../types/Arithmetic.sol";
import {Money} from "../types/Money.sol";
import {NO_NODE, NodeId} from "../types/NodeId.sol";
import {Position} from "../types/Position.sol";
import {Size} from "../types/Size.sol";
import {OptionLedger} from "./OptionLedger.sol";
import {Scene, SceneLib} from "./SceneLib.sol";
import {SeriesId, seriesOf} from "./SeriesId.sol";

/// @dev A leg of a portfolio in memory.
struct Holding {
    uint256 index;
    Leg leg;
    Quote quote;
}

/// @title What an account holds in an option group
library PortfolioLib {
    using PositionLib for Market;

    /// @notice The legs of an account, by ascending index, at the scene.
    function holdings(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory scene,
        AccountId id
    ) internal view returns (Holding[] memory list) {
        uint256 held = options.held[id];
        list = new Holding[](countOf(held));
        for (uint256 i; held != 0; ++i) {
            uint256 index = lowestOf(held);
            held &= held - 1;
            list[i].index = index;
            list[i].quote = SceneLib.quote(ledger, options, scene, index);
            list[i].leg = legOf(ledger, options, scene, id, index, list[i].quote);
        }
    }

    /// @notice The leg of an account in the series at `index`. In one that was never charged or torn up, shares are
    /// sizes and its node need not be read: 2,100 gas a leg.
    function legOf(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory scene,
        AccountId id,
        uint256 index,
        Quote memory quote
    ) internal view returns (Leg memory leg) {
        SeriesId series = seriesOf(scene.group, index);
        Position position = ledger.positions[id.position(series.market())];
        if (SceneLib.isTouched(options, scene, index)) return ledger.markets[series.market()].read(position, quote);
        NodeId node = position.node();
        if (node == NO_NODE) return leg;
        (leg.node, leg.shares) = (node, position.shares());
        leg.size = Size.wrap(leg.shares);
        leg.value = valueDown(leg.size, quote.mark) - position.offset();
        leg.rank = node.exactRank(position.residue());
    }

    /// @notice What the account is worth at the scene, at its anchor and at its recorded factors, each floor.
    function equityOf(
        Ledger storage ledger,
        AccountId id,
        Holding[] memory list
    ) internal view returns (Money equity, Money atAnchor, Money atRecorded) {
        Money cash = Money.wrap(ledger.accounts[id].cash);
        (equity, atAnchor, atRecorded) = (cash, cash, cash);
        for (uint256 i; i < list.length; ++i) {
            (Leg memory leg, Quote memory quote) = (list[i].leg, list[i].quote);
            equity = equity + leg.value;
            atAnchor = atAnchor + MarginLib.valueAt(leg, quote, quote.anchor);
            atRecorded = atRecorded + MarginLib.valueAt(leg, quote, quote.recordedMark);
        }
    }

    /// @notice The lowest series of a set that is not empty.
    function lowestOf(uint256 held) internal pure returns (uint256 index) {
        assembly ("memory-safe") {
            index := sub(255, clz(and(held, sub(0, held))))
        }
    }

    /// @notice How many series a set has.
    function countOf(uint256 held) internal pure returns (uint256 count) {
        for (; held != 0; held &= held - 1) ++count;
    }
}
