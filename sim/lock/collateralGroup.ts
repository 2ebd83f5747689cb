// SPDX-License-Identifier: MIT
import { normal, type Random } from "../../tools/random.js";
import { CollateralModel, type CollateralRules } from "./CollateralModel.js";
import { Fraction } from "./Fraction.js";

export interface DrawOptions {
  /** Standard deviation of the marks' jump, part of the mark. */
  readonly deviation: number;
  /** The most that a collateral falls, part of its haircut. */
  readonly fall: number;
}

/**
 * A group whose accounts, with pledges at their counted value, are all solvent at the anchors; marks and prices of
 * collateral have just jumped. Pledges are often more than cash.
 */
export function collateralGroup(rules: CollateralRules, random: Random, options: DrawOptions): CollateralModel {
  const below = (n: number) => Math.floor(random() * n);
  const people = 4 + below(8);
  const markets = Array.from({ length: 1 + below(4) }, () => {
    const anchor = 500 + below(1_000);
    const frozen = Math.max(10, Math.round(anchor * (1 + options.deviation * normal(random))));
    return { anchor: Fraction.of(anchor), frozen: Fraction.of(frozen) };
  });
  const sizes = Array.from({ length: people }, () => markets.map(() => 0));
  for (let trade = 0; trade < people * 3; trade++) {
    const [long, short, k, size] = [below(people), below(people), below(markets.length), 1 + below(60)];
    if (long === short) continue;
    add(sizes, long, k, size);
    add(sizes, short, k, -size);
  }
  const collaterals = Array.from({ length: 1 + below(3) }, () => {
    const floor = 100 + below(3_000);
    const haircut = 5 + below(40);
    const fall = (haircut / 100) * options.fall * random();
    return {
      haircut: Fraction.of(haircut, 100),
      floor: Fraction.of(floor),
      live: Fraction.of(Math.ceil(floor * (1 - fall) * 1_000), 1_000),
      line: Fraction.of(below(60_000)),
    };
  });
  const pledgers = sizes.map((row) => ({
    atAnchor: Fraction.of(below(20_000) - 4_000),
    sizes: row.map((size) => Fraction.of(size)),
    units: collaterals.map(() => Fraction.of(random() < 0.5 ? 0 : below(20))),
  }));
  const model = new CollateralModel(rules, markets, collaterals, pledgers, Fraction.of(50_000));
  // Who would be below zero at the anchors brings the cash that he lacks.
  const whole = pledgers.map((pledger, i) => {
    const lack = model.equityAtAnchor(i);
    return lack.sign < 0 ? { ...pledger, atAnchor: pledger.atAnchor.minus(lack) } : pledger;
  });
  return new CollateralModel(rules, markets, collaterals, whole, Fraction.of(50_000));
}

function add(rows: number[][], i: number, k: number, size: number): void {
  const row = rows[i];
  if (row === undefined) throw new RangeError();
  row[k] = (row[k] ?? 0) + size;
}
