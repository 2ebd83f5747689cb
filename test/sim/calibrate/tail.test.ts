// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { seeded } from "../../../tools/random.js";
import { chiSquareBeyond, conditional, independence, kupiec } from "../../../sim/calibrate/coverage.js";
import { tailOf, yearlyLevel } from "../../../sim/calibrate/frequency.js";
import { generateHistories, trueJumpLevel } from "../../../sim/calibrate/generate.js";
import { movesOver } from "../../../sim/calibrate/moves.js";
import {
  TailError,
  beyondPareto,
  excessOfPareto,
  fitPareto,
  fitParetoByMoments,
  penalty,
  quantileOfPareto,
  type Pareto,
} from "../../../sim/calibrate/pareto.js";
import {
  beyond,
  expectedExcess,
  fitTail,
  historicalExcess,
  levelOf,
  shortfallOf,
} from "../../../sim/calibrate/tail.js";
import { near } from "../near.js";

describe("generalized Pareto", () => {
  const sample = (pareto: Pareto, count: number, seed: number) => {
    const random = seeded(seed);
    return Float64Array.from({ length: count }, () => quantileOfPareto(pareto, 1 - random()));
  };

  for (const shape of [-0.2, 0, 0.3, 0.6]) {
    it(`a shape of ${shape} and a scale of 1% come back from 5,000 draws within four standard errors`, () => {
      const pareto = { shape, scale: 0.01 };
      const [n, draws] = [5_000, sample(pareto, 5_000, 11)];
      const fit = fitPareto(draws);
      near(fit.shape, shape, (4 * (1 + shape)) / Math.sqrt(n));
      // Smith (1985): the relative variance of the scale is 2 (1 + shape) / n.
      near(fit.scale / 0.01, 1, 4 * Math.sqrt((2 * (1 + shape)) / n));
    });
  }

  it("moments say nearly the same where they may be used", () => {
    const draws = sample({ shape: 0.2, scale: 0.01 }, 5_000, 12);
    const [likely, moments] = [fitPareto(draws), fitParetoByMoments(draws)];
    near(moments.shape, likely.shape, 0.05);
    near(moments.scale / likely.scale, 1, 0.05);
  });

  it("the fit is more likely than its neighbours, with the penalty", () => {
    const draws = sample({ shape: 0.25, scale: 0.02 }, 400, 13);
    const density = ({ shape, scale }: Pareto, y: number) =>
      -Math.log(scale) - (1 + 1 / shape) * Math.log1p((shape * y) / scale);
    const likelihood = (pareto: Pareto) => draws.reduce((sum, y) => sum + density(pareto, y), -penalty(pareto.shape));
    const fit = fitPareto(draws);
    for (const [shape, scale] of [
      [1.02, 1],
      [0.98, 1],
      [1, 1.02],
      [1, 0.98],
    ] as const) {
      expect(likelihood({ shape: fit.shape * shape, scale: fit.scale * scale })).to.be.lessThan(likelihood(fit));
    }
  });

  it("the penalty by hand: nothing up to 0, one at 1/2, infinite from 1 on; 60 draws of a very heavy tail still have a mean", () => {
    expect([-0.3, 0, 0.5, 1, 2].map(penalty)).to.deep.equal([0, 0, 1, Infinity, Infinity]);
    const { shape } = fitPareto(sample({ shape: 1.5, scale: 0.01 }, 60, 14));
    expect(shape).to.be.within(0.5, 0.99);
  });

  it("by hand: shape 1/2 and scale 2 leave a quarter beyond 4, and an excess of 2 there; shape 0 is exponential", () => {
    expect(beyondPareto({ shape: 0.5, scale: 2 }, 4)).to.equal(0.25);
    expect(quantileOfPareto({ shape: 0.5, scale: 2 }, 0.25)).to.equal(4);
    expect(excessOfPareto({ shape: 0.5, scale: 2 }, 4)).to.equal(2);
    near(beyondPareto({ shape: 0, scale: 2 }, 4), Math.exp(-2), 1e-15);
    near(excessOfPareto({ shape: 0, scale: 2 }, 4), 2 * Math.exp(-2), 1e-15);
    expect(excessOfPareto({ shape: 1, scale: 2 }, 4)).to.equal(Infinity);
  });

  it("too few, or no excesses at all, are refused by name", () => {
    expect(() => fitPareto([0.1, 0.2])).to.throw(TailError, "at least 30");
    expect(() => fitPareto(Array.from({ length: 40 }, () => 0))).to.throw(TailError, "above zero, not 0");
    expect(() => fitTail(new Float64Array(100), 50)).to.throw(TailError, "too few");
  });
});

