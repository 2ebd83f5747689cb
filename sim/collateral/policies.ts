// SPDX-License-Identifier: MIT
import { HELD, type CollateralRules } from "../lock/CollateralModel.js";

export interface Policy {
  readonly name: "as built" | "live price in a lock" | "line in the pot" | "initial margin" | "cash only";
  readonly says: string;
  readonly rules: CollateralRules;
  /** Everybody sold his collateral at the first price and paid the cash in. */
  readonly cashOnly: boolean;
  /** Outside a lock the line pays at the committed price what initial margin lacks, not only what is owed. */
  readonly toInitial: boolean;
}

export const POLICIES: readonly Policy[] = [
  { name: "as built", says: "the rules of the contracts", rules: HELD, cashOnly: false, toInitial: false },
  {
    name: "live price in a lock",
    says: "the line pays the haircut price of now",
    rules: { ...HELD, paidAt: "live" },
    cashOnly: false,
    toInitial: false,
  },
  {
    name: "line in the pot",
    says: "budgets of settlements can spend the line",
    rules: { ...HELD, money: "pot" },
    cashOnly: false,
    toInitial: false,
  },
  {
    name: "initial margin",
    says: "outside a lock the line pays at the committed price what initial margin lacks, not only what is owed",
    rules: HELD,
    cashOnly: false,
    toInitial: true,
  },
  {
    name: "cash only",
    says: "all collateral was sold at the first price",
    rules: HELD,
    cashOnly: true,
    toInitial: false,
  },
];
