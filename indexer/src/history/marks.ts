// SPDX-License-Identifier: MIT
import { samples, tickers } from "../../schema";
import { findOr, type Row } from "../rows/Rows";
import { stampTime, type Scene, type Told } from "../scene";
import { addMark } from "./candles";

/** A market whose mark a feed tells: mark = answer * 10^exponent. */
export interface FedMarket {
  readonly id: bigint;
  readonly symbol: string;
  readonly exponent: number;
}

export function noTicker(id: bigint): Row<typeof tickers> {
  return { id, symbol: null, mark: null, markTime: null, lastPrice: null, lastTime: null, listedAt: null };
}

/** A feed's new answer: the mark of its market, unless the source refuses it for another reason. */
export async function answered(told: Told, market: FedMarket, answer: bigint): Promise<void> {
  if (answer <= 0n) return; // no mark: the source calls it insane
  const mark = market.exponent < 0 ? answer / 10n ** BigInt(-market.exponent) : answer * 10n ** BigInt(market.exponent);
  const ticker = await findOr(told.rows, tickers, noTicker(market.id));
  const markTime = Number(told.at.timestamp);
  told.rows.put(tickers, { ...ticker, symbol: market.symbol, mark, markTime });
  await addMark(told, market.id, mark);
}

/** What a position's value at a mark depends on, and no position of it. */
const SAMPLED = ["funding", "fundingRate", "fundingTime", "chargeLong", "chargeShort"] as const;

/** A sample of every market whose funding or charges an event changed: fills, locks, pauses and settlements do. */
export async function recordSamples(scene: Scene): Promise<void> {
  for (const group of scene.part.groups.values()) {
    for (const market of Object.values(group.markets)) {
      const changed = new Set(scene.part.journal.keysOf<string>(market));
      if (!SAMPLED.some((name) => changed.has(name))) continue;
      const { id, funding, fundingRate: rate, openInterest, chargeLong, chargeShort } = market;
      const { mark } = await findOr(scene.rows, tickers, noTicker(id));
      const { tx: _, ...when } = stampTime(scene);
      const sample = { market: id, funding, rate, openInterest, chargeLong, chargeShort, mark };
      scene.rows.put(samples, { ...when, id: `${when.id}-${id}`, ...sample });
    }
  }
}
