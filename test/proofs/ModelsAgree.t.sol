// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChargeLib} from "../../contracts/deleveraging/ChargeLib.sol";
import {ReliefLib} from "../../contracts/deleveraging/ReliefLib.sol";
import {Frame, Group, Ledger, Market, MarketParams, MarketStatus, Queue} from "../../contracts/Ledger.sol";
import {FrameLib} from "../../contracts/position/FrameLib.sol";
import {Health, MarginLib} from "../../contracts/position/MarginLib.sol";
import {Leg, PositionLib} from "../../contracts/position/PositionLib.sol";
import {QueueLib} from "../../contracts/position/QueueLib.sol";
import {FundingLib} from "../../contracts/prices/FundingLib.sol";
import {Quote} from "../../contracts/prices/MarkLib.sol";
import {
    mulDivDown,
    mulDivUp,
    notionalUp,
    shareUp,
    valueDown,
    wideMulDivDown
} from "../../contracts/types/Arithmetic.sol";
import {GroupId} from "../../contracts/types/MarketId.sol";
import {Money, maxMoney, minMoney, toMoney} from "../../contracts/types/Money.sol";
import {packNode} from "../../contracts/types/Node.sol";
import {NO_NODE, NodeId, levelUp} from "../../contracts/types/NodeId.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Size, toSize} from "../../contracts/types/Size.sol";
import {TestBase} from "../base/TestBase.sol";
import {packed} from "../base/PackedParams.sol";

