// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {IGovernance} from "../../../contracts/interfaces/IGovernance.sol";
import {Order, Use} from "../../../contracts/interfaces/Orders.sol";
import {MockToken} from "../../../contracts/mocks/MockToken.sol";
import {
    IRelayBond,
    MadeFill,
    Page,
    PassedOver,
    Said,
    SaidMatch,
    Statement
} from "../../../contracts/periphery/IRelayBond.sol";
import {BondTerms, RelayBond} from "../../../contracts/periphery/RelayBond.sol";
import {RelayLib} from "../../../contracts/periphery/RelayLib.sol";
import {OrderLib} from "../../../contracts/trading/OrderLib.sol";
import {accountOf} from "../../../contracts/types/AccountId.sol";
import {MarketId} from "../../../contracts/types/MarketId.sol";
import {NO_PRICE, Price} from "../../../contracts/types/Price.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {TestBase} from "../../base/TestBase.sol";

/// @notice A relay that says what a test lets it say, and its bond.
abstract contract RelayFixture is TestBase {
    uint256 internal constant KEY = 0xbeef;
    uint256 internal constant BOND = 1_000_000e6;
    uint256 internal constant STAKE = 100e6;
    uint256 internal constant START = 1_700_000_000;
    uint40 internal constant ANSWER_TIME = 1 days;
    uint40 internal constant NOTICE = 7 days;
    uint256 internal constant SIZE = 5e9;

    MockToken internal token;
    RelayBond internal relayBond;
    address internal venue = makeAddr("clearinghouse");
    address internal operator = makeAddr("operator");
    address internal treasury = makeAddr("treasury");
    address internal prover = makeAddr("prover");
    address internal victim = makeAddr("victim");
    address internal insider = makeAddr("insider");
    address internal taker = makeAddr("taker");

    /// The journal as it grows.
    Page[] internal pages;
    mapping(uint256 page => Statement[]) internal saidIn;

    function setUp() public virtual {
        vm.warp(START);
        token = new MockToken("Quote", "QUOTE", 6);
        relayBond = new RelayBond(_terms());
        token.mint(operator, BOND);
        token.mint(prover, 10 * STAKE);
        vm.startPrank(operator);
        token.approve(address(relayBond), BOND);
        relayBond.deposit(BOND);
        vm.stopPrank();
        vm.prank(prover);
        token.approve(address(relayBond), 10 * STAKE);
    }

    function _terms() internal view returns (BondTerms memory) {
        return
            BondTerms({
                token: IERC20(address(token)),
                clearinghouse: venue,
                relay: vm.addr(KEY),
                operator: operator,
                beneficiary: treasury,
                stake: STAKE,
                answerTime: ANSWER_TIME,
                notice: NOTICE,
                proverShare: 100_000,
                wrongedShare: 400_000
            });
    }

    // ------------------------------------------------------------------ orders

    function _order(address owner, int256 size, int256 limit) internal pure returns (Order memory order) {
        order.account = accountOf(owner, 0);
        order.market = MarketId.wrap(4);
        order.size = Size.wrap(size);
        order.limit = Price.wrap(limit * 1e18);
        order.salt = 1 << 16;
        order.expiry = uint40(START + 1 days);
        order.use = Use.EITHER;
        order.trigger = NO_PRICE;
    }

    function _hash(Order memory order) internal pure returns (bytes32) {
        return OrderLib.hash(order);
    }

    // ------------------------------------------------------------------ what the relay says

    function _accept(Order memory order) internal returns (uint64) {
        return _say(RelayLib.ACCEPTED, _hash(order), SIZE, RelayLib.IN_BOOK);
    }

    function _drop(Order memory order, uint256 size, uint256 reason) internal returns (uint64) {
        return _say(RelayLib.DROPPED, _hash(order), size, bytes32(reason));
    }

    function _match(Order memory taker_, MadeFill[] memory fills) internal returns (uint64) {
        uint256 size;
        for (uint256 i; i < fills.length; ++i) size += fills[i].size;
        return _say(RelayLib.MATCHED, _hash(taker_), size, keccak256(abi.encode(fills)));
    }

    /// @dev A page with one statement, at the present time.
    function _say(uint8 kind, bytes32 order, uint256 size, bytes32 detail) internal returns (uint64 number) {
        number = _next();
        Statement[] memory list = new Statement[](1);
        list[0] = Statement(kind, number, order, size, detail);
        _write(list);
    }

    function _next() internal view returns (uint64) {
        if (pages.length == 0) return 1;
        Page memory last = pages[pages.length - 1];
        return last.first + last.count;
    }

    function _write(Statement[] memory list) internal {
        uint256 count = pages.length;
        Page memory page = Page({
            page: uint64(count + 1),
            first: _next(),
            count: uint32(list.length),
            time: uint40(block.timestamp),
            previous: count == 0 ? bytes32(0) : _pageHash(pages[count - 1]),
            root: _root(list)
        });
        pages.push(page);
        for (uint256 i; i < list.length; ++i) saidIn[page.page].push(list[i]);
    }

    // ------------------------------------------------------------------ what proves it

    function _said(uint64 number) internal view returns (Said memory said) {
        for (uint256 i; i < pages.length; ++i) {
            if (number < pages[i].first || number >= pages[i].first + pages[i].count) continue;
            Statement[] memory list = saidIn[i + 1];
            uint256 index = number - pages[i].first;
            return Said(list[index], pages[i], _sign(pages[i]), _path(list, index));
        }
        revert("nobody said that");
    }

    function _pageHash(Page memory page) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("Page(uint64 page,uint64 first,uint32 count,uint40 time,bytes32 previous,bytes32 root)"),
                    page
                )
            );
    }

    function _sign(Page memory page) internal view returns (bytes memory) {
        return _sign(page, KEY);
    }

    function _sign(Page memory page, uint256 key) internal view returns (bytes memory) {
        bytes32 digest = MessageHashUtils.toTypedDataHash(RelayLib.domain(venue), _pageHash(page));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function _level(Statement[] memory list) private pure returns (bytes32[] memory level) {
        uint256 width = 1;
        while (width < list.length) width *= 2;
        level = new bytes32[](width);
        for (uint256 i; i < list.length; ++i) level[i] = keccak256(abi.encode(list[i]));
    }

    function _up(bytes32[] memory level) private pure returns (bytes32[] memory above) {
        above = new bytes32[](level.length / 2);
        for (uint256 i; i < above.length; ++i) above[i] = keccak256(abi.encode(level[2 * i], level[2 * i + 1]));
    }

    function _root(Statement[] memory list) internal pure returns (bytes32) {
        bytes32[] memory level = _level(list);
        while (level.length > 1) level = _up(level);
        return level[0];
    }

    function _path(Statement[] memory list, uint256 index) internal pure returns (bytes32[] memory path) {
        bytes32[] memory level = _level(list);
        uint256 depth;
        while (1 << depth < level.length) ++depth;
        path = new bytes32[](depth);
        for (uint256 i; i < depth; ++i) {
            path[i] = level[index ^ 1];
            (level, index) = (_up(level), index / 2);
        }
    }

    function _fills(Order memory order, uint256 size) internal pure returns (MadeFill[] memory fills) {
        fills = new MadeFill[](1);
        fills[0] = MadeFill(_hash(order), size, Price.unwrap(order.limit));
    }
}

