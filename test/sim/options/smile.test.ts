// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seeded } from "../../../tools/random.js";
import { drawQuotes } from "../../../sim/options/drawQuotes.js";
import { instrumentOf } from "../../../sim/options/instrument.js";
import { readQuotes, type Slice } from "../../../sim/options/quotes.js";
import { callAt, hasArbitrage, smileOf } from "../../../sim/options/smile.js";
import { fitSvi, varianceAt } from "../../../sim/options/svi.js";
import { near } from "../near.js";

const HEAD = "instrument_name,creation_timestamp,underlying_price,bid_price,ask_price,mark_iv,bid_iv,ask_iv\n";
const NOW = 1742860800000; // 25 March 2025, 00:00 UTC

describe("the lab's options: smiles", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "novation-options-"))));
  after(() => rmSync(folder, { recursive: true }));

  const read = (...rows: string[]) => {
    const file = join(folder, "quotes.csv");
    writeFileSync(file, HEAD + rows.join("\n") + "\n");
    return readQuotes(file);
  };

  it("names of instruments are read, or refused", () => {
    expect(instrumentOf("BTC-28MAR25-90000-C")).to.deep.equal({
      underlying: "BTC",
      expiry: Date.UTC(2025, 2, 28, 8) / 1_000,
      strike: 90_000,
      isCall: true,
    });
    expect(instrumentOf("XRP_USDC-4APR25-2d45-P")?.strike).to.equal(2.45);
    expect(instrumentOf("BTC-31FEB25-90000-C")).to.equal(undefined);
    expect(instrumentOf("BTC-PERPETUAL")).to.equal(undefined);
  });

  it("a file gives volatilities by mark, by bid and ask, or by prices in parts of the forward", () => {
    const slices = read(
      `BTC-28MAR25-90000-C,${NOW},88000,,,55,,`,
      `BTC-28MAR25-95000-C,${NOW},88000,,,,50,60`,
      `BTC-28MAR25-80000-P,${NOW},88000,0.003,0.004,,,`,
      `BTC-28MAR25-70000-C,${NOW},88000,,,55,,`, // in the money: the put would count
      `BTC-28MAR25-60000-P,${NOW},88000,0,0,,,`, // nobody quotes it
      `BTC-28MAR25,${NOW},88100,,,,,`,
    );
    expect(slices).to.have.length(1);
    expect(slices[0]!.quotes.map(({ strike }) => strike)).to.deep.equal([80_000, 90_000, 95_000]);
    const [put, call, other] = slices[0]!.quotes;
    expect(call).to.include({ vol: 0.55, half: 0.01 });
    near(other!.vol, 0.55, 1e-12);
    near(other!.half, 0.05, 1e-12);
    const years = (put!.expiry - put!.time) / (365 * 86_400);
    const worth = callAt(88_000, 80_000, put!.vol, years) - 8_000;
    expect(worth / 88_000).to.be.within(0.003, 0.004);
  });

  it("rows that cannot be are named by file and line", () => {
    const row = (text: string) => () => read(text);
    expect(row(`BTC-28MAR25-9X-C,${NOW},88000,,,55,,`)).to.throw(/quotes.csv:2: instrument_name is no option's/);
    expect(row(`BTC-21MAR25-90000-C,${NOW},88000,,,55,,`)).to.throw(/has expired by then/);
    expect(row(`BTC-28MAR25-90000-C,${NOW},88000,,,,60,50`)).to.throw(/the bid is above the ask/);
    expect(row(`BTC-28MAR25-90000-C,${NOW},,,,55,,`)).to.throw(/underlying_price is empty/);
  });

  it("a raw SVI is found again from its own points", () => {
    const svi = { a: 0.01, d: -0.02, c: 0.06, m: 0.03, sigma: 0.15 };
    const points = Array.from({ length: 21 }, (_, i) => {
      const k = (i - 10) / 20;
      return { k, variance: varianceAt(svi, k), weight: 1 };
    });
    const found = fitSvi(points);
    for (const { k, variance } of points) near(varianceAt(found, k), variance, 1e-5);
    expect(() => fitSvi(points.slice(0, 4))).to.throw(/4 points/);
  });

  it("arbitrage between strikes is found, and taken out", () => {
    const [slice] = drawQuotes(seeded(3)).filter(({ expiry, time }) => expiry - time > 20 * 86_400);
    // A butterfly that pays: a strike whose volatility is far too high.
    const bad: Slice = {
      ...slice!,
      quotes: slice!.quotes.map((quote) => ({ ...quote, vol: 0.2 + 9 * Math.log(quote.strike / quote.forward) ** 2 })),
    };
    const strikes = Array.from({ length: 15 }, (_, i) => Math.round(bad.forward * (0.72 + 0.04 * i)));
    const years = (bad.expiry - bad.time) / (365 * 86_400);
    const pricesOf = (vols: readonly number[]) => strikes.map((k, i) => callAt(bad.forward, k, vols[i]!, years));
    const raw = strikes.map((k) => 0.2 + 9 * Math.log(k / bad.forward) ** 2);
    expect(hasArbitrage(strikes, pricesOf(raw))).to.equal(true);
    const smile = smileOf(bad, strikes);
    expect(hasArbitrage(strikes, pricesOf(smile.vols), 1e-3)).to.equal(false);
    expect(smile.moved).to.be.greaterThan(1e-4);
  });

  it("a market without arbitrage is left as it is", () => {
    const [slice] = drawQuotes(seeded(4)).filter(({ expiry, time }) => expiry - time > 20 * 86_400);
    const strikes = Array.from({ length: 15 }, (_, i) => Math.round(slice!.forward * (0.79 + 0.03 * i)));
    expect(smileOf(slice!, strikes).moved).to.be.at.most(0.5001e-4);
  });
});
