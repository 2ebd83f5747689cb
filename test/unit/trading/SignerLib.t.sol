// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ledger} from "../../../contracts/Ledger.sol";
import {SignerLib} from "../../../contracts/trading/SignerLib.sol";
import {TestBase} from "../../base/TestBase.sol";

/// @title Two addresses share a slot for what they list of each other, and neither changes the other's listing
contract SignerLibTest is TestBase {
    Ledger internal _ledger;

    function testFuzz_list_isOneWay(address one, address other, uint128 there, uint128 back) public {
        vm.assume(one != other);
        vm.assertFalse(SignerLib.known(_ledger, one, other));
        vm.assertEq(SignerLib.list(_ledger, one, other, there), there);
        vm.assertEq(SignerLib.expiryOf(_ledger, one, other), there);
        vm.assertEq(SignerLib.expiryOf(_ledger, other, one), 0);
        vm.assertEq(SignerLib.known(_ledger, one, other), there != 0);
        vm.assertEq(SignerLib.known(_ledger, other, one), there != 0);

        vm.assertEq(SignerLib.list(_ledger, other, one, back), back);
        vm.assertEq(SignerLib.expiryOf(_ledger, one, other), there);
        vm.assertEq(SignerLib.expiryOf(_ledger, other, one), back);
    }

    function testFuzz_list_leavesOtherPairsAlone(address one, address other, address third) public {
        vm.assume(one != other && other != third && one != third);
        SignerLib.list(_ledger, one, other, 7);
        vm.assertFalse(SignerLib.known(_ledger, one, third));
        vm.assertFalse(SignerLib.known(_ledger, third, other));
        vm.assertEq(SignerLib.expiryOf(_ledger, third, other), 0);
    }

    function testFuzz_list_ofARevocationLeavesATrace(address one, address other, uint128 expiry) public {
        vm.assume(one != other && expiry != 0);
        vm.assertEq(SignerLib.list(_ledger, one, other, 0), 0, "nothing to revoke");
        SignerLib.list(_ledger, one, other, expiry);
        vm.assertEq(SignerLib.list(_ledger, one, other, 0), 1);
        vm.assertTrue(SignerLib.known(_ledger, other, one));
    }

    function testFuzz_list_beyondItsFieldIsForEver(address one, address other, uint256 expiry) public {
        vm.assume(one != other && expiry > type(uint128).max);
        vm.assertEq(SignerLib.list(_ledger, one, other, expiry), type(uint128).max);
        vm.assertEq(SignerLib.expiryOf(_ledger, one, other), type(uint128).max);
    }
}
