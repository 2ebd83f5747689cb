// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IGovernance} from "../../contracts/interfaces/IGovernance.sol";
import {CollateralParams, Mode} from "../../contracts/Ledger.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Actor} from "../base/Fixture.sol";
import {Coin, PledgeAttack} from "./PledgeAttack.sol";

/// @title A race for a collateral's price
/// @custom:source Class: whoever writes a price first decides who pays; found in a review of this venue
/// @notice Who is first: whoever records a fall of a collateral, or whoever has it exchanged? And a haircut that is
/// raised. Somebody long 30 bitcoin with 50 coins pledged, which count for 120,000, has slid to 36,000 below zero
/// without them.
contract RacedPledgeTest is PledgeAttack {
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
        _creep(btc, 58_800e18);
        _settleAnchors(solo);
    }

    function test_aJump_recordedFirst_isNoDefault() public {
        _fall(57_500e18);
        vm.assertTrue(ledger.recordCollateralPrice(1), "due");
        venue.poke(solo);
        _absorb();
        vm.assertEq(uint256(_group(solo).absorbed), 0, "the line has made him whole");
        vm.warp(uint256(_group(solo).until));
        venue.poke(solo);
        vm.assertEq(_shortfall(), 0);
        _line("a fall recorded before the lock of its jump", 0, 0);
    }

    function test_noJump_recordedFirst_isNoDefault() public {
        _fall(58_800e18);
        vm.assertTrue(ledger.recordCollateralPrice(1), "due");
        ledger.exchangeWithLine(loser.id, 1);
        vm.assertGt(_equity(loser.id), 0, "at the price of before");
        vm.assertEq(_shortfall(), 0);
        _line("a fall recorded before the exchange", 0, 0);
    }

    function test_aPump_countsOnlyIfItIsThereAtThreeInstants() public {
        for (uint256 i; i < 2; ++i) {
            skip(120);
            _setCoin(coin, 30_000e18);
            vm.assertTrue(ledger.recordCollateralPrice(1));
            _setCoin(coin, 3_000e18);
            vm.assertLe(Price.unwrap(ledger.collateral(1).floor), 3_000e18, "of no effect yet");
        }
        _line("a pump at two instants", 0, 0);
    }

    function test_aHaircut_isRaisedByAQuarterOfWhatCountsAtMost_onceADay() public {
        bytes4 bounds = IGovernance.ParameterOutOfBounds.selector;
        vm.expectRevert(abi.encodeWithSelector(bounds, bytes32("haircut"), 900_000, 0, 400_000));
        ledger.setCollateralParams(1, _params(900_000));
        ledger.setCollateralParams(1, _params(400_000));
        skip(1 days - 1);
        vm.expectRevert(abi.encodeWithSelector(bounds, bytes32("haircut"), 400_001, 0, 400_000));
        ledger.setCollateralParams(1, _params(400_001));
        ledger.setCollateralParams(1, _params(300_000));
        skip(1);
        ledger.setCollateralParams(1, _params(475_000));
        _line("a haircut raised on who is exposed", 0, 0);
    }

    function _params(uint24 haircut) private pure returns (CollateralParams memory p) {
        p = _coinParams();
        p.haircut = haircut;
    }

    function _fall(uint256 mark) private {
        _setPrice(btc, mark);
        _setCoin(coin, 300e18);
    }

    function _absorb() private {
        venue.absorb(solo, _list(loser.id));
    }
}
