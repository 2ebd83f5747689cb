// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Market} from "../../../contracts/Ledger.sol";
import {Held, OptionBench} from "../../../contracts/mocks/OptionBench.sol";
import {Factors, OptionStorage} from "../../../contracts/options/OptionLedger.sol";
import {Holding, PortfolioLib} from "../../../contracts/options/PortfolioLib.sol";
import {Scene, SceneLib} from "../../../contracts/options/SceneLib.sol";
import {FUTURE, PERPETUAL, seriesOf} from "../../../contracts/options/SeriesId.sol";
import {Quote} from "../../../contracts/prices/MarkLib.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {GroupId} from "../../../contracts/types/MarketId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {DrawnPortfolios} from "../../options/DrawnPortfolios.sol";

/// @dev What SceneLib says of a bench's storage.
contract SceneProbe is OptionStorage {
    /// @notice Quotes of one scene, in this order.
    function quotes(GroupId id, uint256[] calldata indexes) external view returns (Quote[] memory list) {
        Scene memory scene = SceneLib.read(_ledger, _options, id);
        list = new Quote[](indexes.length);
        for (uint256 i; i < list.length; ++i) list[i] = SceneLib.quote(_ledger, _options, scene, indexes[i]);
    }

    /// @notice Jumps at the recorded factors, and the marks there.
    function jumps(
        GroupId id,
        uint256[] calldata indexes
    ) external view returns (int256[] memory list, int256[] memory marks) {
        Scene memory scene = SceneLib.readRecorded(_options, id);
        (list, marks) = (new int256[](indexes.length), new int256[](indexes.length));
        for (uint256 i; i < list.length; ++i) {
            list[i] = Price.unwrap(SceneLib.jumpOf(_options, scene, indexes[i]));
            Quote memory quote = SceneLib.quote(_ledger, _options, scene, indexes[i]);
            marks[i] = Price.unwrap(quote.mark);
            assert(quote.fresh && quote.recordedMark == quote.mark);
        }
    }

    function equity(GroupId id, AccountId account) external view returns (Money, Money, Money) {
        Scene memory scene = SceneLib.read(_ledger, _options, id);
        Holding[] memory list = PortfolioLib.holdings(_ledger, _options, scene, account);
        return PortfolioLib.equityOf(_ledger, account, list);
    }

    function flags(GroupId id) external view returns (bool spotFresh, bool fresh, Factors memory live) {
        Scene memory scene = SceneLib.read(_ledger, _options, id);
        return (scene.spotFresh, scene.fresh, scene.live);
    }
}

/// @dev A bench whose ladders can be due.
contract SceneBench is OptionBench {
    function setNextExpiry(GroupId id, uint40 next) external {
        _options.groups[id].nextExpiry = next;
    }

    function setCharges(GroupId id, uint256 index, uint88 long, uint88 short) external {
        Market storage book = _ledger.markets[seriesOf(id, index).market()];
        (book.chargeLong, book.chargeShort) = (long, short);
    }
}

