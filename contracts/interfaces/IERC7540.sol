// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice Operators act for a controller on its requests (ERC-7540). ERC-165 id 0xe3bc4e65.
interface IERC7540Operator {
    event OperatorSet(address indexed controller, address indexed operator, bool approved);

    /// @notice Lets `operator` request and claim for the caller, or no longer. It moves all the caller's shares and
    /// claims: trust it fully.
    /// @return Always true.
    function setOperator(address operator, bool approved) external returns (bool);

    function isOperator(address controller, address operator) external view returns (bool);
}

/// @notice Redeems in two steps (ERC-7540): a request, which becomes claimable later, and a claim. ERC-165 id
/// 0x620ee8e4.
interface IERC7540Redeem {
    event RedeemRequest(
        address indexed controller,
        address indexed owner,
        uint256 indexed requestId,
        address sender,
        uint256 shares
    );

    /// @notice Takes `shares` of `owner` into custody; what they pay belongs to `controller`.
    function requestRedeem(uint256 shares, address controller, address owner) external returns (uint256 requestId);

    /// @notice Shares of a request that are not priced yet.
    function pendingRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);

    /// @notice Shares of a request that are priced and not yet claimed.
    function claimableRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);
}

/// @notice Where a vault's share token is (ERC-7575): here, the vault itself. With the functions of ERC-4626, ERC-165
/// id 0x2f0a18c5.
interface IERC7575Share {
    function share() external view returns (address);
}

/// @notice Where the vault of a share token is (ERC-7575), for each asset. ERC-165 id 0xf815c03d.
interface IERC7575Vault {
    /// @return The vault that takes `asset`; zero when there is none.
    function vault(address asset) external view returns (address);
}
