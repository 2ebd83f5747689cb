// SPDX-License-Identifier: MIT
import type { entries, fills, receipts } from "../../schema";
import { formatMoney, formatPrice, formatSize } from "../../../sdk/decimal";
import type { Row } from "../rows/Rows";

interface History {
  readonly entries: readonly Named<Row<typeof entries>>[];
  readonly fills: readonly Named<Row<typeof fills>>[];
  readonly receipts: readonly Named<Row<typeof receipts>>[];
}

/** Of a series its name stands in the place of its market's number. */
type Named<T> = T & { readonly series?: string | null };

const COLUMNS = [
  "time",
  "block",
  "transaction",
  "kind",
  "market",
  "size",
  "price",
  "fee",
  "cash change",
  "cash",
  "position",
  "funding paid",
  "charges paid",
  "other side",
] as const;

type Line = Partial<Record<(typeof COLUMNS)[number], string>>;

/** An account's history as CSV (RFC 4180), oldest first; amounts in decimals, times in ISO 8601. */
export function historyCsv(account: bigint, { entries: ledger, fills: trades, receipts: paid }: History): string {
  const lines = [
    ...trades.map((fill) => [fill.seq, fillLine(account, fill)] as const),
    ...ledger.map((entry) => [entry.seq, entryLine(entry)] as const),
  ].sort(([a], [b]) => a - b);
  const locks = paid.map(receiptLine);
  return [COLUMNS.join(","), ...[...lines.map(([, line]) => line), ...locks].map(textOf)].join("\r\n") + "\r\n";
}

function fillLine(account: bigint, fill: Named<Row<typeof fills>>): Line {
  const taker = fill.taker === account;
  return {
    ...when(fill),
    kind: taker ? "FILL_TAKER" : "FILL_MAKER",
    market: fill.series ?? String(fill.market),
    size: formatSize((taker ? fill.size : -fill.size) as never),
    price: formatPrice(fill.price as never),
    fee: formatMoney((taker ? fill.takerFee : fill.makerFee) as never),
    "other side": String(taker ? fill.maker : fill.taker),
  };
}

function entryLine(entry: Named<Row<typeof entries>>): Line {
  const { kind, market, size, sizeBefore, change, cash, funding, charge, other } = entry;
  return {
    ...when(entry),
    kind,
    market: market === null ? "" : (entry.series ?? String(market)),
    size: size === null ? "" : formatSize((size - sizeBefore!) as never),
    "cash change": formatMoney(change as never),
    cash: formatMoney(cash as never),
    position: size === null ? "" : formatSize(size as never),
    "funding paid": funding === null ? "" : formatMoney(funding as never),
    "charges paid": charge === null ? "" : formatMoney(charge as never),
    "other side": other ?? "",
  };
}

/** What a lock will have cost: it reaches cash with the position's next change. */
function receiptLine({ time, lock, market, series, size, charge, tornUp }: Named<Row<typeof receipts>>): Line {
  return {
    time: iso(time),
    kind: "LOCK_RECEIPT",
    market: series ?? String(market),
    size: formatSize((size > 0n ? -tornUp : tornUp) as never),
    "charges paid": formatMoney(charge as never),
    "other side": `lock ${lock}`,
  };
}

const iso = (seconds: number): string => new Date(seconds * 1_000).toISOString();

function when({ time, block, tx }: { time: number; block: number; tx: string }): Line {
  return { time: iso(time), block: String(block), transaction: tx };
}

function textOf(line: Line): string {
  return COLUMNS.map((column) => {
    const value = line[column] ?? "";
    return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  }).join(",");
}
