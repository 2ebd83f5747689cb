// SPDX-License-Identifier: MIT
import { spawnSync } from "node:child_process";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { near } from "../near.js";
import { folder } from "./folder.js";

/** A command of the lab, and what its price files are given with. */
const COMMANDS = {
  calibrate: { script: "sim/calibrate/main.ts", others: [] as string[] },
  replay: { script: "sim/replay/main.ts", others: ["--positions"] },
};
const START = 1_735_689_600;

describe("programs: the lab's commands, given a file that cannot be used,", function () {
  this.timeout(300_000);
  const files = folder();
  after(() => files.remove());

  const run = (name: keyof typeof COMMANDS, args: string[]) => {
    const { script } = COMMANDS[name];
    const env = { ...process.env, NODE_OPTIONS: "" };
    return spawnSync(process.execPath, ["--import", "tsx", script, ...args], { encoding: "utf8", env });
  };
  const rows = (...lines: string[]) => ["timestamp,asset,mark", ...lines].join("\n");

  it("refuse the same: name file and line, print no result, and end with 2", () => {
    const positions = files.write("account,side,size,entry_price,margin\na,long,1,100,50", "positions.csv");
    const cases: [text: string | Uint8Array, message: string][] = [
      [rows(`${START}000,BTC,100`, `${START + 60}000000,BTC,100`), "prices.csv:3: timestamp is in microseconds"],
      [rows(`${START},BTC,100`, `${START + 60},BTC,10000`), "prices.csv:3: mark 10000 of BTC is 100 times more"],
      [rows(`${START},BTC,100`, `${START},BTC,100`), "prices.csv:3: the time of BTC must rise"],
      [rows(`${START},BTC,100`, `${START + 60},BTCUSDT,100`), 'prices.csv:3: "BTCUSDT" and "BTC"'],
      [gzipSync("a"), "prices.csv: is packed by gzip"],
    ];
    for (const name of ["calibrate", "replay"] as const) {
      const given = COMMANDS[name].others.flatMap((option) => [option, positions]);
      for (const [text, message] of cases) {
        const { status, stdout, stderr } = run(name, ["--prices", files.write(text, "prices.csv"), ...given]);
        expect(stderr, name).to.include(message);
        expect({ status, stdout }, `${name}: ${message}`).to.deep.equal({ status: 2, stdout: "" });
      }
    }
  });

  it("calibrate takes two years of the exchange's klines, milliseconds in one file and microseconds in the next, for what they are", () => {
    // A minute's step of a seeded walk: 2024 in milliseconds, 2025 in microseconds; every 30 minutes.
    const step = 1_800;
    let [state, price] = [1, 40_000];
    const lines = (from: number, until: number, unit: number) => {
      const list: string[] = [];
      for (let time = from; time < until; time += step) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        const open = price;
        price = Math.round(price * Math.exp((state / 2 ** 32 - 0.5) * 0.01) * 100) / 100;
        const [high, low] = [Math.max(open, price), Math.min(open, price)];
        list.push(`${time * unit},${open},${high},${low},${price},1,${(time + step) * unit - 1},1,1,1,1,0`);
      }
      return list.join("\n");
    };
    const [begin, end] = [START - 366 * 86_400, START + 365 * 86_400];
    const old = files.write(lines(begin, START, 1e3), "BTCUSDT-30m-2024-01.csv");
    const later = files.write(lines(START, end, 1e6), "BTCUSDT-30m-2025-01.csv");
    const { status, stdout, stderr } = run("calibrate", ["--prices", old, "--prices", later, "--json"]);
    expect(status, stderr).to.equal(0);
    const market = JSON.parse(stdout.split("\n")[0]!) as { [name: string]: unknown };
    expect(market).to.include({ asset: "BTC", step, from: begin + step, until: end, rows: (731 * 86_400) / step });
    near(market["years"] as number, 2, 0.01);
    const again = run("calibrate", ["--prices", old, "--prices", later, "--json"]);
    expect(again.stdout, "two runs print the same").to.equal(stdout);
  });

  it("calibrate refuses a target of a market that the prices do not have", () => {
    const file = files.write(rows(`${START},BTC,100`, `${START + 60},BTC,100`), "prices.csv");
    const { status, stderr } = run("calibrate", ["--prices", file, "--target", "locks:DOGE=3"]);
    expect(stderr).to.include("--target names DOGE, but the prices are of BTC");
    expect(status).to.equal(2);
  });
});
