// SPDX-License-Identifier: MIT
import { equityOf, gainOf, type Holder, type Policy, type Share, type Terms } from "./policy.js";

/**
 * Closes position by position, those in profit by the largest rank first, then the others; at the round's price. Who is
 * in default himself comes last, equal ranks in the order given.
 */
function queue(rank: (holder: Holder, terms: Terms) => number): Policy {
  return (holders, terms) => {
    const order = holders.map((holder, index) => {
      const solvent = equityOf(holder, terms) > 0;
      const tier = !solvent ? 2 : gainOf(holder, terms) > 0 ? 0 : 1;
      return { index, tier, rank: solvent ? rank(holder, terms) : 0 };
    });
    order.sort((a, b) => a.tier - b.tier || b.rank - a.rank);
    return closeInOrder(
      holders,
      terms,
      order.map(({ index }) => index),
    );
  };
}

/** Closes whole positions in an order until the quantity is reached; the last one in part. */
export function closeInOrder(holders: readonly Holder[], terms: Terms, order: readonly number[]): Share[] {
  const shares = holders.map(() => ({ closed: 0, haircut: 0 }));
  let left = terms.qty;
  for (const index of order) {
    if (left <= 0) break;
    const closed = Math.min(left, holders[index]!.size);
    shares[index] = { closed, haircut: haircutOf(closed, terms) };
    left -= closed;
  }
  return shares;
}

/** What closing at the round's price instead of the mark costs. */
export function haircutOf(closed: number, { sign, price, mark }: Terms): number {
  return sign * closed * (mark - price);
}

/**
 * As Hyperliquid documents its queue: (mark / entry) * (notional / account value) for longs; for shorts, whose gain
 * grows as the mark falls, (entry / mark). Users in profit only. Closed at the previous mark, which is the round's
 * price.
 */
export const production: Policy = queue((holder, terms) => {
  const ratio = terms.sign > 0 ? terms.mark / holder.entry : holder.entry / terms.mark;
  return (ratio * holder.size * terms.mark) / equityOf(holder, terms);
});

/** The largest gain per unit first: the order of our queue, but position by position and at the round's price. */
export const profit: Policy = queue((holder, terms) => gainOf(holder, terms) / holder.size);

/** The winner whose own bankruptcy price is nearest to the mark first: the riskiest by leverage alone. */
export const bankruptcyPrice: Policy = queue((holder, terms) => -equityOf(holder, terms) / (holder.size * terms.mark));
