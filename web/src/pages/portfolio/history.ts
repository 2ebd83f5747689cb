// SPDX-License-Identifier: MIT
import { z } from "zod/v4-mini";
import { askIndexer } from "../../data/indexer/api";
import { amountText, count, fillSchema, hash, seriesText, shortText, time, whole } from "../../data/indexer/schemas";
import { exact, iso } from "../../format";
import { MONEY_DECIMALS, PRICE_DECIMALS, SIZE_DECIMALS } from "../../format/decimal";

const entrySchema = z.object({
  seq: count,
  kind: shortText,
  change: amountText,
  cash: amountText,
  market: z.nullable(whole),
  series: seriesText,
  sizeBefore: z.nullable(amountText),
  size: z.nullable(amountText),
  funding: z.nullable(amountText),
  charge: z.nullable(amountText),
  other: z.nullable(shortText),
  time,
  tx: hash,
});
const paidSchema = z.object({
  lock: z.string().check(z.regex(/^\d{1,10}-\d{1,10}$/)),
  market: whole,
  series: seriesText,
  size: amountText,
  charge: amountText,
  tornUp: amountText,
  time,
});
export const historySchema = z.object({
  entries: z.array(entrySchema),
  fills: z.array(fillSchema),
  receipts: z.array(paidSchema),
});
export type History = z.output<typeof historySchema>;
const pageSchema = z.extend(historySchema, { next: z.nullable(count) });

/** A line of the history. Amounts are from the account's view: sizes positive when it bought. */
export interface Line {
  readonly key: string;
  /** Orders lines of one second. */
  readonly seq: number;
  readonly time: number;
  readonly kind: string;
  readonly market: bigint | null;
  /** The name of the series, as it was then; null: it is of no option group. */
  readonly series: string | null;
  readonly size: bigint | null;
  readonly price: bigint | null;
  readonly fee: bigint | null;
  readonly funding: bigint | null;
  readonly charge: bigint | null;
  readonly change: bigint | null;
  readonly cash: bigint | null;
  readonly other: string | null;
  /** Of the chain; null of a lock, whose charge reaches cash with the position's next change. */
  readonly tx: string | null;
}

const PAGE = 2_000;
/** Rows of a kind that are read at most. */
export const MOST = 20_000;

export interface Lines {
  readonly lines: readonly Line[];
  /** There are more than were read. */
  readonly cut: boolean;
}

/** The whole history of an account, page by page, latest first. */
export async function readHistory(url: string, account: bigint): Promise<Lines> {
  const lines: Line[] = [];
  for (let after = 0, read = 0; ;) {
    const path = `/v1/accounts/${account}/history?limit=${PAGE}&after=${after}`;
    const page = await askIndexer(url, path, pageSchema);
    lines.push(...linesOf(account, page));
    read += PAGE;
    if (page.next === null) return { lines: lines.sort(latestFirst), cut: false };
    if (read >= MOST) return { lines: lines.sort(latestFirst), cut: true };
    after = page.next;
  }
}

/** What a page of the indexer says. */
export function linesOf(account: bigint, { entries, fills, receipts }: History): Line[] {
  const none = {
    market: null,
    series: null,
    size: null,
    price: null,
    fee: null,
    funding: null,
    charge: null,
    change: null,
  };
  const blank = { ...none, cash: null, other: null, tx: null };
  return [
    ...entries.map((entry, index) => ({
      ...blank,
      ...entry,
      key: `e${entry.seq}-${entry.market ?? ""}-${index}`,
      price: null,
      fee: null,
      series: entry.series ?? null,
      size: entry.size === null ? null : entry.size - entry.sizeBefore!,
    })),
    ...fills.map((fill) => {
      const takes = fill.taker === account;
      return {
        ...blank,
        key: `f${fill.id}`,
        seq: fill.seq,
        time: fill.time,
        tx: fill.tx,
        kind: takes ? "FILL_TAKER" : "FILL_MAKER",
        market: fill.market,
        series: fill.series ?? null,
        size: takes ? fill.size : -fill.size,
        price: fill.price,
        fee: takes ? fill.takerFee : fill.makerFee,
        other: String(takes ? fill.maker : fill.taker),
      };
    }),
    ...receipts.map((paid) => ({
      ...blank,
      key: `l${paid.lock}-${paid.market}`,
      seq: Number.MAX_SAFE_INTEGER,
      time: paid.time,
      kind: "LOCK",
      market: paid.market,
      series: paid.series ?? null,
      size: paid.size > 0n ? -paid.tornUp : paid.tornUp,
      charge: paid.charge,
      other: paid.lock,
    })),
  ];
}

function latestFirst(a: Line, b: Line): number {
  return b.time - a.time || b.seq - a.seq;
}

export const FAMILIES = {
  money: ["DEPOSIT", "WITHDRAWAL", "TRANSFER", "CREDIT"],
  trades: ["FILL_TAKER", "FILL_MAKER"],
  positions: ["POSITION", "ABSORBED"],
  locks: ["LOCK"],
} as const;
export type Family = keyof typeof FAMILIES;

export interface Filter {
  readonly family?: Family | undefined;
  readonly market?: bigint | undefined;
  /** A series by name: the number of one that is over is used again. */
  readonly series?: string | undefined;
  /** Days, as a date field has them: YYYY-MM-DD, in UTC, both included; "": open. */
  readonly from?: string;
  readonly to?: string;
}

const DAY = 86_400;

export function filtered(lines: readonly Line[], { family, market, series, from = "", to = "" }: Filter): Line[] {
  const start = from === "" ? -Infinity : Date.parse(`${from}T00:00:00Z`) / 1_000;
  const end = to === "" ? Infinity : Date.parse(`${to}T00:00:00Z`) / 1_000 + DAY;
  return lines.filter(
    (line) =>
      (family === undefined || (FAMILIES[family] as readonly string[]).includes(line.kind)) &&
      (market === undefined || line.market === market) &&
      (series === undefined || line.series === series) &&
      line.time >= start &&
      line.time < end,
  );
}

const COLUMNS: readonly (readonly [title: string, text: (line: Line) => string])[] = [
  ["time", ({ time: at }) => iso(at)],
  ["kind", ({ kind }) => kind],
  ["market", ({ market, series }) => series ?? (market === null ? "" : String(market))],
  ["size", ({ size }) => decimal(size, SIZE_DECIMALS)],
  ["price", ({ price }) => decimal(price, PRICE_DECIMALS)],
  ["fee", ({ fee }) => decimal(fee, MONEY_DECIMALS)],
  ["funding paid", ({ funding }) => decimal(funding, MONEY_DECIMALS)],
  ["charges paid", ({ charge }) => decimal(charge, MONEY_DECIMALS)],
  ["cash change", ({ change }) => decimal(change, MONEY_DECIMALS)],
  ["cash", ({ cash }) => decimal(cash, MONEY_DECIMALS)],
  ["other side", ({ other }) => other ?? ""],
  ["transaction", ({ tx }) => tx ?? ""],
];

/** RFC 4180, amounts exact. */
export function csvOf(lines: readonly Line[]): string {
  const rows = lines.map((line) => COLUMNS.map(([, text]) => quoted(text(line))).join(","));
  return [COLUMNS.map(([title]) => title).join(","), ...rows].join("\r\n") + "\r\n";
}

const decimal = (units: bigint | null, decimals: number): string => (units === null ? "" : exact(units, decimals));

/** A text that begins as a formula is no formula: spreadsheets run what begins with = + @, or - before a letter. */
function quoted(text: string): string {
  const safe = /^[=+@\t\r]|^-[^\d.]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
