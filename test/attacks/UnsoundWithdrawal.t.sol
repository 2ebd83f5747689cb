// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {Health} from "../../contracts/libraries/MarginLib.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Withdrawing what the anchors do not see
/// @custom:source Class: a limit tested against the present price and a promise kept at a recorded one; found while this book was written
/// @notice The mark swings by less than a gap at a time, so that candidate and mark lie on different sides of the anchor. The attacker opens
/// at the high mark with margin enough, and withdraws down to initial margin; when the low candidate becomes the anchor he is below zero there, and in the next fall no
/// winner gains what he owes.
contract UnsoundWithdrawalAttack is Attack {
    Actor internal long;
    Actor internal short;

    function setUp() public {
        _deployHouse(Mode.QUEUE);
        house.setVaultBudget(solo, 0); // so that nothing hides it
        (long, short) = (_attacker("long", 500_000), _attacker("short", 500_000));
        _honest("bystander", 1_000_000);
        _settleAnchors(solo);
        _begin();
    }

    /// Bound: what the charge cannot reach is the distance from the withdrawal's mark to the anchor, less initial margin. Two swings of less than
    /// the threshold t each make it 3 * t at most.
    function test_unsoundWithdrawal_costsAtMostThreeThresholdsLessInitialMargin() public {
        (, int256 loss) = _play();
        vm.assertLe(loss, (_notional(20e9, 62_400e18) * (3 * 20_000 - 50_000)) / 1e6, "more than 3 * t - IM");
    }

    function _play() internal returns (int256 gain, int256 loss) {
        _swing(61_190e18);
        _swing(58_830e18); // the anchor is the mark of before now, and this the candidate
        _setPrice(btc, 62_400e18);
        _trade(long, short, btc, 20e9, 62_400e18); // tested at the anchors, with margin enough
        (bool ok, ) = _tryWithdraw(long, type(uint256).max); // tested at the mark only
        vm.assertTrue(ok, "he could not withdraw");
        skip(120);
        _setPrice(btc, 62_300e18); // no gap from 61,190
        house.poke(solo); // the anchor is 58,830 now
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
        house.poke(solo);
    }
}
