// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {Order} from "../../contracts/interfaces/Orders.sol";
import {SeriesId} from "../../contracts/options/SeriesId.sol";
import {accountOf} from "../../contracts/types/AccountId.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Actor} from "../base/Fixture.sol";
import {Fill, Match, Packing, SignedOrder} from "../base/Packing.sol";
import {Standing} from "../../contracts/mocks/OptionProbe.sol";
import {OptionVenue} from "../options/OptionVenue.sol";

/// @dev A wallet that looks, between the legs of a spread, whether it can use what is not judged yet. It is asked by
/// staticcall, so it can only try.
contract CuriousWallet {
    address private immutable _venue;

    constructor(address venue) {
        _venue = venue;
    }

    function isValidSignature(bytes32, bytes calldata signature) external returns (bytes4) {
        if (signature.length != 0) {
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, ) = _venue.call(signature);
            if (ok) return 0; // then the batch fails, and the test with it
        }
        return this.isValidSignature.selector;
    }
}

/// @notice Who trades options against the rules: what he wins by it is nothing, or what he could have had without.
contract OptionTradesTest is OptionVenue {
    Actor private maker;
    Actor private thief;
    Actor private friend;

    function setUp() public {
        _deployOptions();
        maker = _actor("maker", 500_000);
        thief = _actor("thief", 10_000);
        friend = _actor("friend", 10_000);
    }

    function _equityOfBoth() private returns (int256) {
        return _standing(thief.id).equity + _standing(friend.id).equity;
    }

    /// Two accounts of one person trade a worthless call at the edge of the band, to and fro: what one wins the other
    /// loses, both stay above margin, and fees are paid by the mark or the price, whichever is more.
    function test_absurdPricesWithinTheBand() public {
        MarketId market = _call(14);
        uint256 high = _mark(market) + 79e18;
        int256 before = _equityOfBoth();
        _trade(thief, friend, market, 10 * int256(BASE), high);
        _trade(thief, friend, market, -10 * int256(BASE), 1e6);
        int256 fees = before - _equityOfBoth();
        vm.assertTrue(fees > 4 * int256(QUOTE), "fees of four sides");
        vm.assertTrue(_standing(thief.id).equity < 10_000 * int256(QUOTE), "he paid the other");
        vm.assertTrue(_standing(thief.id).equity >= 0, "and owes nothing");
        _requireSolvent();
    }

    /// He buys so dear that he would owe more than he has: the whole batch fails, whatever comes after it.
    function test_whoBuysMoreThanHeHasInARun() public {
        Match[] memory matches = new Match[](2);
        matches[0] = _match(thief, friend, _call(14), 200 * int256(BASE), _mark(_call(14)) + 79e18);
        matches[1] = _match(thief, maker, _call(13), int256(BASE), _mark(_call(13)));
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.settle(Packing.pack(matches, true));
    }

    /// Margin lent within a batch: a third party's fill between the legs ends the run, so nothing is judged late.
    function test_marginIsNotLentWithinABatch() public {
        Match[] memory matches = new Match[](3);
        matches[0] = _match(thief, maker, _call(7), -50 * int256(BASE), _mark(_call(7)));
        matches[1] = _match(friend, maker, _call(8), int256(BASE), _mark(_call(8)));
        matches[2] = _match(thief, maker, _call(7), 50 * int256(BASE), _mark(_call(7)));
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.settle(Packing.pack(matches, true));
    }

    /// In one run he may go far over his margin and come back: he has traded with himself in time, and owes two fees.
    function test_thereAndBackInOneRunChangesNothing() public {
        Match[] memory matches = new Match[](2);
        matches[0] = _match(thief, maker, _call(7), -50 * int256(BASE), _mark(_call(7)));
        matches[1] = _match(thief, maker, _call(7), 50 * int256(BASE), _mark(_call(7)));
        int256 before = _standing(thief.id).equity;
        venue.settle(Packing.pack(matches, true));
        vm.assertEq(_size(thief.id, _call(7)), 0, "flat");
        vm.assertTrue(_standing(thief.id).equity < before - 100 * int256(QUOTE), "two fees");
        _requireSolvent();
    }

    /// The maker of the second leg is a wallet that tries to withdraw, to trade and to be judged by what stands there.
    function test_aWalletBetweenTheLegsCanDoNothing() public {
        CuriousWallet wallet = new CuriousWallet(address(venue));
        Actor memory owner = Actor(address(wallet), 0, accountOf(address(wallet), 0));
        _fund(owner, 100_000);
        bytes[4] memory tries = [
            abi.encodeWithSignature("withdraw(uint32,uint256,address)", 0, 1, address(wallet)),
            abi.encodeWithSignature("poke(uint32)", group),
            abi.encodeWithSignature("transfer(uint32,uint32,int256)", 0, 1, int256(1)),
            abi.encodeWithSignature("setSigner(address,uint256)", thief.owner, type(uint256).max)
        ];
        for (uint256 i; i < 4; ++i) {
            Match[] memory matches = new Match[](2);
            matches[0] = _match(thief, maker, _call(7), -int256(BASE), _mark(_call(7)));
            matches[1] = _match(thief, maker, _call(8), int256(BASE), _mark(_call(8)));
            Order memory order = _order(owner, _call(8), -int256(BASE), _mark(_call(8)), false);
            matches[1].fills[0] = Fill(SignedOrder(order, address(wallet), tries[i]), 0, NO_NODE);
            venue.settle(Packing.pack(matches, true));
        }
        vm.assertEq(_size(thief.id, _call(7)), -4 * int256(BASE), "all four were filled");
    }

    /// A reduce of a long must not end short, however large the order is.
    function test_aReduceDoesNotEndShort() public {
        _trade(thief, maker, _call(7), int256(BASE));
        Match[] memory matches = new Match[](1);
        Order memory order = _order(thief, _call(7), -5 * int256(BASE), _mark(_call(7)), true);
        order.reduceOnly = true;
        matches[0] = _match(thief, maker, _call(7), -5 * int256(BASE), _mark(_call(7)));
        matches[0].taker = _sign(thief, order);
        venue.settle(Packing.pack(matches, true));
        vm.assertEq(_size(thief.id, _call(7)), 0, "flat");
    }

    /// Nobody lets an array go stale to be let through, or to stop another one: the margin is computed then.
    function test_staleArraysOfTheCounterparty() public {
        _trade(thief, maker, _call(7), -int256(BASE));
        SeriesId[] memory series = new SeriesId[](1);
        series[0] = SeriesId.wrap(MarketId.unwrap(_call(7)));
        venue.refresh(series);
        int256 fresh = _standing(thief.id).initial;
        for (uint256 i; i < 20; ++i) {
            skip(200);
            _tell();
        }
        int256 stale = _standing(thief.id).initial;
        vm.assertTrue(stale > (fresh * 98) / 100 && stale < (fresh * 102) / 100, "the same margin");
        _trade(friend, thief, _call(7), -int256(BASE));
        vm.assertEq(_size(thief.id, _call(7)), 0, "he is free to close");
    }

    /// Wash trades of far options cost an eighth of the mark a side, which is no way around the fee of a perpetual's
    /// funding: the perpetual's fee stays on its notional.
    function test_feesOfThePerpetualAreNotCapped() public {
        int256 before = _equityOfBoth();
        _trade(thief, friend, _perpetual(), int256(BASE), SPOT * 1e18);
        vm.assertEq(before - _equityOfBoth(), (16 * int256(QUOTE)) / 10, "0.04% of 4,000");
    }

    /// Orders for a series are of this clearinghouse and this series only.
    function test_anOrderOfAnotherSeriesIsNotFilled() public {
        Match[] memory matches = new Match[](1);
        matches[0] = _match(thief, maker, _call(7), int256(BASE), _mark(_call(7)));
        matches[0].fills[0].maker = _sign(maker, _order(maker, _put(7), -int256(BASE), _mark(_call(7)), false));
        vm.expectPartialRevert(ITrading.SignerNotAuthorised.selector);
        venue.settle(Packing.pack(matches, true));
    }

    /// Who has gained cannot take out more than his cash: gains are paid when they are closed.
    function test_unrealisedGainsStay() public {
        _trade(thief, maker, _call(7), 20 * int256(BASE));
        for (uint256 spot = 4_060; spot <= 4_240; spot += 60) {
            _setSpot(spot);
            _settleAnchors();
        }
        Standing memory s = _standing(thief.id);
        vm.assertTrue(s.equity > s.cash, "a gain");
        vm.prank(thief.owner);
        venue.withdraw(0, type(uint256).max, thief.owner);
        s = _standing(thief.id);
        vm.assertTrue(s.cash >= 0, "no more than cash");
        vm.assertTrue(s.atAnchor >= 0 && s.atRecorded >= 0, "sound");
    }
}
