// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IGovernance} from "../../../contracts/interfaces/IGovernance.sol";
import {ILiquidation} from "../../../contracts/interfaces/ILiquidation.sol";
import {IOptionLiquidation} from "../../../contracts/interfaces/IOptionLiquidation.sol";
import {IOptionTrading} from "../../../contracts/interfaces/IOptionTrading.sol";
import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {Account, Market, MarketParams, Phase} from "../../../contracts/Ledger.sol";
import {ISliceDesk, Slice, Tally} from "../../../contracts/options/IMarginDesk.sol";
import {OptionLiquidation} from "../../../contracts/options/OptionLiquidation.sol";
import {PERPETUAL, seriesOf} from "../../../contracts/options/SeriesId.sol";
import {PositionLib} from "../../../contracts/position/PositionLib.sol";
import {Quote} from "../../../contracts/prices/MarkLib.sol";
import {SignerLib} from "../../../contracts/trading/SignerLib.sol";
import {AccountId, accountOf} from "../../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../../contracts/types/MarketId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {NO_NODE, NodeId} from "../../../contracts/types/NodeId.sol";
import {NO_POSITION, packPosition} from "../../../contracts/types/Position.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {TestBase} from "../../base/TestBase.sol";

/// @dev A module that answers to each selector what is stored for it, and else reverts with what it was asked.
contract StubSlices {
    // solhint-disable-next-line payable-fallback, no-complex-fallback
    fallback() external {
        assembly ("memory-safe") {
            let at := mload(0x40)
            mstore(0, shr(224, calldataload(0)))
            let base := keccak256(0, 32)
            let length := sload(base)
            if iszero(length) {
                calldatacopy(at, 0, calldatasize())
                revert(at, calldatasize())
            }
            for {
                let i := 0
            } lt(i, length) {
                i := add(i, 32)
            } {
                mstore(add(at, i), sload(add(add(base, 1), shr(5, i))))
            }
            return(at, length)
        }
    }
}

contract LiquidationHarness is OptionLiquidation {
    using PositionLib for Market;

    GroupId private constant GROUP = GroupId.wrap(3);
    bool private _won;
    AccountId public netted;

    constructor() OptionLiquidation(address(new StubSlices())) {
        _ledger.venue.keeperShare = 300_000;
        _ledger.vault = address(0x7a);
        MarketParams storage params = _ledger.markets[seriesOf(GROUP, PERPETUAL).market()].params;
        (params.minNotional, params.maintenanceMargin) = (10e9, 30_000);
        _options.groups[GROUP].risk.maxLegs = 4;
    }

    function setAnswer(bytes4 selector, bytes memory answer) external {
        assembly ("memory-safe") {
            mstore(0, shr(224, selector))
            let base := keccak256(0, 32)
            sstore(base, mload(answer))
            for {
                let i := 0
            } lt(i, mload(answer)) {
                i := add(i, 32)
            } {
                sstore(add(add(base, 1), shr(5, i)), mload(add(add(answer, 32), i)))
            }
        }
    }

    function setAccount(AccountId id, int112 cash, GroupId group, uint8 open, uint256 held) external {
        Account storage account = _ledger.accounts[id];
        (account.cash, account.group, account.open) = (cash, group, open);
        _options.held[id] = held;
    }

    /// @dev In a node of its own, at its mark.
    function setPosition(AccountId id, MarketId market, int256 size, uint24 residue) external {
        if (size == 0) {
            _ledger.positions[id.position(market)] = NO_POSITION;
            return;
        }
        NodeId node = NodeId.wrap((50 << 40) | uint48((uint256(1 << 23) + residue) << 16));
        _ledger.positions[id.position(market)] = packPosition(size, Money.wrap(0), residue, node);
        _ledger.markets[market].openInterest = 1_000e9;
    }

    function setPhase(Phase phase, bool won) external {
        (_ledger.groups[GROUP].phase, _won) = (phase, won);
    }

    function setStopped(uint40 until) external {
        (_ledger.anyStoppedUntil, _ledger.pause.liquidationsStoppedUntil) = (until, until);
        _ledger.venue.unpauseGrace = 60;
    }

    function know(address one, address other) external {
        SignerLib.list(_ledger, one, other, 1);
    }

    function hasWon(AccountId) external view returns (bool) {
        return _won;
    }

    function netOne(AccountId id) external {
        netted = id;
    }

    function cashOf(AccountId id) external view returns (int256) {
        return _ledger.accounts[id].cash;
    }
}

