// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ILiquidation} from "../../contracts/interfaces/ILiquidation.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Size} from "../../contracts/types/Size.sol";
import {Actor} from "../base/Fixture.sol";
import {Vm} from "../base/TestBase.sol";
import {Attack} from "./Attack.sol";

/// @title A batch stuffed with healthy accounts
/// @custom:source Class: front-running a liquidator, by the borrower (a deposit of dust just before it) or by another
/// liquidator; batches that one bad item reverts (multi-liquidations of lending markets, which then add try/catch)
/// @notice A keeper sends a batch. Before it is mined most of its accounts are made healthy: by deposits, or by another
/// keeper who took them. The batch should not fail by it, and each of them should cost the keeper little.
contract StuffedBatchAttack is Attack {
    uint256 private constant WEAK = 4;
    uint256 private constant STUFFING = 40;

    Actor internal keeper;
    AccountId[] internal ids;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        keeper = _honest("keeper", 1_000_000);
        Actor memory counter = _honest("counterparty", 10_000_000);
        for (uint256 i; i < WEAK + STUFFING; ++i) {
            Actor memory debtor = _attacker(string.concat("debtor ", vm.toString(i)), 3_450);
            _trade(debtor, counter, btc, 1e9, 60_000e18);
            ids.push(debtor.id);
        }
        _settleAnchors(solo);
        _creep(btc, 57_900e18);
    }

    /// Bound: what a skipped account costs is what reading it costs, and an event. 40 of them are less than 14
    /// liquidations, and the four that are still weak are taken.
    function test_accountsMadeHealthyBefore_costTheKeeperLittle_andStopNothing() public {
        (uint256 all, ) = _play(ids);
        uint256 each = all / ids.length;
        for (uint256 i; i < STUFFING; ++i) _fund(ids[i], 1_000 * TOKEN);
        _begin();
        (uint256 stuffed, uint256 taken) = _play(ids);
        AccountId[] memory weak = new AccountId[](WEAK);
        for (uint256 i; i < WEAK; ++i) weak[i] = ids[STUFFING + i];
        (uint256 alone, ) = _play(weak);
        vm.assertEq(taken, WEAK, "a healthy account stopped others");
        uint256 skipped = (stuffed - alone) / STUFFING;
        _log(string.concat("gas a skipped account: ", vm.toString(skipped), ", one taken: ", vm.toString(each)));
        vm.assertLt(skipped * 3, each, "a skip costs more than a third of a liquidation");
        (int256 gain, ) = _report("a batch stuffed with healthy accounts");
        vm.assertEq(gain, 0, "what he deposited is still his");
    }

    /// Another keeper was first with all but one. Nobody pays twice, and the last one is taken.
    function test_accountsTakenBefore_areSkipped() public {
        Actor memory rival = _attacker("rival", 1_000_000);
        AccountId[] memory most = new AccountId[](ids.length - 1);
        for (uint256 i; i < most.length; ++i) most[i] = ids[i];
        vm.prank(rival.owner);
        venue.liquidateMany(btc, most, 0, Size.wrap(type(int72).max), NO_NODE, ANY_PRICE, NEVER);
        _begin();
        (, uint256 taken) = _play(ids);
        vm.assertEq(taken, 1);
        (int256 gain, int256 loss) = _report("a batch whose accounts a rival took before");
        vm.assertEq(gain, 0);
        vm.assertEq(loss, 0);
    }

    /// @dev Undone afterwards. Slots are cold, as in a transaction of its own.
    function _play(AccountId[] memory batch) private returns (uint256 gas, uint256 taken) {
        uint256 start = vm.snapshotState();
        vm.cool(address(venue));
        vm.recordLogs();
        vm.prank(keeper.owner);
        gas = gasleft();
        venue.liquidateMany(btc, batch, 0, Size.wrap(type(int72).max), NO_NODE, ANY_PRICE, NEVER);
        gas -= gasleft();
        taken = _count(ILiquidation.Liquidated.selector);
        vm.revertToState(start);
    }

    function _count(bytes32 topic) private returns (uint256 count) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) if (logs[i].topics[0] == topic) ++count;
    }
}
