// SPDX-License-Identifier: MIT
// npm run venue: see USAGE and docs/venue.md.
import { setTimeout as sleep } from "node:timers/promises";
import { DeploymentError } from "../sdk/deploymentErrors.js";
import { NoPostgres } from "../sim/trial/Postgres.js";
import { OptionError, main } from "../tools/options.js";
import { check } from "./check/check.js";
import { figuresOf } from "./check/figures.js";
import { lineOf } from "./check/Finding.js";
import { rebuild } from "./check/rebuild.js";
import { comeToRest, NoRest } from "./check/rest.js";
import { playFaults } from "./faults/play.js";
import { playCollateral } from "./collateral/play.js";
import { playOptions } from "./options/play.js";
import { DayFailed } from "./day/DayFailed.js";
import { OPTIONS, USAGE, venueOptions, type Options } from "./run/options.js";
import { PortTaken } from "./run/Door.js";
import { freePorts } from "./run/freePorts.js";
import { ChainLost, NotReady, Venue } from "./run/Venue.js";

const TOLD = 30_000; // ms between lines of health

const began = Date.now();
const say = (line: string) => {
  const seconds = ((Date.now() - began) / 1_000).toFixed(1);
  process.stdout.write(`${seconds.padStart(7)} s  ${line}\n`);
};

await main(USAGE, OPTIONS, async (values) => {
  const options = venueOptions(values);
  try {
    if (options.fund !== undefined) await fund(options, options.fund);
    else await run(options);
  } catch (failure) {
    const known = [ChainLost, DayFailed, DeploymentError, NoPostgres, NotReady, NoRest, PortTaken].some(
      (kind) => failure instanceof kind,
    );
    if (!known) throw failure;
    console.error(`${(failure as Error).name}: ${(failure as Error).message}`);
    process.exitCode = 1;
  }
});
process.exit();

/** Asks the venue that runs. */
async function fund({ ports }: Options, address: string): Promise<void> {
  const url = `http://127.0.0.1:${ports.page}/faucet`;
  const answer = await fetch(url, { method: "POST", body: JSON.stringify({ address }) }).catch(() => undefined);
  if (answer === undefined) throw new OptionError(`no venue answers at ${url}: start one with npm run venue`);
  const { says, error } = (await answer.json()) as { says?: string; error?: string };
  if (says === undefined) throw new OptionError(`the venue at ${url} refused: ${error}`);
  console.log(says);
}

async function run(options: Options): Promise<void> {
  const own = options.rpc === undefined ? Object.values(options.ports) : Object.values(options.ports).slice(1);
  await freePorts(own);
  const venue = new Venue(options, say);
  const stop = stopped(venue);
  try {
    await Promise.race([venue.open(), stop.asked, venue.lost]);
    if (stop.now()) return say("ending ...");
    tell(venue);
    const play = options.options ? playOptions : options.collateral ? playCollateral : undefined;
    if (play !== undefined) {
      const good = await Promise.race([play(venue, say), stop.asked.then(() => undefined), venue.lost]);
      if (good === false) process.exitCode = 1;
      return say("ending ...");
    }
    if (options.faults) await Promise.race([playFaults(venue, say), stop.asked, venue.lost]);
    await Promise.race([duration(venue), stop.asked, venue.lost]);
    if (options.duration !== undefined || options.check || options.faults)
      await Promise.race([end(venue, stop), venue.lost]);
    else say("ending ...");
  } finally {
    await venue.close(process.exitCode !== undefined && process.exitCode !== 0);
  }
}

/** A first signal ends the venue in order, a second one at once. */
function stopped(venue: Venue): { asked: Promise<void>; now: () => boolean } {
  let times = 0;
  const asked = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        times += 1;
        if (times > 1) process.exit(130);
        resolve();
      });
    }
  });
  process.once("exit", () => venue.kill());
  return { asked, now: () => times > 0 };
}

/** What is where. */
function tell(venue: Venue): void {
  const { options, deployment, services, folder, deploymentFile } = venue;
  const { ports, block, step, scene, seed } = options;
  const page = `http://127.0.0.1:${ports.page}`;
  say("");
  for (const { name, spec, health } of services) say(`${name.padEnd(8)} ${spec.url.padEnd(24)} ${health.says}`);
  say(`page     ${page.padEnd(24)} /deployment.json, /services.json, /status, /rpc, /relay, /indexer`);
  say("");
  for (const name of ["token", "authority", "clearinghouse", "vault", "lens"] as const) {
    say(`${name.padEnd(14)} ${deployment[name]}`);
  }
  for (const { symbol, id, feed, stream } of deployment.markets)
    say(`market ${id.toString().padEnd(7)} ${symbol}, ${stream === undefined ? `feed ${feed}` : `stream ${stream}`}`);
  say(`deployment     ${deploymentFile}`);
  say(`logs           ${folder}`);
  for (const { symbol, group, feed, volSource } of deployment.options?.groups ?? [])
    say(`group ${group.toString().padEnd(8)} ${symbol}, feed ${feed}, volatilities ${volSource}`);
  const day = options.options ? "a market maker's day" : options.collateral ? "a day with ether pledged" : undefined;
  const played = day ?? `${scene}, seed ${seed}`;
  say(`scene          ${played}; a block in ${block} s, ${step} s later by the chain's clock`);
  const watched = (["relay", "keeper", "indexer"] as const).map((name) => `--${name} http://127.0.0.1:${ports[name]}`);
  say(`alarms         npm run watch -- --rpc ${venue.rpcUrl} --deployment ${deploymentFile} ${watched.join(" ")}`);
  say(`money          npm run venue -- --fund 0xADDRESS, or POST {"address": "0x..."} to ${page}/faucet`);
  say("Ctrl-C ends all.");
  say("");
}

/** Runs for as long as was asked, by the chain's clock, and tells from time to time how everybody is. */
async function duration(venue: Venue): Promise<void> {
  const { duration: seconds } = venue.options;
  let toldAt = 0;
  for (;;) {
    const head = await venue.head().catch(() => undefined);
    const gone = head === undefined ? 0 : head.time - venue.begin;
    if (seconds !== undefined && gone >= seconds) return;
    if (Date.now() - toldAt >= TOLD) {
      toldAt = Date.now();
      say(`${clock(gone)} of the chain's clock`);
      for (const { name, health } of venue.services)
        say(`  ${name.padEnd(8)} ${health.ok ? "" : "NOT WELL, "}${health.says}`);
    }
    await sleep(500);
  }
}

/** The check, and how it came out. */
async function end(venue: Venue, stop: ReturnType<typeof stopped>): Promise<void> {
  say("traders and prices end; waiting until nothing is left to do ...");
  await venue.endPeople();
  await comeToRest(venue);
  const findings = await check(venue);
  say(`chain: ${figuresOf(await rebuild(venue.rpc, venue.deployment))}`);
  for (const finding of findings) say(lineOf(finding));
  const bad = findings.filter(({ faults }) => faults.length > 0);
  const starts = venue.services.map(({ name, starts }) => `${name} ${starts}`).join(", ");
  say(`starts: ${starts}`);
  say(bad.length === 0 ? "all services are equal to the chain" : `${bad.length} of ${findings.length} checks DIFFER`);
  if (bad.length > 0) process.exitCode = 1;
  else if (stop.now()) process.exitCode = 0;
}

/** 3661 as 1:01:01. */
function clock(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${Math.floor(seconds / 3_600)}:${two((seconds % 3_600) / 60)}:${two(seconds % 60)}`;
}
