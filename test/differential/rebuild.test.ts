// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { network } from "hardhat";
import { apply } from "../../sdk/state/apply.js";
import { createHouse, type House } from "../../sdk/state/House.js";
import type { StorageLens } from "../../types/ethers-contracts/index.js";
import { Duel, type Options } from "./Duel.js";
import { historyOf, type Told } from "./history.js";
import { play, type Habits } from "./play.js";
import { Random } from "./random.js";
import { differences, factsOf, storedFacts } from "./rebuilt.js";

// Longer: NOVATION_REBUILD_OPERATIONS a run, and NOVATION_REBUILD_SEEDS runs of each kind.
const OPERATIONS = Number(process.env.NOVATION_REBUILD_OPERATIONS ?? "110");
const SEEDS = Number(process.env.NOVATION_REBUILD_SEEDS ?? "1");
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
  "two groups, keepers that sleep through defaults, recoveries": [
    {
      groups: [["QUEUE"], ["PRORATA", "QUEUE", "PRORATA"]],
      ...{ traders: 9, vaultBudget: 1_000n * QUOTE, pot: 2_000n * QUOTE },
    },
    { sleepiness: 0.85, jump: 0.15, lateDefault: true },
  ],
};

describe("INV-12: all balances can be rebuilt from events", function () {
  this.timeout(0);
  let connection: Awaited<ReturnType<typeof network.create>>;

  before(async () => {
    connection = await network.create();
  });

  for (const [name, [options, habits]] of Object.entries(RUNS)) {
    for (let seed = 101; seed < 101 + SEEDS; ++seed) {
      it(`${name} (seed ${seed})`, async () => {
        const duel = await Duel.create(connection, options);
        const lens = (await connection.ethers.deployContract("StorageLens")) as unknown as StorageLens;
        const from = await connection.ethers.provider.getBlockNumber();
        await play(duel, new Random(seed), { operations: OPERATIONS, ...habits });
        const clearinghouse = await duel.deployed.clearinghouse.getAddress();
        const history = await historyOf(connection.provider, clearinghouse);
        const to = await connection.ethers.provider.getBlockNumber();
        const house = createHouse({ tokenDecimals: 9 });
        let next = 0;
        for (let height = 1; height <= HEIGHTS; ++height) {
          const block = from + Math.floor(((to - from) * height) / HEIGHTS);
          for (; next < history.length && history[next]!.at.block <= block; ++next) tell(house, history[next]!);
          const stored = await storedFacts(connection.provider, lens, clearinghouse, house, duel.accounts, block);
          expect(differences(factsOf(house), stored), `at block ${block}`).to.deep.equal([]);
        }
        if (process.env.NOVATION_DIFFERENTIAL_VERBOSE) console.log(next, kindsOf(history), duel.seen);
      });
    }
  }
});

function tell(house: House, { event, at }: Told): void {
  apply(house, event, at);
}

function kindsOf(history: Told[]): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const { event } of history) kinds[event.kind] = (kinds[event.kind] ?? 0) + 1;
  return kinds;
}
