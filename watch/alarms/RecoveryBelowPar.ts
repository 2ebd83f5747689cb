// SPDX-License-Identifier: MIT
import { decimalText } from "./text.js";
import { AT_ONCE, alarm } from "./Alarm.js";

const PAR = 10n ** 18n;

/** Withdrawals pay less than one for one. */
export const recoveryBelowPar = alarm({
  name: "RecoveryBelowPar",
  severity: "page",
  part: "venue",
  holds: AT_ONCE,
  find: ({ view }) => {
    if (view.recoveryRate >= PAR) return [];
    return [{ subject: "venue", says: `the recovery rate r is ${decimalText(view.recoveryRate, 18)}, below 1` }];
  },
});
