// SPDX-License-Identifier: MIT
import { candles } from "../../schema";
import type { Row } from "../rows/Rows";
import type { Told } from "../scene";

/** A minute to a day, seconds. */
export const INTERVALS = [60, 300, 900, 3_600, 14_400, 86_400] as const;

export type CandleKind = "MARK" | "TRADE";

export interface Trade {
  readonly price: bigint;
  /** Size and notional, and the fees of both sides. */
  readonly base: bigint;
  readonly quote: bigint;
  readonly fees: bigint;
}

export function addTrade(told: Told, market: bigint, trade: Trade): Promise<void> {
  return add(told, market, "TRADE", trade);
}

export function addMark(told: Told, market: bigint, price: bigint): Promise<void> {
  return add(told, market, "MARK", { price, base: 0n, quote: 0n, fees: 0n });
}

async function add(
  { rows, at }: Told,
  market: bigint,
  kind: CandleKind,
  { price, base, quote, fees }: Trade,
): Promise<void> {
  const time = Number(at.timestamp);
  for (const seconds of INTERVALS) {
    const start = time - (time % seconds);
    const id = `${market}-${kind}-${seconds}-${start}`;
    const before = await rows.find(candles, id);
    const ends = { open: price, high: price, low: price, close: price };
    const fresh = { id, market, kind, seconds, start, ...ends, count: 1, base, quote, fees };
    rows.put(candles, before === undefined ? fresh : joined(before, fresh));
  }
}

function joined(before: Row<typeof candles>, next: Row<typeof candles>): Row<typeof candles> {
  return {
    ...before,
    high: next.high > before.high ? next.high : before.high,
    low: next.low < before.low ? next.low : before.low,
    close: next.close,
    count: before.count + 1,
    base: before.base + next.base,
    quote: before.quote + next.quote,
    fees: before.fees + next.fees,
  };
}
