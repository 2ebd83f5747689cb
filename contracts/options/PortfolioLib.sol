// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

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
import {Asked} from "./IMarginDesk.sol";
import {OptionLedger, RiskParams} from "./OptionLedger.sol";
import {RefreshLib} from "./RefreshLib.sol";
import {RiskArrayLib} from "./RiskArrayLib.sol";
import {Scanner, Scene, SceneLib} from "./SceneLib.sol";
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
    /// Sizes times prices of what moves as the price does, 1e-27 quote: of the perpetual, of futures and of puts, which
    /// are their calls less the future. And of these without the perpetual, by ladder.
    int256 linear;
    int256[8] linears;
    /// By ladder: sizes of options times how much further their lanes are up after the least move up than after the one
    /// down, and seconds to the expiry. The ladders that have such, a bit each.
    int256[8] slopes;
    uint256[8] left;
    uint256 ladders;
    /// Calls and puts, net.
    Size calls;
    Size puts;
    /// All legs are options and long, and what they are worth in the market.
    bool isLong;
    Money worth;
    /// All risk arrays were fresh; others were computed.
    bool arraysFresh;
}

/// @dev Two accounts that are asked for with other legs of the series at `index`, whose quote this is.
struct Pair {
    uint256 index;
    Quote quote;
    Asked one;
    Asked other;
}

