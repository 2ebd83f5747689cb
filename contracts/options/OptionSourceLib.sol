// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IGovernance} from "../interfaces/IGovernance.sol";
import {Ledger, Market, MarketStatus} from "../Ledger.sol";
import {SourceLib} from "../prices/SourceLib.sol";
import {CastLib} from "../types/CastLib.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {PERPETUAL, seriesOf} from "./SeriesId.sol";

/// @title The price source of an option group's underlying, when it is silent
/// @notice As SourceLib, of the one source of the group.
library OptionSourceLib {
    /// @notice Notes that the source is not usable, or clears the note.
    function note(Ledger storage ledger, GroupId group, bool fresh) internal {
        MarketId id = seriesOf(group, PERPETUAL).market();
        Market storage market = ledger.markets[id];
        if (market.status != MarketStatus.OPEN || fresh == (staleSince(ledger, group) == 0)) return;
        market.staleSince = fresh ? 0 : CastLib.toUint40(block.timestamp);
        if (!fresh) market.staleRound = ledger.groups[group].advances;
        emit IGovernance.SourceNoted(id, market.staleSince);
    }

    /// @notice Since when the source is known not to be usable; 0 when nobody noted it since it last was.
    function staleSince(Ledger storage ledger, GroupId group) internal view returns (uint256) {
        Market storage market = ledger.markets[seriesOf(group, PERPETUAL).market()];
        return market.staleRound == ledger.groups[group].advances ? market.staleSince : 0;
    }

    /// @notice Was it noted long enough ago? Assumes that it is not usable now.
    function isDead(Ledger storage ledger, GroupId group) internal view returns (bool) {
        uint256 since = staleSince(ledger, group);
        return since != 0 && block.timestamp >= since + SourceLib.SOURCE_DEAD_TIME;
    }
}
