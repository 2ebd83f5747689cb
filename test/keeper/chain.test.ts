// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { spawn } from "node:child_process";
import { existsSync, linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lane } from "../../chain/send/Lane.js";
import { Sender, type NewJob } from "../../chain/send/Sender.js";
import { parseConfig } from "../../keeper/config/Config.js";
import * as errors from "../../keeper/config/errors.js";
import { recognise } from "../../keeper/run/recognise.js";
import { FileLock } from "../../chain/store/FileLock.js";
import { SqliteStore } from "../../chain/store/SqliteStore.js";
import type { Job } from "../../chain/store/Store.js";
import { headerAt } from "../../sdk/client/chain/blocks.js";
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import { RpcFailed, RpcRefused } from "../../sdk/client/chain/Rpc.js";
import { deploymentText } from "../../sdk/deployment.js";
import type { Address, GroupId, MarketId } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { PRICE, openVenue } from "../stories/venue.js";
import { benchForEach, type Bench, type TestRpc } from "./bench.js";
import { FakeNode, error, result, type Question } from "./nodes/FakeNode.js";

const folder = mkdtempSync(join(tmpdir(), "keeper-chain-"));
const HASH = `0x${"5c".repeat(32)}`;

const job = (key: string, lane: string, more: Partial<Job> = {}): Job => ({
  key,
  subjects: [key],
  kind: "poke",
  lane,
  nonce: 9,
  to: lane,
  data: "0x",
  gas: 21_000n,
  maxFee: 9n,
  priorityFee: 1n,
  raw: "0x34",
  hashes: [HASH],
  sentAt: 3,
  state: "pending" as const,
  minedAt: undefined,
  calls: 1,
  ...more,
});

