// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {MAX_MARK, MIN_MARK, Price} from "../types/Price.sol";

/// @dev What a feed answers, each in a whole word, so that no answer fails to decode.
struct Round {
    uint256 roundId;
    int256 answer;
    uint256 startedAt;
    uint256 updatedAt;
    uint256 answeredInRound;
}

/// @title One Chainlink feed as a mark
/// @notice Used by price sources, and by the clearinghouse for markets whose source is one feed and nothing else.
library FeedLib {
    /// @notice How far ahead of the block an answer may be dated, seconds. A feed that dates its answers by the time of
    /// the observation can be ahead of a chain whose blocks are dated late.
    uint256 internal constant MAX_AHEAD = 15;

    /// @dev What a feed may use. A proxy and its aggregator use 13,000.
    uint256 private constant FEED_GAS = 250_000;

    uint256 private constant MIN = uint256(Price.unwrap(MIN_MARK));
    uint256 private constant MAX = uint256(Price.unwrap(MAX_MARK));

    // An answer above this is out of range at any number of decimals; below it, scaling cannot overflow.
    uint256 private constant MAX_ANSWER = type(uint160).max;

    /// @notice The answer times 10^exponent, floor: 1e-18 quote per base. Assumes -18 <= exponent <= 27.
    /// @param heartbeat The largest age of an answer that is FRESH, seconds.
    /// @return mark Zero when the status is INSANE.
    function read(
        AggregatorV3Interface feed,
        uint256 heartbeat,
        int256 exponent
    ) internal view returns (uint256 mark, IPriceSource.Status status) {
        (bool ok, Round memory round) = latestRound(feed);
        uint256 positive = uint256(round.answer); // a negative answer is above MAX_ANSWER then
        if (!ok || positive == 0 || positive > MAX_ANSWER) return (0, IPriceSource.Status.INSANE);
        uint256 updatedAt = round.updatedAt;
        if (updatedAt == 0 || updatedAt > block.timestamp + MAX_AHEAD) return (0, IPriceSource.Status.INSANE);
        // Chainlink's own feeds always fill this in; some others with the same interface leave it at zero.
        if (round.answeredInRound != 0 && round.answeredInRound < round.roundId) {
            return (0, IPriceSource.Status.INSANE);
        }

        unchecked {
            // The product is below 2^160 * 10^27 < 2^250.
            mark = exponent < 0 ? positive / 10 ** uint256(-exponent) : positive * 10 ** uint256(exponent);
        }
        if (mark < MIN || mark > MAX) return (0, IPriceSource.Status.INSANE);
        // Not as an age, which would be negative for an answer that is dated ahead.
        if (block.timestamp > updatedAt + heartbeat) return (0, IPriceSource.Status.STALE);
    }

    /// @dev Not ok when the call fails, nobody is there, or less than a round comes back. The same, 350 gas dearer in
    /// every read and at the mercy of a feed that returns very much:
    ///
    ///     (bool called, bytes memory data) = address(feed).staticcall{gas:
    ///     FEED_GAS}(abi.encodeCall(feed.latestRoundData, ())); if (!called || data.length < 160) return (false,
    ///     round); return (true, abi.decode(data, (Round)));
    function latestRound(AggregatorV3Interface feed) internal view returns (bool ok, Round memory round) {
        bytes4 selector = AggregatorV3Interface.latestRoundData.selector;
        assembly ("memory-safe") {
            mstore(0, selector)
            ok := staticcall(FEED_GAS, feed, 0, 4, round, 160)
            ok := and(ok, gt(returndatasize(), 159))
        }
    }
}
