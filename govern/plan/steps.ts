// SPDX-License-Identifier: MIT
import type { Hex } from "../../sdk/orderHash.js";
import type { Address } from "../../sdk/range.js";
import { MANAGER } from "../look/logs.js";
import type { Operation } from "./Operation.js";

/** What one caller does at one time: a transaction, or a batch of them. */
export interface Step {
  readonly kind: "schedule" | "execute";
  readonly caller: Address;
  /** What the caller's role is called; of several roles all of them. */
  readonly role: string;
  /** Seconds from the first schedule on. */
  readonly at: bigint;
  readonly operations: readonly Operation[];
  /** Calls of the AccessManager, in their order. */
  readonly calls: readonly { readonly title: string; readonly data: Hex }[];
}

/** All of a proposal in the order of time: each caller schedules what has a delay, and later executes. */
export function stepsOf(operations: readonly Operation[]): Step[] {
  const steps: Step[] = [];
  for (const caller of new Set(operations.map((each) => each.caller))) {
    const own = operations.filter((each) => each.caller === caller && each.delay > 0n);
    if (own.length > 0) steps.push(stepOf("schedule", caller, 0n, own));
  }
  const times = [...new Set(operations.map(({ runsAfter }) => runsAfter))].sort((a, b) => (a < b ? -1 : 1));
  for (const at of times) {
    // Neighbours of one caller are one batch; the order stays.
    let batch: Operation[] = [];
    const close = () => {
      if (batch.length > 0) steps.push(stepOf("execute", batch[0]!.caller, at, batch));
      batch = [];
    };
    for (const operation of operations.filter(({ runsAfter }) => runsAfter === at)) {
      if (batch.length > 0 && batch[0]!.caller !== operation.caller) close();
      batch.push(operation);
    }
    close();
  }
  return steps;
}

function stepOf(kind: Step["kind"], caller: Address, at: bigint, operations: readonly Operation[]): Step {
  const calls = operations.map(({ title, target, data }) => ({
    title,
    data: MANAGER.encodeFunctionData(kind, kind === "schedule" ? [target, data, 0] : [target, data]) as Hex,
  }));
  const role = [...new Set(operations.map(({ roleLabel }) => roleLabel))].join(" and ");
  return { kind, caller, role, at, operations, calls };
}

/** One call of the AccessManager for all of a step, as a key without a batching wallet needs it. */
export function multicallOf({ calls }: Step): Hex {
  if (calls.length === 1) return calls[0]!.data;
  return MANAGER.encodeFunctionData("multicall", [calls.map(({ data }) => data)]) as Hex;
}
