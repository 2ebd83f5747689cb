// SPDX-License-Identifier: MIT
// An account's equity over time: from its ledger, the samples of its markets, the levels of its positions and marks.
import { and, asc, desc, eq, gte, lt, sql, type SQL } from "drizzle-orm";
import { db } from "ponder:api";
import { candles, entries, lockNodes, parameterChanges, positions, samples } from "../../schema";
import type { Row } from "../rows/Rows";
import { WHOLE, sizeThen, valueThen, type Frame } from "./held";

export interface Point {
  /** The end of an interval, Unix seconds: everything before it counts. */
  readonly time: number;
  /** Null: the mark of a market that it held is not known. */
  readonly equity: bigint | null;
  readonly cash: bigint;
  /** What positions add: profit by price less funding and charges, of what has not reached cash. */
  readonly value: bigint | null;
  readonly positions: number;
}

type Entry = Row<typeof entries>;
type Sample = Row<typeof samples>;
type Torn = Row<typeof lockNodes>;

/** Rows in time, of which the last before a moment is looked for moment after moment. */
class Timeline<T extends { time: number }> {
  private at = -1;
  constructor(private readonly rows: readonly T[]) {}

  /** The last row before `time`, which never goes back. */
  before(time: number): T | undefined {
    while (this.at + 1 < this.rows.length && this.rows[this.at + 1]!.time < time) this.at += 1;
    return this.rows[this.at];
  }
}

/** Equity at the end of each interval of `seconds` in [from, to). */
export async function equityOf(account: bigint, from: number, to: number, seconds: number): Promise<Point[]> {
  const first = from - (from % seconds) + seconds;
  const ledger = new Timeline(await lastOfEach(account, from, to, seconds));
  const legs = [];
  for (const { market, ended } of await marketsOf(account)) {
    legs.push({
      ended,
      own: new Timeline(await lastOfEach(account, from, to, seconds, market)),
      samples: new Timeline(await samplesOf(market, from, to, seconds)),
      marks: new Timeline(await marksOf(market, from, to, seconds)),
    });
  }
  const levels = new Map<string, Torn[]>();
  const points: Point[] = [];
  for (let time = first; time < to + seconds; time += seconds) {
    const end = Math.min(time, to);
    const line = ledger.before(end);
    if (line === undefined) continue; // it did not exist yet
    let value: bigint | null = 0n;
    let open = 0;
    for (const { own, samples: shifts, marks, ended } of legs) {
      const [entry, shift, close] = [own.before(end), shifts.before(end), marks.before(end)?.close];
      const mark = ended !== undefined && ended.time < end ? ended.price : close;
      if (entry === undefined || entry.shares === 0n || shift === undefined) continue;
      const frame = await frameOf(levels, entry, end);
      const position = { shares: entry.shares!, offset: entry.offset! };
      if (mark === undefined) value = null;
      else if (value !== null) value += valueThen(position, frame, shift, mark, end - 1);
      if (sizeThen(position, frame) !== 0n) open += 1;
    }
    points.push({
      time: end,
      equity: value === null ? null : line.cash + value,
      cash: line.cash,
      value,
      positions: open,
    });
  }
  return points;
}

/** The last line of the ledger in each interval, and the last one before: of a market, or of all. */
async function lastOfEach(
  account: bigint,
  from: number,
  to: number,
  seconds: number,
  market?: bigint,
): Promise<Entry[]> {
  const of = market === undefined ? undefined : eq(entries.market, market);
  const own = and(eq(entries.account, account), of);
  const bucket = bucketOf(entries.time, seconds);
  const [earlier] = await db
    .select()
    .from(entries)
    .where(and(own, lt(entries.time, from)))
    .orderBy(desc(entries.seq))
    .limit(1);
  const each = await db
    .selectDistinctOn([bucket])
    .from(entries)
    .where(and(own, gte(entries.time, from), lt(entries.time, to)))
    .orderBy(asc(bucket), desc(entries.seq));
  return earlier === undefined ? each : [earlier, ...each];
}

/** The markets that an account has ever held, and what ended those that are settled. */
async function marketsOf(
  account: bigint,
): Promise<{ market: bigint; ended: { time: number; price: bigint } | undefined }[]> {
  const rows = await db.select({ market: positions.market }).from(positions).where(eq(positions.account, account));
  const list = [];
  for (const { market } of rows) {
    const change = and(eq(parameterChanges.scope, `market-${market}`), eq(parameterChanges.name, "settledAt"));
    const [end] = await db.select().from(parameterChanges).where(change).limit(1);
    list.push({ market, ended: end && { time: end.time, price: BigInt(end.after) } });
  }
  return list;
}

async function samplesOf(market: bigint, from: number, to: number, seconds: number): Promise<Sample[]> {
  const bucket = bucketOf(samples.time, seconds);
  const own = eq(samples.market, market);
  const [earlier] = await db
    .select()
    .from(samples)
    .where(and(own, lt(samples.time, from)))
    .orderBy(desc(samples.time), desc(samples.seq))
    .limit(1);
  const each = await db
    .selectDistinctOn([bucket])
    .from(samples)
    .where(and(own, gte(samples.time, from), lt(samples.time, to)))
    .orderBy(asc(bucket), desc(samples.time), desc(samples.seq));
  return earlier === undefined ? each : [earlier, ...each];
}

/** The mark that each interval ended with. */
async function marksOf(market: bigint, from: number, to: number, seconds: number) {
  const series = and(eq(candles.market, market), eq(candles.kind, "MARK"), eq(candles.seconds, seconds));
  const start = from - (from % seconds);
  const rows = await db
    .select({ time: candles.start, close: candles.close })
    .from(candles)
    .where(and(series, gte(candles.start, start), lt(candles.start, to)))
    .orderBy(asc(candles.start));
  const earlier = await db
    .select({ time: candles.start, close: candles.close })
    .from(candles)
    .where(and(series, lt(candles.start, start)))
    .orderBy(desc(candles.start))
    .limit(1);
  return [...earlier, ...rows];
}

/** The frame of a position's level before a time: as the last tear-up left it. */
async function frameOf(known: Map<string, Torn[]>, { market, shares, node }: Entry, end: number): Promise<Frame> {
  const longs = shares! > 0n;
  const key = `${market}-${longs}-${node}`;
  let torn = known.get(key);
  if (torn === undefined) {
    const level = and(eq(lockNodes.market, market!), eq(lockNodes.longs, longs), eq(lockNodes.node, node!));
    torn = await db.select().from(lockNodes).where(level).orderBy(asc(lockNodes.seq));
    known.set(key, torn);
  }
  return torn.findLast(({ time }) => time < end) ?? WHOLE;
}

/** As text, so that all places are one expression to the database. */
function bucketOf(column: typeof entries.time | typeof samples.time, seconds: number): SQL<number> {
  return sql<number>`(${column} / ${sql.raw(String(seconds))})`;
}
