// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IOptionMargin} from "../interfaces/IOptionMargin.sol";
import {OptionListing} from "./OptionListing.sol";
import {RefreshLib} from "./RefreshLib.sol";
import {SeriesId} from "./SeriesId.sol";

/// @title Expiries, volatilities and risk arrays of option groups: anyone's. See IOptionClearinghouse.
contract OptionMarks is OptionListing, IOptionMargin {
    function refresh(SeriesId[] calldata series) external nonReentrant {
        RefreshLib.refresh(_ledger, _options, series);
    }
}
