// SPDX-License-Identifier: MIT
import { AT_ONCE, alarm } from "./Alarm.js";

/** Risk arrays of an expiry with open interest are old: each fill computes them again, and costs more. */
export const arraysStale = alarm({
  name: "ArraysStale",
  severity: "ticket",
  part: "options",
  holds: AT_ONCE,
  find: ({ time, groups }, { arraysAge }) =>
    groups
      .flatMap(({ expiries }) => expiries)
      .filter(({ isOpen, isFixed, expiry }) => isOpen && !isFixed && time < expiry)
      .filter(({ computedAt }) => computedAt === undefined || time > computedAt + BigInt(arraysAge))
      .map(({ name, computedAt }) => {
        const when = computedAt === undefined ? "were never computed" : `were computed ${time - computedAt} s ago`;
        return { subject: name, says: `${name}: its risk arrays ${when}` };
      }),
});
