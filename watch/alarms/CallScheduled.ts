// SPDX-License-Identifier: MIT
import { AT_ONCE, alarm } from "./Alarm.js";

/** A call of governance waits: whoever did not expect it has until then to cancel it. */
export const callScheduled = alarm({
  name: "CallScheduled",
  severity: "page",
  part: "governance",
  holds: AT_ONCE,
  find: ({ calls }) => calls,
});
