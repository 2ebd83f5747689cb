// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {IOptionGovernance} from "../interfaces/IOptionGovernance.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {MarketParams, Mode} from "../Ledger.sol";
import {GroupId} from "../types/MarketId.sol";
import {IVolSource} from "./IVolSource.sol";
import {OptionGovernanceLib} from "./OptionGovernanceLib.sol";
import {OptionStorage, RiskParams} from "./OptionLedger.sol";

/// @title Option groups, their margin and their volatilities, each for the role that the AccessManager gives it to. See
/// IOptionGovernance.
contract OptionGroups is OptionStorage, AccessManaged, IOptionGovernance {
    constructor() AccessManaged(address(1)) {}

    function createOptionGroup(
        IPriceSource source,
        IVolSource volSource,
        Mode mode,
        MarketParams calldata params,
        RiskParams calldata risk
    ) external restricted returns (GroupId) {
        return OptionGovernanceLib.createGroup(_ledger, _options, source, volSource, mode, params, risk);
    }

    function setRiskParams(GroupId group, RiskParams calldata risk) external restricted {
        OptionGovernanceLib.setRisk(_ledger, _options, group, risk);
    }

    function setVolSource(GroupId group, IVolSource source) external restricted {
        OptionGovernanceLib.setVolSource(_ledger, _options, group, source);
    }
}
