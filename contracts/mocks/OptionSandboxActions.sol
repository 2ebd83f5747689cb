// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {Account, Market, MarketParams, MarketStatus, Phase, VenueParams} from "../Ledger.sol";
import {FactorLockLib} from "../options/FactorLockLib.sol";
import {Factors, Ladder, OptionGroup, OptionStorage, RiskParams} from "../options/OptionLedger.sol";
import {Holding, PortfolioLib} from "../options/PortfolioLib.sol";
import {Scene, SceneLib} from "../options/SceneLib.sol";
import {LADDERS, PERPETUAL, SeriesId, seriesOf} from "../options/SeriesId.sol";
import {Smile} from "../options/Smile.sol";
import {CashLib} from "../position/CashLib.sol";
import {Leg, PositionLib} from "../position/PositionLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {valueDown} from "../types/Arithmetic.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY} from "../types/Money.sol";
import {NO_NODE} from "../types/NodeId.sol";
import {Position} from "../types/Position.sol";
import {Price, toPrice} from "../types/Price.sol";
import {NO_SIZE, Size, toSize} from "../types/Size.sol";

/// @title What makes option groups, and positions in them, for tests of locks and settlements
/// @notice Fills at any price that only ask for solvency. As the module `trading` of a clearinghouse: `settle` runs the
/// call that it is given.
contract OptionSandboxActions is OptionStorage {
    using PositionLib for Leg;
    using PositionLib for Market;

    error NotNow();
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
        if ((group.live >> (32 * ladder)) & 0x7fffffff != 0) revert NotNow();
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
        if (group.versions & bit != group.anchor.versions & bit) revert NotNow();
        if (group.versions & bit != group.recorded.versions & bit) revert NotNow();
        group.versions ^= bit;
        group.ladders[ladder].smiles[group.versions & bit == 0 ? 0 : 1] = smile;
    }

    function fixPrice(GroupId id, uint256 ladder, uint80 price) external {
        OptionGroup storage group = _options.groups[id];
        if (_ledger.groups[id].phase != Phase.NORMAL) revert NotNow();
        if (block.timestamp < group.ladders[ladder].expiry || group.ladders[ladder].settlement != 0) revert NotNow();
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
}
