// SPDX-License-Identifier: MIT
import { money } from "../../sdk/units.js";
import { allowedEach } from "../plan/gas.js";
import { planned, type Planned } from "../plan/planned.js";
import type { GroupState, Snapshot } from "../plan/Snapshot.js";
import { digest } from "./about.js";
import { CLEARINGHOUSE, type Kind } from "./Kind.js";
import { marginCall, type MarginCall } from "./marginCall.js";

/** Margin calls of one group in one transaction: one that fails by then is reported, the others stand. */
export interface MarginCalls {
  readonly kind: "marginCalls";
  readonly group: number;
  readonly calls: readonly MarginCall[];
}

const GAS = allowedEach<MarginCalls>(70_000, 55_000, ({ calls }) => calls.length);

export const marginCalls: Kind<MarginCalls> = {
  ...marginCall,
  kind: "marginCalls",
  quiet: true,
  key: ({ group, calls }) => `${group} ${calls.length} ${digest(calls.map(({ account }) => account))}`,
  subjects: ({ calls }) => calls.flatMap((call) => marginCall.subjects(call)),
  cause: ({ calls }, venue, look) => calls.map((call) => marginCall.cause(call, venue, look)).join(),
  rank: () => 50,
  duty: () => false,
  gas: GAS,
  encode: ({ calls }) => CLEARINGHOUSE.encodeFunctionData("tryMulticall", [calls.map(marginCall.encode)]),
  many: {
    work: ({ group }) => `marginCalls ${group}`,
    without: (action, busy) => {
      const calls = action.calls.filter((call) => !marginCall.subjects(call).some((subject) => busy.has(subject)));
      return calls.length === 0 ? undefined : { ...action, calls };
    },
    isDone: ({ calls }, venue) =>
      calls.every(({ account, calledAt }) => venue.accounts.get(account)?.calledAt !== calledAt),
  },
};

/** The calls put together, as many as fit into a transaction; what was refused together goes one by one. */
export function callsInBatches(
  snapshot: Snapshot,
  group: GroupState,
  list: readonly Planned<MarginCall>[],
): Planned<MarginCall | MarginCalls>[] {
  const most = GAS.max(snapshot.policy.transactionGas, group.markets.length);
  const batches: Planned<MarginCall | MarginCalls>[] = [];
  for (let from = 0; from < list.length; from += most) {
    const part = list.slice(from, from + most);
    const action = { kind: "marginCalls", group: group.id, calls: part.map((each) => each.action) } as const;
    const batch = planned(marginCalls, snapshot, action, group.markets.length, money(0n));
    const urgency = Math.min(...part.map((each) => each.urgency));
    if (part.length > 1 && batch.wanted) batches.push({ ...batch, urgency });
    else batches.push(...part);
  }
  return batches;
}
