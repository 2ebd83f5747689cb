// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { artifacts } from "hardhat";
import { Wallet, toQuantity } from "ethers";
import { pino } from "pino";
import { DataStreamsApi } from "../../chain/reports/DataStreamsApi.js";
import { SqliteStore } from "../../chain/store/SqliteStore.js";
import { localGroups } from "../../deploy/deploy-novation.js";
import { parseConfig } from "../../keeper/config/Config.js";
import { createKeeper } from "../../keeper/run/createKeeper.js";
import type { Keeper } from "../../keeper/run/Keeper.js";
import { createMetrics } from "../../keeper/run/metrics.js";
import { rpcOf } from "../../sdk/client/chain/rpcOf.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { accountOf, type Address } from "../../sdk/order.js";
import type { SignedOrder } from "../../sdk/signOrder.js";
import { COMMITTEE, answerOf, encodeReport, signReport, signed, type Said } from "../../sim/streams/committee.js";
import { streamOf } from "../../sim/streams/onStreams.js";
import { StreamsServer, type Answered } from "../../sim/streams/StreamsServer.js";
import { Chain, type Receipt } from "../../sim/venue/Chain.js";
import { deployVenue } from "../../sim/venue/deployVenue.js";
import { LocalVenue, ROLL, type Market } from "../../sim/venue/LocalVenue.js";
import { member } from "../../sim/venue/orders.js";
import { toNano, toPrice } from "../../sim/venue/units.js";

const [ANNA, BERT] = [member("anna"), member("bert")];
const FEED = streamOf("BTC");
const CREDENTIALS = { key: "key-of-the-keeper", secret: "secret-of-the-keeper" };
const [HEARTBEAT, MAX_DELAY] = [60, 10];
const [FRESH, STALE] = [0n, 1n];

interface Line {
  level: number;
  msg: string;
  reason?: string;
}

/** A keeper with its own memory, and all that it has told. */
interface Hired {
  readonly keeper: Keeper;
  readonly address: Address;
  readonly lines: Line[];
  readonly store: SqliteStore;
  metric(name: string): Promise<string[]>;
}

