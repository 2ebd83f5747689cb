// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IGovernance} from "../../contracts/interfaces/IGovernance.sol";
import {ILiquidation} from "../../contracts/interfaces/ILiquidation.sol";
import {Mode, PauseLevel} from "../../contracts/Ledger.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Pause and unpause around a liquidation
/// @custom:source Class: after an outage liquidators are faster than owners (the reason for grace periods after a
/// sequencer outage, Aave v3)
/// @notice While everything is paused the mark falls through the victim's maintenance margin. The keeper who sees the
/// unpause first would take the discount before the victim can add margin.
contract PauseGraceAttack is Attack {
    Actor internal victim;
    Actor internal keeper;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        (victim, keeper) = (_honest("victim", 31_000), _attacker("keeper", 500_000));
        Actor memory maker = _actor("maker", 2_000_000);
        _trade(victim, maker, btc, 10e9, 60_000e18);
        _creep(btc, 59_200e18); // 3.8% of equity
        token.mint(victim.owner, 50_000 * TOKEN);
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 2 hours);
        skip(1 hours);
        _setPrice(btc, 58_500e18); // 2.7%, no gap
        vm.assertLt(_equity(victim.id), _notional(10e9, 58_500e18) / 35, "he is not below maintenance margin");
    }

    function test_unpause_leavesTimeToAddMargin() public {
        vm.prank(victim.owner);
        token.approve(address(venue), type(uint256).max);
        venue.unpause(btc);
        _begin();
        (bool ok, bytes4 reason) = _tryLiquidate(keeper, victim.id, btc, type(uint256).max);
        vm.assertFalse(ok, "liquidated at the unpause");
        vm.assertEq(bytes32(reason), bytes32(IGovernance.LiquidationsPaused.selector), "for another reason");
        skip(_venueParams().unpauseGrace - 1);
        vm.prank(victim.owner);
        venue.deposit(victim.id, 20_000 * TOKEN);
        skip(1);
        (ok, reason) = _tryLiquidate(keeper, victim.id, btc, type(uint256).max);
        vm.assertEq(bytes32(reason), bytes32(ILiquidation.NotLiquidatable.selector), "he added margin in time");
        (int256 gain, int256 loss) = _report("unpause in front of a liquidation");
        vm.assertEq(gain, 0, "the keeper gained");
        vm.assertEq(loss, 0, "the victim lost");
    }

    /// Who does nothing in the grace pays the discount like anybody: the grace is a delay, no shelter.
    function test_unpause_doesNotShelterForEver() public {
        venue.unpause(btc);
        _begin();
        skip(_venueParams().unpauseGrace);
        (bool ok, ) = _tryLiquidate(keeper, victim.id, btc, type(uint256).max);
        vm.assertTrue(ok, "sheltered by the pause");
        (int256 gain, int256 loss) = _report("liquidation after the grace");
        int256 cap = (_notional(10e9, 60_000e18) * int256(uint256(_marketParams().discountCap))) / 1e6;
        vm.assertGt(gain, 0, "no reward");
        vm.assertLe(loss, cap, "more than the largest discount");
    }

    /// A call that was recorded in the pause: `vaultDelay` is the time in which keepers and makers come first, so it
    /// does not run while they cannot.
    function test_unpause_doesNotPutTheVaultFirst() public {
        venue.marginCall(victim.id);
        venue.unpause(btc);
        skip(_venueParams().unpauseGrace);
        bytes memory call = abi.encodeCall(venue.liquidateToVault, (victim.id, btc, 0, NO_NODE));
        (bool ok, bytes4 reason) = _try(keeper.owner, call);
        vm.assertFalse(ok, "the vault came first");
        vm.assertEq(bytes32(reason), bytes32(ILiquidation.VaultMustWait.selector));
        skip(_venueParams().vaultDelay);
        (ok, ) = _try(keeper.owner, call);
        vm.assertTrue(ok, "later it takes over");
    }

    /// The same for a call that was recorded in a lock, where legs that gained cannot be liquidated and the vault takes
    /// over nothing.
    function test_theEndOfALock_doesNotPutTheVaultFirst() public {
        venue.unpause(btc);
        skip(_venueParams().unpauseGrace);
        _setPrice(btc, 59_200e18);
        _settleAnchors(solo);
        _setPrice(btc, 57_900e18);
        venue.poke(solo);
        venue.marginCall(victim.id);
        skip(_venueParams().lockDelay);
        venue.poke(solo);
        bytes memory call = abi.encodeCall(venue.liquidateToVault, (victim.id, btc, 0, NO_NODE));
        (bool ok, bytes4 reason) = _try(keeper.owner, call);
        vm.assertFalse(ok, "the vault came first");
        vm.assertEq(bytes32(reason), bytes32(ILiquidation.VaultMustWait.selector));
        skip(_venueParams().vaultDelay);
        (ok, ) = _try(keeper.owner, call);
        vm.assertTrue(ok, "later it takes over");
    }

    /// Nor by taking turns with the markets of a group: one stops the absorbs and the lock of all. Bound: 7 of 14 days.
    /// At once he may pause them all.
    function test_pause_cannotBeRepeated_byTurnsOfAGroupsMarkets() public {
        (MarketId first, MarketId second) = (quad.market(0), quad.market(1));
        venue.pause(first, PauseLevel.NO_LIQUIDATION, 7 days);
        skip(1 days);
        uint256 start = vm.snapshotState();
        venue.pause(second, PauseLevel.NO_LIQUIDATION, 6 days);
        skip(6 days);
        for (uint256 i; i < 4; ++i) {
            vm.expectPartialRevert(IGovernance.PauseTooSoon.selector);
            venue.pause(quad.market(i), PauseLevel.NO_LIQUIDATION, 1 hours);
        }
        skip(7 days);
        venue.pause(second, PauseLevel.NO_LIQUIDATION, 7 days);

        vm.revertToState(start);
        vm.expectPartialRevert(IGovernance.PauseTooSoon.selector);
        venue.pause(second, PauseLevel.REDUCE_ONLY, 6 days + 1);
        venue.pause(second, PauseLevel.NO_NEW_RISK, 7 days); // that stops nobody's liquidation
    }

    /// A guardian who pauses again and again cannot keep liquidations (and so losses) waiting: a second pause has to
    /// wait a week.
    function test_pause_cannotBeRepeated() public {
        skip(2 hours);
        vm.expectPartialRevert(IGovernance.PauseTooSoon.selector);
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 1 hours);
    }
}
