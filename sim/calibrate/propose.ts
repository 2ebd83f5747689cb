// SPDX-License-Identifier: MIT
import type { Depth } from "../stress/depth.js";
import { VAULT_BUDGET, type Range } from "../../sdk/parameters/bounds.js";
import { MARKET_UNITS } from "../../sdk/parameters/market.js";
import { MARKET_NAMES, boundsOf, clip, type MarketName, type MarketValues } from "./bounds.js";
import { notionalWithin, slippageOf } from "./depth.js";
import { rateOf, yearlyLevel } from "./frequency.js";
import type { Proposed } from "./result.js";
import { expectedExcess, historicalExcess, levelOf, type Tail } from "./tail.js";
import type { TargetName } from "./targets.js";

/**
 * What the proposals of one market are made of. Tails by horizon: of a lock, of an anchor's age at most, of the grace
 * of a call, of a round.
 */
export interface Evidence {
  asset: string;
  mark: number;
  lockDelay: number;
  /** `worst`: of the lock's horizon in the worst hours. */
  tails: { round: Tail; lock: Tail; anchor: Tail; call: Tail; worst: Tail };
  depth: readonly Depth[] | undefined;
  now: MarketValues;
  budgetNow: bigint;
  /** ppm: the deviation at which the source speaks. */
  deviation: bigint;
  target: (name: TargetName) => number;
}

interface Wish {
  wanted: bigint;
  why: string;
}

const GRAIN = 500; // ppm to which margins are rounded, up
const WELL_BELOW = 2 / 3; // of the maintenance margin: the gap threshold, as in the defaults
const SOFT = 2 / 3; // of the hard cap, as in the defaults
const UNIT = 1e9; // sizes and money on chain

/** Every parameter of a market within the contracts' bounds, and the vault's budget for it. */
export function propose(evidence: Evidence): Proposed[] {
  const values = { ...evidence.now };
  const list = MARKET_NAMES.map((name) => {
    const wish = wishOf(name, evidence, values);
    const proposed = bounded(name, MARKET_UNITS[name], wish, evidence.now[name], boundsOf(name, values));
    values[name] = BigInt(proposed.value);
    return proposed;
  });
  return [...list, bounded("vaultBudget", "1e-9 quote", budget(evidence, values), evidence.budgetNow, VAULT_BUDGET)];
}

export function bounded(
  name: Proposed["name"],
  unit: string,
  { wanted, why }: Wish,
  now: bigint,
  range: Range,
): Proposed {
  const { value, clipped } = clip(wanted, range);
  const [low, high] = range;
  return {
    name,
    unit,
    value: String(value),
    now: String(now),
    wanted: String(wanted),
    clipped,
    low: String(low),
    high: String(high),
    why,
  };
}

function wishOf(name: MarketName, evidence: Evidence, values: MarketValues): Wish {
  const { now, tails, depth } = evidence;
  switch (name) {
    case "initialMargin":
      return initialMargin(evidence);
    case "maintenanceMargin":
      return maintenanceMargin(evidence);
    case "gapThreshold":
      return gapThreshold(evidence, values);
    case "priceBand": {
      const level = Math.max(2 * Number(evidence.deviation), 1e6 * levelOf(tails.round, 0.001));
      return { wanted: up(level), why: "twice the feed's deviation, or the 99.9% move between two marks" };
    }
    case "staleShock": {
      const margin = Number(values.initialMargin);
      return { wanted: up(margin), why: "as initial margin: a leg without a fresh price lends no equity" };
    }
    case "discountCap":
      return discountCap(evidence, values);
    case "maxFunding":
      return maxFunding(evidence);
    case "hardCap":
      return hardCap(evidence, values);
    case "softCap": {
      const wanted = BigInt(Math.round(SOFT * Number(values.hardCap)));
      return { wanted, why: "two thirds of the hard cap" };
    }
    case "fundingDepth": {
      if (!depth) return kept(now.fundingDepth, "no depth curve");
      const notional = notionalWithin(depth, Number(values.priceBand) / 1e6);
      return { wanted: BigInt(Math.round(notional)), why: "what moves the price by the price band" };
    }
    case "discountFloor":
      return kept(now.discountFloor, "a keeper's costs, not in these data");
    case "minNotional":
      return kept(now.minNotional, "gas over the discount, not in these data");
    case "takerFee":
    case "makerFee":
      return kept(now[name], "chosen by competition; the rule about MM is held against it");
  }
}

