// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Frame} from "../../../contracts/Ledger.sol";
import {FrameLib} from "../../../contracts/position/FrameLib.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {TestBase} from "../../base/TestBase.sol";

contract FrameLibTest is TestBase {
    using FrameLib for Frame;

    function testFuzz_tearUp_leavesExactlyTheRestOfTheSize(uint256 shares, uint256 first, uint256 second) public pure {
        shares = bound(shares, 1, (1 << 95) - 1);
        Frame memory frame = _new();
        uint256 size = bound(first, 0, shares);
        frame = frame.tearUp(shares, size, Price.wrap(1e18), true);
        vm.assertEq(frame.sizeDown(shares), shares - size);
        uint256 more = bound(second, 0, shares - size);
        Frame memory again = frame.tearUp(shares, more, Price.wrap(2e18), true);
        vm.assertEq(again.sizeDown(shares), shares - size - more);
        vm.assertLe(uint256(again.remaining), frame.remaining, "A never grows");
    }

    function testFuzz_tearUp_conservesValueAtItsPrice_toRoundingAgainstTheHolder(
        uint256 shares,
        uint256 part,
        uint256 torn,
        int256 tilde,
        bool isLong
    ) public pure {
        shares = bound(shares, 1, 1 << 80);
        int256 own = int256(bound(part, 1, shares));
        tilde = bound(tilde, -1e24, 1e24);
        Frame memory frame = _new();
        int256 signed = isLong ? own : -own;
        int256 before = Money.unwrap(frame.grossDown(signed, Price.wrap(tilde)));
        Frame memory after_ = frame.tearUp(shares, bound(torn, 0, shares), Price.wrap(tilde), isLong);
        int256 later = Money.unwrap(after_.grossDown(signed, Price.wrap(tilde)));
        vm.assertLe(later, before, "never in the holder's favour");
        // K is rounded by less than one price unit per share.
        vm.assertGe(later, before - 1 - own / 1e18 - 1, "and by no more than rounding");
    }

    function testFuzz_gross_ordersByTheSameShare(uint256 sharesA, uint256 sharesB, int256 tilde) public pure {
        int256 a = int256(bound(sharesA, 1, 1 << 80));
        int256 b = int256(bound(sharesB, 1, 1 << 80));
        tilde = bound(tilde, -1e24, 1e24);
        Frame memory frame = _new().tearUp(1 << 81, 1 << 79, Price.wrap(5e17), true);
        int256 apart =
            Money.unwrap(frame.grossDown(a, Price.wrap(tilde))) + Money.unwrap(frame.grossDown(b, Price.wrap(tilde)));
        int256 together = Money.unwrap(frame.grossDown(a + b, Price.wrap(tilde)));
        vm.assertLe(apart, together, "floors of parts never exceed the floor of the whole");
        vm.assertGe(apart + 1, together, "by at most one unit");
    }

    function testFuzz_grossUp_isTheCeilingOfGrossDown(uint256 shares, int256 tilde, bool isLong) public pure {
        int256 s = int256(bound(shares, 1, 1 << 80));
        if (!isLong) s = -s;
        tilde = bound(tilde, -1e24, 1e24);
        int256 down = Money.unwrap(_new().grossDown(s, Price.wrap(tilde)));
        int256 up = Money.unwrap(_new().grossUp(s, Price.wrap(tilde)));
        vm.assertEq(up - down, (s * tilde) % 1e18 == 0 ? int256(0) : int256(1));
    }

    function testFuzz_sharesDown_inverts_toOneUnit(uint256 size, uint256 torn) public pure {
        Frame memory frame = _new().tearUp(1 << 80, bound(torn, 0, (1 << 80) - (1 << 71)), Price.wrap(1e18), true);
        size = bound(size, 1, 1 << 72);
        uint256 back = frame.sizeDown(frame.sharesDown(size));
        vm.assertLe(back, size);
        vm.assertGe(back + 1, size);
    }

    function _new() private pure returns (Frame memory frame) {
        frame.remaining = FrameLib.ONE;
    }
}
