// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Wallet, type TransactionResponse } from "ethers";
import { artifacts } from "hardhat";
import { LEASE, PostgresStore } from "../../../chain/store/PostgresStore.js";
import { describeOptions } from "../../../deploy/describeOptions.js";
import type { OptionKeeper } from "../../../keeper/options/run/OptionKeeper.js";
import { deploymentText } from "../../../sdk/deployment.js";
import { seriesOf } from "../../../sdk/options/series.js";
import { NoPostgres, Postgres } from "../../../sim/trial/Postgres.js";
import { keyOf } from "../../../sim/venue/anvil.js";
import { BASE, EXPIRY, type Person } from "../../options/Day.js";
import { OptionKeeperBench } from "./bench.js";

const ROOT = join(import.meta.dirname, "../../..");
const PATIENCE = 180_000; // ms
/** Their keys, by the number of anvil's account. */
const KEEPERS = [8, 9] as const;
const ADDRESSES = KEEPERS.map((index) => new Wallet(keyOf(index)).address);

describe("two keepers of options on one PostgreSQL, on a real node", function () {
  this.timeout(0); // by itself two minutes
  const folder = mkdtempSync(join(tmpdir(), "optkeepers-"));
  const stores: PostgresStore[] = [];
  const children: ChildProcess[] = [];
  let postgres: Postgres;
  let bench: OptionKeeperBench;
  let maker: Person;
  let said = "";
  const put = (strike: number) => seriesOf(1n, { type: "put", ladder: 0, strike });
  const call = (strike: number) => seriesOf(1n, { type: "call", ladder: 0, strike });

  before(async function () {
    try {
      postgres = await Postgres.start();
    } catch (failure) {
      if (!(failure instanceof NoPostgres)) throw failure;
      console.log(`      skipped: ${failure.message}`);
      return this.skip();
    }
    bench = await OptionKeeperBench.open();
    for (const index of KEEPERS) await bench.endow(index, 300_000n);
    await bench.list();
    await bench.day.settleAnchors();
    maker = await bench.day.person(1, 500_000n);
  });

  after(async () => {
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(stores.map((store) => store.close()));
    await bench?.day.close();
    postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (venue: string, lease = LEASE) => {
    const store = await PostgresStore.open(postgres.url, venue, lease);
    stores.push(store);
    return store;
  };

  /** What the keepers sent in blocks after this one, in their order. */
  const sentSince = async (block: number): Promise<TransactionResponse[]> => {
    const { provider } = bench.day;
    const head = await provider.getBlockNumber();
    const numbers = Array.from({ length: head - block }, (_, i) => block + 1 + i);
    const blocks = await Promise.all(numbers.map((number) => provider.getBlock(number, true)));
    const all = blocks.flatMap((each) => each!.prefetchedTransactions);
    return all.filter(({ from }) => ADDRESSES.includes(from));
  };

  /** Each of them changed the clearinghouse, and nobody paid for what another had done already. */
  const expectNoneInVain = async (list: readonly TransactionResponse[]) => {
    const { provider, venue } = bench.day;
    const quiet = new Set<string>(); // a poke that moves the anchors on emits no event
    const poke = venue.clearinghouse.interface.getFunction("poke").selector;
    for (const { hash, data, blockNumber } of list) {
      const receipt = (await provider.getTransactionReceipt(hash))!;
      const name = venue.clearinghouse.interface.parseTransaction({ data })?.name ?? data.slice(0, 10);
      expect(receipt.status, `${name} in block ${blockNumber}`).to.equal(1);
      if (receipt.logs.length > 0) continue;
      expect(data.slice(0, 10), `${name} in block ${blockNumber} did nothing`).to.equal(poke);
      const [before, after] = await Promise.all(
        [blockNumber! - 1, blockNumber!].map((blockTag) =>
          bench.lens
            .group(receipt.to!, venue.group, { blockTag })
            .then(({ anchorsDue, staleSince }) => [anchorsDue, staleSince].join()),
        ),
      );
      expect(after, `a poke in block ${blockNumber} changed nothing`).to.not.equal(before);
      expect(quiet.has(String(blockNumber)), `two pokes in block ${blockNumber}`).to.equal(false);
      quiet.add(String(blockNumber));
    }
  };

  it("looking at the same blocks they share a day's work, and do nothing twice", async () => {
    const { day } = bench;
    const block = await day.provider.getBlockNumber();
    const config = { maxInventory: "1000000000000000", reorgDepth: 8, pollInterval: 50 };
    const two: OptionKeeper[] = [];
    for (const index of KEEPERS) two.push(await bench.keeper(index, config, { store: await open("day") }));
    const looks = async (count: number) => {
      for (let i = 0; i < count; ++i) {
        await Promise.all(two.map((keeper) => keeper.look()));
        await day.provider.send("evm_mine", []);
      }
    };
    await looks(2);
    // A slice of several, and levels and anchors on the way.
    const takers: Person[] = [];
    for (const index of [2, 3, 4]) {
      const taker = await day.person(index, 6_000n);
      takers.push(taker);
      const [high, low] = [await day.mark(call(7)), await day.mark(call(8))];
      await day.trade(taker, [
        { maker, series: call(7), size: -20n * BASE, price: high },
        { maker, series: call(8), size: 20n * BASE, price: low },
      ]);
      await bench.leaveMargin(taker);
    }
    await bench.riseUntilBelow(takers[2]!, 4_060, 60);
    await looks(6);
    for (const { id } of takers) {
      const { equity, initial } = await day.standing(id);
      // Some seconds have passed since.
      expect(Number(equity) / Number(initial), "equity / initial margin").to.be.within(0.999, 1.1);
    }
    // A gap, defaulters, and winners.
    const debtors: Person[] = [];
    for (const index of [5, 6, 7]) {
      const debtor = await day.person(index, 60_000n);
      debtors.push(debtor);
      await day.trade(debtor, [{ maker, series: put(7), size: -90n * BASE, price: await day.mark(put(7)) }]);
      await bench.leaveMargin(debtor);
    }
    await day.spot(2_700);
    await looks(5);
    for (const { id } of debtors) expect((await day.standing(id)).isOpen).to.equal(false);
    await day.pass(121);
    await looks(4);
    expect(await day.phase()).to.equal(0n);
    // The expiry, and everybody's payment.
    for (let now = await day.now(); now < EXPIRY - 900; now = await day.now()) {
      await day.pass(Math.min(80_000, EXPIRY - 900 - now));
      await day.spot(2_700);
    }
    await day.pass(EXPIRY - (await day.now()) + 60);
    await day.spot(2_720);
    await day.tellLevel();
    await looks(3);
    for (let i = 0; i < 3; ++i) {
      await day.pass(121);
      await looks(3);
    }
    expect((await day.books()).live).to.equal(0n);
    for (const keeper of two) await keeper.rest();

    const sent = await sentSince(block);
    await expectNoneInVain(sent);
    const shares = ADDRESSES.map((address) => sent.filter(({ from }) => from === address).length);
    expect(Math.min(...shares), `both do something: ${shares.join(" and ")}`).to.be.at.least(1);
    const names = await bench.eventsSince(block);
    const count = (name: string) => names.filter((each) => each === name).length;
    expect([count("Absorbed"), count("Unlocked"), count("PriceFixed")]).to.deep.equal([3, 1, 1]);
    expect(count("Sliced")).to.be.at.least(1);
    expect(await day.venue.clearinghouse.recoveryRate()).to.equal(10n ** 18n);
  });

  it("as processes: one is killed in a lock, and the other gathers and settles what is left", async () => {
    const { day } = bench;
    await prepare();
    const block = await day.provider.getBlockNumber();
    const url = day.provider._getConnection().url;
    const start = (index: number) => {
      const file = (name: string) => join(folder, name);
      const given = ["--rpc", url, "--deployment", file("deployment.json"), "--config", file("config.json")];
      const child = spawn(
        process.execPath,
        ["--import", "tsx", join(ROOT, "keeper/main.ts"), ...given, "--port", "0"],
        {
          env: { ...process.env, NOVATION_KEEPER_KEY: keyOf(index), DATABASE_URL: postgres.url },
          cwd: ROOT,
          stdio: ["ignore", "pipe", "pipe"],
        },
      );
      for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (chunk: Buffer) => (said += chunk));
      children.push(child);
      return child;
    };
    const debtors: Person[] = [];
    for (const index of [2, 3]) {
      const debtor = await day.person(index, 60_000n);
      debtors.push(debtor);
      await day.trade(debtor, [{ maker, series: put(7), size: -90n * BASE, price: await day.mark(put(7)) }]);
      await bench.leaveMargin(debtor);
    }
    const [first] = [start(KEEPERS[0]), start(KEEPERS[1])];
    await until("both are there", async () => (said.match(/from the deployment|resumed/g) ?? []).length >= 2);
    await day.spot(2_000);
    await until("locked", async () => (await day.phase()) === 1n);
    const ended = new Promise((resolve) => first.once("exit", resolve));
    first.kill("SIGKILL");
    await ended;
    await until("absorbed", async () => {
      const standings = await Promise.all(debtors.map(({ id }) => day.standing(id)));
      return standings.every(({ isOpen }) => !isOpen);
    });
    await day.pass(121);
    await until("settled", async () => (await day.phase()) === 0n);
    const sent = await sentSince(block);
    await expectNoneInVain(sent);
    const names = await bench.eventsSince(block);
    expect(names.filter((name) => name === "Absorbed")).to.have.length(2);
    expect(await day.venue.clearinghouse.recoveryRate()).to.equal(10n ** 18n);
    expect(said).to.not.include("drifted");
    expect((await day.books()).held > 0n).to.equal(true);
  });

  /** Another expiry, a fresh level, and a deployment file. */
  const prepare = async () => {
    const { day } = bench;
    const deployment = await describeOptions(bench.rpc, day.venue, (name) => artifacts.readArtifact(name));
    writeFileSync(join(folder, "deployment.json"), deploymentText(deployment));
    writeFileSync(join(folder, "config.json"), JSON.stringify({ pollInterval: 50, reorgDepth: 8 }));
    await day.level();
    await bench.list(EXPIRY + 14 * 86_400);
    await day.settleAnchors();
    maker = await day.person(1, 500_000n);
  };

  /** Until it is so; the chain goes on meanwhile. */
  const until = async (what: string, isSo: () => Promise<boolean>) => {
    for (const from = Date.now(); !(await isSo());) {
      if (Date.now() - from > PATIENCE) throw new Error(`not ${what}:\n${said}`);
      await bench.day.provider.send("evm_mine", []);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
});
