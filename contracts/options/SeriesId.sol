// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {GroupId, MarketId} from "../types/MarketId.sol";

/// @notice A series of an option group: what a market is to a linear one. `group << 8 | index`. The index says what it
/// is: `ladder << 5 | strike << 1 | isPut` with a ladder of 0 to 7 and a strike of 0 to 14; `ladder << 5 | 30`: the
/// dated future of that ladder; 255: the group's perpetual. As a number it is the `MarketId` of the series' book, and
/// of orders for it.
type SeriesId is uint32;

using {eqSeries as ==, neSeries as !=} for SeriesId global;
using SeriesIdLib for SeriesId global;

// A group has at most so many expiries at a time; each has as many strikes, with a call and a put each, and a future.
uint256 constant LADDERS = 8;
uint256 constant STRIKES = 15;

// The place of a ladder's future among its series, and the index of the perpetual in its group.
uint256 constant FUTURE = 30;
uint256 constant PERPETUAL = 255;

function eqSeries(SeriesId a, SeriesId b) pure returns (bool) {
    return SeriesId.unwrap(a) == SeriesId.unwrap(b);
}

function neSeries(SeriesId a, SeriesId b) pure returns (bool) {
    return SeriesId.unwrap(a) != SeriesId.unwrap(b);
}

/// @notice The series at `index` (0 to 255) of the group. Not every index is one: see `isSeries`.
function seriesOf(GroupId group, uint256 index) pure returns (SeriesId) {
    return SeriesId.wrap((GroupId.unwrap(group) << 8) | uint32(index & 255));
}

library SeriesIdLib {
    function group(SeriesId series) internal pure returns (GroupId) {
        return GroupId.wrap(SeriesId.unwrap(series) >> 8);
    }

    function index(SeriesId series) internal pure returns (uint256) {
        return SeriesId.unwrap(series) & 255;
    }

    /// @notice The id of its book in the ledger.
    function market(SeriesId series) internal pure returns (MarketId) {
        return MarketId.wrap(SeriesId.unwrap(series));
    }
}

/// @notice The series that a book, or an order for it, is of.
function seriesFrom(MarketId market) pure returns (SeriesId) {
    return SeriesId.wrap(MarketId.unwrap(market));
}

/// @notice Which ladder an index belongs to; of the perpetual it means nothing.
function ladderOf(uint256 index) pure returns (uint256) {
    return index >> 5;
}

/// @notice The place of an index in its ladder: `strike << 1 | isPut`, or FUTURE.
function placeOf(uint256 index) pure returns (uint256) {
    return index & 31;
}

/// @notice May a series have this index?
function isSeries(uint256 index) pure returns (bool) {
    return index == PERPETUAL || placeOf(index) <= FUTURE;
}
