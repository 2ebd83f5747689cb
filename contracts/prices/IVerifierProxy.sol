// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice What is used of Chainlink's VerifierProxy 2.0.0, which checks a committee's signatures under a report.
interface IVerifierProxy {
    /// @notice The signed report's own bytes; reverts when it is not signed by the committee, or not paid for.
    /// @param parameterPayload The token in which the fee is paid, ABI-encoded; not read when nobody is paid.
    function verify(
        bytes calldata signedReport,
        bytes calldata parameterPayload
    ) external payable returns (bytes memory report);

    /// @notice Who is paid for a verification. Zero: nobody.
    // solhint-disable-next-line func-name-mixedcase
    function s_feeManager() external view returns (address);
}

/// @notice What is used of Chainlink's FeeManager 2.1.0.
interface IVerifierFeeManager {
    /// @notice Wrapped ether: what a fee paid in ether is paid in.
    // solhint-disable-next-line func-name-mixedcase
    function i_nativeAddress() external view returns (address);
}
