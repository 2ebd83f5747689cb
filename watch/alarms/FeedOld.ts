// SPDX-License-Identifier: MIT
import { MARKET_STATUSES, SOURCE_STATUSES } from "../../sdk/views.js";
import { alarm } from "./Alarm.js";

/** A market has no fresh price, or its feed has been silent for too long. */
export const feedOld = alarm({
  name: "FeedOld",
  severity: "page",
  part: "venue",
  holds: ({ feedFor }) => feedFor,
  find: ({ groups }, { feedAge }) =>
    groups
      .flatMap(({ markets }) => markets)
      .filter(({ view }) => MARKET_STATUSES[Number(view.status)] === "OPEN")
      .flatMap(({ symbol, view, age, heartbeat }) => {
        const status = SOURCE_STATUSES[Number(view.sourceStatus)] ?? String(view.sourceStatus);
        const tells = age === undefined ? "" : `, its last answer is ${age} s old, its heartbeat is ${heartbeat} s`;
        if (status !== "FRESH") return [{ subject: symbol, says: `${symbol} has no price: ${status}${tells}` }];
        if (age === undefined || heartbeat === undefined || age * 100n <= heartbeat * BigInt(feedAge)) return [];
        return [{ subject: symbol, says: `${symbol} has an old price${tells}` }];
      }),
});
