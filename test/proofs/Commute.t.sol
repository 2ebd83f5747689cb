// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AbsorbLib} from "../../contracts/deleveraging/AbsorbLib.sol";
import {Account, Group, Ledger, Market, MarketStatus, Phase} from "../../contracts/Ledger.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {packNode} from "../../contracts/types/Node.sol";
import {NO_NODE, NodeId} from "../../contracts/types/NodeId.sol";
import {packPosition} from "../../contracts/types/Position.sol";
import {TestBase} from "../base/TestBase.sol";

/// @notice INV-8 for winners that only the charge takes below zero: who is absorbed, and what is owed, does not depend
/// on the order (commute.smt2).
/// @dev One market, a jump up, two longs at the limit of the charge.
contract CommuteTest is TestBase {
    Ledger internal _ledger;

    GroupId private constant GROUP = GroupId.wrap(1);
    AccountId private constant A = AccountId.wrap(1);
    AccountId private constant B = AccountId.wrap(2);

    error Done(uint96 deficit, uint32 absorbed, uint72 estate);

    /// @dev With charges as they are made, one unit more and rounded up, B would be absorbed and pay the whole deficit;
    /// if he came first, nothing was left to charge A.
    function test_absorb_ofTheLastUnitLeavesTheSameInAnyOrder() public {
        _setUp(1.5e18, 2, 1);
        _long(A, 5e17, 0);
        _long(B, 1e18, 1);
        vm.assertEq(keccak256(_run(A, B)), keccak256(_run(B, A)));
    }

    function testFuzz_absorb_ofChargedWinnersLeavesTheSameInAnyOrder(
        uint256 jump,
        uint256 deficit,
        uint256 sizes,
        int8 marginA,
        int8 marginB
    ) public {
        (uint256 a, uint256 b) = (bound(sizes >> 128, 1e6, 1e21), bound(uint128(sizes), 1e6, 1e21));
        jump = bound(jump, 1, 1e21);
        uint256 all = a + b + bound(sizes >> 64, 0, 1e21);
        uint256 capacity = (all * jump) / 1e18;
        deficit = bound(deficit, 1, capacity + 10);
        _setUp(uint72(all), int88(int256(jump)), uint96(deficit));
        // At the limit, exact share and rounded charge within a few units.
        _long(A, int256(a), _share(a * jump, deficit, capacity) + (marginA % 4));
        _long(B, int256(b), _share(b * jump, deficit, capacity) + (marginB % 4));
        vm.assertEq(keccak256(_run(A, B)), keccak256(_run(B, A)));
    }

    function _share(uint256 gain, uint256 deficit, uint256 capacity) private pure returns (int256) {
        return deficit >= capacity ? int256(gain / 1e18) : int256((gain * deficit) / capacity / 1e18);
    }

    /// @dev Absorbs whoever can be, in this order, until nobody is left, and undoes it.
    function run(AccountId first, AccountId second) external {
        for (uint256 i; i < 3; ++i) {
            try this.absorb(first) {} catch {}
            try this.absorb(second) {} catch {}
        }
        Group storage group = _ledger.groups[GROUP];
        revert Done(group.deficit, group.absorbed, _ledger.markets[GROUP.market(0)].estateLong);
    }

    function absorb(AccountId id) external {
        AccountId[] memory ids = new AccountId[](1);
        ids[0] = id;
        this.absorbAll(ids);
    }

    function absorbAll(AccountId[] calldata ids) external {
        AbsorbLib.absorb(_ledger, GROUP, ids);
    }

    function _run(AccountId first, AccountId second) private returns (bytes memory result) {
        try this.run(first, second) {} catch (bytes memory reason) {
            result = reason;
        }
    }

    function _setUp(uint72 interest, int88 jump, uint96 deficit) private {
        Group storage group = _ledger.groups[GROUP];
        (group.phase, group.markets, group.until) = (Phase.LOCKED, 1, type(uint32).max);
        group.deficit = deficit;
        Market storage market = _ledger.markets[GROUP.market(0)];
        (market.recordedMark, market.anchor, market.openInterest) = (1e18, 1e18 - jump, interest);
        market.status = MarketStatus.OPEN;
        market.fundingTime = uint32(block.timestamp);
    }

    /// @dev A long of `size` whose equity at the frozen mark of 1 quote is `equity`.
    function _long(AccountId id, int256 size, int256 equity) private {
        MarketId market = GROUP.market(0);
        NodeId node = NodeId.wrap((uint48(50) << 40) | (uint48(9_000_000) << 16));
        Account storage account = _ledger.accounts[id];
        (account.group, account.open) = (GROUP, 1);
        _ledger.positions[id.position(market)] = packPosition(size, Money.wrap(size - equity), 0, node);
        _ledger.markets[market].longs.nodes[node] = packNode(1e22, NO_NODE, NO_NODE, 0, false);
    }
}
