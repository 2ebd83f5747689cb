// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IClearinghouse} from "../../../contracts/interfaces/IClearinghouse.sol";
import {Account, Recovery} from "../../../contracts/Ledger.sol";
import {RecoveryLib} from "../../../contracts/libraries/RecoveryLib.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Money, toMoney} from "../../../contracts/types/Money.sol";
import {TestBase} from "../../base/TestBase.sol";

/// @dev A house of accounts and tokens without markets. Debits and credits cash around the library as the clearinghouse does.
contract RecoveryHarness {
    using RecoveryLib for Recovery;

    Recovery internal recovery;
    mapping(AccountId id => Account) internal accounts;

    function deposit(AccountId id, uint256 amount) external {
        _refresh(id);
        accounts[id].cash += int112(uint112(amount));
        recovery.deposited(accounts[id], id, toMoney(amount));
    }

    function withdraw(AccountId id, uint256 claims) external returns (uint256) {
        _refresh(id);
        Money paid = recovery.withdrawn(accounts[id], id, toMoney(claims));
        accounts[id].cash -= int112(uint112(claims));
        return paid.toUint();
    }

    function transfer(AccountId from, AccountId to, uint256 claims) external {
        _refresh(from);
        _refresh(to);
        recovery.moved(accounts[from], from, accounts[to], to, toMoney(claims));
        accounts[from].cash -= int112(uint112(claims));
        accounts[to].cash += int112(uint112(claims));
    }

    /// @dev A trade won or lost.
    function earn(AccountId id, int112 amount) external {
        accounts[id].cash += amount;
    }

    function suffer(uint256 amount) external {
        recovery.suffer(toMoney(amount));
    }

    /// @dev Tokens without a claim.
    function cover(uint256 tokens) external returns (uint256) {
        recovery.held += uint88(tokens);
        return recovery.heal(toMoney(tokens)).toUint();
    }

    function heal(uint256 claims) external returns (uint256) {
        return recovery.heal(toMoney(claims)).toUint();
    }

    function refresh(AccountId id) external {
        recovery.refresh(accounts[id], id);
    }

    function set(uint88 held_, uint88 shortfall_) external {
        (recovery.held, recovery.shortfall) = (held_, shortfall_);
    }

    function rate() external view returns (uint256) {
        return recovery.rate();
    }

    function held() external view returns (uint256) {
        return recovery.held;
    }

    function shortfall() external view returns (uint256) {
        return recovery.shortfall;
    }

    function fresh() external view returns (uint256) {
        return recovery.fresh;
    }

    function freshOf(AccountId id) external view returns (uint256) {
        return recovery.freshOf[id].amount;
    }

    function hasFresh(AccountId id) external view returns (bool) {
        return accounts[id].hasFresh;
    }

    function lastRate(uint256 epoch) external view returns (uint256) {
        return recovery.lastRate[epoch];
    }

    function cash(AccountId id) external view returns (int256) {
        return accounts[id].cash;
    }

    function _refresh(AccountId id) private {
        if (accounts[id].hasFresh) recovery.refresh(accounts[id], id);
    }
}

