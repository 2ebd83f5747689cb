// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Frame, Market, Queue} from "../Ledger.sol";
import {Quote} from "../prices/MarkLib.sol";
import {proportionDown, valueDown} from "../types/Arithmetic.sol";
import {CastLib} from "../types/CastLib.sol";
import {Money, NO_MONEY} from "../types/Money.sol";
import {Node} from "../types/Node.sol";
import {NO_NODE, NodeId, levelUp} from "../types/NodeId.sol";
import {NO_POSITION, Position, packPosition} from "../types/Position.sol";
import {NO_PRICE, Price} from "../types/Price.sol";
import {NO_SIZE, Size, toSize} from "../types/Size.sol";
import {FrameLib} from "./FrameLib.sol";
import {QueueLib} from "./QueueLib.sol";

/// @dev A position in memory: what it is worth at a quote, taken out of its node's frame.
struct Leg {
    Size size;
    /// At the quote, funding and charges included, rounded down.
    Money value;
    /// Exact entry rank: entry level in the side's frame, negated for shorts.
    Price rank;
    NodeId node;
    int256 shares;
}

/// @title Positions: from one slot to a leg in memory and back
library PositionLib {
    using FrameLib for Frame;
    using QueueLib for Queue;
    using CastLib for uint256;

    /// @notice The position at `quote`. A closed one (size 0) may still hold proceeds of a tear-up.
    function read(Market storage market, Position position, Quote memory quote) internal view returns (Leg memory leg) {
        take(leg, market, position, quote);
    }

    /// @dev As `read`, into memory that is there.
    function take(Leg memory leg, Market storage market, Position position, Quote memory quote) internal view {
        NodeId node = position.node();
        if (node == NO_NODE) {
            (leg.size, leg.value, leg.rank, leg.node, leg.shares) = (NO_SIZE, NO_MONEY, NO_PRICE, NO_NODE, 0);
            return;
        }
        int256 shares = position.shares();
        bool isLong = shares > 0;
        Money gross;
        (leg.size, gross) = _worth(queueOf(market, isLong), node, shares, isLong ? quote.long : quote.short);
        leg.value = gross - position.offset();
        leg.rank = node.exactRank(position.residue());
        (leg.node, leg.shares) = (node, shares);
    }

    /// @dev Copies `other` into `leg`: all five members, each a word. One by one is dearer, see MarginLib.
    function set(Leg memory leg, Leg memory other) internal pure {
        assembly ("memory-safe") {
            mcopy(leg, other, 160)
        }
    }

    /// @notice Trades `delta` at an average price that is worth `gain` against the mark
    /// (`sum of delta_i * (mark - price_i)`, floor). Increases keep their gain in the position; what is closed takes
    /// its part of the position's value to cash, floor.
    /// @param entry The average price paid, in the frame of the side that grows; only for the queue's rank.
    /// @return realised What goes to cash.
    function trade(Leg memory leg, Size delta, Money gain, Price entry) internal pure returns (Money realised) {
        Price rank = delta.isLong() ? entry : -entry;
        Size size = leg.size;
        leg.size = size + delta;
        if (size == NO_SIZE) {
            realised = leg.value; // proceeds of a position torn up to zero
            leg.value = gain;
            leg.rank = rank;
        } else if (size.sameSide(delta)) {
            leg.value = leg.value + gain;
            leg.rank = _averageUp(leg.rank, size, rank, delta);
        } else if (delta.abs() <= size.abs()) {
            Money part = proportionDown(leg.value, delta.abs(), size.abs());
            realised = part + gain;
            leg.value = leg.value - part;
        } else {
            Money kept = proportionDown(gain, leg.size.abs(), delta.abs());
            realised = leg.value + gain - kept;
            leg.value = kept;
            leg.rank = rank;
        }
    }

    /// @notice The position of `leg`, to store in place of `position`, which was read as `before` at the same quote;
    /// moves it in the queue.
    /// @param hint A node near the leg's place in the queue; only gas depends on it.
    /// @dev With a place too far from the hint it writes nothing, and leaves NO_NODE as the node of a leg of some size.
    function requeue(
        Market storage market,
        Position position,
        Leg memory before,
        Leg memory leg,
        Quote memory quote,
        NodeId hint
    ) internal returns (Position) {
        if (leg.size == NO_SIZE) {
            detach(market, before);
            (leg.node, leg.shares) = (NO_NODE, 0);
            return NO_POSITION;
        }
        uint24 residue = position.residue();
        if (leg.size.sameSide(before.size) && leg.size.abs() <= before.size.abs()) {
            leg.shares = _resize(market, before, leg.size); // a pure reduction keeps its node
        } else {
            residue = _move(market, before, leg, quote.mark, hint);
            if (leg.node == NO_NODE) return NO_POSITION;
        }

        bool isLong = leg.size.isLong();
        (NodeId node, int256 shares) = (leg.node, leg.shares);
        // Rounded up, because it is taken off.
        (, Money negative) = _worth(queueOf(market, isLong), node, -shares, isLong ? quote.long : quote.short);
        return packPosition(shares, -negative - leg.value, residue, node);
    }

    /// @notice The level for which `requeue` would open a node, so that its place has to be looked for; NO_NODE when it
    /// joins or keeps one.
    function opens(
        Market storage market,
        Leg memory before,
        Leg memory leg,
        Price mark
    ) internal view returns (NodeId level) {
        if (leg.size == NO_SIZE) return NO_NODE;
        if (leg.size.sameSide(before.size) && leg.size.abs() <= before.size.abs()) return NO_NODE;
        (level, ) = levelUp(leg.rank, mark);
        (, Node stored) = queueOf(market, leg.size.isLong()).newcomersNode(level);
        if (stored.linked()) return NO_NODE;
    }

    /// @notice Takes a leg out of its node.
    function detach(Market storage market, Leg memory leg) internal {
        if (leg.shares != 0) _resize(market, leg, NO_SIZE);
    }

    function queueOf(Market storage market, bool isLong) internal view returns (Queue storage) {
        return isLong ? market.longs : market.shorts;
    }

    /// @notice Books `units` that rounding set free on one side to the estate, so that sizes of both sides still agree.
    function toEstate(Market storage market, bool isLong, uint256 units) internal {
        if (units == 0) return;
        if (isLong) market.estateLong += units.toUint72();
        else market.estateShort += units.toUint72();
    }

    /// @dev Enters the node of the leg's rank, which may be the same, and then leaves the old one: if it finds no
    /// place, it has written nothing.
    function _move(
        Market storage market,
        Leg memory before,
        Leg memory leg,
        Price mark,
        NodeId hint
    ) private returns (uint24 residue) {
        NodeId level;
        (level, residue) = levelUp(leg.rank, mark);
        if (leg.size.sameSide(before.size) && level == before.node.withGeneration(0)) {
            (NodeId node, ) = queueOf(market, leg.size.isLong()).newcomersNode(level);
            if (node == before.node) {
                leg.shares = _resize(market, before, leg.size);
                return residue;
            }
        }
        (leg.node, leg.shares) = _enter(market, level, leg.size, hint);
        if (leg.node != NO_NODE) detach(market, before);
    }

    /// @dev The size of `shares` of a node, and what they are worth at `tilde` without the offset, floor.
    function _worth(
        Queue storage queue,
        NodeId node,
        int256 shares,
        Price tilde
    ) private view returns (Size size, Money gross) {
        Node stored = queue.nodes[node];
        if (!stored.touched()) return (Size.wrap(shares), valueDown(Size.wrap(shares), tilde)); // A = 1, K = 0
        Frame memory frame = queue.frameOf(node, stored);
        size = toSize(frame.sizeDown(_abs(shares)));
        return (shares > 0 ? size : -size, frame.grossDown(shares, tilde));
    }

    function _resize(Market storage market, Leg memory before, Size size) private returns (int256 shares) {
        bool isLong = before.shares > 0;
        (uint256 magnitude, uint256 dust) = queueOf(market, isLong).resize(
            before.node,
            _abs(before.shares),
            size.magnitude()
        );
        toEstate(market, isLong, dust);
        shares = _signed(magnitude, isLong);
    }

    function _enter(
        Market storage market,
        NodeId level,
        Size size,
        NodeId hint
    ) private returns (NodeId node, int256 shares) {
        bool isLong = size.isLong();
        uint256 magnitude;
        uint256 dust;
        (node, magnitude, dust) = queueOf(market, isLong).enter(level, size.magnitude(), hint);
        toEstate(market, isLong, dust);
        shares = _signed(magnitude, isLong);
    }

    /// @dev The size-weighted average of two ranks, ceil (a lower gain), at the price unit.
    function _averageUp(Price a, Size sizeA, Price b, Size sizeB) private pure returns (Price) {
        unchecked {
            (int256 own, int256 more) = (Size.unwrap(sizeA.abs()), Size.unwrap(sizeB.abs()));
            int256 weighted = Price.unwrap(a) * own + Price.unwrap(b) * more;
            int256 total = own + more;
            int256 floor = weighted / total;
            return Price.wrap(weighted > 0 && floor * total != weighted ? floor + 1 : floor);
        }
    }

    /// @dev Shares of a side. At most those of a node, below 2^96.
    function _signed(uint256 shares, bool isLong) private pure returns (int256) {
        unchecked {
            return isLong ? int256(shares) : -int256(shares);
        }
    }

    function _abs(int256 x) private pure returns (uint256) {
        unchecked {
            return x < 0 ? uint256(-x) : uint256(x);
        }
    }
}
