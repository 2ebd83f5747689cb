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

/** A market's rate and open interest after a fill. */
export async function sampleFunding(scene: Scene<"Matched">): Promise<void> {
  const { market, funding, ratePerSecond: rate, openInterest } = scene.event;
  const ticker = await findOr(scene.rows, tickers, noTicker(market));
  const sample = { market, funding, rate, openInterest, mark: ticker.mark };
  const { tx: _, ...when } = stampTime(scene);
  scene.rows.put(samples, { ...when, ...sample });
}
