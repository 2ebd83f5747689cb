// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CollateralView, ICollateral} from "../../../contracts/interfaces/ICollateral.sol";
import {IGovernance} from "../../../contracts/interfaces/IGovernance.sol";
import {IPriceSource} from "../../../contracts/interfaces/IPriceSource.sol";
import {CollateralParams, PauseLevel} from "../../../contracts/Ledger.sol";
import {MockPriceSource} from "../../../contracts/mocks/MockPriceSource.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {MarketId} from "../../../contracts/types/MarketId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {BlacklistToken} from "../../attacks/TokenBlacklist.t.sol";
import {Actor, VaultStandIn} from "../../base/Fixture.sol";
import {Pledges} from "../../base/Pledges.sol";

/// @title A collateral that is wound down
/// @notice `alice` has pledged 10 ether and has nothing open; `bob` 5 ether, on which he is long half a bitcoin at
/// 60,000.
contract ClosingTest is Pledges {
    uint256 private constant NOTICE = 7 days;

    Actor private alice;
    Actor private bob;
    Actor private buyer;

    function setUp() public {
        _build();
        alice = _pledger("alice", 10 * ETHER, 0);
        bob = _pledger("bob", 5 * ETHER, 100);
        _trade(bob, maker, btc, 0.5e9, 60_000e18);
        _settleAnchors(solo);
        buyer = _actor("buyer", 100_000);
    }

    // ------------------------------------------------------------------ its notice

    function test_notice_nothingComesIn_allMayLeave_andNothingIsSold() public {
        vm.expectEmit(address(venue));
        emit ICollateral.CollateralClosing(WETH, block.timestamp + NOTICE);
        _setCap(0);
        vm.assertEq(_ether().closesAt, block.timestamp + NOTICE);
        skip(1 days);
        _setCap(0);
        vm.assertEq(_ether().closesAt, block.timestamp + NOTICE - 1 days, "said again, it is not put off");

        weth.mint(alice.owner, 1);
        vm.startPrank(alice.owner);
        weth.approve(address(venue), 1);
        vm.expectRevert(abi.encodeWithSelector(ICollateral.CollateralCapReached.selector, WETH, 15 * ETHER + 1, 0));
        house.pledge(0, WETH, 1);
        vm.stopPrank();
        vm.assertEq(_withdrawPledge(alice, 4 * ETHER), 4 * ETHER);
        vm.assertEq(_withdrawPledge(bob, ETHER), ETHER);

        skip(NOTICE - 1 days - 1);
        vm.expectPartialRevert(ICollateral.PledgesNotDue.selector);
        _buy(alice.id, 1);
        vm.expectPartialRevert(ICollateral.PledgesNotDue.selector);
        house.exchangeWithLine(alice.id, WETH);
    }

    function test_aCapAbove0_endsIt() public {
        _setCap(0);
        vm.expectEmit(address(venue));
        emit ICollateral.CollateralClosing(WETH, 0);
        _setCap(uint96(10_000 * ETHER));
        skip(NOTICE + 1 hours);
        vm.expectPartialRevert(ICollateral.PledgesNotDue.selector);
        house.exchangeWithLine(alice.id, WETH);
        _pledge(alice, ETHER);
        _setCap(0);
        vm.assertEq(_ether().closesAt, block.timestamp + NOTICE, "begins afresh");
    }

    // ------------------------------------------------------------------ its sale

    function test_sale_others_firstAtTheLivePrice_whoeverPledgedIt() public {
        _close();
        (uint256 units, Money paid) = _buy(alice.id, 4 * ETHER);
        vm.assertEq(units, 4 * ETHER);
        vm.assertEq(Money.unwrap(paid), 12_000e9);
        vm.assertEq(_cash(alice.id), 12_000e9);
        vm.assertEq(weth.balanceOf(buyer.owner), 4 * ETHER);

        _wait(solo, 15 minutes);
        int256 before = _equity(bob.id);
        (, paid) = _buy(bob.id, ETHER);
        vm.assertEq(Money.unwrap(paid), 2_850e9, "5% an hour times four");
        vm.assertGt(_equity(bob.id), before, "equity rises");
        _requireWhole();
    }

    function test_sale_ofASingleUnit_keepsNothingBack() public {
        _close();
        int256 before = _cash(alice.id);
        _buy(alice.id, 1);
        vm.assertGt(_cash(alice.id), before, "rounded up");
        (uint256 units, ) = _buy(alice.id, type(uint256).max);
        vm.assertEq(units, 10 * ETHER - 1);
        _requireWhole();
    }

    function test_sale_theLine_afterAnHour_atTheCommittedPrice() public {
        _close();
        vm.expectPartialRevert(ICollateral.PledgesNotDue.selector);
        house.exchangeWithLine(alice.id, WETH);
        _wait(solo, 1 hours);
        int256 equity = _equity(bob.id);
        Money line = _ether().line;
        (uint256 units, Money paid) = house.exchangeWithLine(alice.id, WETH);
        vm.assertEq(units, 10 * ETHER);
        _near(Money.unwrap(paid), 24_000e9, "80%");
        vm.assertEq(_cash(alice.id), Money.unwrap(paid));
        house.exchangeWithLine(bob.id, WETH);
        vm.assertGe(_equity(bob.id), equity - 1, "his equity stays");
        vm.assertEq(_account(bob.id).pledged, 0);
        vm.assertLt(Money.unwrap(_ether().line), Money.unwrap(line));
        vm.expectPartialRevert(ICollateral.NothingPledged.selector);
        house.exchangeWithLine(bob.id, WETH);
        _requireWhole();
    }

    function test_sale_beginsAnewEveryTwoHours() public {
        _close();
        _wait(solo, 2 hours);
        (, Money paid) = _buy(alice.id, ETHER);
        vm.assertEq(Money.unwrap(paid), 3_000e9, "without a discount again");
        vm.expectPartialRevert(ICollateral.PledgesNotDue.selector);
        house.exchangeWithLine(alice.id, WETH);
    }

    /// Whoever times a fall, or a price that the line bounds, takes nothing from the account nor from the line.
    function test_sale_atNoPriceOfBefore_norOfALineThatIsShort() public {
        _close();
        _wait(solo, 1 hours + 30 minutes);
        _setEther(2_600e18);
        vm.expectPartialRevert(ICollateral.PledgesNotDue.selector);
        house.exchangeWithLine(alice.id, WETH); // the line would pay 2,400
        (, Money paid) = _buy(alice.id, ETHER);
        _near(Money.unwrap(paid), 2_400e9, "not 2,340");
        _setEther(2_700e18);
        house.exchangeWithLine(bob.id, WETH);

        house.setCollateralLine(WETH, _quote(22_000));
        _setEther(6_000e18);
        _recordEther();
        vm.assertLt(Price.unwrap(_ether().floor), 3_100e18, "what the line can pay");
        vm.expectPartialRevert(ICollateral.PledgesNotDue.selector);
        house.exchangeWithLine(alice.id, WETH);
        house.setCollateralLine(WETH, _quote(100_000));
        (, paid) = house.exchangeWithLine(alice.id, WETH);
        _near(Money.unwrap(paid), 9 * 4_800e9, "80% of 6,000");
        _requireWhole();
    }

    function test_sale_waitsForALock_aGap_andPauses() public {
        _close();
        _setPrice(btc, 52_000e18);
        vm.expectRevert();
        _buy(bob.id, 1); // a gap
        venue.poke(solo);
        skip(1 hours);
        vm.expectPartialRevert(ICollateral.PledgesNotDue.selector);
        house.exchangeWithLine(alice.id, WETH); // claims may be worth less
        vm.expectPartialRevert(ICollateral.PledgesNotDue.selector);
        _buy(alice.id, 1);
        venue.poke(solo);
        house.exchangeWithLine(alice.id, WETH);

        uint256 snapshot = vm.snapshotState();
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 1 hours);
        vm.expectPartialRevert(IGovernance.LiquidationsPaused.selector);
        house.exchangeWithLine(bob.id, WETH);
        vm.revertToState(snapshot);
        venue.pause(MarketId.wrap(0), PauseLevel.REDUCE_ONLY, 1 hours);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.PausedAt.selector, PauseLevel.REDUCE_ONLY));
        house.exchangeWithLine(bob.id, WETH);
    }

    /// Claims are worth less than par: nobody is made to sell for them.
    function test_sale_waitsForARecovery() public {
        venue.setVaultBudget(solo, 0);
        Actor memory loser = _actor("loser", 5_000);
        _trade(loser, maker, btc, 1e9, 60_000e18);
        _setCap(0);
        skip(NOTICE);
        venue.poke(solo);
        _creep(btc, 50_000e18); // nobody absorbs, so nobody who gained by it pays
        _absorb(loser.id);
        skip(_venueParams().lockDelay);
        venue.deleverage(solo, type(uint256).max);
        uint256 shortfall = _recovery().shortfall;
        vm.assertGt(shortfall, 4_000e9);
        skip((3 hours - ((block.timestamp - _ether().closesAt) % 2 hours)) % 2 hours);
        vm.expectPartialRevert(ICollateral.PledgesNotDue.selector);
        house.exchangeWithLine(alice.id, WETH);
        vm.expectPartialRevert(ICollateral.PledgesNotDue.selector);
        _buy(alice.id, 1);
        token.mint(address(this), shortfall / 1e3 + 1);
        token.approve(address(venue), shortfall / 1e3 + 1);
        venue.cover(shortfall / 1e3 + 1);
        vm.assertEq(_recovery().shortfall, 0);
        house.exchangeWithLine(alice.id, WETH);
        _near(_cash(alice.id), 24_000e9, "at par");
    }

    function test_aNeed_isMetMeanwhile_atOnce() public {
        _close();
        _creep(btc, 35_000e18); // 12,500 lost, with 100 in cash and 12,000 that count
        vm.assertLt(_equity(bob.id) + _committed(bob.id) - _counted(bob.id), 0);
        _setEther(2_500e18);
        (, Money paid) = house.exchangeWithLine(bob.id, WETH);
        vm.assertGt(Money.unwrap(paid), 11_900e9);
    }

    /// A dead feed keeps no debt from being paid, in whatever hour of a round.
    function test_aNeed_isMet_alsoInTheSecondHour_ofADeadFeed() public {
        _close();
        _creep(btc, 36_000e18); // 12,000 lost, with 100 in cash and 12,000 committed
        ethSource.set(3_000e18, IPriceSource.Status.STALE);
        skip((3 hours - ((block.timestamp - _ether().closesAt) % 2 hours)) % 2 hours);
        venue.poke(solo);
        (, Money paid) = house.exchangeWithLine(bob.id, WETH);
        vm.assertGt(Money.unwrap(paid), 11_800e9);
        vm.assertGe(_equity(bob.id), 0);
        vm.expectPartialRevert(ICollateral.PledgesNotDue.selector);
        house.exchangeWithLine(alice.id, WETH);
        _requireWhole();
    }

    // ------------------------------------------------------------------ from beginning to end

    function test_windDown_withABlacklistedOwner_aDeadFeed_andDust() public {
        (BlacklistToken coin, MockPriceSource source) = (new BlacklistToken(), new MockPriceSource(10e18));
        CollateralParams memory p = _params();
        p.cap = 1e12;
        uint256 id = house.createCollateral(coin, source, p);
        house.setCollateralLine(id, _quote(10_000));
        _mintAndPledge(alice, coin, id, 1_000e6);
        _mintAndPledge(buyer, coin, id, 1); // worth nothing in 1e-9 quote at 80% of nothing
        coin.setBlacklisted(alice.owner, true);
        vm.prank(alice.owner);
        vm.expectRevert(abi.encodeWithSelector(BlacklistToken.Blacklisted.selector, alice.owner));
        house.withdrawPledge(0, id, 1_000e6, alice.owner);

        vm.expectPartialRevert(ICollateral.LineCommitted.selector);
        house.setCollateralLine(id, _quote(0)); // one small pledge keeps the line
        p.cap = 0;
        house.setCollateralParams(id, p);
        _setCap(0);
        source.set(10e18, IPriceSource.Status.STALE);
        skip(NOTICE + 1 hours);
        _setPrice(btc, 60_000e18);
        venue.poke(solo);
        vm.expectPartialRevert(ICollateral.PledgesNotDue.selector);
        house.exchangeWithLine(alice.id, id); // at no price that nobody knows
        house.setCollateralSource(id, new MockPriceSource(8e18));
        vm.expectPartialRevert(ICollateral.PledgesNotDue.selector);
        house.exchangeWithLine(alice.id, id); // a floor of before
        for (uint256 i; i < 3; ++i) {
            skip(_venueParams().lockDelay);
            vm.assertTrue(house.recordCollateralPrice(id));
            venue.poke(solo);
        }
        (, Money paid) = house.exchangeWithLine(alice.id, id);
        _near(Money.unwrap(paid), 6_400e9, "80% of 8");
        house.exchangeWithLine(buyer.id, id); // dust
        house.exchangeWithLine(alice.id, WETH);
        house.exchangeWithLine(bob.id, WETH);
        uint256 had = token.balanceOf(alice.owner);
        vm.startPrank(alice.owner);
        venue.withdraw(0, (6_390 + 23_990) * TOKEN, alice.owner);
        vm.stopPrank();
        vm.assertEq(token.balanceOf(alice.owner) - had, (6_390 + 23_990) * TOKEN, "she has the money");

        address next = address(new VaultStandIn(venue));
        vm.expectRevert(IGovernance.VaultInUse.selector);
        venue.setVault(next);
        for (uint256 each = 1; each <= id; ++each) {
            CollateralView memory v = house.collateral(each);
            vm.assertEq(v.pledged, 0);
            house.setCollateralLine(each, _quote(0));
            vm.prank(buyer.owner);
            house.buyStock(each, type(uint256).max, 0, buyer.owner, Price.wrap(0));
        }
        _trade(bob, maker, btc, -0.5e9, 60_000e18);
        venue.setVault(next);
        vm.assertEq(weth.balanceOf(address(venue)), 0);
        vm.assertEq(coin.balanceOf(address(venue)), 0);
    }

    function test_dust_worthNothing_isTaken_alsoWhenTheFeeTakesIt() public {
        Actor memory dusty = _pledger("dusty", 1, 0);
        CollateralParams memory p = _params();
        (p.feeRate, p.cap) = (50_000, 0);
        house.setCollateralParams(WETH, p);
        skip(NOTICE + 1 hours);
        venue.poke(solo);
        (uint256 units, Money paid) = house.exchangeWithLine(dusty.id, WETH);
        vm.assertLe(units, 1);
        vm.assertEq(Money.unwrap(paid), 0);
        vm.assertEq(_account(dusty.id).pledged, 0);
        vm.assertGe(_ether().stock, 1);
        _requireWhole();
    }

    // ------------------------------------------------------------------ inside

    function _close() private {
        _setCap(0);
        skip(NOTICE);
        venue.poke(solo);
        _settleAnchors(solo);
        skip((2 hours - ((block.timestamp - _ether().closesAt) % 2 hours)) % 2 hours);
        venue.poke(solo);
    }

    function _setCap(uint96 cap) private {
        CollateralParams memory p = _params();
        p.cap = cap;
        house.setCollateralParams(WETH, p);
    }

    function _buy(AccountId account, uint256 units) private returns (uint256, Money) {
        vm.prank(buyer.owner);
        return house.buyPledge(account, WETH, units, 0, buyer.owner, Price.wrap(0));
    }
}
