// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MARKET_UNITS } from "../../../sdk/parameters/market.js";
import { VENUE_UNITS } from "../../../sdk/parameters/venue.js";
import { parameterValue } from "../format/parameter";
import { parametersText } from "../text/parameters";
import { marketParameters, unitOf } from "./parameters";

const BTC = {
  initialMargin: 50_000,
  maintenanceMargin: 30_000,
  gapThreshold: 20_000,
  takerFee: 400,
  makerFee: 100,
  priceBand: 20_000,
  staleShock: 50_000,
  discountFloor: 2_500,
  discountCap: 15_000,
  maxFunding: 60,
  minNotional: 10_000_000_000n,
  softCap: 20_000_000_000_000n,
  hardCap: 30_000_000_000_000n,
  fundingDepth: 1_000_000n,
};

describe("parameters", () => {
  it("have bounds that depend on each other, as the contracts have them", () => {
    const rows = new Map(marketParameters(BTC).map((row) => [row.name, row]));
    assert.equal(rows.get("maintenanceMargin")?.high, 37_500n); // 3/4 of initial margin
    assert.equal(rows.get("softCap")?.high, BTC.hardCap);
    assert.equal(rows.get("takerFee")?.value, 400n);
    for (const { name, value, low, high } of rows.values()) assert.ok(value >= low && value <= high, name);
  });

  it("all have a name and a meaning", () => {
    for (const name of [...Object.keys(MARKET_UNITS), ...Object.keys(VENUE_UNITS), "vaultBudget"]) {
      assert.ok(parametersText.meanings[name], name);
    }
  });

  it("are shown in people's units", () => {
    assert.equal(parameterValue(60n, "ppm an hour"), "0.006% / h");
    assert.equal(parameterValue(50_000n, "ppm"), "5.00%");
    assert.equal(parameterValue(900n, "seconds"), "15 min 00 s");
    assert.equal(parameterValue(1_000_000n, "quote"), "1,000,000");
    assert.equal(parameterValue(10_000_000_000n, "1e-9 quote"), "10.00");
  });

  it("know their unit by scope and name, and none for addresses", () => {
    assert.equal(unitOf("market-4", "takerFee"), "ppm");
    assert.equal(unitOf("venue", "refund"), "1e-9 quote");
    assert.equal(unitOf("group-1", "vaultBudget"), "1e-9 quote");
    assert.equal(unitOf("venue", "treasury"), undefined);
    assert.equal(unitOf("venue", "constructor"), undefined);
  });
});
