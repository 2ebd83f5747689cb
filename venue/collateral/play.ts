// SPDX-License-Identifier: MIT
import { check } from "../check/check.js";
import { figuresOf } from "../check/figures.js";
import { lineOf } from "../check/Finding.js";
import { rebuild } from "../check/rebuild.js";
import { comeToRest } from "../check/rest.js";
import type { Venue } from "../run/Venue.js";
import { checkCollateral } from "./checkCollateral.js";
import { CollateralDay } from "./CollateralDay.js";
import { checkLeft } from "./checkLeft.js";

/** The day of who pledges, and then a check of every service. True: all equal. */
export async function playCollateral(venue: Venue, say: (line: string) => void): Promise<boolean> {
  const facts = await new CollateralDay(venue, venue.collateral!, say).play();
  await comeToRest(venue);
  const { rpc, deployment } = venue;
  const rebuilt = await rebuild(rpc, deployment);
  const findings = [
    ...(await check(venue)),
    ...(await checkCollateral(rpc, deployment, rebuilt)),
    checkLeft(rebuilt, facts),
  ];
  say(`chain: ${figuresOf(rebuilt)}`);
  for (const finding of findings) say(lineOf(finding));
  const bad = findings.filter(({ faults }) => faults.length > 0);
  say(bad.length === 0 ? "the day was played, and all is equal" : `${bad.length} of ${findings.length} checks DIFFER`);
  return bad.length === 0;
}
