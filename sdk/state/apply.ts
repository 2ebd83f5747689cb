// SPDX-License-Identifier: MIT
import type { HouseEvent, Place } from "./events.js";
import { cashChanged, covered, deposited, feesCollected, shortfallHealed, transferred, withdrew } from "./cash.js";
import { groupCreated, marketCreated, paused, settled, sourceSet } from "./governance.js";
import type { House } from "./House.js";
import { accountIn, groupIn, marketIn } from "./lookup.js";
import { MissedEvent } from "./MissedEvent.js";
import { suffer } from "./recovery.js";
import { absorbed, charged, deleveraged, locked, netted, nodeTornUp, unlocked } from "./settlement.js";
import { cancelled, fundingChanged, liquidated, positionChanged, setCalled, setFilled, traded } from "./trading.js";

/**
 * Applies one event of the clearinghouse, in place: O(1) but for the place of a new level in its queue. All events from the deployment
 * on, in the chain's order, make its state.
 */
export function apply(house: House, event: HouseEvent, at: Place): void {
  const { last, journal } = house;
  if (at.block < last.block || (at.block === last.block && at.logIndex <= last.logIndex)) {
    throw new MissedEvent(
      `event ${at.logIndex} of block ${at.block} comes after event ${last.logIndex} of ${last.block}`,
    );
  }
  journal.begin(at.block);
  journal.set(house, "last", { block: at.block, logIndex: at.logIndex });
  change(house, event, at);
}

/** Undoes everything after `block`, for a chain that was reorganised. Throws ReorgTooDeep when that is no longer remembered. */
export function revertTo(house: House, block: number): void {
  house.journal.revertTo(block);
}

function change(house: House, event: HouseEvent, at: Place): void {
  const { journal } = house;
  switch (event.kind) {
    case "CashChanged":
      return cashChanged(house, event);
    case "Deposited":
      return deposited(house, event);
    case "Withdrawn":
      return withdrew(house, event, at);
    case "Transferred":
      return transferred(house, event);
    case "SignerSet":
      return journal.put(house.signers, `${event.owner}/${event.signer}`, event.expiry);

    case "Traded":
      return traded(house, event);
    case "PositionChanged":
      return positionChanged(house, event);
    case "OrderFilled":
      return setFilled(house, event.account, event.salt, event.filled);
    case "OrderCancelled":
      return cancelled(house, event);
    case "OrdersCancelledBelow":
      return journal.set(accountIn(house, event.account), "minSequence", event.sequence);
    case "FundingChanged":
      return fundingChanged(house, event, at);
    case "FeesCollected":
      return feesCollected(house, event);

    case "MarginCalled":
      return setCalled(house, event.account, at.timestamp);
    case "MarginCallCleared":
      return setCalled(house, event.account, 0n);
    case "Liquidated":
      return liquidated(house, event, at);

    case "Locked":
      return locked(house, event, at);
    case "Unlocked":
      return unlocked(house, event, at);
    case "Absorbed":
      return absorbed(house, event, at);
    case "Charged":
      return charged(house, event);
    case "PlaceSought":
      return journal.set(marketIn(house, event.market), "soughtAt", event.reached);
    case "Netted":
      return netted(house, event);
    case "NodeTornUp":
      return nodeTornUp(house, event);
    case "Deleveraged":
      return deleveraged(house, event);
    case "ShortfallSuffered":
      return suffer(house, event.shortfall);
    case "ShortfallHealed":
      return shortfallHealed(house, event);
    case "Covered":
      return covered(house, event);

    case "GroupCreated":
      return groupCreated(house, event);
    case "MarketCreated":
      return marketCreated(house, event, at);
    case "MarketParamsSet":
      return journal.set(marketIn(house, event.market), "parameters", event.params);
    case "HouseParamsSet":
      return journal.set(house, "parameters", event.params);
    case "PriceSourceSet":
      return sourceSet(house, event);
    case "SourceNoted":
      return journal.set(marketIn(house, event.market), "staleSince", event.since);
    case "VaultBudgetSet":
      return journal.set(groupIn(house, event.group), "vaultBudget", event.budget);
    case "VaultSet":
      return journal.set(house, "vault", event.vault);
    case "TreasurySet":
      return journal.set(house, "treasury", event.treasury);
    case "Paused":
      return paused(house, event, at);
    case "MarketSettled":
      return settled(house, event, at);

    // They tell of what other events change, or of what did not happen.
    case "OrderSkipped":
    case "MatchSkipped":
    case "InventorySold":
      return;
    default:
      return unknown(event);
  }
}

function unknown(event: never): never {
  throw new TypeError(`no such event: ${JSON.stringify(event)}`);
}
