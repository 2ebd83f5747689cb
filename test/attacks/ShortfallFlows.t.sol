// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccounts} from "../../contracts/interfaces/IAccounts.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack, Wealth} from "./Attack.sol";

/// @title Deposits and withdrawals around a shortfall
/// @custom:source Bitfinex, August 2016: every account was cut by 36%, whatever it had done; and who deposits or leaves
/// around such a cut
/// @notice The attacker leaves before a shortfall is booked, deposits after it to share in the cover, and passes claims
/// between accounts so that they leave at par.
contract ShortfallFlowsAttack is Attack {
    uint256 internal constant HONEST = 300_000;
    Actor internal attacker;
    Actor internal loser;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        vm.prank(vault.owner);
        venue.withdraw(0, (POT - 1_000) * TOKEN, vault.owner); // next to no vault
        venue.setVaultBudget(solo, 0);
        (attacker, loser) = (_attacker("attacker", 300_000), _actor("loser", 61_000));
        _honest("honest", HONEST);
        Actor memory maker = _actor("maker", 300_000);
        _trade(loser, maker, btc, 20e9, 60_000e18);
    }

    /// Leaving between absorb and settlement: withdrawals of the venue wait.
    function test_leaving_waitsFromTheAbsorbOn() public {
        _lateDefault();
        _begin();
        _absorb(loser.id);
        (, bytes4 reason) = _tryWithdraw(attacker, type(uint256).max);
        vm.assertEq(bytes32(reason), bytes32(IAccounts.WithdrawalsWait.selector), "he left");
        _deleverage(solo);
        vm.assertGt(_shortfall(), 0, "no shortfall: this test says nothing");
        int256 shared = _change().attacker - _change().traders + 5e9; // both had the same; the refund is not theirs
        _line("leaving between default and shortfall", shared, shared);
        vm.assertApproxEqAbs(shared, 0, 100, "the same share of the loss for the same claims");
    }

    /// Leaving before anybody absorbs a late default: then nothing is known to the venue yet, and a flat account may
    /// always leave (INV-11). Bound: his share of the shortfall, and zero when the absorb comes first, which anybody
    /// can do in front of him.
    function test_leaving_beforeALateDefaultIsAbsorbed_shiftsAtMostHisShare() public {
        uint256 start = vm.snapshotState();
        int256 stayed = _honestLoss(false);
        vm.revertToState(start);
        int256 left = _honestLoss(true);
        _line("leaving before a late default is absorbed", left - stayed, left - stayed);
        vm.assertGt(left, stayed, "nothing was shifted: this test says nothing");
        vm.assertLe(left - stayed, 300_000e9 / 10, "more than his share");
    }

    /// A deposit at r < 1 leaves at par and brings nothing, before and after a cover.
    function testFuzz_depositAtRBelowOne_neitherPaysNorGains(uint256 deposit, uint256 cover) public {
        _lateDefault();
        _absorb(loser.id);
        _deleverage(solo);
        deposit = bound(deposit, 1, 1_000_000) * TOKEN;
        cover = bound(cover, 1, 60_000) * TOKEN;
        Actor memory late = _attacker("late", 0);
        token.mint(late.owner, deposit);
        uint256 start = vm.snapshotState();
        int256 alone = _covered(cover);
        vm.revertToState(start);

        vm.startPrank(late.owner);
        token.approve(address(venue), deposit);
        venue.deposit(late.id, deposit);
        vm.stopPrank();
        vm.assertEq(_covered(cover), alone, "the deposit changed what the others have");
        vm.prank(late.owner);
        vm.assertEq(venue.withdraw(0, type(uint256).max, late.owner), deposit, "he did not leave at par");
    }

    /// Claims of before, sent through the account of a protected deposit by trades at the edge of the band: no claim
    /// becomes protected by it.
    function test_laundering_claimsOfBefore_bringsNothing() public {
        _lateDefault();
        _absorb(loser.id);
        _deleverage(solo);
        Actor memory clean = _attacker("clean", 100_000);
        _begin();
        uint256 mark = _price(btc);
        uint256 rate = venue.recoveryRate();
        // The old account loses to the protected one, and the other way round.
        for (uint256 i; i < 4; ++i) {
            (Actor memory giver, Actor memory taker) = (attacker, clean);
            if (i % 2 == 1) (giver, taker) = (clean, attacker);
            _trade(giver, taker, btc, 10e9, (mark * 102) / 100);
            _trade(giver, taker, btc, -10e9, (mark * 98) / 100);
        }
        _tryWithdraw(clean, type(uint256).max);
        _tryWithdraw(attacker, type(uint256).max);
        // Bound: zero. The protected deposit was worth par at the start, not r as `_begin` has it.
        Wealth memory w = _change();
        int256 gain = w.attacker - 100_000e9 + (100_000e9 * int256(rate)) / 1e18;
        int256 loss = -(w.traders + w.vault + w.treasury);
        _line("laundering claims through a protected deposit", gain, loss);
        vm.assertLe(gain, 0, "claims of before left at par");
        vm.assertLe(loss, 0, "the honest lost");
        vm.assertGe(venue.recoveryRate(), rate, "r fell");
    }

    /// @dev Keepers asleep: the mark creeps until the loser owes, without a gap, and the anchors follow.
    function _lateDefault() private {
        _creep(btc, 55_000e18);
    }

    function _honestLoss(bool leaves) private returns (int256) {
        _lateDefault();
        _begin();
        if (leaves) _tryWithdraw(attacker, type(uint256).max);
        _absorb(loser.id);
        _deleverage(solo);
        return -_change().traders;
    }

    function _covered(uint256 amount) private returns (int256) {
        token.mint(address(this), amount);
        token.approve(address(venue), amount);
        venue.cover(amount);
        return _wealth().traders;
    }
}
