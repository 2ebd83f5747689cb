// SPDX-License-Identifier: MIT
import { PHASES } from "../../sdk/views.js";
import { alarm } from "./Alarm.js";

/** A mark is further from its anchor than the gap threshold, and the group is not locked yet. */
export const gap = alarm({
  name: "Gap",
  severity: "ticket",
  part: "venue",
  holds: ({ gapFor }) => gapFor,
  find: ({ groups }) =>
    groups
      .filter(({ view }) => view.gapped && PHASES[Number(view.phase)] === "NORMAL")
      .map(({ name, markets }) => {
        const jumped = markets.filter(({ view }) => view.gapped).map(({ symbol }) => symbol);
        return {
          subject: name,
          says: `${name}: ${jumped.join(", ")} jumped from the anchor, and nobody has locked it`,
        };
      }),
});
