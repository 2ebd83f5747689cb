// SPDX-License-Identifier: MIT
import type { VenueEvent, Place } from "./events.js";
import { cashChanged, covered, deposited, feesCollected, shortfallHealed, transferred, withdrew } from "./cash.js";
import { boughtByLine, collateralCreated, feeTaken, pledgeChanged, pledged, priceRecorded } from "./collateral.js";
import { groupCreated, marketCreated, parametersSet, paused, settled, sourceSet } from "./governance.js";
import {
  factorsFrozen,
  fixingAdvanced,
  ladderListed,
  legSliced,
  levelPosted,
  priceFixed,
  riskFactorsMoved,
  riskSet,
  seriesChanged,
  smilePosted,
  volSourceSet,
} from "./options.js";
import type { Venue } from "./Venue.js";
import { accountIn, collateralIn, groupIn, marketIn } from "./lookup.js";
import { MissedEvent } from "./MissedEvent.js";
import { countOf, secondsOf } from "../range.js";
import { suffer } from "./recovery.js";
import {
  absorbed,
  charged,
  deleveraged,
  locked,
  netCredited,
  netRegistered,
  netSettled,
  netted,
  nodeTornUp,
  unlocked,
} from "./settlement.js";
import { cancelled, matched, positionChanged, setCalled, traded } from "./trading.js";

/**
 * Applies one event of the clearinghouse, in place: O(1) but for the place of a new level in its queue. All events from
 * the deployment on, in the chain's order, make its state.
 */
export function apply(venue: Venue, event: VenueEvent, at: Place): void {
  const { last, journal } = venue;
  countOf(at.block, "block");
  countOf(at.logIndex, "logIndex");
  secondsOf(at.timestamp, "timestamp");
  if (at.block < last.block || (at.block === last.block && at.logIndex <= last.logIndex)) {
    throw new MissedEvent(
      `event ${at.logIndex} of block ${at.block} comes after event ${last.logIndex} of ${last.block}`,
    );
  }
  journal.begin(at.block);
  journal.set(venue, "last", { block: at.block, logIndex: at.logIndex });
  change(venue, event, at);
}

/**
 * Undoes everything after `block`, for a chain that was reorganised. Throws ReorgTooDeep when that is no longer
 * remembered.
 */
export function revertTo(venue: Venue, block: number): void {
  if (block !== -1) countOf(block, "block"); // -1: before the first
  venue.journal.revertTo(block);
}

