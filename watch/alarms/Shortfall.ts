// SPDX-License-Identifier: MIT
import { AT_ONCE, alarm } from "./Alarm.js";
import { moneyText } from "./text.js";

/** Claims that no token backs. */
export const shortfall = alarm({
  name: "Shortfall",
  severity: "page",
  part: "venue",
  holds: AT_ONCE,
  find: ({ view }) =>
    view.shortfall > 0n ? [{ subject: "venue", says: `a shortfall of ${moneyText(view.shortfall)} is open` }] : [],
});
