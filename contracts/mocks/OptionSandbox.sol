// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ReliefLib} from "../deleveraging/ReliefLib.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {Account, Group, Market, MarketParams, MarketStatus, Phase, Queue, VenueParams} from "../Ledger.sol";
import {FactorLockLib} from "../options/FactorLockLib.sol";
import {OptionAbsorption} from "../options/OptionAbsorption.sol";
import {OptionDeleveraging} from "../options/OptionDeleveraging.sol";
import {Factors, Ladder, OptionGroup, RiskParams, Round} from "../options/OptionLedger.sol";
import {OptionReliefLib} from "../options/OptionReliefLib.sol";
import {Holding, PortfolioLib} from "../options/PortfolioLib.sol";
import {Scene, SceneLib} from "../options/SceneLib.sol";
import {LADDERS, PERPETUAL, SeriesId, seriesOf} from "../options/SeriesId.sol";
import {Smile} from "../options/Smile.sol";
import {CashLib} from "../position/CashLib.sol";
import {Leg, PositionLib} from "../position/PositionLib.sol";
import {QueueLib} from "../position/QueueLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {valueDown} from "../types/Arithmetic.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY, toMoney} from "../types/Money.sol";
import {NO_NODE, NodeId} from "../types/NodeId.sol";
import {Position} from "../types/Position.sol";
import {Price, toPrice} from "../types/Price.sol";
import {NO_SIZE, Size, toSize} from "../types/Size.sol";

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

