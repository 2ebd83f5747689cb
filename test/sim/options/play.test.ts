// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { seeded } from "../../../tools/random.js";
import { RULES, initialOf, scenariosOf, type Leg } from "../../../sim/options/margin.js";
import { equityOf, play } from "../../../sim/options/play.js";
import { draw, seriesOf } from "../../../sim/options/population.js";
import { fixed, scenarios } from "../../../sim/options/scenarios.js";
import { near } from "../near.js";

describe("the lab's options: plays", () => {
  for (const { name, factors, policy, terms } of scenarios()) {
    it(`${name}: nothing is made or lost, and the net charge keeps its promise`, () => {
      const all = fixed(seriesOf(factors[0]!, terms), factors);
      const arrays = all.map((series) => scenariosOf(series, factors[0]!, RULES));
      const marginOf = (legs: readonly Leg[]) => initialOf(legs, all, arrays, factors[0]!, RULES);
      const accounts = draw(seeded(7), all, factors[0]!, 20, marginOf);
      for (let i = 0; i < all.length; ++i) near(interest(i), 0, 1e-9);
      const before = total(factors[0]!);
      const played = play(all, accounts, factors, policy);
      const given = played.deficit - played.charged;
      near(total(factors.at(-1)!) - before, given, 1e-3);
      for (let i = 0; i < all.length; ++i) near(interest(i), 0, 1e-6);
      expect(played.locks).to.be.greaterThan(0);
      near(played.vaultPaid + played.charged + played.shortfall, played.deficit, 1e-6);
      if (policy.charge === "net") expect(played).to.include({ secondDefaults: 0, belowBoth: 0 });

      function interest(index: number): number {
        return accounts.reduce((sum, { legs }) => sum + (legs.find(({ series }) => series === index)?.size ?? 0), 0);
      }
      function total(at: (typeof factors)[0]): number {
        return accounts.reduce((sum, account) => sum + equityOf(account, all, at), 0);
      }
    });
  }

  it("a spread's margin is below that of its legs, and grows with its size", () => {
    const now = scenarios()[0]!.factors[0]!;
    const all = seriesOf(now);
    const arrays = all.map((series) => scenariosOf(series, now, RULES));
    const puts = all.map(({ kind }, i) => ({ kind, i })).filter(({ kind }) => kind === "put");
    const legs = (n: number): Leg[] => [
      { series: puts[6]!.i, size: -n },
      { series: puts[4]!.i, size: n },
    ];
    const marginOf = (list: Leg[]) => initialOf(list, all, arrays, now, RULES);
    expect(marginOf(legs(1))).to.be.lessThan(marginOf([legs(1)[0]!]));
    near(marginOf(legs(3)), 3 * marginOf(legs(1)), 1e-6);
  });
});
