// SPDX-License-Identifier: MIT
import { fills, orders, tickers } from "../../schema";
import { abs, ceilDiv } from "../../../sdk/arithmetic";
import type { AccountId } from "../../../sdk/order";
import { PRICE_UNIT } from "../../../sdk/units";
import { findOr } from "../rows/Rows";
import { stamp, type Scene, type Told } from "../scene";
import { addTrade } from "./candles";
import { addFee } from "./lifecycle";
import { noTicker } from "./marks";

/** A fill: its row, the maker's order, both fees, the candles of trades. */
export async function traded(scene: Scene<"Traded">): Promise<void> {
  const { rows, event } = scene;
  const { market, taker, maker, takerSize, price, takerFee, makerFee, makerSalt, makerFilled } = event;
  const notional = ceilDiv(abs(takerSize) * price, PRICE_UNIT);
  const row = { market, taker, maker, size: takerSize, price, notional, takerFee, makerFee, makerSalt };
  rows.put(fills, { ...stamp(scene), ...row });
  await addFee(rows, taker, market, takerFee, true);
  await addFee(rows, maker, market, makerFee, false);
  await setOrder(scene, maker, makerSalt, { state: "FILLED", filled: makerFilled, market });
  await addTrade(scene, market, { price, base: abs(takerSize), quote: notional, fees: takerFee + makerFee });
  const ticker = await findOr(rows, tickers, noTicker(market));
  rows.put(tickers, { ...ticker, lastPrice: price, lastTime: Number(scene.at.timestamp) });
}

/** The end of a match: the taker's order, if he had one. */
export async function matched(scene: Scene<"Matched">): Promise<void> {
  const { taker, salt, filled } = scene.event;
  if (filled !== 0n) await setOrder(scene, taker, salt, { state: "FILLED", filled });
}

export function orderCancelled(scene: Scene<"OrderCancelled">): Promise<void> {
  return setOrder(scene, scene.event.account, scene.event.salt, { state: "CANCELLED" });
}

/** An order that was passed over: it may be filled later. */
export function orderSkipped(scene: Scene<"OrderSkipped">): Promise<void> {
  const { account, salt, reason } = scene.event;
  return setOrder(scene, account, salt, { state: "SKIPPED", reason });
}

interface OrderChange {
  state: "FILLED" | "CANCELLED" | "SKIPPED";
  filled?: bigint;
  market?: bigint;
  reason?: `0x${string}`;
}

async function setOrder(told: Told, account: AccountId, salt: bigint, change: OrderChange): Promise<void> {
  const { id: _, block: __, ...when } = stamp(told);
  const id = `${account}-${salt}`;
  const named = { sequence: salt >> 16n, lane: salt & 0xffffn, market: null, reason: null };
  const none = { id, account, salt, ...named, filled: 0n, fills: 0, state: change.state, ...when };
  const before = await findOr(told.rows, orders, none);
  const fills = before.fills + (change.state === "FILLED" ? 1 : 0);
  told.rows.put(orders, { ...before, reason: null, ...change, ...when, fills });
}
