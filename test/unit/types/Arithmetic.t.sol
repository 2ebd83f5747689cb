// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    mulDivDown,
    mulDivUp,
    notionalUp,
    proportionDown,
    shareDown,
    shareUp,
    sizeDown,
    sizeUp,
    valueDown,
    valueUp
} from "../../../contracts/types/Arithmetic.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {TestBase} from "../../base/TestBase.sol";

contract ArithmeticTest is TestBase {
    function testFuzz_mulDivDown_isTheFloor(int128 a, int128 b, uint256 d) public pure {
        int256 whole = int256(bound(d, 1, type(uint128).max));
        int256 q = mulDivDown(a, b, uint256(whole));
        int256 product = int256(a) * int256(b);
        vm.assertLe(q, product >= 0 ? product / whole : (product + 1) / whole, "not above");
        // q <= a*b/d < q + 1, as far as it can be said without overflow.
        if (_abs(q) < 2 ** 120) {
            vm.assertLe(q * whole, product);
            vm.assertGt((q + 1) * whole, product);
        }
    }

    function testFuzz_mulDivUp_mirrorsMulDivDown(int128 a, int128 b, uint256 d) public pure {
        d = bound(d, 1, type(uint128).max);
        int256 down = mulDivDown(a, b, d);
        int256 up = mulDivUp(a, b, d);
        vm.assertEq(up - down, (int256(a) * int256(b)) % int256(d) == 0 ? int256(0) : int256(1));
    }

    function testFuzz_value_roundsToTheNamedSide(int256 size, int256 price) public pure {
        size = bound(size, -int256(2 ** 95), int256(2 ** 95));
        price = bound(price, -int256(2 ** 95), int256(2 ** 95));
        int256 down = Money.unwrap(valueDown(Size.wrap(size), Price.wrap(price)));
        int256 up = Money.unwrap(valueUp(Size.wrap(size), Price.wrap(price)));
        vm.assertLe(down * 1e18, size * price);
        vm.assertGt((down + 1) * 1e18, size * price);
        vm.assertEq(up - down, (size * price) % 1e18 == 0 ? int256(0) : int256(1));
    }

    function testFuzz_notionalUp_hasNoSign(int256 size, uint256 mark) public pure {
        size = bound(size, -int256(2 ** 72), int256(2 ** 72));
        Price price = Price.wrap(int256(bound(mark, 1e6, 1e24)));
        int256 notional = Money.unwrap(notionalUp(Size.wrap(size), price));
        vm.assertEq(notional, Money.unwrap(notionalUp(Size.wrap(-size), price)));
        vm.assertGe(notional, 0);
    }

    function testFuzz_sizeUp_isTheLeastSizeWithThatNotional(uint256 amount, uint256 mark) public pure {
        Money money = Money.wrap(int256(bound(amount, 0, 1e25)));
        Price price = Price.wrap(int256(bound(mark, 1e6, 1e24)));
        int256 up = Size.unwrap(sizeUp(money, price));
        int256 down = Size.unwrap(sizeDown(money, price));
        vm.assertGe(up * Price.unwrap(price), Money.unwrap(money) * 1e18);
        vm.assertLe(down * Price.unwrap(price), Money.unwrap(money) * 1e18);
        vm.assertLe(up - down, 1);
    }

    function testFuzz_share_roundsToTheNamedSide(int128 amount, uint24 rate) public pure {
        int256 up = Money.unwrap(shareUp(Money.wrap(amount), rate));
        int256 down = Money.unwrap(shareDown(Money.wrap(amount), rate));
        vm.assertLe(down * 1e6, int256(amount) * int256(uint256(rate)));
        vm.assertGe(up * 1e6, int256(amount) * int256(uint256(rate)));
        vm.assertLe(up - down, 1);
    }

    function testFuzz_proportionDown_ofTheWholeIsTheWhole(int128 amount, uint72 whole) public pure {
        vm.assume(whole > 0);
        Size size = Size.wrap(int256(uint256(whole)));
        vm.assertEq(Money.unwrap(proportionDown(Money.wrap(amount), size, size)), amount);
    }

    function _abs(int256 x) private pure returns (uint256) {
        return x < 0 ? uint256(-x) : uint256(x);
    }
}
