// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Fraction } from "../../../sim/lock/Fraction.js";
import { crash } from "../../../sim/lock/crash.js";
import { groups } from "../../../sim/lock/groups.js";
import {
  DEFAULTS,
  LockModel,
  REPAIRED,
  Revert,
  SPECIFIED,
  VAULT,
  type Parameters,
  type Rules,
} from "../../../sim/lock/LockModel.js";
import { play, resolve, type PlayOptions, type Tally } from "../../../sim/lock/play.js";

const whole = (n: number) => Fraction.of(n);
const RICH = 1;
const X = 2;
const Y = 3;

function group(rules: Rules, deposits: number[], markets = 1, parameters: Partial<Parameters> = {}): LockModel {
  const marks = Array.from({ length: markets }, () => whole(1000));
  const model = new LockModel(rules, { ...DEFAULTS, ...parameters }, marks, deposits.length);
  deposits.forEach((amount, id) => {
    if (amount > 0) model.deposit(id, whole(amount));
  });
  return model;
}

function price(model: LockModel, ...marks: number[]): void {
  marks.forEach((mark, k) => (model.market(k).live = whole(mark)));
}

function wait(model: LockModel, seconds: number): void {
  model.now += seconds;
  model.sync();
}

function allowed(action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (error instanceof Revert) return false;
    throw error;
  }
}

/** Absorbs whoever can be absorbed, waits and deleverages until the group trades again. */
function settle(model: LockModel): void {
  resolve(model, (ids) => ids, 1_000_000);
}

function campaign(seeds: number, options: Omit<PlayOptions, "seed">): Tally[] {
  return Array.from({ length: seeds }, (_, i) => play({ ...options, seed: i + 1 }));
}

describe("lock model: random plays under the repaired rules", () => {
  const kinds: Record<string, Partial<PlayOptions>> = {
    "sleeping keepers": {},
    "sleeping keepers and stale prices": { staleness: true },
    "awake keepers": { awake: true },
    "awake keepers that absorb after the price moved on": { awake: true, late: true },
    "awake keepers and stale prices": { awake: true, staleness: true },
  };
  for (const [name, options] of Object.entries(kinds)) {
    it(`keeps P1 to P7 with ${name}`, () => {
      const tallies = campaign(30, { rules: REPAIRED, ...options });
      tallies.forEach((tally, i) => expect(tally.broken, `seed ${i + 1}`).to.deep.equal([]));
      expect(tallies.reduce((sum, t) => sum + t.solventSettlements, 0)).to.be.greaterThan(5);
      if (options.awake === true) expect(tallies.reduce((sum, t) => sum + t.shortfall, 0)).to.equal(0);
    });
  }
});

