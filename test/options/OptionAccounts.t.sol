// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccounts} from "../../contracts/interfaces/IAccounts.sol";
import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {ILiquidation} from "../../contracts/interfaces/ILiquidation.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Order} from "../../contracts/interfaces/Orders.sol";
import {Mode} from "../../contracts/Ledger.sol";
import {FUTURE, PERPETUAL, seriesOf} from "../../contracts/options/SeriesId.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Actor} from "../base/Fixture.sol";
import {Match, Packing} from "../base/Packing.sol";
import {OptionWhole} from "./OptionWhole.sol";

/// @notice What may be withdrawn from an account of an option group, to the unit; and accounts of another group.
contract OptionAccountsTest is OptionWhole {
    Actor private alice;
    Actor private maker;

    function setUp() public {
        _deployWhole();
        (alice, maker) = (_actor("alice", 1_000), _actor("maker", 100_000));
        _trade(alice, maker, _perpetual(), int256(BASE), SPOT * 1e18);
        _settleAnchors();
    }

    // ------------------------------------------------------------------ withdrawing

    /// @dev More than `max` is refused with it; tokens have 6 digits, money 9.
    function _requireMax(uint256 max) private {
        bytes4 selector = IAccounts.InsufficientWithdrawable.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, alice.id, max + 1e3, max));
        vm.prank(alice.owner);
        venue.withdraw(0, max / 1e3 + 1, alice.owner);
    }

    /// 998.8 in cash, a perpetual bought at 4,000; 16% of its notional is initial margin.
    function test_whatIsFreeIsAboveInitialMargin() public {
        _requireMax(358.8e9); // 640 of 4,000
        _setSpot(3_990);
        _requireMax(350.4e9); // of equity 988.8: 638.4
        _setSpot(4_010);
        _requireMax(357.2e9); // of cash: 641.6
        vm.prank(alice.owner);
        vm.assertEq(venue.withdraw(0, type(uint256).max, alice.owner), 357.2e6);
        vm.assertEq(_cash(alice.id), 641.6e9);
    }

    function test_nothingIsFreeBelowInitialMargin() public {
        for (uint256 spot = 3_950; spot >= 3_550; spot -= 50) {
            _setSpot(spot);
            _settleAnchors();
        }
        bytes4 selector = IAccounts.InsufficientWithdrawable.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, alice.id, 1e3, 0));
        vm.prank(alice.owner);
        venue.withdraw(0, 1, alice.owner);
    }

    function test_nothingIsFreeAtAStalePriceOrAGap() public {
        _setSpot(4_100);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.GapOpen.selector, group));
        vm.prank(alice.owner);
        venue.withdraw(0, 1, alice.owner);
        _setSpot(4_000);
        vm.warp(uint256(_whole().options.levelTime) + 1 hours + 1); // the level alone is old
        _setSpot(4_000);
        vm.expectRevert(abi.encodeWithSelector(ITrading.AccountHasStaleLeg.selector, alice.id));
        vm.prank(alice.owner);
        venue.withdraw(0, 1, alice.owner);
    }

    // ------------------------------------------------------------------ another group

    /// @dev A second group on the same feed and volatilities, with a ladder; Bob trades in it.
    function _second() private returns (GroupId id, Actor memory bob) {
        id = venue.createOptionGroup(_source(proxy), vols, Mode.QUEUE, _marketParams(), _riskParams());
        venue.list(id, EXPIRY);
        bob = _actor("bob", 700);
        _trade(bob, _actor("second maker", 100_000), seriesOf(id, PERPETUAL).market(), int256(BASE), SPOT * 1e18);
    }

    function _list(AccountId id) private pure returns (AccountId[] memory list) {
        list = new AccountId[](1);
        list[0] = id;
    }

    function test_accountsOfAnotherGroupArePassedOver() public {
        (GroupId id, Actor memory bob) = _second();
        _settleAnchors();
        vols.setLevel(1e9, uint40(block.timestamp + 1));
        venue.postLevel(id);
        for (uint256 i; i < 2; ++i) {
            venue.poke(id);
            skip(120);
        }
        _setSpot(3_200);
        venue.poke(group);
        venue.poke(id);
        bytes memory nothing = abi.encodeWithSelector(IDeleveraging.NothingToAbsorb.selector, group);
        vm.expectRevert(nothing);
        venue.absorb(group, _list(bob.id));
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToNet.selector, group));
        venue.net(group, _list(bob.id));
        venue.absorb(id, _list(bob.id));
        vm.assertEq(_whole(id).group.deficit, 101.2e9);
        vm.assertEq(_whole(id).lockedGroups, 2);
        vm.assertEq(_whole().group.deficit, 0, "of the other");
    }

    /// A lock for a debt counts the debts of its group alone.
    function test_debtsOfAnotherGroupLockNothing() public {
        (GroupId id, Actor memory bob) = _second();
        for (uint256 spot = 3_950; spot >= 3_200; spot -= 50) {
            _setSpot(spot);
            for (uint256 i; i < 2; ++i) {
                skip(120);
                _tell();
                venue.poke(group);
                venue.postLevel(id);
                venue.poke(id);
            }
        }
        vm.assertEq(uint8(_whole(id).group.phase), 0);
        vm.expectRevert(abi.encodeWithSelector(IDeleveraging.NothingToAbsorb.selector, group));
        venue.absorb(group, _list(bob.id));
        venue.absorb(id, _list(bob.id));
        vm.assertEq(_whole(id).group.deficit, 101.2e9);
    }

    /// An order that only reduces says so too.
    function test_anAccountTradesInOneGroup() public {
        (GroupId id, ) = _second();
        MarketId other = seriesOf(id, PERPETUAL).market();
        for (uint256 i; i < 2; ++i) {
            Match[] memory matches = new Match[](1);
            matches[0] = _match(alice, _actor("third", 10_000), other, -int256(BASE), SPOT * 1e18);
            Order memory order = matches[0].taker.order;
            order.reduceOnly = i == 1;
            matches[0].taker = _sign(alice, order);
            bytes memory packed = Packing.pack(matches, true);
            vm.expectRevert(abi.encodeWithSelector(ITrading.AccountInOtherGroup.selector, alice.id, group));
            venue.settle(packed);
        }
    }

    function test_aPositionIsOfItsGroup() public {
        (GroupId id, ) = _second();
        MarketId other = seriesOf(id, PERPETUAL).market();
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.NoPosition.selector, alice.id, other));
        venue.collect(alice.id, other);
        other = seriesOf(group, FUTURE).market();
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.NoPosition.selector, alice.id, other));
        venue.collect(alice.id, other);
    }
}
