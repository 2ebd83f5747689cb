// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev The one cheatcode of Halmos that the harnesses use.
interface Svm {
    function enableSymbolicStorage(address account) external;
}

/// @notice A harness whose storage may hold anything.
abstract contract SymbolicStorage {
    Svm private constant _SVM = Svm(address(uint160(uint256(keccak256("svm cheat code")))));

    /// @dev From here on every slot not written yet has an arbitrary value.
    function _arbitrary() internal {
        _SVM.enableSymbolicStorage(address(this));
    }
}
