// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {MockAggregator} from "../../contracts/mocks/MockAggregator.sol";
import {ChainlinkPriceSource} from "../../contracts/prices/ChainlinkPriceSource.sol";
import {Actor} from "../base/Fixture.sol";
import {Match} from "../base/Packing.sol";
import {Attack} from "./Attack.sol";

/// @title Stale price
/// @custom:source Venus and Blizz, LUNA, 12 May 2022: the feed stood still at its floor while the market fell on, and
/// loans were drawn on it
/// @notice The true price has fallen by a third and the feed does not say so. The attacker sells to whoever still bids
/// the old price, reduces, and withdraws what the old price lets him.
contract StalePriceAttack is Attack {
    uint256 internal constant TRUE_PRICE = 40_000e18;

    Actor internal attacker;
    Actor internal maker;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        (attacker, maker) = (_attacker("attacker", 100_000), _honest("maker", 100_000));
        _trade(attacker, maker, btc, 1e9, 60_000e18);
        _settleAnchors(solo);
    }

    function test_stalePrice_stopsFillsAndWithdrawals_soNothingIsTaken() public {
        Match[] memory resting = _match(attacker, maker, btc, -2e9, 60_000e18); // the maker's bid of before the fall
        _begin();
        _setStale(btc);
        _refused(abi.encodeCall(venue.settle, (_pack(resting, true))), ITrading.PriceNotFresh.selector);
        _withdrawalIsRefused();

        // The feed comes back: the gap locks the group, and after the lock the old bid is outside the price band.
        _setPrice(btc, TRUE_PRICE);
        _refused(abi.encodeCall(venue.settle, (_pack(resting, true))), IDeleveraging.GapOpen.selector);
        venue.poke(solo);
        skip(120);
        venue.poke(solo);
        _refused(abi.encodeCall(venue.settle, (_pack(resting, true))), ITrading.OutsidePriceBand.selector);

        // Bound: zero beyond the unit that each held against the other before.
        (int256 gain, int256 loss) = _reportBeyond("stale price", -20_000e9);
        vm.assertLe(gain, 0, "the attacker gained");
        vm.assertLe(loss, 0, "the honest lost");
    }

    /// A feed that is stuck and still looks fresh is the worse case. A second source makes it insane instead.
    function test_stuckFeedThatLooksFresh_isInsaneBesideASecondSource() public {
        MockAggregator stuck = new MockAggregator(8, 60_000e8);
        MockAggregator second = new MockAggregator(8, 60_000e8);
        venue.setPriceSource(btc, _pair(stuck, second));
        Match[] memory resting = _match(attacker, maker, btc, -2e9, 60_000e18);
        _begin();
        skip(1 hours);
        stuck.setAnswer(60_000e8);
        second.setAnswer(40_000e8);
        _refused(abi.encodeCall(venue.settle, (_pack(resting, true))), ITrading.PriceNotFresh.selector);
        _withdrawalIsRefused();
        second.setAnswer(60_000e8); // so that the figures below are not those of a worsened leg
        (int256 gain, int256 loss) = _report("feed stuck but fresh, second source");
        vm.assertLe(gain, 0, "the attacker gained");
        vm.assertLe(loss, 0, "the honest lost");
    }

    function _pair(MockAggregator first, MockAggregator second) private returns (IPriceSource) {
        ChainlinkPriceSource.Config memory config;
        (config.feed, config.heartbeat) = (AggregatorV3Interface(address(first)), 1 days);
        (config.second, config.secondHeartbeat) = (AggregatorV3Interface(address(second)), 1 days);
        config.maxDeviation = 20_000;
        return new ChainlinkPriceSource(config);
    }

    function _refused(bytes memory call, bytes4 expected) private {
        (bool ok, bytes4 reason) = _try(address(this), call);
        vm.assertFalse(ok, "it went through");
        vm.assertEq(bytes32(reason), bytes32(expected), "refused for another reason");
    }

    function _withdrawalIsRefused() private {
        (, bytes4 reason) = _tryWithdraw(attacker, 1);
        vm.assertEq(bytes32(reason), bytes32(ITrading.AccountHasStaleLeg.selector), "a withdrawal at the old price");
    }
}
