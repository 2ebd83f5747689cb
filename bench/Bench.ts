// SPDX-License-Identifier: MIT
import { artifacts, network } from "hardhat";
import { Contract, ContractFactory, TypedDataEncoder, Wallet, type TypedDataDomain } from "ethers";
import { deployNovation, localGroups, type Deployed, type Listing, type ModeName } from "../deploy/deploy-novation.js";
import { levelUp, rankOf, type NodeId } from "../sdk/level.js";
import {
  ORDER_TYPES,
  USE,
  accountOf,
  buildOrder,
  marketOf,
  saltOf,
  type AccountId,
  type Address,
  type MarketId,
} from "../sdk/order.js";
import { packBatch, packMaker } from "../sdk/packing/batch.js";
import type { Price, Size } from "../sdk/units.js";
import type { KeyNames } from "./layout.js";

export const BASE = 10n ** 9n;
export const PRICE = 10n ** 18n;
export const USDC = 10n ** 6n;
/** EIP-7825: what a transaction may use. */
export const TRANSACTION_GAS = 16_777_216;

const START = 4_000_000_000;
const EXPIRY = 2n ** 40n - 1n;
const LOCK = 121;

/** An account that trades, and the key that signs for it. */
export interface Trader {
  name: string;
  wallet: Wallet;
  number: number;
  id: AccountId;
}

/** A side of a trade. `lane` is where its fill is kept; two lanes share a slot. */
export interface Quoting {
  trader: Trader;
  /** Magnitude, 1e-9 base. */
  size: bigint;
  price: bigint;
  lane?: bigint;
  hint?: bigint;
}

/** `taker` buys, or with `sells` sells, from the makers, each at his price. */
export interface Deal {
  taker: Trader;
  makers: Quoting[];
  sells?: boolean;
  lane?: bigint;
  hint?: bigint;
  market?: MarketId;
}

/** A transaction that was measured. */
export interface Measured {
  hash: string;
  gas: number;
}

/** The state of a bench: of its chain, its clock and its mark. */
export interface Moment {
  readonly id: unknown;
  readonly now: number;
  readonly mark: bigint;
}

/** A venue on an in-process chain whose clock goes on by one second a block, so that every run measures the same. */
export class Bench {
  private constructor(
    readonly chain: Awaited<ReturnType<typeof network.create>>,
    readonly venue: Deployed,
    readonly operator: string,
    private readonly domain: TypedDataDomain,
  ) {}

  private readonly names = new Map<bigint, string>();
  private sequence = 0n;
  private owners = 0;
  private now = START;
  private mark = 100_000n * PRICE;

  /** @param groups The size of each clearing group; all markets begin at 100,000. */
  static async open(groups = [1], mode: ModeName = "QUEUE"): Promise<Bench> {
    const chain = await network.create({ override: { initialDate: new Date(START * 1_000).toISOString() } });
    const [deployer, operator] = await chain.ethers.getSigners();
    const listing: Listing = { ...localGroups()[0]![0]!, answer: 100_000n * 10n ** 8n };
    const venue = await deployNovation({
      deployer: deployer!,
      artifact: (name) => artifacts.readArtifact(name),
      groups: groups.map((size) => Array.from({ length: size }, () => listing)),
      mode,
      vaultBudget: 0n,
      handOver: false,
    });
    const domain = {
      name: "Novation",
      version: "1",
      chainId: (await chain.ethers.provider.getNetwork()).chainId,
      verifyingContract: await venue.clearinghouse.getAddress(),
    };
    const bench = new Bench(chain, venue, operator!.address, domain);
    bench.now = (await chain.networkHelpers.time.latest()) + 1;
    await bench.send(venue.token, "mint", [operator!.address, 10n ** 12n * USDC]);
    await bench.send(venue.token, "approve", [domain.verifyingContract, 2n ** 256n - 1n]);
    const vault = await venue.vault.getAddress();
    bench.names.set(accountOf(vault as Address, 0), "pot");
    for (const group of venue.groups) bench.names.set(accountOf(vault as Address, Number(group)), "inventory");
    return bench;
  }

  get price(): bigint {
    return this.mark;
  }

  /** Calls an account by its role in the next operation. */
  rename(trader: Trader, role: string): void {
    this.names.set(trader.id, role);
  }

