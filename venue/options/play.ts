// SPDX-License-Identifier: MIT
import { auditRelay, checkBook } from "../check/relay.js";
import { checkIndexer } from "../check/indexer.js";
import { figuresOf } from "../check/figures.js";
import { lineOf, type Finding } from "../check/Finding.js";
import { rebuild } from "../check/rebuild.js";
import { comeToRest } from "../check/rest.js";
import type { Venue } from "../run/Venue.js";
import { checkBooks, checkDay } from "./checkOptions.js";
import { OptionDay, type DayFacts } from "./OptionDay.js";

/** A market maker's day, with a check of every service while positions are open and one at the end. True: all equal. */
export async function playOptions(venue: Venue, say: (line: string) => void): Promise<boolean> {
  const day = new OptionDay(venue, say);
  const facts = await day.trade();
  await comeToRest(venue);
  const open = await check(venue, undefined);
  await venue.goOn();
  await day.expire(facts);
  await venue.endPeople();
  await comeToRest(venue);
  const findings = [...open, ...(await check(venue, facts))];
  say(`chain: ${figuresOf(await rebuild(venue.rpc, venue.deployment))}`);
  for (const finding of findings) say(lineOf(finding));
  const bad = findings.filter(({ faults }) => faults.length > 0);
  say(bad.length === 0 ? "the day was played, and all is equal" : `${bad.length} of ${findings.length} checks DIFFER`);
  return bad.length === 0;
}

/** With the facts of the day once it is over. */
async function check({ rpc, rpcUrl, deployment, ...venue }: Venue, facts: DayFacts | undefined): Promise<Finding[]> {
  const rebuilt = await rebuild(rpc, deployment);
  const url = (name: string) => venue.services.find((each) => each.name === name)!.spec.url;
  return [
    ...(await checkBooks(rpc, deployment, rebuilt, facts !== undefined)),
    await checkIndexer(url("indexer"), rebuilt),
    await checkBook(url("relay"), rebuilt),
    ...(facts === undefined ? [] : [await auditRelay(url("relay"), rpcUrl, deployment)]),
    ...(facts === undefined ? [] : await checkDay(rpc, deployment, rebuilt, facts)),
  ];
}
