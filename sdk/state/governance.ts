// SPDX-License-Identifier: MIT
import { max } from "../arithmetic.js";
import { groupOf, indexOf, type MarketId } from "../order.js";
import { MARKET_UNITS } from "../parameters/market.js";
import { noParameters } from "../parameters/units.js";
import { money, price, size } from "../units.js";
import type { EventOf, Place } from "./events.js";
import { stopFunding } from "./funding.js";
import type { Group, Venue, Market, Pause, Side } from "./Venue.js";
import { groupIn, marketIn } from "./lookup.js";
import { MissedEvent } from "./MissedEvent.js";

const NO_LIQUIDATION = 2n;

export function groupCreated({ journal, groups }: Venue, { group: id }: EventOf<"GroupCreated">): void {
  const group: Group = {
    id,
    markets: [],
    phase: "NORMAL",
    gapLevel: 0n,
    until: 0n,
    lock: 0n,
    lockedAt: 0n,
    lastUnlock: 0n,
    absorbed: 0n,
    deficit: money(0n),
    reserve: money(0n),
    jumps: [],
    relieved: money(0n),
    shares: new Map(),
    vaultBudget: money(0n),
  };
  journal.put(groups, id, group);
}

export function marketCreated(venue: Venue, event: EventOf<"MarketCreated">, at: Place): void {
  const { markets } = groupIn(venue, groupOf(event.market));
  if (markets.length !== indexOf(event.market)) throw new MissedEvent(`market ${event.market} is not the next one`);
  const market: Market = {
    id: event.market,
    prorata: event.mode === 1n,
    source: event.source,
    staleSince: 0n,
    parameters: noParameters(MARKET_UNITS), // until MarketParamsSet, which follows at once
    soughtAt: undefined,
    settledAt: undefined,
    funding: price(0n),
    fundingRate: 0n,
    fundingTime: at.timestamp,
    chargeLong: price(0n),
    chargeShort: price(0n),
    openInterest: size(0n),
    estateLong: size(0n),
    estateShort: size(0n),
    offeredAt: 0n,
    vaultMoved: size(0n),
    longs: emptySide(),
    shorts: emptySide(),
  };
  venue.journal.insert(markets, markets.length, market);
}

/** What nobody has paused yet. */
export const NEVER_PAUSED: Readonly<Pause> = { level: 0n, since: 0n, until: 0n, liquidationsStoppedUntil: 0n };

export function paused(venue: Venue, event: EventOf<"Paused">, at: Place): void {
  const { journal, pauses } = venue;
  const before = pauses.get(event.market) ?? NEVER_PAUSED;
  const now = at.timestamp;
  if (event.level === 0n) {
    const stopped = before.liquidationsStoppedUntil;
    const liquidationsStoppedUntil = now < stopped ? now : stopped;
    journal.put(pauses, event.market, { ...before, level: 0n, until: event.until, liquidationsStoppedUntil });
    return;
  }
  const stops = event.level >= NO_LIQUIDATION;
  if (stops) journal.set(venue, "anyStoppedUntil", max(venue.anyStoppedUntil, event.until));
  const begins = before.level === 0n || now >= before.until;
  journal.put(pauses, event.market, {
    level: event.level,
    since: begins ? now : before.since,
    until: event.until,
    liquidationsStoppedUntil: stops ? event.until : before.liquidationsStoppedUntil,
  });
  const market = marketIfKnown(venue, event.market);
  if (market !== undefined) stopFunding(venue, market, now);
}

export function sourceSet(venue: Venue, event: EventOf<"PriceSourceSet">): void {
  const market = marketIn(venue, event.market);
  venue.journal.set(market, "source", event.source);
  venue.journal.set(market, "staleSince", 0n);
}

export function settled(venue: Venue, event: EventOf<"MarketSettled">, at: Place): void {
  const market = marketIn(venue, event.market);
  stopFunding(venue, market, at.timestamp);
  venue.journal.set(market, "settledAt", event.price);
}

/** A pause may name all markets (0), or one that is still to be created. */
function marketIfKnown(venue: Venue, id: MarketId): Market | undefined {
  return venue.groups.get(groupOf(id))?.markets[indexOf(id)];
}

const emptySide = (): Side => ({ nodes: new Map(), queue: [], generations: new Map() });
