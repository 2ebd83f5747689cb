// SPDX-License-Identifier: MIT
import { join } from "node:path";
import { JsonRpcProvider, Wallet, parseEther, toQuantity } from "ethers";
import { pino } from "pino";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import type { ReportSource } from "../../chain/reports/ReportSource.js";
import { SqliteStore as SqliteJobs } from "../../chain/store/SqliteStore.js";
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import { RpcRefused } from "../../sdk/client/chain/Rpc.js";
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { signed } from "../../sim/streams/committee.js";
import { streamOf, type StreamRules } from "../../sim/streams/onStreams.js";
import { keyOf as anvilKey, startAnvil } from "../../sim/venue/anvil.js";
import { Chain } from "../../sim/venue/Chain.js";
import { deployVenue } from "../../sim/venue/deployVenue.js";
import { LocalVenue, ROLL, type Market } from "../../sim/venue/LocalVenue.js";
import { createLive, type Live } from "../book/Live.js";
import { domainSeparator, typedDigest } from "../journal/bytes.js";
import { orderHash } from "../order/hash.js";
import { USE, type Order, type SignedOrder } from "../order/Order.js";
import { keyOf, type Key } from "../order/signing.js";
import { signedToWire } from "../order/wire.js";
import { createRelay, type Running } from "../run/createRelay.js";
import { parseConfig } from "../run/Config.js";
import { SqliteStore } from "../store/SqliteStore.js";
import { encodeSettle } from "../settle/encode.js";
import { traderOf } from "./Place.js";
import { NANO, NOBODY, UNIT } from "./people.js";

const ROOT = join(import.meta.dirname, "../..");
export const PRICE = 100_000;
const CASH = 1_000_000; // quote, each trader
const TRADERS = 8;
/** Of anvil's mnemonic: has ether, and is nobody else's. */
const SENDER = 6;

/** Anvil without a limit of code: the everyday build is larger than what ships. */
async function startChain(): Promise<{ chain: Chain; url: string }> {
  const start = Math.floor(Date.now() / 1_000) - 3_600;
  const args = ["--gas-limit", "3000000000", "--base-fee", "0", "--timestamp", String(start), "--order", "fifo"];
  const { child, url } = await startAnvil([...args, "--disable-code-size-limit"]);
  const options = { staticNetwork: true, pollingInterval: 20, cacheTimeout: -1, batchStallTime: 0 };
  const provider = new JsonRpcProvider(url, undefined, options);
  await provider.send("anvil_setBlockTimestampInterval", [1]);
  return { chain: new Chain(provider, () => child.kill("SIGKILL")), url };
}

/** The error with which a call is to fail in place of what the node would say; undefined: what the node says. */
export type Fault = (method: string, call: { readonly data: string }) => string | undefined;

/** A node, but for the calls that a test wants refused. */
class FaultyRpc extends HttpRpc {
  fault: Fault = () => undefined;

  override send(method: string, params: readonly unknown[]): Promise<unknown> {
    const error = this.fault(method, (params[0] ?? { data: "0x" }) as { data: string });
    if (error !== undefined) return Promise.reject(new RpcRefused(method, 3, "execution reverted", error));
    return super.send(method, params);
  }
}

/** The clearinghouse on a real node, traders with money, and a relay of all its parts. */
export class Venue {
  private salt = 1n;
  readonly traders: readonly Key[] = Array.from({ length: TRADERS }, (_, index) => traderOf(100 + index));
  readonly artifact = builtArtifacts(join(ROOT, "artifacts"), "npm run build");
  running!: Running;
  reportSource: ReportSource | undefined;
  /** What the relay has told. */
  readonly lines: string[] = [];
  rpc!: FaultyRpc;
  store = new SqliteStore(":memory:", "chain");
  private jobs = new SqliteJobs(":memory:", "chain");

  private constructor(
    readonly venue: LocalVenue,
    readonly market: Market,
    readonly url: string,
  ) {}

  /** @param streams Bitcoin's prices are pulled, from this source of reports. */
  static async open(streams?: StreamRules & { readonly from: (local: LocalVenue) => ReportSource }): Promise<Venue> {
    const { chain, url } = await startChain();
    const artifact = builtArtifacts(join(ROOT, "artifacts"), "npm run build");
    const pulled = streams && { streams: { ...streams, symbols: ["BTC"] } };
    const local = new LocalVenue(await deployVenue(chain, { artifact, handOver: false, ...pulled }));
    const venue = new Venue(local, local.listed("BTC", PRICE), url);
    await local.fund(1_000_000_000_000n);
    await local.deposit(venue.traders.map(({ address }) => [(BigInt(address) << 32n) as never, CASH] as const));
    venue.reportSource = streams?.from(local);
    if (streams === undefined) {
      await local.setMark(venue.market, PRICE);
      await local.settleAnchors(local.deployed.groups);
    } else await venue.roll(PRICE);
    await venue.start();
    return venue;
  }

  /** A signed report of bitcoin, as somebody brings it in the next block. */
  bring(price: number, observedAt = this.venue.now + 1) {
    const bytes = signed({ feedId: streamOf("BTC"), observedAt, price: BigInt(price) * UNIT });
    return this.venue.call(this.venue.streams!.sources.get("BTC")!, "update", [bytes]);
  }

  /** Lets the anchors of bitcoin's group become this price. */
  async roll(price: number): Promise<void> {
    for (let i = 0; i < 3; ++i) {
      const at = this.venue.now + ROLL;
      await this.venue.must([this.bring(price, at), this.venue.poke(this.market.group)], at);
    }
  }

