// SPDX-License-Identifier: MIT
import { alarm } from "./Alarm.js";

/** Two nodes have the same block, and answer differently about it: one of them is wrong. */
export const nodeLies = alarm({
  name: "NodeLies",
  severity: "page",
  part: "nodes",
  holds: ({ lieFor }) => lieFor,
  find: ({ pairs }) =>
    pairs
      .filter(({ isForked, differs }) => !isForked && differs.length > 0)
      .map(({ hosts, block, differs }) => ({
        subject: hosts,
        says: `${hosts} have the same block ${block} and answer differently about ${differs.join(", ")}`,
      })),
});
