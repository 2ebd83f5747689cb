// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MarketId} from "./MarketId.sol";

/// @notice A numbered account of an owner: `owner << 32 | number`. The owner is read from the id, so that no slot
/// stores it.
type AccountId is uint192;

/// @notice An account's position in a market: `account << 32 | market`. One key, because a mapping of mappings is
/// hashed twice.
type PositionKey is uint224;

/// @notice A word of an account's fills (see OrderLib): `account << 16 | word`.
type FillKey is uint208;

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

    function position(AccountId account, MarketId market) internal pure returns (PositionKey) {
        return PositionKey.wrap((uint224(AccountId.unwrap(account)) << 32) | MarketId.unwrap(market));
    }

    function fills(AccountId account, uint16 word) internal pure returns (FillKey) {
        return FillKey.wrap((uint208(AccountId.unwrap(account)) << 16) | word);
    }

    function number(AccountId account) internal pure returns (uint32) {
        return uint32(AccountId.unwrap(account));
    }
}
