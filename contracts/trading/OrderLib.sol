// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {ITrading} from "../interfaces/ITrading.sol";
import {Order, SignedOrder} from "../interfaces/Orders.sol";
import {Account, Lanes, Ledger} from "../Ledger.sol";
import {AccountId} from "../types/AccountId.sol";
import {MAX_MARK, MIN_MARK, Price} from "../types/Price.sol";
import {arg, refusal} from "../types/Refusal.sol";
import {NO_SIZE, Size, toSize} from "../types/Size.sol";

bytes constant NAME = "Novation";
bytes constant VERSION = "1";

/// @title Orders: who signed, what is left, what is void
/// @notice Checks return the encoded error instead of reverting, so that a batch can skip and report a bad order.
library OrderLib {
    bytes32 internal constant ORDER_TYPEHASH = keccak256(
        "Order(uint192 account,uint32 market,int256 size,int256 limit,uint64 salt,uint40 expiry,bool taker,bool reduceOnly,address matcher,uint24 maxFee)"
    );

    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );

    /// @notice What an ERC-1271 wallet may use, so that it cannot take a batch with it: 53 that use it all fill a
    /// transaction of 2^24 gas. A wallet of 12 signatures needs 104,000, three of three signatures under one 127,000:
    /// twice that, for such as are compiled otherwise.
    uint256 internal constant WALLET_GAS = 300_000;

    /// @dev What the call itself costs at most, beside what it hands on.
    uint256 private constant CALL_GAS = 3_000;

    /// @dev A wallet that used so much of it, and did not accept, ran out of gas: each call inside it keeps a 64th
    /// back.
    uint256 private constant WALLET_GAS_USED_UP = (WALLET_GAS * 7) / 8;

    /// @notice How far the sequence of an order or a cancellation may be ahead of the clock. Sequences void the lower
    /// ones, so without a bound a delegate with the highest one would make an account unusable for ever; with it, the
    /// owner's next sequence by the clock is higher.
    uint256 internal constant MAX_SEQUENCE_AHEAD = 1 hours;

    /// @dev A lane is 128 bits: sequence 48, filled 80. Two lanes a slot.
    uint256 private constant FILLED_MASK = type(uint80).max;

    /// @notice EIP-712 struct hash: `keccak256(abi.encode(ORDER_TYPEHASH, order))`.
    function hash(Order calldata order) internal pure returns (bytes32 result) {
        bytes32 typeHash = ORDER_TYPEHASH;
        // Ten static members stand in calldata as they are encoded. Decoding them to memory costs 1,000 gas an order
        // more. A member with dirty high bits makes a hash that nobody signed.
        assembly ("memory-safe") {
            let at := mload(0x40)
            mstore(at, typeHash)
            calldatacopy(add(at, 32), order, 320)
            result := keccak256(at, 352)
        }
    }

    /// @notice EIP-712 domain separator of the contract that runs this, as OpenZeppelin's EIP712 has it, which cannot
    /// cache it for a module.
    function domain() internal view returns (bytes32) {
        return
            keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256(NAME), keccak256(VERSION), block.chainid, address(this)));
    }

    /// @notice Why `signed` may not be filled at all now; empty when it may. Calls an ERC-1271 wallet, so call it
    /// before any state is written.
    function orderFlaw(
        Ledger storage ledger,
        SignedOrder calldata signed,
        bytes32 digest,
        uint24 fee,
        address submitter
    ) internal view returns (bytes memory) {
        Order calldata order = signed.order;
        if (!_inRange(order)) return refusal(ITrading.OrderOutOfRange.selector);
        uint40 expiry = order.expiry;
        if (block.timestamp > expiry) return refusal(ITrading.OrderExpired.selector, expiry);
        address matcher = order.matcher;
        if (matcher != address(0) && matcher != submitter) {
            return refusal(ITrading.MatcherOnly.selector, arg(matcher));
        }
        uint24 maxFee = order.maxFee;
        if (fee > maxFee) return refusal(ITrading.FeeAboveCap.selector, maxFee, fee);
        uint256 sequence = order.salt >> 16;
        if (sequence > maxSequence()) {
            return refusal(ITrading.SequenceTooHigh.selector, sequence, maxSequence());
        }
        (address owner, address signer) = (order.account.owner(), signed.signer);
        if (signer != owner && ledger.signers[owner][signer] < block.timestamp) {
            return refusal(ITrading.SignerNotAuthorised.selector, arg(owner), arg(signer));
        }
        return _signatureFlaw(signer, digest, signed.signature);
    }

    /// @notice The highest sequence that an order or a cancellation may have now: milliseconds of Unix time, an hour
    /// ahead.
    function maxSequence() internal view returns (uint256) {
        unchecked {
            return (block.timestamp + MAX_SEQUENCE_AHEAD) * 1_000; // a time has 40 bits
        }
    }

    /// @notice Reverts when a cancellation's sequence is above `maxSequence`.
    function requireSequence(uint256 sequence) internal view {
        if (sequence > maxSequence()) revert ITrading.SequenceTooHigh(sequence, maxSequence());
    }

    /// @notice What is left to fill of an order of `account`, zero when it is void: magnitude, 1e-9 base.
    function remaining(
        Ledger storage ledger,
        Account storage account,
        Order calldata order
    ) internal view returns (Size) {
        uint64 salt = order.salt;
        uint256 sequence = salt >> 16;
        if (sequence < account.minSequence) return NO_SIZE;
        uint256 word = ledger.fills[order.account.fills(_word(salt))].word;
        uint256 laneSequence = _sequence(word, salt);
        if (laneSequence > sequence) return NO_SIZE;
        Size whole = order.size.abs();
        if (laneSequence < sequence) return whole;
        Size filled = toSize(_filled(word, salt));
        return filled < whole ? whole - filled : NO_SIZE;
    }

    /// @notice Books `size` more of the order of `salt` as filled.
    /// @return all What is filled of it in all, magnitude.
    function bookFill(Ledger storage ledger, AccountId account, uint64 salt, Size size) internal returns (Size all) {
        Lanes storage lanes = ledger.fills[account.fills(_word(salt))];
        uint256 word = lanes.word;
        uint256 filled = (_sequence(word, salt) == salt >> 16 ? _filled(word, salt) : 0) + size.toUint();
        lanes.word = _with(word, salt, filled); // at most the order's size, below 2^72
        return toSize(filled);
    }

    /// @notice Voids the order of `salt` and every lower sequence of its lane.
    function cancel(Ledger storage ledger, AccountId account, uint64 salt) internal {
        Lanes storage lanes = ledger.fills[account.fills(_word(salt))];
        uint256 word = lanes.word;
        if (_sequence(word, salt) <= salt >> 16) lanes.word = _with(word, salt, FILLED_MASK);
    }

    /// @dev Two lanes a word.
    function _word(uint64 salt) private pure returns (uint16) {
        return uint16(salt) >> 1;
    }

    function _shift(uint64 salt) private pure returns (uint256) {
        return (salt & 1) << 7;
    }

    function _sequence(uint256 word, uint64 salt) private pure returns (uint256) {
        return (word >> (_shift(salt) + 80)) & type(uint48).max;
    }

    function _filled(uint256 word, uint64 salt) private pure returns (uint256) {
        return (word >> _shift(salt)) & FILLED_MASK;
    }

    /// @dev The word with the lane of `salt` at its sequence and `filled`.
    function _with(uint256 word, uint64 salt, uint256 filled) private pure returns (uint256) {
        uint256 lane = (uint256(salt >> 16) << 80) | filled;
        return (word & ~(uint256(type(uint128).max) << _shift(salt))) | (lane << _shift(salt));
    }

    /// @dev Sizes fit 72 bits and limits are possible marks, so that no arithmetic on an order can overflow.
    function _inRange(Order calldata order) private pure returns (bool) {
        int256 size = Size.unwrap(order.size);
        int256 max = int256(uint256(type(uint72).max));
        Price limit = order.limit;
        return size != 0 && size >= -max && size <= max && limit >= MIN_MARK && limit <= MAX_MARK;
    }

    /// @dev The encoded error unless `signature` is one of `signer`; empty when it is.
    function _signatureFlaw(
        address signer,
        bytes32 digest,
        bytes calldata signature
    ) private view returns (bytes memory reason) {
        if (signature.length == 65) {
            (address recovered, ECDSA.RecoverError err, ) = ECDSA.tryRecoverCalldata(digest, signature);
            if (err == ECDSA.RecoverError.NoError && recovered == signer) return reason;
        }
        if (signer.code.length == 0) return refusal(ITrading.BadSignature.selector, arg(signer));

        bytes memory question = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        bytes32 answer;
        bool ok;
        uint256 given = gasleft();
        // Copies one word of the answer. Copying it all lets a few wallets with long answers use up a batch's gas, as
        // memory costs the square of its size:
        //
        //     (bool ok, bytes memory result) = signer.staticcall{gas: WALLET_GAS}(question); return ok &&
        //     result.length >= 32 && abi.decode(result, (bytes32)) == bytes32(IERC1271.isValidSignature.selector);
        assembly ("memory-safe") {
            ok := staticcall(WALLET_GAS, signer, add(question, 32), mload(question), 0, 32)
            ok := and(ok, gt(returndatasize(), 31))
            answer := mload(0)
        }
        if (ok && answer == bytes32(IERC1271.isValidSignature.selector)) return reason;
        // A call gets at most 63/64 of what is left. With less than its due the wallet is not to blame, and must not be
        // skipped: the caller's gas would decide whose orders are good.
        if (given - given / 64 < WALLET_GAS + CALL_GAS) revert ITrading.GasTooLow(signer, WALLET_GAS);
        if (given - gasleft() < WALLET_GAS_USED_UP) {
            return refusal(ITrading.BadSignature.selector, arg(signer));
        }
        return refusal(ITrading.WalletOutOfGas.selector, arg(signer), WALLET_GAS);
    }
}
