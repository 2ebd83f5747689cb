// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MockToken} from "./MockToken.sol";

/// @notice A token that, once armed, calls another contract in the middle of its next transfer, as hooks of ERC-777 do.
/// What the call returned is recorded and the transfer goes on, so that a test can look for the guard's error.
contract ReentrantToken is MockToken {
    address public callee;
    bytes public payload;
    bool public called;
    bool public succeeded;
    bytes public answer;

    constructor(string memory name_, string memory symbol_, uint8 decimals_) MockToken(name_, symbol_, decimals_) {}

    function arm(address callee_, bytes calldata payload_) external {
        (callee, payload) = (callee_, payload_);
        (called, succeeded, answer) = (false, false, "");
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (callee == address(0)) return;
        address victim = callee;
        callee = address(0);
        called = true;
        // solhint-disable-next-line avoid-low-level-calls
        (succeeded, answer) = victim.call(payload);
    }
}
