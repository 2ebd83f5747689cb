// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Order, Use} from "../../contracts/interfaces/Orders.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {NodeId} from "../../contracts/types/NodeId.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Size} from "../../contracts/types/Size.sol";

/// @dev The readable form of what the clearinghouse takes packed.
struct SignedOrder {
    Order order;
    /// An ERC-1271 wallet; zero: a key signed.
    address wallet;
    /// Of a key 65 bytes (r, s, v), or 64 as they are packed.
    bytes signature;
}

struct Fill {
    SignedOrder maker;
    /// At most this much; zero: all that is left.
    uint256 size;
    NodeId hint;
}

struct Match {
    SignedOrder taker;
    NodeId hint;
    Fill[] fills;
}

/// @notice An order that can be packed; the same for the same seed.
function randomOrder(uint256 seed) pure returns (Order memory order) {
    uint256 more = uint256(keccak256(abi.encode(seed)));
    order.account = AccountId.wrap(uint192(seed));
    order.market = MarketId.wrap(uint32(seed >> 192));
    order.expiry = uint40(more);
    order.salt = uint64(more >> 40);
    order.maxFee = uint24(more >> 104);
    int256 size = int256(uint256(uint72(more >> 128)));
    order.size = Size.wrap(seed & 1 == 0 ? size : -size);
    order.use = Use((more >> 200) % 3);
    order.reduceOnly = seed & 2 == 0;
    more = uint256(keccak256(abi.encode(more)));
    order.limit = Price.wrap(int256(uint256(uint88(more))));
    if (seed & 4 == 0) order.matcher = address(uint160(more >> 88) | 1);
    if (seed & 24 == 0) return order;
    order.trigger = Price.wrap(int256(uint256(uint88(more >> 160)) | 1));
    order.triggerAbove = seed & 8 == 0;
}

/// @notice Packs orders as PackedOrders reads them, by other means.
library Packing {
    function pack(Match[] memory matches, bool strict) internal pure returns (bytes memory packed) {
        packed = abi.encodePacked(strict);
        for (uint256 i; i < matches.length; ++i) packed = bytes.concat(packed, pack(matches[i]));
    }

    function pack(Match memory m) internal pure returns (bytes memory packed) {
        packed = abi.encodePacked(MarketId.unwrap(m.taker.order.market), uint8(m.fills.length), NodeId.unwrap(m.hint));
        packed = bytes.concat(packed, pack(m.taker), _all(m.fills));
    }

    /// @notice As `liquidate` takes them.
    function pack(Fill[] memory fills) internal pure returns (bytes memory) {
        return bytes.concat(bytes1(uint8(fills.length)), _all(fills));
    }

    /// @notice As `fillOrder` takes it.
    function pack(Fill memory fill) internal pure returns (bytes memory) {
        uint72 max = fill.size < type(uint72).max ? uint72(fill.size) : type(uint72).max;
        return abi.encodePacked(max, NodeId.unwrap(fill.hint), pack(fill.maker));
    }

    function pack(SignedOrder memory signed) internal pure returns (bytes memory) {
        Order memory order = signed.order;
        int256 size = Size.unwrap(order.size);
        bytes memory head = abi.encodePacked(AccountId.unwrap(order.account), order.salt);
        bytes memory terms = abi.encodePacked(
            uint72(uint256(size < 0 ? -size : size)),
            uint88(uint256(Price.unwrap(order.limit))),
            order.expiry,
            order.maxFee,
            _flags(order, signed.wallet != address(0))
        );
        bytes memory rest = order.matcher == address(0) ? bytes("") : abi.encodePacked(order.matcher);
        if (Price.unwrap(order.trigger) != 0) {
            rest = abi.encodePacked(rest, uint88(uint256(Price.unwrap(order.trigger))));
        }
        return bytes.concat(head, terms, rest, proof(signed));
    }

    function proof(SignedOrder memory signed) internal pure returns (bytes memory) {
        bytes memory signature = signed.signature;
        if (signed.wallet != address(0)) {
            return abi.encodePacked(signed.wallet, uint16(signature.length), signature);
        }
        if (signature.length != 65) return signature;
        (bytes32 r, uint256 s, uint256 v) = split(signature);
        return abi.encodePacked(r, s | (v == 28 ? 1 << 255 : 0));
    }

    function split(bytes memory signature) internal pure returns (bytes32 r, uint256 s, uint8 v) {
        assembly ("memory-safe") {
            r := mload(add(signature, 32))
            s := mload(add(signature, 64))
            v := byte(0, mload(add(signature, 96)))
        }
    }

    function _all(Fill[] memory fills) private pure returns (bytes memory packed) {
        for (uint256 i; i < fills.length; ++i) packed = bytes.concat(packed, pack(fills[i]));
    }

    function _flags(Order memory order, bool byWallet) private pure returns (uint8 flags) {
        if (Size.unwrap(order.size) < 0) flags |= 1;
        flags |= uint8(order.use) * 2;
        if (order.reduceOnly) flags |= 8;
        if (order.matcher != address(0)) flags |= 16;
        if (Price.unwrap(order.trigger) != 0) flags |= 32;
        if (order.triggerAbove) flags |= 64;
        if (byWallet) flags |= 128;
    }
}
