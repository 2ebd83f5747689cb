// SPDX-License-Identifier: MIT
import { alarm } from "./Alarm.js";

/** A lock, a gap or a default asks for something that anybody may do, and nobody does it. */
export const lockUnattended = alarm({
  name: "LockUnattended",
  severity: "page",
  part: "venue",
  holds: ({ attendWithin }) => attendWithin,
  find: ({ groups }) =>
    groups
      .filter(({ duties }) => duties.length > 0)
      .map(({ name, view, markets, duties }) => {
        const { phase, absorbed, relieved, lockedAt, lastUnlock, deficit } = view;
        const left = markets.map(({ view: each }) => [each.estateLong, each.estateShort, each.openInterest].join());
        // Whoever acts changes one of these.
        const state = [phase, absorbed, relieved, lockedAt, lastUnlock, deficit, ...left].join();
        return { subject: name, says: `${name}: nobody does what is due: ${duties.join("; ")}`, state };
      }),
});
