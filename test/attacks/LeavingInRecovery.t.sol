// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {VenueParams} from "../../contracts/Ledger.sol";
import {Actor} from "../base/Fixture.sol";
import {RecoveryView} from "../base/TestLens.sol";
import {VaultAttack} from "./VaultAttack.sol";

/// @title Freezing ordinary claims with the loss of a protected deposit
/// @custom:source Class: money set apart for some cannot be reached by others who are owed it (liquidity of ring-fenced
/// tranches); no incident cited
/// @notice A protected deposit counts in full while its owner's loss is not realised. The winner of that loss has
/// ordinary claims, and takes the tokens of all the others: they used to wait until the loser closed, as long as he
/// liked.
contract LeavingInRecoveryAttack is VaultAttack {
    Actor private _old;
    Actor private _other;

    function setUp() public {
        _deployVault(1_000 * TOKEN);
        _enter(lp, 1_000_000 * TOKEN);
        venue.setVaultBudget(solo, 0);
        _old = _honest("old", 1_000_000);
        Actor memory first = _actor("first loser", 700_000);
        _other = _actor("first winner", 3_000_000);
        _trade(first, _other, btc, 200e9, 60_000e18);
        _creep(btc, 54_000e18); // keepers asleep: 500,000 missing
        venue.absorb(solo, _list(first.id));
        _deleverage(solo);
        _settleAnchors(solo);
        vm.assertLt(venue.recoveryRate(), 1e18, "no shortfall: this test says nothing");
    }

    /// Bound: whoever is flat leaves with his claims times r at least, whatever others have not realised.
    function test_unrealisedLossOfAProtectedDeposit_freezesNobody() public {
        Actor memory loser = _attacker("loser", 10_000_000);
        Actor memory winner = _attacker("winner", 10_000_000);
        Actor memory trader = _honest("trader", 20_000_000);
        uint256 rate = venue.recoveryRate();
        _trade(loser, winner, btc, 3_000e9, 54_000e18);
        _creep(btc, 51_840e18);
        _trade(winner, trader, btc, 3_000e9, 51_840e18);
        vm.assertGt(_cash(winner.id), 16_000_000e9, "he won little: this test says nothing");

        (bool ok, ) = _tryWithdraw(winner, type(uint256).max);
        vm.assertTrue(ok, "the winner cannot leave");
        (ok, ) = _tryWithdraw(_old, type(uint256).max);
        vm.assertTrue(ok, "frozen by a loss that somebody else does not realise");
        vm.assertGe(token.balanceOf(_old.owner), (1_000_000 * TOKEN * rate) / 1e18);
        vm.assertNotEq(uint256(_size(loser.id, btc)), 0, "the loser closed: this test says nothing");

        // All others leave too, the loser with what he has left.
        _trade(loser, trader, btc, -3_000e9, 51_840e18);
        (ok, ) = _tryWithdraw(trader, type(uint256).max);
        vm.assertTrue(ok, "trader");
        (ok, ) = _tryWithdraw(loser, type(uint256).max);
        vm.assertTrue(ok, "loser");
        int256 gain = int256(token.balanceOf(winner.owner) + token.balanceOf(loser.owner)) * 1e3 - 20_000_000e9;
        _line("ordinary claims frozen by a loss that is not realised", gain, 0);
        vm.assertLt(gain, 0, "what the winner forgoes, and fees");
    }

    /// The vault's claims are beyond tokens and shortfall, and the day's outflow is not: its batch is paid in parts.
    function test_aBatchBeyondTokensAndShortfall_isPaidInParts() public {
        venue.collect(_other.id, btc);
        _tryWithdraw(_other, type(uint256).max);
        _tryWithdraw(_old, type(uint256).max);
        (Actor memory loser, Actor memory winner) = (_actor("loser", 4_000_000), _actor("winner", 4_000_000));
        Actor memory trader = _actor("trader", 4_000_000);
        _trade(loser, winner, btc, 900e9, 54_000e18);
        _creep(btc, 51_840e18);
        _trade(winner, trader, btc, 900e9, 51_840e18);
        RecoveryView memory r = _recovery();
        uint256 claims = 4_000_000e9 + r.held - r.protectedCash + r.shortfall - 220_000e9;
        (bool ok, ) = _tryWithdraw(winner, claims / 1e3);
        vm.assertTrue(ok, "he won little: this test says nothing");

        VenueParams memory params = _venueParams();
        (params.outflowRate, params.outflowFloor) = (50_000, 300_000e9);
        venue.setVenueParams(params);
        _request(lp, insurance.balanceOf(lp));
        skip(2 days + 1);
        _setPrice(btc, _price(btc));
        _settleAnchors(solo);
        vm.assertLt(venue.recoveryRate(), 0.99e18);
        uint256 left = abi.decode(_look(abi.encodeCall(lens.outflowLeft, ())), (uint256)) / 1e3;
        (, uint256 shares, uint256 assets) = insurance.processBatch();
        vm.assertGt(shares, 0);
        vm.assertLe(assets, left, "the day's outflow");
        vm.assertGe(assets, (left * 9) / 10, "hardly anything");
    }

    function _venueParams() internal pure override returns (VenueParams memory params) {
        params = super._venueParams();
        params.outflowFloor = type(uint64).max; // not about the outflow window
    }
}
