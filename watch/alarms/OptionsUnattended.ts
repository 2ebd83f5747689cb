// SPDX-License-Identifier: MIT
import { alarm } from "./Alarm.js";

/** A gap of an option group asks for a `poke`, or a lock that is over for its settlement, and nobody calls it. */
export const optionsUnattended = alarm({
  name: "OptionsUnattended",
  severity: "page",
  part: "options",
  holds: ({ attendWithin }) => attendWithin,
  find: ({ time, groups }) =>
    groups.flatMap(({ name, phase, gapped, until, absorbed, state }) => {
      const isOver = phase === "LOCKED" && time >= until;
      const due =
        phase === "NORMAL"
          ? gapped && "poke: a gap"
          : phase === "SETTLING" || (isOver && absorbed > 0n)
            ? "deleverage: its settlement"
            : isOver && "poke: its lock is over";
      return due === false ? [] : [{ subject: name, says: `${name}: nobody does what is due: ${due}`, state }];
    }),
});
