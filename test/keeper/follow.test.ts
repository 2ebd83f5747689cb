// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { ChainFollower, type FollowOptions } from "../../keeper/follow/ChainFollower.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { healthOf } from "../../sdk/margin/health.js";
import { price } from "../../sdk/units.js";
import { QUOTE } from "../stories/venue.js";
import { openBench, type Bench, type TestRpc } from "./bench.js";

type Log = { blockNumber: string; logIndex: string };

describe("the keeper's venue follows the chain", () => {
  let bench: Bench;
  let options: FollowOptions;

  before(async () => {
    bench = await openBench();
    const pages = { firstPage: 1_000, largestPage: 1_000, reorgDepth: 8 };
    options = { clearinghouse: bench.venue.target, fromBlock: 0, tokenDecimals: 6, ...pages };
  });

  const follower = (more: Partial<FollowOptions> = {}, rpc: Rpc = bench.rpc) =>
    new ChainFollower(rpc, { ...options, ...more });
  const cashOf = (one: ChainFollower, i: number) => one.venue.accounts.get(bench.traders[i]!.id)!.cash;

  /** Both venues say the same of everybody. */
  const expectSame = (one: ChainFollower, other: ChainFollower) => {
    const facts = ({ venue }: ChainFollower) =>
      [...venue.accounts.values()].map(({ id, cash, legs, calledAt }) => ({ id, cash, legs, calledAt }));
    expect(facts(one)).to.deep.equal(facts(other));
    expect(one.venue.recovery).to.deep.equal(other.venue.recovery);
    expect(one.venue.last).to.deep.equal(other.venue.last);
  };

  const withFault = async (fault: TestRpc["fault"], run: () => Promise<void>) => {
    const before = bench.rpc.fault;
    bench.rpc.fault = fault;
    try {
      await run();
    } finally {
      bench.rpc.fault = before;
    }
  };

  it("pages shrink when the node refuses, and the venue is the same", async () => {
    const [one, other] = [follower(), follower({ firstPage: 64 })];
    await one.sync();
    let refused = 0;
    await withFault(
      async (method, params, send) => {
        const [filter] = params as [{ fromBlock?: string; toBlock?: string }];
        const blocks = method === "eth_getLogs" ? Number(filter.toBlock) - Number(filter.fromBlock) : 0;
        if (!(blocks >= 16)) return send(method, params);
        ++refused;
        return send("eth_noSuchMethod", []); // as nodes refuse a range: with an error
      },
      async () => void (await other.sync()),
    );
    expect(refused).to.be.greaterThan(1);
    expectSame(other, one);
  });

  it("a reorganisation is taken back, also when the new chain is shorter", async () => {
    const one = follower();
    await one.sync();
    const before = cashOf(one, 0);
    const back = await bench.venue.mark();
    await bench.venue.fund(bench.traders[0]!, 7n);
    await bench.venue.wait(1n);
    await one.sync();
    expect(cashOf(one, 0)).to.equal(before + 7n * QUOTE);
    await back();
    const { reorg, events } = await one.sync();
    expect([reorg, events]).to.deep.equal([true, undefined]);
    expect(cashOf(one, 0)).to.equal(before);

    await bench.venue.fund(bench.traders[0]!, 9n);
    expect((await one.sync()).reorg).to.equal(false);
    expect(cashOf(one, 0)).to.equal(before + 9n * QUOTE);
  });

  it("a block whose logs a node leaves out is read from its receipts", async () => {
    const one = follower();
    await one.sync();
    const before = cashOf(one, 1);
    await bench.venue.fund(bench.traders[1]!, 5n);
    await withFault(
      (method, params, send) => (method === "eth_getLogs" ? Promise.resolve([]) : send(method, params)),
      async () => void (await one.sync()),
    );
    expect(cashOf(one, 1)).to.equal(before + 5n * QUOTE);
  });

  it("logs that come twice or in disorder change nothing", async () => {
    const [one, other] = [follower({ reorgDepth: 4 }), follower()];
    await withFault(
      async (method, params, send) => {
        const answer = await send(method, params);
        return method === "eth_getLogs" ? [...(answer as Log[]), ...(answer as Log[])].reverse() : answer;
      },
      async () => void (await one.sync()),
    );
    await other.sync();
    expectSame(one, other);
  });

  it("an event that cannot follow on the ones before has the range fetched again", async () => {
    const [one, other] = [follower(), follower()];
    let dropped = 0;
    await withFault(
      async (method, params, send) => {
        const answer = await send(method, params);
        if (method !== "eth_getLogs" || dropped > 0) return answer;
        // The group's creation, without which no market can be.
        const logs = answer as (Log & { topics: string[] })[];
        const created = bench.venue.clearinghouse.interface.getEvent("GroupCreated").topicHash;
        const kept = logs.filter(({ topics }) => topics[0] !== created);
        dropped = logs.length - kept.length;
        return kept;
      },
      async () => void expect((await one.sync()).healed).to.equal(true),
    );
    expect(dropped).to.equal(1);
    await other.sync();
    expectSame(one, other);
  });

  it("a snapshot is of a final block, leaves the venue as it is, and another goes on from it without the events before", async () => {
    const [one, fresh] = [follower(), follower()];
    await one.sync();
    const snapshot = one.snapshot()!;
    const head = await bench.venue.ethers.provider.getBlockNumber();
    expect(snapshot.block).to.equal(head - 8);
    await fresh.sync();
    expectSame(one, fresh);

    await bench.venue.fund(bench.traders[2]!, 3n);
    const resumed = follower();
    expect(await resumed.resume(snapshot)).to.equal(true);
    const ranges: number[] = [];
    await withFault(
      (method, params, send) => {
        if (method === "eth_getBlockByNumber" && params[0] !== "latest") ranges.push(Number(params[0]));
        return send(method, params);
      },
      async () => void (await resumed.sync()),
    );
    await one.sync();
    expect(Math.min(...ranges)).to.be.at.least(snapshot.block);
    expectSame(resumed, one);
    const at = price(1n);
    const quotes = [{ mark: at, long: at, short: at, anchor: at, recordedMark: at, fresh: true }];
    const [a, b] = [resumed, one].map(({ venue }) =>
      healthOf(venue, venue.accounts.get(bench.traders[2]!.id)!, quotes),
    );
    expect(a).to.deep.equal(b);
  });

  it("a snapshot of another chain is left alone", async () => {
    const one = follower();
    await one.sync();
    const snapshot = { ...one.snapshot()!, hash: `0x${"ab".repeat(32)}` };
    expect(await follower().resume(snapshot)).to.equal(false);
  });
});
