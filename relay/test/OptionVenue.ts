// SPDX-License-Identifier: MIT
import { join } from "node:path";
import { JsonRpcProvider, NonceManager, Wallet, parseEther, toQuantity } from "ethers";
import { pino } from "pino";
import { SqliteStore as SqliteJobs } from "../../chain/store/SqliteStore.js";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { deployOptions, type DeployedOptions } from "../../deploy/deploy-options.js";
import { describeOptions } from "../../deploy/describeOptions.js";
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import type { Deployment } from "../../sdk/deployment.js";
import type { SeriesId } from "../../sdk/options/series.js";
import { seriesNamed, type Ladder } from "../../sdk/options/seriesName.js";
import type { Hex } from "../../sdk/orderHash.js";
import { keyOf as anvilKey, startAnvil } from "../../sim/venue/anvil.js";
import { Chain } from "../../sim/venue/Chain.js";
import { domainSeparator, typedDigest } from "../journal/bytes.js";
import { orderHash } from "../order/hash.js";
import { USE, type Order, type SignedOrder } from "../order/Order.js";
import { keyOf, type Key } from "../order/signing.js";
import { signedToWire } from "../order/wire.js";
import { parseConfig } from "../run/Config.js";
import { createRelay, type Running } from "../run/createRelay.js";
import { SqliteStore } from "../store/SqliteStore.js";
import { traderOf } from "./Place.js";
import { NANO, NOBODY, UNIT } from "./people.js";

const ROOT = join(import.meta.dirname, "../..");
/** Thursday, 13 November 2025, 08:00 UTC. */
export const START = 1_763_020_800;
/** The Fridays 8, 15 and 22 days later. */
export const EXPIRIES = [8, 15, 22].map((days) => START + days * 86_400);
export const SPOT = 4_000;
/** Reading past rounds asks for more gas than it uses, so the least that an estimate finds may not do. */
const AMPLE = { gasLimit: 8_000_000n };
/** Of anvil's mnemonic: has ether, and is nobody else's. */
const SENDER = 6;
const LEVEL = 10n ** 9n;

/** A clearinghouse of options on a real node, traders with money, and a relay of all its parts. */
export class OptionVenue {
  private salt = 1n;
  readonly traders: readonly Key[];
  running!: Running;
  store = new SqliteStore(":memory:", "options");
  private jobs = new SqliteJobs(":memory:", "options");
  readonly ladders = new Map<number, Ladder>();
  /** What the relay has told. */
  readonly lines: string[] = [];

  private constructor(
    readonly chain: Chain,
    readonly url: string,
    readonly deployed: DeployedOptions,
    readonly deployment: Deployment,
    traders: number,
  ) {
    this.traders = Array.from({ length: traders }, (_, index) => traderOf(200 + index));
  }

  static async open(traders = 4, expiries = EXPIRIES, quote = 1_000_000n): Promise<OptionVenue> {
    const args = ["--gas-limit", "3000000000", "--base-fee", "0", "--timestamp", String(START), "--order", "fifo"];
    const { child, url } = await startAnvil([...args, "--disable-code-size-limit"]);
    const options = { staticNetwork: true, pollingInterval: 20, cacheTimeout: -1, batchStallTime: 0 };
    const provider = new JsonRpcProvider(url, undefined, options);
    await provider.send("anvil_setBlockTimestampInterval", [1]);
    const chain = new Chain(provider, () => child.kill("SIGKILL"));
    const artifact = builtArtifacts(join(ROOT, "artifacts"), "npm run build");
    const deployer = await provider.getSigner(0);
    const risk = { maxLegs: 32 };
    const deployed = await deployOptions({ deployer, artifact, handOver: false, vaultSeed: 10n ** 12n, risk });
    const deployment = await describeOptions(provider, deployed, artifact);
    const venue = new OptionVenue(chain, url, deployed, deployment, traders);
    await venue.setUp(expiries, quote);
    await chain.mineOnDemand();
    await venue.start();
    return venue;
  }

