// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from "node:timers/promises";
import type { Venue } from "../run/Venue.js";

/** What a fault did. */
export interface Recovery {
  readonly fault: string;
  /** Seconds from the fault's end until all that it struck are well and at the head; undefined: not in time. */
  readonly seconds: number | undefined;
}

const KILLED = ["relay", "keeper", "indexer", "traders", "oracle"] as const;
const SERVICES = ["relay", "keeper", "indexer"] as const;
const CUT = 8_000; // ms without the node, and without the database
const BETWEEN = 5_000; // ms of trading between two faults
const PATIENCE = 180_000; // ms for everybody to be well again

/** Kills each service, cuts off the node, takes the database away; and tells how long each took to be well again. */
export async function playFaults(venue: Venue, say: (line: string) => void): Promise<Recovery[]> {
  const told: Recovery[] = [];
  const play = async (fault: string, struck: readonly string[], begin: () => unknown, over?: () => unknown) => {
    await sleep(BETWEEN);
    say(`fault    ${fault}`);
    await begin();
    if (over !== undefined) {
      await sleep(CUT);
      await over();
    }
    const seconds = await recovered(venue, struck);
    told.push({ fault, seconds });
    say(`recovery ${fault}: ${seconds === undefined ? "NOT WITHIN " + PATIENCE / 1_000 : seconds.toFixed(1)} s`);
    if (seconds === undefined) process.exitCode = 1;
  };
  const reports = venue.options.streams ? ["streams"] : [];
  for (const name of [...KILLED, ...reports]) {
    await play(`kill -9 of ${name}`, [name], () => venue.service(name).kill());
  }
  const { proxy, postgres } = venue;
  if (proxy !== undefined) {
    const cut = () => {
      proxy.faults.dropped = true;
      proxy.drop();
    };
    await play(`node cut off for ${CUT / 1_000} s`, [...SERVICES, "traders", "oracle"], cut, () => {
      proxy.faults.dropped = false;
    });
  }
  if (postgres !== undefined) {
    await play(
      `database away for ${CUT / 1_000} s`,
      SERVICES,
      () => postgres.halt(),
      () => postgres.resume(),
    );
  }
  await sleep(BETWEEN);
  return told;
}

/** Seconds until all of these are well, and have seen a block that came after the fault. */
async function recovered(venue: Venue, names: readonly string[]): Promise<number | undefined> {
  const began = Date.now();
  const { number } = await venue.head();
  while (Date.now() - began < PATIENCE) {
    const healths = await Promise.all(names.map((name) => venue.service(name).look()));
    if (healths.every(({ ok, block }) => ok && (block ?? 0) > number)) return (Date.now() - began) / 1_000;
    await sleep(200);
  }
  return undefined;
}