describe("a keeper of a market whose prices are pulled", function () {
  this.timeout(120_000);

  let venue: LocalVenue;
  let server: StreamsServer;
  let btc: Market;
  let sol: Market;
  let snapshot: string;
  /** What the server answers; by default a report of this second at `price`. */
  let served: () => Answered | undefined;
  let price = 100_000;
  const stops: Keeper[] = [];

  before(async () => {
    const groups = localGroups().map(([listing], i) => [
      { ...listing!, answer: (i === 0 ? 100_000n : 200n) * 10n ** 8n },
    ]);
    const streams = { symbols: ["BTC"], heartbeat: HEARTBEAT, maxDelay: MAX_DELAY };
    const artifact = (name: string) => artifacts.readArtifact(name);
    const chain = await Chain.start(1_760_000_000);
    venue = new LocalVenue(await deployVenue(chain, { artifact, groups, streams, handOver: false }));
    [btc, sol] = [venue.listed("BTC", 100_000), venue.listed("SOL", 200)];
    server = await StreamsServer.open({ credentials: CREDENTIALS, latest: () => served() });
    await venue.fund(20_000_000_000n);
    await venue.deposit([
      [ANNA.account, 5_300],
      [BERT.account, 1_000_000],
    ]);
    await roll();
    const short = { taker: BERT };
    await venue.must([
      bring({}),
      venue.match(btc, [{ member: ANNA, size: toNano(1), limit: toPrice(100_000) }], short),
    ]);
    await roll();
    snapshot = await chain.snapshot();
  });

  after(async () => {
    await server.close();
    venue.stop();
  });

  beforeEach(() => {
    price = 100_000;
    served = () => answerOf(said({}));
  });

  afterEach(async () => {
    for (const keeper of stops.splice(0)) await keeper.rest();
    await venue.chain.restore(snapshot);
    snapshot = await venue.chain.snapshot();
  });

  const source = () => venue.streams!.sources.get("BTC")!;
  const said = (more: Partial<Said>): Said => ({ feedId: FEED, observedAt: venue.now, price: toPrice(price), ...more });
  /** A report of the next second, as somebody brings it. */
  const bring = (more: Partial<Said>) =>
    venue.call(source(), "update", [signed(said({ observedAt: venue.now + 1, ...more }))]);

  /** Lets anchors and recorded marks of both groups become the marks that are. */
  async function roll(): Promise<void> {
    for (let i = 0; i < 2; ++i) {
      const at = venue.now + ROLL;
      await venue.must([bring({ observedAt: at }), venue.poke(btc.group), venue.poke(sol.group)], at);
    }
  }

  async function hire(
    more: { wallet?: Wallet; rpc?: Rpc; store?: SqliteStore; orders?: SignedOrder[]; config?: object } = {},
  ): Promise<Hired> {
    const { wallet = new Wallet(Wallet.createRandom().privateKey), rpc = rpcOf(venue.chain.provider) } = more;
    const { store = new SqliteStore(":memory:", "reports"), orders = [] } = more;
    await venue.chain.provider.send("anvil_setBalance", [wallet.address, toQuantity(10n ** 21n)]);
    const lines: Line[] = [];
    const metrics = createMetrics();
    const keeper = await createKeeper({
      rpc,
      wallets: [wallet],
      deployment: venue.deployment,
      config: parseConfig({ secondsAhead: 1, retryAfter: 1, reportRefresh: 0, reportMove: 0, ...more.config }, "test"),
      store,
      metrics,
      log: pino({ level: "info" }, { write: (line) => lines.push(JSON.parse(line) as Line) }),
      orders: async () => orders,
      reports: new DataStreamsApi(server.url, CREDENTIALS, 500),
    });
    stops.push(keeper);
    const metric = async (name: string) => {
      const text = await metrics.registry.metrics();
      return text.split("\n").filter((line) => line.startsWith(`novation_keeper_${name}`));
    };
    return { keeper, address: wallet.address as Address, lines, store, metric };
  }

  /** One look, and a block with what it sent; the keeper's own transactions of it, in their order. */
  async function turn(...keepers: Hired[]): Promise<{ to: string; receipt: Receipt }[]> {
    for (const { keeper, lines } of keepers) {
      await keeper.wake();
      const bad = lines.find(({ level }) => level >= 50);
      if (bad) throw new Error(JSON.stringify(bad));
    }
    const receipts = await venue.chain.mineWaiting();
    return Promise.all(
      receipts.map(async (receipt) => {
        const { to } = (await venue.chain.provider.getTransaction(receipt.hash))!;
        return { to: to!, receipt };
      }),
    );
  }

  const observed = async () => Number((await source().getFunction("newest").staticCall()).observedAt);
  const status = async () => (await source().getFunction("read").staticCall())[1] as bigint;
  const phase = async () => (await venue.deployed.lens.group.staticCall(venue.at.clearinghouse, btc.group)).phase;

  /** Anna at 2% of her notional within the gap threshold, and Bert who would take it over. */
  async function nearLiquidation(): Promise<SignedOrder[]> {
    price = 98_500;
    await roll();
    price = 97_100;
    await venue.mine([], venue.now + HEARTBEAT + 1);
    expect(await status()).to.equal(STALE);
    return [venue.sign(BERT, { market: btc.id, size: toNano(2), limit: toPrice(97_050), taker: false, sequence: 900 })];
  }

  it("locks a group by the price that arrives in the same transaction", async () => {
    const hired = await hire();
    await venue.mine([], venue.now + HEARTBEAT + 1);
    price = 90_000;
    const now = venue.now;
    const [one, ...others] = await turn(hired);
    expect([one!.to, one!.receipt.ok, others.length]).to.deep.equal([venue.streams!.bundleAddress, true, 0]);
    expect([await phase(), await observed()]).to.deep.equal([1n, now]);
    // At the frozen marks no live price is needed: the absorb pays for no report.
    const [absorb] = await turn(hired);
    expect([absorb!.to, absorb!.receipt.ok]).to.deep.equal([venue.at.clearinghouse, true]);
    expect(await observed()).to.equal(now);
  });

  it("liquidates at the price that it brings just before, from its own key: it is paid", async () => {
    const orders = await nearLiquidation();
    const hired = await hire({ orders });
    const sent = await turn(hired);
    expect(sent.map(({ to, receipt }) => [to, receipt.ok])).to.deep.equal([
      [await source().getAddress(), true],
      [venue.at.clearinghouse, true],
    ]);
    expect(venue.eventsOf(sent.map(({ receipt }) => receipt)).some(({ kind }) => kind === "Liquidated")).to.equal(true);
    const own = await venue.deployed.lens.account.staticCall(venue.at.clearinghouse, accountOf(hired.address, 0));
    expect(own.health.equity > 0n).to.equal(true);
  });

  it("pays for no report when the price that is stored will do", async () => {
    const orders = await nearLiquidation();
    await venue.must([bring({})]);
    price = 97_000; // the server has a newer one
    const stored = await observed();
    const sent = await turn(await hire({ orders }));
    expect(sent.map(({ to, receipt }) => [to, receipt.ok])).to.deep.equal([[venue.at.clearinghouse, true]]);
    expect(await observed()).to.equal(stored);
  });

  it("keeps a price fresh for its own sake at half of the heartbeat, and when it has moved, once", async () => {
    const hired = await hire({ config: { reportRefresh: 500_000, reportMove: 5_000 } });
    await venue.mine([], (await observed()) + HEARTBEAT / 2 - 1);
    expect((await turn(hired)).length).to.equal(0);
    expect((await turn(hired)).map(({ to }) => to)).to.deep.equal([await source().getAddress()]);
    expect(await observed()).to.equal(venue.now - 1);
    price = 100_499;
    expect((await turn(hired)).length).to.equal(0);
    price = 100_500;
    expect((await turn(hired)).map(({ to }) => to)).to.deep.equal([await source().getAddress()]);
    expect((await turn(hired)).length).to.equal(0);
  });

  it("a dead server is told by name, and other markets go on", async () => {
    const hired = await hire();
    await server.close();
    try {
      await venue.mine([venue.call(sol.feed, "setAnswer", [150n * 10n ** 8n])], venue.now + HEARTBEAT + 1);
      const sent = await turn(hired);
      expect(sent.every(({ receipt }) => receipt.ok)).to.equal(true);
      const group = await venue.deployed.lens.group.staticCall(venue.at.clearinghouse, sol.group);
      expect(group.phase).to.equal(1n);
      const warning = hired.lines.find(({ level, msg }) => level === 40 && msg.includes("no report is worth bringing"));
      expect(warning?.reason).to.match(/^ReportUnavailable: /);
      expect(await hired.metric("report_missing")).to.deep.equal([
        `novation_keeper_report_missing{market="${btc.id}"} 1`,
      ]);
      expect((await hired.metric("reports_refused_total"))[0]).to.include('refusal="ReportUnavailable"');
      for (const secret of Object.values(CREDENTIALS)) expect(JSON.stringify(hired.lines)).not.to.include(secret);
    } finally {
      server = await StreamsServer.open({
        credentials: CREDENTIALS,
        latest: () => served(),
        port: Number(new URL(server.url).port),
      });
    }
    // Back again: the first look asks in the background, the next has it.
    await turn(hired);
    await turn(hired);
    price = 90_000;
    await turn(hired);
    expect(await phase()).to.equal(1n);
    expect(await hired.metric("report_missing")).to.deep.equal([
      `novation_keeper_report_missing{market="${btc.id}"} 0`,
    ]);
  });

  it("a server that lies costs nothing: each lie has its name, and nothing is sent", async () => {
    const hired = await hire();
    await venue.mine([], venue.now + HEARTBEAT + 1);
    await turn(hired); // notes nothing: the price is there to be brought
    const body = (more: Partial<Said>) => encodeReport(said({ price: toPrice(90_000), ...more }));
    const strangers = [Wallet.createRandom(), Wallet.createRandom()] as unknown as Wallet[];
    const other = FEED.replace(/..$/, "00");
    const lies: [string, () => Answered][] = [
      ["ReportNotVerified", () => answerOf(said({}), signReport(body({}), strangers))],
      ["ReportNotVerified", () => answerOf(said({}), signReport(body({}), COMMITTEE.slice(0, 1)))],
      ["ReportOfOtherFeed", () => answerOf(said({}), signReport(body({ feedId: other })))],
      ["ReportLength", () => answerOf(said({}), signReport(encodeReport(said({}), 4)))],
      ["ReportPriceNone", () => answerOf(said({ price: -1n }))],
      ["ReportAhead", () => answerOf(said({ observedAt: venue.now + 16 }))],
      ["ReportTooOld", () => answerOf(said({ observedAt: venue.now - MAX_DELAY - 1 }))],
      ["ReportExpired", () => answerOf(said({ expiresAt: venue.now - 1 }))],
      ["ReportContradicts", () => ({ ...answerOf(said({})), validFromTimestamp: 1 })],
    ];
    for (const [refusal, lie] of lies) {
      served = lie;
      await venue.mine([]);
      await hired.keeper.wake();
      expect(hired.keeper.report.status().reports[0]?.refused, refusal).to.match(new RegExp(`^${refusal}: `));
    }
    expect(await venue.chain.provider.getTransactionCount(hired.address, "pending")).to.be.lessThan(2);
    expect(await phase()).to.equal(0n);
  });

  it("a server with an older report than what is stored changes nothing", async () => {
    const hired = await hire();
    price = 90_000;
    const old = answerOf(said({}));
    price = 100_000;
    await venue.must([bring({})]);
    served = () => old;
    expect((await turn(hired)).length).to.equal(0);
    expect(hired.keeper.report.status().reports[0]?.refused).to.match(/^ReportNotNewer: /);
    // No alarm: the price that is stored is good.
    expect(hired.lines.filter(({ level }) => level >= 40)).to.deep.equal([]);
    expect(await status()).to.equal(FRESH);
  });

  it("two keepers with the same report: neither fails, and it is verified once", async () => {
    const orders = await nearLiquidation();
    const [one, other] = [await hire({ orders }), await hire({ orders })];
    const sent = await turn(one, other);
    const at = await source().getAddress();
    const updates = sent.filter(({ to }) => to === at);
    expect(updates.map(({ receipt }) => receipt.ok)).to.deep.equal([true, true]);
    expect(updates.map(({ receipt }) => receipt.logs.length > 0).sort()).to.deep.equal([false, true]);
    const liquidated = venue.eventsOf(sent.map(({ receipt }) => receipt)).filter(({ kind }) => kind === "Liquidated");
    expect(liquidated.length).to.equal(1);
    // Whoever was later lost, and no more.
    await turn(one, other);
    for (const { lines } of [one, other]) expect(lines.filter(({ level }) => level >= 50)).to.deep.equal([]);
  });

  it("a verifier that refuses is named, and nothing is sent until it verifies again", async () => {
    const verifier = venue.streams!.verifierItself;
    const hired = await hire();
    await venue.mine([], venue.now + HEARTBEAT + 1);
    const digest = `0x${"1".padStart(64, "0")}`;
    await venue.must([venue.call(verifier, "deactivateConfig", [digest])]);
    price = 90_000;
    const before = await venue.chain.provider.getTransactionCount(hired.address);
    await hired.keeper.wake();
    expect(hired.keeper.report.status().reports[0]?.refused).to.match(/^ReportNotVerified: DigestInactive\(/);
    expect(hired.lines.some(({ level, reason }) => level === 40 && reason?.includes("DigestInactive"))).to.equal(true);
    await venue.must([venue.call(verifier, "activateConfig", [digest])]);
    await turn(hired);
    expect(await phase()).to.equal(1n);
    expect(await venue.chain.provider.getTransactionCount(hired.address)).to.be.greaterThan(before);
  });

  for (const memory of ["its memory", "no memory"]) {
    it(`a keeper that is killed between update and action is followed by one with ${memory}`, async () => {
      const orders = await nearLiquidation();
      const wallet = new Wallet(Wallet.createRandom().privateKey);
      const rpc = rpcOf(venue.chain.provider);
      let raws = 0;
      const dying: Rpc = {
        send: (method, params) => {
          if (method === "eth_sendRawTransaction" && ++raws > 1) return new Promise(() => {}); // never comes back
          return rpc.send(method, params);
        },
      };
      const store = new SqliteStore(":memory:", "killed");
      const killed = await hire({ wallet, rpc: dying, store, orders });
      void killed.keeper.wake();
      while (raws < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      stops.pop();
      const [update, ...none] = await venue.chain.mineWaiting();
      expect([update!.ok, none.length]).to.deep.equal([true, 0]);

      const next = await hire({ ...(memory === "its memory" && { store }), wallet, orders });
      const sent = [...(await turn(next)), ...(await turn(next))];
      const liquidated = venue.eventsOf(sent.map(({ receipt }) => receipt)).filter(({ kind }) => kind === "Liquidated");
      expect(liquidated.length).to.equal(1);
      expect(sent.filter(({ to }) => to !== venue.at.clearinghouse)).to.deep.equal([]);
    });
  }
});
