// SPDX-License-Identifier: MIT
import { growing } from "../plan/gas.js";
import { planned, type Planned } from "../plan/planned.js";
import type { GroupState, Snapshot } from "../plan/Snapshot.js";
import { groupCause, groupSubject } from "./about.js";
import { CLEARINGHOUSE, type Kind } from "./Kind.js";

/** Settles a lock that gathered defaults. */
export interface Deleverage {
  readonly kind: "deleverage";
  readonly group: number;
  readonly steps: bigint;
}

const GAS = growing<Deleverage>(
  { series: "deleverage-by-nodes", line: "PRORATA", base: 188_654, each: 16_540, bend: 0.1953 },
  ({ steps }) => Number(steps),
);

export const deleverage: Kind<Deleverage> = {
  kind: "deleverage",
  key: ({ group }) => String(group),
  subjects: ({ group }) => [groupSubject(group)],
  cause: ({ group }, venue) => groupCause(venue, group),
  rank: () => 20,
  duty: () => true,
  ownKey: false,
  sender: "keeper",
  gas: GAS,
  to: "clearinghouse",
  encode: ({ group, steps }) => CLEARINGHOUSE.encodeFunctionData("deleverage", [group, steps]),
};

/** As many steps as it can take, or as fit into a transaction: it goes on from there in the next. */
export function settle(snapshot: Snapshot, group: GroupState): Planned<Deleverage> {
  const markets = group.markets.length;
  const fits = Math.max(1, maxSteps(snapshot.policy.transactionGas, markets));
  const steps = BigInt(Math.min(fits, 3 * group.nodes + markets));
  const action = { kind: "deleverage", group: group.id, steps } as const;
  return planned(deleverage, snapshot, action, markets, snapshot.venue.refund);
}

/** The most steps of one deleverage within `gas`. */
export function maxSteps(gas: number, markets: number): number {
  return GAS.max(gas, markets);
}
