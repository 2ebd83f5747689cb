// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Fill} from "../../../contracts/interfaces/IClearinghouse.sol";
import {MarketParams, Mode} from "../../../contracts/Ledger.sol";
import {Health} from "../../../contracts/libraries/MarginLib.sol";
import {accountOf} from "../../../contracts/types/AccountId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {NO_NODE} from "../../../contracts/types/NodeId.sol";
import {Actor, Fixture} from "../../base/Fixture.sol";

/// @notice What a liquidation does to a short; the longs' side is in modules/Default.t.sol.
contract LiquidationLibTest is Fixture {
    Actor internal alice;
    Actor internal bob;
    Actor internal carol;

    function setUp() public {
        _deployHouse(Mode.QUEUE);
        alice = _actor("alice", 10_000);
        bob = _actor("bob", 1_000_000);
        carol = _actor("carol", 100_000);
    }

    function test_liquidate_ofAShort_buysUpToTheMarkPlusItsDiscount() public {
        _trade(alice, bob, btc, -3e9, 60_000e18);
        _creepUp(61_900e18);
        Health memory before = _health(alice.id);
        Fill[] memory fills = _makerFill(carol, btc, -3e9, 61_950e18);
        house.liquidate(alice.id, btc, 0, fills);

        Health memory h = _health(alice.id);
        vm.assertLt(_abs(_size(alice.id, btc)), 3e9);
        vm.assertEq(_size(alice.id, btc) + _size(carol.id, btc), -3e9, "what one closed the other opened");
        vm.assertGe(Money.unwrap(h.equity) + 10, Money.unwrap(h.initial), "back to initial margin");
        vm.assertLt(Money.unwrap(h.equity), Money.unwrap(before.equity), "the discount is paid");
        vm.assertGt(_cash(accountOf(address(this), 0)), 0, "the keeper is paid");
    }

    function test_liquidate_ofAShort_closesAllWhenLessThanTheMinimumWouldBeLeft() public {
        MarketParams memory params = _marketParams();
        params.minNotional = uint64(10_000 * QUOTE);
        house.setMarketParams(btc, params);
        Actor memory dave = _actor("dave", 1_600);
        _trade(dave, bob, btc, -0.5e9, 60_000e18);
        _creepUp(61_900e18); // three quarters of it would do, and leave 7,000
        vm.prank(carol.owner);
        house.liquidateToAccount(dave.id, btc, 0, type(uint256).max, NO_NODE);
        vm.assertEq(_size(dave.id, btc), 0);
        vm.assertEq(_size(carol.id, btc), -0.5e9);
    }

    function _creepUp(uint256 mark) private {
        _settleAnchors(solo);
        while (_price(btc) < mark) {
            uint256 next = (_price(btc) * 101) / 100;
            _setPrice(btc, next > mark ? mark : next);
            _settleAnchors(solo);
        }
    }
}
