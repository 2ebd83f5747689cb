// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {ClearinghouseStorage} from "../../../contracts/ClearinghouseStorage.sol";
import {IAccounts} from "../../../contracts/interfaces/IAccounts.sol";
import {IClearinghouse} from "../../../contracts/interfaces/IClearinghouse.sol";
import {IDeleveraging} from "../../../contracts/interfaces/IDeleveraging.sol";
import {IGovernance} from "../../../contracts/interfaces/IGovernance.sol";
import {ILiquidation} from "../../../contracts/interfaces/ILiquidation.sol";
import {IPriceSource} from "../../../contracts/interfaces/IPriceSource.sol";
import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {Order, Use} from "../../../contracts/interfaces/Orders.sol";
import {Mode, PauseLevel, Phase} from "../../../contracts/Ledger.sol";
import {AccountLens} from "../../../contracts/periphery/AccountLens.sol";
import {GroupLens} from "../../../contracts/periphery/GroupLens.sol";
import {
    AccountView,
    GroupView,
    HealthView,
    VenueView,
    ILens,
    MarketSettlement,
    MarketView,
    NodeView,
    OrderView,
    PositionView,
    SettlementView,
    ShockView,
    Standing
} from "../../../contracts/periphery/ILens.sol";
import {Lens} from "../../../contracts/periphery/Lens.sol";
import {SettlementLens} from "../../../contracts/periphery/SettlementLens.sol";
import {SettlementLib} from "../../../contracts/periphery/SettlementLib.sol";
import {Health} from "../../../contracts/position/MarginLib.sol";
import {Leg} from "../../../contracts/position/PositionLib.sol";
import {OrderLib} from "../../../contracts/trading/OrderLib.sol";
import {AccountId, accountOf} from "../../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../../contracts/types/MarketId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {NO_NODE, NodeId} from "../../../contracts/types/NodeId.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {Actor, Fixture} from "../../base/Fixture.sol";
import {Fill, Packing, SignedOrder} from "../../base/Packing.sol";
import {Vm} from "../../base/TestBase.sol";
import {MarketView as StoredMarket, NodeView as StoredNode} from "../../base/TestLens.sol";

/// @notice A venue, the lens under test, and traders.
abstract contract LensFixture is Fixture {
    uint256 internal constant MARK = 60_000e18;

    ILens internal views;
    Actor internal maker;
    Actor internal keeper;
    Actor[] internal traders;
    AccountId[] internal ids;

    function _deploy(Mode mode) internal {
        _deployVenue(mode);
        views = new Lens(address(new AccountLens()), address(new GroupLens()), address(new SettlementLens()));
        maker = _actor("maker", 50_000_000);
        keeper = _actor("keeper", 10_000_000);
        string[6] memory names = ["ada", "ben", "cleo", "dan", "eve", "finn"];
        for (uint256 i; i < names.length; ++i) {
            traders.push(_actor(names[i]));
            ids.push(traders[i].id);
        }
        ids = _sorted(ids);
    }

    /// @notice `actor` trades `size` at the mark, with initial margin and `spare` ppm of its notional more.
    function _open(Actor memory actor, Actor memory other, MarketId market, int256 size, uint256 spare) internal {
        uint256 notional = (_abs(size) * _price(market)) / 1e18;
        Health memory h = _health(actor.id);
        Money missing = h.initial - h.equity;
        uint256 needed = (notional * (52_000 + spare)) / 1e6 + uint256(Money.unwrap(missing.positive()));
        _fund(actor.id, needed / 1000 + 20 * TOKEN);
        _trade(actor, other, market, size, _price(market));
    }

    function _indexOf(AccountId id) internal view returns (uint256 i) {
        while (ids[i] != id) ++i;
    }

    function _unwrap(Price price) internal pure returns (uint256) {
        return uint256(Price.unwrap(price));
    }

    function _eq(Money a, Money b, string memory message) internal pure {
        vm.assertEq(Money.unwrap(a), Money.unwrap(b), message);
    }
}

