// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccounts} from "../../../contracts/interfaces/IAccounts.sol";
import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {Order, Use} from "../../../contracts/interfaces/Orders.sol";
import {MarketParams, Mode} from "../../../contracts/Ledger.sol";
import {GasBurningWallet, LyingWallet, RevertingWallet} from "../../../contracts/mocks/BadWallets.sol";
import {MockWallet} from "../../../contracts/mocks/MockWallet.sol";
import {Health} from "../../../contracts/position/MarginLib.sol";
import {AccountId, accountOf} from "../../../contracts/types/AccountId.sol";
import {NO_NODE, NodeId} from "../../../contracts/types/NodeId.sol";
import {MAX_MARK, MIN_MARK, Price} from "../../../contracts/types/Price.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {Actor, Fixture} from "../../base/Fixture.sol";
import {Fill, Match, SignedOrder} from "../../base/Packing.sol";
import {MarketView} from "../../base/TestLens.sol";

contract TradingTest is Fixture {
    uint256 internal constant MARK = 60_000e18;

    Actor internal alice;
    Actor internal bob;
    Actor internal carol;

    function setUp() public {
        _deployVenue(Mode.QUEUE);
        alice = _actor("alice", 100_000);
        bob = _actor("bob", 100_000);
        carol = _actor("carol", 100_000);
    }

    function test_trade_clearsTheSlotOfAPositionThatItCloses() public {
        _trade(alice, bob, btc, 1e9, MARK);
        vm.assertNotEq(_positionWord(alice.id, btc), 0);
        _trade(alice, bob, btc, -1e9, MARK);
        vm.assertEq(_positionWord(alice.id, btc), 0);
        vm.assertEq(_positionWord(bob.id, btc), 0);
    }

    // ------------------------------------------------------------------ refusals

    function test_settle_revertsForAnEmptyBatch_andAnotherGroupsMarket() public {
        Match[] memory none = new Match[](0);
        vm.expectRevert(ITrading.EmptyBatch.selector);
        venue.settle(_pack(none, true));
        Match[] memory m = new Match[](2);
        m[0] = _match(alice, bob, btc, 1e9, MARK)[0];
        m[1] = _match(alice, bob, quad.market(0), 1e9, MARK)[0];
        vm.expectRevert(abi.encodeWithSelector(ITrading.WrongGroup.selector, solo, quad.market(0)));
        venue.settle(_pack(m, false));
    }

    function test_settle_refusesBadTakers() public {
        Order memory o = _taker();
        o.use = Use.MAKER;
        _refusedTaker(o, abi.encodeWithSelector(ITrading.NotATakerOrder.selector));
        o = _taker();
        o.expiry = uint40(START - 1);
        _refusedTaker(o, abi.encodeWithSelector(ITrading.OrderExpired.selector, START - 1));
        o = _taker();
        o.matcher = bob.owner;
        _refusedTaker(o, abi.encodeWithSelector(ITrading.MatcherOnly.selector, bob.owner));
        o = _taker();
        o.maxFee = 399;
        _refusedTaker(o, abi.encodeWithSelector(ITrading.FeeAboveCap.selector, 399, 400));
        o = _taker();
        o.size = Size.wrap(0);
        _refusedTaker(o, abi.encodeWithSelector(ITrading.OrderOutOfRange.selector));
        o = _taker();
        o.limit = MAX_MARK + Price.wrap(1);
        _refusedTaker(o, abi.encodeWithSelector(ITrading.OrderOutOfRange.selector));
        o = _taker();
        o.limit = MIN_MARK - Price.wrap(1);
        _refusedTaker(o, abi.encodeWithSelector(ITrading.OrderOutOfRange.selector));
        o = _taker();
        o.reduceOnly = true;
        _refusedTaker(o, abi.encodeWithSelector(ITrading.NothingToReduce.selector, alice.id));
        o = _taker();
        vm.prank(alice.owner);
        venue.cancelOrder(o.salt, alice.id);
        _refusedTaker(o, abi.encodeWithSelector(ITrading.OrderCancelledOrFilled.selector, alice.id, o.salt));
    }

    function test_settle_refusesBadMakers() public {
        Order memory o = _maker();
        o.use = Use.TAKER;
        _refusedMaker(o, abi.encodeWithSelector(ITrading.NotAMakerOrder.selector));
        o = _maker();
        o.size = Size.wrap(1e9);
        _refusedMaker(o, abi.encodeWithSelector(ITrading.SameDirection.selector));
        o = _maker();
        o.account = accountOf(alice.owner, 3);
        _refusedMakerOf(alice, o, abi.encodeWithSelector(ITrading.SameOwner.selector, alice.owner));
        o = _maker();
        o.limit = Price.wrap(int256(MARK + 1));
        _refusedMaker(o, abi.encodeWithSelector(ITrading.LimitNotMet.selector, MARK, MARK + 1));
        o = _maker();
        o.limit = Price.wrap(58_799e18);
        _refusedMaker(o, abi.encodeWithSelector(ITrading.OutsidePriceBand.selector, 58_799e18, MARK));
        o = _maker();
        o.maxFee = 99;
        _refusedMaker(o, abi.encodeWithSelector(ITrading.FeeAboveCap.selector, 99, 100));
        o = _maker();
        o.size = Size.wrap(-1e5);
        _refusedMaker(o, abi.encodeWithSelector(ITrading.FillTooSmall.selector, 6e9, 10e9));
    }

    function test_settle_refusesSignaturesOfOthers() public {
        Match[] memory m = _match(alice, bob, btc, 1e9, MARK);
        m[0].taker.signature = m[0].fills[0].maker.signature;
        vm.expectPartialRevert(ITrading.SignerNotAuthorised.selector); // of whoever that signature is of this order
        venue.settle(_pack(m, true));
        m[0].taker = _sign(bob, m[0].taker.order);
        _refused(m, abi.encodeWithSelector(ITrading.SignerNotAuthorised.selector, alice.owner, bob.owner));
        m[0].taker.signature = new bytes(64);
        _refused(m, abi.encodeWithSelector(ITrading.BadSignature.selector, alice.owner));
        m[0].taker.wallet = bob.owner;
        _refused(m, abi.encodeWithSelector(ITrading.SignerNotAuthorised.selector, alice.owner, bob.owner));
        m[0].taker.wallet = alice.owner;
        _refused(m, abi.encodeWithSelector(ITrading.BadSignature.selector, alice.owner));
    }

    /// The market is that of the match, so that an order of another one is not what was signed.
    function test_settle_refusesAnOrderOfAnotherMarket() public {
        Match[] memory m = _match(alice, bob, quad.market(0), 1e9, MARK);
        m[0].fills[0] = _makerFill(bob, quad.market(1), -1e9, MARK)[0];
        vm.expectPartialRevert(ITrading.SignerNotAuthorised.selector);
        venue.settle(_pack(m, true));
    }

    function test_settle_refusesBadWalletsAtBoundedGas() public {
        address[3] memory wallets = [
            address(new RevertingWallet()),
            address(new GasBurningWallet()),
            address(new LyingWallet(abi.encode(uint256(1))))
        ];
        for (uint256 i; i < 3; ++i) {
            Match[] memory m = _match(alice, bob, btc, 1e9, MARK);
            m[0].taker.order.account = accountOf(wallets[i], 0);
            m[0].taker.wallet = wallets[i];
            uint256 gas = gasleft();
            bytes memory why = abi.encodeWithSelector(ITrading.BadSignature.selector, wallets[i]);
            if (i == 1) why = abi.encodeWithSelector(ITrading.WalletOutOfGas.selector, wallets[i], 300_000);
            _refused(m, why);
            vm.assertLt(gas - gasleft(), 600_000, "a wallet cannot burn the submitter's gas");
        }
    }

    function test_settle_takesAWalletsSignature() public {
        MockWallet wallet = new MockWallet(alice.owner);
        AccountId id = accountOf(address(wallet), 0);
        _fund(id, 100_000 * TOKEN);
        Match[] memory m = _match(alice, bob, btc, 1e9, MARK);
        m[0].taker.order.account = id;
        m[0].taker = _sign(alice, m[0].taker.order);
        m[0].taker.wallet = address(wallet);
        venue.settle(_pack(m, true));
        vm.assertEq(_size(id, btc), 1e9);
    }

    function test_settle_refusesAnAccountOfAnotherGroup() public {
        _trade(alice, bob, btc, 1e9, MARK);
        Match[] memory m = _match(alice, carol, quad.market(0), 1e9, MARK);
        vm.expectRevert(abi.encodeWithSelector(ITrading.AccountInOtherGroup.selector, alice.id, solo));
        venue.settle(_pack(m, true));
    }

    function test_settle_refusesAStalePrice() public {
        Match[] memory m = _match(alice, bob, btc, 1e9, MARK);
        _setStale(btc);
        _refused(m, abi.encodeWithSelector(ITrading.PriceNotFresh.selector, btc));
    }

    function test_settle_refusesAnIncreaseWithAStaleLegElsewhere() public {
        _trade(alice, bob, quad.market(0), 0.1e9, MARK);
        _setStale(quad.market(0));
        Match[] memory m = _match(alice, carol, quad.market(1), 1e9, 3_000e18);
        vm.expectRevert(abi.encodeWithSelector(ITrading.AccountHasStaleLeg.selector, alice.id));
        venue.settle(_pack(m, true));
    }

    function test_settle_refusesOpenInterestAboveTheHardCap() public {
        MarketParams memory p = _marketParams();
        (p.softCap, p.hardCap) = (uint72(1e9), uint72(2e9));
        venue.setMarketParams(btc, p);
        Match[] memory m = _match(alice, bob, btc, 2e9 + 1, MARK);
        _refused(m, abi.encodeWithSelector(ITrading.OpenInterestCapReached.selector, 2e9 + 1, 2e9));
        // At the hard cap an increase needs its whole notional as margin.
        m = _match(alice, bob, btc, 1.9e9, MARK);
        vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.settle(_pack(m, true));
        m = _match(alice, bob, btc, 1e9, MARK);
        venue.settle(_pack(m, true));
        vm.assertEq(_market(btc).openInterest, 1e9);
    }

    function test_settle_refusesToLeaveAPositionBelowTheMinimum() public {
        _trade(alice, bob, btc, 1e9, MARK);
        Match[] memory m = _match(alice, carol, btc, -(1e9 - 1e5), MARK);
        vm.expectPartialRevert(ITrading.PositionTooSmall.selector);
        venue.settle(_pack(m, true));
    }

    // ------------------------------------------------------------------ a taker's own transaction

    function test_fillOrder_refusesAFeeAboveTheTakersCap_zeroIncluded() public {
        Fill[] memory f = _makerFill(bob, btc, -1e9, MARK);
        vm.startPrank(alice.owner);
        vm.expectRevert(abi.encodeWithSelector(ITrading.FeeAboveCap.selector, 399, 400));
        venue.fillOrder(btc, 0, _pack(f[0]), NO_NODE, 399, type(uint40).max);
        vm.expectRevert(abi.encodeWithSelector(ITrading.FeeAboveCap.selector, 0, 400));
        venue.fillOrder(btc, 0, _pack(f[0]), NO_NODE, 0, type(uint40).max);
        venue.fillOrder(btc, 0, _pack(f[0]), NO_NODE, 400, type(uint40).max);
        vm.assertEq(_size(alice.id, btc), 1e9);
        vm.stopPrank();
    }

    function test_fillOrder_takesAFeeOfZeroWithACapOfZero() public {
        MarketParams memory p = _marketParams();
        (p.takerFee, p.makerFee, p.maxFunding) = (0, 0, 0);
        venue.setMarketParams(btc, p);
        Fill[] memory f = _makerFill(bob, btc, -1e9, MARK);
        vm.prank(alice.owner);
        venue.fillOrder(btc, 0, _pack(f[0]), NO_NODE, 0, uint40(block.timestamp));
        vm.assertEq(_size(alice.id, btc), 1e9);
    }

    function test_fillOrder_isGoodThroughTheSecondOfItsDeadline_zeroHasPassed() public {
        Fill[] memory f = _makerFill(bob, btc, -1e9, MARK);
        vm.startPrank(alice.owner);
        vm.expectRevert(abi.encodeWithSelector(ITrading.DeadlinePassed.selector, 0));
        venue.fillOrder(btc, 0, _pack(f[0]), NO_NODE, 400, 0);
        uint40 deadline = uint40(block.timestamp);
        skip(1);
        vm.expectRevert(abi.encodeWithSelector(ITrading.DeadlinePassed.selector, deadline));
        venue.fillOrder(btc, 0, _pack(f[0]), NO_NODE, 400, deadline);
        venue.fillOrder(btc, 0, _pack(f[0]), NO_NODE, 400, deadline + 1);
        vm.stopPrank();
    }

    function test_fillOrder_ofNothing_saysSo() public {
        Fill[] memory f = _makerFill(bob, btc, -1e9, MARK);
        f[0].size = 0;
        vm.prank(alice.owner);
        vm.expectRevert(IAccounts.ZeroAmount.selector); // not that there is nothing to reduce
        venue.fillOrder(btc, 0, _pack(f[0]), NO_NODE, 400, type(uint40).max);
    }

    function test_settle_saysWhyAMakerCannotBeFilled_ifHisOrderIsNotVoid() public {
        Match[] memory m = _match(alice, bob, btc, 1e9, MARK);
        Order memory o = m[0].fills[0].maker.order;
        o.reduceOnly = true;
        m[0].fills[0].maker = _sign(bob, o);
        _refused(m, abi.encodeWithSelector(ITrading.NothingToReduce.selector, bob.id));
    }

    function test_settle_refusesASequenceMoreThanAnHourAhead() public {
        uint256 highest = (block.timestamp + 1 hours) * 1_000;
        bytes memory why = abi.encodeWithSelector(ITrading.SequenceTooHigh.selector, highest + 1, highest);
        Order memory o = _taker();
        o.salt = uint64(highest + 1) << 16;
        _refusedTaker(o, why);
        o = _maker();
        o.salt = (uint64(highest + 1) << 16) | type(uint16).max;
        _refusedMaker(o, why);
        Match[] memory m = _match(alice, bob, btc, 1e9, MARK);
        o = m[0].taker.order;
        o.salt = uint64(highest) << 16;
        m[0].taker = _sign(alice, o);
        venue.settle(_pack(m, true));
        vm.assertEq(_size(alice.id, btc), 1e9, "the highest one is taken");
    }

    // ------------------------------------------------------------------ use and trigger

    function test_settle_takesAnOrderOfEitherUse_onBothSides_andNoMoreThanItsSize() public {
        Order memory both = _order(alice, btc, 1e9, MARK, true);
        both.use = Use.EITHER;
        Match[] memory m = new Match[](1);
        m[0].taker = _sign(alice, both);
        m[0].fills = _makerFill(bob, btc, -0.3e9, MARK);
        venue.settle(_pack(m, true));
        vm.assertEq(_size(alice.id, btc), 0.3e9, "it took");

        Match[] memory other = new Match[](1);
        other[0].taker = _sign(carol, _order(carol, btc, -2e9, MARK, true));
        other[0].fills = new Fill[](1);
        other[0].fills[0] = Fill(m[0].taker, 0, NO_NODE);
        venue.settle(_pack(other, true));
        vm.assertEq(_size(alice.id, btc), 1e9, "it rested with what was left");
        vm.assertEq(_size(carol.id, btc), -0.7e9);
        bytes memory filled = abi.encodeWithSelector(ITrading.OrderCancelledOrFilled.selector, alice.id, both.salt);
        _refused(m, filled);
        _refused(other, filled);
    }

    function test_settle_refusesAnOrderUntilItsTrigger_aboveOrBelow_onBothSides() public {
        for (uint256 i; i < 4; ++i) {
            uint256 start = vm.snapshotState();
            (bool taking, bool above) = (i & 1 == 0, i & 2 == 0);
            uint256 trigger = above ? MARK + 60e18 : MARK - 60e18;
            Match[] memory m = _triggered(taking, trigger, above);
            _refused(m, abi.encodeWithSelector(ITrading.TriggerNotReached.selector, trigger, MARK));
            uint256 short = above ? trigger - 1 : trigger + 1;
            _setPrice(btc, short);
            _refused(m, abi.encodeWithSelector(ITrading.TriggerNotReached.selector, trigger, short));
            _setPrice(btc, trigger);
            venue.settle(_pack(m, true));
            vm.assertEq(_size(alice.id, btc), 1e9, "at the trigger");
            vm.revertToState(start);
            _setPrice(btc, above ? trigger + 1 : trigger - 1);
            venue.settle(_pack(_triggered(taking, trigger, above), true));
            vm.assertEq(_size(alice.id, btc), 1e9, "beyond it");
            vm.revertToState(start);
        }
    }

    function test_fillOrder_refusesAMakerUntilItsTrigger() public {
        Order memory order = _maker();
        (order.trigger, order.triggerAbove) = (Price.wrap(int256(MARK + 1)), true);
        bytes memory packed = _pack(Fill(_sign(bob, order), 1e9, NO_NODE));
        vm.startPrank(alice.owner);
        vm.expectRevert(abi.encodeWithSelector(ITrading.TriggerNotReached.selector, MARK + 1, MARK));
        venue.fillOrder(btc, 0, packed, NO_NODE, 400, type(uint40).max);
        vm.stopPrank();
        _setPrice(btc, MARK + 1);
        vm.prank(alice.owner);
        venue.fillOrder(btc, 0, packed, NO_NODE, 400, type(uint40).max);
        vm.assertEq(_size(alice.id, btc), 1e9);
    }

    /// @dev Alice takes from bob; the taker's order or the maker's has the trigger.
    function _triggered(bool taking, uint256 trigger, bool above) private returns (Match[] memory m) {
        m = _match(alice, bob, btc, 1e9, MARK);
        SignedOrder memory signed = taking ? m[0].taker : m[0].fills[0].maker;
        (signed.order.trigger, signed.order.triggerAbove) = (Price.wrap(int256(trigger)), above);
        if (taking) m[0].taker = _sign(alice, signed.order);
        else m[0].fills[0].maker = _sign(bob, signed.order);
    }

    // ------------------------------------------------------------------ what a fill does

    function testFuzz_settle_needsInitialMarginAfterFees(uint256 size) public {
        size = bound(size, 1e6, 50e9);
        Match[] memory m = _match(alice, bob, btc, int256(size), MARK);
        uint256 notional = (size * 60_000e9) / 1e9;
        // The taker pays 4 basis points more; the maker has as much cash and pays less.
        bool enough = 100_000e9 >= (notional * 50_000) / 1e6 + (notional * 400) / 1e6;
        if (!enough) vm.expectPartialRevert(ITrading.InsufficientMargin.selector);
        venue.settle(_pack(m, true));
        if (!enough) return;
        Health memory h = _health(alice.id);
        vm.assertTrue(h.equity >= h.initial, "INV-10");
    }

    function testFuzz_settle_conservesMoney(uint256 sizeA, uint256 sizeB, uint256 offset, bool flips) public {
        int256 first = int256(bound(sizeA, 1e6, 10e9));
        int256 second = int256(bound(sizeB, 1e6, 10e9));
        if (_abs(first - second) < 1e6) second = first; // what is left must be worth the minimum
        uint256 price = MARK - 900e18 + (bound(offset, 0, 1_800) * 1e18);
        _trade(alice, bob, btc, first, price);
        _trade(bob, carol, btc, flips ? second : -second, MARK);
        int256 total = _equity(alice.id) + _equity(bob.id) + _equity(carol.id) + int256(_recovery().fees);
        vm.assertLe(total, 300_000e9, "INV-1: against the holder");
        vm.assertGe(total + 10, 300_000e9, "INV-1: to rounding");
        MarketView memory v = _market(btc);
        int256 longs;
        if (_size(alice.id, btc) > 0) longs += _size(alice.id, btc);
        if (_size(bob.id, btc) > 0) longs += _size(bob.id, btc);
        if (_size(carol.id, btc) > 0) longs += _size(carol.id, btc);
        vm.assertEq(int256(v.openInterest), longs, "INV-2");
    }

    function test_settle_skipsBadMakersAndReportsThem() public {
        Match[] memory m = _match(alice, bob, btc, 2e9, MARK);
        Fill[] memory fills = new Fill[](3);
        Order memory bad = _maker();
        bad.expiry = 1;
        fills[0] = Fill(_sign(bob, bad), 1e9, NO_NODE);
        fills[1] = Fill(_sign(bob, _maker()), 1e9, NO_NODE);
        fills[2] = _makerFill(_actor("poor", 10), btc, -1e9, MARK)[0];
        m[0].fills = fills;
        venue.settle(_pack(m, false));
        vm.assertEq(_size(alice.id, btc), 1e9);
        // The same order again has only the rest left; strictly, its first bad maker ends the batch.
        vm.expectRevert(abi.encodeWithSelector(ITrading.OrderExpired.selector, 1));
        venue.settle(_pack(m, true));
    }

    function test_settle_revertsStrictlyWhenNothingFills() public {
        Match[] memory m = _match(alice, bob, btc, 1e9, MARK);
        m[0].fills = new Fill[](0);
        _refused(m, abi.encodeWithSelector(ITrading.NothingFilled.selector));
    }

    function testFuzz_orders_fillOnceAndVoidLowerSequences(uint64 salt, uint256 part) public {
        salt = uint64(bound(salt, 2 << 16, (((block.timestamp + 1 hours) * 1_000) << 16) | type(uint16).max));
        Match[] memory m = _match(alice, bob, btc, 1e9, MARK);
        m[0].taker.order.salt = salt;
        m[0].taker = _sign(alice, m[0].taker.order);
        part = bound(part, 1e6, 1e9 - 1e6);
        m[0].fills[0].size = part;
        venue.settle(_pack(m, true));
        vm.assertEq(_size(alice.id, btc), int256(part));
        m[0].fills[0].size = type(uint256).max;
        venue.settle(_pack(m, true));
        vm.assertEq(_size(alice.id, btc), 1e9, "the rest, no more");
        _refused(m, abi.encodeWithSelector(ITrading.OrderCancelledOrFilled.selector, alice.id, salt));

        Match[] memory lower = _match(alice, carol, btc, 1e9, MARK);
        lower[0].taker.order.salt = salt - (1 << 16);
        lower[0].taker = _sign(alice, lower[0].taker.order);
        _refused(lower, abi.encodeWithSelector(ITrading.OrderCancelledOrFilled.selector, alice.id, salt - (1 << 16)));
    }

    function testFuzz_hint_neverChangesTheOutcome(uint48 hint) public {
        uint256 start = vm.snapshotState();
        _trade(carol, bob, btc, 1e9, MARK - 600e18);
        _trade(alice, bob, btc, 1e9, MARK);
        bytes32 without = keccak256(abi.encode(_nodes(btc, true), _nodes(btc, false)));
        vm.revertToState(start);
        _trade(carol, bob, btc, 1e9, MARK - 600e18);
        Match[] memory m = _match(alice, bob, btc, 1e9, MARK);
        (m[0].hint, m[0].fills[0].hint) = (NodeId.wrap(hint), NodeId.wrap(hint));
        venue.settle(_pack(m, true));
        vm.assertEq(keccak256(abi.encode(_nodes(btc, true), _nodes(btc, false))), without);
    }

    // ------------------------------------------------------------------ inside

    function _taker() private returns (Order memory) {
        return _order(alice, btc, 1e9, MARK, true);
    }

    function _maker() private returns (Order memory) {
        return _order(bob, btc, -1e9, MARK, false);
    }

    function _refusedTaker(Order memory o, bytes memory error_) private {
        Match[] memory m = new Match[](1);
        m[0].taker = _sign(alice, o);
        m[0].fills = _makerFill(bob, btc, -1e9, MARK);
        _refused(m, error_);
    }

    function _refusedMaker(Order memory o, bytes memory error_) private {
        _refusedMakerOf(bob, o, error_);
    }

    function _refusedMakerOf(Actor memory signer, Order memory o, bytes memory error_) private {
        Match[] memory m = new Match[](1);
        m[0].taker = _sign(alice, _taker());
        m[0].fills = new Fill[](1);
        m[0].fills[0] = Fill(_sign(signer, o), 1e9, NO_NODE);
        _refused(m, error_);
    }

    function _refused(Match[] memory m, bytes memory error_) private {
        vm.expectRevert(error_);
        venue.settle(_pack(m, true));
    }
}
