// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccounts} from "../../contracts/interfaces/IAccounts.sol";
import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {IGovernance} from "../../contracts/interfaces/IGovernance.sol";
import {IOptionGovernance} from "../../contracts/interfaces/IOptionGovernance.sol";
import {IOptionListing} from "../../contracts/interfaces/IOptionListing.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {MarketParams, MarketStatus, Mode, PauseLevel, VenueParams} from "../../contracts/Ledger.sol";
import {MockAggregator} from "../../contracts/mocks/MockAggregator.sol";
import {MockAggregatorProxy} from "../../contracts/mocks/MockAggregatorProxy.sol";
import {MockPriceSource} from "../../contracts/mocks/MockPriceSource.sol";
import {MockVolSource} from "../../contracts/mocks/MockVolSource.sol";
import {IVolSource} from "../../contracts/options/IVolSource.sol";
import {Factors, RiskParams} from "../../contracts/options/OptionLedger.sol";
import {PERPETUAL, seriesOf} from "../../contracts/options/SeriesId.sol";
import {ChainlinkPriceSource} from "../../contracts/prices/ChainlinkPriceSource.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Actor} from "../base/Fixture.sol";
import {OptionWhole} from "./OptionWhole.sol";
import {flatSmile} from "./Parameters.sol";
import {StoredBook, WholeGroup} from "./WholeProbe.sol";

