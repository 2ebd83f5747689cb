// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { network } from "hardhat";
import { black76 } from "../../sdk/reference/options/black76.js";
import { DIGITS, ONE, div, exp, fixed, mul, sqrt } from "../../sdk/reference/options/fixed.js";
import type { Black76Bench } from "../../types/ethers-contracts/index.js";
import { PUBLISHED, type Published } from "./published.js";

const UNIT = 10n ** 18n;
const [MIN_MARK, MAX_MARK] = [10n ** 6n, 10n ** 24n];
const CONTRACT_DIGITS = 96n;
/** What a price is held to: of the forward; and of the price itself, where it exceeds 1e-9 of the forward. */
const [ABSOLUTE, RELATIVE] = [4e-14, 1e-9];
const BATCH = 400;

interface Terms {
  forward: bigint;
  strike: bigint;
  deviation: bigint;
  isCall: boolean;
}

const toContract = (x: bigint): bigint => x >> (DIGITS - CONTRACT_DIGITS);
const deviationOf = (volatility: string, years: bigint): bigint => toContract(mul(fixed(volatility), sqrt(years)));

/** Exact, in units of 1e-18 with the reference's digits after the point. */
const exactly = (terms: Terms): bigint =>
  black76({
    forward: terms.forward << DIGITS,
    strike: terms.strike << DIGITS,
    deviation: terms.deviation << (DIGITS - CONTRACT_DIGITS),
    isCall: terms.isCall,
  });

/** A quotient of integers as a number: for errors only. */
const ratio = (a: bigint, b: bigint): number => Number((a << 200n) / b) / 2 ** 200;
const abs = (x: bigint): bigint => (x < 0n ? -x : x);

describe("Black-76", () => {
  let bench: Black76Bench;
  before(async () => {
    const { ethers } = await network.create();
    bench = (await ethers.deployContract("Black76Bench")) as unknown as Black76Bench;
  });

  async function pricesOf(terms: readonly Terms[]): Promise<bigint[]> {
    const prices: bigint[] = [];
    for (let i = 0; i < terms.length; i += BATCH) prices.push(...(await bench.prices(terms.slice(i, i + BATCH))));
    return prices;
  }

  it("gives what textbooks, tools and another venue published", async () => {
    for (const example of PUBLISHED) {
      const { terms, discount } = termsOf(example);
      const [price] = await pricesOf([terms]);
      const value = mul(price! << DIGITS, discount) / UNIT;
      const places = example.value.split(".")[1]!.length;
      // A unit of the last published place, or the price's own bound where more places were published.
      const bound = Math.max(1.01 * 10 ** -places, ABSOLUTE * Number(example.strike));
      expect(ratio(abs(value - fixed(example.value)), ONE), example.source).lt(bound);
    }
  });

  it("is within 4e-14 of the forward, and 1e-9 of itself, from a minute to a year, 5% to 400%, ten deviations", async () => {
    const forward = 60_000n * UNIT;
    const years = [ONE / 525_600n, ...["0.0027397", "0.0191781", "0.0821918", "0.25", "0.5", "1"].map(fixed)];
    const terms: Terms[] = [];
    for (const each of years) {
      for (const volatility of ["0.05", "0.1", "0.25", "0.5", "0.8", "1.2", "2", "4"]) {
        const deviation = deviationOf(volatility, each);
        const exact = deviation << (DIGITS - CONTRACT_DIGITS);
        for (let quarters = -40n; quarters <= 40n; ++quarters) {
          const strike = (forward * exp((exact * quarters) / 4n)) >> DIGITS;
          if (strike < MIN_MARK || strike > MAX_MARK) continue;
          for (const isCall of [true, false]) terms.push({ forward, strike, deviation, isCall });
        }
      }
    }
    expect(terms.length).gt(8_000);
    let [absolute, relative] = [0, 0];
    for (const [i, price] of (await pricesOf(terms)).entries()) {
      const exact = exactly(terms[i]!);
      // A unit of 1e-18 is lost by rounding down, which is nothing of the forward.
      const error = abs((price << DIGITS) - exact);
      absolute = Math.max(absolute, ratio(error, forward << DIGITS));
      if (exact > (forward << DIGITS) / 1_000_000_000n) relative = Math.max(relative, ratio(error, exact));
    }
    expect(absolute).lt(ABSOLUTE).gt(0);
    expect(relative).lt(RELATIVE).gt(0);
  });

  it("holds at the bounds of marks and deviations", async () => {
    const deviations = [0n, 1n, 1n << 40n, 1n << 88n, 1n << 96n, 1n << 100n];
    const marks = [MIN_MARK, MIN_MARK + 1n, UNIT, 60_000n * UNIT, MAX_MARK - 1n, MAX_MARK];
    const terms = deviations.flatMap((deviation) =>
      marks.flatMap((forward) =>
        marks.flatMap((strike) => [true, false].map((isCall) => ({ forward, strike, deviation, isCall }))),
      ),
    );
    for (const [i, price] of (await pricesOf(terms)).entries()) {
      const each = terms[i]!;
      const exact = exactly(each);
      const bound = BigInt(Math.ceil(Number(each.forward < each.strike ? each.forward : each.strike) * ABSOLUTE)) + 1n;
      expect(
        abs((price << DIGITS) - exact) >> DIGITS,
        JSON.stringify(each, (_, x) => String(x)),
      ).lte(bound);
    }
  });

  it("is monotone and convex in the strike along a ladder, and grows with the deviation", async () => {
    const forward = 60_000n * UNIT;
    const strikes = Array.from({ length: 15 }, (_, i) => (39_000n + 3_000n * BigInt(i)) * UNIT);
    const deviations = ["0.00007", "0.001", "0.01", "0.05", "0.2", "0.7", "2", "4"].map((text) =>
      toContract(fixed(text)),
    );
    let below: bigint[] | undefined;
    for (const deviation of deviations) {
      for (const isCall of [true, false]) {
        const prices = await pricesOf(strikes.map((strike) => ({ forward, strike, deviation, isCall })));
        const steps = prices.slice(1).map((price, i) => (isCall ? prices[i]! - price : price - prices[i]!));
        for (const step of steps)
          expect(step)
            .gte(0n)
            .lte(3_000n * UNIT);
        const second = prices.slice(2).map((price, i) => price - 2n * prices[i + 1]! + prices[i]!);
        // Flat where nothing is left of the time value: then rounding decides by a unit.
        for (const each of second) expect(each).gte(-2n);
        if (!isCall) continue;
        prices.forEach((price, i) => expect(price).gte(below?.[i] ?? 0n));
        below = prices;
      }
    }
  });

  /** A spot and a yield as a forward: `S exp((r - q) T)`, discounted by `exp(-r T)`. */
  function termsOf(example: Published): { terms: Terms; discount: bigint } {
    const years = div(example.years[0] * ONE, example.years[1] * ONE);
    const growth = exp(mul(fixed(example.rate) - fixed(example.carry), years));
    const forward = (mul(fixed(example.spot), growth) * UNIT) >> DIGITS;
    const strike = (fixed(example.strike) * UNIT) >> DIGITS;
    const terms = { forward, strike, deviation: deviationOf(example.volatility, years), isCall: example.isCall };
    return { terms, discount: exp(-mul(fixed(example.rate), years)) };
  }
});
