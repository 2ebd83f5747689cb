// SPDX-License-Identifier: MIT
import { FIGURES, publishedMarks, rounds, SYMBOLS } from "../oct10/published.js";
import { LOT, population } from "../oct10/population.js";
import { assemble, SMALLEST_BUDGET, type PositionRow, type ReplayInput, type RoundRow } from "./input.js";

/**
 * 10 October 2025 with `accounts` traders drawn from the published quantiles, BTC and SOL. The published rounds are
 * scaled so that their quantity has the same share of all longs as it had that day; the drawn shorts grow with the
 * longs that default, so that the counterparty keeps the share of the largest account. A round too small for a small
 * population has the smallest budget that locks.
 */
export function synthetic(accounts: number, seed: number): ReplayInput {
  const { traders } = population(accounts, seed);
  const positions: PositionRow[] = [];
  const scaled: RoundRow[] = [];
  for (const asset of SYMBOLS) {
    const here = traders.filter(({ symbol }) => symbol === asset);
    const drawn = here.reduce((sum, { size }) => sum + Math.max(size, 0), 0);
    const own = rounds().filter(({ symbol }) => symbol === asset);
    const share = own.reduce((sum, { qty }) => sum + qty, 0) / FIGURES[asset].interest;
    const interest = drawn / (1 - share);
    for (const { symbol: _, qty, ...round } of own) {
      const min = Math.ceil((1.2 * SMALLEST_BUDGET) / round.gap / LOT[asset]);
      const size = Math.max(min, Math.round((qty * interest) / FIGURES[asset].interest / LOT[asset])) * LOT[asset];
      scaled.push({ ...round, asset, side: "long", qty: size });
    }
    here.forEach(({ size, entry, cash }, index) => {
      const growth = size < 0 ? 1 / (1 - share) : 1;
      const grown = Math.max(1, Math.round((Math.abs(size) * growth) / LOT[asset])) * LOT[asset];
      positions.push({
        account: `${asset}-${index}`,
        asset,
        side: size > 0 ? "long" : "short",
        size: grown,
        entry,
        margin: cash * Math.max(1, grown / Math.abs(size)),
      });
    });
  }
  const prices = publishedMarks().map(({ time, symbol, price }) => ({ time, asset: symbol, mark: price }));
  return assemble({ positions, prices, rounds: scaled, source: `synthetic, ${accounts} accounts, seed ${seed}` });
}
