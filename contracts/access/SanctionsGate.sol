// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAccessGate} from "../interfaces/IAccessGate.sol";
import {ISanctionsList} from "./ISanctionsList.sol";

/// @title An access gate that admits whoever a sanctions oracle does not name
/// @dev An oracle that reverts stops new risk of everybody: GOVERNOR then sets another gate.
contract SanctionsGate is IAccessGate {
    ISanctionsList public immutable oracle;

    /// @notice No contract is there, or it does not answer.
    error NotAnOracle(address oracle);

    constructor(ISanctionsList oracle_) {
        if (address(oracle_).code.length == 0) revert NotAnOracle(address(oracle_));
        oracle = oracle_;
        oracle_.isSanctioned(address(this)); // reverts when it does not answer
    }

    /// @inheritdoc IAccessGate
    function mayTrade(address owner) external view returns (bool) {
        return !oracle.isSanctioned(owner);
    }
}
