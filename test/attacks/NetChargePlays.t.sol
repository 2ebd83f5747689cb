// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ILiquidation} from "../../contracts/interfaces/ILiquidation.sol";
import {Mode, Phase} from "../../contracts/Ledger.sol";
import {Health} from "../../contracts/position/MarginLib.sol";
import {AccountId, accountOf} from "../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Size} from "../../contracts/types/Size.sol";
import {Actor} from "../base/Fixture.sol";
import {NetScenario} from "../base/NetScenario.sol";
import {Fill} from "../base/Packing.sol";
import {MarketView, RecoveryView} from "../base/TestLens.sol";
import {Attack} from "./Attack.sol";

/// @dev What a play met.
struct Tally {
    uint256 liquidations;
    uint256 refused;
    uint256 credited;
    uint256 fourMarkets;
}

/// @title Locks at random, in which whoever can, does what he can
/// @custom:source Our own: the promises of the net charge, with no story of ours to lead there
/// @notice Thin accounts with random legs in up to four markets, a random jump of each, then locks. In a lock all doors
/// of liquidation are tried at other prices, some accounts are registered and all defaulters absorbed, in two orders.
/// What must hold: both orders end alike; nobody registered ends below anchor and frozen mark; nothing is missing; no
/// unit is made.
contract NetChargePlays is Attack, NetScenario {
    uint256 private constant TRADERS = 6;

    Actor[] private _traders;
    Actor[2] private _keepers;
    AccountId[] private _all;
    uint256 private _markets;
    uint256 private _seed;
    uint256 private _draws;

    /// The lesser of equity at anchors and frozen marks just before the settlement, less what rounding may take.
    mapping(AccountId account => int256) private _least;
    /// What rounding may take from a charged account, 1e-9 quote: once there were tear-ups also the part of a unit of
    /// size that its positions have, but do not say.
    int256 private _slack;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        deep = _actor("deep", 10_000_000);
        _keepers[0] = _actor("first keeper", 300_000);
        _keepers[1] = _actor("second keeper", 300_000);
        for (uint256 i; i < TRADERS; ++i) _traders.push(_actor(string.concat("trader ", vm.toString(i)), 20_000));
        for (uint256 i; i < TRADERS; ++i) _all.push(_traders[i].id);
        _all.push(deep.id);
        _all.push(_keepers[0].id);
        _all.push(_keepers[1].id);
        _all.push(accountOf(vault.owner, GroupId.unwrap(quad)));
        _settleAnchors(quad);
    }

    function testFuzz_locks_keepWhatTheyPromise(uint256 seed) public {
        _play(seed, Tally(0, 0, 0, 0));
    }

    /// The plays meet all that they are for.
    function test_plays_meetEverything() public {
        Tally memory t;
        uint256 state = vm.snapshotState();
        for (uint256 seed; seed < 20; ++seed) {
            _play(seed, t);
            vm.revertToState(state);
        }
        vm.assertGt(t.liquidations, 10, "liquidations in a lock");
        vm.assertGt(t.refused, 10, "takers who won");
        vm.assertGt(t.credited, 3, "settlements that give relief back");
        vm.assertGt(t.fourMarkets, 0, "of them in four markets");
    }

    function _play(uint256 seed, Tally memory t) private {
        (_seed, _draws) = (seed, 0);
        _markets = 1 + _draw(4);
        venue.setVaultBudget(quad, _draw(3) == 0 ? uint96(_draw(30_000) * QUOTE) : 0);
        _open();
        for (uint256 round; round < 2; ++round) {
            _settleAnchors(quad);
            if (!_jump()) continue;
            _slack = UNITS + (round == 0 ? int256(0) : _jumps());
            bool solvent = _allSolventAtAnchors();
            uint256 before = _shortfall();
            _liquidateSome(t);
            _resolve(t);
            if (solvent) vm.assertEq(_shortfall(), before, "a shortfall, although all were solvent at the anchors");
            _requireBacked();
            if (_shortfall() != before) return;
        }
        for (uint256 i; i < _all.length; ++i) venue.creditRelief(_all[i]);
        _requireBacked();
    }

    // ------------------------------------------------------------------ the play

    function _open() private {
        for (uint256 i; i < TRADERS; ++i) {
            for (uint256 m; m < _markets; ++m) {
                if (_draw(4) == 0) continue;
                Actor memory other_ = _draw(2) == 0 ? deep : _traders[_draw(TRADERS)];
                if (AccountId.unwrap(other_.id) == AccountId.unwrap(_traders[i].id)) other_ = deep;
                MarketId market = quad.market(uint8(m));
                uint256 notional = 1_000 + _draw(450_000 / _markets);
                int256 size = int256((notional * 1e27) / _price(market));
                _tryTrade(_traders[i], other_, market, _draw(2) == 0 ? size : -size, _price(market));
            }
        }
    }

    /// @dev Each mark by up to 14%, some by nothing or a little.
    function _jump() private returns (bool locked) {
        for (uint256 m; m < _markets; ++m) {
            uint256 kind = _draw(4);
            uint256 range =
                kind == 0
                    ? 1
                    : kind == 1
                        ? 20_000
                        : 140_000;
            uint256 move = _draw(range);
            MarketId market = quad.market(uint8(m));
            uint256 mark = _price(market);
            _setPrice(market, _draw(2) == 0 ? mark + (mark * move) / 1e6 : mark - (mark * move) / 1e6);
        }
        venue.poke(quad);
        return _group(quad).phase == Phase.LOCKED;
    }

    /// @dev At marks that moved on, by each door; some makers have what they must not take.
    function _liquidateSome(Tally memory t) private {
        uint256[] memory frozen = new uint256[](_markets);
        for (uint256 m; m < _markets; ++m) {
            MarketId market = quad.market(uint8(m));
            frozen[m] = _price(market);
            uint256 move = _draw(40_000);
            _setPrice(
                market,
                _draw(2) == 0 ? frozen[m] + (frozen[m] * move) / 1e6 : frozen[m] - (frozen[m] * move) / 1e6
            );
        }
        for (uint256 tries; tries < 4 * TRADERS; ++tries) {
            Actor memory victim = _traders[tries % TRADERS];
            Actor memory taker =
                _draw(3) != 0
                    ? _keepers[_draw(2)]
                    : _draw(2) == 0
                        ? deep
                        : _traders[_draw(TRADERS)];
            MarketId market = quad.market(uint8(_draw(_markets)));
            if (_draw(8) == 0) venue.netOne(victim.id);
            int256 before = _equityAt(victim.id);
            (bool ok, bytes4 reason) = _liquidate(victim, taker, market);
            if (reason == ILiquidation.WinningSideLocked.selector) ++t.refused;
            if (!ok) continue;
            ++t.liquidations;
            vm.assertGe(_equityAt(victim.id), before < 0 ? before : int256(0), "taken below zero");
            vm.assertGe(_equityAt(taker.id), 0, "the taker below zero");
        }
        for (uint256 m; m < _markets; ++m) _setPrice(quad.market(uint8(m)), frozen[m]);
    }

    function _liquidate(
        Actor memory victim,
        Actor memory taker,
        MarketId market
    ) private returns (bool ok, bytes4 reason) {
        uint256 door = _draw(3);
        uint256 max = 1 + _draw(5e9);
        if (_draw(2) == 0) max = 1e18;
        if (door == 0) (ok, reason) = _tryLiquidate(taker, victim.id, market, max);
        else if (door == 1) {
            int256 sign = _size(victim.id, market) < 0 ? int256(-1) : int256(1);
            (ok, reason) = _try(
                taker.owner,
                abi.encodeCall(
                    venue.liquidateMany,
                    (market, _list(victim.id), 0, Size.wrap(sign * int256(max)), NO_NODE, ANY_PRICE, NEVER)
                )
            );
        } else {
            int256 size = _size(victim.id, market);
            if (size == 0) return (false, 0);
            Fill[] memory fills = _makerFill(taker, market, size, _price(market));
            (ok, reason) = _try(address(this), abi.encodeCall(venue.liquidate, (victim.id, market, 0, _pack(fills))));
        }
    }

    /// @dev Two orders of the same absorbs and registrations, from the same state.
    function _resolve(Tally memory t) private {
        uint256 mask = _draw(1 << _all.length);
        if (_draw(2) == 0) mask = type(uint256).max;
        uint256 state = vm.snapshotState();
        bytes32 outcome = _settleInOrder(mask, false);
        vm.revertToState(state);
        vm.assertEq(_settleInOrder(mask, true), outcome, "the order matters");
        (int256 numerator, ) = _share();
        if (numerator == 0) return;
        ++t.credited;
        if (_markets == 4) ++t.fourMarkets;
    }

    function _settleInOrder(uint256 mask, bool backwards) private returns (bytes32) {
        if (!backwards) _netAll(mask, backwards);
        for (uint256 i; i < _all.length; ++i) {
            AccountId id = _all[backwards ? _all.length - 1 - i : i];
            if (_account(id).open != 0 && _equityAt(id) < 0) venue.absorb(quad, _list(id));
        }
        if (backwards) _netAll(mask, backwards);
        for (uint256 i; i < _all.length; ++i) {
            Health memory h = _recordedHealth(_all[i]);
            (int256 a, int256 f) = (Money.unwrap(h.atAnchor), Money.unwrap(h.equity));
            (, bool registered) = _reliefOf(_all[i]);
            // Who has nothing to net needs no registration.
            bool counts = a >= 0 && f >= 0 && (registered || (mask >> i) & 1 != 0);
            _least[_all[i]] = !counts ? type(int256).min : (a < f ? a : f) - _slack;
        }
        _end();
        bool absorbed = _group(quad).absorbed != 0;
        if (absorbed) {
            uint256 steps = backwards ? 10_000 : 1;
            vm.assertFalse(venue.deleverage(quad, 0), "the charge alone");
            for (uint256 i; i < _all.length - 1; ++i) {
                if (_least[_all[i]] == type(int256).min) continue;
                vm.assertGe(_equity(_all[i]), _least[_all[i]], "below anchor and frozen mark");
            }
            while (!venue.deleverage(quad, steps)) {}
        } else venue.poke(quad);
        int256[] memory equities = new int256[](_all.length);
        for (uint256 i; i < _all.length; ++i) {
            equities[i] = _equity(_all[i]);
            // The vault's inventory may have been changed by the settlement.
            if (i == _all.length - 1 || _least[_all[i]] == type(int256).min) continue;
            vm.assertGe(equities[i], _least[_all[i]], "below after the tear-ups");
        }
        return keccak256(abi.encode(equities));
    }

    function _netAll(uint256 mask, bool backwards) private {
        for (uint256 i; i < _all.length; ++i) {
            uint256 at = backwards ? _all.length - 1 - i : i;
            if ((mask >> at) & 1 != 0) venue.netOne(_all[at]);
        }
    }

    // ------------------------------------------------------------------ what holds

    /// @dev What a unit of size of each market gained in the jump, 1e-9 quote.
    function _jumps() private returns (int256 total) {
        for (uint256 m; m < _markets; ++m) {
            MarketView memory market = _market(quad.market(uint8(m)));
            total += int256(_abs(int256(market.recordedMark) - market.anchor) / 1e18) + 1;
        }
    }

    function _equityAt(AccountId id) private returns (int256) {
        return _atFrozen(id);
    }

    function _allSolventAtAnchors() private returns (bool) {
        for (uint256 i; i < _all.length; ++i) {
            if (Money.unwrap(_recordedHealth(_all[i]).atAnchor) < 0) return false;
        }
        return true;
    }

    /// @dev INV-1: all that all have, at any marks, is at most what is there and what is known to be missing.
    function _requireBacked() private {
        RecoveryView memory r = _recovery();
        int256 total = int256(uint256(r.fees)) + _cash(pot) + _cash(accountOf(treasury, 0));
        total += int256(uint256(_group(quad).reserve)) + _cash(accountOf(address(this), 0));
        for (uint256 i; i < _all.length; ++i) total += _equity(_all[i]);
        // Parts of a unit of size that a tear-up leaves: drawn from the seed.
        vm.assertLe(total, int256(token.balanceOf(address(venue)) * 1e3 + r.shortfall + 1e6), "units were made");
    }

    function _draw(uint256 below) private returns (uint256) {
        return uint256(keccak256(abi.encode(_seed, ++_draws))) % below;
    }
}
