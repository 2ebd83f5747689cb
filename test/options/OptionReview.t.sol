// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {IGovernance} from "../../contracts/interfaces/IGovernance.sol";
import {IOptionListing} from "../../contracts/interfaces/IOptionListing.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {OptionProbe, Standing} from "../../contracts/mocks/OptionProbe.sol";
import {RiskParams} from "../../contracts/options/OptionLedger.sol";
import {SeriesId, seriesFrom} from "../../contracts/options/SeriesId.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {ChainlinkPriceSource} from "../../contracts/prices/ChainlinkPriceSource.sol";
import {GroupId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {NodeId} from "../../contracts/types/NodeId.sol";
import {Actor} from "../base/Fixture.sol";
import {Match, Packing} from "../base/Packing.sol";
import {OptionVenue} from "./OptionVenue.sol";

/// @notice Sequences that a review found, each of which broke a promise: they stay.
contract OptionReviewTest is OptionVenue {
    Actor internal maker;

    function setUp() public {
        _deployOptions();
        maker = _actor("maker", 10_000_000);
    }

    /// Who held another option of the ladder was judged, in a batch that is not strict, by curves of zeros: a naked
    /// short of 1,000 calls for the short minimum, a 27th of its margin.
    function test_aTakerThatHoldsAnotherStrikeIsJudgedByTheSameCurves() public {
        Actor memory poor = _actor("poor", 30_000);
        _trade(poor, maker, _call(8), int256(BASE) / 100);
        Match[] memory matches = new Match[](1);
        matches[0] = _match(poor, maker, _call(7), -1_000 * int256(BASE), _mark(_call(7)));
        venue.settle(Packing.pack(matches, false));
        Standing memory s = _standing(poor.id);
        vm.assertTrue(s.equity >= s.initial, "margin");
        vm.assertEq(_size(poor.id, _call(7)), 0, "refused");
    }

    /// The same with arrays that are fresh: a sold put was margined as a call.
    function test_aSoldPutIsMarginedAsAPut() public {
        SeriesId[] memory series = new SeriesId[](1);
        series[0] = seriesFrom(_call(7));
        venue.refresh(series);
        Actor memory poor = _actor("poor", 60_000);
        _trade(poor, maker, _call(7), 200 * int256(BASE));
        Match[] memory matches = new Match[](1);
        matches[0] = _match(poor, maker, _put(7), -200 * int256(BASE), _mark(_put(7)));
        venue.settle(Packing.pack(matches, false));
        Standing memory s = _standing(poor.id);
        vm.assertTrue(s.equity >= s.initial, "margin");
        vm.assertEq(_size(poor.id, _put(7)), 0, "refused");
    }

    /// A future against the perpetual is no hedge of the average that the future expires at.
    function test_aFutureNeedsMarginWhileItsPriceIsAveraged() public {
        Actor memory trader = _actor("trader", 100_000);
        vm.warp(EXPIRY - 2 hours);
        _tell();
        venue.poke(group);
        _settleAnchors();
        Match[] memory matches = new Match[](2);
        matches[0] = _match(trader, maker, _future(), -10 * int256(BASE), _mark(_future()));
        matches[1] = _match(trader, maker, _perpetual(), 10 * int256(BASE), _mark(_perpetual()));
        venue.settle(Packing.pack(matches, true));
        int256 early = _standing(trader.id).initial;
        vm.warp(EXPIRY - 1 minutes);
        _tell();
        int256 late = _standing(trader.id).initial;
        vm.assertTrue(early < 10 * int256(QUOTE), "two hours before");
        // Half of the scan range, of 40,000.
        vm.assertTrue(late >= 3_190 * int256(QUOTE) && late <= 3_210 * int256(QUOTE), "in the window");
    }

    /// Out of order, the time of all marks would stand before the earlier expiry and the price of the later one would
    /// be a gap that no lock can end.
    function test_pricesAreFixedInTheOrderOfExpiries() public {
        uint40 earlier = EXPIRY - 7 days;
        venue.list(group, earlier);
        vm.warp(EXPIRY + 1);
        _tell();
        uint80[] memory entries = new uint80[](0);
        vm.expectRevert(abi.encodeWithSelector(IOptionListing.EarlierExpiryOpen.selector, EXPIRY, earlier));
        venue.fixPrice(group, 0, entries, 100);
    }

    /// The second group's first store used to write the first group's ladder again, at place -1.
    function test_seriesOfTwoGroupsAreRefreshedTogether() public {
        GroupId other = venue.createOptionGroup(_source(proxy), vols, Mode.QUEUE, _marketParams(), _riskParams());
        venue.list(other, EXPIRY);
        SeriesId[] memory series = new SeriesId[](2);
        series[0] = seriesFrom(_call(7));
        group = other;
        series[1] = seriesFrom(_call(7));
        venue.refresh(series);
    }

    /// The first leg of a slice carries the discount: one that was torn up to zero moved nothing, nobody paid, and the
    /// vault was credited all the same.
    function test_aSliceIsPaidThoughItsFirstLegWasTornUp() public {
        Actor memory debtor = _actor("debtor", 200_000);
        Actor memory bust = _actor("bust", 9_000);
        Actor memory keeper = _actor("keeper", 400_000);
        _trade(debtor, bust, _call(3), 8 * int256(BASE));
        _trade(debtor, maker, _call(7), -10 * int256(BASE));
        _setSpot(6_500);
        venue.poke(group);
        AccountId[] memory ids = new AccountId[](1);
        ids[0] = bust.id;
        venue.absorb(group, ids);
        skip(121);
        venue.deleverage(group, type(uint256).max);
        vm.assertEq(_size(debtor.id, _call(3)), 0, "torn up to zero");
        vm.assertTrue(_standing(debtor.id).held & (1 << 6) != 0, "and still held");
        _settleAnchors();
        vm.prank(debtor.owner);
        venue.withdraw(0, type(uint256).max, debtor.owner);
        for (uint256 spot = 6_600; spot <= 7_000; spot += 100) {
            _setSpot(spot);
            _settleAnchors();
        }
        int256 before = _standing(debtor.id).equity + _standing(keeper.id).equity + _cash(vault.id);
        int256 pot = _cash(vault.id);
        vm.prank(keeper.owner);
        venue.liquidateSlice(debtor.id, 0, 1e18, 0, Money.wrap(1), NEVER, new NodeId[](0));
        int256 later = _standing(debtor.id).equity + _standing(keeper.id).equity + _cash(vault.id);
        vm.assertTrue(_cash(vault.id) > pot, "the vault has its part");
        vm.assertTrue(later <= before && later >= before - 5, "that the account paid");
    }

    /// Tear-ups of options go by the queue: another mode would be a promise that nothing keeps.
    function test_aGroupTearsUpByTheQueue() public {
        ChainlinkPriceSource source = _source(proxy);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.ParameterOutOfBounds.selector, bytes32("mode"), 1, 0, 0));
        venue.createOptionGroup(source, vols, Mode.PRORATA, _marketParams(), _riskParams());
    }

    /// Units of size that rounding freed on both sides of a series stand against each other: when the last two who hold
    /// it trade it away, nobody can collect it any more, and it kept its ladder's place until the next settlement.
    function test_aLadderIsUsedAgainThoughUnitsOfRoundingAreLeft() public {
        Actor[6] memory who = _sixInFutures();
        _defaults(5_000, who[4]);
        vm.prank(who[5].owner);
        venue.withdraw(0, type(uint256).max, who[5].owner);
        _defaults(2_900, who[5]);
        // Each with his counterparty: both have the same left, and of each level there is a unit besides.
        for (uint256 i; i < 2; ++i) _trade(who[i], who[i + 2], _future(), -_size(who[i].id, _future()));
        for (uint256 i; i < 6; ++i) vm.assertEq(_standing(who[i].id).held, 0, "all are flat");
        _expire();
        vm.assertEq(venue.list(group, EXPIRY + 7 days), 0, "the same place");
    }

    function test_aLadderIsNotUsedAgainWhileSomethingIsNotCollected() public {
        Actor memory taker = _actor("taker", 20_000);
        _trade(taker, maker, _call(3), int256(BASE));
        _expire();
        vm.assertEq(venue.list(group, EXPIRY + 7 days), 1, "another place");
        venue.collect(taker.id, _call(3));
        vm.assertEq(venue.list(group, EXPIRY + 14 days), 2, "one side is left");
        venue.collect(maker.id, _call(3));
        vm.assertEq(venue.list(group, EXPIRY + 21 days), 0, "all is collected");
    }

    /// Who collects one of two series still has positions, and so belongs to the group until the other is collected.
    function test_anAccountIsOpenUntilAllIsCollected() public {
        Actor memory taker = _actor("taker", 20_000);
        _trade(taker, maker, _call(3), int256(BASE));
        _trade(taker, maker, _call(4), int256(BASE));
        _expire();
        venue.collect(taker.id, _call(3));
        vm.assertTrue(_standing(taker.id).isOpen, "one is left");
        venue.collect(taker.id, _call(4));
        vm.assertTrue(!_standing(taker.id).isOpen, "all is collected");
    }

    function test_whatTradesCloseIsNotLive() public {
        Actor memory taker = _actor("taker", 20_000);
        _trade(taker, maker, _call(7), int256(BASE));
        (, uint256 live) = abi.decode(_ask(abi.encodeCall(OptionProbe.books, (group))), (uint256, uint256));
        vm.assertEq(live, 1 << 14, "live");
        _trade(taker, maker, _call(7), -int256(BASE));
        (, live) = abi.decode(_ask(abi.encodeCall(OptionProbe.books, (group))), (uint256, uint256));
        vm.assertEq(live, 0, "closed");
    }

    /// @dev Ladder 0 expires at the last price told, and anchor and recorded factors pass it.
    function _expire() private {
        vm.warp(EXPIRY - 1 hours);
        _tell();
        vm.warp(EXPIRY + 1);
        _tell();
        uint80[] memory entries = new uint80[](1);
        (entries[0], , , , ) = proxy.latestRoundData();
        entries[0] -= 1;
        vm.assertTrue(venue.fixPrice(group, 0, entries, 100), "fixed");
        _settleAnchors();
    }

    /// @dev Two longs of one level, two shorts of one level, and on each side one who will default.
    function _sixInFutures() private returns (Actor[6] memory who) {
        for (uint256 i; i < 4; ++i) who[i] = _actor(string.concat("rich", vm.toString(i)), 200_000);
        (who[4], who[5]) = (_actor("short bust", 800), _actor("long bust", 800));
        uint256 price = SPOT * 1e18;
        _trade(who[0], who[2], _future(), 3 * int256(BASE) + 1, price);
        _trade(who[1], who[3], _future(), 3 * int256(BASE) + 45, price);
        _trade(who[0], who[4], _future(), int256(BASE), price);
        _trade(who[5], who[2], _future(), int256(BASE), price);
        _settleAnchors();
    }

    function _defaults(uint256 spot, Actor memory who) private {
        _setSpot(spot);
        venue.poke(group);
        AccountId[] memory ids = new AccountId[](1);
        ids[0] = who.id;
        venue.absorb(group, ids);
        skip(121);
        venue.deleverage(group, type(uint256).max);
        _settleAnchors();
    }

    /// Somebody short of 100 puts at the money, whose expiry has passed at their strike; and the round to fix it by.
    function _afterExpiry() private returns (Actor memory seller, uint80[] memory entries) {
        entries = new uint80[](1);
        seller = _actor("seller", 80_000);
        vm.warp(EXPIRY - 2 hours);
        _tell();
        venue.poke(group);
        _settleAnchors();
        _trade(maker, seller, _put(7), 100 * int256(BASE));
        vm.warp(EXPIRY - 30 minutes);
        _tell();
        (entries[0], , , , ) = proxy.latestRoundData();
        vm.warp(EXPIRY - 10 minutes);
        _settleAnchors();
        _settleAnchors();
    }

    function _requirePriceFirst(AccountId[] memory ids) private {
        bytes memory first = abi.encodeWithSelector(IOptionListing.PriceNotFixed.selector, EXPIRY);
        vm.expectRevert(first);
        venue.poke(group);
        vm.expectRevert(first);
        venue.absorb(group, ids);
        vm.expectRevert(first);
        venue.net(group, ids);
        vm.prank(maker.owner);
        vm.expectRevert(first);
        venue.liquidateSlice(ids[0], 0, 1e18, 0, Money.wrap(1), NEVER, new NodeId[](0));
    }

    /// The first round after an expiry fixes its price, and opens a gap: who locked before he fixed had the puts, worth
    /// nothing, torn up at the spot of now. That took 81,695 from a seller above initial margin.
    function test_thePriceOfAnExpiryComesBeforeALock() public {
        (Actor memory seller, uint80[] memory entries) = _afterExpiry();
        vm.warp(EXPIRY + 60);
        _setSpot(3_150);
        AccountId[] memory ids = new AccountId[](1);
        ids[0] = seller.id;
        _requirePriceFirst(ids);
        venue.fixPrice(group, 0, entries, 100);
        venue.poke(group);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToAbsorb.selector, group));
        venue.absorb(group, ids);
        vm.assertTrue(_standing(seller.id).equity >= 80_000 * int256(QUOTE), "he owes nothing");
    }

    /// A crash goes on over an expiry: one lock followed the other in the same call, so nobody could fix the price
    /// between them, and the second one froze the spot of now.
    function test_aPriceIsFixedInALock() public {
        (Actor memory seller, uint80[] memory entries) = _afterExpiry();
        vm.warp(EXPIRY - 10);
        _setSpot(3_880);
        venue.poke(group);
        vm.warp(EXPIRY + 20);
        _setSpot(3_500);
        vm.warp(EXPIRY + 150);
        _setSpot(3_100);
        AccountId[] memory ids = new AccountId[](1);
        ids[0] = seller.id;
        _requirePriceFirst(ids);
        int256 frozen = _standing(seller.id).atRecorded;
        venue.fixPrice(group, 0, entries, 100);
        vm.assertEq(_standing(seller.id).atRecorded, frozen, "marks of the lock stand");
        venue.poke(group);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToAbsorb.selector, group));
        venue.absorb(group, ids);
        vm.assertTrue(_standing(seller.id).equity >= 80_000 * int256(QUOTE), "he owes nothing");
    }

    /// Between the steps of a settlement a price may be fixed: the stored factors are before it.
    function test_aPriceFixedInASettlementChangesNothing() public {
        int256[2] memory cash;
        for (uint256 i; i < 2; ++i) {
            uint256 state = vm.snapshotState();
            cash[i] = _settledOverAnExpiry(i == 1);
            vm.revertToState(state);
        }
        vm.assertEq(cash[0], cash[1], "what the maker has");
    }

    function _settledOverAnExpiry(bool fixes) private returns (int256 cash) {
        (Actor memory seller, uint80[] memory entries) = _afterExpiry();
        vm.warp(EXPIRY - 10);
        _setSpot(3_100);
        AccountId[] memory ids = new AccountId[](1);
        ids[0] = seller.id;
        venue.setVaultBudget(group, 0);
        venue.absorb(group, ids);
        vm.warp(EXPIRY + 60);
        _setSpot(3_100);
        skip(60);
        vm.assertFalse(venue.deleverage(group, 1), "stopped");
        if (fixes) vm.assertTrue(venue.fixPrice(group, 0, entries, 100), "fixed");
        vm.assertTrue(venue.deleverage(group, 100), "done");
        vm.assertEq(_size(maker.id, _put(7)), 0, "torn up");
        cash = _standing(maker.id).atAnchor;
    }

    /// A feed that has lost rounds stops nobody for longer than an hour.
    function test_aLockWaitsAnHourForAPrice() public {
        _afterExpiry();
        vm.warp(EXPIRY + 60);
        _setSpot(3_150);
        vm.warp(EXPIRY + 1 hours);
        vm.expectRevert(abi.encodeWithSelector(IOptionListing.PriceNotFixed.selector, EXPIRY));
        venue.poke(group);
        vm.warp(EXPIRY + 1 hours + 1);
        venue.poke(group);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToDeleverage.selector, group));
        skip(121);
        venue.deleverage(group, 1);
    }

    /// Nobody could take a slice of who had more series than were allowed later, so he sank below zero.
    function test_whoHasMoreLegsThanAreAllowedLaterIsSliced() public {
        Actor memory poor = _actor("poor", 20_000);
        for (uint256 i; i < 11; ++i) _trade(poor, maker, _call(i), int256(BASE) / 100);
        _trade(poor, maker, _call(11), -10 * int256(BASE));
        RiskParams memory risk = _riskParams();
        risk.maxLegs = 8;
        venue.setRiskParams(group, risk);
        for (uint256 spot = 4_060; _standing(poor.id).equity >= _standing(poor.id).maintenance; spot += 60) {
            _setSpot(spot);
            _settleAnchors();
        }
        Actor memory keeper = _actor("keeper", 400_000);
        vm.prank(keeper.owner);
        venue.liquidateSlice(poor.id, 0, 1e18, 0, Money.wrap(1), NEVER, new NodeId[](0));
        Standing memory s = _standing(poor.id);
        vm.assertTrue(s.equity >= s.maintenance, "restored");
        vm.assertEq(_standing(keeper.id).legs, 12, "all of them");
    }
}
