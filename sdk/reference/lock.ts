// SPDX-License-Identifier: MIT
import { abs, max, min, priceShareDown } from "../arithmetic.js";
import { PPM, money, price } from "../units.js";
import { stopFunding } from "./funding.js";
import { Rejected } from "./Rejected.js";
import { liveQuotes, type Quote } from "./quote.js";
import { groupIn, marketIn, type Group, type State } from "./state.js";
import { offersAgedUntil, releaseReserve, setAside } from "./vault.js";

const MAX_GAP_LEVEL = 4n;

/** Ends a lock in which nobody defaulted, else moves the anchors on. Returns whether there is a gap. */
export function sync(state: State, id: number, quotes: Quote[]): boolean {
  const group = groupIn(state, id);
  if (group.phase === "LOCKED" && state.now >= group.until && group.absorbed === 0) unlock(state, id);
  if (group.phase !== "NORMAL") return false;
  if (quotes.some((quote, index) => quote.fresh && isGap(state, group, index, quote))) return true;
  if (quotes.some((quote) => !quote.fresh)) return false;
  if (state.now < group.anchorsDue) return false;
  scheduleAdvance(state, id);
  quotes.forEach((quote, index) => {
    const market = marketIn(group, index);
    market.anchor = market.recordedMark;
    market.recordedMark = quote.mark;
  });
  return false;
}

/** The live quotes of a group that is open and has no gap. */
/** NORMAL with a gap: a liquidation waits for somebody to lock the group. */
export function gapped(state: State, id: number, quotes: Quote[]): boolean {
  const group = groupIn(state, id);
  return group.phase === "NORMAL" && quotes.some((quote, index) => quote.fresh && isGap(state, group, index, quote));
}

export function syncOpen(state: State, id: number): Quote[] {
  if (sync(state, id, liveQuotes(groupIn(state, id)))) throw new Rejected("GapOpen");
  if (groupIn(state, id).phase !== "NORMAL") throw new Rejected("GroupLocked");
  return liveQuotes(groupIn(state, id)); // with the anchors as they are now
}

/** The live quotes of a group, locked if it has a gap. */
export function syncOrLock(state: State, id: number): Quote[] {
  const quotes = liveQuotes(groupIn(state, id));
  if (sync(state, id, quotes)) lock(state, id, quotes);
  return quotes;
}

function isGap(state: State, group: Group, index: number, quote: Quote): boolean {
  const { parameters, anchor, recordedMark } = marketIn(group, index);
  const { initialMargin, maintenanceMargin, gapThreshold } = parameters;
  const max = min(maintenanceMargin, (PPM * initialMargin) / (2n * PPM + initialMargin));
  const threshold = min(gapThreshold << gapLevelOf(state, group), max);
  const far = priceShareDown(quote.mark, threshold);
  // The recorded mark is the next anchor, so a jump from it counts already.
  return [anchor, recordedMark].some((recorded) => abs(price(quote.mark - recorded)) > far);
}

/** How often recent locks have doubled the gap threshold; a calm period since the last lock halves it. */
function gapLevelOf(state: State, group: Group): bigint {
  return max(0n, group.gapLevel - (state.now - group.lastUnlock) / state.venue.calmPeriod);
}

export function lock(state: State, id: number, quotes: Quote[]): void {
  const group = groupIn(state, id);
  const recent = group.lastUnlock !== 0n && state.now < group.lastUnlock + state.venue.calmPeriod;
  const level = gapLevelOf(state, group);
  group.gapLevel = recent && level < MAX_GAP_LEVEL ? level + 1n : level;
  group.phase = "LOCKED";
  group.lockedAt = state.now;
  group.until = state.now + state.venue.lockDelay;
  group.markets.forEach((market, index) => {
    stopFunding(state, market);
    const quote = quotes[index]!;
    if (quote.fresh) market.recordedMark = quote.mark;
  });
  setAside(state, id);
}

/** Back to NORMAL: the frozen marks become the anchors. */
export function unlock(state: State, id: number): void {
  const group = groupIn(state, id);
  for (const market of group.markets) {
    stopFunding(state, market);
    market.anchor = market.recordedMark;
  }
  scheduleAdvance(state, id);
  group.phase = "NORMAL";
  group.lastUnlock = state.now;
  group.absorbed = 0;
  group.deficit = money(0n);
  group.relieved = money(0n);
  for (const account of state.accounts.values()) if (account.group === id) account.relief = undefined;
  group.uncovered = false;
  releaseReserve(state, id);
}

/** When anchors may move on next, and for how long the vault's offers stood still until now. */
function scheduleAdvance(state: State, id: number): void {
  const group = groupIn(state, id);
  group.offersStood += state.now - offersAgedUntil(state, id);
  group.anchorsDue = state.now + state.venue.lockDelay;
}
