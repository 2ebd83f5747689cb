// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

import {Clearinghouse, Modules} from "./Clearinghouse.sol";
import {LockLib} from "./deleveraging/LockLib.sol";
import {IClearinghouse} from "./interfaces/IClearinghouse.sol";
import {IOptionClearinghouse} from "./interfaces/IOptionClearinghouse.sol";
import {IOptionGovernance} from "./interfaces/IOptionGovernance.sol";
import {IOptionLiquidation} from "./interfaces/IOptionLiquidation.sol";
import {IOptionListing} from "./interfaces/IOptionListing.sol";
import {IOptionMargin} from "./interfaces/IOptionMargin.sol";
import {IPriceSource} from "./interfaces/IPriceSource.sol";
import {Account, Group, MarketParams, Mode, Phase, VenueParams} from "./Ledger.sol";
import {FactorLockLib} from "./options/FactorLockLib.sol";
import {IMarginDesk} from "./options/IMarginDesk.sol";
import {IVolSource} from "./options/IVolSource.sol";
import {OptionStorage, RiskParams} from "./options/OptionLedger.sol";
import {SceneLib} from "./options/SceneLib.sol";
import {SeriesId} from "./options/SeriesId.sol";
import {CashLib} from "./position/CashLib.sol";
import {AccountId} from "./types/AccountId.sol";
import {shareDown} from "./types/Arithmetic.sol";
import {GroupId} from "./types/MarketId.sol";
import {Money, toMoney} from "./types/Money.sol";
import {NodeId} from "./types/NodeId.sol";
import {revertWith} from "./types/Refusal.sol";
import {VaultLib} from "./vault/VaultLib.sol";

/// @dev The modules that linear groups do not have.
struct OptionModules {
    /// Marks and margin for the others, see IMarginDesk.
    address margin;
    /// Expiries, volatilities, risk arrays.
    address marks;
    /// Groups, their margin and their volatilities.
    address groups;
    address liquidation;
}

/// @title Novation's clearinghouse for options, dated futures and their perpetual
/// @notice The same contract as for linear groups: accounts, cash, recovery, signatures, multicall. What differs is by
/// its modules, and here: what may leave an account, and what the vault has. docs/decisions/option-clearinghouse.md
/// says why it stands alone, docs/options.md what it does.
contract OptionClearinghouse is OptionStorage, Clearinghouse, IOptionClearinghouse {
    address private immutable _margin;
    address private immutable _marks;
    address private immutable _liquidation;
    address private immutable _groups;

    constructor(
        IERC20Metadata token_,
        address authority_,
        address treasury_,
        VenueParams memory venue,
        Modules memory modules,
        OptionModules memory more
    ) Clearinghouse(token_, authority_, treasury_, venue, modules) {
        (_margin, _marks, _groups, _liquidation) = (more.margin, more.marks, more.groups, more.liquidation);
    }

    // ------------------------------------------------------------------ expiries, volatilities, risk arrays

    /// @inheritdoc IOptionListing
    function list(GroupId, uint40) external returns (uint256) {
        _delegate(_marks);
    }

    /// @inheritdoc IOptionListing
    function postLevel(GroupId) external {
        _delegate(_marks);
    }

    /// @inheritdoc IOptionListing
    function postSmile(GroupId, uint256) external {
        _delegate(_marks);
    }

    /// @inheritdoc IOptionListing
    function fixPrice(GroupId, uint256, uint80[] calldata, uint256) external returns (bool) {
        _delegate(_marks);
    }

    /// @inheritdoc IOptionMargin
    function refresh(SeriesId[] calldata) external {
        _delegate(_marks);
    }

    // ------------------------------------------------------------------ liquidation

    /// @inheritdoc IOptionLiquidation
    function liquidateSlice(AccountId, uint32, uint256, uint256, Money, uint40, NodeId[] calldata) external {
        _delegate(_liquidation);
    }

    // ------------------------------------------------------------------ governance

    /// @inheritdoc IOptionGovernance
    function createOptionGroup(
        IPriceSource,
        IVolSource,
        Mode,
        MarketParams calldata,
        RiskParams calldata
    ) external returns (GroupId) {
        _delegate(_groups);
    }

    /// @inheritdoc IOptionGovernance
    function setRiskParams(GroupId, RiskParams calldata) external {
        _delegate(_groups);
    }

    /// @inheritdoc IOptionGovernance
    function setVolSource(GroupId, IVolSource) external {
        _delegate(_groups);
    }

    // ------------------------------------------------------------------ what differs

    /// @inheritdoc IClearinghouse
    /// @dev The vault holds no options: it has its pot, its part of the fees, and what it set aside for locks. Not
    /// certain while a group has a gap or is locked, whose deficit the pot may have to pay.
    function vaultEquity() external view override(Clearinghouse, IClearinghouse) returns (Money equity, bool certain) {
        // Fees that wait to be split belong to the shares that earned them.
        Money waiting = shareDown(toMoney(_ledger.recovery.fees), _ledger.venue.vaultFeeShare);
        (equity, certain) = (Money.wrap(_ledger.accounts[VaultLib.potOf(_ledger)].cash) + waiting, true);
        for (uint32 i = 1; i <= _ledger.groupCount; ++i) {
            Group storage group = _ledger.groups[GroupId.wrap(i)];
            equity = equity + toMoney(group.reserve);
            if (group.phase != Phase.NORMAL) certain = false;
            else if (_hasGap(GroupId.wrap(i))) certain = false;
        }
    }

    /// @dev By the margin module: it does not fit in here.
    function _withdrawable(AccountId id) internal override returns (Account storage account, Money max) {
        bytes memory reason = LockLib.withheld(_ledger, id);
        if (reason.length != 0) revertWith(reason);
        account = CashLib.refreshed(_ledger, id);
        if (account.open == 0) return (account, Money.wrap(account.cash).positive());
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory answer) = _margin.delegatecall(abi.encodeCall(IMarginDesk.withdrawable, (id)));
        if (!ok) revertWith(answer);
        max = abi.decode(answer, (Money));
    }

    function _hasGap(GroupId id) private view returns (bool) {
        return FactorLockLib.anyGap(_ledger, _options, SceneLib.read(_ledger, _options, id));
    }
}
