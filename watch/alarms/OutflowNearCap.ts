// SPDX-License-Identifier: MIT
import { AT_ONCE, alarm } from "./Alarm.js";
import { moneyText } from "./text.js";

const PPM = 1_000_000n;
/** Percent more than the limit that have to be left before the alarm ends: withdrawals come and go. */
const BAND = 5n;

/** Little may still be withdrawn in this window. */
export const outflowNearCap = alarm({
  name: "OutflowNearCap",
  severity: "ticket",
  part: "venue",
  holds: AT_ONCE,
  find: ({ view }, { outflowLeft }, standing) => {
    const { outflowRate, outflowFloor } = view.params;
    const share = (view.held * outflowRate) / PPM;
    const cap = share > outflowFloor ? share : outflowFloor;
    const limit = BigInt(outflowLeft) + (standing.has("venue") ? BAND : 0n);
    // A venue that holds less than the cap can pay everybody.
    if (view.outflowLeft * 100n >= cap * limit || view.outflowLeft >= view.held) return [];
    const says = `${moneyText(view.outflowLeft)} may be withdrawn until ${view.outflowWindowEnds}, of ${moneyText(cap)}`;
    return [{ subject: "venue", says }];
  },
});
