// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LockLib} from "../deleveraging/LockLib.sol";
import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {ITrading} from "../interfaces/ITrading.sol";
import {Group, Ledger, Market, MarketStatus, Phase} from "../Ledger.sol";
import {MarkLib} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {PPM, mulDivDown} from "../types/Arithmetic.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {MAX_MARK, MIN_MARK, Price} from "../types/Price.sol";
import {FixedPrice} from "./FixedPrice.sol";
import {ILens, ShockView} from "./ILens.sol";

/// @title A sudden move of one mark, tried
/// @notice It changes the ledger, and calls the clearinghouse, whose code it runs as, like anybody: `inspect` undoes
/// it.
library ShockLib {
    using LockLib for Ledger;

    /// @notice Moves the mark, as near as marks can be to a move by `move` ppm.
    function moveMark(Ledger storage ledger, MarketId id, int256 move) internal returns (Price mark) {
        GroupId group = id.group();
        if (ledger.groups[group].phase != Phase.NORMAL && !ledger.isOver(group)) {
            revert IDeleveraging.GroupLocked(group, ledger.endOf(group));
        }
        Market storage market = ledger.markets[id];
        if (market.status != MarketStatus.OPEN) revert ITrading.MarketNotOpen(id);
        mark = MarkLib.quote(market).mark;
        mark = mark + Price.wrap(mulDivDown(Price.unwrap(mark), move, PPM));
        if (mark < MIN_MARK) mark = MIN_MARK;
        if (mark > MAX_MARK) mark = MAX_MARK;
        (market.priceFeed, market.heartbeat) = (address(new FixedPrice(mark.toUint())), 0);
    }

    /// @notice What everybody who cares for the group would do then. Assumes that the lens calls.
    function resolve(
        Ledger storage ledger,
        IClearinghouse clearinghouse,
        GroupId id,
        AccountId[] calldata ids,
        ShockView memory s
    ) internal {
        Group storage group = ledger.groups[id];
        clearinghouse.poke(id);
        s.gapped = group.phase == Phase.LOCKED;

        s.absorbed = new bool[](ids.length);
        for (uint256 i; i < ids.length; ++i) s.absorbed[i] = ledger.accounts[ids[i]].open != 0;
        s.refusal = _absorb(clearinghouse, id, ids);
        for (uint256 i; i < ids.length; ++i) {
            if (ledger.accounts[ids[i]].open != 0) s.absorbed[i] = false;
        }
        if (group.absorbed != 0) s.settlement = ILens(msg.sender).settlement(clearinghouse, id);
    }

    /// @dev Who is not below zero is registered, as far as he has relief: keepers do that too.
    /// @return refusal Why `absorb` would take nobody; empty if somebody was absorbed.
    function _absorb(
        IClearinghouse clearinghouse,
        GroupId group,
        AccountId[] calldata ids
    ) private returns (bytes memory refusal) {
        try clearinghouse.absorb(group, ids) {} catch (bytes memory reason) {
            if (reason.length == 0) revert ILens.GasTooLow();
            return reason;
        }
        try clearinghouse.net(group, ids) {} catch (bytes memory reason) {
            if (reason.length == 0) revert ILens.GasTooLow(); // else nobody has anything to net
        }
    }
}