describe("a keeper's memory is of one chain", () => {
  let bench: Bench;
  benchForEach({ reorgDepth: 8 }, (opened) => (bench = opened));

  const remembering = async (marks: readonly { block: number; hash: string }[]) => {
    const store = new SqliteStore(":memory:", "chain");
    await store.setMarks(marks);
    await store.claim(job("a", bench.wallet.address));
    await store.addSpent("0x01", 2 ** 40, 7n);
    await store.saveSnapshot({ block: 3, hash: HASH, state: new Uint8Array([1]) });
    return store;
  };
  const chainId = () => bench.venue.chainId;

  it("what it remembers of another chain of the same id is dropped: jobs, gas spent, snapshot", async () => {
    const store = await remembering([{ block: 0, hash: HASH }]);
    expect(await recognise(bench.rpc, store, chainId(), 2)).to.equal("another");
    expect([await store.jobs(), await store.spentSince(0), await store.snapshot()]).to.deep.equal([[], 0n, undefined]);
    const [first, deployment] = [await headerAt(bench.rpc, 0), await headerAt(bench.rpc, 2)];
    expect(await store.marks()).to.deep.equal([
      { block: 0, hash: first!.hash },
      { block: 2, hash: deployment!.hash },
    ]);
    expect(await recognise(bench.rpc, store, chainId(), 2)).to.equal("same");
  });

  it("a chain with the same first block and another deployment is another one; a snapshot alone tells it too", async () => {
    const genesis = (await headerAt(bench.rpc, 0))!.hash;
    const store = await remembering([
      { block: 0, hash: genesis },
      { block: 2, hash: HASH },
    ]);
    expect(await recognise(bench.rpc, store, chainId(), 2)).to.equal("another");
    const older = await remembering([]); // as keepers before this one left it
    expect(await recognise(bench.rpc, older, chainId(), 2)).to.equal("another");
    expect(await older.jobs()).to.deep.equal([]);
  });

  it("a node that does not have the block, or fails, proves nothing: nothing is dropped", async () => {
    const store = await remembering([{ block: 10_000, hash: HASH }]);
    await store.dropSnapshot();
    expect(await recognise(bench.rpc, store, chainId(), 2)).to.equal("same");
    bench.rpc.fault = (method, params, send) =>
      method === "eth_getBlockByNumber" ? Promise.reject(new RpcFailed(method, "down")) : send(method, params);
    const known = await remembering([{ block: 0, hash: HASH }]);
    expect(await recognise(bench.rpc, known, chainId(), 2).catch((failure: unknown) => failure)).to.be.instanceOf(
      RpcFailed,
    );
    expect((await known.jobs()).length).to.equal(1);
  });

  it("marks that a node did not have at first are remembered later, as long as the others are the same", async () => {
    const store = new SqliteStore(":memory:", "late");
    bench.rpc.fault = (method, params, send) => (params[0] === "0x2" ? Promise.resolve(null) : send(method, params));
    expect(await recognise(bench.rpc, store, chainId(), 2)).to.equal("new");
    expect((await store.marks()).map(({ block }) => block)).to.deep.equal([0]);
    bench.rpc.fault = (method, params, send) => send(method, params);
    expect(await recognise(bench.rpc, store, chainId(), 2)).to.equal("same");
    expect((await store.marks()).map(({ block }) => block)).to.deep.equal([0, 2]);
  });

  it("a chain that was set back to a state of days ago: jobs of later blocks are not waited for until then", async () => {
    const { venue, rpc, wallet } = bench;
    const store = new SqliteStore(":memory:", "back");
    const to = wallet.address;
    const nonce = await venue.ethers.provider.getTransactionCount(wallet.address);
    await store.claim(job("later", to, { nonce: nonce + 2, sentAt: 90_000, gas: 50_000n, to, maxFee: 10n ** 9n }));
    const mined = { key: "mined", state: "mined" as const, minedAt: 90_001, nonce: nonce + 1, sentAt: 90_000 };
    await store.claim(job("mined", to, { ...mined, to, maxFee: 10n ** 9n }));
    const lane = new Lane(wallet, rpc, rpc, venue.chainId);
    const one = new Sender(rpc, store, [lane], parseConfig({ replaceAfter: 2, reorgDepth: 8 }, "test"));
    await one.load();
    for (let block = 0; block < 14 && one.pending.length > 0; ++block) {
      await one.tend((await headerAt(rpc, "latest"))!);
      await venue.ethers.provider.send("evm_mine", []);
    }
    expect(one.pending).to.deep.equal([]);
    expect(await venue.ethers.provider.getTransactionCount(wallet.address)).to.equal(nonce + 3);
  });

  it("of two venues in one file only the one is forgotten", async () => {
    const file = join(folder, "two.db");
    const one = new SqliteStore(file, "one");
    await one.claim(job("a", bench.wallet.address));
    await one.close();
    const two = new SqliteStore(file, "two");
    await two.claim(job("a", bench.wallet.address));
    expect(await two.startOver([{ block: 0, hash: HASH }], []), "its marks are others").to.equal(false);
    expect((await two.jobs()).length).to.equal(1);
    expect(await two.startOver([], [])).to.equal(true);
    expect(await two.jobs()).to.deep.equal([]);
    await two.close();
    const again = new SqliteStore(file, "one");
    expect((await again.jobs()).length).to.equal(1);
    await again.close();
  });

  it("a keeper that starts on another chain acts there at once, with that chain's nonces", async () => {
    const { venue, rpc, wallet, again } = bench;
    const store = new SqliteStore(":memory:", "restart");
    await store.setMarks([{ block: 0, hash: HASH }]);
    // The same cause on the old chain: it would count as known, and its nonce as the next one.
    await venue.setPrice(91_000n * PRICE);
    const probe = await again({ store: new SqliteStore(":memory:", "probe"), dryRun: true });
    await probe.look();
    await store.claim(job("old", wallet.address, { nonce: 400, subjects: ["group 1"] }));
    const keeper = await again({ store });
    await keeper.look();
    expect((await store.jobs()).map(({ key }) => key)).to.not.include("old");
    expect(rpc.sent.length, "the poke that locks").to.equal(1);
    expect((await store.jobs()).map(({ nonce }) => nonce)).to.deep.equal([0]);
  });

  it("a node of another chain that answers later is left for another one, and the keeper goes on there", async () => {
    const { venue, rpc, again } = bench;
    const keeper = await again({ store: new SqliteStore(":memory:", "later") });
    await keeper.look();
    const other = await openVenue();
    let strange = true;
    rpc.fault = async (method, params, send) => {
      if (!strange) return send(method, params);
      return method === "eth_chainId" ? "0x1" : other.ethers.provider.send(method, [...params]);
    };
    Object.assign(rpc, { turn: () => (strange = false) });
    try {
      for (let i = 0; i < 80; ++i) await other.ethers.provider.send("evm_mine", []);
      await venue.setPrice(91_000n * PRICE);
      await keeper.wake();
      expect(rpc.sent, "to a node of another chain").to.deep.equal([]);
      expect(keeper.report.status().trouble).to.match(/of chain 1 and the deployment of chain/);
      await keeper.wake();
      expect(rpc.sent.length, "the poke that locks").to.equal(1);
      expect(keeper.report.status().trouble).to.equal(undefined);
    } finally {
      Object.assign(rpc, { turn: undefined });
    }
  });

  it("a keeper that runs while its chain is started again drops the jobs too", async () => {
    const { rpc, again, venue } = bench;
    const store = new SqliteStore(":memory:", "runs");
    const keeper = await again({ store });
    await keeper.look();
    await store.claim(job("old", bench.wallet.address, { subjects: ["group 1"] }));
    // Every block is another one by now: the same numbers, other hashes.
    type Raw = { hash: string; parentHash: string; number: string };
    const other = (hash: string) => `0x${(15 - parseInt(hash[2]!, 16)).toString(16)}${hash.slice(3)}`;
    rpc.fault = async (method, params, send) => {
      const answer = await send(method, params);
      if (method !== "eth_getBlockByNumber" && method !== "eth_getLogs" && !method.includes("Receipt")) return answer;
      const text = JSON.stringify(answer, (key, value: unknown) =>
        key === "hash" || key === "parentHash" || key === "blockHash" ? other(value as string) : value,
      );
      return JSON.parse(text) as Raw;
    };
    await venue.ethers.provider.send("evm_mine", []);
    await keeper.look();
    expect((await store.jobs()).map(({ key }) => key)).to.not.include("old");
    expect(keeper.report.status()).to.include({ stage: "following", trouble: undefined, drifts: 0 });
    const first = await venue.ethers.provider.getBlock(0);
    expect(await store.marks()).to.deep.equal([{ block: 0, hash: other(first!.hash!) }]);
  });

  it("nodes that fail while it starts are told by name, whatever they say", async () => {
    const { rpc, again } = bench;
    const store = new SqliteStore(":memory:", "start");
    for (const [at, failure] of [
      ["eth_chainId", new RpcRefused("eth_chainId", -32_007, "request limit reached", undefined)],
      ["eth_getCode", new RpcFailed("eth_getCode", "busy", "busy")],
      ["eth_getBlockByNumber", new RpcFailed("eth_getBlockByNumber", "down")],
    ] as const) {
      rpc.fault = (method, params, send) => (method === at ? Promise.reject(failure) : send(method, params));
      const caught = await again({ store }).catch((each: unknown) => each);
      expect(caught, at).to.be.instanceOf(errors.NodeUnreachable).with.property("message").that.contains("--rpc");
    }
  });
});