describe("tails", () => {
  const random = seeded(3);
  const moves = Float64Array.from({ length: 40_000 }, () =>
    quantileOfPareto({ shape: 0.3, scale: 0.001 }, 1 - random()),
  );
  const tail = fitTail(moves, 400);

  it("are counted up to the threshold and fitted beyond it, without a step", () => {
    const share = 400 / 40_000;
    near(beyond(tail, tail.threshold), share, 1e-4);
    near(levelOf(tail, share * 0.9999), tail.threshold, 1e-6);
    near(beyond(tail, levelOf(tail, 1e-4)), 1e-4, 1e-12);
    near(beyond(tail, 0.0005), moves.filter((move) => move > 0.0005).length / 40_000, 1e-12);
    expect(expectedExcess(tail, tail.threshold / 2)).to.equal(historicalExcess(tail, tail.threshold / 2));
  });

  it("find the level of one in a million and the mean beyond it of a known distribution", () => {
    const truth = quantileOfPareto({ shape: 0.3, scale: 0.001 }, 1e-5);
    expect(levelOf(tail, 1e-5) / truth).to.be.within(0.6, 1.6);
    const mean = truth + excessOfPareto({ shape: 0.3, scale: 0.001 }, truth) / 1e-5;
    expect(shortfallOf(tail, 1e-5) / mean).to.be.within(0.5, 2);
  });

  it("find the jumps that are known to be in the model's path", () => {
    const [history] = generateHistories(730, 1);
    const moves = movesOver(history!, 120);
    const found = tailOf(moves);
    for (const rate of [12, 1]) {
      expect(yearlyLevel(found, 120, rate) / trueJumpLevel("BTC", rate)).to.be.within(0.8, 1.35);
    }
  });
});

describe("coverage tests", () => {
  it("Kupiec: 20 exceptions in 252 days at 95% give 3.91 (Jorion, Value at Risk, on J.P. Morgan in 1998)", () => {
    const { statistic, pValue } = kupiec(20, 252, 0.05);
    near(statistic, 3.91, 0.01);
    near(pValue, 0.048, 0.001);
  });

  it("Kupiec: not rejected at 95% exactly within the regions of his table (1995)", () => {
    const regions: [share: number, days: number, above: number, below: number][] = [
      [0.01, 510, 1, 11],
      [0.01, 1_000, 4, 17],
      [0.05, 255, 6, 21],
      [0.05, 510, 16, 36],
      [0.05, 1_000, 37, 65],
    ];
    for (const [share, days, above, below] of regions) {
      const accepted = Array.from({ length: 100 }, (_, n) => n).filter((n) => kupiec(n, days, share).pValue > 0.05);
      expect(accepted.at(0), `${share} of ${days}`).to.equal(above + 1);
      expect(accepted.at(-1), `${share} of ${days}`).to.equal(below - 1);
    }
  });

  it("Kupiec: no exceptions, or nothing but exceptions, still have a statistic", () => {
    near(kupiec(0, 100, 0.01).statistic, -2 * 100 * Math.log(0.99), 1e-9);
    near(kupiec(10, 10, 0.01).statistic, -2 * 10 * Math.log(0.01), 1e-9);
    expect(kupiec(5, 100, 0.05).statistic).to.equal(0);
    expect(() => kupiec(3, 2, 0.01)).to.throw(RangeError);
  });

  it("Christoffersen: by hand on ten days, two of three failures in a row", () => {
    // Nine steps: from none 4 to none and 2 to a failure, from a failure 2 to none and 1 to a failure.
    const failed = [0, 1, 1, 0, 0, 0, 0, 1, 0, 0];
    const free = 4 * Math.log(4 / 6) + 2 * Math.log(2 / 6) + 2 * Math.log(2 / 3) + Math.log(1 / 3);
    const bound = 6 * Math.log(6 / 9) + 3 * Math.log(3 / 9);
    near(independence(failed).statistic, 2 * (free - bound), 1e-12);
  });

  it("Christoffersen: failures in one cluster are rejected, the same number far apart are not", () => {
    const at = (places: readonly number[]) => Array.from({ length: 1_000 }, (_, i) => Number(places.includes(i)));
    expect(independence(at([500, 501, 502, 503, 504, 505])).pValue).to.be.lessThan(0.0001);
    expect(independence(at([100, 250, 400, 550, 700, 850])).pValue).to.be.greaterThan(0.5);
    const both = conditional(kupiec(10, 1_000, 0.01), independence(at([1, 2])));
    expect(both.statistic).to.equal(independence(at([1, 2])).statistic);
  });

  it("chi-square: the quantiles of every table", () => {
    near(chiSquareBeyond(3.8415, 1), 0.05, 1e-5);
    near(chiSquareBeyond(6.6349, 1), 0.01, 1e-5);
    near(chiSquareBeyond(5.9915, 2), 0.05, 1e-5);
  });
});
