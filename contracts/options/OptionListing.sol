// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IOptionListing} from "../interfaces/IOptionListing.sol";
import {GroupId} from "../types/MarketId.sol";
import {ExpiryLib} from "./ExpiryLib.sol";
import {ListingLib} from "./ListingLib.sol";
import {OptionStorage} from "./OptionLedger.sol";
import {VolLib} from "./VolLib.sol";

/// @title Expiries, volatilities and the prices at which expiries end. See IOptionListing.
contract OptionListing is OptionStorage, IOptionListing {
    function list(GroupId group, uint40 expiry) external nonReentrant returns (uint256) {
        return ListingLib.list(_ledger, _options, group, expiry);
    }

    function postLevel(GroupId group) external nonReentrant {
        VolLib.postLevel(_ledger, _options, group);
    }

    function postSmile(GroupId group, uint256 ladder) external nonReentrant {
        VolLib.postSmile(_ledger, _options, group, ladder);
    }

    function fixPrice(
        GroupId group,
        uint256 ladder,
        uint80[] calldata entries,
        uint256 rounds
    ) external nonReentrant returns (bool) {
        return ExpiryLib.fixPrice(_ledger, _options, group, ladder, entries, rounds);
    }
}
