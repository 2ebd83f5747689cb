// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {MarketParams} from "../../../contracts/Ledger.sol";
import {Health, MarginLib} from "../../../contracts/position/MarginLib.sol";
import {Leg, PositionLib} from "../../../contracts/position/PositionLib.sol";
import {Quote} from "../../../contracts/prices/MarkLib.sol";
import {PPM, notionalUp, shareUp} from "../../../contracts/types/Arithmetic.sol";
import {Money, NO_MONEY, toMoney} from "../../../contracts/types/Money.sol";
import {ParamsLib} from "../../../contracts/types/Params.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Size, toSize} from "../../../contracts/types/Size.sol";
import {TestBase} from "../../base/TestBase.sol";

contract MarginHarness {
    MarketParams internal params;

    function set(MarketParams calldata value) external {
        params = value;
    }

    function discount(Health calldata h) external view returns (uint256) {
        return MarginLib.discount(h, ParamsLib.read(params));
    }

    function discountLimit(Health calldata h) external view returns (uint256) {
        return MarginLib.discountLimit(h, ParamsLib.read(params));
    }

    function increaseRate(uint256 interest) external view returns (uint256) {
        return MarginLib.increaseRate(ParamsLib.read(params), toSize(interest));
    }

    function copy(Health memory h) external pure returns (Health memory other, Health memory next) {
        MarginLib.set(other, h);
        return (other, next);
    }

    function copy(Leg memory leg) external pure returns (Leg memory other, Leg memory next) {
        PositionLib.set(other, leg);
        return (other, next);
    }

    function addLeg(Health memory h, Leg calldata leg, Quote calldata quote) external view returns (Health memory) {
        MarginLib.addLeg(h, leg, quote, params.initialMargin, params.maintenanceMargin);
        return h;
    }
}