  /** How keys of mappings are written in the names of slots. */
  readonly keyNames: KeyNames = (type, key) => {
    if (type === "AccountId") return this.names.get(key);
    if (type === "PositionKey") return `${this.names.get(key >> 32n)}][${key & 0xffffffffn}`;
    if (type === "FillKey") return `${this.names.get(key >> 16n)}][${key & 0xffffn}`;
    if (type !== "NodeId") return undefined;
    return key === 0n ? "ends" : `${rankOf(key as NodeId) / PRICE} g${key & 0xffffn}`;
  };

  /** The market at `index` of the group. */
  market(group = 1n, index = 0n): MarketId {
    return marketOf(group, index);
  }

  /** `count` accounts of one new owner, each with `quote` deposited. */
  async traders(name: string, count: number, quote: bigint): Promise<Trader[]> {
    const wallet = new Wallet(`0x${(0xb0b0000 + ++this.owners).toString(16).padStart(64, "0")}`);
    const { token, clearinghouse } = this.venue;
    await this.chain.networkHelpers.impersonateAccount(wallet.address);
    await this.chain.networkHelpers.setBalance(wallet.address, 10n ** 20n);
    await this.send(token, "mint", [wallet.address, 1_000_000n * USDC]);
    await this.send(token, "approve", [this.domain.verifyingContract, 2n ** 256n - 1n], wallet.address);
    const list: Trader[] = [];
    for (let number = 0; number < count; ++number) {
      const id = accountOf(wallet.address as Address, number);
      await this.send(clearinghouse, "deposit", [id, quote * USDC]);
      const full = count > 1 ? `${name} ${number + 1}` : name;
      this.names.set(id, full);
      list.push({ name: full, wallet, number, id });
    }
    return list;
  }

  async trader(name: string, quote: bigint): Promise<Trader> {
    return (await this.traders(name, 1, quote))[0]!;
  }

  /** Settles the deals in one transaction. */
  async settle(deals: Deal[]): Promise<Measured> {
    const matches = deals.map(({ taker, makers, sells = false, lane, hint = 0n, market = this.market() }) => {
      const size = makers.reduce((sum, maker) => sum + maker.size, 0n);
      const prices = makers.map(({ price }) => price).sort((a, b) => (a < b ? -1 : 1));
      const limit = sells ? prices[0]! : prices.at(-1)!;
      const side = sells ? -1n : 1n;
      return {
        taker: this.sign({ trader: taker, size: side * size, price: limit, lane }, true, market),
        hint: hint as NodeId,
        fills: makers.map((maker) => ({
          maker: this.sign({ ...maker, size: -side * maker.size }, false, market),
          size: maker.size as Size,
          hint: (maker.hint ?? 0n) as NodeId,
        })),
      };
    });
    return this.send(this.venue.clearinghouse, "settle", [packBatch({ strict: true, matches })]);
  }

  /** `taker` himself buys what `maker` offers. */
  fillOrder(taker: Trader, maker: Quoting, hint = 0n): Promise<Measured> {
    const signed = this.sign({ ...maker, size: -maker.size }, false, this.market());
    const fill = { maker: signed, size: maker.size as Size, hint: (maker.hint ?? 0n) as NodeId };
    const args = [this.market(), taker.number, packMaker(fill), hint, 1_000n, 2n ** 40n - 1n];
    return this.send(this.venue.clearinghouse, "fillOrder", args, taker.wallet.address);
  }

  /** Sets the feed of the first market, or of that at `place` among all. */
  async setMark(mark: bigint, place = 0): Promise<void> {
    this.mark = mark;
    await this.send(this.venue.markets[place]!.feed, "setAnswer", [mark / 10n ** 10n]);
  }

  /** Sets the feed, and the recorded marks by two pokes a lock's length apart. */
  async settleMark(mark: bigint): Promise<void> {
    await this.setMark(mark);
    for (let i = 0; i < 2; ++i) await this.pass();
  }

  /** A lock's length passes and somebody pokes, so that the next operation need not move the recorded marks on. */
  async pass(group = 1n): Promise<void> {
    this.wait();
    await this.send(this.venue.clearinghouse, "poke", [group]);
  }

  /** What `back` comes back to. */
  async moment(): Promise<Moment> {
    const id = await this.chain.provider.request({ method: "evm_snapshot" });
    return { id, now: this.now, mark: this.mark };
  }