/// @title Liquidations of options, by themselves: what they ask, what a keeper is refused, and who is paid what
contract OptionLiquidationTest is TestBase {
    GroupId private constant GROUP = GroupId.wrap(3);
    AccountId private constant FROM = AccountId.wrap(0xabc << 32);
    uint40 private constant NEVER = type(uint40).max;
    uint256 private constant ONE = 1e18;

    LiquidationHarness private harness;
    AccountId private keeper;
    MarketId private call;

    function setUp() public {
        vm.warp(1_763_020_800);
        harness = new LiquidationHarness();
        keeper = accountOf(address(this), 5);
        call = seriesOf(GROUP, 14).market();
        harness.setAccount(FROM, 1_000e9, GROUP, 1, 1 << 14);
        harness.setAccount(keeper, 500e9, GROUP, 0, 0);
        harness.setAnswer(ISliceDesk.tallyAll.selector, abi.encode(_tally()));
    }

    // ------------------------------------------------------------------ what is asked

    function test_aSliceIsPlanned_ofAll() public {
        vm.expectRevert(abi.encodeCall(ISliceDesk.plan, (FROM, 256, ONE / 3)));
        harness.liquidateSlice(FROM, 5, ONE / 3, 0, Money.wrap(0), NEVER, new NodeId[](0));
    }

    /// `max` of a leg is a fraction of it, floor; from all of it on, everything.
    function test_aLegIsPlanned_byTheFractionThatIsWanted() public {
        for (int256 side = -1; side < 2; side += 2) {
            harness.setPosition(FROM, call, side * 3e9, 0);
            _requireFraction(1e9, ONE / 3);
            _requireFraction(3e9 - 1, ((3e9 - 1) * ONE) / 3e9);
            _requireFraction(3e9, type(uint256).max);
            _requireFraction(type(uint256).max, type(uint256).max);
        }
    }

    function _requireFraction(uint256 max, uint256 fraction) private {
        vm.expectRevert(abi.encodeCall(ISliceDesk.plan, (FROM, 14, fraction)));
        _takeLeg(max, 0);
    }

    // ------------------------------------------------------------------ who may

    function test_deadlines() public {
        uint40 now_ = uint40(block.timestamp);
        vm.expectRevert(abi.encodeWithSelector(ITrading.DeadlinePassed.selector, now_ - 1));
        harness.liquidateSlice(FROM, 5, ONE, 0, Money.wrap(0), now_ - 1, new NodeId[](0));
        vm.expectRevert(abi.encodeCall(ISliceDesk.plan, (FROM, 256, ONE)));
        harness.liquidateSlice(FROM, 5, ONE, 0, Money.wrap(0), now_, new NodeId[](0));
        vm.expectRevert(abi.encodeWithSelector(ITrading.DeadlinePassed.selector, now_ - 1));
        harness.liquidateToAccount(FROM, call, 5, 1, NO_NODE, Price.wrap(0), now_ - 1);
    }

    function test_nobodyTakesHisOwn_norOfWhomTheLedgerKnows() public {
        bytes memory same = abi.encodeWithSelector(ITrading.SameOwner.selector, address(this));
        vm.expectRevert(same);
        harness.liquidateSlice(accountOf(address(this), 6), 5, ONE, 0, Money.wrap(0), NEVER, new NodeId[](0));
        harness.know(address(this), FROM.owner());
        same = abi.encodeWithSelector(ITrading.SameOwner.selector, FROM.owner());
        vm.expectRevert(same);
        harness.liquidateSlice(FROM, 5, ONE, 0, Money.wrap(0), NEVER, new NodeId[](0));
    }

    function test_pauses() public {
        harness.setStopped(uint40(block.timestamp));
        uint256 from = block.timestamp + 60;
        vm.expectRevert(abi.encodeWithSelector(IGovernance.LiquidationsPaused.selector, from));
        harness.liquidateSlice(FROM, 5, ONE, 0, Money.wrap(0), NEVER, new NodeId[](0));
        vm.warp(from);
        vm.expectRevert(abi.encodeCall(ISliceDesk.plan, (FROM, 256, ONE)));
        harness.liquidateSlice(FROM, 5, ONE, 0, Money.wrap(0), NEVER, new NodeId[](0));
    }

    /// Of another group: while it has positions there.
    function test_keepersOfOtherGroups() public {
        GroupId other = GroupId.wrap(4);
        harness.setAccount(keeper, 500e9, other, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(ITrading.AccountInOtherGroup.selector, keeper, other));
        harness.liquidateSlice(FROM, 5, ONE, 0, Money.wrap(0), NEVER, new NodeId[](0));
        harness.setAccount(keeper, 500e9, other, 0, 0);
        vm.expectRevert(abi.encodeCall(ISliceDesk.plan, (FROM, 256, ONE)));
        harness.liquidateSlice(FROM, 5, ONE, 0, Money.wrap(0), NEVER, new NodeId[](0));
        harness.setAccount(keeper, 500e9, GROUP, 1, 1);
        vm.expectRevert(abi.encodeCall(ISliceDesk.plan, (FROM, 256, ONE)));
        harness.liquidateSlice(FROM, 5, ONE, 0, Money.wrap(0), NEVER, new NodeId[](0));
    }

    function test_positionsThatAreExpected() public {
        bytes memory others = abi.encodeWithSelector(IOptionLiquidation.OtherPositions.selector, FROM, 1 << 14);
        vm.expectRevert(others);
        harness.liquidateSlice(FROM, 5, ONE, 1 << 15, Money.wrap(0), NEVER, new NodeId[](0));
        vm.expectRevert(abi.encodeCall(ISliceDesk.plan, (FROM, 256, ONE)));
        harness.liquidateSlice(FROM, 5, ONE, 1 << 14, Money.wrap(0), NEVER, new NodeId[](0));
    }

    function test_aLegIsOfTheAccountsGroup() public {
        MarketId other = seriesOf(GroupId.wrap(4), 14).market();
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.NoPosition.selector, FROM, other));
        harness.liquidateToAccount(FROM, other, 5, 1, NO_NODE, Price.wrap(0), NEVER);
    }

    function test_whoHasWon() public {
        harness.setPosition(FROM, call, 3e9, 0);
        harness.setPhase(Phase.LOCKED, true);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.WinningSideLocked.selector, keeper, call));
        _takeLeg(3e9, 0);
    }

    // ------------------------------------------------------------------ prices

    /// 3 quote of 10 are the keeper's: of one bought at 200 he pays 197.
    function test_limits() public {
        _plan(1e9, 10e9);
        _requireLimit(197e18 - 1, 197e18);
        _takeLeg(1e9, 197e18);
    }

    /// Of one sold he gets 203.
    function test_limits_ofAShort() public {
        _plan(-1e9, 10e9);
        _requireLimit(203e18 + 1, 203e18);
        _takeLeg(1e9, 203e18);
    }

    /// The keeper's part of each unit is rounded down: 0.999999999 of three.
    function test_limits_ofMore() public {
        _plan(3e9, 10e9 - 7);
        int256 price = 200e18 - (2_999_999_997 * int256(ONE)) / 3e9;
        _requireLimit(price - 1, price);
        _takeLeg(3e9, price);
    }

    function _requireLimit(int256 limit, int256 price) private {
        vm.expectRevert(abi.encodeWithSelector(ITrading.LimitNotMet.selector, limit, price));
        _takeLeg(type(uint256).max, limit);
    }

    /// The least that may be taken can be more than who takes over wants.
    function test_noMoreThanIsWanted() public {
        _plan(2_500_000, 10e9);
        vm.expectRevert(abi.encodeWithSelector(ITrading.FillTooSmall.selector, 9_999_996_000, 10_000_000_000));
        _takeLeg(2_499_999, 0);
        _takeLeg(2_500_000, 0);
    }

    function test_theLeastReward() public {
        _plan(1e9, 10e9 + 9); // 3.0000000027, floor
        Money more = Money.wrap(3_000_000_003);
        bytes memory low = abi.encodeWithSelector(
            IOptionLiquidation.RewardTooLow.selector,
            3_000_000_002,
            3_000_000_003
        );
        vm.expectRevert(low);
        harness.liquidateSlice(FROM, 5, ONE, 0, more, NEVER, new NodeId[](0));
        harness.liquidateSlice(FROM, 5, ONE, 0, Money.wrap(3_000_000_002), NEVER, new NodeId[](0));
    }

    // ------------------------------------------------------------------ the keeper after it

    function test_keepersMargin() public {
        _plan(1e9, 10e9);
        Tally memory t = _tally();
        (t.legs, t.equity, t.initial) = (4, Money.wrap(700), Money.wrap(700));
        (t.atAnchor, t.atRecorded) = (Money.wrap(0), Money.wrap(0));
        _requireEnd(t, "");
        t.legs = 5;
        _requireEnd(t, abi.encodeWithSelector(IOptionTrading.TooManyLegs.selector, keeper, 5, 4));
        (t.legs, t.equity) = (4, Money.wrap(699));
        _requireEnd(t, abi.encodeWithSelector(ITrading.InsufficientMargin.selector, keeper, 699, 700));
        (t.equity, t.atAnchor) = (Money.wrap(700), Money.wrap(-1));
        _requireEnd(t, abi.encodeWithSelector(ITrading.UnsoundAtAnchor.selector, keeper, int256(-1), 0));
        (t.atAnchor, t.atRecorded) = (Money.wrap(2), Money.wrap(-3));
        _requireEnd(t, abi.encodeWithSelector(ITrading.UnsoundAtAnchor.selector, keeper, 2, int256(-3)));
    }

    function _requireEnd(Tally memory t, bytes memory reason) private {
        uint256 state = vm.snapshotState();
        harness.setAnswer(ISliceDesk.tallyAll.selector, abi.encode(t));
        if (reason.length != 0) vm.expectRevert(reason);
        harness.liquidateSlice(FROM, 5, ONE, 0, Money.wrap(0), NEVER, new NodeId[](0));
        vm.revertToStateAndDelete(state);
    }

    /// In a lock a losing leg is not taken by who is on the other side, and would leave it.
    function test_inALock_theWinningSideIsNotLeft() public {
        _plan(-1e9, 10e9);
        harness.setPhase(Phase.LOCKED, false);
        harness.setPosition(keeper, call, 5e9, 1);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.WinningSideLocked.selector, keeper, call));
        _takeLeg(1e9, 0);
        vm.assertTrue(harness.netted() == AccountId.wrap(0), "reverted");
        harness.setPhase(Phase.NORMAL, false);
        uint256 state = vm.snapshotState();
        _takeLeg(1e9, 0);
        vm.assertTrue(harness.netted() == FROM, "registered for what he lost");
        vm.revertToStateAndDelete(state);
        harness.setPhase(Phase.LOCKED, false);
        harness.setPosition(keeper, call, 0, 0);
        _takeLeg(1e9, 0);
    }

    /// @dev The account has `size` of the call, of which all is taken, for `cost`.
    function _plan(int256 size, int256 cost) private {
        Slice memory s;
        (s.group, s.spot, s.fraction, s.cost) = (GROUP, Price.wrap(4_000e18), ONE, Money.wrap(cost));
        (s.indexes, s.quotes, s.sizes) = (new uint256[](1), new Quote[](1), new Size[](1));
        Price mark = Price.wrap(200e18);
        (s.indexes[0], s.sizes[0]) = (14, Size.wrap(size));
        (s.quotes[0].mark, s.quotes[0].long, s.quotes[0].short, s.quotes[0].fresh) = (mark, mark, mark, true);
        harness.setAnswer(ISliceDesk.plan.selector, abi.encode(s));
        harness.setAccount(FROM, 1_000e9, GROUP, 1, 3 << 14);
    }

    function _takeLeg(uint256 max, int256 limit) private {
        harness.liquidateToAccount(FROM, call, 5, max, NO_NODE, Price.wrap(limit), NEVER);
    }

    function _tally() private pure returns (Tally memory t) {
        (t.equity, t.initial, t.atAnchor, t.atRecorded) = (Money.wrap(2), Money.wrap(1), Money.wrap(1), Money.wrap(1));
    }
}
