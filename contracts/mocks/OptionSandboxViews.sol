// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ReliefLib} from "../deleveraging/ReliefLib.sol";
import {Group, Market, Phase, Queue} from "../Ledger.sol";
import {Factors, OptionGroup, OptionStorage, Round} from "../options/OptionLedger.sol";
import {OptionReliefLib} from "../options/OptionReliefLib.sol";
import {Holding, PortfolioLib} from "../options/PortfolioLib.sol";
import {Scene, SceneLib} from "../options/SceneLib.sol";
import {SeriesId} from "../options/SeriesId.sol";
import {QueueLib} from "../position/QueueLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId} from "../types/MarketId.sol";
import {Money, toMoney} from "../types/Money.sol";
import {NO_NODE, NodeId} from "../types/NodeId.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";

/// @dev What an account is worth: at the scene now (in a lock: at the frozen factors), at its anchor, at its recorded
/// factors; what it could be registered for in a lock, and what a settlement still owes it.
struct Worth {
    Money equity;
    Money atAnchor;
    Money atRecorded;
    Money relief;
    Money credit;
    uint256 held;
    bool isOpen;
    bool isNetted;
}

/// @dev A series: its marks, its book, and what its queues add up to.
struct SeriesView {
    Price mark;
    Price anchor;
    uint256 openInterest;
    uint256 estateLong;
    uint256 estateShort;
    uint256 chargeLong;
    uint256 chargeShort;
    uint256 longs;
    uint256 shorts;
    uint256 nodes;
    bool live;
    bool touched;
}

struct GroupView {
    uint8 phase;
    uint24 lockNumber;
    uint32 absorbed;
    Money deficit;
    Money reserve;
    Money relieved;
    Round round;
    uint256 live;
    Factors anchor;
    Factors recorded;
    Factors now_;
    bool uncovered;
}

/// @title What tests of option groups look at
contract OptionSandboxViews is OptionStorage {
    using QueueLib for Queue;

    function worth(AccountId id, GroupId group) external view returns (Worth memory w) {
        bool locked = _ledger.groups[group].phase != Phase.NORMAL;
        Scene memory scene = locked ? SceneLib.readRecorded(_options, group) : SceneLib.read(_ledger, _options, group);
        Holding[] memory held = PortfolioLib.holdings(_ledger, _options, scene, id);
        (w.equity, w.atAnchor, w.atRecorded) = PortfolioLib.equityOf(_ledger, id, held);
        if (locked) w.relief = OptionReliefLib.reliefOf(_ledger, _options, scene, id);
        (w.credit, ) = ReliefLib.pending(_ledger, id);
        w.held = _options.held[id];
        w.isOpen = _ledger.accounts[id].open != 0;
        w.isNetted = _ledger.accounts[id].isNetted;
    }

    function cashOf(AccountId id) external view returns (Money) {
        return Money.wrap(_ledger.accounts[id].cash);
    }

    function sizeOf(AccountId id, SeriesId series) external view returns (Size) {
        Scene memory scene = SceneLib.readRecorded(_options, series.group());
        Quote memory quote;
        return PortfolioLib.legOf(_ledger, _options, scene, id, series.index(), quote).size;
    }

    function groupOf(GroupId id) external view returns (GroupView memory v) {
        Group storage group = _ledger.groups[id];
        OptionGroup storage stored = _options.groups[id];
        (v.phase, v.lockNumber, v.absorbed) = (uint8(group.phase), group.lockNumber, group.absorbed);
        (v.deficit, v.reserve) = (toMoney(group.deficit), toMoney(group.reserve));
        if (group.relievedLock == group.lockNumber) v.relieved = toMoney(group.relieved);
        (v.round, v.live, v.anchor, v.recorded) = (stored.round, stored.live, stored.anchor, stored.recorded);
        v.now_ = SceneLib.read(_ledger, _options, id).live;
        v.uncovered = group.uncovered;
    }

    /// @notice The series at marks now (in a lock: the frozen ones) and at the anchor.
    function seriesAt(SeriesId series) external view returns (SeriesView memory v) {
        GroupId id = series.group();
        Scene memory scene =
            _ledger.groups[id].phase != Phase.NORMAL
                ? SceneLib.readRecorded(_options, id)
                : SceneLib.read(_ledger, _options, id);
        Quote memory quote = SceneLib.quote(_ledger, _options, scene, series.index());
        (v.mark, v.anchor) = (quote.mark, quote.anchor);
        v.touched = SceneLib.isTouched(_options, scene, series.index());
        Market storage book = _ledger.markets[series.market()];
        (v.openInterest, v.estateLong, v.estateShort) = (book.openInterest, book.estateLong, book.estateShort);
        (v.chargeLong, v.chargeShort) = (book.chargeLong, book.chargeShort);
        uint256 nodes;
        (v.longs, nodes) = _sum(book.longs);
        (v.shorts, v.nodes) = _sum(book.shorts);
        v.nodes += nodes;
        v.live = (_options.groups[id].live >> series.index()) & 1 != 0;
    }

    /// @notice Tokens held, shortfall, groups not NORMAL and groups uncovered.
    function books() external view returns (Money held, Money shortfall, uint256 locked, uint256 uncovered) {
        held = toMoney(_ledger.recovery.held);
        shortfall = toMoney(_ledger.recovery.shortfall);
        (locked, uncovered) = (_ledger.outflow.lockedGroups, _ledger.outflow.uncoveredGroups);
    }

    function _sum(Queue storage queue) private view returns (uint256 size, uint256 count) {
        for (NodeId node = queue.head(); node != NO_NODE; node = queue.next(node)) {
            size += queue.sizeOf(node);
            ++count;
        }
    }
}
