// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccounts} from "../../../contracts/interfaces/IAccounts.sol";
import {Account, Recovery} from "../../../contracts/Ledger.sol";
import {RecoveryLib} from "../../../contracts/position/RecoveryLib.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Money, toMoney} from "../../../contracts/types/Money.sol";
import {TestBase} from "../../base/TestBase.sol";

/// @dev A venue of accounts and tokens without markets. Debits and credits cash around the library as the clearinghouse
/// does.
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

    function protectedCash() external view returns (uint256) {
        return recovery.protectedCash;
    }

    function protectionOf(AccountId id) external view returns (uint256) {
        return accounts[id].hasProtected ? recovery.protectedOf(id) : 0;
    }

    function hasProtected(AccountId id) external view returns (bool) {
        return accounts[id].hasProtected;
    }

    function epoch() external view returns (uint256) {
        return recovery.epoch;
    }

    function cash(AccountId id) external view returns (int256) {
        return accounts[id].cash;
    }

    function _refresh(AccountId id) private {
        if (accounts[id].hasProtected) recovery.refresh(accounts[id], id);
    }
}

contract RecoveryLibTest is TestBase {
    AccountId internal constant OLD = AccountId.wrap(1);
    AccountId internal constant NEW = AccountId.wrap(2);
    AccountId internal constant OTHER = AccountId.wrap(3);
    uint256 internal constant PAR = 1e18;

    RecoveryHarness internal venue;

    function setUp() public {
        venue = new RecoveryHarness();
    }

    function test_withdrawn_revertsWhenClaimsExceedTheTokensHeld() public {
        venue.deposit(OLD, 100e9);
        venue.earn(OLD, 50e9); // won from somebody whose default is not absorbed yet
        vm.expectRevert(abi.encodeWithSelector(IAccounts.InsufficientTokens.selector, toMoney(150e9), toMoney(100e9)));
        venue.withdraw(OLD, 150e9);
        vm.assertEq(venue.withdraw(OLD, 100e9), 100e9, "what is there leaves");
    }

    /// Found by the hostile campaign: what only pays a debt was counted as protected, so r fell, and the next shortfall
    /// was booked too large.
    function test_deposited_protectsNothingThatPaysADebt() public {
        _shortfall(100e9, 50e9);
        uint256 rate = venue.rate();
        venue.earn(NEW, -40e9); // against an unrealised gain
        venue.deposit(NEW, 30e9);
        vm.assertEq(venue.protectedCash(), 0, "a debt of 10 is left");
        vm.assertFalse(venue.hasProtected(NEW));
        vm.assertGt(venue.rate(), rate, "the debt is smaller by tokens without a claim");
        venue.deposit(NEW, 30e9);
        vm.assertEq(venue.protectedCash(), 20e9);
    }

    /// What a protected depositor lost without realising it yet counts as protected: the winner's claims exceed tokens
    /// and shortfall. He forgoes all of the shortfall, then he is at par like everybody.
    function test_withdrawn_forgoesTheWholeShortfallAtMost() public {
        _shortfall(100e9, 50e9);
        venue.deposit(NEW, 30e9);
        venue.earn(OLD, 10e9); // 160 claims on 100 tokens and 50 of shortfall; the rest is among the 30
        vm.assertEq(venue.withdraw(OLD, 160e9), 110e9);
        vm.assertEq(venue.shortfall(), 0);
        vm.assertEq(venue.rate(), PAR);
        venue.earn(NEW, -10e9);
        vm.assertEq(venue.withdraw(NEW, 20e9), 20e9);
        vm.assertEq(venue.held(), 0);
    }

    /// In one call or in many: the same.
    /// What OLD holds beyond tokens and shortfall may be what a protected deposit has lost and not realised, or a
    /// default that is not absorbed. The same four numbers stand for both, and he is owed 150 in one and 75 in the
    /// other. So no rule on them is right in both. This one is right in the first, which may last for years.
    function test_withdrawn_theSameNumbers_areAnUnrealisedLoss_orADefault() public {
        _claimsBeyondTheShortfall();
        uint256 start = vm.snapshotState();
        vm.assertEq(venue.withdraw(OLD, 200e9), 150e9);
        venue.earn(NEW, -100e9); // he lost it to OLD, and realises it
        vm.assertEq(venue.held(), 0, "an unrealised loss: nobody is owed anything");
        vm.assertEq(venue.rate(), PAR);

        vm.revertToState(start);
        venue.suffer(100e9); // a default, absorbed in time
        vm.assertEq(venue.withdraw(OLD, 200e9), 75e9);
        vm.assertEq(venue.withdraw(NEW, 100e9), 75e9, "a default: each loses half of what the shortfall left him");

        vm.revertToState(start);
        venue.withdraw(OLD, 200e9);
        venue.suffer(100e9); // absorbed too late
        vm.assertEq(venue.withdraw(NEW, 100e9), 0, "a default that nobody absorbs: who leaves first has all");
    }

    /// Whoever leaves before a default is absorbed leaves with no more than at par, and who stays is no worse off.
    function test_withdrawn_beforeADefaultIsAbsorbed_isAsAtPar() public {
        _claimsBeyondTheShortfall();
        vm.assertEq(venue.withdraw(OLD, 120e9), 70e9, "he forgoes all of the shortfall");
        venue.suffer(100e9);
        uint256 inRecovery = venue.withdraw(NEW, 100e9);

        venue = new RecoveryHarness();
        venue.deposit(OLD, 50e9);
        venue.deposit(NEW, 100e9);
        venue.earn(OLD, 100e9); // the same tokens and the same default, without an earlier shortfall
        vm.assertEq(venue.withdraw(OLD, 70e9), 70e9);
        venue.suffer(100e9);
        vm.assertEq(inRecovery, venue.withdraw(NEW, 100e9), "as at par");
    }

    /// The shortfall that ordinary claims forwent is over: nothing is left to protect from. Bound: the next one takes
    /// the same part of everybody's worth, and its cover heals everybody alike.
    function test_suffer_afterAllWasForgone_takesTheSamePartOfEverybodysWorth() public {
        _claimsBeyondTheShortfall();
        venue.withdraw(OLD, 120e9);
        vm.assertEq(venue.rate(), PAR);
        venue.suffer(100e9); // 80 tokens and claims of 180
        vm.assertEq(venue.cover(10e9), 0);
        vm.assertEq(venue.withdraw(OLD, 80e9), 40e9, "OLD: 90 tokens for claims of 180");
        vm.assertEq(venue.withdraw(NEW, 100e9), 50e9, "NEW");
    }

    /// @dev T = 50, S = 50, and 100 protected; OLD has claims of 200.
    function _claimsBeyondTheShortfall() private {
        _shortfall(50e9, 50e9);
        venue.deposit(NEW, 100e9);
        venue.earn(OLD, 100e9);
    }

    function testFuzz_withdrawn_beyondTheShortfall_inPartsAsInOne(uint256 parts, uint256 missing) public {
        parts = bound(parts, 1, 20);
        missing = bound(missing, 1, 100e9);
        _shortfall(100e9, missing);
        venue.deposit(NEW, 30e9);
        venue.earn(OLD, 30e9);
        uint256 claims = 130e9 + missing;
        uint256 paid;
        for (uint256 i = parts; i != 0; --i) {
            uint256 part = claims / i;
            paid += venue.withdraw(OLD, part);
            claims -= part;
        }
        vm.assertApproxEqAbs(paid, 130e9, parts, "rounding alone");
        vm.assertLe(paid, 130e9);
    }

    function test_withdrawn_pastAllTokens_isRefused() public {
        _shortfall(100e9, 50e9);
        venue.earn(OLD, 150e9); // 300 claims on 100 tokens and 50 of shortfall
        venue.deposit(NEW, 30e9);
        vm.expectRevert(abi.encodeWithSelector(IAccounts.InsufficientTokens.selector, toMoney(250e9), toMoney(130e9)));
        venue.withdraw(OLD, 300e9);
    }

    function test_rate_isParWithoutShortfall_andAWithdrawalPaysInFull() public {
        venue.deposit(OLD, 100e9);
        vm.assertEq(venue.rate(), PAR);
        vm.assertEq(venue.withdraw(OLD, 40e9), 40e9);
        vm.assertEq(venue.held(), 60e9);
        vm.assertFalse(venue.hasProtected(OLD), "nothing to protect at par");
    }

    function testFuzz_withdrawn_leavesTheRateToRounding(uint256 tokens, uint256 missing, uint256 claims) public {
        tokens = bound(tokens, 1e9, 1e18);
        missing = bound(missing, 1, 1e18);
        claims = bound(claims, 1, tokens + missing - 1e6);
        _shortfall(tokens, missing);
        uint256 before = venue.rate();
        uint256 paid = venue.withdraw(OLD, claims);
        uint256 atRate = (claims * before) / PAR;
        uint256 beyond = claims > missing ? claims - missing : 0; // all of the shortfall is forgone at most
        vm.assertEq(paid, atRate > beyond ? atRate : beyond, "paid at the rate, rounded down");
        vm.assertLe(paid * (tokens + missing), claims * tokens, "never more than the exact part");
        vm.assertGe(venue.rate(), before, "never falls");
        // What rounding keeps for those who stay: a unit of the payment, and of the rate one in 1e18 of the claims.
        uint256 kept = 2 + claims / PAR;
        vm.assertLe(venue.rate() - before, (kept * PAR) / (tokens + missing - claims) + 1, "rises by rounding only");
        vm.assertEq(venue.held(), tokens - paid);
    }

    function testFuzz_deposited_leavesTheRateExactly(uint256 tokens, uint256 missing, uint256 amount) public {
        tokens = bound(tokens, 0, 1e18);
        missing = bound(missing, 1, 1e18);
        amount = bound(amount, 1, 1e18);
        _shortfall(tokens, missing);
        uint256 before = venue.rate();
        vm.assertLt(before, PAR);
        venue.deposit(NEW, amount);
        vm.assertEq(venue.rate(), before);
        vm.assertEq(venue.protectedCash(), amount);
        vm.assertTrue(venue.hasProtected(NEW));
    }

    function testFuzz_fresh_leavesAtParAndTouchesNobody(uint256 tokens, uint256 missing, uint256 amount) public {
        tokens = bound(tokens, 0, 1e18);
        missing = bound(missing, 1, 1e18);
        amount = bound(amount, 1, 1e18);
        _shortfall(tokens, missing);
        uint256 before = venue.rate();
        venue.deposit(NEW, amount);
        vm.assertEq(venue.withdraw(NEW, amount), amount, "par");
        vm.assertEq(venue.rate(), before);
        vm.assertEq(venue.shortfall(), missing);
        vm.assertEq(venue.held(), tokens);
        vm.assertFalse(venue.hasProtected(NEW));
    }

    function test_fresh_doesNotShareACover() public {
        _shortfall(100e9, 50e9);
        venue.deposit(NEW, 30e9);
        vm.assertEq(venue.cover(25e9), 0);
        vm.assertEq(venue.rate(), (uint256(125e9) * PAR) / 150e9, "all of it to the older claims");
        vm.assertEq(venue.withdraw(NEW, 30e9), 30e9, "no more than what was brought");
        vm.assertApproxEqAbs(venue.withdraw(OLD, 150e9), 125e9, 1);
    }

    function test_withdrawn_paysFreshClaimsFirstAndTheRestAtTheRate() public {
        _shortfall(100e9, 100e9);
        venue.deposit(OLD, 30e9); // 200 ordinary claims at one half, and 30 at par
        vm.assertEq(venue.withdraw(OLD, 50e9), 30e9 + 10e9);
        vm.assertEq(venue.protectedCash(), 0);
        vm.assertEq(venue.shortfall(), 90e9);
        vm.assertEq(venue.rate(), PAR / 2);
    }

    function testFuzz_suffer_ofNothingChangesNothing(uint256 tokens, uint256 missing, uint256 amount) public {
        tokens = bound(tokens, 0, 1e18);
        missing = bound(missing, 1, 1e18);
        amount = bound(amount, 1, 1e18);
        _shortfall(tokens, missing);
        uint256 before = venue.rate();
        venue.deposit(NEW, amount);
        venue.suffer(0);
        vm.assertEq(venue.protectedCash(), amount);
        vm.assertEq(venue.protectionOf(NEW), amount);
        vm.assertEq(venue.rate(), before);
        vm.assertEq(venue.withdraw(NEW, amount), amount, "par");
    }

    /// The rule: every claim and every protected deposit loses the same part of its worth, and nobody's cash changes.
    function testFuzz_suffer_takesTheSamePartOfEverybodysWorth(
        uint256 tokens,
        uint256 missing,
        uint256 amount,
        uint256 more
    ) public {
        tokens = bound(tokens, 1e12, 1e18);
        missing = bound(missing, 1e9, tokens * 100);
        amount = bound(amount, 1e12, 1e18);
        more = bound(more, 1, tokens * 100);
        _shortfall(tokens, missing);
        uint256 before = venue.rate();
        venue.deposit(NEW, amount);
        venue.earn(OTHER, int112(uint112(more)));
        venue.suffer(more);
        uint256 rate = venue.rate();
        vm.assertLe(rate, before + PAR / tokens + 1, "rises by a rounded unit at most");
        uint256 left = venue.protectionOf(NEW);
        vm.assertLe(left, venue.protectedCash(), "never more than the total");
        vm.assertLe(venue.protectedCash(), left + 1, "nor much less");
        uint256 worth = left + ((amount - left) * rate) / PAR;
        vm.assertApproxEqRel(worth * before, amount * rate, 1e10, "to 1e-8");
        vm.assertEq(venue.cash(NEW), int256(amount), "claims stay");
        // Tokens and shortfall are the claims: nothing is promised that is not counted.
        uint256 claims = uint256(venue.cash(OLD) + venue.cash(NEW) + venue.cash(OTHER));
        vm.assertEq(venue.held() + venue.shortfall(), claims);
    }

    function test_suffer_takesFromFreshAndOldDepositsAlike() public {
        _shortfall(100e9, 100e9);
        venue.deposit(NEW, 50e9);
        venue.earn(OTHER, 100e9); // the winner of the unpaid loss
        venue.suffer(100e9);
        // All claims are 350 on 150 tokens; at one half before, so 3/4 of everybody's worth is left.
        uint256 worthOld = (uint256(200e9) * venue.rate()) / PAR;
        vm.assertApproxEqAbs(worthOld, 75e9, 100, "100 before");
        vm.assertApproxEqAbs(venue.withdraw(NEW, 50e9), 37.5e9, 100, "50 before");
        vm.assertApproxEqAbs(venue.withdraw(OLD, 200e9) + venue.withdraw(OTHER, 100e9), 112.5e9, 100);
        vm.assertLe(venue.held(), 100);
    }

    /// A deposit that could be turned into ordinary claims by a tiny shortfall took most of the next cover.
    function test_suffer_aTinyOneLeavesACoverToOlderClaims() public {
        _shortfall(100e9, 50e9);
        venue.deposit(NEW, 2_000e9);
        venue.earn(OTHER, 1e6);
        venue.suffer(1e6);
        venue.cover(40e9);
        vm.assertLe(venue.withdraw(NEW, 2_000e9), 2_000e9, "the newcomer gained");
        vm.assertApproxEqAbs(venue.withdraw(OLD, 150e9), 140e9, 1e6, "the cover is theirs");
    }

    /// What a deposit keeps does not depend on what shortfalls took from earlier ones: an index that runs out of digits
    /// must not end it.
    function test_suffer_howeverManyCameBefore_takesARecentDepositsPartOnly() public {
        _shortfall(100e9, 50e9);
        venue.deposit(OLD, 1e3); // somebody is always protected
        for (uint256 i; i < 160; ++i) {
            venue.deposit(NEW, 50e9);
            (uint256 before, uint256 held) = (venue.shortfall(), venue.held());
            uint256 protectedCash = venue.protectedCash();
            venue.earn(OTHER, int112(uint112(before)));
            venue.suffer(before); // takes about half of what protection was left
            uint256 kept = (50e9 * before * held) / ((held - protectedCash) * 2 * before + before * protectedCash);
            vm.assertApproxEqAbs(venue.protectionOf(NEW), kept, 2, "another part");
            vm.assertLe(
                venue.protectionOf(NEW) + venue.protectionOf(OLD),
                venue.protectedCash(),
                "more than the total"
            );
            venue.cover(before);
            venue.withdraw(NEW, 50e9);
            if (venue.protectionOf(OLD) < 100) venue.deposit(OLD, 1e3);
        }
    }

    /// Who was protected from a debt that was healed since is like everybody: he shares the next one, and its cover.
    function test_suffer_endsProtectionWhenNothingWasLeftToHeal() public {
        _shortfall(100e9, 50e9);
        venue.deposit(NEW, 50e9);
        venue.cover(50e9);
        venue.earn(OTHER, 100e9);
        uint256 epoch = venue.epoch();
        venue.suffer(100e9);
        vm.assertEq(venue.epoch(), epoch + 2);
        vm.assertEq(venue.protectedCash(), 0);
        venue.refresh(NEW);
        vm.assertFalse(venue.hasProtected(NEW));
        vm.assertEq(venue.rate(), (uint256(200e9) * PAR) / 300e9);
        venue.cover(100e9);
        vm.assertEq(venue.withdraw(NEW, 50e9), 50e9, "covered like the others");
    }

    function test_suffer_withOnlyProtectedTokensAndNoShortfall() public {
        _shortfall(0, 50e9);
        venue.deposit(NEW, 50e9);
        venue.heal(50e9); // the winners give their claims up
        venue.earn(OLD, -50e9);
        venue.earn(OTHER, 50e9);
        venue.suffer(50e9);
        vm.assertEq(venue.rate(), PAR / 2);
        vm.assertEq(venue.withdraw(NEW, 50e9), 25e9);
    }

    /// Claims that are worth nothing take nothing.
    function test_suffer_atRateZeroTakesNothingFromWhoIsProtected() public {
        _shortfall(0, 50e9);
        vm.assertEq(venue.rate(), 0);
        venue.deposit(NEW, 30e9);
        venue.earn(OTHER, 70e9);
        venue.suffer(70e9);
        vm.assertEq(venue.rate(), 0);
        vm.assertEq(venue.withdraw(OTHER, 70e9), 0);
        vm.assertEq(venue.withdraw(NEW, 30e9), 30e9);
    }

    /// Many shortfalls, deposits in between: accounts never sum to more than the total, and little is left to nobody.
    function testFuzz_suffer_manyTimes_sumsStayBelowTheTotal(uint256 seed) public {
        _shortfall(1e15, 1e15);
        for (uint256 i; i < 40; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            AccountId id = AccountId.wrap(uint192(10 + (seed % 5)));
            venue.deposit(id, 1 + ((seed >> 8) % 1e15));
            uint256 amount = (seed >> 64) % (venue.held() * 2);
            venue.earn(OTHER, int112(uint112(amount)));
            venue.suffer(amount);
            if (seed % 3 == 0) venue.cover(1 + venue.shortfall() / (1 + ((seed >> 128) % 4)));
            uint256 sum;
            for (uint192 k = 10; k < 15; ++k) sum += venue.protectionOf(AccountId.wrap(k));
            vm.assertLe(sum, venue.protectedCash(), "more than the total");
            vm.assertLe(venue.protectedCash(), sum + 5 * (i + 1), "dust");
            vm.assertGe(venue.held(), venue.protectedCash());
        }
    }

    /// An index that has lost its digits begins anew instead of dividing by zero.
    function test_suffer_timeAfterTimeNeverBlocksADeposit() public {
        _shortfall(1e9, 1e9);
        for (uint256 i; i < 300; ++i) {
            venue.deposit(NEW, 1e12);
            venue.earn(OTHER, 1e12);
            venue.suffer(1e12);
            vm.assertLe(venue.protectionOf(NEW), venue.protectedCash());
            venue.withdraw(OTHER, 1e12);
            venue.withdraw(NEW, uint256(venue.cash(NEW)));
        }
        venue.deposit(NEW, 5e9);
        vm.assertEq(venue.protectionOf(NEW), 5e9);
    }

    function test_refresh_cutsProtectionToTheCashThatIsLeft() public {
        _shortfall(100e9, 50e9);
        venue.deposit(NEW, 30e9);
        venue.earn(NEW, -20e9);
        venue.earn(OLD, 20e9);
        venue.refresh(NEW);
        vm.assertEq(venue.protectionOf(NEW), 10e9);
        vm.assertEq(venue.protectedCash(), 10e9);
        vm.assertTrue(venue.hasProtected(NEW));
        vm.assertEq(venue.rate(), (uint256(120e9) * PAR) / 170e9, "what was lost backs the winner's claim");
        vm.assertEq(venue.withdraw(NEW, 10e9), 10e9);
    }

    function test_refresh_endsProtectionWhenCashIsGone() public {
        _shortfall(100e9, 50e9);
        venue.deposit(NEW, 30e9);
        venue.earn(NEW, -31e9);
        venue.refresh(NEW);
        vm.assertEq(venue.protectionOf(NEW), 0);
        vm.assertEq(venue.protectedCash(), 0);
        vm.assertFalse(venue.hasProtected(NEW));
        vm.assertEq(venue.cash(NEW), -1e9, "cash stays");
    }

    function testFuzz_refresh_changesNothingWhileTheDepositIsThere(uint256 amount, uint256 won) public {
        amount = bound(amount, 1, 1e18);
        won = bound(won, 0, 1e18);
        _shortfall(100e9, 50e9);
        venue.deposit(NEW, amount);
        venue.earn(NEW, int112(uint112(won)));
        venue.refresh(NEW);
        vm.assertEq(venue.protectionOf(NEW), amount);
        vm.assertEq(venue.protectedCash(), amount);
        vm.assertEq(venue.cash(NEW), int256(amount + won));
    }

    function test_refresh_afterAShortfallCutsWhatIsLeftToTheCash() public {
        _shortfall(100e9, 100e9);
        venue.deposit(NEW, 30e9);
        venue.earn(OTHER, 10e9);
        venue.suffer(10e9);
        uint256 left = venue.protectionOf(NEW);
        vm.assertLt(left, 30e9);
        venue.refresh(NEW);
        vm.assertEq(venue.protectionOf(NEW), left, "looking changes nothing");
        venue.earn(NEW, -20e9);
        venue.refresh(NEW);
        vm.assertEq(venue.protectionOf(NEW), 10e9);
        vm.assertApproxEqAbs(venue.protectedCash(), 10e9, 1);
    }

    function testFuzz_moved_takesProtectionAlong(uint256 amount, uint256 ordinary, uint256 claims) public {
        amount = bound(amount, 1, 1e18);
        ordinary = bound(ordinary, 0, 1e18);
        claims = bound(claims, 1, amount + ordinary);
        _shortfall(100e9, 50e9);
        venue.deposit(NEW, amount);
        venue.earn(NEW, int112(uint112(ordinary)));
        uint256 before = venue.rate();
        venue.transfer(NEW, OTHER, claims);
        uint256 along = claims < amount ? claims : amount;
        vm.assertEq(venue.protectionOf(OTHER), along);
        vm.assertEq(venue.protectionOf(NEW), amount - along);
        vm.assertEq(venue.hasProtected(NEW), along < amount);
        vm.assertEq(venue.protectedCash(), amount, "in all as before");
        vm.assertEq(venue.rate(), before);
        vm.assertEq(venue.withdraw(OTHER, along), along, "at par from there");
    }

    function test_moved_protectsNothingThatWasNotFresh() public {
        _shortfall(100e9, 50e9);
        venue.transfer(OLD, OTHER, 60e9);
        vm.assertFalse(venue.hasProtected(OTHER));
        vm.assertEq(venue.protectedCash(), 0);
        vm.assertApproxEqAbs(venue.withdraw(OTHER, 60e9), 40e9, 1);
    }

    function testFuzz_heal_fillsTheShortfallAndReturnsTheRest(uint88 missing, uint96 amount) public {
        venue.set(100e9, missing);
        uint256 left = venue.heal(amount);
        uint256 healed = amount < missing ? amount : missing;
        vm.assertEq(left, uint256(amount) - healed);
        vm.assertEq(venue.shortfall(), uint256(missing) - healed);
        if (healed == missing) vm.assertEq(venue.rate(), PAR);
    }

    /// @dev OLD holds all claims: `tokens` held and `missing` that nothing backs.
    function _shortfall(uint256 tokens, uint256 missing) private {
        venue.deposit(OLD, tokens);
        venue.earn(OLD, int112(uint112(missing)));
        venue.suffer(missing);
    }
}
