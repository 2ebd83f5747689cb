// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccounts} from "../../../contracts/interfaces/IAccounts.sol";
import {ICollateral} from "../../../contracts/interfaces/ICollateral.sol";
import {IDeleveraging} from "../../../contracts/interfaces/IDeleveraging.sol";
import {IGovernance} from "../../../contracts/interfaces/IGovernance.sol";
import {IPriceSource} from "../../../contracts/interfaces/IPriceSource.sol";
import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {CollateralParams} from "../../../contracts/Ledger.sol";
import {FeeToken} from "../../../contracts/mocks/FeeToken.sol";
import {MockGate} from "../../../contracts/mocks/MockGate.sol";
import {MockPriceSource} from "../../../contracts/mocks/MockPriceSource.sol";
import {MockToken} from "../../../contracts/mocks/MockToken.sol";
import {floorOf} from "../../../contracts/types/Floor.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Actor} from "../../base/Fixture.sol";
import {Pledges} from "../../base/Pledges.sol";

/// @title Pledges: in, counted, out; what governance may set
contract PledgingTest is Pledges {
    function setUp() public {
        _build();
    }

    // ------------------------------------------------------------------ in

    function test_pledge_countsAtTheHaircutPrice_andIsHeldWhole() public {
        Actor memory alice = _pledger("alice", 10 * ETHER, 0);
        _near(_counted(alice.id), 24_000e9, "80% of 30,000");
        vm.assertEq(_cash(alice.id), 0, "it is no cash");
        vm.assertEq(_account(alice.id).pledged, 1);
        _requireWhole();
    }

    function test_pledge_countsInEveryAccountByItself() public {
        Actor memory alice = _pledger("alice", 10 * ETHER, 5);
        Actor memory bob = _actor("bob", 7);
        vm.assertEq(_equity(bob.id), 7e9);
        _trade(alice, maker, btc, 0.001e9, 60_000e18);
        _near(_equity(alice.id), 24_005e9 - 0.024e9, "with cash, less the fee");
    }

    function test_pledge_refusals() public {
        Actor memory alice = _actor("alice");
        vm.startPrank(alice.owner);
        vm.expectRevert(abi.encodeWithSelector(ICollateral.CollateralUnknown.selector, 2));
        house.pledge(0, 2, 1);
        vm.expectRevert(abi.encodeWithSelector(ICollateral.CollateralUnknown.selector, 0));
        house.pledge(0, 0, 1);
        vm.expectRevert(IAccounts.ZeroAmount.selector);
        house.pledge(0, WETH, 0);
        vm.expectPartialRevert(ICollateral.CollateralCapReached.selector);
        house.pledge(0, WETH, 10_001 * ETHER);
        vm.expectPartialRevert(ICollateral.LineExhausted.selector);
        house.pledge(0, WETH, 84 * ETHER); // 201,600 of 200,000
        vm.stopPrank();
        vm.prank(vault.owner);
        vm.expectRevert(ICollateral.VaultMayNotPledge.selector);
        house.pledge(0, WETH, 1);
        ethSource.set(PRICE, IPriceSource.Status.STALE);
        vm.prank(alice.owner);
        vm.expectRevert(abi.encodeWithSelector(ICollateral.CollateralPriceNotFresh.selector, WETH));
        house.pledge(0, WETH, ETHER);
    }

    /// A price that has fallen a tenth below its floor may be worth less than the line would pay in a lock.
    function test_pledge_afterAFall_waitsUntilItIsRecorded() public {
        Actor memory alice = _actor("alice");
        _setEther(2_690e18);
        weth.mint(alice.owner, ETHER);
        vm.startPrank(alice.owner);
        weth.approve(address(venue), ETHER);
        vm.expectPartialRevert(ICollateral.CollateralGap.selector);
        house.pledge(0, WETH, ETHER);
        skip(_venueParams().lockDelay);
        house.recordCollateralPrice(WETH);
        skip(_venueParams().lockDelay);
        house.pledge(0, WETH, ETHER); // records it first
        vm.stopPrank();
        _near(_counted(alice.id), 2_152e9, "80% of 2,690");
    }

    function test_pledge_withPositions_needsAnOpenGroup() public {
        Actor memory alice = _pledger("alice", 10 * ETHER, 0);
        _trade(alice, maker, btc, 1e9, 60_000e18);
        weth.mint(alice.owner, ETHER);
        _setPrice(btc, 57_000e18);
        vm.startPrank(alice.owner);
        weth.approve(address(venue), ETHER);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GapOpen.selector, solo));
        house.pledge(0, WETH, ETHER);
        venue.poke(solo);
        vm.expectPartialRevert(IDeleveraging.GroupLocked.selector);
        house.pledge(0, WETH, ETHER);
        vm.stopPrank();
    }

    /// As a deposit: not into an account without positions; into one with, to save it. And nothing else is asked.
    function test_pledge_ofABarredOwner_onlyToSaveAPosition() public {
        Actor memory alice = _pledger("alice", 10 * ETHER, 100);
        MockGate gate = new MockGate();
        venue.setAccessGate(address(gate));
        gate.bar(alice.owner, true);
        weth.mint(alice.owner, ETHER);
        vm.startPrank(alice.owner);
        weth.approve(address(venue), ETHER);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.AccessDenied.selector, alice.id));
        house.pledge(0, WETH, ETHER);
        vm.stopPrank();
        vm.assertEq(_withdrawPledge(alice, ETHER), ETHER, "out");

        gate.bar(alice.owner, false);
        _trade(alice, maker, btc, 0.1e9, 60_000e18);
        _settleAnchors(solo);
        gate.bar(alice.owner, true);
        _pledge(alice, ETHER);
        vm.assertEq(_withdrawPledge(alice, ETHER), ETHER, "out, with a position");
        _setPrice(btc, 59_000e18);
        _settleAnchors(solo);
        house.offerPledges(alice.id);
        skip(1 hours);
        _settleAnchors(solo);
        (uint256 units, ) = house.exchangeWithLine(alice.id, WETH);
        vm.assertGt(units, 0, "exchanged");
    }

    function test_pledge_ofATokenThatTakesAFee_isRefused() public {
        FeeToken token = new FeeToken("Fee", "FEE", 18, 10_000);
        MockPriceSource source = new MockPriceSource(1e18);
        uint256 id = house.createCollateral(token, source, _params());
        house.setCollateralLine(id, _quote(1_000));
        address alice = makeAddr("alice");
        token.mint(alice, ETHER);
        vm.startPrank(alice);
        token.approve(address(venue), ETHER);
        vm.expectRevert(
            abi.encodeWithSelector(ICollateral.TransferNotWhole.selector, address(token), ETHER, 0.99 ether)
        );
        house.pledge(0, id, ETHER);
        vm.stopPrank();
    }

    // ------------------------------------------------------------------ what it counts for

    function test_counts_theLeastOfLiveAnchorAndRecorded() public {
        Actor memory alice = _pledger("alice", 10 * ETHER, 0);
        _setEther(4_000e18);
        _near(_counted(alice.id), 24_000e9, "a pump counts nothing");
        skip(_venueParams().lockDelay);
        vm.assertTrue(house.recordCollateralPrice(WETH));
        _near(_counted(alice.id), 24_000e9, "nor when it is recorded");
        vm.assertFalse(house.recordCollateralPrice(WETH), "not twice in a delay");
        skip(_venueParams().lockDelay);
        vm.assertTrue(house.recordCollateralPrice(WETH));
        _near(_counted(alice.id), 24_000e9, "nor a delay later: the anchor is of before");
        skip(_venueParams().lockDelay);
        vm.assertTrue(house.recordCollateralPrice(WETH));
        _near(_counted(alice.id), 32_000e9, "after two delays");
        _setEther(2_500e18);
        _near(_counted(alice.id), 20_000e9, "a fall at once");
        _near(_committed(alice.id), 32_000e9, "but in a lock the line pays the floor");
        _requireWhole();
    }

    function test_counts_atMostWhatTheLineCanPay() public {
        Actor memory alice = _pledger("alice", 80 * ETHER, 0);
        _near(_counted(alice.id), 192_000e9, "within it");
        _setEther(6_000e18);
        _recordEther();
        _near(_counted(alice.id), 200_000e9, "not 384,000");
        _requireWhole();
    }

    function test_counts_ofAStalePrice_theHaircutTwice_andNoNewRisk() public {
        Actor memory alice = _pledger("alice", 10 * ETHER, 0);
        _trade(alice, maker, btc, 1e9, 60_000e18);
        ethSource.set(PRICE, IPriceSource.Status.STALE);
        _near(_counted(alice.id), 19_200e9, "64%");
        vm.assertFalse(_health(alice.id).fresh);
        bytes memory more = _pack(_match(alice, maker, btc, 1e9, 60_000e18), true);
        vm.expectRevert(abi.encodeWithSelector(ITrading.AccountHasStaleLeg.selector, alice.id));
        venue.settle(more);
        _trade(alice, maker, btc, -0.5e9, 60_000e18); // reducing is never hindered
        ethSource.setBroken(true);
        _near(_counted(alice.id), 19_200e9, "a source that reverts is a stale one");
    }

    function test_fee_isTakenInUnits_andIsTheVaults() public {
        CollateralParams memory p = _params();
        p.feeRate = 20_000;
        house.setCollateralParams(WETH, p);
        Actor memory alice = _pledger("alice", 10 * ETHER, 0);
        skip(365 days);
        vm.assertEq(_pledged(alice.id), 9.8 ether, "2% a year, before it is taken");
        house.takePledgeFee(alice.id, WETH);
        vm.assertEq(_pledged(alice.id), 9.8 ether);
        vm.assertEq(_ether().stock, 0.2 ether);
        _requireWhole();
        vm.expectRevert(abi.encodeWithSelector(ICollateral.NothingPledged.selector, maker.id, WETH));
        house.takePledgeFee(maker.id, WETH);
    }

    // ------------------------------------------------------------------ it lends nothing

    function test_withdraw_neverMoreThanCashAndPositions() public {
        Actor memory alice = _pledger("alice", 10 * ETHER, 1_000);
        _trade(alice, maker, btc, 1e9, 60_000e18);
        _creep(btc, 59_500e18);
        // Cash less the fee, less the loss of 500; equity is above 24,000.
        int256 alone = _equity(alice.id) - _counted(alice.id);
        vm.prank(alice.owner);
        venue.withdraw(0, type(uint256).max, alice.owner);
        vm.assertLe(int256(token.balanceOf(alice.owner)) * 1e3, alone);
        vm.assertGt(int256(token.balanceOf(alice.owner)) * 1e3, alone - 1e3, "to the last unit");
        _creep(btc, 59_400e18);
        vm.prank(alice.owner);
        vm.expectPartialRevert(IAccounts.InsufficientWithdrawable.selector);
        venue.withdraw(0, 1, alice.owner);
    }

    function test_withdraw_flat_itsCash() public {
        Actor memory alice = _pledger("alice", 10 * ETHER, 1_000);
        vm.prank(alice.owner);
        vm.assertEq(venue.withdraw(0, type(uint256).max, alice.owner), 1_000 * TOKEN);
    }

    // ------------------------------------------------------------------ out

    function test_withdrawPledge_flat_wholeAndAlways() public {
        Actor memory alice = _pledger("alice", 10 * ETHER, 0);
        ethSource.set(PRICE, IPriceSource.Status.STALE);
        vm.assertEq(_withdrawPledge(alice, type(uint256).max), 10 * ETHER);
        vm.assertEq(weth.balanceOf(alice.owner), 10 * ETHER);
        vm.assertEq(_account(alice.id).pledged, 0);
        vm.expectRevert(IAccounts.ZeroAmount.selector);
        _withdrawPledge(alice, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(ICollateral.NothingPledged.selector, alice.id, WETH));
        _withdrawPledge(alice, 1);
        _requireWhole();
    }

    function test_withdrawPledge_notBelowInitialMargin_norWithAStalePrice_norInAGap() public {
        Actor memory alice = _pledger("alice", 10 * ETHER, 1_000);
        _trade(alice, maker, btc, 1e9, 60_000e18); // 3,000 of initial margin
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        _withdrawPledge(alice, 9.5 ether);
        ethSource.set(PRICE, IPriceSource.Status.STALE);
        vm.expectRevert(abi.encodeWithSelector(ITrading.AccountHasStaleLeg.selector, alice.id));
        _withdrawPledge(alice, ETHER);
        _setEther(PRICE);
        _setPrice(btc, 57_000e18);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GapOpen.selector, solo));
        _withdrawPledge(alice, ETHER);
        _setPrice(btc, 60_000e18);
        vm.assertEq(_withdrawPledge(alice, 9 * ETHER), 9 * ETHER);
        _requireWhole();
    }

    function test_withdrawPledge_notWhileCashAndPositionsAreBelowZero() public {
        Actor memory alice = _pledger("alice", 20 * ETHER, 100);
        _trade(alice, maker, btc, 1e9, 60_000e18);
        _creep(btc, 59_500e18);
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        _withdrawPledge(alice, ETHER);
    }

    function test_withdrawPledge_toNobody_norToTheClearinghouse() public {
        Actor memory alice = _pledger("alice", ETHER, 0);
        vm.startPrank(alice.owner);
        vm.expectRevert(IAccounts.ZeroAddress.selector);
        house.withdrawPledge(0, WETH, 1, address(0));
        vm.expectRevert(IAccounts.RecipientIsClearinghouse.selector);
        house.withdrawPledge(0, WETH, 1, address(venue));
        vm.stopPrank();
    }

    // ------------------------------------------------------------------ governance

    function test_create_refusesTheSettlementToken_itself_noContract_andOneTwice() public {
        address[4] memory tokens = [address(token), address(venue), address(weth), address(0xBEEF)];
        for (uint256 i; i < 4; ++i) {
            bytes4 reason = i < 3 ? ICollateral.TokenNotAllowed.selector : IAccounts.NotAToken.selector;
            vm.expectRevert(abi.encodeWithSelector(reason, tokens[i]));
            house.createCollateral(MockToken(tokens[i]), ethSource, _params());
        }
        for (uint256 i = 1; i < 8; ++i) house.createCollateral(new MockToken("T", "T", 6), ethSource, _params());
        MockToken ninth = new MockToken("T", "T", 6);
        vm.expectRevert(ICollateral.CollateralListFull.selector);
        house.createCollateral(ninth, ethSource, _params());
        vm.assertEq(house.collateralCount(), 8);
    }

    function test_create_needsAFreshSource() public {
        MockToken other = new MockToken("T", "T", 6);
        ethSource.set(PRICE, IPriceSource.Status.STALE);
        vm.expectRevert(abi.encodeWithSelector(ICollateral.CollateralPriceNotFresh.selector, 2));
        house.createCollateral(other, ethSource, _params());
    }

    function test_params_bounds() public {
        CollateralParams memory p = _params();
        p.haircut = 19_999;
        _expectBounds(p, "haircut", 19_999, 20_000, 900_000);
        p.haircut = 900_001;
        _expectBounds(p, "haircut", 900_001, 20_000, 900_000);
        p = _params();
        p.maxDiscount = 150_001;
        _expectBounds(p, "maxDiscount", 150_001, 1_000, 150_000);
        p.maxDiscount = 999;
        _expectBounds(p, "maxDiscount", 999, 1_000, 150_000);
        p = _params();
        p.discountRate = 99_999;
        _expectBounds(p, "discountRate", 99_999, 100_000, 1_000_000);
        p = _params();
        p.feeRate = 50_001;
        _expectBounds(p, "feeRate", 50_001, 0, 50_000);
        p = _params();
        p.cap = type(uint96).max;
        _expectBounds(p, "cap", type(uint96).max, 0, type(uint96).max / 2);
    }

    function test_params_aLowerHaircut_countsNoMoreThanTheLine() public {
        Actor memory alice = _pledger("alice", 80 * ETHER, 0);
        CollateralParams memory p = _params();
        p.haircut = 50_000;
        p.maxDiscount = 30_000;
        house.setCollateralParams(WETH, p);
        _near(_counted(alice.id), 200_000e9, "not 228,000");
        _requireWhole();
    }

    function test_line_movesThePot_andKeepsWhatIsCommitted() public {
        int256 before = _cash(pot);
        (Money equity, ) = venue.vaultEquity();
        house.setCollateralLine(WETH, _quote(300_000));
        vm.assertEq(_cash(pot), before - 100_000e9);
        (Money later, bool certain) = venue.vaultEquity();
        vm.assertEq(Money.unwrap(later), Money.unwrap(equity), "it stays the vault's");
        vm.assertTrue(certain);
        _pledger("alice", 10 * ETHER, 0);
        vm.expectPartialRevert(ICollateral.LineCommitted.selector);
        house.setCollateralLine(WETH, _quote(23_000));
        house.setCollateralLine(WETH, _quote(24_000));
        vm.expectPartialRevert(ICollateral.PotTooSmall.selector);
        house.setCollateralLine(WETH, _quote(2_000_000));
        _requireWhole();
    }

    function test_source_hasToReadNearThePresentOne() public {
        MockPriceSource far = new MockPriceSource(3_200e18);
        vm.expectPartialRevert(ICollateral.CollateralGap.selector);
        house.setCollateralSource(WETH, far);
        MockPriceSource near = new MockPriceSource(3_100e18);
        house.setCollateralSource(WETH, near);
        vm.assertEq(address(_ether().source), address(near));
        near.set(3_100e18, IPriceSource.Status.STALE);
        house.setCollateralSource(WETH, far); // the present one is silent
    }

    function test_governance_standsStillInALock_andIsRestricted() public {
        CollateralParams memory p = _params();
        _setPrice(btc, 57_000e18);
        venue.poke(solo);
        bytes memory locked = abi.encodeWithSelector(IAccounts.GroupsLocked.selector, 1);
        vm.expectRevert(locked);
        house.setCollateralParams(WETH, p);
        vm.expectRevert(locked);
        house.setCollateralLine(WETH, _quote(1));
        vm.expectRevert(locked);
        house.setCollateralSource(WETH, ethSource);
        vm.startPrank(address(0xBAD));
        vm.expectRevert();
        house.setCollateralParams(WETH, p);
        vm.expectRevert(ICollateral.OnlyItself.selector);
        house.payDebt(maker.id);
        vm.expectRevert(ICollateral.OnlyItself.selector);
        house.exchangeInLock(maker.id);
        vm.stopPrank();
    }

    function test_vault_isNotReplacedWhileALineIsSetAside() public {
        vm.expectRevert(IGovernance.VaultInUse.selector);
        venue.setVault(vault.owner);
        house.setCollateralLine(WETH, Money.wrap(0));
        venue.setVault(vault.owner);
    }

    // ------------------------------------------------------------------ floors

    function test_floor_isAtMostThePrice_andAMillionthBelowAtMost(uint80 price) public pure {
        uint256 floor = uint256(Price.unwrap(floorOf(Price.wrap(int256(uint256(price)))).price()));
        vm.assertLe(floor, price);
        vm.assertGe(floor + (uint256(price) >> 23) + 1, price);
    }

    function _expectBounds(CollateralParams memory p, bytes32 name, uint256 value, uint256 low, uint256 high) private {
        vm.expectRevert(abi.encodeWithSelector(IGovernance.ParameterOutOfBounds.selector, name, value, low, high));
        house.setCollateralParams(WETH, p);
    }
}
