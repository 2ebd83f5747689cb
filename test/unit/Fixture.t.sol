// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {Actor, Fixture} from "../base/Fixture.sol";
import {MarketView, NodeView} from "../base/TestLens.sol";

contract FixtureTest is Fixture {
    function setUp() public {
        _deployVenue(Mode.QUEUE);
    }

    function test_trade_opensBothSides() public {
        Actor memory alice = _actor("alice", 100_000);
        Actor memory bob = _actor("bob", 100_000);

        _trade(alice, bob, btc, 1e9, 60_000e18);

        vm.assertEq(_size(alice.id, btc), 1e9);
        vm.assertEq(_size(bob.id, btc), -1e9);
        MarketView memory market = _market(btc);
        vm.assertEq(market.openInterest, 1e9);
        NodeView[] memory longs = _nodes(btc, true);
        vm.assertEq(longs.length, 1);
        vm.assertEq(longs[0].shares, 1e9);
        vm.assertTrue(_linksAgree(btc, true));
        vm.assertEq(_equity(alice.id), int256(100_000e9 - 24e9), "taker fee of 4 basis points");
    }
}
