// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IOptionListing} from "../../../contracts/interfaces/IOptionListing.sol";
import {Curve, CurveLib} from "../../../contracts/options/CurveLib.sol";
import {Factors, Ladder} from "../../../contracts/options/OptionLedger.sol";
import {Smile} from "../../../contracts/options/Smile.sol";
import {SmileLib} from "../../../contracts/options/SmileLib.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {TestBase} from "../../base/TestBase.sol";
import {flatSmile} from "../../options/Parameters.sol";

/// @title What is checked of a smile, to the unit
contract SmileLibTest is TestBase {
    using CurveLib for Curve;

    uint40 private constant NOW = 1_763_020_800;
    uint40 private constant MONTH = NOW + 30 days;
    uint256 private constant YEAR = 365 days;

    Ladder private _ladder;

    function check(Factors memory factors, uint256 place) external view {
        SmileLib.check(_ladder, factors, place);
    }

    function requireNear(Smile previous, Smile next, uint256 move, uint256 term) external pure {
        SmileLib.requireNear(previous, next, move, term);
    }

    function requireNoArbitrage(Curve memory curve) external pure {
        SmileLib.requireNoArbitrage(curve);
    }

    function _with(Smile smile, uint256 strike, uint256 vol) private pure returns (Smile) {
        uint256 word = Smile.unwrap(smile) & ~(uint256(type(uint16).max) << (16 * strike));
        return Smile.wrap(word | (vol << (16 * strike)));
    }

    // ------------------------------------------------------------------ ranges

    function _list(Smile first, Smile second) private {
        (_ladder.expiry, _ladder.base, _ladder.step) = (MONTH, 3_300e18, 100e18);
        (_ladder.smiles[0], _ladder.smiles[1]) = (first, second);
    }

    function test_aVolatilityTimesTheLevelIsFromFiveTo400Percent() public {
        Factors memory f = Factors(4_000e18, 1e9, NOW, 0, 0);
        bytes4 selector = IOptionListing.VolOutOfRange.selector;
        _list(flatSmile(500, 0), Smile.wrap(0));
        this.check(f, 0);
        _list(flatSmile(499, 0), Smile.wrap(0));
        vm.expectRevert(abi.encodeWithSelector(selector, 0, 499, 500, 40_000));
        this.check(f, 0);
        _list(flatSmile(40_000, 0), Smile.wrap(0));
        this.check(f, 0);
        _list(flatSmile(40_001, 0), Smile.wrap(0));
        vm.expectRevert(abi.encodeWithSelector(selector, 0, 40_001, 500, 40_000));
        this.check(f, 0);
        // By the level, down: 4,000 * 0.125 = 500, 3,999 * 0.125 = 499.9.
        f.level = 0.125e9;
        _list(flatSmile(4_000, 0), Smile.wrap(0));
        this.check(f, 0);
        for (uint256 i; i < 15; ++i) {
            _list(_with(flatSmile(4_000, 0), i, 3_999), Smile.wrap(0));
            vm.expectRevert(abi.encodeWithSelector(selector, i, 499, 500, 40_000));
            this.check(f, 0);
        }
    }

    /// Bit l of the versions says which of ladder l's smiles holds.
    function test_theSmileIsTheOneThatTheFactorsName() public {
        _list(flatSmile(6_000, 0), flatSmile(100, 0));
        for (uint256 place; place < 8; ++place) {
            Factors memory f = Factors(4_000e18, 1e9, NOW, uint8(~(1 << place)), 0);
            this.check(f, place);
            f.versions = uint8(1 << place);
            vm.expectRevert(abi.encodeWithSelector(IOptionListing.VolOutOfRange.selector, 0, 100, 500, 40_000));
            this.check(f, place);
        }
    }

    /// 0.1%, and 30% a year: of 30 days 2.56575%, down. Arbitrage is looked at with the smile's own basis.
    function test_theBasisIsNearZero() public {
        Factors memory f = Factors(4_000e18, 1e9, NOW, 0, 0);
        for (uint256 i; i < 2; ++i) {
            int256 sign = i == 0 ? int256(1) : -1;
            _list(flatSmile(6_000, 2_565 * sign), Smile.wrap(0));
            this.check(f, 0);
            _list(flatSmile(6_000, 2_566 * sign), Smile.wrap(0));
            vm.expectRevert(abi.encodeWithSelector(IOptionListing.BasisOutOfRange.selector, 2_566 * sign, 2_565));
            this.check(f, 0);
        }
        f.time = MONTH - 1; // 100 and nothing more
        _list(flatSmile(6_000, 100), Smile.wrap(0));
        this.check(f, 0);
        _list(flatSmile(6_000, 101), Smile.wrap(0));
        vm.expectRevert(abi.encodeWithSelector(IOptionListing.BasisOutOfRange.selector, 101, 100));
        this.check(f, 0);
    }

    function test_checkedForArbitrageAtItsOwnPrices() public {
        Factors memory f = Factors(4_000e18, 1e9, NOW, 0, 0);
        _list(_with(flatSmile(6_000, 0), 6, 6_600), Smile.wrap(0));
        vm.expectRevert(abi.encodeWithSelector(IOptionListing.SmileArbitrage.selector, 6));
        this.check(f, 0);
    }

    // ------------------------------------------------------------------ moves

    function test_aVolatilityMovesBy15Percent() public {
        Smile before = flatSmile(6_001, 0); // 15%: 900.15
        bytes4 selector = IOptionListing.VolMoveTooLarge.selector;
        this.requireNear(before, flatSmile(6_901, 0), 50_000, YEAR);
        this.requireNear(before, flatSmile(5_101, 0), 50_000, YEAR);
        for (uint256 i; i < 15; ++i) {
            vm.expectRevert(abi.encodeWithSelector(selector, i, 6_001, 6_902));
            this.requireNear(before, _with(flatSmile(6_901, 0), i, 6_902), 50_000, YEAR);
            vm.expectRevert(abi.encodeWithSelector(selector, i, 6_001, 5_100));
            this.requireNear(before, _with(flatSmile(5_101, 0), i, 5_100), 50_000, YEAR);
        }
        this.requireNear(flatSmile(2_000, 0), flatSmile(2_300, 0), 50_000, YEAR); // exactly
        this.requireNear(flatSmile(2_000, 0), flatSmile(1_700, 0), 50_000, YEAR);
    }

    function _basisMoves(int256 from, int256 to, uint256 move, uint256 term, uint256 limit) private {
        vm.expectRevert(abi.encodeWithSelector(IOptionListing.BasisMoveTooLarge.selector, from, to, limit));
        this.requireNear(flatSmile(6_000, from), flatSmile(6_000, to), move, term);
    }

    function test_theBasisMovesByAShareOfAYear() public {
        // 5% a year is 5,000 units of 1e-5; of 73 days a fifth.
        for (uint256 i; i < 2; ++i) {
            int256 sign = i == 0 ? int256(1) : -1;
            this.requireNear(flatSmile(6_000, -10), flatSmile(6_000, -10 + 1_000 * sign), 50_000, 73 days);
            _basisMoves(-10, -10 + 1_001 * sign, 50_000, 73 days, 1_000);
            _basisMoves(-10, -10 + 1_000 * sign, 50_000, 73 days - 1, 999);
            // Two units at least, however near the expiry.
            this.requireNear(flatSmile(6_000, 7), flatSmile(6_000, 7 + 2 * sign), 50_000, 1);
            _basisMoves(7, 7 + 3 * sign, 50_000, 1, 2);
            _basisMoves(7, 7 + 3 * sign, 50_000, 18_921, 2); // 2.9999
            this.requireNear(flatSmile(6_000, 7), flatSmile(6_000, 7 + 3 * sign), 50_000, 18_922); // 3.0001
        }
    }

    // ------------------------------------------------------------------ arbitrage

    function _call(Curve memory c, uint256 strike) private pure returns (uint256) {
        return c.mark(2 * strike).toUint();
    }

    /// @dev The three inequalities, by the strike at which the first of them fails; 15: none.
    function _faultOf(Curve memory c) private pure returns (uint256) {
        uint256 forward = c.forward.toUint();
        uint256 slack = forward / 2 ** 40 + 4;
        uint256[15] memory calls;
        for (uint256 i; i < 15; ++i) calls[i] = _call(c, i);
        // The slope from strike zero, where the call is the forward, is not above the next one.
        if ((forward + slack) * c.step + calls[1] * c.base < calls[0] * (c.step + c.base)) return 0;
        for (uint256 i = 1; i < 14; ++i) if (calls[i - 1] + calls[i + 1] + slack < 2 * calls[i]) return i;
        return calls[14] > calls[13] + slack ? 14 : 15;
    }

    function _judge(Curve memory c, uint256 fault) private {
        if (fault != 15) vm.expectRevert(abi.encodeWithSelector(IOptionListing.SmileArbitrage.selector, fault));
        this.requireNoArbitrage(c);
    }

    /// @dev Raises the volatility of a strike until it fails, by a unit of price at a time or less: the one before
    /// passes.
    function _raise(Curve memory c, uint256 strike) private {
        Smile smile = c.smile;
        (uint256 passes, uint256 fails) = (smile.vol(strike), type(uint16).max);
        while (fails - passes > 1) {
            uint256 vol = (passes + fails) / 2;
            c.smile = _with(smile, strike, vol);
            (passes, fails) = _faultOf(c) == 15 ? (vol, fails) : (passes, vol);
        }
        c.smile = _with(smile, strike, passes);
        _judge(c, 15);
        c.smile = _with(smile, strike, fails);
        vm.assertEq(_faultOf(c), strike, "the strike");
        _judge(c, strike);
        c.smile = smile;
    }

    /// @param unit The deviation of 100% by 1e4, unit 2^-96.
    function _curve(uint256 forward, uint256 base, uint256 step, uint256 unit) private pure returns (Curve memory c) {
        (c.forward, c.base, c.step, c.root) = (Price.wrap(int256(forward)), base, step, unit);
        c.smile = flatSmile(6_000, 0);
    }

    function test_aCallIsNotAboveTheLineOfItsNeighbours() public {
        Curve memory c = _curve(50_000, 37_500, 1_786, uint256(2 ** 96) / 72_000);
        for (uint256 strike = 1; strike < 14; ++strike) _raise(c, strike);
    }

    /// At a forward of 2^47 prices are known to 2^-40 of it: to 128 units, and four besides.
    function test_whatRoundingCanLookLikeGrowsWithTheForward() public {
        Curve memory c = _curve(2 ** 47, 2 ** 47 - 28_000, 4_000, 2 ** 49);
        _raise(c, 7);
        _raise(c, 8);
    }

    function test_theFirstCallIsNotAboveTheLineToTheForward() public {
        Curve memory c = _curve(1_000, 100, 100, uint256(2 ** 96) / 20_000);
        _raise(c, 0);
        c.smile = _with(c.smile, 1, 14_000); // by an odd number of units
        vm.assertEq(_call(c, 1), 801);
        _raise(c, 0);
    }

    function test_theLastCallIsNotAboveTheOneBefore() public {
        _raise(_curve(1_000, 750, 35, uint256(2 ** 96) / 72_000), 14);
    }
}
