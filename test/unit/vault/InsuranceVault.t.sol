// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IAccounts} from "../../../contracts/interfaces/IAccounts.sol";
import {IClearinghouse} from "../../../contracts/interfaces/IClearinghouse.sol";
import {IERC7540Operator, IERC7540Redeem} from "../../../contracts/interfaces/IERC7540.sol";
import {Batch, Flows, IInsuranceVault} from "../../../contracts/interfaces/IInsuranceVault.sol";
import {FeeToken} from "../../../contracts/mocks/FeeToken.sol";
import {LyingToken} from "../../../contracts/mocks/LyingToken.sol";
import {MockToken} from "../../../contracts/mocks/MockToken.sol";
import {ReentrantToken} from "../../../contracts/mocks/ReentrantToken.sol";
import {AccountId, accountOf} from "../../../contracts/types/AccountId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {InsuranceVault} from "../../../contracts/vault/InsuranceVault.sol";
import {TestBase} from "../../base/TestBase.sol";
import {HostileToken} from "../../invariants/HostileToken.sol";

/// @notice The part of the clearinghouse that a vault sees, with every condition set by the test.
contract FakeClearinghouse {
    uint256 internal constant PAR = 1e18;

    MockToken public immutable token;
    address public vault;
    uint256 public lockedGroups;
    uint256 public recoveryRate = PAR;
    /// 1e-9 quote, of all accounts with number 0.
    mapping(address owner => int256 cash) public cash;
    int256 public inventory;
    bool public fresh = true;
    uint256 public outflowLeft = type(uint128).max;
    bool public waiting;
    uint256 private immutable _nanoPerUnit;
    uint256 private immutable _unitsPerNano;

    constructor(MockToken token_) {
        token = token_;
        uint256 decimals = token_.decimals();
        _nanoPerUnit = decimals < 9 ? 10 ** (9 - decimals) : 1;
        _unitsPerNano = decimals > 9 ? 10 ** (decimals - 9) : 1;
    }

    function setVault(address vault_) external {
        vault = vault_;
    }

    function setLockedGroups(uint256 count) external {
        lockedGroups = count;
    }

    function setRecoveryRate(uint256 rate) external {
        recoveryRate = rate;
    }

    function setFresh(bool fresh_) external {
        fresh = fresh_;
    }

    function setWaiting(bool waiting_) external {
        waiting = waiting_;
    }

    function setOutflowLeft(uint256 nano) external {
        outflowLeft = nano;
    }

    /// @notice The pot wins or loses `nano`.
    function earn(int256 nano) external {
        cash[vault] += nano;
        if (nano > 0) token.mint(address(this), (uint256(nano) * _unitsPerNano) / _nanoPerUnit);
    }

    /// @notice Moves `nano` out of reach of withdrawals, as margin of inventory.
    function bind(int256 nano) external {
        cash[vault] -= nano;
        inventory += nano;
    }

    function vaultEquity() external view returns (Money, bool) {
        return (Money.wrap(cash[vault] + inventory), fresh);
    }

    function deposit(AccountId account, uint256 amount) external returns (Money credited) {
        uint256 before = token.balanceOf(address(this));
        require(token.transferFrom(msg.sender, address(this), amount), "lied");
        uint256 nano = ((token.balanceOf(address(this)) - before) * _nanoPerUnit) / _unitsPerNano;
        if (nano == 0) revert IAccounts.NothingArrived();
        cash[account.owner()] += int256(nano);
        return Money.wrap(int256(nano));
    }

    function withdraw(uint32 number, uint256 amount, address to) external returns (uint256 paid) {
        if (waiting) revert IAccounts.WithdrawalsWait(1);
        int256 max = cash[msg.sender] > 0 ? cash[msg.sender] : int256(0);
        if (amount == type(uint256).max) amount = (uint256(max) * _unitsPerNano) / _nanoPerUnit;
        int256 claims = int256((amount * _nanoPerUnit) / _unitsPerNano);
        if (claims == 0) revert IAccounts.ZeroAmount();
        if (claims > max) {
            revert IAccounts.InsufficientWithdrawable(
                accountOf(msg.sender, number),
                Money.wrap(claims),
                Money.wrap(max)
            );
        }
        cash[msg.sender] -= claims;
        paid = (((uint256(claims) * recoveryRate) / PAR) * _unitsPerNano) / _nanoPerUnit;
        uint256 nano = (paid * _nanoPerUnit) / _unitsPerNano;
        if (nano > outflowLeft) {
            revert IAccounts.OutflowCapReached(
                Money.wrap(int256(nano)),
                Money.wrap(int256(outflowLeft)),
                block.timestamp + 1 days
            );
        }
        outflowLeft -= nano;
        require(token.transfer(to, paid), "lied");
    }
}

