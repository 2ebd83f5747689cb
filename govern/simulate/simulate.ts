// SPDX-License-Identifier: MIT
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { Follower } from "../../sdk/client/Follower.js";
import { STANDINGS } from "../../sdk/margin/standing.js";
import { venueKindOf } from "../../sdk/deployment.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Address } from "../../sdk/range.js";
import type { Venue } from "../../sdk/state/Venue.js";
import type { HealthView } from "../../sdk/views.js";
import { NoAdminLeft, NotAsWished, RefusedByContract, SimulationDisagrees } from "../errors.js";
import { Fork, type Mined } from "../fork/Fork.js";
import { refusalOf } from "../fork/refusal.js";
import { holdPrices, holdVols } from "../fork/stillFeed.js";
import { withHistory } from "../fork/withHistory.js";
import { look } from "../look/ask.js";
import { ADMIN_ROLE, CLEARINGHOUSE, roleOf } from "../look/roles.js";
import { readSituation, type Situation } from "../look/Situation.js";
import { draftsOf } from "../plan/drafts.js";
import type { Operation } from "../plan/Operation.js";
import { planOf } from "../plan/plan.js";
import { stepsOf, type Step } from "../plan/steps.js";
import type { WishFile } from "../wish/WishFile.js";
import type { PlayedStep, Simulation, StandChange } from "./Simulation.js";
import { optionStandingsOf } from "./optionStandings.js";
import { standingsOf, type Stand, type Standings } from "./standings.js";

/** Somebody without any role. */
const ANYBODY: Address = "0x00000000000000000000000000000000000a11ce";
/** Accounts that the lens is asked for at once, and that it is asked for beside those that change. */
const [PAGE, SAMPLE] = [50, 100];
/** Pages that are asked for at the same time: the copy waits for the chain in each. */
const AT_ONCE = 6;

export interface Given {
  readonly file: WishFile;
  readonly situation: Situation;
  /** The node, and its address, which is forked. */
  readonly rpc: Rpc;
  readonly url: string;
  /** For progress. */
  readonly say?: (text: string) => void;
}

/**
 * Plays the whole proposal on a copy of the chain, with its delays, and compares everybody with the same time without
 * it. Throws what the contracts refuse, and what leaves nobody to govern.
 */
export async function simulate({ file, situation, rpc, url, say = () => {} }: Given): Promise<Simulation> {
  const fork = await Fork.start(url, situation.header.number);
  try {
    return await new Play(fork, rpc, file, situation, say).run();
  } finally {
    await fork.stop();
  }
}

/** The venue of a chain, from its events. */
export async function followVenue(rpc: Rpc, { deployment }: Pick<Situation, "deployment">): Promise<Follower> {
  const { clearinghouse, firstBlock: fromBlock, tokenDecimals } = deployment;
  const follower = new Follower(rpc, {
    ...{ clearinghouse, fromBlock, tokenDecimals, kind: venueKindOf(deployment), tellHistory: false },
    ...{ blocksAQuery: 2_000, maxBlocksAQuery: 50_000 },
  });
  await follower.sync();
  return follower;
}

/** Of a group. */
interface Lock {
  readonly id: bigint;
  readonly until: bigint;
}

class Play {
  constructor(
    private readonly fork: Fork,
    private readonly upstream: Rpc,
    private readonly file: WishFile,
    private readonly situation: Situation,
    private readonly say: (text: string) => void,
  ) {}

