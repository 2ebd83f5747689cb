// SPDX-License-Identifier: MIT
import { ceilDiv, floorDiv } from "../../sdk/arithmetic.js";
import { PRICE_UNIT } from "../../sdk/units.js";

/** How an account stands in its group, as the lens says it at a head. 1e-9 quote. */
export interface Standing {
  readonly equity: bigint;
  readonly atAnchor: bigint;
  readonly atRecorded: bigint;
  /** Of each scenario. */
  readonly profits: readonly bigint[];
  readonly shortMinimum: bigint;
  readonly basis: bigint;
  /** What its series are worth when all are bought options: margin is never more. Undefined: not all are. */
  readonly worth: bigint | undefined;
}

/** What a trade of `UNIT` at the mark adds to how an account stands. */
export interface UnitRisk {
  readonly atAnchor: bigint;
  readonly atRecorded: bigint;
  readonly profits: readonly bigint[];
  readonly shortMinimum: bigint;
  readonly basis: bigint;
}

/** A thousand contracts, so that rounding is small, 1e-9 base. */
export const UNIT = 10n ** 12n;

/** A trade that may come. */
export interface Addition {
  readonly buys: boolean;
  /** Magnitude. */
  readonly size: bigint;
  readonly limit: bigint;
  readonly mark: bigint;
  /** 1e-9 quote. */
  readonly fee: bigint;
  readonly isOption: boolean;
  readonly risk: UnitRisk;
}

export interface Balance {
  readonly equity: bigint;
  readonly required: bigint;
  readonly atAnchor: bigint;
  readonly atRecorded: bigint;
}

/**
 * How the account would stand after these trades at their limits, without asking the chain. Profits of scenarios add
 * up. Short minimum and basis add-on of the parts are at least those of the whole, so `required` may be more than the
 * contracts ask for, and is never less but for what prices have moved since the lens was asked.
 */
export function balanceAfter(standing: Standing, additions: readonly Addition[]): Balance {
  let { equity, atAnchor, atRecorded, shortMinimum, basis, worth } = standing;
  const profits = [...standing.profits];
  for (const { buys, size, limit, mark, fee, isOption, risk } of additions) {
    const gain = floorDiv(size * (buys ? mark - limit : limit - mark), PRICE_UNIT) - fee;
    equity += gain;
    atAnchor += gain + floorDiv(risk.atAnchor * size, UNIT);
    atRecorded += gain + floorDiv(risk.atRecorded * size, UNIT);
    risk.profits.forEach((profit, scenario) => (profits[scenario]! += floorDiv(profit * size, UNIT)));
    shortMinimum += ceilDiv(risk.shortMinimum * size, UNIT);
    basis += ceilDiv(risk.basis * size, UNIT);
    if (worth !== undefined) worth = buys && isOption ? worth + floorDiv(size * mark, PRICE_UNIT) : undefined;
  }
  const worst = profits.reduce((least, profit) => (profit < least ? profit : least), 0n);
  let required = (-worst > shortMinimum ? -worst : shortMinimum) + basis;
  if (worth !== undefined && worth < required) required = worth;
  return { equity, required, atAnchor, atRecorded };
}

/** May an account stand so after a fill? */
export function isSound({ equity, required, atAnchor, atRecorded }: Balance): boolean {
  return equity >= required && atAnchor >= 0n && atRecorded >= 0n;
}
