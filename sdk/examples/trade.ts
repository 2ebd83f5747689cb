// SPDX-License-Identifier: MIT
import { NO_NODE, USE, formatMoney, formatPrice, formatSize, money, parseSize, parseTokens, price } from "../index.js";
import { size, type MarketId } from "../index.js";
import { Refused, type NovationClient } from "../client/index.js";

/**
 * Two traders: one signs a maker order, the other takes it, looks at the position, and both end with what is theirs.
 */
export async function trade(maker: NovationClient, taker: NovationClient, market: MarketId): Promise<string[]> {
  await maker.deposit(parseTokens("20000", 6)); // of a token with 6 decimals
  await taker.deposit(parseTokens("5000", 6));

  const { mark } = await taker.market(market);
  const expiry = BigInt(Math.floor(Date.now() / 1_000)) + 315_360_000n;
  const wish = { market, size: parseSize("-0.1"), limit: price(mark), expiry, use: USE.MAKER }; // sells
  const order = await maker.signOrder(wish); // its salt: by the clock

  // Anybody who has the order can take it: here the taker buys 0.06 of it, at a fee of at most 0.1% until the order
  // expires.
  const limits = { maxFee: 1_000n, deadline: expiry };
  const { events } = await taker.fillOrder(order, parseSize("0.06"), 0, NO_NODE, limits);
  const told: string[] = events.map(({ kind }) => kind);

  const { positions, health } = await taker.account();
  const position = positions[0]!;
  told.push(`${formatSize(size(position.size))} long, equity ${formatMoney(money(health.equity))}`);
  told.push(`liquidated at ${formatPrice(price(position.liquidationMark))}`);

  // What is left of the order is taken back.
  await maker.cancel(order.order);
  try {
    await taker.fillOrder(order, parseSize("0.04"));
  } catch (failure) {
    if (!(failure instanceof Refused)) throw failure;
    told.push(failure.message); // OrderCancelledOrFilled: ... Sign one with a higher sequence.
  }

  await taker.withdraw(parseTokens("1000", 6));
  return told;
}
