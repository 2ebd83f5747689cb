// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

import {Clearinghouse} from "../../../contracts/Clearinghouse.sol";
import {IAccounts} from "../../../contracts/interfaces/IAccounts.sol";
import {IDeleveraging} from "../../../contracts/interfaces/IDeleveraging.sol";
import {IGovernance} from "../../../contracts/interfaces/IGovernance.sol";
import {ILiquidation} from "../../../contracts/interfaces/ILiquidation.sol";
import {IPriceSource} from "../../../contracts/interfaces/IPriceSource.sol";
import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {VenueParams, MarketParams, MarketStatus, Mode, PauseLevel} from "../../../contracts/Ledger.sol";
import {MockAggregator} from "../../../contracts/mocks/MockAggregator.sol";
import {MockPriceSource} from "../../../contracts/mocks/MockPriceSource.sol";
import {accountOf} from "../../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../../contracts/types/MarketId.sol";
import {NO_NODE} from "../../../contracts/types/NodeId.sol";
import {Actor, Fixture} from "../../base/Fixture.sol";

contract ParameterLibTest is Fixture {
    MarketId internal constant ALL = MarketId.wrap(0);

    function setUp() public {
        _deployVenue(Mode.QUEUE);
    }

    // ------------------------------------------------------------------ bounds

    function test_setMarketParams_refusesEachParameterBelowAndAboveItsBounds() public {
        MarketParams memory p = _marketParams();
        _marketBound("initialMargin", 10_000, 1_000_000, 0);
        _marketBound("maintenanceMargin", 5_000, 37_500, 1);
        _marketBound("gapThreshold", 2_500, p.maintenanceMargin, 2);
        _marketBound("priceBand", 1_000, p.initialMargin / 2, 3);
        _marketBound("staleShock", 0, 500_000, 4);
        _marketBound("makerFee", 0, p.takerFee, 5);
        _marketBound("takerFee", 0, 5_000, 6);
        _marketBound("discountFloor", 500, p.discountCap, 7);
        _marketBound("discountCap", 500, 22_500, 8);
        _marketBound("maxFunding", 0, 61, 9); // (400 + 100) * 98% / 8
        _marketBound("minNotional", 1e9, 10_000e9, 10);
        _marketBound("softCap", 0, p.hardCap, 11);
        _marketBound("hardCap", 1, 1 << 70, 12);
        _marketBound("fundingDepth", 1_000, 1e12, 13);
    }

    function test_setVenueParams_refusesEachParameterBelowAndAboveItsBounds() public {
        VenueParams memory p = _venueParams();
        _venueBound("lockDelay", 60, 1 hours, 0);
        _venueBound("calmPeriod", p.lockDelay, 1 days, 1);
        _venueBound("callGrace", 60, 1 days, 6);
        _venueBound("callLapse", uint256(p.callGrace) + 60, 2 * uint256(p.callGrace), 7);
        _venueBound("vaultDelay", 5, p.callGrace, 8);
        _venueBound("unpauseGrace", 60, 1 hours, 2);
        _venueBound("callLevel", 1_000_000, 1_333_333, 9);
        _venueBound("keeperShare", 100_000, 900_000, 10);
        _venueBound("vaultFeeShare", 0, 1_000_000, 3);
        _venueBound("vaultDiscount", 500, 50_000, 11);
        _venueBound("offerRate", 100, 50_000, 12);
        _venueBound("outflowRate", 50_000, 1_000_000, 13);
        _venueBound("outflowFloor", 10_000e9, type(uint64).max, 14);
        _venueBound("minDebt", 1e9, 10_000e9, 4);
        _venueBound("refund", 0, 100e9, 5);
    }

    function _marketBound(bytes32 name, uint256 low, uint256 high, uint256 index) private {
        venue.setMarketParams(btc, _withMarket(index, low, name));
        venue.setMarketParams(btc, _withMarket(index, high, name));
        if (name == "discountCap") {
            // The floor lies at or below the cap, so it meets its own bound first.
            vm.expectRevert(_outOfBounds("discountFloor", 500, 500, 499));
            venue.setMarketParams(btc, _withMarket(index, low - 1, name));
        } else if (low > 0) {
            vm.expectRevert(_outOfBounds(name, low - 1, low, high));
            venue.setMarketParams(btc, _withMarket(index, low - 1, name));
        }
        vm.expectRevert(_outOfBounds(name, high + 1, low, high));
        venue.setMarketParams(btc, _withMarket(index, high + 1, name));
    }

    function _venueBound(bytes32 name, uint256 low, uint256 high, uint256 index) private {
        venue.setVenueParams(_withVenue(index, low, name));
        venue.setVenueParams(_withVenue(index, high, name));
        if (low > 0) {
            vm.expectRevert(_outOfBounds(name, low - 1, low, high));
            venue.setVenueParams(_withVenue(index, low - 1, name));
        }
        if (high == type(uint64).max) return;
        vm.expectRevert(_outOfBounds(name, high + 1, low, high));
        venue.setVenueParams(_withVenue(index, high + 1, name));
    }

    /// @dev The parameter at `index` set to `value`, and those that depend on it set so that only it can be wrong.
    function _withMarket(uint256 index, uint256 value, bytes32 name) private pure returns (MarketParams memory p) {
        p = _marketParams();
        if (name == "initialMargin" && value <= 10_000) {
            (p.maintenanceMargin, p.gapThreshold, p.priceBand) = (5_000, 2_500, 1_000);
            (p.discountFloor, p.discountCap) = (500, 500);
        }
        if (name == "maintenanceMargin" && value <= 5_000)
            (p.gapThreshold, p.discountFloor, p.discountCap) = (2_500, 500, 500);
        if (name == "takerFee" && value == 0) p.makerFee = 0;
        if (name != "maxFunding") p.maxFunding = 0; // its own bound falls with the fees
        if (name == "discountCap" && value <= 500) p.discountFloor = 500;
        if (name == "hardCap" && value <= 1) p.softCap = 0;
        uint256[14] memory words = abi.decode(abi.encode(p), (uint256[14]));
        words[index] = value;
        p = abi.decode(abi.encode(words), (MarketParams));
    }

    function _withVenue(uint256 index, uint256 value, bytes32 name) private pure returns (VenueParams memory p) {
        p = _venueParams();
        if (name == "lockDelay" && value > 1_800) p.calmPeriod = 1 days;
        if (name == "callGrace") p.callLapse = uint24(value + 60);
        uint256[15] memory words = abi.decode(abi.encode(p), (uint256[15]));
        words[index] = value;
        p = abi.decode(abi.encode(words), (VenueParams));
    }

    function _outOfBounds(bytes32 name, uint256 value, uint256 low, uint256 high) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IGovernance.ParameterOutOfBounds.selector, name, value, low, high);
    }

    // ------------------------------------------------------------------ listing

    function test_createMarket_revertsInAFullGroup() public {
        MockPriceSource source = new MockPriceSource(1e18);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.GroupFull.selector, quad));
        venue.createMarket(quad, source, Mode.QUEUE, _marketParams());
    }

    function test_createMarket_refusesParametersOutOfBounds() public {
        MarketParams memory p = _marketParams();
        p.hardCap = 0;
        p.softCap = 0;
        MockPriceSource source = new MockPriceSource(1e18);
        vm.expectRevert(_outOfBounds("hardCap", 0, 1, 5_787_037_037_037_037_037));
        venue.createMarket(solo, source, Mode.QUEUE, p);
    }

    function test_createMarket_revertsInAnUnknownGroup() public {
        MockPriceSource source = new MockPriceSource(1e18);
        GroupId unknown = GroupId.wrap(9);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GroupUnknown.selector, unknown));
        venue.createMarket(unknown, source, Mode.QUEUE, _marketParams());
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GroupUnknown.selector, GroupId.wrap(0)));
        venue.createMarket(GroupId.wrap(0), source, Mode.QUEUE, _marketParams());
    }

    function test_createMarket_revertsWithoutAFreshPrice() public {
        MockPriceSource source = new MockPriceSource(1e18);
        source.set(1e18, IPriceSource.Status.STALE);
        GroupId group = venue.createGroup();
        vm.expectPartialRevert(ITrading.PriceNotFresh.selector);
        venue.createMarket(group, source, Mode.QUEUE, _marketParams());
    }

    function testFuzz_createMarket_takesPricesWithinTheRangeOfMarks(uint256 mark) public {
        GroupId group = venue.createGroup();
        MockPriceSource source = new MockPriceSource(mark);
        if (mark < 1e6 || mark > 1e24) vm.expectPartialRevert(ITrading.PriceNotFresh.selector);
        venue.createMarket(group, source, Mode.QUEUE, _marketParams());
    }

    function test_createMarket_revertsWithoutAVault() public {
        IERC20Metadata asset = token;
        Clearinghouse bare = new Clearinghouse(asset, address(manager), treasury, _venueParams(), _modules());
        GroupId group = bare.createGroup();
        MockPriceSource source = new MockPriceSource(1e18);
        vm.expectRevert(IGovernance.NoVault.selector);
        bare.createMarket(group, source, Mode.QUEUE, _marketParams());
    }

    function test_setMarketParams_revertsForAMarketThatIsNotThere() public {
        MarketId none = solo.market(3);
        vm.expectRevert(abi.encodeWithSelector(ITrading.MarketUnknown.selector, none));
        venue.setMarketParams(none, _marketParams());
    }

    function test_setMarketParams_revertsWhileTheGroupIsLocked() public {
        _setPrice(btc, 70_000e18);
        venue.poke(solo);
        vm.expectPartialRevert(IDeleveraging.GroupLocked.selector);
        venue.setMarketParams(btc, _marketParams());
    }

    function test_setVenueParams_revertsWhileAGroupIsLocked() public {
        _setPrice(btc, 70_000e18);
        venue.poke(solo);
        vm.expectRevert(abi.encodeWithSelector(IAccounts.GroupsLocked.selector, 1));
        venue.setVenueParams(_venueParams());
    }

    function test_setPriceSource_revertsWhenANewSourceOpensAGapOrIsNotFresh() public {
        MockPriceSource source = new MockPriceSource(70_000e18);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.SourceOutOfLine.selector, btc, 70_000e18, 60_000e18));
        venue.setPriceSource(btc, source);
        source.set(60_000e18, IPriceSource.Status.INSANE);
        vm.expectRevert(abi.encodeWithSelector(ITrading.PriceNotFresh.selector, btc));
        venue.setPriceSource(btc, source);
        source.set(60_500e18, IPriceSource.Status.FRESH);
        venue.setPriceSource(btc, source);
        vm.assertEq(_market(btc).mark, 60_500e18);
    }

    function test_setPriceSource_refusesAPlainFeedThatReadsOtherwiseThanItsSource() public {
        MockAggregator feed = new MockAggregator(8, 60_501e8);
        MockPriceSource source = new MockPriceSource(60_500e18);
        source.setPlainFeed(feed);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.NotThePlainFeed.selector, feed));
        venue.setPriceSource(btc, source);
        feed.setAnswer(60_500e8);
        feed.setUpdatedAt(block.timestamp - 1 hours - 1);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.NotThePlainFeed.selector, feed));
        venue.setPriceSource(btc, source);
        feed.setUpdatedAt(block.timestamp);
        venue.setPriceSource(btc, source);
        source.set(1e18, IPriceSource.Status.INSANE);
        vm.assertEq(_market(btc).mark, 60_500e18, "the feed is read, not the source");
    }

    function test_setPriceSource_asksANewSourceWithoutAPlainFeed() public {
        MockPriceSource source = new MockPriceSource(60_500e18);
        source.setPlainFeed(new MockAggregator(8, 60_500e8));
        venue.setPriceSource(btc, source);
        MockPriceSource next = new MockPriceSource(60_600e18);
        venue.setPriceSource(btc, next);
        next.set(60_700e18, IPriceSource.Status.FRESH);
        vm.assertEq(_market(btc).mark, 60_700e18);
    }

    function test_setVault_paysTheOldOneItsShareOfTheFees() public {
        _trade(_actor("alice", 100_000), _actor("bob", 100_000), btc, 1e9, 60_000e18);
        int256 before = _cash(accountOf(vault.owner, 0));
        vm.assertGt(_recovery().fees, 0);
        address next = makeAddr("next vault");
        vm.etch(next, vault.owner.code);
        venue.setVault(next);
        vm.assertEq(_recovery().fees, 0);
        vm.assertEq(_cash(accountOf(vault.owner, 0)) - before, int256(15 * QUOTE), "half of 500 ppm of 60,000");
    }

    function test_setTreasury_paysTheOldOneWhatWasCollectedSoFar() public {
        Actor memory alice = _actor("alice", 100_000);
        Actor memory bob = _actor("bob", 100_000);
        _trade(alice, bob, btc, 1e9, 60_000e18);
        address next = makeAddr("next treasury");
        venue.setTreasury(next);
        vm.assertEq(_cash(accountOf(treasury, 0)), int256(15 * QUOTE), "half of 500 ppm of 60,000");
        _trade(alice, bob, btc, -1e9, 60_000e18);
        venue.collectFees();
        vm.assertEq(_cash(accountOf(next, 0)), int256(15 * QUOTE));
        vm.assertEq(_cash(accountOf(treasury, 0)), int256(15 * QUOTE));
    }

    function test_setTreasury_refusesZero() public {
        vm.expectRevert(IAccounts.ZeroAddress.selector);
        venue.setTreasury(address(0));
    }

    function test_setVault_revertsWhileAGroupIsLocked_andForZero() public {
        vm.expectRevert(abi.encodeWithSelector(IGovernance.NotAVault.selector, address(0)));
        venue.setVault(address(0));
        _setPrice(btc, 70_000e18);
        venue.poke(solo);
        vm.expectRevert(abi.encodeWithSelector(IAccounts.GroupsLocked.selector, 1));
        venue.setVault(address(this));
    }

    function test_governance_isRestricted() public {
        vm.startPrank(makeAddr("stranger"));
        bytes[11] memory calls = [
            abi.encodeCall(venue.createGroup, ()),
            abi.encodeCall(venue.createMarket, (solo, sources[btc], Mode.QUEUE, _marketParams())),
            abi.encodeCall(venue.setMarketParams, (btc, _marketParams())),
            abi.encodeCall(venue.setPriceSource, (btc, sources[btc])),
            abi.encodeCall(venue.setVenueParams, (_venueParams())),
            abi.encodeCall(venue.setVaultBudget, (solo, 0)),
            abi.encodeCall(venue.setVault, (address(this))),
            abi.encodeCall(venue.setTreasury, (address(this))),
            abi.encodeCall(venue.pause, (btc, PauseLevel.NO_NEW_RISK, 1)),
            abi.encodeCall(venue.unpause, (btc)),
            abi.encodeCall(venue.settleMarket, (btc))
        ];
        for (uint256 i; i < calls.length; ++i) {
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, bytes memory reason) = address(venue).call(calls[i]);
            vm.assertFalse(ok);
            vm.assertEq(bytes32(bytes4(reason)), bytes32(bytes4(keccak256("AccessManagedUnauthorized(address)"))));
        }
        vm.stopPrank();
    }

    // ------------------------------------------------------------------ pauses and winding down

    function test_pause_refusesNoLevel() public {
        vm.expectRevert(_outOfBounds("level", 0, 1, 3));
        venue.pause(btc, PauseLevel.NONE, 1);
    }

    function test_unpause_endsAStopOfLiquidationsNow_andTheGraceBegins() public {
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 7 days);
        skip(1 hours);
        venue.unpause(btc);
        uint256 from = block.timestamp + 600;
        skip(599);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.LiquidationsPaused.selector, from));
        venue.liquidateToAccount(pot, btc, 0, 1, NO_NODE, ANY_PRICE, NEVER);
        skip(1);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.NoPosition.selector, pot, btc));
        venue.liquidateToAccount(pot, btc, 0, 1, NO_NODE, ANY_PRICE, NEVER);
        venue.unpause(btc);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.NoPosition.selector, pot, btc));
        venue.liquidateToAccount(pot, btc, 0, 1, NO_NODE, ANY_PRICE, NEVER);
    }

    function test_pause_revertsBeyondTheLongest() public {
        vm.expectRevert(abi.encodeWithSelector(IGovernance.PauseTooLong.selector, 7 days + 1, 7 days));
        venue.pause(btc, PauseLevel.NO_NEW_RISK, 7 days + 1);
    }

    function test_pause_revertsTooSoonAfterOneThatStoppedLiquidations() public {
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 1 days);
        skip(8 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.PauseTooSoon.selector, START + 8 days));
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 1 days);
        skip(1);
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 1 days);
    }

    function testFuzz_pause_endsByItself_andLiquidationsAfterAGrace(uint256 time) public {
        Actor memory alice = _actor("alice", 10_000);
        Actor memory bob = _actor("bob", 100_000);
        _trade(alice, bob, btc, 3e9, 60_000e18);
        time = bound(time, 1, 10_000);
        venue.pause(btc, PauseLevel.NO_LIQUIDATION, 3_600);
        skip(time);
        if (time < 3_600 + 600) vm.expectPartialRevert(IGovernance.LiquidationsPaused.selector);
        else vm.expectPartialRevert(ILiquidation.NotLiquidatable.selector);
        vm.prank(bob.owner);
        venue.liquidateToAccount(alice.id, btc, 1, 1e9, NO_NODE, ANY_PRICE, NEVER);
    }

    function test_pause_ofAMarket_stopsItsFunding() public {
        Actor memory alice = _actor("alice", 100_000);
        Actor memory bob = _actor("bob", 100_000);
        _trade(alice, bob, btc, 1e9, 60_100e18);
        skip(1 hours);
        int256 before = _market(btc).funding;
        vm.assertGt(before, 0, "it ran");
        venue.pause(btc, PauseLevel.NO_NEW_RISK, 1 days);
        skip(1 hours);
        vm.assertEq(_market(btc).funding, before);
        vm.assertEq(_market(btc).fundingRate, 0);
    }

    function test_pause_allowsReductionsOnly() public {
        Actor memory alice = _actor("alice", 100_000);
        Actor memory bob = _actor("bob", 100_000);
        _trade(alice, bob, btc, 1e9, 60_000e18);
        venue.pause(ALL, PauseLevel.NO_NEW_RISK, 1 days);
        vm.expectPartialRevert(IGovernance.PausedAt.selector);
        this.trade(alice, bob, 1e9);
        _trade(alice, bob, btc, -0.5e9, 60_000e18);
        vm.assertEq(_size(alice.id, btc), 0.5e9);
        venue.unpause(ALL);
        _trade(alice, bob, btc, 1e9, 60_000e18);
    }

    function trade(Actor memory a, Actor memory b, int256 size) external {
        _trade(a, b, btc, size, 60_000e18);
    }

    function test_settleMarket_needsTwoDaysWithoutNewRisk() public {
        venue.pause(btc, PauseLevel.NO_NEW_RISK, 7 days);
        skip(2 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.NotWoundDown.selector, btc));
        venue.settleMarket(btc);
        skip(1);
        venue.settleMarket(btc);
        vm.assertTrue(_market(btc).status == MarketStatus.SETTLED);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.MarketAlreadySettled.selector, btc));
        venue.settleMarket(btc);
    }

    function test_settleMarket_revertsWithoutAPause_andAfterItsEnd() public {
        vm.expectRevert(abi.encodeWithSelector(IGovernance.NotWoundDown.selector, btc));
        venue.settleMarket(btc);
        venue.pause(btc, PauseLevel.NO_NEW_RISK, 3 days);
        skip(3 days);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.NotWoundDown.selector, btc));
        venue.settleMarket(btc);
        venue.pause(btc, PauseLevel.NO_NEW_RISK, 7 days);
        skip(3 days);
        venue.unpause(btc);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.NotWoundDown.selector, btc));
        venue.settleMarket(btc);
    }

    function testFuzz_settleMarket_fixesEveryPositionsWorthForGood(uint256 mark) public {
        Actor memory alice = _actor("alice", 100_000);
        Actor memory bob = _actor("bob", 100_000);
        _trade(alice, bob, btc, 1e9, 60_000e18);
        venue.pause(btc, PauseLevel.NO_NEW_RISK, 7 days);
        skip(2 days);
        _setPrice(btc, bound(mark, 59_000e18, 61_000e18));
        venue.settleMarket(btc);
        (int256 a, int256 b) = (_equity(alice.id), _equity(bob.id));
        _setPrice(btc, 1e18);
        vm.assertEq(_equity(alice.id), a);
        vm.expectRevert(abi.encodeWithSelector(ITrading.MarketNotOpen.selector, btc));
        this.trade(alice, bob, -1e9);

        venue.collect(alice.id, btc);
        venue.collect(bob.id, btc);
        vm.assertEq(_cash(alice.id), a);
        vm.assertEq(_cash(bob.id), b);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.NoPosition.selector, bob.id, btc));
        venue.collect(bob.id, btc);
    }

    function test_collect_revertsWhileTheMarketIsOpenAndThePositionToo() public {
        Actor memory alice = _actor("alice", 100_000);
        Actor memory bob = _actor("bob", 100_000);
        _trade(alice, bob, btc, 1e9, 60_000e18);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.MarketNotSettled.selector, btc));
        venue.collect(alice.id, btc);
    }
}