describe("lock model: what broke as first specified, and its repair", () => {
  it("P1: the vault paid its cash although its position had lost it", () => {
    const run = (rules: Rules) => {
      const model = group(rules, [1100, 1_000_000, 10_000], 1, { vaultBudget: whole(1_000_000) });
      model.fill(VAULT, RICH, 0, whole(10), whole(1000));
      model.fill(X, RICH, 0, whole(100), whole(1000));
      price(model, 899);
      model.poke();
      settle(model);
      return model.equity(VAULT, model.anchors());
    };
    expect(run(SPECIFIED).toNumber()).to.equal(-10);
    expect(run(REPAIRED).toNumber()).to.equal(0);
  });

  it("P1: a liquidation at live marks inside the lock realised a loss beyond the frozen mark", () => {
    const run = (rules: Rules) => {
      const model = group(rules, [0, 1_000_000, 2000, 100_000], 2);
      model.fill(X, RICH, 0, whole(10), whole(1000));
      model.fill(X, RICH, 1, whole(10), whole(1000));
      model.withdraw(RICH, whole(1));
      price(model, 900, 960);
      model.poke();
      price(model, 650, 1150);
      const liquidated = allowed(() => model.liquidate(X, Y, 0, whole(10), 0));
      price(model, 900, 960);
      model.now += 30;
      settle(model);
      return { liquidated, shortfall: model.shortfall.toNumber() };
    };
    expect(run({ ...REPAIRED, liquidateInLock: "live" })).to.deep.equal({ liquidated: true, shortfall: 500 });
    expect(run(REPAIRED)).to.deep.equal({ liquidated: false, shortfall: 0 });
  });

  it("P1: a defaulter whose price recovered during the lock kept his debt at the new anchor", () => {
    const run = (rules: Rules) => {
      const model = group(rules, [0, 1_000_000, 1000]);
      model.fill(X, RICH, 0, whole(10), whole(1000));
      price(model, 890);
      model.poke();
      price(model, 950);
      model.now += 10;
      settle(model);
      price(model, 850);
      model.poke();
      settle(model);
      return model.shortfall.toNumber();
    };
    expect(run(SPECIFIED)).to.equal(100);
    expect(run(REPAIRED)).to.equal(0);
  });

  it("P1: a dust leg in a stale market kept an account from being absorbed", () => {
    const run = (rules: Rules) => {
      const model = group(rules, [0, 1_000_000, 1100], 2);
      model.fill(X, RICH, 0, whole(10), whole(1000));
      model.fill(X, RICH, 1, whole(1), whole(1000));
      model.market(1).fresh = false;
      price(model, 870);
      model.poke();
      settle(model);
      model.market(1).fresh = true;
      wait(model, DEFAULTS.lockPause);
      if (model.absorbable(X)) model.absorb(X);
      settle(model);
      return model.shortfall.toNumber();
    };
    expect(run(SPECIFIED)).to.equal(200);
    expect(run(REPAIRED)).to.equal(0);
  });

  it("P1: a pause between locks longer than the lock delay let the anchor roll past a default", () => {
    const run = (lockPause: number) => {
      const model = group(REPAIRED, [0, 1_000_000, 1000], 1, { lockPause });
      model.fill(X, RICH, 0, whole(10), whole(1000));
      price(model, 900);
      model.poke();
      price(model, 890);
      settle(model);
      for (let t = 0; t < 600 && model.absorbable(X) && model.phase === "NORMAL"; t += 10) {
        wait(model, 10);
        allowed(() => model.absorb(X));
      }
      settle(model);
      return model.shortfall.toNumber();
    };
    expect(run(300)).to.equal(100);
    expect(run(60)).to.equal(0);
  });

  it("P1: closing the losing leg of a hedge took an account below zero at the anchor", () => {
    const run = (rules: Rules) => {
      const model = group(rules, [0, 1_000_000, 2000, 100_000], 2);
      model.fill(X, RICH, 0, whole(10), whole(1000));
      model.fill(X, RICH, 1, whole(10), whole(1000));
      for (const mark of [975, 975, 950, 950, 930, 930, 910, 910, 910]) {
        price(model, mark, mark);
        wait(model, DEFAULTS.lockDelay);
      }
      price(model, 936, 884);
      const closed = allowed(() => model.fill(Y, X, 1, whole(10), whole(884)));
      price(model, 700, 910);
      model.poke();
      settle(model);
      return { closed, shortfall: model.shortfall.toNumber() };
    };
    expect(run(SPECIFIED)).to.deep.equal({ closed: true, shortfall: 60 });
    expect(run(REPAIRED)).to.deep.equal({ closed: false, shortfall: 0 });
  });

  it("P1: two debts below the minimum could not lock the group together", () => {
    const run = (rules: Rules) => {
      const model = group(rules, [0, 1_000_000, 1000, 1000], 1, { minDebt: whole(150) });
      for (const id of [X, Y]) model.fill(id, RICH, 0, whole(10), whole(1000));
      for (const mark of [975, 975, 950, 950, 925, 925, 905, 905, 905, 890]) {
        price(model, mark);
        wait(model, DEFAULTS.lockDelay);
      }
      const locked = allowed(() => model.absorb(X, Y));
      settle(model);
      return { locked, shortfall: model.shortfall.toNumber() };
    };
    expect(run(SPECIFIED).locked).to.equal(false);
    expect(run(REPAIRED)).to.deep.equal({ locked: true, shortfall: 0 });
  });

  it("P5, P6: a chain of defaults by the charge used up the rounds and left debts although capacity was left", () => {
    const CHAIN = 14;
    const run = (rules: Rules) => {
      const Z = 2;
      const model = group(rules, [0, 10_000_000, 1000], 2);
      let debt = whole(1000);
      let weight = whole(CHAIN * 10 * 100 + (CHAIN * 20 + 10) * 200);
      model.fill(Z, RICH, 1, whole(10), whole(1000));
      let previous = debt.over(weight);
      for (let i = 0; i < CHAIN; i++) {
        const theta = debt.over(weight);
        const spare = (
          i === 0 ? theta.times(Fraction.of(99, 100)) : previous.plus(theta).times(Fraction.of(1, 2))
        ).times(whole(1000));
        const id = model.accounts.length;
        model.accounts.push({
          cash: Fraction.ZERO,
          positions: [0, 1].map(() => ({ q: Fraction.ZERO, cost: Fraction.ZERO })),
          relief: undefined,
        });
        model.deposit(id, whole(3000).plus(spare));
        model.fill(RICH, id, 0, whole(10), whole(1000));
        model.fill(id, RICH, 1, whole(20), whole(1000));
        [debt, weight] = [debt.minus(spare), weight.minus(whole(1000))];
        previous = theta;
      }
      price(model, 900, 800);
      model.poke();
      settle(model);
      const below = model.accounts.filter((_, id) => model.equity(id, model.anchors()).sign < 0).length;
      return { below, locked: model.settlements[0]?.lockedFor, shortfall: model.shortfall.toNumber() };
    };
    expect(run(SPECIFIED)).to.deep.equal({ below: 1, locked: 60 + 8 * 15, shortfall: 0 });
    expect(run(REPAIRED)).to.deep.equal({ below: 0, locked: 60, shortfall: 0 });
  });
});

