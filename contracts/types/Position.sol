// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;


import {CastLib} from "./CastLib.sol";
import {Money} from "./Money.sol";
import {NodeId} from "./NodeId.sol";

/// @notice One position in one slot: `shares int88 | offset int96 | residue uint24 | node uint48`, from the highest
/// bit. Zero is no position. size = shares * A; value = shares * (A * m~ + K) - offset (see FrameLib). shares: of its
/// node, 1e-9 base while the node is untouched, negative for shorts. offset: 1e-9 quote. residue: how far the exact
/// entry rank lies below the node's key, in 2^-24 granule.
type Position is uint256;

using PositionWord for Position global;

Position constant NO_POSITION = Position.wrap(0);

function packPosition(int256 shares, Money offset, uint24 residue, NodeId node) pure returns (Position) {
    uint256 high = uint256(uint88(CastLib.toInt88(shares))) << 168;
    uint256 middle = uint256(uint96(CastLib.toInt96(Money.unwrap(offset)))) << 72;
    return Position.wrap(high | middle | (uint256(residue) << 48) | NodeId.unwrap(node));
}

library PositionWord {
    function shares(Position position) internal pure returns (int256) {
        return int256(Position.unwrap(position)) >> 168;
    }

    function offset(Position position) internal pure returns (Money) {
        return Money.wrap(int256(int96(uint96(Position.unwrap(position) >> 72))));
    }

    function residue(Position position) internal pure returns (uint24) {
        return uint24(Position.unwrap(position) >> 48);
    }

    function node(Position position) internal pure returns (NodeId) {
        return NodeId.wrap(uint48(Position.unwrap(position)));
    }
}
