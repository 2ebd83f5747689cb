// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {Group, Ledger, Phase} from "../Ledger.sol";
import {GroupId} from "../types/MarketId.sol";
import {Ladder, OptionGroup, OptionLedger} from "./OptionLedger.sol";
import {LADDERS} from "./SeriesId.sol";

/// @title What listing, posting and fixing ask of a group
library LadderLib {
    /// @notice Reverts unless it is an option group, and NORMAL.
    function requireNormal(Ledger storage ledger, OptionLedger storage options, GroupId id) internal view {
        if (options.groups[id].anchor.time == 0) revert IDeleveraging.GroupUnknown(id);
        Group storage group = ledger.groups[id];
        if (group.phase != Phase.NORMAL) revert IDeleveraging.GroupLocked(id, group.until);
    }

    /// @notice The earliest expiry that is listed and whose price is not fixed; 0: none.
    function earliestOpen(OptionGroup storage group) internal view returns (uint40 earliest) {
        for (uint256 i; i < LADDERS; ++i) {
            Ladder storage ladder = group.ladders[i];
            uint40 expiry = ladder.expiry;
            if (expiry == 0 || ladder.settlement != 0) continue;
            if (earliest == 0 || expiry < earliest) earliest = expiry;
        }
    }
}
