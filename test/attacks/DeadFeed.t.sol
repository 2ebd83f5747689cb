// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {IGovernance} from "../../contracts/interfaces/IGovernance.sol";
import {IPriceSource} from "../../contracts/interfaces/IPriceSource.sol";
import {Mode, PauseLevel, Phase} from "../../contracts/Ledger.sol";
import {MockPriceSource} from "../../contracts/mocks/MockPriceSource.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title A feed that dies
/// @custom:source Our own review; class: LUNA, May 2022, whose feeds stopped at a floor price while the market went on
/// falling
/// @notice The source stays silent and the market moves by more than the gap threshold. The old price must not stand:
/// neither as the only one that a replacement may have, nor as the final one.
contract DeadFeedAttack is Attack {
    uint256 internal constant MARK = 60_000e18;
    uint256 internal constant TRUE_MARK = 54_000e18;

    Actor internal long;
    Actor internal short;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        venue.setVaultBudget(solo, 0);
        (long, short) = (_attacker("long", 35_000), _honest("short", 1_000_000));
        _trade(long, short, btc, 10e9, MARK);
        _settleAnchors(solo);
        _begin();
    }

    function test_aDeadSource_isReplacedAtAnyPrice_andTheJumpIsSettled() public {
        int256 all = _equity(long.id);
        _die();
        skip(1 hours - 1);
        _assertNotDead(block.timestamp + 1);
        skip(1);
        venue.setPriceSource(btc, _source(TRUE_MARK));
        (bool ok, bytes4 why) = _tryTrade(long, short, btc, -1e9, TRUE_MARK);
        vm.assertFalse(ok, "a fill before the lock");
        vm.assertEq(bytes32(why), bytes32(IDeleveraging.GapOpen.selector));
        venue.poke(solo);
        vm.assertTrue(_group(solo).phase == Phase.LOCKED);
        _absorb(long.id);
        _deleverage(solo);
        (int256 gain, int256 loss) = _reportBeyond("a position held through a feed that died", -all);
        vm.assertLe(gain, 0, "the long kept something");
        vm.assertLe(loss, 4, "the short did not gain what the long lost");
        vm.assertEq(_shortfall(), 0);
    }

    /// Nobody noted it, so nothing is known about how long it was silent.
    function test_aSourceThatNobodyNoted_isNotDead() public {
        _setStale(btc);
        skip(30 days);
        _assertNotDead(0);
        venue.poke(solo);
        _assertNotDead(block.timestamp + 1 hours);
        skip(1 hours);
        venue.setPriceSource(btc, _source(TRUE_MARK));
    }

    function test_aReplacementInLine_needsNoDeath() public {
        venue.setPriceSource(btc, _source(60_500e18));
        sources[btc] = _source(60_500e18);
        venue.setPriceSource(btc, sources[btc]);
        _setStale(btc);
        venue.setPriceSource(btc, _source(60_600e18));
    }

    function test_aWorkingSource_isNeverReplacedOutOfLine() public {
        _die();
        skip(2 hours);
        _setPrice(btc, MARK); // it is back, and nobody has looked
        MockPriceSource source = _source(TRUE_MARK);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.SourceOutOfLine.selector, btc, TRUE_MARK, MARK));
        venue.setPriceSource(btc, source);
    }

    /// Where the present source itself has jumped, `poke` is the way, and it helps.
    function test_aJumpOfAWorkingSource_isLockedFirst() public {
        _setPrice(btc, TRUE_MARK);
        MockPriceSource source = _source(TRUE_MARK);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GapOpen.selector, solo));
        venue.setPriceSource(btc, source);
        venue.poke(solo);
        skip(120);
        venue.poke(solo);
        venue.setPriceSource(btc, source);
    }

    function test_aSourceThatCameBack_needsItsHourAnew() public {
        _die();
        skip(50 minutes);
        _setPrice(btc, MARK);
        venue.poke(solo);
        _die();
        skip(50 minutes);
        _assertNotDead(block.timestamp + 10 minutes);
    }

    /// It came back, and only a fill saw it: the anchors moved on, so the note is void.
    function test_aFillThatMovesTheAnchors_endsTheNote() public {
        _die();
        skip(50 minutes);
        _setPrice(btc, MARK);
        _trade(short, long, btc, 1e7, MARK);
        _setStale(btc);
        skip(50 minutes);
        _assertNotDead(0);
    }

    /// A lock of the group, by a jump of another market, ends no note.
    function test_aLockOfTheGroup_keepsTheNote() public {
        MarketId first = quad.market(0);
        MarketId second = quad.market(1);
        _settleAnchors(quad);
        _setStale(first);
        venue.poke(quad);
        uint256 from = block.timestamp + 1 hours;
        skip(30 minutes);
        _setPrice(second, 2_700e18);
        venue.poke(quad);
        vm.assertTrue(_group(quad).phase == Phase.LOCKED);
        skip(120);
        venue.poke(quad);
        vm.assertTrue(_group(quad).phase == Phase.NORMAL);
        vm.warp(from);
        venue.setPriceSource(first, _source(50_000e18));
        venue.poke(quad);
        vm.assertTrue(_group(quad).phase == Phase.LOCKED);
    }

    /// The note is of the source, not of the market: its successor has its own hour.
    function test_theSuccessor_hasItsOwnHour() public {
        _die();
        skip(1 hours);
        MockPriceSource next = _source(MARK);
        venue.setPriceSource(btc, next);
        next.set(MARK, IPriceSource.Status.STALE);
        _assertNotDead(0);
    }

    function test_theFinalPrice_isNeverAStaleOneOfASourceThatMayComeBack() public {
        venue.pause(btc, PauseLevel.NO_NEW_RISK, 7 days);
        skip(2 days);
        _setStale(btc);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.SourceNotDead.selector, btc, 0));
        venue.settleMarket(btc);
        venue.poke(solo);
        skip(1 hours - 1);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.SourceNotDead.selector, btc, block.timestamp + 1));
        venue.settleMarket(btc);
    }

    /// The handed play: the feed is dead, the true price is 10% lower, the market is wound down. Its final price is the
    /// true one.
    function test_windingDownAfterADeath_settlesAtTheTruePrice() public {
        venue.pause(btc, PauseLevel.NO_NEW_RISK, 7 days);
        skip(2 days);
        _die();
        skip(1 hours);
        venue.setPriceSource(btc, _source(TRUE_MARK));
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GapOpen.selector, solo));
        venue.settleMarket(btc);
        venue.poke(solo);
        _absorb(long.id);
        _deleverage(solo);
        venue.settleMarket(btc);
        vm.assertEq(_market(btc).mark, int256(TRUE_MARK));
    }

    /// An asset that has no price anywhere any more is settled at its last mark.
    function test_windingDownForGood_takesTheLastMark() public {
        venue.pause(btc, PauseLevel.NO_NEW_RISK, 7 days);
        skip(2 days);
        _die();
        skip(1 hours);
        venue.settleMarket(btc);
        vm.assertEq(_market(btc).mark, int256(MARK));
    }

    // ------------------------------------------------------------------ inside

    function _die() private {
        _setStale(btc);
        venue.poke(solo);
    }

    function _source(uint256 mark) private returns (MockPriceSource) {
        return new MockPriceSource(mark);
    }

    function _assertNotDead(uint256 from) private {
        MockPriceSource source = _source(TRUE_MARK);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.SourceNotDead.selector, btc, from));
        venue.setPriceSource(btc, source);
    }
}
