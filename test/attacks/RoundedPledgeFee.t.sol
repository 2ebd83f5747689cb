// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ICollateral} from "../../contracts/interfaces/ICollateral.sol";
import {CollateralParams, Mode} from "../../contracts/Ledger.sol";
import {MockPriceSource} from "../../contracts/mocks/MockPriceSource.sol";
import {MockToken} from "../../contracts/mocks/MockToken.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title A fee that is rounded up, taken as often as one likes
/// @notice A tenth of a wrapped bitcoin of 8 decimals is pledged, at a fee of 2% a year: 23 units an hour, worth 2
/// cents. Anybody may take the fee, in each block, and each time it is at least a unit.
contract RoundedPledgeFeeAttack is Attack {
    uint256 private constant UNITS = 0.1e8;

    ICollateral private ledger;
    MockToken private coin;
    Actor private owner;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        ledger = ICollateral(address(venue));
        coin = new MockToken("Wrapped Bitcoin", "WBTC", 8);
        ledger.createCollateral(
            coin,
            new MockPriceSource(60_000e18),
            CollateralParams(200_000, 1e5, 2e5, 20_000, 1e12)
        );
        ledger.setCollateralLine(1, Money.wrap(200_000e9));
        owner = _honest("owner", 0);
        _mintAndPledge(owner, coin, 1, UNITS);
    }

    /// Bound: a unit a day, and a thousandth of what is owed.
    function test_takenInEachBlock_itIsNotMuchMore() public {
        for (uint256 i; i < 1_800; ++i) {
            skip(2);
            ledger.takePledgeFee(owner.id, 1);
        }
        uint256 owed = (UNITS * 20_000 * 1 hours) / (1_000_000 * uint256(365 days)) + 1;
        vm.assertLe(ledger.collateral(1).stock, owed);
        for (uint256 i; i < 30 * 24; ++i) {
            skip(1 hours);
            ledger.takePledgeFee(owner.id, 1);
        }
        owed = (UNITS * 20_000 * (30 days + 1 hours)) / (1_000_000 * uint256(365 days));
        uint256 taken = ledger.collateral(1).stock;
        vm.assertGe(taken, owed - owed / 20, "it is taken all the same");
        vm.assertLe(taken, owed + owed / 1_000 + 31);
    }
}
