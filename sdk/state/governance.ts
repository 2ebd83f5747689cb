// SPDX-License-Identifier: MIT
import { max } from "../arithmetic.js";
import { groupOf, indexOf, NOBODY, marketOf, type Address, type MarketId } from "../order.js";
import { PERPETUAL_INDEX } from "../options/series.js";
import { MARKET_UNITS } from "../parameters/market.js";
import { noParameters } from "../parameters/units.js";
import { money, price, size } from "../units.js";
import type { EventOf, Place } from "./events.js";
import { stopFunding } from "./funding.js";
import type { Group, Venue, Market, Pause, Side } from "./Venue.js";
import { forgetFixings, newOptionGroup } from "./options.js";
import { groupIn, marketIn } from "./lookup.js";
import { MissedEvent } from "./MissedEvent.js";

const NO_LIQUIDATION = 2n;

export function groupCreated({ journal, groups, kind }: Venue, { group: id }: EventOf<"GroupCreated">): void {
  const group: Group = {
    id,
    markets: [],
    options: kind === "options" ? newOptionGroup() : undefined,
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
  const [group, index] = [groupOf(event.market, venue.kind), indexOf(event.market, venue.kind)];
  const { markets } = groupIn(venue, group);
  const isNext = venue.kind === "linear" ? markets.length === index : markets.length === 0 && index === PERPETUAL_INDEX;
  if (!isNext) throw new MissedEvent(`market ${event.market} is not the next one`);
  // An option group's one market is its perpetual; its other series have books from then on, of which no event tells.
  while (markets.length < index) {
    const series = newMarket(marketOf(group, markets.length, venue.kind), NOBODY, false, 0n);
    venue.journal.insert(markets, markets.length, series);
  }
  const market = newMarket(event.market, event.source, event.mode === 1n, at.timestamp);
  venue.journal.insert(markets, index, market);
}

/** A market, or a series' book, before anything happened to it. */
export function newMarket(id: MarketId, source: Address, prorata: boolean, fundingTime: bigint): Market {
  return {
    id,
    prorata,
    source,
    staleSince: 0n,
    parameters: noParameters(MARKET_UNITS), // until MarketParamsSet, which follows at once
    soughtAt: undefined,
    collected: undefined,
    settledAt: undefined,
    funding: price(0n),
    fundingRate: 0n,
    fundingTime,
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
}

/** Parameters of a market; those of an option group's perpetual are its other series' too. */
export function parametersSet(venue: Venue, event: EventOf<"MarketParamsSet">): void {
  const market = marketIn(venue, event.market);
  const group = groupIn(venue, groupOf(event.market, venue.kind));
  const all = venue.kind === "options" ? group.markets : [market];
  all.forEach((each) => venue.journal.set(each, "parameters", event.params));
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
    if (now < stopped) lowerAnyStop(venue);
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

/** Until when any stop of liquidations is in force or was. A group that is still to be created does not count. */
function lowerAnyStop(venue: Venue): void {
  const { kind, pauses, groups, journal } = venue;
  if (kind === "options") return; // it has no collateral, whose prices would wait
  let last = 0n;
  for (const [market, { liquidationsStoppedUntil }] of pauses) {
    if (market === 0n || groups.has(groupOf(market, kind))) last = max(last, liquidationsStoppedUntil);
  }
  if (last !== 0n) journal.set(venue, "anyStoppedUntil", last);
}

export function sourceSet(venue: Venue, event: EventOf<"PriceSourceSet">): void {
  const market = marketIn(venue, event.market);
  venue.journal.set(market, "source", event.source);
  venue.journal.set(market, "staleSince", 0n);
  // Another feed has other rounds.
  if (venue.kind === "options") forgetFixings(venue, groupIn(venue, groupOf(event.market, venue.kind)));
}

export function settled(venue: Venue, event: EventOf<"MarketSettled">, at: Place): void {
  const market = marketIn(venue, event.market);
  stopFunding(venue, market, at.timestamp);
  venue.journal.set(market, "settledAt", event.price);
}

/** A pause may name all markets (0), or one that is still to be created. */
function marketIfKnown(venue: Venue, id: MarketId): Market | undefined {
  return venue.groups.get(groupOf(id, venue.kind))?.markets[indexOf(id, venue.kind)];
}

const emptySide = (): Side => ({ nodes: new Map(), queue: [], generations: new Map() });
