// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MockToken} from "./MockToken.sol";

/// @notice A token that, once armed, calls a target in the middle of its next transfer, as hooks of ERC-777 do. What the call
/// returned is recorded and the transfer goes on, so that a test can look for the guard's error.
contract ReentrantToken is MockToken {
    address public target;
    bytes public payload;
    bool public called;
    bool public succeeded;
    bytes public answer;

    constructor(string memory name_, string memory symbol_, uint8 decimals_) MockToken(name_, symbol_, decimals_) {}

    function arm(address target_, bytes calldata payload_) external {
        (target, payload) = (target_, payload_);
        (called, succeeded, answer) = (false, false, "");
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (target == address(0)) return;
        address callee = target;
        target = address(0);
        called = true;
        // solhint-disable-next-line avoid-low-level-calls
        (succeeded, answer) = callee.call(payload);
    }
}
