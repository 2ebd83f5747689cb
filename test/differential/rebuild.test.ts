// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { network } from "hardhat";
import type { AccountId } from "../../sdk/order.js";
import { accountsOf } from "../../sdk/state/accountsOf.js";
import { apply, revertTo } from "../../sdk/state/apply.js";
import type { EventKind } from "../../sdk/state/events.js";
import { createVenue, type Venue } from "../../sdk/state/Venue.js";
import { ReorgTooDeep } from "../../sdk/state/Journal.js";
import { MissedEvent } from "../../sdk/state/MissedEvent.js";
import { packPosition } from "../../sdk/state/position.js";
import type { StorageLens } from "../../types/ethers-contracts/index.js";
import { Duel, type Options } from "./Duel.js";
import { historyOf, type Told } from "./history.js";
import { play, type Habits } from "./play.js";
import { Random } from "./random.js";
import { differences, factsOf, storedFacts, type Facts } from "./rebuilt.js";

// Longer: NOVATION_REBUILD_OPERATIONS a run, and NOVATION_REBUILD_SEEDS runs of each kind.
const OPERATIONS = Number(process.env.NOVATION_REBUILD_OPERATIONS ?? "160");
const SEEDS = Number(process.env.NOVATION_REBUILD_SEEDS ?? "1");
const FIRST_SEED = Number(process.env.NOVATION_REBUILD_FIRST_SEED ?? "101");
/** At how many heights of a history the rebuilt state is held against the chain. */
const HEIGHTS = 12;

const QUOTE = 10n ** 9n;
const RUNS: Record<string, [Options, Omit<Habits, "operations">]> = {
  "one market, torn up by the queue": [
    { groups: [["QUEUE"]], traders: 8, vaultBudget: 3_000n * QUOTE, pot: 5_000n * QUOTE },
    { sleepiness: 0.1, jump: 0.12, lateDefault: false },
  ],
  "one market, torn up pro rata, a poor vault": [
    { groups: [["PRORATA"]], traders: 8, vaultBudget: 100n * QUOTE, pot: 200n * QUOTE },
    { sleepiness: 0.1, jump: 0.15, lateDefault: false },
  ],
  "one market with a collateral, whose fee goes on in locks, and that closes": [
    { groups: [["QUEUE"]], traders: 8, vaultBudget: 3_000n * QUOTE, pot: 60_000n * QUOTE },
    { sleepiness: 0.1, jump: 0.08, lateDefault: false, collateral: true },
  ],
  "two groups, keepers that sleep through defaults, recoveries": [
    {
      groups: [["QUEUE"], ["PRORATA", "QUEUE", "PRORATA"]],
      traders: 9,
      vaultBudget: 1_000n * QUOTE,
      pot: 2_000n * QUOTE,
    },
    { sleepiness: 0.85, jump: 0.15, lateDefault: true },
  ],
};

