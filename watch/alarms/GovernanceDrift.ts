// SPDX-License-Identifier: MIT
import { AT_ONCE, alarm } from "./Alarm.js";

/** Roles, delays, parameters or code are not as the file of the wished state says. */
export const governanceDrift = alarm({
  name: "GovernanceDrift",
  severity: "page",
  part: "governance",
  holds: AT_ONCE,
  find: ({ drift }) => drift,
});
