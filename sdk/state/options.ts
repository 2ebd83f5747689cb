// SPDX-License-Identifier: MIT
import { abs, max, min } from "../arithmetic.js";
import { NOBODY, groupOf, indexOf, marketOf, type GroupId, type MarketId } from "../order.js";
import { PERPETUAL_INDEX, seriesKind, type SeriesId } from "../options/series.js";
import { RISK_UNITS } from "../parameters/risk.js";
import { noParameters } from "../parameters/units.js";
import { size } from "../units.js";
import type { EventOf } from "./events.js";
import { accountIn, groupIn, marketIn } from "./lookup.js";
import { MissedEvent } from "./MissedEvent.js";
import type { ListedLadder, OptionGroup } from "./OptionGroup.js";
import { sizeOf } from "./position.js";
import { NO_SIZE } from "./queue.js";
import { positionChanged, toEstate } from "./trading.js";
import type { Group, Market, Venue } from "./Venue.js";

// What only a clearinghouse of options does.

/** Places of a ladder's series: 15 calls, 15 puts and a future. */
const PLACES = 31;

export function newOptionGroup(): OptionGroup {
  return {
    risk: noParameters(RISK_UNITS), // until RiskParamsSet, of the same transaction
    volSource: NOBODY,
    level: undefined,
    versions: 0n,
    ladders: new Map(),
    frozen: undefined,
  };
}

/** The option group of this number. Throws MissedEvent when there is none. */
export function optionGroupIn(venue: Venue, id: GroupId): OptionGroup {
  const { options } = groupIn(venue, id);
  if (options === undefined) throw new MissedEvent(`group ${id} is no option group: the venue was made as linear`);
  return options;
}

export function riskSet(venue: Venue, { group, params }: EventOf<"RiskParamsSet">): void {
  venue.journal.set(optionGroupIn(venue, group), "risk", params);
}

/** The new source's level holds at once, and is not told. */
export function volSourceSet(venue: Venue, { group, source }: EventOf<"VolSourceSet">): void {
  const options = optionGroupIn(venue, group);
  venue.journal.set(options, "volSource", source);
  venue.journal.set(options, "level", undefined);
}

export function levelPosted(venue: Venue, { group, level, observedAt }: EventOf<"LevelPosted">): void {
  venue.journal.set(optionGroupIn(venue, group), "level", { value: level, observedAt });
}

/** A ladder is listed, at a new place or at one that is over: its books stay. */
export function ladderListed(venue: Venue, event: EventOf<"LadderListed">): void {
  const { group, ladder, expiry, base, step, smile } = event;
  const listed: ListedLadder = {
    expiry,
    base,
    step,
    smiles: [smile, smile],
    fixing: undefined,
    settlement: undefined,
    arrays: undefined,
  };
  venue.journal.put(optionGroupIn(venue, group).ladders, Number(ladder), listed);
}

export function smilePosted(venue: Venue, { group, ladder, smile }: EventOf<"SmilePosted">): void {
  const options = optionGroupIn(venue, group);
  const versions = options.versions ^ (1n << ladder);
  const isFirst = ((versions >> ladder) & 1n) === 0n;
  const [first, second] = ladderIn(venue, group, ladder).smiles;
  venue.journal.set(options, "versions", versions);
  setLadder(venue, group, ladder, { smiles: isFirst ? [smile, second] : [first, smile] });
}

export function fixingAdvanced(venue: Venue, { group, ladder, round }: EventOf<"FixingAdvanced">): void {
  setLadder(venue, group, ladder, { fixing: round });
}

export function priceFixed(venue: Venue, { group, ladder, price }: EventOf<"PriceFixed">): void {
  setLadder(venue, group, ladder, { fixing: undefined, settlement: price });
}

/** What was added up of the group's averages is void. */
export function forgetFixings(venue: Venue, { id, options }: Group): void {
  for (const [place, { fixing }] of options!.ladders) {
    if (fixing !== undefined) setLadder(venue, id, BigInt(place), { fixing: undefined });
  }
}

