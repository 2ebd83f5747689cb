// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {IAccessGate} from "../interfaces/IAccessGate.sol";

/// @title An access gate that admits whoever has proved that a list has him
/// @notice A list is a Merkle tree of addresses, as `@openzeppelin/merkle-tree` makes it of the leaf type `address`. An
/// owner who is on it registers once, with his proof, or somebody does it for him. With another root everybody
/// registers anew, so that an owner who is no longer listed is out at once.
contract MerkleGate is IAccessGate, AccessManaged {
    /// @notice The list. Zero: nobody is on it.
    bytes32 public root;
    /// @notice Under which list an owner registered.
    mapping(address owner => bytes32 root) public registeredUnder;

    event RootSet(bytes32 root);
    event Registered(address indexed owner, bytes32 root);

    /// @notice The proof does not lead from the owner to the root.
    error NotListed(address owner, bytes32 root);

    constructor(address authority_, bytes32 root_) AccessManaged(authority_) {
        root = root_;
        emit RootSet(root_);
    }

    /// @notice Another list. For the role that the AccessManager gives it to.
    function setRoot(bytes32 root_) external restricted {
        root = root_;
        emit RootSet(root_);
    }

    /// @notice Registers an owner who is on the list. Anyone.
    function register(address owner, bytes32[] calldata proof) external {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(owner))));
        if (root == 0 || !MerkleProof.verifyCalldata(proof, root, leaf)) revert NotListed(owner, root);
        registeredUnder[owner] = root;
        emit Registered(owner, root);
    }

    /// @inheritdoc IAccessGate
    function mayTrade(address owner) external view returns (bool) {
        return root != 0 && registeredUnder[owner] == root;
    }
}
