// SPDX-License-Identifier: MIT
import { formatFixed, formatMoney, formatPrice, previewTrade, type MarketId, type Price, type Size } from "../index.js";
import { Refused, type NovationClient } from "../viem/index.js";

/** What a ticket shows before the wallet is asked, for a trade of `size` at `price`: one block's views, then pure. */
export async function ticket(client: NovationClient, market: MarketId, size: Size, price: Price): Promise<string[]> {
  const at = { blockNumber: await client.blockNumber() };
  const account = await client.accountView(client.accountId(), at);
  const held = account.positions.map((position) => position.market);
  const markets = await Promise.all([...new Set([...held, market])].map((id) => client.market(id, at)));
  const queue = await client.queue(market, size > 0n, 100, undefined, at);
  const after = previewTrade({ account, markets, market, fills: [{ size, price }], queue });
  if (after.refusal !== undefined) return [after.refusal.sentence];
  return [
    `fee ${formatMoney(after.fee)}, equity ${formatMoney(after.equity)}, needs ${formatMoney(after.required)}`,
    `liquidated at ${after.liquidationMark === undefined ? "no mark" : formatPrice(after.liquidationMark)}`,
    `leverage ${formatFixed(after.leverage ?? 0n, 6, 2, "up")}, ${after.place?.levels ?? 0} levels ahead in the queue`,
  ];
}

/** A refusal in words, with what to do about it. */
export function saying(failure: unknown): string {
  return failure instanceof Refused ? `${failure.error.sentence} [${failure.error.advice}]` : String(failure);
}
