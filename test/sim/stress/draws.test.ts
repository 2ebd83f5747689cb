// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { OptionError } from "../../../tools/options.js";
import { seeded } from "../../../tools/random.js";
import { BOTH_SIDES, MONTE_CARLO, stressOptions } from "../../../sim/stress/options.js";
import { DEFAULTS, marketParameters } from "../../../sim/stress/parameters.js";
import { at, jumpy, scaled, through } from "../../../sim/stress/paths.js";
import { crowd, type Person } from "../../../sim/stress/population.js";
import { SCENARIOS, playOf, settingOf } from "../../../sim/stress/scenarios.js";
import { quantile, rankCorrelation } from "../../../tools/statistics.js";
import { near } from "../near.js";

const legs = (people: Person[], symbol: string, sign: number) =>
  people.flatMap(({ wishes }) => wishes).filter((wish) => wish.symbol === symbol && wish.notional * sign > 0);
const total = (list: { notional: number }[]) => list.reduce((sum, { notional }) => sum + Math.abs(notional), 0);

describe("what a stress run draws", () => {
  it("is the same for the same seed, another for another", () => {
    for (const scenario of SCENARIOS) {
      expect(settingOf(scenario, 40, 5)).to.deep.equal(settingOf(scenario, 40, 5));
      expect(settingOf(scenario, 40, 5).people).not.to.deep.equal(settingOf(scenario, 40, 6).people);
      expect(playOf(scenario, 5).paths).to.deep.equal(playOf(scenario, 5).paths);
      expect(playOf(scenario, 5).paths).not.to.deep.equal(playOf(scenario, 6).paths);
    }
  });

  it("makes longs and shorts alike in every market", () => {
    const groups = [["BTC", "ETH"], ["SOL"]];
    const people = crowd(seeded(3), { accounts: 90, groups, maxLeverage: 18 });
    for (const symbol of groups.flat()) {
      near(total(legs(people, symbol, 1)) / total(legs(people, symbol, -1)), 1, 1e-9);
    }
    for (const { leverage } of people) expect(leverage).to.be.within(2, 18);
    expect(people.some(({ wishes }) => wishes.length === 2)).to.equal(true);
  });

  it("gives the whale his share of the longs", () => {
    const people = crowd(seeded(3), { accounts: 60, groups: [["BTC"]], maxLeverage: 18, whale: 0.53 });
    const longs = legs(people, "BTC", 1).map(({ notional }) => notional);
    near(Math.max(...longs) / longs.reduce((sum, each) => sum + each, 0), 0.53, 1e-9);
  });

  it("refuses a market with one side", () => {
    expect(() => crowd(seeded(1), { accounts: 1, groups: [["BTC"]], maxLeverage: 5 })).to.throw(
      RangeError,
      "two sides",
    );
  });

  it("walks straight lines through the corners of a path, and stays at its last point", () => {
    const path = through(
      seeded(1),
      [
        [0, 1],
        [60, 1],
        [120, 0.9],
      ],
      30,
      0,
    );
    expect(path.map(([second, factor]) => [second, Math.round(factor * 1e6) / 1e6])).to.deep.equal([
      [0, 1],
      [30, 1],
      [60, 1],
      [90, 0.95],
      [120, 0.9],
    ]);
    expect([at(path, 0), at(path, 59), at(path, 119), at(path, 999)].map((each) => each.toFixed(4))).to.deep.equal([
      "1.0000",
      "1.0000",
      "0.9500",
      "0.9000",
    ]);
    near(at(scaled(path, 2), 120), 0.8);
  });

  it("jumps as often and as far as a jumpy walk is told to", () => {
    const size = { length: 1_000_000, step: 10, deviation: 0, jumps: 1_000, jump: 0.02 };
    const path = jumpy(seeded(9), size);
    const moves = path.slice(1).map(([, factor], i) => Math.log(factor / path[i]![1]));
    const jumps = moves.filter((move) => move !== 0);
    expect(jumps.length).to.be.within(900, 1_100);
    near(jumps.filter((move) => move < 0).length / jumps.length, 0.75, 0.05);
    near(jumps.reduce((sum, move) => sum + Math.abs(move), 0) / jumps.length, 0.02, 0.002);
  });

  it("keeps what hangs on the margins within the bounds of the contracts", () => {
    const params = marketParameters({
      ...DEFAULTS,
      initialMargin: 30_000,
      maintenanceMargin: 16_000,
      gapThreshold: 20_000,
    });
    expect(params).to.deep.include({ gapThreshold: 16_000, priceBand: 15_000, staleShock: 30_000, discountCap: 8_000 });
    expect(marketParameters(DEFAULTS)).to.deep.include({
      initialMargin: 50_000,
      priceBand: 20_000,
      discountCap: 15_000,
    });
  });
});

describe("the statistics of stress runs", () => {
  it("finds quantiles", () => {
    const values = [5, 1, 4, 2, 3];
    expect([0.2, 0.5, 0.95, 1].map((p) => quantile(values, p))).to.deep.equal([1, 3, 5, 5]);
    expect(() => quantile([], 0.5)).to.throw(RangeError);
  });

  it("correlates ranks, equals sharing theirs", () => {
    expect(rankCorrelation([1, 2, 3, 4], [10, 200, 3_000, 40_000])).to.equal(1);
    expect(rankCorrelation([1, 2, 3], [3, 2, 1])).to.equal(-1);
    expect(rankCorrelation([1, 2, 3], [7, 7, 7])).to.equal(0);
    // Ranks 1.5, 1.5, 3, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5)
    near(rankCorrelation([1, 1, 2, 3], [1, 2, 3, 4]), Math.sqrt(0.9));
  });
});

describe("the options of npm run lab -- stress", () => {
  const usual = { scenario: "all", accounts: "80", seed: "1" };

  it("asks for everything, one scenario, the attack, or draws", () => {
    const names = SCENARIOS.map(({ name }) => name);
    expect(stressOptions(usual)).to.deep.include({ scenarios: names, attacks: true, runs: 12 });
    expect(stressOptions({ ...usual, runs: "0" }).runs).to.equal(0);
    expect(stressOptions({ ...usual, scenario: "gap" })).to.deep.include({
      scenarios: ["gap"],
      attacks: false,
      runs: 0,
    });
    expect(stressOptions({ ...usual, scenario: BOTH_SIDES })).to.deep.include({
      scenarios: [],
      attacks: true,
      runs: 0,
    });
    expect(stressOptions({ ...usual, scenario: MONTE_CARLO })).to.deep.include({ scenarios: [], runs: 12 });
  });

  it("refuses others by name", () => {
    const refused = (values: object, message: string) =>
      expect(() => stressOptions({ ...usual, ...values })).to.throw(OptionError, message);
    refused({ scenario: "doom" }, "--scenario must be all or one of gap, ");
    refused({ accounts: "19" }, "--accounts must be a whole number from 20 to 2000");
    refused({ accounts: "many" }, '--accounts must be a whole number from 20 to 2000, not "many"');
    refused({ seed: "-1" }, "--seed must be a whole number");
    refused({ runs: "1.5" }, "--runs must be a whole number");
  });
});
