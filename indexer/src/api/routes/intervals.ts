// SPDX-License-Identifier: MIT
import { INTERVALS } from "../../history/candles";
import { count } from "../parameters";
import { BadRequest } from "../Route";

/** An interval of candles and series. */
export const SECONDS = {
  ...count("the interval in seconds", 60, 86_400, 3_600),
  says: `the interval in seconds, one of ${INTERVALS.join(", ")}; default 3600`,
  schema: { type: "integer", enum: INTERVALS, default: 3_600 },
  read: (text: string, name: string): number => {
    const found = INTERVALS.find((each) => String(each) === text);
    if (found === undefined) throw new BadRequest(`${name} is ${text}: it has to be one of ${INTERVALS.join(", ")}`);
    return found;
  },
};