describe("lock model: what a net charge needs in a liquidation of the lock", () => {
  it("P8: who took a leg over could be charged below zero, as his anchors counted a loss that was another's", () => {
    const run = (rules: Rules) => {
      const model = group(rules, [0, 1_000_000, 2000, 1000, 4500], 2);
      const I = 4;
      model.fill(Y, X, 0, whole(10), whole(1000));
      model.fill(RICH, X, 0, whole(10), whole(1000));
      model.fill(RICH, I, 0, whole(5), whole(1000));
      model.fill(I, RICH, 1, whole(10), whole(1000));
      price(model, 2000, 100);
      model.poke();
      price(model, 2000, 1100);
      const taken = allowed(() => model.liquidate(I, Y, 1, whole(10), 0));
      settle(model);
      return { taken, left: Math.sign(model.equity(Y, model.anchors()).toNumber()) };
    };
    expect(run({ ...REPAIRED, takers: "any" })).to.deep.equal({ taken: true, left: -1 });
    expect(run({ ...REPAIRED, takers: "any", liquidateInLock: "charged" })).to.deep.equal({ taken: false, left: 1 });
    expect(run(REPAIRED)).to.deep.equal({ taken: false, left: 1 });
  });

  it("P1: a loss that two could count, who gave the leg away and who took it, left a shortfall", () => {
    const run = (rules: Rules) => {
      const model = group(rules, [0, 1_000_000, 2000, 100_000, 12_500], 2);
      const I = 4;
      model.fill(Y, X, 0, whole(10), whole(1000));
      model.fill(I, X, 0, whole(10), whole(1000));
      model.fill(I, RICH, 1, whole(10), whole(1000));
      price(model, 2000, 100);
      model.poke();
      model.net(I);
      price(model, 680, 100);
      const taken = allowed(() => model.liquidate(I, Y, 1, whole(10), 0));
      const relieved = model.relieved();
      settle(model);
      return { taken, relieved: relieved.toNumber(), shortfall: model.shortfall.toNumber() };
    };
    const any: Rules = { ...REPAIRED, takers: "any" };
    expect(run({ ...any, lossesOf: "now" })).to.deep.equal({ taken: true, relieved: 9000, shortfall: 7000 });
    expect(run(any)).to.deep.equal({ taken: true, relieved: 9000, shortfall: 0 });
    expect(run(REPAIRED)).to.deep.equal({ taken: false, relieved: 9000, shortfall: 0 });
  });
});

describe("lock model: random groups of four markets, each settled gross and net", () => {
  it("leaves below zero, or below anchor and frozen mark, only who is not registered", () => {
    const { settlements, gross, net } = groups({ groups: 150, markets: 4, deviation: 0.2, hedgers: 0.5, seed: 1 });
    expect(settlements).to.be.greaterThan(50);
    expect(gross.secondDefaults).to.be.greaterThan(0);
    expect(gross.below).to.be.greaterThan(100);
    expect({ ...net, theta: 0, largestTheta: 0, paidByOthers: 0, paidByHedged: 0 }).to.deep.equal({
      secondDefaults: 0,
      below: 0,
      shortfall: 0,
      theta: 0,
      largestTheta: 0,
      paidByOthers: 0,
      paidByHedged: 0,
    });
    expect(net.theta).to.be.greaterThan(gross.theta);
    const [spared, added] = [gross.paidByHedged - net.paidByHedged, net.paidByOthers - gross.paidByOthers];
    expect(Math.abs(spared - added)).to.be.lessThan(0.01);
  });
});

describe("lock model: crash half-hours", () => {
  it("leaves nothing uncovered, unlike an anchor at the current mark", () => {
    const total = (rules: Rules) => {
      const results = Array.from({ length: 12 }, (_, i) => crash(i + 1, rules));
      const sum = (pick: (r: (typeof results)[number]) => number) => results.reduce((s, r) => s + pick(r), 0);
      return sum((r) => r.uncovered) / sum((r) => r.deficit);
    };
    expect(total(REPAIRED)).to.equal(0);
    expect(total({ ...REPAIRED, anchorAfter: "live" })).to.be.greaterThan(0.05);
  });
});
