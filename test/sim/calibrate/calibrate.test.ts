// SPDX-License-Identifier: MIT
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { localParameters, parseParameters, type LocalParameters } from "../../../deploy/parameters.js";
import { seeded } from "../../../scripts/scenario/random.js";
import { calibrate } from "../../../sim/calibrate/calibrate.js";
import { christoffersen, kupiec } from "../../../sim/calibrate/coverage.js";
import { depthWithin, slippageOf } from "../../../sim/calibrate/depth.js";
import { proposedParameters } from "../../../sim/calibrate/file.js";
import { TooCoarse, hourlyMoves } from "../../../sim/calibrate/moves.js";
import { DEFAULTS, calibrationInput } from "../../../sim/calibrate/options.js";
import {
  SampleTooSmall,
  chanceOf,
  excessOf,
  fitTail,
  historicalShortfall,
  quantileOf,
  shortfallOf,
  type Tail,
} from "../../../sim/calibrate/tail.js";

/** Draws of a generalized Pareto tail above zero. */
function pareto(count: number, scale: number, shape: number): number[] {
  const random = seeded(7);
  return Array.from({ length: count }, () => (scale / shape) * ((1 - random()) ** -shape - 1));
}

describe("the tail of a sample", () => {
  it("is the one that the sample was drawn from", () => {
    for (const shape of [-0.2, 0.1, 0.3]) {
      const tail = fitTail(pareto(50_000, 0.02, shape), 0.999);
      expect(tail.shape).to.be.closeTo(shape, 0.02);
      expect(tail.scale).to.be.closeTo(0.02, 0.0005);
    }
  });

  it("has quantiles, chances and means that belong together", () => {
    const tail: Tail = { threshold: 0.01, scale: 0.005, shape: 0.25, exceedances: 100, sample: 10_000 };
    // 0.01 + 0.005 / 0.25 * (10^0.25 - 1)
    expect(quantileOf(tail, 0.001)).to.be.closeTo(0.01 + 0.02 * (10 ** 0.25 - 1), 1e-12);
    expect(chanceOf(tail, quantileOf(tail, 0.001))).to.be.closeTo(0.001, 1e-12);
    const level = quantileOf(tail, 0.001);
    // What lies beyond a level is its chance times the mean distance.
    expect(excessOf(tail, level)).to.be.closeTo(0.001 * (shortfallOf(tail, 0.001) - level), 1e-12);
    expect(() => quantileOf(tail, 0.02)).to.throw(RangeError);
  });

  it("is refused for samples that have none", () => {
    expect(() => fitTail([1, 2, 3], 0.1)).to.throw(SampleTooSmall, "30 are needed");
    expect(() => fitTail(new Array<number>(5_000).fill(1), 0.1)).to.throw(SampleTooSmall, "alike");
  });

  it("counted: the mean of the largest", () => {
    expect(historicalShortfall([5, 1, 9, 3, 2, 8, 4, 6, 7, 10], 0.3)).to.equal(9);
  });
});

describe("coverage tests", () => {
  it("Kupiec: 17 exceedances of a 1% level in 1,000 days are rejected at 5%, 10 are not", () => {
    // 2 (983 ln(0.983 / 0.99) + 17 ln(0.017 / 0.01))
    const expected = 2 * (983 * Math.log(0.983 / 0.99) + 17 * Math.log(1.7));
    expect(kupiec(17, 1_000, 0.01).statistic).to.be.closeTo(expected, 1e-9);
    expect(kupiec(17, 1_000, 0.01).p).to.be.within(0.04, 0.05);
    expect(kupiec(10, 1_000, 0.01).statistic).to.equal(0);
    expect(kupiec(10, 1_000, 0.01).p).to.be.closeTo(1, 1e-6); // as good as the library's error function
    // His table: at 255 days and 1%, more than 6 failures reject at 5%.
    expect(kupiec(6, 255, 0.01).p).to.be.above(0.05);
    expect(kupiec(7, 255, 0.01).p).to.be.below(0.05);
    expect(kupiec(0, 100, 0.01).p).to.be.within(0.1, 0.2);
  });

  it("Christoffersen: the same number of exceedances, in a row and apart", () => {
    const apart = Array.from({ length: 1_000 }, (_, index) => index % 100 === 50);
    const together = Array.from({ length: 1_000 }, (_, index) => index >= 500 && index < 510);
    expect(christoffersen(apart).p).to.be.above(0.5);
    expect(christoffersen(together).p).to.be.below(1e-6);
  });
});

