// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title A list of sanctioned addresses, in the form that is in use on public networks
interface ISanctionsList {
    function isSanctioned(address who) external view returns (bool);
}
