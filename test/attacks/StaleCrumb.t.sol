// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ICollateral} from "../../contracts/interfaces/ICollateral.sol";
import {ILiquidation} from "../../contracts/interfaces/ILiquidation.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Mode, Phase} from "../../contracts/Ledger.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Actor} from "../base/Fixture.sol";
import {Coin, PledgeAttack} from "./PledgeAttack.sol";

/// @title A pledge whose price is not fresh, as a shelter
/// @custom:source Class: one bad element that stops the judgement of the whole; found in a review of this venue
/// @notice No account is called, exchanged or absorbed for a price that nobody knows. But who is due even if his stale
/// pledges count for the most that they can, the committed price, hides behind none of them.
contract StaleCrumbAttack is PledgeAttack {
    Coin private coin;
    Coin private dead;
    Actor private trader;
    Actor private keeper;
    Actor private winner;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        coin = _listCoin("COIN", _coinParams());
        dead = _listCoin("DEAD", _coinParams());
        winner = _honest("winner", 2_000_000);
        keeper = _attacker("keeper", 200_000);
        trader = _attacker("trader", 32_000);
    }

    // ------------------------------------------------------------------ margin calls

    function test_call_notKeptOffByACrumb() public {
        _open(1, 10e9, 58_900e18);
        venue.marginCall(trader.id);
        vm.assertTrue(_account(trader.id).calledAt != 0);
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.clearCall(trader.id);
        _line("a stale crumb against a margin call", 0, 0);
    }

    /// 10 coins count for 24,000 at most: with these he is below the call level, or not.
    function test_call_whoIsDueAtTheCommittedPrice_andNobodyElse() public {
        _open(10e18, 10e9, 58_900e18); // 20,760 and the coins, of 22,087
        vm.assertLt(_equity(trader.id), 20_760e9 + 19_201e9, "they count for 64%");
        _creep(btc, 57_000e18); // 1,760 and 15,360, of 21,375; with 24,000 he is above
        vm.assertLt(_equity(trader.id), _callLevel());
        vm.expectPartialRevert(ILiquidation.MarginSufficient.selector);
        venue.marginCall(trader.id);
        _creep(btc, 56_500e18); // -3,240 and 24,000, of 21,187
        venue.marginCall(trader.id);
        _line("stale pledges against a margin call", 0, 0);
    }

    function test_call_aStaleLegIsStillNoReason() public {
        _open(1, 10e9, 58_900e18);
        _setStale(btc);
        vm.expectRevert(abi.encodeWithSelector(ITrading.AccountHasStaleLeg.selector, trader.id));
        venue.marginCall(trader.id);
    }

    function test_called_heIsLiquidated() public {
        _open(1, 10e9, 58_900e18);
        venue.marginCall(trader.id);
        _wait(solo, 900);
        (bool ok, ) = _tryLiquidate(keeper, trader.id, btc, type(uint256).max);
        vm.assertTrue(ok, "after the grace");
    }

    /// Known: a liquidation counts a stale pledge as a stale leg, low. With 24,000 he would be far from one.
    function test_liquidation_countsItLow_withoutACall() public {
        _open(10e18, 10e9, 57_300e18);
        _creep(btc, 56_560e18); // -2,640 and 19,200, of 16,968; with 24,000 he is above the call level of 21,210
        vm.expectPartialRevert(ILiquidation.MarginSufficient.selector);
        venue.marginCall(trader.id);
        (bool ok, ) = _tryLiquidate(keeper, trader.id, btc, type(uint256).max);
        vm.assertTrue(ok);
    }

    // ------------------------------------------------------------------ exchange

    function test_exchange_notKeptOffByACrumb() public {
        _pledgeCoin(trader, coin, 10e18);
        _open(1, 10e9, 56_000e18); // -8,240 and 24,000
        ledger.offerPledges(trader.id);
        vm.expectPartialRevert(ICollateral.PledgesOnOffer.selector);
        ledger.clearOffer(trader.id);
        int256 before = _equity(trader.id);
        vm.prank(keeper.owner);
        (uint256 units, ) = ledger.buyPledge(trader.id, coin.id, 1e18, 0, keeper.owner, Price.wrap(0));
        vm.assertEq(units, 1e18);
        vm.assertGt(_equity(trader.id), before, "at the live price");
        vm.expectRevert(abi.encodeWithSelector(ICollateral.CollateralPriceNotFresh.selector, dead.id));
        vm.prank(keeper.owner);
        ledger.buyPledge(trader.id, dead.id, 1, 0, keeper.owner, Price.wrap(0));
        _wait(solo, 1 hours);
        ledger.exchangeWithLine(trader.id, coin.id);
        vm.assertGe(_equity(trader.id), 0);
        _line("a stale crumb against an exchange", 0, 0);
    }

    function test_exchange_nothingIsDueThatMightNotBe() public {
        _open(10e18, 10e9, 57_300e18); // 4,760 and 15,360 to 24,000; maintenance 17,190
        _creep(btc, 57_100e18); // 2,760 and 15,360, of 17,130
        vm.expectPartialRevert(ICollateral.PledgesNotDue.selector);
        ledger.offerPledges(trader.id);
        _creep(btc, 56_900e18); // 760 and 15,360, of 17,070
        vm.expectPartialRevert(ICollateral.PledgesNotDue.selector);
        ledger.offerPledges(trader.id);
    }

    /// The line buys a stale pledge of who is below zero with what it counts for, at the committed price: nobody
    /// defaults by an exchange, and who calls chooses no instant without a price.
    function test_exchange_ofAStalePledge_makesNoDefault() public {
        _open(10e18, 10e9, 55_400e18); // -14,240 and 19,200 to 24,000
        _creep(btc, 55_000e18); // -18,240
        vm.assertGe(_equity(trader.id), 0);
        ledger.offerPledges(trader.id);
        uint256 snapshot = vm.snapshotState();
        _wait(solo, 1 hours);
        vm.expectRevert(abi.encodeWithSelector(ICollateral.CollateralPriceNotFresh.selector, dead.id));
        ledger.exchangeWithLine(trader.id, dead.id);
        _setCoin(dead, 3_000e18);
        ledger.exchangeWithLine(trader.id, dead.id);
        vm.assertGe(_equity(trader.id), 0);
        vm.revertToState(snapshot);
        _creep(btc, 54_700e18); // -21,240
        vm.assertLt(_equity(trader.id), 0);
        vm.expectRevert(abi.encodeWithSelector(ICollateral.CollateralPriceNotFresh.selector, dead.id));
        vm.prank(keeper.owner);
        ledger.buyPledge(trader.id, dead.id, 1, 0, keeper.owner, Price.wrap(0));
        ledger.exchangeWithLine(trader.id, dead.id);
        vm.assertGe(_equity(trader.id), 0, "at once, at the committed price");
        _line("the exchange of a stale pledge", 0, 0);
    }

    // ------------------------------------------------------------------ absorbs

    /// A market of the group in which he has no position keeps off no absorb, whether something is pledged or not.
    function test_absorb_notKeptOffByACrumb_norByAMarketThatHeIsNotIn() public {
        MarketId market = quad.market(0);
        _pledgeCoin(trader, coin, 1);
        _pledgeCoin(trader, dead, 1);
        _trade(trader, winner, market, 10e9, 60_000e18);
        _settleAnchors(quad);
        _creep(market, 56_600e18); // -2,240
        _setCoinStale(dead);
        _setStale(quad.market(3));
        uint256 snapshot = vm.snapshotState();
        venue.absorb(quad, _list(trader.id));
        vm.assertTrue(_group(quad).phase == Phase.LOCKED);
        vm.assertEq(_group(quad).absorbed, 1);
        vm.revertToState(snapshot);
        _setStale(market);
        vm.expectRevert();
        venue.absorb(quad, _list(trader.id));
        _line("a crumb and a stale market elsewhere against an absorb", 0, 0);
    }

    // ------------------------------------------------------------------ what still waits

    function test_tradesAndWithdrawals_stillRefuse() public {
        _open(1, 1e9, 60_000e18);
        (bool ok, bytes4 reason) = _tryTrade(trader, winner, btc, 1e9, 60_000e18);
        vm.assertEq(bytes32(reason), bytes32(ITrading.AccountHasStaleLeg.selector));
        (ok, reason) = _tryWithdraw(trader, 1);
        vm.assertFalse(ok);
        vm.assertEq(bytes32(reason), bytes32(ITrading.AccountHasStaleLeg.selector));
        vm.expectPartialRevert(ILiquidation.MarginSufficient.selector);
        venue.marginCall(trader.id);
    }

    /// @dev Long `size` bitcoin with `units` of a coin pledged whose price is not fresh any more; then the mark drifts.
    function _open(uint256 units, int256 size, uint256 mark) private {
        _pledgeCoin(trader, dead, units);
        _trade(trader, winner, btc, size, 60_000e18);
        _settleAnchors(solo);
        _setCoinStale(dead);
        _creep(btc, mark);
    }

    function _callLevel() private returns (int256) {
        return (125 * 3 * 10 * 57_000e9) / 10_000;
    }
}
