// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {GroupView, SeriesView, Worth} from "../../contracts/mocks/OptionSandboxViews.sol";
import {PortfolioLib} from "../../contracts/options/PortfolioLib.sol";
import {PERPETUAL, SeriesId, ladderOf, seriesOf} from "../../contracts/options/SeriesId.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {Price} from "../../contracts/types/Price.sol";
import {OptionFixture} from "./OptionFixture.sol";
import {flatSmile} from "./Parameters.sol";

/// @dev What plays met.
struct Tally {
    uint256 settled;
    uint256 registered;
    uint256 credited;
    uint256 expired;
    uint256 collected;
    uint256 refusedCollects;
    uint256 largest;
}

/// @title Locks of option groups at random
/// @notice Thin accounts with random legs in 1 to 40 series; then jumps of price, volatility level, a smile and time,
/// an expiry in some. In each lock some accounts are registered and all defaulters absorbed, twice: in one order at
/// once, and in another order one by one, in steps, with deposits and credits between them. What must hold:
/// INV-1 (no unit is made), INV-2 and INV-13 (per series longs equal shorts), INV-8 (both ways end alike), INV-14
/// (nobody registered ends below anchor and frozen factors), INV-15 (nothing is missing when all were solvent at the
/// anchors), INV-17 (a series closes only when both factors are past its expiry).
contract OptionPlaysTest is OptionFixture {
    uint256 private constant TRADERS = 5;
    /// What rounding may take from an account a leg, 1e-9 quote, and besides.
    int256 private constant UNITS_A_LEG = 2;
    int256 private constant UNITS = 3;

    /// Units of size that rounding freed carry no price: what that may drift by.
    int256 private constant DUST = 10_000;

    AccountId[] private _all;
    SeriesId[] private _series;
    AccountId[] private _defaulters;
    uint256 private _seed;
    uint256 private _draws;
    /// The lesser of equity at anchor and frozen factors, of who has nothing left to register.
    mapping(AccountId account => int256) private _least;
    mapping(AccountId account => bool) private _isSafe;
    mapping(AccountId account => bool) private _wasIn;
    int256 private _partOfUnit;

    function setUp() public {
        _deploy();
        _all.push(_account(0, 3_000_000));
        for (uint256 i = 1; i <= TRADERS; ++i) _all.push(_account(i, 0));
    }

    function testFuzz_locks_keepWhatTheyPromise(uint256 seed) public {
        _play(seed, Tally(0, 0, 0, 0, 0, 0, 0));
    }

    /// The plays meet all that they are for.
    function test_plays_meetEverything() public {
        vm.pauseGasMetering();
        Tally memory t;
        uint256 state = vm.snapshotState();
        for (uint256 seed; seed < 24; ++seed) {
            _play(seed, t);
            vm.revertToState(state);
        }
        vm.assertGt(t.settled, 10, "settlements");
        vm.assertGt(t.registered, 10, "registrations");
        vm.assertGt(t.credited, 5, "of them with a credit");
        vm.assertGt(t.expired, 3, "expiries");
        vm.assertGt(t.collected, 10, "collected");
        vm.assertGt(t.refusedCollects, 10, "refused");
        vm.assertGt(t.largest, 20, "series in one lock");
    }

    function _play(uint256 seed, Tally memory t) private {
        (_seed, _draws) = (seed, 0);
        delete _series;
        for (uint256 i = 1; i <= TRADERS; ++i) venue.fund(_all[i], Money.wrap(int256(_draw(4_000) * QUOTE)));
        _pickSeries();
        if (_draw(3) == 0) {
            venue.fund(pot, Money.wrap(int256(_draw(20_000) * QUOTE)));
            venue.setBudget(group, uint96(_draw(20_000) * QUOTE));
        }
        bool torn;
        for (uint256 round; round < 2; ++round) {
            _open();
            _requireBooks("opened");
            if (_draw(3) != 0) _settleAnchors();
            if (!_jump(t)) {
                _collectAll(t);
                continue;
            }
            _partOfUnit = 0;
            if (torn) _partOfUnit = _jumps();
            int256 before = _shortfall();
            bool solvent = _noteLeast();
            _resolve(t);
            torn = true;
            _requireLeast();
            if (solvent) vm.assertEq(_shortfall(), before, "a shortfall, although all were solvent at the anchors");
            _requireBooks("settled");
            _collectAll(t);
            _requireBooks("collected");
            if (_shortfall() != 0) return;
        }
    }

    // ------------------------------------------------------------------ the play

    function _pickSeries() private {
        uint256 count = 1 + _draw(40);
        for (uint256 i; i < count; ++i) {
            uint256 place = _draw(31);
            SeriesId series = seriesOf(group, (_draw(2) << 5) | place);
            if (_draw(12) == 0) series = _perpetual();
            bool known;
            for (uint256 j; j < _series.length; ++j) known = known || _series[j] == series;
            if (!known) _series.push(series);
        }
    }

    function _open() private {
        for (uint256 i = 1; i <= TRADERS; ++i) {
            uint256 legs = 1 + _draw(8);
            for (uint256 leg; leg < legs; ++leg) {
                SeriesId series = _series[_draw(_series.length)];
                if (_isOver(series)) continue;
                AccountId other = _all[_draw(3) == 0 ? 1 + _draw(TRADERS) : 0];
                if (other == _all[i]) other = _all[0];
                uint256 size = (1 + _draw(20)) * (BASE / 4) + _draw(1000);
                uint256 price = (_mark(series) * (990 + _draw(21))) / 1000;
                bool buys = _draw(2) == 0;
                (AccountId buyer, AccountId seller) = buys ? (_all[i], other) : (other, _all[i]);
                try venue.fill(buyer, seller, series, size, price) {} catch {}
            }
        }
    }

    /// @dev By its ladder's expiry, whatever its price.
    function _isOver(SeriesId series) private view returns (bool) {
        return series.index() != PERPETUAL && ladderOf(series.index()) == 0 && block.timestamp >= START + WEEK;
    }

    function _jump(Tally memory t) private returns (bool locked) {
        uint256 spot = venue.groupOf(group).now_.spot;
        uint256 kind = _draw(6);
        if (kind == 5 && block.timestamp < START + WEEK) {
            vm.warp(START + WEEK + _draw(300));
            _setSpot(_moved(spot, 60_000));
            venue.fixPrice(group, 0, uint80(_moved(spot, 120_000)));
            ++t.expired;
        } else {
            skip(_draw(6) * 5_000);
            if (kind != 0) _setSpot(_moved(spot, 150_000));
            if (kind > 1) venue.postLevel(group, uint32(_moved(LEVEL, 400_000)));
        }
        if (kind > 2)
            try venue.postSmile(group, 1, flatSmile(4_000 + _draw(4_000), int256(_draw(2_000)) - 1_000)) {} catch {}
        venue.poke(group);
        if (_group().phase != 0) return true;
        // Without a gap a debt locks it.
        for (uint256 i; i < _all.length; ++i) {
            if (Money.unwrap(_worth(_all[i]).equity) >= 0) continue;
            try venue.absorb(group, _list(_all[i])) {
                return true;
            } catch {}
        }
    }

    /// @dev In two ways, which must end alike.
    function _resolve(Tally memory t) private {
        GroupView memory g = _group();
        uint256 count;
        for (uint256 live = g.live; live != 0; live &= live - 1) ++count;
        if (count > t.largest) t.largest = count;
        // An order that hits everybody who is below zero.
        delete _defaulters;
        for (uint256 i; i < _all.length; ++i) {
            if (Money.unwrap(_worth(_all[i]).equity) < 0) _defaulters.push(_all[i]);
        }
        uint256 mask = _draw(1 << (TRADERS + 1));
        if (_draw(2) == 0) mask = type(uint256).max;
        uint256 state = vm.snapshotState();
        bytes32 other = _resolveOneByOne(mask);
        vm.revertToState(state);
        bytes32 own = _resolveAtOnce(mask, t);
        vm.assertEq(own, other, "order, batches and steps change nothing");
    }

    function _resolveAtOnce(uint256 mask, Tally memory t) private returns (bytes32) {
        AccountId[] memory list = new AccountId[](_all.length);
        uint256 count;
        for (uint256 i; i < _all.length; ++i) {
            if ((mask >> i) & 1 != 0) list[count++] = _all[i];
        }
        assembly ("memory-safe") {
            mstore(list, count)
        }
        try venue.net(group, list) {} catch {}
        for (uint256 i; i < _all.length; ++i) {
            Worth memory w = _worth(_all[i]);
            _isSafe[_all[i]] = w.isNetted || Money.unwrap(w.relief) == 0;
            if (w.isNetted) ++t.registered;
        }
        AccountId[] memory below = new AccountId[](_defaulters.length);
        for (uint256 i; i < below.length; ++i) below[i] = _defaulters[i];
        if (below.length != 0) venue.absorb(group, below);
        skip(120);
        if (_group().absorbed != 0) {
            vm.assertTrue(venue.deleverage(group, 100_000));
            ++t.settled;
        } else {
            venue.poke(group);
        }
        for (uint256 i; i < _all.length; ++i) {
            if (Money.unwrap(_worth(_all[i]).credit) > 0) ++t.credited;
        }
        return _digest();
    }

    function _resolveOneByOne(uint256 mask) private returns (bytes32) {
        for (uint256 i = _defaulters.length; i > 0; --i) {
            // Registered before or after, or never: who is absorbed has no part.
            if (i % 2 == 0) venue.netOne(_defaulters[i - 1]);
            venue.absorb(group, _list(_defaulters[i - 1]));
        }
        for (uint256 i = _all.length; i > 0; --i) {
            if ((mask >> (i - 1)) & 1 != 0) venue.netOne(_all[i - 1]);
        }
        // A ladder that is listed meanwhile has no part either.
        venue.list(group, 6, uint40(block.timestamp + 9 * WEEK), 2_300e18, 100e18, flatSmile(9_000, 100));
        skip(120);
        if (_group().absorbed == 0) {
            venue.poke(group);
            return _digest();
        }
        for (uint256 steps; !venue.deleverage(group, steps); steps = (steps + 3) % 11) {
            for (uint256 i; i < _all.length; ++i) venue.creditRelief(_all[i]);
            AccountId who = _all[steps % _all.length];
            venue.fund(who, Money.wrap(5));
            venue.pay(who, Money.wrap(5));
        }
        return _digest();
    }

    function _collectAll(Tally memory t) private {
        GroupView memory g = _group();
        bool past = g.anchor.time >= START + WEEK && g.recorded.time >= START + WEEK;
        for (uint256 i; i < _all.length; ++i) {
            Worth memory before = _worth(_all[i]);
            int256 equity = Money.unwrap(before.equity) + Money.unwrap(before.credit);
            for (uint256 held = before.held; held != 0; held &= held - 1) {
                SeriesId series = seriesOf(group, PortfolioLib.lowestOf(held));
                bool whole = _size(_all[i], series) != 0;
                try venue.collect(_all[i], series.market()) {
                    ++t.collected;
                    if (whole) vm.assertTrue(past && _isOver(series), "INV-17");
                } catch {
                    ++t.refusedCollects;
                }
            }
            vm.assertEq(Money.unwrap(_worth(_all[i]).equity) + Money.unwrap(_worth(_all[i]).credit), equity);
        }
    }

    // ------------------------------------------------------------------ what must hold

    /// @dev Notes the least that each may end with. Are all solvent at the anchors?
    function _noteLeast() private returns (bool solvent) {
        solvent = true;
        for (uint256 i; i < _all.length; ++i) {
            Worth memory w = _worth(_all[i]);
            (int256 frozen, int256 anchor) = (Money.unwrap(w.equity), Money.unwrap(w.atAnchor));
            _least[_all[i]] = frozen < anchor ? frozen : anchor;
            if (anchor < 0) solvent = false;
            int256 legs;
            for (uint256 held = w.held; held != 0; held &= held - 1) ++legs;
            _least[_all[i]] -= legs * (UNITS_A_LEG + _partOfUnit) + UNITS;
            _wasIn[_all[i]] = anchor >= 0 && frozen >= 0;
        }
        // In a lock for debts one was absorbed already; what he was at the anchors is not known any more.
        if (_group().absorbed != 0) solvent = false;
    }

    function _requireLeast() private view {
        for (uint256 i; i < _all.length; ++i) {
            if (!_wasIn[_all[i]] || !_isSafe[_all[i]]) continue;
            // At the frozen factors, which are the recorded ones.
            Worth memory w = _worth(_all[i]);
            vm.assertGe(
                Money.unwrap(w.atRecorded) + Money.unwrap(w.credit),
                _least[_all[i]],
                "below anchor and frozen factors"
            );
        }
    }

    /// @dev A position that was torn up in part has a part of a unit of size besides: quote of all jumps, 1e-9.
    function _jumps() private view returns (int256 sum) {
        for (uint256 s; s < _series.length; ++s) {
            SeriesView memory v = venue.seriesAt(_series[s]);
            Price jump = v.mark - v.anchor;
            sum += Price.unwrap(jump.abs()) / 1e18 + 1;
        }
    }

    /// @dev Longs equal shorts; and what all are worth is there, but for what rounding left with the venue.
    function _requireBooks(string memory when) private view {
        int256 sum;
        for (uint256 s; s < _series.length; ++s) {
            // What is in the estate of a closed series was paid out at the price that it has for ever.
            _requireBalanced(_series[s]);
        }
        for (uint256 i; i < _all.length; ++i) {
            Worth memory w = _worth(_all[i]);
            sum += Money.unwrap(w.equity) + Money.unwrap(w.credit);
        }
        sum += Money.unwrap(venue.cashOf(pot));
        // The refund went to who called.
        sum += Money.unwrap(venue.cashOf(_callers()));
        (Money held, Money shortfall, , uint256 uncovered) = venue.books();
        vm.assertEq(uncovered, 0);
        int256 there = Money.unwrap(held) + Money.unwrap(shortfall);
        vm.assertLe(sum, there + DUST, when);
        vm.assertLt(there - sum, 2 * DUST, when);
    }

    function _callers() private view returns (AccountId) {
        return AccountId.wrap(uint192(uint160(address(this))) << 32);
    }

    function _digest() private view returns (bytes32 digest) {
        for (uint256 i; i < _all.length; ++i) {
            Worth memory w = _worth(_all[i]);
            digest = keccak256(abi.encode(digest, Money.unwrap(w.equity) + Money.unwrap(w.credit), w.held, w.isOpen));
            for (uint256 held = w.held; held != 0; held &= held - 1) {
                SeriesId series = seriesOf(group, PortfolioLib.lowestOf(held));
                digest = keccak256(abi.encode(digest, _size(_all[i], series)));
            }
        }
        for (uint256 s; s < _series.length; ++s) {
            SeriesView memory v = venue.seriesAt(_series[s]);
            digest = keccak256(abi.encode(digest, v.openInterest, v.estateLong, v.estateShort, v.longs, v.shorts));
            digest = keccak256(abi.encode(digest, v.chargeLong, v.chargeShort, v.nodes));
        }
        (, Money shortfall, uint256 locked, uint256 uncovered) = venue.books();
        return keccak256(abi.encode(digest, shortfall, locked, uncovered, venue.cashOf(pot), _group().live));
    }

    // ------------------------------------------------------------------ draws

    function _moved(uint256 value, uint256 range) private returns (uint256) {
        uint256 move = _draw(range);
        return _draw(2) == 0 ? value + (value * move) / 1e6 : value - (value * move) / 1e6;
    }

    function _draw(uint256 below) private returns (uint256) {
        return uint256(keccak256(abi.encode(_seed, ++_draws))) % below;
    }
}
