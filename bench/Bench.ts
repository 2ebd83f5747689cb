// SPDX-License-Identifier: MIT
import { artifacts, network } from "hardhat";
import { Wallet, type ContractTransactionReceipt, type ContractTransactionResponse } from "ethers";
import { deployNovation, localGroups, type Deployed, type ModeName } from "../deploy/deploy-novation.js";
import {
  ORDER_TYPES,
  accountOf,
  buildOrder,
  saltOf,
  type AccountId,
  type Address,
  type MarketId,
} from "../sdk/order.js";
import type { Price, Size } from "../sdk/units.js";

export const BASE = 10n ** 9n;
export const PRICE = 10n ** 18n;
const USDC = 10n ** 6n;
const FUTURE = 4_000_000_000n;

/** A house on the in-process chain with one BTC market, and traders who sign. */
export class Bench {
  private constructor(
    readonly chain: Awaited<ReturnType<typeof network.create>>,
    readonly house: Deployed,
    readonly market: MarketId,
    private mark: bigint,
  ) {}

  private sequence = 0n;
  private traders = 0;

  static async open(mode: ModeName = "QUEUE", vaultBudget = 0n): Promise<Bench> {
    const chain = await network.create();
    const [deployer] = await chain.ethers.getSigners();
    const btc = localGroups()[0]!;
    const house = await deployNovation({
      deployer: deployer!,
      artifact: (name) => artifacts.readArtifact(name),
      groups: [[{ ...btc[0]!, answer: 100_000n * 10n ** 8n }]],
      mode,
      vaultBudget,
      handOver: false,
    });
    return new Bench(chain, house, house.markets[0]!.id as MarketId, 100_000n * PRICE);
  }

  get price(): bigint {
    return this.mark;
  }

  /** A new trader with ether and `quote` deposited. */
  async trader(quote: bigint): Promise<Wallet> {
    const key = `0x${(0xb0b0000 + ++this.traders).toString(16).padStart(64, "0")}`;
    const wallet = new Wallet(key, this.chain.ethers.provider);
    await this.chain.networkHelpers.setBalance(wallet.address, 10n ** 20n);
    const { token, clearinghouse } = this.house;
    await (await token.mint(wallet.address, quote * USDC * 2n)).wait();
    await (await token.connect(wallet).approve(clearinghouse, 2n ** 256n - 1n)).wait();
    if (quote > 0n) await this.deposit(wallet, quote);
    return wallet;
  }

  deposit(wallet: Wallet, quote: bigint): Promise<bigint> {
    return this.gasOf(this.house.clearinghouse.connect(wallet).deposit(this.account(wallet), quote * USDC));
  }

  account(wallet: Wallet): AccountId {
    return accountOf(wallet.address as Address, 0);
  }

  async sign(wallet: Wallet, size: bigint, limit: bigint, taker: boolean, lane: bigint | null = null) {
    const order = buildOrder({
      account: this.account(wallet),
      market: this.market,
      size: size as Size,
      limit: limit as Price,
      salt: saltOf(++this.sequence, lane ?? 0n),
      expiry: FUTURE,
      taker,
    });
    const domain = {
      name: "Novation",
      version: "1",
      chainId: (await this.chain.ethers.provider.getNetwork()).chainId,
      verifyingContract: await this.house.clearinghouse.getAddress(),
    };
    return { order, signer: wallet.address, signature: await wallet.signTypedData(domain, ORDER_TYPES, order) };
  }

  /** `taker` buys `size` from (or sells to) the makers, who share it equally, at `price`. Returns the gas used. */
  async trade(taker: Wallet, makers: Wallet[], size: bigint, price = this.mark, hints: bigint[] = []): Promise<bigint> {
    const share = size / BigInt(makers.length);
    const fills = [];
    for (const [index, maker] of makers.entries()) {
      const signed = await this.sign(maker, -share, price, false);
      fills.push({ maker: signed, size: share < 0n ? -share : share, hint: hints[index + 1] ?? 0n });
    }
    const match = { taker: await this.sign(taker, size, price, true), hint: hints[0] ?? 0n, fills };
    return this.gasOf(this.house.clearinghouse.settle(this.market >> 2n, [match], true));
  }

  /** Sets the feed, and the recorded marks by two pokes a lock's length apart. */
  async settleMark(mark: bigint): Promise<void> {
    await this.setMark(mark);
    for (let i = 0; i < 2; ++i) {
      await this.chain.networkHelpers.time.increase(121);
      await (await this.house.clearinghouse.poke(this.market >> 2n)).wait();
    }
  }

  async setMark(mark: bigint): Promise<void> {
    this.mark = mark;
    await (await this.house.markets[0]!.feed.setAnswer(mark / 10n ** 10n)).wait();
  }

  async gasOf(sent: Promise<ContractTransactionResponse>): Promise<bigint> {
    const receipt: ContractTransactionReceipt | null = await (await sent).wait();
    return receipt!.gasUsed;
  }
}

/** Prints rows as a table, or with `--json` as one object a line. */
export function print(rows: Record<string, string | number>[]): void {
  if (process.argv.includes("--json")) for (const row of rows) console.log(JSON.stringify(row));
  else console.table(rows);
}