export function riskFactorsMoved(venue: Venue, event: EventOf<"RiskFactorsMoved">): void {
  const { group, ladder, spot, level, time } = event;
  setLadder(venue, group, ladder, { arrays: { spot, level, time } });
}

export function factorsFrozen(venue: Venue, { group, anchor, frozen }: EventOf<"FactorsFrozen">): void {
  venue.journal.set(optionGroupIn(venue, group), "frozen", { anchor, frozen });
}

/**
 * A position changed that was not traded: it was collected, or a slice of another account's came to it. Only the event
 * after it tells which. So one that ends is taken as collected: it goes into the estate, of which both sides cancel
 * out; and what that did is noted for `legSliced`.
 */
export function seriesChanged(venue: Venue, event: EventOf<"PositionChanged">): void {
  const { journal } = venue;
  const market = marketIn(venue, event.market);
  const { legs } = accountIn(venue, event.account);
  const held = sizeOf(market, legs[indexOf(event.market, venue.kind)]);
  positionChanged(venue, event);
  const isOpen = groupIn(venue, groupOf(event.market, venue.kind)).phase === "NORMAL";
  if (event.position !== 0n || !isOpen) return journal.set(market, "collected", undefined);
  grow(venue, market, max(held, NO_SIZE));
  toEstate(venue, market, held > 0n, abs(held));
  const netted = min(market.estateLong, market.estateShort);
  net(venue, market, netted);
  journal.set(market, "collected", { size: held, netted: size(netted) });
}

/** A leg of a slice: its taker's PositionChanged came just before it, and was no collection. */
export function legSliced(venue: Venue, event: EventOf<"Liquidated">): void {
  const market = marketIn(venue, event.market);
  const { collected } = market;
  if (collected !== undefined) {
    net(venue, market, -collected.netted);
    toEstate(venue, market, collected.size > 0n, -abs(collected.size));
    grow(venue, market, -max(collected.size, NO_SIZE));
    venue.journal.set(market, "collected", undefined);
  }
  positionChanged(venue, event);
}

/** An option group's listed series, expired ones too until their place is used again; its perpetual last. */
export function seriesListed({ id, options }: Group): SeriesId[] {
  const places = [...(options?.ladders.keys() ?? [])].sort((a, b) => a - b);
  const indexes = places.flatMap((place) => Array.from({ length: PLACES }, (_, i) => place * 32 + i));
  return [...indexes, PERPETUAL_INDEX].map((index) => marketOf(id, index, "options") as SeriesId);
}

/** The listed ladder of a series; undefined of the perpetual, and of one that is not listed. */
export function ladderOfSeries({ options }: Group, series: MarketId): ListedLadder | undefined {
  const kind = seriesKind(series);
  return kind.type === "perpetual" ? undefined : options?.ladders.get(kind.ladder);
}

function ladderIn(venue: Venue, group: GroupId, place: bigint): ListedLadder {
  const ladder = optionGroupIn(venue, group).ladders.get(Number(place));
  if (ladder === undefined) throw new MissedEvent(`ladder ${place} of group ${group} was never listed`);
  return ladder;
}

function setLadder(venue: Venue, group: GroupId, place: bigint, change: Partial<ListedLadder>): void {
  const ladder = { ...ladderIn(venue, group, place), ...change };
  venue.journal.put(optionGroupIn(venue, group).ladders, Number(place), ladder);
}

/** `units` of both sides' estates cancel out. */
function net(venue: Venue, market: Market, units: bigint): void {
  toEstate(venue, market, true, -units);
  toEstate(venue, market, false, -units);
  grow(venue, market, -units);
}

function grow({ journal }: Venue, market: Market, units: bigint): void {
  journal.set(market, "openInterest", size(market.openInterest + units));
}
