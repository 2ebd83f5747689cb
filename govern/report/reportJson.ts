// SPDX-License-Identifier: MIT
import { numberOf, ownerOf } from "../../sdk/order.js";
import type { Page } from "./Page.js";
import type { Proposal } from "./proposalPage.js";

/** Raised when a reader of the last form would misread the next. */
const FORMAT = 1;

/** All of a report for programs: integers as text, in the chain's units; and its page for people. */
export function reportJson({ wish, simulation, executors }: Proposal, page: Page): string {
  const { block, start, end, operations, steps, changes, counts, accounts } = simulation;
  const report = {
    format: FORMAT,
    title: wish.title,
    chainId: simulation.with.situation.deployment.chainId,
    clearinghouse: simulation.with.situation.deployment.clearinghouse,
    ...{ block, start, end, executors },
    operations: operations.map(({ after: _after, since: _since, ...operation }) => operation),
    steps: steps.map(({ step, at, gas }) => ({
      ...{ kind: step.kind, caller: step.caller, role: step.role, after: step.at, playedAt: at },
      calls: step.calls.map((call, i) => ({ ...call, gas: gas[i] })),
    })),
    accounts: {
      looked: accounts,
      counts: Object.fromEntries(counts),
      changes: changes.map(({ account, before, after }) => ({
        ...{ account, owner: ownerOf(account), number: numberOf(account) },
        ...{ before: before.standing, after: after.standing, equity: after.equity, initial: after.initial },
        ...{ maintenance: after.maintenance, callLevel: after.callLevel, held: after.held },
      })),
    },
    page,
  };
  return `${JSON.stringify(report, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value), 2)}\n`;
}
