// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ILiquidation} from "../../../contracts/interfaces/ILiquidation.sol";
import {IOptionTrading} from "../../../contracts/interfaces/IOptionTrading.sol";
import {ITrading} from "../../../contracts/interfaces/ITrading.sol";
import {Account, Market, MarketParams} from "../../../contracts/Ledger.sol";
import {Asked, IMarginDesk, Tally} from "../../../contracts/options/IMarginDesk.sol";
import {OptionStorage} from "../../../contracts/options/OptionLedger.sol";
import {Desk, OptionPartyLib} from "../../../contracts/options/OptionPartyLib.sol";
import {FUTURE, PERPETUAL, seriesOf} from "../../../contracts/options/SeriesId.sol";
import {Leg} from "../../../contracts/position/PositionLib.sol";
import {Party} from "../../../contracts/position/TradeLib.sol";
import {Quote} from "../../../contracts/prices/MarkLib.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {GroupId, MarketId} from "../../../contracts/types/MarketId.sol";
import {Money} from "../../../contracts/types/Money.sol";
import {NO_NODE, NodeId} from "../../../contracts/types/NodeId.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {TestBase} from "../../base/TestBase.sol";

/// @dev A margin module that answers what is stored for it; with nothing stored it reverts with what it was asked.
contract StubDesk {
    // solhint-disable-next-line payable-fallback, no-complex-fallback
    fallback() external {
        assembly ("memory-safe") {
            let at := mload(0x40)
            let length := sload(not(0))
            if iszero(length) {
                calldatacopy(at, 0, calldatasize())
                revert(at, calldatasize())
            }
            for {
                let i := 0
            } lt(i, length) {
                i := add(i, 32)
            } {
                mstore(add(at, i), sload(sub(not(1), shr(5, i))))
            }
            return(at, length)
        }
    }
}

contract PartyHarness is OptionStorage {
    using OptionPartyLib for Party;
    using OptionPartyLib for Desk;

    address private immutable _desk = address(new StubDesk());
    GroupId private constant GROUP = GroupId.wrap(3);

    function setAnswer(bytes memory answer) external {
        assembly ("memory-safe") {
            sstore(not(0), mload(answer))
            for {
                let i := 0
            } lt(i, mload(answer)) {
                i := add(i, 32)
            } {
                sstore(sub(not(1), shr(5, i)), mload(add(add(answer, 32), i)))
            }
        }
    }

    function setUpGroup(MarketParams calldata params, uint8 maxLegs) external {
        _ledger.markets[seriesOf(GROUP, PERPETUAL).market()].params = params;
        _options.groups[GROUP].risk.maxLegs = maxLegs;
    }

    function setAccount(AccountId id, int112 cash, uint256 held) external {
        Account storage account = _ledger.accounts[id];
        (account.cash, account.minSequence, _options.held[id]) = (cash, 77, held);
    }

    function setBook(MarketId market, uint72 estateLong, uint72 estateShort, uint256 live) external {
        Market storage book = _ledger.markets[market];
        (book.estateLong, book.estateShort, _options.groups[GROUP].live) = (estateLong, estateShort, live);
        (book.funding, book.fundingRate, book.fundingTime) = (-5, -6, 7);
    }

    function desk() public view returns (Desk memory) {
        return OptionPartyLib.desk(_ledger, _options, GROUP, _desk);
    }

    function deskAt(MarketId market) public view returns (Desk memory d) {
        d = desk();
        (d.market, d.index) = (market, MarketId.unwrap(market) & 255);
        d.place.mark = Price.wrap(4_000e18 + 1);
        (d.quote.mark, d.quote.long, d.quote.fresh) = (Price.wrap(200e18), Price.wrap(199e18), true);
    }

    function turnTo(MarketId market) external returns (bytes memory reason, Desk memory d) {
        d = desk();
        reason = d.turnTo(market);
    }

    function tally(Party memory party, MarketId market) external returns (Tally memory) {
        return party.tally(deskAt(market));
    }

    function tallyOf(Party memory party, MarketId market, bytes memory rest) external returns (Tally memory) {
        return party.tallyOf(deskAt(market), rest);
    }

    function tallyTwo(
        Party memory party,
        MarketId market,
        Party memory other
    ) external returns (Tally memory, Tally memory) {
        return party.tallyTwo(deskAt(market), other);
    }

    function tallyStored(Party memory party, MarketId market) external returns (Tally memory) {
        return party.tallyStored(deskAt(market));
    }

    function tallyBefore(Party memory party, MarketId market, bool stored) external returns (Tally memory) {
        return party.tallyBefore(deskAt(market), stored);
    }

    function restOf(AccountId id, MarketId market) external returns (bytes memory) {
        return OptionPartyLib.restOf(id, deskAt(market));
    }

    function marginFlaw(
        Party memory party,
        MarketId market,
        Tally memory later,
        Money raised,
        Tally[] memory before,
        bool stored
    ) external returns (bytes memory) {
        return party.marginFlaw(deskAt(market), later, raised, before, stored);
    }

    function ratioNotLower(Tally memory before, Tally memory later) external pure returns (bool) {
        return OptionPartyLib.ratioNotLower(before, later);
    }

    function soundFlaw(AccountId id, Tally memory before, Tally memory later) external pure returns (bytes memory) {
        return OptionPartyLib.soundFlaw(id, before, later);
    }

    function legFlaw(Party memory party, MarketId market, Size interest) external view returns (bytes memory) {
        return party.legFlaw(deskAt(market), interest);
    }

    function raisedBy(Party memory party, MarketId market, Size interest) external view returns (Money) {
        return party.raisedBy(deskAt(market), interest);
    }

    function setLive(MarketId market, Size before, Size later) external returns (uint256) {
        deskAt(market).setLive(_ledger, _options, before, later);
        return _options.groups[GROUP].live;
    }

    function setInterest(MarketId market, Size interest) external returns (uint256, int256, int256, uint256) {
        deskAt(market).setInterest(_ledger, interest);
        Market storage book = _ledger.markets[market];
        return (book.openInterest, book.funding, book.fundingRate, book.fundingTime);
    }

    /// @dev Stores a party that became flat.
    function store(Party memory party, MarketId market) external returns (Money cash, Account memory, uint256 held) {
        (, , cash) = party.tryStore(_ledger, _options, deskAt(market), NO_NODE);
        return (cash, _ledger.accounts[party.id], _options.held[party.id]);
    }
}

