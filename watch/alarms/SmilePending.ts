// SPDX-License-Identifier: MIT
import { alarm } from "./Alarm.js";

/** A smile was posted, and the anchors do not move past it: no other one can be posted. */
export const smilePending = alarm({
  name: "SmilePending",
  severity: "ticket",
  part: "options",
  holds: ({ smileFor }) => smileFor,
  find: ({ groups }) =>
    groups
      .flatMap(({ expiries }) => expiries)
      .filter(({ isPending }) => isPending)
      .map(({ name }) => ({ subject: name, says: `${name}: the anchors have not taken its last smile over` })),
});
