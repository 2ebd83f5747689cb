// SPDX-License-Identifier: MIT
import type { Random } from "../../tools/random.js";
import { equityOf, gainOf, neededOf, type Policy } from "./policy.js";
import { closeInOrder, haircutOf } from "./queues.js";

/** The same share of every position of the side, winners or not, closed at the round's price. */
export const wholeSide: Policy = (holders, terms) => {
  const total = holders.reduce((sum, { size }) => sum + size, 0);
  const share = total === 0 ? 0 : Math.min(1, terms.qty / total);
  return holders.map(({ size }) => {
    const closed = size * share;
    return { closed, haircut: haircutOf(closed, terms) };
  });
};

/**
 * Counterparties in a random order, winners or not, each closed in full at the bankruptcy price, as dYdX v4 offsets.
 */
export function randomOrder(random: Random): Policy {
  return (holders, terms) => {
    const order = holders.map((_, index) => index);
    for (let i = order.length - 1; i > 0; --i) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return closeInOrder(holders, terms, order);
  };
}

/**
 * The benchmark of the literature: nothing is closed, and the budget is taken in proportion to what each winner has to
 * give, the smaller of his gain and his equity. It leaves the defaulters' positions open, so it is no policy that a
 * venue could run alone.
 */
export const wealthProRata: Policy = (holders, terms) => {
  const wealth = holders.map((holder) => Math.max(0, Math.min(gainOf(holder, terms), equityOf(holder, terms))));
  const total = wealth.reduce((sum, each) => sum + each, 0);
  const share = total === 0 ? 0 : Math.min(1, neededOf(terms) / total);
  return wealth.map((each) => ({ closed: 0, haircut: each * share }));
};
