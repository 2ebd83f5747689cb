// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {GateLib} from "../governance/GateLib.sol";
import {ParameterLib} from "../governance/ParameterLib.sol";
import {IAccounts} from "../interfaces/IAccounts.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {MarketParams, PauseLevel, VenueParams} from "../Ledger.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {VaultLib} from "../vault/VaultLib.sol";
import {NotOffered} from "./NotOffered.sol";
import {OptionGovernanceLib} from "./OptionGovernanceLib.sol";
import {OptionStorage} from "./OptionLedger.sol";

/// @title Parameters, offices and pauses of an option clearinghouse, each for the role that the AccessManager gives it
/// to. See IGovernance, of which it has all but linear groups and markets, and the end of a market.
contract OptionGovernance is OptionStorage, AccessManaged, NotOffered {
    constructor() AccessManaged(address(1)) {}

    function setMarketParams(MarketId market, MarketParams calldata params) external restricted {
        OptionGovernanceLib.setMarket(_ledger, _options, market, params);
    }

    function setPriceSource(MarketId market, IPriceSource source) external restricted {
        OptionGovernanceLib.setPriceSource(_ledger, _options, market, source);
    }

    function setVenueParams(VenueParams calldata params) external restricted {
        VaultLib.splitFees(_ledger);
        ParameterLib.setVenue(_ledger, params);
    }

    function setVaultBudget(GroupId group, uint96 budget) external restricted {
        ParameterLib.setVaultBudget(_ledger, group, budget);
    }

    function setVault(address vault_) external restricted {
        if (_ledger.outflow.lockedGroups != 0) revert IAccounts.GroupsLocked(_ledger.outflow.lockedGroups);
        if (_ledger.vault != address(0)) VaultLib.splitFees(_ledger); // the old one's shares earned them
        ParameterLib.setVault(_ledger, vault_);
    }

    function setTreasury(address treasury_) external restricted {
        if (treasury_ == address(0)) revert IAccounts.ZeroAddress();
        VaultLib.splitFees(_ledger);
        _ledger.treasury = treasury_;
        emit IGovernance.TreasurySet(treasury_);
    }

    function setAccessGate(address gate) external restricted {
        ParameterLib.setAccessGate(_ledger, gate);
    }

    /// @param market The perpetual of the group; zero: everything.
    function pause(MarketId market, PauseLevel level, uint256 duration) external restricted {
        if (MarketId.unwrap(market) != 0) OptionGovernanceLib.requirePerpetual(market);
        ParameterLib.pause(_ledger, market, level, duration);
    }

    function unpause(MarketId market) external restricted {
        ParameterLib.unpause(_ledger, market);
    }

    function requireAdmitted(AccountId account) external view {
        GateLib.requireAdmitted(_ledger, account);
    }

    function collectFees() external nonReentrant {
        VaultLib.splitFees(_ledger);
    }
}
