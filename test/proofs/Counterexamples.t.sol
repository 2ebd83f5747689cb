// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Account, Frame, Group, Ledger, Market, MarketStatus, Phase} from "../../contracts/Ledger.sol";
import {AbsorbLib} from "../../contracts/libraries/AbsorbLib.sol";
import {FrameLib} from "../../contracts/libraries/FrameLib.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {NO_NODE, NodeId} from "../../contracts/types/NodeId.sol";
import {packNode} from "../../contracts/types/Node.sol";
import {packPosition} from "../../contracts/types/Position.sol";
import {Price} from "../../contracts/types/Price.sol";
import {TestBase} from "../base/TestBase.sol";

/// @notice What one would like to say and the proofs refute: the counterexamples, on the real code. See docs/proofs.md.
contract CounterexamplesTest is TestBase {
    Ledger internal _ledger;

    GroupId private constant GROUP = GroupId.wrap(1);
    AccountId private constant A = AccountId.wrap(1);
    AccountId private constant B = AccountId.wrap(2);

    error Done(uint96 deficit, uint32 absorbed, uint72 estate);

    /// @dev Of winners whom only the charge takes below zero, with a deficit of one unit of 1e-9 quote: the charge is made for one unit more
    /// (ChargeLib.pendingCharges) and rounded up, so B, whose equity of one unit the exact charge (2/3) would leave him, is absorbed and pays the whole
    /// deficit. If he comes first, nothing is left to charge A.
    function test_absorb_ofChargedWinnersDependsOnTheOrderAtTheLastUnit() public {
        Market storage market = _setUp();
        // A jump of 2, 1.5e18 live winners, a deficit of 1: the charge is 2 a unit.
        (market.candidate, market.anchor, market.openInterest) = (1e18, 1e18 - 2, 1.5e18);
        _ledger.groups[GROUP].deficit = 1;
        _long(A, 5e17, 0);
        _long(B, 1e18, 1);
        vm.assertEq(_run(A, B), abi.encodeWithSelector(Done.selector, 0, 2, 1.5e18), "A first: both are absorbed");
        vm.assertEq(_run(B, A), abi.encodeWithSelector(Done.selector, 0, 1, 1e18), "B first: A keeps his position");
    }

    /// @dev |K| <= max |m~| but for a unit a tear-up: proceeds of longs are rounded down and of shorts up.
    function test_tearUp_mayTakeKBeyondTheLargestMarkByAUnitEach() public pure {
        Frame memory frame;
        frame.remaining = FrameLib.ONE;
        frame = FrameLib.tearUp(frame, 2, 1, Price.wrap(-1), true);
        frame = FrameLib.tearUp(frame, 2, 1, Price.wrap(-1), true);
        vm.assertEq(int256(frame.proceeds), -2);
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

    function _setUp() private returns (Market storage market) {
        Group storage group = _ledger.groups[GROUP];
        (group.phase, group.markets, group.until) = (Phase.LOCKED, 1, type(uint40).max);
        market = _ledger.markets[GROUP.market(0)];
        market.status = MarketStatus.OPEN;
        market.fundingTime = uint32(block.timestamp);
    }

    /// @dev A long of `size` whose equity at the frozen mark of 1 is `equity`.
    function _long(AccountId id, int256 size, int256 equity) private {
        MarketId market = GROUP.market(0);
        NodeId node = NodeId.wrap((uint48(50) << 40) | (uint48(9_000_000) << 16));
        Account storage account = _ledger.accounts[id];
        (account.group, account.open) = (GROUP, 1);
        _ledger.positions[id.position(market)] = packPosition(size, Money.wrap(size - equity), 0, node);
        _ledger.markets[market].longs.nodes[node] = packNode(1.5e18, NO_NODE, NO_NODE, 0, false);
    }
}