contract LensTest is LensFixture {
    function setUp() public {
        _deploy(Mode.QUEUE);
    }

    // ------------------------------------------------------------------ errors

    function test_market_revertsWhenUnknown() public {
        MarketId unknown = MarketId.wrap(99);
        vm.expectRevert(abi.encodeWithSelector(ITrading.MarketUnknown.selector, unknown));
        views.market(venue, unknown);
        vm.expectRevert(abi.encodeWithSelector(ITrading.MarketUnknown.selector, unknown));
        views.queue(venue, unknown, true, NO_NODE, 1);
    }

    function test_group_revertsWhenUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GroupUnknown.selector, GroupId.wrap(9)));
        views.group(venue, GroupId.wrap(9));
    }

    function test_queue_revertsAfterANodeThatHasLeft() public {
        NodeId gone = NodeId.wrap(12_345);
        vm.expectRevert(abi.encodeWithSelector(ILens.NodeUnknown.selector, btc, true, gone));
        views.queue(venue, btc, true, gone, 1);
    }

    function test_settlement_revertsWithoutALock() public {
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GroupNotLocked.selector, solo));
        views.settlement(venue, solo);
    }

    function test_shock_revertsInALock() public {
        _setPrice(btc, MARK * 2);
        venue.poke(solo);
        vm.expectPartialRevert(IDeleveraging.GroupLocked.selector);
        views.shock(venue, btc, -1, ids);
    }

    function test_views_revertOnWhatIsNoClearinghouse() public {
        IClearinghouse impostor = IClearinghouse(address(new Impostor()));
        vm.expectRevert(abi.encodeWithSelector(ILens.NotAClearinghouse.selector, impostor));
        views.venue(impostor);
        vm.expectRevert();
        views.venue(IClearinghouse(makeAddr("nobody")));
    }

    // ------------------------------------------------------------------ accounts

    function test_account_ofANewcomerIsFlat() public view {
        AccountView memory a = views.account(venue, traders[0].id);
        vm.assertEq(uint256(a.health.standing), uint256(Standing.FLAT));
        vm.assertEq(a.positions.length, 0);
        vm.assertEq(Money.unwrap(a.health.equity), 0);
        vm.assertTrue(a.health.fresh);
    }

    function testFuzz_account_agreesWithTheClearinghouse(int256 first, int256 second, uint256 mark) public {
        first = bound(first, -5e9, 5e9);
        second = bound(second, -50e9, 50e9);
        vm.assume(_abs(first) > 1e6 && _abs(second) > 1e7);
        (MarketId a, MarketId b) = (quad.market(0), quad.market(1));
        _open(traders[0], maker, a, first, 10_000);
        _open(traders[0], maker, b, second, 10_000);
        _setPrice(a, bound(mark, 40_000e18, 80_000e18));

        AccountView memory view_ = views.account(venue, traders[0].id);
        Health memory h = _health(traders[0].id);
        _eq(view_.health.cash, h.cash, "cash");
        _eq(view_.health.equity, h.equity, "equity");
        _eq(view_.health.initial, h.initial, "initial");
        _eq(view_.health.maintenance, h.maintenance, "maintenance");
        vm.assertEq(view_.positions.length, 2);
        for (uint256 i; i < 2; ++i) {
            PositionView memory p = view_.positions[i];
            Leg memory leg = _position(traders[0].id, p.market);
            vm.assertTrue(p.market == quad.market(i), "market");
            vm.assertEq(Size.unwrap(p.size), Size.unwrap(leg.size), "size");
            _eq(p.value, leg.value, "value");
            vm.assertEq(uint256(NodeId.unwrap(p.node)), NodeId.unwrap(leg.node), "node");
        }
        _eq(views.accounts(venue, ids)[_indexOf(traders[0].id)].equity, h.equity, "page");
    }

    function test_accounts_readsEachInItsOwnGroup() public {
        _open(traders[0], maker, btc, 1e9, 0);
        maker = _actor("another maker", 10_000_000);
        _open(traders[1], maker, quad.market(0), 1e9, 0);
        _setPrice(btc, 59_000e18);
        HealthView[] memory page = views.accounts(venue, ids);
        vm.assertEq(page.length, ids.length);
        for (uint256 i; i < ids.length; ++i) {
            vm.assertTrue(page[i].account == ids[i]);
            vm.assertEq(Money.unwrap(page[i].equity), _equity(ids[i]));
        }
    }

    function testFuzz_withdrawable_isWhatAWithdrawalTakes(int256 size, uint256 mark, uint256 spare) public {
        size = bound(size, -3e9, 3e9);
        vm.assume(_abs(size) > 1e6);
        _open(traders[0], maker, btc, size, bound(spare, 0, 100_000));
        _setPrice(btc, bound(mark, 59_000e18, 61_000e18));
        uint256 units = uint256(Money.unwrap(views.account(venue, traders[0].id).health.withdrawable)) / 1000;

        vm.prank(traders[0].owner);
        vm.expectPartialRevert(IAccounts.InsufficientWithdrawable.selector);
        venue.withdraw(0, units + 1, address(this));
        if (units == 0) return;
        vm.prank(traders[0].owner);
        vm.assertEq(venue.withdraw(0, units, address(this)), units);
    }

    function test_withdrawable_isZeroWhileNothingMayLeave() public {
        _open(traders[0], maker, btc, 1e9, 500_000);
        vm.assertGt(_withdrawable(0), 0, "normal");
        _setStale(btc);
        vm.assertEq(_withdrawable(0), 0, "stale");
        _setPrice(btc, MARK / 2);
        vm.assertEq(_withdrawable(0), 0, "gap");
        _setPrice(btc, (MARK * 103) / 100);
        venue.poke(solo);
        vm.assertEq(_withdrawable(0), 0, "locked");
        skip(120);
        vm.assertGt(_withdrawable(0), 0, "the lock is over");
        venue.pause(MarketId.wrap(0), PauseLevel.REDUCE_ONLY, 1 hours);
        vm.assertEq(_withdrawable(0), 0, "paused");
    }

    function testFuzz_standing_saysWhatAnybodyMayDo(int256 size, uint256 ppm) public {
        size = size < 0 ? -int256(2e9) : int256(2e9);
        _open(traders[0], maker, btc, size, 0);
        ppm = bound(ppm, 0, 19_000);
        _creep(btc, size > 0 ? (MARK * (1e6 - ppm)) / 1e6 : (MARK * (1e6 + ppm)) / 1e6);
        if (ppm % 2 == 0) _creep(btc, size > 0 ? (_price(btc) * 99) / 100 : (_price(btc) * 101) / 100);
        Standing standing = views.account(venue, traders[0].id).health.standing;

        vm.prank(traders[0].owner);
        try venue.withdraw(0, 1, address(this)) {
            vm.assertEq(uint256(standing), uint256(Standing.SOUND), "withdrew");
        } catch {}
        uint256 state = vm.snapshotState();
        bool called;
        try venue.marginCall(traders[0].id) {
            called = true;
        } catch {}
        vm.assertEq(called, standing >= Standing.BELOW_CALL, "margin call");
        vm.revertToState(state);
        bool liquidated;
        vm.prank(keeper.owner);
        try venue.liquidateToAccount(traders[0].id, btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER) {
            liquidated = true;
        } catch {}
        vm.assertEq(liquidated, standing == Standing.LIQUIDATABLE, "liquidation");
    }

    function test_standing_isLiquidatableWhenACallIsDue() public {
        _open(traders[0], maker, btc, 1e9, 0);
        _creep(btc, (MARK * 98_300) / 100_000);
        venue.marginCall(traders[0].id);
        AccountView memory a = views.account(venue, traders[0].id);
        vm.assertEq(uint256(a.health.standing), uint256(Standing.BELOW_CALL));
        vm.assertEq(uint256(a.callDue), block.timestamp + 900);
        skip(900);
        a = views.account(venue, traders[0].id);
        vm.assertEq(uint256(a.health.standing), uint256(Standing.LIQUIDATABLE));
        vm.warp(a.callLapses);
        a = views.account(venue, traders[0].id);
        vm.assertEq(uint256(a.health.standing), uint256(Standing.BELOW_CALL));
    }

    function test_protectedCash_isWhatTheNextShortfallLeaves() public {
        _suffer(traders[0], traders[1]);
        vm.assertLt(views.venue(venue).recoveryRate, 1e18);
        _fund(traders[2], 1_000);
        AccountView memory a = views.account(venue, traders[2].id);
        _eq(a.protectedCash, Money.wrap(1_000e9), "protected");

        _suffer(traders[3], traders[4]);
        a = views.account(venue, traders[2].id);
        int256 left = int256(abi.decode(_look(abi.encodeCall(lens.protectedOf, (traders[2].id))), (uint256)));
        vm.assertGt(left, 0, "protected still");
        vm.assertLt(left, 1_000e9, "less its part of the new shortfall");
        _eq(a.protectedCash, Money.wrap(left), "protected");
        _eq(a.health.cash, Money.wrap(1_000e9), "cash stays");
        vm.prank(traders[2].owner);
        venue.withdraw(0, 1_000, address(this));
        vm.assertEq(_cash(traders[2].id), Money.unwrap(a.health.cash) - 1e6, "cash");
    }

    // ------------------------------------------------------------------ liquidation mark

    function testFuzz_liquidationMark_isTheBoundary(int256 size, uint256 spare) public {
        size = bound(size, -5e9, 5e9);
        vm.assume(_abs(size) > 1e7);
        _open(traders[0], maker, btc, size, bound(spare, 0, 60_000));
        _checkLiquidationMark(traders[0], btc);
    }

    function testFuzz_liquidationMark_holdsTheOtherLegsStill(int256 size, int256 other, uint256 spare) public {
        size = bound(size, -5e9, 5e9);
        other = bound(other, -30e9, 30e9);
        vm.assume(_abs(size) > 2e9 && _abs(other) > 1e8);
        _open(traders[0], maker, quad.market(1), other, bound(spare, 0, 20_000));
        _open(traders[0], maker, quad.market(0), size, 0);
        _setPrice(quad.market(1), 3_020e18);
        _checkLiquidationMark(traders[0], quad.market(0));
    }

    function test_liquidationMark_isZeroWhenNoMarkDoesIt() public {
        _fund(traders[0], 100_000);
        _trade(traders[0], maker, btc, 1e9, MARK);
        PositionView memory p = views.account(venue, traders[0].id).positions[0];
        vm.assertEq(Price.unwrap(p.liquidationMark), 0);
    }

    // ------------------------------------------------------------------ markets and queue

    function testFuzz_place_followsTheGain(uint256 seed) public {
        for (uint256 i; i < traders.length; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _creep(btc, bound(seed, 58_500e18, 61_500e18));
            _open(traders[i], maker, btc, int256(bound(seed >> 128, 1e8, 5e9)), 0);
        }
        NodeView[] memory nodes = views.queue(venue, btc, true, NO_NODE, type(uint256).max);
        Size total;
        for (uint256 i; i < nodes.length; ++i) {
            if (i != 0) vm.assertLe(Price.unwrap(nodes[i].gain), Price.unwrap(nodes[i - 1].gain), "order of gain");
            total = total + nodes[i].size;
        }
        vm.assertEq(Size.unwrap(total), Size.unwrap(views.market(venue, btc).openInterest), "every unit has a place");

        for (uint256 i; i < traders.length; ++i) {
            PositionView memory a = views.account(venue, traders[i].id).positions[0];
            vm.assertTrue(a.placed);
            vm.assertLt(uint256(a.aheadShare), 1e6);
            if (a.node == nodes[0].node) vm.assertEq(uint256(a.aheadShare), 0, "the head");
            for (uint256 j; j < traders.length; ++j) {
                PositionView memory b = views.account(venue, traders[j].id).positions[0];
                if (Price.unwrap(a.level) + 128e18 < Price.unwrap(b.level)) {
                    vm.assertLt(Size.unwrap(a.ahead), Size.unwrap(b.ahead), "a better entry stands further ahead");
                    vm.assertLe(uint256(a.aheadShare), uint256(b.aheadShare));
                }
            }
        }
    }

    function test_queue_pagesMakeTheWhole() public {
        for (uint256 i; i < traders.length; ++i) {
            _creep(btc, MARK + i * 300e18);
            _open(traders[i], maker, btc, i % 2 == 0 ? int256(1e9) : -1e9, 0);
        }
        for (uint256 side; side < 2; ++side) {
            NodeView[] memory all = views.queue(venue, btc, side == 0, NO_NODE, 100);
            StoredNode[] memory stored = _nodes(btc, side == 0);
            vm.assertEq(all.length, stored.length, "all nodes");
            vm.assertGt(all.length, 2);
            NodeId last = NO_NODE;
            for (uint256 i; i < all.length; ++i) {
                NodeView[] memory one = views.queue(venue, btc, side == 0, last, 1);
                vm.assertEq(one.length, 1);
                vm.assertTrue(one[0].node == all[i].node && all[i].node == stored[i].id, "same order");
                vm.assertEq(uint256(Size.unwrap(all[i].size)), stored[i].size);
                vm.assertEq(uint256(all[i].remaining), 1e6);
                last = one[0].node;
            }
            vm.assertEq(views.queue(venue, btc, side == 0, last, 5).length, 0, "nothing behind the tail");
        }
    }

    function test_entry_isTheMarkWithoutGain() public {
        _open(traders[0], maker, btc, 1e9, 0);
        _setPrice(btc, 60_500e18);
        PositionView memory p = views.account(venue, traders[0].id).positions[0];
        // A granule of 2^65 in 2^24 parts, against the holder.
        vm.assertGe(Price.unwrap(p.entry), int256(MARK));
        vm.assertLe(Price.unwrap(p.entry), int256(MARK) + 2 ** 41, "entry");
        NodeView memory node = views.queue(venue, btc, true, NO_NODE, 1)[0];
        vm.assertLe(Price.unwrap(node.gain), 500e18, "understated");
        vm.assertEq(Price.unwrap(node.entry) + Price.unwrap(node.gain), 60_500e18);
    }

    function test_market_agreesWithTheStorage() public {
        _open(traders[0], maker, btc, 4e9, 0);
        _trade(keeper, maker, btc, 1e9, 60_300e18); // a premium moves the funding rate
        skip(1 hours);
        StoredMarket memory stored = _market(btc);
        MarketView memory m = views.market(venue, btc);
        vm.assertEq(Price.unwrap(m.mark), stored.mark);
        vm.assertTrue(m.fresh && m.sourceStatus == IPriceSource.Status.FRESH);
        vm.assertEq(Price.unwrap(m.funding), stored.funding, "funding");
        vm.assertGt(Price.unwrap(m.funding), 0, "longs pay");
        vm.assertEq(Price.unwrap(m.fundingRate), stored.fundingRate, "rate");
        vm.assertEq(Size.unwrap(m.openInterest), 5e9);
        vm.assertEq(m.increaseRate, 50_000);
        vm.assertEq(Price.unwrap(m.anchor), stored.anchor + stored.funding, "anchor");
        vm.assertEq(Price.unwrap(m.recordedMark), stored.recordedMark + stored.funding, "recordedMark");
        vm.assertEq(Price.unwrap(m.moved), stored.mark - stored.funding - stored.anchor, "moved");
        vm.assertEq(uint256(m.params.takerFee), 400);
        skip(8 hours);
        vm.assertEq(Price.unwrap(views.market(venue, btc).fundingRate), 0, "the rate runs for 8 hours");
    }

    function test_market_saysWhatTheSourceSays() public {
        sources[btc].set(MARK, IPriceSource.Status.DOWN);
        vm.assertTrue(views.market(venue, btc).sourceStatus == IPriceSource.Status.DOWN);
        sources[btc].set(0, IPriceSource.Status.FRESH);
        vm.assertTrue(views.market(venue, btc).sourceStatus == IPriceSource.Status.INSANE, "out of range");
        sources[btc].setBroken(true);
        MarketView memory m = views.market(venue, btc);
        vm.assertTrue(m.sourceStatus == IPriceSource.Status.INSANE, "reverts");
        vm.assertFalse(m.fresh);
        vm.assertEq(Price.unwrap(m.mark), int256(MARK), "the last mark");
    }

    function testFuzz_gapped_isWhatPokeLocks(uint256 mark, bool after_) public {
        if (after_) {
            _setPrice(btc, (MARK * 11) / 10);
            venue.poke(solo);
            skip(120);
        }
        _setPrice(btc, bound(mark, 50_000e18, 70_000e18));
        MarketView memory m = views.market(venue, btc);
        GroupView memory g = views.group(venue, solo);
        vm.assertEq(m.gapped, g.gapped);
        vm.assertEq(uint256(g.phase), uint256(Phase.NORMAL));
        vm.assertEq(m.gapped, Price.unwrap(m.moved.abs()) > Price.unwrap(m.gapThreshold), "threshold");
        venue.poke(solo);
        vm.assertEq(_group(solo).phase == Phase.LOCKED, m.gapped, "poke");
    }

    /// A pause of liquidations stops absorbs, so a lock goes on until they were possible for a lock's length.
    function test_group_aLockDuringAPause_endsWhenTheClearinghouseEndsIt() public {
        _setPrice(btc, (MARK * 11) / 10);
        venue.poke(solo);
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 1 days);
        uint256 end = block.timestamp + 1 days + _venueParams().unpauseGrace + _venueParams().lockDelay;
        vm.assertEq(uint256(views.group(venue, solo).until), end, "until");
        for (uint256 i; i < 2; ++i) {
            vm.warp(end - 1 + i);
            _setPrice(btc, (MARK * 11) / 10);
            GroupView memory g = views.group(venue, solo);
            venue.poke(solo);
            vm.assertEq(uint256(g.phase), uint256(_group(solo).phase), "as the next operation finds it");
            vm.assertEq(uint256(g.phase), uint256(i == 0 ? Phase.LOCKED : Phase.NORMAL));
        }
    }

    function test_market_showsTheVaultsOffer() public {
        venue.setVaultBudget(solo, uint96(500_000 * QUOTE));
        _open(traders[0], maker, btc, 1e9, 0);
        _creep(btc, (MARK * 98_300) / 100_000);
        venue.marginCall(traders[0].id);
        _creep(btc, (MARK * 97_000) / 100_000);
        vm.prank(keeper.owner);
        venue.liquidateToVault(traders[0].id, btc, 0, NO_NODE);
        _wait(solo, 1 hours);
        MarketView memory m = views.market(venue, btc);
        vm.assertEq(m.offerDiscount, 5_000);
        vm.assertEq(Size.unwrap(m.offered), _size(vaultInventory(), btc));
        vm.assertGt(Size.unwrap(m.offered), 0);

        vm.recordLogs();
        vm.prank(keeper.owner);
        venue.buyInventory(btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        (int256 size, int256 price) = abi.decode(_log(ILiquidation.InventorySold.selector, 0).data, (int256, int256));
        vm.assertEq(size, Size.unwrap(m.offered));
        vm.assertEq(price, Price.unwrap(m.offerPrice));
    }

    function test_market_showsPauses() public {
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 1 hours);
        venue.pause(MarketId.wrap(0), PauseLevel.NO_NEW_RISK, 2 hours);
        MarketView memory m = views.market(venue, btc);
        vm.assertTrue(m.pauseLevel == PauseLevel.NO_LIQUIDATION);
        vm.assertEq(uint256(m.pausedUntil), block.timestamp + 1 hours);
        vm.assertEq(m.liquidationsFrom, block.timestamp + 1 hours + 600);
        vm.assertTrue(views.venue(venue).pauseLevel == PauseLevel.NO_NEW_RISK);
        skip(1 hours);
        vm.assertTrue(views.market(venue, btc).pauseLevel == PauseLevel.NO_NEW_RISK);
    }

    // ------------------------------------------------------------------ venue

    function test_venue_outflowLeftIsWhatLeaves() public {
        skip(2 days); // all that is held was there for a whole window
        VenueView memory h = views.venue(venue);
        vm.assertEq(h.outflowWindowEnds, 0);
        vm.prank(maker.owner);
        venue.withdraw(0, 1_000_000 * TOKEN, address(this));
        VenueView memory later = views.venue(venue);
        _eq(later.outflowLeft, h.outflowLeft - Money.wrap(1_000_000e9), "one million less");
        vm.assertEq(later.outflowWindowEnds, block.timestamp + 1 days);
        uint256 left = uint256(Money.unwrap(later.outflowLeft)) / 1000;
        vm.prank(maker.owner);
        vm.expectPartialRevert(IAccounts.OutflowCapReached.selector);
        venue.withdraw(0, left + 1, address(this));
        vm.prank(maker.owner);
        venue.withdraw(0, left, address(this));
        _eq(views.venue(venue).outflowLeft, Money.wrap(0), "none left");
        skip(1 days);
        vm.assertGt(Money.unwrap(views.venue(venue).outflowLeft), 0, "another window");
    }

    function test_venue_agreesWithTheStorage() public {
        _open(traders[0], maker, btc, 1e9, 0);
        VenueView memory h = views.venue(venue);
        vm.assertEq(uint256(Money.unwrap(h.held)), _recovery().held);
        vm.assertEq(uint256(Money.unwrap(h.fees)), _recovery().fees);
        vm.assertGt(Money.unwrap(h.fees), 0);
        vm.assertEq(h.recoveryRate, venue.recoveryRate());
        vm.assertEq(uint256(h.groups), 2);
        vm.assertEq(h.vault, vault.owner);
        (Money equity, ) = venue.vaultEquity();
        _eq(h.vaultEquity, equity, "vault");
        _eq(h.vaultCash, Money.wrap(_cash(pot)), "pot");
    }

    // ------------------------------------------------------------------ orders

    function test_order_saysWhatIsLeftAndWhatIsWrong() public {
        SignedOrder memory signed = _sign(maker, _order(maker, btc, -3e9, MARK, false));
        OrderView memory o = _view(signed);
        vm.assertEq(Size.unwrap(o.remaining), 3e9);
        vm.assertEq(o.flaw.length, 0, "sound");

        vm.prank(keeper.owner);
        venue.fillOrder(btc, 0, _pack(Fill(signed, 1e9, NO_NODE)), NO_NODE, type(uint24).max, type(uint40).max);
        vm.assertEq(o.hash, keccak256(abi.encode(OrderLib.ORDER_TYPEHASH, signed.order)), "EIP-712 struct hash");
        vm.assertEq(Size.unwrap(_view(signed).remaining), 2e9);

        vm.prank(maker.owner);
        venue.cancelOrder(signed.order.salt, maker.id);
        o = _view(signed);
        vm.assertEq(Size.unwrap(o.remaining), 0);
        vm.assertEq(bytes32(bytes4(o.flaw)), bytes32(ITrading.OrderCancelledOrFilled.selector));

        signed = _sign(maker, _order(maker, btc, -3e9, MARK, false));
        signed.order.size = Size.wrap(-4e9);
        o = _view(signed);
        vm.assertEq(bytes32(bytes4(o.flaw)), bytes32(ITrading.SignerNotAuthorised.selector));
        signed.order.matcher = keeper.owner;
        o = _view(signed);
        vm.assertEq(bytes32(bytes4(o.flaw)), bytes32(ITrading.MatcherOnly.selector));
    }

    function test_order_saysThatItsTriggerIsNotReached() public {
        Order memory order = _order(maker, btc, -3e9, MARK, false);
        (order.trigger, order.triggerAbove) = (Price.wrap(int256(MARK) + 1), true);
        SignedOrder memory signed = _sign(maker, order);
        bytes memory below = abi.encodeWithSelector(ITrading.TriggerNotReached.selector, MARK + 1, MARK);
        vm.assertEq(_view(signed).flaw, below);
        _setPrice(btc, MARK + 1);
        vm.assertEq(_view(signed).flaw, "");
    }

    /// The fee of a taker is what it may have to pay.
    function test_order_ofEitherUse_isHeldAgainstTheTakersFee() public {
        Order memory order = _order(maker, btc, -3e9, MARK, false);
        (order.use, order.maxFee) = (Use.EITHER, 399);
        bytes memory refused = abi.encodeWithSelector(ITrading.FeeAboveCap.selector, uint24(399), uint24(400));
        vm.assertEq(_view(_sign(maker, order)).flaw, refused);
        order.use = Use.MAKER;
        vm.assertEq(_view(_sign(maker, order)).flaw, "");
    }

    function test_order_ofAMarketThatIsNotOpen() public {
        Order memory order = _order(maker, solo.market(1), -3e9, MARK, false);
        bytes memory closed = abi.encodeWithSelector(ITrading.MarketNotOpen.selector, solo.market(1));
        vm.assertEq(_view(_sign(maker, order)).flaw, closed);
    }

    function test_order_refusesBytesBehindIt() public {
        bytes memory packed = Packing.pack(_sign(maker, _order(maker, btc, -3e9, MARK, false)));
        vm.expectRevert(abi.encodeWithSelector(ITrading.MalformedBatch.selector, packed.length));
        views.order(venue, btc, bytes.concat(packed, hex"00"), address(this));
    }

    function _view(SignedOrder memory signed) private view returns (OrderView memory) {
        return views.order(venue, signed.order.market, Packing.pack(signed), address(this));
    }

    // ------------------------------------------------------------------ shock

    function testFuzz_shock_equalsARealMove(uint256 seed, uint256 size, bool up, uint256 waited) public {
        size = bound(size, 5_000, 250_000);
        int256 move = up ? int256(size) : -int256(size);
        venue.setVaultBudget(solo, uint96(bound(seed, 0, 20_000 * QUOTE)));
        _crowd(seed, btc);
        skip(bound(waited, 0, 200));

        ShockView memory s = views.shock(venue, btc, move, ids);
        _setPrice(btc, _unwrap(s.mark));
        vm.assertEq(views.market(venue, btc).gapped, s.gapped, "gap");
        _compareShock(s, solo);
    }

    function testFuzz_shock_equalsARealMoveInAGroup(uint256 seed, uint256 size, bool up) public {
        size = bound(size, 30_000, 250_000);
        int256 move = up ? int256(size) : -int256(size);
        venue.setVaultBudget(quad, uint96(bound(seed, 0, 20_000 * QUOTE)));
        _crowd(seed, quad.market(0));
        _crowd(seed >> 8, quad.market(1));

        ShockView memory s = views.shock(venue, quad.market(0), move, ids);
        _setPrice(quad.market(0), _unwrap(s.mark));
        _compareShock(s, quad);
    }

    function test_shock_clampsToPossibleMarks() public {
        vm.assertEq(Price.unwrap(views.shock(venue, btc, -2_000_000, ids).mark), 1e6);
        vm.assertEq(Price.unwrap(views.shock(venue, btc, 1e15, ids).mark), 1e24);
    }

    /// Without a gap a debt below the minimum locks nothing, so nobody is absorbed.
    function test_shock_saysWhyNobodyIsAbsorbed() public {
        _open(traders[0], maker, btc, 1e8, 0);
        ShockView memory s = views.shock(venue, btc, -1, ids);
        vm.assertEq(bytes4(s.refusal), IDeleveraging.NothingToAbsorb.selector);
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 1 hours);
        s = views.shock(venue, btc, -300_000, ids);
        vm.assertEq(bytes4(s.refusal), IGovernance.LiquidationsPaused.selector);
        vm.assertTrue(s.gapped);
        vm.assertEq(s.settlement.markets.length, 0, "nothing to settle");
        AccountId[] memory wrong = new AccountId[](2);
        (wrong[0], wrong[1]) = (ids[1], ids[0]);
        vm.assertEq(bytes4(views.shock(venue, btc, -1, wrong).refusal), IDeleveraging.AccountsNotAscending.selector);
    }

    function test_shock_absorbsTheVaultsInventoryLikeAnyAccount() public {
        venue.setVaultBudget(solo, uint96(500_000 * QUOTE));
        _open(traders[0], maker, btc, 1e9, 0);
        _creep(btc, (MARK * 98_300) / 100_000);
        venue.marginCall(traders[0].id);
        _creep(btc, (MARK * 97_000) / 100_000);
        vm.prank(keeper.owner);
        venue.liquidateToVault(traders[0].id, btc, 0, NO_NODE);
        venue.setVaultBudget(solo, 0);
        ShockView memory s = views.shock(venue, btc, -500_000, _list(vaultInventory()));
        vm.assertTrue(s.absorbed[0]);
        _setPrice(btc, _unwrap(s.mark));
        venue.absorb(solo, _list(vaultInventory()));
        _eq(views.group(venue, solo).deficit, s.settlement.deficit, "deficit");
    }

    function test_shock_withLittleGas_revertsOrTellsTheSame() public {
        _open(traders[0], maker, btc, 3e9, 0);
        ShockView memory whole = views.shock(venue, btc, -200_000, ids);
        uint256 refused;
        for (uint256 gas = 100_000; gas < 500_000; gas += 5_000) {
            try views.shock{gas: gas}(venue, btc, -200_000, ids) returns (ShockView memory s) {
                vm.assertEq(abi.encode(s.absorbed), abi.encode(whole.absorbed));
                vm.assertEq(s.refusal.length, 0);
            } catch (bytes memory reason) {
                if (bytes4(reason) == ILens.GasTooLow.selector) ++refused;
            }
        }
        vm.assertGt(refused, 0);
    }

    // ------------------------------------------------------------------ helpers

    function _compareShock(ShockView memory s, GroupId group) internal {
        vm.assertEq(abi.encode(s.accounts), abi.encode(views.accounts(venue, ids)), "accounts");
        bool any;
        for (uint256 i; i < ids.length; ++i) any = any || s.absorbed[i];
        vm.assertEq(any, s.refusal.length == 0, "refused");
        if (!any) {
            vm.expectRevert(s.refusal);
            venue.absorb(group, ids);
            return;
        }
        // Again and again: a charge may take somebody below zero who stands earlier in the list.
        venue.absorb(group, ids);
        for (bool more = true; more;) {
            try venue.absorb(group, ids) {} catch {
                more = false;
            }
        }
        for (uint256 i; i < ids.length; ++i) {
            bool flat = views.account(venue, ids[i]).positions.length == 0;
            vm.assertEq(flat, s.absorbed[i], "who is absorbed");
        }
        vm.assertGe(Money.unwrap(s.settlement.deficit), 0);
        vm.assertEq(abi.encode(views.settlement(venue, group)), abi.encode(s.settlement), "settlement");
        vm.warp(_group(group).until);
        vm.assertEq(abi.encode(views.settlement(venue, group)), abi.encode(s.settlement), "at the lock's end");
    }

    /// @dev Thinly margined traders on both sides at different levels.
    function _crowd(uint256 seed, MarketId market) internal {
        uint256 mark = _price(market);
        for (uint256 i; i < traders.length; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _creep(market, bound(seed, (mark * 99) / 100, (mark * 101) / 100));
            int256 size = int256((bound(seed >> 64, 1e8, 5e9) * MARK) / mark);
            _open(traders[i], maker, market, seed % 2 == 0 ? size : -size, (seed >> 32) % 50_000);
        }
    }

    function _checkLiquidationMark(Actor memory actor, MarketId market) internal {
        PositionView memory p = _positionView(actor, market);
        bool isLong = Size.unwrap(p.size) > 0;
        uint256 boundary = _unwrap(p.liquidationMark);
        vm.assume(boundary > _price(market) / 2 && boundary < _price(market) * 2);
        _creep(market, boundary);
        p = _positionView(actor, market); // time may have passed for funding
        boundary = _unwrap(p.liquidationMark);

        _setPrice(market, isLong ? boundary + 1 : boundary - 1);
        vm.prank(keeper.owner);
        vm.expectPartialRevert(ILiquidation.NotLiquidatable.selector);
        venue.liquidateToAccount(actor.id, market, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        _setPrice(market, boundary);
        vm.prank(keeper.owner);
        venue.liquidateToAccount(actor.id, market, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        vm.assertLt(_abs(_size(actor.id, market)), _abs(Size.unwrap(p.size)), "liquidated");
    }

    /// @dev A default that nobody can pay: found long after the jump.
    function _suffer(Actor memory loser, Actor memory winner) internal {
        venue.setVaultBudget(solo, 0);
        _fund(winner, 20_000);
        _open(loser, winner, btc, 3e9, 0);
        _setPrice(btc, (_price(btc) * 9) / 10);
        venue.poke(solo);
        skip(120);
        venue.poke(solo);
        _settleAnchors(solo);
        skip(120);
        venue.absorb(solo, _list(loser.id));
        skip(120);
        venue.deleverage(solo, 100);
        if (_size(winner.id, btc) == 0 && views.account(venue, winner.id).positions.length != 0) {
            venue.collect(winner.id, btc);
        }
    }

    function _positionView(Actor memory actor, MarketId market) internal view returns (PositionView memory) {
        PositionView[] memory positions = views.account(venue, actor.id).positions;
        return positions[0].market == market ? positions[0] : positions[1];
    }

    function _withdrawable(uint256 trader) internal view returns (int256) {
        return Money.unwrap(views.account(venue, traders[trader].id).health.withdrawable);
    }

    function vaultInventory() internal view returns (AccountId) {
        return accountOf(vault.owner, GroupId.unwrap(solo));
    }

    function _log(bytes32 topic, uint256 nth) internal returns (Vm.Log memory) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != topic) continue;
            if (nth == 0) return logs[i];
            --nth;
        }
        revert("no such log");
    }
}

