// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Market, Queue} from "../Ledger.sol";
import {Tally} from "../options/IMarginDesk.sol";
import {OptionStorage} from "../options/OptionLedger.sol";
import {PortfolioLib} from "../options/PortfolioLib.sol";
import {Scene, SceneLib} from "../options/SceneLib.sol";
import {seriesFrom} from "../options/SeriesId.sol";
import {TallyLib} from "../options/TallyLib.sol";
import {PositionLib} from "../position/PositionLib.sol";
import {QueueLib} from "../position/QueueLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money} from "../types/Money.sol";
import {NO_NODE, NodeId} from "../types/NodeId.sol";
import {Size} from "../types/Size.sol";

/// @dev An account as it is stored, 1e-9 quote, and which series it holds.
struct Standing {
    int256 cash;
    int256 equity;
    int256 initial;
    int256 maintenance;
    int256 atAnchor;
    int256 atRecorded;
    uint256 legs;
    uint256 held;
    bool isOpen;
}

/// @notice Reads a clearinghouse of options with its own code, through `inspect`.
contract OptionProbe is OptionStorage {
    using PositionLib for Market;
    using QueueLib for Queue;

    function mark(MarketId market) external view returns (uint256) {
        Scene memory scene = SceneLib.read(_ledger, _options, seriesFrom(market).group());
        return SceneLib.quote(_ledger, _options, scene, seriesFrom(market).index()).mark.toUint();
    }

    function standing(AccountId id) external view returns (Standing memory s) {
        GroupId group = _ledger.accounts[id].group;
        (s.cash, s.held) = (_ledger.accounts[id].cash, _options.held[id]);
        s.isOpen = _ledger.accounts[id].open != 0;
        if (GroupId.unwrap(group) == 0) {
            s.equity = s.cash;
            return s;
        }
        Scene memory scene = SceneLib.read(_ledger, _options, group);
        Tally memory t = TallyLib.tallyOf(
            _options,
            PortfolioLib.load(_ledger, _options, scene, id, PortfolioLib.NO_SERIES),
            scene
        );
        (s.equity, s.initial, s.maintenance) = (_raw(t.equity), _raw(t.initial), _raw(t.maintenance));
        (s.atAnchor, s.atRecorded, s.legs) = (_raw(t.atAnchor), _raw(t.atRecorded), t.legs);
    }

    function sizeOf(AccountId id, MarketId market) external view returns (int256) {
        Quote memory quote;
        return Size.unwrap(_ledger.markets[market].read(_ledger.positions[id.position(market)], quote).size);
    }

    /// @notice Tokens held as claims at par, and which series are live.
    function books(GroupId group) external view returns (uint256 held, uint256 live) {
        return (_ledger.recovery.held, _options.groups[group].live);
    }

    /// @notice Open interest, and what both queues and estates add up to.
    function book(MarketId market) external view returns (uint256 interest, uint256 longs, uint256 shorts) {
        Market storage stored = _ledger.markets[market];
        interest = stored.openInterest;
        longs = _sum(stored.longs) + stored.estateLong;
        shorts = _sum(stored.shorts) + stored.estateShort;
    }

    function phase(GroupId group) external view returns (uint8) {
        return uint8(_ledger.groups[group].phase);
    }

    function _sum(Queue storage queue) private view returns (uint256 total) {
        NodeId node = queue.head();
        for (; node != NO_NODE; node = queue.nodes[node].next()) total += queue.sizeOf(node);
    }

    function _raw(Money amount) private pure returns (int256) {
        return Money.unwrap(amount);
    }
}
