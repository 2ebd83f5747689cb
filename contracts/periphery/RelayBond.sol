// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IAccounts} from "../interfaces/IAccounts.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
import {Order, Use} from "../interfaces/Orders.sol";
import {OrderLib} from "../trading/OrderLib.sol";
import {Price} from "../types/Price.sol";
import {IRelayBond, MadeFill, Page, PassedOver, Said, SaidMatch, Statement} from "./IRelayBond.sol";
import {RelayLib} from "./RelayLib.sol";

/// @notice What a bond is set up with; fixed for its life.
struct BondTerms {
    IERC20 token;
    address clearinghouse;
    /// Whose signatures are held to.
    address relay;
    /// Who may withdraw, and has the stakes of rejected claims.
    address operator;
    /// Who has what is left of an upheld claim, e.g. the venue's treasury.
    address beneficiary;
    /// Token units that a claim costs unless it is upheld: what an answer costs the relay at least.
    uint256 stake;
    /// Seconds for an answer, and for a refutation.
    uint40 answerTime;
    /// Seconds from the announcement of a withdrawal to it.
    uint40 notice;
    /// ppm of the bond.
    uint24 proverShare;
    uint24 wrongedShare;
}

/// @title See IRelayBond
contract RelayBond is IRelayBond {
    using RelayLib for Said;
    using RelayLib for SaidMatch;
    using SafeERC20 for IERC20;

    uint256 private constant PPM = 1_000_000;

    /// @notice Who claims against himself loses this part at least.
    uint256 public constant MIN_REST = 250_000;

    /// @notice Seconds before its expiry from which on an order may be dropped as expired, or passed over, as no later
    /// block could contain it.
    uint256 public constant EXPIRY_SLACK = 60;

    uint256 private constant MIN_ANSWER_TIME = 1 hours;
    uint256 private constant MAX_ANSWER_TIME = 30 days;
    uint256 private constant MAX_NOTICE = 365 days;

    BondTerms public terms;

    /// @notice Token units.
    uint256 public bond;
    /// @notice When an announced withdrawal may begin; 0: none.
    uint256 public withdrawableFrom;
    uint256 public openClaims;
    uint256 public claimCount;
    mapping(address receiver => uint256 tokens) public owed;

    mapping(uint256 id => Claim state) private _claims;
    /// @dev Hashes of the pages that an answer stands on.
    mapping(uint256 id => mapping(uint64 page => bytes32 hash)) private _answers;

    constructor(BondTerms memory terms_) {
        _requireBounds("answerTime", terms_.answerTime, MIN_ANSWER_TIME, MAX_ANSWER_TIME);
        // Whoever sees a fraud on the last day before a withdrawal has a day to claim, and the claim holds the bond.
        _requireBounds("notice", terms_.notice, uint256(terms_.answerTime) * 2, MAX_NOTICE);
        _requireBounds("shares", uint256(terms_.proverShare) + terms_.wrongedShare, 0, PPM - MIN_REST);
        if (
            terms_.relay == address(0) ||
            terms_.operator == address(0) ||
            terms_.beneficiary == address(0) ||
            terms_.clearinghouse == address(0)
        ) revert IAccounts.ZeroAddress();
        terms = terms_;
    }

    // ------------------------------------------------------------------ the bond

    function deposit(uint256 tokens) external {
        if (tokens == 0) revert IAccounts.ZeroAmount();
        bond += _pull(tokens);
        emit Deposited(msg.sender, tokens, bond);
    }

    function announceWithdrawal() external {
        _requireOperator();
        withdrawableFrom = block.timestamp + terms.notice;
        emit WithdrawalAnnounced(withdrawableFrom, withdrawableFrom + terms.notice);
    }

    function withdraw(address to) external {
        _requireOperator();
        if (to == address(0)) revert IAccounts.ZeroAddress();
        uint256 from = withdrawableFrom;
        // It lapses: a relay that could withdraw at any moment would have no bond.
        if (from == 0 || block.timestamp < from || block.timestamp > from + terms.notice) {
            revert OutsideTime(from, from + terms.notice);
        }
        if (openClaims != 0) revert ClaimsOpen(openClaims);
        uint256 tokens = bond;
        if (tokens == 0) revert IAccounts.ZeroAmount();
        (bond, withdrawableFrom) = (0, 0);
        emit Withdrawn(to, tokens);
        terms.token.safeTransfer(to, tokens);
    }

    function collect() external {
        uint256 tokens = owed[msg.sender];
        if (tokens == 0) revert IAccounts.ZeroAmount();
        owed[msg.sender] = 0;
        emit Collected(msg.sender, tokens);
        terms.token.safeTransfer(msg.sender, tokens);
    }

    // ------------------------------------------------------------------ claims

    function claimPassedOver(PassedOver calldata proof) external returns (uint256 id) {
        (bytes32 domain, address relay) = _relay();
        proof.matched.requireMatch(domain, relay);
        proof.accepted.requireSaid(domain, relay);
        _requirePassedOver(proof);
        if (proof.rival.length != 0) _requireLater(proof, domain, relay);

        Statement calldata accepted = proof.accepted.statement;
        uint64 matched = proof.matched.said.statement.number;
        uint256 size = accepted.size;
        uint64 last = accepted.number;
        for (uint256 i; i < proof.restored.length; ++i) {
            proof.restored[i].requireSaid(domain, relay);
            Statement calldata restored = proof.restored[i].statement;
            if (restored.kind != RelayLib.RESTORED || restored.order != accepted.order) revert NoFraud();
            if (restored.number <= last || restored.number >= matched) revert NoFraud();
            last = restored.number;
            size += restored.size;
        }
        return _claim(proof.passed.account.owner(), accepted.order, accepted.number, matched, size);
    }

    function claimUnknownMaker(SaidMatch calldata matched, uint256 which) external returns (uint256 id) {
        (bytes32 domain, address relay) = _relay();
        matched.requireMatch(domain, relay);
        if (which >= matched.fills.length) revert NoFraud();
        return _claim(address(0), matched.fills[which].order, 0, matched.said.statement.number, 0);
    }

    function proveFalseExpiry(Said calldata dropped, Order calldata order) external {
        (bytes32 domain, address relay) = _relay();
        dropped.requireSaid(domain, relay);
        Statement calldata statement = dropped.statement;
        if (
            statement.kind != RelayLib.DROPPED ||
            statement.detail != RelayLib.EXPIRED ||
            statement.order != OrderLib.hash(order) ||
            order.expiry <= dropped.page.time + EXPIRY_SLACK
        ) revert NoFraud();
        _pay(0, msg.sender, order.account.owner());
    }

    function proveBadMatch(
        SaidMatch calldata matched,
        uint256 which,
        Order calldata filled,
        Order calldata taker
    ) external {
        (bytes32 domain, address relay) = _relay();
        matched.requireMatch(domain, relay);
        if (which >= matched.fills.length) revert NoFraud();
        MadeFill calldata fill = matched.fills[which];
        bool areThose = OrderLib.hash(filled) == fill.order && OrderLib.hash(taker) == matched.said.statement.order;
        if (!areThose) revert NoFraud();
        bool atLimit = fill.price == Price.unwrap(filled.limit);
        bool isBad = !atLimit || !_fit(filled, taker) || matched.said.page.time > uint256(filled.expiry) + EXPIRY_SLACK;
        if (!isBad) revert NoFraud();
        _pay(0, msg.sender, (atLimit ? taker : filled).account.owner());
    }

    function proveTwoStories(
        Page calldata one,
        bytes calldata oneSignature,
        Page calldata other,
        bytes calldata otherSignature
    ) external {
        (bytes32 domain, address relay) = _relay();
        bool signed =
            RelayLib.isSigned(one, oneSignature, domain, relay) &&
                RelayLib.isSigned(other, otherSignature, domain, relay);
        if (!signed || !RelayLib.conflict(one, other)) revert NoFraud();
        _pay(0, msg.sender, address(0));
    }

    function answer(uint256 id, Said[] calldata said, MadeFill[][] calldata fills) external {
        Claim storage c = _claimIn(id, Status.OPEN);
        if (block.timestamp > c.until) revert OutsideTime(0, c.until);
        (bytes32 domain, address relay) = _relay();
        uint256 shown;
        uint64 last = c.accepted;
        for (uint256 i; i < said.length; ++i) {
            said[i].requireSaid(domain, relay);
            Statement calldata statement = said[i].statement;
            // Ascending, so that none counts twice; up to the match itself, which may have filled the order before.
            if (statement.number <= last || statement.number > c.matched) revert NotSaid(statement.number);
            last = statement.number;
            shown += c.accepted == 0 ? _acceptedOf(c, statement) : _takenOf(c, statement, fills[i]);
            _standsOn(id, said[i].page);
        }
        uint256 size = c.accepted == 0 ? 1 : c.size;
        if (shown < size) revert AnswerTooSmall(shown, size);
        (c.status, c.until) = (Status.ANSWERED, uint40(block.timestamp) + terms.answerTime);
        emit Answered(id, c.until);
    }

    function refute(uint256 id, Page calldata answered, Page calldata other, bytes calldata otherSignature) external {
        Claim storage c = _claimIn(id, Status.ANSWERED);
        if (block.timestamp > c.until) revert OutsideTime(0, c.until);
        (bytes32 domain, address relay) = _relay();
        if (
            _answers[id][answered.page] != RelayLib.hash(answered) ||
            !RelayLib.isSigned(other, otherSignature, domain, relay) ||
            !RelayLib.conflict(answered, other)
        ) revert NoFraud();
        _uphold(id, c);
    }

    function decide(uint256 id) external {
        Claim storage c = _claims[id];
        Status status = c.status;
        if (status != Status.OPEN && status != Status.ANSWERED) revert ClaimNotIn(status);
        if (block.timestamp <= c.until) revert OutsideTime(uint256(c.until) + 1, type(uint256).max);
        if (status == Status.OPEN) return _uphold(id, c);
        c.status = Status.REJECTED;
        --openClaims;
        owed[terms.operator] += terms.stake;
        emit Rejected(id);
    }

    function claim(uint256 id) external view returns (Claim memory) {
        return _claims[id];
    }

    // ------------------------------------------------------------------ inside

    /// @dev The orders are those of the statements, and the one passed over was better, or as good.
    function _requirePassedOver(PassedOver calldata proof) private pure {
        Statement calldata matched = proof.matched.said.statement;
        Statement calldata accepted = proof.accepted.statement;
        (Order calldata passed, Order calldata filled) = (proof.passed, proof.filled);
        if (proof.which >= proof.matched.fills.length) revert NoFraud();
        bool areThose =
            OrderLib.hash(passed) == accepted.order &&
                OrderLib.hash(filled) == proof.matched.fills[proof.which].order &&
                OrderLib.hash(proof.taker) == matched.order;
        bool rests =
            accepted.kind == RelayLib.ACCEPTED &&
                accepted.detail == RelayLib.IN_BOOK &&
                accepted.number < matched.number;
        bool couldBe =
            passed.market == filled.market &&
                passed.size.isLong() == filled.size.isLong() &&
                passed.account.owner() != proof.taker.account.owner() &&
                passed.expiry > proof.matched.said.page.time + EXPIRY_SLACK;
        bool isBetter = passed.size.isLong() ? passed.limit > filled.limit : passed.limit < filled.limit;
        bool isAsGood = passed.limit == filled.limit && proof.rival.length == 1;
        if (!areThose || !rests || !couldBe || accepted.order == proof.matched.fills[proof.which].order)
            revert NoFraud();
        if (!isBetter && !isAsGood) revert NoFraud();
    }

    /// @dev May these two orders meet at the maker's limit?
    function _fit(Order calldata maker, Order calldata taker) private pure returns (bool) {
        bool buys = taker.size.isLong();
        bool crosses = buys ? maker.limit <= taker.limit : maker.limit >= taker.limit;
        return
            crosses &&
            maker.market == taker.market &&
            maker.size.isLong() != buys &&
            maker.account.owner() != taker.account.owner() &&
            maker.use != Use.TAKER &&
            taker.use != Use.MAKER;
    }

    /// @dev The order filled was accepted after the one passed over.
    function _requireLater(PassedOver calldata proof, bytes32 domain, address relay) private pure {
        Said calldata rival = proof.rival[0];
        rival.requireSaid(domain, relay);
        Statement calldata statement = rival.statement;
        bool isLater =
            statement.kind == RelayLib.ACCEPTED &&
                statement.order == proof.matched.fills[proof.which].order &&
                statement.number > proof.accepted.statement.number &&
                statement.number < proof.matched.said.statement.number;
        if (!isLater) revert NoFraud();
    }

    function _claim(
        address wronged,
        bytes32 order,
        uint64 accepted,
        uint64 matched,
        uint256 size
    ) private returns (uint256 id) {
        if (terms.stake != 0) _pull(terms.stake);
        id = ++claimCount;
        ++openClaims;
        _claims[id] = Claim({
            claimant: msg.sender,
            status: Status.OPEN,
            until: uint40(block.timestamp) + terms.answerTime,
            wronged: wronged,
            order: order,
            accepted: accepted,
            matched: matched,
            size: size
        });
        emit Claimed(id, msg.sender, order, matched);
    }

    /// @dev What a drop of the order or a match with it takes of it.
    function _takenOf(
        Claim storage c,
        Statement calldata statement,
        MadeFill[] calldata fills
    ) private view returns (uint256 size) {
        bytes32 order = c.order;
        if (statement.kind == RelayLib.DROPPED || statement.kind == RelayLib.MATCHED) {
            if (statement.order == order) return statement.size;
        }
        RelayLib.requireFills(statement, fills);
        for (uint256 i; i < fills.length; ++i) {
            if (fills[i].order == order) size += fills[i].size;
        }
    }

    /// @dev Keeps the page to be refuted. Two pages in one place would hide the one behind the other.
    function _standsOn(uint256 id, Page calldata page) private {
        bytes32 hash = RelayLib.hash(page);
        bytes32 known = _answers[id][page.page];
        if (known != bytes32(0) && known != hash) revert NoFraud();
        _answers[id][page.page] = hash;
    }

    /// @dev One, if it accepts the unknown maker into the book.
    function _acceptedOf(Claim storage c, Statement calldata statement) private view returns (uint256) {
        bool isIt =
            statement.kind == RelayLib.ACCEPTED &&
                statement.order == c.order &&
                statement.detail == RelayLib.IN_BOOK &&
                statement.number < c.matched;
        return isIt ? 1 : 0;
    }

    function _uphold(uint256 id, Claim storage c) private {
        c.status = Status.UPHELD;
        --openClaims;
        owed[c.claimant] += terms.stake;
        _pay(id, c.claimant, c.wronged);
    }

    /// @dev The whole bond, rounded in favour of the beneficiary. Claims upheld later find nothing.
    function _pay(uint256 id, address prover, address wronged) private {
        uint256 tokens = bond;
        bond = 0;
        uint256 toProver = (tokens * terms.proverShare) / PPM;
        uint256 toWronged = wronged == address(0) ? 0 : (tokens * terms.wrongedShare) / PPM;
        owed[prover] += toProver;
        if (toWronged != 0) owed[wronged] += toWronged;
        owed[terms.beneficiary] += tokens - toProver - toWronged;
        emit Upheld(id, prover, wronged, tokens);
    }

    function _claimIn(uint256 id, Status status) private view returns (Claim storage c) {
        c = _claims[id];
        if (c.status != status) revert ClaimNotIn(c.status);
    }

    function _relay() private view returns (bytes32 domain, address relay) {
        return (RelayLib.domain(terms.clearinghouse), terms.relay);
    }

    function _requireOperator() private view {
        if (msg.sender != terms.operator) revert OnlyOperator(terms.operator);
    }

    /// @return Token units that arrived: a token may take a fee.
    function _pull(uint256 tokens) private returns (uint256) {
        IERC20 token = terms.token;
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), tokens);
        uint256 arrived = token.balanceOf(address(this)) - before;
        if (arrived == 0) revert IAccounts.ZeroAmount();
        return arrived;
    }

    function _requireBounds(bytes32 name, uint256 value, uint256 low, uint256 high) private pure {
        if (value < low || value > high) revert IGovernance.ParameterOutOfBounds(name, value, low, high);
    }
}
