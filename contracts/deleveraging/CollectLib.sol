// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IDeleveraging} from "../interfaces/IDeleveraging.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
import {ILiquidation} from "../interfaces/ILiquidation.sol";
import {Account, Ledger, MarketStatus, Phase} from "../Ledger.sol";
import {Party, TradeLib} from "../position/TradeLib.sol";
import {MarkLib, Quote} from "../prices/MarkLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {GroupId, MarketId} from "../types/MarketId.sol";
import {Money, NO_MONEY} from "../types/Money.sol";
import {NO_NODE} from "../types/NodeId.sol";
import {NO_SIZE} from "../types/Size.sol";
import {VaultLib} from "../vault/VaultLib.sol";

/// @title Positions whose end was not their owner's doing
library CollectLib {
    using TradeLib for Ledger;

    /// @notice Takes a position that is worth the same from now on, torn up to zero or of a settled market, to its
    /// account's cash. For anybody. An account that would be flat and owe something is absorbed instead: `storeParty`
    /// reverts with AccountInsolvent. For the vault's inventory the pot pays first, as it would at the lock for that
    /// absorb, which then would find nobody below zero.
    function collect(Ledger storage ledger, AccountId account, MarketId id) internal {
        GroupId group = id.group();
        if (ledger.groups[group].phase != Phase.NORMAL) {
            revert IDeleveraging.GroupLocked(group, ledger.groups[group].until);
        }
        Quote[] memory quotes = MarkLib.quotes(ledger, group);
        Account storage stored = ledger.accounts[account];
        if (stored.open & (1 << id.index()) == 0 || stored.group != group) {
            revert ILiquidation.NoPosition(account, id);
        }
        Party memory party;
        ledger.loadParty(party, account, id, quotes);
        bool settled = ledger.markets[id].status == MarketStatus.SETTLED;
        if (party.leg.size != NO_SIZE && !settled) revert IGovernance.MarketNotSettled(id);
        party.cashDelta = party.leg.value;
        (party.leg.size, party.leg.value) = (NO_SIZE, NO_MONEY);
        if (account == VaultLib.inventoryOf(ledger, group) && stored.open == 1 << id.index()) {
            VaultLib.rescue(ledger, group, -(Money.wrap(stored.cash) + party.cashDelta));
        }
        ledger.storeParty(party, id, quotes[id.index()], NO_NODE);
        VaultLib.sweep(ledger, group);
    }
}
