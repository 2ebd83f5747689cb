// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MockToken} from "./MockToken.sol";

/// @notice A token that burns a share of every transfer. The share can be switched on later, as some real tokens can.
contract FeeToken is MockToken {
    uint256 private constant PPM = 1_000_000;

    /// @notice Ppm of each transfer.
    uint256 public fee;

    constructor(
        string memory name_,
        string memory symbol_,
        uint8 decimals_,
        uint256 fee_
    ) MockToken(name_, symbol_, decimals_) {
        fee = fee_;
    }

    function setFee(uint256 fee_) external {
        fee = fee_;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (from == address(0) || to == address(0)) return super._update(from, to, amount);
        uint256 burnt = (amount * fee) / PPM;
        super._update(from, address(0), burnt);
        super._update(from, to, amount - burnt);
    }
}