describe("a limit of a node is no refusal of a call", () => {
  let bench: Bench;
  benchForEach({}, (opened) => (bench = opened));

  const head = async () => (await headerAt(bench.rpc, "latest"))!;
  const wish = (data = "0x", to = bench.wallet.address): NewJob => ({
    key: "a",
    kind: "poke",
    subjects: ["a"],
    own: true,
    duty: false,
    minGas: 50_000n,
    call: { to: to as Address, data },
  });
  const sender = (more: object = {}) => {
    const { rpc, wallet, venue } = bench;
    const store = new SqliteStore(":memory:", "limits");
    return new Sender(rpc, store, [new Lane(wallet, rpc, rpc, venue.chainId)], parseConfig({ ...more }, "test"));
  };
  const failing =
    (which: readonly string[], failure: Error): TestRpc["fault"] =>
    (method, params, send) =>
      which.includes(method) ? Promise.reject(failure) : send(method, params);
  const limit = new RpcRefused("eth_estimateGas", -32_005, "limit exceeded", undefined);

  it("an estimate that is limited is made up for by a call, and the job is sent", async () => {
    for (const failure of [
      limit,
      new RpcFailed("eth_estimateGas", "429", "busy"),
      new RpcFailed("x", "late", "slow"),
    ]) {
      bench.rpc.fault = failing(["eth_estimateGas"], failure);
      const one = sender();
      expect(await one.send(wish(), await head())).to.equal("sent");
      expect(one.jobs[0]!.gas).to.equal(100_000n);
      bench.rpc.sent.length = 0;
    }
  });

  it("the first of many is sent before another's simulation is answered", async () => {
    let release = () => {};
    const firstSent = new Promise<void>((resolve) => (release = resolve));
    let asked = 0;
    bench.rpc.fault = async (method, params, send) => {
      if (method === "eth_sendRawTransaction") release();
      if (method === "eth_estimateGas" && ++asked > 1) await firstSent;
      return send(method, params);
    };
    const jobs = ["a", "b", "c"].map((key) => ({ ...wish(), key, subjects: [key] }));
    expect(await sender().sendAll(jobs, await head())).to.deep.equal(["sent", "sent", "sent"]);
    expect([asked, bench.rpc.sent.length]).to.deep.equal([3, 3]);
  });

  it("a heavy call is run once instead of estimated, at its planned gas less a fifth", async () => {
    const heavy: NewJob = { ...wish(), minGas: 1_000_000n };
    const asked: string[] = [];
    bench.rpc.fault = (method, params, send) => {
      asked.push(method);
      if (method === "eth_call") expect(Number((params[0] as { gas: string }).gas)).to.equal(800_000);
      return send(method, params);
    };
    const one = sender();
    expect(await one.send(heavy, await head())).to.equal("sent");
    expect(asked).to.include("eth_call").and.not.include("eth_estimateGas");
    expect(one.jobs[0]!.gas).to.equal(1_000_000n);
  });

  it("a heavy call for which the planned gas does not suffice is estimated", async () => {
    const refused = new RpcRefused("eth_call", -32_000, "out of gas", undefined);
    bench.rpc.fault = (method, params, send) => {
      if (method === "eth_call") return Promise.reject(refused);
      return method === "eth_estimateGas" ? Promise.resolve("0xf4240") : send(method, params);
    };
    const one = sender();
    expect(await one.send({ ...wish(), minGas: 1_000_000n }, await head())).to.equal("sent");
    expect(one.jobs[0]!.gas).to.equal(1_250_000n);
  });

  it("a heavy call that the contracts refuse is refused by name", async () => {
    const data = bench.venue.clearinghouse.interface.encodeFunctionData("deleverage", [1n, 1n]);
    const answer = await sender().send({ ...wish(data, bench.venue.target), minGas: 1_000_000n }, await head());
    expect(answer).to.have.property("refused").that.contains("GroupNotLocked");
  });

  it("a node that allows no call so much gas is asked without saying how much", async () => {
    const low = new RpcRefused("eth_call", -32_603, "provider-specified max eth_call gas limit exceeded", undefined);
    bench.rpc.fault = (method, params, send) => {
      const [{ gas }] = params as [{ gas?: string }];
      const refused = method === "eth_estimateGas" || (method === "eth_call" && gas !== undefined);
      return refused ? Promise.reject(low) : send(method, params);
    };
    expect(await sender().send(wish(), await head())).to.equal("sent");
  });

  it("what the call refuses is refused by name, though the estimate was limited", async () => {
    bench.rpc.fault = failing(["eth_estimateGas"], limit);
    const data = bench.venue.clearinghouse.interface.encodeFunctionData("deleverage", [1n, 1n]);
    const answer = await sender().send(wish(data, bench.venue.target), await head());
    expect(answer).to.have.property("refused").that.contains("GroupNotLocked");
  });

  it("when neither can be asked nobody knows, and it is no refusal", async () => {
    const failure = new RpcRefused("eth_call", -32_603, "internal error", undefined);
    bench.rpc.fault = failing(["eth_estimateGas", "eth_call"], failure);
    const one = sender();
    expect(await one.send(wish(), await head()))
      .to.have.property("trouble")
      .that.contains("internal error");
    expect([one.jobs, bench.rpc.sent]).to.deep.equal([[], []]);
    bench.rpc.fault = failing([], failure);
    expect(await one.send(wish(), await head())).to.equal("sent");
  });

  it("when no node is there the look fails as a whole", async () => {
    bench.rpc.fault = failing(["eth_estimateGas"], new RpcFailed("eth_estimateGas", "ECONNREFUSED", "unreachable"));
    expect(
      await sender()
        .send(wish(), await head())
        .catch((each: unknown) => each),
    ).to.be.instanceOf(RpcFailed);
  });

  it("a keeper whose node limits estimates locks the group all the same", async () => {
    const { venue, rpc, again } = bench;
    const keeper = await again({ store: new SqliteStore(":memory:", "locks") });
    await venue.setPrice(91_000n * PRICE);
    rpc.fault = failing(["eth_estimateGas"], limit);
    await keeper.look();
    expect(rpc.sent.length).to.equal(1);
    expect(keeper.report.status().actions.map(({ what }) => what)).to.deep.equal(["sent"]);
  });

  it("a transaction that the node knows is on its way; one that cannot be paid is not raised", async () => {
    const { rpc, venue } = bench;
    await venue.ethers.provider.send("evm_setAutomine", [false]);
    const told: string[] = [];
    const one = sender({ replaceAfter: 1 });
    one.onTrouble = (failure) => told.push((failure as Error).message);
    for (const message of ["already known", "AlreadyKnown", "Transaction with the same hash was already imported."]) {
      rpc.fault = failing(
        ["eth_sendRawTransaction"],
        new RpcRefused("eth_sendRawTransaction", -32_000, message, undefined),
      );
      expect(await one.send({ ...wish(), key: message, subjects: [message] }, await head())).to.equal("sent");
    }
    expect(told).to.deep.equal([]);
    const poor = sender({ replaceAfter: 1 });
    const broke = new RpcRefused(
      "eth_sendRawTransaction",
      -32_000,
      "insufficient funds for gas * price + value",
      undefined,
    );
    rpc.fault = failing(["eth_sendRawTransaction"], broke);
    await poor.send(wish(), await head());
    const [{ hashes }] = poor.jobs as [Job];
    for (let block = 0; block < 3; ++block) {
      await venue.ethers.provider.send("evm_mine", []);
      expect(await poor.tend(await head())).to.deep.equal([]);
    }
    expect(poor.jobs[0]!.hashes).to.deep.equal(hashes);
  });
});

