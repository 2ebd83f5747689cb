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

/// @title Trades of options against the rules
/// @custom:source Hegic, 2020, and Opyn, August 2020: options exercised or traded at prices that no rule held to the
/// underlying; and our own review of spreads that are judged as a whole
/// @notice What who plays them wins is nothing, or what he could have had without.
contract OptionTradesTest is OptionVenue {
    address private constant CONSOLE = 0x000000000000000000636F6e736F6c652e6c6f67;

    Actor private maker;
    Actor private thief;
    Actor private friend;
    int256 private _attackersHad;
    int256 private _honestHad;

    function setUp() public {
        _deployOptions();
        maker = _actor("maker", 500_000);
        thief = _actor("thief", 10_000);
        friend = _actor("friend", 10_000);
        (_attackersHad, _honestHad) = _wealth();
    }

    /// @dev Of both attackers, and all other claims on the tokens that are held.
    function _wealth() private returns (int256 attackers, int256 honest) {
        attackers = _equityOfBoth();
        honest = int256(token.balanceOf(address(venue)) * 1_000) - attackers;
    }

    function _report(string memory name) private {
        (int256 attackers, int256 honest) = _wealth();
        (int256 gain, int256 loss) = (attackers - _attackersHad, _honestHad - honest);
        string memory line = string.concat("ATTACK|", name, "|", vm.toString(gain), "|", vm.toString(loss));
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, ) = CONSOLE.staticcall(abi.encodeWithSignature("log(string)", line));
        vm.assertTrue(ok && gain <= 0 && loss <= 0, name);
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
        _report("an option to and fro at the edges of the band");
    }

    /// He buys so dear that he would owe more than he has: the whole batch fails, whatever comes after it.
    function test_whoBuysMoreThanHeHasInARun() public {
        Match[] memory matches = new Match[](2);
        matches[0] = _match(thief, friend, _call(14), 200 * int256(BASE), _mark(_call(14)) + 79e18);
        matches[1] = _match(thief, maker, _call(13), int256(BASE), _mark(_call(13)));
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.settle(Packing.pack(matches, true));
        _report("a run that buys more than there is");
    }

    /// Margin lent within a batch: a third party's fill between the legs ends the run, so nothing is judged late.
    function test_marginIsNotLentWithinABatch() public {
        Match[] memory matches = new Match[](3);
        matches[0] = _match(thief, maker, _call(7), -50 * int256(BASE), _mark(_call(7)));
        matches[1] = _match(friend, maker, _call(8), int256(BASE), _mark(_call(8)));
        matches[2] = _match(thief, maker, _call(7), 50 * int256(BASE), _mark(_call(7)));
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.settle(Packing.pack(matches, true));
        _report("margin lent within a batch");
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
        _report("far over margin and back in one run");
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
        _report("a wallet asked between the legs of a spread");
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
        _report("a reduce that is larger than the position");
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
        _report("a stale risk array");
    }

    /// Wash trades of far options cost an eighth of the mark a side, which is no way around the fee of a perpetual's
    /// funding: the perpetual's fee stays on its notional.
    function test_feesOfThePerpetualAreNotCapped() public {
        int256 before = _equityOfBoth();
        _trade(thief, friend, _perpetual(), int256(BASE), SPOT * 1e18);
        vm.assertEq(before - _equityOfBoth(), (16 * int256(QUOTE)) / 10, "0.04% of 4,000");
        _report("fees of the perpetual by the cap of options");
    }

    /// Orders for a series are of this clearinghouse and this series only.
    function test_anOrderOfAnotherSeriesIsNotFilled() public {
        Match[] memory matches = new Match[](1);
        matches[0] = _match(thief, maker, _call(7), int256(BASE), _mark(_call(7)));
        matches[0].fills[0].maker = _sign(maker, _order(maker, _put(7), -int256(BASE), _mark(_call(7)), false));
        vm.expectPartialRevert(ITrading.SignerNotAuthorised.selector);
        venue.settle(Packing.pack(matches, true));
        _report("an order of another series");
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
