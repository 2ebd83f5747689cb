// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IVolSource} from "./IVolSource.sol";
import {Smile} from "./Smile.sol";
import {FeedLib} from "../prices/FeedLib.sol";

/// @dev What signers say of one underlying. Without an expiry: of the level alone, and the next three are zero.
struct VolReport {
    bytes32 underlying;
    uint40 expiry;
    /// Strikes are `base + i * step`, 1e-18 quote per base.
    uint80 base;
    uint80 step;
    Smile smile;
    /// What all volatilities are multiplied by, 1e-9.
    uint32 level;
    /// Unix time.
    uint40 observedAt;
}

/// @title Volatilities that several signers vouch for: anybody brings the next report. One instance an underlying
/// @notice REPORTS. EIP-712, signed by at least `threshold` of the signers, in the order of their addresses; the domain
/// names chain and contract. LEVEL. That of the newest report; never of one observed before it. SMILES. Of each expiry
/// and its strikes the newest, while it is not older than the heartbeat. CHOICE. Whoever brings reports may choose one
/// among those signed since the newest that is stored: signers sign no two that differ by more than they mean. SIGNERS.
/// Fixed, unless the contract was given an authority whose role may set them.
contract SignedVolSource is IVolSource, EIP712, AccessManaged {
    /// @dev 32, then 5 bytes.
    struct StoredSmile {
        Smile smile;
        uint40 observedAt;
    }

    /// @dev 4 + 5 = 9 bytes.
    struct StoredLevel {
        uint32 value;
        uint40 observedAt;
    }

    event Reported(uint40 indexed expiry, uint80 base, uint80 step, Smile smile, uint32 level, uint40 observedAt);
    event SignersSet(address[] signers, uint256 threshold);

    error ParameterOutOfBounds(bytes32 name, uint256 value, uint256 low, uint256 high);
    error ReportOfOtherUnderlying(bytes32 underlying);
    /// @notice A report without an expiry has neither strikes nor a smile.
    error StrikesWithoutExpiry();
    /// @notice It is dated more than 15 seconds ahead of the block.
    error ReportAhead(uint256 observedAt, uint256 latest);
    /// @notice It is older than the heartbeat.
    error ReportTooOld(uint256 observedAt, uint256 earliest);
    /// @notice A newer report of the same is stored.
    error ReportNotNewer(uint256 observedAt, uint256 stored);
    error TooFewSignatures(uint256 given, uint256 threshold);
    /// @notice Who signed is none of the signers; or what is signed is something else, of another chain or contract.
    error NotASigner(address signer);
    /// @notice Signatures stand in the order of their signers' addresses, each once.
    error SignersOutOfOrder(address signer, address previous);
    /// @notice A signature is malformed, or has a high s: its twin would be another one of the same signer.
    error SignatureMalformed(uint256 index);

    uint256 public constant MAX_SIGNERS = 32;
    uint256 public constant MAX_HEARTBEAT = 1 days;

    bytes32 public constant REPORT_TYPEHASH = keccak256(
        "VolReport(bytes32 underlying,uint40 expiry,uint80 base,uint80 step,uint256 smile,uint32 level,uint40 observedAt)"
    );

    bytes32 public immutable underlying;
    uint24 public immutable heartbeat;

    uint256 public threshold;
    StoredLevel private _level;
    address[] private _signers;
    mapping(address signer => bool isIt) public isSigner;
    mapping(bytes32 key => StoredSmile smile) private _smiles;

    /// @param authority Whose AccessManager may let somebody set the signers; zero: nobody can.
    constructor(
        address authority,
        bytes32 underlying_,
        uint24 heartbeat_,
        address[] memory signers_,
        uint256 threshold_
    ) EIP712("Novation volatilities", "1") AccessManaged(authority) {
        _requireWithin("heartbeat", heartbeat_, 1, MAX_HEARTBEAT);
        (underlying, heartbeat) = (underlying_, heartbeat_);
        _setSigners(signers_, threshold_);
    }

    /// @notice Replaces all signers. Addresses ascend. What is stored stays.
    function setSigners(address[] calldata signers_, uint256 threshold_) external restricted {
        _setSigners(signers_, threshold_);
    }

    /// @notice Stores a report. Anyone. Its level counts if it is newer than the one that is stored.
    /// @return updated False when one as new was brought before: nothing was verified then. Else whoever brings it
    /// first could make the calls of others fail.
    function update(VolReport calldata report, bytes[] calldata signatures) external returns (bool updated) {
        _requireSound(report);
        if (report.observedAt == _storedTime(report)) return false;
        _requireSigned(report, signatures);
        uint256 before = _storedTime(report);
        if (report.observedAt < before) revert ReportNotNewer(report.observedAt, before);
        if (report.expiry != 0) {
            StoredSmile storage stored = _smiles[_keyOf(report.expiry, report.base, report.step)];
            (stored.smile, stored.observedAt) = (report.smile, report.observedAt);
        }
        updated = true;
        bool isNewest = report.observedAt > _level.observedAt;
        if (isNewest) _level = StoredLevel(report.level, report.observedAt);
        emit Reported(report.expiry, report.base, report.step, report.smile, report.level, report.observedAt);
    }

    /// @inheritdoc IVolSource
    function level() external view returns (uint32 value, uint40 time) {
        return (_level.value, _level.observedAt);
    }

    /// @inheritdoc IVolSource
    /// @dev Zero when there is none that is not older than the heartbeat.
    function smile(uint40 expiry, uint80 base, uint80 step) external view returns (Smile) {
        StoredSmile storage stored = _smiles[_keyOf(expiry, base, step)];
        if (block.timestamp > uint256(stored.observedAt) + heartbeat) return Smile.wrap(0);
        return stored.smile;
    }

    function signers() external view returns (address[] memory) {
        return _signers;
    }

    /// @notice What signers sign.
    function hashOf(VolReport calldata report) public view returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        REPORT_TYPEHASH,
                        report.underlying,
                        report.expiry,
                        report.base,
                        report.step,
                        report.smile,
                        report.level,
                        report.observedAt
                    )
                )
            );
    }

    /// @dev When what is stored of the same was observed.
    function _storedTime(VolReport calldata report) private view returns (uint256) {
        if (report.expiry == 0) return _level.observedAt;
        return _smiles[_keyOf(report.expiry, report.base, report.step)].observedAt;
    }

    function _requireSound(VolReport calldata report) private view {
        if (report.underlying != underlying) revert ReportOfOtherUnderlying(report.underlying);
        uint256 strikes = uint256(report.base) | report.step | Smile.unwrap(report.smile);
        if (report.expiry == 0 && strikes != 0) revert StrikesWithoutExpiry();
        uint256 latest = block.timestamp + FeedLib.MAX_AHEAD;
        if (report.observedAt > latest) revert ReportAhead(report.observedAt, latest);
        uint256 earliest = block.timestamp - heartbeat;
        if (report.observedAt < earliest) revert ReportTooOld(report.observedAt, earliest);
    }

    function _requireSigned(VolReport calldata report, bytes[] calldata signatures) private view {
        if (signatures.length < threshold) revert TooFewSignatures(signatures.length, threshold);
        bytes32 hash = hashOf(report);
        address previous;
        for (uint256 i; i < signatures.length; ++i) {
            (address signer, ECDSA.RecoverError fault, ) = ECDSA.tryRecover(hash, signatures[i]);
            if (fault != ECDSA.RecoverError.NoError) revert SignatureMalformed(i);
            if (!isSigner[signer]) revert NotASigner(signer);
            if (signer <= previous) revert SignersOutOfOrder(signer, previous);
            previous = signer;
        }
    }

    function _setSigners(address[] memory signers_, uint256 threshold_) private {
        _requireWithin("signers", signers_.length, 1, MAX_SIGNERS);
        _requireWithin("threshold", threshold_, 1, signers_.length);
        for (uint256 i; i < _signers.length; ++i) isSigner[_signers[i]] = false;
        address previous;
        for (uint256 i; i < signers_.length; ++i) {
            if (signers_[i] <= previous) revert SignersOutOfOrder(signers_[i], previous);
            previous = signers_[i];
            isSigner[previous] = true;
        }
        (_signers, threshold) = (signers_, threshold_);
        emit SignersSet(signers_, threshold_);
    }

    function _keyOf(uint40 expiry, uint80 base, uint80 step) private pure returns (bytes32) {
        return bytes32((uint256(expiry) << 160) | (uint256(base) << 80) | step);
    }

    function _requireWithin(bytes32 name, uint256 value, uint256 low, uint256 high) private pure {
        if (value < low || value > high) revert ParameterOutOfBounds(name, value, low, high);
    }
}
