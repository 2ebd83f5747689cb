// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IOptionListing} from "../../../contracts/interfaces/IOptionListing.sol";
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

/// @dev A feed whose latest round is told without a number, and by its number otherwise.
contract TwoFacedFeed {
    uint256 public id = (uint256(3) << 64) | 7;
    uint256 public time;
    int256 public answer = 4_000e8;
    uint256 public otherId = id;
    uint256 public otherTime;
    int256 public otherAnswer = answer;

    constructor(uint256 time_) {
        (time, otherTime) = (time_, time_);
    }

    function set(uint256 id_, uint256 time_, int256 answer_) external {
        (id, time, answer) = (id_, time_, answer_);
    }

    function setOther(uint256 id_, uint256 time_, int256 answer_) external {
        (otherId, otherTime, otherAnswer) = (id_, time_, answer_);
    }

    function latestRoundData() external view returns (uint256, int256, uint256, uint256, uint256) {
        return (id, answer, time, time, id);
    }

    function getRoundData(uint80) external view returns (uint256, int256, uint256, uint256, uint256) {
        return (otherId, otherAnswer, otherTime, otherTime, otherId);
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

    function read(AggregatorV3Interface feed, uint80 id) external view returns (PastRound memory) {
        return RoundLib.read(feed, id);
    }

    /// With less, a feed's failure might be the caller's doing.
    function test_aRoundIsReadWithEnoughGas() public {
        vm.warp(NOW);
        AggregatorV3Interface feed = AggregatorV3Interface(address(new OneRoundFeed(7, NOW, false)));
        vm.assertEq(this.read{gas: 270_000}(feed, 7).time, NOW);
        try this.read{gas: 255_000}(feed, 7) {
            revert("too little");
        } catch (bytes memory why) {
            vm.assertEq(bytes32(why), bytes32(IOptionListing.TooLittleGasToRead.selector));
            (uint256 left, uint256 required) = abi.decode(_arguments(why), (uint256, uint256));
            vm.assertEq(required, 260_000);
            vm.assertTrue(left < 255_000 && left > 240_000, "what was left");
        }
    }

    function _arguments(bytes memory why) private pure returns (bytes memory rest) {
        rest = new bytes(why.length - 4);
        for (uint256 i; i < rest.length; ++i) rest[i] = why[i + 4];
    }

    function test_theLatestRoundIsAsTold_withItsPhase() public {
        vm.warp(NOW);
        TwoFacedFeed feed = new TwoFacedFeed(NOW - 5);
        PastRound memory last = RoundLib.latest(AggregatorV3Interface(address(feed)));
        vm.assertEq(last.id, (uint256(3) << 64) | 7);
        vm.assertEq(last.time, NOW - 5);
        vm.assertEq(last.answer, 4_000e8);
        vm.assertEq(RoundLib.phaseOf(last.id), 3);
        vm.assertEq(RoundLib.numberOf(last.id), 7);
        feed.set(type(uint80).max, NOW - 5, -1);
        last = RoundLib.latest(AggregatorV3Interface(address(feed)));
        vm.assertEq(last.id, type(uint80).max);
        vm.assertEq(last.answer, -1);
        vm.assertEq(RoundLib.phaseOf(last.id), type(uint16).max);
        vm.assertEq(RoundLib.numberOf(last.id), type(uint64).max);
        feed.set(uint256(type(uint80).max) + 1, NOW - 5, 4_000e8);
        last = RoundLib.latest(AggregatorV3Interface(address(feed)));
        vm.assertEq(abi.encode(last), abi.encode(PastRound(0, 0, 0)), "no number of a round");
    }

    function _hasHistory(TwoFacedFeed feed) private view returns (bool) {
        return RoundLib.hasHistory(AggregatorV3Interface(address(feed)));
    }

    function test_aFeedHasAHistory_whenItTellsItsLatestRoundByItsNumber() public {
        vm.warp(NOW);
        TwoFacedFeed feed = new TwoFacedFeed(NOW - 5);
        uint256 id = feed.id();
        vm.assertTrue(_hasHistory(feed), "it does");
        feed.setOther(id + 1, NOW - 5, 4_000e8);
        vm.assertFalse(_hasHistory(feed), "another round");
        feed.setOther(id, NOW - 6, 4_000e8);
        vm.assertFalse(_hasHistory(feed), "another time");
        feed.setOther(id, NOW - 5, 4_000e8 + 1);
        vm.assertFalse(_hasHistory(feed), "another answer");
        feed.setOther(id, 0, 4_000e8);
        feed.set(id, 0, 4_000e8);
        vm.assertFalse(_hasHistory(feed), "no time");
    }
}
