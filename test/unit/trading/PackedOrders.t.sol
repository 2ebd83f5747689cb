// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {Order} from "../../../contracts/interfaces/Orders.sol";
import {Mode} from "../../../contracts/Ledger.sol";
import {Maker, PackedOrders} from "../../../contracts/trading/PackedOrders.sol";
import {MarketId} from "../../../contracts/types/MarketId.sol";
import {NO_NODE, NodeId} from "../../../contracts/types/NodeId.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {toSize} from "../../../contracts/types/Size.sol";
import {Actor, Fixture} from "../../base/Fixture.sol";
import {Fill, Match, Packing, SignedOrder, randomOrder} from "../../base/Packing.sol";

contract PackedOrdersHarness {
    function readOrder(
        bytes calldata batch,
        uint256 from,
        MarketId market
    ) external pure returns (Order memory order, address wallet, bytes memory signature, uint256 next) {
        order.market = market;
        (wallet, signature, next) = PackedOrders.readOrder(order, batch, from);
    }

    function readMaker(
        bytes calldata batch,
        uint256 from
    ) external pure returns (Maker memory maker, bytes memory signature, uint256 next) {
        (, signature, next) = PackedOrders.readMaker(maker, batch, from);
    }

    function readMatch(
        bytes calldata batch,
        uint256 from
    ) external pure returns (MarketId market, uint256 count, NodeId hint, uint256 next) {
        market = PackedOrders.readMarket(batch, from);
        (count, hint, next) = PackedOrders.readMatch(batch, from);
    }
}

