// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IGovernance} from "../../contracts/interfaces/IGovernance.sol";
import {ILiquidation, ILiquidationByVault} from "../../contracts/interfaces/ILiquidation.sol";
import {IOptionClearinghouse} from "../../contracts/interfaces/IOptionClearinghouse.sol";
import {IOptionMargin} from "../../contracts/interfaces/IOptionMargin.sol";
import {IOptionTrading} from "../../contracts/interfaces/IOptionTrading.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Order} from "../../contracts/interfaces/Orders.sol";
import {PauseLevel} from "../../contracts/Ledger.sol";
import {SeriesId, seriesFrom} from "../../contracts/options/SeriesId.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {NO_NODE, NodeId} from "../../contracts/types/NodeId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Size} from "../../contracts/types/Size.sol";
import {Actor} from "../base/Fixture.sol";
import {Fill, Match, Packing} from "../base/Packing.sol";
import {Vm} from "../base/TestBase.sol";
import {Standing} from "../../contracts/mocks/OptionProbe.sol";
import {OptionVenue} from "./OptionVenue.sol";

contract OptionTradingTest is OptionVenue {
    Actor private maker;
    Actor private taker;

    function setUp() public {
        _deployOptions();
        maker = _actor("maker", 200_000);
        taker = _actor("taker", 20_000);
    }

    function test_aFillBooksBothSides() public {
        MarketId market = _call(7);
        _trade(taker, maker, market, 2 * int256(BASE));
        vm.assertEq(_size(taker.id, market), 2 * int256(BASE), "bought");
        vm.assertEq(_size(maker.id, market), -2 * int256(BASE), "sold");
        Standing memory s = _standing(taker.id);
        vm.assertTrue(s.isOpen, "open");
        vm.assertEq(s.held, 1 << 14, "held");
        // 0.03% of 8,000 is 2.4, and below an eighth of the premium.
        vm.assertEq(s.cash, int256(20_000 * QUOTE - (24 * QUOTE) / 10), "fee");
        _requireSolvent();
    }

    function test_aFillIsReported() public {
        MarketId market = _call(7);
        uint256 price = _mark(market);
        vm.recordLogs();
        _trade(taker, maker, market, -2 * int256(BASE), price);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 found;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != ITrading.Traded.selector) continue;
            ++found;
            vm.assertEq(uint256(logs[i].topics[1]), MarketId.unwrap(market), "series");
            vm.assertEq(uint256(logs[i].topics[2]), AccountId.unwrap(taker.id), "taker");
            vm.assertEq(uint256(logs[i].topics[3]), AccountId.unwrap(maker.id), "maker");
            int256[8] memory d = abi.decode(logs[i].data, (int256[8])); // and last the maker's cash
            vm.assertEq(d[0], -2 * int256(BASE), "size");
            vm.assertEq(d[1], int256(price), "price");
            // 0.03% and 0.01% of 8,000.
            vm.assertEq(d[2], int256((24 * QUOTE) / 10), "taker's fee");
            vm.assertEq(d[3], int256((8 * QUOTE) / 10), "maker's fee");
            vm.assertEq(d[5], 2 * int256(BASE), "filled of the maker's order");
            vm.assertEq(d[7], _cash(maker.id), "maker's cash");
        }
        vm.assertEq(found, 1, "once");
    }

    function test_aFeeIsAtMostAnEighthOfThePremium() public {
        MarketId market = _call(14);
        uint256 price = _mark(market);
        vm.assertTrue(price < 8e18, "far out of the money");
        _trade(taker, maker, market, int256(BASE));
        int256 fee = int256(20_000 * QUOTE) - _cash(taker.id);
        vm.assertTrue(fee <= int256(price / 8e9) + 1 && fee >= int256(price / 8e9), "12.5% of the premium");
    }

    function test_whoSellsForNothingStillPaysByTheMark() public {
        MarketId market = _call(14);
        uint256 price = _mark(market);
        _trade(taker, maker, market, int256(BASE), 1e6);
        int256 fee = int256(20_000 * QUOTE) - (_standing(taker.id).equity - int256(price / 1e9));
        vm.assertTrue(fee >= int256(price / 8e9) - 2, "of the mark");
    }

    function test_aPerpetualMovesItsFunding() public {
        _trade(taker, maker, _perpetual(), 5 * int256(BASE), (SPOT + 40) * 1e18);
        skip(1 hours);
        _tell();
        vm.assertTrue(_standing(maker.id).equity > int256(200_000 * QUOTE) + 190 * int256(QUOTE), "shorts are paid");
        _requireSolvent();
    }

    /// A premium of 1%, 20,200 against a depth of a million: the 51st part of 40 ppm an hour, 0.0157 quote.
    function test_longsOfThePerpetualPayItsFundingToShorts() public {
        _trade(taker, maker, _perpetual(), 5 * int256(BASE), (SPOT + 40) * 1e18);
        (int256 long, int256 short) = (_standing(taker.id).equity, _standing(maker.id).equity);
        skip(1 hours);
        _tell();
        int256 paid = long - _standing(taker.id).equity;
        vm.assertTrue(paid > 15_500_000 && paid < 16_000_000, "by the hour");
        vm.assertApproxEqAbs(uint256(_standing(maker.id).equity - short), uint256(paid), 2, "to the other side");
    }

    /// Funding since anchor and recorded factors were taken is not part of what an account is worth at them.
    function test_whatAnAccountIsWorthAtItsAnchorsDoesNotMoveWithFunding() public {
        _trade(taker, maker, _perpetual(), 5 * int256(BASE), (SPOT + 40) * 1e18);
        skip(1 hours);
        _settleAnchors();
        Standing memory then_ = _standing(taker.id);
        skip(1 hours);
        _tell();
        Standing memory s = _standing(taker.id);
        vm.assertTrue(then_.equity - s.equity > 13_000_000, "funding is paid");
        vm.assertApproxEqAbs(uint256(s.atRecorded), uint256(then_.equity), 2, "recorded");
        vm.assertApproxEqAbs(uint256(s.atAnchor), uint256(then_.atAnchor), 2, "anchor");
    }

    /// What is left of a hedge's margin: 5% a year of 40,000, for three weeks; to the unit.
    function test_whatABasisCanMoveIsByTheYear() public {
        _trade(taker, maker, _perpetual(), 10 * int256(BASE));
        _trade(taker, maker, _future(), -10 * int256(BASE));
        uint256 left = EXPIRY - block.timestamp;
        uint256 moved = (2_000 * QUOTE * left + 365 days - 1) / 365 days;
        vm.assertEq(_standing(taker.id).initial, int256(moved), "margin");
    }

    /// Whoever reads risk factors by events is told once, when they move, not with every array that joins them.
    function test_riskFactorsAreToldWhenTheyMove() public {
        vm.assertEq(_movesToldBy(7), 1, "the first array of a ladder");
        vm.assertEq(_movesToldBy(8), 0, "another of the same factors");
        _setSpot(SPOT + 30);
        vm.assertEq(_movesToldBy(9), 1, "further away than half of a percent");
    }

    /// Arrays are relative to the price, so while they count, margin moves as the price does and no more.
    function test_freshArraysCountWhenThePriceHasMovedALittle() public {
        Actor memory seller = _actor("seller", 20_000);
        _trade(seller, maker, _call(8), -10 * int256(BASE));
        _movesToldBy(8);
        int256 before = _standing(seller.id).initial;
        _setSpot(SPOT + 20);
        int256 proportional = (before * int256(SPOT + 20)) / int256(SPOT);
        vm.assertApproxEqAbs(uint256(_standing(seller.id).initial), uint256(proportional), 2, "half of a percent");
        _setSpot(SPOT + 60);
        proportional = (before * int256(SPOT + 60)) / int256(SPOT);
        vm.assertTrue(_standing(seller.id).initial > proportional + int256(QUOTE), "not at 1.5%: nearer to the money");
    }

    function _movesToldBy(uint256 strike) private returns (uint256 count) {
        SeriesId[] memory series = new SeriesId[](1);
        series[0] = seriesFrom(_call(strike));
        vm.recordLogs();
        venue.refresh(series);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] == IOptionMargin.RiskFactorsMoved.selector) ++count;
        }
    }

    function test_aDatedFutureNetsAgainstThePerpetual() public {
        _trade(taker, maker, _perpetual(), 10 * int256(BASE));
        int256 alone = _standing(taker.id).initial;
        _trade(taker, maker, _future(), -10 * int256(BASE));
        vm.assertTrue(_standing(taker.id).initial < alone / 10, "hedged");
    }

    function test_aBuyerWhoHasThePremiumNeedsNoMore() public {
        Actor memory poor = _actor("poor", 500);
        MarketId market = _call(7);
        uint256 price = _mark(market); // some 230
        _trade(poor, maker, market, 2 * int256(BASE));
        vm.assertTrue(_standing(poor.id).equity >= _standing(poor.id).initial, "margin");
        _setSpot(3_930);
        vm.assertTrue(price > 200e18, "dear");
        vm.prank(taker.owner);
        vm.expectPartialRevert(ILiquidation.NotLiquidatable.selector);
        venue.liquidateSlice(poor.id, 0, 1e18, 0, Money.wrap(0), NEVER, _noHints());
    }

    function test_aSellerNeedsTheWorstScenario() public {
        Actor memory poor = _actor("poor", 500);
        Match[] memory matches = new Match[](1);
        matches[0] = _match(poor, maker, _call(7), -int256(BASE), _mark(_call(7)));
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.settle(Packing.pack(matches, true));
    }

    /// A spread whose first leg alone is refused.
    function test_aSpreadIsJudgedAsAWhole() public {
        Actor memory poor = _actor("poor", 500);
        Match[] memory matches = new Match[](2);
        matches[0] = _match(poor, maker, _call(7), -int256(BASE), _mark(_call(7)));
        matches[1] = _match(poor, maker, _call(8), int256(BASE), _mark(_call(8)));
        venue.settle(Packing.pack(matches, true));
        vm.assertEq(_size(poor.id, _call(7)), -int256(BASE), "short");
        vm.assertEq(_size(poor.id, _call(8)), int256(BASE), "long");
        Standing memory s = _standing(poor.id);
        vm.assertTrue(s.equity >= s.initial, "margin");
        _requireSolvent();
    }

    function test_aSpreadThatFailsAsAWholeLeavesNothing() public {
        Actor memory poor = _actor("poor", 500);
        Match[] memory matches = new Match[](2);
        matches[0] = _match(poor, maker, _call(7), -10 * int256(BASE), _mark(_call(7)));
        matches[1] = _match(poor, maker, _call(8), int256(BASE), _mark(_call(8)));
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.settle(Packing.pack(matches, true));
        vm.assertEq(_size(poor.id, _call(8)), 0, "nothing");
    }

    /// Another taker in between: the first run has ended, and is judged.
    function test_aRunEndsWithAnotherTaker() public {
        Actor memory poor = _actor("poor", 500);
        Match[] memory matches = new Match[](3);
        matches[0] = _match(poor, maker, _call(7), -int256(BASE), _mark(_call(7)));
        matches[1] = _match(taker, maker, _call(8), int256(BASE), _mark(_call(8)));
        matches[2] = _match(poor, maker, _call(8), int256(BASE), _mark(_call(8)));
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.settle(Packing.pack(matches, true));
    }

    function test_aBatchThatIsNotStrictJudgesEachLeg() public {
        Actor memory poor = _actor("poor", 500);
        Match[] memory matches = new Match[](2);
        matches[0] = _match(poor, maker, _call(7), -int256(BASE), _mark(_call(7)));
        matches[1] = _match(poor, maker, _call(8), int256(BASE), _mark(_call(8)));
        venue.settle(Packing.pack(matches, false));
        vm.assertEq(_size(poor.id, _call(7)), 0, "skipped");
        vm.assertEq(_size(poor.id, _call(8)), int256(BASE), "filled");
    }

    /// Several makers of a match that is not strict: what the taker can bear is filled, and no more.
    function test_aTakerIsJudgedWithEveryFill() public {
        Actor memory other = _actor("other", 100_000);
        MarketId market = _call(7);
        uint256 price = _mark(market);
        Actor memory poor = _withMarginOf(market, 25);
        Match memory m = _match(poor, maker, market, -4 * int256(BASE), price);
        m.fills = new Fill[](4);
        for (uint256 i; i < 4; ++i) {
            Actor memory buyer = i % 2 == 0 ? other : maker;
            m.fills[i] = Fill(_sign(buyer, _order(buyer, market, int256(BASE), price, false)), 0, NO_NODE);
        }
        Match[] memory matches = new Match[](1);
        matches[0] = m;
        venue.settle(Packing.pack(matches, false));
        vm.assertEq(_size(poor.id, market), -2 * int256(BASE), "one more, of four");
        Standing memory s = _standing(poor.id);
        vm.assertTrue(s.equity >= s.initial, "margin");
        _requireSolvent();
    }

    function test_whoIsBelowMarginMayReduce() public {
        Actor memory seller = _withMarginOf(_call(7), 10);
        _setSpot(4_070);
        skip(60);
        Standing memory before = _standing(seller.id);
        vm.assertTrue(before.equity < before.initial, "below");
        _trade(seller, maker, _call(7), int256(BASE) / 2);
        Standing memory s = _standing(seller.id);
        vm.assertTrue(s.equity * before.maintenance >= before.equity * s.maintenance, "ratio");
    }

    /// A maker who is below margin buys a tenth back so dear that equity falls by more than margin does.
    function test_whoIsBelowMarginMayNotReduceAtAnyPrice() public {
        Actor memory seller = _withMarginOf(_call(7), 10);
        for (uint256 spot = SPOT + 20; _standing(seller.id).equity > 50 * int256(QUOTE); spot += 20) {
            _setSpot(spot);
            _settleAnchors();
        }
        vm.assertTrue(_standing(seller.id).equity > 0, "a little is left");
        Match[] memory matches = new Match[](1);
        matches[0] = _match(taker, seller, _call(7), -int256(BASE) / 10, _mark(_call(7)) + 75e18);
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.settle(Packing.pack(matches, true));
        matches[0] = _match(taker, seller, _call(7), -int256(BASE) / 10, _mark(_call(7)));
        venue.settle(Packing.pack(matches, true));
        vm.assertEq(_size(seller.id, _call(7)), (-9 * int256(BASE)) / 10, "at the mark he may");
    }

    /// A spread with a leg that adds is no reduction, whatever its last leg does.
    function test_whoIsBelowMarginAddsNothingInASpread() public {
        Actor memory seller = _withMarginOf(_call(7), 10);
        _setSpot(4_070);
        skip(60);
        vm.assertTrue(_standing(seller.id).equity < _standing(seller.id).initial, "below");
        Match[] memory matches = new Match[](2);
        matches[0] = _match(seller, maker, _call(9), -int256(BASE) / 100, _mark(_call(9)));
        matches[1] = _match(seller, maker, _call(7), int256(BASE) / 50, _mark(_call(7)));
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.settle(Packing.pack(matches, true));
        matches[0] = matches[1];
        assembly ("memory-safe") {
            mstore(matches, 1)
        }
        venue.settle(Packing.pack(matches, true));
    }

    /// The only maker of a match must have his margin too.
    function test_aMakerWithoutMarginIsRefused() public {
        Actor memory poor = _actor("poor", 500);
        Match[] memory matches = new Match[](1);
        matches[0] = _match(taker, poor, _call(7), int256(BASE), _mark(_call(7)));
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.settle(Packing.pack(matches, true));
    }

    /// What legs lost since they were opened counts against what is opened next.
    function test_lossesCountAgainstNewPositions() public {
        Actor memory seller = _actor("seller", 5_000);
        _trade(seller, maker, _call(7), -5 * int256(BASE));
        Standing memory s = _standing(seller.id);
        for (uint256 spot = SPOT + 40; s.equity * 10 > s.initial * 11; spot += 40) {
            _setSpot(spot);
            _settleAnchors();
            s = _standing(seller.id);
        }
        vm.assertTrue(s.cash * 10 > s.initial * 11, "that it is not the cash");
        Match[] memory matches = new Match[](1);
        matches[0] = _match(seller, maker, _call(7), -int256(BASE) / 2, _mark(_call(7)));
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.settle(Packing.pack(matches, true));
    }

    /// Of 25,000 open, half way from the soft cap to the hard one, an increase costs half of what is left to its whole
    /// notional: 47.5% above the scenarios' margin.
    function test_aboveTheSoftCapAnIncreaseNeedsMore() public {
        Actor memory large = _actor("large", 100_000_000);
        Actor memory other = _actor("other", 100_000_000);
        _trade(large, other, _future(), 19_990 * int256(BASE));
        Actor memory first = _actor("first", 20_000);
        _trade(first, maker, _future(), 10 * int256(BASE));
        _trade(large, other, _future(), 5_000 * int256(BASE));
        Actor memory second = _actor("second", 20_000);
        Match[] memory matches = new Match[](1);
        matches[0] = _match(second, maker, _future(), 10 * int256(BASE), SPOT * 1e18);
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.settle(Packing.pack(matches, true));
        _fund(second, 7_000);
        venue.settle(Packing.pack(matches, true));
        vm.assertEq(_size(second.id, _future()), 10 * int256(BASE), "with 27,000 he may");
    }

    /// In a match of several makers each must have his margin; who has not is passed over.
    function test_aMakerWithoutMarginIsPassedOver() public {
        MarketId market = _call(7);
        uint256 price = _mark(market);
        Actor memory poor = _actor("poor", 500);
        Match memory m = _match(taker, maker, market, int256(BASE), price);
        Fill memory good = m.fills[0];
        m.fills = new Fill[](2);
        m.fills[0] = Fill(_sign(poor, _order(poor, market, -int256(BASE), price, false)), 0, NO_NODE);
        m.fills[1] = good;
        Match[] memory matches = new Match[](1);
        matches[0] = m;
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.settle(Packing.pack(matches, true));
        venue.settle(Packing.pack(matches, false));
        vm.assertEq(_size(poor.id, market), 0, "passed over");
        vm.assertEq(_size(maker.id, market), -int256(BASE), "the next");
    }

    /// Selling the bought leg of a spread only reduces, and bares the other one.
    function test_whoIsBelowMarginMayNotBareALeg() public {
        Actor memory poor = _actor("poor", 500);
        Match[] memory matches = new Match[](2);
        matches[0] = _match(poor, maker, _call(8), int256(BASE), _mark(_call(8)));
        matches[1] = _match(poor, maker, _call(7), -int256(BASE), _mark(_call(7)));
        venue.settle(Packing.pack(matches, true));
        matches = new Match[](1);
        matches[0] = _match(poor, maker, _call(8), -int256(BASE), _mark(_call(8)));
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.settle(Packing.pack(matches, true));
    }

    function test_refusesASeriesThatIsNotListed() public {
        MarketId market = MarketId.wrap(MarketId.unwrap(_call(7)) | 32); // of ladder 1
        Match[] memory matches = new Match[](1);
        matches[0] = _match(taker, maker, market, int256(BASE), 100e18);
        vm.expectRevert(abi.encodeWithSelector(IOptionTrading.SeriesNotTradable.selector, market));
        venue.settle(Packing.pack(matches, true));
    }

    function test_refusesASeriesThatHasExpired() public {
        vm.warp(EXPIRY);
        _tell();
        Match[] memory matches = new Match[](1);
        matches[0] = _match(taker, maker, _call(7), int256(BASE), 100e18);
        vm.expectRevert(abi.encodeWithSelector(IOptionTrading.SeriesNotTradable.selector, _call(7)));
        venue.settle(Packing.pack(matches, true));
    }

    function test_refusesAStaleLevel() public {
        skip(1 hours + 1);
        Match[] memory matches = new Match[](1);
        matches[0] = _match(taker, maker, _call(7), int256(BASE), 230e18);
        vm.expectRevert(abi.encodeWithSelector(ITrading.PriceNotFresh.selector, _call(7)));
        venue.settle(Packing.pack(matches, true));
    }

    function test_refusesPricesOutsideTheBand() public {
        uint256 mark = _mark(_call(7));
        Match[] memory matches = new Match[](1);
        matches[0] = _match(taker, maker, _call(7), int256(BASE), mark + 81e18);
        vm.expectPartialRevert(ITrading.OutsidePriceBand.selector);
        venue.settle(Packing.pack(matches, true));
    }

    function test_refusesTooManyLegs() public {
        Actor memory many = _actor("many", 500_000);
        for (uint256 i; i < 15; ++i) _trade(many, maker, i % 2 == 0 ? _call(i) : _put(i), int256(BASE));
        _trade(many, _actor("second", 500_000), _perpetual(), int256(BASE));
        Match[] memory matches = new Match[](1);
        matches[0] = _match(many, taker, _future(), -int256(BASE), SPOT * 1e18);
        vm.expectRevert(abi.encodeWithSelector(IOptionTrading.TooManyLegs.selector, many.id, 17, 16));
        venue.settle(Packing.pack(matches, true));
    }

    function test_aTakerByHisOwnTransaction() public {
        Order memory order = _order(maker, _put(5), -int256(BASE), _mark(_put(5)), false);
        bytes memory packed = Packing.pack(Fill(_sign(maker, order), BASE, NO_NODE));
        vm.prank(taker.owner);
        venue.fillOrder(_put(5), 0, packed, NO_NODE, 300, NEVER);
        vm.assertEq(_size(taker.id, _put(5)), int256(BASE), "bought");
    }

    function test_withdrawsAboveMargin() public {
        _trade(taker, maker, _call(7), -int256(BASE));
        Standing memory s = _standing(taker.id);
        int256 max = s.equity < s.cash ? s.equity - s.initial : s.cash - s.initial;
        vm.prank(taker.owner);
        uint256 paid = venue.withdraw(0, type(uint256).max, taker.owner);
        vm.assertEq(paid, uint256(max) / 1_000, "all that is free");
        vm.prank(taker.owner);
        vm.expectPartialRevert(bytes4(keccak256("InsufficientWithdrawable(uint192,int256,int256)")));
        venue.withdraw(0, 10_000, taker.owner);
    }

    function test_pausesOfNewRisk() public {
        venue.pause(_perpetual(), PauseLevel.NO_NEW_RISK, 1 hours);
        Match[] memory matches = new Match[](1);
        matches[0] = _match(taker, maker, _call(7), int256(BASE), 230e18);
        vm.expectPartialRevert(bytes4(keccak256("PausedAt(uint8)")));
        venue.settle(Packing.pack(matches, true));
    }

    function test_whatOptionsDoNotOffer() public {
        vm.expectRevert(
            abi.encodeWithSelector(IOptionClearinghouse.NotOffered.selector, ILiquidationByVault.marginCall.selector)
        );
        venue.marginCall(taker.id);
        vm.expectRevert(
            abi.encodeWithSelector(IOptionClearinghouse.NotOffered.selector, IGovernance.createGroup.selector)
        );
        venue.createGroup();
        AccountId[] memory none = new AccountId[](0);
        vm.expectPartialRevert(IOptionClearinghouse.NotOffered.selector);
        venue.liquidateMany(_call(7), none, 0, Size.wrap(1), NO_NODE, Price.wrap(0), NEVER);
    }

    /// @dev Somebody who sold one of `market`, and has `tenths` of its initial margin.
    function _withMarginOf(MarketId market, int256 tenths) private returns (Actor memory actor) {
        actor = _actor("seller", 10_000);
        _trade(actor, maker, market, -int256(BASE));
        int256 spare = _standing(actor.id).equity - (_standing(actor.id).initial * tenths) / 10;
        vm.prank(actor.owner);
        venue.withdraw(0, uint256(spare) / 1_000, actor.owner);
    }

    function _noHints() private pure returns (NodeId[] memory) {
        return new NodeId[](0);
    }
}
