// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IGovernance} from "../../contracts/interfaces/IGovernance.sol";
import {ILiquidation} from "../../contracts/interfaces/ILiquidation.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {VenueParams, Mode} from "../../contracts/Ledger.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title A margin call that outlives its reason
/// @custom:source Class: a notice that is served once and used much later, when its grace is long over; found in a
/// review of this venue
/// @notice The attacker calls an account that is just below the call level, and uses the call after the account was
/// cured: no second grace.
contract StaleMarginCallAttack is Attack {
    Actor internal trader;
    Actor internal keeper;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        trader = _honest("trader", 32_000);
        keeper = _attacker("keeper", 200_000);
        Actor memory counterparty = _honest("counterparty", 5_000_000);
        _trade(trader, counterparty, btc, 10e9, 60_000e18);
    }

    // ------------------------------------------------------------------ from its grace to its lapse

    function test_aCallOfTwentyHoursAgo_givesNoRight() public {
        _called(); // equity 20,760 of a call level of 22,087
        _creep(btc, 61_000e18); // the price cures it
        skip(20 hours);
        venue.poke(solo);
        _creep(btc, 58_900e18);
        _begin();
        _isRefused(ILiquidation.NotLiquidatable.selector);
        (int256 gain, int256 loss) = _report("a margin call of 20 hours ago");
        vm.assertEq(gain, 0);
        vm.assertEq(loss, 0);
        venue.marginCall(trader.id); // and it may be called anew, with a grace of its own
        _isRefused(ILiquidation.NotLiquidatable.selector);
    }

    function test_aCallGivesRights_fromItsGraceToItsLapse() public {
        _called();
        uint256 calledAt = _account(trader.id).calledAt;
        _warp(calledAt + 899);
        _isRefused(ILiquidation.NotLiquidatable.selector);
        _warp(calledAt + 900);
        uint256 start = vm.snapshotState();
        (bool ok, ) = _tryLiquidate(keeper, trader.id, btc, type(uint256).max);
        vm.assertTrue(ok, "at the grace's end");
        vm.revertToState(start);
        _warp(calledAt + 1_799);
        (ok, ) = _tryLiquidate(keeper, trader.id, btc, type(uint256).max);
        vm.assertTrue(ok, "in its last second");
        vm.revertToState(start);
        _warp(calledAt + 1_800);
        _isRefused(ILiquidation.NotLiquidatable.selector);
    }

    function test_aLapseIsAtMostTwoGraces() public {
        VenueParams memory p = _venueParams();
        p.callLapse = 2 * p.callGrace + 1;
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernance.ParameterOutOfBounds.selector,
                bytes32("callLapse"),
                p.callLapse,
                p.callGrace + 60,
                2 * p.callGrace
            )
        );
        venue.setVenueParams(p);
    }

    /// A vault that has to wait for longer than a call stands could never take over.
    function test_theVaultsDelayIsWithinTheGrace() public {
        VenueParams memory p = _venueParams();
        p.vaultDelay = p.callGrace + 1;
        vm.expectPartialRevert(IGovernance.ParameterOutOfBounds.selector);
        venue.setVenueParams(p);
    }

    function test_aLapsedCallDoesNotServeTheVault() public {
        _called();
        _creep(btc, 61_000e18);
        skip(30 days);
        venue.poke(solo);
        _creep(btc, 58_500e18);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.NotCalled.selector, trader.id));
        venue.liquidateToVault(trader.id, btc, 0, NO_NODE);

        venue.marginCall(trader.id);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.VaultMustWait.selector, block.timestamp + 15));
        venue.liquidateToVault(trader.id, btc, 0, NO_NODE);
        _warp(block.timestamp + 15);
        venue.liquidateToVault(trader.id, btc, 0, NO_NODE);
    }

    function test_theVaultsRightEndsWithTheCall_toTheSecond() public {
        _creep(btc, 58_500e18);
        venue.marginCall(trader.id);
        uint256 calledAt = block.timestamp;
        _warp(calledAt + 1_800);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.NotCalled.selector, trader.id));
        venue.liquidateToVault(trader.id, btc, 0, NO_NODE);
        _warp(calledAt + 1_799);
        venue.liquidateToVault(trader.id, btc, 0, NO_NODE);
    }

    // ------------------------------------------------------------------ at fresh prices

    function test_aStaleLegsShockIsNoReasonToCall() public {
        (MarketId a, MarketId b) = (quad.market(0), quad.market(1));
        Actor memory both = _honest("both", 12_000);
        Actor memory other = _honest("other", 1_000_000);
        _trade(both, other, a, 1e9, 60_000e18);
        _trade(both, other, b, 20e9, 3_000e18);
        _setStale(b); // counted 5% lower: 9,000 of equity, of a call level of 4,500
        _creep(a, 55_000e18);
        vm.assertLt(_equity(both.id), (Money.unwrap(_health(both.id).maintenance) * 125) / 100, "below by the shock");
        vm.expectRevert(abi.encodeWithSelector(ITrading.AccountHasStaleLeg.selector, both.id));
        venue.marginCall(both.id);
        _setPrice(b, 3_000e18);
        vm.expectPartialRevert(ILiquidation.MarginSufficient.selector);
        venue.marginCall(both.id);
    }

    // ------------------------------------------------------------------ every inflow checks the cure

    function test_cured_byADeposit_andNotByATooSmallOne() public {
        _called();
        _fund(trader, 1_300);
        _isCalled(true);
        _fund(trader, 30);
        _isCalled(false);
    }

    /// Margin for a moment only: what may leave again stops at initial margin, which is never below the call level.
    function testFuzz_aCureIsNotBorrowed(uint24 callLevel, uint256 quote) public {
        VenueParams memory p = _venueParams();
        p.callLevel = uint24(bound(callLevel, 1_000_000, 1_333_333));
        venue.setVenueParams(p);
        _creep(btc, 58_520e18);
        (int256 equity, int256 initial) = (_equity(trader.id), Money.unwrap(_health(trader.id).initial));
        _try(keeper.owner, abi.encodeCall(venue.marginCall, (trader.id)));
        _fund(trader, bound(quote, uint256(initial - equity) / QUOTE + 1, 100_000));
        _isCalled(false);
        (bool ok, ) = _tryWithdraw(trader, type(uint256).max);
        vm.assertTrue(ok, "what is above initial margin leaves");
        vm.assertGe(_equity(trader.id), initial);
        vm.expectPartialRevert(ILiquidation.MarginSufficient.selector);
        venue.marginCall(trader.id);
    }

    function test_cured_byATransferFromHisOtherAccount() public {
        AccountId other = accountOf(trader.owner, 1);
        _fund(other, 10_000 * TOKEN);
        _called();
        vm.startPrank(trader.owner);
        venue.transfer(1, 0, Money.wrap(1_000e9));
        vm.stopPrank();
        _isCalled(true);
        vm.prank(trader.owner);
        venue.transfer(1, 0, Money.wrap(1_000e9));
        _isCalled(false);
    }

    /// To the call level is enough, whatever cured it: one rule.
    function test_cured_byAReductionToTheCallLevel_belowInitialMargin() public {
        _called();
        Actor memory maker = _honest("maker", 1_000_000);
        _trade(trader, maker, btc, -1e9, 58_900e18);
        vm.assertLt(_equity(trader.id), Money.unwrap(_health(trader.id).initial), "not at initial margin");
        _isCalled(false);
    }

    function test_notCured_byAReductionThatIsTooSmall() public {
        _called();
        Actor memory maker = _honest("maker", 1_000_000);
        _trade(trader, maker, btc, -1e8, 58_900e18);
        _isCalled(true);
    }

    /// Who is called liquidates somebody else into the vault, and his part lifts him.
    function test_cured_byAKeepersPart() public {
        Actor memory thin = _honest("thin", 22_700);
        Actor memory other = _honest("other", 5_000_000);
        _trade(thin, other, btc, 7e9, 60_000e18);
        _creep(btc, 57_800e18); // thin: 7,132 of 12,138; the trader is called above maintenance margin after a deposit
        _fund(trader, 11_000);
        (int256 equity, int256 level) = _standing();
        vm.assertLt(equity, level);
        venue.marginCall(trader.id);
        venue.marginCall(thin.id);
        _fund(trader, uint256(level - equity) / 1e9 - 2);
        _isCalled(true);
        _warp(block.timestamp + 15);
        vm.prank(trader.owner);
        venue.liquidateToVault(thin.id, btc, 0, NO_NODE);
        _isCalled(false);
    }

    /// A refund for a settlement, and fees of the treasury, come by credit too.
    function test_cured_byARefund() public {
        _called();
        (int256 equity, int256 level) = _standing();
        _fund(trader, uint256(level - equity) / 1e9 - 2); // 2 to 3 quote short of the level; the refund is 5
        _isCalled(true);
        _smallDefaultElsewhere();
        vm.prank(trader.owner);
        venue.deleverage(quad, 10_000);
        _isCalled(false);
    }

    function test_cured_byTheTreasurysFees() public {
        venue.setTreasury(trader.owner);
        _trade(_honest("a", 1_000_000), _honest("b", 1_000_000), btc, 10e9, 60_000e18); // 300 of fees
        _called();
        (int256 equity, int256 level) = _standing();
        _fund(trader, uint256(level - equity) / 1e9 - 1);
        _isCalled(true);
        venue.collectFees();
        _isCalled(false);
    }

    function test_notCured_whileTheLegIsStaleAndWorsened() public {
        _called();
        _setStale(btc);
        _fund(trader, 5_000);
        _isCalled(true);
        _setPrice(btc, 58_900e18);
        _fund(trader, 1);
        _isCalled(false);
    }

    // ------------------------------------------------------------------ inside

    function _called() private {
        _creep(btc, 58_900e18);
        venue.marginCall(trader.id);
    }

    function _smallDefaultElsewhere() private {
        MarketId market = quad.market(0);
        Actor memory late = _actor("late", 3_100);
        Actor memory winner = _actor("winner", 100_000);
        _trade(late, winner, market, 1e9, 60_000e18);
        _settleAnchors(quad);
        _setPrice(market, 56_500e18);
        venue.absorb(quad, _list(late.id));
        vm.warp(_group(quad).until);
    }

    function _standing() private returns (int256 equity, int256 level) {
        return (_equity(trader.id), _levelOf(trader.id));
    }

    function _levelOf(AccountId id) private returns (int256) {
        return (Money.unwrap(_health(id).maintenance) * 125) / 100;
    }

    /// @dev Prices stay fresh and anchors settled.
    function _warp(uint256 time) private {
        vm.warp(time);
        _setPrice(btc, _price(btc));
    }

    function _isRefused(bytes4 expected) private {
        (bool ok, bytes4 reason) = _tryLiquidate(keeper, trader.id, btc, type(uint256).max);
        vm.assertFalse(ok, "liquidated");
        vm.assertEq(bytes32(reason), bytes32(expected), "why");
    }

    function _isCalled(bool expected) private {
        vm.assertEq(_account(trader.id).calledAt != 0, expected, expected ? "the call is gone" : "still called");
    }
}
