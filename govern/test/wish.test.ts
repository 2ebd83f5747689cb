// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MARKET_UNITS } from "../../sdk/parameters/market.js";
import { RISK_UNITS } from "../../sdk/parameters/risk.js";
import { VENUE_UNITS } from "../../sdk/parameters/venue.js";
import type { ParameterUnit } from "../../sdk/parameters/units.js";
import { WishBad, WishNotYaml, WishUnreadable } from "../errors.js";
import { NotAnAmount, amountText, moneyText, parseAmount, priceText } from "../text/amounts.js";
import { parseSpan, span } from "../text/span.js";
import { parseWish, readWish } from "../wish/WishFile.js";

const ADDRESS = "0x5FbDB2315678afecb367f032d93F642f64180aa3";

describe("a value in people's units", () => {
  it("is read exactly, whatever unit it has", () => {
    const cases: [string, ParameterUnit, bigint][] = [
      ["5%", "ppm", 50_000n],
      ["0.0001 %", "ppm", 1n],
      ["0.006% / h", "ppm an hour", 60n],
      ["1 h 30 min", "seconds", 5_400n],
      ["2 d", "seconds", 172_800n],
      ["1,000,000 quote", "quote", 1_000_000n],
      ["10,000.000000001", "1e-9 quote", 10_000_000_000_001n],
      ["20,000 base", "1e-9 base", 20_000_000_000_000n],
    ];
    for (const [text, unit, value] of cases) assert.equal(parseAmount(text, unit), value, text);
  });

  it("is refused when a digit would be lost, the unit is another, or the form is doubtful", () => {
    const cases: [string, ParameterUnit][] = [
      ["0.00001%", "ppm"],
      ["0.05", "ppm"],
      ["-5%", "ppm"],
      ["5% / h", "ppm"],
      ["120", "seconds"],
      ["30 s 1 h", "seconds"],
      ["1.5 h", "seconds"],
      ["1.5 quote", "quote"],
      ["1,00 quote", "quote"],
      ["10 base", "1e-9 quote"],
      ["1e9", "1e-9 quote"],
      ["", "1e-9 base"],
    ];
    for (const [text, unit] of cases) assert.throws(() => parseAmount(text, unit), NotAnAmount, `${text} as ${unit}`);
  });

  it("is written so that it is read back", () => {
    const named = [MARKET_UNITS, VENUE_UNITS, RISK_UNITS].flatMap((each) => Object.values<ParameterUnit>(each));
    const units = new Set(named);
    const values = [0n, 1n, 60n, 999n, 86_399n, 1_000_000n, 123_456_789_012_345n, (1n << 64n) - 1n];
    for (const unit of units) {
      for (const value of values) assert.equal(parseAmount(amountText(value, unit), unit), value, `${value} ${unit}`);
    }
  });

  it("of a span goes from days to seconds", () => {
    assert.equal(span(93_784n), "1 d 2 h 3 min 4 s");
    assert.equal(parseSpan("1 d 2 h 3 min 4 s"), 93_784n);
    assert.equal(parseSpan("3 weeks"), undefined);
  });

  it("of money is rounded down to cents, and of a price to what matters", () => {
    assert.equal(moneyText(-1n), "-0.01 quote");
    assert.equal(moneyText(1_234_567_890_000n), "1,234.56 quote");
    assert.equal(priceText(112_000n * 10n ** 18n), "112,000");
    assert.equal(priceText(10n ** 13n), "0.00001");
  });
});

describe("a file of wishes", () => {
  const failing = (text: string): WishBad => {
    try {
      parseWish(text, "w.yaml");
    } catch (failure) {
      assert.ok(failure instanceof WishBad, String(failure));
      return failure;
    }
    return assert.fail("it was taken");
  };

  it("is YAML or JSON, and each value stays what was written", () => {
    const yaml = `title: A\ntreasury: ${ADDRESS}\nvenue: { lockDelay: 3 min }\n`;
    const json = JSON.stringify({ title: "A", treasury: ADDRESS, venue: { lockDelay: "3 min" } });
    for (const text of [yaml, json]) {
      const { wish } = parseWish(text, "w");
      assert.equal(wish.treasury, ADDRESS); // YAML's own schema would make a number of it
      assert.equal(wish.venue?.lockDelay, 180n);
    }
  });

  it("that is not there, or is no YAML, is refused by name, with its line", () => {
    assert.throws(() => readWish("/nowhere/w.yaml"), WishUnreadable);
    assert.throws(() => parseWish("title: A\nvenue: {", "w.yaml"), WishNotYaml);
    assert.throws(() => parseWish("title: A\ntitle: B\n", "w.yaml"), /w\.yaml:2/);
    assert.throws(() => parseWish("title: &a A\ndescription: *a\n", "w.yaml"), /WishNotYaml|aliases/);
    assert.throws(() => parseWish("title: A\n---\ntitle: B\n", "w.yaml"), WishNotYaml);
    assert.throws(() => parseWish("- title\n", "w.yaml"), WishBad);
  });

  it("tells all that is wrong at once: line, path, and what was meant", () => {
    const text = `title: A
venue:
  lockDelay: 120
  callGrase: 15 min
markets:
  BTC:
    initialMargin: 0.05
    status: closed
treasury: "0x5fbDB2315678afecb367f032d93F642f64180aa3"
`;
    const told = failing(text).problems.map(({ line, path }) => `${line} ${path}`);
    assert.deepEqual(told.sort(), [
      "3 venue.lockDelay",
      "4 venue.callGrase",
      "7 markets.BTC.initialMargin",
      "8 markets.BTC.status",
      "9 treasury",
    ]);
    assert.match(failing(text).message, /Did you mean callGrace\?/);
    assert.match(failing(text).message, /checksum/);
  });

  it("needs a title, takes no other pause than none, and names members by address", () => {
    assert.match(failing("venue: { lockDelay: 3 min }\n").message, /title/);
    assert.match(failing("title: A\nvenue: { paused: reduce only }\n").message, /guardian's/);
    assert.match(failing("title: A\nroles: { RISK: { members: { bob: 1 h } } }\n").message, /roles\.RISK\.members/);
  });
});