/// @notice What is packed is read as it was, and whatever is not in the form is refused by name.
contract PackedOrdersTest is Fixture {
    uint256 internal constant MARK = 60_000e18;

    PackedOrdersHarness internal reader;
    Actor internal alice;
    Actor internal bob;
    Actor internal carol;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        reader = new PackedOrdersHarness();
        (alice, bob, carol) = (_actor("alice", 100_000), _actor("bob", 100_000), _actor("carol", 100_000));
    }

    // ------------------------------------------------------------------ reading

    function testFuzz_readOrder_readsWhatWasPacked(uint256 seed, address wallet, bytes calldata signature) public view {
        SignedOrder memory signed = SignedOrder(randomOrder(seed), wallet, signature);
        if (wallet == address(0)) signed.signature = abi.encodePacked(keccak256(signature), seed);
        bytes memory packed = Packing.pack(signed);
        // Something stands before it and behind it.
        bytes memory batch = abi.encodePacked(seed, packed, seed);
        (Order memory order, address its, bytes memory read, uint256 next) = reader.readOrder(
            batch,
            32,
            signed.order.market
        );
        vm.assertEq(keccak256(abi.encode(order)), keccak256(abi.encode(signed.order)));
        vm.assertEq(its, wallet);
        vm.assertEq(read, signed.signature);
        vm.assertEq(next, 32 + packed.length);
    }

    function testFuzz_readMaker_readsWhatWasPacked(uint256 seed, uint72 max, uint48 hint) public view {
        Fill memory fill = Fill(SignedOrder(randomOrder(seed), address(0), new bytes(64)), max, NodeId.wrap(hint));
        bytes memory packed = Packing.pack(fill);
        (Maker memory maker, , uint256 next) = reader.readMaker(packed, 0);
        fill.maker.order.market = MarketId.wrap(0); // that of the match
        vm.assertEq(keccak256(abi.encode(maker.order)), keccak256(abi.encode(fill.maker.order)));
        vm.assertTrue(maker.max == toSize(max) && maker.hint == NodeId.wrap(hint));
        vm.assertEq(next, packed.length);
    }

    function testFuzz_readMatch_readsWhatWasPacked(uint32 market, uint8 count, uint48 hint) public view {
        bytes memory packed = abi.encodePacked(hex"77", market, count, hint);
        (MarketId its, uint256 makers, NodeId node, uint256 next) = reader.readMatch(packed, 1);
        vm.assertTrue(its == MarketId.wrap(market) && node == NodeId.wrap(hint));
        vm.assertEq(makers, count);
        vm.assertEq(next, packed.length);
    }

    /// Of the fields an order may have or not, each is there or not there.
    function test_readOrder_refusesASecondFormOfTheSameOrder() public {
        Order memory order = _order(alice, btc, 1e9, MARK, true);
        order.matcher = address(7);
        bytes memory packed = Packing.pack(SignedOrder(order, address(0), new bytes(64)));
        for (uint256 i; i < 20; ++i) packed[61 + i] = 0;
        _unreadable(packed, 61); // nobody as the matcher
        order.matcher = address(0);
        order.trigger = Price.wrap(7);
        packed = Packing.pack(SignedOrder(order, address(0), new bytes(64)));
        packed[71] = 0;
        _unreadable(packed, 61); // a trigger of zero
        order.trigger = Price.wrap(0);
        order.triggerAbove = true;
        _unreadable(Packing.pack(SignedOrder(order, address(0), new bytes(64))), 61); // above nothing
        order.triggerAbove = false;
        packed = Packing.pack(SignedOrder(order, address(0), new bytes(64)));
        packed[60] |= bytes1(uint8(6));
        _unreadable(packed, 0); // a use that there is not
        packed = Packing.pack(SignedOrder(order, address(7), ""));
        (, address wallet, bytes memory signature, ) = reader.readOrder(packed, 0, btc);
        vm.assertEq(wallet, address(7));
        vm.assertEq(signature, "", "a wallet's signature may be empty");
        packed[80] = 0;
        _unreadable(packed, 61); // a wallet that is nobody
    }

    // ------------------------------------------------------------------ whole batches

    function test_settle_refusesABatchThatIsCutShort_anywhere() public {
        bytes memory batch = _batch();
        for (uint256 length; length < batch.length; ++length) {
            bytes memory cut = _cut(batch, length);
            if (length == 1) vm.expectRevert(ITrading.EmptyBatch.selector);
            else vm.expectPartialRevert(ITrading.MalformedBatch.selector);
            venue.settle(cut);
        }
        venue.settle(batch);
        vm.assertEq(_size(alice.id, btc), 2e9, "whole it is good");
    }

    /// What stands behind the batch in the call's data is not read as part of it.
    function test_settle_isCutShortByItsLength_whateverStandsBehind() public {
        bytes memory batch = _batch();
        bytes memory call = abi.encodeCall(venue.settle, (batch));
        for (uint256 less = 1; less < 70; ++less) {
            bytes memory lying = bytes.concat(_cut(call, 36), bytes32(batch.length - less), _from(call, 68));
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, bytes memory why) = address(venue).call(lying);
            vm.assertFalse(ok, "a batch without its end was taken");
            vm.assertEq(bytes32(bytes4(why)), bytes32(ITrading.MalformedBatch.selector));
        }
    }

    function test_settle_refusesBytesBehindTheBatch() public {
        bytes memory batch = _batch();
        for (uint256 more = 1; more < 200; more += 9) {
            vm.expectPartialRevert(more < 11 ? ITrading.MalformedBatch.selector : ITrading.WrongGroup.selector);
            venue.settle(bytes.concat(batch, new bytes(more)));
        }
    }

    function test_settle_refusesACountOfMakersThatLies() public {
        bytes memory batch = _batch();
        for (uint256 count; count < 6; ++count) {
            batch[5] = bytes1(uint8(count));
            if (count == 2) continue;
            // Of one, the next is read as a match, of the market that its first bytes make.
            if (count == 0) vm.expectRevert(ITrading.NothingFilled.selector);
            else if (count == 1) vm.expectPartialRevert(ITrading.WrongGroup.selector);
            else vm.expectPartialRevert(ITrading.MalformedBatch.selector);
            venue.settle(batch);
        }
    }

    function test_settle_refusesAnUnknownStrictness() public {
        bytes memory batch = _batch();
        batch[0] = 0x02;
        vm.expectRevert(abi.encodeWithSelector(ITrading.MalformedBatch.selector, 0));
        venue.settle(batch);
    }

    function test_fillOrder_and_liquidate_refuseMalformedMakers() public {
        bytes memory one = _pack(_makerFill(bob, btc, -1e9, MARK)[0]);
        vm.startPrank(alice.owner);
        for (uint256 length; length < one.length; ++length) {
            bytes memory cut = _cut(one, length);
            vm.expectPartialRevert(ITrading.MalformedBatch.selector);
            venue.fillOrder(btc, 0, cut, NO_NODE, 400, type(uint40).max);
        }
        vm.expectRevert(abi.encodeWithSelector(ITrading.MalformedBatch.selector, one.length));
        venue.fillOrder(btc, 0, bytes.concat(one, hex"00"), NO_NODE, 400, type(uint40).max);
        vm.stopPrank();

        _trade(alice, bob, btc, 30e9, MARK);
        _settleAnchors(solo);
        _creep(btc, 58_000e18);
        bytes memory many = _pack(_makerFill(carol, btc, 3e9, 57_950e18));
        for (uint256 length; length < many.length; ++length) {
            bytes memory cut = _cut(many, length);
            vm.expectPartialRevert(ITrading.MalformedBatch.selector);
            venue.liquidate(alice.id, btc, 0, cut);
        }
        vm.expectRevert(abi.encodeWithSelector(ITrading.MalformedBatch.selector, many.length));
        venue.liquidate(alice.id, btc, 0, bytes.concat(many, hex"00"));
        venue.liquidate(alice.id, btc, 0, many);
        vm.assertLt(_size(alice.id, btc), 30e9);
    }

    // ------------------------------------------------------------------ random bytes

    function testFuzz_settle_ofRandomBytes_revertsByName(bytes calldata batch) public {
        _isHarmless(batch);
    }

    /// Bytes of a good batch are replaced: it is refused by name, passes over what nobody signed, or does what was
    /// signed.
    function testFuzz_settle_ofAChangedBatch_doesNothingUnsigned(uint256 seed, uint8 count, bool strict) public {
        bytes memory batch = _batch();
        batch[0] = bytes1(uint8(strict ? 1 : 0));
        for (uint256 i; i < 1 + (count % 4); ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            batch[(random >> 8) % batch.length] = bytes1(uint8(random));
        }
        _isHarmless(batch);
    }

    /// @dev Bytes are left out, put in, or moved.
    function testFuzz_settle_ofAShiftedBatch_doesNothingUnsigned(
        uint256 place,
        uint256 length,
        bytes calldata put
    ) public {
        bytes memory batch = _batch();
        place = bound(place, 0, batch.length);
        length = bound(length, 0, batch.length - place);
        _isHarmless(bytes.concat(_cut(batch, place), put, _from(batch, place + length)));
    }

    function _isHarmless(bytes memory batch) private {
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory why) = address(venue).call(abi.encodeCall(venue.settle, (batch)));
        if (!ok) {
            vm.assertGe(why.length, 4, "no name");
            vm.assertNotEq(bytes32(bytes4(why)), bytes32(bytes4(0x4e487b71)), "a panic");
        }
        (int256 a, int256 b, int256 c) = (_size(alice.id, btc), _size(bob.id, btc), _size(carol.id, btc));
        vm.assertTrue(a >= 0 && a <= 2e9, "more than was signed");
        vm.assertTrue(b <= 0 && b >= -1e9 && c <= 0 && c >= -1e9, "more than the makers signed");
        vm.assertEq(a + b + c, 0, "INV-2");
        vm.assertGe(_cash(alice.id) + _cash(bob.id) + _cash(carol.id), 300_000e9 - 120e9, "more than the fees");
    }

    // ------------------------------------------------------------------ inside

    /// @dev Alice buys 2 of bob and carol, 1 of each.
    function _batch() private returns (bytes memory) {
        Match[] memory m = _match(alice, bob, btc, 2e9, MARK);
        m[0].fills = new Fill[](2);
        m[0].fills[0] = _makerFill(bob, btc, -1e9, MARK)[0];
        m[0].fills[1] = _makerFill(carol, btc, -1e9, MARK)[0];
        return _pack(m, true);
    }

    function _unreadable(bytes memory packed, uint256 position) private {
        vm.expectRevert(abi.encodeWithSelector(ITrading.MalformedBatch.selector, position));
        reader.readOrder(packed, 0, btc);
    }

    function _cut(bytes memory all, uint256 length) private pure returns (bytes memory cut) {
        cut = new bytes(length);
        for (uint256 i; i < length; ++i) cut[i] = all[i];
    }

    function _from(bytes memory all, uint256 start) private pure returns (bytes memory rest) {
        rest = new bytes(all.length - start);
        for (uint256 i; i < rest.length; ++i) rest[i] = all[start + i];
    }
}
