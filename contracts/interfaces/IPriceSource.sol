// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

/// @notice One market's mark price. A pull oracle is plugged in by implementing this over its own stored price.
interface IPriceSource {
    /// @notice Why a price may not be used. FRESH: usable. STALE: older than its heartbeat. INSANE: not positive,
    /// incomplete, out of range, or too far from the second source. DOWN: the chain's sequencer is down, or has been up
    /// for less than the grace period.
    enum Status {
        FRESH,
        STALE,
        INSANE,
        DOWN
    }

    /// @notice The mark, in 1e-18 quote per base, and whether it may be used. Must not revert (the clearinghouse treats
    /// a revert as INSANE). `mark` is meaningful only when FRESH, and then within MIN_MARK and MAX_MARK.
    function read() external view returns (uint256 mark, Status status);

    /// @notice The one Chainlink feed whose answer, times 10^exponent and not older than `heartbeat` seconds, is all
    /// that `read` says; then the clearinghouse reads it without this contract between. Zeros: always ask `read`. Must
    /// never change.
    function plainFeed() external view returns (AggregatorV3Interface feed, uint24 heartbeat, int8 exponent);
}
