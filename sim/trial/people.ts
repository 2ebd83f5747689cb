// SPDX-License-Identifier: MIT
import { population } from "../oct10/population.js";
import { member, type Member } from "../venue/orders.js";

export const MARKETS = ["BTC", "SOL", "ETH"] as const;
export type MarketName = (typeof MARKETS)[number];
export const START_PRICE: Record<MarketName, number> = { BTC: 112_000, SOL: 185, ETH: 4_000 };

/** Somebody with an account: what he holds when the trial begins. */
export interface Person {
  market: MarketName;
  /**
   * Whose account it is in a group of its own; in a group of three every third shares the account of the one before.
   */
  wallet: number;
  /** 1e-9 base, negative for shorts. */
  size: bigint;
  /** Quote. */
  cash: number;
}

/**
 * The sizes and the leverage of the crash of 10 October; nothing is published of a third market, which is drawn as
 * bitcoin's.
 */
export function people(accounts: number, seed: number, shared: boolean): Person[] {
  const first = population(Math.ceil((accounts * 2) / 3) + 20, seed);
  const second = population(Math.ceil((accounts * 2) / 3) + 20, seed + 1);
  const drawn = [
    ...first.traders.map((trader) => ({ ...trader, market: trader.symbol as MarketName, unit: 1 })),
    ...second.traders
      .filter(({ symbol }) => symbol === "BTC")
      .map((trader) => ({ ...trader, market: "ETH" as const, unit: START_PRICE.ETH / START_PRICE.BTC })),
  ];
  // Interleaved, so that every count has all three markets.
  const step = drawn.length / accounts;
  return Array.from({ length: accounts }, (_, index): Person => {
    const { market, size, entry, cash, symbol, unit } = drawn[Math.floor(index * step)]!;
    const start = first.history[symbol].at(-1)!;
    const own = cash + size * (start - entry); // what he is worth when the crash begins
    return {
      market,
      wallet: shared && index % 3 === 2 ? index - 1 : index,
      size: BigInt(Math.round((size / unit) * 1e6)) * 1_000n,
      // A loser at entry would be below initial margin: he opens at the start's price.
      cash: Math.max(own, (Math.abs(size) * start) / 18.5),
    };
  });
}

export function trader(seed: number, person: number): Member {
  return member(`novation trial ${seed} ${person}`);
}
