// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Transaction, Wallet, hexlify, randomBytes, toQuantity } from "ethers";
import { LEASE, PostgresStore } from "../../chain/store/PostgresStore.js";
import type { Job } from "../../chain/store/Store.js";
import { keyOf } from "../../keeper/actions/Action.js";
import { accountOf, type Address } from "../../sdk/order.js";
import { NoPostgres, Postgres } from "../../sim/trial/Postgres.js";
import { PRICE } from "../stories/venue.js";
import { benchForEach, type Bench } from "./bench.js";

const SHORT = 400; // milliseconds
const [A, B] = [`0x${"a1".repeat(20)}`, `0x${"b2".repeat(20)}`];

describe("several keepers on one PostgreSQL", function () {
  let postgres: Postgres;
  const stores: PostgresStore[] = [];
  let venues = 0;

  before(async function () {
    this.timeout(60_000);
    try {
      postgres = await Postgres.start();
    } catch (failure) {
      if (!(failure instanceof NoPostgres)) throw failure;
      console.log(`      skipped: ${failure.message}`);
      this.skip();
    }
  });
  after(async () => {
    await Promise.all(stores.map((store) => store.close()));
    postgres?.stop();
  });

  const open = async (venue: string, lease = LEASE) => {
    const store = await PostgresStore.open(postgres.url, venue, lease);
    stores.push(store);
    return store;
  };
  const pair = async (lease = LEASE) => {
    const venue = `venue ${++venues}`;
    return [await open(venue, lease), await open(venue, lease)] as const;
  };
  const job = (key: string, lane: string, more: Partial<Job> = {}): Job => ({
    key,
    subjects: [key],
    kind: "poke",
    lane,
    nonce: 7,
    to: A,
    data: "0x12",
    gas: 5n,
    maxFee: 6n,
    priorityFee: 1n,
    raw: "0x34",
    hashes: ["0x56"],
    sentAt: 3,
    state: "pending",
    minedAt: undefined,
    calls: 1,
    ...more,
  });
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it("many that start at once on an empty database all find their tables", async () => {
    const opened = await Promise.all(Array.from({ length: 8 }, () => open("venue 0")));
    expect(await opened[7]!.jobs()).to.deep.equal([]);
  });

  it("a job is of whoever claims it first, and is read back as it was", async () => {
    const [one, two] = await pair();
    await Promise.all([one.beat([A]), two.beat([B])]);
    const claims = await Promise.all([one.claim(job("k", A), 10), two.claim(job("k", B), 10)]);
    expect(claims.filter((each) => each)).to.have.length(1);
    const [read] = await two.jobs();
    expect(read).to.deep.equal(job("k", claims[0] ? A : B));
    expect(await one.jobs()).to.deep.equal([read]);
  });

  it("an absorb of a thousand accounts is a job like any other", async () => {
    const accounts = Array.from({ length: 1_000 }, () => accountOf(hexlify(randomBytes(20)) as Address, 1));
    const absorb = (list: typeof accounts) => keyOf({ kind: "absorb", group: 1, accounts: list });
    const subjects = accounts.map(String);
    const store = await open(`venue ${++venues}`);
    await store.beat([A]);
    expect(await store.claim(job(`${absorb(accounts)} @ cause`, A, { subjects }), 10)).to.equal(true);
    expect(await store.claim(job(`${absorb(accounts)} @ cause`, A, { subjects }), 10)).to.equal(false);
    expect(absorb(accounts.slice(1))).to.not.equal(absorb(accounts.slice(0, -1)));
  });

  it("of jobs about the same account one is claimed, and all or nothing of it", async () => {
    const [one, two] = await pair();
    await Promise.all([one.beat([A]), two.beat([B])]);
    expect(await one.claim(job("absorb 1,2", A, { subjects: ["1", "2"] }), 10)).to.equal(true);
    expect(await two.claim(job("absorb 2,3", B, { subjects: ["2", "3"] }), 10)).to.equal(false);
    expect(await two.claim(job("absorb 3", B, { subjects: ["3"] }), 10)).to.equal(true);
    // Mined in block 12: who looks at 11 does not know yet what it did.
    await one.putJob(job("absorb 1,2", A, { subjects: ["1", "2"], state: "mined", minedAt: 12 }));
    expect(await two.claim(job("call 2", B, { subjects: ["2"] }), 11)).to.equal(false);
    expect(await two.claim(job("call 2", B, { subjects: ["2"] }), 12)).to.equal(true);
    expect((await two.jobs()).length).to.equal(3);
  });

  it("a hundred jobs that four claim at once are each one's", async () => {
    const venue = `venue ${++venues}`;
    const four = await Promise.all([1, 2, 3, 4].map(() => open(venue)));
    const lanes = four.map((_, i) => `0x${String(i).repeat(40)}`);
    await Promise.all(four.map((store, i) => store.beat([lanes[i]!])));
    const subjects = (i: number) => [`s ${i}`, `s ${(i + 1) % 100}`, `t ${i % 7}`].slice(0, i % 2 === 0 ? 1 : 3);
    const claims = await Promise.all(
      four.flatMap((store, k) =>
        Array.from({ length: 100 }, (_, i) => store.claim(job(`j ${i}`, lanes[k]!, { subjects: subjects(i) }), 1)),
      ),
    );
    const jobs = await four[0]!.jobs();
    const all = jobs.flatMap((each) => each.subjects);
    expect(jobs.length).to.equal(claims.filter((each) => each).length);
    expect(new Set(all).size, "no subject twice").to.equal(all.length);
    expect(jobs.length).to.be.at.least(50);
  });

  it("a key is one keeper's, until he leaves or is not heard of any more", async () => {
    const [one, two] = await pair(SHORT);
    expect([...(await one.beat([A])).own]).to.deep.equal([A]);
    const seen = await two.beat([A, B]);
    expect([[...seen.own], [...seen.others], seen.alive.length]).to.deep.equal([[B], [A], 2]);
    expect(await two.claim(job("k", A), 1), "another's key").to.equal(false);
    expect(await one.claim(job("k", A), 1)).to.equal(true);
    expect(await two.putJob(job("k", A, { state: "mined", minedAt: 2 })), "another's job").to.equal(false);
    expect(await two.dropJob(job("k", A))).to.equal(false);

    await pause(SHORT + 100);
    expect(await one.claim(job("l", A), 1), "asleep for too long").to.equal(false);
    expect([...(await two.beat([B])).others]).to.deep.equal([]);
    expect(await two.putJob(job("k", A, { state: "mined", minedAt: 2 })), "of a keeper that died").to.equal(true);
    await two.leave();
    expect([...(await one.beat([A, B])).own]).to.deep.equal([A, B]);
  });

  it("what is remembered of another chain is forgotten for one venue, of all its keepers", async () => {
    const [one, other] = await pair();
    const neighbour = await open("a neighbour");
    for (const store of [one, neighbour]) {
      await store.beat([A!]);
      await store.setMarks([{ block: 0, hash: "0x01" }]);
      expect(await store.claim(job("j", A!), 1)).to.equal(true);
      await store.addSpent(hexlify(randomBytes(32)), 9, 5n);
      await store.saveSnapshot({ block: 9, hash: "0x09", state: new Uint8Array([1]) });
    }
    expect(await other.marks()).to.deep.equal([{ block: 0, hash: "0x01" }]);
    const found = await one.marks();
    const both = await Promise.all([one, other].map((store) => store.startOver(found, [{ block: 0, hash: "0x02" }])));
    expect(both.filter((done) => done).length, "one of the two does it").to.equal(1);
    expect(await other.startOver(await other.marks(), [])).to.equal(true);
    for (const store of [one, other]) {
      const all = [await store.jobs(), await store.marks(), await store.spentSince(0), await store.snapshot()];
      expect(all).to.deep.equal([[], [], 0n, undefined]);
    }
    expect(await one.claim(job("j", A!), 1), "its subjects are free").to.equal(true);
    expect([(await neighbour.jobs()).length, await neighbour.spentSince(0)]).to.deep.equal([1, 5n]);
    await one.setMarks([
      { block: 0, hash: "0x02" },
      { block: 4, hash: "0x04" },
    ]);
    await other.setMarks([{ block: 0, hash: "0x03" }]);
    expect(await one.marks()).to.deep.equal([{ block: 0, hash: "0x03" }]);
  });

  it("gas spent counts once and for all; an older snapshot does not replace a later one", async () => {
    const [one, two] = await pair();
    await Promise.all([one.addSpent(`${venues}`, 100, 3n), two.addSpent(`${venues}`, 100, 3n)]);
    await two.addSpent(`${venues} b`, 200, 10n ** 20n);
    expect(await one.spentSince(100)).to.equal(3n + 10n ** 20n);
    expect(await one.spentSince(101)).to.equal(10n ** 20n);
    await one.saveSnapshot({ block: 9, hash: "0x9", state: new Uint8Array([1, 2]) });
    await two.saveSnapshot({ block: 8, hash: "0x8", state: new Uint8Array([3]) });
    expect(await two.snapshot()).to.deep.include({ block: 9, hash: "0x9" });
    expect([...(await two.snapshot())!.state]).to.deep.equal([1, 2]);
    await two.dropSnapshot();
    expect(await one.snapshot()).to.equal(undefined);
  });

  describe("in a crash", () => {
    let bench: Bench;
    benchForEach({ replaceAfter: 2 }, (opened) => (bench = opened));

    const hire = async (count: number) => {
      const venue = `venue ${++venues}`;
      return Promise.all(
        Array.from({ length: count }, async () => {
          const wallet = new Wallet(Wallet.createRandom().privateKey);
          await bench.venue.ethers.provider.send("hardhat_setBalance", [wallet.address, toQuantity(10n ** 21n)]);
          return bench.again({ store: await open(venue, SHORT), wallets: [wallet] });
        }),
      );
    };
    const sent = () => bench.rpc.sent.map((raw) => Transaction.from(raw));

    it("four do what one does, nothing twice, and two of them go on when two die", async () => {
      const { venue, traders } = bench;
      const { clearinghouse, lens } = venue;
      const four = await hire(4);
      await venue.setPrice(91_000n * PRICE);
      for (let block = 0; block < 24; ++block) {
        const alive = block < 3 ? four : four.slice(2);
        await Promise.all(alive.map((keeper) => keeper.look()));
        if (block === 3) await pause(SHORT + 100);
        await venue.wait(12n);
      }
      for (const keeper of four) await keeper.rest();
      const absorbed = await clearinghouse.queryFilter(clearinghouse.getEvent("Absorbed"), 0);
      expect(absorbed.map(({ args }) => args["account"])).to.have.members([traders[0]!.id, traders[1]!.id]);
      expect((await lens.group(venue.target, 1n)).absorbed).to.equal(0n);
      for (const each of sent()) {
        const receipt = await venue.ethers.provider.getTransactionReceipt(each.hash!);
        expect(receipt?.status, "a transaction in vain").to.equal(1);
      }
      const calls = sent().map(({ data }) => data);
      const absorbs = calls.filter((data) => data.startsWith(clearinghouse.interface.getFunction("absorb").selector));
      expect(new Set(absorbs).size).to.equal(absorbs.length);
    });

    it("what a keeper wrote down and could not send before it died is sent by another, to the byte", async () => {
      const { venue, rpc } = bench;
      const [one, two] = await hire(2);
      await venue.ethers.provider.send("evm_setAutomine", [false]);
      await venue.setPrice(91_000n * PRICE);
      await venue.ethers.provider.send("evm_mine", []);
      rpc.fault = async (method, params, send) =>
        method === "eth_sendRawTransaction" ? `0x${"0".repeat(64)}` : send(method, params);
      await one!.look();
      if (rpc.sent.length === 0) {
        // The other one's first: it is left to him for a block.
        await venue.ethers.provider.send("evm_mine", []);
        await one!.look();
      }
      expect(rpc.sent.length).to.equal(1);
      rpc.fault = (method, params, send) => send(method, params);
      await venue.ethers.provider.send("evm_mine", []);
      await two!.look();
      expect(rpc.sent.length, "while he lives it is his").to.equal(1);
      await pause(SHORT + 100);
      await venue.ethers.provider.send("evm_mine", []);
      await two!.look();
      expect(rpc.sent.length).to.equal(2);
      expect(rpc.sent[1]).to.equal(rpc.sent[0]);
      await venue.ethers.provider.send("evm_mine", []);
      expect((await venue.ethers.provider.getTransactionReceipt(sent()[0]!.hash!))?.status).to.equal(1);
    });

    it("a second keeper with the same key does not start", async () => {
      const venue = `venue ${++venues}`;
      const first = await open(venue);
      await first.beat([bench.wallet.address]);
      const { Sender } = await import("../../chain/send/Sender.js");
      const { Lane } = await import("../../chain/send/Lane.js");
      const { parseConfig } = await import("../../keeper/config/Config.js");
      const lane = new Lane(bench.wallet, bench.rpc, bench.rpc, 1n);
      const second = new Sender(bench.rpc, await open(venue), [lane], parseConfig({}, "test"));
      const failure = await second.load().then(String, (each: Error) => each);
      expect((failure as Error).name).to.equal("KeyInUse");
      await first.leave();
      await second.load();
    });
  });
});