/// @notice The preview of a settlement against the settlement.
abstract contract SettlementPreviewTest is LensFixture {
    /// @dev What a settlement did, from its events.
    struct Done {
        int256 deficit;
        int256 vaultPaid;
        int256 charged;
        int256 shortfall;
        int256[4] charge;
        int256[4] netted;
        int256[4] vaultClosed;
        int256[4] vaultTook;
        int256[4] left;
    }

    function testFuzz_settlement_isWhatDeleverageDoes(uint256 seed, uint256 size, uint256 budget) public {
        _lockWithDefaults(seed, size, budget, btc);
        vm.warp(_group(solo).until);
        _compare(views.settlement(venue, solo), _settle(solo));
    }

    function testFuzz_settlement_isWhatDeleverageDoesInAGroup(uint256 seed, uint256 size, uint256 budget) public {
        _crowd(seed >> 9, quad.market(1), 4);
        _lockWithDefaults(seed, size, budget, quad.market(0));
        vm.warp(_group(quad).until);
        _compare(views.settlement(venue, quad), _settle(quad));
    }

    function testFuzz_steps_sufficeAndOneLessDoesNot(uint256 seed, uint256 size) public {
        _lockWithDefaults(seed, size, 0, btc);
        vm.warp(_group(solo).until);
        SettlementView memory s = views.settlement(venue, solo);
        uint256 state = vm.snapshotState();
        if (s.steps > 1) vm.assertFalse(venue.deleverage(solo, s.steps - 1), "one step less");
        vm.revertToState(state);
        vm.assertTrue(venue.deleverage(solo, s.steps), "as many steps");
    }

    function testFuzz_settlement_tellsWhatIsLeft(uint256 seed, uint256 size, uint256 first) public {
        _lockWithDefaults(seed, size, 0, btc);
        vm.warp(_group(solo).until);
        SettlementView memory s = views.settlement(venue, solo);
        if (s.steps < 2) return;
        venue.deleverage(solo, bound(first, 1, s.steps - 1));
        s = views.settlement(venue, solo);
        vm.assertTrue(s.done);
        vm.assertEq(Money.unwrap(s.deficit), 0, "paid already");
        uint256 estate = _market(btc).estateLong + _market(btc).estateShort;
        vm.assertEq(uint256(Size.unwrap(s.markets[0].tornUp)), estate, "what is left");
        uint256 state = vm.snapshotState();
        if (s.steps > 1) vm.assertFalse(venue.deleverage(solo, s.steps - 1), "one step less");
        vm.revertToState(state);
        vm.assertTrue(venue.deleverage(solo, s.steps), "as many steps");
        vm.assertEq(_market(btc).estateLong + _market(btc).estateShort, 0, "empty");
    }

    function test_settlement_beforeTheLockEnds_isTheSameAsAfter() public {
        _lockWithDefaults(1, 150_000, 0, btc);
        SettlementView memory s = views.settlement(venue, solo);
        vm.warp(_group(solo).until);
        vm.assertEq(abi.encode(views.settlement(venue, solo)), abi.encode(s));
    }

    function test_settlement_withLittleGas_tellsHowFarItCame() public {
        _lockWithDefaults(1, 150_000, 0, btc);
        SettlementView memory whole = views.settlement(venue, solo);
        vm.assertTrue(whole.done);
        SettlementView memory s;
        uint256 cut;
        for (uint256 gas = SettlementLib.GAS_TO_ANSWER; !s.done; gas += 20_000) {
            s = views.settlement{gas: gas}(venue, solo);
            _eq(s.charged, whole.charged, "who pays is known first");
            vm.assertEq(s.done, s.steps == whole.steps);
            if (s.done || s.steps == 0) continue;
            ++cut;
            vm.assertEq(abi.encode(s.markets), abi.encode(whole.markets), "netted at once, and final");
        }
        vm.assertGt(cut, 0, "some steps, and not all");
        vm.assertEq(abi.encode(s), abi.encode(whole));
    }

    // ------------------------------------------------------------------ helpers

    function _lockWithDefaults(uint256 seed, uint256 size, uint256 budget, MarketId market) internal {
        _crowd(seed, market, 1);
        GroupId group = market.group();
        venue.setVaultBudget(group, uint96(bound(budget, 0, 30_000 * QUOTE)));
        size = bound(size, group == solo ? 80_000 : 150_000, 250_000);
        uint256 mark = _price(market);
        _setPrice(market, seed % 2 == 0 ? (mark * (1e6 + size)) / 1e6 : (mark * (1e6 - size)) / 1e6);
        // Thin winners that are charged may follow.
        for (uint256 round; round < 6; ++round) {
            try venue.absorb(group, ids) {} catch {
                break;
            }
        }
        vm.assertGt(uint256(_group(group).absorbed), 0, "somebody defaulted");
    }

    /// @dev Somebody on the losing side always, and several on both.
    function _crowd(uint256 seed, MarketId market, uint256 divisor) internal {
        bool up = seed % 2 == 0;
        uint256 mark = _price(market);
        for (uint256 i; i < traders.length; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _creep(market, bound(seed, (mark * 99) / 100, (mark * 101) / 100));
            _join(i, market, seed, divisor, i == 0 ? !up : seed % 2 == 0);
        }
    }

    /// @dev The first trader of a whole crowd is large and thin.
    function _join(uint256 i, MarketId market, uint256 seed, uint256 divisor, bool long) internal {
        uint256 size = bound(seed >> 64, i == 0 && divisor == 1 ? 2e9 : 1e8, 5e9);
        size = (size * MARK) / (MarketId.unwrap(market) & 3 == 1 ? 3_000e18 : MARK) / divisor;
        Actor memory other = i % 2 == 0 ? maker : keeper;
        _open(traders[i], other, market, long ? int256(size) : -int256(size), i == 0 ? 0 : (seed >> 32) % 20_000);
    }

    function _settle(GroupId group) internal returns (Done memory done) {
        vm.recordLogs();
        vm.assertTrue(venue.deleverage(group, type(uint256).max));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            bytes32 topic = logs[i].topics[0];
            if (topic == IDeleveraging.Deleveraged.selector) {
                (, done.deficit, done.vaultPaid, done.charged, done.shortfall) = abi.decode(
                    logs[i].data,
                    (uint256, int256, int256, int256, int256)
                );
                continue;
            }
            if (logs[i].topics.length < 2) continue;
            uint256 k = uint256(logs[i].topics[1]) & 3;
            if (topic == IDeleveraging.Charged.selector) {
                (, done.charge[k]) = abi.decode(logs[i].data, (int256, int256));
            } else if (topic == IDeleveraging.Netted.selector) {
                (done.netted[k], done.vaultClosed[k], done.vaultTook[k], done.left[k]) = abi.decode(
                    logs[i].data,
                    (int256, int256, int256, int256)
                );
            }
        }
    }

    function _compare(SettlementView memory s, Done memory done) internal pure {
        vm.assertTrue(s.done);
        vm.assertEq(Money.unwrap(s.deficit), done.deficit, "deficit");
        vm.assertEq(Money.unwrap(s.vaultPaid), done.vaultPaid, "vault");
        vm.assertEq(Money.unwrap(s.charged), done.charged, "charged");
        vm.assertEq(Money.unwrap(s.shortfall), done.shortfall, "shortfall");
        for (uint256 k; k < s.markets.length; ++k) {
            MarketSettlement memory m = s.markets[k];
            vm.assertEq(Price.unwrap(m.charge), done.charge[k], "charge");
            vm.assertEq(Size.unwrap(m.netted), done.netted[k], "netted");
            vm.assertEq(Size.unwrap(m.vaultClosed), done.vaultClosed[k], "vault closed");
            vm.assertEq(Size.unwrap(m.vaultTook), done.vaultTook[k], "vault took");
            vm.assertEq(Size.unwrap(m.tornUp), done.left[k], "torn up");
        }
    }
}

