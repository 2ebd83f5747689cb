// SPDX-License-Identifier: MIT
import { AT_ONCE, alarm } from "./Alarm.js";

/** A node answers, and has had no new block for long. */
export const nodeSilent = alarm({
  name: "NodeSilent",
  severity: "page",
  part: "nodes",
  holds: AT_ONCE,
  find: ({ nodes }, { nodeSilence }) =>
    nodes.flatMap(({ host, head, silent }) => {
      if (head === undefined || silent < nodeSilence) return [];
      return [
        { subject: host, says: `the node ${host} has stood at block ${head.number} for more than ${nodeSilence} s` },
      ];
    }),
});
