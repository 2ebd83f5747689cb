// SPDX-License-Identifier: MIT
import { alarm } from "./Alarm.js";

/** Two nodes have different blocks of one number. */
export const nodeForked = alarm({
  name: "NodeForked",
  severity: "page",
  part: "nodes",
  holds: ({ forkFor }) => forkFor,
  find: ({ pairs }) =>
    pairs
      .filter(({ isForked }) => isForked)
      .map(({ hosts, block }) => ({ subject: hosts, says: `${hosts} have different blocks ${block}` })),
});