contract SettlementPreviewQueueTest is SettlementPreviewTest {
    function setUp() public {
        _deploy(Mode.QUEUE);
    }
}

contract SettlementPreviewProrataTest is SettlementPreviewTest {
    function setUp() public {
        _deploy(Mode.PRORATA);
    }
}

/// @notice Answers `inspect` without a revert.
contract Impostor {
    function inspect(address, bytes calldata) external pure {}
}

/// @notice A lens that does everything a lens must not do, on the clearinghouse's storage and as the clearinghouse.
contract EvilLens is ClearinghouseStorage {
    error Refused(uint256 code);

    function credit(AccountId id) external {
        _ledger.accounts[id].cash = type(int112).max;
        _ledger.recovery.held = 0;
        _ledger.vault = msg.sender;
    }

    function steal(IERC20 token, address to) external {
        require(token.transfer(to, token.balanceOf(address(this))), "no");
    }

    function approve(IERC20 token, address to) external {
        require(token.approve(to, type(uint256).max), "no");
    }

    function die(address payable to) external {
        selfdestruct(to);
    }

    /// @dev Calls back as the clearinghouse.
    function callBack(IClearinghouse venue, bytes calldata call) external returns (bytes memory) {
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory answer) = address(venue).call(call);
        require(ok, "refused");
        return answer;
    }

    function createAndKeep() external returns (address) {
        return address(new Impostor());
    }

    function stop() external pure {
        assembly {
            stop()
        }
    }

    function burn() external pure {
        while (true) {}
    }

    function bomb() external pure {
        assembly {
            return(0, 1000000)
        }
    }

    function refuse() external pure {
        revert Refused(7);
    }
}

