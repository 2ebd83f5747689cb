// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Frame} from "../../contracts/Ledger.sol";
import {FrameLib} from "../../contracts/libraries/FrameLib.sol";
import {Price} from "../../contracts/types/Price.sol";
import {TestBase} from "../base/TestBase.sol";

/// @notice What docs/design.md says and the proofs refute. The test FAILS, which is what it is for; see docs/proofs.md. The file's name keeps
/// `npm test` from running it. To see it: node scripts/forge.mjs default test --match-path test/proofs/Counterexamples.sol
contract Counterexamples is TestBase {
    /// @dev Section 2: "|K| <= max |m~|". Proceeds of longs are rounded down and of shorts up, by up to a unit a tear-up.
    function test_tearUp_keepsKWithinTheLargestMark() public pure {
        Frame memory frame;
        frame.remaining = FrameLib.ONE;
        frame = FrameLib.tearUp(frame, 2, 1, Price.wrap(-1), true);
        frame = FrameLib.tearUp(frame, 2, 1, Price.wrap(-1), true);
        vm.assertGe(int256(frame.proceeds), -1);
    }
}
