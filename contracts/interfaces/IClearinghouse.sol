// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {Money} from "../types/Money.sol";
import {IAccounts} from "./IAccounts.sol";
import {IDeleveraging} from "./IDeleveraging.sol";
import {IGovernance} from "./IGovernance.sol";
import {ILiquidation} from "./ILiquidation.sol";
import {IMulticall} from "./IMulticall.sol";
import {ITrading} from "./ITrading.sol";

/// @title Novation's clearinghouse for perpetual futures
/// @notice All that it does, one interface a chapter. Each module implements its part, so the compiler holds
/// signatures.
interface IClearinghouse is IAccounts, ITrading, ILiquidation, IDeleveraging, IGovernance, IMulticall {
    /// @notice The vault's equity over pot, reserves and inventory at live prices, what is on offer less its discount,
    /// floor, and whether it can be relied on: fresh prices for all its legs, and no gap in any group. Reads every
    /// market.
    function vaultEquity() external view returns (Money equity, bool certain);

    /// @notice How many groups are locked or settling.
    function lockedGroups() external view returns (uint256);

    /// @notice The exchange rate r from claims to tokens, 1e18 = par.
    function recoveryRate() external view returns (uint256);

    function vault() external view returns (address);

    /// @notice Who is asked about new risk, see IAccessGate; zero: nobody.
    function accessGate() external view returns (address);

    /// @notice The settlement token.
    function token() external view returns (IERC20);

    function domainSeparator() external view returns (bytes32);

    /// @notice Runs `call` of the contract `lens` on the clearinghouse's storage and then always reverts with
    /// abi.encode(bool ok, bytes answer): a lens reads everything with the clearinghouse's own code and can change
    /// nothing.
    function inspect(address lens, bytes calldata call) external;
}