/** The least that keeps jumps beyond it as rare as wanted, and the worst hours' excess below the fees of both sides. */
function maintenanceMargin({ lockDelay, tails, now, target }: Evidence): Wish {
  const rare = yearlyLevel(tails.lock, lockDelay, target("beyond"));
  const fees = feesOf(now);
  const excess = (ppm: number) => worstExcess(tails.worst, ppm / 1e6);
  let ruled = GRAIN;
  while (excess(ruled) >= fees && ruled < 1e6) ruled += GRAIN;
  const chosen = Math.max(1e6 * rare, ruled);
  const why =
    1e6 * rare >= ruled
      ? `jumps over a lock exceed it ${target("beyond")} times a year; the rule about MM alone asks for ${ruled}`
      : `the rule about MM in the worst hours; ${target("beyond")} jumps a year beyond it alone ask for ${up(1e6 * rare)}`;
  return { wanted: up(chosen), why };
}

function initialMargin(evidence: Evidence): Wish {
  const { value: maintenance } = clip(maintenanceMargin(evidence).wanted, [5_000n, 750_000n]);
  const survive = 1e6 * levelOf(evidence.tails.call, 0.01);
  const [min, lasting] = [Math.ceil((Number(maintenance) * 4) / 3), Number(maintenance) + survive];
  return {
    wanted: up(Math.max(min, lasting)),
    why: lasting > min ? "MM and the 99% move over the grace of a margin call" : "4/3 of MM, its least",
  };
}

function gapThreshold({ lockDelay, tails, target }: Evidence, values: MarketValues): Wish {
  const level = 1e6 * yearlyLevel(tails.anchor, 2 * lockDelay, target("locks"));
  const max = WELL_BELOW * Number(values.maintenanceMargin);
  if (level > max) return { wanted: down(max), why: `two thirds of MM; ${target("locks")} gaps a year ask for more` };
  return { wanted: up(level), why: `moves over two lock delays exceed it ${target("locks")} times a year` };
}

function discountCap({ depth, tails, now, target }: Evidence, values: MarketValues): Wish {
  const max = Number(values.maintenanceMargin) / 2;
  if (!depth) return { wanted: BigInt(Math.floor(max)), why: "half of MM; no depth curve" };
  const cost = 1e6 * (slippageOf(depth, target("liquidation")) + levelOf(tails.worst, 0.05));
  const needed = Math.max(Number(now.discountFloor), cost);
  if (needed > max) return { wanted: BigInt(Math.floor(max)), why: `half of MM; slippage asks for ${up(needed)}` };
  return { wanted: up(needed), why: "slippage of a usual liquidation and the 95% move over a lock in the worst hours" };
}

/** Funding weighs fills against 16 maxFunding / fees times open interest: that must be traded in 8 hours. */
function maxFunding({ now, target }: Evidence): Wish {
  const fees = Number(now.takerFee + now.makerFee);
  const max = Math.floor((fees * target("turnover")) / 48);
  const wanted = BigInt(Math.min(max, Number(now.maxFunding)));
  const slow = `at most what 8 hours of ${target("turnover")} times open interest a day can move half-way`;
  return { wanted, why: wanted < now.maxFunding ? slow : `kept: the turnover would allow ${max}` };
}

function hardCap({ asset, depth, mark, now, target }: Evidence, values: MarketValues): Wish {
  if (!depth) return kept(now.hardCap, `no depth curve of ${asset}`);
  const notional = notionalWithin(depth, Number(values.maintenanceMargin) / 2e6) / target("atrisk");
  return {
    wanted: BigInt(Math.round((notional / mark) * UNIT)),
    why: "what moves the price by half of MM, over the share that may have to be closed",
  };
}

/** What the jump of the chosen chance takes beyond MM of those at risk, at the hard cap. */
function budget({ lockDelay, tails, mark, target }: Evidence, values: MarketValues): Wish {
  const jump = Math.min(1, yearlyLevel(tails.lock, lockDelay, rateOf(target("chance"))));
  const missing = Math.max(0, jump - Number(values.maintenanceMargin) / 1e6);
  const atRisk = (Number(values.hardCap) / UNIT) * mark * target("atrisk");
  return {
    wanted: BigInt(Math.ceil(atRisk * missing)) * 10n ** 9n,
    why: `the deficit of a jump of ${(100 * jump).toFixed(1)}%, which has a chance of ${100 * target("chance")}% a year`,
  };
}

/** Expected excess over `margin` in the worst hours: the larger of what is fitted and what was counted. */
export function worstExcess(worst: Tail, margin: number): number {
  return Math.max(expectedExcess(worst, margin), historicalExcess(worst, margin));
}

/** Round-trip fees of both sides, a part of notional. */
export function feesOf({ takerFee, makerFee }: MarketValues): number {
  return (2 * Number(takerFee + makerFee)) / 1e6;
}

function kept(wanted: bigint, why: string): Wish {
  return { wanted, why: `kept: ${why}` };
}

function up(ppm: number): bigint {
  return BigInt(Math.ceil(ppm / GRAIN - 1e-9) * GRAIN);
}

function down(ppm: number): bigint {
  return BigInt(Math.floor(ppm / GRAIN) * GRAIN);
}
