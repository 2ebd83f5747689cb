// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Order, Use} from "../../contracts/interfaces/Orders.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Actor} from "../base/Fixture.sol";
import {Fill, Match, Packing, SignedOrder} from "../base/Packing.sol";
import {Attack} from "./Attack.sol";

/// @title A packed order that reads otherwise than it was signed; triggers at the edge; one order in two uses
/// @custom:source Calldata read outside of its length: 1inch settlement, March 2025 (a length in packed bytes that the
/// attacker chose); ABI decoders that ignore dirty bits
/// @notice The attacker submits the batch, so that its bytes are his. All that he has of the victim is one signature.
/// Bound: what is signed is hashed from the very words that are used, so that no byte has two meanings.
contract PackedOrdersAttack is Attack {
    uint256 internal constant MARK = 60_000e18;
    /// @dev Where an order's members stand in its packed form, and how long they are.
    uint256 internal constant MEMBERS = 61;

    Actor internal victim;
    Actor internal attacker;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        (attacker, victim) = (_attacker("attacker", 500_000), _honest("victim", 500_000));
        _begin();
    }

    /// Each bit of the victim's order is turned over, its flags among them: buys instead of sells, another use, no
    /// reduce-only, no matcher, no trigger. None is the order that he signed.
    function test_eachBitOfAnOrder_isSigned() public {
        Order memory order = _order(victim, btc, -1e9, MARK, false);
        (order.matcher, order.trigger) = (address(this), Price.wrap(int256(MARK)));
        Fill memory fill = Fill(_sign(victim, order), 1e9, NO_NODE);
        bytes memory maker = _pack(fill);
        bytes memory batch = _batchOf(maker);
        uint256 first = batch.length - maker.length + 15; // behind max and hint
        uint256 last = batch.length - 64; // before the signature
        vm.assertEq(last - first, MEMBERS + 20 + 11);
        for (uint256 i = first * 8; i < last * 8; ++i) {
            bytes memory other = bytes.concat(batch);
            other[i / 8] = bytes1(uint8(other[i / 8]) ^ uint8(1 << (i % 8)));
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, ) = address(venue).call(abi.encodeCall(venue.settle, (other)));
            vm.assertFalse(ok, "an order that was not signed");
        }
        _nothingGained("bits of a packed order turned over");
        venue.settle(batch);
        vm.assertEq(_size(victim.id, btc), -1e9, "the signed one is good: else this test says nothing");
    }

    /// The bytes of a wallet's signature are as long as the submitter says: he cannot make the rest of the batch a part
    /// of it, or leave some of it out, but with a signature that the wallet does not know.
    function test_lengthOfASignature_endsWithinTheBatch() public {
        SignedOrder memory signed = _sign(victim, _order(victim, btc, -1e9, MARK, false));
        signed.wallet = victim.owner;
        bytes memory batch = _batchOf(_pack(Fill(signed, 1e9, NO_NODE)));
        uint256 place = batch.length - 65 - 2;
        for (uint256 length; length < 300; ++length) {
            (batch[place], batch[place + 1]) = (bytes1(uint8(length >> 8)), bytes1(uint8(length)));
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, bytes memory why) = address(venue).call(abi.encodeCall(venue.settle, (batch)));
            vm.assertFalse(ok, "an order that no wallet signed");
            bytes4 expected = length == 65 ? ITrading.BadSignature.selector : ITrading.MalformedBatch.selector;
            if (length >= 65) vm.assertEq(bytes32(bytes4(why)), bytes32(expected));
        }
        _nothingGained("length of a packed signature");
    }

    /// Padding behind the batch, inside the call's data, is no part of it; a call's data that says too great a length
    /// is refused before anything is read.
    function test_dirtyPadding_isNotRead() public {
        bytes memory batch = _batchOf(_pack(_makerFill(victim, btc, -1e9, MARK)[0]));
        bytes memory call = abi.encodeCall(venue.settle, (batch));
        for (uint256 i = 68 + batch.length; i < call.length; ++i) call[i] = 0xff;
        bytes memory more = bytes.concat(call, _batchOf(_pack(_makerFill(victim, btc, -5e9, MARK)[0])));
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, ) = address(venue).call(more);
        vm.assertTrue(ok);
        vm.assertEq(_size(victim.id, btc), -1e9, "what stands behind the batch was filled, too");
        for (uint256 i = 36; i < 68; ++i) more[i] = 0xff;
        // solhint-disable-next-line avoid-low-level-calls
        (ok, ) = address(venue).call(more);
        vm.assertFalse(ok, "a length beyond the call's data");
    }

    /// The same order twice in a match, in two matches of a batch, and in another batch: it is filled once in all.
    function test_sameOrderTwice_isFilledOnce() public {
        Order memory order = _order(victim, btc, -1e9, MARK, false);
        order.use = Use.EITHER;
        Fill memory fill = Fill(_sign(victim, order), 0, NO_NODE);
        Match[] memory m = new Match[](2);
        for (uint256 i; i < 2; ++i) {
            m[i].taker = _sign(attacker, _order(attacker, btc, 5e9, MARK, true));
            m[i].fills = new Fill[](3);
            for (uint256 k; k < 3; ++k) m[i].fills[k] = fill;
        }
        venue.settle(_pack(m, false));
        vm.assertEq(_size(victim.id, btc), -1e9, "more than he signed");
        m[0].taker = _sign(attacker, _order(attacker, btc, 5e9, MARK, true));
        venue.settle(_pack(m, false));
        vm.assertEq(_size(victim.id, btc), -1e9, "more than he signed");
    }

    /// An order of either use, as the taker of one match and as a maker of others in the same batch, and as a maker
    /// against itself: never more than its size, and never with itself.
    function test_eitherUse_inBothUsesOfABatch_isFilledOnce() public {
        Order memory order = _order(victim, btc, -2e9, MARK, false);
        order.use = Use.EITHER;
        SignedOrder memory signed = _sign(victim, order);
        Match[] memory m = new Match[](3);
        for (uint256 i; i < 3; ++i) {
            m[i].taker = i == 1 ? signed : _sign(attacker, _order(attacker, btc, 1.5e9, MARK, true));
            m[i].fills = new Fill[](2);
            m[i].fills[0] = i == 1 ? _makerFill(attacker, btc, 1.5e9, MARK)[0] : Fill(signed, 0, NO_NODE);
            m[i].fills[1] = Fill(signed, 0, NO_NODE);
        }
        venue.settle(_pack(m, false));
        vm.assertEq(_size(victim.id, btc), -2e9, "not its size");
        vm.assertEq(_size(attacker.id, btc), 2e9);
    }

    /// Stop-loss: the victim sells when the mark is at 59,400 or below. The attacker submits it a unit above, in every
    /// use and by every way, and with a mark that has been there and is back: never.
    function test_trigger_isHeldAgainstTheMarkOfTheFill() public {
        Order memory order = _order(victim, btc, -1e9, 59_000e18, false);
        (order.use, order.trigger) = (Use.EITHER, Price.wrap(59_400e18));
        SignedOrder memory signed = _sign(victim, order);
        _setPrice(btc, 59_400e18); // it has been there
        _setPrice(btc, 59_400e18 + 1);
        bytes memory early = abi.encodeWithSelector(
            ITrading.TriggerNotReached.selector,
            int256(59_400e18),
            int256(59_400e18 + 1)
        );
        bytes memory batch = _batchOf(_pack(Fill(signed, 0, NO_NODE)));
        vm.expectRevert(early);
        venue.settle(batch);
        Match[] memory m = new Match[](1);
        (m[0].taker, m[0].fills) = (signed, _makerFill(attacker, btc, 1e9, 59_000e18));
        vm.expectRevert(early);
        venue.settle(_pack(m, true));
        vm.prank(attacker.owner);
        vm.expectRevert(early);
        venue.fillOrder(btc, 0, _pack(Fill(signed, 1e9, NO_NODE)), NO_NODE, 400, type(uint40).max);
        _nothingGained("a trigger that the mark has left again");
        // A mark without a fresh price is none.
        _setStale(btc);
        vm.expectRevert(abi.encodeWithSelector(ITrading.PriceNotFresh.selector, btc));
        venue.settle(_pack(m, true));
        // At the trigger it is good, within the limit that he signed.
        _setPrice(btc, 59_400e18);
        venue.settle(_pack(m, true));
        vm.assertEq(_size(victim.id, btc), -1e9, "at the trigger");
    }

    // ------------------------------------------------------------------ inside

    /// @dev A strict batch in which the attacker takes of one packed maker.
    function _batchOf(bytes memory maker) private returns (bytes memory) {
        Match memory m;
        m.taker = _sign(attacker, _order(attacker, btc, 1e9, MARK, true));
        bytes memory batch = bytes.concat(hex"01", Packing.pack(m), maker);
        batch[5] = 0x01; // one maker
        return batch;
    }

    function _nothingGained(string memory name) private {
        vm.assertEq(_size(victim.id, btc), 0, "the victim traded");
        (int256 gain, int256 loss) = _report(name);
        vm.assertEq(gain, 0, "the attacker gained");
        vm.assertEq(loss, 0, "the victim lost");
    }
}