/// @notice The models of test/proofs/models describe the code by hand. What each of them assumes of a result is held
/// against the code here, on random operands: a proof about a model is only as good as its likeness.
contract ModelsAgreeTest is TestBase {
    using FrameLib for Frame;
    using FundingLib for Market;
    using MarginLib for Health;
    using PositionLib for Leg;
    using QueueLib for Queue;

    struct Filled {
        int256 rate;
        uint256 elapsed;
        uint256 n;
        int256 premium;
        int256 mark;
        Size interest;
        MarketParams params;
    }

    int256 private constant ONE = 1 << 95;

    Queue internal _queue;
    Ledger internal _ledger;

    /// @dev rounding.smt2: floor, ceiling, and the position that is read back.
    function testFuzz_rounding_isFloorAndCeiling(int256 a, int256 b, uint256 d) public pure {
        (a, b) = (bound(a, -(1 << 120), 1 << 120), bound(b, -(1 << 120), 1 << 120));
        d = bound(d, 1, 1 << 160);
        int256 down = mulDivDown(a, b, d);
        vm.assertTrue(down * int256(d) <= a * b && a * b < down * int256(d) + int256(d), "floor");
        vm.assertEq(wideMulDivDown(a, b, d), down, "512 bits agree");
        int256 up = mulDivUp(a, b, d);
        vm.assertTrue(up * int256(d) - int256(d) < a * b && a * b <= up * int256(d), "ceiling");
        int256 value = Money.unwrap(valueDown(Size.wrap(a), Price.wrap(b)));
        vm.assertTrue(value * 1e18 <= a * b && a * b < value * 1e18 + 1e18, "valueDown");
        int256 share = Money.unwrap(shareUp(Money.wrap(a), d % (1 << 24)));
        vm.assertTrue(share * 1e6 >= a * int256(d % (1 << 24)), "shareUp");
    }

    /// @dev rounding.smt2: the part of a value that a reduction realises, and averaged ranks.
    function testFuzz_rounding_splitsAndAverages(
        int256 value,
        uint256 whole,
        uint256 closed,
        int256 rank,
        int256 entry
    ) public pure {
        whole = bound(whole, 1, 1 << 72);
        closed = bound(closed, 1, whole);
        Leg memory leg;
        leg.size = Size.wrap(int256(whole));
        leg.value = Money.wrap(bound(value, -(1 << 120), 1 << 120));
        leg.rank = Price.wrap(bound(rank, -(1 << 90), 1 << 90));
        int256 before = Money.unwrap(leg.value);
        int256 part = Money.unwrap(leg.trade(Size.wrap(-int256(closed)), Money.wrap(0), Price.wrap(0)));
        int256 exact = before * int256(closed);
        vm.assertTrue(part * int256(whole) <= exact && exact < (part + 1) * int256(whole), "part");
        vm.assertEq(Money.unwrap(leg.value), before - part);

        leg.size = Size.wrap(int256(whole));
        entry = bound(entry, -(1 << 90), 1 << 90);
        int256 weighted = Price.unwrap(leg.rank) * int256(whole) + entry * int256(closed);
        leg.trade(Size.wrap(int256(closed)), Money.wrap(0), Price.wrap(entry));
        int256 average = Price.unwrap(leg.rank) * int256(whole + closed);
        vm.assertTrue(average >= weighted && average < weighted + int256(whole + closed), "average");
    }

    /// @dev levels.smt2: index and residue of any rank, and the granule's place in the id.
    function testFuzz_levels_areCeilings(int256 rank, uint256 mark) public pure {
        mark = bound(mark, 1e6, 1e24);
        rank = bound(rank, -(1 << 89), 1 << 89);
        (NodeId level, uint24 residue) = levelUp(Price.wrap(rank), Price.wrap(int256(mark)));
        int256 g = int256(1) << (NodeId.unwrap(level) >> 40);
        int256 key = Price.unwrap(level.rank());
        vm.assertTrue(key % g == 0 && key - g < rank && rank <= key, "index");
        int256 below = (key - rank) << 24;
        vm.assertTrue(int256(uint256(residue)) * g <= below && below < int256(uint256(residue) + 1) * g, "residue");
        vm.assertEq(Price.unwrap(level.exactRank(residue)), key - ((int256(uint256(residue)) * g) >> 24), "exact");
    }

    /// @dev frames.smt2: A and K after two tear-ups, and gross values.
    function testFuzz_frames_areAsModelled(
        uint256 shares,
        uint256 first,
        uint256 second,
        int256 tilde,
        bool isLong
    ) public pure {
        shares = bound(shares, 1, (1 << 95) - 1);
        tilde = bound(tilde, -(1 << 89), 1 << 89);
        Frame memory frame = Frame({remaining: uint96(uint256(ONE)), proceeds: 0});
        frame = _tearUp(frame, shares, bound(first, 0, shares), tilde, isLong);
        _tearUp(frame, shares, bound(second, 0, frame.sizeDown(shares)), tilde / 3, isLong);
    }

    /// @dev sizes.smt2: new shares and dust of a torn-up node.
    function testFuzz_sizes_areAsModelled(uint256 total, uint256 own, uint256 remaining, uint256 size) public {
        total = bound(total, 1, (1 << 84) - 1);
        own = bound(own, 0, total);
        remaining = bound(remaining, 1, uint256(ONE));
        size = bound(size, 0, (own * remaining) >> 95);
        NodeId node = NodeId.wrap(uint48(1) << 40);
        _queue.nodes[node] = packNode(total, NO_NODE, NO_NODE, 0, true);
        _queue.frames[node] = Frame({remaining: uint96(remaining), proceeds: 0});
        (uint256 shares, uint256 dust) = _queue.resize(node, own, size);
        vm.assertTrue(shares * remaining <= size << 95 && size << 95 < (shares + 1) * remaining, "shares");
        vm.assertLe(shares, own, "a reduction needs no more shares");
        uint256 later = total - own + shares;
        uint256 freed = ((total * remaining) >> 95) + size - ((later * remaining) >> 95) - ((own * remaining) >> 95);
        vm.assertEq(dust, freed, "dust");
    }

    /// @dev charges.smt2: charges of a group of two markets, what they take, and what comes back of relief.
    function testFuzz_charges_areAsModelled(uint256 seed, uint256 deficit, uint256 reserve, uint256 relief) public {
        GroupId id = GroupId.wrap(1);
        Group storage group = _ledger.groups[id];
        group.markets = 2;
        group.deficit = uint96(bound(deficit, 1, 1 << 70));
        group.reserve = uint96(bound(reserve, 0, group.deficit - 1));
        int256 gains;
        for (uint256 i; i < 2; ++i) {
            Market storage market = _ledger.markets[id.market(i)];
            market.status = MarketStatus.OPEN;
            market.openInterest = uint72(uint256(keccak256(abi.encode(seed, i))) >> (185 + (seed % 40)));
            market.recordedMark = int88(uint88(uint256(keccak256(abi.encode(seed, i, "jump"))) >> (180 + (seed % 30))));
            gains += (int256(uint256(market.openInterest)) * market.recordedMark) / 1e18;
        }
        vm.assertEq(Money.unwrap(ChargeLib.gains(_ledger, id)), gains, "gains");
        group.relieved = uint96(bound(relief, 0, uint256(gains) > type(uint96).max ? 0 : uint256(gains)));
        int256 capacity = gains - int256(uint256(group.relieved));
        vm.assertEq(Money.unwrap(ChargeLib.capacity(_ledger, id)), capacity, "capacity");
        _assertCharges(id, group, capacity, relief >> 128);
    }

    function _assertCharges(GroupId id, Group storage group, int256 capacity, uint256 part) private {
        Price[] memory charges = ChargeLib.pendingCharges(_ledger, id);
        int256 due = int256(uint256(group.deficit - group.reserve));
        int256 taken;
        for (uint256 i; i < 2; ++i) {
            Market storage market = _ledger.markets[id.market(i)];
            (int256 c, int256 j) = (Price.unwrap(charges[i]), market.recordedMark);
            taken += (int256(uint256(market.openInterest)) * c) / 1e18;
            if (due + 2 >= capacity) vm.assertEq(c, j, "the whole jump");
            else vm.assertTrue(c * capacity >= (due + 2) * j && (c - 1) * capacity < (due + 2) * j, "charge");
        }
        // Of two who are registered.
        int256 one = int256(bound(part, 0, group.relieved));
        int256 back = _credit(id, one) + _credit(id, int256(uint256(group.relieved)) - one);
        vm.assertGe(taken - back, due < capacity ? due : capacity, "covers");
    }

    function _credit(GroupId id, int256 relief) private view returns (int256) {
        (Money numerator, Money denominator) = ChargeLib.share(_ledger, id);
        return Money.unwrap(ReliefLib.shareOf(Money.wrap(relief), numerator, denominator));
    }

    /// @dev funding.smt2: what a rate paid since the last fill, how it has faded, and how far a fill moves it against
    /// which depth.
    function testFuzz_funding_isAsModelled(
        int256 rate,
        uint256 elapsed,
        uint256 n,
        int256 premium,
        uint256 seed
    ) public {
        Filled memory f;
        (f.n, f.elapsed) = (bound(n, 1, 1 << 90), bound(elapsed, 0, 10 hours));
        (f.premium, f.rate) = (bound(premium, -int256(f.n), int256(f.n)), 0);
        (f.mark, f.interest) = (int256(bound(seed, 1e12, 1e22)), toSize(bound(seed >> 100, 1, (1 << 72) - 1)));
        f.params = _params(seed);
        int256 clamp = (f.mark * int256(uint256(f.params.maxFunding))) / 1e6 / 3600;
        f.rate = bound(rate, -clamp, clamp);
        (Price funding, int256 later) = _fill(f);

        if (f.elapsed > 28_800) f.elapsed = 28_800;
        vm.assertEq(Price.unwrap(funding), f.rate * int256(f.elapsed), "paid");
        int256 faded = (f.rate * int256(28_800 - f.elapsed)) / 28_800;
        Money depth = _depth(f.params, notionalUp(f.interest, Price.wrap(f.mark)));
        _assertMoved(
            later - faded,
            _target(f.params, f.mark, f.premium, f.n) - faded,
            int256(f.n),
            Money.unwrap(depth)
        );
    }

    /// @dev margin.smt2: the discount and its limit.
    function testFuzz_margin_discountIsAsModelled(uint256 equity, uint256 maintenance, uint256 seed) public pure {
        (Health memory h, MarketParams memory params) = (_health(equity, maintenance), _params(seed));
        params.maintenanceMargin = uint24(bound(seed >> 80, 1, 500_000));
        params.discountFloor = uint16(bound(seed >> 104, 0, 50_000));
        params.discountCap = uint16(bound(seed >> 128, params.discountFloor, 50_000));
        (uint256 e, uint256 m) = (h.equity.toUint(), h.maintenance.toUint());
        uint256 max = h.discountLimit(packed(params));
        uint256 exact = params.maintenanceMargin * e;
        vm.assertTrue(max * m <= exact && exact < max * m + m, "limit");
        uint256 depth =
            e >= m
                ? 0
                : 2 * (m - e) > m
                    ? m
                    : 2 * (m - e);
        uint256 step = ((params.discountCap - params.discountFloor) * depth) / m;
        uint256 wanted = params.discountFloor + step;
        vm.assertEq(h.discount(packed(params)), wanted < max ? wanted : max, "discount");
    }

    /// @dev margin.smt2: the initial margin of an increase.
    function testFuzz_margin_raisedRateIsAsModelled(uint256 base, uint256 soft, uint256 hard, uint256 oi) public pure {
        MarketParams memory params;
        params.initialMargin = uint24(bound(base, 0, 1e6));
        params.hardCap = uint72(bound(hard, 1, 1 << 71));
        params.softCap = uint72(bound(soft, 0, params.hardCap - 1));
        oi = bound(oi, 0, 1 << 71);
        uint256 rate = MarginLib.increaseRate(packed(params), toSize(oi));
        if (oi <= params.softCap) return vm.assertEq(rate, params.initialMargin);
        if (oi >= params.hardCap) return vm.assertEq(rate, 1e6);
        (uint256 more, uint256 span) = (rate - params.initialMargin, params.hardCap - params.softCap);
        uint256 line = (1e6 - params.initialMargin) * (oi - params.softCap);
        vm.assertTrue(more * span >= line && more * span < line + span, "rate");
    }

    /// @dev margin.smt2: what closes a missing margin, and what may be withdrawn.
    function testFuzz_margin_restoresAndLeavesEnough(
        int256 equity,
        int256 cash,
        uint256 size,
        uint256 seed
    ) public pure {
        Health memory h = _health(1, 1);
        h.initial = toMoney(bound(seed >> 64, 0, 1 << 90));
        (h.equity, h.cash) = (Money.wrap(bound(equity, -1 << 90, 1 << 91)), Money.wrap(bound(cash, -1 << 91, 1 << 91)));
        (h.atAnchor, h.atRecordedMark) = (h.equity + Money.wrap(1e9), h.equity - toMoney(seed & 0xffffffffffff));
        Money free = h.withdrawable();
        Money max = minMoney(minMoney(h.cash, h.equity) - h.initial, minMoney(h.atAnchor, h.atRecordedMark));
        vm.assertEq(Money.unwrap(free), Money.unwrap(maxMoney(max, Money.wrap(0))), "withdrawable");

        Leg memory leg;
        leg.size = toSize(bound(size, 1, 1 << 72));
        Quote memory quote;
        quote.mark = Price.wrap(int256(bound(seed, 1e12, 1e24)));
        (uint256 rate, uint256 cost) = (bound(seed >> 8, 1, 1e6), bound(seed >> 32, 0, 60_000));
        Size closed = h.sizeToRestore(leg, quote, rate, cost);
        if (closed == leg.size) return;
        vm.assertGt(rate, cost);
        int256 missing = Money.unwrap((h.initial - h.equity).positive());
        int256 restored = Size.unwrap(closed) * Money.unwrap(notionalUp(leg.size, quote.mark)) * int256(rate - cost);
        vm.assertGe(restored, missing * 1e6 * Size.unwrap(leg.size), "restores");
    }

    function _fill(Filled memory f) private returns (Price, int256) {
        Market storage market = _ledger.markets[GroupId.wrap(1).market(0)];
        (market.fundingRate, market.fundingTime) = (int64(f.rate), 1e6);
        market.openInterest = f.interest.toUint72(); // the model is of fills that open nothing
        vm.warp(1e6 + f.elapsed);
        return market.bookFill(packed(f.params), Price.wrap(f.mark), Money.wrap(f.premium), toMoney(f.n), f.interest);
    }

    function _assertMoved(int256 moved, int256 way, int256 n, int256 depth) private pure {
        int256 w = n + depth;
        vm.assertTrue(moved * w <= way * n && way * n < (moved + 1) * w, "moved");
    }

    function _target(MarketParams memory params, int256 mark, int256 premium, uint256 n) private pure returns (int256) {
        int256 clamp = (mark * int256(uint256(params.maxFunding))) / 1e6 / 3600;
        int256 target = mulDivDown(mark, premium, n * 28_800);
        return
            target > clamp
                ? clamp
                : target < -clamp
                    ? -clamp
                    : target;
    }

    function _health(uint256 equity, uint256 maintenance) private pure returns (Health memory h) {
        h.maintenance = toMoney(bound(maintenance, 1, 1 << 90));
        h.equity = toMoney(bound(equity, 1, 2 * h.maintenance.toUint()));
    }

    function _params(uint256 seed) private pure returns (MarketParams memory params) {
        (params.takerFee, params.makerFee) = (uint16(bound(seed >> 8, 1, 50_000)), uint16((seed >> 24) % 50_000));
        (params.maxFunding, params.fundingDepth) = (uint16((seed >> 40) % 2_000), uint48(seed >> 200));
    }

    /// @dev Not less than moving the rate from clamp to clamp yields, for the fees of both sides; and than the market's
    /// own depth.
    function _depth(MarketParams memory params, Money open) private pure returns (Money depth) {
        uint256 fees = uint256(params.takerFee) + params.makerFee;
        depth = FundingLib.depth(packed(params), open, fees);
        uint256 yields = open.toUint() * 16 * params.maxFunding;
        vm.assertTrue(depth.toUint() * fees >= yields, "depth");
        uint256 min = uint256(params.fundingDepth) * 1e9;
        vm.assertTrue(depth.toUint() == min || (depth.toUint() > min && (depth.toUint() - 1) * fees < yields), "least");
    }

    function _tearUp(
        Frame memory frame,
        uint256 shares,
        uint256 size,
        int256 tilde,
        bool isLong
    ) private pure returns (Frame memory torn) {
        int256 s = int256(shares);
        int256 left = ((s * int256(uint256(frame.remaining))) >> 95) - int256(size);
        torn = frame.tearUp(shares, size, Price.wrap(tilde), isLong);
        int256 b = int256(uint256(torn.remaining));
        if (left == 0) vm.assertEq(b, 0);
        else vm.assertTrue(b * s >= left * ONE && b * s - s < left * ONE, "A");
        int256 closed = (int256(uint256(frame.remaining)) - b) * tilde;
        int256 proceeds = isLong ? closed >> 95 : -((-closed) >> 95);
        vm.assertEq(int256(torn.proceeds), frame.proceeds + proceeds, "K");
        int256 perShare = b * tilde + torn.proceeds * ONE;
        int256 own = (s >> 33) + 1; // so that the product fits
        int256 gross = Money.unwrap(torn.grossDown(own, Price.wrap(tilde)));
        vm.assertEq(gross, mulDivDown(perShare, own, uint256(ONE) * 1e18), "gross");
        int256 short = Money.unwrap(torn.grossUp(-own, Price.wrap(tilde)));
        vm.assertEq(short, -gross, "a short's ceiling");
    }
}
