// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ledger, Listing} from "../Ledger.sol";

/// @title Signers: who may sign for an owner, and until when
library SignerLib {
    /// @notice The last second in which `signer` signs for `owner`, Unix time. Zero: never listed.
    function expiryOf(Ledger storage ledger, address owner, address signer) internal view returns (uint256) {
        Listing storage listing = _between(ledger, owner, signer);
        return owner < signer ? listing.byLower : listing.byHigher;
    }

    /// @notice Lists `signer` until `expiry`; one beyond 128 bits is for ever.
    /// @return stored The expiry as it is kept. That of a revocation is 1, so that the two stay known to each other.
    function list(
        Ledger storage ledger,
        address owner,
        address signer,
        uint256 expiry
    ) internal returns (uint256 stored) {
        stored = expiry < type(uint128).max ? expiry : type(uint128).max;
        if (stored == 0 && expiryOf(ledger, owner, signer) != 0) stored = 1;
        Listing storage listing = _between(ledger, owner, signer);
        if (owner < signer) listing.byLower = uint128(stored);
        else listing.byHigher = uint128(stored);
    }

    /// @notice Has either of the two ever listed the other one?
    function known(Ledger storage ledger, address one, address other) internal view returns (bool) {
        Listing storage listing = _between(ledger, one, other);
        return (listing.byLower | listing.byHigher) != 0;
    }

    function _between(Ledger storage ledger, address one, address other) private view returns (Listing storage) {
        if (other < one) (one, other) = (other, one);
        return ledger.listings[one][other];
    }
}
