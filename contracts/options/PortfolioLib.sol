// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ledger, Market} from "../Ledger.sol";
import {MarginLib} from "../position/MarginLib.sol";
import {Leg, PositionLib} from "../position/PositionLib.sol";
import {Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {PPM, PRICE_UNIT, mulDivDown, shareUp, valueDown} from "../types/Arithmetic.sol";
import {Money, NO_MONEY, maxMoney, minMoney} from "../types/Money.sol";
import {NO_NODE, NodeId} from "../types/NodeId.sol";
import {Position} from "../types/Position.sol";
import {Price} from "../types/Price.sol";
import {NO_SIZE, Size} from "../types/Size.sol";
import {Curve, CurveLib} from "./CurveLib.sol";
import {OptionGroup, OptionLedger, RiskParams} from "./OptionLedger.sol";
import {RefreshLib} from "./RefreshLib.sol";
import {RiskArrayLib, Scan, Shocks} from "./RiskArrayLib.sol";
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
    // What arrays that are not fresh are computed with, once there is one, and of which ladder, plus one.
    uint256 scanned;
    Shocks shocks;
    Scan scan;
}

/// @title What an account holds in an option group, and its margin
library PortfolioLib {
    using CurveLib for Curve;
    using PositionLib for Market;

    /// @notice As `except`: no leg is left out.
    uint256 internal constant NO_SERIES = 256;

    uint256 private constant YEAR = 365 days;
    /// @dev As ExpiryLib.WINDOW: for so long before an expiry its price is averaged.
    uint256 private constant WINDOW = 30 minutes;

    /// @notice The portfolio of an account at the scene, leaving out the series at index `except`.
    function load(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory scene,
        AccountId id,
        uint256 except
    ) internal view returns (Portfolio memory p) {
        _begin(p, ledger, options, scene, id);
        uint256 rest = except < NO_SERIES ? p.held & ~(1 << except) : p.held;
        for (; rest != 0; rest &= rest - 1) _addHeld(p, ledger, options, scene, lowestOf(rest), true);
    }

    /// @notice The account's cash, and no leg yet.
    function empty(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory scene,
        AccountId id
    ) internal view returns (Portfolio memory p) {
        _begin(p, ledger, options, scene, id);
    }

    /// @notice As `load` of all its series, but `atAnchor` and `atRecorded` are cash only: two prices a leg less.
    function loadNow(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory scene,
        AccountId id
    ) internal view returns (Portfolio memory p) {
        _begin(p, ledger, options, scene, id);
        for (uint256 rest = p.held; rest != 0; rest &= rest - 1) {
            _addHeld(p, ledger, options, scene, lowestOf(rest), false);
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
        p.atAnchor = p.atAnchor + MarginLib.valueAt(leg, quote, quote.anchor);
        p.atRecorded = p.atRecorded + MarginLib.valueAt(leg, quote, quote.recordedMark);
        p.equity = p.equity + leg.value;
        _addRisk(p, options, scene, index, leg.size, quote.mark);
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
        Price spot = Price.wrap(int256(uint256(scene.live.spot)));
        Money least = shareUp(valueDown(shortsOf(p), spot), risk.shortMinimum);
        Money required = maxMoney(worst(p, spot, risk), least) + basisOf(p, spot, risk);
        return p.isLong ? minMoney(required, p.worth.positive()) : required;
    }

    /// @notice Maintenance margin, ceil.
    function maintenance(Money initial_, RiskParams memory risk) internal pure returns (Money) {
        return shareUp(initial_, risk.maintenanceShare);
    }

    /// @notice The loss in the worst scenario, ceil; at least zero.
    function worst(Portfolio memory p, Price spot, RiskParams memory risk) internal pure returns (Money) {
        unchecked {
            // Sizes are below 2^88 and sum to 2^96 over all series, lanes have 16 bits, prices 80, rates 24: below
            // 2^216.
            Line memory line = lineOf(p, spot);
            int256 scan = int256(uint256(risk.scanRange));
            int256 extreme = _extremeOf(risk);
            (int256 low, int256 high) = _worse(p, 0);
            int256 least = _min(_at(line, low, 0), _at(line, high, -((2 * scan) / 3)));
            (low, high) = _worse(p, 1);
            least = _min(least, _min(_at(line, low, scan / 3), _at(line, high, scan)));
            (low, high) = _worse(p, 2);
            least = _min(least, _min(_at(line, low, -(scan / 3)), _at(line, high, -scan)));
            (int256 up, int256 extremeUp) = _halves(p.lanes[6]);
            (low, high) = _halves(p.lanes[7]);
            least = _min(least, _at(line, _min(up, low), (2 * scan) / 3));
            least = _min(least, _min(_at(line, extremeUp, extreme), _at(line, high, -extreme)));
            return least < 0 ? Money.wrap((line.whole - 1 - least) / line.whole) : NO_MONEY;
        }
    }

    /// @notice Profit in each scenario, floor, in the order of the lanes.
    function profitsOf(
        Portfolio memory p,
        Price spot,
        RiskParams memory risk
    ) internal pure returns (Money[16] memory profits) {
        int256[9] memory moves = RiskArrayLib.movesOf(risk.scanRange, risk.extremeMove);
        (moves[7], moves[8]) = (_extremeOf(risk), -_extremeOf(risk));
        Line memory line = lineOf(p, spot);
        for (uint256 j; j < 16; ++j) {
            (int256 low, int256 high) = _halves(p.lanes[j & 7]);
            int256 profit = _at(line, j < 8 ? low : high, moves[j < 14 ? j >> 1 : j - 7]);
            profits[j] = Money.wrap(mulDivDown(profit, 1, uint256(line.whole)));
        }
    }

    /// @notice Short contracts: calls less those that are long, and puts.
    function shortsOf(Portfolio memory p) internal pure returns (Size) {
        return (-p.calls).long() + (-p.puts).long();
    }

    /// @notice What the basis of each expiry can move, in its worse direction: `basisMove` a year of what the ladder
    /// gains as its forward moves, measured between the least move of the scenarios up and down; and near its expiry
    /// what the average at which it expires may be off the spot (see `fixingMove`). Ceil.
    function basisOf(Portfolio memory p, Price spot, RiskParams memory risk) internal pure returns (Money) {
        unchecked {
            // Exposures are below 2^192, see `worst`; a move of 2^24 ppm in 2^40 seconds.
            uint256 sum;
            // Four lanes, two apart by the move each way.
            int256 whole = (4 * int256(uint256(risk.scanRange) / 3)) << RiskArrayLib.LANE_DIGITS;
            int256 unit = Price.unwrap(spot) * int256(PPM);
            for (uint256 i; i < 8; ++i) {
                uint256 left = p.left[i];
                if (left == 0) continue;
                int256 exposure = p.linears[i] + (p.slopes[i] * unit) / whole;
                uint256 move = left * risk.basisMove + fixingMove(left, risk.scanRange) * YEAR;
                sum += (exposure < 0 ? uint256(-exposure) : uint256(exposure)) * move;
            }
            uint256 year = YEAR * PPM;
            sum = (sum + uint256(PRICE_UNIT) - 1) / uint256(PRICE_UNIT);
            return Money.wrap(int256((sum + year - 1) / year));
        }
    }

    /// @notice How far the average at which a ladder expires may be off the spot, ppm: half of the scan range while it
    /// is averaged, more than any move that is no gap. It grows to that in the half hour before, so that nobody's
    /// margin jumps. Without it a future against the perpetual would need no margin, when which of them gains is all
    /// but known.
    /// @param left Seconds to the expiry; also of one whose price is not fixed yet.
    function fixingMove(uint256 left, uint256 scanRange) internal pure returns (uint256) {
        unchecked {
            if (left >= 2 * WINDOW) return 0;
            if (left > WINDOW) scanRange = (scanRange * (2 * WINDOW - left)) / WINDOW;
            return scanRange / 2;
        }
    }

    /// @dev Profits of scenarios are linear in their lanes and moves: `(lane - bias) * unit + move * slope`, over
    /// `whole`, 1e-9 quote.
    struct Line {
        int256 bias;
        int256 unit;
        int256 slope;
        int256 whole;
    }

    function lineOf(Portfolio memory p, Price spot) internal pure returns (Line memory line) {
        int256 linear = p.linear;
        unchecked {
            for (uint256 i; i < 8; ++i) linear += p.linears[i];
            line.bias = p.bias;
            line.unit = Price.unwrap(spot) * int256(PPM);
            line.slope = linear << RiskArrayLib.LANE_DIGITS;
            line.whole = (int256(PPM) * PRICE_UNIT) << RiskArrayLib.LANE_DIGITS;
        }
    }

    function _at(Line memory line, int256 lane, int256 move) private pure returns (int256) {
        unchecked {
            return (lane - line.bias) * line.unit + move * line.slope;
        }
    }

    /// @dev The share of the extreme move that counts, ppm.
    function _extremeOf(RiskParams memory risk) private pure returns (int256) {
        unchecked {
            return int256((uint256(risk.extremeMove) * risk.extremeShare) / PPM);
        }
    }

    /// @dev The lesser of the sums of lanes `2 m` and `2 m + 1`, and of those eight higher.
    function _worse(Portfolio memory p, uint256 m) private pure returns (int256 low, int256 high) {
        (int256 lowUp, int256 highUp) = _halves(p.lanes[2 * m]);
        (low, high) = _halves(p.lanes[2 * m + 1]);
        (low, high) = (_min(low, lowUp), _min(high, highUp));
    }

    /// @dev Both sums of a pair. The lower half is signed, and what it borrows is given back to the upper one.
    function _halves(uint256 pair) private pure returns (int256 low, int256 high) {
        unchecked {
            low = int128(uint128(pair));
            high = int256(pair - uint256(low)) >> 128;
        }
    }

    function _begin(
        Portfolio memory p,
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory scene,
        AccountId id
    ) private view {
        Money cash = Money.wrap(ledger.accounts[id].cash);
        (p.id, p.cash, p.equity, p.atAnchor, p.atRecorded) = (id, cash, cash, cash, cash);
        (p.isLong, p.arraysFresh) = (true, true);
        p.held = options.held[id];
        p.risk = RefreshLib.wordOf(options.groups[scene.group].risk);
    }

    /// @dev Adds a leg that the account holds. `past`: also at the marks of anchor and recorded factors.
    function _addHeld(
        Portfolio memory p,
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory scene,
        uint256 index,
        bool past
    ) private view {
        if (SceneLib.isTouched(options, scene, index)) {
            Quote memory quote = SceneLib.quote(ledger, options, scene, index);
            addLeg(p, options, scene, index, legOf(ledger, options, scene, p.id, index, quote), quote);
            return;
        }
        // As `legOf`, without what only a trade needs.
        Position position = ledger.positions[p.id.position(seriesOf(scene.group, index).market())];
        Size size = Size.wrap(position.shares());
        Money offset = position.offset();
        Price mark;
        if (past) {
            Price[3] memory marks = SceneLib.marksKept(options, scene, index);
            mark = marks[0];
            p.atAnchor = p.atAnchor + valueDown(size, marks[1]) - offset;
            p.atRecorded = p.atRecorded + valueDown(size, marks[2]) - offset;
        } else {
            mark = scene.now_.mark(placeOf(index));
        }
        p.equity = p.equity + valueDown(size, mark) - offset;
        _addRisk(p, options, scene, index, size, mark);
    }

    /// @dev Adds what the margin of a leg follows from.
    function _addRisk(
        Portfolio memory p,
        OptionLedger storage options,
        Scene memory scene,
        uint256 index,
        Size size,
        Price mark
    ) private view {
        if (size == NO_SIZE) return;
        unchecked {
            ++p.legs;
        }
        if (index == PERPETUAL) {
            p.isLong = false;
            p.linear += Size.unwrap(size) * Price.unwrap(mark);
            return;
        }
        uint256 ladder = ladderOf(index);
        // The scene may look elsewhere, or be another one than when the portfolio looked: its curve is used below.
        if (p.ladder != ladder + 1 || scene.ladder != ladder + 1) _look(p, options, scene, ladder);
        if (p.left[ladder] == 0) return; // it has expired: its value does not move any more
        if (placeOf(index) == FUTURE) {
            p.isLong = false;
            p.linears[ladder] += Size.unwrap(size) * Price.unwrap(mark);
        } else {
            _addOption(p, options, scene, index, size, mark);
        }
    }

    /// @dev Makes the ladder the one that the portfolio looks at.
    function _look(Portfolio memory p, OptionLedger storage options, Scene memory scene, uint256 ladder) private view {
        SceneLib.load(options, scene, ladder);
        p.ladder = ladder + 1;
        (uint256 expiry, uint256 time) = (scene.now_.expiry, scene.live.time);
        if (time >= expiry) return;
        unchecked {
            p.left[ladder] = expiry - time;
        }
        uint64 print = RefreshLib.printOf(scene.now_, p.risk);
        p.fresh = RefreshLib.freshOf(options.groups[scene.group].ladders[ladder], scene.live, print);
    }

    /// @dev A short loses its lanes' ceil at most, so they count one more.
    function _addOption(
        Portfolio memory p,
        OptionLedger storage options,
        Scene memory scene,
        uint256 index,
        Size size,
        Price mark
    ) private view {
        uint256 array = _arrayOf(p, options, scene, index);
        int256 q = Size.unwrap(size);
        _addLanes(p.lanes, array, q);
        uint256 ladder = ladderOf(index);
        unchecked {
            p.bias += q * int256(q < 0 ? RiskArrayLib.BIAS - 1 : RiskArrayLib.BIAS);
            p.slopes[ladder] += q * _slopeOf(array);
        }
        if (index & 1 == 0) {
            p.calls = p.calls + size;
        } else {
            p.puts = p.puts + size;
            unchecked {
                p.linears[ladder] -= q * Price.unwrap(scene.now_.forward);
            }
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
        uint256 place = placeOf(index);
        if ((p.fresh >> (place >> 1)) & 1 != 0) return group.arrays[index & ~uint256(1)];
        p.arraysFresh = false;
        if (p.scanned == 0) p.shocks = RiskArrayLib.shocksOf(group.risk);
        if (p.scanned != p.ladder) {
            p.scanned = p.ladder;
            p.scan = RiskArrayLib.scanOf(p.shocks, scene.live.spot, p.left[ladderOf(index)]);
        }
        return RiskArrayLib.arrayOf(scene.now_, p.shocks, p.scan, place);
    }

    /// @dev As eight times `lanes[j] += uint256(q * int256((array >> (16 * j)) & (0xffff | (0xffff << 128))))`.
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
