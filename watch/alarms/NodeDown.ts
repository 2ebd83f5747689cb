// SPDX-License-Identifier: MIT
import { alarm } from "./Alarm.js";

/** A node does not answer, or is of another chain. */
export const nodeDown = alarm({
  name: "NodeDown",
  severity: "ticket",
  part: "nodes",
  holds: ({ nodeFor }) => nodeFor,
  find: ({ nodes }) =>
    nodes.flatMap(({ host, head, why, isOurs }) => {
      if (head === undefined) return [{ subject: host, says: `the node ${host} does not answer: ${why}` }];
      return isOurs === false ? [{ subject: host, says: `the node ${host} is of another chain` }] : [];
    }),
});
