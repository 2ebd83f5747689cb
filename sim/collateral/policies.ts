// SPDX-License-Identifier: MIT
import { HELD, type CollateralRules } from "../lock/CollateralModel.js";

export interface Policy {
  readonly name: "as built" | "live price in a lock" | "line in the pot" | "debts only" | "cash only";
  readonly says: string;
  readonly rules: CollateralRules;
  /** Everybody sold his collateral at the first price and paid the cash in. */
  readonly cashOnly: boolean;
  /** Outside a lock the line pays at the committed price what is owed, not what initial margin lacks. */
  readonly onlyDebts: boolean;
}

export const POLICIES: readonly Policy[] = [
  { name: "as built", says: "the rules of the contracts", rules: HELD, cashOnly: false, onlyDebts: false },
  {
    name: "live price in a lock",
    says: "the line pays the haircut price of now",
    rules: { ...HELD, paidAt: "live" },
    cashOnly: false,
    onlyDebts: false,
  },
  {
    name: "line in the pot",
    says: "budgets of settlements can spend the line",
    rules: { ...HELD, money: "pot" },
    cashOnly: false,
    onlyDebts: false,
  },
  {
    name: "debts only",
    says: "outside a lock the line pays at the committed price what is owed, not what initial margin lacks",
    rules: HELD,
    cashOnly: false,
    onlyDebts: true,
  },
  {
    name: "cash only",
    says: "all collateral was sold at the first price",
    rules: HELD,
    cashOnly: true,
    onlyDebts: false,
  },
];
