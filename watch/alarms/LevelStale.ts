// SPDX-License-Identifier: MIT
import { alarm } from "./Alarm.js";

/** An option group has no fresh volatility level, or its underlying no fresh price: nobody trades there. */
export const levelStale = alarm({
  name: "LevelStale",
  severity: "page",
  part: "options",
  holds: ({ feedFor }) => feedFor,
  find: ({ time, groups }) =>
    groups.flatMap(({ name, spotFresh, levelTime, levelStaleFrom }) => {
      if (!spotFresh) return [{ subject: name, says: `${name}: its underlying has no fresh price` }];
      if (time < levelStaleFrom) return [];
      return [{ subject: name, says: `${name}: its volatility level was observed ${time - levelTime} s ago` }];
    }),
});