/// @notice What governance sets of an option group, whole: all that is stored, every event, and each refusal to the
/// second and the unit.
contract OptionGroupsTest is OptionWhole {
    GroupId private constant NEXT = GroupId.wrap(2);

    function setUp() public {
        _deployWhole();
    }

    function _vols(uint24 heartbeat, uint32 level, uint256 time) private returns (MockVolSource source) {
        source = new MockVolSource(heartbeat);
        source.setLevel(level, uint40(time));
        source.setSmile(flatSmile(6_000, 0));
    }

    function _feedAt(int256 quote) private returns (MockAggregatorProxy behind) {
        behind = new MockAggregatorProxy(new MockAggregator(8, quote * 1e8));
        behind.setAggregator(behind.aggregator()); // its second phase
    }

    // ------------------------------------------------------------------ a new group

    function test_create_storesTheGroup() public {
        MockAggregatorProxy behind = _feedAt(5_000);
        ChainlinkPriceSource source = _source(behind);
        MockVolSource other = _vols(2 hours, 1.25e9, block.timestamp - 3);
        MarketId perpetual = seriesOf(NEXT, PERPETUAL).market();
        vm.expectEmit(address(venue));
        emit IGovernance.GroupCreated(NEXT);
        vm.expectEmit(address(venue));
        emit IGovernance.MarketCreated(perpetual, source, Mode.QUEUE);
        vm.expectEmit(address(venue));
        emit IGovernance.MarketParamsSet(perpetual, _marketParams());
        vm.expectEmit(address(venue));
        emit IOptionGovernance.RiskParamsSet(NEXT, _riskParams());
        vm.expectEmit(address(venue));
        emit IOptionGovernance.VolSourceSet(NEXT, other);
        GroupId id = venue.createOptionGroup(source, other, Mode.QUEUE, _marketParams(), _riskParams());
        vm.assertEq(GroupId.unwrap(id), 2);

        WholeGroup memory w;
        w.options.anchor = Factors(5_000e18, 1.25e9, uint40(block.timestamp), 0, 0);
        w.options.recorded = w.options.anchor;
        (w.options.level, w.options.levelTime) = (1.25e9, uint40(block.timestamp - 3));
        (w.options.volHeartbeat, w.options.volSource, w.options.feedPhase) = (2 hours, other, 2);
        w.options.risk = _riskParams();
        StoredBook memory p = w.perpetual;
        (p.fundingTime, p.anchor, p.recordedMark) = (uint32(block.timestamp), 5_000e18, 5_000e18);
        (p.priceFeed, p.heartbeat, p.exponent, p.source) = (address(behind), 1 days, 10, source);
        (p.mode, p.status, p.params) = (Mode.QUEUE, MarketStatus.OPEN, _marketParams());
        _requireWhole(NEXT, w);
        vm.assertEq(MarketId.unwrap(perpetual), (2 << 8) + 255);
    }

    function _creates(IPriceSource source, IVolSource vols_, bytes memory why) private {
        MarketParams memory params = _marketParams();
        RiskParams memory risk = _riskParams();
        if (why.length != 0) vm.expectRevert(why);
        venue.createOptionGroup(source, vols_, Mode.QUEUE, params, risk);
    }

    function test_create_refusesHeartbeats() public {
        ChainlinkPriceSource source = _source(_feedAt(5_000));
        bytes4 selector = IGovernance.ParameterOutOfBounds.selector;
        bytes32 name = "volHeartbeat";
        _creates(source, _vols(9, 1e9, block.timestamp), abi.encodeWithSelector(selector, name, 9, 10, 86_400));
        MockVolSource slow = _vols(86_401, 1e9, block.timestamp);
        _creates(source, slow, abi.encodeWithSelector(selector, name, 86_401, 10, 86_400));
        _creates(source, _vols(10, 1e9, block.timestamp), "");
        _creates(source, _vols(86_400, 1e9, block.timestamp), "");
        ChainlinkPriceSource.Config memory config;
        (config.feed, config.heartbeat) = (_feedAt(5_000), 1);
        _creates(new ChainlinkPriceSource(config), _vols(10, 1e9, block.timestamp), "");
    }

    function test_create_refusesPricesAndLevels() public {
        MockAggregatorProxy behind = _feedAt(5_000);
        ChainlinkPriceSource good = _source(behind);
        MarketId perpetual = seriesOf(NEXT, PERPETUAL).market();
        MockPriceSource source = new MockPriceSource(5_000e18);
        _creates(source, vols, abi.encodeWithSelector(IOptionListing.NoRoundHistory.selector, source));
        source.setPlainFeed(behind);
        source.set(5_000e18, IPriceSource.Status.STALE);
        _creates(source, vols, abi.encodeWithSelector(ITrading.PriceNotFresh.selector, perpetual));
        source.set(5_000e18 + 1, IPriceSource.Status.FRESH);
        _creates(source, vols, abi.encodeWithSelector(IGovernance.NotThePlainFeed.selector, behind));
        uint256 now_ = block.timestamp;
        _creates(good, _vols(10, 1e9, now_ + 15), "");
        bytes memory ahead = abi.encodeWithSelector(IOptionListing.LevelAhead.selector, now_ + 16, now_ + 15);
        _creates(good, _vols(10, 1e9, now_ + 16), ahead);
        _creates(good, _vols(10, 1e9, now_ - 10), "");
        bytes memory stale = abi.encodeWithSelector(IOptionListing.LevelStale.selector, now_ - 11, now_ - 10);
        _creates(good, _vols(10, 1e9, now_ - 11), stale);
        for (uint256 i; i < 2; ++i) {
            uint32 level = i == 0 ? 0.25e9 : 4e9;
            _creates(good, _vols(10, level, now_), "");
            level = i == 0 ? level - 1 : level + 1;
            bytes4 selector = IOptionListing.LevelOutOfRange.selector;
            _creates(good, _vols(10, level, now_), abi.encodeWithSelector(selector, level, 0.25e9, 4e9));
        }
    }

    function test_create_refusesParameters() public {
        ChainlinkPriceSource source = _source(_feedAt(5_000));
        MarketParams memory params = _marketParams();
        RiskParams memory risk = _riskParams();
        params.priceBand = 999;
        vm.expectPartialRevert(IGovernance.ParameterOutOfBounds.selector);
        venue.createOptionGroup(source, vols, Mode.QUEUE, params, risk);
        params = _marketParams();
        risk.maxLegs = 33;
        bytes4 selector = IGovernance.ParameterOutOfBounds.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, bytes32("maxLegs"), 33, 4, 32));
        venue.createOptionGroup(source, vols, Mode.QUEUE, params, risk);
        (risk.maxLegs, params.gapThreshold, risk.scanRange) = (16, 30_000, 59_999);
        vm.expectRevert(abi.encodeWithSelector(selector, bytes32("scanRange"), 59_999, 60_000, 400_000));
        venue.createOptionGroup(source, vols, Mode.QUEUE, params, risk);
    }

    // ------------------------------------------------------------------ its parameters

    function test_parametersChangeAndNothingElse() public {
        WholeGroup memory w = _whole(group);
        RiskParams memory risk = _riskParams();
        (risk.scanRange, risk.maxLegs) = (170_000, 20);
        vm.expectEmit(address(venue));
        emit IOptionGovernance.RiskParamsSet(group, risk);
        venue.setRiskParams(group, risk);
        w.options.risk = risk;
        _requireWhole(group, w);

        MarketParams memory params = _marketParams();
        (params.takerFee, params.gapThreshold) = (400, 25_000);
        vm.expectEmit(address(venue));
        emit IGovernance.MarketParamsSet(_perpetual(), params);
        venue.setMarketParams(_perpetual(), params);
        w.perpetual.params = params;
        _requireWhole(group, w);
    }

    function test_parametersAreChecked() public {
        RiskParams memory risk = _riskParams();
        risk.maxLegs = 3;
        bytes4 selector = IGovernance.ParameterOutOfBounds.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, bytes32("maxLegs"), 3, 4, 32));
        venue.setRiskParams(group, risk);
        risk = _riskParams();
        risk.scanRange = 55_000;
        venue.setRiskParams(group, risk);
        MarketParams memory params = _marketParams();
        params.gapThreshold = 27_501;
        vm.expectRevert(abi.encodeWithSelector(selector, bytes32("scanRange"), 55_000, 55_002, 400_000));
        venue.setMarketParams(_perpetual(), params);
        params.gapThreshold = 27_500;
        venue.setMarketParams(_perpetual(), params);
        params.priceBand = 999;
        vm.expectPartialRevert(selector);
        venue.setMarketParams(_perpetual(), params);
    }

    function test_nothingChangesInALock() public {
        _setSpot(4_200);
        venue.poke(group);
        bytes memory locked = abi.encodeWithSelector(IDeleveraging.GroupLocked.selector, group, block.timestamp + 120);
        (RiskParams memory risk, MarketParams memory params) = (_riskParams(), _marketParams());
        ChainlinkPriceSource source = _source(_feedAt(4_200));
        vm.expectRevert(locked);
        venue.setRiskParams(group, risk);
        vm.expectRevert(locked);
        venue.setMarketParams(_perpetual(), params);
        vm.expectRevert(locked);
        venue.setPriceSource(_perpetual(), source);
        vm.expectRevert(locked);
        venue.setVolSource(group, vols);
        vm.expectRevert(locked);
        venue.list(group, EXPIRY + 7 days);
        vm.expectRevert(locked);
        venue.postLevel(group);
        vm.expectRevert(locked);
        venue.postSmile(group, 0);
        GroupId unknown = GroupId.wrap(9);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GroupUnknown.selector, unknown));
        venue.setRiskParams(unknown, risk);
    }

    // ------------------------------------------------------------------ the price source

    function _plug(IPriceSource source, bytes memory why) private {
        MarketId perpetual = _perpetual();
        if (why.length != 0) vm.expectRevert(why);
        venue.setPriceSource(perpetual, source);
    }

    function _outOfLine(uint256 spot, uint256 present) private view returns (bytes memory) {
        return abi.encodeWithSelector(IGovernance.SourceOutOfLine.selector, _perpetual(), spot * 1e18, present * 1e18);
    }

    function _isNotDead(uint256 from) private view returns (bytes memory) {
        return abi.encodeWithSelector(IGovernance.SourceNotDead.selector, _perpetual(), from);
    }

    function test_setPriceSource_storesIt() public {
        MockAggregatorProxy behind = _feedAt(4_001);
        ChainlinkPriceSource source = _source(behind);
        WholeGroup memory w = _whole(group);
        vm.expectEmit(address(venue));
        emit IGovernance.PriceSourceSet(_perpetual(), source);
        venue.setPriceSource(_perpetual(), source);
        (w.perpetual.source, w.perpetual.priceFeed, w.options.feedPhase) = (source, address(behind), 2);
        _requireWhole(group, w);
        _plug(_source(_feedAt(4_200)), _outOfLine(4_200, 4_001));
    }

    /// A gap of 2% of the new price: 4,081.63 is the last that opens none above 4,000.
    function test_setPriceSource_opensNoGap() public {
        _plug(_source(_feedAt(4_082)), _outOfLine(4_082, SPOT));
        _plug(_source(_feedAt(3_921)), _outOfLine(3_921, SPOT));
        _plug(_source(_feedAt(4_081)), "");
        _plug(_source(_feedAt(3_922)), "");
    }

    function test_setPriceSource_atAGap() public {
        _setSpot(4_100);
        _plug(_source(_feedAt(4_100)), abi.encodeWithSelector(IDeleveraging.GapOpen.selector, group));
        _plug(_source(_feedAt(4_050)), ""); // closes it
    }

    function test_setPriceSource_ofADeadOne() public {
        skip(1 days + 1);
        // A day of silence that nobody noted.
        _plug(_source(_feedAt(4_200)), _isNotDead(0));
        uint256 noted = block.timestamp;
        vm.expectEmit(address(venue));
        emit IGovernance.SourceNoted(_perpetual(), uint40(noted));
        venue.poke(group);
        WholeGroup memory w = _whole(group);
        vm.assertEq(w.perpetual.staleSince, noted);
        vm.assertEq(w.perpetual.staleRound, w.group.advances);
        skip(1);
        venue.poke(group);
        vm.assertEq(_whole(group).perpetual.staleSince, noted, "noted once");
        vm.warp(noted + 1 hours - 1);
        _plug(_source(_feedAt(4_200)), _isNotDead(noted + 1 hours));
        vm.warp(noted + 1 hours);
        _plug(_source(_feedAt(4_200)), "");
        w = _whole(group);
        vm.assertEq(w.perpetual.staleSince, 0, "the note was of the old one");
        vm.assertEq(
            w.group.phase == w.group.phase && w.options.anchor.spot == 4_000e18,
            true,
            "a jump from the anchors"
        );
        venue.poke(group);
        vm.assertEq(uint8(_whole(group).group.phase), 1, "which locks");
    }

    /// Noted long ago, but usable now: it is not dead.
    function test_setPriceSource_ofOneThatCameBack() public {
        skip(1 days + 1);
        venue.poke(group);
        skip(2 hours);
        _setSpot(4_000);
        _plug(_source(_feedAt(4_200)), _outOfLine(4_200, SPOT));
    }

    function test_poke_notesThatASourceIsUsableAgain() public {
        skip(1 days + 1);
        venue.poke(group);
        skip(60);
        _setSpot(4_000); // the level is old, so anchors wait
        WholeGroup memory w = _whole(group);
        vm.assertTrue(w.perpetual.staleSince != 0);
        vm.expectEmit(address(venue));
        emit IGovernance.SourceNoted(_perpetual(), 0);
        venue.poke(group);
        w.perpetual.staleSince = 0;
        _requireWhole(group, w);
    }

    /// When the anchors have moved on, every source was fresh: what was noted before is void.
    function test_aNoteIsVoidWhenAnchorsMoveOn() public {
        skip(1 days + 1);
        venue.poke(group);
        _settleAnchors();
        skip(1 days + 1);
        _plug(_source(_feedAt(4_200)), _isNotDead(0));
        vm.expectEmit(address(venue));
        emit IGovernance.SourceNoted(_perpetual(), uint40(block.timestamp));
        venue.poke(group);
    }

    /// What was added up of an expiry's price was of the old feed.
    function test_setPriceSource_voidsWhatIsAddedUp() public {
        vm.warp(EXPIRY - 1 hours);
        _tell();
        vm.warp(EXPIRY - 600);
        _tell();
        vm.warp(EXPIRY + 1);
        _tell();
        uint80[] memory entries = new uint80[](1);
        (entries[0], , , , ) = proxy.latestRoundData();
        entries[0] -= 2;
        vm.expectEmit(address(venue));
        emit IOptionListing.FixingAdvanced(group, 0, entries[0] + 1);
        venue.fixPrice(group, 0, entries, 1);
        WholeGroup memory w = _whole(group);
        vm.assertEq(w.ladders[0].fixing.round, entries[0] + 1);
        vm.assertEq(w.ladders[0].fixing.time, EXPIRY - 600);
        vm.assertEq(w.ladders[0].fixing.weight, 1_200);
        vm.assertEq(w.ladders[0].fixing.sum, 1_200 * 4_000e18);
        vm.assertEq(w.ladders[0].fixing.mark, 4_000e18);
        MockAggregatorProxy behind = _feedAt(4_000);
        ChainlinkPriceSource source = _source(behind);
        venue.setPriceSource(_perpetual(), source);
        delete w.ladders[0].fixing;
        (w.perpetual.source, w.perpetual.priceFeed, w.options.feedPhase) = (source, address(behind), 2);
        _requireWhole(group, w);
    }

    // ------------------------------------------------------------------ the source of volatilities

    function _setVols(IVolSource source, bytes memory why) private {
        if (why.length != 0) vm.expectRevert(why);
        venue.setVolSource(group, source);
    }

    function _volsOutOfLine(uint32 level) private view returns (bytes memory) {
        return abi.encodeWithSelector(IOptionGovernance.VolSourceOutOfLine.selector, group, level, uint32(1e9));
    }

    function test_setVolSource_storesIt() public {
        MockVolSource other = _vols(2 hours, 1.1e9, block.timestamp - 5);
        WholeGroup memory w = _whole(group);
        vm.expectEmit(address(venue));
        emit IOptionGovernance.VolSourceSet(group, other);
        venue.setVolSource(group, other);
        (w.options.volSource, w.options.volHeartbeat) = (other, 2 hours);
        (w.options.level, w.options.levelTime) = (1.1e9, uint40(block.timestamp - 5));
        _requireWhole(group, w);
    }

    /// A gap of 15% of the new level.
    function test_setVolSource_opensNoGap() public {
        uint256 now_ = block.timestamp;
        _setVols(_vols(1 hours, 869_565_217, now_), _volsOutOfLine(869_565_217));
        _setVols(_vols(1 hours, 1_176_470_589, now_), _volsOutOfLine(1_176_470_589));
        _setVols(_vols(1 hours, 869_565_218, now_), "");
        _setVols(_vols(1 hours, 1_176_470_588, now_ + 1), "");
        _setSpot(4_100);
        bytes memory gap = abi.encodeWithSelector(IDeleveraging.GapOpen.selector, group);
        _setVols(_vols(1 hours, 1e9, now_ + 2), gap);
    }

    function test_setVolSource_refuses() public {
        bytes4 selector = IGovernance.ParameterOutOfBounds.selector;
        bytes memory why = abi.encodeWithSelector(selector, bytes32("volHeartbeat"), 9, 10, 86_400);
        _setVols(_vols(9, 1e9, block.timestamp), why);
        uint40 seen = _whole(group).options.levelTime;
        why = abi.encodeWithSelector(IOptionListing.LevelNotNewer.selector, seen, seen);
        _setVols(_vols(1 hours, 1e9, seen), why);
        skip(1 days + 1);
        why = abi.encodeWithSelector(ITrading.PriceNotFresh.selector, _perpetual());
        _setVols(_vols(1 hours, 1e9, block.timestamp), why);
    }

    function test_setVolSource_ofADeadOne() public {
        uint256 dead = uint256(_whole(group).options.levelTime) + 2 hours;
        vm.warp(dead - 1);
        _setVols(_vols(1 hours, 1.5e9, block.timestamp), _volsOutOfLine(1.5e9));
        vm.warp(dead);
        _setVols(_vols(1 hours, 1.5e9, block.timestamp), "");
    }

    // ------------------------------------------------------------------ the venue

    /// @dev A trade of 4,000 whose fees are 1.2 and 0.4.
    function _earn() private {
        (Actor memory taker, Actor memory maker) = (_actor("taker", 10_000), _actor("maker", 10_000));
        _trade(taker, maker, _perpetual(), int256(BASE), SPOT * 1e18);
    }

    function _expectSplit() private {
        vm.expectEmit(address(venue));
        emit IGovernance.FeesCollected(Money.wrap(8e8), Money.wrap(8e8));
    }

    /// Fees belong to who was vault, treasury and share when they were earned.
    function test_feesAreSplitBeforeAnythingChanges() public {
        _earn();
        uint256 state = vm.snapshotState();
        VenueParams memory params = _venueParams();
        params.vaultFeeShare = 0;
        _expectSplit();
        vm.expectEmit(address(venue));
        emit IGovernance.VenueParamsSet(params);
        venue.setVenueParams(params);
        vm.revertToState(state);

        _expectSplit();
        vm.expectEmit(address(venue));
        emit IGovernance.TreasurySet(makeAddr("other"));
        venue.setTreasury(makeAddr("other"));
        vm.revertToState(state);

        _expectSplit();
        vm.expectEmit(address(venue));
        emit IGovernance.VaultSet(vault.owner);
        venue.setVault(vault.owner);
        vm.revertToState(state);

        _expectSplit();
        venue.collectFees();
    }

    function test_offices() public {
        vm.expectEmit(address(venue));
        emit IGovernance.VaultBudgetSet(group, Money.wrap(7));
        venue.setVaultBudget(group, 7);
        vm.assertEq(_whole(group).group.vaultBudget, 7);
        vm.expectRevert(IAccounts.ZeroAddress.selector);
        venue.setTreasury(address(0));
        vm.expectEmit(address(venue));
        emit IGovernance.AccessGateSet(address(0));
        venue.setAccessGate(address(0));
        vm.expectEmit(address(venue));
        emit IGovernance.Paused(_perpetual(), PauseLevel.NO_NEW_RISK, uint40(block.timestamp + 1 hours));
        venue.pause(_perpetual(), PauseLevel.NO_NEW_RISK, 1 hours);
        vm.expectEmit(address(venue));
        emit IGovernance.Paused(_perpetual(), PauseLevel.NONE, uint40(block.timestamp));
        venue.unpause(_perpetual());
        vm.expectEmit(address(venue));
        emit IGovernance.Paused(MarketId.wrap(0), PauseLevel.REDUCE_ONLY, uint40(block.timestamp + 1 hours));
        venue.pause(MarketId.wrap(0), PauseLevel.REDUCE_ONLY, 1 hours);
    }

    function test_setVault_waitsForLocks() public {
        _setSpot(4_200);
        venue.poke(group);
        vm.expectRevert(abi.encodeWithSelector(IAccounts.GroupsLocked.selector, 1));
        venue.setVault(vault.owner);
    }
}
