// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Frame} from "../../contracts/Ledger.sol";
import {FrameLib} from "../../contracts/position/FrameLib.sol";
import {Price} from "../../contracts/types/Price.sol";
import {TestBase} from "../base/TestBase.sol";

/// @notice What one would like to say and the proofs refute: the counterexamples, on the real code. See
/// docs/assurance.md.
contract CounterexamplesTest is TestBase {
    /// @dev |K| <= max |m~| but for a unit a tear-up: proceeds of longs are rounded down and of shorts up.
    function test_tearUp_mayTakeKBeyondTheLargestMarkByAUnitEach() public pure {
        Frame memory frame;
        frame.remaining = FrameLib.ONE;
        frame = FrameLib.tearUp(frame, 2, 1, Price.wrap(-1), true);
        frame = FrameLib.tearUp(frame, 2, 1, Price.wrap(-1), true);
        vm.assertEq(int256(frame.proceeds), -2);
    }
}
