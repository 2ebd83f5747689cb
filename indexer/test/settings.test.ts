// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DeployedMarket } from "../../sdk/deployment";
import { fedBy } from "../src/settings";

const at = (digit: string) => `0x${digit.repeat(40)}` as DeployedMarket["feed"];
const market = (symbol: string, id: bigint, feed: string, aggregator: string): DeployedMarket =>
  ({ symbol, id, group: 1, source: at("1"), feed: at(feed), aggregator: at(aggregator), decimals: 8 }) as never;
const symbols = (markets: DeployedMarket[]) =>
  [...fedBy(markets)].map(([address, fed]) => [address, fed.map(({ symbol }) => symbol).join()]);

describe("whose mark an aggregator tells", () => {
  it("is each market of its one feed", () => {
    const markets = [market("BTC", 257n, "2", "A"), market("BTC2", 513n, "2", "a"), market("ETH", 258n, "3", "b")];
    assert.deepEqual(symbols(markets), [
      [at("a"), "BTC,BTC2"],
      [at("b"), "ETH"],
    ]);
  });

  it("is nobody's when it serves two feeds, for its answers do not say which", () => {
    const markets = [market("BTC", 257n, "2", "a"), market("ETH", 258n, "3", "A"), market("SOL", 259n, "4", "b")];
    assert.deepEqual(symbols(markets), [[at("b"), "SOL"]]);
  });
});