/// @title What an account holds in an option group, and its margin
library PortfolioLib {
    using PositionLib for Market;

    /// @notice As `except`: no leg is left out.
    uint256 internal constant NO_SERIES = 256;

    uint256 private constant YEAR = 365 days;
    /// @dev As ExpiryLib.WINDOW: for so long before an expiry its price is averaged.
    uint256 private constant WINDOW = 30 minutes;

    /// @notice The portfolio of an account at the scene, leaving out the series at index `except`. Without a past,
    /// `atAnchor` and `atRecorded` mean nothing: two prices a leg less.
    function load(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory scene,
        AccountId id,
        uint256 except
    ) internal view returns (Portfolio memory p) {
        _begin(p, ledger, options, id);
        Quote memory quote;
        for (uint256 rest = p.held & ~_bitOf(except); rest != 0; rest = lessLowest(rest)) {
            uint256 index = lowestOf(rest);
            SceneLib.setMarks(quote, options, scene, index);
            _addHeld(p, ledger, options, scene, index, quote);
        }
    }

    /// @notice Both accounts of the pair: ladders are looked at and marks computed once for both.
    function loadTwo(
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory scene,
        Pair memory pair
    ) internal view returns (Portfolio memory p, Portfolio memory q) {
        _begin(p, ledger, options, pair.one.id);
        _begin(q, ledger, options, pair.other.id);
        Quote memory quote;
        for (uint256 rest = p.held | q.held | _bitOf(pair.index); rest != 0; rest = lessLowest(rest)) {
            uint256 index = lowestOf(rest);
            if (index == pair.index) {
                addLeg(p, options, scene, index, pair.one.leg, pair.quote);
                addLeg(q, options, scene, index, pair.other.leg, pair.quote);
                continue;
            }
            SceneLib.setMarks(quote, options, scene, index);
            if (p.held & _bitOf(index) != 0) _addHeld(p, ledger, options, scene, index, quote);
            if (q.held & _bitOf(index) != 0) _addHeld(q, ledger, options, scene, index, quote);
        }
        addCash(p, pair.one.cash);
        addCash(q, pair.other.cash);
    }

    /// @notice The account's cash, and no leg yet.
    function empty(
        Ledger storage ledger,
        OptionLedger storage options,
        AccountId id
    ) internal view returns (Portfolio memory p) {
        _begin(p, ledger, options, id);
    }

    function _begin(
        Portfolio memory p,
        Ledger storage ledger,
        OptionLedger storage options,
        AccountId id
    ) private view {
        Money cash = Money.wrap(ledger.accounts[id].cash);
        (p.id, p.cash, p.equity, p.atAnchor, p.atRecorded) = (id, cash, cash, cash, cash);
        (p.isLong, p.arraysFresh) = (true, true);
        p.held = options.held[id];
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
        _addRisk(p, options, scene, index, leg.size, quote.mark, valueDown(leg.size, quote.mark));
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
            for (uint256 rest = p.ladders; rest != 0; rest = lessLowest(rest)) {
                uint256 i = lowestOf(rest);
                uint256 left = p.left[i];
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
        unchecked {
            line.bias = p.bias;
            line.unit = Price.unwrap(spot) * int256(PPM);
            line.slope = p.linear << RiskArrayLib.LANE_DIGITS;
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

    /// @dev Adds a leg that the account holds, at the marks of its series.
    function _addHeld(
        Portfolio memory p,
        Ledger storage ledger,
        OptionLedger storage options,
        Scene memory scene,
        uint256 index,
        Quote memory quote
    ) private view {
        if (SceneLib.isTouchedHere(scene, index)) {
            SceneLib.setFrames(quote, ledger, options, scene, index);
            addLeg(p, options, scene, index, legOf(ledger, options, scene, p.id, index, quote), quote);
            return;
        }
        // As `legOf`, without what only a trade needs.
        Position position = ledger.positions[p.id.position(seriesOf(scene.group, index).market())];
        Size size = Size.wrap(position.shares());
        Money offset = position.offset();
        Money worth = valueDown(size, quote.mark);
        p.equity = p.equity + worth - offset;
        if (scene.hasPast) {
            p.atAnchor = p.atAnchor + valueDown(size, quote.anchor) - offset;
            p.atRecorded = p.atRecorded + valueDown(size, quote.recordedMark) - offset;
        }
        _addRisk(p, options, scene, index, size, quote.mark, worth);
    }

    /// @dev Adds what the margin of a leg follows from. `worth`: its size times the mark, floor.
    function _addRisk(
        Portfolio memory p,
        OptionLedger storage options,
        Scene memory scene,
        uint256 index,
        Size size,
        Price mark,
        Money worth
    ) private view {
        if (size == NO_SIZE) return;
        uint256 ladder = ladderOf(index);
        unchecked {
            ++p.legs;
            if (index == PERPETUAL) {
                p.isLong = false;
                p.linear += _linear(size, mark);
                return;
            }
            if (scene.gauged != ladder + 1) _gauge(options, scene, ladder);
        }
        if (scene.left == 0) return; // it has expired: its value does not move any more
        if ((p.ladders >> ladder) & 1 == 0) {
            p.ladders |= _bitOf(ladder);
            p.left[ladder] = scene.left;
        }
        if (placeOf(index) == FUTURE) {
            p.isLong = false;
            _addLinear(p, ladder, _linear(size, mark));
        } else {
            _addOption(p, options, scene, index, size, worth);
        }
    }

    /// @dev Looks at the risk arrays of the ladder.
    function _gauge(OptionLedger storage options, Scene memory scene, uint256 ladder) private view {
        SceneLib.load(options, scene, ladder);
        scene.gauged = ladder + 1;
        (uint256 expiry, uint256 time) = (scene.now_.expiry, scene.live.time);
        scene.left = Math.saturatingSub(expiry, time);
        if (scene.left == 0) return;
        if (scene.risk == 0) scene.risk = RefreshLib.wordOf(options.groups[scene.group].risk);
        uint64 print = RefreshLib.printOf(scene.now_, scene.risk);
        scene.arrays = RefreshLib.freshOf(options.groups[scene.group].ladders[ladder], scene.live, print);
    }

    /// @dev A short loses its lanes' ceil at most, so they count one more.
    function _addOption(
        Portfolio memory p,
        OptionLedger storage options,
        Scene memory scene,
        uint256 index,
        Size size,
        Money worth
    ) private view {
        uint256 array = _arrayOf(p, options, scene, index);
        int256 q = Size.unwrap(size);
        _addLanes(p.lanes, array, q);
        unchecked {
            p.bias += q * int256(q < 0 ? RiskArrayLib.BIAS - 1 : RiskArrayLib.BIAS);
            _addAt(p.slopes, ladderOf(index), q * _slopeOf(array));
        }
        if (index & 1 == 0) {
            p.calls = p.calls + size;
        } else {
            p.puts = p.puts + size;
            _addLinear(p, ladderOf(index), _linear(-size, scene.now_.forward));
        }
        if (q < 0) p.isLong = false;
        else p.worth = p.worth + worth;
    }

    function _arrayOf(
        Portfolio memory p,
        OptionLedger storage options,
        Scene memory scene,
        uint256 index
    ) private view returns (uint256) {
        uint256 place = placeOf(index);
        if ((scene.arrays >> (place >> 1)) & 1 != 0) return options.groups[scene.group].arrays[index & ~uint256(1)];
        p.arraysFresh = false;
        return _computed(options, scene, place);
    }

    /// @dev The array of the call at `place` of the ladder that is looked at.
    function _computed(OptionLedger storage options, Scene memory scene, uint256 place) private view returns (uint256) {
        if (scene.scanner.length == 0) {
            scene.scanner = new Scanner[](1);
            scene.scanner[0].shocks = RiskArrayLib.shocksOf(options.groups[scene.group].risk);
        }
        Scanner memory scanner = scene.scanner[0];
        if (scanner.ladder != scene.gauged) {
            scanner.ladder = scene.gauged;
            scanner.scan = RiskArrayLib.scanOf(scanner.shocks, scene.live.spot, scene.left);
        }
        return RiskArrayLib.arrayOf(scene.now_, scanner.shocks, scanner.scan, place);
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

    /// @dev Size times price. Sums stay below 2^176, see `worst`.
    function _linear(Size size, Price price) private pure returns (int256) {
        unchecked {
            return Size.unwrap(size) * Price.unwrap(price);
        }
    }

    function _addLinear(Portfolio memory p, uint256 ladder, int256 amount) private pure {
        unchecked {
            p.linear += amount;
        }
        _addAt(p.linears, ladder, amount);
    }

    /// @dev As `list[i] += amount`, without two tests of the index. Assumes that i is a ladder's.
    function _addAt(int256[8] memory list, uint256 i, int256 amount) private pure {
        assembly ("memory-safe") {
            let at := add(list, shl(5, i))
            mstore(at, add(mload(at), amount))
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

    /// @dev The set of one series; none at all of NO_SERIES.
    function _bitOf(uint256 index) private pure returns (uint256) {
        return 1 << index;
    }

    /// @notice A set that is not empty, without its lowest series.
    function lessLowest(uint256 set) internal pure returns (uint256) {
        unchecked {
            return set & (set - 1);
        }
    }

    /// @notice How many series a set has.
    function countOf(uint256 held) internal pure returns (uint256 count) {
        for (; held != 0; held &= held - 1) ++count;
    }
}
