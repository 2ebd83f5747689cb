// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MockToken} from "./MockToken.sol";

/// @notice A token whose transfers may lie: return false, or return true and move nothing.
contract LyingToken is MockToken {
    enum Lie {
        NONE,
        RETURN_FALSE,
        MOVE_NOTHING
    }

    Lie public lie;

    constructor(string memory name_, string memory symbol_, uint8 decimals_) MockToken(name_, symbol_, decimals_) {}

    function setLie(Lie lie_) external {
        lie = lie_;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return lie == Lie.NONE ? super.transfer(to, amount) : lie == Lie.MOVE_NOTHING;
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return lie == Lie.NONE ? super.transferFrom(from, to, amount) : lie == Lie.MOVE_NOTHING;
    }
}
