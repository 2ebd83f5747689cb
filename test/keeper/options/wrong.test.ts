// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Contract, ContractFactory, Wallet, type ContractTransactionResponse } from "ethers";
import { artifacts } from "hardhat";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqliteStore } from "../../../chain/store/SqliteStore.js";
import { OPTION_LENS } from "../../../keeper/options/look/lens.js";
import type { OptionKeeper } from "../../../keeper/options/run/OptionKeeper.js";
import { createMetrics, type Metrics } from "../../../keeper/run/metrics.js";
import { RpcFailed } from "../../../sdk/client/chain/Rpc.js";
import { seriesOf } from "../../../sdk/options/series.js";
import { keyOf } from "../../../sim/venue/anvil.js";
import { BASE, EXPIRY, PRICE, mined, type Person } from "../../options/Day.js";
import { OptionKeeperBench } from "./bench.js";

const CONFIG = { maxInventory: "1000000000000000", reorgDepth: 8 };

/** How often jobs of a kind came to an outcome. */
const outcomes = async ({ outcomes: counter }: Metrics, kind: string, outcome: string): Promise<number> => {
  const { values } = await counter.get();
  return values.find(({ labels }) => labels["kind"] === kind && labels["outcome"] === outcome)?.value ?? 0;
};

describe("a keeper of options, when things go wrong, on a real node", function () {
  this.timeout(0); // by itself a minute
  let bench: OptionKeeperBench;
  let maker: Person;
  let taker: Person;
  let snapshot: string;
  const call = (strike: number) => seriesOf(1n, { type: "call", ladder: 0, strike });

  before(async () => {
    bench = await OptionKeeperBench.open();
    const { day } = bench;
    await bench.list();
    await day.settleAnchors();
    for (const index of [8, 9]) await bench.endow(index, 300_000n);
    [maker, taker] = [await day.person(1, 500_000n), await day.person(2, 6_000n)];
    const [high, low] = [await day.mark(call(7)), await day.mark(call(8))];
    await day.trade(taker, [
      { maker, series: call(7), size: -20n * BASE, price: high },
      { maker, series: call(8), size: 20n * BASE, price: low },
    ]);
    await bench.leaveMargin(taker);
  });

  beforeEach(async () => {
    snapshot = (await bench.day.provider.send("evm_snapshot", [])) as string;
  });

  afterEach(async () => {
    bench.rpc.heal();
    await bench.day.provider.send("evm_revert", [snapshot]);
  });

  after(async () => {
    await bench.day.close();
  });

  const sliced = async (from: number) => (await bench.eventsSince(from)).filter((name) => name === "Sliced").length;

  it("another keeper was first: lost, not failed, and nothing is taken twice", async () => {
    const { day, rpc } = bench;
    await bench.riseUntilBelow(taker, 4_060, 60);
    const metrics = createMetrics();
    const keeper = await bench.keeper(9, CONFIG, { metrics });
    const rival = day.venue.clearinghouse.connect(new Wallet(keyOf(8), day.provider));
    let came = false;
    rpc.fault = async (method, params, send) => {
      if (method === "eth_sendRawTransaction" && !came) {
        came = true;
        const until = 2n ** 40n - 1n;
        await mined(rival.liquidateSlice(taker.id, 1, 10n ** 18n, 0n, 0n, until, [], { gasLimit: 6_000_000n }));
      }
      return send(method, params);
    };
    const from = await day.provider.getBlockNumber();
    for (let i = 0; i < 3; ++i) await keeper.look();
    expect(came).to.equal(true);
    expect(await sliced(from)).to.equal(1);
    expect(await outcomes(metrics, "liquidateSlice", "lost")).to.equal(1);
    expect(await outcomes(metrics, "liquidateSlice", "reverted")).to.equal(0);
    await keeper.rest();
  });

  it("two keepers with a key each: one slice, and the other looks on", async () => {
    const { day } = bench;
    const keepers = [await bench.keeper(8, CONFIG), await bench.keeper(9, CONFIG)];
    await bench.riseUntilBelow(taker, 4_060, 60);
    const from = await day.provider.getBlockNumber();
    for (let i = 0; i < 4; ++i) await Promise.all(keepers.map((keeper) => keeper.look()));
    expect(await sliced(from)).to.equal(1);
    for (const keeper of keepers) await keeper.rest();
  });

  it("a stale feed: the source is noted, nobody is liquidated; both end with its next answer", async () => {
    const { day } = bench;
    await bench.riseUntilBelow(taker, 4_060, 60);
    await day.pass(90_000);
    const keeper = await bench.keeper(9, CONFIG);
    const names = await bench.events(keeper, 2);
    expect(names).to.include("SourceNoted");
    expect(names).to.not.include("Sliced");
    expect((await bench.group()).staleSince > 0n).to.equal(true);
    const { spot } = (await bench.group()).recorded;
    await day.spot(Number(spot / 10n ** 18n));
    const later = await bench.events(keeper, 3);
    expect(later).to.include.members(["SourceNoted", "Sliced"]);
    expect((await bench.group()).staleSince).to.equal(0n);
    await keeper.rest();
  });

  it("a stale level: no smile and no advance of the anchors, but slices; first a level when there is one", async () => {
    const { day } = bench;
    await bench.riseUntilBelow(taker, 4_060, 60);
    await day.pass(3_700);
    const { recorded, expiries, anchorsDue } = await bench.group();
    await day.spot(Number(recorded.spot / 10n ** 18n));
    await day.smile(expiries[0]!.base, expiries[0]!.step, 6_300n);
    expect((await bench.group()).fresh).to.equal(false);
    const keeper = await bench.keeper(9, CONFIG);
    // The report of a smile has a level too.
    expect(await bench.events(keeper, 1)).to.include.members(["LevelPosted", "Sliced"]);
    expect((await bench.group()).anchorsDue).to.equal(anchorsDue);
    expect(await bench.events(keeper, 2)).to.include("SmilePosted");
    await keeper.rest();
  });

  it("another aggregator in the window before an expiry: fixed a heartbeat later, by rounds of both", async () => {
    const { day } = bench;
    const { proxy } = day.venue;
    const keeper = await bench.keeper(9, { reorgDepth: 8 });
    for (let now = await day.now(); now < EXPIRY - 3_600; now = await day.now()) {
      await day.pass(Math.min(80_000, EXPIRY - 3_600 - now));
      await day.spot(4_000);
    }
    await day.level();
    await day.pass(EXPIRY - (await day.now()) - 1_200);
    await day.spot(4_010);
    const deployer = await day.provider.getSigner(0);
    await day.pass(5); // a round of the next phase counts if it is later than the last of this one
    const { abi, bytecode } = await artifacts.readArtifact("MockAggregator");
    const next = await new ContractFactory(abi, bytecode, deployer).deploy(8, 4_020n * 10n ** 8n);
    await next.waitForDeployment();
    const ofProxy = await artifacts.readArtifact("MockAggregatorProxy");
    const setting = new Contract(proxy, ofProxy.abi, deployer).getFunction("setAggregator");
    await mined(setting(await next.getAddress()) as Promise<ContractTransactionResponse>);
    await day.pass(EXPIRY - (await day.now()) + 60);
    expect(await bench.events(keeper, 2)).to.not.include("PriceFixed");
    await day.pass(86_500);
    await mined(next.getFunction("setAnswer")(4_020n * 10n ** 8n) as Promise<ContractTransactionResponse>);
    expect(await bench.events(keeper, 2)).to.include("PriceFixed");
    const [{ settlement }] = (await bench.group()).expiries as unknown as [{ settlement: bigint }];
    // 10 minutes at 4,000, then 4,010 until 4,020 was there, seconds later: some 4,013.3.
    expect(settlement > 4_011n * PRICE && settlement < 4_014n * PRICE, String(settlement)).to.equal(true);
    await keeper.rest();
  });

  it("a reorganisation: what it took back is there again, once", async () => {
    const { day } = bench;
    const keeper = await bench.keeper(9, CONFIG);
    await bench.events(keeper, 2);
    const before = (await day.provider.send("evm_snapshot", [])) as string;
    const number = await day.provider.getBlockNumber();
    await day.spot(3_000);
    await keeper.look();
    expect(await day.phase()).to.equal(1n);
    await day.provider.send("evm_revert", [before]);
    await day.pass(5);
    await day.spot(2_990);
    for (let i = 0; i < 3; ++i) await day.pass(1);
    expect(await day.phase()).to.equal(0n);
    await keeper.look();
    await keeper.look();
    expect(keeper.report.status().reorgs).to.equal(1);
    expect(await day.phase()).to.equal(1n);
    const locks = (await bench.eventsSince(number)).filter((name) => name === "Locked");
    expect(locks).to.have.length(1);
    await keeper.rest();
  });

  /** The node's answers of a function of the lens, changed. */
  const lying = (name: "healths", change: (values: readonly unknown[]) => readonly unknown[]) => {
    const selector = OPTION_LENS.getFunction(name)!.selector;
    bench.rpc.fault = async (method, params, send) => {
      const answer = await send(method, params);
      const { data } = (params[0] ?? {}) as { data?: string };
      if (method !== "eth_call" || data === undefined || !data.startsWith(selector)) return answer;
      const values = OPTION_LENS.decodeFunctionResult(name, answer as string);
      return OPTION_LENS.encodeFunctionResult(name, change(values));
    };
  };

  it("a node that lies of an account: the simulation refuses, and nothing is sent", async () => {
    const { day, rpc } = bench;
    lying("healths", ([list]) => [
      (list as unknown[][]).map(([id, group, cash, , ...rest]) => [id, group, cash, 1n, ...rest]),
    ]);
    const metrics = createMetrics();
    const keeper = await bench.keeper(9, CONFIG, { metrics });
    rpc.sent.length = 0;
    const from = await day.provider.getBlockNumber();
    await keeper.look();
    expect(await sliced(from)).to.equal(0);
    const refused = (await metrics.refused.get()).values.find(({ labels }) => labels["kind"] === "liquidateSlice");
    expect(refused!.value > 0).to.equal(true);
    await keeper.rest();
  });

  it("a node that lies of what somebody holds: all is read again, from another one", async () => {
    const { rpc } = bench;
    lying("healths", ([list]) => [(list as unknown[][]).map((health) => [...health.slice(0, -1), 1n << 40n])]);
    const keeper = await bench.keeper(9, CONFIG);
    rpc.turned = 0;
    await keeper.look();
    expect(keeper.report.status().drifts > 0).to.equal(true);
    expect(rpc.turned).to.equal(1);
    rpc.heal();
    await keeper.look();
    expect(keeper.report.status().accounts > 4).to.equal(true);
    const { drifts } = keeper.report.status();
    await bench.events(keeper, 2);
    expect(keeper.report.status().drifts).to.equal(drifts);
    await keeper.rest();
  });

  it("a node that leaves out a log of a block is not believed, and another one is asked", async () => {
    const { day, rpc } = bench;
    const keeper = await bench.keeper(9, CONFIG);
    await keeper.look();
    await day.person(5, 10n);
    rpc.turned = 0;
    rpc.fault = async (method, params, send) => {
      const answer = await send(method, params);
      if (rpc.turned > 0) return answer;
      if (method === "eth_getBlockReceipts") {
        return (answer as { logs: unknown[] }[]).map((receipt) => ({ ...receipt, logs: receipt.logs.slice(1) }));
      }
      return method === "eth_getLogs" ? (answer as unknown[]).slice(1) : answer;
    };
    const { accounts } = keeper.report.status();
    await keeper.look();
    expect(rpc.turned > 0).to.equal(true);
    expect(keeper.report.status().accounts).to.equal(accounts + 1);
    await keeper.rest();
  });

  it("a node that is gone: the look fails by its name, and the next one goes on", async () => {
    const { day, rpc } = bench;
    const keeper = await bench.keeper(9, CONFIG);
    await keeper.wake();
    rpc.fault = (method) => Promise.reject(new RpcFailed(method, "gone"));
    await keeper.wake();
    expect([keeper.report.status().stage, keeper.report.healthy]).to.deep.equal(["failing", false]);
    rpc.heal();
    await day.spot(3_000);
    await keeper.wake();
    expect(keeper.report.healthy).to.equal(true);
    expect(await day.phase()).to.equal(1n);
    await keeper.rest();
  });

  it("killed after it wrote a slice down, before the node had it: the next one sends it, once", async () => {
    const { day, rpc } = bench;
    await bench.riseUntilBelow(taker, 4_060, 60);
    const folder = mkdtempSync(join(tmpdir(), "optkeeper-"));
    const store = () => new SqliteStore(join(folder, "keeper.db"), "options");
    try {
      const first = store();
      const killed: OptionKeeper = await bench.keeper(9, CONFIG, { store: first });
      rpc.fault = (method, params, send) =>
        method === "eth_sendRawTransaction" ? Promise.reject(new RpcFailed(method, "killed")) : send(method, params);
      const from = await day.provider.getBlockNumber();
      await killed.look();
      expect(await sliced(from)).to.equal(0);
      await first.close();
      rpc.heal();
      const second = store();
      const next = await bench.keeper(9, CONFIG, { store: second });
      const { nonce } = (await second.jobs()).find(({ kind }) => kind === "liquidateSlice")!;
      await bench.events(next, 3);
      expect(await sliced(from)).to.equal(1);
      const job = (await second.jobs()).find(({ kind }) => kind === "liquidateSlice")!;
      expect([job.nonce, job.state]).to.deep.equal([nonce, "mined"]);
      await next.rest();
      await second.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("a dry run decides and simulates, and sends nothing", async () => {
    const { day, rpc } = bench;
    await bench.riseUntilBelow(taker, 4_060, 60);
    const keeper = await bench.keeper(9, CONFIG, { dryRun: true });
    rpc.sent.length = 0;
    await keeper.look();
    expect(rpc.sent).to.deep.equal([]);
    const slice = keeper.report.status().actions.find(({ job }) => job.startsWith("liquidateSlice"))!;
    expect([slice.job, slice.what]).to.deep.equal([`liquidateSlice ${taker.id}`, "would send"]);
    expect(await day.size(taker.id, call(7))).to.equal(-20n * BASE);
    await keeper.rest();
  });

  it("with little margin of its own it takes no more than that carries; with none, nothing", async () => {
    const { day } = bench;
    await bench.riseUntilBelow(taker, 4_060, 60);
    const poor = await bench.endow(7, 300n);
    const from = await day.provider.getBlockNumber();
    const broke = await bench.keeper(6, CONFIG);
    await bench.events(broke, 2);
    expect(await sliced(from)).to.equal(0);
    const keeper = await bench.keeper(7, CONFIG);
    await bench.events(keeper, 2);
    expect(await sliced(from)).to.equal(1);
    const [own, left] = [await day.standing(poor.id), await day.standing(taker.id)];
    expect(own.equity >= own.initial).to.equal(true);
    expect(left.equity < left.initial).to.equal(true); // more than it could take is left
    for (const each of [broke, keeper]) await each.rest();
  });
});
