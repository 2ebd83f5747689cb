// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { OptionError } from "../../../tools/options.js";
import { FileError } from "../../../sim/files/FileError.js";
import { notionalWithin, readDepths, slippageOf } from "../../../sim/calibrate/depth.js";
import { readHistories, stepOf } from "../../../sim/calibrate/history.js";
import { readParameters } from "../../../deploy/parameters.js";
import { checkedNetwork } from "../../../sim/calibrate/networkFile.js";
import { movesOver, runsBeyond, worstHours } from "../../../sim/calibrate/moves.js";
import { calibrationOptions } from "../../../sim/calibrate/options.js";
import { readTargets } from "../../../sim/calibrate/targets.js";
import { near } from "../near.js";

describe("input of a calibration", () => {
  const folder = mkdtempSync(join(tmpdir(), "calibrate-"));
  after(() => rmSync(folder, { recursive: true }));
  const write = (lines: string[]) => {
    const file = join(folder, "a.csv");
    writeFileSync(file, lines.join("\n"));
    return file;
  };

  it("reads the marks of several assets", () => {
    const lines = ["timestamp,asset,mark", "1760130000,BTC,100", "1760130000,SOLUSDT,20", "1760130060,BTC,101"];
    const [btc, sol] = readHistories([write(lines)]);
    expect([btc!.asset, sol!.asset]).to.deep.equal(["BTC", "SOL"]);
    expect([...btc!.times]).to.deep.equal([1_760_130_000, 1_760_130_060]);
    expect([...btc!.marks, ...sol!.marks]).to.deep.equal([100, 101, 20]);
    expect(stepOf(btc!)).to.equal(60);
  });

  it("names the file and the line of what is wrong with prices", () => {
    const cases: [string[], string][] = [
      [["timestamp,asset", "1,BTC"], ":1: column mark is missing"],
      [["timestamp,asset,mark", "1760130000,BTC,0"], ":2: mark must be above zero, not 0"],
      [["timestamp,asset,mark", "1760130000,BTC,1", "1760130000,BTC,2"], ":3: the time of BTC must rise"],
      [["timestamp,asset,mark", "soon,BTC,1"], ':2: timestamp is neither Unix time nor ISO 8601: "soon"'],
    ];
    for (const [lines, message] of cases) expect(() => readHistories([write(lines)])).to.throw(FileError, message);
    expect(() => readHistories([join(folder, "none.csv")])).to.throw(FileError, "none.csv: cannot be read");
  });

  it("names the file and the line of what is wrong with a depth curve", () => {
    const cases: [string[], string][] = [
      [["asset,bps,notional", "BTC,10,1000", "BTC,20,1000"], ":3: bps and notional of BTC must rise"],
      [["asset,bps,notional", "BTC,ten,1000"], ':2: bps is not a number: "ten"'],
      [["asset,bps,notional"], "a.csv: has no rows"],
      [["asset,bps,notional", "BTC,10,1000", "BTCUSDT,20,2000"], ':3: "BTCUSDT" and "BTC"'],
      [
        ["asset,bps,notional", "BTC,0.001,1000", "BTC,0.01,2000"],
        ":3: the curve of BTC ends below 1 bps: are these parts",
      ],
      [["asset,bps,notional", "BTC,10,1000", "BTC,20000,2000"], ":3: bps must be at most 10000"],
      [["asset,bps,notional", 'BTC,10,"1,000"'], ":2: notional is not a number"],
      [["asset,bps,bps,notional", "BTC,10,10,1000"], ":1: there are two columns bps"],
      [["asset;bps;notional", "BTC;10;1000"], 'separated by ";"'],
    ];
    for (const [lines, message] of cases) expect(() => readDepths(write(lines))).to.throw(FileError, message);
  });

  it("depth by hand: linear between the points, never more than the curve shows", () => {
    const curve = readDepths(write(["asset,bps,notional", "BTC,100,1000", "BTC,200,3000"])).get("BTC")!;
    expect(notionalWithin(curve, 0.005)).to.equal(500);
    near(notionalWithin(curve, 0.015), 2_000, 1e-9);
    expect(notionalWithin(curve, 0.5)).to.equal(3_000);
    near(slippageOf(curve, 1_000), 0.005, 1e-12);
  });

  it("names what is wrong with a network's parameters", () => {
    const good = readParameters("local")["Local"]!;
    const refuses = (change: object, message: string) =>
      expect(() => checkedNetwork("local.json", { ...good, ...change })).to.throw(FileError, message);
    expect(checkedNetwork("local.json", good)).to.equal(good);
    const market = good["btcMarket"] as object;
    refuses(
      { btcMarket: { ...market, initialMargin: undefined } },
      "local.json: btcMarket.initialMargin must be a whole number",
    );
    refuses(
      { btcMarket: { ...market, initialMargin: "5%" } },
      "btcMarket.initialMargin must be a whole number of zero or more",
    );
    refuses({ btcMarket: { ...market, initialMargin: 0.05 } }, "not 0.05");
    refuses({ btcMarket: { ...market, hardCap: 1e30 } }, "btcMarket.hardCap must be a whole number");
    refuses({ btcMarket: { ...market, hardCap: -5n } }, "not -5");
    refuses({ btcMarket: null }, "btcMarket.");
    refuses({ btcBudget: undefined }, "btcBudget must be a whole number");
    refuses({ venue: undefined }, "venue.lockDelay must be a whole number");
    expect(() => checkedNetwork("local.json", {})).to.throw(FileError, "lists no market");
  });

  it("refuses targets and options by name", () => {
    expect(() => readTargets(["chances=0.1"])).to.throw(OptionError, "one of chance, beyond");
    expect(() => readTargets(["chance=2"])).to.throw(OptionError, "from 0.00001 to 0.5");
    expect(() => readTargets(["latency:BTC=2"])).to.throw(OptionError, "one for the venue");
    expect(() => readTargets(["chance=0x1"])).to.throw(OptionError, "from 0.00001 to 0.5");
    expect(() => readTargets(["latency= "])).to.throw(OptionError, "from 0 to 1800");
    expect(() => calibrationOptions({ asset: "BTC" })).to.throw(OptionError, "give --prices");
    expect(() => calibrationOptions({ prices: ["a"], "max-move": "0" })).to.throw(OptionError, "--max-move");
    const targets = readTargets(["locks=4", "locks:SOLUSDT=9"]);
    expect(targets.assets).to.deep.equal(["SOL"]);
    expect([targets("locks", "BTC"), targets("locks", "SOL"), targets("beyond")]).to.deep.equal([4, 9, 1]);
    expect(() => calibrationOptions({ days: "3" })).to.throw(OptionError, "--days");
    expect(() => calibrationOptions({ prices: ["a"], days: "60" })).to.throw(OptionError, "leave it out with --prices");
    expect(() => calibrationOptions({ network: "mainnet" })).to.throw(OptionError, "local, sepolia");
  });
});