contract RecoveryLibTest is TestBase {
    AccountId internal constant OLD = AccountId.wrap(1);
    AccountId internal constant NEW = AccountId.wrap(2);
    AccountId internal constant OTHER = AccountId.wrap(3);
    uint256 internal constant PAR = 1e18;

    RecoveryHarness internal house;

    function setUp() public {
        house = new RecoveryHarness();
    }

    function test_withdrawn_revertsWhenClaimsExceedTheTokensHeld() public {
        house.deposit(OLD, 100e9);
        house.earn(OLD, 50e9); // won from somebody whose default is not absorbed yet
        vm.expectRevert(
            abi.encodeWithSelector(IClearinghouse.InsufficientTokens.selector, toMoney(150e9), toMoney(100e9))
        );
        house.withdraw(OLD, 150e9);
        vm.assertEq(house.withdraw(OLD, 100e9), 100e9, "what is there leaves");
    }

    /// Found by the hostile campaign: what only pays a debt was counted as protected, so r fell, and the next shortfall was booked too large.
    function test_deposited_protectsNothingThatPaysADebt() public {
        _shortfall(100e9, 50e9);
        uint256 rate = house.rate();
        house.earn(NEW, -40e9); // against an unrealised gain
        house.deposit(NEW, 30e9);
        vm.assertEq(house.fresh(), 0, "a debt of 10 is left");
        vm.assertFalse(house.hasFresh(NEW));
        vm.assertGt(house.rate(), rate, "the debt is smaller by tokens without a claim");
        house.deposit(NEW, 30e9);
        vm.assertEq(house.fresh(), 20e9);
    }

    function test_withdrawn_neverPaysFromAnotherOnesFreshDeposit() public {
        _shortfall(100e9, 50e9);
        house.earn(OLD, 150e9); // 300 claims on 100 tokens and 50 of shortfall
        house.deposit(NEW, 30e9);
        vm.expectPartialRevert(IClearinghouse.InsufficientTokens.selector);
        house.withdraw(OLD, 180e9); // worth 120, of 130 held
        vm.assertEq(house.withdraw(NEW, 30e9), 30e9);
    }

    function test_rate_isParWithoutShortfall_andAWithdrawalPaysInFull() public {
        house.deposit(OLD, 100e9);
        vm.assertEq(house.rate(), PAR);
        vm.assertEq(house.withdraw(OLD, 40e9), 40e9);
        vm.assertEq(house.held(), 60e9);
        vm.assertFalse(house.hasFresh(OLD), "nothing to protect at par");
    }

    function testFuzz_withdrawn_leavesTheRateToRounding(uint256 tokens, uint256 missing, uint256 claims) public {
        tokens = bound(tokens, 1e9, 1e18);
        missing = bound(missing, 1, 1e18);
        claims = bound(claims, 1, tokens + missing - 1e6);
        _shortfall(tokens, missing);
        uint256 before = house.rate();
        uint256 paid = house.withdraw(OLD, claims);
        vm.assertEq(paid, (claims * before) / PAR, "paid at the rate, rounded down");
        vm.assertGe(house.rate(), before, "never falls");
        // Rounding keeps at most two units for those who stay.
        vm.assertLe(house.rate() - before, (2 * PAR) / (tokens + missing - claims) + 1, "rises by rounding only");
        vm.assertEq(house.held(), tokens - paid);
    }

    function testFuzz_deposited_leavesTheRateExactly(uint256 tokens, uint256 missing, uint256 amount) public {
        tokens = bound(tokens, 0, 1e18);
        missing = bound(missing, 1, 1e18);
        amount = bound(amount, 1, 1e18);
        _shortfall(tokens, missing);
        uint256 before = house.rate();
        vm.assertLt(before, PAR);
        house.deposit(NEW, amount);
        vm.assertEq(house.rate(), before);
        vm.assertEq(house.fresh(), amount);
        vm.assertTrue(house.hasFresh(NEW));
    }

    function testFuzz_fresh_leavesAtParAndTouchesNobody(uint256 tokens, uint256 missing, uint256 amount) public {
        tokens = bound(tokens, 0, 1e18);
        missing = bound(missing, 1, 1e18);
        amount = bound(amount, 1, 1e18);
        _shortfall(tokens, missing);
        uint256 before = house.rate();
        house.deposit(NEW, amount);
        vm.assertEq(house.withdraw(NEW, amount), amount, "par");
        vm.assertEq(house.rate(), before);
        vm.assertEq(house.shortfall(), missing);
        vm.assertEq(house.held(), tokens);
        vm.assertFalse(house.hasFresh(NEW));
    }

    function test_fresh_doesNotShareACover() public {
        _shortfall(100e9, 50e9);
        house.deposit(NEW, 30e9);
        vm.assertEq(house.cover(25e9), 0);
        vm.assertEq(house.rate(), (uint256(125e9) * PAR) / 150e9, "all of it to the older claims");
        vm.assertEq(house.withdraw(NEW, 30e9), 30e9, "no more than what was brought");
        vm.assertApproxEqAbs(house.withdraw(OLD, 150e9), 125e9, 1);
    }

    function test_withdrawn_paysFreshClaimsFirstAndTheRestAtTheRate() public {
        _shortfall(100e9, 100e9);
        house.deposit(OLD, 30e9); // 200 ordinary claims at one half, and 30 at par
        vm.assertEq(house.withdraw(OLD, 50e9), 30e9 + 10e9);
        vm.assertEq(house.fresh(), 0);
        vm.assertEq(house.shortfall(), 90e9);
        vm.assertEq(house.rate(), PAR / 2);
    }

    function testFuzz_suffer_convertsFreshDepositsAtTheirWorthAndKeepsTheRate(
        uint256 tokens,
        uint256 missing,
        uint256 amount
    ) public {
        tokens = bound(tokens, 1e12, 1e18);
        missing = bound(missing, 1, tokens * 1_000);
        amount = bound(amount, 1e12, 1e18);
        _shortfall(tokens, missing);
        uint256 before = house.rate();
        house.deposit(NEW, amount);
        house.suffer(0);
        vm.assertEq(house.fresh(), 0);
        vm.assertApproxEqRel(house.rate(), before, 1e9, "r stays to 1e-9");
        house.refresh(NEW);
        uint256 claims = uint256(house.cash(NEW));
        vm.assertEq(claims, (amount * PAR) / before, "f / r claims");
        vm.assertApproxEqRel((claims * house.rate()) / PAR, amount, 1e9, "worth stays to 1e-9");
        // Tokens and shortfall are the claims: nothing is promised that is not counted.
        vm.assertEq(house.held() + house.shortfall(), uint256(house.cash(OLD)) + claims);
        vm.assertFalse(house.hasFresh(NEW));
    }

    function test_suffer_takesFromFreshAndOldDepositsAlike() public {
        _shortfall(100e9, 100e9);
        house.deposit(NEW, 50e9); // 100 claims after conversion
        house.earn(OLD, 100e9); // the winner of the unpaid loss
        house.suffer(100e9);
        vm.assertEq(house.rate(), (uint256(150e9) * PAR) / 400e9);
        vm.assertEq(house.withdraw(NEW, 100e9), 37.5e9);
        vm.assertEq(house.withdraw(OLD, 300e9), 112.5e9);
        vm.assertEq(house.held(), 0);
    }

    function test_refresh_cutsProtectionToTheCashThatIsLeft() public {
        _shortfall(100e9, 50e9);
        house.deposit(NEW, 30e9);
        house.earn(NEW, -20e9);
        house.earn(OLD, 20e9);
        house.refresh(NEW);
        vm.assertEq(house.freshOf(NEW), 10e9);
        vm.assertEq(house.fresh(), 10e9);
        vm.assertTrue(house.hasFresh(NEW));
        vm.assertEq(house.rate(), (uint256(120e9) * PAR) / 170e9, "what was lost backs the winner's claim");
        vm.assertEq(house.withdraw(NEW, 10e9), 10e9);
    }

    function test_refresh_endsProtectionWhenCashIsGone() public {
        _shortfall(100e9, 50e9);
        house.deposit(NEW, 30e9);
        house.earn(NEW, -31e9);
        house.refresh(NEW);
        vm.assertEq(house.freshOf(NEW), 0);
        vm.assertEq(house.fresh(), 0);
        vm.assertFalse(house.hasFresh(NEW));
        vm.assertEq(house.cash(NEW), -1e9, "cash stays");
    }

    function testFuzz_refresh_changesNothingWhileTheDepositIsThere(uint256 amount, uint256 won) public {
        amount = bound(amount, 1, 1e18);
        won = bound(won, 0, 1e18);
        _shortfall(100e9, 50e9);
        house.deposit(NEW, amount);
        house.earn(NEW, int112(uint112(won)));
        house.refresh(NEW);
        vm.assertEq(house.freshOf(NEW), amount);
        vm.assertEq(house.fresh(), amount);
        vm.assertEq(house.cash(NEW), int256(amount + won));
    }

    function test_refresh_convertsOnlyTheCashThatIsLeft() public {
        _shortfall(100e9, 100e9);
        house.deposit(NEW, 30e9);
        house.earn(NEW, -20e9);
        house.suffer(0);
        house.refresh(NEW);
        vm.assertEq(house.cash(NEW), 20e9, "10 left at one half");
        house.refresh(NEW);
        vm.assertEq(house.cash(NEW), 20e9, "once");
    }

    function testFuzz_moved_takesProtectionAlong(uint256 amount, uint256 ordinary, uint256 claims) public {
        amount = bound(amount, 1, 1e18);
        ordinary = bound(ordinary, 0, 1e18);
        claims = bound(claims, 1, amount + ordinary);
        _shortfall(100e9, 50e9);
        house.deposit(NEW, amount);
        house.earn(NEW, int112(uint112(ordinary)));
        uint256 before = house.rate();
        house.transfer(NEW, OTHER, claims);
        uint256 along = claims < amount ? claims : amount;
        vm.assertEq(house.freshOf(OTHER), along);
        vm.assertEq(house.freshOf(NEW), amount - along);
        vm.assertEq(house.hasFresh(NEW), along < amount);
        vm.assertEq(house.fresh(), amount, "in all as before");
        vm.assertEq(house.rate(), before);
        vm.assertEq(house.withdraw(OTHER, along), along, "at par from there");
    }

    function test_moved_protectsNothingThatWasNotFresh() public {
        _shortfall(100e9, 50e9);
        house.transfer(OLD, OTHER, 60e9);
        vm.assertFalse(house.hasFresh(OTHER));
        vm.assertEq(house.fresh(), 0);
        vm.assertApproxEqAbs(house.withdraw(OTHER, 60e9), 40e9, 1);
    }

    function testFuzz_heal_fillsTheShortfallAndReturnsTheRest(uint88 missing, uint96 amount) public {
        house.set(100e9, missing);
        uint256 left = house.heal(amount);
        uint256 healed = amount < missing ? amount : missing;
        vm.assertEq(left, uint256(amount) - healed);
        vm.assertEq(house.shortfall(), uint256(missing) - healed);
        if (healed == missing) vm.assertEq(house.rate(), PAR);
    }

    function test_suffer_convertsAtTheLeastRateWhenOlderClaimsAreWorthless() public {
        _shortfall(0, 50e9);
        vm.assertEq(house.rate(), 0);
        house.deposit(NEW, 30e9);
        vm.assertEq(house.rate(), 0, "the deposit is not theirs");
        vm.assertEq(house.withdraw(OLD, 10e9), 0);
        house.suffer(0);
        vm.assertEq(house.lastRate(1), PAR / 1e6);
        house.refresh(NEW);
        vm.assertEq(house.cash(NEW), 30e9 * 1e6);
        vm.assertEq(house.held() + house.shortfall(), uint256(house.cash(NEW) + house.cash(OLD)));
        uint256 worth = house.withdraw(NEW, 30e9 * 1e6);
        vm.assertLe(worth, 30e9);
        vm.assertApproxEqRel(worth, 30e9, 1e13, "all but the share that older claims have among a million times more");
    }

    /// @dev OLD holds all claims: `tokens` held and `missing` that nothing backs.
    function _shortfall(uint256 tokens, uint256 missing) private {
        house.deposit(OLD, tokens);
        house.earn(OLD, int112(uint112(missing)));
        house.suffer(missing);
    }
}
