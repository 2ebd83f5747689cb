// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IOptionListing} from "../interfaces/IOptionListing.sol";
import {IOptionMargin} from "../interfaces/IOptionMargin.sol";
import {GroupId} from "../types/MarketId.sol";
import {ExpiryLib} from "./ExpiryLib.sol";
import {ListingLib} from "./ListingLib.sol";
import {OptionStorage} from "./OptionLedger.sol";
import {RefreshLib} from "./RefreshLib.sol";
import {SeriesId} from "./SeriesId.sol";
import {VolLib} from "./VolLib.sol";

/// @title Expiries, volatilities and risk arrays of option groups: anyone's. See IOptionClearinghouse.
contract OptionMarks is OptionStorage, IOptionListing, IOptionMargin {
    function list(GroupId group, uint40 expiry) external nonReentrant returns (uint256 ladder) {
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
    ) external nonReentrant returns (bool done) {
        return ExpiryLib.fixPrice(_ledger, _options, group, ladder, entries, rounds);
    }

    function refresh(SeriesId[] calldata series) external nonReentrant {
        RefreshLib.refresh(_ledger, _options, series);
    }
}
