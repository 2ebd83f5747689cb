// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {Ledger} from "./Ledger.sol";
import {NAME, VERSION} from "./libraries/OrderLib.sol";

/// @title What the clearinghouse and its modules have in common: the storage, in one layout
/// @dev A module is code of the clearinghouse that does not fit into one contract (EIP-170). It runs by delegatecall, for the functions that
/// the clearinghouse names, at addresses fixed at construction. A module's own storage is never used.
abstract contract ClearinghouseStorage is AccessManaged, EIP712, ReentrancyGuardTransient {
    Ledger internal _ledger;

    constructor(address authority_) AccessManaged(authority_) EIP712(string(NAME), string(VERSION)) {}
}
