// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Governance} from "../../../contracts/governance/Governance.sol";
import {IAccounts} from "../../../contracts/interfaces/IAccounts.sol";
import {IGovernance} from "../../../contracts/interfaces/IGovernance.sol";
import {IPriceSource} from "../../../contracts/interfaces/IPriceSource.sol";
import {VenueParams, MarketParams, Mode, PauseLevel} from "../../../contracts/Ledger.sol";
import {MockPriceSource} from "../../../contracts/mocks/MockPriceSource.sol";
import {GroupId, MarketId} from "../../../contracts/types/MarketId.sol";
import {NO_NODE} from "../../../contracts/types/NodeId.sol";
import {Actor, Fixture} from "../../base/Fixture.sol";

/// @notice The worst that each role can do after its delay, as SECURITY.md says it. Not promises: limits of the
/// promises.
contract RolesTest is Fixture {
    Actor internal alice;
    Actor internal bob;
    Actor internal friend;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        alice = _actor("alice", 10_000);
        bob = _actor("bob", 1_000_000);
        friend = _actor("friend", 1_000_000);
    }

    /// A module is code for the clearinghouse; called by itself it takes orders from nobody.
    function test_governance_calledDirectly_isNobodys() public {
        Governance module = new Governance();
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(this)));
        module.createGroup();
    }

    /// Margins may be raised to 100%, so that everybody is liquidated; what it costs him is bounded by MAX_DISCOUNT.
    function test_risk_withKeepers_takesAtMostTheLargestDiscountOfALeveragedTrader() public {
        _trade(alice, bob, btc, 1e9, 60_000e18); // 6x
        vm.assertGt(_equity(alice.id), int256(9_900 * QUOTE));
        MarketParams memory p = _marketParams();
        (p.initialMargin, p.maintenanceMargin, p.discountCap) = (1_000_000, 750_000, 50_001);
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernance.ParameterOutOfBounds.selector,
                bytes32("discountCap"),
                50_001,
                500,
                50_000
            )
        );
        venue.setMarketParams(btc, p);
        p.discountCap = 50_000;
        venue.setMarketParams(btc, p);
        int256 before = _equity(alice.id);
        VenueParams memory h = _venueParams();
        h.keeperShare = 900_000;
        venue.setVenueParams(h);

        vm.prank(friend.owner);
        venue.liquidateToAccount(alice.id, btc, 0, type(uint256).max, NO_NODE, ANY_PRICE, NEVER);
        int256 lost = before - _equity(alice.id);
        vm.assertLe(lost, int256(3_000 * QUOTE), "5% of 60,000");
        vm.assertGt(lost, int256(2_500 * QUOTE), "and much of that");
    }

    /// A source of his own in a market of his own: a drift below the gap threshold that nobody liquidates.
    function test_governor_withAPriceOfHisOwn_canDrawOnEverybodysTokens() public {
        GroupId group = venue.createGroup();
        MarketId market = _list(group, 100e18, Mode.QUEUE, 1_000_000 * BASE);
        Actor memory winner = _actor("winner", 100_000);
        Actor memory loser = _actor("loser", 100_000);
        _trade(winner, loser, market, 10_000e9, 100e18); // 1,000,000 of notional on 100,000 each
        for (uint256 i; i < 30; ++i) {
            _setPrice(market, (_price(market) * 1_015) / 1_000);
            _settleAnchors(group);
        }
        venue.absorb(group, _list(loser.id));
        skip(120);
        venue.deleverage(group, 100);
        venue.collect(winner.id, market);
        vm.prank(winner.owner);
        uint256 paid = venue.withdraw(0, type(uint256).max, winner.owner);
        vm.assertGt(paid, 400_000 * TOKEN, "more than both of his accounts brought");
        vm.assertLt(venue.recoveryRate(), 1e18, "and the others pay");
    }

    function test_governor_cannotAppointASourceWhosePriceIsAJumpAway() public {
        IPriceSource source = new MockPriceSource(62_000e18);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.SourceOutOfLine.selector, btc, 62_000e18, 60_000e18));
        venue.setPriceSource(btc, source);
    }

    function test_risk_canSlowWithdrawalsButNotStopThem() public {
        VenueParams memory p = _venueParams();
        (p.outflowRate, p.outflowFloor) = (50_000, uint64(10_000 * QUOTE));
        venue.setVenueParams(p);
        skip(2 days); // all that is held was there for a whole window
        uint256 before = token.balanceOf(bob.owner);
        for (uint256 day; day < 3; ++day) {
            uint256 max = (_recovery().held * 5) / 100 / 1_000;
            vm.startPrank(bob.owner);
            vm.expectPartialRevert(IAccounts.OutflowCapReached.selector);
            venue.withdraw(0, max + 1, bob.owner);
            venue.withdraw(0, max, bob.owner);
            vm.stopPrank();
            skip(1 days);
        }
        vm.assertGt(token.balanceOf(bob.owner) - before, 300_000 * TOKEN);
    }

    function test_guardian_canStopWithdrawalsForSevenDaysOfFourteen() public {
        venue.pause(MarketId.wrap(0), PauseLevel.REDUCE_ONLY, 7 days);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.PausedAt.selector, PauseLevel.REDUCE_ONLY));
        vm.prank(alice.owner);
        venue.withdraw(0, 1, alice.owner);
        skip(7 days);
        vm.prank(alice.owner);
        venue.withdraw(0, 1, alice.owner);
        vm.expectRevert(abi.encodeWithSelector(IGovernance.PauseTooSoon.selector, block.timestamp + 7 days));
        venue.pause(MarketId.wrap(0), PauseLevel.REDUCE_ONLY, 7 days);
    }
}