  /** A relay on the databases that are there. */
  async start(config: Record<string, unknown> = {}, senders: readonly number[] = [SENDER]): Promise<void> {
    const rules = parseConfig(
      { reorgDepth: 8, gather: 0, requestRetries: 0, maxFee: "1000000000000", ...config },
      "test",
    );
    this.running = await createRelay({
      rpc: new HttpRpc([this.url], rules),
      deployment: this.deployment,
      config: rules,
      key: this.key,
      wallets: senders.map((index) => new Wallet(anvilKey(index))),
      store: this.store,
      jobs: this.jobs,
      log: pino({ level: process.env["NOVATION_RELAY_LOG"] ?? "warn" }, { write: (line) => this.lines.push(line) }),
      host: "127.0.0.1",
      port: 0,
      onEnd: (why) => {
        throw why;
      },
    });
  }

  async close(): Promise<void> {
    await this.running.close();
    this.chain.stop();
  }

  get key(): Key {
    return keyOf(`0x${"78".repeat(32)}`);
  }

  /** The key that settles, which legs of packages name. */
  get submitter(): `0x${string}` {
    return new Wallet(anvilKey(SENDER)).address.toLowerCase() as `0x${string}`;
  }

  named(name: string): SeriesId {
    return seriesNamed(name, "ETH", 1n, this.ladders);
  }

  accountOf(trader: number): bigint {
    return BigInt(this.traders[trader]!.address) << 32n;
  }

  get now(): Promise<bigint> {
    return this.chain.provider.getBlock("latest").then((block) => BigInt(block!.timestamp));
  }

  /** An order of a trader, in a lane of its own, for an hour of the chain's clock. */
  async order(
    trader: number,
    series: SeriesId,
    base: number,
    limit: bigint,
    more: Partial<Order> = {},
  ): Promise<SignedOrder> {
    const salt = ++this.salt;
    const order: Order = {
      account: this.accountOf(trader),
      market: series,
      size: BigInt(Math.round(base * 1e6)) * (NANO / 1_000_000n),
      limit,
      salt: (salt << 16n) | (salt & 0xffffn),
      expiry: (await this.now) + 3_600n,
      use: USE.EITHER,
      reduceOnly: false,
      maxFee: 100_000n,
      matcher: NOBODY,
      trigger: 0n,
      triggerAbove: false,
      ...more,
    };
    return this.sign(this.traders[trader]!, order);
  }

  sign(key: Key, order: Order): SignedOrder {
    const { chainId, clearinghouse } = this.deployment;
    const digest = typedDigest(domainSeparator("Novation", chainId, clearinghouse), orderHash(order));
    return { order, signer: key.address, signature: key.sign(digest) };
  }

  async post(signed: SignedOrder): Promise<Answer> {
    return this.ask("/v1/orders", signedToWire(signed));
  }

  async package(legs: readonly SignedOrder[], net?: bigint): Promise<Answer> {
    return this.ask("/v1/packages", { legs: legs.map(signedToWire), ...(net !== undefined && { net: String(net) }) });
  }

  async ask(path: string, body?: unknown): Promise<Answer> {
    const url = `http://127.0.0.1:${this.running.port}${path}`;
    const answer = await fetch(url, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as never };
  }

  live(signed: SignedOrder) {
    return this.running.exchange.engine.orders.get(orderHash(signed.order) as Hex)!;
  }

  /** A block with what waits, which the relay then has looked at. */
  async mine(): Promise<void> {
    await this.running.relay.wake();
    await this.chain.mineWaiting();
    await this.running.relay.wake();
    await this.running.relay.wake();
  }

