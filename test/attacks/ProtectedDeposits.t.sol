// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mode} from "../../contracts/Ledger.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Turning a protected deposit into claims on somebody else's cover
/// @custom:source Bitfinex, August 2016: claims on later compensation were worth what their holders had lost; and
/// whoever came afterwards wanted them
/// @notice Who deposits at r < 1 is at par and shares in no cover of the past. A second shortfall, ever so small, used
/// to make all of it ordinary claims: a deposit of 20,000,000 then took 311,133 of a cover of 400,000.
contract ProtectedDepositsAttack is Attack {
    Actor private _old;
    Actor private _newcomer;
    Actor private _loser;
    Actor private _winner;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        venue.setVaultBudget(solo, 0);
        _old = _honest("old", 1_000_000);
        Actor memory first = _actor("first loser", 700_000);
        Actor memory other = _honest("first winner", 3_000_000);
        _trade(first, other, btc, 200e9, 60_000e18);
        _creep(btc, 54_000e18); // keepers asleep: 500,000 missing
        venue.absorb(solo, _list(first.id));
        _deleverage(solo);
        _settleAnchors(solo);
        vm.assertLt(venue.recoveryRate(), 1e18, "no shortfall: this test says nothing");
        (_newcomer, _loser, _winner) = (_attacker("newcomer", 0), _attacker("loser", 0), _attacker("winner", 0));
    }

    /// Bound: he gets back at most what his own second shortfall took from everybody, which is less than what it cost
    /// him.
    function test_tinySecondShortfall_takesNoCover() public {
        _mint(_newcomer, 20_000_000);
        _mint(_loser, 400);
        _mint(_winner, 2_000);
        _begin();
        _deposit(_newcomer, 20_000_000);
        _deposit(_loser, 400);
        _deposit(_winner, 2_000);
        _secondDefault(1e8);
        uint256 missing = _shortfall();
        _cover(400_000);
        vm.assertEq(_shortfall(), missing - 400_000e9);
        vm.assertLe(_worthOf(_newcomer), 20_000_000e9, "he shared in the cover");
        // What the winner won from everybody: the default's 150 to 200 quote.
        (int256 gain, ) = _report("tiny second shortfall in front of a cover");
        vm.assertLe(gain, 250e9, "he gained more than his own default took");
    }

    /// A large second shortfall: everybody loses the same part of his worth, protected or not.
    function test_secondShortfall_hitsProtectedAndOrdinaryAlike() public {
        _fund(_newcomer, 1_000_000);
        _fund(_loser, 40_000);
        _fund(_winner, 200_000);
        vm.assertEq(_worthOf(_newcomer), 1_000_000e9, "at par");
        _absorbSecond(10e9, 50_000e9);
        (int256 old, int256 new_) = (_worthOf(_old), _worthOf(_newcomer));
        _deleverage(solo);
        (int256 oldLater, int256 newLater) = (_worthOf(_old), _worthOf(_newcomer));
        vm.assertLt(oldLater, old);
        vm.assertApproxEqAbs((oldLater * 1e18) / old, (newLater * 1e18) / new_, 1e9, "the same part");
        // Both can leave with it.
        (bool ok, ) = _tryWithdraw(_newcomer, type(uint256).max);
        vm.assertTrue(ok);
        vm.assertApproxEqAbs(int256(token.balanceOf(_newcomer.owner)) * 1e3, newLater, 2e3);
        vm.assertApproxEqAbs(_worthOf(_old), oldLater, 1e3, "who leaves takes nothing along");
    }

    /// Who bore a part of the second shortfall shares in its cover, by as much as he bore.
    function test_fullCover_makesEverybodyWhole() public {
        _fund(_newcomer, 1_000_000);
        _fund(_loser, 40_000);
        _fund(_winner, 200_000);
        _secondDefault(10e9);
        _cover(_shortfall() / 1e9 + 1);
        vm.assertEq(venue.recoveryRate(), 1e18);
        vm.assertEq(_worthOf(_newcomer), 1_000_000e9);
        vm.assertEq(_worthOf(_old), 1_000_000e9);
    }

    /// Protection of a recovery that is over ends with it: the next shortfall and its cover are everybody's.
    function test_shortfallAfterAFullCover_findsNobodyProtected() public {
        _fund(_newcomer, 1_000_000);
        _cover(_shortfall() / 1e9 + 1);
        _fund(_loser, 40_000);
        _fund(_winner, 200_000);
        _secondDefault(10e9);
        vm.assertEq(_worthOf(_newcomer), _worthOf(_old), "the same claims are worth the same");
        _cover(_shortfall() / 1e9 + 1);
        vm.assertEq(_worthOf(_newcomer), 1_000_000e9);
    }

    /// A shortfall changes nobody's margin: only what claims are worth.
    function test_secondShortfall_makesNoProtectedTraderDefault() public {
        Actor memory trader = _honest("trader", 31_000);
        Actor memory counter = _honest("counter", 200_000);
        _trade(trader, counter, btc, 10e9, 54_000e18);
        _settleAnchors(solo);
        _fund(_loser, 40_000);
        _fund(_winner, 200_000);
        int256 before = _cash(trader.id);
        _secondDefault(8e9);
        venue.collectFees();
        vm.assertEq(_cash(trader.id), before, "his cash was cut");
        vm.assertTrue(_account(trader.id).hasProtected, "not protected: this test says nothing");
    }

    /// One shortfall after the other, deposits in between: no one gains, and all can be paid.
    function test_manyShortfalls_everybodyIsPaid() public {
        for (uint256 i; i < 5; ++i) {
            _fund(_newcomer, 100_000);
            _fund(_loser, 40_000);
            _fund(_winner, 200_000);
            _secondDefault(10e9);
            _cover(1_000 * (i + 1));
        }
        venue.collectFees();
        for (uint256 i; i < 8; ++i) {
            skip(2 days + 1);
            _tryWithdraw(_newcomer, type(uint256).max);
            _tryWithdraw(_winner, type(uint256).max);
            _tryWithdraw(_loser, type(uint256).max);
        }
        vm.assertEq(_cash(_newcomer.id), 0, "he could leave");
        vm.assertLe(token.balanceOf(_newcomer.owner), 500_000 * TOKEN, "with more than he brought");
    }

    /// @dev The loser buys `size` of the winner and is found below zero too late: nobody gained in a jump.
    function _absorbSecond(int256 size, int256 debt) private {
        _trade(_loser, _winner, btc, size, _price(btc));
        while (_equity(_loser.id) > -debt) _creep(btc, (_price(btc) * 99) / 100);
        venue.absorb(solo, _list(_loser.id));
    }

    function _secondDefault(int256 size) private {
        uint256 mark = _price(btc);
        _absorbSecond(size, 150e9);
        _deleverage(solo);
        _creep(btc, mark);
        if (_account(_winner.id).open != 0) {
            Actor memory other = _actor("other", 10_000_000);
            int256 held = _size(_winner.id, btc);
            if (held != 0) _trade(_winner, other, btc, -held, _price(btc));
        }
    }

    function _worthOf(Actor memory a) private returns (int256) {
        uint256 left = abi.decode(_look(abi.encodeCall(lens.protectedOf, (a.id))), (uint256));
        int256 ordinary = _equity(a.id) - int256(left);
        return int256(left) + (ordinary * int256(venue.recoveryRate())) / 1e18;
    }

    function _cover(uint256 quote) private {
        token.mint(address(this), quote * TOKEN);
        token.approve(address(venue), quote * TOKEN);
        venue.cover(quote * TOKEN);
    }

    function _mint(Actor memory a, uint256 quote) private {
        token.mint(a.owner, quote * TOKEN);
    }

    function _deposit(Actor memory a, uint256 quote) private {
        vm.startPrank(a.owner);
        token.approve(address(venue), quote * TOKEN);
        venue.deposit(a.id, quote * TOKEN);
        vm.stopPrank();
    }
}
