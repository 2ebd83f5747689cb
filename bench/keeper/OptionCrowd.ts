// SPDX-License-Identifier: MIT
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  JsonRpcProvider,
  NonceManager,
  TypedDataEncoder,
  toQuantity,
  Wallet,
  type ContractTransactionResponse,
  type TypedDataDomain,
} from "ethers";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { deployOptions, type DeployedOptions } from "../../deploy/deploy-options.js";
import { NO_NODE } from "../../sdk/level.js";
import { listable } from "../../sdk/options/grid.js";
import { seriesOf, type SeriesId } from "../../sdk/options/series.js";
import { ORDER_TYPES, USE, accountOf, buildOrder, saltOf, type AccountId, type Address } from "../../sdk/order.js";
import { packMaker } from "../../sdk/packing/batch.js";
import type { Packable } from "../../sdk/packing/order.js";
import type { Price, Size } from "../../sdk/units.js";
import { keyOf, startAnvil } from "../../sim/venue/anvil.js";
import { seeded } from "../../tools/random.js";
import type { OptionHealthStructOutput } from "../../types/ethers-contracts/contracts/periphery/IOptionLens.js";

const ROOT = join(import.meta.dirname, "../..");
const START = 1_763_020_800; // Thursday, 13 November 2025, 08:00 UTC
const BASE = 10n ** 9n;
const TOKEN = 10n ** 6n;
const FAR = 2n ** 40n - 1n;
const LEGS = 8;
/** Strikes of an expiry that are traded, from this one on: 32 series in all, as many as an account may hold. */
const [LOWEST, STRIKES] = [5, 4];
/** Accounts in one transaction. */
const AT_ONCE = 100;
/** Of a block, and of a transaction: 100 accounts take 182 million to trade. */
const [BLOCK_GAS, GAS] = [3_000_000_000, 300_000_000];
/** Milliseconds between questions for a receipt. */
const PAUSE = 20;
const LENT = 1_000_000n * TOKEN;
/** All that anybody takes of one order. */
const ENOUGH = 10n ** 6n * BASE;
const MAX_FEE = 10_000n;

/** Of each series: what the maker buys and sells. */
type Offers = Map<SeriesId, { readonly buys: Packable; readonly sells: Packable }>;

/** A clearinghouse of options on a node of its own, with accounts of eight legs in four expiries. */
export class OptionCrowd {
  private lane = 0n;
  private mining: "at once" | "when told" = "at once";
  private page: { of: readonly AccountId[]; healths: ReadonlyMap<AccountId, OptionHealthStructOutput> } | undefined;

  private constructor(
    readonly provider: JsonRpcProvider,
    readonly url: string,
    readonly venue: DeployedOptions,
    private readonly domain: TypedDataDomain,
    private readonly stop: () => void,
  ) {}

  static async open(accounts: number): Promise<OptionCrowd> {
    const args = ["--gas-limit", String(BLOCK_GAS), "--base-fee", "0", "--order", "fifo", "--no-request-size-limit"];
    const { child, url } = await startAnvil([...args, "--disable-code-size-limit", "--timestamp", String(START)]);
    const options = { staticNetwork: true, pollingInterval: 20, cacheTimeout: -1, batchStallTime: 0 };
    const provider = new JsonRpcProvider(url, undefined, options);
    const stop = () => {
      provider.destroy();
      child.kill("SIGKILL");
    };
    try {
      await provider.send("anvil_setBlockTimestampInterval", [1]);
      const artifact = builtArtifacts(join(ROOT, "artifacts"), "npm run build");
      const market = { softCap: 10n ** 16n, hardCap: 10n ** 16n };
      const more = { handOver: false, vaultSeed: 10n ** 8n, market, risk: { maxLegs: 8 * STRIKES } };
      const venue = await deployOptions({ deployer: await provider.getSigner(0), artifact, ...more });
      const verifyingContract = await venue.clearinghouse.getAddress();
      const { chainId } = await provider.getNetwork();
      const domain = { name: "Novation", version: "1", chainId, verifyingContract };
      const crowd = new OptionCrowd(provider, url, venue, domain, stop);
      await crowd.fill(accounts, seeded(7));
      return crowd;
    } catch (failure) {
      stop();
      throw failure;
    }
  }

