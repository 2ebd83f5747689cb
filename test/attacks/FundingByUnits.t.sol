// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IGovernance} from "../../contracts/interfaces/IGovernance.sol";
import {MarketParams, Mode} from "../../contracts/Ledger.sol";
import {MockPriceSource} from "../../contracts/mocks/MockPriceSource.sol";
import {MarketId} from "../../contracts/types/MarketId.sol";
import {Actor} from "../base/Fixture.sol";
import {Attack} from "./Attack.sol";

/// @title Funding moved by rounding
/// @custom:source Balancer v2 pools, 3 November 2025: a rounding of a unit, repeated in a batch of tiny swaps
/// @notice The rate is a whole number of price units a second. A fill moves it by up to 3 of them by rounding alone. On
/// very many coins that is more than the fees of the least fill: 300 of them, for 0.15 quote, took 2.57 on an interest
/// of 5,900 while the cap could be 2^70.
contract FundingByUnitsAttack is Attack {
    /// 1 quote * 500 ppm * 1e12 / (3 units * 10 * 28,800 s)
    uint256 internal constant MAX = 578_703_703_703_703_703;

    MarketId internal coin;
    Actor internal a;
    Actor internal b;
    Actor internal short;
    uint256 internal mark;
    /// Of the least fill, with 3% to spare for prices below the mark.
    int256 internal min;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
    }

    function test_moreCoinsThanRoundingAllows_areRefused() public {
        uint256[2] memory least_ = [uint256(1 * QUOTE), 10 * QUOTE];
        for (uint256 i; i < least_.length; ++i) {
            MarketParams memory p = _params(1 << 70);
            p.minNotional = uint48(least_[i]);
            uint256 max = i == 0 ? MAX : 5_787_037_037_037_037_037;
            vm.expectRevert(
                abi.encodeWithSelector(IGovernance.ParameterOutOfBounds.selector, bytes32("hardCap"), 1 << 70, 1, max)
            );
            venue.setMarketParams(btc, p);
            p.hardCap = uint72(max);
            venue.setMarketParams(btc, p);
        }
    }

    /// Where no rate is ever paid nothing is to be gained.
    function test_withoutFunding_theCapIsFree() public {
        MarketParams memory p = _params(1 << 70);
        p.maxFunding = 0;
        venue.setMarketParams(btc, p);
    }

    /// Fills below the mark push the rate down, and floor pushes it further.
    function test_leastFills_pushingDown_loses() public {
        uint256[3] memory marks = [uint256(1e10), 1e12, 1e13];
        uint256 start = vm.snapshotState();
        for (uint256 i; i < marks.length; ++i) {
            _open(marks[i]);
            _compare(300, 0, (mark * 98) / 100);
            vm.revertToState(start);
        }
    }

    /// Who owes the rate lets it fade and thins it by a fill a second, each of which rounds towards zero.
    function test_leastFills_aSecondApart_lose() public {
        uint256[2] memory marks = [uint256(1e12), 1e13];
        uint256 start = vm.snapshotState();
        for (uint256 i; i < marks.length; ++i) {
            _open(marks[i]);
            int256 size = int256(MAX / 3);
            _trade(_actor("c", 100_000), _actor("d", 100_000), coin, size, (mark * 102) / 100);
            vm.assertGt(_market(coin).fundingRate, 0, "longs owe");
            _compare(300, 1, mark);
            vm.revertToState(start);
        }
    }

    // ------------------------------------------------------------------ inside

    /// @dev A market at `price`; the attacker is long half of what may be open.
    function _open(uint256 price) private {
        mark = price;
        min = int256((1 * QUOTE * 1e18 * 103) / mark / 100);
        coin = venue.createMarket(venue.createGroup(), new MockPriceSource(mark), Mode.QUEUE, _params(MAX));
        (a, b) = (_attacker("a", 100_000), _attacker("b", 100_000));
        short = _honest("short", 100_000);
        _trade(_attacker("long", 100_000), short, coin, int256(MAX / 2), mark);
    }

    /// @dev What the fills take from the honest short in the next 8 hours, against what they cost. Others' fills count
    /// as the attacker's.
    function _compare(uint256 fills, uint256 wait, uint256 price) private {
        uint256 start = vm.snapshotState();
        int256 otherwise = _paidToShort(fills * wait + 8 hours);
        vm.revertToState(start);
        uint256 earlier = _recovery().fees;
        int256 before = _equity(short.id);
        for (uint256 i; i < fills; ++i) {
            skip(wait);
            _trade(a, b, coin, i % 2 == 0 ? min : -min, price);
        }
        int256 fees = int256(_recovery().fees - earlier);
        _paidToShort(8 hours);
        int256 taken = otherwise - (_equity(short.id) - before);
        _line("a funding rate moved by rounding", taken - fees, taken);
        vm.assertGt(fees, 0);
        vm.assertLe(taken, fees, "moving the rate by units took more than it cost");
    }

    function _paidToShort(uint256 time) private returns (int256) {
        int256 before = _equity(short.id);
        skip(time);
        return _equity(short.id) - before;
    }

    function _params(uint256 cap) private pure returns (MarketParams memory p) {
        p = _marketParams();
        (p.softCap, p.hardCap) = (uint72(MAX), uint72(cap));
        (p.minNotional, p.fundingDepth) = (uint48(1 * QUOTE), 1_000);
    }
}
