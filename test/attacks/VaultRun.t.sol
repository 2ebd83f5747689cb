// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Flows, IInsuranceVault} from "../../contracts/interfaces/IInsuranceVault.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Actor} from "../base/Fixture.sol";
import {VaultAttack} from "./VaultAttack.sol";

/// @title A run on the vault before a known loss
/// @custom:source D. Diamond and P. Dybvig, Bank Runs, Deposit Insurance, and Liquidity, 1983
/// @notice An LP sees a default that the vault will pay and leaves before the bill, so that those who stay pay his
/// part.
contract VaultRunAttack is VaultAttack {
    uint256 internal constant LOSS = 100_000;
    address internal stayer = address(0x57A7E12);

    function setUp() public {
        _deployVault(1_000 * TOKEN);
        _enter(lp, 500_000 * TOKEN);
        _enter(stayer, 500_000 * TOKEN);
    }

    /// Bound: zero. Who asks to leave when he sees the loss bears it like everybody else, because a batch is priced
    /// after its cooldown.
    function test_run_afterTheLossIsSeen_escapesNothing() public {
        Actor memory loser = _defaulter(LOSS);
        (uint256 runs, uint256 stays) = (_holds(lp), _holds(stayer));
        _setPrice(btc, 54_000e18);
        _request(lp, insurance.balanceOf(lp));
        vm.expectPartialRevert(IInsuranceVault.BatchNotDue.selector);
        insurance.processBatch();
        venue.poke(solo);
        _absorb(loser.id);
        _deleverage(solo);
        skip(WINDOW + COOLDOWN);
        insurance.processBatch();
        _check("run after the loss is seen", runs, stays, 2);
        vm.assertLt(_holds(lp), runs - 40_000 * TOKEN, "there was no loss: this test says nothing");
    }

    /// Nor with a batch that is due, from the moment that the price has jumped.
    function test_run_withADueBatch_isClosedFromTheGapOn() public {
        Actor memory loser = _defaulter(LOSS);
        (uint256 runs, uint256 stays) = (_holds(lp), _holds(stayer));
        _request(lp, insurance.balanceOf(lp));
        skip(WINDOW + COOLDOWN);
        _setPrice(btc, 54_000e18);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceVault.VaultFlowsClosed.selector, Flows.PRICES_NOT_FRESH));
        insurance.processBatch();
        venue.poke(solo);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceVault.VaultFlowsClosed.selector, Flows.GROUP_LOCKED));
        insurance.processBatch();
        _absorb(loser.id);
        _deleverage(solo);
        insurance.processBatch();
        _check("run with a due batch after the gap", runs, stays, 2);
    }

    /// But who has a batch due that nobody has priced chooses the moment: in front of the price update that he sees
    /// coming. A batch waits for anybody's call, so the bound is his part of the loss, and zero when a keeper prices
    /// batches when they fall due.
    function test_run_withADueBatchInFrontOfTheUpdate_shiftsAtMostHisPart() public {
        Actor memory loser = _defaulter(LOSS);
        (uint256 runs, uint256 stays) = (_holds(lp), _holds(stayer));
        _request(lp, insurance.balanceOf(lp));
        skip(WINDOW + COOLDOWN + 30 days); // nobody priced it
        venue.poke(solo);
        insurance.processBatch();
        _setPrice(btc, 54_000e18);
        venue.poke(solo);
        _absorb(loser.id);
        _deleverage(solo);
        uint256 part = _check(
            "run with a due batch in front of the update, no keeper prices",
            runs,
            stays,
            60_000 * TOKEN
        );
        vm.assertGt(part, 0, "he shifted nothing: this test says nothing");
    }

    /// Inventory that nobody bought yet is on offer below the mark. Who leaves before it is sold would leave at the
    /// mark, and the discount to those who stay. Bound: rounding, because the vault is worth what buyers would pay now.
    function test_run_inFrontOfADiscountedSale_shiftsNothing() public {
        Actor memory long = _actor("long", 118_000);
        Actor memory buyer = _actor("buyer", 20_000_000);
        _trade(long, buyer, btc, 37e9, 60_000e18);
        _creep(btc, 58_500e18);
        (bool took, ) = _tryLiquidateToVault(buyer, long.id, btc);
        vm.assertTrue(took, "the vault took nothing: this test says nothing");
        venue.collectFees();
        _request(lp, insurance.balanceOf(lp));
        _wait(solo, WINDOW + COOLDOWN);
        (uint256 runs, uint256 stays) = (_holds(lp), _holds(stayer));
        insurance.processBatch();
        uint256 has = uint256(_equity(buyer.id));
        vm.prank(buyer.owner);
        venue.buyInventory(btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        vm.assertGt(uint256(_equity(buyer.id)), has + 10_000e9, "no discount: this test says nothing");
        venue.collectFees();
        _check("run in front of the sale of an inventory", runs, stays, 2);
    }

    /// @return more What the LP who stayed lost beyond half of both losses: the part that was shifted to him.
    function _check(string memory name, uint256 runs, uint256 stays, uint256 max) private view returns (uint256 more) {
        int256 lost = int256(runs) - int256(_holds(lp));
        int256 other = int256(stays) - int256(_holds(stayer));
        int256 shifted = (other - lost) / 2;
        _line(name, shifted * 1e3, shifted * 1e3);
        vm.assertLe(shifted, int256(max), "the LP who stayed paid for the other");
        return shifted > 0 ? uint256(shifted) : 0;
    }
}
