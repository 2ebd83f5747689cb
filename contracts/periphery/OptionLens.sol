// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId} from "../types/MarketId.sol";
import {ILens} from "./ILens.sol";
import {
    ChainView,
    IOptionLens,
    OptionGroupView,
    OptionHealth,
    PortfolioView,
    ReliefView,
    TradeLeg,
    TradeView
} from "./IOptionLens.sol";

/// @dev `inspect` for callers that read: it always reverts.
interface IInspectable {
    function inspect(address lens, bytes calldata call) external view;
}

/// @title The lens of an option clearinghouse: passes each call on to the part that answers it
contract OptionLens is IOptionLens {
    /// @dev OptionRiskLens and OptionChainLens: code that runs on the clearinghouse's storage.
    address private immutable _risk;
    address private immutable _chain;

    constructor(address risk, address chain_) {
        (_risk, _chain) = (risk, chain_);
    }

    /// @inheritdoc IOptionLens
    function portfolio(IClearinghouse clearinghouse, AccountId) external view returns (PortfolioView memory) {
        _ask(clearinghouse, _risk);
    }

    /// @inheritdoc IOptionLens
    function trade(
        IClearinghouse clearinghouse,
        AccountId,
        GroupId,
        TradeLeg[] calldata
    ) external view returns (TradeView memory) {
        _ask(clearinghouse, _risk);
    }

    /// @inheritdoc IOptionLens
    function healths(
        IClearinghouse clearinghouse,
        GroupId,
        AccountId[] calldata
    ) external view returns (OptionHealth[] memory) {
        _ask(clearinghouse, _risk);
    }

    /// @inheritdoc IOptionLens
    function chain(IClearinghouse clearinghouse, GroupId) external view returns (ChainView memory) {
        _ask(clearinghouse, _chain);
    }

    /// @inheritdoc IOptionLens
    function group(IClearinghouse clearinghouse, GroupId) external view returns (OptionGroupView memory) {
        _ask(clearinghouse, _chain);
    }

    /// @inheritdoc IOptionLens
    function reliefs(
        IClearinghouse clearinghouse,
        GroupId,
        AccountId[] calldata
    ) external view returns (ReliefView[] memory) {
        _ask(clearinghouse, _chain);
    }

    /// @dev Ends the call with the part's answer, which has the caller's return type, or with its error.
    function _ask(IClearinghouse clearinghouse, address part) private view {
        try IInspectable(address(clearinghouse)).inspect(part, msg.data) {
            revert ILens.NotAClearinghouse(address(clearinghouse));
        } catch (bytes memory data) {
            if (data.length < 96) revert ILens.NotAClearinghouse(address(clearinghouse));
            (bool ok, bytes memory answer) = abi.decode(data, (bool, bytes));
            assembly ("memory-safe") {
                if iszero(ok) {
                    revert(add(answer, 32), mload(answer))
                }
                return(add(answer, 32), mload(answer))
            }
        }
    }
}
