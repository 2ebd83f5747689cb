// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {VenueParams, Mode, Phase} from "../../contracts/Ledger.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Farming the refund of a settlement
/// @custom:source Class: a reward for work that one can make oneself (keeper rewards, gas refunds); no incident cited
/// @notice In a lock that a jump opened, the attacker absorbs a tiny account of his own, which owes 0.20, and settles
/// it for a refund of 5.
contract RefundFarmAttack is Attack {
    Actor internal loser;
    Actor internal winner;
    Actor internal keeper;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        (winner, keeper) = (_attacker("winner", 100_000), _attacker("keeper", 0));
        _honest("bystander", 100_000);
    }

    /// Bound: what the account owes, which is less than its fees.
    function test_ownDust_inAGapLock_earnsNoRefund() public {
        _dust(36.04e6);
        _settle();
        vm.assertEq(_cash(keeper.id), 0, "a refund for a debt that nobody would settle for it");
        (int256 gain, int256 loss) = _report("refund for one's own dust default");
        vm.assertLe(gain, 0.2e9, "more than the debt");
        vm.assertLe(loss, 0.2e9, "the honest lost more than the debt");
    }

    /// The deficit counts, not how it is settled: one step a call, as one who hopes that it is forgotten between them.
    function test_ownDust_settledInSteps_earnsNoRefund() public {
        venue.setVaultBudget(solo, 0); // so that there is something to tear up
        _dust(36.04e6);
        _lockAndAbsorb();
        while (_group(solo).phase != Phase.NORMAL) _step();
        vm.assertEq(_cash(keeper.id), 0, "a refund");
    }

    function test_aDeficitOfMinDebt_earnsTheRefund_inStepsToo() public {
        VenueParams memory p = _venueParams();
        p.minDebt = uint48(6 * QUOTE);
        venue.setVenueParams(p);
        venue.setVaultBudget(solo, 0);
        _dust(30.24e6); // owes 6
        _lockAndAbsorb();
        vm.assertEq(uint256(_group(solo).deficit), 6 * QUOTE, "the debt");
        uint256 steps;
        for (; _group(solo).phase != Phase.NORMAL; ++steps) _step();
        vm.assertGt(steps, 1, "one step: this test says nothing");
        vm.assertEq(_cash(keeper.id), int256(5 * QUOTE), "the refund");
    }

    function test_aDeficitBelowMinDebtByAUnit_earnsNothing() public {
        VenueParams memory p = _venueParams();
        p.minDebt = uint48(6 * QUOTE + 1);
        venue.setVenueParams(p);
        _dust(30.24e6);
        _settle();
        vm.assertEq(_cash(keeper.id), 0, "a refund");
    }

    function test_aRefund_isAtMostTheDeficit() public {
        VenueParams memory p = _venueParams();
        (p.minDebt, p.refund) = (uint48(QUOTE), uint48(100 * QUOTE));
        venue.setVenueParams(p);
        _dust(30.24e6);
        _settle();
        vm.assertEq(_cash(keeper.id), int256(6 * QUOTE), "the deficit");
    }

    /// @dev An account with a hundredth of a coin, bought at 60,000: at 56,400 it has lost 36, and paid 0.24 of fees.
    function _dust(uint256 units) private {
        loser = _attacker("loser", 0);
        _fund(loser.id, units);
        _trade(loser, winner, btc, 0.01e9, 60_000e18);
        _settleAnchors(solo);
        _begin();
    }

    function _lockAndAbsorb() private {
        _setPrice(btc, 56_400e18);
        venue.poke(solo);
        _absorb(loser.id);
        vm.warp(_group(solo).until);
    }

    function _settle() private {
        _lockAndAbsorb();
        vm.prank(keeper.owner);
        venue.deleverage(solo, 100);
        vm.assertTrue(_group(solo).phase == Phase.NORMAL, "not settled");
    }

    function _step() private {
        uint256 steps = _group(solo).phase == Phase.LOCKED ? 0 : 1;
        vm.prank(keeper.owner);
        venue.deleverage(solo, steps);
    }
}
