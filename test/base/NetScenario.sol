// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Group, Mode, Relief, ReliefShare} from "../../contracts/Ledger.sol";
import {MockToken} from "../../contracts/mocks/MockToken.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Actor, Fixture} from "./Fixture.sol";

/// @notice A lock in a group of several markets. `first` falls by 10% and takes `loser` below zero; `second` falls by
/// 10% too. `hedger` gains 30,000 on the first and loses 24,000 on the second; `winner` gains 30,000 on the first,
/// `other` 24,000 on the second; `deep` has the other side of all, and much cash. The vault pays nothing.
abstract contract NetScenario is Fixture {
    /// What rounding may take from who is charged: 3 units of 1e-9 quote a market, and one for the credit.
    int256 internal constant UNITS = 3 * 4 + 1;
    int256 internal constant GAIN = 30_000e9;
    int256 internal constant LOSS = 24_000e9;

    MarketId internal first;
    MarketId internal second;
    Actor internal loser;
    Actor internal hedger;
    Actor internal winner;
    Actor internal other;
    Actor internal deep;

    function _build() internal {
        _build(new MockToken("Quote", "QUOTE", 6));
    }

    function _build(MockToken token_) internal {
        _deployVenue(Mode.QUEUE, token_);
        venue.setVaultBudget(quad, 0);
        (first, second) = (quad.market(0), quad.market(1));
        (loser, hedger, winner) = (_actor("loser", 36_000), _actor("hedger", 40_000), _actor("winner", 40_000));
        (other, deep) = (_actor("other", 40_000), _actor("deep", 10_000_000));
        _trade(loser, winner, first, 5e9, 60_000e18);
        _trade(loser, hedger, first, 5e9, 60_000e18);
        _trade(hedger, other, second, 80e9, 3_000e18);
        _settleAnchors(quad);
    }

    /// @dev Both marks fall by 10%.
    function _crash() internal {
        _setPrice(first, 54_000e18);
        _setPrice(second, 2_700e18);
    }

    function _lock() internal {
        _lockAt(54_000e18, 2_700e18);
    }

    function _lockAt(uint256 firstMark, uint256 secondMark) internal {
        _setPrice(first, firstMark);
        _setPrice(second, secondMark);
        venue.poke(quad);
    }

    /// @notice Somebody short in the first and long in the second market, against `deep`, with twice the margin.
    function _hedged(string memory name, int256 shorts, int256 longs) internal returns (Actor memory actor) {
        uint256 notional = (uint256(shorts) * 60_000 + uint256(longs) * 3_000) / BASE;
        actor = _hedged(name, shorts, longs, notional / 10 + 100);
    }

    function _hedged(
        string memory name,
        int256 shorts,
        int256 longs,
        uint256 quote
    ) internal returns (Actor memory actor) {
        actor = _actor(name, quote);
        _trade(actor, deep, first, -shorts, 60_000e18);
        _trade(actor, deep, second, longs, 3_000e18);
    }

    function _net(AccountId id) internal {
        venue.net(quad, _list(id));
    }

    function _absorbLoser() internal {
        venue.absorb(quad, _list(loser.id));
    }

    function _end() internal {
        uint256 until = _group(quad).until;
        if (block.timestamp < until) vm.warp(until);
    }

    function _settle() internal {
        _end();
        venue.deleverage(quad, 10_000);
    }

    function _reliefOf(AccountId id) internal returns (int256 amount, bool registered) {
        Relief memory relief;
        (relief, registered) = abi.decode(_look(abi.encodeCall(lens.relief, (id))), (Relief, bool));
        amount = int256(uint256(relief.amount));
    }

    /// @notice The relief of the running lock.
    function _relieved() internal returns (int256 total) {
        (total, ) = abi.decode(_look(abi.encodeCall(lens.relieved, (quad, 0))), (int256, ReliefShare));
    }

    /// @notice The share of gains that the last lock's settlement took, if anybody was registered.
    function _share() internal returns (int256 numerator, int256 denominator) {
        Group memory group = _group(quad);
        (, ReliefShare memory share) = abi.decode(
            _look(abi.encodeCall(lens.relieved, (quad, group.lockNumber))),
            (Money, ReliefShare)
        );
        return (int256(uint256(share.numerator)), int256(uint256(share.denominator)));
    }

    function _atFrozen(AccountId id) internal returns (int256) {
        return Money.unwrap(_recordedHealth(id).equity);
    }

    function _assertNear(int256 left, int256 right, int256 units, string memory what) internal pure {
        int256 off = left > right ? left - right : right - left;
        vm.assertLe(off, units, what);
    }
}
