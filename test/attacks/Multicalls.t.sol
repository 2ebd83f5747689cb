// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IAccounts} from "../../contracts/interfaces/IAccounts.sol";
import {IMulticall, Outcome} from "../../contracts/interfaces/IMulticall.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {ReentrantToken} from "../../contracts/mocks/ReentrantToken.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {Attack} from "./Attack.sol";

/// @dev Owns an account. Called by the token in the middle of its own deposit, it plays a batch of calls.
contract BatchingOwner {
    address private immutable _venue;
    bytes private _batch;
    bool public succeeded;
    bytes public answer;

    constructor(address venue_) {
        _venue = venue_;
    }

    function prepare(bytes calldata batch) external {
        _batch = batch;
    }

    function enter() external {
        // solhint-disable-next-line avoid-low-level-calls
        (succeeded, answer) = _venue.call(_batch);
    }

    function play(IERC20 token, bytes calldata call) external {
        token.approve(_venue, type(uint256).max);
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory data) = _venue.call(call);
        require(ok, string(data));
    }
}

/// @dev A lens that tries to leave something behind.
contract WritingLens {
    function write() external {
        assembly ("memory-safe") {
            sstore(0, 1)
        }
    }
}

/// @title Several calls in one
/// @custom:source Opyn, 4 August 2020 (one msg.value counted in each call of a loop); SushiSwap MISO, 16 August 2021
/// (the same by a delegatecall batch); Uniswap v3 periphery and others reviewed for msg.sender in multicall
/// @notice Calls that are each harmless are put into one: through a token's hook, nested, with another's rights, around
/// the outflow window, with just too little gas.
contract MulticallsAttack is Attack {
    ReentrantToken internal hooked;
    BatchingOwner internal owner;
    AccountId internal own;

    function setUp() public {
        hooked = new ReentrantToken("Hooked", "HOOK", 6);
        _deployVenue(Mode.QUEUE, hooked);
        _honest("trader", 2_000_000);
        owner = new BatchingOwner(address(venue));
        own = accountOf(address(owner), 0);
        attackerIds.push(own);
        _wallet(address(owner), false);
        _fund(own, 100_000 * TOKEN);
        token.mint(address(owner), 100_000 * TOKEN);
    }

    /// In the middle of a deposit, itself in a batch, the hook plays a batch that withdraws. Bound: nothing.
    function test_aBatchFromTheMiddleOfABatch_meetsTheGuardOfItsCalls() public {
        bytes[] memory inner = _one(abi.encodeCall(venue.withdraw, (0, 100_000 * TOKEN, address(owner))));
        _begin();
        owner.prepare(abi.encodeCall(IMulticall.multicall, (inner)));
        hooked.arm(address(owner), abi.encodeCall(owner.enter, ()));
        bytes[] memory outer = _one(abi.encodeCall(venue.deposit, (own, 50_000 * TOKEN)));
        owner.play(token, abi.encodeCall(IMulticall.multicall, (outer)));
        vm.assertTrue(hooked.called() && hooked.succeeded(), "the hook was not played");
        vm.assertFalse(owner.succeeded(), "a withdrawal in the middle of a deposit");
        bytes4 guard = ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector;
        vm.assertEq(bytes32(bytes4(owner.answer())), bytes32(guard));
        _nothing("a batch from the middle of a batch");
    }

    /// The same with the batch that goes on after a failure: it reports the guard's error, and nothing else happened.
    function test_aReportingBatchFromTheMiddle_onlyReports() public {
        bytes[] memory inner = _one(abi.encodeCall(venue.withdraw, (0, 100_000 * TOKEN, address(owner))));
        _begin();
        owner.prepare(abi.encodeCall(IMulticall.tryMulticall, (inner)));
        hooked.arm(address(owner), abi.encodeCall(owner.enter, ()));
        owner.play(token, abi.encodeCall(venue.deposit, (own, 50_000 * TOKEN)));
        vm.assertTrue(owner.succeeded());
        Outcome[] memory outcomes = abi.decode(owner.answer(), (Outcome[]));
        bytes4 guard = ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector;
        vm.assertFalse(outcomes[0].success, "a withdrawal in the middle of a deposit");
        vm.assertEq(bytes32(bytes4(outcomes[0].result)), bytes32(guard));
        _nothing("a reporting batch from the middle of a deposit");
    }

    /// Deposits and withdrawals in one transaction: the window counts the net, and the cap holds for what leaves.
    /// Bound: what the window allows in any case.
    function test_depositsAndWithdrawalsInOne_passTheOutflowWindowNotMore() public {
        _fund(own, 1_500_000 * TOKEN);
        skip(3 days);
        _begin();
        uint256 cap = token.balanceOf(address(venue)) / 4;
        bytes[] memory calls = new bytes[](6);
        for (uint256 i; i < 4; i += 2) {
            calls[i] = abi.encodeCall(venue.deposit, (own, 100_000 * TOKEN));
            calls[i + 1] = abi.encodeCall(venue.withdraw, (0, 100_000 * TOKEN, address(owner)));
        }
        calls[4] = abi.encodeCall(venue.withdraw, (0, cap, address(owner)));
        calls[5] = abi.encodeCall(venue.withdraw, (0, 1, address(owner)));
        vm.startPrank(address(owner));
        token.approve(address(venue), type(uint256).max);
        Outcome[] memory outcomes = venue.tryMulticall(calls);
        vm.stopPrank();
        for (uint256 i; i < 5; ++i) vm.assertTrue(outcomes[i].success, "within the cap");
        vm.assertFalse(outcomes[5].success, "a unit more than the cap");
        vm.assertEq(bytes32(bytes4(outcomes[5].result)), bytes32(IAccounts.OutflowCapReached.selector));
        _nothing("deposits and withdrawals in one transaction");
    }

    /// Somebody without the role, and an operation that was scheduled or executed as a batch: neither borrows the
    /// role of the call inside. Bound: nothing.
    function test_restrictedCallsInABatch_needTheRoleOfEach() public {
        _begin();
        bytes[] memory calls = _one(abi.encodeCall(venue.setTreasury, (address(owner))));
        bytes memory batch = abi.encodeCall(IMulticall.multicall, (calls));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(owner)));
        vm.prank(address(owner));
        venue.multicall(calls);
        // Even when the batch itself is given to a role: what is inside is asked for by its own selector.
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = IMulticall.multicall.selector;
        manager.setTargetFunctionRole(address(venue), selectors, 77);
        manager.grantRole(77, address(owner), 0);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(manager)));
        vm.prank(address(owner));
        manager.execute(address(venue), batch);
        _nothing("restricted calls in a batch");
    }

    /// `inspect` runs anybody's code on the venue's storage and always reverts. In a batch that goes on after a failure
    /// what it wrote must be undone too. Bound: nothing.
    function test_aLensThatWrites_inAReportingBatch_leavesNothing() public {
        WritingLens lens_ = new WritingLens();
        _begin();
        bytes32 before = vm.load(address(venue), bytes32(0));
        bytes[] memory calls = _one(abi.encodeCall(venue.inspect, (address(lens_), abi.encodeCall(lens_.write, ()))));
        vm.prank(address(owner));
        Outcome[] memory outcomes = venue.tryMulticall(calls);
        vm.assertFalse(outcomes[0].success);
        vm.assertEq(vm.load(address(venue), bytes32(0)), before);
        _nothing("a lens that writes, in a batch");
    }

    /// With just too little gas a withdrawal in a batch might fail while a cancellation behind it stands. Bound: with
    /// any gas limit all that would succeed does, or nothing happens.
    function test_tooLittleGas_neverMakesACallFailAlone() public {
        _begin();
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(venue.withdraw, (0, 1_000 * TOKEN, address(owner)));
        calls[1] = abi.encodeCall(venue.cancelBelow, (own, 9));
        bytes memory batch = abi.encodeCall(IMulticall.tryMulticall, (calls));
        uint256 whole;
        uint256 none;
        for (uint256 gas = 25_000; gas < 260_000; gas += 500) {
            uint256 start = vm.snapshotState();
            vm.cool(address(venue));
            vm.prank(address(owner));
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, ) = address(venue).call{gas: gas}(batch);
            if (ok) {
                ++whole;
                vm.assertEq(token.balanceOf(address(owner)), 101_000 * TOKEN, "the withdrawal failed alone");
                vm.assertEq(uint256(_account(own).minSequence), 9, "the cancellation failed alone");
            } else ++none;
            vm.revertToState(start);
        }
        vm.assertGt(whole, 20, "it never had enough: this test says nothing");
        vm.assertGt(none, 20, "it always had enough: this test says nothing");
        _nothing("a batch with too little gas");
    }

    function _nothing(string memory name) private {
        (int256 gain, int256 loss) = _report(name);
        vm.assertEq(gain, 0, "gain");
        vm.assertEq(loss, 0, "loss");
    }

    function _one(bytes memory call) private pure returns (bytes[] memory calls) {
        calls = new bytes[](1);
        calls[0] = call;
    }
}
