// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Party, TradeLib} from "../../../contracts/position/TradeLib.sol";
import {Maker, PackedOrders} from "../../../contracts/trading/PackedOrders.sol";
import {MatchLib, Taking} from "../../../contracts/trading/MatchLib.sol";
import {Quote} from "../../../contracts/prices/MarkLib.sol";
import {MarketId} from "../../../contracts/types/MarketId.sol";
import {TestBase} from "../../base/TestBase.sol";

/// @title Memory that is taken at once is what the language's own would be
contract PartiesTest is TestBase {
    function test_parties_areEmptyAndLieApart() public pure {
        _dirty();
        Party[] memory list = TradeLib.parties(3);
        Party[] memory same = new Party[](3);
        vm.assertEq(keccak256(abi.encode(list)), keccak256(abi.encode(same)), "empty");
        for (uint256 i; i < 3; ++i) _fill(list[i], i * 100);
        for (uint256 i; i < 3; ++i) _fill(same[i], i * 100);
        vm.assertEq(keccak256(abi.encode(list)), keccak256(abi.encode(same)), "apart");
    }

    function test_room_ofMakersIsEmptyAndLiesApart() public pure {
        _dirty();
        Maker[] memory list = PackedOrders.room(2);
        Maker[] memory same = new Maker[](2);
        vm.assertEq(keccak256(abi.encode(list)), keccak256(abi.encode(same)), "empty");
        for (uint256 i; i < 2; ++i) (list[i].order.salt, list[i].order.triggerAbove) = (uint64(i + 1), true);
        for (uint256 i; i < 2; ++i) (same[i].order.salt, same[i].order.triggerAbove) = (uint64(i + 1), true);
        vm.assertEq(keccak256(abi.encode(list)), keccak256(abi.encode(same)), "apart");
    }

    function test_taking_isEmptyButForWhatItIsGiven() public view {
        _dirty();
        Quote[] memory quotes = new Quote[](1);
        Taking memory t = MatchLib.taking(quotes, bytes32(uint256(7)), MarketId.wrap(4), true)[0];
        uint256[] memory after_ = new uint256[](1);
        vm.assertTrue(t.strict && !t.losersOnly && t.gate == address(0) && !t.buys);
        vm.assertEq(
            abi.encode(t.left, t.interest, t.interestBefore, t.fees, t.notional, t.premium, t.limit, t.salt, t.filled),
            new bytes(288)
        );
        _fill(t.taker, 0);
        _fill(t.maker, 100);
        _fill(t.before, 200);
        vm.assertEq(t.domain, bytes32(uint256(7)), "domain");
        vm.assertEq(after_[0], 0, "what follows");
        vm.assertTrue(t.strict && !t.losersOnly, "flags");
    }

    /// @dev A different number in every member.
    function _fill(Party memory party, uint256 from) private pure {
        assembly ("memory-safe") {
            let at := party
            mstore(at, add(from, 1))
            mstore(add(at, 32), add(from, 2))
            for {
                let i := 0
            } lt(i, 5) {
                i := add(i, 1)
            } {
                mstore(add(mload(add(at, 64)), mul(i, 32)), add(from, add(i, 3)))
                mstore(add(mload(add(at, 96)), mul(i, 32)), add(from, add(i, 8)))
            }
            for {
                let i := 0
            } lt(i, 6) {
                i := add(i, 1)
            } {
                mstore(add(mload(add(at, 128)), mul(i, 32)), add(from, add(i, 13)))
            }
            mstore(add(mload(add(at, 128)), 192), 1)
            mstore(add(at, 160), add(from, 20))
            mstore(add(at, 192), 1)
        }
    }

    /// @dev Leaves what is not zero where memory is taken next.
    function _dirty() private pure {
        assembly ("memory-safe") {
            let at := mload(0x40)
            for {
                let i := 0
            } lt(i, 200) {
                i := add(i, 1)
            } {
                mstore(add(at, mul(i, 32)), not(0))
            }
        }
    }
}