contract InsuranceVaultTest is TestBase {
    uint256 internal constant WINDOW = 1 days;
    uint256 internal constant COOLDOWN = 3 days;
    uint256 internal constant SEED = 100e6;
    uint256 internal constant UNIT = 1e6; // one whole token
    uint256 internal constant SHARE = 1e12; // one whole share
    uint256 internal constant VIRTUAL = 1e6;

    MockToken internal token;
    FakeClearinghouse internal venue;
    InsuranceVault internal vault;
    address internal alice = address(0xA11CE);
    address internal bob = address(0xB0B);
    address internal carol = address(0xCA201);

    function setUp() public {
        vm.warp(1_800_000_000);
        token = new MockToken("Token", "TKN", 6);
        (venue, vault) = _deploy(token, SEED);
    }

    // ------------------------------------------------------------------ construction and seed

    function test_constructor_boundsCooldownAndWindow() public {
        venue = new FakeClearinghouse(token);
        _expectOutOfBounds("cooldown", 1 hours - 1, 1 hours, 30 days);
        _construct(token, 10 minutes, 1 hours - 1);
        _expectOutOfBounds("cooldown", 30 days + 1, 1 hours, 30 days);
        _construct(token, 10 minutes, 30 days + 1);
        _expectOutOfBounds("window", 10 minutes - 1, 10 minutes, 1 hours);
        _construct(token, 10 minutes - 1, 1 hours);
        _expectOutOfBounds("window", 1 hours + 1, 10 minutes, 1 hours);
        _construct(token, 1 hours + 1, 1 hours);
    }

    function test_initialise_revertsTwice() public {
        vm.expectRevert(IInsuranceVault.AlreadySeeded.selector);
        vault.initialise(SEED);
    }

    function test_initialise_revertsBeforeTheVaultIsAppointed() public {
        venue = new FakeClearinghouse(token);
        vault = _construct(token, WINDOW, COOLDOWN);
        _expectFlowsClosed(Flows.NOT_APPOINTED);
        vault.initialise(SEED);
    }

    function test_initialise_revertsBelowAWholeToken() public {
        venue = new FakeClearinghouse(token);
        vault = _construct(token, WINDOW, COOLDOWN);
        venue.setVault(address(vault));
        vm.expectRevert(abi.encodeWithSelector(IInsuranceVault.SeedTooSmall.selector, UNIT - 1, UNIT));
        vault.initialise(UNIT - 1);
    }

    function test_initialise_putsTheSeedInThePotAndItsSharesOutOfReach() public view {
        vm.assertEq(vault.totalSupply(), SEED * VIRTUAL);
        vm.assertEq(vault.balanceOf(vault.SEED_HOLDER()), SEED * VIRTUAL);
        vm.assertEq(vault.totalAssets(), SEED);
        vm.assertEq(venue.cash(address(vault)), int256(SEED * 1000));
        vm.assertEq(vault.decimals(), 12);
        vm.assertEq(vault.convertToAssets(SHARE), UNIT);
    }

    function test_beforeTheSeed_nothingFlows() public {
        venue = new FakeClearinghouse(token);
        vault = _construct(token, WINDOW, COOLDOWN);
        venue.setVault(address(vault));
        vm.assertEq(vault.maxDeposit(alice), 0);
        _expectFlowsClosed(Flows.NOT_SEEDED);
        vault.deposit(UNIT, alice);
        _expectFlowsClosed(Flows.NOT_SEEDED);
        vault.closeClass();
        venue.setVault(address(1));
        _expectFlowsClosed(Flows.NOT_SEEDED);
        vault.retire();
    }

    function test_supportsInterface_answersForTheStandardsItKeeps() public view {
        vm.assertTrue(vault.supportsInterface(0x01ffc9a7), "ERC-165");
        vm.assertTrue(vault.supportsInterface(0xe3bc4e65), "ERC-7540 operators");
        vm.assertTrue(vault.supportsInterface(0x620ee8e4), "ERC-7540 redeems");
        vm.assertTrue(vault.supportsInterface(0x2f0a18c5), "ERC-7575");
        vm.assertTrue(vault.supportsInterface(0xf815c03d), "ERC-7575, share token");
        vm.assertFalse(vault.supportsInterface(0xce3bbe50), "ERC-7540 deposits");
        vm.assertFalse(vault.supportsInterface(0xffffffff));
        vm.assertEq(vault.share(), address(vault));
    }

    // ------------------------------------------------------------------ deposits

    function test_deposit_revertsWhileFlowsAreClosed() public {
        _fund(alice, UNIT);
        venue.setLockedGroups(1);
        _expectDepositsClosed(Flows.GROUP_LOCKED);
        venue.setLockedGroups(0);
        venue.setFresh(false);
        _expectDepositsClosed(Flows.PRICES_NOT_FRESH);
        venue.setFresh(true);
        venue.setRecoveryRate(1e18 - 1);
        _expectDepositsClosed(Flows.SHORTFALL);
        venue.setRecoveryRate(1e18);
        venue.setVault(address(1));
        _expectDepositsClosed(Flows.NOT_APPOINTED);
        venue.setVault(address(vault));
        venue.earn(-int256(SEED * 1000));
        _expectDepositsClosed(Flows.NO_EQUITY);
        venue.earn(-1);
        _expectDepositsClosed(Flows.NO_EQUITY);
    }

    function test_vault_isWhereTheShareOfItsAssetIs_asErc7575Says() public view {
        vm.assertEq(vault.vault(address(token)), address(vault));
        vm.assertEq(vault.vault(address(vault)), address(0), "no vault of its own shares");
        vm.assertEq(vault.share(), address(vault));
    }

    function test_maxDeposit_isNothingForNobody() public view {
        vm.assertEq(vault.maxDeposit(address(0)), 0);
        vm.assertEq(vault.maxMint(address(0)), 0);
        vm.assertGt(vault.maxDeposit(alice), 0);
    }

    /// With 18 decimals claims are coarser than token units: who looks at what his shares are worth must see what he is
    /// paid.
    function testFuzz_convertToAssets_isWhatIsPaid_at18Decimals(uint256 earned, uint256 assets, uint256 part) public {
        (venue, vault) = _deploy(new MockToken("Fine", "FINE", 18), 1e18);
        token = venue.token();
        venue.earn(int256(bound(earned, 0, 1e15)));
        uint256 shares = _deposit(alice, bound(assets, 1e15, 1e24));
        part = bound(part, shares / 1_000, shares);
        uint256 worth = vault.convertToAssets(part);
        vm.assertEq(worth % 1e9, 0, "finer than a claim");
        _request(alice, part);
        _due();
        vault.processBatch();
        vm.assertEq(vault.maxWithdraw(alice), worth, "paid");
        vm.assertEq(_redeem(alice, part), worth);
    }

    function testFuzz_convertToShares_isWhatADepositGets_at18Decimals(uint256 earned, uint256 assets) public {
        (venue, vault) = _deploy(new MockToken("Fine", "FINE", 18), 1e18);
        token = venue.token();
        venue.earn(int256(bound(earned, 0, 1e15)));
        assets = bound(assets, 1e15, 1e24);
        uint256 expected = vault.convertToShares(assets);
        vm.assertEq(vault.previewDeposit(assets), expected);
        vm.assertEq(_deposit(alice, assets), expected);
    }

    function test_deposit_revertsForNoShares() public {
        vm.expectRevert(IInsuranceVault.ZeroShares.selector);
        vault.deposit(0, alice);
        vm.expectRevert(IInsuranceVault.ZeroShares.selector);
        vault.mint(0, alice);
    }

    function test_deposit_revertsWhenTheTokenTakesAFee() public {
        FeeToken fee = new FeeToken("Fee", "FEE", 6, 0);
        (venue, vault) = _deploy(fee, SEED);
        fee.mint(alice, 1000 * UNIT);
        vm.prank(alice);
        fee.approve(address(vault), type(uint256).max);
        fee.setFee(10_000);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceVault.AssetsLostInTransfer.selector, 1000 * UNIT, 990 * UNIT));
        vm.prank(alice);
        vault.deposit(1000 * UNIT, alice);
    }

    function test_deposit_revertsWhenTheTokenTakesAFeeOnTheWayToTheClearinghouse() public {
        HostileToken hostile = new HostileToken();
        (venue, vault) = _deploy(hostile, SEED);
        hostile.mint(alice, 1000 * UNIT);
        bytes memory later = abi.encodeCall(HostileToken.arm, (HostileToken.Trick.FEE, address(0), ""));
        vm.startPrank(alice);
        hostile.approve(address(vault), 1000 * UNIT);
        hostile.arm(HostileToken.Trick.CALL, address(hostile), later);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceVault.AssetsLostInTransfer.selector, 1000 * UNIT, 970 * UNIT));
        vault.deposit(1000 * UNIT, alice);
        vm.stopPrank();
    }

    function test_deposit_revertsWhenTheTokenMovesNothing() public {
        LyingToken lying = new LyingToken("Lying", "LIE", 6);
        (venue, vault) = _deploy(lying, SEED);
        lying.mint(alice, UNIT);
        lying.setLie(LyingToken.Lie.MOVE_NOTHING);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceVault.AssetsLostInTransfer.selector, UNIT, 0));
        vm.prank(alice);
        vault.deposit(UNIT, alice);
    }

    function test_deposit_goesStraightIntoThePotAtThePresentPrice() public {
        vm.assertEq(_deposit(alice, 100 * UNIT), 100 * SHARE);
        vm.assertEq(token.balanceOf(address(vault)), 0);
        vm.assertEq(venue.cash(address(vault)), 200e9);
        venue.earn(200e9);
        uint256 shares = _deposit(bob, 100 * UNIT);
        vm.assertApproxEqAbs(shares, 50 * SHARE, VIRTUAL);
        vm.assertEq(vault.totalAssets(), 500 * UNIT);
    }

    function test_deposit_countsInventory() public {
        venue.bind(60e9);
        vm.assertEq(vault.totalAssets(), SEED);
        vm.assertEq(_deposit(alice, UNIT), SHARE);
    }

    function test_mint_takesAssetsRoundedUp() public {
        venue.earn(50e9);
        _fund(alice, 1000 * UNIT);
        vm.prank(alice);
        uint256 assets = vault.mint(SHARE + 1, alice);
        vm.assertEq(vault.balanceOf(alice), SHARE + 1);
        vm.assertEq(vault.convertToAssets(SHARE + 1), 1_499_999);
        vm.assertEq(assets, 1_500_000);
    }

    function test_deposit_takesNoDustThatClaimsCannotExpress() public {
        (venue, vault) = _deploy(new MockToken("Fine", "FINE", 18), 1e18);
        token = venue.token();
        uint256 shares = _deposit(alice, 5e9 + 999_999_999); // 5 nano-quote and dust
        vm.assertEq(shares, 5e9 * VIRTUAL);
        _fund(bob, 10e9);
        vm.prank(bob);
        vm.assertEq(vault.mint(5e9 * VIRTUAL + 1, bob), 6e9);
        vm.assertEq(venue.cash(address(vault)), 1e9 + 11);
    }

    function test_previews_tellDepositsAndRefuseRedeems() public {
        venue.earn(33e9);
        uint256 expected = vault.previewDeposit(7 * UNIT);
        vm.assertEq(_deposit(alice, 7 * UNIT), expected);
        uint256 cost = vault.previewMint(SHARE);
        _fund(alice, cost);
        vm.prank(alice);
        vm.assertEq(vault.mint(SHARE, alice), cost);
        vm.expectRevert(IInsuranceVault.AsynchronousRedeem.selector);
        vault.previewRedeem(1);
        vm.expectRevert(IInsuranceVault.AsynchronousRedeem.selector);
        vault.previewWithdraw(1);
    }

    // ------------------------------------------------------------------ inflation and donation

    function test_totalAssets_ignoresTokensSentToVaultOrClearinghouse() public {
        token.mint(address(vault), 1e15);
        token.mint(address(venue), 1e15);
        vm.assertEq(vault.totalAssets(), SEED);
    }

    function test_inflation_costsTheAttackerWhatItShouldBring() public {
        // First in: buys one share's worth, then gives the pot a million tokens to make the next depositor round to
        // nothing.
        uint256 gift = 1_000_000 * UNIT;
        _deposit(alice, 1);
        token.mint(address(this), gift);
        token.approve(address(venue), gift);
        venue.deposit(accountOf(address(vault), 0), gift);

        uint256 shares = _deposit(bob, 10_000 * UNIT);
        vm.assertApproxEqAbs(vault.convertToAssets(shares), 10_000 * UNIT, 1);
        vm.assertLt(vault.convertToAssets(vault.balanceOf(alice)), gift / 1_000_000);
    }

    function testFuzz_inflation_neverPays(uint256 stake, uint256 gift, uint256 victim) public {
        stake = bound(stake, 1, 1e12);
        gift = bound(gift, 1, 1e15);
        victim = bound(victim, 1, 1e15);
        _deposit(alice, stake);
        token.mint(address(this), gift);
        token.approve(address(venue), gift);
        venue.deposit(accountOf(address(vault), 0), gift);
        _fund(bob, victim);
        vm.prank(bob);
        try vault.deposit(victim, bob) returns (uint256 shares) {
            // What the victim loses is less than a share, which the virtual shares and the seed keep small.
            vm.assertGe(vault.convertToAssets(shares) + 1 + (gift + stake) / (SEED * VIRTUAL), victim);
        } catch {}
        vm.assertLe(vault.convertToAssets(vault.balanceOf(alice)), stake + gift);
    }

    // ------------------------------------------------------------------ requests

    function test_requestRedeem_revertsForNothingAndForNobody() public {
        _deposit(alice, UNIT);
        vm.startPrank(alice);
        vm.expectRevert(IInsuranceVault.ZeroShares.selector);
        vault.requestRedeem(0, alice, alice);
        vm.expectRevert(IInsuranceVault.ZeroAddress.selector);
        vault.requestRedeem(1, address(0), alice);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, alice, SHARE, SHARE + 1)
        );
        vault.requestRedeem(SHARE + 1, alice, alice);
        vm.stopPrank();
    }

    function test_requestRedeem_revertsForAStranger() public {
        _deposit(alice, UNIT);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, bob, 0, 1));
        vm.prank(bob);
        vault.requestRedeem(1, bob, alice);
    }

    function test_requestRedeem_escrowsTheShares() public {
        _deposit(alice, UNIT);
        vm.expectEmit(address(vault));
        emit IERC7540Redeem.RedeemRequest(alice, alice, 1, alice, SHARE);
        vm.assertEq(_request(alice, SHARE), 1);
        vm.assertEq(vault.balanceOf(alice), 0);
        vm.assertEq(vault.balanceOf(address(vault)), SHARE);
        vm.assertEq(vault.pendingRedeemRequest(1, alice), SHARE);
        vm.assertEq(vault.claimableRedeemRequest(1, alice), 0);
        vm.assertEq(vault.maxRedeem(alice), 0);
    }

    function test_requestRedeem_worksByAllowanceAndByOperator() public {
        _deposit(alice, 2 * UNIT);
        vm.startPrank(alice);
        vault.approve(bob, SHARE);
        vault.setOperator(carol, true);
        vm.stopPrank();
        vm.prank(bob);
        vault.requestRedeem(SHARE, bob, alice);
        vm.assertEq(vault.allowance(alice, bob), 0);
        vm.prank(carol);
        vault.requestRedeem(SHARE, alice, alice);
        vm.assertEq(vault.pendingRedeemRequest(1, bob), SHARE);
        vm.assertEq(vault.pendingRedeemRequest(1, alice), SHARE);
    }

    function test_requestRedeem_goesToTheNextBatchAfterTheClose() public {
        _deposit(alice, 10 * UNIT);
        vm.assertEq(_request(alice, SHARE), 1);
        skip(WINDOW - 1);
        vm.assertEq(_request(alice, SHARE), 1);
        skip(1);
        vm.assertEq(_request(alice, SHARE), 2);
        Batch memory first = vault.batch(1);
        vm.assertEq(first.shares, 2 * SHARE);
        vm.assertEq(vault.dueAt(2), block.timestamp + WINDOW + COOLDOWN);
        uint256[] memory ids = vault.requestsOf(alice);
        vm.assertEq(ids.length, 2);
        vm.assertEq(ids[1], 2);
    }

    // ------------------------------------------------------------------ pricing batches

    function test_processBatch_revertsWithoutABatch() public {
        vm.expectRevert(IInsuranceVault.NoBatch.selector);
        vault.processBatch();
    }

    function test_processBatch_revertsBeforeTheCooldown() public {
        _deposit(alice, UNIT);
        _request(alice, SHARE);
        uint256 due = block.timestamp + WINDOW + COOLDOWN;
        vm.warp(due - 1);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceVault.BatchNotDue.selector, 1, due));
        vault.processBatch();
        vm.warp(due);
        vault.processBatch();
    }

    function test_processBatch_revertsWhileFlowsAreClosed() public {
        _ready(alice, UNIT);
        venue.setLockedGroups(1);
        _expectFlowsClosed(Flows.GROUP_LOCKED);
        vault.processBatch();
        venue.setLockedGroups(0);
        venue.setFresh(false);
        _expectFlowsClosed(Flows.PRICES_NOT_FRESH);
        vault.processBatch();
        venue.setFresh(true);
        venue.earn(-int256((SEED + UNIT) * 1000));
        _expectFlowsClosed(Flows.NO_EQUITY);
        vault.processBatch();
    }

    function test_processBatch_revertsWithTheClearinghousesReason() public {
        _ready(alice, UNIT);
        venue.setWaiting(true);
        vm.expectRevert(abi.encodeWithSelector(IAccounts.WithdrawalsWait.selector, 1));
        vault.processBatch();
        venue.setWaiting(false);
        venue.setOutflowLeft(0);
        vm.expectRevert(abi.encodeWithSelector(IAccounts.OutflowCapReached.selector, 1e9, 0, block.timestamp + 1 days));
        vault.processBatch();
    }

    function test_processBatch_pricesAtTheTimeOfTheCall() public {
        _deposit(alice, 100 * UNIT);
        _request(alice, 100 * SHARE);
        venue.earn(-100e9); // half of everything, while the shares wait
        _due();
        (uint256 requestId, uint256 shares, uint256 assets) = vault.processBatch();
        vm.assertEq(requestId, 1);
        vm.assertEq(shares, 100 * SHARE);
        vm.assertEq(assets, 50 * UNIT);
        vm.assertEq(vault.totalSupply(), SEED * VIRTUAL);
        vm.assertEq(token.balanceOf(address(vault)), 50 * UNIT);
        vm.assertEq(vault.maxWithdraw(alice), 50 * UNIT);
    }

    function test_processBatch_leavesPricedClaimsOutOfReachOfLosses() public {
        _ready(alice, 100 * UNIT);
        vault.processBatch();
        venue.earn(-int256(SEED * 1000));
        _redeem(alice, 100 * SHARE);
        vm.assertEq(token.balanceOf(alice), 100 * UNIT);
    }

    function test_processBatch_pricesBatchesInTheirOrder() public {
        _deposit(alice, 10 * UNIT);
        _request(alice, SHARE);
        skip(WINDOW);
        _request(alice, 2 * SHARE);
        _due();
        (uint256 first, uint256 shares, ) = vault.processBatch();
        vm.assertEq(first, 1);
        vm.assertEq(shares, SHARE);
        (first, shares, ) = vault.processBatch();
        vm.assertEq(first, 2);
        vm.assertEq(shares, 2 * SHARE);
        vm.expectRevert(IInsuranceVault.NoBatch.selector);
        vault.processBatch();
    }

    function test_processBatch_isNotStoppedByABatchWorthNothing() public {
        _deposit(alice, UNIT);
        _request(alice, 1);
        _due();
        (, uint256 shares, uint256 assets) = vault.processBatch();
        vm.assertEq(shares, 1);
        vm.assertEq(assets, 0);
        (uint256 next, uint256 latest) = vault.batches();
        vm.assertEq(next, latest + 1);
    }

    function test_processBatch_paysAtTheRecoveryRate() public {
        _ready(alice, 100 * UNIT);
        venue.setRecoveryRate(0.5e18);
        vm.assertEq(vault.totalAssets(), 100 * UNIT);
        (, , uint256 assets) = vault.processBatch();
        vm.assertEq(assets, 50 * UNIT);
        // Claims of the same part of the pot were used up, so that the others have what they had.
        vm.assertEq(venue.cash(address(vault)), 100e9);
    }

    function test_processBatch_paysTheSamePartOfEveryMemberUnderTheOutflowCap() public {
        _deposit(alice, 300 * UNIT);
        _deposit(bob, 100 * UNIT);
        _request(alice, 300 * SHARE);
        _request(bob, 100 * SHARE);
        _due();
        venue.setOutflowLeft(100e9);
        (, uint256 shares, uint256 assets) = vault.processBatch();
        vm.assertEq(shares, 100 * SHARE);
        vm.assertEq(assets, 100 * UNIT);
        vm.assertEq(vault.claimableRedeemRequest(1, alice), 75 * SHARE);
        vm.assertEq(vault.pendingRedeemRequest(1, alice), 225 * SHARE);
        vm.assertEq(vault.maxWithdraw(bob), 25 * UNIT);
        _redeem(bob, 25 * SHARE);

        // The rest still bears losses: a quarter of what is left.
        venue.earn(-100e9);
        venue.setOutflowLeft(type(uint128).max);
        (, shares, assets) = vault.processBatch();
        vm.assertEq(shares, 300 * SHARE);
        vm.assertEq(assets, 225 * UNIT);
        vm.assertEq(vault.maxWithdraw(alice), 75 * UNIT + (225 * UNIT * 3) / 4);
        vm.assertEq(vault.maxWithdraw(bob), (225 * UNIT) / 4);
        vm.assertEq(vault.pendingRedeemRequest(1, alice), 0);
        vm.assertEq(vault.totalSupply(), SEED * VIRTUAL);
    }

    function test_processBatch_burnsSharesRoundedUpForAPart() public {
        _deposit(alice, 1);
        venue.earn(50_000_001_000); // a share costs 1.5 millionths of a token unit, to the last digit
        _fund(bob, 3);
        vm.prank(bob);
        vm.assertEq(vault.mint(2_000_000, bob), 3);
        _request(bob, 2_000_000);
        _due();
        venue.setOutflowLeft(1000); // one unit
        (, uint256 shares, uint256 assets) = vault.processBatch();
        vm.assertEq(shares, 666_667);
        vm.assertEq(assets, 1);
    }

    function test_processBatch_paysWhatIsNotBoundAsMargin() public {
        _ready(alice, 100 * UNIT);
        venue.bind(150e9); // 50 of 200 in the pot
        (, uint256 shares, uint256 assets) = vault.processBatch();
        vm.assertEq(shares, 50 * SHARE);
        vm.assertEq(assets, 50 * UNIT);
        venue.bind(-150e9);
        (, shares, assets) = vault.processBatch();
        vm.assertEq(assets, 50 * UNIT);
    }

    function test_processBatch_keepsBothLimits() public {
        _ready(alice, 100 * UNIT);
        venue.bind(150e9);
        venue.setOutflowLeft(20e9);
        venue.setRecoveryRate(0.5e18);
        (, uint256 shares, uint256 assets) = vault.processBatch();
        vm.assertEq(assets, 20 * UNIT);
        vm.assertEq(shares, 40 * SHARE);
    }

    // ------------------------------------------------------------------ claims

    function test_redeem_revertsForAStranger() public {
        _ready(alice, UNIT);
        vault.processBatch();
        vm.expectRevert(abi.encodeWithSelector(IInsuranceVault.NotControllerOrOperator.selector, alice, bob));
        vm.prank(bob);
        vault.redeem(SHARE, bob, alice);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceVault.NotControllerOrOperator.selector, alice, bob));
        vm.prank(bob);
        vault.withdraw(UNIT, bob, alice);
    }

    function test_redeem_revertsAboveWhatIsPriced() public {
        _ready(alice, UNIT);
        vm.expectRevert(abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxRedeem.selector, alice, SHARE, 0));
        vm.prank(alice);
        vault.redeem(SHARE, alice, alice);
        vault.processBatch();
        vm.expectRevert(abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxRedeem.selector, alice, SHARE + 1, SHARE));
        vm.prank(alice);
        vault.redeem(SHARE + 1, alice, alice);
        vm.expectRevert(abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxWithdraw.selector, alice, UNIT + 1, UNIT));
        vm.prank(alice);
        vault.withdraw(UNIT + 1, alice, alice);
    }

    function test_redeem_paysTheReceiverOnce() public {
        _ready(alice, UNIT);
        vault.processBatch();
        vm.expectEmit(address(vault));
        emit IERC4626.Withdraw(alice, carol, alice, UNIT, SHARE);
        vm.prank(alice);
        vm.assertEq(vault.redeem(SHARE, carol, alice), UNIT);
        vm.assertEq(token.balanceOf(carol), UNIT);
        vm.assertEq(vault.maxRedeem(alice), 0);
        vm.assertEq(vault.requestsOf(alice).length, 0);
        vm.expectRevert(abi.encodeWithSelector(ERC4626.ERC4626ExceededMaxRedeem.selector, alice, 1, 0));
        vm.prank(alice);
        vault.redeem(1, alice, alice);
    }

    function test_claims_goThroughBatchesOldestFirstAtTheirOwnPrices() public {
        _deposit(alice, 200 * UNIT);
        _request(alice, 100 * SHARE);
        _due();
        vault.processBatch(); // at 1
        venue.earn(200e9);
        _request(alice, 100 * SHARE);
        _due();
        vault.processBatch(); // at 2
        vm.assertEq(vault.maxRedeem(alice), 200 * SHARE);
        vm.assertApproxEqAbs(vault.maxWithdraw(alice), 300 * UNIT, 1);
        vm.prank(alice);
        vm.assertApproxEqAbs(vault.redeem(150 * SHARE, alice, alice), 200 * UNIT, 1);
        vm.assertEq(vault.claimableRedeemRequest(1, alice), 0);
        vm.assertEq(vault.claimableRedeemRequest(2, alice), 50 * SHARE);
        vm.prank(alice);
        vm.assertApproxEqAbs(vault.withdraw(30 * UNIT, alice, alice), 15 * SHARE, VIRTUAL);
        _withdrawAll(alice);
        vm.assertEq(vault.maxRedeem(alice), 0);
        vm.assertApproxEqAbs(token.balanceOf(alice), 300 * UNIT, 1);
    }

    function test_claims_canBeMadeByAnOperatorUntilHeIsDismissed() public {
        _ready(alice, 2 * UNIT);
        vault.processBatch();
        vm.expectEmit(address(vault));
        emit IERC7540Operator.OperatorSet(alice, bob, true);
        vm.prank(alice);
        vault.setOperator(bob, true);
        vm.prank(bob);
        vault.withdraw(UNIT, carol, alice);
        vm.assertEq(token.balanceOf(carol), UNIT);
        vm.prank(alice);
        vault.setOperator(bob, false);
        vm.expectPartialRevert(IInsuranceVault.NotControllerOrOperator.selector);
        vm.prank(bob);
        vault.withdraw(UNIT, carol, alice);
    }

    function test_claims_areNotHeldUpByAStrangersDust() public {
        _deposit(bob, UNIT);
        for (uint256 i; i < 20; ++i) {
            vm.prank(bob);
            vault.requestRedeem(1, alice, bob);
            skip(WINDOW);
        }
        _ready(alice, 100 * UNIT);
        for (uint256 i; i < 21; ++i) vault.processBatch();
        vm.prank(alice);
        vm.assertEq(vault.withdraw(100 * UNIT, alice, alice), 100 * SHARE + 20);
    }

    // ------------------------------------------------------------------ closing and retirement

    function test_closeClass_revertsAboveTheFloor() public {
        _deposit(alice, 900 * UNIT);
        venue.earn(-900e9);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceVault.AboveFloor.selector, 100 * UNIT, 1000 * SHARE));
        vault.closeClass();
        vm.assertFalse(vault.closed());
        venue.earn(-1);
        vm.assertTrue(vault.closed());
        vault.closeClass();
    }

    function test_closeClass_revertsWhileEquityIsUncertain() public {
        venue.earn(-99e9);
        venue.setLockedGroups(1);
        _expectFlowsClosed(Flows.GROUP_LOCKED);
        vault.closeClass();
        venue.setLockedGroups(0);
        venue.setFresh(false);
        _expectFlowsClosed(Flows.PRICES_NOT_FRESH);
        vault.closeClass();
    }

    function test_closeClass_endsDepositsForGoodButNotRedeems() public {
        _deposit(alice, 900 * UNIT);
        _request(alice, 900 * SHARE);
        venue.earn(-950e9);
        vm.assertEq(vault.maxDeposit(bob), 0);
        _fund(bob, UNIT);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceVault.VaultClosed.selector, 50 * UNIT, 1000 * SHARE));
        vm.prank(bob);
        vault.deposit(UNIT, bob);
        vault.closeClass();
        venue.earn(950e9); // too late
        vm.assertEq(vault.maxDeposit(bob), 0);
        vm.expectRevert(abi.encodeWithSelector(IInsuranceVault.VaultClosed.selector, 1000 * UNIT, 1000 * SHARE));
        vm.prank(bob);
        vault.deposit(UNIT, bob);
        _due();
        vault.processBatch();
        vm.assertEq(vault.maxWithdraw(alice), 900 * UNIT);
    }

    function test_retire_revertsWhileTheVaultIsAppointed() public {
        vm.expectRevert(IInsuranceVault.StillAppointed.selector);
        vault.retire();
    }

    function test_retire_paysHoldersOfAReplacedVaultFromItsOwnCash() public {
        _ready(alice, 100 * UNIT);
        venue.setVault(address(0xCAFE)); // whose equity must not be counted here
        venue.earn(1_000_000e9);
        vm.assertEq(vault.totalAssets(), 0);
        _expectFlowsClosed(Flows.NOT_APPOINTED);
        vault.processBatch();

        venue.setOutflowLeft(150e9);
        (uint256 received, bool complete) = vault.retire();
        vm.assertEq(received, 150 * UNIT);
        vm.assertFalse(complete);
        _expectFlowsClosed(Flows.NOT_APPOINTED);
        vault.processBatch();

        venue.setOutflowLeft(type(uint128).max);
        (received, complete) = vault.retire();
        vm.assertEq(received, 50 * UNIT);
        vm.assertTrue(complete);
        (, complete) = vault.retire(); // no harm
        vm.assertTrue(complete);
        vm.assertEq(vault.totalAssets(), 200 * UNIT);
        vm.assertEq(vault.maxDeposit(bob), 0);
        venue.setLockedGroups(1);
        venue.setFresh(false);
        vault.processBatch();
        _redeem(alice, 100 * SHARE);
        vm.assertEq(token.balanceOf(alice), 100 * UNIT);
        vm.assertEq(vault.totalAssets(), 100 * UNIT);
    }

    // ------------------------------------------------------------------ reentrancy

    function test_everyStep_isClosedToReentrance() public {
        ReentrantToken reentrant = new ReentrantToken("Reentrant", "REE", 6);
        (venue, vault) = _deploy(reentrant, SEED);
        token = reentrant;
        _fund(alice, 10 * UNIT);
        _arm(reentrant, abi.encodeCall(vault.deposit, (UNIT, bob)));
        vm.prank(alice);
        vault.deposit(10 * UNIT, alice);
        _assertRefusal(reentrant);
        _request(alice, 10 * SHARE);
        _due();
        _arm(reentrant, abi.encodeCall(vault.closeClass, ()));
        vault.processBatch();
        _assertRefusal(reentrant);
        _arm(reentrant, abi.encodeCall(vault.requestRedeem, (1, bob, bob)));
        _redeem(alice, 5 * SHARE);
        _assertRefusal(reentrant);
        _arm(reentrant, abi.encodeCall(vault.redeem, (0, bob, bob)));
        _withdrawAll(alice);
        _assertRefusal(reentrant);
    }

    // ------------------------------------------------------------------ rounding

    function testFuzz_deposit_neverLowersThePrice(int256 earned, uint256 first, uint256 second) public {
        _deposit(alice, bound(first, 1, 1e15));
        _earn(earned);
        if (vault.maxDeposit(bob) == 0) return;
        (uint256 assets, uint256 supply) = _price();
        _fund(bob, second = bound(second, 1, 1e15));
        uint256 expected = vault.previewDeposit(second);
        if (expected == 0) return;
        vm.prank(bob);
        vm.assertEq(vault.deposit(second, bob), expected, "preview");
        _assertNotLower(assets, supply);
        vm.assertLe(vault.convertToAssets(expected), second, "a deposit is worth at most what it cost");
    }

    function testFuzz_mint_neverLowersThePrice(int256 earned, uint256 first, uint256 shares) public {
        _deposit(alice, bound(first, 1, 1e15));
        _earn(earned);
        if (vault.maxMint(bob) == 0) return;
        (uint256 assets, uint256 supply) = _price();
        shares = bound(shares, 1, 1e21);
        uint256 cost = vault.previewMint(shares);
        _fund(bob, cost);
        vm.prank(bob);
        vm.assertEq(vault.mint(shares, bob), cost, "preview");
        _assertNotLower(assets, supply);
    }

    function testFuzz_processBatch_givesNobodyMoreThanHisShare(
        int256 earned,
        uint256[3] memory amounts,
        uint256 rate,
        uint256 outflow,
        uint256 bound_
    ) public {
        address[3] memory holders = [alice, bob, carol];
        uint256 requested;
        for (uint256 i; i < 3; ++i) {
            uint256 shares = _deposit(holders[i], bound(amounts[i], 1, 1e15));
            shares = bound(amounts[i] >> 100, 1, shares);
            requested += shares;
            _request(holders[i], shares);
        }
        _earn(earned);
        venue.setRecoveryRate(rate % 2 == 0 ? 1e18 : bound(rate, 0.01e18, 1e18));
        int256 equity = venue.cash(address(vault));
        venue.bind(int256(bound(bound_, 0, uint256(equity > 1 ? equity - 1 : int256(0)))));
        venue.setOutflowLeft(bound(outflow, 1e6, 1e19));
        _due();
        for (uint256 round; round < 2; ++round) {
            (uint256 assets, uint256 supply) = _price();
            (bool ok, uint256 shares, uint256 paid) = _tryProcess();
            if (!ok) break;
            vm.assertLe(paid, (shares * assets) / supply, "paid more than the shares were worth");
            // Below par a partial payment may end within a token unit, which floor does not show.
            _assertNotLower(assets, supply, venue.recoveryRate() == 1e18 ? 0 : 1);
            venue.setOutflowLeft(type(uint128).max);
            venue.bind(-venue.inventory());
        }
        _checkBatch(holders, requested);
    }

    function testFuzz_claims_addUpHoweverTheyAreCut(uint256 seed, uint256 shares, uint256 other) public {
        shares = bound(shares, 1, 1e18);
        _deposit(alice, 1_000_000 * UNIT);
        _deposit(bob, 1_000_000 * UNIT);
        venue.earn(777e9);
        _request(alice, shares);
        _request(bob, bound(other, 1, 1e18));
        _due();
        venue.setOutflowLeft(bound(seed, 1e9, 1e15));
        _tryProcess();
        uint256 got;
        for (uint256 i; i < 8; ++i) {
            if (i == 4) venue.setOutflowLeft(type(uint128).max);
            if (i == 4) _tryProcess();
            seed = uint256(keccak256(abi.encode(seed)));
            if (seed % 2 == 0) got += _redeem(alice, bound(seed >> 8, 0, vault.maxRedeem(alice)));
            else got += _withdraw(alice, bound(seed >> 8, 0, vault.maxWithdraw(alice)));
        }
        got += _withdrawAll(alice);
        Batch memory b = vault.batch(1);
        vm.assertEq(b.pricedShares, b.shares, "priced");
        vm.assertEq(got, (uint256(b.assets) * shares) / b.shares, "claims");
        vm.assertEq(token.balanceOf(alice), got, "paid");
    }

    // ------------------------------------------------------------------ inside

    function _checkBatch(address[3] memory holders, uint256 requested) private {
        Batch memory b = vault.batch(1);
        uint256 claimed;
        for (uint256 i; i < 3; ++i) claimed += _withdrawAll(holders[i]);
        vm.assertLe(claimed, b.assets, "claims exceed what was paid");
        vm.assertLe(b.assets - claimed, 2, "dust");
        vm.assertEq(vault.balanceOf(address(vault)), requested - b.pricedShares, "escrow");
        vm.assertEq(token.balanceOf(address(vault)), b.assets - claimed, "tokens");
    }

    function _tryProcess() private returns (bool ok, uint256 shares, uint256 assets) {
        try vault.processBatch() returns (uint256, uint256 shares_, uint256 assets_) {
            return (true, shares_, assets_);
        } catch {}
    }

    function _earn(int256 earned) private {
        int256 cash = venue.cash(address(vault));
        venue.earn(bound(earned, -cash + cash / 5, 1e19));
    }

    /// @dev Price of a share as a fraction, virtual ones included.
    function _price() private view returns (uint256 assets, uint256 supply) {
        return (vault.totalAssets() + 1, vault.totalSupply() + VIRTUAL);
    }

    function _assertNotLower(uint256 assets, uint256 supply) private view {
        _assertNotLower(assets, supply, 0);
    }

    function _assertNotLower(uint256 assets, uint256 supply, uint256 slack) private view {
        (uint256 assetsNow, uint256 supplyNow) = _price();
        vm.assertGe((assetsNow + slack) * supply, assets * supplyNow, "the price of a share fell");
    }

    function _deploy(MockToken token_, uint256 seed) private returns (FakeClearinghouse venue_, InsuranceVault vault_) {
        venue = venue_ = new FakeClearinghouse(token_);
        vault_ = _construct(token_, WINDOW, COOLDOWN);
        venue_.setVault(address(vault_));
        token_.mint(address(this), seed);
        token_.approve(address(vault_), seed);
        vault_.initialise(seed);
    }

    function _construct(MockToken token_, uint256 window, uint256 cooldown) private returns (InsuranceVault) {
        return new InsuranceVault(IClearinghouse(address(venue)), token_, "Vault", "VLT", window, cooldown);
    }

    function _fund(address who, uint256 assets) private {
        token.mint(who, assets);
        vm.prank(who);
        token.approve(address(vault), type(uint256).max);
    }

    function _deposit(address who, uint256 assets) private returns (uint256 shares) {
        _fund(who, assets);
        vm.prank(who);
        return vault.deposit(assets, who);
    }

    function _request(address who, uint256 shares) private returns (uint256 requestId) {
        vm.prank(who);
        return vault.requestRedeem(shares, who, who);
    }

    function _due() private {
        skip(WINDOW + COOLDOWN);
    }

    /// @dev `who` has requested the redeem of a deposit, and its batch is due.
    function _ready(address who, uint256 assets) private {
        _request(who, _deposit(who, assets));
        _due();
    }

    function _redeem(address who, uint256 shares) private returns (uint256 assets) {
        vm.prank(who);
        return vault.redeem(shares, who, who);
    }

    function _withdraw(address who, uint256 assets) private returns (uint256) {
        vm.prank(who);
        vault.withdraw(assets, who, who);
        return assets;
    }

    function _withdrawAll(address who) private returns (uint256) {
        return _withdraw(who, vault.maxWithdraw(who));
    }

    function _expectFlowsClosed(Flows reason) private {
        vm.expectRevert(abi.encodeWithSelector(IInsuranceVault.VaultFlowsClosed.selector, reason));
    }

    function _expectDepositsClosed(Flows reason) private {
        vm.assertEq(uint256(vault.depositFlows()), uint256(reason), "reason");
        vm.assertEq(vault.maxDeposit(alice), 0);
        vm.assertEq(vault.maxMint(alice), 0);
        _expectFlowsClosed(reason);
        vm.prank(alice);
        vault.deposit(UNIT, alice);
        _expectFlowsClosed(reason);
        vm.prank(alice);
        vault.mint(SHARE, alice);
    }

    function _expectOutOfBounds(bytes32 name, uint256 value, uint256 low, uint256 high) private {
        vm.expectRevert(abi.encodeWithSelector(IInsuranceVault.DurationOutOfBounds.selector, name, value, low, high));
    }

    function _arm(ReentrantToken reentrant, bytes memory call) private {
        reentrant.arm(address(vault), call);
    }

    function _assertRefusal(ReentrantToken reentrant) private view {
        vm.assertTrue(reentrant.called(), "called back");
        vm.assertFalse(reentrant.succeeded(), "reentered");
        bytes4 guard = ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector;
        vm.assertEq(reentrant.answer(), abi.encodeWithSelector(guard));
    }
}
