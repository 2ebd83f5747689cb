// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Self-trades that move funding
/// @custom:source Class: funding by premium index moved with trades against oneself shortly before it is paid; no
/// incident cited
/// @notice The attacker is short against honest longs. Two more accounts of his trade with each other at the upper edge
/// of the band, which moves the funding rate up; the longs then pay him until somebody trades again, at most for
/// FUNDING_PERIOD.
contract FundingSelfTradeAttack is Attack {
    uint256 internal constant MARK = 60_000e18;
    uint256 internal constant EDGE = 61_200e18;
    int256 internal constant PERIOD = 8;

    Actor internal short;
    Actor internal washer;
    Actor internal washed;
    Actor internal long;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        (short, washer) = (_attacker("short", 2_000_000), _attacker("washer", 200_000));
        (washed, long) = (_attacker("washed", 200_000), _honest("long", 2_000_000));
    }

    /// What is sure whatever the attacker does: the clamp, for at most eight hours after the last fill.
    function test_fundingSelfTrade_takesAtMostTheClampForEightHoursAFill() public {
        int256 notional = _play(100e9, 10);
        (int256 gain, int256 loss) = _report("self-trades that move funding, 6,000,000 of interest");
        int256 clamp = (notional * PERIOD * int256(uint256(_marketParams().maxFunding))) / 1e6;
        vm.assertLe(loss, clamp, "more than the clamp for a period");
        vm.assertLe(gain, clamp, "more than the clamp for a period");
        vm.assertGt(-_change().traders, 0, "it did nothing: this test says nothing");
    }

    /// At an interest small against `fundingDepth` the fees eat it: interest * clamp * 8 h * moved < fees * volume.
    function test_fundingSelfTrade_losesWhileInterestIsSmallAgainstTheDepth() public {
        _play(1e9, 10);
        (int256 gain, int256 loss) = _report("self-trades that move funding, 60,000 of interest");
        vm.assertLe(gain, 0, "the attacker gained");
        vm.assertLe(loss, 0, "the honest lost, fees counted");
    }

    function _play(int256 size, uint256 washes) internal returns (int256 notional) {
        _trade(short, long, btc, -size, MARK);
        _begin();
        for (uint256 i; i < washes; ++i) {
            int256 side = i % 2 == 0 ? int256(2e9) : -int256(2e9);
            (Actor memory buyer, Actor memory seller) = side > 0 ? (washer, washed) : (washed, washer);
            _trade(buyer, seller, btc, 2e9, EDGE);
        }
        skip(8 hours);
        _settleAnchors(solo);
        return _notional(uint256(size), MARK);
    }
}