/// @title The marks of an option group at the factors of now, of its anchor and of its record
contract SceneLibTest is DrawnPortfolios {
    SceneProbe private _probe;
    SceneBench private _bench;

    function setUp() public {
        _openDrawn();
        _bench = new SceneBench();
        bench = _bench;
        bench.setGroup(GROUP, address(feed), level, risk);
        _probe = new SceneProbe();
    }

    /// In any order of series.
    function testFuzz_quotes_areTheModels(uint256 seed) public {
        random = seed;
        _drawVenue();
        uint256[] memory indexes = _drawIndexes(6);
        Quote[] memory list = abi.decode(_call(abi.encodeCall(SceneProbe.quotes, (GROUP, indexes))), (Quote[]));
        for (uint256 i; i < 6; ++i) {
            Quote memory q = _quoteOf(indexes[i]);
            if (indexes[i] == PERPETUAL) q.funding = Price.wrap(funding);
            (q.long, q.short, q.fresh) = (q.mark - q.funding, q.mark - q.funding, true);
            vm.assertEq(abi.encode(list[i]), abi.encode(q), "quote");
        }
    }

    function testFuzz_jumps_areTheModels(uint256 seed) public {
        random = seed;
        _drawVenue();
        uint256[] memory indexes = _drawIndexes(6);
        bytes memory answer = _call(abi.encodeCall(SceneProbe.jumps, (GROUP, indexes)));
        (int256[] memory jumps, int256[] memory marks) = abi.decode(answer, (int256[], int256[]));
        for (uint256 i; i < 6; ++i) {
            vm.assertEq(jumps[i], _markAt(indexes[i], recorded) - _markAt(indexes[i], anchor), "jump");
            int256 mark = indexes[i] == PERPETUAL ? int256(uint256(recorded.spot)) : _markAt(indexes[i], recorded);
            vm.assertEq(marks[i], mark, "mark");
        }
    }

    function testFuzz_equity_isTheModels(uint256 seed) public {
        random = seed;
        _drawVenue();
        Held[] memory held = _drawHeld(1 + _draw(5));
        bench.hold(ACCOUNT, GROUP, 123e9, held);
        bytes memory answer = _call(abi.encodeCall(SceneProbe.equity, (GROUP, ACCOUNT)));
        (int256 now_, int256 atAnchor, int256 atRecorded) = abi.decode(answer, (int256, int256, int256));
        int256[3] memory sums = [int256(123e9), 123e9, 123e9];
        for (uint256 i; i < held.length; ++i) {
            sums[0] += _valueOf(held[i]);
            sums[1] += _valueAt(held[i], anchor, false);
            sums[2] += _valueAt(held[i], recorded, false);
        }
        vm.assertEq(now_, sums[0], "now");
        vm.assertEq(atAnchor, sums[1], "at anchor");
        vm.assertEq(atRecorded, sums[2], "at recorded factors");
    }

    /// A charge of longs lowers what they have, one of shorts raises what they owe; of series that are touched.
    function test_chargesCount_ofTouchedSeries() public {
        random = 5;
        _drawVenue();
        uint256[] memory indexes = new uint256[](4);
        (indexes[0], indexes[1], indexes[2], indexes[3]) = (14, 15, 32 + 14, PERPETUAL);
        for (uint256 i; i < 4; ++i) _bench.setCharges(GROUP, indexes[i], uint88(7 + i), uint88(70 + i));
        bench.setTouched(GROUP, 0, 1 << 15);
        Quote[] memory list = abi.decode(_call(abi.encodeCall(SceneProbe.quotes, (GROUP, indexes))), (Quote[]));
        for (uint256 i; i < 4; ++i) {
            int256 mark = _markAt(indexes[i], _now()) - (i == 3 ? int256(funding) : int256(0));
            bool charged = i == 1 || i == 3;
            vm.assertEq(Price.unwrap(list[i].long), mark - (charged ? int256(7 + i) : int256(0)), "long");
            vm.assertEq(Price.unwrap(list[i].short), mark + (charged ? int256(70 + i) : int256(0)), "short");
        }
    }

    /// The last second in which price and level are fresh. Without a price the recorded one stands.
    function test_freshness() public {
        random = 5;
        _drawVenue();
        skip(1 days);
        _requireFlags(true, true, spot);
        skip(1);
        _requireFlags(false, false, recorded.spot);
        _setSpot(spot);
        _requireFlags(true, false, spot);
        _setLevel(level);
        _requireFlags(true, true, spot);
    }

    function _requireFlags(bool spotFresh, bool fresh, uint256 price) private {
        (bool first, bool second, Factors memory live) = _flags();
        vm.assertEq(first, spotFresh, "price");
        vm.assertEq(second, fresh, "level");
        vm.assertEq(live.spot, price, "spot");
        vm.assertTrue(live.level == level && live.versions == versions && live.funding == funding, "factors");
    }

    /// Time stands a second before an expiry whose price is not fixed.
    function test_time() public {
        random = 5;
        _drawVenue();
        uint40 next = uint40(block.timestamp + 1_000);
        _requireTime(uint40(block.timestamp));
        _bench.setNextExpiry(GROUP, next);
        _requireTime(uint40(block.timestamp));
        vm.warp(next - 1);
        _requireTime(next - 1);
        vm.warp(next);
        _requireTime(next - 1);
        vm.warp(next + 500);
        _requireTime(next - 1);
        _bench.setNextExpiry(GROUP, 0);
        _requireTime(next + 500);
    }

    function _requireTime(uint40 time) private {
        (, , Factors memory live) = _flags();
        vm.assertEq(live.time, time, "time");
    }

    function _flags() private returns (bool, bool, Factors memory) {
        return abi.decode(_call(abi.encodeCall(SceneProbe.flags, (GROUP))), (bool, bool, Factors));
    }

    function _call(bytes memory data) private returns (bytes memory) {
        return _ask(address(_probe), data);
    }

    function _drawIndexes(uint256 count) private returns (uint256[] memory indexes) {
        indexes = new uint256[](count);
        for (uint256 i; i < count; ++i) indexes[i] = _draw(6) == 0 ? PERPETUAL : (_draw(3) << 5) | _draw(FUTURE + 1);
    }
}
