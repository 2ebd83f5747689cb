// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Deployment } from "../../../../sdk/deployment.js";
import { behindOf, placesOf } from "./places";

const address = (digit: string) => `0x${digit.repeat(40)}` as const;

describe("status", () => {
  it("lists each contract once, a feed that is no proxy too", () => {
    const market = { symbol: "BTC", source: address("6"), feed: address("7"), aggregator: address("7") };
    const places = placesOf({
      token: address("1"),
      authority: address("2"),
      clearinghouse: address("3"),
      vault: address("4"),
      lens: address("5"),
      markets: [
        market,
        { ...market, symbol: "ETH", source: address("8"), feed: address("9"), aggregator: address("a") },
      ],
    } as unknown as Deployment);
    assert.deepEqual(places.map((place) => place.address.slice(-1)).join(""), "123456789a");
    assert.equal(places.find((place) => place.address === address("7"))?.name, "BTC: feed");
  });

  it("counts blocks behind, never below zero, and knows nothing without a head", () => {
    assert.equal(behindOf(10n, 7), 3n);
    assert.equal(behindOf(10n, 12), 0n);
    assert.equal(behindOf(undefined, 12), undefined);
    assert.equal(behindOf(10n, undefined), undefined);
  });
});
