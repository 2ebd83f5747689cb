// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IAccessGate} from "../interfaces/IAccessGate.sol";

/// @notice What an issuer says of somebody (EIP-712): he may trade through the second `expiry`.
struct Attestation {
    address owner;
    /// The issuer's counter of the owner's attestations, from 1: to revoke one revokes all before it.
    uint64 id;
    /// Last second of validity, Unix time.
    uint40 expiry;
}

/// @title An access gate that admits whoever an issuer attests, until it expires or is revoked
/// @notice The issuer signs an attestation of an owner, who presents it once; or somebody does it for him. The issuer's
/// domain has the chain and this gate's address, so that what he signs for one gate is worth nothing at another.
contract AttestationGate is IAccessGate, AccessManaged, EIP712 {
    /// @dev 5 + 8 + 4 = 17 bytes. The epoch stands for the issuer, whose address would take a second word.
    struct Admission {
        uint40 expiry;
        uint64 id;
        uint32 issuerEpoch;
    }

    bytes32 public constant ATTESTATION_TYPEHASH = keccak256("Attestation(address owner,uint64 id,uint40 expiry)");

    /// @notice Who attests: a key, or a wallet (ERC-1271).
    address public issuer;
    /// @notice Counts the issuers: what an earlier one attested is void.
    uint32 public issuerEpoch;
    mapping(address owner => Admission admission) public admissionOf;
    /// @notice Up to which id the attestations of an issuer can no longer be presented: 0 is none.
    mapping(uint32 epoch => mapping(address owner => uint64 id)) public revokedThrough;
    /// @notice Who is, or was, the issuer: what he signed is still about, so that he is never appointed again.
    mapping(address issuer => bool isIt) public wasIssuer;

    event IssuerSet(address indexed issuer, uint32 epoch);
    event Admitted(address indexed owner, uint64 id, uint40 expiry);
    event Revoked(address indexed owner, uint64 id);

    /// @notice An issuer is somebody.
    error NoIssuer();
    /// @notice He was the issuer before: what he signed then would be good again.
    error IssuerBefore(address issuer);
    /// @notice The signature is not the issuer's, of this attestation, for this gate on this chain.
    error NotAttested(address owner, address issuer);
    /// @notice It was valid through the second `expiry`.
    error AttestationExpired(uint40 expiry);
    /// @notice The issuer took it back.
    error AttestationRevoked(address owner, uint64 id);
    /// @notice The owner has presented one that is valid for longer, or the same one.
    error NotLonger(uint40 expiry, uint40 present);
    /// @notice Only the issuer revokes.
    error NotTheIssuer(address caller);

    constructor(address authority_, address issuer_) AccessManaged(authority_) EIP712("Novation access", "1") {
        _setIssuer(issuer_);
    }

    /// @notice Another issuer: all that earlier ones attested is void. For the role that the AccessManager gives it to.
    function setIssuer(address issuer_) external restricted {
        _setIssuer(issuer_);
    }

    /// @notice Presents an attestation. Anyone.
    function present(Attestation calldata a, bytes calldata signature) external {
        if (block.timestamp > a.expiry) revert AttestationExpired(a.expiry);
        if (a.id <= revokedThrough[issuerEpoch][a.owner]) revert AttestationRevoked(a.owner, a.id);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(ATTESTATION_TYPEHASH, a.owner, a.id, a.expiry)));
        if (!_isSigned(digest, signature)) revert NotAttested(a.owner, issuer);
        Admission memory known = admissionOf[a.owner];
        if (known.issuerEpoch == issuerEpoch && a.expiry <= known.expiry) revert NotLonger(a.expiry, known.expiry);

        admissionOf[a.owner] = Admission(a.expiry, a.id, issuerEpoch);
        emit Admitted(a.owner, a.id, a.expiry);
    }

    /// @notice Takes an attestation of the owner and all before it back, presented or not. The issuer alone: fast, and
    /// he is not the admin's key.
    function revoke(address owner, uint64 id) external {
        if (msg.sender != issuer) revert NotTheIssuer(msg.sender);
        if (id > revokedThrough[issuerEpoch][owner]) revokedThrough[issuerEpoch][owner] = id;
        if (admissionOf[owner].id <= id) delete admissionOf[owner];
        emit Revoked(owner, id);
    }

    /// @inheritdoc IAccessGate
    function mayTrade(address owner) external view returns (bool) {
        Admission memory known = admissionOf[owner];
        return known.issuerEpoch == issuerEpoch && block.timestamp <= known.expiry;
    }

    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @dev By the issuer's key, also while its account delegates to code (EIP-7702), which SignatureChecker would ask
    /// instead; or by his wallet (ERC-1271).
    function _isSigned(bytes32 digest, bytes calldata signature) private view returns (bool) {
        (address signer, ECDSA.RecoverError fault, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (fault == ECDSA.RecoverError.NoError && signer == issuer) return true;
        return SignatureChecker.isValidERC1271SignatureNowCalldata(issuer, digest, signature);
    }

    function _setIssuer(address issuer_) private {
        if (issuer_ == address(0)) revert NoIssuer();
        if (wasIssuer[issuer_]) revert IssuerBefore(issuer_);
        wasIssuer[issuer_] = true;
        issuer = issuer_;
        emit IssuerSet(issuer_, ++issuerEpoch);
    }
}
