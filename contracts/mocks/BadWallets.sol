// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

// Wallets whose signatures must be refused, and whose refusal must cost the submitter a bounded amount of gas.

/// @notice Reverts with a reason.
contract RevertingWallet is IERC1271 {
    error Refused();

    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        revert Refused();
    }
}

/// @notice Burns all gas it is given.
contract GasBurningWallet is IERC1271 {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        assembly ("memory-safe") {
            invalid()
        }
    }
}

/// @notice Approves, in front of as much returned data as its gas pays for: a caller that copies it all pays for it
/// too.
contract HugeAnswerWallet is IERC1271 {
    uint256 public immutable size;

    constructor(uint256 size_) {
        size = size_;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        uint256 length = size;
        bytes32 magic = bytes32(IERC1271.isValidSignature.selector);
        assembly {
            mstore(0, magic)
            return(0, length)
        }
    }
}

/// @notice Answers whatever bytes it was built with: one byte short, true instead of the magic value, the magic value
/// with dirt behind it.
contract LyingWallet {
    bytes private _answer;

    constructor(bytes memory answer) {
        _answer = answer;
    }

    fallback(bytes calldata) external returns (bytes memory) {
        return _answer;
    }
}

/// @notice Approves while it is told to: what was signed at submission may be refused at settlement.
contract FickleWallet is IERC1271 {
    bool public approves = true;

    function setApproves(bool approves_) external {
        approves = approves_;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        return approves ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}
