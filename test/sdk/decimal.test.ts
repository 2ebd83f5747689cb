// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { formatUnits, hexlify, parseUnits, randomBytes } from "ethers";
import {
  NotDecimal,
  formatDecimal,
  formatMoney,
  formatPrice,
  formatSize,
  formatTokens,
  parseDecimal,
  parseMoney,
  parsePrice,
  parseSize,
  parseTokens,
} from "../../sdk/decimal.js";
import { OutOfRange } from "../../sdk/range.js";
import { money, price, size } from "../../sdk/units.js";

describe("amounts in decimals", () => {
  it("are read exactly, where floating point is not", () => {
    expect(parsePrice("60000.1")).to.equal(60_000_100_000_000_000_000_000n);
    expect(parsePrice("60000.1")).to.not.equal(BigInt(60000.1 * 1e18));
    expect(parsePrice("0.000000000000000001")).to.equal(1n);
    expect(parseSize("-0.1")).to.equal(-100_000_000n);
    expect(parseSize("0.000000001")).to.equal(1n);
    expect(parseMoney("-1234567.000000001")).to.equal(-1_234_567_000_000_001n);
    expect(parseTokens("20000", 6)).to.equal(20_000_000_000n);
    expect(parseTokens("1", 0)).to.equal(1n);
    expect(parseTokens("0.1", 18)).to.equal(10n ** 17n);
    expect(parseSize("007.50")).to.equal(7_500_000_000n);
    expect(parseSize("-0")).to.equal(0n);
    expect(parseMoney("9007199254740993")).to.equal(9_007_199_254_740_993_000_000_000n);
  });

  it("the largest that a contract takes are written and read back, and one more is refused", () => {
    for (const decimals of [0, 6, 18]) {
      const max = 2n ** 256n - 1n; // an allowance without end
      expect(parseTokens(formatTokens(max, decimals), decimals)).to.equal(max);
      expect(() => parseTokens(formatTokens(max + 1n, decimals), decimals)).to.throw(NotDecimal, "too large");
    }
    const min = money(-(2n ** 255n));
    expect(parseMoney(formatMoney(min))).to.equal(min);
    expect(() => parseMoney(formatDecimal(min - 1n, 9))).to.throw(NotDecimal, "too large");
    expect(() => parsePrice(formatDecimal(2n ** 255n, 18))).to.throw(NotDecimal, "too large");
  });

  it("are written exactly, without trailing zeros", () => {
    expect(formatPrice(price(60_000_100_000_000_000_000_000n))).to.equal("60000.1");
    expect(formatPrice(price(1n))).to.equal("0.000000000000000001");
    expect(formatSize(size(-60_000_000n))).to.equal("-0.06");
    expect(formatMoney(money(0n))).to.equal("0");
    expect(formatMoney(money(-1n))).to.equal("-0.000000001");
    expect(formatTokens(1_000_000n, 6)).to.equal("1");
    expect(formatTokens(100n, 0)).to.equal("100");
    expect(formatDecimal(10n ** 30n, 18)).to.equal("1000000000000");
  });

  it("come back from any unit and any number of decimals, as ethers reads and writes them", () => {
    for (let i = 0; i < 2_000; ++i) {
      const decimals = i % 37;
      const magnitude = BigInt(hexlify(randomBytes(1 + (i % 31))));
      const units = i % 2 === 0 ? magnitude : -magnitude;
      const text = formatDecimal(units, decimals);
      expect(parseDecimal(text, decimals)).to.equal(units);
      expect(parseUnits(text, decimals)).to.equal(units);
      expect(parseUnits(formatUnits(units, decimals), decimals)).to.equal(units);
    }
    for (const units of [2n ** 255n - 1n, -(2n ** 255n)]) {
      expect(parseDecimal(formatDecimal(units, 18), 18)).to.equal(units);
    }
  });

  const bad: unknown[] = [
    "",
    " ",
    ".",
    "-",
    "+1",
    "1e18",
    "1E3",
    "1e-3",
    "1,000",
    "1_000",
    "1 000",
    " 1",
    "1 ",
    "1\n",
    "\t1",
    "0x10",
    "1n",
    ".5",
    "5.",
    "1.2.3",
    "--1",
    "1-",
    "-.5",
    "Infinity",
    "NaN",
    "1.0e0",
    "١",
    "１",
    "1'000",
    "$1",
    "1.1.",
    "∞",
    1,
    60000.1,
    1n,
    null,
    undefined,
    {},
    ["1"],
  ];
  for (const text of bad) {
    it(`refuses ${typeof text === "string" ? JSON.stringify(text) : `${typeof text} ${String(text)}`}`, () => {
      for (const parse of [parsePrice, parseSize, parseMoney, (one: string) => parseTokens(one, 6)]) {
        expect(() => parse(text as string)).to.throw(NotDecimal);
      }
    });
  }

  it("refuses digits that do not count, zeros too, and says how many do", () => {
    expect(() => parseSize("0.0000000001")).to.throw(NotDecimal, "at most 9 count");
    expect(() => parseSize("1.0000000000")).to.throw(NotDecimal, "10 digits after the point");
    expect(() => parsePrice(`1.${"0".repeat(18)}1`)).to.throw(NotDecimal, "at most 18 count");
    expect(() => parseTokens("0.0000001", 6)).to.throw(NotDecimal, "at most 6 count");
    expect(() => parseTokens("1.0", 0)).to.throw(NotDecimal, "at most 0 count");
  });

  it("refuses a sign where none belongs, and what no contract holds", () => {
    expect(() => parsePrice("-1")).to.throw(NotDecimal, "no sign");
    expect(() => parsePrice("-0")).to.throw(NotDecimal, "no sign");
    expect(() => parseTokens("-1", 6)).to.throw(NotDecimal, "no sign");
    expect(() => parseMoney("9".repeat(80))).to.throw(NotDecimal, "too large");
    expect(() => parseMoney("9".repeat(1_000_000))).to.throw(NotDecimal, "too many digits");
    for (const decimals of [-1, 1.5, 256, NaN, "6", undefined]) {
      expect(() => parseTokens("1", decimals as number)).to.throw(OutOfRange, "decimals");
      expect(() => formatTokens(1n, decimals as number)).to.throw(OutOfRange, "decimals");
    }
    expect(() => formatMoney(1 as never)).to.throw(OutOfRange);
  });
});
