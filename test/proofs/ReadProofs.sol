// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LockLib} from "../../contracts/deleveraging/LockLib.sol";
import {Group, Ledger, Market, Phase} from "../../contracts/Ledger.sol";
import {FundingLib} from "../../contracts/prices/FundingLib.sol";
import {MarkLib, Quote} from "../../contracts/prices/MarkLib.sol";
import {GroupId, MarketId} from "../../contracts/types/MarketId.sol";
import {Price} from "../../contracts/types/Price.sol";
import {SymbolicStorage} from "./SymbolicStorage.sol";

/// @notice A read changes nothing, and what is booked when somebody acts is what a read would have said.
/// @dev Storage, clock and ids are arbitrary (constant keys of mappings would be folded by the compiler to slots that
/// the tool takes for others); a group of one market where a group is needed. See PackingProofs for `check_` and
/// `sanity_`.
contract ReadProofs is SymbolicStorage {
    using FundingLib for Market;

    Ledger internal _ledger;

    /// @dev Booking what has accrued does not move the cumulative funding of that second.
    function check_funding_isNotMovedByBookingIt(MarketId id) external {
        _arbitrary();
        Market storage market = _ledger.markets[id];
        if (market.fundingTime > block.timestamp || block.timestamp > type(uint32).max) return;
        Price before = market.current();
        market.stop();
        assert(market.current() == before && market.fundingRate == 0);
    }

    function sanity_funding_isNotMovedByBookingIt(MarketId id) external {
        _arbitrary();
        Market storage market = _ledger.markets[id];
        if (market.fundingTime > block.timestamp || block.timestamp > type(uint32).max) return;
        int88 before = market.funding;
        market.stop();
        assert(market.funding == before);
    }

    /// @dev While the group is LOCKED with defaults or before its end, or SETTLING, `sync` writes nothing: any slot of
    /// group and market.
    function check_sync_changesNothingInALock(GroupId id, uint80 mark, bool fresh) external {
        _arbitrary();
        Group storage group = _ledger.groups[id];
        if (group.markets != 1 || group.phase == Phase.NORMAL) return;
        if (group.phase == Phase.LOCKED && group.absorbed == 0 && block.timestamp >= LockLib.endOf(_ledger, id)) return;
        Quote[] memory quotes = _quotes(id, mark, fresh);
        bytes32 before = _state(id);
        bool gap = LockLib.sync(_ledger, id, quotes);
        assert(!gap && _state(id) == before);
    }

    function sanity_sync_changesNothingInALock(GroupId id, uint80 mark, bool fresh) external {
        _arbitrary();
        Group storage group = _ledger.groups[id];
        if (group.markets != 1) return;
        Quote[] memory quotes = _quotes(id, mark, fresh);
        bytes32 before = _state(id);
        LockLib.sync(_ledger, id, quotes);
        assert(_state(id) == before);
    }

    /// @dev A second sync of a NORMAL group in the same second at the same mark writes nothing more. (It may see a gap
    /// that the first did not: the anchor has moved on.)
    function check_sync_twiceIsOnce(GroupId id, uint80 mark, bool fresh) external {
        _arbitrary();
        Group storage group = _ledger.groups[id];
        if (group.markets != 1 || group.phase != Phase.NORMAL || _ledger.venue.lockDelay == 0) return;
        LockLib.sync(_ledger, id, _quotes(id, mark, fresh));
        bytes32 before = _state(id);
        LockLib.sync(_ledger, id, _quotes(id, mark, fresh));
        assert(_state(id) == before);
    }

    function sanity_sync_twiceIsOnce(GroupId id, uint80 mark, bool fresh) external {
        _arbitrary();
        Group storage group = _ledger.groups[id];
        if (group.markets != 1 || group.phase != Phase.NORMAL) return; // without a delay it moves on each time
        LockLib.sync(_ledger, id, _quotes(id, mark, fresh));
        bytes32 before = _state(id);
        LockLib.sync(_ledger, id, _quotes(id, mark, fresh));
        assert(_state(id) == before);
    }

    function _quotes(GroupId id, uint80 mark, bool fresh) private view returns (Quote[] memory quotes) {
        quotes = new Quote[](1);
        MarkLib.setQuote(quotes[0], _ledger.markets[id.market(0)], Price.wrap(int256(uint256(mark))));
        quotes[0].fresh = fresh;
    }

    /// @dev Every slot that `sync` could write: group, market, and the counters of the venue.
    function _state(GroupId id) private view returns (bytes32 digest) {
        Group storage group = _ledger.groups[id];
        Market storage market = _ledger.markets[id.market(0)];
        uint256[9] memory words;
        assembly ("memory-safe") {
            for {
                let i := 0
            } lt(i, 4) {
                i := add(i, 1)
            } {
                mstore(add(words, mul(32, i)), sload(add(market.slot, i)))
            }
            for {
                let i := 0
            } lt(i, 3) {
                i := add(i, 1)
            } {
                mstore(add(words, mul(32, add(4, i))), sload(add(group.slot, i)))
            }
        }
        words[7] = _ledger.outflow.lockedGroups;
        words[8] = _ledger.outflow.uncoveredGroups;
        digest = keccak256(abi.encode(words));
    }
}
