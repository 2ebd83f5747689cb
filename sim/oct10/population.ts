// SPDX-License-Identifier: MIT
import { FIGURES, publishedMarks, SYMBOLS, type Symbol } from "./published.js";
import { seeded, type Random } from "../../tools/random.js";
import { draw } from "./draw.js";

/** A trader before the crash. Sizes are whole lots, so that no part of a fill is too small. */
export interface Trader {
  symbol: Symbol;
  /** Base, negative for shorts. */
  size: number;
  /** The mark at which he opened, one of `history`. */
  entry: number;
  /** Cash to deposit, quote. */
  cash: number;
}

/** Everybody but the market maker, who is everybody's counterparty and so holds the opposite of all. */
export interface Population {
  traders: Trader[];
  /** Marks before the crash, each within a gap threshold of the one before; the last is the first of the crash. */
  history: Record<Symbol, number[]>;
}

/** The smallest trade: about 50 quote of BTC, 20 of SOL. */
export const LOT: Record<Symbol, number> = { BTC: 0.0005, SOL: 0.1 };

const MAX_LEVERAGE = 18; // initial margin is 5%: a little less than the most
const MAINTENANCE = 0.03;
const STEP = 0.018; // below the gap threshold of 2%

/** `accounts` traders drawn from the published quantiles. */
export function population(accounts: number, seed: number): Population {
  const random = seeded(seed);
  const everybody = SYMBOLS.reduce((sum, symbol) => sum + FIGURES[symbol].longs + FIGURES[symbol].shorts, 0);
  const traders: Trader[] = [];
  const history = {} as Record<Symbol, number[]>;
  for (const symbol of SYMBOLS) {
    const figures = FIGURES[symbol];
    const scale = accounts / everybody;
    const prices = publishedMarks().filter((mark) => mark.symbol === symbol);
    const start = prices[0]!.price;
    const drop = 1 - Math.min(...prices.map(({ price }) => price)) / start;

    const longs = Array.from({ length: Math.round(figures.longs * scale) }, () => long(random, symbol, start, drop));
    const shorts = Array.from({ length: Math.round(figures.shorts * scale) }, () => short(random, symbol, start));
    // The rest of the shorts is the largest account's.
    const share = ((1 - figures.largest) * total(longs)) / -total(shorts);
    for (const trader of shorts) trader.size = -lots(symbol, -trader.size * share);

    history[symbol] = walk(start, Math.max(...shorts.map(({ entry }) => entry)));
    for (const trader of [...longs, ...shorts]) traders.push(funded(trader, history[symbol], start));
  }
  return { traders, history };
}

type Draft = Omit<Trader, "cash"> & { leverage: number };

/**
 * Leverage of longs is not published; that of deleveraged accounts is taken, given that the crash liquidates them or
 * not.
 */
function long(random: Random, symbol: Symbol, start: number, drop: number): Draft {
  const figures = FIGURES[symbol];
  const critical = 1 / (drop + MAINTENANCE);
  const entry = start * (1 + 0.05 * random());
  if (random() < figures.liquidated / (figures.liquidated + figures.survived)) {
    const leverage = leverageWithin(random, symbol, critical, MAX_LEVERAGE);
    // Who is liquidated loses about his margin.
    return { symbol, size: lots(symbol, (draw(random, figures.loss) * leverage) / start), entry, leverage };
  }
  const size = lots(symbol, draw(random, figures.longSize));
  return { symbol, size, entry, leverage: leverageWithin(random, symbol, 1, critical) };
}

function short(random: Random, symbol: Symbol, start: number): Draft {
  const figures = FIGURES[symbol];
  const entry = Math.max(start, figures.execution * (1 + draw(random, figures.gain)));
  const size = -lots(symbol, draw(random, figures.shortSize));
  return { symbol, size, entry, leverage: leverageWithin(random, symbol, 1, MAX_LEVERAGE) };
}

/** A published leverage between two bounds: drawn until it is, the nearer bound at the last. */
function leverageWithin(random: Random, symbol: Symbol, low: number, high: number): number {
  let leverage = 0;
  for (let tries = 0; tries < 20; ++tries) {
    leverage = draw(random, FIGURES[symbol].leverage);
    if (leverage >= low && leverage <= high) return leverage;
  }
  return Math.min(Math.max(leverage, low), high);
}

/** Cash such that the trader has his leverage when the crash begins, and initial margin when he opens. */
function funded({ leverage, ...draft }: Draft, history: number[], start: number): Trader {
  const entry = history.reduce((best, price) =>
    Math.abs(price - draft.entry) < Math.abs(best - draft.entry) ? price : best,
  );
  const notional = Math.abs(draft.size);
  const gain = draft.size * (start - entry);
  const cash = Math.max((notional * start) / leverage - gain, (notional * entry) / MAX_LEVERAGE);
  return { ...draft, entry, cash: Math.ceil(cash * 100) / 100 };
}

/** Marks from `high` down to `start`. */
function walk(start: number, high: number): number[] {
  const list = [start];
  while (list[0]! < high) list.unshift(Math.round(list[0]! * (1 + STEP) * 100) / 100);
  return list;
}

function lots(symbol: Symbol, size: number): number {
  return Math.max(1, Math.round(size / LOT[symbol])) * LOT[symbol];
}

function total(traders: Draft[]): number {
  return traders.reduce((sum, { size }) => sum + size, 0);
}