  /** Takes all back since `moment`, which is used up: returns it anew. */
  async back({ id, now, mark }: Moment): Promise<Moment> {
    await this.chain.provider.request({ method: "evm_revert", params: [id] });
    [this.now, this.mark] = [now, mark];
    return this.moment();
  }

  wait(seconds = LOCK): void {
    this.now += seconds;
  }

  /** The price in the middle of the `k`-th granule above that of the mark, so that entries there share a level. */
  rung(k: number): bigint {
    const granule = this.granule;
    return (this.mark / granule + BigInt(k)) * granule + granule / 2n;
  }

  get granule(): bigint {
    return 1n << (levelUp(0n as Price, this.mark as Price).level >> 40n);
  }

  /** The level of an entry at `price`, of a long or a short. */
  level(price: bigint, long: boolean): NodeId {
    return levelUp((long ? price : -price) as Price, this.mark as Price).level;
  }

  /** Others hold positions of one unit on both sides at every level from `low` to `high` granules around the mark. */
  async crowd(low: number, high: number): Promise<void> {
    const count = high - low + 1;
    const longs = await this.traders("crowd's long", count, 200_000n);
    const shorts = await this.traders("crowd's short", count, 200_000n);
    for (let from = 0; from < count; from += 25) {
      const deals = longs.slice(from, from + 25).map((taker, i) => ({
        taker,
        makers: [{ trader: shorts[from + i]!, size: BASE, price: this.rung(low + from + i) }],
      }));
      await this.settle(deals);
    }
  }

  async deploy(name: string, ...args: unknown[]): Promise<Contract> {
    const { abi, bytecode } = await artifacts.readArtifact(name);
    const [deployer] = await this.chain.ethers.getSigners();
    const contract = await new ContractFactory<unknown[], Contract>(abi, bytecode, deployer).deploy(...args);
    await contract.waitForDeployment();
    this.now = Math.max(this.now, await this.chain.networkHelpers.time.latest()) + 1;
    return contract;
  }

  /** One transaction, alone in its block. */
  async send(
    to: { interface: { encodeFunctionData(name: never, args: never): string }; getAddress(): Promise<string> },
    name: string,
    args: unknown[],
    from = this.operator,
  ): Promise<Measured> {
    const data = to.interface.encodeFunctionData(name as never, args as never);
    const request = <T>(method: string, ...params: unknown[]) =>
      this.chain.provider.request({ method, params }) as Promise<T>;
    await request("evm_setNextBlockTimestamp", this.now++);
    const gas = `0x${TRANSACTION_GAS.toString(16)}`;
    const hash = await request<string>("eth_sendTransaction", { from, to: await to.getAddress(), data, gas });
    const receipt = await request<{ gasUsed: string; status: string }>("eth_getTransactionReceipt", hash);
    if (receipt.status !== "0x1") throw new Error(`${name} reverted`);
    return { hash, gas: Number(receipt.gasUsed) };
  }

  /** What a call answers now. */
  async ask(to: { getAddress(): Promise<string> }, data: string, from: string): Promise<string> {
    const gas = `0x${TRANSACTION_GAS.toString(16)}`;
    const call = { from, to: await to.getAddress(), data, gas };
    return (await this.chain.provider.request({ method: "eth_call", params: [call, "latest"] })) as string;
  }

  /** How often the clearinghouse emitted the event in a transaction. */
  async countOf({ hash }: Measured, name: "Liquidated" | "LiquidationSkipped" | "Absorbed"): Promise<number> {
    const { clearinghouse } = this.venue;
    const { topicHash } = clearinghouse.interface.getEvent(name as "Liquidated");
    const receipt = await this.chain.ethers.provider.getTransactionReceipt(hash);
    return receipt!.logs.filter(({ topics }) => topics[0] === topicHash).length;
  }

  private sign({ trader, size, price, lane = 0n }: Quoting, taker: boolean, market: MarketId) {
    const order = buildOrder({
      account: trader.id,
      market,
      size: size as Size,
      limit: price as Price,
      salt: saltOf(++this.sequence, lane),
      expiry: EXPIRY,
      use: taker ? USE.TAKER : USE.MAKER,
    });
    const digest = TypedDataEncoder.hash(this.domain, ORDER_TYPES, order);
    return { order, signer: trader.wallet.address, signature: trader.wallet.signingKey.sign(digest).serialized };
  }
}
