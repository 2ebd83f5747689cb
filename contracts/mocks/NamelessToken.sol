// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice A token that tells balances, and no decimals, as some of the first ones do.
contract NamelessToken {
    mapping(address owner => uint256 balance) public balanceOf;
}
