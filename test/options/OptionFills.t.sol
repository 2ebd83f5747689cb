// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Order} from "../../contracts/interfaces/Orders.sol";
import {FUTURE, seriesOf} from "../../contracts/options/SeriesId.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {NO_NODE} from "../../contracts/types/NodeId.sol";
import {Size} from "../../contracts/types/Size.sol";
import {Actor} from "../base/Fixture.sol";
import {Fill, Match, Packing} from "../base/Packing.sol";
import {OptionBooks} from "./OptionBooks.sol";

/// @notice Fills at random, of up to three makers a match and two matches a batch, in nine series of two expiries: all
/// that is stored and told is what the books say.
contract OptionFillsTest is OptionBooks {
    /// A hundredth of a base and some: nothing comes out round.
    int256 private constant LOT = 12_345_679;
    uint256 private constant STEPS = 6;

    Actor[] private _who;
    uint256 private _random;

    function setUp() public {
        _deployOptions();
        venue.list(group, uint40(START + 8 days));
        MarketId[] memory some = new MarketId[](9);
        (some[0], some[1], some[2]) = (_call(5), _call(7), _put(7));
        (some[3], some[4], some[5]) = (_put(9), _future(), _perpetual());
        (some[6], some[7]) = (seriesOf(group, 32 + 14).market(), seriesOf(group, 32 + 13).market());
        some[8] = seriesOf(group, 32 + FUTURE).market();
        _openBooks(some);
        string[5] memory names = ["one", "two", "three", "four", "five"];
        for (uint256 i; i < names.length; ++i) {
            _who.push(_actor(names[i], 10_000_000));
            _addAccount(_who[i]);
        }
    }

    function testFuzz_fills_areBookedToTheUnit(uint256 seed) public {
        _random = seed;
        for (uint256 i; i < STEPS; ++i) {
            if (_draw(4) == 0) _move();
            vm.recordLogs();
            if (_draw(5) == 0) _takeOne();
            else _settleSome();
            _requireLogs();
        }
        _requireBooks();
        _requireSolvent();
    }

    function _move() private {
        skip(1 + _draw(5_000));
        _setSpot(3_980 + _draw(40));
        _tell();
    }

    function _settleSome() private {
        Match[] memory matches = new Match[](1 + _draw(2));
        uint256 taker = _draw(5);
        for (uint256 i; i < matches.length; ++i) {
            matches[i] = _matchOf(taker);
            if (_draw(2) == 0) taker = _draw(5);
        }
        venue.settle(Packing.pack(matches, _draw(2) == 0));
    }

    function _matchOf(uint256 taker) private returns (Match memory m) {
        Desk memory d = _deskOf(markets[_draw(markets.length)]);
        int256 wanted = LOT * int256(130 + _draw(200));
        bool buys = _draw(2) == 0;
        Order memory order = _order(_who[taker], d.market, buys ? wanted : -wanted, buys ? 1e23 : 1e6, true);
        (m.taker, m.fills) = (_sign(_who[taker], order), new Fill[](1 + _draw(3)));
        Side memory side = _sideOf(d, _who[taker].id);
        int256 left = wanted;
        for (uint256 i; i < m.fills.length; ++i) {
            int256 part;
            (m.fills[i], part) = _fillOf(d, side, (taker + 1 + _draw(4)) % 5, left, i + 1 == m.fills.length, buys);
            left -= _abs(part);
        }
        _expectEnd(d, side, order.salt, wanted - left);
    }

    /// @dev Three makers at most: only the last one can meet less than he offers, else a strict match would fail.
    function _fillOf(
        Desk memory d,
        Side memory side,
        uint256 maker,
        int256 left,
        bool last,
        bool buys
    ) private returns (Fill memory fill, int256 part) {
        int256 size = LOT * int256(5 + _draw(last ? 600 : 60));
        int256 max = _draw(3) == 0 ? LOT * int256(1 + _draw(40)) : int256(0);
        part = size < left ? size : left;
        if (max != 0 && max < part) part = max;
        int256 price = _priceAround(d.mark);
        Order memory offer = _order(_who[maker], d.market, buys ? -size : size, uint256(price), false);
        fill = Fill(_sign(_who[maker], offer), uint256(max), NO_NODE);
        _expectFill(d, side, offer.account, offer.salt, buys ? part : -part, price);
    }

    function _takeOne() private {
        Desk memory d = _deskOf(markets[_draw(markets.length)]);
        uint256 taker = _draw(5);
        Actor memory maker = _who[(taker + 1 + _draw(4)) % 5];
        (int256 size, int256 max) = (LOT * int256(5 + _draw(60)), LOT * int256(1 + _draw(60)));
        int256 price = _priceAround(d.mark);
        Order memory offer = _order(maker, d.market, _draw(2) == 0 ? -size : size, uint256(price), false);
        bytes memory packed = Packing.pack(Fill(_sign(maker, offer), uint256(max), NO_NODE));
        Side memory side = _sideOf(d, _who[taker].id);
        if (max < size) size = max;
        _expectFill(d, side, maker.id, offer.salt, Size.unwrap(offer.size) > 0 ? -size : size, price);
        _expectEnd(d, side, 0, 0);
        vm.prank(_who[taker].owner);
        venue.fillOrder(d.market, 0, packed, NO_NODE, 300, NEVER);
    }

    /// @dev Within the band, and not round.
    function _priceAround(int256 mark) private returns (int256 price) {
        price = mark + int256(_draw(90e18)) - 45e18;
        if (price < 1e6) price = int256(1e6 + _draw(1e18));
    }

    function _draw(uint256 below) private returns (uint256) {
        _random = uint256(keccak256(abi.encode(_random)));
        return _random % below;
    }
}