describe("moves", () => {
  const history = {
    asset: "BTC",
    times: Float64Array.from([0, 60, 120, 180, 240, 4_000, 200_000, 200_060]),
    marks: Float64Array.from([100, 110, 99, 99, 103.95, 103.95, 200, 200]),
  };

  it("by hand: the largest from the mark before the window, up or down; silence is no move, a silent day is left out", () => {
    const { at, move, unchanged, skipped } = movesOver(history, 120);
    expect([...at.slice(0, 3)]).to.deep.equal([0, 120, 240]);
    near(move[0]!, 0.1, 1e-12); // up 10%, then 1% below the beginning
    near(move[1]!, 0.05, 1e-12);
    expect(move[2]).to.equal(0);
    expect(skipped).to.be.greaterThan(900);
    expect(Math.max(...move), "the jump after two days of silence").to.be.lessThan(0.2);
    expect(unchanged).to.be.lessThan(move.length);
    expect(move.length + skipped).to.equal(Math.floor(200_060 / 120));
  });

  it("the worst hours are those with the largest squares, and runs are an hour apart", () => {
    const at = Float64Array.from([0, 600, 3_600, 7_200, 7_800]);
    const move = Float64Array.from([0.01, 0.01, 0.05, 0.02, 0.02]);
    const moves = { horizon: 600, at, move, unchanged: 0, skipped: 0 };
    expect([...worstHours(moves, 0.34)]).to.deep.equal([0.05]);
    expect([...worstHours(moves, 0.67)]).to.deep.equal([0.05, 0.02, 0.02]);
    expect(runsBeyond(moves, 0.015)).to.deep.equal({ moves: 3, runs: 1 });
    expect(runsBeyond(moves, 0.005)).to.deep.equal({ moves: 5, runs: 1 });
    expect(runsBeyond({ ...moves, at: at.map((time) => 10 * time) }, 0.015)).to.deep.equal({ moves: 3, runs: 3 });
  });
});
