// SPDX-License-Identifier: MIT
import type { AnyAction, Kind } from "../actions/Kind.js";

/** What an action uses in a group of one market or more, and where the figure is from. */
export interface Gas<A> {
  of(action: A, markets: number): number;
  /** Undefined of an allowance. test/keeper holds what was measured against bench/results. */
  readonly measured: Measured | undefined;
}

/** Gas of an action that may do more or less. */
export interface Growing<A> extends Gas<A> {
  /** The most that fits into `limit`. */
  max(limit: number, markets: number): number;
}

export type Measured = Row | Curve;

/** A row of gas.json. */
export interface Row {
  readonly op: string;
  readonly gas: number;
}

/**
 * base + each n + bend n^2 through a line of growth.json, as bench/fit.ts makes it: memory costs grow with the square.
 */
export interface Curve {
  readonly series: string;
  readonly line: string;
  readonly base: number;
  readonly each: number;
  readonly bend: number;
}

/** By how much gas may exceed the figures: busier markets, colder slots, hints that miss. */
const MARGIN = 1.25;

/** An allowance for each market of a group more than one, in an action that reads them all. */
const MARKET = 12_000;

/** Not measured: above what the parts of measured operations add up to. */
export function allowed(gas: number): Gas<unknown> {
  return { of: () => gas, measured: undefined };
}

/** The same of an action that may do more or less. */
export function allowedEach<A>(base: number, each: number, count: (action: A) => number): Growing<A> {
  return {
    of: (action) => base + each * count(action),
    measured: undefined,
    max: (limit, markets) => most((n) => withMargin(base + each * n, markets), limit),
  };
}

export function measured(op: string, gas: number): Gas<unknown> {
  return { of: () => gas, measured: { op, gas } };
}

/** `count`: how much the action does. `more`: an allowance on top of the curve. */
export function growing<A>(
  curve: Curve,
  count: (action: A) => number,
  more: (n: number, markets: number) => number = () => 0,
): Growing<A> {
  const at = (n: number, markets: number) => curve.base + curve.each * n + curve.bend * n * n + more(n, markets);
  return {
    of: (action, markets) => at(count(action), markets),
    measured: curve,
    max: (limit, markets) => most((n) => withMargin(at(n, markets), markets), limit),
  };
}

/** What an action may use, in a group of `markets`. */
export function gasOf<A extends AnyAction>(kind: Pick<Kind<A>, "gas">, action: A, markets: number): number {
  return Math.ceil(withMargin(kind.gas.of(action, markets), markets));
}

function withMargin(gas: number, markets: number): number {
  return MARGIN * (gas + MARKET * (markets - 1));
}

function most(cost: (n: number) => number, limit: number): number {
  let [low, high] = [0, 1_000_000];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (cost(middle) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