  get chain(): Chain {
    return this.venue.chain;
  }

  get deployment(): { readonly chainId: bigint; readonly clearinghouse: Address } {
    const { chainId, at } = this.venue;
    return { chainId, clearinghouse: at.clearinghouse };
  }

  get key(): Key {
    return keyOf(`0x${"77".repeat(32)}`);
  }

  /** A relay on the databases that are there. */
  async start(config: Record<string, unknown> = {}, port = 0): Promise<void> {
    const { at, chainId } = this.venue;
    const rules = parseConfig(
      { reorgDepth: 8, gather: 0, requestRetries: 0, maxFee: "1000000000000", ...config },
      "test",
    );
    this.rpc = new FaultyRpc([this.url], rules);
    this.running = await createRelay({
      rpc: this.rpc,
      deployment: {
        ...{ chainId, firstBlock: 1, tokenDecimals: 6, clearinghouse: at.clearinghouse, lens: at.lens },
        ...(this.venue.streams && { bundle: this.venue.streams.bundleAddress }),
      },
      reportSource: this.reportSource,
      config: rules,
      key: this.key,
      wallets: [new Wallet(anvilKey(SENDER))],
      store: this.store,
      jobs: this.jobs,
      log: pino({ level: process.env["NOVATION_RELAY_LOG"] ?? "warn" }, { write: (line) => this.lines.push(line) }),
      host: "127.0.0.1",
      port,
      onEnd: (why) => {
        throw why;
      },
    });
  }

  async close(): Promise<void> {
    await this.running.close();
    this.chain.stop();
  }

  /** An order of a trader, in a lane of its own, for an hour of the chain's clock. */
  async order(trader: number, base: number, limit: number, more: Partial<Order> = {}): Promise<SignedOrder> {
    const salt = ++this.salt;
    const key = this.traders[trader]!;
    const now = BigInt((await this.chain.provider.getBlock("latest"))!.timestamp);
    const order: Order = {
      account: BigInt(key.address) << 32n,
      market: this.market.id,
      size: BigInt(Math.round(base * 1e6)) * (NANO / 1_000_000n),
      limit: BigInt(limit) * UNIT,
      salt: (salt << 16n) | salt,
      expiry: now + 3_600n,
      use: USE.EITHER,
      reduceOnly: false,
      maxFee: 100_000n,
      matcher: NOBODY,
      trigger: 0n,
      triggerAbove: false,
      ...more,
    };
    return this.sign(key, order);
  }

  sign(key: Key, order: Order, signer: Address = key.address): SignedOrder {
    const { chainId, at } = this.venue;
    const digest = typedDigest(domainSeparator("Novation", chainId, at.clearinghouse), orderHash(order));
    return { order, signer, signature: key.sign(digest) };
  }

  async post(signed: SignedOrder): Promise<{ status: number; body: Record<string, unknown> }> {
    const url = `http://127.0.0.1:${this.running.port}/v1/orders`;
    const answer = await fetch(url, { method: "POST", body: JSON.stringify(signedToWire(signed)) });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  /** A block with what waits, which the relay then has looked at. */
  async mine(): Promise<void> {
    await this.running.relay.wake();
    await this.chain.mineWaiting();
    await this.running.relay.wake();
    await this.running.relay.wake();
  }

  /** Settles two orders by a key of its own, past every journal. */
  async settleDark(from: string, taker: SignedOrder, maker: SignedOrder, base: number): Promise<void> {
    const hashOf = ({ order }: SignedOrder) => orderHash(order) as Hex;
    const lives = new Map<Hex, Live>([taker, maker].map((each) => [hashOf(each), createLive(hashOf(each), each)]));
    const size = BigInt(base * 1e9);
    const fills = [{ order: hashOf(maker), size, price: maker.order.limit }];
    const match = { number: 0, market: taker.order.market, taker: hashOf(taker), fills };
    const books = { orderOf: (hash: Hex) => lives.get(hash)!, hintOf: () => 0n };
    const data = encodeSettle([match], books, true);
    const { provider } = this.chain;
    const call = { from, to: this.venue.at.clearinghouse, data, gas: "0xe4e1c0" };
    await provider.send("anvil_impersonateAccount", [from]);
    await provider.send("anvil_setBalance", [from, toQuantity(parseEther("10"))]);
    const hash: string = await provider.send("eth_sendTransaction", [call]);
    await this.mine();
    const receipt = (await provider.getTransactionReceipt(hash))!;
    if (receipt.status !== 1) throw new Error("a settlement past the journal reverted");
  }

  /** What a trader holds of the market, 1e-9 base. */
  async held(trader: number): Promise<bigint> {
    const account = BigInt(this.traders[trader]!.address) << 32n;
    const view = await this.venue.deployed.lens.account(this.venue.at.clearinghouse, account);
    return view.positions.find(({ market }) => market === this.market.id)?.size ?? 0n;
  }

  /** As a trader's own transaction. */
  async as(trader: number, name: string, args: unknown[]): Promise<void> {
    const from = this.traders[trader]!.address;
    await this.chain.provider.send("anvil_impersonateAccount", [from]);
    await this.chain.provider.send("anvil_setBalance", [from, toQuantity(parseEther("10"))]);
    await this.venue.must([this.venue.call(this.venue.deployed.clearinghouse, name, args, from)]);
  }

  live(signed: SignedOrder) {
    return this.running.exchange.engine.orders.get(orderHash(signed.order) as Hex)!;
  }
}
