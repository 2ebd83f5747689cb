// SPDX-License-Identifier: MIT
import { AT_ONCE, alarm } from "./Alarm.js";

/** An option group is locked, or settles, or has a gap that nobody has locked. */
export const optionsLocked = alarm({
  name: "OptionsLocked",
  severity: "ticket",
  part: "options",
  holds: AT_ONCE,
  find: ({ groups }) =>
    groups
      .filter(({ phase, gapped }) => phase !== "NORMAL" || gapped)
      .map(({ name, phase, until, absorbed }) => {
        const now = phase === "NORMAL" ? "has a gap" : phase === "LOCKED" ? `is locked until ${until}` : "settles";
        return { subject: name, says: `${name} ${now}, ${absorbed} accounts absorbed` };
      }),
});
