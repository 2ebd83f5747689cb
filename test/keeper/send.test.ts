// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Transaction, toQuantity } from "ethers";
import { Lane } from "../../chain/send/Lane.js";
import { Sender, type NewJob } from "../../chain/send/Sender.js";
import { parseConfig } from "../../keeper/config/Config.js";
import { SqliteStore } from "../../chain/store/SqliteStore.js";
import { headerAt } from "../../sdk/client/chain/blocks.js";
import { RpcRefused } from "../../sdk/client/chain/Rpc.js";
import { PRICE } from "../stories/venue.js";
import { benchForEach, type Bench } from "./bench.js";

describe("the keeper's transactions", () => {
  let bench: Bench;
  benchForEach({ replaceAfter: 2, reorgDepth: 6 }, (opened) => (bench = opened));

  const mine = () => bench.venue.ethers.provider.send("evm_mine", []);
  const head = async () => (await headerAt(bench.rpc, "latest"))!;
  const sent = () => bench.rpc.sent.map((raw) => Transaction.from(raw));
  const job = (key: string, data = "0x"): NewJob => {
    const call = { to: bench.wallet.address as `0x${string}`, data };
    return { key, kind: "poke", subjects: [key], own: true, duty: false, minGas: 0n, call };
  };
  const sender = (store = new SqliteStore(":memory:", "send"), more: Record<string, unknown> = {}) => {
    const { rpc, wallet, venue } = bench;
    const rules = parseConfig({ replaceAfter: 2, reorgDepth: 6, ...more }, "test");
    return new Sender(rpc, store, [new Lane(wallet, rpc, rpc, venue.chainId)], rules);
  };

  it("one job is sent once: while it waits, after it is mined, and after a restart", async () => {
    const { venue, again } = bench;
    const store = new SqliteStore(":memory:", "a");
    const keeper = await again({ store });
    await venue.setPrice(91_000n * PRICE);
    await venue.ethers.provider.send("evm_setAutomine", [false]);
    await keeper.look();
    expect(sent().length, "the poke that locks").to.equal(1);
    await keeper.look();
    expect(sent().length, "the same head").to.equal(1);
    bench.rpc.fault = async (method, params, send) => {
      // Mined in a block that the keeper learns of by the receipt before it looks at it.
      if (method === "eth_getBlockByNumber" && params[0] === "latest") return send(method, [toQuantity(head), false]);
      return send(method, params);
    };
    const head = await venue.ethers.provider.getBlockNumber();
    await mine();
    const restarted = await again({ store });
    await restarted.look();
    expect(sent().length, "after a restart, on the block before").to.equal(1);
  });

  it("a job of a stopped keeper is known to the next one", async () => {
    const store = new SqliteStore(":memory:", "send");
    await bench.venue.ethers.provider.send("evm_setAutomine", [false]);
    const first = sender(store);
    expect(await first.send(job("a"), await head())).to.equal("sent");
    const second = sender(store);
    await second.load();
    expect(second.jobs.map(({ key, nonce, gas }) => [key, nonce, gas])).to.deep.equal(
      first.jobs.map(({ key, nonce, gas }) => [key, nonce, gas]),
    );
    expect(await second.send(job("a"), await head())).to.equal("known");
    expect(await second.send(job("b"), await head())).to.equal("sent");
    expect(sent().map(({ nonce }) => nonce)).to.deep.equal([0, 1]);
    await mine();
    expect((await second.tend(await head())).map(({ what }) => what)).to.deep.equal(["mined", "mined"]);
    expect(await second.send(job("a"), await head()), "mined, not final").to.equal("known");
    for (let i = 0; i < 6; ++i) await mine();
    expect((await second.tend(await head())).map(({ what }) => what)).to.deep.equal(["final", "final"]);
    expect(await store.jobs()).to.deep.equal([]);
  });

  it("what a keeper wrote down and had not sent when it was killed is sent as soon as it is back", async () => {
    const store = new SqliteStore(":memory:", "killed");
    bench.rpc.fault = (method, params, send) =>
      method === "eth_sendRawTransaction" ? new Promise(() => {}) : send(method, params);
    const first = sender(store);
    void first.send(job("a"), await head());
    while ((await store.jobs()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    bench.rpc.fault = (method, params, send) => send(method, params);
    bench.rpc.sent.length = 0;

    const second = sender(store);
    await second.load();
    await second.tend(await head());
    expect(bench.rpc.sent).to.deep.equal((await store.jobs()).map(({ raw }) => raw));
    await mine();
    expect((await second.tend(await head())).map(({ what }) => what)).to.deep.equal(["mined"]);
  });

  it("a receipt of no block is of a transaction that waits; one without a price counts with the most", async () => {
    const store = new SqliteStore(":memory:", "receipts");
    const lack: Record<string, unknown> = { blockNumber: null, blockHash: null };
    bench.rpc.fault = async (method, params, send) => {
      const answer = await send(method, params);
      return method === "eth_getTransactionReceipt" && answer ? { ...answer, ...lack } : answer;
    };
    const keeper = sender(store);
    const wish = job("a");
    for (let i = 0; i < 6; ++i) await mine();
    expect(await keeper.send(wish, await head())).to.equal("sent");
    await mine();
    expect(await keeper.tend(await head())).to.deep.equal([]);
    expect(await keeper.send(wish, await head())).to.equal("known");
    for (const name of Object.keys(lack)) delete lack[name];
    lack["effectiveGasPrice"] = undefined;
    expect((await keeper.tend(await head())).map(({ what }) => what)).to.deep.equal(["mined"]);
    const { maxFee } = keeper.jobs[0]!;
    expect(await store.spentSince(0)).to.equal(21_000n * maxFee);
  });

  it("the same job is another one some blocks after it was mined, and only once", async () => {
    const one = sender(undefined, { retryAfter: 3, reorgDepth: 50 });
    expect(await one.send(job("a"), await head())).to.equal("sent");
    await one.tend(await head());
    for (let i = 0; i < 2; ++i) await mine();
    expect(await one.send(job("a"), await head())).to.equal("known");
    await mine();
    expect(await one.send(job("a"), await head())).to.equal("sent");
    expect(await one.send(job("a"), await head())).to.equal("known");
  });

  it("what is not mined is replaced: same nonce, same call, both fees a tenth higher at least", async () => {
    await bench.venue.ethers.provider.send("evm_setAutomine", [false]);
    const one = sender();
    // The node loses the first.
    bench.rpc.fault = async (method, params, send) =>
      method === "eth_sendRawTransaction" && bench.rpc.sent.length === 1 ? `0x${"0".repeat(64)}` : send(method, params);
    await one.send(job("a"), await head());
    await mine();
    expect(await one.tend(await head())).to.deep.equal([]);
    await mine();
    expect((await one.tend(await head())).map(({ what }) => what)).to.deep.equal(["replaced"]);
    const [first, second] = sent();
    expect([second!.nonce, second!.to, second!.data]).to.deep.equal([first!.nonce, first!.to, first!.data]);
    expect(second!.maxFeePerGas! * 10n >= first!.maxFeePerGas! * 11n).to.equal(true);
    expect(second!.maxPriorityFeePerGas! * 10n >= first!.maxPriorityFeePerGas! * 11n).to.equal(true);
    await mine();
    expect((await one.tend(await head())).map(({ what }) => what)).to.deep.equal(["mined"]);
    expect(await one.send(job("a"), await head())).to.equal("known");
  });

  it("a call that would fail by now gives its nonce to an empty transaction", async () => {
    await bench.venue.ethers.provider.send("evm_setAutomine", [false]);
    const one = sender();
    let lost = true;
    bench.rpc.fault = async (method, params, send) => {
      if (method === "eth_sendRawTransaction" && lost) return `0x${"0".repeat(64)}`;
      if (method === "eth_estimateGas" && !lost) throw new RpcRefused(method, 3, "execution reverted", "0x");
      return send(method, params);
    };
    await one.send(job("a", "0x1234"), await head());
    lost = false;
    await mine();
    await mine();
    await one.tend(await head());
    await mine();
    expect((await one.tend(await head())).map(({ what }) => what)).to.deep.equal(["cancelled"]);
    expect(sent().at(-1)!.data).to.equal("0x");
    expect(one.jobs).to.deep.equal([]);
  });

  it("a transaction that a reorganisation took back is sent again as it was", async () => {
    const one = sender();
    const back = await bench.venue.mark();
    await one.send(job("a"), await head());
    expect((await one.tend(await head())).map(({ what }) => what)).to.deep.equal(["mined"]);
    await back();
    await mine();
    expect((await one.tend(await head())).map(({ what }) => what)).to.deep.equal(["taken back"]);
    expect(sent()[1]!.hash).to.equal(sent()[0]!.hash);
    expect((await one.tend(await head())).map(({ what }) => what)).to.deep.equal(["mined"]);
  });

  it("nothing more is sent once an hour's gas is spent", async () => {
    const one = sender(undefined, { maxGasAnHour: "70000000000000" });
    const results: unknown[] = [];
    for (let i = 0; i < 6; ++i) {
      results.push(await one.send(job(`job ${i}`), await head()));
      await one.tend(await head());
    }
    expect(results[0]).to.equal("sent");
    expect(results.at(-1)).to.equal("too much gas");
  });

  it("a call that the contracts refuse is not sent, and the reason has its name", async () => {
    const one = sender();
    const data = bench.venue.clearinghouse.interface.encodeFunctionData("deleverage", [1n, 1n]);
    const wish = job("d");
    const answer = await one.send({ ...wish, call: { to: bench.venue.target, data } }, await head());
    expect(answer).to.have.property("refused").that.contains("GroupNotLocked");
    expect(bench.rpc.sent).to.deep.equal([]);
    expect(toQuantity(await one.committed(0))).to.equal("0x0");
  });
});
