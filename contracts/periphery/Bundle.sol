// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @notice A price source to which anybody brings signed reports. See DataStreamsPriceSource.
interface IPulledSource {
    function update(bytes calldata signedReport) external payable returns (bool updated);
}

/// @title Prices first, then what needs them, in one transaction
/// @notice For keepers and relays of markets whose prices are pulled: brings reports, then makes calls, such as
/// `settle`, `liquidate`, `absorb` or `deleverage` of a clearinghouse. All or nothing. It holds nothing between
/// transactions and is nobody's delegate: to the clearinghouse its caller is this contract, so that calls which act for
/// `msg.sender` act for nobody. Never list it as a signer, nor approve tokens to it.
contract Bundle {
    struct Update {
        IPulledSource source;
        bytes signedReport;
        /// Ether for the verifier's fee.
        uint256 fee;
    }

    struct Call {
        address target;
        bytes data;
    }

    /// @notice Brings the reports, makes the calls, and returns the ether that is left to the sender. What a call
    /// reverts with goes up unchanged.
    /// @param updates A report that is no newer than what its source has costs nothing, and is no failure.
    /// @return results What each call returned.
    function run(Update[] calldata updates, Call[] calldata calls) external payable returns (bytes[] memory results) {
        for (uint256 i; i < updates.length; ++i) {
            updates[i].source.update{value: updates[i].fee}(updates[i].signedReport);
        }
        results = new bytes[](calls.length);
        for (uint256 i; i < calls.length; ++i) {
            results[i] = Address.functionCall(calls[i].target, calls[i].data);
        }
        if (address(this).balance != 0) Address.sendValue(payable(msg.sender), address(this).balance);
    }

    /// @dev What a source did not need for its fee.
    receive() external payable {}
}
