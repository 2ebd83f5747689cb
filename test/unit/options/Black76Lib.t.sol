// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {TestBase} from "../../base/TestBase.sol";
import {Black76Lib} from "../../../contracts/options/Black76Lib.sol";
import {NormalLib} from "../../../contracts/options/NormalLib.sol";
import {MAX_MARK, MIN_MARK, NO_PRICE, Price} from "../../../contracts/types/Price.sol";

/// @title What no price of an option may break, at any forward, strike and deviation (INV-18)
contract Black76LibTest is TestBase {
    function testFuzz_putAndCallArePriced(uint256 f, uint256 k, uint256 w) public pure {
        (Price forward, Price strike) = (_mark(f), _mark(k));
        uint256 deviation = bound(w, 0, 1 << 100);
        Price call = Black76Lib.price(forward, strike, deviation, true);
        Price put = Black76Lib.price(forward, strike, deviation, false);
        vm.assertTrue(call - put == forward - strike, "parity");
        vm.assertTrue(call >= NO_PRICE && call >= forward - strike && call <= forward, "call out of bounds");
        vm.assertTrue(put >= NO_PRICE && put >= strike - forward && put <= strike, "put out of bounds");
    }

    function testFuzz_atTheMoneyIsSymmetric(uint256 f, uint256 w) public pure {
        Price forward = _mark(f);
        uint256 deviation = bound(w, 0, 1 << 100);
        vm.assertTrue(
            Black76Lib.price(forward, forward, deviation, true) == Black76Lib.price(forward, forward, deviation, false)
        );
    }

    function testFuzz_withoutTimeItIsWorthItsPayoff(uint256 f, uint256 k) public pure {
        (Price forward, Price strike) = (_mark(f), _mark(k));
        Price gain = forward > strike ? forward - strike : NO_PRICE;
        vm.assertTrue(Black76Lib.price(forward, strike, 0, true) == gain);
    }

    function test_tailOfNothingIsAHalf() public pure {
        vm.assertApproxEqRel(NormalLib.tail(0), NormalLib.ONE / 2, 1e5);
        vm.assertEq(NormalLib.lnRatio(7, 7), 0);
    }

    function _mark(uint256 seed) private pure returns (Price) {
        return Price.wrap(int256(bound(seed, uint256(Price.unwrap(MIN_MARK)), uint256(Price.unwrap(MAX_MARK)))));
    }
}
