// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { DatabaseSync } from "node:sqlite";
import { Transaction, Wallet, toQuantity } from "ethers";
import { Lane } from "../../chain/send/Lane.js";
import { Sender, type NewJob, type Sent } from "../../chain/send/Sender.js";
import { Tip } from "../../chain/send/Tip.js";
import { parseConfig } from "../../keeper/config/Config.js";
import { createMetrics } from "../../keeper/run/metrics.js";
import { serve } from "../../keeper/run/server.js";
import { SqliteStore } from "../../chain/store/SqliteStore.js";
import { headerAt } from "../../sdk/client/chain/blocks.js";
import { accountOf, type Address } from "../../sdk/order.js";
import { PRICE, TOKEN } from "../stories/venue.js";
import { TestRpc, benchForEach, openBench, type Bench } from "./bench.js";

describe("what guards the keeper", () => {
  let bench: Bench;
  benchForEach({ replaceAfter: 2 }, (opened) => (bench = opened));

  const mine = () => bench.venue.ethers.provider.send("evm_mine", []);
  const head = async () => (await headerAt(bench.rpc, "latest"))!;
  const config = (more: object) => parseConfig({ checkEvery: 1, replaceAfter: 2, ...more }, "test");
  const job = (key: string, own = false): NewJob => {
    const call = { to: bench.wallet.address as Address, data: "0x" };
    return { key, kind: "poke", subjects: [key], own, duty: false, minGas: 0n, call };
  };
  const richWallet = async () => {
    const wallet = new Wallet(Wallet.createRandom().privateKey);
    await bench.venue.ethers.provider.send("hardhat_setBalance", [wallet.address, toQuantity(10n ** 21n)]);
    return wallet;
  };
  const senderOf = (wallets: readonly Wallet[], more: object = {}, store = new SqliteStore(":memory:", "guards")) => {
    const { rpc, venue } = bench;
    const lanes = wallets.map((wallet) => new Lane(wallet, rpc, rpc, venue.chainId));
    return new Sender(rpc, store, lanes, config(more));
  };

  it("with a relay every transaction goes there, replacements too, and none to the node", async () => {
    const { venue, rpc, again } = bench;
    const relay = new TestRpc(venue.ethers.provider);
    let lost = true;
    relay.fault = async (method, params, send) => (lost ? `0x${"0".repeat(64)}` : send(method, params));
    const keeper = await again({ relay, store: new SqliteStore(":memory:", "relay") });
    await venue.setPrice(91_000n * PRICE);
    await keeper.look();
    expect(relay.sent.length, "the poke").to.equal(1);
    lost = false;
    for (let block = 0; block < 3; ++block) {
      await mine();
      await keeper.look();
    }
    expect(relay.sent.length, "replaced, mined, and what followed").to.be.greaterThan(2);
    expect(Transaction.from(relay.sent[1]!).nonce).to.equal(Transaction.from(relay.sent[0]!).nonce);
    expect(rpc.sent).to.deep.equal([]);
  });

  it("several keys are several lanes: full ones are passed over, own accounts stay with the first", async () => {
    const wallets = [bench.wallet, await richWallet(), await richWallet()];
    const one = senderOf(wallets, { maxPending: 2 });
    await bench.venue.ethers.provider.send("evm_setAutomine", [false]);
    const jobs = [
      job("own 1", true),
      job("own 2", true),
      job("own 3", true),
      ...[1, 2, 3, 4, 5].map((i) => job(`${i}`)),
    ];
    expect(await one.sendAll(jobs, await head())).to.deep.equal([
      "sent",
      "sent",
      "no room",
      "sent",
      "sent",
      "sent",
      "sent",
      "no room",
    ]);
    const counts = wallets.map(({ address }) => one.pending.filter(({ lane }) => lane === address).length);
    expect(counts).to.deep.equal([2, 2, 2]);
    expect(
      one.jobs.filter(({ key }) => key.startsWith("own")).every(({ lane }) => lane === bench.wallet.address),
    ).to.equal(true);
    await mine();
    expect((await one.tend(await head())).map(({ what }) => what)).to.deep.equal(Array(6).fill("mined"));
  });

  it("a refused job makes room for the next one in the same look", async () => {
    const one = senderOf([bench.wallet], { maxPending: 1 });
    const data = bench.venue.clearinghouse.interface.encodeFunctionData("deleverage", [1n, 1n]);
    const bad = { ...job("bad"), call: { to: bench.venue.target, data } };
    const [first, second] = await one.sendAll([bad, job("good")], await head());
    expect(first).to.have.property("refused");
    expect(second).to.equal("sent");
  });

  it("a full disk sends nothing, takes no nonce, and is over when there is room", async () => {
    const store = new SqliteStore(":memory:", "full");
    const one = senderOf([bench.wallet], {}, store);
    const { db } = store as unknown as { db: DatabaseSync };
    const pages = (count: number) => db.exec(`PRAGMA max_page_count = ${count}`);
    pages(1); // no less than there are
    const fat = (key: string) => ({ ...job(key), call: { ...job(key).call, data: `0x${"11".repeat(20_000)}` } });
    const failure = await one.send(fat("a"), await head()).then(String, (each: Error) => each);
    expect((failure as Error).message).to.contain("full");
    expect([bench.rpc.sent, one.jobs]).to.deep.equal([[], []]);
    pages(1_000_000);
    expect(await one.send(fat("a"), await head())).to.equal("sent");
    expect(Transaction.from(bench.rpc.sent[0]!).nonce).to.equal(0);
  });

  it("a node that refuses a transaction gets it at the next head, raised; one that is not reached, as it is", async () => {
    const { rpc, venue } = bench;
    await venue.ethers.provider.send("evm_setAutomine", [false]);
    const one = senderOf([bench.wallet], { replaceAfter: 10 });
    const underpriced = new (await import("../../sdk/client/chain/Rpc.js")).RpcRefused(
      "send",
      -32_000,
      "underpriced",
      undefined,
    );
    const silent = new (await import("../../sdk/client/chain/Rpc.js")).RpcFailed("send", "no answer");
    for (const [key, fault] of [
      ["a", underpriced],
      ["b", silent],
    ] as const) {
      rpc.fault = (method, params, send) =>
        method === "eth_sendRawTransaction" ? Promise.reject(fault) : send(method, params);
      expect(await one.send(job(key), await head())).to.equal("sent");
    }
    rpc.fault = (method, params, send) => send(method, params);
    const before = [...rpc.sent];
    await mine();
    expect((await one.tend(await head())).map(({ what }) => what)).to.deep.equal(["replaced"]);
    const [raised, same] = rpc.sent.slice(before.length).map((raw) => Transaction.from(raw));
    expect(raised!.nonce).to.equal(0);
    expect(raised!.maxPriorityFeePerGas! > Transaction.from(before[0]!).maxPriorityFeePerGas!).to.equal(true);
    expect(same!.serialized).to.equal(before[1]);
  });

  it("once an hour's gas is spent it is not healthy and sends nothing, and goes on an hour later", async () => {
    const { venue, rpc, again } = bench;
    const store = new SqliteStore(":memory:", "gas");
    const time = Number((await head()).timestamp);
    await store.addSpent("0x01", time, 10n ** 18n);
    const keeper = await again({ store, config: config({ maxGasAnHour: "1000000000000000000" }) });
    const server = await serve(0, "127.0.0.1", createMetrics(), keeper.report);
    const { port } = server.address() as { port: number };
    const health = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/health`);
      return { status: response.status, ...((await response.json()) as { stopped?: string }) };
    };
    try {
      await venue.setPrice(91_000n * PRICE);
      await keeper.look();
      expect(rpc.sent).to.deep.equal([]);
      expect(await health()).to.include({ status: 503, stopped: "the limit of gas an hour" });
      await venue.wait(3_700n);
      await mine();
      await venue.setPrice(91_000n * PRICE);
      await keeper.look();
      expect(rpc.sent.length).to.be.greaterThan(0);
      expect((await health()).status).to.equal(200);
    } finally {
      server.close();
    }
  });

  it("when an hour's gas does not suffice, nothing less urgent takes what is left", async () => {
    const header = await head();
    const fee = 2n * header.baseFee + 10n ** 9n;
    const duty = (key: string, minGas: bigint): NewJob => ({ ...job(key), duty: true, minGas });
    const rest = (key: string, minGas: bigint): NewJob => ({ ...job(key), minGas });
    const sender = () => senderOf([bench.wallet], { maxGasAnHour: String(1_000_000n * fee) });

    // Half is kept for duties, whose turn may still come.
    const first = [rest("a", 400_000n), rest("b", 200_000n), rest("c", 50_000n), duty("d", 500_000n)];
    expect(await sender().sendAll(first, header)).to.deep.equal(["sent", "too much gas", "too much gas", "sent"]);
    const second = [duty("e", 900_000n), duty("f", 200_000n), duty("g", 50_000n), rest("h", 30_000n)];
    const none = Array<Sent>(3).fill("too much gas");
    expect(await sender().sendAll(second, header)).to.deep.equal(["sent", ...none]);
  });

  it("an absorb is cut to what an hour's gas still buys", async () => {
    const { venue, again } = bench;
    const store = new SqliteStore(":memory:", "cut");
    const limited = { ...config({}) };
    const keeper = await again({ store, config: limited });
    await venue.setPrice(91_000n * PRICE);
    for (let block = 0; block < 8; ++block) {
      // For an absorb of one account, not of two.
      const { baseFee } = await head();
      limited.maxGasAnHour = (await store.spentSince(0)) + 290_000n * (2n * baseFee + 10n ** 9n);
      await keeper.look();
      await venue.wait(12n);
      await mine();
    }
    const { clearinghouse } = venue;
    const absorbed = await clearinghouse.queryFilter(clearinghouse.getEvent("Absorbed"), 0);
    expect(absorbed.map(({ args }) => args["account"])).to.have.members(bench.traders.slice(0, 2).map(({ id }) => id));
    expect(new Set(absorbed.map(({ transactionHash }) => transactionHash)).size, "transactions").to.equal(2);
  });

  it("while its own margin is low it takes nothing over", async () => {
    const { venue, rpc, traders, wallet, again } = bench;
    const { clearinghouse, token } = venue;
    const own = accountOf(wallet.address as Address, 1);
    await token.mint(venue.deployer.address, 40_000n * TOKEN);
    await token.approve(clearinghouse, 40_000n * TOKEN);
    await clearinghouse.deposit(own, 20_000n * TOKEN);
    const min = { maxInventory: "100000000000000", minOwnMargin: "1000000000" };
    const keeper = await again({ store: new SqliteStore(":memory:", "low"), config: config(min) });
    const taken = async () =>
      (await clearinghouse.queryFilter(clearinghouse.getEvent("Liquidated"), 0)).map(({ args }) => args["account"]);
    const looks = async (count: number) => {
      for (let block = 0; block < count; ++block) {
        await keeper.look();
        await venue.wait(12n);
        await mine();
      }
    };
    await venue.drift(96_700n * PRICE);
    await looks(4);
    expect(await taken(), "the first, before it had any margin to be low").to.deep.equal([traders[0]!.id]);
    await venue.drift(94_800n * PRICE);
    await looks(4);
    expect(keeper.report.status().groups[0]!.liquidatable, "another one is due").to.be.greaterThan(0);
    expect(await taken()).to.deep.equal([traders[0]!.id]);
    expect(keeper.report.lowMargin).to.equal(1);

    const easy = await again({
      store: new SqliteStore(":memory:", "easy"),
      config: config({ maxInventory: "100000000000000" }),
    });
    rpc.sent.length = 0;
    for (let block = 0; block < 3; ++block)
      await easy
        .look()
        .then(() => venue.wait(12n))
        .then(mine);
    expect((await taken()).length, "with a lower limit it would").to.be.greaterThan(1);
  });

  it("what a rival did first is lost, not failed, and the next tip is higher", async () => {
    const { venue, rpc, again, metrics } = bench;
    const keeper = await again({ store: new SqliteStore(":memory:", "rival") });
    await venue.setPrice(91_000n * PRICE);
    await keeper.look(); // locks
    await venue.ethers.provider.send("evm_setAutomine", [false]);
    await keeper.look();
    const { selector } = venue.clearinghouse.interface.getFunction("absorb");
    const ours = rpc.sent.map((raw) => Transaction.from(raw)).find(({ data }) => data.startsWith(selector))!;
    const rival = await venue.ethers.getSigner(venue.deployer.address);
    const fees = { maxFeePerGas: 4n * ours.maxFeePerGas!, maxPriorityFeePerGas: 4n * ours.maxPriorityFeePerGas! };
    await rival.sendTransaction({ to: ours.to!, data: ours.data, gasLimit: 900_000n, ...fees });
    await mine();
    await keeper.look();
    expect(keeper.report.status().actions.map(({ what }) => what))
      .to.include("lost")
      .and.not.include("reverted");
    expect(await metrics.registry.metrics()).to.match(/outcomes_total\{kind="absorb",outcome="lost"\} 1/);
    await venue.wait(200n);
    await venue.setPrice(91_000n * PRICE);
    await mine();
    await keeper.look();
    const next = Transaction.from(rpc.sent.at(-1)!);
    expect(next.hash, "it goes on").to.not.equal(ours.hash);
    expect(next.maxPriorityFeePerGas).to.equal(2n * ours.maxPriorityFeePerGas!);
  });

  it("what a rival did while ours still waits gives its nonce to an empty transaction at once", async () => {
    const { venue, rpc, again } = bench;
    const keeper = await again({ store: new SqliteStore(":memory:", "late"), config: config({ replaceAfter: 10 }) });
    await venue.setPrice(91_000n * PRICE);
    await venue.ethers.provider.send("evm_setAutomine", [false]);
    rpc.fault = async (method, params, send) =>
      method === "eth_sendRawTransaction" ? `0x${"0".repeat(64)}` : send(method, params); // the node forgets it
    await keeper.look();
    rpc.fault = (method, params, send) => send(method, params);
    const rival = await venue.ethers.getSigner(venue.deployer.address);
    const ours = Transaction.from(rpc.sent[0]!);
    await rival.sendTransaction({ to: ours.to!, data: ours.data, gasLimit: 500_000n });
    await mine();
    await keeper.look();
    const replaced = rpc.sent
      .slice(1)
      .map((raw) => Transaction.from(raw))
      .find(({ nonce }) => nonce === ours.nonce)!;
    expect([replaced.data, replaced.gasLimit]).to.deep.equal(["0x", 21_000n]);
  });

  it("the tip doubles with every block that others win, up to its most, and falls again", () => {
    const tip = new Tip({ priorityFee: 10n, maxPriorityFee: 35n });
    const fees = [
      [1, 1],
      [0, 2],
      [3, 1],
      [1, 0],
      [0, 0],
      [1, 0],
    ].map(([mined, lost]) => {
      tip.settle(mined!, lost!);
      return tip.fee;
    });
    expect(fees).to.deep.equal([20n, 35n, 35n, 20n, 20n, 10n]);
  });
});

describe("a venue that is not the chain's", () => {
  it("an event of a final block that the node leaves out for good is noticed, and read from receipts", async () => {
    const bench = await openBench({ reorgDepth: 2, sweepAccounts: 1_000 });
    const { venue, rpc, traders, again } = bench;
    await venue.fund(traders[1]!, 5n);
    const block = await venue.ethers.provider.getBlockNumber();
    for (let i = 0; i < 4; ++i) await venue.ethers.provider.send("evm_mine", []);
    let left = 0;
    rpc.fault = async (method, params, send) => {
      const answer = await send(method, params);
      if (method !== "eth_getLogs") return answer;
      const kept = (answer as { blockNumber: string }[]).filter((log) => Number(log.blockNumber) !== block);
      left += (answer as unknown[]).length - kept.length;
      return kept;
    };
    const keeper = await again({ store: new SqliteStore(":memory:", "drift") });
    for (let block = 0; block < 5; ++block) {
      await keeper.look();
      await venue.ethers.provider.send("evm_mine", []);
    }
    expect(left).to.be.greaterThan(0);
    const { drifts, stage, trouble } = keeper.report.status();
    expect([drifts > 0, stage, trouble]).to.deep.equal([true, "following", undefined]);
    const before = drifts;
    for (let block = 0; block < 3; ++block) {
      await keeper.look();
      await venue.ethers.provider.send("evm_mine", []);
    }
    expect(keeper.report.status().drifts, "none any more").to.equal(before);
  });

  it("the first snapshot is taken as soon as everybody is proven", async () => {
    const { venue, again } = await openBench();
    const store = new SqliteStore(":memory:", "first");
    const keeper = await again({ store, config: parseConfig({ reorgDepth: 2, snapshotEvery: 100_000 }, "test") });
    await keeper.look();
    expect(await store.snapshot(), "not proven before the first look ends").to.equal(undefined);
    const at: (number | undefined)[] = [];
    for (let block = 0; block < 3; ++block) {
      await venue.ethers.provider.send("evm_mine", []);
      await keeper.look();
      at.push((await store.snapshot())?.block);
    }
    const first = (await venue.ethers.provider.getBlockNumber()) - 4;
    expect(at).to.deep.equal([first, first, first]);
  });

  it("a block whose receipts lack a log is read from the node's logs, if these are whole", async () => {
    const { venue, rpc, traders, keeper } = await openBench();
    await keeper.look();
    rpc.fault = async (method, params, send) => {
      const answer = await send(method, params);
      const cut = (receipt: { logs: unknown[] }) => ({ ...receipt, logs: receipt.logs.slice(0, -1) });
      if (method === "eth_getBlockReceipts") return (answer as { logs: unknown[] }[]).map(cut);
      return method === "eth_getTransactionReceipt" ? cut(answer as { logs: unknown[] }) : answer;
    };
    await venue.fund(traders[1]!, 5n);
    await keeper.look();
    expect(keeper.report.status()).to.include({ drifts: 0, stage: "following" });
  });

  it("a block whose receipts and logs lack one is not believed, and another node is asked", async () => {
    const bench = await openBench();
    const { venue, rpc, traders, keeper } = bench;
    await keeper.look();
    let bad = true;
    let turns = 0;
    (rpc as { turn?: () => void }).turn = () => void (++turns, (bad = turns < 2));
    rpc.fault = async (method, params, send) => {
      const answer = await send(method, params);
      const cut = (receipt: { logs: unknown[] }) => ({
        ...receipt,
        logs: bad ? receipt.logs.slice(0, -1) : receipt.logs,
      });
      if (method === "eth_getBlockReceipts") return (answer as { logs: unknown[] }[]).map(cut);
      if (method === "eth_getTransactionReceipt") return cut(answer as { logs: unknown[] });
      if (method === "eth_getLogs" && bad) return (answer as unknown[]).slice(0, -1);
      return answer;
    };
    await venue.fund(traders[1]!, 5n);
    await venue.ethers.provider.send("evm_mine", []);
    await keeper.look();
    expect(turns).to.equal(2);
    expect(keeper.report.status()).to.include({ drifts: 0, stage: "following" });
  });
});