/// @title Option groups without their trading, for tests of locks and settlements
/// @notice The modules' code, and fills at any price that only ask for solvency. As the module `trading` of a
/// clearinghouse: `settle` runs the call that it is given.
contract OptionSandbox is OptionAbsorption, OptionDeleveraging {
    using PositionLib for Leg;
    using PositionLib for Market;
    using QueueLib for Queue;

    error Unsound(AccountId account, Money equity, Money atAnchor, Money atRecorded);

    address private immutable _self = address(this);

    function settle(bytes calldata call) external {
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory answer) = _self.delegatecall(call);
        assembly ("memory-safe") {
            if iszero(ok) {
                revert(add(answer, 32), mload(answer))
            }
        }
    }

    // ------------------------------------------------------------------ what others build

    function setVenue(VenueParams calldata params, address vault, address treasury) external {
        (_ledger.venue, _ledger.vault, _ledger.treasury) = (params, vault, treasury);
        if (_ledger.recovery.index == 0) _ledger.recovery.index = 1 << 135;
    }

    function createGroup(
        IPriceSource source,
        MarketParams calldata params,
        RiskParams calldata risk,
        uint32 level
    ) external returns (GroupId id) {
        id = GroupId.wrap(++_ledger.groupCount);
        Market storage perpetual = _ledger.markets[seriesOf(id, PERPETUAL).market()];
        (perpetual.source, perpetual.priceFeed, perpetual.params) = (source, address(source), params);
        perpetual.status = MarketStatus.OPEN;
        OptionGroup storage group = _options.groups[id];
        (group.risk, group.level, group.levelTime) = (risk, level, uint40(block.timestamp));
        group.volHeartbeat = type(uint24).max;
        (uint256 mark, ) = source.read();
        group.recorded = Factors(uint80(mark), level, uint40(block.timestamp), 0, 0);
        group.anchor = group.recorded;
    }

    function setBudget(GroupId id, uint96 amount) external {
        _ledger.groups[id].vaultBudget = amount;
    }

    function list(GroupId id, uint256 ladder, uint40 expiry, uint80 base, uint80 step, Smile smile) external {
        OptionGroup storage group = _options.groups[id];
        Ladder storage stored = group.ladders[ladder];
        require((group.live >> (32 * ladder)) & 0x7fffffff == 0, "live");
        (stored.expiry, stored.base, stored.step, stored.settlement) = (expiry, base, step, 0);
        (stored.smiles[0], stored.smiles[1]) = (smile, smile);
        group.listed |= uint8(1 << ladder);
        _setNextExpiry(group);
    }

    function postLevel(GroupId id, uint32 level) external {
        (_options.groups[id].level, _options.groups[id].levelTime) = (level, uint40(block.timestamp));
    }

    function postSmile(GroupId id, uint256 ladder, Smile smile) external {
        FactorLockLib.syncOpen(_ledger, _options, id);
        OptionGroup storage group = _options.groups[id];
        uint8 bit = uint8(1 << ladder);
        require(group.versions & bit == group.anchor.versions & bit, "posted");
        require(group.versions & bit == group.recorded.versions & bit, "posted");
        group.versions ^= bit;
        group.ladders[ladder].smiles[group.versions & bit == 0 ? 0 : 1] = smile;
    }

    function fixPrice(GroupId id, uint256 ladder, uint80 price) external {
        OptionGroup storage group = _options.groups[id];
        require(_ledger.groups[id].phase == Phase.NORMAL, "locked");
        require(block.timestamp >= group.ladders[ladder].expiry && group.ladders[ladder].settlement == 0, "expiry");
        group.ladders[ladder].settlement = price;
        if (group.ladders[ladder].expiry > group.lastExpiry) group.lastExpiry = group.ladders[ladder].expiry;
        _setNextExpiry(group);
    }

    function fund(AccountId id, Money amount) external {
        CashLib.deposit(_ledger, id, amount);
    }

    function pay(AccountId id, Money amount) external {
        CashLib.withdraw(_ledger, CashLib.refreshed(_ledger, id), id, amount);
    }

    /// @notice `buyer` buys `size` of `seller`. Both are solvent after it, now and at anchor and recorded factors.
    function fill(AccountId buyer, AccountId seller, SeriesId series, uint256 size, uint256 price) external {
        Scene memory scene = FactorLockLib.syncOpen(_ledger, _options, series.group());
        uint256 index = series.index();
        Quote memory quote = SceneLib.quote(_ledger, _options, scene, index);
        Size more = _trade(scene, buyer, index, quote, toSize(size), toPrice(price));
        more = more + _trade(scene, seller, index, quote, -toSize(size), toPrice(price));
        Market storage book = _ledger.markets[series.market()];
        book.openInterest = (toSize(book.openInterest) + more).toUint72();
        uint256 bit = 1 << index;
        OptionGroup storage group = _options.groups[series.group()];
        group.live = book.openInterest == 0 ? group.live & ~bit : group.live | bit;
        _requireSound(scene, buyer);
        _requireSound(scene, seller);
    }

    // ------------------------------------------------------------------ views

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
        (v.mark, v.anchor, ) = SceneLib.marks(_options, scene, series.index());
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

    // ------------------------------------------------------------------ inside

    function _setNextExpiry(OptionGroup storage group) private {
        uint40 next;
        for (uint256 i; i < LADDERS; ++i) {
            Ladder storage ladder = group.ladders[i];
            if (ladder.expiry == 0 || ladder.settlement != 0) continue;
            if (next == 0 || ladder.expiry < next) next = ladder.expiry;
        }
        group.nextExpiry = next;
    }

    /// @return more By how much its long side grew.
    function _trade(
        Scene memory scene,
        AccountId id,
        uint256 index,
        Quote memory quote,
        Size delta,
        Price price
    ) private returns (Size more) {
        Leg memory before = PortfolioLib.legOf(_ledger, _options, scene, id, index, quote);
        Leg memory leg = Leg(before.size, before.value, before.rank, before.node, before.shares);
        Money realised = leg.trade(
            delta,
            valueDown(delta, quote.mark - price),
            price - quote.mark + (delta.isLong() ? quote.long : quote.short)
        );
        more = leg.size.long() - before.size.long();
        _requeue(seriesOf(scene.group, index).market(), id, before, leg, _granule(scene, quote));
        _hold(scene.group, id, index, leg.size != NO_SIZE);
        CashLib.change(_ledger, id, realised);
    }

    function _hold(GroupId group, AccountId id, uint256 index, bool holds) private {
        Account storage account = CashLib.refreshed(_ledger, id);
        uint256 held = _options.held[id] & ~(1 << index);
        if (holds) held |= 1 << index;
        _options.held[id] = held;
        account.open = held == 0 ? 0 : 1;
        account.group = group;
    }

    function _requeue(MarketId market, AccountId id, Leg memory before, Leg memory leg, Quote memory quote) private {
        Position old = _ledger.positions[id.position(market)];
        _ledger.positions[id.position(market)] = _ledger.markets[market].requeue(old, before, leg, quote, NO_NODE);
    }

    /// @dev Levels of the queue are as wide as the underlying's.
    function _granule(Scene memory scene, Quote memory quote) private pure returns (Quote memory) {
        Price spot = toPrice(scene.live.spot);
        return Quote(spot, quote.funding, quote.long, quote.short, quote.anchor, quote.recordedMark, quote.fresh);
    }

    function _requireSound(Scene memory scene, AccountId id) private view {
        Holding[] memory held = PortfolioLib.holdings(_ledger, _options, scene, id);
        (Money equity, Money atAnchor, Money atRecorded) = PortfolioLib.equityOf(_ledger, id, held);
        if (equity < NO_MONEY || atAnchor < NO_MONEY || atRecorded < NO_MONEY) {
            revert Unsound(id, equity, atAnchor, atRecorded);
        }
    }

    function _sum(Queue storage queue) private view returns (uint256 size, uint256 count) {
        for (NodeId node = queue.head(); node != NO_NODE; node = queue.next(node)) {
            size += queue.sizeOf(node);
            ++count;
        }
    }
}
