// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Play } from "../../../sim/collateral/Play.js";
import { POLICIES, type Policy } from "../../../sim/collateral/policies.js";
import { draw } from "../../../sim/collateral/population.js";
import { played, report } from "../../../sim/collateral/report.js";
import { scenes, type Scene } from "../../../sim/collateral/scenes.js";
import { textOf } from "../../../sim/collateral/text.js";
import { seeded } from "../../../tools/random.js";
import { near } from "../near.js";

const EACH = 15;
const SEEDS = [1, 2, 3];
const [BUILT, LIVE, POT, INITIAL, CASH] = POLICIES as [Policy, Policy, Policy, Policy, Policy];

describe("the lab's collateral: plays", function () {
  this.timeout(60_000);
  const named = (name: string, seed: number): Scene => scenes(seed).find((scene) => scene.name === name)!;
  const playIn = (name: string, policy: Policy, seed: number) => played(named(name, seed), policy, EACH, seed);

  for (const { name } of scenes(1)) {
    it(`${name}: INV-19 to INV-21 hold as built, and no money is made under any rules`, () => {
      for (const seed of SEEDS) {
        for (const policy of POLICIES) {
          const { made, tally } = playIn(name, policy, seed);
          near(made, 0, 0.5);
          near(tally.vaultPaid + tally.charged + tally.shortfall, tally.deficit, 1e-3);
          if (policy === BUILT) expect(tally).to.deep.include({ broken: [], unpaidUnits: 0, ofLine: 0, lateLocks: 0 });
          if (policy === BUILT) near(tally.shortfall, 0, 1e-6);
          if (policy === CASH) expect(tally).to.include({ pledged: 0, byBuyers: 0, byLineInTime: 0, byLineInLock: 0 });
        }
      }
    });
  }

  it("the scenes reach each way in which a pledge becomes cash", () => {
    const crash = playIn("crash", BUILT, 1).tally;
    expect(crash.byBuyers).to.be.greaterThan(0);
    expect(crash.byLineInLock).to.be.greaterThan(0);
    expect(crash.locks).to.be.greaterThan(0);
    expect(playIn("depeg, nobody buys", BUILT, 1).tally.byLineInTime).to.be.greaterThan(0);
    expect(playIn("broken coin", BUILT, 1).tally).to.include({ locks: 0, defaults: 0 });
  });

  it("the line loses only by a fall beyond the haircut, and the deeper the more", () => {
    for (const seed of SEEDS) {
      const [quarter, third] = ["crash, nobody keeps", "crash, ether half again as deep"].map((name) =>
        playIn(name, BUILT, seed),
      );
      expect(third!.tally.lineAtPurchase).to.be.lessThan(quarter!.tally.lineAtPurchase);
      expect(third!.feeNeeded).to.be.greaterThan(quarter!.feeNeeded);
      expect(playIn("depeg, nobody buys", BUILT, seed).tally.lineAtPurchase).to.be.greaterThan(0);
    }
  });

  it("at the live price winners pay for the fall of a coin, or nobody does", () => {
    for (const seed of SEEDS) {
      const name = "crash, ether half again as deep";
      const [built, live] = [BUILT, LIVE].map((policy) => playIn(name, policy, seed).tally);
      expect(live!.charged).to.be.greaterThan(built!.charged);
      expect(live!.byLineInLock).to.be.lessThan(built!.byLineInLock);
    }
    const { tally } = playIn("broken coin, drained", LIVE, 1);
    expect(tally.defaults).to.be.greaterThan(0);
    expect(tally.shortfall).to.be.greaterThan(0);
    expect(tally.broken.map((what) => what.slice(0, 6))).to.include("INV-21");
  });

  it("in the pot the line is spent by others: winners pay more, or nobody does", () => {
    for (const seed of SEEDS) {
      const [built, pot] = [BUILT, POT].map((policy) => playIn("drained", policy, seed).tally);
      expect(pot!.charged).to.be.greaterThan(built!.charged);
      expect(pot!.ofLine).to.be.greaterThan(0);
      expect(pot!.broken.map((what) => what.slice(0, 6))).to.include("INV-20");
      expect(playIn("broken coin, drained", POT, seed).tally.shortfall).to.be.greaterThan(0);
    }
  });

  it("outside a lock initial margin would cost the line more, and nobody defaults for the debts alone", () => {
    for (const seed of SEEDS) {
      const [built, initial] = [BUILT, INITIAL].map((policy) => playIn("broken coin", policy, seed).tally);
      expect(initial!.lineAtPurchase).to.be.lessThan(built!.lineAtPurchase);
      expect(built!).to.deep.include({ defaults: 0, broken: [] });
    }
  });

  it("a play sees a unit that is missing, and a line that is short", () => {
    const faulty = (harm: (play: Play) => void) => {
      const scene = named("depeg", 1);
      const play = new Play(scene, BUILT, draw(seeded(1), EACH, scene.haircut));
      harm(play);
      return play.run().broken.map((what) => what.slice(0, 6));
    };
    expect(faulty(({ coin }) => (coin.held -= 1))).to.include("INV-19");
    expect(faulty(({ coin }) => (coin.line = -1))).to.include("INV-20");
    expect(faulty(() => {})).to.deep.equal([]);
  });

  it("repeats by its seed, and tells all of it", () => {
    const run = (seed: number) => report({ each: 5, seed, say: () => {} });
    const found = run(7);
    expect(JSON.stringify(run(7))).to.equal(JSON.stringify(found));
    expect(JSON.stringify(run(8))).to.not.equal(JSON.stringify(found));
    expect(found.broken).to.deep.equal([]);
    expect(found.plays).to.have.length(scenes(7).length * POLICIES.length);
    const text = textOf(found);
    for (const { scene, policy } of found.plays) expect(text).to.include(scene).and.to.include(policy);
  });
});
