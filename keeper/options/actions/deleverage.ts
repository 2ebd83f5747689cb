// SPDX-License-Identifier: MIT
import { groupSubject } from "../../actions/about.js";
import { allowedEach } from "../../plan/gas.js";
import { lockCause, OPTIONS, type OptionKind } from "./OptionKind.js";

/** Settles a lock that gathered defaults, on from where it stopped. */
export interface Deleverage {
  readonly kind: "deleverage";
  readonly group: number;
  readonly steps: number;
}

/** A series that is charged for the first time, or a node torn up; most steps take less. */
const GAS = allowedEach<Deleverage>(250_000, 40_000, ({ steps }) => steps);

export const deleverage: OptionKind<Deleverage> = {
  kind: "deleverage",
  key: ({ group }) => String(group),
  subjects: ({ group }) => [groupSubject(group)],
  cause: ({ group }, scene) => lockCause(scene, group),
  rank: () => 20,
  duty: () => true,
  ownKey: false,
  sender: "keeper",
  gas: GAS,
  to: "clearinghouse",
  encode: ({ group, steps }) => OPTIONS.encodeFunctionData("deleverage", [group, steps]),
};

/** The most steps of one call within `gas`. */
export function maxOptionSteps(gas: number): number {
  return Math.max(1, GAS.max(gas, 1));
}
