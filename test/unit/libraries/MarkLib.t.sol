// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Market} from "../../../contracts/Ledger.sol";
import {MarkLib} from "../../../contracts/libraries/MarkLib.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {TestBase} from "../../base/TestBase.sol";

contract MarkLibTest is TestBase {
    Market internal market;

    /// The funding that accrued since a mark was recorded may carry it out of what a mark can be.
    function test_lastMark_staysAPossibleMark() public {
        market.fundingTime = uint32(block.timestamp);
        market.candidate = 1e24;
        vm.assertEq(_lastMark(), 1e24);
        market.funding = 1;
        vm.assertEq(_lastMark(), 1e24, "at most 1,000,000");
        market.funding = -1;
        vm.assertEq(_lastMark(), 1e24 - 1);
        market.candidate = 1e6 + 1;
        vm.assertEq(_lastMark(), 1e6);
        market.funding = -2;
        vm.assertEq(_lastMark(), 1e6, "at least 1e-12");
    }

    function _lastMark() private view returns (int256) {
        return Price.unwrap(MarkLib.lastMark(market));
    }
}
