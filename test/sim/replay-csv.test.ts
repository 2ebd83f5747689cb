// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FileError } from "../../sim/files/FileError.js";
import { readPositions, readPrices, readRounds } from "../../sim/replay/csv.js";
import { assemble, InputError, markOf, type ReplayInput } from "../../sim/replay/input.js";

describe("Replay: its files", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "replay-"))));
  after(() => rmSync(folder, { recursive: true }));

  const file = (text: string) => {
    const path = join(folder, "rows.csv");
    writeFileSync(path, text);
    return path;
  };
  const HEADER = "account,side,size,entry_price,margin";
  const positions = (...rows: string[]) => readPositions(file([HEADER, ...rows].join("\n")), "BTC").positions;

  const refused = (act: () => unknown, what: string) => {
    expect(act)
      .to.throw(FileError)
      .with.property("message")
      .that.satisfies((message: string) => message.includes(what), `says "${what}"`);
  };

  it("a file that is not there is named", () => {
    refused(() => readPrices([join(folder, "none.csv")]), "none.csv: cannot be read");
  });

  it("a missing column is named, with the header's line", () => {
    refused(() => readPositions(file("account,side,size\na,long,1"), "BTC"), "rows.csv:1: column entry_price, margin");
    refused(() => readRounds(file("asset,timestamp,adl_price,qty\n")), "rows.csv:1: column mark_exec_gap is missing");
  });

  it("a wrong cell is named with its file and line", () => {
    refused(() => positions("a,long,1,100,5", "b,up,1,100,5"), 'rows.csv:3: side must be long or short, not "up"');
    refused(() => positions("a,long,one,100,5"), 'rows.csv:2: size is not a number: "one"');
    refused(() => positions("a,long,0x10,100,5"), 'rows.csv:2: size is not a number: "0x10"');
    refused(() => positions("a,long,-1,100,5"), "rows.csv:2: size must be above zero, not -1");
    refused(() => positions("a,long,1,0,5"), "rows.csv:2: entry_price must be above zero, not 0");
    refused(() => positions("a,long,1,100,-5"), "rows.csv:2: margin must be zero or more, not -5");
    refused(() => positions(",long,1,100,5"), "rows.csv:2: account is empty");
    refused(() => positions("a,long,1,100"), "rows.csv");
    refused(
      () => readPrices([file("timestamp,asset,mark\nyesterday,BTC,1")]),
      'rows.csv:2: timestamp is neither Unix time nor ISO 8601: "yesterday"',
    );
  });

  it("lines are counted through quoted line breaks and empty lines", () => {
    refused(() => positions('"a\nb",long,1,100,5', "", "c,up,1,100,5"), "rows.csv:5: side");
  });

  it("a second position of an account in the same market is refused, in another market taken", () => {
    refused(
      () => positions("a,long,1,100,5", "a,short,1,100,5"),
      "rows.csv:3: account a has a position in BTC already, in line 2",
    );
    const rows = readPositions(file(`${HEADER},asset\na,long,1,100,5,BTC\na,short,2,9,5,SOL`)).positions;
    expect(rows.map(({ asset }) => asset)).to.deep.equal(["BTC", "SOL"]);
  });

  it("without a column and without a name the asset is asked for", () => {
    refused(() => readPositions(file(`${HEADER}\na,long,1,100,5`)), "which asset?");
  });

  it("prices of several markets are in order of time, and estimates of marks are left out", () => {
    const lines = [
      "timestamp,asset,mark,kind",
      "2025-10-10T21:15:00Z,BTC,112000,fill",
      "2025-10-10T21:15:02.5Z,BTC,112001,",
      "2025-10-10T21:15:02.5Z,BTC,3,mark estimate of ours",
      "2025-10-10T21:15:01Z,SOL,185,",
    ];
    expect(readPrices([file(lines.join("\n"))])).to.deep.equal([
      { time: 1_760_130_900, asset: "BTC", mark: 112_000 },
      { time: 1_760_130_901, asset: "SOL", mark: 185 },
      { time: 1_760_130_902.5, asset: "BTC", mark: 112_001 },
    ]);
  });

  it("other units, two names and implausible numbers of positions and rounds are refused as those of prices", () => {
    refused(
      () => readPositions(file(`${HEADER},asset\na,long,1,100,5,BTC\nb,long,1,100,5,BTC-PERP`)),
      'rows.csv:3: "BTC-PERP"',
    );
    refused(() => positions("a,long,1,11200000000000,5"), "rows.csv:2: entry_price must be at most 1000000");
    refused(() => positions("a,long,1e18,100,5"), "rows.csv:2: size must be at most 10000000000000");
    refused(() => positions("a,long,1e-12,100,5"), "rows.csv:2: size must be at least 1e-9");
    refused(() => positions('a,long,"1,000",100,5'), "rows.csv:2: size is not a number");
    refused(() => positions("a,long,1,100,NaN"), "rows.csv:2: margin is not a number");
    refused(() => positions(), "rows.csv: has no rows");
    const median = "rows.csv:3: half of the positions are at least";
    refused(
      () => positions("a,long,1,100,50", "b,long,1,100,0.01", "c,long,1,100,0.001"),
      `${median} 10000 times their margin`,
    );
    refused(
      () => positions("a,long,1,100,5", "b,long,1,100,1e6", "c,long,1,100,1e7"),
      "rows.csv:3: half of the positions",
    );
    expect(positions("a,long,1,100,5", "b,long,1,100,0", "c,long,1,100,0.001", "d,long,1,100,9")).to.have.length(4);
    const rounds = (...rows: string[]) =>
      readRounds(file(["asset,timestamp,adl_price,qty,mark_exec_gap", ...rows].join("\n")));
    refused(
      () => rounds("BTC,1760130900,100,2,3", "BTC,1760130901000,100,2,3"),
      "rows.csv:3: timestamp is in milliseconds",
    );
    refused(() => rounds("BTC,1,100,2,3"), "rows.csv:2: timestamp has no unit");
    refused(() => rounds("BTC,1760130900,100,2,3", "BTC,1760130900,100,2,3"), "rows.csv:3: the time of BTC must rise");
    refused(() => rounds("BTC,1760130901,100,2,3", "BTC,1760130900,100,2,3"), "rows.csv:3: the time of BTC must rise");
    refused(() => rounds("BTC,1760130900,100,2,3", "BTCUSDT,1760130901,100,2,3"), 'rows.csv:3: "BTCUSDT"');
    refused(
      () => readRounds(file("asset,timestamp,adl_price,qty,mark_exec_gap,wave\nBTC,1760130900,9,9,1,1.5")),
      "wave must be",
    );
    refused(() => rounds("BTC,1760130900,100,2,100"), "rows.csv:2: mark_exec_gap is as large as adl_price");
  });

  it("a round's side is that of the defaulters, long unless it says otherwise; the mark lies beyond its price", () => {
    const rows = readRounds(
      file("asset,timestamp,adl_price,qty,mark_exec_gap,side\nBTC,1760130900,100,2,3,\nBTC,1760130901,100,2,3,short\n"),
    );
    expect(rows.map(({ side }) => side)).to.deep.equal(["long", "short"]);
    expect(rows.map(markOf)).to.deep.equal([97, 103]);
    expect(rows[0]!.wave).not.to.equal(rows[1]!.wave);
  });

  it("files that do not fit each other are refused", () => {
    const position = { account: "a", asset: "BTC", side: "long", size: 1, entry: 100, margin: 5 } as const;
    const round = { asset: "BTC", side: "long", time: 1, price: 100, qty: 1, gap: 2, wave: 1 } as const;
    const fits = { positions: [position], prices: [{ time: 0, asset: "BTC", mark: 100 }], rounds: [round], source: "" };
    const refuses = (change: Partial<ReplayInput>, what: string) =>
      expect(() => assemble({ ...fits, ...change })).to.throw(InputError, what);
    expect(assemble(fits).assets).to.deep.equal(["BTC"]);
    refuses({ positions: [] }, "there are no positions");
    refuses({ prices: [] }, "the prices have no mark of it");
    refuses({ rounds: [{ ...round, asset: "SOL" }] }, "a round of SOL, but nobody has a position in it");
    refuses({ rounds: [{ ...round, gap: 100 }] }, "gap as large as its price");
    refuses(
      { rounds: [{ ...round, price: 1_000 }] },
      "more than 3 times away from the mark 100: one of both has another unit",
    );
    refuses({ rounds: [{ ...round, time: 86_402 }] }, "more than a day outside of the prices");
    refuses(
      { positions: [{ ...position, entry: 10_000, at: "p.csv:7" }] },
      "p.csv:7: entry_price 10000 is more than 50 times",
    );
    refuses({ rounds: [{ ...round, qty: 0.01 }] }, "is too small");
  });
});
