// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Leaving between the jump and the bill
/// @custom:source Class: a loss is socialised later than it arises, and whoever is quick sells to whoever is not (any
/// daily clawback)
/// @notice The mark has jumped, a loser owes, and the winners sell to newcomers before the bill is sent.
contract LeavingBeforeTheBillAttack is Attack {
    Actor internal winner;
    Actor internal newcomer;
    Actor internal loser;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        venue.setVaultBudget(solo, 0); // the winners pay everything
        (winner, newcomer) = (_attacker("winner", 500_000), _honest("newcomer", 500_000));
        loser = _actor("loser", 62_600);
        _trade(winner, loser, btc, 20e9, 60_000e18);
        _settleAnchors(solo);
    }

    function test_leaving_isClosedFromTheGapOn() public {
        int256 margin = _equity(loser.id); // all that a winner who stays can gain
        _begin();
        _setPrice(btc, 66_000e18);
        vm.assertEq(
            bytes32(_sell(66_000e18)),
            bytes32(IDeleveraging.GapOpen.selector),
            "between the jump and the lock"
        );
        (, bytes4 reason) = _tryWithdraw(winner, 1);
        vm.assertEq(bytes32(reason), bytes32(IDeleveraging.GapOpen.selector), "withdrawal");
        venue.poke(solo);
        vm.assertEq(bytes32(_sell(66_000e18)), bytes32(IDeleveraging.GroupLocked.selector), "in the lock");
        _absorb(loser.id);
        _deleverage(solo);
        int256 gain = _change().attacker - margin;
        int256 loss = -_change().traders - _change().vault - _change().treasury;
        _line("leaving after a gap", gain, loss);
        vm.assertLe(loss, 0, "the newcomer lost"); // bound: zero, he could not be made to buy
        vm.assertLe(gain, 0, "the winner got out of the charge");
    }

    /// With keepers awake every account has more than maintenance margin at the anchor, and that is at least the gap
    /// threshold: no move without a gap leaves a debt, so there is no bill to leave behind.
    function test_leaving_withoutAGap_findsNoBillWhileKeepersAreAwake() public {
        _creep(btc, 61_200e18); // the loser a little above maintenance margin: 3.1%
        _begin();
        _setPrice(btc, (61_200e18 * 10_199) / 10_000);
        int256 paper = _change().attacker;
        vm.assertEq(bytes32(_sell(_price(btc))), bytes32(0), "no gap, so he sells");
        (bool ok, bytes4 reason) = _try(address(this), abi.encodeCall(venue.absorb, (solo, _list(loser.id))));
        vm.assertFalse(ok, "a default without a gap");
        vm.assertEq(bytes32(reason), bytes32(IDeleveraging.NothingToAbsorb.selector), "a default without a gap");
        int256 gain = _change().attacker - paper;
        int256 loss = -_change().traders - _change().vault - _change().treasury;
        _line("leaving without a gap, keepers awake", gain, loss);
        vm.assertLe(loss, 0, "the newcomer lost");
        vm.assertLe(gain, 0, "the winner gained by leaving");
    }

    /// With keepers asleep a default can arise without a gap. Then docs/design.md, section 9, promises the newcomer
    /// only this: less than the gap threshold of the mark.
    function test_leaving_withoutAGap_costsTheNewcomerLessThanTheThreshold_whileKeepersSleep() public {
        _creep(btc, 63_000e18); // nobody liquidates: the loser has some 0.2% left
        int256 margin = _equity(loser.id);
        _begin();
        uint256 mark = (63_000e18 * 10_198) / 10_000;
        _setPrice(btc, mark);
        vm.assertEq(bytes32(_sell(mark)), bytes32(0), "no gap, so he sells");
        _absorb(loser.id);
        _deleverage(solo);
        int256 loss = -_change().traders - _change().vault - _change().treasury;
        _line("leaving without a gap, keepers asleep", _change().attacker - margin, loss);
        vm.assertLe(loss, (_notional(20e9, mark) * 20_000) / 1e6, "more than the gap threshold");
        vm.assertGt(-_change().traders, 0, "nothing was charged: this test says nothing");
    }

    function _sell(uint256 price) private returns (bytes4 reason) {
        (, reason) = _tryTrade(newcomer, winner, btc, 20e9, price);
    }
}