/// @title One side of a trade of options, by itself: what it asks of the margin module, and what it refuses
contract OptionPartyLibTest is TestBase {
    GroupId private constant GROUP = GroupId.wrap(3);
    AccountId private constant ID = AccountId.wrap(0xabc << 32);
    uint72 private constant SOFT = 1_000e9;
    uint72 private constant HARD = 2_000e9;

    PartyHarness private harness;
    MarketId private call;

    function setUp() public {
        harness = new PartyHarness();
        MarketParams memory params;
        (params.initialMargin, params.maintenanceMargin, params.minNotional) = (50_000, 30_000, 10e9);
        (params.softCap, params.hardCap) = (SOFT, HARD);
        harness.setUpGroup(params, 4);
        call = seriesOf(GROUP, 14).market();
    }

    // ------------------------------------------------------------------ what is asked

    function test_aDeskIsOfItsGroup() public view {
        Desk memory d = harness.desk();
        vm.assertTrue(d.margin != address(0) && d.group == GROUP, "group");
        vm.assertEq(d.maxLegs, 4, "legs");
        vm.assertEq(d.params.initialMargin(), 50_000, "rates");
        vm.assertEq(d.params.hardCap(), HARD, "limits");
    }

    function test_everyQuestionSaysWhat() public {
        Party memory p = _party(3e9);
        (Desk memory d, Money none) = (harness.deskAt(call), Money.wrap(0));
        Asked memory after_ = Asked(ID, p.leg, p.cashDelta);
        vm.expectRevert(abi.encodeCall(IMarginDesk.tally, (call, d.place.mark, d.quote, after_)));
        harness.tally(p, call);
        bytes memory rest = "the rest";
        vm.expectRevert(abi.encodeCall(IMarginDesk.tallyRest, (rest, call, d.place.mark, d.quote, after_)));
        harness.tallyOf(p, call, rest);
        Party memory other = _party(-2e9);
        (other.id, other.cashDelta) = (AccountId.wrap(9), Money.wrap(99));
        Asked memory his = Asked(other.id, other.leg, none);
        vm.expectRevert(abi.encodeCall(IMarginDesk.tallyTwo, (call, d.place.mark, d.quote, after_, his)));
        harness.tallyTwo(p, call, other);
        his = Asked(ID, p.leg, none);
        vm.expectRevert(abi.encodeCall(IMarginDesk.tally, (call, d.place.mark, d.quote, his)));
        harness.tallyStored(p, call);
        his = Asked(ID, p.before, none);
        vm.expectRevert(abi.encodeCall(IMarginDesk.tally, (call, d.place.mark, d.quote, his)));
        harness.tallyBefore(p, call, false);
        his = Asked(ID, p.before, -p.cashDelta);
        vm.expectRevert(abi.encodeCall(IMarginDesk.tally, (call, d.place.mark, d.quote, his)));
        harness.tallyBefore(p, call, true);
        vm.expectRevert(abi.encodeCall(IMarginDesk.rest, (ID, call, d.place.mark)));
        harness.restOf(ID, call);
        vm.expectRevert(abi.encodeCall(IMarginDesk.open, (call)));
        harness.turnTo(call);
    }

    function test_answersAreHandedOn() public {
        (Tally memory one, Tally memory two) = (_tally(5, 4), _tally(7, 6));
        harness.setAnswer(abi.encode(one, two));
        Party memory p = _party(1);
        (Tally memory a, Tally memory b) = harness.tallyTwo(p, call, p);
        vm.assertEq(abi.encode(a, b), abi.encode(one, two), "two");
        vm.assertEq(abi.encode(harness.tally(p, call)), abi.encode(one), "one");
        vm.assertEq(abi.encode(harness.tallyOf(p, call, "")), abi.encode(one), "by its rest");
        vm.assertEq(abi.encode(harness.tallyStored(p, call)), abi.encode(one), "stored");
        vm.assertEq(abi.encode(harness.tallyBefore(p, call, true)), abi.encode(one), "before");
        harness.setAnswer(abi.encode(bytes("rest")));
        vm.assertEq(harness.restOf(ID, call), bytes("rest"), "rest");
    }

    function test_aDeskTurnsToASeries() public {
        _requireTurned(14, true);
        _requireTurned(15, true);
        _requireTurned((2 << 5) | 29, true);
        _requireTurned(FUTURE, false);
        _requireTurned((7 << 5) | FUTURE, false);
        _requireTurned(PERPETUAL, false);
    }

    function _requireTurned(uint256 index, bool isOption) private {
        MarketId market = seriesOf(GROUP, index).market();
        Quote memory quote = _quote();
        harness.setAnswer(abi.encode(quote, Price.wrap(4_000e18), Price.wrap(4_040e18), true));
        (bytes memory reason, Desk memory d) = harness.turnTo(market);
        vm.assertEq(reason.length, 0, "tradable");
        vm.assertTrue(d.market == market && d.index == index && d.isOption == isOption, "series");
        vm.assertEq(abi.encode(d.quote), abi.encode(quote), "quote");
        vm.assertEq(Price.unwrap(d.forward), 4_040e18, "forward");
        Quote memory place;
        (place.mark, place.long, place.short) = (Price.wrap(4_000e18), quote.long, quote.short);
        vm.assertEq(abi.encode(d.place), abi.encode(place), "place");
    }

    function test_aSeriesHasToBeTradable_andFresh() public {
        Quote memory quote = _quote();
        quote.fresh = false;
        harness.setAnswer(abi.encode(quote, Price.wrap(1), Price.wrap(1), false));
        (bytes memory reason, ) = harness.turnTo(call);
        vm.assertEq(reason, abi.encodeWithSelector(IOptionTrading.SeriesNotTradable.selector, call), "tradable");
        harness.setAnswer(abi.encode(quote, Price.wrap(1), Price.wrap(1), true));
        (reason, ) = harness.turnTo(call);
        vm.assertEq(reason, abi.encodeWithSelector(ITrading.PriceNotFresh.selector, call), "fresh");
    }

    // ------------------------------------------------------------------ margin

    function test_margin_equityIsEnoughToTheUnit() public {
        Party memory p = _party(3e9);
        Tally memory t = _tally(1_000, 700);
        _requireMargin(p, t, 300, _none(), "");
        t.equity = Money.wrap(999);
        bytes memory short = abi.encodeWithSelector(ITrading.InsufficientMargin.selector, ID, 999, 1_000);
        _requireMargin(p, t, 300, _list(_tally(0, 0)), short);
        _requireMargin(p, t, 299, _none(), "");
    }

    function test_margin_legsAreCounted() public {
        (Party memory p, Tally memory t) = (_party(3e9), _tally(1_000, 700));
        t.legs = 4;
        _requireMargin(p, t, 0, _none(), "");
        t.legs = 5;
        _requireMargin(p, t, 0, _none(), abi.encodeWithSelector(IOptionTrading.TooManyLegs.selector, ID, 5, 4));
        p.onlyReduces = true;
        _requireMargin(p, t, 0, _none(), "");
    }

    function test_margin_whoIsBelow_mayReduce_ifTheRatioIsNotLower() public {
        Party memory p = _party(3e9);
        p.onlyReduces = true;
        Tally memory before = _tally(100, 1_000); // maintenance 750
        Tally memory t = _tally(60, 600); // 450: the same ratio
        _requireMargin(p, t, 0, _list(before), "");
        t.equity = Money.wrap(59);
        bytes memory short = abi.encodeWithSelector(ITrading.InsufficientMargin.selector, ID, 59, 600);
        _requireMargin(p, t, 0, _list(before), short);
        t.equity = Money.wrap(61);
        _requireMargin(p, t, 0, _list(before), "");
        p.onlyReduces = false;
        short = abi.encodeWithSelector(ITrading.InsufficientMargin.selector, ID, 61, 600);
        _requireMargin(p, t, 0, _list(before), short);
    }

    function test_margin_whoReduces_keepsEquity() public {
        Party memory p = _party(3e9);
        p.onlyReduces = true;
        (Tally memory before, Tally memory t) = (_tally(-10, 1_000), _tally(0, 600));
        _requireMargin(p, t, 0, _list(before), "");
        t.equity = Money.wrap(-1);
        bytes memory short = abi.encodeWithSelector(ITrading.InsufficientMargin.selector, ID, int256(-1), 600);
        _requireMargin(p, t, 0, _list(before), short);
    }

    /// Above margin, but below zero at anchor or recorded factors: not more so than before.
    function test_margin_soundness() public {
        (Party memory p, Tally memory t, Tally memory before) = (_party(3e9), _tally(1_000, 700), _tally(1_000, 700));
        (t.atAnchor, before.atAnchor, before.atRecorded) = (Money.wrap(-5), Money.wrap(-5), Money.wrap(-3));
        _requireMargin(p, t, 0, _list(before), "");
        before.atAnchor = Money.wrap(-4);
        _requireMargin(p, t, 0, _list(before), _unsound(-5, 1));
        (t.atAnchor, t.atRecorded) = (Money.wrap(1), Money.wrap(-3));
        _requireMargin(p, t, 0, _list(before), "");
        t.atRecorded = Money.wrap(-4);
        _requireMargin(p, t, 0, _list(before), _unsound(1, -4));
        (t.atAnchor, t.atRecorded) = (Money.wrap(0), Money.wrap(0));
        _requireMargin(p, t, 0, _list(_tally(0, 0)), "");
    }

    /// It is not asked for what is not needed, and else by the leg as it was.
    function test_margin_asksForBefore_whenItMatters() public {
        (Party memory p, Tally memory t) = (_party(3e9), _tally(1_000, 1_000));
        (t.atAnchor, t.atRecorded) = (Money.wrap(0), Money.wrap(0));
        _requireMargin(p, t, 0, _none(), "");
        Desk memory d = harness.deskAt(call);
        Tally[3] memory flawed = [_tally(999, 1_000), _tally(1_000, 1_000), _tally(1_000, 1_000)];
        (flawed[1].atAnchor, flawed[2].atRecorded) = (Money.wrap(-1), Money.wrap(-1));
        for (uint256 i; i < 3; ++i) {
            Asked memory asked = Asked(ID, p.before, Money.wrap(0));
            vm.expectRevert(abi.encodeCall(IMarginDesk.tally, (call, d.place.mark, d.quote, asked)));
            harness.marginFlaw(p, call, flawed[i], Money.wrap(0), _none(), false);
            asked.cash = -p.cashDelta;
            vm.expectRevert(abi.encodeCall(IMarginDesk.tally, (call, d.place.mark, d.quote, asked)));
            harness.marginFlaw(p, call, flawed[i], Money.wrap(0), _none(), true);
        }
        harness.setAnswer(abi.encode(_tally(5, 1_000)));
        p.onlyReduces = true;
        _requireMargin(p, _tally(5, 1_000), 0, _none(), "");
    }

    function test_ratios() public view {
        vm.assertTrue(harness.ratioNotLower(_tally(3, 1_000), _tally(3, 1_000)), "equal");
        vm.assertFalse(harness.ratioNotLower(_tally(3, 1_000), _tally(2, 1_000)), "less equity");
        vm.assertFalse(harness.ratioNotLower(_tally(3, 1_000), _tally(3, 1_004)), "more maintenance");
        vm.assertTrue(harness.ratioNotLower(_tally(3, 1_000), _tally(1, 0)), "none");
    }

    // ------------------------------------------------------------------ the leg alone

    function test_leg_minimumSize() public view {
        // 10 quote at 4,000.
        Party memory p = _party(2_500_000);
        vm.assertEq(harness.legFlaw(p, call, Size.wrap(0)).length, 0, "the minimum");
        p = _party(-2_500_000);
        vm.assertEq(harness.legFlaw(p, call, Size.wrap(0)).length, 0, "of a short");
        p = _party(2_499_999);
        bytes memory small = abi.encodeWithSelector(
            ITrading.PositionTooSmall.selector,
            ID,
            9_999_996_001,
            10_000_000_000
        );
        vm.assertEq(harness.legFlaw(p, call, Size.wrap(0)), small, "below");
        p.onlyReduces = true;
        vm.assertEq(harness.legFlaw(p, call, Size.wrap(0)), small, "of what is left too");
        vm.assertEq(harness.legFlaw(_party(0), call, Size.wrap(0)).length, 0, "nothing");
    }

    function test_leg_cap() public view {
        Party memory p = _party(3e9);
        vm.assertEq(harness.legFlaw(p, call, _size(HARD)).length, 0, "at the cap");
        bytes memory full = abi.encodeWithSelector(
            ITrading.OpenInterestCapReached.selector,
            uint256(HARD) + 1,
            uint256(HARD)
        );
        vm.assertEq(harness.legFlaw(p, call, _size(HARD + 1)), full, "above");
        p.onlyReduces = true;
        vm.assertEq(harness.legFlaw(p, call, _size(HARD + 1)).length, 0, "who reduces");
    }

    /// Above the soft cap the rate rises from 5% to all at the hard cap; what is raised counts besides.
    function test_leg_raisedMargin() public view {
        Party memory p = _party(-3e9 - 1); // 12,000.000004 quote, and a unit for what is rounded
        _requireRaised(p, SOFT, 0);
        _requireRaised(p, SOFT + 1, 12_000_001);
        _requireRaised(p, SOFT + 500e9, 5_700_000_001_901);
        _requireRaised(p, HARD, 11_400_000_003_801);
        _requireRaised(p, 2 * HARD, 11_400_000_003_801);
        p.onlyReduces = true;
        _requireRaised(p, HARD, 0);
    }

    function _requireRaised(Party memory p, uint72 interest, int256 raised) private view {
        vm.assertEq(Money.unwrap(harness.raisedBy(p, call, _size(interest))), raised, "raised");
    }

    // ------------------------------------------------------------------ what is stored

    function test_live_asLongAsThereIsInterestOrAnEstate() public {
        uint256 others = (1 << 13) | (1 << 15) | (1 << 255);
        _requireLive(0, 0, others, 0, 5, others | (1 << 14));
        _requireLive(0, 0, others, 5, 5, others); // nothing changed
        _requireLive(0, 0, others | (1 << 14), 0, 0, others | (1 << 14));
        _requireLive(0, 0, others | (1 << 14), 5, 0, others);
        _requireLive(1, 0, others | (1 << 14), 5, 0, others | (1 << 14));
        _requireLive(0, 1, others | (1 << 14), 5, 0, others | (1 << 14));
        _requireLive(1, 1, others | (1 << 14), 5, 0, others | (1 << 14));
    }

    function _requireLive(uint72 long, uint72 short, uint256 live, int256 from, int256 to, uint256 later) private {
        harness.setBook(call, long, short, live);
        vm.assertEq(harness.setLive(call, Size.wrap(from), Size.wrap(to)), later, "live");
    }

    function test_interestAloneIsWritten() public {
        harness.setBook(call, 1, 2, 0);
        (uint256 interest, int256 funding, int256 rate, uint256 time) = harness.setInterest(call, Size.wrap(123));
        vm.assertEq(interest, 123, "interest");
        vm.assertTrue(funding == -5 && rate == -6 && time == 7, "its neighbours");
    }

    /// Who is flat owes nothing; who has another series may.
    function test_store_aFlatAccountOwesNothing() public {
        Party memory p = _party(0);
        (p.before, p.leg, p.cashDelta) = (_empty(), _empty(), Money.wrap(-100));
        harness.setAccount(ID, 100, 1 << 14);
        (Money cash, Account memory stored, uint256 held) = harness.store(p, call);
        vm.assertTrue(Money.unwrap(cash) == 0 && stored.cash == 0, "cash");
        vm.assertTrue(held == 0 && stored.open == 0 && stored.group == GROUP, "flat");
        vm.assertEq(stored.minSequence, 77, "its neighbour");
        harness.setAccount(ID, 99, 1 << 14);
        vm.expectRevert(abi.encodeWithSelector(ILiquidation.AccountInsolvent.selector, ID, int256(-1)));
        harness.store(p, call);
        harness.setAccount(ID, 99, (1 << 14) | (1 << 15));
        (cash, stored, held) = harness.store(p, call);
        vm.assertTrue(Money.unwrap(cash) == -1 && stored.cash == -1, "a debt");
        vm.assertTrue(held == 1 << 15 && stored.open == 1, "beside another series");
    }

    // ------------------------------------------------------------------ inside

    function _requireMargin(
        Party memory p,
        Tally memory later,
        int256 raised,
        Tally[] memory before,
        bytes memory flaw
    ) private {
        vm.assertEq(harness.marginFlaw(p, call, later, Money.wrap(raised), before, false), flaw, "flaw");
    }

    function _unsound(int256 atAnchor, int256 atRecorded) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ITrading.UnsoundAtAnchor.selector, ID, atAnchor, atRecorded);
    }

    /// @dev Sound; maintenance is three quarters.
    function _tally(int256 equity, int256 initial) private pure returns (Tally memory t) {
        (t.cash, t.equity, t.initial) = (Money.wrap(77), Money.wrap(equity), Money.wrap(initial));
        (t.maintenance, t.atAnchor, t.atRecorded) = (Money.wrap((initial * 3) / 4), Money.wrap(1), Money.wrap(1));
        t.legs = 2;
    }

    function _party(int256 size) private pure returns (Party memory p) {
        p.id = ID;
        p.before = Leg(Size.wrap(1e9), Money.wrap(11), Price.wrap(12), NodeId.wrap(13), 14);
        p.leg = Leg(Size.wrap(size), Money.wrap(21), Price.wrap(22), NodeId.wrap(23), 24);
        p.cashDelta = Money.wrap(-31);
    }

    function _empty() private pure returns (Leg memory leg) {}

    function _quote() private pure returns (Quote memory) {
        return Quote(Price.wrap(1), Price.wrap(2), Price.wrap(3), Price.wrap(4), Price.wrap(5), Price.wrap(6), true);
    }

    function _size(uint72 units) private pure returns (Size) {
        return Size.wrap(int256(uint256(units)));
    }

    function _none() private pure returns (Tally[] memory) {
        return new Tally[](0);
    }

    function _list(Tally memory one) private pure returns (Tally[] memory list) {
        list = new Tally[](1);
        list[0] = one;
    }
}
