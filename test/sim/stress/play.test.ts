// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { artifacts } from "hardhat";
import { money } from "../../../sdk/units.js";
import type { VenueEvent } from "../../../sdk/state/events.js";
import { ATTACK_SETS, attack } from "../../../sim/stress/attack.js";
import { Audit } from "../../../sim/stress/Audit.js";
import { openStage } from "../../../sim/stress/openStage.js";
import { play } from "../../../sim/stress/play.js";
import type { Outcome } from "../../../sim/stress/result.js";
import { runScenario } from "../../../sim/stress/job.js";
import { brokenIn, runStress } from "../../../sim/stress/run.js";
import { SCENARIOS, playOf, settingOf } from "../../../sim/stress/scenarios.js";
import type { Stage } from "../../../sim/stress/Stage.js";
import { Tally } from "../../../sim/stress/Tally.js";
import { near } from "../near.js";

const artifact = (name: string) => artifacts.readArtifact(name);
const scenario = (name: string) => SCENARIOS.find((each) => each.name === name)!;
const ACCOUNTS = 24;

describe("a stress run", () => {
  let stage: Stage;
  let first: Outcome;
  let snapshot: string;

  before(async () => {
    stage = await openStage(settingOf(scenario("gap"), ACCOUNTS, 1), artifact);
    snapshot = await stage.snapshot();
    first = await play(stage, playOf(scenario("gap"), 1));
  });

  after(() => stage.stop());

  it("of a gap locks once, uses the whole waterfall in its order, and keeps every promise", () => {
    const { waterfall: w, locks, worstCharge, series } = first;
    expect(first.broken).to.deep.equal([]);
    expect(first.calm).to.equal(true);
    expect(locks.count).to.equal(1);
    expect(locks.longest).to.be.within(120, 140);
    expect(w.absorbed).to.be.greaterThan(0);
    expect(w.deficit).to.be.greaterThan(0);
    near(w.vaultPaid + w.charged + w.shortfall, w.deficit, 1e-6);
    expect(w.shortfall).to.equal(0);
    expect(first.recoveryRate).to.equal(1);
    expect(w.charged > 0).to.equal(w.deficit - w.vaultPaid > 1e-6);
    expect(worstCharge.ofJump).to.be.within(0, 1);
    near(first.lowest, 0.9, 0.002);
    expect(series.locked[0]).to.equal(0);
    expect(Math.max(...series.locked)).to.equal(1);
    near(Math.max(...series.deficit), w.deficit, 0.02 * w.deficit); // the mark shakes a little
    for (const list of [series.prices["BTC"]!, series.vault, series.deficit, series.liquidated, series.locked]) {
      expect(list).to.have.length(series.seconds.length);
    }
  });

  it("is the same when it is played again from the same venue", async () => {
    snapshot = await stage.restore(snapshot);
    const again = await play(stage, playOf(scenario("gap"), 1));
    expect(again).to.deep.equal(first);
  });

  it("says so when a receipt does not add up, or a charge exceeds the jump", () => {
    const tally = new Tally(stage);
    const market = stage.markets[0]!.id;
    tally.add([
      { kind: "Deleveraged", group: 1n, accounts: 1n, deficit: 10n, vaultPaid: 3n, charged: 3n, shortfall: 3n },
      { kind: "Charged", market, jump: -5n, charge: 6n, cumulativeLong: 0n, cumulativeShort: 6n, winners: 1n },
    ] as unknown as VenueEvent[]);
    expect(tally.broken).to.have.length(2);
    expect(tally.broken[0]).to.match(/^INV-3/);
    expect(tally.broken[1]).to.match(/^INV-4/);
  });

  it("says so when a winner ends below his equity at the anchor, or the events make another state", async () => {
    const market = stage.markets[0]!;
    const { clearinghouse } = stage.deployed;
    // Shorts gain from the anchor to the recorded mark.
    await stage.setMark(market, market.mark * 0.99, stage.now + 121);
    await stage.must([stage.call(clearinghouse, "poke", [market.group])]);
    const audit = new Audit(stage);
    const shorts = [...stage.venue.accounts.values()].filter(({ legs }) => (legs[0]?.shares ?? 0n) < 0n);
    const take = (amount: bigint) => shorts.forEach((each) => (each.cash = money(each.cash - amount)));
    await audit.around(market.group, () => Promise.resolve());
    expect(audit.broken).to.deep.equal([]);
    await audit.around(market.group, () => Promise.resolve(take(10n ** 15n)));
    expect(audit.broken.join()).to.match(
      /^INV-5: account \d+ had \d+ at the anchor and \d+ at the frozen mark, and has -?\d+ after/,
    );
    const found = audit.broken.length;
    await audit.whole();
    take(-(10n ** 15n));
    const told = audit.broken.slice(found);
    expect(told).to.have.length(shorts.length);
    expect(told.join()).to.match(/^INV-12: account \d+ has \d+, its events make -?\d+/);
  });

  it("says so when tokens are missing", async () => {
    const { clearinghouse, token } = stage.deployed;
    const target = await clearinghouse.getAddress();
    const provider = (
      clearinghouse.runner as unknown as { provider: { send(name: string, list: unknown[]): Promise<unknown> } }
    ).provider;
    await provider.send("hardhat_impersonateAccount", [target]);
    await provider.send("hardhat_setBalance", [target, "0xde0b6b3a7640000"]);
    await stage.must([stage.call(token, "transfer", [stage.operator, 1n], target)]);
    const audit = new Audit(stage);
    await audit.whole();
    expect(audit.broken.join()).to.match(/INV-1: \d+ of tokens here, \d+ booked/);
  });
});

describe("stress scenarios", () => {
  it("books a shortfall, and owes no more than it has, when keepers come after everybody's gain is an old one", async () => {
    const late = await runScenario(scenario("keeper-outage-long"), ACCOUNTS, 1, artifact);
    expect(late.broken).to.deep.equal([]);
    expect(late.waterfall.shortfall).to.be.greaterThan(0);
    expect(late.recoveryRate).to.be.lessThan(1);
  });

  it("pays whoever owns both sides what the jump takes beyond margin, less his own part of the charge, and the fees", async () => {
    const [set] = ATTACK_SETS.filter(({ name }) => name === "no vault");
    const [small, large] = await attack(set!, [0.03, 0.1], 1, artifact);
    expect([...small!.broken, ...large!.broken]).to.deep.equal([]);
    near(small!.gain, -0.0005, 0.0001); // nobody defaults: the fees
    // Beyond 3.05% of margin, half of it charged to himself, less fees of 0.05%.
    near(large!.gain, (0.1 - 0.0305) / 2 - 0.0005, 0.001);
    near(large!.byWinners, (0.1 - 0.0305) / 2, 0.001);
    expect(large!.byVault).to.be.lessThan(0.0005);
  });

  it("refuses a scenario that does not exist", async () => {
    const options = { scenarios: ["doom"], attacks: false, runs: 0, accounts: 20, seed: 1 };
    const failure = await runStress(options, artifact).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(failure?.message).to.match(/^no scenario doom; there are gap, /);
  });

  it("gathers what is broken from all parts of a report", () => {
    const outcome = { name: "gap", broken: ["INV-1: x"] };
    const report = { scenarios: [outcome], attacks: [{ set: "s", gap: 0.1, broken: ["INV-5: y"] }], seed: 1 };
    expect(brokenIn(report as never)).to.deep.equal(["gap: INV-1: x", "both sides, s, a gap of 10%: INV-5: y"]);
  });
});
