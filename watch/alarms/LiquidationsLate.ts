// SPDX-License-Identifier: MIT
import { alarm } from "./Alarm.js";

/** Accounts stay below maintenance margin, or below zero. */
export const liquidationsLate = alarm({
  name: "LiquidationsLate",
  severity: "page",
  part: "venue",
  holds: ({ liquidateWithin }) => liquidateWithin,
  find: ({ groups }) =>
    groups
      .filter(({ liquidatable }) => liquidatable > 0)
      .map(({ name, liquidatable, insolvent }) => ({
        subject: name,
        says: `${name}: ${liquidatable} accounts are below maintenance margin, ${insolvent} of them below zero`,
      })),
});