  close(): void {
    this.stop();
  }

  /**
   * Accounts of one owner, with legs and margin at random, the same for the same number. He takes by his own
   * transactions what a maker offers in one order for each series and side, many accounts in one: no taker signs.
   */
  private async fill(accounts: number, random: () => number): Promise<void> {
    const { clearinghouse, group } = this.venue;
    await this.tellLevel();
    const now = BigInt((await this.provider.getBlock("latest"))!.timestamp);
    for (const expiry of listable(now).slice(0, 4)) {
      await this.mined(clearinghouse.list(group, expiry, { gasLimit: 8_000_000n }));
    }
    const [owner, maker] = [1, 2].map((index) => new Wallet(keyOf(index), this.provider)) as [Wallet, Wallet];
    const ids = Array.from({ length: accounts }, (_, i) => accountOf(owner.address as Address, i + 1));
    const makers = Array.from({ length: 16 }, (_, i) => accountOf(maker.address as Address, i + 1));
    const funded = LENT * 1_000n * BigInt(accounts);
    for (const wallet of [owner, maker]) await this.pay(wallet, funded * BigInt(makers.length));
    await this.many(maker, makers, (id) => [this.depositing(id, funded)]);
    const offers = this.offers(maker, makers, await this.marks());
    const numbers = new Map(ids.map((id, i) => [id, i + 1]));
    await this.many(owner, ids, (id) => {
      return [this.depositing(id, LENT), ...this.trades(numbers.get(id)!, offers, random)];
    });
    // What is above some multiple of initial margin is taken out: 1.02 to 5 times, most of them near 2.
    await this.many(owner, ids, async (id, page) => {
      const { equity, initial } = (await this.healths(page)).get(id)!;
      const times = BigInt(Math.round(1_020 + 4_000 * random() ** 2));
      const spare = (equity - (initial * times) / 1_000n) / 1_000n;
      const amount = spare > 0n ? spare : 0n;
      return [clearinghouse.interface.encodeFunctionData("withdraw", [numbers.get(id)!, amount, owner.address])];
    });
    await this.moveOn();
  }

  /** Money in an account of the wallet. */
  async endow(wallet: Wallet, id: AccountId, quote: bigint): Promise<void> {
    const connected = wallet.connect(this.provider);
    await this.pay(connected, quote * TOKEN);
    await this.mined(this.venue.clearinghouse.connect(connected).deposit(id, quote * TOKEN));
  }

  /** Anchors and recorded factors are of now. */
  async moveOn(): Promise<void> {
    const { clearinghouse, vols, group } = this.venue;
    for (let i = 0; i < 2; ++i) {
      await this.pass(121);
      await this.mined(vols.setLevelNow(10n ** 9n));
      await this.mined(clearinghouse.postLevel(group));
      await this.mined(clearinghouse.poke(group));
    }
  }

  /** Of what is sent from now on. What this class itself sends is in a block when it returns. */
  async mines(when: "at once" | "when told"): Promise<void> {
    this.mining = when;
    await this.provider.send("evm_setAutomine", [when === "at once"]);
  }

  async mine(): Promise<void> {
    await this.provider.send("evm_mine", []);
  }

  /** How much of some accounts is below maintenance margin, and how much below zero, of one. */
  async shares(accounts: number): Promise<{ below: number; insolvent: number }> {
    const { clearinghouse, optionLens, group } = this.venue;
    const owner = new Wallet(keyOf(1)).address as Address;
    let [below, insolvent] = [0, 0];
    for (let first = 0; first < accounts; first += AT_ONCE) {
      const count = Math.min(AT_ONCE, accounts - first);
      const page = Array.from({ length: count }, (_, i) => accountOf(owner, first + i + 1));
      for (const { equity, maintenance } of await optionLens.healths(clearinghouse, group, page, { gasLimit: GAS })) {
        below += equity < maintenance ? 1 : 0;
        insolvent += equity < 0n ? 1 : 0;
      }
    }
    return { below: below / accounts, insolvent: insolvent / accounts };
  }