contract RelayBondTest is RelayFixture {
    Order private best;
    Order private worse;
    Order private taking;
    uint64 private accepted;
    uint64 private rival;
    uint64 private matched;

    /// @dev The relay accepts a sell at 99 and one at 100, and gives the taker the one at 100.
    function setUp() public override {
        super.setUp();
        best = _order(victim, -int256(SIZE), 99);
        worse = _order(insider, -int256(SIZE), 100);
        taking = _order(taker, int256(SIZE), 101);
        accepted = _accept(best);
        rival = _accept(worse);
        _accept(taking);
        matched = _match(taking, _fills(worse, SIZE));
    }

    function _proof() private view returns (PassedOver memory proof) {
        proof.matched = SaidMatch(_said(matched), _fills(worse, SIZE));
        proof.accepted = _said(accepted);
        (proof.passed, proof.filled, proof.taker) = (best, worse, taking);
    }

    function _claim() private returns (uint256) {
        PassedOver memory proof = _proof();
        vm.prank(prover);
        return relayBond.claimPassedOver(proof);
    }

    function _answer(uint256 id, uint64 number, MadeFill[] memory fills) private {
        (Said[] memory said, MadeFill[][] memory list) = (new Said[](1), new MadeFill[][](1));
        (said[0], list[0]) = (_said(number), fills);
        relayBond.answer(id, said, list);
    }

    function _expectPaid(address wronged) private view {
        vm.assertEq(relayBond.bond(), 0, "the whole bond is gone");
        vm.assertEq(relayBond.owed(wronged), (BOND * 4) / 10, "to the wronged");
        vm.assertEq(relayBond.owed(treasury), BOND - (BOND * 4) / 10 - BOND / 10, "to the beneficiary");
    }

    // ------------------------------------------------------------------ passed over

    function test_claimPassedOver_paysWhenNobodyAnswers() public {
        uint256 id = _claim();
        vm.expectRevert(abi.encodeWithSelector(IRelayBond.OutsideTime.selector, START + 1 days + 1, type(uint256).max));
        relayBond.decide(id);
        vm.warp(START + 1 days + 1);
        relayBond.decide(id);
        _expectPaid(victim);
        vm.assertEq(relayBond.owed(prover), BOND / 10 + STAKE, "share and stake");
        vm.prank(prover);
        relayBond.collect();
        vm.assertEq(token.balanceOf(prover), 10 * STAKE + BOND / 10);
        vm.assertEq(token.balanceOf(address(relayBond)), BOND - BOND / 10, "what is owed is there");
    }

    function test_claimPassedOver_atTheSamePriceNeedsTheLaterAcceptance() public {
        best.limit = worse.limit;
        Order memory later = _order(makeAddr("later"), -int256(SIZE), 100);
        accepted = _accept(best);
        uint64 laterNumber = _accept(later);
        worse = later;
        matched = _match(taking, _fills(later, SIZE));
        PassedOver memory proof = _proof();
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.claimPassedOver(proof);

        proof.rival = new Said[](1);
        proof.rival[0] = _said(rival); // of another order
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.claimPassedOver(proof);

        proof.rival[0] = _said(laterNumber);
        vm.prank(prover);
        relayBond.claimPassedOver(proof);
    }

    function test_claimPassedOver_refusesAnHonestOrder() public {
        // The earlier of one price was filled: the later one was not passed over.
        best.limit = worse.limit;
        accepted = _accept(best);
        matched = _match(taking, _fills(worse, SIZE));
        PassedOver memory proof = _proof();
        proof.rival = new Said[](1);
        proof.rival[0] = _said(rival);
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.claimPassedOver(proof);
    }

    function test_claimPassedOver_refusesWhatCouldNotBeFilled() public {
        PassedOver memory proof = _proof();
        proof.which = 1;
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.claimPassedOver(proof);

        // Of the taker's own owner: nobody trades with himself.
        best = _order(taker, -int256(SIZE), 99);
        accepted = _accept(best);
        matched = _match(taking, _fills(worse, SIZE));
        proof = _proof();
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.claimPassedOver(proof);

        // About to expire.
        best = _order(victim, -int256(SIZE), 99);
        best.expiry = uint40(block.timestamp + 60);
        accepted = _accept(best);
        matched = _match(taking, _fills(worse, SIZE));
        proof = _proof();
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.claimPassedOver(proof);

        // Of the other side, and of another market.
        best = _order(victim, int256(SIZE), 200);
        accepted = _accept(best);
        matched = _match(taking, _fills(worse, SIZE));
        proof = _proof();
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.claimPassedOver(proof);
        best = _order(victim, -int256(SIZE), 99);
        best.market = MarketId.wrap(5);
        accepted = _accept(best);
        matched = _match(taking, _fills(worse, SIZE));
        proof = _proof();
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.claimPassedOver(proof);
    }

    function test_claimPassedOver_refusesAnAcceptanceThatIsLaterOrWaitsForATrigger() public {
        accepted = _accept(best); // after the match
        PassedOver memory proof = _proof();
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.claimPassedOver(proof);

        accepted = _say(RelayLib.ACCEPTED, _hash(best), SIZE, bytes32(uint256(1)));
        matched = _match(taking, _fills(worse, SIZE));
        proof = _proof();
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.claimPassedOver(proof);

        accepted = _drop(best, SIZE, 1);
        matched = _match(taking, _fills(worse, SIZE));
        proof = _proof();
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.claimPassedOver(proof);
    }

    function test_claimPassedOver_refusesOtherOrdersThanThoseOfTheStatements() public {
        PassedOver memory proof = _proof();
        proof.filled.limit = Price.wrap(200e18);
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.claimPassedOver(proof);
        proof = _proof();
        proof.passed.limit = Price.wrap(1e18);
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.claimPassedOver(proof);
        proof = _proof();
        proof.taker.account = accountOf(makeAddr("else"), 0);
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.claimPassedOver(proof);
    }

    // ------------------------------------------------------------------ what was said

    function test_statements_needTheRelaysKeyTheirPageAndTheirPlace() public {
        PassedOver memory proof = _proof();
        proof.accepted.signature = _sign(proof.accepted.page, 0xbad);
        _expectNotSaid(proof, accepted);
        proof = _proof();
        proof.accepted.statement.size += 1;
        _expectNotSaid(proof, accepted);
        proof = _proof();
        proof.accepted.path = new bytes32[](1);
        _expectNotSaid(proof, accepted);
        proof = _proof();
        proof.accepted.page.time += 1; // not the page that was signed
        _expectNotSaid(proof, accepted);
        proof = _proof();
        proof.matched.fills[0].size += 1;
        _expectNotSaid(proof, matched);
        // The number says the place: a leaf cannot be shown under another.
        proof = _proof();
        proof.accepted.statement.number = proof.accepted.page.first + 1;
        _expectNotSaid(proof, proof.accepted.statement.number);
    }

    function _expectNotSaid(PassedOver memory proof, uint64 number) private {
        vm.expectRevert(abi.encodeWithSelector(IRelayBond.NotSaid.selector, number));
        relayBond.claimPassedOver(proof);
    }

    /// @dev In a page of any length each statement is proved under its own number, and under no other.
    function testFuzz_page_provesEachStatementUnderItsNumberAlone(uint8 length, uint8 which, uint8 other) public {
        uint256 count = (uint256(length) % 40) + 1;
        Statement[] memory list = new Statement[](count);
        uint64 first = _next();
        for (uint256 i; i < count; ++i) {
            list[i] = Statement(RelayLib.ACCEPTED, first + uint64(i), _hash(best), SIZE + i, RelayLib.IN_BOOK);
        }
        _write(list);
        uint64 number = first + uint64(which % count);
        matched = _match(taking, _fills(worse, SIZE));
        accepted = number;
        PassedOver memory proof = _proof();
        vm.prank(prover);
        relayBond.claimPassedOver(proof);

        uint64 wrong = first + uint64(other % count);
        if (wrong == number) return;
        proof.accepted.statement.number = wrong;
        _expectNotSaid(proof, wrong);
    }

    // ------------------------------------------------------------------ answers

    function _dropBetween(uint256 size) private returns (uint64 drop) {
        best.salt += 1;
        accepted = _accept(best);
        drop = _drop(best, size, 4);
        matched = _match(taking, _fills(worse, SIZE));
    }

    function test_answer_withADropInBetweenRejectsTheClaim() public {
        uint64 drop = _dropBetween(SIZE);
        uint256 id = _claim();
        _answer(id, drop, new MadeFill[](0));
        vm.warp(START + 1 days);
        vm.expectRevert(abi.encodeWithSelector(IRelayBond.OutsideTime.selector, START + 1 days + 1, type(uint256).max));
        relayBond.decide(id);
        vm.warp(START + 2 days);
        relayBond.decide(id);
        vm.assertEq(relayBond.bond(), BOND, "the bond stays");
        vm.assertEq(relayBond.owed(operator), STAKE, "the stake pays for the answer");
        vm.assertEq(relayBond.openClaims(), 0);
        vm.expectRevert(abi.encodeWithSelector(IRelayBond.ClaimNotIn.selector, IRelayBond.Status.REJECTED));
        relayBond.decide(id);
    }

    function test_answer_withAPartOnlyIsRefused() public {
        uint64 drop = _dropBetween(SIZE - 1);
        uint256 id = _claim();
        (Said[] memory said, MadeFill[][] memory list) = (new Said[](1), new MadeFill[][](1));
        said[0] = _said(drop);
        vm.expectRevert(abi.encodeWithSelector(IRelayBond.AnswerTooSmall.selector, SIZE - 1, SIZE));
        relayBond.answer(id, said, list);

        // The same drop does not count twice.
        (said, list) = (new Said[](2), new MadeFill[][](2));
        (said[0], said[1]) = (_said(drop), _said(drop));
        vm.expectRevert(abi.encodeWithSelector(IRelayBond.NotSaid.selector, drop));
        relayBond.answer(id, said, list);
    }

    function test_answer_withEarlierMatchesAndTheMatchItself() public {
        best.salt += 1;
        accepted = _accept(best);
        uint64 earlier = _match(taking, _fills(best, 2e9));
        MadeFill[] memory both = new MadeFill[](2);
        both[0] = MadeFill(_hash(best), 3e9, Price.unwrap(best.limit));
        both[1] = MadeFill(_hash(worse), 2e9, Price.unwrap(worse.limit));
        matched = _match(taking, both);
        PassedOver memory proof = _proof();
        (proof.matched.fills, proof.which) = (both, 1);
        vm.prank(prover);
        uint256 id = relayBond.claimPassedOver(proof);
        (Said[] memory said, MadeFill[][] memory list) = (new Said[](2), new MadeFill[][](2));
        (said[0], said[1]) = (_said(earlier), _said(matched));
        (list[0], list[1]) = (_fills(best, 2e9), both);
        relayBond.answer(id, said, list);
        vm.assertEq(uint256(relayBond.claim(id).status), uint256(IRelayBond.Status.ANSWERED));
    }

    function test_answer_hasToExplainWhatWasRestoredToo() public {
        best.salt += 1;
        accepted = _accept(best);
        uint64 drop = _drop(best, SIZE, 3);
        uint64 restored = _say(RelayLib.RESTORED, _hash(best), SIZE, bytes32(0));
        matched = _match(taking, _fills(worse, SIZE));
        PassedOver memory proof = _proof();
        proof.restored = new Said[](1);
        proof.restored[0] = _said(restored);
        vm.prank(prover);
        uint256 id = relayBond.claimPassedOver(proof);
        (Said[] memory said, MadeFill[][] memory list) = (new Said[](1), new MadeFill[][](1));
        said[0] = _said(drop);
        vm.expectRevert(abi.encodeWithSelector(IRelayBond.AnswerTooSmall.selector, SIZE, 2 * SIZE));
        relayBond.answer(id, said, list);

        proof.restored = new Said[](2);
        (proof.restored[0], proof.restored[1]) = (_said(restored), _said(restored));
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.claimPassedOver(proof);
    }

    function test_answer_takesNoStatementOfOutsideOrOfAnother() public {
        uint256 id = _claim();
        uint64 late = _drop(best, SIZE, 4); // after the match
        (Said[] memory said, MadeFill[][] memory list) = (new Said[](1), new MadeFill[][](1));
        said[0] = _said(late);
        vm.expectRevert(abi.encodeWithSelector(IRelayBond.NotSaid.selector, late));
        relayBond.answer(id, said, list);
        said[0] = _said(rival); // an acceptance takes nothing
        vm.expectRevert(abi.encodeWithSelector(IRelayBond.NotSaid.selector, rival));
        relayBond.answer(id, said, list);
        said[0] = _said(matched); // the match does not contain it
        list[0] = _fills(worse, SIZE);
        vm.expectRevert(abi.encodeWithSelector(IRelayBond.AnswerTooSmall.selector, 0, SIZE));
        relayBond.answer(id, said, list);
    }

    function test_answer_comesTooLate() public {
        uint64 drop = _dropBetween(SIZE);
        uint256 id = _claim();
        vm.warp(START + 1 days + 1);
        (Said[] memory said, MadeFill[][] memory list) = (new Said[](1), new MadeFill[][](1));
        said[0] = _said(drop);
        vm.expectRevert(abi.encodeWithSelector(IRelayBond.OutsideTime.selector, 0, START + 1 days));
        relayBond.answer(id, said, list);
    }

    /// @notice The relay makes up a drop after the fact, in place of something that it said: the page that it signed
    /// first refutes it.
    function test_refute_anAnswerThatWasMadeUpLater() public {
        uint256 id = _claim();
        (Page memory true_, Statement memory made) = _makeUpDrop();
        Page memory forged = _forged(made);
        (Said[] memory said, MadeFill[][] memory list) = (new Said[](1), new MadeFill[][](1));
        said[0] = Said(made, forged, _sign(forged), new bytes32[](0));
        relayBond.answer(id, said, list);

        bytes memory signature = _sign(true_);
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.refute(id, true_, forged, signature); // the page has to be one of the answer
        vm.prank(makeAddr("anybody"));
        relayBond.refute(id, forged, true_, signature);
        _expectPaid(victim);
    }

    /// @notice The page after the forged one refutes it as well: it names another one as its previous.
    function test_refute_byTheNextPage() public {
        uint256 id = _claim();
        (, Statement memory made) = _makeUpDrop();
        Page memory forged = _forged(made);
        (Said[] memory said, MadeFill[][] memory list) = (new Said[](1), new MadeFill[][](1));
        said[0] = Said(made, forged, _sign(forged), new bytes32[](0));
        relayBond.answer(id, said, list);
        Page memory next = pages[forged.page];
        relayBond.refute(id, forged, next, _sign(next));
        _expectPaid(victim);
    }

    function _makeUpDrop() private view returns (Page memory true_, Statement memory made) {
        true_ = pages[rival - 1];
        made = Statement(RelayLib.DROPPED, rival, _hash(best), SIZE, bytes32(uint256(4)));
    }

    function _forged(Statement memory made) private view returns (Page memory forged) {
        forged = pages[rival - 1];
        Statement[] memory list = new Statement[](1);
        list[0] = made;
        forged.root = _root(list);
    }

    /// @notice A forged page cannot hide behind the true one of the same number.
    function test_answer_standsOnOnePageInAPlace() public {
        uint256 id = _claim();
        Page memory page = pages[rival - 1];
        Statement[] memory list = new Statement[](2);
        list[0] = Statement(RelayLib.DROPPED, rival, _hash(best), 1, bytes32(uint256(4)));
        list[1] = Statement(RelayLib.DROPPED, rival + 1, _hash(best), SIZE, bytes32(uint256(4)));
        (page.count, page.root) = (2, _root(list));
        Page memory second = abi.decode(abi.encode(page), (Page));
        second.time += 1;
        (Said[] memory said, MadeFill[][] memory none) = (new Said[](2), new MadeFill[][](2));
        said[0] = Said(list[0], page, _sign(page), _path(list, 0));
        said[1] = Said(list[1], second, _sign(second), _path(list, 1));
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.answer(id, said, none);
    }

    function test_refute_needsAConflict() public {
        uint64 drop = _dropBetween(SIZE);
        uint256 id = _claim();
        _answer(id, drop, new MadeFill[](0));
        Page memory page = pages[drop - 1];
        for (uint256 i; i < pages.length; ++i) {
            Page memory other = pages[i];
            bytes memory signature = _sign(other);
            vm.expectRevert(IRelayBond.NoFraud.selector);
            relayBond.refute(id, page, other, signature);
        }
        Page memory changed = page;
        changed.time += 1;
        bytes memory byNobody = _sign(changed, 0xbad);
        Page memory answered = pages[drop - 1];
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.refute(id, answered, changed, byNobody);
    }

    // ------------------------------------------------------------------ unknown maker

    function test_claimUnknownMaker_isAnsweredByTheAcceptanceAlone() public {
        SaidMatch memory said = SaidMatch(_said(matched), _fills(worse, SIZE));
        vm.prank(prover);
        uint256 id = relayBond.claimUnknownMaker(said, 0);
        (Said[] memory list, MadeFill[][] memory none) = (new Said[](1), new MadeFill[][](1));
        list[0] = _said(accepted); // of another order
        vm.expectRevert(abi.encodeWithSelector(IRelayBond.AnswerTooSmall.selector, 0, 1));
        relayBond.answer(id, list, none);
        _answer(id, rival, new MadeFill[](0));
    }

    function test_claimUnknownMaker_paysWhenThereIsNoAcceptance() public {
        Order memory dark = _order(makeAddr("dark"), -int256(SIZE), 98);
        matched = _match(taking, _fills(dark, SIZE));
        SaidMatch memory said = SaidMatch(_said(matched), _fills(dark, SIZE));
        vm.prank(prover);
        uint256 id = relayBond.claimUnknownMaker(said, 0);
        // An acceptance after the match is none.
        uint64 late = _accept(dark);
        (Said[] memory list, MadeFill[][] memory none) = (new Said[](1), new MadeFill[][](1));
        list[0] = _said(late);
        vm.expectRevert(abi.encodeWithSelector(IRelayBond.NotSaid.selector, late));
        relayBond.answer(id, list, none);
        vm.warp(START + 1 days + 1);
        relayBond.decide(id);
        vm.assertEq(relayBond.owed(treasury), BOND - BOND / 10, "nobody is named as wronged");
    }

    // ------------------------------------------------------------------ at once

    function test_proveFalseExpiry_paysTheOwner() public {
        uint64 drop = _drop(best, SIZE, 0);
        Said memory said = _said(drop);
        vm.prank(prover);
        relayBond.proveFalseExpiry(said, best);
        _expectPaid(victim);
    }

    function test_proveFalseExpiry_refusesATrueOneAndOtherReasons() public {
        Said memory said = _said(_drop(best, SIZE, 1));
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.proveFalseExpiry(said, best);
        vm.warp(best.expiry - 60);
        said = _said(_drop(best, SIZE, 0));
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.proveFalseExpiry(said, best);
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.proveFalseExpiry(said, worse);
    }

    /// @dev What each of these changes makes a match one that its orders exclude.
    function test_proveBadMatch_whatTheOrdersExclude() public {
        uint256 snapshot = vm.snapshotState();
        for (uint256 kind; kind < 8; ++kind) {
            (Order memory filled, Order memory taking_) = (worse, taking);
            MadeFill[] memory fills = _fills(filled, SIZE);
            address wronged = taker;
            if (kind == 0) (fills[0].price, wronged) = (99e18, insider);
            if (kind == 1) taking_.limit = Price.wrap(99e18);
            if (kind == 2) filled.market = MarketId.wrap(5);
            if (kind == 3) filled.size = taking_.size;
            if (kind == 4) filled.account = taking_.account;
            if (kind == 5) filled.use = Use.TAKER;
            if (kind == 6) taking_.use = Use.MAKER;
            if (kind == 7) filled.expiry = uint40(block.timestamp - 61);
            fills[0].order = _hash(filled);
            SaidMatch memory bad = SaidMatch(_said(_match(taking_, fills)), fills);
            vm.prank(prover);
            relayBond.proveBadMatch(bad, 0, filled, taking_);
            _expectPaid(wronged);
            vm.revertToState(snapshot);
            snapshot = vm.snapshotState();
        }
    }

    function test_proveBadMatch_refusesAGoodOneAndOtherOrders() public {
        SaidMatch memory good = SaidMatch(_said(matched), _fills(worse, SIZE));
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.proveBadMatch(good, 0, worse, taking);
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.proveBadMatch(good, 1, worse, taking);
        Order memory other = worse;
        other.market = MarketId.wrap(5);
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.proveBadMatch(good, 0, other, taking);
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.proveBadMatch(good, 0, worse, best);
        // A match is of the moment before its page.
        other = worse;
        other.expiry = uint40(block.timestamp - 60);
        MadeFill[] memory fills = _fills(other, SIZE);
        SaidMatch memory late = SaidMatch(_said(_match(taking, fills)), fills);
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.proveBadMatch(late, 0, other, taking);
    }

    function test_proveTwoStories() public {
        Page memory one = pages[1];
        Page memory other = pages[1];
        other.root = bytes32(uint256(1));
        (bytes memory a, bytes memory b) = (_sign(one), _sign(other));
        bytes memory byNobody = _sign(other, 0xbad);
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.proveTwoStories(one, a, other, byNobody);
        vm.expectRevert(IRelayBond.NoFraud.selector);
        relayBond.proveTwoStories(one, a, one, a);
        vm.prank(prover);
        relayBond.proveTwoStories(one, a, other, b);
        vm.assertEq(relayBond.owed(prover), BOND / 10);
        vm.assertEq(relayBond.bond(), 0);
    }

    function test_proveTwoStories_acceptsNoPairOfAnHonestJournal() public {
        for (uint256 i; i < pages.length; ++i) {
            for (uint256 j; j < pages.length; ++j) {
                (Page memory one, Page memory other) = (pages[i], pages[j]);
                (bytes memory a, bytes memory b) = (_sign(one), _sign(other));
                vm.expectRevert(IRelayBond.NoFraud.selector);
                relayBond.proveTwoStories(one, a, other, b);
            }
        }
    }

    function test_proveTwoStories_aPageThatDoesNotFollow() public {
        uint256 snapshot = vm.snapshotState();
        for (uint256 kind; kind < 3; ++kind) {
            Page memory next = pages[2];
            if (kind == 0) next.first += 1;
            if (kind == 1) next.previous = bytes32(0);
            if (kind == 2) next.time -= 1;
            Page memory one = pages[1];
            (bytes memory a, bytes memory b) = (_sign(one), _sign(next));
            relayBond.proveTwoStories(next, b, one, a);
            vm.assertEq(relayBond.bond(), 0);
            vm.revertToState(snapshot);
            snapshot = vm.snapshotState();
        }
    }

    // ------------------------------------------------------------------ the bond

    function test_withdraw_onlyTheOperatorAfterTheNoticeAndNotForEver() public {
        vm.expectRevert(abi.encodeWithSelector(IRelayBond.OnlyOperator.selector, operator));
        relayBond.announceWithdrawal();
        vm.startPrank(operator);
        vm.expectRevert(abi.encodeWithSelector(IRelayBond.OutsideTime.selector, 0, NOTICE));
        relayBond.withdraw(operator);
        relayBond.announceWithdrawal();
        uint256 from = START + NOTICE;
        vm.warp(from - 1);
        vm.expectRevert(abi.encodeWithSelector(IRelayBond.OutsideTime.selector, from, from + NOTICE));
        relayBond.withdraw(operator);
        vm.warp(from + NOTICE + 1);
        vm.expectRevert(abi.encodeWithSelector(IRelayBond.OutsideTime.selector, from, from + NOTICE));
        relayBond.withdraw(operator);
        vm.warp(from);
        relayBond.withdraw(operator);
        vm.assertEq(token.balanceOf(operator), BOND);
    }

    function test_withdraw_waitsForOpenClaims() public {
        vm.prank(operator);
        relayBond.announceWithdrawal();
        vm.warp(START + NOTICE - 1);
        uint256 id = _claim();
        vm.warp(START + NOTICE);
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(IRelayBond.ClaimsOpen.selector, 1));
        relayBond.withdraw(operator);
        vm.warp(START + NOTICE + 1 days);
        relayBond.decide(id);
        _expectPaid(victim);
    }

    /// @notice A relay that claims against itself to have its bond back before others claim loses half of it.
    function test_attack_aRelayClaimsAgainstItself() public {
        Page memory other = pages[1];
        other.root = bytes32(uint256(1));
        (bytes memory a, bytes memory b) = (_sign(pages[1]), _sign(other));
        Page memory one = pages[1];
        vm.prank(operator);
        relayBond.proveTwoStories(one, a, other, b);
        vm.assertEq(relayBond.owed(operator), BOND / 10);
        vm.assertEq(relayBond.owed(treasury), BOND - BOND / 10);
    }

    /// @notice A claim after the bond is gone gets its stake back and nothing else.
    function test_claims_afterTheBondIsGone() public {
        uint256 first = _claim();
        uint256 second = _claim();
        vm.warp(START + 1 days + 1);
        relayBond.decide(first);
        relayBond.decide(second);
        vm.assertEq(relayBond.owed(prover), BOND / 10 + 2 * STAKE);
        vm.assertEq(token.balanceOf(address(relayBond)), BOND + 2 * STAKE, "all of it is owed to somebody");
        vm.prank(makeAddr("nobody"));
        vm.expectPartialRevert(bytes4(keccak256("ZeroAmount()")));
        relayBond.collect();
    }

    function test_terms_haveBounds() public {
        BondTerms memory terms = _terms();
        (terms.proverShare, terms.wrongedShare) = (400_000, 350_001);
        vm.expectRevert(
            abi.encodeWithSelector(IGovernance.ParameterOutOfBounds.selector, bytes32("shares"), 750_001, 0, 750_000)
        );
        new RelayBond(terms);
        terms = _terms();
        terms.answerTime = 59 minutes;
        vm.expectPartialRevert(IGovernance.ParameterOutOfBounds.selector);
        new RelayBond(terms);
        terms = _terms();
        terms.notice = 2 days - 1;
        vm.expectPartialRevert(IGovernance.ParameterOutOfBounds.selector);
        new RelayBond(terms);
        terms = _terms();
        terms.relay = address(0);
        vm.expectPartialRevert(bytes4(keccak256("ZeroAddress()")));
        new RelayBond(terms);
    }
}