/// @notice Whatever a lens does, `inspect` leaves no trace.
contract InspectTest is LensFixture {
    EvilLens internal evil;
    bytes32 internal before;

    function setUp() public {
        _deploy(Mode.QUEUE);
        _open(traders[0], maker, btc, 1e9, 0);
        evil = new EvilLens();
        before = _fingerprint();
    }

    function test_inspect_undoesWrites() public {
        (bool ok, ) = _run(abi.encodeCall(evil.credit, (traders[0].id)));
        vm.assertTrue(ok, "the lens itself ran");
        _assertUntouched();
    }

    function test_inspect_undoesTransfersAndApprovals() public {
        address thief = makeAddr("thief");
        (bool ok, ) = _run(abi.encodeCall(evil.steal, (token, thief)));
        vm.assertTrue(ok, "the lens itself ran");
        vm.assertEq(token.balanceOf(thief), 0);
        (ok, ) = _run(abi.encodeCall(evil.approve, (token, thief)));
        vm.assertTrue(ok, "the lens itself ran");
        vm.assertEq(token.allowance(address(venue), thief), 0);
        _assertUntouched();
    }

    function test_inspect_undoesSelfdestruct() public {
        vm.deal(address(venue), 1 ether);
        _run(abi.encodeCall(evil.die, (payable(makeAddr("heir")))));
        vm.assertEq(address(venue).balance, 1 ether);
        vm.assertGt(address(venue).code.length, 0);
        _assertUntouched();
    }

    function test_inspect_undoesCallsBackAndCreations() public {
        bytes memory deposit = abi.encodeCall(venue.setSigner, (makeAddr("thief"), type(uint256).max));
        (bool ok, ) = _run(abi.encodeCall(evil.callBack, (venue, deposit)));
        vm.assertTrue(ok, "the lens itself ran");
        bytes memory poke = abi.encodeCall(venue.poke, (solo));
        skip(120);
        before = _fingerprint();
        (ok, ) = _run(abi.encodeCall(evil.callBack, (venue, poke)));
        vm.assertTrue(ok, "the lens itself ran");
        bytes memory answer;
        (ok, answer) = _run(abi.encodeCall(evil.createAndKeep, ()));
        vm.assertTrue(ok);
        vm.assertEq(abi.decode(answer, (address)).code.length, 0, "nothing was created");
        _assertUntouched();
    }

    function test_inspect_givesNoWayToWithdrawForTheVenue() public {
        bytes memory withdraw = abi.encodeCall(venue.withdraw, (0, 1, makeAddr("thief")));
        (bool ok, ) = _run(abi.encodeCall(evil.callBack, (venue, withdraw)));
        vm.assertFalse(ok, "the venue has no account");
        _assertUntouched();
    }

    function test_inspect_neverReturns() public {
        (bool ok, bytes memory answer) = _run(abi.encodeCall(evil.stop, ()));
        vm.assertTrue(ok && answer.length == 0, "an empty answer, as a revert");
        (ok, answer) = _run(abi.encodeCall(evil.bomb, ()));
        vm.assertTrue(ok);
        vm.assertEq(answer.length, 1_000_000);
        // solhint-disable-next-line avoid-low-level-calls
        (ok, ) = address(venue).call{gas: 1_000_000}(
            abi.encodeCall(venue.inspect, (address(evil), abi.encodeCall(evil.burn, ())))
        );
        vm.assertFalse(ok, "out of gas is a revert, too");
        _assertUntouched();
    }

    function test_inspect_passesTheErrorOfALens() public {
        (bool ok, bytes memory answer) = _run(abi.encodeCall(evil.refuse, ()));
        vm.assertFalse(ok);
        vm.assertEq(answer, abi.encodeWithSelector(EvilLens.Refused.selector, 7));
    }

    function test_inspect_ofNoContractAnswersNothing() public {
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory data) = address(venue).call(abi.encodeCall(venue.inspect, (makeAddr("nobody"), "")));
        vm.assertFalse(ok);
        (bool ran, bytes memory answer) = abi.decode(data, (bool, bytes));
        vm.assertTrue(ran && answer.length == 0);
    }

    function test_lens_worksUnderAStaticCallAndWritesNothing() public {
        vm.record();
        views.account(venue, traders[0].id);
        views.accounts(venue, ids);
        views.market(venue, btc);
        views.queue(venue, btc, true, NO_NODE, 10);
        views.group(venue, solo);
        views.venue(venue);
        (bytes32[] memory reads, bytes32[] memory writes) = vm.accesses(address(venue));
        vm.assertGt(reads.length, 0);
        vm.assertEq(writes.length, 0);
        _assertUntouched();
    }

    /// They are no views, so they may be sent as a transaction too.
    function test_previews_leaveNoTrace() public {
        vm.assertTrue(views.shock(venue, btc, -200_000, ids).absorbed[_indexOf(traders[0].id)]);
        _assertUntouched();
        _setPrice(btc, MARK / 2);
        venue.absorb(solo, ids);
        before = _fingerprint();
        vm.assertTrue(views.settlement(venue, solo).done);
        _assertUntouched();
    }

    function test_lens_partsReadNothingByThemselves() public {
        AccountLens part = new AccountLens();
        vm.assertEq(Money.unwrap(part.account(venue, traders[0].id).health.cash), 0);
    }

    function _run(bytes memory call) internal returns (bool ok, bytes memory answer) {
        // solhint-disable-next-line avoid-low-level-calls
        (bool returned, bytes memory data) = address(venue).call(abi.encodeCall(venue.inspect, (address(evil), call)));
        vm.assertFalse(returned, "inspect always reverts");
        return abi.decode(data, (bool, bytes));
    }

    function _assertUntouched() internal {
        vm.assertEq(_fingerprint(), before, "untouched");
        // The guard is open again, and the venue trades on.
        venue.deposit(traders[1].id, _approved(1 * TOKEN));
    }

    function _approved(uint256 units) internal returns (uint256) {
        token.mint(address(this), units);
        token.approve(address(venue), units);
        return units;
    }

    function _fingerprint() internal view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    views.account(venue, traders[0].id),
                    views.market(venue, btc),
                    views.group(venue, solo),
                    views.venue(venue),
                    token.balanceOf(address(venue)),
                    address(venue).codehash
                )
            );
    }
}
