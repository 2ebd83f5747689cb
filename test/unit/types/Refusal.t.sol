// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../../contracts/types/MarketId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {arg, refusal, revertWith} from "../../../contracts/types/Refusal.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {TestBase} from "../../base/TestBase.sol";

contract RefusalTest is TestBase {
    error Why(uint256 a, uint256 b);

    function fail(uint256 a, uint256 b) external pure {
        revertWith(refusal(Why.selector, a, b));
    }

    function testFuzz_refusal_isWhatTheCompilerEncodes(bytes4 selector, uint256 a, uint256 b, uint256 c) public pure {
        vm.assertEq(refusal(selector), abi.encodeWithSelector(selector));
        vm.assertEq(refusal(selector, a), abi.encodeWithSelector(selector, a));
        vm.assertEq(refusal(selector, a, b), abi.encodeWithSelector(selector, a, b));
        vm.assertEq(refusal(selector, a, b, c), abi.encodeWithSelector(selector, a, b, c));
    }

    function testFuzz_refusal_writesOverNothingElse(bytes4 selector, uint256 a) public pure {
        bytes memory first = refusal(selector, a);
        bytes memory second = refusal(~selector);
        vm.assertEq(first, abi.encodeWithSelector(selector, a));
        vm.assertEq(second, abi.encodeWithSelector(~selector));
    }

    function testFuzz_arg_isTheWordThatTheTypeIsEncodedAs(
        AccountId account,
        uint32 id,
        int256 signed,
        address owner
    ) public pure {
        _assertWord(arg(account), abi.encode(account));
        _assertWord(arg(GroupId.wrap(id)), abi.encode(GroupId.wrap(id)));
        _assertWord(arg(MarketId.wrap(id)), abi.encode(MarketId.wrap(id)));
        _assertWord(arg(Money.wrap(signed)), abi.encode(signed));
        _assertWord(arg(Price.wrap(signed)), abi.encode(signed));
        _assertWord(arg(Size.wrap(signed)), abi.encode(signed));
        _assertWord(arg(owner), abi.encode(owner));
    }

    function testFuzz_revertWith_revertsAsTheErrorDoes(uint256 a, uint256 b) public {
        vm.expectRevert(abi.encodeWithSelector(Why.selector, a, b));
        this.fail(a, b);
    }

    function _assertWord(uint256 word, bytes memory encoded) private pure {
        vm.assertEq(abi.encode(word), encoded);
    }
}
