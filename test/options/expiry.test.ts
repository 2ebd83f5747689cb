// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { settlementOf, type Feed, type FeedRound } from "../../sdk/reference/options/expiry.js";
import type { MockAggregator, MockAggregatorProxy } from "../../types/ethers-contracts/index.js";
import { Random } from "../differential/random.js";
import { createChain, fridayOf, makeVenue, post, WINDOW, type Chain, type Venue } from "./listing.js";

const PLAYS = Number(process.env["EXPIRY_PLAYS"] ?? 60);
const ANSWER = 10n ** 8n;
const SPOT = 60_000n;
const ALL = 1_000_000n;

/** A round of an aggregator as the play plans it. */
interface Planned {
  readonly time: number;
  readonly answer: bigint;
}

interface Plan {
  readonly heartbeat: number;
  readonly expiry: number;
  /** By phase, from the one that is noted before the window. */
  readonly phases: readonly (readonly Planned[])[];
  /** When the proxy goes on to each but the first. */
  readonly changes: readonly number[];
  readonly calls: readonly number[];
}

const isUsable = (answer: bigint): boolean => answer > 0n && answer <= 10n ** 14n;

const idOf = (phase: number, number: number): bigint => (BigInt(phase) << 64n) | BigInt(number);

describe("The price at which an expiry ends", () => {
  let chain: Chain;
  beforeEach(async () => {
    chain = await createChain();
  });

  const deploy = async (answer: bigint): Promise<MockAggregator> =>
    (await chain.ethers.deployContract("MockAggregator", [8, answer])) as unknown as MockAggregator;

  it("is the reference's, whatever rounds, phases, heartbeats and times of calls, and however it is split", async () => {
    const seen = { price: 0, waits: 0, stale: 0, phases: 0, resumed: 0 };
    for (let seed = 1; seed <= PLAYS; ++seed) await playOut(new Random(seed), seen);
    for (const [name, count] of Object.entries(seen)) expect(count, name).gt(PLAYS / 30);
    expect(seen.price).gt(PLAYS / 3);
  });

  function planOf(random: Random, expiry: number, heartbeat: number): Plan {
    const start = expiry - WINDOW;
    const phases: Planned[][] = [];
    const changes: number[] = [];
    const count = random.pick([1, 1, 2, 3]);
    for (let phase = 0; phase < count; ++phase) {
      const rounds: Planned[] = [];
      const pace = random.pick([20, 120, 600, 1_700]);
      const end = phase === count - 1 && random.chance(0.7) ? expiry + 9_000 : random.whole(start, expiry + heartbeat);
      for (let time = start - random.whole(0, 2 * pace); time < end; time += random.whole(0, 2 * pace)) {
        const answer = random.chance(0.05)
          ? random.pick([0n, -5n, 10n ** 15n])
          : SPOT * ANSWER + BigInt(random.whole(-1e10, 1e10));
        rounds.push({ time, answer });
        if (rounds.length > 80) break;
      }
      phases.push(rounds);
      if (phase > 0) changes.push(random.whole(start, expiry + 2 * heartbeat));
    }
    changes.sort((a, b) => a - b);
    const calls = [1, random.whole(2, heartbeat), heartbeat, heartbeat + 1, heartbeat + random.whole(2, 9_000)];
    return { heartbeat, expiry, phases, changes, calls: calls.map((after) => expiry + after).sort((a, b) => a - b) };
  }

  type Seen = Record<"price" | "waits" | "stale" | "phases" | "resumed", number>;

  async function playOut(random: Random, seen: Seen): Promise<void> {
    chain = await createChain();
    const heartbeat = random.pick([60, 300, 900, 3_600, 7_200]);
    const aggregators = [await deploy(SPOT * ANSWER)];
    const proxy = (await chain.ethers.deployContract("MockAggregatorProxy", [
      await aggregators[0]!.getAddress(),
    ])) as unknown as MockAggregatorProxy;
    const venue = await makeVenue(chain, await proxy.getAddress(), heartbeat);
    const expiry = await fridayOf(chain, 86_400);
    await (await aggregators[0]!.setAnswer(SPOT * ANSWER)).wait();
    await post(chain, venue);
    await venue.bench.list(venue.group, expiry);
    const plan = planOf(random, expiry, heartbeat);
    for (let phase = 1; phase < plan.phases.length; ++phase) aggregators.push(await deploy(SPOT * ANSWER));

    const sent = plan.phases.map(() => 0);
    for (const now of plan.calls) {
      const at = () => chain.networkHelpers.time.setNextBlockTimestamp(now);
      for (const [i, change] of plan.changes.entries()) {
        if (change > now || Number(await proxy.phaseId()) !== i + 1) continue;
        await at();
        await proxy.setAggregator(await aggregators[i + 1]!.getAddress());
      }
      for (const [phase, rounds] of plan.phases.entries()) {
        for (; sent[phase]! < rounds.length && rounds[sent[phase]!]!.time <= now; ++sent[phase]!) {
          const { answer, time } = rounds[sent[phase]!]!;
          await at();
          await aggregators[phase]!.setAnswerAt(answer, time);
        }
      }
      const feed: Feed = {
        phases: new Map(await Promise.all(aggregators.map(async (each, i) => [i + 1, await roundsOf(each)] as const))),
        phase: Number(await proxy.phaseId()),
        heartbeat: BigInt(heartbeat),
      };
      const expected = settlementOf(feed, 1, BigInt(expiry), BigInt(now));
      const outcome = await fix(venue, entriesOf(feed, expiry), at, random.pick([ALL, ALL, 1n, 7n]), seen);
      if (outcome === "stale") {
        ++seen.stale;
        continue;
      }
      expect(outcome, `${now - expiry} after`).equal(expected);
      if (expected === undefined) ++seen.waits;
      else {
        ++seen.price;
        if (feed.phase > 1) ++seen.phases;
        return;
      }
    }
  }

  /** What the aggregator tells of its rounds. */
  async function roundsOf(aggregator: MockAggregator): Promise<FeedRound[]> {
    const rounds: FeedRound[] = [];
    for (let id = 1n; ; ++id) {
      const [, answer, , updatedAt] = await aggregator.getRoundData(id);
      if (updatedAt === 0n) return rounds;
      rounds.push({ time: updatedAt, mark: isUsable(answer) ? answer * 10n ** 10n : undefined });
    }
  }

  /** For each phase the last round at or before the time at which it may be entered, or its first. */
  function entriesOf(feed: Feed, expiry: number): bigint[] {
    let reached = 0n;
    return [...feed.phases.keys()].map((phase) => {
      const rounds = feed.phases.get(phase)!;
      const start = BigInt(expiry - WINDOW);
      const from = reached > start ? reached : start;
      const before = rounds.filter((round) => round.time <= from).length;
      for (const round of rounds) if (round.time <= BigInt(expiry) && round.time > reached) reached = round.time;
      return idOf(phase, before === 0 ? Math.min(1, rounds.length) : before);
    });
  }

  async function fix(
    { bench, group }: Venue,
    entries: bigint[],
    at: () => Promise<void>,
    step: bigint,
    seen: Seen,
  ): Promise<bigint | "stale" | undefined> {
    try {
      for (let calls = 1; ; ++calls) {
        await at();
        await (await bench.fixPrice(group, 0, entries, step)).wait();
        const { settlement } = await bench.ladderOf(group, 0);
        if (settlement === 0n) continue;
        if (calls > 1) ++seen.resumed;
        return settlement;
      }
    } catch (error) {
      const { message } = error as Error;
      if (message.includes("PriceNotFinal")) return undefined;
      if (message.includes("FactorsNotFresh")) return "stale";
      throw error;
    }
  }
});
