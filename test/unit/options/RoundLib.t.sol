// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {PastRound, RoundLib} from "../../../contracts/options/RoundLib.sol";
import {FeedLib} from "../../../contracts/prices/FeedLib.sol";
import {TestBase} from "../../base/TestBase.sol";

/// @dev A feed that tells one round whichever it is asked for, or reverts with it as its data.
contract OneRoundFeed {
    uint80 private immutable _id;
    uint256 private immutable _time;
    bool private immutable _fails;

    constructor(uint80 id, uint256 time, bool fails) {
        (_id, _time, _fails) = (id, time, fails);
    }

    function getRoundData(uint80) external view returns (uint80, int256, uint256, uint256, uint80) {
        if (!_fails) return (_id, 4_000e8, _time, _time, _id);
        bytes memory said = abi.encode(_id, int256(4_000e8), _time, _time, _id);
        assembly ("memory-safe") {
            revert(add(said, 32), mload(said))
        }
    }
}

/// @title What counts as a past round of a feed: its average fixes the price at which options expire
contract RoundLibTest is TestBase {
    uint256 private constant NOW = 1_763_020_800;

    function _timeOf(uint80 id, uint80 told, uint256 time, bool fails) private returns (uint256) {
        vm.warp(NOW);
        AggregatorV3Interface feed = AggregatorV3Interface(address(new OneRoundFeed(told, time, fails)));
        PastRound memory round = RoundLib.read(feed, id);
        vm.assertEq(round.id, id, "as asked");
        return round.time;
    }

    function test_aRoundIsReadAsItIsTold() public {
        vm.assertEq(_timeOf(7, 7, NOW - 60, false), NOW - 60);
    }

    function test_anAnswerForAnotherRoundIsNone() public {
        vm.assertEq(_timeOf(7, 8, NOW - 60, false), 0);
    }

    function test_whatAFailureSaysIsNoRound() public {
        vm.assertEq(_timeOf(7, 7, NOW - 60, true), 0);
    }

    function test_aRoundOfTheFutureIsNone() public {
        vm.assertEq(_timeOf(7, 7, NOW + FeedLib.MAX_AHEAD, false), NOW + FeedLib.MAX_AHEAD, "clocks differ so far");
        vm.assertEq(_timeOf(7, 7, NOW + FeedLib.MAX_AHEAD + 1, false), 0, "and no further");
    }
}
