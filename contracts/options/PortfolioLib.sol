// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ledger, Market} from "../Ledger.sol";
import {MarginLib} from "../position/MarginLib.sol";
import {Leg, PositionLib} from "../position/PositionLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {PPM, PRICE_UNIT, shareUp, valueDown} from "../types/Arithmetic.sol";
import {Money, NO_MONEY, maxMoney, minMoney} from "../types/Money.sol";
import {NO_NODE, NodeId} from "../types/NodeId.sol";
import {Position} from "../types/Position.sol";
import {NO_PRICE, Price} from "../types/Price.sol";
import {NO_SIZE, Size} from "../types/Size.sol";
import {OptionGroup, OptionLedger, RiskParams} from "./OptionLedger.sol";
import {RefreshLib} from "./RefreshLib.sol";
import {RiskArrayLib, Shocks} from "./RiskArrayLib.sol";
import {Scene, SceneLib} from "./SceneLib.sol";
import {FUTURE, PERPETUAL, SeriesId, ladderOf, placeOf, seriesOf} from "./SeriesId.sol";

/// @dev A leg of a portfolio in memory.
struct Holding {
    uint256 index;
    Leg leg;
    Quote quote;
}

/// @dev What an account has in an option group, at a scene: what it is worth, and what its margin follows from.
struct Portfolio {
    AccountId id;
    /// The series that it holds, as stored, and how many of these are in here.
    uint256 held;
    uint256 legs;
    // Floor. Equity at the scene, at its anchor and at its recorded factors.
    Money cash;
    Money equity;
    Money atAnchor;
    Money atRecorded;
    /// Sums of sizes times lanes, lane j below and lane `j + 8` above bit 128; and what they exceed the profit by.
    uint256[8] lanes;
    int256 bias;
    /// Sizes times prices of what moves as the price does, 1e-27 quote: of the perpetual, and by ladder of futures and
    /// of puts, which are their calls less the future.
    int256 linear;
    int256[8] linears;
    /// By ladder: sizes of options times how much further their lanes are up after the least move up than after the one
    /// down, and seconds to the expiry.
    int256[8] slopes;
    uint256[8] left;
    /// Calls and puts, net.
    Size calls;
    Size puts;
    /// All legs are options and long, and what they are worth in the market.
    bool isLong;
    Money worth;
    /// All risk arrays were fresh; others were computed.
    bool arraysFresh;
    // The ladder looked at last, plus one, and its strikes whose arrays are fresh.
    uint256 ladder;
    uint256 fresh;
    /// The slot of the risk parameters.
    uint256 risk;
}

