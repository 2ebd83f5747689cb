// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { OPTIONS, crashOptions } from "../../../sim/oct10/options.js";
import { FIGURES, SHARES, START, SYMBOLS, publishedMarks } from "../../../sim/oct10/published.js";
import { population } from "../../../sim/oct10/population.js";
import { draw } from "../../../sim/oct10/draw.js";
import { OptionError, parse } from "../../../tools/options.js";
import { seeded } from "../../../tools/random.js";

describe("scenario of 10 October 2025", () => {
  it("plays the published marks, whatever files lie beside the checkout", () => {
    expect(publishedMarks).to.have.length(0); // no file to read them from
    expect(publishedMarks()).to.have.length(15 + 13);
    expect(publishedMarks()[0]).to.deep.equal({ time: START, symbol: "BTC", price: 112_000 });
  });

  it("draws the published quantiles", () => {
    const random = seeded(7);
    const { longSize } = FIGURES.BTC;
    const sample = Array.from({ length: 20_000 }, () => draw(random, longSize)).sort((a, b) => a - b);
    for (const [index, share] of SHARES.entries()) {
      if (share === 1) continue;
      expect(sample[Math.floor(share * sample.length)]! / longSize[index]!).to.be.within(0.85, 1.18, `${share}`);
    }
  });

  it("draws the same population for a seed, and another for another", () => {
    expect(population(100, 5)).to.deep.equal(population(100, 5));
    expect(population(100, 5)).not.to.deep.equal(population(100, 6));
  });

  it("opens positions within initial margin, at marks that leave no gap between them", () => {
    const { traders, history } = population(300, 1);
    expect(traders.length).to.be.within(298, 302);
    for (const { symbol, size, entry, cash } of traders) {
      expect(history[symbol]).to.include(entry);
      expect(cash).to.be.at.least(0.05 * Math.abs(size) * entry);
    }
    for (const symbol of SYMBOLS) {
      const prices = history[symbol];
      for (let i = 1; i < prices.length; ++i) expect(prices[i - 1]! / prices[i]!).to.be.within(1, 1.02);
    }
  });
});

describe("options of the start script", () => {
  const parseOptions = (args: string[]) => crashOptions(parse(OPTIONS, args));

  it("have defaults", () => {
    expect(parseOptions([])).to.include({ accounts: 300, seed: 1, mode: "QUEUE", sleep: 0, json: false });
    expect(parseOptions(["--mode", "prorata", "--vault", "7"])).to.include({ mode: "PRORATA", vault: 7 });
  });

  it("refuse what they cannot use, and say what they can", () => {
    expect(() => parseOptions(["--accounts", "5"])).to.throw(
      OptionError,
      "--accounts must be a whole number from 20 to 3000",
    );
    expect(() => parseOptions(["--vault", "1.5"])).to.throw(OptionError, "--vault must be a whole number");
    expect(() => parseOptions(["--mode", "fifo"])).to.throw(OptionError, "--mode must be queue or prorata");
    expect(() => parseOptions(["--bogus"])).to.throw(OptionError, "--bogus");
    expect(() => parseOptions(["stray"])).to.throw(OptionError);
  });
});
