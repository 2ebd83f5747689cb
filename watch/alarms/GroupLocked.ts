// SPDX-License-Identifier: MIT
import { PHASES } from "../../sdk/views.js";
import { AT_ONCE, alarm } from "./Alarm.js";

/** A group is locked, or settles. */
export const groupLocked = alarm({
  name: "GroupLocked",
  severity: "ticket",
  part: "venue",
  holds: AT_ONCE,
  find: ({ groups }) =>
    groups
      .filter(({ view }) => PHASES[Number(view.phase)] !== "NORMAL")
      .map(({ name, view }) => {
        const phase = PHASES[Number(view.phase)] === "LOCKED" ? `locked until ${view.until}` : "settling";
        return { subject: name, says: `${name} is ${phase}, ${view.absorbed} accounts absorbed` };
      }),
});
