// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {Ledger} from "./Ledger.sol";

/// @title What the clearinghouse, its modules and its lenses have in common: the ledger, at slot 0
/// @dev A module is code of the clearinghouse that does not fit into one contract (EIP-170). It runs by delegatecall,
/// for the functions that the clearinghouse names, at addresses fixed at construction. A module's own storage is never
/// used. Inherit this first.
abstract contract ClearinghouseStorage is ReentrancyGuardTransient {
    Ledger internal _ledger;
}
