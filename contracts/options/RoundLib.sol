// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IOptionListing} from "../interfaces/IOptionListing.sol";
import {FeedLib, Round} from "../prices/FeedLib.sol";

/// @dev A past round of a feed.
struct PastRound {
    /// `phase << 64 | number`: the phase counts the aggregators behind a proxy, the number an aggregator's rounds.
    uint80 id;
    /// Unix time; 0: the feed has no such round.
    uint256 time;
    int256 answer;
}

/// @title The past rounds of a Chainlink feed
/// @notice An aggregator numbers its rounds 1, 2, 3 and so on, each once, with times that do not fall. A proxy puts its
/// phase above. Some aggregators revert for a round that they do not have, others answer zeros.
library RoundLib {
    /// @dev What a feed may use for a round. A proxy and its aggregator use 13,000.
    uint256 private constant ROUND_GAS = 250_000;
    /// @dev So that the feed gets that, of which 1/64 stays here.
    uint256 private constant GAS_REQUIRED = 260_000;

    uint256 private constant PHASE_SHIFT = 64;

    /// @notice The round with this id; its time is zero if the feed has none. An answer for another id counts as none.
    /// @dev Reverts with TooLittleGasToRead when the caller left so little gas that the feed's failure might be his
    /// doing.
    function read(AggregatorV3Interface feed, uint80 id) internal view returns (PastRound memory round) {
        if (gasleft() < GAS_REQUIRED) revert IOptionListing.TooLittleGasToRead(gasleft(), GAS_REQUIRED);
        bytes4 selector = AggregatorV3Interface.getRoundData.selector;
        Round memory told;
        bool ok;
        assembly ("memory-safe") {
            mstore(0, selector)
            mstore(4, id)
            ok := staticcall(ROUND_GAS, feed, 0, 36, told, 160)
            ok := and(ok, gt(returndatasize(), 159))
        }
        round.id = id;
        if (!ok || told.roundId != id) return round;
        (round.time, round.answer) = (told.updatedAt, told.answer);
        // Nobody has seen a time so far ahead of the block.
        if (told.updatedAt > block.timestamp + FeedLib.MAX_AHEAD) round.time = 0;
    }

    /// @notice The latest round; its time is zero if the feed tells none.
    function latest(AggregatorV3Interface feed) internal view returns (PastRound memory round) {
        (bool ok, Round memory told) = FeedLib.latestRound(feed);
        if (!ok || told.roundId > type(uint80).max) return round;
        (round.id, round.time, round.answer) = (uint80(told.roundId), told.updatedAt, told.answer);
    }

    /// @notice Does the feed tell its latest round by its id as it tells it without?
    function hasHistory(AggregatorV3Interface feed) internal view returns (bool) {
        PastRound memory last = latest(feed);
        PastRound memory same = read(feed, last.id);
        return last.time != 0 && same.time == last.time && same.answer == last.answer;
    }

    function phaseOf(uint80 id) internal pure returns (uint16) {
        return uint16(id >> PHASE_SHIFT);
    }

    /// @notice The number of a round in its phase.
    function numberOf(uint80 id) internal pure returns (uint64) {
        return uint64(id);
    }
}
