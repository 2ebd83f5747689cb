// SPDX-License-Identifier: MIT
import type { Finding } from "../check/Finding.js";
import type { Rebuilt } from "../check/rebuild.js";
import { PLEDGE, type CollateralFacts } from "./CollateralDay.js";

const TOKEN_UNIT = 1_000n; // 1e-9 quote: less cannot leave

/** Who pledged has left whole: nothing of his is left behind, every unit is accounted for, and he never defaulted. */
export function checkLeft({ venue }: Rebuilt, facts: CollateralFacts): Finding {
  const { pledger, naked, absorbed, coins, sold, fees } = facts;
  const account = venue.accounts.get(pledger.account)!;
  const faults: string[] = [];
  if (account.legs.some((leg) => leg !== undefined)) faults.push("he still holds a position");
  if ([...account.pledges.values()].some(({ units }) => units > 0n)) faults.push("some of his pledge is left");
  if (account.cash < 0n || account.cash >= TOKEN_UNIT) faults.push(`his cash is ${account.cash}`);
  const units = coins + sold + fees;
  if (units !== PLEDGE) faults.push(`of ${PLEDGE} units he has, sold and paid as fees ${units}`);
  if (absorbed.includes(pledger.account)) faults.push("he was absorbed");
  if (!absorbed.includes(naked.account)) faults.push("who had pledged nothing was not absorbed");
  return {
    what: "left",
    says: "who pledged has closed and taken all out; his units add up; he never defaulted, who had pledged nothing did",
    faults,
  };
}
