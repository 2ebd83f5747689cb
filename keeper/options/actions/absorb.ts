// SPDX-License-Identifier: MIT
import type { AccountId } from "../../../sdk/order.js";
import { accountSubject, ofAccounts } from "../../actions/about.js";
import { allowedEach } from "../../plan/gas.js";
import { isFlat, lockCause, OPTIONS, type OptionKind } from "./OptionKind.js";

/** Gathers defaulters into a lock, and locks an open group if they owe enough. */
export interface Absorb {
  readonly kind: "absorb";
  readonly group: number;
  readonly accounts: readonly AccountId[];
  /** Of all of them. */
  readonly legs: number;
}

/** Five accounts of 15 legs took 3,139,183 on the everyday build. */
const GAS = allowedEach<Absorb>(300_000, 42_000, ({ legs }) => legs);

const ABOUT = ofAccounts<Absorb>("absorb", accountSubject);

export const absorb: OptionKind<Absorb> = {
  kind: "absorb",
  key: ABOUT.key,
  subjects: ABOUT.subjects,
  cause: ({ group }, scene) => lockCause(scene, group),
  rank: () => 30,
  duty: () => true,
  ownKey: false,
  sender: "anyone",
  gas: GAS,
  to: "clearinghouse",
  encode: ({ group, accounts }) => OPTIONS.encodeFunctionData("absorb", [group, [...accounts]]),
  event: "Absorbed",
  many: {
    work: ABOUT.work,
    without: ABOUT.without,
    isDone: ({ group, accounts }, scene) => accounts.every((id) => isFlat(scene, group, id)),
  },
};

/** The most legs of one absorb within `gas`. */
export function maxAbsorbedLegs(gas: number): number {
  return Math.max(1, GAS.max(gas, 1));
}
