// SPDX-License-Identifier: MIT
import { alarm } from "./Alarm.js";

/** A reader of the watch fails: what it looks at may go wrong unseen. */
export const watchBlind = alarm({
  name: "WatchBlind",
  severity: "page",
  part: "readers",
  holds: ({ blindFor }) => blindFor,
  find: (readers) =>
    readers
      .filter(({ failure }) => failure !== undefined)
      .map(({ name, failure }) => ({ subject: name, says: `the watch cannot see the ${name}: ${failure}` })),
});
