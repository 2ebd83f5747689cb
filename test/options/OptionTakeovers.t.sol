// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccounts} from "../../contracts/interfaces/IAccounts.sol";
import {IDeleveraging} from "../../contracts/interfaces/IDeleveraging.sol";
import {ILiquidation} from "../../contracts/interfaces/ILiquidation.sol";
import {IOptionLiquidation} from "../../contracts/interfaces/IOptionLiquidation.sol";
import {ITrading} from "../../contracts/interfaces/ITrading.sol";
import {ISliceDesk, Slice} from "../../contracts/options/IMarginDesk.sol";
import {OptionSlices} from "../../contracts/options/OptionSlices.sol";
import {seriesFrom, seriesOf} from "../../contracts/options/SeriesId.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {Money} from "../../contracts/types/Money.sol";
import {NO_NODE, NodeId} from "../../contracts/types/NodeId.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Size} from "../../contracts/types/Size.sol";
import {Actor} from "../base/Fixture.sol";
import {Standing} from "../../contracts/mocks/OptionProbe.sol";
import {OptionBooks} from "./OptionBooks.sol";

/// @notice Slices, and single legs in a lock, of portfolios at random: what is planned (SliceLibTest) is what is moved,
/// stored and told, as the books say.
contract OptionTakeoversTest is OptionBooks {
    int256 private constant LOT = 12_345_679;

    Actor private maker;
    Actor private keeper;
    Actor private debtor;
    OptionSlices private _slices;
    uint256 private _random;

    function setUp() public {
        _deployOptions();
        MarketId[] memory some = new MarketId[](7);
        (some[0], some[1], some[2], some[3]) = (_call(5), _call(7), _put(7), _put(9));
        (some[4], some[5], some[6]) = (_call(9), _future(), _perpetual());
        _openBooks(some);
        _slices = new OptionSlices();
        maker = _actor("maker", 10_000_000);
        keeper = _actor("keeper", 10_000_000);
        debtor = _actor("debtor", 200_000);
        _addAccount(maker);
        _addAccount(keeper);
        _addAccount(debtor);
        _addAccount(vault);
    }

    function testFuzz_slices_areBookedToTheUnit(uint256 seed) public {
        _slice(seed);
    }

    /// Of some seeds all have slices, or the others would show nothing.
    function test_plays_meetSlices() public {
        uint256 met;
        for (uint256 seed = 1; seed < 7; ++seed) {
            uint256 state = vm.snapshotState();
            if (_slice(seed)) ++met;
            vm.revertToStateAndDelete(state);
        }
        vm.assertTrue(met > 0, "slices");
    }

    /// @return met There was something to take.
    function _slice(uint256 seed) private returns (bool met) {
        _random = seed;
        if (!_indebt()) return false;
        uint256 maxFraction = _draw(2) == 0 ? 1e18 : 1 + _draw(1e18);
        bytes memory answer;
        (met, answer) = _plan(256, maxFraction);
        if (!met) vm.expectRevert(answer);
        else _expectSlice(abi.decode(answer, (Slice)));
        vm.recordLogs();
        vm.prank(keeper.owner);
        venue.liquidateSlice(debtor.id, 0, maxFraction, 0, Money.wrap(0), NEVER, new NodeId[](0));
        if (!met) return met;
        _requireLogs();
        _requireBooks();
        _requireSolvent();
    }

    function testFuzz_legsInALock_areBookedToTheUnit(uint256 seed) public {
        _random = seed;
        if (!_indebt()) return;
        keeper = _actor("other", 10_000_000); // who has neither won nor lost
        _addAccount(keeper);
        (, int256 answer, , , ) = feed.latestRoundData();
        bool up = _draw(2) == 0;
        feed.setAnswer(up ? (answer * 103) / 100 : (answer * 97) / 100);
        venue.poke(group);
        _reread(vault.id); // a reserve was set aside
        _rereadFunding(); // and it was stopped
        for (uint256 i; i < markets.length; ++i) _takeLeg(markets[i]);
        _requireSolvent();
    }

    function _takeLeg(MarketId market) private {
        if (legs[debtor.id][market].size == 0) return;
        (bool ok, bytes memory answer) = _plan(seriesFrom(market).index(), type(uint256).max);
        if (!ok) {
            vm.expectRevert(answer);
        } else {
            _reread(debtor.id);
            _expectSlice(abi.decode(answer, (Slice)));
        }
        uint256 state = vm.snapshotState();
        vm.recordLogs();
        vm.prank(keeper.owner);
        venue.liquidateToAccount(debtor.id, market, 0, type(uint256).max, NO_NODE, Price.wrap(0), NEVER);
        if (ok) _requireLogsBut(IDeleveraging.NetRegistered.selector); // which is not of the books
        if (ok) _reread(debtor.id);
        if (ok) _requireBooks();
        if (!ok) vm.revertToStateAndDelete(state);
    }

    // ------------------------------------------------------------------ by the books

    function _expectSlice(Slice memory s) private {
        int256 cost = Money.unwrap(s.cost);
        int256 toKeeper = cost / 2;
        for (uint256 i; i < s.indexes.length; ++i) {
            _expectMove(s, i, i == 0 ? toKeeper : int256(0), i == 0 ? cost - toKeeper : int256(0));
        }
        cash[vault.id] += cost - toKeeper;
        _expectLog(IAccounts.CashChanged.selector, AccountId.unwrap(vault.id), 0, 0, abi.encode(cash[vault.id]));
        _expectLog(
            IOptionLiquidation.Sliced.selector,
            AccountId.unwrap(debtor.id),
            AccountId.unwrap(keeper.id),
            0,
            abi.encode(s.fraction, toKeeper, cost - toKeeper, cash[debtor.id])
        );
    }

    function _expectMove(Slice memory s, uint256 i, int256 toKeeper, int256 toVault) private {
        Desk memory d = _deskOf(seriesOf(group, s.indexes[i]).market());
        (int256 size, uint256 market) = (Size.unwrap(s.sizes[i]), MarketId.unwrap(d.market));
        (Side memory giver, Side memory taker) = (_sideOf(d, debtor.id), _sideOf(d, keeper.id));
        interest[d.market] -= _long(giver.size) + _long(taker.size);
        _change(d, giver, -size, d.mark, toKeeper + toVault);
        _change(d, taker, size, d.mark, -toKeeper);
        interest[d.market] += _long(giver.size) + _long(taker.size);
        _store(d, taker);
        bytes memory his = abi.encode(taker.size, _packed(keeper.id, d.market), cash[keeper.id]);
        _expectLog(ITrading.PositionChanged.selector, AccountId.unwrap(keeper.id), market, 0, his);
        _store(d, giver);
        his = abi.encode(_abs(size), 0, toKeeper, toVault, giver.size, _packed(debtor.id, d.market));
        his = bytes.concat(his, abi.encode(cash[debtor.id]));
        _expectLog(
            ILiquidation.Liquidated.selector,
            AccountId.unwrap(debtor.id),
            market,
            AccountId.unwrap(keeper.id),
            his
        );
    }

    // ------------------------------------------------------------------ who is in debt

    /// @dev Three legs at initial margin, and the price moves until it is below maintenance, and not below zero.
    function _indebt() private returns (bool) {
        for (uint256 i; i < 3; ++i) {
            _open(debtor, _draw(3) != 0);
            _open(keeper, _draw(2) == 0);
        }
        vm.prank(debtor.owner);
        venue.withdraw(0, type(uint256).max, debtor.owner);
        _reread(debtor.id);
        bool up = _draw(2) == 0;
        uint256 spot = SPOT;
        for (uint256 i; i < 8; ++i) {
            spot = up ? spot + 30 + _draw(20) : spot - 30 - _draw(20);
            _setSpot(spot);
            _settleAnchors();
            Standing memory s = _standing(debtor.id);
            if (s.equity < s.maintenance) return s.equity >= 0;
        }
        return false;
    }

    function _open(Actor memory actor, bool sells) private {
        Desk memory d = _deskOf(markets[_draw(markets.length)]);
        int256 size = LOT * int256(10 + _draw(100));
        if (sells) size = -size;
        // The salts of `_trade`.
        Side memory side = _sideOf(d, actor.id);
        uint64 salt = _nextSalt();
        _expectFill(d, side, maker.id, salt + (1 << 16), size, d.mark);
        _expectEnd(d, side, salt, _abs(size));
        vm.recordLogs();
        _trade(actor, maker, d.market, size, uint256(d.mark));
        _requireLogs();
    }

    function _plan(uint256 only, uint256 maxFraction) private returns (bool ok, bytes memory answer) {
        bytes memory call = abi.encodeCall(ISliceDesk.plan, (debtor.id, only, maxFraction));
        try venue.inspect(address(_slices), call) {
            revert("inspect returned");
        } catch (bytes memory said) {
            return abi.decode(said, (bool, bytes));
        }
    }

    function _draw(uint256 below) private returns (uint256) {
        _random = uint256(keccak256(abi.encode(_random)));
        return _random % below;
    }
}