/// @title What an account holds in an option group, and its margin
library PortfolioLib {
    using PositionLib for Market;

    /// @notice As `except`: no leg is left out.
    uint256 internal constant NO_SERIES = 256;

    uint256 private constant YEAR = 365 days;
    uint256 private constant LANE_MASK = (0xffff << 128) | 0xffff;

    /// @notice The portfolio of an account at the scene, leaving out the series at index `except`.
    function load(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory scene,
        AccountId id,
        uint256 except
    ) internal view returns (Portfolio memory p) {
        Money cash = Money.wrap(ledger.accounts[id].cash);
        (p.id, p.cash, p.equity, p.atAnchor, p.atRecorded) = (id, cash, cash, cash, cash);
        (p.isLong, p.arraysFresh) = (true, true);
        p.held = options.held[id];
        p.risk = RefreshLib.wordOf(options.groups[scene.group].risk);
        uint256 rest = except < NO_SERIES ? p.held & ~(1 << except) : p.held;
        for (; rest != 0; rest &= rest - 1) {
            uint256 index = lowestOf(rest);
            Quote memory quote = SceneLib.quote(ledger, options, scene, index);
            addLeg(p, options, scene, index, legOf(ledger, options, scene, id, index, quote), quote);
        }
    }

    /// @notice Adds a leg at the series at `index`, whose quote this is.
    function addLeg(
        Portfolio memory p,
        OptionLedger storage options,
        Scene memory scene,
        uint256 index,
        Leg memory leg,
        Quote memory quote
    ) internal view {
        p.equity = p.equity + leg.value;
        p.atAnchor = p.atAnchor + MarginLib.valueAt(leg, quote, quote.anchor);
        p.atRecorded = p.atRecorded + MarginLib.valueAt(leg, quote, quote.recordedMark);
        if (leg.size == NO_SIZE) return;
        unchecked {
            ++p.legs;
        }
        if (index == PERPETUAL) {
            p.isLong = false;
            p.linear += Size.unwrap(leg.size) * Price.unwrap(quote.mark);
            return;
        }
        _look(p, options, scene, ladderOf(index));
        uint256 place = placeOf(index);
        if (p.left[p.ladder - 1] == 0) return; // it has expired: its value does not move any more
        if (place == FUTURE) {
            p.isLong = false;
            p.linears[p.ladder - 1] += Size.unwrap(leg.size) * Price.unwrap(scene.now_.forward);
        } else {
            _addOption(p, options, scene, index, leg.size, quote.mark);
        }
    }

    function addCash(Portfolio memory p, Money amount) internal pure {
        p.cash = p.cash + amount;
        p.equity = p.equity + amount;
        p.atAnchor = p.atAnchor + amount;
        p.atRecorded = p.atRecorded + amount;
    }

    /// @notice Initial margin, ceil: the loss in the worst scenario, at least the short minimum, and what the basis of
    /// its expiries can move. Of options that are all long, at most what they are worth. Twice the portfolio has twice
    /// the margin, up to rounding.
    function initial(Portfolio memory p, Scene memory scene, RiskParams memory risk) internal pure returns (Money) {
        int256[9] memory moves = RiskArrayLib.movesOf(risk.scanRange, risk.extremeMove);
        Price spot = Price.wrap(int256(uint256(scene.live.spot)));
        Money loss = -worst(p, spot, moves, risk.extremeShare);
        Money least = shareUp(valueDown(shortsOf(p), spot), risk.shortMinimum);
        Money required = maxMoney(loss, least) + basisOf(p, spot, moves[1], risk.basisMove);
        return p.isLong ? minMoney(required, p.worth.positive()) : required;
    }

    /// @notice Maintenance margin, ceil.
    function maintenance(Money initial_, RiskParams memory risk) internal pure returns (Money) {
        return shareUp(initial_, risk.maintenanceShare);
    }

    /// @notice Profit in the worst scenario, floor; at most zero.
    function worst(
        Portfolio memory p,
        Price spot,
        int256[9] memory moves,
        uint256 share
    ) internal pure returns (Money) {
        int256 linear = p.linear;
        int256 least;
        unchecked {
            // Sizes are below 2^88 and sum to 2^96 over all series, lanes 2^16, prices 2^80, rates 2^20: below 2^214.
            for (uint256 i; i < 8; ++i) linear += p.linears[i];
            int256 unit = Price.unwrap(spot) * int256(PPM);
            for (uint256 m; m < 9; ++m) {
                int256 lane = m < 7 ? _min(_lane(p, 2 * m), _lane(p, 2 * m + 1)) : _lane(p, m + 7);
                int256 move = m < 7 ? moves[m] : (moves[m] * int256(share)) / int256(PPM);
                int256 profit = (lane - p.bias) * unit + ((linear * move) << RiskArrayLib.LANE_DIGITS);
                least = _min(least, profit);
            }
            int256 whole = (int256(PPM) * PRICE_UNIT) << RiskArrayLib.LANE_DIGITS;
            return Money.wrap(-((-least + whole - 1) / whole));
        }
    }

    /// @notice Short contracts: calls less those that are long, and puts.
    function shortsOf(Portfolio memory p) internal pure returns (Size) {
        return (-p.calls).long() + (-p.puts).long();
    }

    /// @notice What the basis of each expiry can move, in its worse direction: `basisMove` a year of what the ladder
    /// gains as its forward moves. Ceil.
    /// @param step The least move of the scenarios, ppm.
    function basisOf(Portfolio memory p, Price spot, int256 step, uint256 basisMove) internal pure returns (Money) {
        unchecked {
            uint256 sum;
            // Four lanes, two apart by the step each way.
            int256 whole = (4 * step) << RiskArrayLib.LANE_DIGITS;
            for (uint256 i; i < 8; ++i) {
                if (p.left[i] == 0) continue;
                int256 options_ = (p.slopes[i] * Price.unwrap(spot) * int256(PPM)) / whole;
                int256 exposure = p.linears[i] + options_;
                sum += uint256(exposure < 0 ? -exposure : exposure) * p.left[i];
            }
            uint256 unit = YEAR * PPM * uint256(PRICE_UNIT);
            return Money.wrap(int256((sum * basisMove + unit - 1) / unit));
        }
    }

    /// @dev Makes the ladder the one that the portfolio looks at.
    function _look(Portfolio memory p, OptionLedger storage options, Scene memory scene, uint256 ladder) private view {
        SceneLib.load(options, scene, ladder);
        if (p.ladder == ladder + 1) return;
        p.ladder = ladder + 1;
        uint256 expiry = scene.now_.expiry;
        if (scene.live.time >= expiry) return;
        p.left[ladder] = expiry - scene.live.time;
        uint64 print = RefreshLib.printOf(scene.now_, p.risk);
        p.fresh = RefreshLib.freshOf(options.groups[scene.group].ladders[ladder], scene.live, print);
    }

    /// @dev A short gains the lane's ceil at least, so its lanes count one more.
    function _addOption(
        Portfolio memory p,
        OptionLedger storage options,
        Scene memory scene,
        uint256 index,
        Size size,
        Price mark
    ) private view {
        uint256 ladder = p.ladder - 1;
        uint256 array = _arrayOf(p, options, scene, index);
        int256 q = Size.unwrap(size);
        _addLanes(p.lanes, array, q);
        unchecked {
            p.bias += q * int256(q < 0 ? RiskArrayLib.BIAS - 1 : RiskArrayLib.BIAS);
            p.slopes[ladder] += q * _slopeOf(array);
        }
        if (index & 1 == 0) {
            p.calls = p.calls + size;
        } else {
            p.puts = p.puts + size;
            p.linears[ladder] -= q * Price.unwrap(scene.now_.forward);
        }
        if (q < 0) p.isLong = false;
        else p.worth = p.worth + valueDown(size, mark);
    }

    function _arrayOf(
        Portfolio memory p,
        OptionLedger storage options,
        Scene memory scene,
        uint256 index
    ) private view returns (uint256) {
        OptionGroup storage group = options.groups[scene.group];
        if ((p.fresh >> (placeOf(index) >> 1)) & 1 != 0) return group.arrays[index & ~uint256(1)];
        p.arraysFresh = false;
        Shocks memory shocks = RiskArrayLib.shocksOf(group.risk);
        uint256 left = p.left[p.ladder - 1];
        return
            RiskArrayLib.arrayOf(
                scene.now_,
                shocks,
                RiskArrayLib.scanOf(shocks, scene.live.spot, left),
                placeOf(index)
            );
    }

    /// @dev As eight times `lanes[j] += uint256(q * int256((array >> (16 * j)) & LANE_MASK))`.
    function _addLanes(uint256[8] memory lanes, uint256 array, int256 q) private pure {
        assembly ("memory-safe") {
            let mask := or(shl(128, 0xffff), 0xffff)
            mstore(lanes, add(mload(lanes), mul(q, and(array, mask))))
            let at := add(lanes, 32)
            mstore(at, add(mload(at), mul(q, and(shr(16, array), mask))))
            at := add(lanes, 64)
            mstore(at, add(mload(at), mul(q, and(shr(32, array), mask))))
            at := add(lanes, 96)
            mstore(at, add(mload(at), mul(q, and(shr(48, array), mask))))
            at := add(lanes, 128)
            mstore(at, add(mload(at), mul(q, and(shr(64, array), mask))))
            at := add(lanes, 160)
            mstore(at, add(mload(at), mul(q, and(shr(80, array), mask))))
            at := add(lanes, 192)
            mstore(at, add(mload(at), mul(q, and(shr(96, array), mask))))
            at := add(lanes, 224)
            mstore(at, add(mload(at), mul(q, and(shr(112, array), mask))))
        }
    }

    /// @dev Lanes 2 and 3, a step up, less 4 and 5, a step down.
    function _slopeOf(uint256 array) private pure returns (int256) {
        unchecked {
            uint256 up = uint16(array >> 32) + uint256(uint16(array >> 48));
            return int256(up) - int256(uint256(uint16(array >> 64)) + uint16(array >> 80));
        }
    }

    /// @dev The sum of sizes times lane `j`. The lower half is signed, and what it borrows is given back to the upper.
    function _lane(Portfolio memory p, uint256 j) private pure returns (int256) {
        unchecked {
            uint256 pair = p.lanes[j & 7];
            int256 low = int128(uint128(pair));
            return j < 8 ? low : int256(pair - uint256(low)) >> 128;
        }
    }

    function _min(int256 a, int256 b) private pure returns (int256) {
        return a < b ? a : b;
    }

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
