// SPDX-License-Identifier: MIT
import { formatPrice, parsePrice } from "../decimal.js";
import type { MarketId } from "../order.js";
import type { Price } from "../units.js";
import { STRIKES, seriesKind, seriesOf, type SeriesId } from "./series.js";

/** An expiry that is listed: what LadderListed tells. Strikes are `base + strike * step`, 1e-18 quote per base. */
export interface Ladder {
  /** Unix time. */
  readonly expiry: bigint;
  readonly base: bigint;
  readonly step: bigint;
}

/** The ladders of a group by their place, 0 to 7. */
export type Ladders = ReadonlyMap<number, Ladder>;

/** No series has this name, or no ladder is listed for it. */
export class SeriesNameUnknown extends Error {
  override readonly name = "SeriesNameUnknown";

  constructor(
    readonly series: string,
    why: string,
  ) {
    super(`${series}: ${why}`);
  }
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"] as const;
const NAME =
  /^(?<symbol>[A-Z0-9]+)-(?:PERPETUAL|(?<date>\d{1,2}[A-Z]{3}\d{2})(?:-(?<strike>\d+(?:\.\d+)?)-(?<side>[CP]))?)$/;

/** The day of an expiry as options venues write it: 25DEC26. UTC. */
export function expiryName(expiry: bigint): string {
  const date = new Date(Number(expiry) * 1_000);
  return `${date.getUTCDate()}${MONTHS[date.getUTCMonth()]}${String(date.getUTCFullYear() % 100).padStart(2, "0")}`;
}

/** The strike of a series in a ladder, 1e-18 quote per base. */
export function strikeOf({ base, step }: Ladder, strike: number): Price {
  return (base + step * BigInt(strike)) as Price;
}

/**
 * A series as options venues write it: ETH-PERPETUAL, ETH-25DEC26, ETH-25DEC26-4000-C. `symbol`: of the underlying.
 * Throws SeriesNameUnknown when its ladder is not listed.
 */
export function seriesName(symbol: string, series: MarketId, ladders: Ladders): string {
  const kind = seriesKind(series);
  if (kind.type === "perpetual") return `${symbol}-PERPETUAL`;
  const ladder = ladders.get(kind.ladder);
  if (ladder === undefined) throw new SeriesNameUnknown(String(series), `ladder ${kind.ladder} is not listed`);
  const future = `${symbol}-${expiryName(ladder.expiry)}`;
  if (kind.type === "future") return future;
  return `${future}-${formatPrice(strikeOf(ladder, kind.strike))}-${kind.type === "call" ? "C" : "P"}`;
}

/** The series of a group that has this name. Throws SeriesNameUnknown. */
export function seriesNamed(name: string, symbol: string, group: number | bigint, ladders: Ladders): SeriesId {
  const parts = NAME.exec(name)?.groups;
  if (parts === undefined) throw new SeriesNameUnknown(name, "not of the form ETH-25DEC26-4000-C");
  if (parts.symbol !== symbol) throw new SeriesNameUnknown(name, `the group's underlying is ${symbol}`);
  if (parts.date === undefined) return seriesOf(group, { type: "perpetual" });
  const found = [...ladders].find(([, ladder]) => expiryName(ladder.expiry) === parts.date);
  if (found === undefined) throw new SeriesNameUnknown(name, `${parts.date} is not listed`);
  const [place, ladder] = found;
  if (parts.strike === undefined) return seriesOf(group, { type: "future", ladder: place });
  const price = parsePrice(parts.strike);
  for (let strike = 0; strike < STRIKES; ++strike) {
    if (strikeOf(ladder, strike) !== price) continue;
    return seriesOf(group, { type: parts.side === "C" ? "call" : "put", ladder: place, strike });
  }
  throw new SeriesNameUnknown(name, `${parts.strike} is no strike of ${parts.date}`);
}
