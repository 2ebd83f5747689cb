// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Order} from "../interfaces/Orders.sol";

/// @notice A signed page of a relay's journal: `count` statements from number `first` on.
struct Page {
    /// Counts pages from 1.
    uint64 page;
    uint64 first;
    uint32 count;
    /// The chain's clock when it was written, Unix seconds.
    uint40 time;
    /// Struct hash of the page before; zero of the first one.
    bytes32 previous;
    /// Of the tree of statements: 2^depth leaves, the missing ones zero.
    bytes32 root;
}

/// @notice Something that the relay said under a number that only grows.
struct Statement {
    /// ACCEPTED, DROPPED, MATCHED or RESTORED, as RelayLib counts.
    uint8 kind;
    uint64 number;
    /// Struct hash of the order; of a match its taker.
    bytes32 order;
    /// Magnitude, 1e-9 base.
    uint256 size;
    /// ACCEPTED: where it stands. DROPPED: why. RESTORED: of which match. MATCHED: hash of the fills.
    bytes32 detail;
}

/// @notice A statement with what proves that the relay said it.
struct Said {
    Statement statement;
    Page page;
    /// 65 bytes of the relay's key over the page.
    bytes signature;
    /// Siblings from the leaf upwards.
    bytes32[] path;
}

/// @notice A maker's part in a match.
struct MadeFill {
    bytes32 order;
    /// Magnitude, 1e-9 base.
    uint256 size;
    /// 1e-18 quote per base.
    int256 price;
}

/// @notice A match with its makers, in their order.
struct SaidMatch {
    Said said;
    MadeFill[] fills;
}

/// @notice Says that fill `which` of a match passed over an order that was better, or as good and earlier.
struct PassedOver {
    SaidMatch matched;
    uint256 which;
    /// The acceptance into the book of the order that was passed over.
    Said accepted;
    /// What was restored of it in between, in ascending order: each asks for more of an answer.
    Said[] restored;
    /// At equal prices: the acceptance of the order that was filled, which is later. Else empty.
    Said[] rival;
    Order passed;
    Order filled;
    Order taker;
}

/// @title A relay's bond: pays when the relay's own signatures prove that it broke its word
/// @notice PROMISE. Each match takes the best price first, and of one price the order accepted first.
///
/// CLAIM. Anyone shows a match that passes over an acceptance, with a stake. The relay may answer with statements
/// between the two that take the order's size: drops and matches. An answer stands unless somebody shows another page
/// of the relay's key in its place: then the answer was made up later.
///
/// AT ONCE. Two pages in one place, an order dropped as expired that is not, and a match that the two orders' own terms
/// exclude, need no answer.
///
/// PAYMENT. An upheld claim takes the whole bond: a part to who proved it, a part to the owner of the order, the rest
/// to the beneficiary. The rest keeps a relay from claiming against itself to have its bond back.
interface IRelayBond {
    /// @notice OPEN: waits for an answer. ANSWERED: may be refuted. REJECTED: the answer stood. UPHELD: paid.
    enum Status {
        NONE,
        OPEN,
        ANSWERED,
        REJECTED,
        UPHELD
    }

    struct Claim {
        address claimant;
        Status status;
        /// Until when it may be answered, or refuted. Unix time.
        uint40 until;
        /// Owner of the order that was passed over; zero: nobody.
        address wronged;
        /// The order to account for; of an unknown maker, that maker.
        bytes32 order;
        /// Numbers of the acceptance (zero: it is what has to be shown) and of the match.
        uint64 accepted;
        uint64 matched;
        /// To account for. 1e-9 base.
        uint256 size;
    }

    event Deposited(address indexed from, uint256 tokens, uint256 bond);
    event WithdrawalAnnounced(uint256 from, uint256 until);
    event Withdrawn(address indexed to, uint256 tokens);
    event Claimed(uint256 indexed id, address indexed claimant, bytes32 indexed order, uint64 matched);
    event Answered(uint256 indexed id, uint256 until);
    event Rejected(uint256 indexed id);
    event Upheld(uint256 indexed id, address indexed claimant, address indexed wronged, uint256 bond);
    event Collected(address indexed to, uint256 tokens);

    /// @notice The statement is not in the page, or the page is not signed by the relay.
    error NotSaid(uint64 number);
    /// @notice What is shown is no fraud.
    error NoFraud();
    /// @notice The statements account for `shown` of the order only.
    error AnswerTooSmall(uint256 shown, uint256 size);
    /// @notice The claim is not in the state that this needs.
    error ClaimNotIn(Status status);
    /// @notice It is too early or too late: from `from` until `until`, Unix time.
    error OutsideTime(uint256 from, uint256 until);
    /// @notice Only the operator may.
    error OnlyOperator(address operator);
    /// @notice Claims are open: the bond stays until they are decided.
    error ClaimsOpen(uint256 count);

    /// @notice Adds to the bond. Anyone may.
    function deposit(uint256 tokens) external;

    /// @notice Begins the notice after which the operator may withdraw, for as long as the notice again.
    function announceWithdrawal() external;

    /// @notice Takes the whole bond, after the notice and while no claim is open.
    function withdraw(address to) external;

    /// @notice Claims that an order was passed over. Takes the stake.
    function claimPassedOver(PassedOver calldata proof) external returns (uint256 id);

    /// @notice Claims that fill `which` of a match is of an order that the relay has never accepted. Takes the stake.
    function claimUnknownMaker(SaidMatch calldata matched, uint256 which) external returns (uint256 id);

    /// @notice Proves that an order was dropped as expired long before its expiry. Pays at once.
    function proveFalseExpiry(Said calldata dropped, Order calldata order) external;

    /// @notice Proves that fill `which` of a match is one that the orders' own terms exclude: another price than the
    /// filled order's limit or beyond the taker's, two markets, one side, one owner, a use that does not fit, or an
    /// order that expired long before. Pays at once.
    function proveBadMatch(
        SaidMatch calldata matched,
        uint256 which,
        Order calldata filled,
        Order calldata taker
    ) external;

    /// @notice Proves that the relay signed two pages of which only one can be true. Pays at once.
    function proveTwoStories(
        Page calldata one,
        bytes calldata oneSignature,
        Page calldata other,
        bytes calldata otherSignature
    ) external;

    /// @notice Accounts for the order of a claim: with drops of it and matches with it, in ascending order; for an
    /// unknown maker with its acceptance. Anyone may, for the relay. `fills` of statement i if it is a match, else
    /// empty.
    function answer(uint256 id, Said[] calldata said, MadeFill[][] calldata fills) external;

    /// @notice Shows that a page of an answer is not the one that the relay first signed there. Pays at once.
    function refute(uint256 id, Page calldata answered, Page calldata other, bytes calldata otherSignature) external;

    /// @notice Decides a claim whose time is over: unanswered it is upheld, answered it is rejected and the stake goes
    /// to the operator.
    function decide(uint256 id) external;

    /// @notice Takes what the caller is owed.
    function collect() external;
}
