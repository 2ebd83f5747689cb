// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {NodeId} from "../types/NodeId.sol";
import {
    AccountView,
    GroupView,
    HealthView,
    VenueView,
    ILens,
    MarketView,
    NodeView,
    OrderView,
    SettlementView,
    ShockView
} from "./ILens.sol";

/// @dev `inspect`, called so that the EVM itself forbids every write.
interface IInspected {
    function inspect(address lens, bytes calldata call) external view;
}

/// @title Views over a clearinghouse for wallets and keepers. See ILens.
/// @notice It asks the clearinghouse to run one of its three parts on its own storage, with the very call that the
/// wallet made, and passes the answer (or the error) on as it comes. The parts read and try with the clearinghouse's
/// own code, so they cannot disagree with it.
contract Lens is ILens {
    address private immutable _accounts;
    address private immutable _groups;
    address private immutable _settlements;

    /// @param accounts_ An AccountLens. groups_: a GroupLens. settlements_: a SettlementLens.
    constructor(address accounts_, address groups_, address settlements_) {
        (_accounts, _groups, _settlements) = (accounts_, groups_, settlements_);
    }

    /// @inheritdoc ILens
    function account(IClearinghouse clearinghouse, AccountId) external view returns (AccountView memory) {
        _ask(clearinghouse, _accounts);
    }

    /// @inheritdoc ILens
    function accounts(IClearinghouse clearinghouse, AccountId[] calldata) external view returns (HealthView[] memory) {
        _ask(clearinghouse, _accounts);
    }

    /// @inheritdoc ILens
    function market(IClearinghouse clearinghouse, MarketId) external view returns (MarketView memory) {
        _ask(clearinghouse, _groups);
    }

    /// @inheritdoc ILens
    function queue(
        IClearinghouse clearinghouse,
        MarketId,
        bool,
        NodeId,
        uint256
    ) external view returns (NodeView[] memory) {
        _ask(clearinghouse, _groups);
    }

    /// @inheritdoc ILens
    function group(IClearinghouse clearinghouse, GroupId) external view returns (GroupView memory) {
        _ask(clearinghouse, _groups);
    }

    /// @inheritdoc ILens
    function venue(IClearinghouse clearinghouse) external view returns (VenueView memory) {
        _ask(clearinghouse, _groups);
    }

    /// @inheritdoc ILens
    function settlement(IClearinghouse clearinghouse, GroupId) external returns (SettlementView memory) {
        _try(clearinghouse, _settlements);
    }

    /// @inheritdoc ILens
    function shock(
        IClearinghouse clearinghouse,
        MarketId,
        int256,
        AccountId[] calldata
    ) external returns (ShockView memory) {
        _try(clearinghouse, _accounts);
    }

    /// @inheritdoc ILens
    function order(
        IClearinghouse clearinghouse,
        MarketId,
        bytes calldata,
        address
    ) external view returns (OrderView memory) {
        _ask(clearinghouse, _accounts);
    }

    /// @dev Asks a part that only reads.
    function _ask(IClearinghouse clearinghouse, address part) private view {
        try IInspected(address(clearinghouse)).inspect(part, msg.data) {
            revert NotAClearinghouse(address(clearinghouse));
        } catch (bytes memory data) {
            _pass(clearinghouse, data);
        }
    }

    /// @dev Asks a part that does what it tells; `inspect` undoes it.
    function _try(IClearinghouse clearinghouse, address part) private {
        try clearinghouse.inspect(part, msg.data) {
            revert NotAClearinghouse(address(clearinghouse));
        } catch (bytes memory data) {
            _pass(clearinghouse, data);
        }
    }

    /// @dev Ends the call: with the part's answer, which has the caller's return type, or with its error.
    function _pass(IClearinghouse clearinghouse, bytes memory data) private pure {
        if (data.length < 96) revert NotAClearinghouse(address(clearinghouse));
        (bool ok, bytes memory answer) = abi.decode(data, (bool, bytes));
        assembly ("memory-safe") {
            if iszero(ok) {
                revert(add(answer, 32), mload(answer))
            }
            return(add(answer, 32), mload(answer))
        }
    }
}