describe("a keeper with two nodes, one of which fails in half of the calls", () => {
  let bench: Bench;
  benchForEach({ reorgDepth: 8 }, (opened) => (bench = opened));

  for (const body of [
    { code: -32_007, message: "50/second request limit reached - reduce calls per second" },
    { code: -32_603, message: "internal error" },
    { code: -32_000, message: "header not found" },
    { code: -32_097, message: "Rate limit exceeded" },
  ]) {
    it(`${body.code} ${body.message}: it starts, calls for margin and locks, as with a good one alone`, async () => {
      const { venue, rpc, again } = bench;
      const pass = async ({ id, method, params }: Question) => {
        try {
          return result(id, await rpc.send(method, params));
        } catch (failure) {
          const { code, reason: message, data } = failure as RpcRefused;
          return error(id, { code, message, data });
        }
      };
      const half = await FakeNode.start((question, count) =>
        count % 2 === 1 ? Promise.resolve(error(question.id, body)) : pass(question),
      );
      const good = await FakeNode.start(pass);
      try {
        const config = parseConfig({ checkEvery: 1, reorgDepth: 8, requestRetries: 1 }, "test");
        const nodes = new HttpRpc([half.url, good.url], config);
        const keeper = await again({ rpc: nodes, store: new SqliteStore(":memory:", "half"), config });
        await keeper.look();
        await venue.drift(96_950n * PRICE);
        const kinds = new Set<string>();
        for (let block = 0; block < 4; ++block) {
          await keeper.look();
          for (const { job } of keeper.report.status().actions) kinds.add(job.split(" ")[0]!);
          await venue.ethers.provider.send("evm_mine", []);
        }
        expect([...kinds]).to.include("marginCall");
        expect(keeper.report.status()).to.include({ stage: "following", trouble: undefined, drifts: 0 });
        const called = await venue.clearinghouse.queryFilter(venue.clearinghouse.getEvent("MarginCalled"), 0);
        expect(called.length).to.be.greaterThan(0);
        expect(half.asked.length, "the failing one was asked").to.be.greaterThan(0);
      } finally {
        await half.stop();
        await good.stop();
      }
    });
  }
});

