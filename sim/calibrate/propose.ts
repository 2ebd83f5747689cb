// SPDX-License-Identifier: MIT
import type { MarketParamsStruct } from "../../types/ethers-contracts/contracts/Clearinghouse.js";
import { depthWithin, slippageOf, type DepthRow } from "./depth.js";
import type { Proposal } from "./result.js";
import { excessOf, quantileOf, type Tail } from "./tail.js";

export interface Choices {
  /** The largest chance an hour of a move beyond maintenance margin. */
  chance: number;
  /** What a typical liquidation sells, quote. */
  liquidation: number;
  /** The part of open interest that may have to be closed within one lock delay. */
  defaulting: number;
  /** What is traded in a day over open interest. */
  turnover: number;
}

const PPM = 1_000_000;
const HOURS_OF_FUNDING = 8;

/**
 * Parameters of a market from the tail of its moves over one and two lock delays and the depth of its book. Each rule is that of docs/risk.md;
 * what follows from others is computed from the proposals, not from the present values.
 */
export function propose(
  asset: string,
  mark: number,
  now: MarketParamsStruct,
  one: Tail,
  two: Tail,
  depth: readonly DepthRow[],
  choices: Choices,
): Proposal[] {
  const list: Proposal[] = [];
  const add = (parameter: string, current: number, wanted: number, [low, high]: [number, number], why: string) => {
    const proposed = Math.min(high, Math.max(low, wanted));
    list.push({ parameter, current, proposed, low, high, clipped: proposed !== wanted, why });
    return proposed;
  };
  const current = (name: keyof MarketParamsStruct) => Number(now[name]);
  const [taker, maker] = [current("takerFee"), current("makerFee")];
  const fees = 2 * (taker + maker);

  const byChance = up(quantileOf(one, choices.chance), 500);
  const byFees = up(leastWithExcess(one, fees / PPM), 500);
  const mm = add(
    "maintenanceMargin",
    current("maintenanceMargin"),
    Math.max(byChance, byFees),
    [5_000, 750_000],
    `the move over one lockDelay that an hour exceeds with a chance of ${choices.chance} (${byChance}), and at least where the mean excess an hour falls below the fees of both sides, ${fees} (${byFees})`,
  );
  const careless = up(quantileOf(one, 0.01), 500);
  const im = add(
    "initialMargin",
    current("initialMargin"),
    Math.max(Math.ceil((mm * 4) / 3), mm + careless),
    [Math.max(10_000, Math.ceil((mm * 4) / 3)), PPM],
    `maintenance margin and the move of one hour in a hundred (${careless}), at least 4/3 of maintenance margin`,
  );
  const effective = Math.floor((PPM * im) / (2 * PPM + im));
  add(
    "gapThreshold",
    current("gapThreshold"),
    up(quantileOf(two, 0.01), 500),
    [2_500, Math.min(mm, effective)],
    "the move over two lockDelays of one hour in a hundred, so that locks are rare; above the high bound it would have no effect",
  );
  const band = add(
    "priceBand",
    current("priceBand"),
    current("priceBand"),
    [1_000, Math.floor(im / 2)],
    "kept: these data have no premium of fills over the mark",
  );
  add(
    "discountCap",
    current("discountCap"),
    Math.max(current("discountFloor"), up(slippageOf(depth, asset, choices.liquidation) / PPM, 100)),
    [current("discountFloor"), Math.min(50_000, Math.floor((mm * 3) / 4))],
    `what a sale of ${choices.liquidation.toLocaleString("en-US")} costs in the book`,
  );
  add("staleShock", current("staleShock"), im, [0, 500_000], "as initial margin, so that a stale leg lends nothing");
  add(
    "fundingDepth",
    current("fundingDepth"),
    Math.round(depthWithin(depth, asset, band)),
    [1_000, 1e12],
    "what moves the price by the band",
  );
  const sold = depthWithin(depth, asset, mm);
  const cap = add(
    "hardCap",
    current("hardCap") / 1e9,
    Math.floor(sold / choices.defaulting / mark),
    [1e-9, 2 ** 70 / 1e9],
    `the book within maintenance margin, over the ${choices.defaulting * 100}% of open interest that may default at once`,
  );
  add("softCap", current("softCap") / 1e9, Math.floor((cap * 2) / 3), [0, cap], "two thirds of the hard cap");
  add(
    "maxFunding",
    current("maxFunding"),
    Math.floor(((choices.turnover * HOURS_OF_FUNDING) / 24) * ((taker + maker) / (2 * HOURS_OF_FUNDING))),
    [0, 4_000],
    `the clamp whose least depth, ${2 * HOURS_OF_FUNDING} maxFunding / (takerFee + makerFee) times open interest, is turned over in ${HOURS_OF_FUNDING} hours, at ${choices.turnover} times open interest a day: a rate then follows its premium within them`,
  );
  return list;
}

/** The least level beyond the threshold at which the mean excess is `most`. */
function leastWithExcess(tail: Tail, most: number): number {
  let [low, high] = [tail.threshold, 1];
  if (excessOf(tail, low) <= most) return low;
  for (let step = 0; step < 60; ++step) {
    const middle = (low + high) / 2;
    if (excessOf(tail, middle) > most) low = middle;
    else high = middle;
  }
  return high;
}

/** A part of one as ppm, up to a multiple of `step`. */
function up(part: number, step: number): number {
  return Math.ceil((part * PPM) / step) * step;
}
