// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev As much of an Aave v2 aToken as its reserve needs.
interface IAToken {
    function mint(address user, uint256 amount, uint256 index) external returns (bool);
}

/// @notice The pool of one aToken, for tests: it sets the index that all balances are multiplied by, up or down.
contract MockReserve {
    uint256 private constant RAY = 1e27;

    /// @notice What one unit of principal is worth, 1e-27.
    uint256 public index = RAY;

    function setIndex(uint256 index_) external {
        index = index_;
    }

    function mint(IAToken token, address to, uint256 amount) external {
        token.mint(to, amount, index);
    }

    function getReserveNormalizedIncome(address) external view returns (uint256) {
        return index;
    }

    function finalizeTransfer(address, address, address, uint256, uint256, uint256) external {}
}