  /** The mark of a series, in whole cents. */
  async mark(series: SeriesId): Promise<bigint> {
    const { optionLens, clearinghouse } = this.deployed;
    const chain = await optionLens.chain(clearinghouse, 1);
    const index = series & 255n;
    if (index === 255n) return cents(chain.perpetual.mark);
    const ladder = chain.ladders.find(({ place }) => place === index >> 5n)!;
    if ((index & 31n) === 30n) return cents(ladder.future.mark);
    const strike = ladder.strikes[Number((index & 31n) >> 1n)]!;
    return cents((index & 1n) === 1n ? strike.put.mark : strike.call.mark);
  }

  /** What a trader holds of a series, 1e-9 base. */
  async held(trader: number, series: SeriesId): Promise<bigint> {
    const { optionLens, clearinghouse } = this.deployed;
    const { positions } = await optionLens.portfolio(clearinghouse, this.accountOf(trader));
    return positions.find((each) => each.series === series)?.size ?? 0n;
  }

  /** Time passes; the price and the volatility level are told anew, and anchors move. */
  async pass(seconds: number, spot = SPOT): Promise<void> {
    const at = Number(await this.now) + seconds;
    await this.chain.mine([], at);
    await this.sendAll(async () => {
      const { feed, vols, clearinghouse, group } = this.deployed;
      await feed.setAnswer(BigInt(spot) * 10n ** 8n);
      await vols.setLevel(LEVEL, at);
      await clearinghouse.postLevel(group, AMPLE);
      await clearinghouse.poke(group, AMPLE);
    });
  }

  /** Transactions of the deployer, in one block. */
  async sendAll(run: () => Promise<unknown>): Promise<void> {
    await run();
    const receipts = await this.chain.mineWaiting();
    const bad = receipts.find(({ ok }) => !ok);
    if (bad !== undefined) throw new Error(`${bad.hash} failed`);
  }

  // ------------------------------------------------------------------ inside

  private async setUp(expiries: readonly number[], quote: bigint): Promise<void> {
    const { clearinghouse, group, token, vols, feed } = this.deployed;
    const { provider } = this.chain;
    const deployer = new NonceManager(await provider.getSigner(0));
    const mined = async (sent: Promise<{ wait(): Promise<unknown> }>) => (await sent).wait();
    const venue = clearinghouse.connect(deployer);
    for (const [ladder, expiry] of expiries.entries()) {
      await mined(venue.list(group, expiry, AMPLE));
      const view = (await this.deployed.optionLens.chain(clearinghouse, group)).ladders[ladder]!;
      const [first, second] = view.strikes;
      this.ladders.set(ladder, {
        expiry: BigInt(expiry),
        base: first!.strike,
        step: second!.strike - first!.strike,
      });
    }
    const whole = quote * 10n ** 6n;
    const owner = await deployer.getAddress();
    await mined(token.connect(deployer).mint(owner, whole * BigInt(this.traders.length)));
    await mined(token.connect(deployer).approve(clearinghouse, whole * BigInt(this.traders.length)));
    for (const { address } of this.traders) await mined(venue.deposit(BigInt(address) << 32n, whole));
    for (let i = 0; i < 2; ++i) {
      await provider.send("evm_increaseTime", [121]);
      await provider.send("evm_mine", []);
      const at = (await provider.getBlock("latest"))!.timestamp;
      await mined(feed.connect(deployer).setAnswer(BigInt(SPOT) * 10n ** 8n));
      await mined(vols.connect(deployer).setLevel(LEVEL, at));
      await mined(venue.postLevel(group));
      await mined(venue.poke(group));
    }
  }

  /** Ether for a trader who sends transactions of his own. */
  async feed(trader: number): Promise<Wallet> {
    const { address } = this.traders[trader]!;
    await this.chain.provider.send("anvil_setBalance", [address, toQuantity(parseEther("10"))]);
    return new Wallet(`0x${(200 + trader + 1).toString(16).padStart(64, "0")}`, this.chain.provider);
  }
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & unknown[];
}

/** Rounded to the relay's tick. */
function cents(mark: bigint): bigint {
  return (mark / (UNIT / 100n)) * (UNIT / 100n);
}
