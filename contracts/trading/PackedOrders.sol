// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITrading} from "../interfaces/ITrading.sol";
import {Order, Use} from "../interfaces/Orders.sol";
import {MarketId} from "../types/MarketId.sol";
import {NodeId} from "../types/NodeId.sol";
import {NO_PRICE, toPrice} from "../types/Price.sol";
import {refusal, revertWith} from "../types/Refusal.sol";
import {Size, toSize} from "../types/Size.sol";

/// @dev A maker of a match, as it was read.
struct Maker {
    Order order;
    /// At most this much is filled, magnitude; zero: what is left of the order.
    Size max;
    NodeId hint;
    /// Why it cannot be filled; empty when it may be tried.
    bytes flaw;
}

/// @title The packed form of orders, makers and matches
/// @notice Big-endian, without padding. Numbers are bytes:
///
///     batch  = strict 1, then matches to the end: 1 is strict, 0 is not
///     match  = market 4, makers 1, hint 6, order of the taker, then as many makers
///     maker  = max 9, hint 6, order
///     makers = count 1, then as many makers
///     order  = account 24, salt 8, size 9, limit 11, expiry 5, maxFee 3, flags 1, [matcher 20], [trigger 11], signed
///     signed = r 32, s 32 with the parity in its highest bit (EIP-2098)
///            | ERC-1271 wallet 20, length 2, as many bytes of its signature
///
/// `max` 0 is all that is left of the order. What an order has none of is left out, as its flags say; the market is
/// that of the match. Every order has one packed form. What is not in this form reverts with MalformedBatch.
///
/// @dev Positions are offsets in `batch`, far below 2^64, so that their sums do not overflow. A read behind the end
/// gives what stands there; a later check of the end refuses it.
library PackedOrders {
    uint256 private constant SELLS = 1;
    /// @dev Two bits: a Use.
    uint256 private constant USE_SHIFT = 1;
    uint256 private constant REDUCE_ONLY = 8;
    uint256 private constant HAS_MATCHER = 16;
    uint256 private constant HAS_TRIGGER = 32;
    uint256 private constant TRIGGER_ABOVE = 64;
    uint256 private constant OPTIONAL = HAS_MATCHER | HAS_TRIGGER | TRIGGER_ABOVE;
    uint256 private constant BY_WALLET = 128;

    /// @dev Bytes of a match before its taker's order, of a maker before his, and of an order up to its flags.
    uint256 private constant MATCH = 11;
    uint256 private constant MAKER = 15;
    uint256 private constant FIXED = 61;
    uint256 private constant ADDRESS = 20;

    /// @notice `count` empty makers in memory.
    /// @dev As `new Maker[](count)`, which writes 16 words of each one by one: 600 gas a maker.
    function room(uint256 count) internal pure returns (Maker[] memory list) {
        assembly ("memory-safe") {
            list := mload(0x40)
            mstore(list, count)
            let at := add(list, 32)
            let maker := add(at, mul(count, 32))
            let end := add(maker, mul(count, 512))
            calldatacopy(maker, calldatasize(), sub(end, maker)) // behind the end of calldata are zeros
            for {} lt(maker, end) {
                maker := add(maker, 512)
                at := add(at, 32)
            } {
                mstore(at, maker)
                mstore(maker, add(maker, 128)) // order: behind the four members, twelve words
                mstore(add(maker, 96), 0x60) // flaw: empty
            }
            mstore(0x40, end)
        }
    }

    /// @notice Whether the batch is strict, its first byte.
    function readStrict(bytes calldata batch) internal pure returns (bool) {
        uint256 first = _word(batch, 0) >> 248;
        _require(first < 2, 0);
        return first == 1;
    }

    /// @notice How many makers follow, the first byte of `makers`.
    function readCount(bytes calldata makers) internal pure returns (uint256) {
        return _word(makers, 0) >> 248;
    }

    /// @notice Reverts unless `from` is the end.
    function requireEnd(bytes calldata batch, uint256 from) internal pure {
        _require(from == batch.length, from);
    }

    /// @notice The market of the match at `from`. Reverts unless there is room for a match's beginning.
    function readMarket(bytes calldata batch, uint256 from) internal pure returns (MarketId) {
        unchecked {
            _require(from + MATCH <= batch.length, from);
        }
        return MarketId.wrap(uint32(_word(batch, from) >> 224));
    }

    /// @notice The rest of a match's beginning.
    /// @return count How many makers. hint: near the taker's place in the queue. next: where the taker's order begins.
    function readMatch(
        bytes calldata batch,
        uint256 from
    ) internal pure returns (uint256 count, NodeId hint, uint256 next) {
        uint256 word = _word(batch, from);
        count = uint8(word >> 216);
        hint = NodeId.wrap(uint48(word >> 168));
        unchecked {
            next = from + MATCH;
        }
    }

    /// @notice Reads the maker at `from` into `maker`, which is empty but for its order's market.
    /// @return wallet See `readOrder`, as `signature` and `next`.
    function readMaker(
        Maker memory maker,
        bytes calldata batch,
        uint256 from
    ) internal pure returns (address wallet, bytes calldata signature, uint256 next) {
        uint256 word = _word(batch, from);
        maker.max = toSize(word >> 184);
        maker.hint = NodeId.wrap(uint48(word >> 136));
        unchecked {
            return readOrder(maker.order, batch, from + MAKER);
        }
    }

    /// @notice Reads the order at `from` into `order`, which is empty but for its market.
    /// @return wallet The ERC-1271 wallet that signed; zero: a key. signature: the wallet's, or r and s. next: where
    /// what follows begins.
    function readOrder(
        Order memory order,
        bytes calldata batch,
        uint256 from
    ) internal pure returns (address wallet, bytes calldata signature, uint256 next) {
        uint256 flags = _readFixed(order, batch, from);
        unchecked {
            next = from + FIXED;
        }
        if (flags & OPTIONAL != 0) next = _readOptional(order, batch, next, flags);
        (wallet, signature, next) = _readSigned(batch, next, flags & BY_WALLET != 0);
    }

    /// @dev What every order has.
    function _readFixed(Order memory order, bytes calldata batch, uint256 from) private pure returns (uint256 flags) {
        uint256 use;
        //     order.account = AccountId.wrap(uint192(bytes24(batch[from:from + 24]))); and so on, member by member.
        //
        // So a module is 83 bytes smaller: each member is a shift of one of two words.
        assembly ("memory-safe") {
            let word := calldataload(add(batch.offset, from))
            mstore(order, shr(64, word)) // account
            mstore(add(order, 128), and(word, 0xffffffffffffffff)) // salt
            word := calldataload(add(batch.offset, add(from, 32)))
            flags := and(shr(24, word), 0xff)
            use := and(shr(USE_SHIFT, flags), 3)
            let size := shr(184, word)
            if and(flags, SELLS) {
                size := sub(0, size)
            }
            mstore(add(order, 64), size)
            mstore(add(order, 96), and(shr(96, word), 0xffffffffffffffffffffff)) // limit
            mstore(add(order, 160), and(shr(56, word), 0xffffffffff)) // expiry
            mstore(add(order, 192), use)
            mstore(add(order, 224), iszero(iszero(and(flags, REDUCE_ONLY))))
            mstore(add(order, 256), and(shr(32, word), 0xffffff)) // maxFee
        }
        _require(use <= uint256(Use.EITHER), from);
    }

    /// @dev What the flags promise, and nothing empty: an order would have two packed forms.
    function _readOptional(
        Order memory order,
        bytes calldata batch,
        uint256 from,
        uint256 flags
    ) private pure returns (uint256 next) {
        next = from;
        unchecked {
            if (flags & HAS_MATCHER != 0) {
                order.matcher = address(uint160(_word(batch, next) >> 96));
                next += ADDRESS;
                _require(order.matcher != address(0), from);
            }
            if (flags & HAS_TRIGGER != 0) {
                order.trigger = toPrice(_word(batch, next) >> 168);
                next += 11;
            }
        }
        order.triggerAbove = flags & TRIGGER_ABOVE != 0;
        bool triggered = flags & (HAS_TRIGGER | TRIGGER_ABOVE) != 0;
        _require(!triggered || order.trigger != NO_PRICE, from);
    }

    /// @dev The only check that the order, and what stands before it, lie within the batch.
    function _readSigned(
        bytes calldata batch,
        uint256 from,
        bool byWallet
    ) private pure returns (address wallet, bytes calldata signature, uint256 next) {
        (uint256 start, uint256 length) = (from, 64);
        if (byWallet) {
            uint256 word = _word(batch, from);
            wallet = address(uint160(word >> 96));
            length = uint16(word >> 80);
            unchecked {
                start = from + 22;
            }
            _require(wallet != address(0), from);
        }
        unchecked {
            next = start + length;
        }
        _require(next <= batch.length, from);
        // batch[start:next], which was checked just now.
        assembly ("memory-safe") {
            signature.offset := add(batch.offset, start)
            signature.length := length
        }
    }

    /// @dev In one place, because each revert is code of its own.
    function _require(bool ok, uint256 position) private pure {
        if (!ok) revertWith(refusal(ITrading.MalformedBatch.selector, position));
    }

    /// @dev The 32 bytes at `from`.
    function _word(bytes calldata batch, uint256 from) private pure returns (uint256 word) {
        // uint256(bytes32(batch[at:at + 32])), but that it may reach behind the end.
        assembly ("memory-safe") {
            word := calldataload(add(batch.offset, from))
        }
    }
}
