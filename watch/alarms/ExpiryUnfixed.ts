// SPDX-License-Identifier: MIT
import { AT_ONCE, alarm } from "./Alarm.js";

/** An expiry is over, and its price is not fixed: nobody is paid, and the time of all marks of the group stands. */
export const expiryUnfixed = alarm({
  name: "ExpiryUnfixed",
  severity: "page",
  part: "options",
  holds: AT_ONCE,
  find: ({ time, groups }, { fixWithin }) =>
    groups
      .flatMap(({ expiries }) => expiries)
      .filter(({ isFixed, expiry }) => !isFixed && time > expiry + BigInt(fixWithin))
      .map(({ name, expiry }) => ({
        subject: name,
        says: `${name} expired ${time - expiry} s ago, and nobody has fixed its price`,
      })),
});
