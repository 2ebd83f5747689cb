// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {MockAggregator} from "../../contracts/mocks/MockAggregator.sol";
import {MockToken} from "../../contracts/mocks/MockToken.sol";
import {ChainlinkPriceSource} from "../../contracts/prices/ChainlinkPriceSource.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Decimals of feed and token
/// @custom:source Class: a price or an amount off by a power of ten; Chainlink feeds have 8 decimals against dollars
/// and 18 against ether
/// @notice A token of other than the usual decimals is deposited and withdrawn in the least and oddest amounts, and
/// marks come from feeds of other decimals.
contract DecimalsAttack is Attack {
    function testFuzz_token_ofAnyDecimals_givesBackNoMoreThanItTook(uint8 decimals, uint256 seed) public {
        decimals = uint8(bound(decimals, 0, 18));
        _deployVenue(Mode.QUEUE, new MockToken("Odd", "ODD", decimals));
        Actor memory attacker = _actor("attacker");
        uint256 booked = token.balanceOf(address(venue));
        uint256 given;
        for (uint256 i; i < 6; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 units = 1 + (seed % 10 ** (decimals + 2));
            token.mint(address(this), units);
            token.approve(address(venue), units);
            (bool ok, ) = _try(address(this), abi.encodeCall(venue.deposit, (attacker.id, units)));
            if (ok) given += units;
            vm.prank(attacker.owner);
            // solhint-disable-next-line avoid-low-level-calls
            (ok, ) = address(venue).call(abi.encodeCall(venue.withdraw, (0, seed % (units + 1), attacker.owner)));
        }
        _tryWithdraw(attacker, type(uint256).max);
        vm.assertLe(token.balanceOf(attacker.owner), given, "more came out than went in");
        vm.assertGe(token.balanceOf(address(venue)), booked, "it came out of others' tokens");
    }

    /// Six tokens of different decimals, one trade and a move of the mark in each: the same result to the rounding of
    /// the token.
    function test_token_decimalsDoNotChangeAProfit() public {
        uint8[6] memory decimals = [0, 2, 6, 8, 9, 18];
        int256 worst;
        for (uint256 i; i < decimals.length; ++i) {
            uint256 start = vm.snapshotState();
            _deployVenue(Mode.QUEUE, new MockToken("Odd", "ODD", decimals[i]));
            (Actor memory a, Actor memory b) = (_attacker("a", 100_000), _honest("b", 100_000));
            _begin();
            _trade(a, b, btc, 1e9, 60_000e18);
            _setPrice(btc, 60_600e18);
            _trade(b, a, btc, 1e9, 60_600e18);
            vm.assertEq(_cash(a.id), 100_000e9 + 600e9 - 24e9 - 6.06e9, "the profit depends on the decimals");
            _tryWithdraw(a, type(uint256).max);
            int256 rounding = _change().attacker - (600e9 - 24e9 - 6.06e9);
            if (rounding > worst) worst = rounding;
            vm.revertToState(start);
        }
        _line("decimals of the token", worst, worst);
        vm.assertEq(worst, 0, "somebody gained by the decimals");
    }

    function test_feed_ofAnyDecimals_givesTheSameMark() public {
        vm.warp(START);
        uint8[6] memory decimals = [0, 2, 8, 18, 27, 36];
        int256 wrong;
        for (uint256 i; i < decimals.length; ++i) {
            ChainlinkPriceSource.Config memory config;
            config.feed = AggregatorV3Interface(
                address(new MockAggregator(decimals[i], int256(60_000 * 10 ** uint256(decimals[i]))))
            );
            config.heartbeat = 1 days;
            (uint256 mark, IPriceSource.Status status) = new ChainlinkPriceSource(config).read();
            vm.assertTrue(status == IPriceSource.Status.FRESH, "not fresh");
            wrong += int256(mark) - 60_000e18;
        }
        _line("decimals of the feed", wrong, wrong);
        vm.assertEq(wrong, 0, "the mark depends on the decimals");
    }
}