  /** The price at which so much of them is below zero, found on a state that is taken back. Cents, whole percents. */
  async priceOfDefaults(accounts: number, spot: number, share: number): Promise<number> {
    for (let percent = 10; percent < 60; ++percent) {
      const snapshot = (await this.provider.send("evm_snapshot", [])) as string;
      await this.spot((spot * (100 - percent)) / 100);
      const { insolvent } = await this.shares(accounts);
      await this.provider.send("evm_revert", [snapshot]);
      if (insolvent >= share) return (spot * (100 - percent)) / 100;
    }
    throw new Error(`no fall takes ${share} of the accounts below zero`);
  }

  async pass(seconds: number): Promise<void> {
    const { timestamp } = (await this.provider.getBlock("latest"))!;
    await this.provider.send("evm_setNextBlockTimestamp", [timestamp + seconds]);
    await this.mine();
  }

  /** How often each event of the clearinghouse occurred after a block. */
  async eventsSince(block: number): Promise<Record<string, number>> {
    const { clearinghouse } = this.venue;
    const counts: Record<string, number> = {};
    if ((await this.provider.getBlockNumber()) <= block) return counts;
    const logs = await this.provider.getLogs({ address: await clearinghouse.getAddress(), fromBlock: block + 1 });
    for (const log of logs) {
      const { name } = clearinghouse.interface.parseLog(log)!;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }

  /** The feed's next answer, in whole cents. */
  async spot(cents: number): Promise<void> {
    await this.mined(this.venue.feed.setAnswer(BigInt(Math.round(cents)) * 10n ** 6n));
  }

  /** All risk arrays are fresh. */
  async refresh(): Promise<void> {
    const { clearinghouse, optionLens, group } = this.venue;
    const { ladders } = await optionLens.chain(clearinghouse, group);
    const series = [...ladders].flatMap(({ place, strikes }) =>
      [...strikes].map((_, strike) => seriesOf(group, { type: "call", ladder: Number(place), strike })),
    );
    await this.mined(clearinghouse.refresh(series, { gasLimit: 100_000_000n }));
  }

  // ------------------------------------------------------------------ inside

  private async mined(sent: Promise<ContractTransactionResponse>): Promise<void> {
    const { hash } = await sent;
    if (this.mining === "when told") await this.mine();
    // ethers waits for a block after its first question, and there may be none.
    let receipt = await this.provider.getTransactionReceipt(hash);
    for (; receipt === null; receipt = await this.provider.getTransactionReceipt(hash)) await setTimeout(PAUSE);
    if (receipt.status !== 1) throw new Error(`transaction ${hash} of the crowd failed`);
  }

  private async tellLevel(): Promise<void> {
    const { clearinghouse, vols, group } = this.venue;
    await this.mined(vols.setLevelNow(10n ** 9n));
    await this.mined(clearinghouse.postLevel(group));
  }

  private async pay(wallet: Wallet, amount: bigint): Promise<void> {
    const token = this.venue.token.connect(new NonceManager(wallet));
    await this.mined(token.mint(wallet.address, amount));
    await this.mined(token.approve(this.domain.verifyingContract as string, amount));
  }

  private depositing(id: AccountId, amount: bigint): string {
    return this.venue.clearinghouse.interface.encodeFunctionData("deposit", [id, amount]);
  }

  /**
   * Calls for many accounts, some accounts in one transaction, many transactions in a block: what a node does once a
   * block grows with its state. Arrays are fresh, so that a check of margin costs half.
   */
  private async many(
    { address: from }: Wallet,
    ids: readonly AccountId[],
    encode: (id: AccountId, page: readonly AccountId[]) => readonly string[] | Promise<readonly string[]>,
  ): Promise<void> {
    await this.tellLevel();
    await this.refresh();
    const { interface: abi } = this.venue.clearinghouse;
    const to = await this.venue.clearinghouse.getAddress();
    const hashes: string[] = [];
    await this.mines("when told");
    for (let first = 0; first < ids.length; first += AT_ONCE) {
      const page = ids.slice(first, first + AT_ONCE);
      const calls: string[] = [];
      for (const id of page) calls.push(...(await encode(id, page)));
      const data = abi.encodeFunctionData("multicall", [calls]);
      const sent = [{ from, to, data, gas: toQuantity(GAS) }];
      hashes.push((await this.provider.send("eth_sendTransaction", sent)) as string);
      if (hashes.length % (BLOCK_GAS / GAS) === 0) await this.mine();
    }
    await this.mine();
    await this.mines("at once");
    for (const hash of hashes) {
      const receipt = await this.provider.getTransactionReceipt(hash);
      if (receipt?.status !== 1) throw new Error(`transaction ${hash} of the crowd failed`);
    }
  }

  /** Of a page, which is asked for once. */
  private async healths(page: readonly AccountId[]): Promise<ReadonlyMap<AccountId, OptionHealthStructOutput>> {
    if (this.page?.of !== page) {
      const { optionLens, clearinghouse, group } = this.venue;
      const views = await optionLens.healths(clearinghouse, group, [...page], { gasLimit: GAS });
      this.page = { of: page, healths: new Map(views.map((view) => [view.account as AccountId, view])) };
    }
    return this.page.healths;
  }

  private async marks(): Promise<Map<SeriesId, bigint>> {
    const { optionLens, clearinghouse, group } = this.venue;
    const chain = await optionLens.chain(clearinghouse, group);
    const marks = new Map<SeriesId, bigint>();
    for (const { place, strikes } of chain.ladders) {
      strikes.forEach(({ call, put }, strike) => {
        const ladder = Number(place);
        marks.set(seriesOf(group, { type: "call", ladder, strike }), call.mark);
        marks.set(seriesOf(group, { type: "put", ladder, strike }), put.mark);
      });
    }
    return marks;
  }

  /** What makers buy and sell of each series, for all. A maker account stands for half a ladder's calls or puts. */
  private offers(maker: Wallet, makers: readonly AccountId[], marks: ReadonlyMap<SeriesId, bigint>): Offers {
    const offers: Offers = new Map();
    for (let ladder = 0; ladder < LEGS / 2; ++ladder) {
      for (let strike = LOWEST; strike < LOWEST + STRIKES; ++strike) {
        for (const type of ["call", "put"] as const) {
          const series = seriesOf(this.venue.group, { type, ladder, strike });
          const account = makers[2 * ladder + (strike & 1) + (type === "put" ? 8 : 0)]!;
          const limit = marks.get(series)! as Price;
          const [buys, sells] = [ENOUGH, -ENOUGH].map((size) => this.signed(maker, account, series, size, limit));
          offers.set(series, { buys: buys!, sells: sells! });
        }
      }
    }
    return offers;
  }

  /** Eight series, two of each expiry, bought or sold. */
  private trades(number: number, offers: Offers, random: () => number): string[] {
    return Array.from({ length: LEGS }, (_, i) => {
      const strike = LOWEST + 2 * Math.floor((random() * STRIKES) / 2) + (i & 1);
      const series = seriesOf(this.venue.group, { type: random() < 0.5 ? "call" : "put", ladder: i >> 1, strike });
      const size = (BigInt(Math.ceil(random() * 20)) * BASE) as Size;
      const maker = offers.get(series)![random() < 0.5 ? "buys" : "sells"];
      const given = [series, number, packMaker({ maker, size, hint: NO_NODE }), NO_NODE, MAX_FEE, FAR] as const;
      return this.venue.clearinghouse.interface.encodeFunctionData("fillOrder", [...given]);
    });
  }

  private signed(wallet: Wallet, account: AccountId, market: SeriesId, size: bigint, limit: Price): Packable {
    const salt = saltOf(1n, ++this.lane); // another order of the same lane would be void
    const order = buildOrder({ account, market, size: size as Size, limit, salt, expiry: FAR, use: USE.MAKER });
    const digest = TypedDataEncoder.hash(this.domain, ORDER_TYPES, order);
    return { order, signer: wallet.address, signature: wallet.signingKey.sign(digest).serialized };
  }
}
