// SPDX-License-Identifier: MIT
import type { AccountId } from "../../../sdk/order.js";
import { ofAccounts, reliefSubject } from "../../actions/about.js";
import { allowedEach } from "../../plan/gas.js";
import { groupIn, OPTIONS, type OptionKind } from "./OptionKind.js";

/** Registers who gained on one leg of a lock's jump and lost on another: the charge then goes by what is left. */
export interface Net {
  readonly kind: "net";
  readonly group: number;
  readonly accounts: readonly AccountId[];
  /** Of all of them. */
  readonly legs: number;
}

/** `net-8` in bench/results takes 131,671 for eight legs, 17,100 more with a fresh slot. */
const [ONE, LEG] = [70_000n, 12_000n];
const GAS = allowedEach<Net>(
  60_000,
  Number(ONE),
  ({ accounts, legs }) => accounts.length + (legs * Number(LEG)) / Number(ONE),
);

/** Of registering one account. */
export function netGas(legs: bigint): bigint {
  return ONE + LEG * legs;
}

const ABOUT = ofAccounts<Net>("net", reliefSubject);

export const net: OptionKind<Net> = {
  kind: "net",
  key: ABOUT.key,
  subjects: ABOUT.subjects,
  cause: ({ group }, scene) => `${groupIn(scene, group)?.view.phase} ${groupIn(scene, group)?.view.lock}`,
  rank: () => 31,
  // Who is not registered pays for gains that he does not have, and may default by it.
  duty: () => true,
  ownKey: false,
  sender: "anyone",
  gas: GAS,
  to: "clearinghouse",
  encode: ({ group, accounts }) => OPTIONS.encodeFunctionData("net", [group, [...accounts]]),
  event: "NetRegistered",
  many: {
    work: ABOUT.work,
    without: ABOUT.without,
    isDone: ({ group, accounts }, scene) => {
      const found = groupIn(scene, group);
      return found?.view.phase !== 1n || accounts.every((id) => (found.reliefs.get(id) ?? 0n) === 0n);
    },
  },
};

/** The gas of one call is within the limit while legs and accounts together are. */
export function maxNetGas(gas: number): bigint {
  return BigInt(Math.floor(gas / 1.25)) - 60_000n;
}