  async run(): Promise<Simulation> {
    const { fork, file, situation } = this;
    const began = Date.now();
    const history = withHistory(fork.rpc, this.upstream, situation.header.number);
    const follower = await followVenue(history, situation);
    this.say(`${follower.venue.accounts.size} accounts read in ${Date.now() - began} ms`);
    const operations = planOf(file, situation, pausesOf(follower.venue));
    const read = Date.now() - began;

    const sources = [...situation.markets, ...situation.options, ...situation.collaterals].map(({ source }) => source);
    await holdPrices(fork, [...sources, ...this.wishedSources()]);
    await holdVols(fork, [...situation.options.map(({ volSource }) => volSource), ...this.wishedVolSources()]);
    const steps = stepsOf(operations);
    const start = fork.now + 1n;
    const end = steps.reduce((last, { at }) => (start + at > last ? start + at : last), start) + BigInt(steps.length);
    // As of now: the follower comes to know what is played, and what is taken back.
    const locks = [...follower.venue.groups.values()].flatMap(({ id, phase, until }) =>
      phase === "LOCKED" ? [{ id, until }] : [],
    );
    const without = await fork.undone(async () => {
      await this.unlock(locks, end - 1n);
      await this.postLevels(end - 1n);
      await fork.mine([], end);
      return this.picture(follower);
    });
    const played = await this.play(steps, start, [...locks]);
    if (fork.now < end) await fork.mine([], end);
    const after = await this.picture(follower);
    const play = Date.now() - began - read;

    this.requireWished(after.situation, follower.venue);
    const changes = changesOf(without.standings, after.standings);
    await this.prove(changes, after.standings);
    return {
      ...{ block: situation.header.number, start, end, operations, steps: played },
      without: { situation: without.situation, sums: without.standings.sums },
      with: { situation: after.situation, sums: after.standings.sums },
      ...{ accounts: after.standings.stands.size, changes, counts: countsOf(without.standings, after.standings) },
      took: { read, play, judge: Date.now() - began - read - play },
    };
  }

  private async play(steps: readonly Step[], start: bigint, locks: Lock[]): Promise<PlayedStep[]> {
    const { fork } = this;
    const to = this.situation.deployment.authority;
    const callsOf = (step: Step) => step.calls.map(({ data }) => ({ from: step.caller, to, data }));
    // All schedules stand in the first block: later times count from it.
    const schedules = steps.filter(({ kind }) => kind === "schedule");
    const played: PlayedStep[] = [];
    const note = (step: Step, mined: readonly Mined[]) => {
      for (const [index, { ok, revert }] of mined.entries()) {
        if (!ok) throw refused(step.operations[index]!, step.kind, revert);
      }
      played.push({ step, at: fork.now, gas: mined.map(({ gas }) => gas) });
    };
    const scheduled = await fork.mine(schedules.flatMap(callsOf), start);
    for (const step of schedules) note(step, scheduled.splice(0, step.calls.length));
    for (const step of steps.filter(({ kind }) => kind === "execute")) {
      // Steps of one time follow each other by a second.
      const at = start + step.at > fork.now ? start + step.at : fork.now + 1n;
      locks = await this.unlock(locks, at - 1n);
      await this.postLevels(at - 1n);
      note(step, await fork.mine(callsOf(step), at));
    }
    return played;
  }

  /** Anybody's call ends a lock that is over and gathered nobody: until then parameters stand still. */
  private async unlock(locks: readonly Lock[], before: bigint): Promise<Lock[]> {
    const to = this.situation.deployment.clearinghouse;
    const over = locks.filter(({ until }) => until < before);
    if (over.length === 0 || before <= this.fork.now) return [...locks];
    const calls = over.map(({ id }) => ({
      from: ANYBODY,
      to,
      data: CLEARINGHOUSE.encodeFunctionData("poke", [id]) as Hex,
    }));
    await this.fork.mine(calls, before);
    return locks.filter((each) => !over.includes(each));
  }

  /** Anybody's call takes a level over that is newer: else that of an option group would be too old. */
  private async postLevels(time: bigint): Promise<void> {
    const { options, deployment } = this.situation;
    if (options.length === 0 || time <= this.fork.now) return;
    const calls = options.map(({ group }) => ({
      from: ANYBODY,
      to: deployment.clearinghouse,
      data: CLEARINGHOUSE.encodeFunctionData("postLevel", [group]) as Hex,
    }));
    await this.fork.mine(calls, time);
  }

  private async picture(follower: Follower): Promise<{ situation: Situation; standings: Standings }> {
    const situation = await readSituation(this.fork.rpc, this.situation.deployment, this.fork.now);
    await follower.sync();
    if (situation.deployment.options !== undefined) {
      const standings = await optionStandingsOf(this.fork.rpc, follower.venue, situation, this.fork.now);
      return { situation, standings };
    }
    return { situation, standings: standingsOf(follower.venue, situation, this.fork.now) };
  }

