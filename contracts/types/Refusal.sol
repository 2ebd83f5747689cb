// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccountId} from "./AccountId.sol";
import {GroupId, MarketId} from "./MarketId.sol";
import {Money} from "./Money.sol";
import {Price} from "./Price.sol";
import {Size} from "./Size.sol";

/// @dev A refusal is an encoded error that is returned, so that a batch can skip and report what failed; empty when
/// there is none.
///
/// Encoding it here, and not in thirty places, keeps the modules small: each `abi.encodeWithSelector` is code of its
/// own. All arguments of errors are single words.

/// @notice The encoded error of `selector` with its arguments.
function refusal(bytes4 selector) pure returns (bytes memory) {
    return _cut(refusal(selector, 0, 0, 0), 4);
}

function refusal(bytes4 selector, uint256 a) pure returns (bytes memory) {
    return _cut(refusal(selector, a, 0, 0), 36);
}

function refusal(bytes4 selector, uint256 a, uint256 b) pure returns (bytes memory) {
    return _cut(refusal(selector, a, b, 0), 68);
}

function refusal(bytes4 selector, uint256 a, uint256 b, uint256 c) pure returns (bytes memory) {
    return abi.encodeWithSelector(selector, a, b, c);
}

/// @dev The first `length` bytes of it.
function _cut(bytes memory reason, uint256 length) pure returns (bytes memory) {
    assembly ("memory-safe") {
        mstore(reason, length)
    }
    return reason;
}

/// @notice Reverts with a refusal.
function revertWith(bytes memory reason) pure {
    assembly ("memory-safe") {
        revert(add(reason, 32), mload(reason))
    }
}

/// @notice An argument as it is encoded.
function arg(AccountId account) pure returns (uint256) {
    return AccountId.unwrap(account);
}

function arg(GroupId group) pure returns (uint256) {
    return GroupId.unwrap(group);
}

function arg(MarketId market) pure returns (uint256) {
    return MarketId.unwrap(market);
}

function arg(Money amount) pure returns (uint256) {
    return uint256(Money.unwrap(amount));
}

function arg(Price price) pure returns (uint256) {
    return uint256(Price.unwrap(price));
}

function arg(Size size) pure returns (uint256) {
    return uint256(Size.unwrap(size));
}

function arg(address account) pure returns (uint256) {
    return uint160(account);
}
