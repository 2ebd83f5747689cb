// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {GroupId} from "./MarketId.sol";
import {Money} from "./Money.sol";

/// @notice A trader's account as it is stored: the struct `Account` of the ledger in one word, which a trade reads once
/// and writes once. From the lowest bit: `cash int112 | group uint32 | open uint8 | calledAt uint32 | minSequence
/// uint48 | pledged uint8 | hasProtected bool | isNetted bool`.
///
/// For margin, in memory only, cash includes what is pledged, and the highest bit says that a price of it is not fresh
/// (`counting`).
type AccountWord is uint256;

using AccountWordLib for AccountWord global;

library AccountWordLib {
    /// @dev What a trade writes: cash, group and open.
    uint256 private constant TRADED_BITS = 152;
    /// @dev What a default leaves: group, minSequence, pledged and hasProtected.
    uint256 private constant KEPT = (0xffffffff << 112) | (0xffffffffffffffff << 184);
    uint256 private constant CASH = type(uint112).max;

    function cash(AccountWord word) internal pure returns (Money) {
        return Money.wrap(int112(uint112(AccountWord.unwrap(word))));
    }

    function group(AccountWord word) internal pure returns (GroupId) {
        return GroupId.wrap(uint32(AccountWord.unwrap(word) >> 112));
    }

    function open(AccountWord word) internal pure returns (uint256) {
        return uint8(AccountWord.unwrap(word) >> 144);
    }

    function isCalled(AccountWord word) internal pure returns (bool) {
        return uint32(AccountWord.unwrap(word) >> 152) != 0;
    }

    function minSequence(AccountWord word) internal pure returns (uint256) {
        return uint48(AccountWord.unwrap(word) >> 184);
    }

    /// @notice Has it a protected deposit, or is it registered for relief? Then it must be refreshed before its cash is
    /// used.
    function needsRefresh(AccountWord word) internal pure returns (bool) {
        return AccountWord.unwrap(word) >> 240 != 0;
    }

    /// @notice Is its cash all that counts, and as it stands? Else it needs a refresh, or has something pledged. Both
    /// in one test, because every trade asks.
    function isPlain(AccountWord word) internal pure returns (bool) {
        return AccountWord.unwrap(word) >> 232 == 0;
    }

    /// @notice Bit i: something of collateral i + 1 is pledged.
    function pledged(AccountWord word) internal pure returns (uint256) {
        return uint8(AccountWord.unwrap(word) >> 232);
    }

    /// @notice Have all prices of what is pledged been fresh, when `counting` made the word?
    function isFresh(AccountWord word) internal pure returns (bool) {
        return AccountWord.unwrap(word) >> 255 == 0;
    }

    /// @notice The word for margin, never to be stored: `amount` more in cash, and whether its prices were fresh.
    function counting(AccountWord word, Money amount, bool fresh) internal pure returns (AccountWord) {
        uint256 kept = AccountWord.unwrap(word) & ~CASH;
        if (!fresh) kept |= 1 << 255;
        return AccountWord.wrap(kept | uint112((word.cash() + amount).toInt112()));
    }

    function hasProtected(AccountWord word) internal pure returns (bool) {
        return uint8(AccountWord.unwrap(word) >> 240) != 0;
    }

    function isNetted(AccountWord word) internal pure returns (bool) {
        return AccountWord.unwrap(word) >> 248 != 0;
    }

    /// @notice The word as a trade leaves it, the other members kept.
    function traded(AccountWord word, Money cash_, GroupId group_, uint256 open_) internal pure returns (AccountWord) {
        uint256 kept = (AccountWord.unwrap(word) >> TRADED_BITS) << TRADED_BITS;
        uint256 low = uint112(cash_.toInt112()) | (uint256(GroupId.unwrap(group_)) << 112) | (open_ << 144);
        return AccountWord.wrap(kept | low);
    }

    /// @notice The word without cash, positions, margin call and registration; of the rest nothing changes.
    function cleared(AccountWord word) internal pure returns (AccountWord) {
        return AccountWord.wrap(AccountWord.unwrap(word) & KEPT);
    }
}