contract MarginLibTest is TestBase {
    function testFuzz_set_copiesAllMembersAndNothingBeyond(Health memory h, Leg memory leg) public {
        MarginHarness margins = new MarginHarness();
        (Health memory health, Health memory nextHealth) = margins.copy(h);
        vm.assertEq(abi.encode(health), abi.encode(h));
        Health memory empty;
        vm.assertEq(abi.encode(nextHealth), abi.encode(empty));
        (Leg memory copied, Leg memory nextLeg) = margins.copy(leg);
        vm.assertEq(abi.encode(copied), abi.encode(leg));
        Leg memory none;
        vm.assertEq(abi.encode(nextLeg), abi.encode(none));
    }

    /// @dev A leg of `size` at `mark`, beside others, in an account that lacks `missing` of initial margin. Rates in
    /// ppm.
    struct Restoring {
        uint256 size;
        uint256 mark;
        uint256 im;
        uint256 cost;
        uint256 others;
        uint256 missing;
    }

    uint256 internal constant MM = 30_000;
    uint256 internal constant FLOOR = 2_500;
    uint256 internal constant CAP = 15_000;
    uint256 internal constant SOFT = 20_000e9;
    uint256 internal constant HARD = 30_000e9;

    MarginHarness internal margin;

    function setUp() public {
        margin = new MarginHarness();
        margin.set(_params());
    }

    function test_discount_isZeroWithoutEquityOrMaintenance() public view {
        vm.assertEq(margin.discount(_health(0, 3_000e9)), 0);
        vm.assertEq(margin.discount(_health(-1, 3_000e9)), 0);
        vm.assertEq(margin.discount(_health(1_000e9, 0)), 0);
    }

    function test_discount_isTheFloorAtMaintenanceAndAbove() public view {
        vm.assertEq(margin.discount(_health(3_000e9, 3_000e9)), FLOOR);
        vm.assertEq(margin.discount(_health(9_000e9, 3_000e9)), FLOOR);
    }

    function test_discount_risesLinearlyToTheCapAtHalfOfMaintenance() public view {
        vm.assertEq(margin.discount(_health(2_250e9, 3_000e9)), (FLOOR + CAP) / 2);
        vm.assertEq(margin.discount(_health(1_500e9, 3_000e9)), CAP);
    }

    function test_discount_isLimitedToWhatKeepsTheRatio() public view {
        vm.assertEq(margin.discount(_health(750e9, 3_000e9)), MM / 4);
        vm.assertEq(margin.discountLimit(_health(750e9, 3_000e9)), MM / 4);
        vm.assertEq(margin.discount(_health(1, 3_000e9)), 0, "rounded down");
    }

    function testFuzz_discount_growsAsEquityFallsToHalf(uint256 maintenance, uint256 high, uint256 low) public view {
        maintenance = bound(maintenance, 2, 1e24);
        high = bound(high, (maintenance + 1) / 2, maintenance);
        low = bound(low, (maintenance + 1) / 2, high);
        uint256 atHigh = margin.discount(_health(int256(high), maintenance));
        uint256 atLow = margin.discount(_health(int256(low), maintenance));
        vm.assertGe(atLow, atHigh);
        vm.assertGe(atHigh, FLOOR);
        vm.assertLe(atLow, CAP);
    }

    function testFuzz_discount_neverLowersTheRatio(
        uint256 equity,
        uint256 maintenance,
        uint256 part,
        uint256 mm,
        uint256 floor,
        uint256 cap
    ) public {
        MarketParams memory params = _params();
        params.maintenanceMargin = uint24(bound(mm, 1_000, 500_000));
        // Caps that alone would lower it, too, as far as the field goes.
        params.discountFloor = uint16(bound(floor, 0, Math.min(params.maintenanceMargin, type(uint16).max)));
        params.discountCap = uint16(bound(cap, params.discountFloor, type(uint16).max));
        margin.set(params);
        maintenance = bound(maintenance, params.maintenanceMargin, 1e24);
        equity = bound(equity, 1, maintenance);
        Health memory earlier = _health(int256(equity), maintenance);
        uint256 rate = margin.discount(earlier);
        // Notional closed, in units of 1e6 so that ppm of it are exact; the rest of maintenance is other legs'.
        uint256 closed = bound(part, 1, maintenance / params.maintenanceMargin);
        Health memory later = _after(earlier, closed, rate, params.maintenanceMargin);
        vm.assertTrue(MarginLib.ratioNotLower(earlier, later));
        vm.assertLe(rate, params.discountCap);
    }

    function testFuzz_discountLimit_isTheLargestThatKeepsTheRatio(
        uint256 equity,
        uint256 maintenance,
        uint256 part
    ) public view {
        maintenance = bound(maintenance, MM, 1e24);
        equity = bound(equity, 1, 2 * maintenance);
        Health memory earlier = _health(int256(equity), maintenance);
        uint256 limit = margin.discountLimit(earlier);
        uint256 closed = bound(part, 1, maintenance / MM);
        vm.assertTrue(MarginLib.ratioNotLower(earlier, _after(earlier, closed, limit, MM)));
        vm.assertFalse(MarginLib.ratioNotLower(earlier, _after(earlier, closed, limit + 1, MM)), "one more lowers it");
    }

    function testFuzz_sizeToRestore_restoresInitialMarginWithTheLeastSize(Restoring memory x, bool isLong) public pure {
        x.size = bound(x.size, 1e3, 2 ** 70);
        x.mark = bound(x.mark, 1e15, 1e24);
        x.im = bound(x.im, 2_000, PPM);
        x.cost = bound(x.cost, 0, x.im - 1);
        x.others = bound(x.others, 0, 1e24);
        // At most twice what the leg can free at no cost.
        x.missing = bound(x.missing, 0, (2 * x.size * x.mark * x.im) / 1e24 + 1);
        Quote memory quote;
        quote.mark = Price.wrap(int256(x.mark));
        Leg memory leg;
        leg.size = isLong ? toSize(x.size) : -toSize(x.size);
        Health memory h;
        h.initial = _initial(x, x.size);
        h.equity = h.initial - toMoney(x.missing);

        uint256 closed = MarginLib.sizeToRestore(h, leg, quote, x.im, x.cost).toUint();

        vm.assertLe(closed, x.size);
        if (closed < x.size) {
            Money equity = h.equity - toMoney((closed * x.mark * x.cost) / 1e24);
            Money initial = _initial(x, x.size - closed);
            vm.assertGe(Money.unwrap(equity) + 3, Money.unwrap(initial), "restored, to rounding");
        }
        if (x.missing == 0) vm.assertEq(closed, 0, "nothing to restore");
        else if (closed > 1) {
            // One unit of size less frees too little, to one unit of notional.
            uint256 gain = x.im - x.cost;
            vm.assertLt((closed - 1) * x.mark * gain, (x.missing * PPM + gain) * 1e18, "the least");
        }
    }

    function test_sizeToRestore_isTheQuotientOfWhatIsMissingAndWhatAUnitFrees() public pure {
        Quote memory quote;
        quote.mark = Price.wrap(60_000e18);
        Leg memory leg;
        leg.size = Size.wrap(-10e9);
        Health memory h;
        h.initial = Money.wrap(30_000e9);
        h.equity = Money.wrap(27_300e9);
        // 2,700 missing / (5% - 0.5%) = 60,000 of notional: one base.
        vm.assertEq(MarginLib.sizeToRestore(h, leg, quote, 50_000, 5_000).toUint(), 1e9);
    }

    function test_sizeToRestore_isTheWholeLegWhenClosingCostsWhatItFrees() public pure {
        Quote memory quote;
        quote.mark = Price.wrap(60_000e18);
        Leg memory leg;
        leg.size = Size.wrap(10e9);
        Health memory h;
        h.initial = Money.wrap(1);
        vm.assertEq(MarginLib.sizeToRestore(h, leg, quote, 50_000, 50_000).toUint(), 10e9);
        h.initial = Money.wrap(30_000e9);
        h.equity = -Money.wrap(30_000e9);
        vm.assertEq(MarginLib.sizeToRestore(h, leg, quote, 50_000, 0).toUint(), 10e9, "more is missing than it frees");
    }

    function test_increaseRate_rampsFromTheBaseToOneWhole() public view {
        vm.assertEq(margin.increaseRate(0), 50_000);
        vm.assertEq(margin.increaseRate(SOFT), 50_000);
        vm.assertEq(margin.increaseRate((SOFT + HARD) / 2), 525_000);
        vm.assertEq(margin.increaseRate(HARD), PPM);
        vm.assertEq(margin.increaseRate(2 * HARD), PPM);
        vm.assertEq(margin.increaseRate(SOFT + 1), 50_001, "rounded up");
        vm.assertEq(margin.increaseRate(HARD - 1), PPM, "rounded up");
    }

    function test_increaseRate_jumpsWhereTheCapsAreOne() public {
        MarketParams memory params = _params();
        params.hardCap = params.softCap;
        margin.set(params);
        vm.assertEq(margin.increaseRate(SOFT), 50_000);
        vm.assertEq(margin.increaseRate(SOFT + 1), PPM);
    }

    function testFuzz_increaseRate_neverFallsWithOpenInterest(uint72 low, uint72 high) public view {
        if (low > high) (low, high) = (high, low);
        uint256 atLow = margin.increaseRate(low);
        uint256 atHigh = margin.increaseRate(high);
        vm.assertLe(atLow, atHigh);
        vm.assertGe(atLow, 50_000);
        vm.assertLe(atHigh, PPM);
    }

    function test_withdrawable_isCashAboveInitialMarginWithoutUnrealisedGains() public pure {
        vm.assertEq(_withdrawable(1_000, 1_500, 300), 700, "a gain stays");
        vm.assertEq(_withdrawable(1_000, 800, 300), 500, "a loss counts");
        vm.assertEq(_withdrawable(1_000, 800, 900), 0);
        vm.assertEq(_withdrawable(-5, 800, 0), 0, "no cash");
    }

    function test_withdrawable_leavesTheAccountSolventAtTheRecordedMarks() public pure {
        Health memory h;
        (h.cash, h.equity, h.initial) = (Money.wrap(1_000), Money.wrap(1_000), Money.wrap(300));
        (h.atAnchor, h.atRecordedMark) = (Money.wrap(600), Money.wrap(650));
        vm.assertEq(Money.unwrap(MarginLib.withdrawable(h)), 600, "anchor");
        h.atRecordedMark = Money.wrap(50);
        vm.assertEq(Money.unwrap(MarginLib.withdrawable(h)), 50, "recordedMark");
        h.atRecordedMark = Money.wrap(-50);
        vm.assertEq(Money.unwrap(MarginLib.withdrawable(h)), 0);
    }

    function testFuzz_withdrawable_leavesInitialMarginAndCash(int96 cash, int96 equity, uint96 initial) public pure {
        int256 amount = _withdrawable(cash, equity, int256(uint256(initial)));
        vm.assertGe(amount, 0);
        if (amount == 0) return;
        vm.assertGe(int256(equity) - amount, int256(uint256(initial)));
        vm.assertGe(int256(cash) - amount, int256(uint256(initial)));
        vm.assertTrue(
            int256(equity) - amount == int256(uint256(initial)) || int256(cash) - amount == int256(uint256(initial)),
            "all that may leave"
        );
    }

    function test_addLeg_countsValueAtTheMarkAndAtTheRecordedMarks() public view {
        Health memory h;
        h.fresh = true;
        MarginLib.addCash(h, Money.wrap(5_000e9));
        Leg memory leg;
        leg.size = Size.wrap(-2e9);
        leg.value = Money.wrap(-1_000e9);
        Quote memory quote;
        quote.mark = Price.wrap(60_000e18);
        quote.anchor = Price.wrap(63_000e18);
        quote.recordedMark = Price.wrap(59_000e18);
        h = margin.addLeg(h, leg, quote);
        vm.assertEq(Money.unwrap(h.equity), 4_000e9);
        vm.assertEq(Money.unwrap(h.initial), 6_000e9);
        vm.assertEq(Money.unwrap(h.maintenance), 3_600e9);
        vm.assertEq(Money.unwrap(h.atAnchor), -2_000e9, "a short loses 3,000 a unit from mark to anchor");
        vm.assertEq(Money.unwrap(h.atRecordedMark), 6_000e9);
        vm.assertFalse(h.fresh, "a leg without a fresh price");
        vm.assertFalse(MarginLib.isSound(h));
    }

    function test_ratioNotLower_isUnboundedWithoutMaintenance() public pure {
        vm.assertTrue(MarginLib.ratioNotLower(_health(100e9, 50e9), _health(1, 0)));
        vm.assertFalse(MarginLib.ratioNotLower(_health(100e9, 0), _health(100e9, 50e9)));
    }

    function test_addLeg_roundsBothMarginsUp() public view {
        Leg memory leg;
        Quote memory quote;
        (leg.size, quote.mark) = (Size.wrap(7), Price.wrap(3e18)); // 21 units of notional
        Health memory h = margin.addLeg(_health(0, 0), leg, quote);
        vm.assertEq(Money.unwrap(h.initial), 2); // 1.05
        vm.assertEq(Money.unwrap(h.maintenance), 1); // 0.63
    }

    /// @dev At each recorded mark by itself: solvent, or at least as much as before at the same one.
    function test_staysSound_atEachOfTheRecordedMarks() public pure {
        vm.assertTrue(_staysSound(-5, -9, 0, 0), "solvent, whatever it was");
        vm.assertTrue(_staysSound(-5, -9, -5, -9), "no worse");
        vm.assertFalse(_staysSound(-5, 9, -6, 9), "worse at the anchor");
        vm.assertFalse(_staysSound(9, -5, 9, -6), "worse at the recorded mark");
        vm.assertFalse(_staysSound(-5, -9, -8, -8), "worse at the anchor, though not than it was at the recorded mark");
        vm.assertFalse(_staysSound(-9, -5, -8, -8), "worse at the recorded mark, though not than it was at the anchor");
        vm.assertFalse(_staysSound(1, 1, -1, 1), "solvent before, not at the anchor now");
    }

    function _staysSound(
        int256 anchor,
        int256 recordedMark,
        int256 anchorNow,
        int256 now_
    ) private pure returns (bool) {
        Health memory earlier;
        Health memory later;
        (earlier.atAnchor, earlier.atRecordedMark) = (Money.wrap(anchor), Money.wrap(recordedMark));
        (later.atAnchor, later.atRecordedMark) = (Money.wrap(anchorNow), Money.wrap(now_));
        return MarginLib.staysSound(earlier, later);
    }

    function _after(Health memory h, uint256 closed, uint256 rate, uint256 mm) private pure returns (Health memory) {
        return _health(Money.unwrap(h.equity) - int256(closed * rate), h.maintenance.toUint() - closed * mm);
    }

    function _initial(Restoring memory x, uint256 size) private pure returns (Money) {
        return toMoney(x.others) + shareUp(notionalUp(toSize(size), Price.wrap(int256(x.mark))), x.im);
    }

    function _withdrawable(int256 cash, int256 equity, int256 initial) private pure returns (int256) {
        Health memory h;
        (h.cash, h.equity, h.initial) = (Money.wrap(cash), Money.wrap(equity), Money.wrap(initial));
        (h.atAnchor, h.atRecordedMark) = (Money.wrap(type(int128).max), Money.wrap(type(int128).max));
        return Money.unwrap(MarginLib.withdrawable(h));
    }

    function _health(int256 equity, uint256 maintenance) private pure returns (Health memory h) {
        h.cash = NO_MONEY;
        h.equity = Money.wrap(equity);
        h.maintenance = Money.wrap(int256(maintenance));
    }

    function _params() private pure returns (MarketParams memory params) {
        params.initialMargin = 50_000;
        params.maintenanceMargin = uint24(MM);
        params.discountFloor = uint16(FLOOR);
        params.discountCap = uint16(CAP);
        params.softCap = uint72(SOFT);
        params.hardCap = uint72(HARD);
    }
}
