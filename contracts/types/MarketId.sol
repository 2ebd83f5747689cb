// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice A clearing group: 1 to 4 markets that share a lock, anchors and a settlement. Numbered from 1; 0 is no
/// group.
type GroupId is uint32;

/// @notice A market: `group << 2 | index`, with an index of 0 to 3 inside its group.
type MarketId is uint32;

using {eqGroup as ==, neGroup as !=} for GroupId global;
using {eqMarket as ==, neMarket as !=} for MarketId global;
using MarketIdLib for MarketId global;
using GroupIdLib for GroupId global;

uint256 constant MAX_MARKETS_PER_GROUP = 4;
GroupId constant NO_GROUP = GroupId.wrap(0);

function eqGroup(GroupId a, GroupId b) pure returns (bool) {
    return GroupId.unwrap(a) == GroupId.unwrap(b);
}

function neGroup(GroupId a, GroupId b) pure returns (bool) {
    return GroupId.unwrap(a) != GroupId.unwrap(b);
}

function eqMarket(MarketId a, MarketId b) pure returns (bool) {
    return MarketId.unwrap(a) == MarketId.unwrap(b);
}

function neMarket(MarketId a, MarketId b) pure returns (bool) {
    return MarketId.unwrap(a) != MarketId.unwrap(b);
}

library GroupIdLib {
    /// @notice The market at `index` (0 to 3) of the group.
    function market(GroupId group, uint256 index) internal pure returns (MarketId) {
        return MarketId.wrap((GroupId.unwrap(group) << 2) | uint32(index & 3));
    }
}

library MarketIdLib {
    function group(MarketId market) internal pure returns (GroupId) {
        return GroupId.wrap(MarketId.unwrap(market) >> 2);
    }

    function index(MarketId market) internal pure returns (uint256) {
        return MarketId.unwrap(market) & 3;
    }
}
