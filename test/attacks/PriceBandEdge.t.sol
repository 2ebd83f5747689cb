// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Fills at the edge of the price band
/// @custom:source Class: money passing between one person's accounts by trades off the market, until one account owes
/// what it does not have
/// @notice One account of the attacker buys from the other at the upper edge and sells back at the lower one until it
/// is refused, then a drop just short of a gap comes. If it then owed anything, the honest would have to pay for money
/// that is already in the other account.
contract PriceBandEdgeAttack is Attack {
    uint256 internal constant MARK = 60_000e18;
    uint256 internal constant BAND = 20_000;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
    }

    function test_bandEdge_movesOnlyTheAttackersOwnMoney() public {
        (Actor memory giver, Actor memory taker) = (_attacker("giver", 100_000), _attacker("taker", 100_000));
        _begin();
        (uint256 high, uint256 low) = ((MARK * (1e6 + BAND)) / 1e6, (MARK * (1e6 - BAND)) / 1e6);
        bool ok = true;
        uint256 rounds;
        for (; ok && rounds < 100; ++rounds) {
            (ok, ) = _tryTrade(giver, taker, btc, 10e9, high);
            if (ok) (ok, ) = _tryTrade(giver, taker, btc, -10e9, low);
        }
        vm.assertFalse(ok, "it went on for ever");
        vm.assertGt(rounds, 3, "it never went through");
        (, bytes4 reason) = _tryTrade(giver, taker, btc, 1e9, high + 1e18);
        vm.assertEq(bytes32(reason), bytes32(ITrading.OutsidePriceBand.selector), "beyond the edge");

        // Drained, and once more as deep as margin lets it: then the largest move that locks nothing.
        uint256 size = 10e9;
        for (ok = false; !ok && size > 1e6; size /= 2) (ok, ) = _tryTrade(giver, taker, btc, int256(size), high);
        _setPrice(btc, (MARK * 9_804) / 10_000);
        vm.assertGe(_equity(giver.id), 0, "initial margin bears the largest move without a gap");
        (int256 gain, int256 loss) = _report("fills at the edge of the band");
        // Bound: zero. All that leaves the giver is in the taker, or was paid as fees.
        vm.assertLe(gain, 0, "the attacker gained");
        vm.assertLe(loss, 0, "the honest lost");
    }
}
