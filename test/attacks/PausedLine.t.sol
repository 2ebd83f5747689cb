// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IGovernance} from "../../contracts/interfaces/IGovernance.sol";
import {CollateralParams, Mode, PauseLevel} from "../../contracts/Ledger.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {Actor} from "../base/Fixture.sol";
import {Coin, PledgeAttack} from "./PledgeAttack.sol";

/// @title A pause, and a coin that falls meanwhile
/// @custom:source Class: prices that stand still while somebody may still act on them; found in a review of this venue
/// @notice While absorbs are stopped no price of a collateral is recorded, so the line stands at the floors of before.
/// That keeps a fall from making a default which winners pay; what it costs the line is measured.
contract PausedLineAttack is PledgeAttack {
    Coin private coin;
    Actor private loser;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        coin = _listCoin("COIN", _coinParams());
        venue.setVaultBudget(solo, 0);
        loser = _attacker("loser", 0);
        Actor memory winner = _honest("winner", 500_000);
        _pledgeCoin(loser, coin, 50e18);
        _trade(loser, winner, btc, 30e9, 60_000e18);
        _settleAnchors(solo);
        _creep(btc, 57_660e18); // 70,720 lost, of 120,000 that the coins count for
        _recordCoin(coin);
    }

    // ------------------------------------------------------------------ when prices are recorded again

    function test_record_goesOnAGraceAfterTheLastStopThatIsReal() public {
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 7 days);
        venue.pause(quad.market(2), PauseLevel.NO_LIQUIDATION, 2 days);
        skip(1 hours);
        vm.assertFalse(ledger.recordCollateralPrice(coin.id), "absorbs are stopped");
        venue.unpause(btc);
        skip(2 days - 1 hours + 600 - 1);
        vm.assertFalse(ledger.recordCollateralPrice(coin.id), "those of another group");
        skip(1);
        vm.assertTrue(ledger.recordCollateralPrice(coin.id), "as it was set, the pause would run for five days more");
    }

    function test_record_goesOnAfterAPauseOfEverythingIsLifted() public {
        venue.pause(MarketId.wrap(0), PauseLevel.REDUCE_ONLY, 7 days);
        skip(1 hours);
        venue.unpause(MarketId.wrap(0));
        skip(600 - 1);
        vm.assertFalse(ledger.recordCollateralPrice(coin.id));
        skip(1);
        vm.assertTrue(ledger.recordCollateralPrice(coin.id));
    }

    function test_record_waitsWhileAPauseOfALevelBelowWasPutInItsPlace() public {
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 7 days);
        venue.pause(btc, PauseLevel.NO_NEW_RISK, 1 hours);
        skip(2 hours);
        venue.unpause(quad.market(0));
        vm.assertFalse(ledger.recordCollateralPrice(coin.id), "liquidations are still stopped");
        venue.unpause(btc);
        skip(600);
        vm.assertTrue(ledger.recordCollateralPrice(coin.id));
    }

    // ------------------------------------------------------------------ no more stopped time than before

    function test_cadence_sevenDaysAfterTheRealEnd_whateverTheScope() public {
        MarketId everything = MarketId.wrap(0);
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 7 days);
        skip(1 days);
        venue.unpause(btc);
        uint256 from = block.timestamp + 7 days;
        skip(7 days - 1);
        bytes memory tooSoon = abi.encodeWithSelector(IGovernance.PauseTooSoon.selector, from);
        vm.expectRevert(tooSoon);
        venue.pause(everything, PauseLevel.REDUCE_ONLY, 1);
        vm.expectRevert(tooSoon);
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 1);
        skip(1);
        venue.pause(everything, PauseLevel.REDUCE_ONLY, 7 days);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.PauseTooSoon.selector, from + 14 days));
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 1);
    }

    function test_cadence_aStopThatRunsElsewhere_stillCounts() public {
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 7 days);
        venue.pause(quad.market(3), PauseLevel.NO_LIQUIDATION, 3 days);
        uint256 from = block.timestamp + 10 days;
        venue.unpause(btc);
        skip(10 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.PauseTooSoon.selector, from));
        venue.pause(MarketId.wrap(0), PauseLevel.NO_LIQUIDATION, 1 days);
        skip(1);
        venue.pause(MarketId.wrap(0), PauseLevel.NO_LIQUIDATION, 1 days);
    }

    /// In any fourteen days no more than seven are stopped, however pauses are lifted and set anew.
    function testFuzz_cadence_halfOfTheTimeAtMost(uint256 seed) public {
        uint256[24] memory ends;
        uint256[24] memory begins;
        uint256 count;
        for (uint256 i; i < 24; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            MarketId scope = seed & 1 == 0 ? btc : MarketId.wrap(0);
            (bool ok, ) = _try(
                address(this),
                abi.encodeCall(venue.pause, (scope, PauseLevel.NO_LIQUIDATION, (seed >> 8) % 7 days))
            );
            if (ok) begins[count] = block.timestamp;
            skip((seed >> 64) % 4 days);
            if (!ok) continue;
            venue.unpause(scope);
            uint256 stoppedUntil = begins[count] + ((seed >> 8) % 7 days);
            ends[count] = stoppedUntil < block.timestamp ? stoppedUntil : block.timestamp;
            if (count != 0) vm.assertGe(begins[count], ends[count - 1] + 7 days, "the next one takes over");
            ++count;
        }
    }

    // ------------------------------------------------------------------ what it costs the line

    /// Bound: what is pledged at the committed price, less what it is worth after the pause. Nobody defaults.
    function test_aFallByHalfInAPause_isTheLines() public {
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 7 days);
        _setCoin(coin, 1_500e18);
        skip(7 days);
        _exchangeAndCheck("a coin falls by half in a pause: what the line lost", 45_000e9);
    }

    /// Governance can lower what the line promises, a quarter a day, while the pause runs.
    function test_aFallByHalfInAPause_withAHigherHaircut_costsTheLineLess() public {
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 7 days);
        _setCoin(coin, 1_500e18);
        skip(1 days);
        CollateralParams memory p = _coinParams();
        (p.haircut, p.cap) = (400_000, 0);
        ledger.setCollateralParams(coin.id, p);
        skip(6 days);
        _exchangeAndCheck("the same, the haircut raised once", 15_000e9);
    }

    function _exchangeAndCheck(string memory name, int256 bound) private {
        vm.assertFalse(ledger.recordCollateralPrice(coin.id), "in the grace the floors of before stand");
        skip(600);
        venue.poke(solo);
        ledger.exchangeWithLine(loser.id, coin.id);
        vm.assertGe(_equity(loser.id), 0, "a default");
        vm.assertEq(_shortfall(), 0);
        int256 loss = _lineLoss(coin);
        _line(name, 0, loss);
        vm.assertGt(loss, 0, "it lost nothing: this test says nothing");
        vm.assertLe(loss, bound, "the line lost more than it had promised");
        vm.assertTrue(ledger.recordCollateralPrice(coin.id), "and prices go on");
    }
}
