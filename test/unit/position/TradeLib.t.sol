// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {Mode} from "../../../contracts/Ledger.sol";
import {Leg} from "../../../contracts/position/PositionLib.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {NodeId, levelUp} from "../../../contracts/types/NodeId.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Actor, Fixture} from "../../base/Fixture.sol";

/// @notice What a trade leaves behind: the place in the queue, and who may still trade.
contract TradeLibTest is Fixture {
    Actor internal alice;
    Actor internal bob;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        alice = _actor("alice", 10_000);
        bob = _actor("bob", 1_000_000);
    }

    /// The place is that of the average entry, whichever way the price went.
    function test_increase_movesToTheLevelOfTheAverageEntry() public {
        _trade(alice, bob, btc, 1e9, 60_000e18);
        NodeId first = _position(alice.id, btc).node;
        _trade(alice, bob, btc, 1e9, 60_900e18);
        _isAt(_position(alice.id, btc), 60_450e18);
        _isAt(_position(bob.id, btc), -60_450e18);
        vm.assertTrue(_position(alice.id, btc).node != first, "another level");
        vm.assertEq(_nodes(btc, true).length, 1, "the old one is empty, and gone");
        vm.assertTrue(_linksAgree(btc, true));
    }

    function test_increase_atTheSameLevelStaysInItsNode() public {
        _trade(alice, bob, btc, 1e9, 60_000e18);
        NodeId first = _position(alice.id, btc).node;
        _trade(alice, bob, btc, 0.5e9, 60_000e18);
        vm.assertTrue(_position(alice.id, btc).node == first);
        vm.assertEq(_size(alice.id, btc), 1.5e9);
    }

    function test_reduction_keepsItsNode_andCrossingZeroTakesANewOne() public {
        _trade(alice, bob, btc, 1e9, 60_000e18);
        NodeId first = _position(alice.id, btc).node;
        _trade(alice, bob, btc, -0.4e9, 60_500e18);
        vm.assertTrue(_position(alice.id, btc).node == first);
        _trade(alice, bob, btc, -1e9, 60_500e18);
        vm.assertEq(_size(alice.id, btc), -0.4e9);
        _isAt(_position(alice.id, btc), -60_500e18);
    }

    /// Below zero at the anchor, above it at the mark: a reduction that leaves no more unpaid there is welcome.
    function test_reduction_isWelcomeFromWhoIsUnsoundAlready() public {
        _trade(alice, bob, btc, 3e9, 60_000e18);
        while (_equity(alice.id) > -100e9) {
            _setPrice(btc, (_price(btc) * 995) / 1_000);
            _settleAnchors(solo);
        }
        _setPrice(btc, (_price(btc) * 1_012) / 1_000);
        vm.assertGt(_equity(alice.id), 0);
        vm.assertLt(_atAnchor(alice.id), 0);
        _trade(alice, bob, btc, -0.1e9, _price(btc));
        vm.assertEq(_size(alice.id, btc), 2.9e9);
        vm.assertLt(_atAnchor(alice.id), 0, "still unsound");
    }

    /// Equity at the anchor, 1e-9 quote.
    function _atAnchor(AccountId id) private returns (int256) {
        return Money.unwrap(_health(id).atAnchor);
    }

    /// Who is below zero is absorbed, not traded down: not even at a price that lifts him.
    function test_reduction_revertsForWhoEndsBelowZero() public {
        _trade(alice, bob, btc, 3e9, 60_000e18);
        while (_equity(alice.id) >= 0) {
            _settleAnchors(solo);
            _setPrice(btc, (_price(btc) * 995) / 1_000);
        }
        int256 before = _equity(alice.id);
        uint256 price = (_price(btc) * 1_019) / 1_000;
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        this.sell(1e6, price);
        vm.assertEq(_equity(alice.id), before);
    }

    function sell(int256 size, uint256 price) external {
        _trade(alice, bob, btc, -size, price);
    }

    function _isAt(Leg memory leg, int256 rank) private pure {
        (NodeId level, ) = levelUp(Price.wrap(rank), Price.wrap(60_000e18));
        vm.assertTrue(leg.node == level, "the level of its entry");
        vm.assertApproxEqAbs(Price.unwrap(leg.rank), rank, 5e12, "to 2^-24 granule");
    }
}
