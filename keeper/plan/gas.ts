// SPDX-License-Identifier: MIT
import type { Action } from "./Action.js";

interface Curve {
  readonly base: number;
  readonly each: number;
  /** Memory costs grow with the square of what is used. */
  readonly bend: number;
}

/** What was measured (docs/gas.md); test/keeper holds each figure against bench/results. */
export const MEASURED = {
  /** gas.json */
  liquidateToAccount: 152_002,
  fillOrder: 171_856,
  /** Curves through growth.json, as bench/fit.ts makes them. */
  absorb: { base: 59_300, each: 15_539, bend: 18.04 },
  steps: { base: 188_654, each: 16_540, bend: 0.1953 },
  fills: { base: 130_005, each: 49_522, bend: 6.247 },
} as const;

/** Not measured: allowances, above what the parts of measured operations add up to. */
const ALLOWED = {
  poke: 150_000,
  marginCall: 90_000,
  liquidateToVault: 260_000,
  buyInventory: 220_000,
  processBatch: 400_000,
  /** A lock on top of an absorb. */
  lock: 150_000,
  /** Each market of a group more than one, in an action that reads them all. */
  market: 12_000,
  /** An account that is absorbed, for each of its legs more than one. */
  leg: 12_000,
} as const;

/** By how much gas may exceed the figures: busier markets, colder slots, hints that miss. */
const MARGIN = 1.25;

/** What an action may use, in a group of `markets`. */
export function gasOf(action: Action, markets: number): number {
  return Math.ceil(MARGIN * (plainGas(action, markets) + ALLOWED.market * (markets - 1)));
}

/** The most accounts in one absorb within `gas`. */
export function maxAbsorbed(gas: number, markets: number): number {
  return max((n) => MARGIN * (absorbGas(n, markets) + ALLOWED.market * (markets - 1)), gas);
}

/** The most steps of one deleverage within `gas`. */
export function maxSteps(gas: number, markets: number): number {
  return max((n) => MARGIN * (at(MEASURED.steps, n) + ALLOWED.market * (markets - 1)), gas);
}

function plainGas(action: Action, markets: number): number {
  switch (action.kind) {
    case "poke":
      return ALLOWED.poke;
    case "absorb":
      return absorbGas(action.accounts.length, markets);
    case "deleverage":
      return at(MEASURED.steps, Number(action.steps));
    case "marginCall":
      return ALLOWED.marginCall;
    case "liquidate":
      return at(MEASURED.fills, action.fills.length);
    case "liquidateToAccount":
      return MEASURED.liquidateToAccount;
    case "liquidateToVault":
      return ALLOWED.liquidateToVault;
    case "buyInventory":
      return ALLOWED.buyInventory;
    case "fillOrder":
      return MEASURED.fillOrder;
    case "processBatch":
      return ALLOWED.processBatch;
  }
}

function absorbGas(accounts: number, markets: number): number {
  return ALLOWED.lock + at(MEASURED.absorb, accounts) + accounts * (markets - 1) * ALLOWED.leg;
}

function at({ base, each, bend }: Curve, n: number): number {
  return base + each * n + bend * n * n;
}

function max(cost: (n: number) => number, gas: number): number {
  let [low, high] = [0, 1_000_000];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (cost(middle) <= gas) low = middle;
    else high = middle - 1;
  }
  return low;
}