  private wishedSources(): Address[] {
    const { markets = {}, groups = {}, collaterals = {} } = this.file.wish;
    return [markets, groups, collaterals]
      .flatMap((each) => Object.values<{ source?: Address | undefined }>(each))
      .flatMap(({ source }) => source ?? []);
  }

  private wishedVolSources(): Address[] {
    return Object.values(this.file.wish.groups ?? {}).flatMap(({ volSource }) => volSource ?? []);
  }

  private requireWished(after: Situation, venue: Venue): void {
    const left = draftsOf(this.file, after, pausesOf(venue));
    if (left.length > 0) throw new NotAsWished(left.map(({ title }) => title));
    const admins = roleOf(after.authority, ADMIN_ROLE)?.members ?? [];
    if (admins.length === 0) throw new NoAdminLeft("the role has no member");
  }

  /** Asks the lens of the fork about everybody whose standing changes, and about others. */
  private async prove(changes: readonly StandChange[], { stands }: Standings): Promise<void> {
    const { fork } = this;
    if (this.situation.deployment.options !== undefined) return; // they are the lens's own words
    const { lens, clearinghouse } = this.situation.deployment;
    const changed = new Set(changes.map(({ account }) => account));
    const others = [...stands.keys()].filter((id) => !changed.has(id)).slice(0, SAMPLE);
    const ids = [...changed, ...others];
    const pages = Array.from({ length: Math.ceil(ids.length / PAGE) }, (_, i) => ids.slice(i * PAGE, (i + 1) * PAGE));
    const ask = async (): Promise<void> => {
      for (let page = pages.shift(); page !== undefined; page = pages.shift()) {
        const views = await look(fork.rpc, lens, "accounts", [clearinghouse, page], "latest", fork.now);
        for (const [index, view] of views.entries()) requireSame(stands.get(page[index]!)!, view);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
  }
}

function requireSame(own: Stand, { standing, equity, initial, maintenance }: HealthView): void {
  const told = STANDINGS[Number(standing)];
  const same = told === own.standing && equity === own.equity && initial === own.initial;
  if (same && maintenance === own.maintenance) return;
  throw new SimulationDisagrees(
    `account ${own.account}: the lens says ${told}, equity ${equity}, initial margin ${initial}, and the ` +
      `events say ${own.standing}, ${own.equity}, ${own.initial}`,
  );
}

/** When pauses of markets began and end. */
export function pausesOf(venue: Venue): ReadonlyMap<bigint, { level: bigint; since: bigint; until: bigint }> {
  return venue.pauses;
}

function refused(operation: Operation, kind: "schedule" | "execute", revert: Hex): RefusedByContract {
  const { name, sentence } = refusalOf(revert);
  return new RefusedByContract(
    kind === "schedule" ? `schedule of ${operation.title}` : operation.title,
    name,
    sentence,
  );
}

const worseness = (stand: Stand) => STANDINGS.indexOf(stand.standing);

/** Those who stand elsewhere, the worst first; then by what they lack. */
function changesOf(before: Standings, after: Standings): StandChange[] {
  const changes: StandChange[] = [];
  for (const [account, stand] of after.stands) {
    const was = before.stands.get(account);
    if (was !== undefined && was.standing !== stand.standing) changes.push({ account, before: was, after: stand });
  }
  const lack = ({ after: { equity, maintenance } }: StandChange) => equity - maintenance;
  return changes.sort((a, b) => worseness(b.after) - worseness(a.after) || (lack(a) < lack(b) ? -1 : 1));
}

function countsOf(before: Standings, after: Standings): Simulation["counts"] {
  const counts = new Map(STANDINGS.map((each) => [each, { without: 0, with: 0 }]));
  for (const { standing } of before.stands.values()) counts.get(standing)!.without += 1;
  for (const { standing } of after.stands.values()) counts.get(standing)!.with += 1;
  return counts;
}