function change(venue: Venue, event: VenueEvent, at: Place): void {
  const { journal } = venue;
  switch (event.kind) {
    case "CashChanged":
      return cashChanged(venue, event);
    case "Deposited":
      return deposited(venue, event, at);
    case "Withdrawn":
      return withdrew(venue, event, at);
    case "Transferred":
      return transferred(venue, event);
    case "SignerSet":
      return journal.put(venue.signers, `${event.owner}/${event.signer}`, event.expiry);

    case "Traded":
      return traded(venue, event);
    case "Matched":
      return matched(venue, event, at);
    case "PositionChanged":
      return venue.kind === "options" ? seriesChanged(venue, event) : positionChanged(venue, event);
    case "Liquidated":
      return venue.kind === "options" ? legSliced(venue, event) : positionChanged(venue, event);
    case "OrderCancelled":
      return cancelled(venue, event);
    case "OrdersCancelledBelow":
      return journal.set(accountIn(venue, event.account), "minSequence", event.sequence);
    case "FeesCollected":
      return feesCollected(venue, event);

    case "MarginCalled":
      return setCalled(venue, event.account, at.timestamp);
    case "MarginCallCleared":
      return setCalled(venue, event.account, 0n);

    case "Locked":
      return locked(venue, event, at);
    case "Unlocked":
      return unlocked(venue, event, at);
    case "Absorbed":
      return absorbed(venue, event);
    case "NetRegistered":
      return netRegistered(venue, event);
    case "NetSettled":
      return netSettled(venue, event);
    case "NetCredited":
      return netCredited(venue, event);
    case "Charged":
      return charged(venue, event);
    case "PlaceSought":
      return journal.set(marketIn(venue, event.market), "soughtAt", event.reached);
    case "Netted":
      return netted(venue, event);
    case "NodeTornUp":
      return nodeTornUp(venue, event);
    case "Deleveraged":
      return deleveraged(venue, event);
    case "ShortfallSuffered":
      return suffer(venue, event.shortfall);
    case "ShortfallHealed":
      return shortfallHealed(venue, event);
    case "Covered":
      return covered(venue, event, at);

    case "GroupCreated":
      return groupCreated(venue, event);
    case "MarketCreated":
      return marketCreated(venue, event, at);
    case "MarketParamsSet":
      return parametersSet(venue, event);
    case "VenueParamsSet":
      return journal.set(venue, "parameters", event.params);
    case "PriceSourceSet":
      return sourceSet(venue, event);
    case "SourceNoted":
      return journal.set(marketIn(venue, event.market), "staleSince", event.since);
    case "InventoryOffered":
      return journal.set(marketIn(venue, event.market), "offeredAt", event.since);
    case "VaultBudgetSet":
      return journal.set(groupIn(venue, event.group), "vaultBudget", event.budget);
    case "VaultSet":
      return journal.set(venue, "vault", event.vault);
    case "TreasurySet":
      return journal.set(venue, "treasury", event.treasury);
    case "AccessGateSet":
      return journal.set(venue, "accessGate", event.gate);
    case "Paused":
      return paused(venue, event, at);
    case "MarketSettled":
      return settled(venue, event, at);

    case "CollateralCreated":
      return collateralCreated(venue, event);
    case "CollateralParamsSet":
      return journal.set(collateralIn(venue, event.id), "parameters", event.params);
    case "CollateralClosing":
      return journal.set(collateralIn(venue, event.id), "closesAt", event.from);
    case "CollateralSourceSet":
      return journal.set(collateralIn(venue, event.id), "source", event.source);
    case "LineSet":
      return journal.set(collateralIn(venue, event.id), "line", event.line);
    case "CollateralPriceRecorded":
      return priceRecorded(venue, event, at);
    case "CollateralFloorSet":
      return journal.set(collateralIn(venue, event.id), "floor", event.floor);
    case "Pledged":
      return pledged(venue, event, at);
    case "PledgeWithdrawn":
      return pledgeChanged(venue, event);
    case "PledgeFeeTaken":
      return feeTaken(venue, event, at);
    case "PledgesOffered":
      return journal.set(accountIn(venue, event.account), "pledgesOfferedAt", event.since);
    case "PledgeBought":
      return pledgeChanged(venue, event);
    case "PledgeBoughtByLine":
      return boughtByLine(venue, event, at);
    case "StockSold":
      return journal.set(collateralIn(venue, event.id), "stock", event.stock);
    case "RiskParamsSet":
      return riskSet(venue, event);
    case "VolSourceSet":
      return volSourceSet(venue, event);
    case "LadderListed":
      return ladderListed(venue, event);
    case "LevelPosted":
      return levelPosted(venue, event);
    case "SmilePosted":
      return smilePosted(venue, event);
    case "FixingAdvanced":
      return fixingAdvanced(venue, event);
    case "PriceFixed":
      return priceFixed(venue, event);
    case "RiskFactorsMoved":
      return riskFactorsMoved(venue, event);
    case "FactorsFrozen":
      return factorsFrozen(venue, event);

    // They tell of what other events change, or of what did not happen.
    case "OrderSkipped":
    case "MatchSkipped":
    case "LiquidationSkipped":
    case "InventorySold":
    case "Sliced":
      return;
    default:
      return unknown(event);
  }
}

function unknown(event: never): never {
  throw new TypeError(`no such event: ${JSON.stringify(event)}`);
}
