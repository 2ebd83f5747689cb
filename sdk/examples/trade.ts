// SPDX-License-Identifier: MIT
import { NO_NODE, price, saltOf, sequenceAt, size, type MarketId } from "../index.js";
import { Refused, type NovationClient } from "../client/index.js";

/** Two traders: one signs a maker order, the other takes it, looks at the position, and both end with what is theirs. */
export async function trade(maker: NovationClient, taker: NovationClient, market: MarketId): Promise<string[]> {
  await maker.deposit(20_000_000_000n); // 20,000 of a token with 6 decimals
  await taker.deposit(5_000_000_000n);

  const { mark } = await taker.market(market);
  const expiry = BigInt(Math.floor(Date.now() / 1_000)) + 315_360_000n;
  const wish = { market, size: size(-100_000_000n), limit: price(mark), expiry, taker: false }; // sells 0.1
  const order = await maker.signOrder({ ...wish, salt: saltOf(sequenceAt(Date.now()), 0n) });

  // Anybody who has the order can take it: here the taker buys 0.06 of it, at a fee of at most 0.1% and before the order expires.
  const limits = { maxFee: 1_000n, deadline: expiry };
  const { events } = await taker.fillOrder(order, size(60_000_000n), 0, NO_NODE, limits);
  const told: string[] = events.map(({ kind }) => kind);

  const { positions, health } = await taker.account();
  told.push(`${positions[0]!.size} long, equity ${health.equity}, liquidated at ${positions[0]!.liquidationMark}`);

  // What is left of the order is taken back.
  await maker.cancel(order.order);
  try {
    await taker.fillOrder(order, size(40_000_000n));
  } catch (failure) {
    if (!(failure instanceof Refused)) throw failure;
    told.push(failure.message); // OrderCancelledOrFilled: ... Sign one with a higher sequence.
  }

  await taker.withdraw(1_000_000_000n);
  return told;
}
