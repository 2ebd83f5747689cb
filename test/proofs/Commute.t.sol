// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AbsorbLib} from "../../contracts/deleveraging/AbsorbLib.sol";
import {ChargeLib} from "../../contracts/deleveraging/ChargeLib.sol";
import {Account, Group, Ledger, Market, MarketStatus, Phase} from "../../contracts/Ledger.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {packNode} from "../../contracts/types/Node.sol";
import {NO_NODE, NodeId} from "../../contracts/types/NodeId.sol";
import {packPosition} from "../../contracts/types/Position.sol";
import {TestBase} from "../base/TestBase.sol";

/// @notice INV-8 for absorbs and registrations: who is absorbed, what is owed and what is relieved does not depend on
/// the order of calls (commute.smt2).
/// @dev Two markets, the first up and the second down by any jump; two accounts with any legs in both, below zero or
/// not.
contract CommuteTest is TestBase {
    Ledger internal _ledger;

    GroupId private constant GROUP = GroupId.wrap(1);
    AccountId private constant A = AccountId.wrap(1);
    AccountId private constant B = AccountId.wrap(2);

    struct Scene {
        uint64 up;
        uint64 down;
        int64[4] sizes;
        int88[2] cash;
    }

    error Done(bytes state);

    function testFuzz_absorbAndNet_leaveTheSameInAnyOrder(Scene calldata scene, uint256 one, uint256 other) public {
        bytes memory first = _run(scene, one);
        vm.assertEq(keccak256(first), keccak256(_run(scene, other)));
    }

    /// @dev One that must differ shows that states are compared at all.
    function test_anAccountThatOwesMore_leavesAnotherState() public {
        Scene memory scene = Scene(1e17, 1e17, [int64(1e15), 1e15, -1e15, 1e15], [int88(-1e15), 1e15]);
        bytes memory first = _run(scene, 0);
        scene.cash[0] -= 1;
        vm.assertFalse(keccak256(first) == keccak256(_run(scene, 0)));
    }

    /// @dev Each call of both accounts twice, so that every one comes first somewhere; and undoes it.
    function run(Scene calldata scene, uint256 order) external {
        _set(scene);
        for (uint256 i; i < 8; ++i) {
            uint256 call_ = (order >> (8 * i)) % 4;
            _call(call_);
        }
        for (uint256 i; i < 4; ++i) _call(i);
        Group storage group = _ledger.groups[GROUP];
        Market storage first = _ledger.markets[GROUP.market(0)];
        Market storage second = _ledger.markets[GROUP.market(1)];
        Money capacity = ChargeLib.capacity(_ledger, GROUP);
        vm.assertGe(Money.unwrap(capacity), 0);
        revert Done(
            abi.encode(
                group.deficit,
                group.absorbed,
                ChargeLib.relieved(group),
                capacity,
                [first.estateLong, first.estateShort, second.estateLong, second.estateShort],
                group.uncovered
            )
        );
    }

    function absorb(AccountId[] calldata ids) external {
        AbsorbLib.absorb(_ledger, GROUP, ids);
    }

    function net(AccountId[] calldata ids) external {
        AbsorbLib.net(_ledger, GROUP, ids);
    }

    /// @dev Of CashLib's call to itself: nobody has a credit here.
    function creditRelief(AccountId) external {}

    function _call(uint256 which) private {
        AccountId[] memory ids = new AccountId[](1);
        ids[0] = which & 1 == 0 ? A : B;
        if (which & 2 == 0) try this.absorb(ids) {} catch {}
        else try this.net(ids) {} catch {}
    }

    function _run(Scene memory scene, uint256 order) private returns (bytes memory result) {
        try this.run(scene, order) {} catch (bytes memory reason) {
            vm.assertEq(bytes32(bytes4(reason)), bytes32(Done.selector));
            result = reason;
        }
    }

    function _set(Scene calldata scene) private {
        Group storage group = _ledger.groups[GROUP];
        (group.phase, group.markets, group.until, group.lockNumber) = (Phase.LOCKED, 2, type(uint32).max, 1);
        for (uint256 i; i < 2; ++i) {
            Market storage market = _ledger.markets[GROUP.market(i)];
            int88 jump = i == 0 ? int88(uint88(scene.up)) : -int88(uint88(scene.down));
            (market.recordedMark, market.anchor) = (1e18, 1e18 - jump);
            (market.status, market.openInterest) = (MarketStatus.OPEN, 1e21);
            market.fundingTime = uint32(block.timestamp);
        }
        _place(A, scene.cash[0], scene.sizes[0], scene.sizes[1]);
        _place(B, scene.cash[1], scene.sizes[2], scene.sizes[3]);
    }

    /// @dev Each leg is worth nothing at the frozen mark, so that equity is cash.
    function _place(AccountId id, int88 cash, int64 first, int64 second) private {
        Account storage account = _ledger.accounts[id];
        (account.cash, account.group) = (cash, GROUP);
        if (first != 0) _leg(account, id, 0, first);
        if (second != 0) _leg(account, id, 1, second);
    }

    function _leg(Account storage account, AccountId id, uint256 index, int256 size) private {
        MarketId market = GROUP.market(index);
        NodeId node = NodeId.wrap((uint48(50) << 40) | (uint48(9_000_000) << 16));
        account.open |= uint8(1 << index);
        _ledger.positions[id.position(market)] = packPosition(size, Money.wrap(size), 0, node);
        Market storage stored = _ledger.markets[market];
        if (size > 0) stored.longs.nodes[node] = packNode(1e22, NO_NODE, NO_NODE, 0, false);
        else stored.shorts.nodes[node] = packNode(1e22, NO_NODE, NO_NODE, 0, false);
    }
}