describe("moves and depth", () => {
  it("finds the largest move over the horizon in each hour, up or down", () => {
    const at = (time: number, mark: number) => ({ time, asset: "X", mark });
    const rows = [at(0, 100), at(60, 99), at(120, 103), at(180, 103), at(3_600, 103), at(3_660, 92.7)];
    const { hours, largest } = hourlyMoves(rows, 120);
    expect(hours).to.deep.equal([0, 3_600]);
    expect(largest[0]).to.be.closeTo(103 / 99 - 1, 1e-12);
    expect(largest[1]).to.be.closeTo(0.1, 1e-12);
    expect(() => hourlyMoves(rows.slice(0, 1).concat(at(9_000, 1), at(18_000, 1)), 120)).to.throw(TooCoarse);
  });

  it("reads a book between its points and at its end", () => {
    const book = [
      { asset: "X", bps: 10, notional: 1_000 },
      { asset: "X", bps: 50, notional: 5_000 },
    ];
    expect(depthWithin(book, "X", 500)).to.equal(500);
    expect(depthWithin(book, "X", 3_000)).to.equal(3_000);
    expect(depthWithin(book, "X", 90_000)).to.equal(5_000);
    expect(slippageOf(book, "X", 500)).to.equal(500);
    expect(slippageOf(book, "X", 3_000)).to.equal(3_000);
    expect(slippageOf(book, "X", 90_000)).to.equal(5_000);
  });
});

describe("calibration", () => {
  it("proposes within the contracts' bounds, says what it clipped, and tests out of sample", () => {
    const report = calibrate(calibrationInput({ ...DEFAULTS, days: "240" }));
    expect(report.prices).to.match(/^synthetic/);
    for (const { proposals, backtests } of report.markets) {
      for (const { proposed, low, high } of proposals) expect(proposed).to.be.within(low, high);
      const value = (name: string) => proposals.find(({ parameter }) => parameter === name)!.proposed;
      expect(value("maintenanceMargin")).to.be.at.most((value("initialMargin") * 3) / 4);
      expect(value("gapThreshold")).to.be.at.most(value("maintenanceMargin"));
      for (const { exceeded, times, hours } of backtests) {
        expect(times.length).to.equal(exceeded);
        expect(hours).to.be.within(2_200, 2_400);
      }
    }
    const clipped = report.markets.flatMap(({ proposals }) => proposals.filter((each) => each.clipped));
    expect(clipped.map(({ parameter }) => parameter)).to.include("priceBand");
  });

  it("writes a file that the deployment reads", () => {
    const input = calibrationInput({ ...DEFAULTS, days: "240" });
    const report = calibrate(input);
    const file = parseParameters<{ Local: LocalParameters }>(proposedParameters(input.parameters, report)).Local;
    const [btc] = report.markets;
    const value = (name: string) => btc!.proposals.find(({ parameter }) => parameter === name)!.proposed;
    expect(file.btcMarket.initialMargin).to.equal(value("initialMargin"));
    expect(file.btcMarket.hardCap).to.equal(BigInt(Math.round(value("hardCap") * 1e9)));
    expect(file.house).to.deep.equal(localParameters().house);
    expect(file.btcMarket.takerFee).to.equal(localParameters().btcMarket.takerFee);
  });

  it("takes files, and names what is wrong with them", () => {
    const folder = mkdtempSync(join(tmpdir(), "calibrate-"));
    const file = join(folder, "depth.csv");
    writeFileSync(file, "asset,bps,notional\nBTC,10,1000000\nBTC,fifty,2\n");
    expect(() => calibrationInput({ ...DEFAULTS, depth: file })).to.throw(/depth\.csv:3: bps is not a number: "fifty"/);
    writeFileSync(file, "asset,bps\nBTC,10\n");
    expect(() => calibrationInput({ ...DEFAULTS, depth: file })).to.throw(/column notional is missing/);
    expect(() => calibrationInput({ ...DEFAULTS, chance: "2" })).to.throw(/--chance must be a number from/);
  });
});