describe("one keeper a database file", () => {
  const file = join(folder, "one.db");

  it("the second is refused by name, under any name of the file, and what it would have written is not there", async () => {
    const first = new SqliteStore(file, "a");
    symlinkSync(file, join(folder, "link.db"));
    for (const name of [file, join(folder, ".", "one.db"), join(folder, "link.db")]) {
      for (const venue of ["a", "b"]) {
        expect(() => new SqliteStore(name, venue), name).to.throw(errors.DatabaseInUse, "--database");
      }
    }
    await first.close();
    await new SqliteStore(file, "a").close();
  });

  it("a name that SQLite reads as an address of a file is a plain name: no second keeper by it", async () => {
    const here = process.cwd();
    process.chdir(mkdtempSync(join(folder, "uri-")));
    try {
      const first = new SqliteStore("keeper.db", "a");
      await first.setMarks([{ block: 1, hash: HASH }]);
      for (const name of ["file:keeper.db", "file:keeper.db?mode=memory", "file::memory:"]) {
        const other = new SqliteStore(name, "a");
        expect(await other.marks(), name).to.deep.equal([]);
        await other.setMarks([{ block: 2, hash: HASH }]);
        await other.close();
        const again = new SqliteStore(name, "a");
        expect(await again.marks(), `${name} is kept`).to.deep.equal([{ block: 2, hash: HASH }]);
        await again.close();
      }
      await first.close();
    } finally {
      process.chdir(here);
    }
  });

  it("a link to a file that is not there yet is that file, and a file of two names is refused", async () => {
    const [real, link, hard] = ["later.db", "early.db", "hard.db"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    symlinkSync(real, link);
    const first = new SqliteStore(link, "a");
    expect(() => new SqliteStore(real, "a")).to.throw(errors.DatabaseInUse);
    await first.close();
    linkSync(real, hard);
    for (const name of [real, hard]) {
      expect(() => new SqliteStore(name, "a"), name).to.throw(errors.DatabaseUnusable, "hard link");
    }
    rmSync(hard);
    await new SqliteStore(real, "a").close();
  });

  it("a keeper that is killed leaves no lock: the next one starts at once", async function () {
    this.timeout(30_000);
    const program = `
      import { DatabaseSync } from "node:sqlite";
      const db = new DatabaseSync(process.argv[1] + ".lock");
      db.exec("BEGIN EXCLUSIVE");
      console.log("held");
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--no-warnings", "--input-type=module", "-e", program, file]);
    await new Promise((resolve) => child.stdout.once("data", resolve));
    expect(() => new SqliteStore(file, "a")).to.throw(errors.DatabaseInUse);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    expect(existsSync(`${file}.lock`)).to.equal(true);
    await new SqliteStore(file, "a").close();
  });

  it("memory is nobody else's", async () => {
    await Promise.all([new SqliteStore(":memory:", "a"), new SqliteStore(":memory:", "a")].map((each) => each.close()));
  });

  it("a folder that cannot be written is told by name", () => {
    expect(() => new FileLock(join(folder, "none", "x.db"))).to.throw(errors.DatabaseUnusable, "--database");
  });
});

describe("programs: the keeper's command", function () {
  this.timeout(60_000);
  const main = join(import.meta.dirname, "../../keeper/main.ts");
  const tsx = join(import.meta.dirname, "../../node_modules/.bin/tsx");
  const deployment = join(folder, "venue.json");
  const facts = { chainId: 7n, genesisHash: HASH as Hex, firstBlock: 0, tokenDecimals: 6, build: HASH as Hex };
  const at = (digit: string) => `0x${digit.repeat(40)}` as Address;
  const addresses = { token: at("1"), authority: at("2"), clearinghouse: at("3"), vault: at("4"), lens: at("5") };
  const market = { symbol: "BTC", id: 4n as MarketId, group: 1n as GroupId, source: at("6"), feed: at("7") };
  const markets = [{ ...market, aggregator: at("8"), decimals: 8 }];
  writeFileSync(deployment, deploymentText({ ...facts, ...addresses, markets }));

  /** Its exit code and what it says. */
  const run = (...args: string[]): Promise<string> => {
    const { DATABASE_URL: _, ...env } = process.env;
    const child = spawn(tsx, [main, ...args], {
      env: { ...env, NOVATION_KEEPER_KEY: `0x${"11".repeat(32)}`, NOVATION_KEEPER_LOG: "silent" },
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stderr!.on("data", (chunk: Buffer) => (said += chunk));
    return new Promise((resolve) => child.once("exit", (code) => resolve(`${code} ${said}`)));
  };
  const options = (file: string, ...urls: string[]) => [
    "--rpc",
    urls.join(","),
    "--deployment",
    deployment,
    "--database",
    join(folder, file),
    "--port",
    "0",
  ];

  it("addresses that are none are told by name", async () => {
    expect(await run("--rpc", "localhost:8545", "--deployment", "d")).to.match(/^2 BadUrl: --rpc localhost:8545/);
    expect(await run("--rpc", "http://x", "--ws", "http://x", "--deployment", "d")).to.match(/^2 BadUrl: --ws/);
  });

  it("nodes that all fail, from the start or after it, are told in one line, with what each said", async () => {
    const busy = await FakeNode.start(({ id }) => error(id, { code: -32_007, message: "request limit reached" }));
    const late = await FakeNode.start(({ id, method }) => {
      if (method === "eth_chainId") return result(id, "0x7");
      return method === "eth_getCode" ? result(id, "0x01") : error(id, { code: -32_000, message: "header not found" });
    });
    const gone = await FakeNode.start(() => "hang up");
    const { url } = gone;
    await gone.stop();
    try {
      const said = await run(...options("busy.db", busy.url, url));
      expect(said).to.match(/^2 NodeUnreachable: .*request limit reached.*ECONNREFUSED.*--rpc/);
      expect(said.trim().split("\n").length).to.equal(1);
      const later = await run(...options("late.db", late.url));
      expect(later).to.match(/^2 NodeUnreachable: .*header not found/);
      expect(later.trim().split("\n").length).to.equal(1);
    } finally {
      await busy.stop();
      await late.stop();
    }
  });

  it("a node of another chain is told by name, also when it is the second, or the relay", async () => {
    const [own, other] = await Promise.all(
      ["0x7", "0x8"].map((chain) => FakeNode.start(({ id }) => result(id, chain))),
    );
    const gone = await FakeNode.start(() => "hang up");
    try {
      for (const named of [
        options("a.db", own!.url, other!.url),
        options("b.db", gone.url, own!.url, other!.url),
        [...options("c.db", own!.url), "--relay", other!.url],
      ]) {
        const said = await run(...named);
        expect(said).to.match(/^2 WrongChain: .*127\.0\.0\.1:\d+ is of chain 8 and the deployment of chain 7/);
        expect(said).to.contain(new URL(other!.url).host).and.not.contain("secret-key");
      }
    } finally {
      await Promise.all([own!, other!, gone].map((each) => each.stop()));
    }
  });

  it("a deployment file of another run of the chain, of an older form, or none, is told by name", async () => {
    const header = { number: "0x0", parentHash: HASH, timestamp: "0x1", transactions: [] };
    const again = await FakeNode.start(({ id, method }) =>
      result(id, method === "eth_chainId" ? "0x7" : { ...header, hash: `0x${"6d".repeat(32)}` }),
    );
    const older = join(folder, "deployed_addresses.json");
    writeFileSync(older, JSON.stringify({ "Local#Clearinghouse": at("3"), "Local#Lens": at("5") }));
    const withFile = (file: string) => options("d.db", again.url).map((each) => (each === deployment ? file : each));
    try {
      expect(await run(...options("d.db", again.url))).to.match(/^2 DeploymentOfOtherChain: .*genesis is 0x5c5c/);
      expect(await run(...withFile(older))).to.match(
        /^2 DeploymentOtherFormat: .*has format none.*give deployment.json/,
      );
      expect(await run(...withFile(join(folder, "no.json")))).to.match(/^2 DeploymentUnreadable: .*no.json.*ENOENT/);
    } finally {
      await again.stop();
    }
  });

  it("a database that another keeper has is told by name", async () => {
    const store = new SqliteStore(join(folder, "used.db"), "a");
    expect(await run(...options("used.db", "http://127.0.0.1:1"))).to.match(/^2 DatabaseInUse: .*used.db/);
    await store.close();
  });
});
