// SPDX-License-Identifier: MIT
import { OptionError } from "../../tools/options.js";
import { marketOf } from "../files/market.js";
import { numberOf } from "../files/numberOf.js";

interface Target {
  value: number;
  low: number;
  high: number;
  says: string;
}

const target = (value: number, low: number, high: number, says: string): Target => ({ value, low, high, says });

/** What governance chooses and no price history can tell. */
export const TARGETS = {
  chance: target(0.01, 1e-5, 0.5, "chance a year that a jump costs more than the vault's budget, so that winners pay"),
  beyond: target(1, 0.01, 1_000, "jumps beyond maintenance margin a year"),
  locks: target(12, 0.1, 10_000, "gaps, hence locks, a year"),
  atrisk: target(0.53, 0.01, 1, "share of one side that may have to be closed at once"),
  liquidation: target(100_000, 10, 1e9, "notional of a usual liquidation, quote"),
  turnover: target(9.6, 0.01, 1_000, "volume of a day over open interest"),
  latency: target(30, 0, 1_800, "99.9% of a keeper's seconds from signal to inclusion"),
} as const;

export type TargetName = keyof typeof TARGETS;
const NAMES = Object.keys(TARGETS) as TargetName[];

/** The value of a target for one asset. */
export interface Targets {
  (name: TargetName, asset?: string): number;
  /** The markets that have targets of their own. */
  readonly assets: readonly string[];
}

/** Reads name=value and name:ASSET=value. */
export function readTargets(texts: readonly string[]): Targets {
  const chosen = new Map<string, number>();
  for (const text of texts) {
    const [, name, given = "", figure = ""] = /^([a-z]+)(?::([^=]+))?=(.+)$/.exec(text) ?? [];
    const known = NAMES.find((each) => each === name);
    if (!known) throw new OptionError(`--target must be NAME=VALUE with one of ${NAMES.join(", ")}; not "${text}"`);
    if (known === "latency" && given !== "") throw new OptionError("--target latency is one for the venue");
    const { low, high } = TARGETS[known];
    const asset = given === "" ? "" : marketOf(given);
    const value = numberOf(figure);
    if (typeof value === "string" || !(value >= low && value <= high)) {
      throw new OptionError(`--target ${known} must be a number from ${low} to ${high}, not "${figure}"`);
    }
    chosen.set(`${known}:${asset}`, value);
  }
  const targetOf = (name: TargetName, asset = "") =>
    chosen.get(`${name}:${asset}`) ?? chosen.get(`${name}:`) ?? TARGETS[name].value;
  const assets = [...chosen.keys()].map((key) => key.slice(key.indexOf(":") + 1)).filter((asset) => asset !== "");
  return Object.assign(targetOf, { assets: [...new Set(assets)] });
}

export function targetValues(targets: Targets): Record<TargetName, number> {
  return Object.fromEntries(NAMES.map((name) => [name, targets(name)])) as Record<TargetName, number>;
}
