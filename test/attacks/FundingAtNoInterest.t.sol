// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IGovernance} from "../../contracts/interfaces/IGovernance.sol";
import {MarketParams, Mode} from "../../contracts/Ledger.sol";
import {Actor} from "../base/Fixture.sol";
import {Fill, Match} from "../base/Packing.sol";
import {Attack, Wealth} from "./Attack.sol";

/// @title Funding moved while nothing is open
/// @custom:source Our own review: a rate that is cheap to move at no interest was paid on the interest that came
/// afterwards
/// @notice The attacker washes: opens and closes against himself at the edge of the band. Then he takes an honest
/// maker's offer, and is paid for eight hours. Or he owes funding, and washes interest up and down so that the rate
/// runs thin.
contract FundingAtNoInterestAttack is Attack {
    uint256 internal constant MARK = 60_000e18;

    Actor internal a;
    Actor internal b;
    Actor internal maker;
    Actor internal other;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        (a, b) = (_attacker("a", 20_000_000), _attacker("b", 20_000_000));
        (maker, other) = (_honest("maker", 40_000_000), _honest("other", 40_000_000));
    }

    function test_clampsThatPayMoreThanFees_areRefused() public {
        uint16[4] memory clamps = [uint16(100), 200, 500, 4_000];
        for (uint256 i; i < clamps.length; ++i) {
            MarketParams memory p = _marketParams();
            p.maxFunding = clamps[i];
            vm.expectRevert(
                abi.encodeWithSelector(
                    IGovernance.ParameterOutOfBounds.selector,
                    bytes32("maxFunding"),
                    clamps[i],
                    0,
                    61
                )
            );
            venue.setMarketParams(btc, p);
        }
    }

    function test_withoutFees_thereIsNoFunding() public {
        MarketParams memory p = _marketParams();
        (p.takerFee, p.makerFee, p.maxFunding) = (0, 0, 1);
        vm.expectPartialRevert(IGovernance.ParameterOutOfBounds.selector);
        venue.setMarketParams(btc, p);
        p.maxFunding = 0;
        venue.setMarketParams(btc, p);
        _trade(a, b, btc, 1e9, (MARK * 102) / 100);
        vm.assertEq(_market(btc).fundingRate, 0);
    }

    /// The handed plays, at the highest clamp that the bound allows for usual fees and for the highest ones.
    function test_washAtNoInterest_loses() public {
        uint256 start = vm.snapshotState();
        for (uint256 i; i < 6; ++i) {
            _setClamp(i < 3 ? 400 : 5_000, i < 3 ? 100 : 5_000);
            int256 wash = [int256(50e9), 200e9, 1e9][i % 3];
            _assertLoses("funding moved at no interest, then interest grows", _play(wash, 0, 1_000e9));
            vm.revertToState(start);
        }
    }

    /// He leaves a little open, so that the rate is not nothing.
    function test_washDownToLittleInterest_loses() public {
        uint256 start = vm.snapshotState();
        for (uint256 i; i < 4; ++i) {
            _setClamp(i % 2 == 0 ? 400 : 5_000, i % 2 == 0 ? 100 : 5_000);
            int256 left = i < 2 ? int256(1e6) : int256(10e9);
            _assertLoses("funding moved at little interest, then interest grows", _play(50e9, left, 1_000e9));
            vm.revertToState(start);
        }
    }

    /// He is long and owes the rate to an honest short. He opens and closes against himself until it is thin.
    function test_aRateWashedThin_costsMoreThanItSaves() public {
        uint256 start = vm.snapshotState();
        for (uint256 i; i < 6; ++i) {
            _setClamp(i % 2 == 0 ? 400 : 5_000, i % 2 == 0 ? 100 : 5_000);
            (int256 size, uint256 times, bool closes) = (100e9, 1, false);
            if (i == 2 || i == 3) (size, times, closes) = (100e9, 4, true);
            if (i > 3) (size, times, closes) = (5e9, 40, true);
            (int256 saved, int256 paid) = _thin(size, times, closes);
            vm.assertGt(saved, 0, "it did nothing: this test says nothing");
            vm.assertLe(saved, paid, "washing the rate thin saved more than it cost");
            _line("a funding rate washed thin", saved - paid, saved);
            vm.revertToState(start);
        }
    }

    // ------------------------------------------------------------------ inside

    function _setClamp(uint16 taker, uint16 makers) private {
        MarketParams memory p = _marketParams();
        (p.takerFee, p.makerFee) = (taker, makers);
        p.maxFunding = uint16((uint256(taker + makers) * (1e6 - p.priceBand)) / 8e6);
        (p.softCap, p.hardCap) = (uint72(20_000 * BASE), uint72(30_000 * BASE));
        venue.setMarketParams(btc, p);
    }

    function _assertLoses(string memory name, Wealth memory w) private view {
        int256 loss = -w.traders;
        _line(name, w.attacker, loss);
        vm.assertLt(w.attacker, 0, "moving the rate paid");
    }

    /// @dev Opens at the mark and closes 2% below it but for `left`, takes the maker's offer, waits, and leaves.
    function _play(int256 wash, int256 left, int256 size) private returns (Wealth memory) {
        Fill[] memory offer = _makerFill(maker, btc, -size, MARK);
        _begin();
        _trade(a, b, btc, wash, MARK);
        _trade(a, b, btc, left - wash, (MARK * 98) / 100);
        Match[] memory m = new Match[](1);
        m[0].taker = _sign(a, _order(a, btc, size, MARK, true));
        m[0].fills = offer;
        venue.settle(_pack(m, true));
        _wait();
        _trade(a, other, btc, -size, MARK);
        if (left != 0) _trade(a, b, btc, -left, MARK);
        return _change();
    }

    /// @return saved Of what the honest short would have been paid.
    /// @return paid In fees.
    function _thin(int256 size, uint256 times, bool closes) private returns (int256 saved, int256 paid) {
        _trade(a, maker, btc, 100e9, (MARK * 102) / 100);
        for (uint256 i; i < 60; ++i) {
            // Others, who push the rate to where longs pay.
            if (i % 2 == 0) _trade(_actor("c", 1_000_000), _actor("d", 1_000_000), btc, 50e9, (MARK * 102) / 100);
            else _trade(_actor("d", 1_000_000), _actor("c", 1_000_000), btc, 50e9, (MARK * 102) / 100);
        }
        uint256 start = vm.snapshotState();
        int256 before = _equity(maker.id);
        _wait();
        int256 whole = _equity(maker.id) - before;
        vm.revertToState(start);

        uint256 earlier = _recovery().fees;
        for (uint256 i; i < times; ++i) {
            _trade(a, b, btc, size, MARK);
            if (closes) _trade(a, b, btc, -size, (MARK * 98) / 100);
        }
        paid = int256(_recovery().fees - earlier);
        before = _equity(maker.id);
        _wait();
        saved = whole - (_equity(maker.id) - before);
    }

    function _wait() private {
        skip(8 hours);
        _settleAnchors(solo);
    }
}
