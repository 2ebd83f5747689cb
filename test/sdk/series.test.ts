// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { MarketId } from "../../sdk/order.js";
import {
  seriesGroup,
  seriesHeld,
  seriesIndex,
  seriesKind,
  seriesOf,
  type SeriesKind,
} from "../../sdk/options/series.js";
import { SeriesNameUnknown, expiryName, seriesName, seriesNamed, type Ladder } from "../../sdk/options/seriesName.js";

const PRICE = 10n ** 18n;

describe("series of an option group", () => {
  // 25 December 2026 and 5 March 2027, Fridays 08:00 UTC.
  const ladders = new Map<number, Ladder>([
    [0, { expiry: 1_798_185_600n, base: 2_250n * PRICE, step: 250n * PRICE }],
    [3, { expiry: 1_804_233_600n, base: PRICE / 2n, step: PRICE / 40n }],
  ]);

  it("have a number for each kind, and a kind for each number that is one", () => {
    const seen = new Set<bigint>();
    const kinds: SeriesKind[] = [{ type: "perpetual" }];
    for (let ladder = 0; ladder < 8; ++ladder) {
      kinds.push({ type: "future", ladder });
      for (let strike = 0; strike < 15; ++strike) {
        kinds.push({ type: "call", ladder, strike }, { type: "put", ladder, strike });
      }
    }
    for (const kind of kinds) {
      const series = seriesOf(7, kind);
      expect(seriesKind(series)).to.deep.equal(kind);
      expect([seriesGroup(series), series >> 8n]).to.deep.equal([7n, 7n]);
      seen.add(seriesIndex(series));
    }
    expect(seen.size).to.equal(8 * 31 + 1);
    expect(seriesHeld(7, (1n << 255n) | (1n << 14n))).to.deep.equal([(7n << 8n) | 14n, (7n << 8n) | 255n]);
    for (const index of [31n, 63n, 223n])
      expect(() => seriesKind(((7n << 8n) | index) as MarketId)).to.throw(RangeError);
    expect(() => seriesOf(7, { type: "call", ladder: 8, strike: 0 })).to.throw(RangeError);
    expect(() => seriesOf(7, { type: "put", ladder: 0, strike: 15 })).to.throw(RangeError);
  });

  it("are named as options venues name them, and found by that name", () => {
    const names = new Map<string, SeriesKind>([
      ["ETH-PERPETUAL", { type: "perpetual" }],
      ["ETH-25DEC26", { type: "future", ladder: 0 }],
      ["ETH-25DEC26-4000-C", { type: "call", ladder: 0, strike: 7 }],
      ["ETH-25DEC26-2250-P", { type: "put", ladder: 0, strike: 0 }],
      ["ETH-5MAR27-0.525-C", { type: "call", ladder: 3, strike: 1 }],
    ]);
    for (const [name, kind] of names) {
      const series = seriesOf(2, kind);
      expect(seriesName("ETH", series, ladders)).to.equal(name);
      expect(seriesNamed(name, "ETH", 2, ladders)).to.equal(series);
    }
    expect(expiryName(1_763_107_200n)).to.equal("14NOV25");
  });

  it("an unknown name, expiry or strike is refused by name", () => {
    const refused = [
      "ETH-26DEC26-4000-C",
      "ETH-25DEC26-4001-C",
      "ETH-25DEC26-4000-X",
      "BTC-25DEC26-4000-C",
      "ETH-25DEC26-4000",
      "eth-perpetual",
      "",
    ];
    for (const name of refused) expect(() => seriesNamed(name, "ETH", 2, ladders), name).to.throw(SeriesNameUnknown);
    expect(() => seriesName("ETH", seriesOf(2, { type: "future", ladder: 1 }), ladders)).to.throw(SeriesNameUnknown);
  });
});
