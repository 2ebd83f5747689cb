// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {IRelayBond, MadeFill, Page, Said, SaidMatch, Statement} from "./IRelayBond.sol";

/// @title What a relay says, and how it is proved: statements, pages, signatures
library RelayLib {
    uint8 internal constant ACCEPTED = 0;
    uint8 internal constant DROPPED = 1;
    uint8 internal constant MATCHED = 2;
    uint8 internal constant RESTORED = 3;

    /// @dev Details of ACCEPTED (in the book) and of DROPPED (expired).
    bytes32 internal constant IN_BOOK = bytes32(0);
    bytes32 internal constant EXPIRED = bytes32(0);

    bytes32 private constant PAGE_TYPEHASH = keccak256(
        "Page(uint64 page,uint64 first,uint32 count,uint40 time,bytes32 previous,bytes32 root)"
    );

    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );

    /// @notice The domain of a relay's signatures for one clearinghouse, whatever bond stands behind them.
    function domain(address clearinghouse) internal view returns (bytes32) {
        return
            keccak256(
                abi.encode(DOMAIN_TYPEHASH, keccak256("Novation Relay"), keccak256("1"), block.chainid, clearinghouse)
            );
    }

    /// @notice EIP-712 struct hash of a page, which the next page names as its `previous`.
    function hash(Page calldata page) internal pure returns (bytes32) {
        return keccak256(abi.encode(PAGE_TYPEHASH, page));
    }

    /// @notice Did `relay` sign the page?
    function isSigned(
        Page calldata page,
        bytes calldata signature,
        bytes32 domain_,
        address relay
    ) internal pure returns (bool) {
        bytes32 digest = MessageHashUtils.toTypedDataHash(domain_, hash(page));
        (address signer, ECDSA.RecoverError err, ) = ECDSA.tryRecoverCalldata(digest, signature);
        return err == ECDSA.RecoverError.NoError && signer == relay;
    }

    /// @notice Reverts unless the relay said it.
    function requireSaid(Said calldata said, bytes32 domain_, address relay) internal pure {
        (Statement calldata statement, Page calldata page) = (said.statement, said.page);
        uint256 index = uint256(statement.number) - page.first; // reverts when it is before the page
        bool inPage = index < page.count && said.path.length == _depth(page.count);
        if (
            !inPage ||
            _climb(keccak256(abi.encode(statement)), index, said.path) != page.root ||
            !isSigned(page, said.signature, domain_, relay)
        ) revert IRelayBond.NotSaid(statement.number);
    }

    /// @notice Reverts unless the relay said that these fills are a match.
    function requireMatch(SaidMatch calldata matched, bytes32 domain_, address relay) internal pure {
        requireSaid(matched.said, domain_, relay);
        requireFills(matched.said.statement, matched.fills);
    }

    /// @notice Reverts unless the statement is a match of these fills.
    function requireFills(Statement calldata statement, MadeFill[] calldata fills) internal pure {
        if (statement.kind != MATCHED || statement.detail != keccak256(abi.encode(fills))) {
            revert IRelayBond.NotSaid(statement.number);
        }
    }

    /// @notice Can only one of two pages be of the journal? Two of one number, or two in a row of which the later does
    /// not follow on the earlier.
    function conflict(Page calldata one, Page calldata other) internal pure returns (bool) {
        if (one.page == other.page) return hash(one) != hash(other);
        if (uint256(one.page) + 1 == other.page) return !_follows(one, other);
        if (uint256(other.page) + 1 == one.page) return !_follows(other, one);
        return false;
    }

    function _follows(Page calldata page, Page calldata next) private pure returns (bool) {
        return next.previous == hash(page) && next.first == uint256(page.first) + page.count && next.time >= page.time;
    }

    /// @dev The smallest depth whose tree has `count` leaves.
    function _depth(uint256 count) private pure returns (uint256 depth) {
        while (uint256(1) << depth < count) ++depth; // at most 32, as a count has 32 bits
    }

    /// @dev The root that a leaf leads to. The index says left or right, so that an index has one leaf.
    function _climb(bytes32 node, uint256 index, bytes32[] calldata path) private pure returns (bytes32) {
        for (uint256 i; i < path.length; ++i) {
            bool isRight = (index >> i) & 1 == 1;
            node = isRight ? keccak256(abi.encode(path[i], node)) : keccak256(abi.encode(node, path[i]));
        }
        return node;
    }
}
