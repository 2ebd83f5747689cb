// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CollateralParams} from "../../contracts/Ledger.sol";
import {Actor} from "../base/Fixture.sol";
import {Pledges} from "../base/Pledges.sol";

/// @notice A fee of 5% a year goes on in a lock. Whoever is above zero by less than it when the lock begins must not
/// default by waiting, nor by anybody's call.
contract LockedPledgeFeeTest is Pledges {
    Actor private alice;

    function setUp() public {
        _build();
        CollateralParams memory p = _params();
        p.feeRate = 50_000;
        house.setCollateralParams(WETH, p);
        alice = _pledger("alice", 10 * ETHER, 100);
        _trade(alice, maker, btc, 2e9, 60_000e18);
        _settleAnchors(solo);
        // A jump that takes all but a hundred-millionth of what is there.
        int256 all = _equity(alice.id) + _committed(alice.id) - _counted(alice.id);
        _setPrice(btc, 60_000e18 - (uint256(all - 10) * 1e9) / 2);
        venue.poke(solo);
    }

    function test_theFee_makesNoDefault_howeverLateSomebodyAbsorbs() public {
        skip(_venueParams().lockDelay - 1);
        _absorb(alice.id);
        _requireSound();
    }

    function test_norDoesItsTaking() public {
        skip(_venueParams().lockDelay / 2);
        house.takePledgeFee(alice.id, WETH);
        skip(_venueParams().lockDelay / 4);
        house.takePledgeFee(alice.id, WETH);
        _absorb(alice.id);
        _requireSound();
    }

    function test_theFee_isOwedAfterTheLock() public {
        uint256 before = _pledged(alice.id);
        skip(_venueParams().lockDelay / 2);
        house.takePledgeFee(alice.id, WETH);
        vm.assertEq(_ether().stock, 10 * ETHER - before, "until the lock");
        vm.assertLt(_pledged(alice.id), before, "and goes on from there");
    }

    function _requireSound() private {
        vm.assertEq(uint256(_group(solo).absorbed), 0, "a default made by the fee");
        vm.assertGe(_cash(alice.id), 0);
        _requireWhole();
    }
}
