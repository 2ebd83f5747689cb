// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {Clearinghouse, Modules} from "../../contracts/Clearinghouse.sol";
import {IAccounts} from "../../contracts/interfaces/IAccounts.sol";
import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {IGovernance} from "../../contracts/interfaces/IGovernance.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Mode, PauseLevel} from "../../contracts/Ledger.sol";
import {FeeToken} from "../../contracts/mocks/FeeToken.sol";
import {LyingToken} from "../../contracts/mocks/LyingToken.sol";
import {MockToken} from "../../contracts/mocks/MockToken.sol";
import {ReentrantToken} from "../../contracts/mocks/ReentrantToken.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Actor, Fixture} from "../base/Fixture.sol";

contract ClearinghouseTest is Fixture {
    Actor internal alice;
    Actor internal bob;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        alice = _actor("alice", 100_000);
        bob = _actor("bob", 100_000);
    }

    // ------------------------------------------------------------------ deposit

    function test_deposit_revertsForNothing_forNobody_andWithoutTokens() public {
        vm.expectRevert(IAccounts.ZeroAmount.selector);
        venue.deposit(alice.id, 0);
        vm.expectRevert(IAccounts.ZeroAddress.selector);
        venue.deposit(AccountId.wrap(5), 1);
        vm.expectRevert();
        venue.deposit(alice.id, 1);
    }

    function testFuzz_deposit_creditsAnybodysAccount(uint96 amount, uint32 number) public {
        amount = uint96(bound(amount, 1, type(uint88).max / 1e3)); // what the venue holds fits 88 bits of 1e-9
        AccountId id = accountOf(makeAddr("carol"), number);
        _fund(id, amount);
        vm.assertEq(_cash(id), int256(uint256(amount)) * 1e3);
    }

    function test_depositWithPermit_worksAlsoWhenThePermitWasUsedBefore() public {
        for (uint256 i; i < 2; ++i) {
            token.mint(alice.owner, 5e6);
            (uint8 v, bytes32 r, bytes32 s) = _permit(alice, 5e6, token.nonces(alice.owner));
            if (i == 1) token.permit(alice.owner, address(venue), 5e6, type(uint256).max, v, r, s);
            int256 before = _cash(alice.id);
            vm.prank(alice.owner);
            venue.depositWithPermit(alice.id, 5e6, type(uint256).max, v, r, s);
            vm.assertEq(_cash(alice.id) - before, 5e9);
        }
    }

    function _permit(Actor memory actor, uint256 amount, uint256 nonce) private view returns (uint8, bytes32, bytes32) {
        bytes32 kind = keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 hash = keccak256(abi.encode(kind, actor.owner, address(venue), amount, nonce, type(uint256).max));
        return vm.sign(actor.key, keccak256(abi.encodePacked("\x19\x01", token.DOMAIN_SEPARATOR(), hash)));
    }

    // ------------------------------------------------------------------ withdraw

    function testFuzz_withdraw_paysAFlatAccountAtPar(uint256 amount) public {
        amount = bound(amount, 1, 100_000 * TOKEN);
        vm.prank(alice.owner);
        vm.assertEq(venue.withdraw(0, amount, bob.owner), amount, "INV-11");
        vm.assertEq(token.balanceOf(bob.owner), amount, "INV-9: where he said");
        vm.assertEq(_cash(alice.id), int256((100_000 * TOKEN - amount) * 1e3));
    }

    function test_withdraw_revertsBeyondTheCash() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccounts.InsufficientWithdrawable.selector,
                alice.id,
                Money.wrap(100_001e9),
                Money.wrap(100_000e9)
            )
        );
        vm.prank(alice.owner);
        venue.withdraw(0, 100_001 * TOKEN, alice.owner);
    }

    function test_withdraw_revertsForNothing_andToNowhere() public {
        vm.startPrank(alice.owner);
        vm.expectRevert(IAccounts.ZeroAmount.selector);
        venue.withdraw(0, 0, alice.owner);
        vm.expectRevert(IAccounts.ZeroAmount.selector);
        venue.withdraw(7, type(uint256).max, alice.owner);
        vm.expectRevert(IAccounts.ZeroAddress.selector);
        venue.withdraw(0, 1, address(0));
        vm.expectRevert(IAccounts.RecipientIsClearinghouse.selector);
        venue.withdraw(0, 1, address(venue));
        vm.stopPrank();
    }

    function testFuzz_withdraw_leavesInitialMarginAndNoUnrealisedGains(uint256 mark) public {
        _trade(alice, bob, btc, 1e9, 60_000e18);
        mark = bound(mark, 59_000e18, 61_000e18);
        _setPrice(btc, mark);
        int256 cash = _cash(alice.id);
        int256 equity = _equity(alice.id);
        vm.prank(alice.owner);
        uint256 paid = venue.withdraw(0, type(uint256).max, alice.owner);
        int256 max = (cash < equity ? cash : equity) - int256((mark * 5) / 100 / 1e9);
        vm.assertApproxEqAbs(int256(paid) * 1e3, max, 1_001);
        vm.assertLe(int256(paid) * 1e3, max);
    }

    function test_withdraw_waitsAtAGap_inALock_andWithAStaleLeg() public {
        _trade(alice, bob, btc, 1e9, 60_000e18);
        vm.startPrank(alice.owner);
        _setStale(btc);
        vm.expectRevert(abi.encodeWithSelector(ITrading.AccountHasStaleLeg.selector, alice.id));
        venue.withdraw(0, 1, alice.owner);
        _setPrice(btc, 62_000e18);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GapOpen.selector, solo));
        venue.withdraw(0, 1, alice.owner);
        venue.poke(solo);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GroupLocked.selector, solo, START + 120));
        venue.withdraw(0, 1, alice.owner);
        vm.stopPrank();
    }

    function test_withdraw_waitsWhileEverythingIsReduceOnly() public {
        venue.pause(MarketId.wrap(0), PauseLevel.REDUCE_ONLY, 1 days);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.PausedAt.selector, PauseLevel.REDUCE_ONLY, START + 1 days));
        vm.prank(alice.owner);
        venue.withdraw(0, 1, alice.owner);
        skip(1 days);
        vm.prank(alice.owner);
        venue.withdraw(0, 1, alice.owner);
    }

    function test_withdraw_waitsForTheVaultWhileAGroupIsLocked() public {
        _setPrice(btc, 62_000e18);
        venue.poke(solo);
        vm.expectRevert(abi.encodeWithSelector(IAccounts.GroupsLocked.selector, 1));
        vm.prank(vault.owner);
        venue.withdraw(0, 1, vault.owner);
    }

    function testFuzz_withdraw_isCappedADay_thenGoesOn(uint256 first) public {
        Actor memory whale = _actor("whale", 10_000_000);
        // A quarter of what the venue holds when the window opens: 11,200,000.
        uint256 cap = 2_800_000 * TOKEN;
        first = bound(first, 1, cap);
        skip(2 days); // all that is held was there for a whole window
        vm.startPrank(whale.owner);
        venue.withdraw(0, first, whale.owner);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccounts.OutflowCapReached.selector,
                Money.wrap(int256((cap - first + 1) * 1e3)),
                Money.wrap(int256((cap - first) * 1e3)),
                START + 3 days
            )
        );
        venue.withdraw(0, cap - first + 1, whale.owner);
        skip(1 days);
        venue.withdraw(0, cap / 2, whale.owner);
        vm.stopPrank();
    }

    // ------------------------------------------------------------------ transfer, signers

    function testFuzz_transfer_movesClaimsBetweenOnesOwnAccounts(uint256 amount, uint32 to) public {
        amount = bound(amount, 1, 100_000 * QUOTE);
        vm.prank(alice.owner);
        venue.transfer(0, to, Money.wrap(int256(amount)));
        if (to == 0) {
            vm.assertEq(_cash(alice.id), int256(100_000 * QUOTE));
            return;
        }
        vm.assertEq(_cash(accountOf(alice.owner, to)), int256(amount));
        vm.assertEq(_cash(alice.id), int256(100_000 * QUOTE - amount));
    }

    function test_transfer_revertsForNothing_andBeyondTheCash() public {
        vm.startPrank(alice.owner);
        vm.expectRevert(IAccounts.ZeroAmount.selector);
        venue.transfer(0, 1, Money.wrap(0));
        vm.expectRevert(IAccounts.ZeroAmount.selector);
        venue.transfer(0, 1, Money.wrap(-1));
        vm.expectPartialRevert(IAccounts.InsufficientWithdrawable.selector);
        venue.transfer(0, 1, Money.wrap(100_000e9 + 1));
        vm.stopPrank();
    }

    function test_setSigner_refusesTheOwner_andLetsASignerCancelUntilHeExpires() public {
        vm.startPrank(alice.owner);
        vm.expectRevert(IAccounts.SignerIsOwner.selector);
        venue.setSigner(alice.owner, 1);
        venue.setSigner(bob.owner, START + 10);
        vm.stopPrank();
        vm.warp(START + 10);
        vm.prank(bob.owner);
        venue.cancelOrder(1 << 16, alice.id);
        vm.warp(START + 11);
        bytes memory refused = abi.encodeWithSelector(ITrading.SignerNotAuthorised.selector, alice.owner, bob.owner);
        vm.startPrank(bob.owner);
        vm.expectRevert(refused);
        venue.cancelOrder(1 << 16, alice.id);
        vm.expectRevert(refused);
        venue.cancelBelow(alice.id, 9);
        vm.stopPrank();
    }

    function test_cancel_takesSequencesUpToAnHourAhead_ofTheOwnerToo() public {
        uint256 highest = (block.timestamp + 1 hours) * 1_000;
        bytes memory why = abi.encodeWithSelector(ITrading.SequenceTooHigh.selector, highest + 1, highest);
        vm.startPrank(alice.owner);
        vm.expectRevert(why);
        venue.cancelOrder(uint64(highest + 1) << 16, alice.id);
        vm.expectRevert(why);
        venue.cancelBelow(alice.id, uint48(highest + 1));
        venue.cancelOrder(uint64(highest) << 16, alice.id);
        venue.cancelBelow(alice.id, uint48(highest));
        vm.assertEq(_account(alice.id).minSequence, highest);
        vm.stopPrank();
    }

    // ------------------------------------------------------------------ tokens

    function testFuzz_tokens_ofAnyDecimalsComeBackToTheUnit(uint256 which, uint256 amount) public {
        uint8[4] memory decimals = [6, 18, 9, 2];
        uint8 d = decimals[which % 4];
        _deployVenue(Mode.QUEUE, new MockToken("Other", "OTHER", d));
        amount = bound(amount, 1, 10 ** (uint256(d) + 5));
        uint256 nano = d > 9 ? 10 ** (d - 9) : 1;
        Actor memory carol = _actor("carol");
        if (amount < nano) {
            token.mint(address(this), amount);
            token.approve(address(venue), amount);
            vm.expectRevert(IAccounts.NothingArrived.selector);
            venue.deposit(carol.id, amount);
            return;
        }
        _fund(carol.id, amount);
        vm.prank(carol.owner);
        uint256 paid = venue.withdraw(0, type(uint256).max, carol.owner);
        vm.assertEq(paid, amount - (amount % nano), "what is smaller than 1e-9 quote stays with the venue");
        vm.assertEq(_cash(carol.id), 0);
    }

    function testFuzz_feeToken_isCreditedByWhatArrives(uint256 fee) public {
        fee = bound(fee, 0, 999_999);
        FeeToken feeToken = new FeeToken("Fee", "FEE", 6, 0);
        _deployVenue(Mode.QUEUE, feeToken);
        feeToken.setFee(fee);
        Actor memory carol = _actor("carol");
        _fund(carol.id, 1_000 * TOKEN);
        uint256 arrived = 1_000 * TOKEN - (1_000 * TOKEN * fee) / 1e6;
        vm.assertEq(_cash(carol.id), int256(arrived * 1e3));
        vm.assertEq(token.balanceOf(address(venue)), POT * TOKEN + arrived, "INV-1");
    }

    function test_lyingToken_creditsNothingThatDidNotArrive() public {
        LyingToken liar = new LyingToken("Liar", "LIAR", 6);
        _deployVenue(Mode.QUEUE, liar);
        liar.mint(address(this), 1e6);
        liar.approve(address(venue), 1e6);
        liar.setLie(LyingToken.Lie.MOVE_NOTHING);
        vm.expectRevert(IAccounts.NothingArrived.selector);
        venue.deposit(alice.id, 1e6);
        liar.setLie(LyingToken.Lie.RETURN_FALSE);
        vm.expectRevert();
        venue.deposit(alice.id, 1e6);
    }

    function test_reentrantToken_meetsTheGuardInEveryEntryPoint() public {
        ReentrantToken reentrant = new ReentrantToken("Again", "AGAIN", 6);
        _deployVenue(Mode.QUEUE, reentrant);
        bytes[6] memory calls = [
            abi.encodeCall(venue.deposit, (alice.id, 1)),
            abi.encodeCall(venue.withdraw, (0, 1, alice.owner)),
            abi.encodeCall(venue.cover, (1)),
            abi.encodeCall(venue.poke, (solo)),
            abi.encodeCall(venue.collectFees, ()),
            abi.encodeCall(venue.deleverage, (solo, 1))
        ];
        for (uint256 i; i < calls.length; ++i) {
            reentrant.mint(address(this), 1e6);
            reentrant.approve(address(venue), 1e6);
            reentrant.arm(address(venue), calls[i]);
            venue.deposit(alice.id, 1e6);
            vm.assertTrue(reentrant.called());
            vm.assertFalse(reentrant.succeeded());
            vm.assertEq(
                bytes32(bytes4(reentrant.answer())),
                bytes32(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
            );
        }
    }

    function test_constructor_refusesNoTreasury() public {
        IERC20Metadata asset = token;
        Modules memory modules = _modules();
        vm.expectRevert(IAccounts.ZeroAddress.selector);
        new Clearinghouse(asset, address(manager), address(0), _venueParams(), modules);
    }

    function test_inspect_changesNothing() public {
        bytes memory call = abi.encodeWithSignature("spoil()");
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, ) = address(venue).call(abi.encodeCall(venue.inspect, (address(new Spoiler()), call)));
        vm.assertFalse(ok, "it always reverts");
        vm.assertEq(venue.vault(), vault.owner);
        vm.assertEq(uint256(vm.load(address(venue), bytes32(uint256(777)))), 0);
    }
}

/// @notice A lens that writes where it must not.
contract Spoiler {
    function spoil() external {
        assembly ("memory-safe") {
            sstore(777, 1)
        }
    }
}
