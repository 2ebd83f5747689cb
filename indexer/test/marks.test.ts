// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Running } from "./Running";
import { Story } from "./Story";

/** ETH's feed tells no event of its own, as one behind a cache of many feeds: its mark is not known here. */
describe("a market without a mark is told as unknown, never as nothing", () => {
  let story: Story;
  let running: Running;
  before(async () => {
    story = await Story.open();
    await story.trade("BTC", 0, 1, 1);
    await story.trade("ETH", 0, 5, 10);
    await story.trade("SOL", 7, 8, 500);
    await story.venue.settleAnchors(story.venue.deployed.groups);
    const deployment = async () => {
      const whole = await story.deployment();
      const markets = whole.markets.map((each) => (each.symbol === "ETH" ? { ...each, aggregator: each.feed } : each));
      return { ...whole, markets };
    };
    running = await Running.start({ node: story.node, url: story.url, deployment });
    await running.caughtUp();
  });
  after(async () => {
    await running?.stop();
    story?.stop();
  });
  const id = (member: number) => String(story.crowd[member]!.account);

  it("among the accounts at risk: whoever holds it has no equity, and stands behind those that have", async () => {
    type Row = { account: string; equity: string | null; maintenance: string | null; standing: string };
    const list = await running.get<Row[]>("/v1/at-risk");
    const unknown = list.filter(({ standing }) => standing === "UNKNOWN").map(({ account }) => account);
    assert.deepEqual(unknown.sort(), [id(0), id(5)].sort());
    assert.deepEqual(
      list.slice(-2).map(({ equity, maintenance }) => [equity, maintenance]),
      [
        [null, null],
        [null, null],
      ],
    );
    const known = list.filter(({ equity }) => equity !== null).map(({ account }) => account);
    assert.deepEqual(known.sort(), [id(1), id(7), id(8)].sort());
  });

  it("in the account itself, and in its equity over time", async () => {
    const { equity } = await running.get<{ equity: string | null }>(`/v1/accounts/${id(0)}`);
    assert.equal(equity, null);
    type Points = { equity: string | null; value: string | null; cash: string; positions: number }[];
    const points = await running.get<Points>(`/v1/accounts/${id(0)}/equity?seconds=60`);
    const last = points.at(-1)!;
    assert.deepEqual([last.equity, last.value, last.positions], [null, null, 2]);
    assert.ok(BigInt(last.cash) > 0n);
    const other = await running.get<Points>(`/v1/accounts/${id(7)}/equity?seconds=60`);
    assert.notEqual(other.at(-1)!.equity, null);
  });

  it("to the aggregators: no price and no open interest rather than zero", async () => {
    type Contract = { ticker_id: string; index_price: number | null; open_interest_usd: number | null };
    const list = await running.get<Contract[]>("/coingecko/contracts");
    const eth = list.find(({ ticker_id: ticker }) => ticker === `${story.markets.ETH.id}-PERP`)!;
    assert.deepEqual([eth.index_price, eth.open_interest_usd], [null, null]);
    const btc = list.find(({ ticker_id: ticker }) => ticker.startsWith("BTC"))!;
    assert.ok(btc.index_price! > 0 && btc.open_interest_usd! > 0);
    const day = await running.get<{ openInterestAtEnd: string | null }>("/defillama/derivatives");
    assert.equal(day.openInterestAtEnd, null);
  });
});
