// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from "node:timers/promises";
import type { Venue } from "../run/Venue.js";

const CALM = 3; // blocks without anything left to do
const LONGEST = 900_000; // ms

/** Services that are not at rest in time. */
export class NoRest extends Error {
  override readonly name = "NoRest";
}

/**
 * Nobody trades any more: waits until locks have ended, nothing is on its way, and all are at the chain's head, where
 * it stands still. The relay may match at the last head what only then may be filled: then the chain goes on.
 */
export async function comeToRest(venue: Venue): Promise<void> {
  const until = Date.now() + LONGEST;
  for (;;) {
    await calmBlocks(venue, until);
    await venue.stopBlocks();
    await atHead(venue, until);
    if ((await unrest(venue)) === "") return;
    await venue.goOn();
  }
}

async function calmBlocks(venue: Venue, until: number): Promise<void> {
  let [calm, block, why] = [0, 0, ""];
  while (calm < CALM) {
    if (Date.now() > until) throw new NoRest(`not at rest after ${LONGEST / 1_000} s: ${why}`);
    const { number } = await venue.head();
    if (number !== block) {
      why = await unrest(venue);
      calm = why === "" ? calm + 1 : 0;
      block = number;
    }
    await sleep(200);
  }
}

async function atHead(venue: Venue, until: number): Promise<void> {
  const { number } = await venue.head();
  for (;;) {
    const late = await Promise.all(
      ["relay", "keeper", "indexer"].map(async (name) => {
        const { ok, block: at } = await venue.service(name).look();
        return ok && at === number ? [] : [`${name} is at block ${at} of ${number}`];
      }),
    );
    if (late.flat().length === 0) return;
    if (Date.now() > until) throw new NoRest(late.flat().join(", "));
    await sleep(300);
  }
}

/** What is still to be done; empty: nothing. */
async function unrest(venue: Venue): Promise<string> {
  const locked = await venue.lockedGroups();
  if (locked > 0) return `${locked} groups are locked`;
  const keeper = (await told(`${venue.service("keeper").spec.url}/health`)) as {
    pending?: number;
    groups?: { liquidatable: number; gapped: boolean }[];
  };
  if ((keeper.pending ?? 1) > 0) return `the keeper has ${keeper.pending} transactions on their way`;
  if (keeper.groups?.some(({ liquidatable, gapped }) => liquidatable > 0 || gapped)) return "the keeper has work";
  const metrics = await fetch(`${venue.service("relay").spec.url}/metrics`).then((answer) => answer.text());
  const pending = /^novation_relay_pending_transactions (\d+)/m.exec(metrics)?.[1];
  const open = /^novation_relay_open_matches\{state="open"\} (\d+)/m.exec(metrics)?.[1];
  if (Number(pending ?? 0) > 0 || Number(open ?? 0) > 0) return `the relay has ${open ?? 0} matches on their way`;
  return "";
}

async function told(url: string): Promise<unknown> {
  return (await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined))?.json() ?? {};
}
