// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode, Phase} from "../../contracts/Ledger.sol";
import {Health} from "../../contracts/position/MarginLib.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Withdrawing what the anchors do not see
/// @custom:source Class: a limit tested against the present price and a promise kept at a recorded one; found while
/// this book was written
/// @notice The mark swings by less than a gap at a time, so that recorded mark and mark lie on different sides of the
/// anchor. The attacker opens at the high mark with margin enough, and withdraws down to initial margin; were the low
/// recorded mark further away than initial margin, he would be below zero when it becomes the anchor, and in the next
/// fall no winner would gain what he owes.
contract UnsoundWithdrawalAttack is Attack {
    Actor internal long;
    Actor internal short;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        venue.setVaultBudget(solo, 0); // so that nothing hides it
        (long, short) = (_attacker("long", 500_000), _attacker("short", 500_000));
        _honest("bystander", 1_000_000);
        _settleAnchors(solo);
        _begin();
    }

    /// Bound: what the charge cannot reach is the distance from the withdrawal's mark to the next anchor, less initial
    /// margin. A gap is measured from the recorded mark too, so that distance is one threshold at most, and nothing is
    /// left.
    function test_unsoundWithdrawal_costsNothing() public {
        (, int256 loss) = _play();
        vm.assertLe(loss, 0, "the charge did not reach all of the debt");
        vm.assertEq(_shortfall(), 0, "shortfall");
    }

    /// Two swings of nearly a threshold each, to both sides of the anchor: three thresholds from the next anchor. That
    /// is a gap.
    function test_theSwingsThatItNeeded_areAGap() public {
        _swing(61_190e18);
        _swing(58_830e18);
        vm.assertTrue(_group(solo).phase == Phase.LOCKED, "no lock");
    }

    function _play() internal returns (int256 gain, int256 loss) {
        _swing(61_190e18);
        _swing(60_000e18); // the anchor is the mark of before now, and this the recorded mark
        _setPrice(btc, 61_190e18);
        _trade(long, short, btc, 20e9, 61_190e18); // tested at the anchors, with margin enough
        (bool ok, ) = _tryWithdraw(long, type(uint256).max); // tested at the mark only
        vm.assertTrue(ok, "he could not withdraw");
        skip(120);
        _setPrice(btc, 61_150e18);
        venue.poke(solo); // the anchor is 60,000 now
        Health memory h = _health(long.id);
        vm.assertGt(
            Money.unwrap(h.equity) * 3,
            Money.unwrap(h.maintenance) * 4,
            "above the call level: no keeper can act on him"
        );
        _jumpAndSettle(btc, 50_000e18, long.id);
        return _report("withdrawing what the anchors do not see");
    }

    function _swing(uint256 mark) private {
        skip(120);
        _setPrice(btc, mark);
        venue.poke(solo);
    }
}
