// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice A numbered account of an owner: `owner << 32 | number`. The owner is read from the id, so that no slot stores it.
type AccountId is uint192;

using {eq as ==, ne as !=} for AccountId global;
using AccountIdLib for AccountId global;

function eq(AccountId a, AccountId b) pure returns (bool) {
    return AccountId.unwrap(a) == AccountId.unwrap(b);
}

function ne(AccountId a, AccountId b) pure returns (bool) {
    return AccountId.unwrap(a) != AccountId.unwrap(b);
}

/// @notice The account `number` of `owner`.
function accountOf(address owner, uint32 number) pure returns (AccountId) {
    return AccountId.wrap((uint192(uint160(owner)) << 32) | number);
}

library AccountIdLib {
    function owner(AccountId account) internal pure returns (address) {
        return address(uint160(AccountId.unwrap(account) >> 32));
    }

    function number(AccountId account) internal pure returns (uint32) {
        return uint32(AccountId.unwrap(account));
    }
}
