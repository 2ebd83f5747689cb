// SPDX-License-Identifier: MIT
import { alarm } from "./Alarm.js";

/** A node has blocks less than the best one. */
export const nodeBehind = alarm({
  name: "NodeBehind",
  severity: "ticket",
  part: "nodes",
  holds: ({ nodeFor }) => nodeFor,
  find: ({ nodes }, { nodeLag }) => {
    const ours = nodes.filter(({ isOurs }) => isOurs === true);
    const best = ours.reduce((most, { head }) => Math.max(most, head?.number ?? 0), 0);
    return ours.flatMap(({ host, head }) => {
      if (head === undefined || best - head.number <= nodeLag) return [];
      return [{ subject: host, says: `the node ${host} is at block ${head.number}, ${best - head.number} behind` }];
    });
  },
});
