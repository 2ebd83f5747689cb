// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Actor, Fixture} from "../base/Fixture.sol";

contract StaleShieldTest is Fixture {
    function test_liquidate_goesOnElsewhereThoughTheStaleShockTakesEquityBelowZero() public {
        _deployVenue(Mode.QUEUE);
        (MarketId a, MarketId b) = (quad.market(0), quad.market(1));
        Actor memory maker = _actor("maker", 5_000_000);
        Actor memory weak = _actor("weak", 6_250);
        _trade(weak, maker, a, 1e9, 60_000e18);
        _trade(weak, maker, b, 20e9, 3_000e18);
        for (uint256 i = 1; i <= 6; ++i) {
            _setPrice(b, 3_000e18 - i * 30e18);
            _settleAnchors(quad);
        }
        _setStale(a);
        // Liquidatable with a fresh price; the shock must not make it untouchable.
        Actor memory keeper = _actor("keeper", 100_000);
        vm.prank(keeper.owner);
        venue.liquidateToAccount(weak.id, b, 0, 1e9, NO_NODE, ANY_PRICE, NEVER);
        vm.assertEq(_size(keeper.id, b), int256(1e9));
    }
}
