// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { leverage, money, percent, price, signedMoney, size, mark, span, tokens, UNKNOWN } from "../src/format/index";
import { grouped, rounded } from "../src/format/decimal";
import { parseAmount } from "../src/format/parse";

describe("numbers", () => {
  it("are exact beyond what a float holds", () => {
    assert.equal(money(9_007_199_254_740_993_000_000_001n), "9,007,199,254,740,993.00");
    assert.equal(price(1_234_567_890_123_456_789_012_345n), "1,234,567.89");
    assert.equal(tokens(123_456_789_012_345_678_901n, 6), "123,456,789,012,345.67");
  });

  it("round in the direction that is named, below zero too", () => {
    assert.equal(rounded(-1n, 9, 2, "down"), -1n);
    assert.equal(rounded(-1n, 9, 2, "up"), 0n);
    assert.equal(rounded(1n, 9, 2, "up"), 1n);
    assert.equal(rounded(1n, 9, 2, "down"), 0n);
    assert.equal(rounded(5_000_000n, 9, 2, "nearest"), 1n);
    assert.equal(rounded(-5_000_001n, 9, 2, "nearest"), -1n);
  });

  it("show what somebody has rounded down and what somebody owes rounded up", () => {
    assert.equal(money(1_999_999_999n), "1.99");
    assert.equal(money(1_990_000_001n, "up"), "2.00");
    assert.equal(money(-1_990_000_001n), "−2.00");
  });

  it("are a dash when they are not known, and never 0", () => {
    for (const show of [money, size, price, signedMoney, leverage]) assert.equal(show(undefined), UNKNOWN);
    assert.equal(money(0n), "0.00");
    assert.equal(size(0n), "0");
  });

  it("carry a sign where it is profit or loss", () => {
    assert.equal(signedMoney(1_500_000_000n), "+1.50");
    assert.equal(signedMoney(-1_500_000_000n), "−1.50");
    assert.equal(signedMoney(0n), "0.00");
  });

  it("show five digits of a price whatever its height", () => {
    assert.equal(price(60_000n * 10n ** 18n), "60,000.00");
    assert.equal(price(123_456n * 10n ** 13n), "1.2346");
    assert.equal(price(123n * 10n ** 10n), "0.0000012300");
  });

  it("show rates, leverage and spans", () => {
    assert.equal(percent(500n), "0.05%");
    assert.equal(percent(12_345n, 4), "1.2345%");
    assert.equal(leverage(10_000_000n), "10×");
    assert.equal(leverage(2_500_001n), "2.51×");
    assert.equal(span(59), "59 s");
    assert.equal(span(125n), "2 min 05 s");
    assert.equal(span(90_000), "1 d 1 h");
    assert.equal(span(-5), "0 s");
  });

  it("on an axis says as much as its marks differ, in the reader's zone", () => {
    const at = Date.UTC(2026, 10, 29, 14, 3, 7) / 1_000 + new Date(2026, 10, 29).getTimezoneOffset() * 60;
    assert.equal(mark(at, "seconds"), "14:03:07");
    assert.equal(mark(at, "minutes"), "14:03");
    assert.equal(mark(at, "days"), "29 Nov");
  });

  it("group thousands of whole numbers", () => {
    assert.equal(grouped(1_234_567n, 0, 0), "1,234,567");
    assert.equal(grouped(-999n, 0, 0), "−999");
  });
});

describe("what is typed", () => {
  const value = (text: string, decimals = 9) => {
    const read = parseAmount(text, decimals);
    return read === undefined ? undefined : "value" in read ? read.value : "problem";
  };

  it("is read exactly", () => {
    assert.equal(value("0.1"), 100_000_000n);
    assert.equal(value("60000.100000000000000001", 18), 60_000_100_000_000_000_000_001n);
    assert.equal(value(" 1,234.5 "), 1_234_500_000_000n);
    assert.equal(value("1 234.5"), 1_234_500_000_000n);
    assert.equal(value(".5"), 500_000_000n);
    assert.equal(value("5."), 5_000_000_000n);
  });

  it("is nothing yet when it is empty", () => assert.equal(value("  "), undefined));

  it("is refused when it is no amount, and never guessed", () => {
    for (const text of ["1,5", "1.5.2", "abc", "1e5", "0x10", "--1", "NaN", "Infinity", "١٢", "0", "-1"]) {
      assert.equal(value(text), "problem", text);
    }
  });

  it("is refused when it is finer than the unit or larger than the chain", () => {
    assert.equal(value("0.0000000001"), "problem");
    assert.equal(value("9".repeat(90)), "problem");
    assert.equal(value("1".repeat(400)), "problem");
  });
});
