// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {ITrading} from "../interfaces/ITrading.sol";
import {Order} from "../interfaces/Orders.sol";
import {Lanes, Ledger} from "../Ledger.sol";
import {AccountId} from "../types/AccountId.sol";
import {AccountWord} from "../types/AccountWord.sol";
import {MAX_MARK, MIN_MARK, NO_PRICE, Price} from "../types/Price.sol";
import {arg, refusal, revertWith} from "../types/Refusal.sol";
import {NO_SIZE, Size, toSize} from "../types/Size.sol";
import {SignerLib} from "./SignerLib.sol";

string constant NAME = "Novation";
string constant VERSION = "1";

/// @title Orders: who signed, what is left, what is void
/// @notice Checks return the encoded error instead of reverting, so that a batch can skip and report a bad order.
library OrderLib {
    bytes32 internal constant ORDER_TYPEHASH = keccak256(
        "Order(uint192 account,uint32 market,int256 size,int256 limit,uint64 salt,uint40 expiry,uint8 use,bool reduceOnly,uint24 maxFee,address matcher,int256 trigger,bool triggerAbove)"
    );

    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );

    /// @dev Of NAME and VERSION, written out: the hash of a literal is a constant, that of a constant is computed at
    /// each use, for 800 gas.
    bytes32 private constant NAME_HASH = keccak256("Novation");
    bytes32 private constant VERSION_HASH = keccak256("1");

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
    function hash(Order memory order) internal pure returns (bytes32 result) {
        bytes32 typeHash = ORDER_TYPEHASH;
        // Twelve static members stand in memory as they are encoded. The word before them is lent to the type hash,
        // instead of a copy of all.
        assembly ("memory-safe") {
            let start := sub(order, 32)
            let lent := mload(start)
            mstore(start, typeHash)
            result := keccak256(start, 416)
            mstore(start, lent)
        }
    }

    /// @notice EIP-712 digest of an order, which is what is signed.
    function digest(Order memory order, bytes32 domain_) internal pure returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(domain_, hash(order));
    }

    /// @notice EIP-712 domain separator of the contract that runs this, as OpenZeppelin's EIP712 has it, which cannot
    /// cache it for a module.
    function domain() internal view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, address(this)));
    }

    /// @notice Why the order may not be filled at all now, but for its signature; empty when it may.
    /// @param fee What it would pay, ppm. submitter: who submits it. mark: the live mark of its market.
    function orderFlaw(
        Order memory order,
        uint24 fee,
        address submitter,
        Price mark
    ) internal view returns (bytes memory reason) {
        if (order.size == NO_SIZE || order.limit < MIN_MARK || order.limit > MAX_MARK) {
            return refusal(ITrading.OrderOutOfRange.selector);
        }
        if (block.timestamp > order.expiry) return refusal(ITrading.OrderExpired.selector, order.expiry);
        if (order.matcher != address(0) && order.matcher != submitter) {
            return refusal(ITrading.MatcherOnly.selector, arg(order.matcher));
        }
        if (fee > order.maxFee) return refusal(ITrading.FeeAboveCap.selector, order.maxFee, fee);
        uint256 sequence = order.salt >> 16;
        if (sequence > maxSequence()) {
            return refusal(ITrading.SequenceTooHigh.selector, sequence, maxSequence());
        }
        Price trigger = order.trigger;
        if (trigger != NO_PRICE && (order.triggerAbove ? mark < trigger : mark > trigger)) {
            return refusal(ITrading.TriggerNotReached.selector, arg(trigger), arg(mark));
        }
    }

    /// @notice The encoded error unless the owner of the order's account, or a signer that he has listed, signed
    /// `hashed`. Calls an ERC-1271 wallet, so call it before any state is written.
    /// @param wallet The wallet; zero: `signature` is r and s of a key (EIP-2098).
    function signatureFlaw(
        Ledger storage ledger,
        Order memory order,
        bytes32 hashed,
        address wallet,
        bytes calldata signature
    ) internal view returns (bytes memory reason) {
        address owner = order.account.owner();
        address signer = wallet == address(0) ? _recover(hashed, signature) : wallet;
        if (signer == address(0)) return refusal(ITrading.BadSignature.selector, arg(owner));
        if (signer != owner && SignerLib.expiryOf(ledger, owner, signer) < block.timestamp) {
            return refusal(ITrading.SignerNotAuthorised.selector, arg(owner), arg(signer));
        }
        if (wallet != address(0)) reason = _walletFlaw(wallet, hashed, signature);
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
    function remaining(Ledger storage ledger, AccountWord account, Order memory order) internal view returns (Size) {
        uint64 salt = order.salt;
        uint256 sequence = salt >> 16;
        if (sequence < account.minSequence()) return NO_SIZE;
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
        all = size + toSize(_sequence(word, salt) == salt >> 16 ? _filled(word, salt) : 0);
        lanes.word = _with(word, salt, all.toUint()); // at most the order's size, below 2^72
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
        unchecked {
            return (word >> (_shift(salt) + 80)) & type(uint48).max; // 80 or 208
        }
    }

    function _filled(uint256 word, uint64 salt) private pure returns (uint256) {
        return (word >> _shift(salt)) & FILLED_MASK;
    }

    /// @dev The word with the lane of `salt` at its sequence and `filled`.
    function _with(uint256 word, uint64 salt, uint256 filled) private pure returns (uint256) {
        uint256 lane = (uint256(salt >> 16) << 80) | filled;
        return (word & ~(uint256(type(uint128).max) << _shift(salt))) | (lane << _shift(salt));
    }

    /// @dev Who signed `hashed` with a key; zero when nobody did. The twin of a signature (n - s) needs the bit in
    /// which the parity stands, so that it has no compact form.
    function _recover(bytes32 hashed, bytes calldata signature) private pure returns (address) {
        bytes32 r;
        uint256 s;
        // (r, s) = abi.decode(signature, (bytes32, uint256)), which has these two words.
        assembly ("memory-safe") {
            r := calldataload(signature.offset)
            s := calldataload(add(signature.offset, 32))
        }
        return ecrecover(hashed, uint8(27 + (s >> 255)), r, bytes32((s << 1) >> 1));
    }

    /// @dev The encoded error unless the wallet accepts `signature`.
    function _walletFlaw(
        address wallet,
        bytes32 hashed,
        bytes calldata signature
    ) private view returns (bytes memory reason) {
        if (wallet.code.length == 0) return refusal(ITrading.BadSignature.selector, arg(wallet));

        bytes memory question = abi.encodeCall(IERC1271.isValidSignature, (hashed, signature));
        bytes32 answer;
        bool ok;
        uint256 given = gasleft();
        // Copies one word of the answer. Copying it all lets a few wallets with long answers use up a batch's gas, as
        // memory costs the square of its size:
        //
        //     (bool ok, bytes memory result) = wallet.staticcall{gas: WALLET_GAS}(question); return ok &&
        //     result.length >= 32 && abi.decode(result, (bytes32)) == bytes32(IERC1271.isValidSignature.selector);
        assembly ("memory-safe") {
            ok := staticcall(WALLET_GAS, wallet, add(question, 32), mload(question), 0, 32)
            ok := and(ok, gt(returndatasize(), 31))
            answer := mload(0)
        }
        if (ok && answer == bytes32(IERC1271.isValidSignature.selector)) return reason;
        // A call gets at most 63/64 of what is left. With less than its due the wallet is not to blame, and must not be
        // skipped: the caller's gas would decide whose orders are good.
        if (given - given / 64 < WALLET_GAS + CALL_GAS) {
            revertWith(refusal(ITrading.GasTooLow.selector, arg(wallet), WALLET_GAS));
        }
        if (given - gasleft() < WALLET_GAS_USED_UP) {
            return refusal(ITrading.BadSignature.selector, arg(wallet));
        }
        return refusal(ITrading.WalletOutOfGas.selector, arg(wallet), WALLET_GAS);
    }
}
