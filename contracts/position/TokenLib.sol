// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IAccounts} from "../interfaces/IAccounts.sol";

/// @title The settlement token: what it must be, and how it is paid
/// @notice What cannot be supported is refused when the clearinghouse is made. What only shows later is measured with
/// each deposit (`Clearinghouse._pull`). docs/tokens.md has the table.
library TokenLib {
    using SafeERC20 for IERC20;

    /// @notice With more, 1e-9 quote would be over a billion units, and nobody issues such a token.
    uint256 internal constant MAX_DECIMALS = 18;

    /// @notice The token's decimals. Reverts when it cannot be a settlement token: no code, no balances, no decimals,
    /// or more than MAX_DECIMALS of them.
    function requireSupported(IERC20 token) internal view returns (uint256 decimals) {
        if (!_answers(token, abi.encodeCall(IERC20.balanceOf, (address(this))))) {
            revert IAccounts.NotAToken(address(token));
        }
        bool known;
        (known, decimals) = token.tryGetDecimals();
        if (!known) revert IAccounts.TokenDecimalsUnknown(address(token));
        if (decimals > MAX_DECIMALS) revert IAccounts.TokenDecimalsTooHigh(decimals, MAX_DECIMALS);
    }

    /// @notice Sends `units` to `to`, or reverts with the token's own error, or with SafeERC20FailedOperation when it
    /// gives none.
    function pay(IERC20 token, address to, uint256 units) internal {
        if (!token.trySafeTransfer(to, units)) _refuse(token);
    }

    /// @notice Takes `units` from `from`, and reverts as `pay` does.
    function take(IERC20 token, address from, uint256 units) internal {
        if (!token.trySafeTransferFrom(from, address(this), units)) _refuse(token);
    }

    /// @dev Assumes that the token's was the last call. Its answer is an error if its length is that of one: a selector
    /// and words. A token of `false`, or that reverts with nothing, has no name for what it refuses.
    function _refuse(IERC20 token) private pure {
        assembly ("memory-safe") {
            if eq(and(returndatasize(), 31), 4) {
                let at := mload(0x40)
                returndatacopy(at, 0, returndatasize())
                revert(at, returndatasize())
            }
        }
        revert SafeERC20.SafeERC20FailedOperation(address(token));
    }

    /// @dev Does the call of it answer a word?
    function _answers(IERC20 token, bytes memory call) private view returns (bool) {
        // solhint-disable-next-line avoid-low-level-calls
        (bool success, bytes memory answer) = address(token).staticcall(call);
        return success && answer.length == 32;
    }
}
