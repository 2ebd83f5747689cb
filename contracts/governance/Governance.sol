// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {ClearinghouseStorage} from "../ClearinghouseStorage.sol";
import {IAccounts} from "../interfaces/IAccounts.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
import {IPriceSource} from "../interfaces/IPriceSource.sol";
import {VenueParams, MarketParams, Mode, PauseLevel} from "../Ledger.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {VaultLib} from "../vault/VaultLib.sol";
import {GateLib} from "./GateLib.sol";
import {ParameterLib} from "./ParameterLib.sol";

/// @title Listing, parameters, pauses and wind-down, each for the role that the AccessManager gives it to. See
/// IClearinghouse.
contract Governance is ClearinghouseStorage, IGovernance, AccessManaged {
    constructor() AccessManaged(address(1)) {}

    function createGroup() external restricted returns (GroupId) {
        return ParameterLib.createGroup(_ledger);
    }

    function createMarket(
        GroupId group,
        IPriceSource source,
        Mode mode,
        MarketParams calldata params
    ) external restricted returns (MarketId) {
        return ParameterLib.createMarket(_ledger, group, source, mode, params);
    }

    function setMarketParams(MarketId market, MarketParams calldata params) external restricted {
        ParameterLib.setMarket(_ledger, market, params);
    }

    function setPriceSource(MarketId market, IPriceSource source) external restricted {
        ParameterLib.setSource(_ledger, market, source);
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

    function pause(MarketId market, PauseLevel level, uint256 duration) external restricted {
        ParameterLib.pause(_ledger, market, level, duration);
    }

    function unpause(MarketId market) external restricted {
        if (ParameterLib.unpause(_ledger, market)) ParameterLib.lowerAnyStop(_ledger);
    }

    function settleMarket(MarketId market) external restricted {
        ParameterLib.settleMarket(_ledger, market);
    }

    function requireAdmitted(AccountId account) external view {
        GateLib.requireAdmitted(_ledger, account);
    }

    function collectFees() external nonReentrant {
        VaultLib.splitFees(_ledger);
    }
}
