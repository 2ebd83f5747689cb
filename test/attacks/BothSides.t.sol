// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack, Wealth} from "./Attack.sol";

/// @title Owning both sides and letting one default
/// @custom:source Mango Markets, 11 October 2022: one person held both sides of the same perpetual in two accounts
/// @notice The attacker is long in one account and short in another, drifts the loser to maintenance margin, and waits
/// for a jump: what the loser cannot pay, somebody else pays to his winner.
contract BothSidesAttack is Attack {
    uint256 internal constant SIZE = 100e9; // 6,000,000 of notional
    uint256 internal constant MARK = 58_800e18; // where the loser is a little above maintenance margin

    function test_bothSides_costTheVenueAtMostTheJumpBeyondMargin_perGapSize() public {
        uint256[5] memory gaps = [uint256(30_000), 50_000, 100_000, 200_000, 400_000];
        for (uint256 i; i < gaps.length; ++i) _play(gaps[i]);
    }

    function _play(uint256 gap) private {
        uint256 start = vm.snapshotState();
        _deployVenue(Mode.QUEUE);
        (Actor memory loser, Actor memory winner) = (_attacker("loser", 306_000), _attacker("winner", 500_000));
        (Actor memory longer, Actor memory shorter) = (_honest("longer", 3_000_000), _honest("shorter", 500_000));
        _begin();
        _trade(loser, winner, btc, int256(SIZE), 60_000e18);
        _trade(longer, shorter, btc, int256(SIZE) / 2, 60_000e18);
        _creep(btc, MARK);
        int256 margin = _equity(loser.id);
        int256 honest = _equity(shorter.id);

        uint256 mark = (MARK * (1e6 - gap)) / 1e6;
        _setPrice(btc, mark);
        venue.poke(solo);
        int256 deficit = -_equity(loser.id);
        if (deficit > 0) {
            _absorb(loser.id);
            _deleverage(solo);
        }
        // The venue loses what the jump took beyond the margin, never more; and an honest winner of the jump is not
        // below where he was before it.
        int256 beyond = _notional(SIZE, MARK - mark) - margin;
        Wealth memory w = _change();
        vm.assertLe(-(w.vault + w.treasury), beyond > 0 ? beyond + 1e9 : int256(0), "more than the jump beyond margin");
        vm.assertGe(_equity(shorter.id) + 10, honest, "INV-5");
        vm.assertEq(_shortfall(), 0, "all were solvent at the anchor");
        _report(string.concat("both sides, a gap of ", vm.toString(gap / 10_000), "%"));
        vm.revertToState(start);
    }
}
