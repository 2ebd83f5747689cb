// SPDX-License-Identifier: MIT
import { grown } from "./grown.js";
import { SIZES } from "./Judge.js";

/** Weights are told apart by this much. */
const WIDTH = 1 / 8;
const DIGITS = 8;
/** Digits of a market in a cohort's code: no position, or a side and a weight. */
const BASE = 1 + 2 * DIGITS;

/** What an odometer adds for roundings, of the largest step: weights are made of floats, each good to 2^-24. */
const SLACK = 2 ** -19;

const FIRST_LENGTH = 64;

/** The place of a side in a list of steps. */
export function placeOf(market: number, longs: boolean): number {
  return 2 * market + (longs ? 0 : 1);
}

/**
 * Accounts that hold the same sides of the same markets in about the same proportions move alike. Each such cohort has
 * an odometer: how much of their exposure they may have lost.
 *
 * An account's weights are `w = |q| * n / W`, with n a scale for each market and `W = sum of |q| * n`, its exposure. A
 * cohort is all accounts with each weight in a given eighth. When burdens change by dB, one of them loses
 * `W * sum of w * dB / n`. Its odometer adds the maximum of that sum over all weights that the cohort may have.
 */
export class Cohorts {
  /** By number; see GroupScan. */
  odometers = new Float64Array(FIRST_LENGTH);
  /** How many cohorts there are. */
  end = 0;
  /** By code. */
  private readonly numbers = new Map<number, number>();
  /** Least weights by number and place; below zero where nothing is held. And what is left for their sum to be 1. */
  private lows: Float64Array<ArrayBuffer>;
  private rests = new Float64Array(FIRST_LENGTH);
  private readonly order: number[];

  constructor(private readonly markets: number) {
    this.lows = new Float64Array(FIRST_LENGTH * 2 * markets);
    this.order = Array.from({ length: 2 * markets }, (_, place) => place);
  }

  /** Forgets all cohorts: scales have changed. */
  clear(): void {
    this.numbers.clear();
    this.end = 0;
  }

  /** W of the account whose row begins at `at`. */
  exposureOf(rows: Float32Array, at: number, scales: Float64Array): number {
    let exposure = 0;
    for (let i = 0; i < this.markets; ++i) exposure += Math.abs(rows[at + SIZES + i]!) * scales[i]!;
    return exposure;
  }

  /** The cohort of the account whose row begins at `at`; a new one if there is none. */
  of(rows: Float32Array, at: number, scales: Float64Array, exposure: number): number {
    const { markets } = this;
    let code = 0;
    for (let i = markets - 1; i >= 0; --i) {
      const held = rows[at + SIZES + i]!;
      const weight = (Math.abs(held) * scales[i]!) / exposure;
      const digit = Math.min(DIGITS - 1, Math.floor(weight / WIDTH));
      code = code * BASE + (held === 0 ? 0 : 1 + digit + (held > 0 ? 0 : DIGITS));
    }
    return this.numbers.get(code) ?? this.create(code);
  }

  /**
   * Adds to `odometers` what burdens have risen by. `steps`: by place, as a share of the market's scale. Cohorts
   * without `members` are left out.
   */
  advance(odometers: Float64Array, steps: Float64Array, members: Int32Array): void {
    const { order, lows, rests } = this;
    order.sort((a, b) => steps[b]! - steps[a]!);
    const slack = SLACK * Math.max(Math.abs(steps[order[0]!]!), Math.abs(steps[order.at(-1)!]!));
    if (slack === 0) return;
    for (let number = 0; number < this.end; ++number) {
      if (members[number] === 0) continue;
      const from = number * order.length;
      let [rest, most] = [rests[number]!, slack];
      for (const place of order) {
        const low = lows[from + place]!;
        if (low < 0) continue;
        const more = Math.min(rest, WIDTH);
        rest -= more;
        most += (low + more) * steps[place]!;
      }
      const after = odometers[number]! + most;
      odometers[number] = after + Math.abs(after) * LAST_BIT;
    }
  }

  private create(code: number): number {
    if (this.end === this.rests.length) this.grow(2 * this.end);
    const number = this.end++;
    const from = number * 2 * this.markets;
    this.lows.fill(-1, from, from + 2 * this.markets);
    let rest = 1;
    for (let i = 0, left = code; i < this.markets; ++i, left = Math.floor(left / BASE)) {
      const digit = (left % BASE) - 1;
      if (digit < 0) continue;
      const low = (digit % DIGITS) * WIDTH;
      this.lows[from + placeOf(i, digit < DIGITS)] = low;
      rest -= low;
    }
    this.rests[number] = rest;
    this.odometers[number] = 0;
    this.numbers.set(code, number);
    return number;
  }

  private grow(length: number): void {
    this.odometers = grown(this.odometers, length);
    this.rests = grown(this.rests, length);
    this.lows = grown(this.lows, length * 2 * this.markets);
  }
}

/** More than the last bit of a double. */
export const LAST_BIT = 2 ** -50;
