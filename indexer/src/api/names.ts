// SPDX-License-Identifier: MIT
// Series of option groups by name: a place is listed anew once an expiry is over, so a name depends on the time too.
import { asc } from "drizzle-orm";
import type { Table } from "drizzle-orm";
import { db } from "ponder:api";
import { expiries } from "../../schema";
import { venueKindOf } from "../../../sdk/deployment";
import { seriesGroup, seriesKind } from "../../../sdk/options/series";
import { seriesName, type Ladder } from "../../../sdk/options/seriesName";
import type { MarketId } from "../../../sdk/order";
import type { Row } from "../rows/Rows";
import { readDeployment } from "../settings";
import { Cached } from "./Cached";
import { rowSchema } from "./json";

const deployment = readDeployment();
export const isOptions = venueKindOf(deployment) === "options";
const symbols = new Map((deployment.options?.groups ?? []).map(({ group, symbol }) => [group as bigint, symbol]));

/** Of the group's underlying; GROUP2 of one that was created after the deployment. */
export function symbolOf(group: bigint): string {
  return symbols.get(group) ?? `GROUP${group}`;
}

const listings = new Cached(1_000, () => db.select().from(expiries).orderBy(asc(expiries.seq)));

/** The name of a series as of a moment: what was listed at its place last. Null: nothing was. */
export async function nameAt(series: bigint, seq = Infinity): Promise<string | null> {
  return nameIn(await listings.value(), series, seq);
}

/** Rows of a market each with the name of their series; as they are where markets are linear. `seq`: when. */
export async function withSeries<T extends { market: bigint | null }>(
  rows: T[],
  seq: (row: T) => number,
): Promise<(T & { series?: string | null })[]> {
  if (!isOptions) return rows;
  const known = await listings.value();
  return rows.map((row) => ({ ...row, series: row.market === null ? null : nameIn(known, row.market, seq(row)) }));
}

/** The schema of a table's rows after `withSeries`. */
export function namedSchema(table: Table): object {
  if (!isOptions) return rowSchema(table);
  const schema = rowSchema(table) as { properties: object };
  return { ...schema, properties: { ...schema.properties, series: { type: ["string", "null"] } } };
}

function nameIn(known: readonly Row<typeof expiries>[], series: bigint, seq: number): string | null {
  const group = seriesGroup(series as MarketId);
  const kind = seriesKind(series as MarketId);
  const ladders = new Map<number, Ladder>();
  if (kind.type !== "perpetual") {
    const last = known.findLast((row) => row.group === group && row.place === kind.ladder && row.seq <= seq);
    if (last === undefined) return null;
    ladders.set(kind.ladder, { expiry: BigInt(last.expiry), base: last.base, step: last.step });
  }
  return seriesName(symbolOf(group), series as MarketId, ladders);
}
