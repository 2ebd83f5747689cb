// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IGovernance} from "../interfaces/IGovernance.sol";
import {Ledger, Market, MarketStatus} from "../Ledger.sol";
import {CastLib} from "../types/CastLib.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Quote} from "./MarkLib.sol";

/// @title Dead price sources
/// @notice A source that has not been usable for SOURCE_DEAD_TIME may be replaced at any price. The chain does not know
/// by itself since when a source is silent, so anyone's `poke` notes it. The note ends when a `poke` finds a fresh
/// price, or when the anchors of the group moved on, for which every source of the group was fresh. A source that came
/// back and fell silent again between two pokes stays noted.
library SourceLib {
    /// @notice How long a source has not been usable before it counts as dead.
    uint256 internal constant SOURCE_DEAD_TIME = 1 hours;

    /// @notice Notes which sources of the group are not usable, and clears the notes of those that are. `quotes`: live
    /// ones.
    function note(Ledger storage ledger, GroupId group, Quote[] memory quotes) internal {
        for (uint256 i; i < quotes.length; ++i) {
            MarketId id = group.market(i);
            Market storage market = ledger.markets[id];
            if (market.status != MarketStatus.OPEN) continue;
            uint256 since = staleSince(ledger, id);
            if (quotes[i].fresh == (since == 0)) continue;
            if (quotes[i].fresh) {
                market.staleSince = 0;
            } else {
                market.staleSince = CastLib.toUint40(block.timestamp);
                market.staleRound = ledger.groups[group].advances;
            }
            emit IGovernance.SourceNoted(id, market.staleSince);
        }
    }

    /// @notice Ends the note of a source that was replaced.
    function clear(Ledger storage ledger, MarketId id) internal {
        ledger.markets[id].staleSince = 0;
    }

    /// @notice Since when the source is known not to be usable; 0 when nobody noted it since it last was.
    function staleSince(Ledger storage ledger, MarketId id) internal view returns (uint256) {
        Market storage market = ledger.markets[id];
        return market.staleRound == ledger.groups[id.group()].advances ? market.staleSince : 0;
    }

    /// @notice From when on the source counts as dead if it stays as it is; 0 when nobody noted it yet.
    function deadFrom(Ledger storage ledger, MarketId id) internal view returns (uint256) {
        uint256 since = staleSince(ledger, id);
        return since == 0 ? 0 : since + SOURCE_DEAD_TIME;
    }

    /// @notice Was it noted long enough ago? Assumes that it is not usable now.
    function isDead(Ledger storage ledger, MarketId id) internal view returns (bool) {
        uint256 from = deadFrom(ledger, id);
        return from != 0 && block.timestamp >= from;
    }
}
