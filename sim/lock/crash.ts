// SPDX-License-Identifier: MIT
import { seeded } from "../../tools/random.js";
import { Fraction } from "./Fraction.js";
import { DEFAULTS, LockModel, Revert, VAULT, type Parameters, type Rules } from "./LockModel.js";

export interface CrashResult {
  readonly deficit: number;
  readonly uncovered: number;
  readonly lockedShare: number;
  readonly settlements: number;
}

/** A crash half-hour in steps of 5 seconds: leveraged accounts, keepers that act in half of the steps, no vault. */
export function crash(seed: number, rules: Rules, parameters: Partial<Parameters> = {}): CrashResult {
  const random = seeded(seed);
  const markets = 1 + Math.floor(random() * 3);
  const model = new LockModel(rules, { ...DEFAULTS, ...parameters }, Array(markets).fill(Fraction.of(1_000_000)), 25);
  const attempt = (action: () => void) => {
    try {
      action();
    } catch (error) {
      if (!(error instanceof Revert)) throw error;
    }
  };
  const open = (id: number) => {
    const k = Math.floor(random() * markets);
    const other = 1 + Math.floor(random() * 24);
    const mark = model.market(k).live;
    const size = Fraction.of(1 + Math.floor(random() * 90));
    attempt(() => (random() < 0.5 ? model.fill(id, other, k, size, mark) : model.fill(other, id, k, size, mark)));
  };
  for (let id = 1; id < 25; id++) model.deposit(id, Fraction.of(id < 5 ? 100_000_000 : 3_000_000 + id * 300_000));
  for (let n = 0; n < 120; n++) open(1 + Math.floor(random() * 24));

  let locked = 0;
  const steps = 360;
  for (let step = 0; step < steps; step++) {
    model.now += 5;
    const shock = random() < 0.03 ? -0.02 - 0.13 * random() : random() < 0.015 ? 0.02 + 0.08 * random() : 0;
    for (const m of model.markets) {
      const move = shock * (0.5 + random()) + (random() - 0.5) * 0.006;
      m.live = Fraction.of(Math.max(1_000, Math.round(m.live.toNumber() * (1 + move))));
    }
    if (random() < 0.5) {
      attempt(() => model.poke());
      for (let i = 0; i < 25; i++) if (model.absorbable(i)) attempt(() => model.absorb(i));
      attempt(() => model.deleverage());
      let done = 0;
      for (let id = 1; id < 25 && done < 3; id++) {
        const marks = model.marks();
        if (model.equity(id, marks).sign < 0 || !model.equity(id, marks).lt(model.maintenance(id, marks))) continue;
        for (let k = 0; k < markets; k++) {
          const q = model.position(id, k).q;
          if (q.sign !== 0) attempt(() => model.liquidate(id, 1 + Math.floor(random() * 4), k, q.abs(), 50));
        }
        done += 1;
      }
    }
    open(1 + Math.floor(random() * 24));
    if (model.phase !== "NORMAL") locked += 1;
  }
  // Whoever is still below zero is absorbed with no move left to charge, as late defaults are.
  const debts = model.accounts.reduce((sum, _, id) => {
    if (id === VAULT || model.phase !== "NORMAL") return sum;
    const equity = model.equity(id, model.anchors());
    return equity.sign < 0 ? sum - equity.toNumber() : sum;
  }, 0);
  const deficit = model.settlements.reduce((sum, s) => sum + s.deficit.toNumber(), 0) + debts;
  return {
    deficit,
    uncovered: model.shortfall.toNumber() + debts,
    lockedShare: locked / steps,
    settlements: model.settlements.length,
  };
}
