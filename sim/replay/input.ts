// SPDX-License-Identifier: MIT

export type Side = "long" | "short";

/** +1 for longs, -1 for shorts. */
export function signOf(side: Side): 1 | -1 {
  return side === "long" ? 1 : -1;
}

export function opposite(side: Side): Side {
  return side === "long" ? "short" : "long";
}

/** A position to open: size in base, positive; margin is the cash behind it when it is opened, quote. */
export interface PositionRow {
  account: string;
  asset: string;
  side: Side;
  size: number;
  entry: number;
  margin: number;
}

/** A mark at a time, Unix seconds. */
export interface PriceRow {
  time: number;
  asset: string;
  mark: number;
}

/** A deleveraging round: positions of `side` in default, `qty` in all, bankrupt at `price`, the mark being `gap` beyond it. */
export interface RoundRow {
  time: number;
  asset: string;
  side: Side;
  price: number;
  qty: number;
  gap: number;
  /** Rounds of one wave are one burst of deleveraging; without the column each round is a wave of its own. */
  wave: number;
}

/** What is replayed. Prices and rounds are in order of time. */
export interface ReplayInput {
  assets: string[];
  positions: PositionRow[];
  prices: PriceRow[];
  rounds: RoundRow[];
  /** Where it comes from, for the report. */
  source: string;
}

/** The mark after a round's jump. */
export function markOf(round: RoundRow): number {
  return round.price - signOf(round.side) * round.gap;
}

/** The smallest default that locks, and the smallest trade, quote. */
export const SMALLEST_BUDGET = 1;
export const SMALLEST_TRADE = 10.05;

/** Rows that cannot be used together. */
export class InputError extends Error {}

/** Checks what only shows when all files are read, and orders by time. */
export function assemble(input: Omit<ReplayInput, "assets">): ReplayInput {
  const assets = [...new Set(input.positions.map(({ asset }) => asset))].sort();
  if (assets.length === 0) throw new InputError("there are no positions");
  const prices = [...input.prices].sort((a, b) => a.time - b.time);
  for (const asset of assets) {
    if (!prices.some((row) => row.asset === asset)) {
      throw new InputError(`there are positions in ${asset}, but the prices have no mark of it`);
    }
  }
  const stray = input.rounds.find(({ asset }) => !assets.includes(asset));
  if (stray) throw new InputError(`there is a round of ${stray.asset}, but nobody has a position in it`);
  for (const round of input.rounds) {
    const name = `the round of ${round.asset} at ${new Date(round.time * 1000).toISOString()}`;
    if (markOf(round) <= 0) throw new InputError(`${name} has a gap as large as its price`);
    const budget = round.qty * round.gap;
    if (budget < SMALLEST_BUDGET || round.qty * round.price < SMALLEST_TRADE) {
      throw new InputError(
        `${name} is too small: ${round.qty} at ${round.price} with a gap of ${round.gap} is worth ${round.qty * round.price} and needs ${budget}; the contracts take trades from ${SMALLEST_TRADE} and defaults from ${SMALLEST_BUDGET} quote`,
      );
    }
  }
  const rounds = [...input.rounds].sort((a, b) => a.time - b.time);
  return { ...input, assets, prices: prices.filter(({ asset }) => assets.includes(asset)), rounds };
}
