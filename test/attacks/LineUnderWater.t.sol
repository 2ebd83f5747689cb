// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ICollateral} from "../../contracts/interfaces/ICollateral.sol";
import {Flows, IInsuranceVault} from "../../contracts/interfaces/IInsuranceVault.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {MockPriceSource} from "../../contracts/mocks/MockPriceSource.sol";
import {MockToken} from "../../contracts/mocks/MockToken.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Actor} from "../base/Fixture.sol";
import {collateralParams} from "../base/Parameters.sol";
import {VaultAttack} from "./VaultAttack.sol";

/// @title Leaving the vault while a line is under water
/// @custom:source Class: a run on a fund whose price does not yet have a loss that everybody sees
/// @notice A coin has fallen below the price at which the line has promised to buy what is pledged. The line has not
/// paid yet, so the vault's equity says nothing of it.
contract LineUnderWaterAttack is VaultAttack {
    address private stayer = address(0x57A7E12);
    ICollateral private ledger;
    MockToken private coin;
    MockPriceSource private source;
    Actor private loser;

    function setUp() public {
        _deployVault(1_000 * TOKEN);
        _enter(lp, 500_000 * TOKEN);
        _enter(stayer, 500_000 * TOKEN);
        ledger = ICollateral(address(venue));
        coin = new MockToken("Coin", "COIN", 18);
        source = new MockPriceSource(3_000e18);
        ledger.createCollateral(coin, source, collateralParams(1e27));
        ledger.setCollateralLine(1, Money.wrap(200_000e9));
        loser = _actor("loser");
    }

    /// Bound: a millionth. An LP who has asked to leave bears the line's loss like the others.
    function test_aDueBatch_waitsWhileTheLineIsUnderWater() public {
        _pledge(50e18);
        Actor memory winner = _actor("winner", 500_000);
        _trade(loser, winner, btc, 30e9, 60_000e18);
        _settleAnchors(solo);
        _request(lp, insurance.balanceOf(lp));
        (uint256 runs, uint256 stays) = (_holds(lp), _holds(stayer));
        skip(WINDOW + COOLDOWN);
        venue.poke(solo);
        uint256 snapshot = vm.snapshotState();
        source.set(2_401e18, IPriceSource.Status.FRESH);
        insurance.processBatch(); // what is pledged is worth what the line would pay
        vm.revertToState(snapshot);
        _creep(btc, 57_660e18);
        source.set(1_500e18, IPriceSource.Status.FRESH);
        _areClosed();

        ledger.exchangeWithLine(loser.id, 1);
        for (uint256 i; i < 3; ++i) {
            skip(120);
            vm.assertTrue(ledger.recordCollateralPrice(1));
        }
        vm.assertTrue(_certain());
        insurance.processBatch();
        uint256 escaped = _escaped(runs, stays);
        _line("leaving the vault while a line is under water", int256(escaped * 1_000), int256(escaped * 1_000));
        vm.assertLt(_holds(lp), runs - 5_000 * TOKEN, "there was no loss: this test says nothing");
        vm.assertLe(escaped, runs / 1e6);
    }

    function test_flows_waitWhileAPriceIsNotFresh_andSomethingIsPledged() public {
        _pledge(1e18);
        vm.assertTrue(_certain());
        source.set(3_000e18, IPriceSource.Status.STALE);
        vm.assertFalse(_certain(), "nobody knows what the line has promised more than it is worth");
        source.setBroken(true);
        vm.assertFalse(_certain());
        vm.prank(loser.owner);
        ledger.withdrawPledge(0, 1, 1e18, loser.owner);
        vm.assertTrue(_certain(), "nothing is pledged");
    }

    /// What counts for less than `minDebt` closes nothing: else a crumb in a dead token would close the vault for ever.
    function test_flows_aCrumbClosesNothing() public {
        _pledge(0.04e18); // 96, of 100
        source.set(1, IPriceSource.Status.FRESH);
        vm.assertTrue(_certain());
        source.setBroken(true);
        vm.assertTrue(_certain());
        source.setBroken(false);
        source.set(3_000e18, IPriceSource.Status.FRESH);
        _pledge(0.0017e18); // 100.08
        source.set(2_399e18, IPriceSource.Status.FRESH);
        vm.assertFalse(_certain());
        source.set(2_400e18, IPriceSource.Status.FRESH);
        vm.assertTrue(_certain());
    }

    function _areClosed() private {
        vm.assertFalse(_certain(), "the line is under water");
        vm.expectRevert(abi.encodeWithSelector(IInsuranceVault.VaultFlowsClosed.selector, Flows.PRICES_NOT_FRESH));
        insurance.processBatch();
        token.mint(lp, TOKEN);
        vm.startPrank(lp);
        token.approve(address(insurance), TOKEN);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceVault.VaultFlowsClosed.selector, Flows.PRICES_NOT_FRESH));
        insurance.deposit(TOKEN, lp);
        token.transfer(address(1), TOKEN);
        vm.stopPrank();
        vm.assertEq(insurance.maxDeposit(lp), 0);
    }

    function _certain() private view returns (bool certain) {
        (, certain) = venue.vaultEquity();
    }

    /// @dev By how much the runner lost less than his part, token units.
    function _escaped(uint256 runs, uint256 stays) private view returns (uint256) {
        (uint256 lost, uint256 lostByStayer) = (runs - _holds(lp), stays - _holds(stayer));
        return lostByStayer > lost ? lostByStayer - lost : 0;
    }

    function _pledge(uint256 units) private {
        _mintAndPledge(loser, coin, 1, units);
    }
}
