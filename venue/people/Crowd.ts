// SPDX-License-Identifier: MIT
import type { Wallet } from "ethers";
import type { DeployedMarket } from "../../sdk/deployment.js";
import { accountOf, type AccountId, type Address } from "../../sdk/order.js";
import { seeded, type Random } from "../../tools/random.js";
import { traderKey } from "./keys.js";

/** Somebody who trades one market from one account. */
export interface Person {
  readonly name: string;
  readonly wallet: Wallet;
  readonly account: AccountId;
  readonly market: DeployedMarket;
  /** Deposited at the beginning, quote. */
  readonly cash: number;
}

/** Rests orders on both sides of the mark. */
export interface Maker extends Person {
  /** Half of the first spread, of the mark. */
  readonly spread: number;
}

/** Takes. */
export interface Taker extends Person {
  /** Notional over equity that he goes to, with the sign of the side that he likes. */
  readonly leverage: number;
}

export interface Crowd {
  readonly makers: readonly Maker[];
  readonly takers: readonly Taker[];
}

const MAKERS = 3; // a market
const MAKER_CASH = 2_000_000;
const SPREADS = [0.0005, 0.001, 0.002];
const LONGS = 0.7; // as many of them as before the crash of October
const MAX_LEVERAGE = 17; // initial margin is 5%

/** The same people for a seed: `many` takers, shared out over the markets, and makers for each. */
export function crowdOf(seed: number, many: number, markets: readonly DeployedMarket[]): Crowd {
  const random = seeded(seed);
  const person = (name: string, market: DeployedMarket, cash: number): Person => {
    const wallet = traderKey(seed, name);
    return { name, wallet, account: accountOf(wallet.address as Address, 0), market, cash };
  };
  const makers = markets.flatMap((market) =>
    Array.from({ length: MAKERS }, (_, index) => ({
      ...person(`maker ${market.symbol} ${index}`, market, MAKER_CASH),
      spread: SPREADS[index % SPREADS.length]!,
    })),
  );
  const takers = Array.from({ length: many }, (_, index) => {
    const market = markets[index % markets.length]!;
    const leverage = (2 + (MAX_LEVERAGE - 2) * random()) * (random() < LONGS ? 1 : -1);
    return { ...person(`taker ${index}`, market, cashOf(random)), leverage };
  });
  return { makers, takers };
}

/** Most have little, few have much. */
function cashOf(random: Random): number {
  return Math.round(1_000 * Math.exp(4 * random()));
}
