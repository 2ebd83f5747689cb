// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { network } from "hardhat";
import { max } from "../../sdk/arithmetic.js";
import { accountOf, type Address } from "../../sdk/order.js";
import { accountIn } from "../../sdk/reference/state.js";
import { money } from "../../sdk/units.js";
import { Duel } from "./Duel.js";
import { play } from "./play.js";
import { Random } from "./random.js";
import { RUNS } from "./runs.js";

// `npm run assure -- differential` is longer: NOVATION_DIFFERENTIAL_OPERATIONS a run, and NOVATION_DIFFERENTIAL_SEEDS
// runs of each kind.
const OPERATIONS = Number(process.env.NOVATION_DIFFERENTIAL_OPERATIONS ?? "220");
const SEEDS = Number(process.env.NOVATION_DIFFERENTIAL_SEEDS ?? "1");
const FIRST_SEED = Number(process.env.NOVATION_DIFFERENTIAL_FIRST_SEED ?? "1");

const QUOTE = 10n ** 9n;
const total = (counts: Map<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0);

describe("the contracts do what the reference does", function () {
  this.timeout(0);
  let connection: Awaited<ReturnType<typeof network.create>>;
  const compared = { done: 0, refused: 0, inALock: 0, belowPar: 0 };
  const widest: Record<string, bigint> = {};

  before(async () => {
    connection = await network.create();
  });

  after(() => {
    if (SEEDS === 1) return;
    const differences = Object.fromEntries(Object.entries(widest).map(([kind, units]) => [kind, `${units}`]));
    console.log(JSON.stringify({ bench: "differential", ...compared, widestDifferences: differences }));
  });

  it("and a unit too much on one side is noticed", async () => {
    const [options] = RUNS["one market, torn up by the queue"];
    const duel = await Duel.create(connection, options);
    const trader = duel.traders[0]!;
    const id = accountOf(trader.address as Address, 1);
    await duel.deposit(trader, id, 1_000n * QUOTE);
    const account = accountIn(duel.reference.state, id);
    account.cash = money(account.cash + 100n);
    const outcome = await duel.deposit(trader, id, QUOTE).catch((error: Error) => error.message);
    expect(outcome).to.contain("cash of t0.1: reference 1001000000100, observed 1001000000000");
  });

  for (const [name, [options, habits]] of Object.entries(RUNS)) {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; ++seed) {
      it(`${name} (seed ${seed})`, async () => {
        const duel = await Duel.create(connection, options);
        await play(duel, new Random(seed), { operations: OPERATIONS, ...habits });
        if (process.env.NOVATION_DIFFERENTIAL_VERBOSE) {
          console.log(duel.widest, duel.seen, duel.done, duel.refused);
        }
        compared.done += total(duel.done);
        compared.refused += total(duel.refused);
        compared.inALock += duel.seen.get("operations in a lock") ?? 0;
        compared.belowPar += duel.seen.get("operations at r < 1") ?? 0;
        for (const [kind, units] of Object.entries(duel.widest)) widest[kind] = max(widest[kind] ?? 0n, units);
        expect(total(duel.done)).to.be.greaterThan(OPERATIONS / 4);
        expect(duel.seen.get("operations in a lock") ?? 0).to.be.greaterThan(0);
        if (habits.lateDefault) expect(duel.seen.get("operations at r < 1") ?? 0).to.be.greaterThan(OPERATIONS / 20);
      });
    }
  }
});