describe("INV-12: all balances can be rebuilt from events", function () {
  this.timeout(0);
  let connection: Awaited<ReturnType<typeof network.create>>;
  const histories: Told[][] = [];

  before(async () => {
    connection = await network.create();
  });

  const ask = (method: string, params: unknown[]) => connection.provider.request({ method, params });

  for (const [name, [options, habits]] of Object.entries(RUNS)) {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; ++seed) {
      it(`${name} (seed ${seed})`, async () => {
        const duel = await Duel.create(connection, options);
        const lens = (await connection.ethers.deployContract("StorageLens")) as unknown as StorageLens;
        const from = await connection.ethers.provider.getBlockNumber();
        await play(duel, new Random(seed), { operations: OPERATIONS, ...habits });
        const clearinghouse = await duel.deployed.clearinghouse.getAddress();
        const history = await historyOf(ask, clearinghouse);
        const to = await connection.ethers.provider.getBlockNumber();
        const venue = createVenue({ tokenDecimals: 9 });
        let [next, compared] = [0, 0];
        for (let height = 1; height <= HEIGHTS; ++height) {
          const block = from + Math.floor(((to - from) * height) / HEIGHTS);
          for (; next < history.length && history[next]!.at.block <= block; ++next) tell(venue, history[next]!);
          const stored = await storedFacts(ask, lens, clearinghouse, venue, duel.accounts, block);
          expect(differences(factsOf(venue), stored), `at block ${block}`).to.deep.equal([]);
          compared += stored.size;
        }
        histories.push(history);
        if (process.env.NOVATION_DIFFERENTIAL_VERBOSE)
          console.log(next, "events,", compared, "facts", kindsOf(history), duel.seen);
        if (histories.length > 1) return;
        // That the comparison with the chain can fail: the latest change of a position is kept back.
        const last = history.findLastIndex(({ event }) => event.kind === "Matched");
        const lacking = rebuiltFrom(history.filter((_, i) => i !== last));
        const stored = await storedFacts(ask, lens, clearinghouse, lacking, duel.accounts, to);
        expect(differences(factsOf(lacking), stored).join()).to.contain(": rebuilt");
      });
    }
  }

  it("and of every kind of event that tells of a change, one that is missing is noticed", () => {
    const kinds = new Set(histories.flatMap((history) => history.map(({ event }) => event.kind)));
    const unnoticed = [...kinds].filter((kind) => !histories.some((history) => isNoticed(history, kind)));
    expect(["MatchSkipped", "OrderSkipped", "LiquidationSkipped", "InventorySold"]).to.include.members(unnoticed);
    expect(kinds.size).to.be.greaterThan(20);
  });

  it("and an event changes no account but those that it names", () => {
    const venue = createVenue({ tokenDecimals: 9, reorgDepth: 0 });
    const print = () => {
      const told = new Map<AccountId, string>();
      for (const account of venue.accounts.values()) {
        const { cash, legs, calledAt, minSequence, protection, lanes, group } = account;
        const filled = [...(lanes ?? [])].map(([lane, one]) => `${lane} ${one.sequence} ${one.filled}`);
        const positions = legs.map(packPosition);
        told.set(account.id, [cash, group, calledAt, minSequence, protection?.amount, ...positions, ...filled].join());
      }
      return told;
    };
    let [before, changes] = [print(), 0];
    for (const told of histories.at(-1)!) {
      tell(venue, told);
      const after = print();
      for (const [account, state] of after) {
        if (before.get(account) === state) continue;
        ++changes;
        expect(accountsOf(told.event), told.event.kind).to.include(account);
      }
      before = after;
    }
    expect(changes).to.be.greaterThan(100);
  });

  it("and blocks that the chain took back can be undone and others applied", () => {
    const history = histories.at(-1)!;
    const venue = createVenue({ tokenDecimals: 9, reorgDepth: 1_000_000 });
    const states: [number, Facts][] = [];
    history.forEach((told, i) => {
      tell(venue, told);
      const { block } = told.at;
      if (history[i + 1]?.at.block !== block && i % 7 === 0) states.push([block, factsOf(venue)]);
    });
    const last = factsOf(venue);
    expect(states.length).to.be.greaterThan(10);
    for (const [block, facts] of states.slice().reverse()) {
      revertTo(venue, block);
      expect(differences(factsOf(venue), facts), `back to block ${block}`).to.deep.equal([]);
      expect(factsOf(venue).size).to.equal(facts.size);
    }
    for (const told of history) if (told.at.block > states[0]![0]) tell(venue, told);
    expect(differences(factsOf(venue), last)).to.deep.equal([]);
  });

  it("but not further than it remembers, and no event twice", () => {
    const history = histories.at(-1)!;
    const venue = rebuiltFrom(history, 10);
    const { block } = history.at(-1)!.at;
    revertTo(venue, block);
    expect(() => revertTo(venue, 0)).to.throw(ReorgTooDeep, "Rebuild from the deployment");
    expect(() => apply(venue, history.at(-1)!.event, history.at(-1)!.at)).to.throw(MissedEvent);
  });
});

function rebuiltFrom(history: Told[], reorgDepth = 0): Venue {
  const venue = createVenue({ tokenDecimals: 9, reorgDepth });
  for (const told of history) tell(venue, told);
  return venue;
}

/** Is there an event of this kind without which its block ends in another state, or cannot be applied? */
function isNoticed(history: Told[], kind: EventKind): boolean {
  for (let at = history.length - 1; at >= 0; --at) {
    const { event, at: place } = history[at]!;
    if (event.kind !== kind) continue;
    const upTo = history.filter((told) => told.at.block <= place.block);
    try {
      const lacking = rebuiltFrom(upTo.filter((_, i) => i !== at));
      if (differences(factsOf(rebuiltFrom(upTo)), factsOf(lacking)).length > 0) return true;
    } catch (error) {
      if (error instanceof MissedEvent) return true;
      throw error;
    }
  }
  return false;
}

function tell(venue: Venue, { event, at }: Told): void {
  apply(venue, event, at);
}

function kindsOf(history: Told[]): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const { event } of history) kinds[event.kind] = (kinds[event.kind] ?? 0) + 1;
  return kinds;
}
