// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from "node:timers/promises";
import { Interface } from "ethers";
import { accountOf, type AccountId, type Address } from "../../sdk/order.js";
import { saltOf } from "../../sdk/salt.js";
import { IClearinghouse__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IClearinghouse__factory.js";
import { MockToken__factory } from "../../types/ethers-contracts/factories/contracts/mocks/MockToken__factory.js";
import { KEYS, traderKey } from "../people/keys.js";
import { Purse, type Sent } from "../people/Purse.js";
import { RelayClient, type Answer } from "../people/RelayClient.js";
import type { Venue } from "../run/Venue.js";
import { DayFailed } from "./DayFailed.js";
import type { Trader } from "./Trader.js";

const VENUE = IClearinghouse__factory.createInterface();
export const TOKEN = MockToken__factory.createInterface();
const FEED = new Interface(["function setAnswer(int256 answer)"]);

const PATIENCE = 180_000; // ms for something to happen
const FIRST_TIP = 50_000_000_000n; // prices come before what others send

/** A day on a venue that runs, played from outside: what is common to all. */
export abstract class Day {
  protected readonly client: RelayClient;
  private readonly bank: Purse;
  private readonly prices: Purse;
  private sequence = 0n;

  constructor(
    protected readonly venue: Venue,
    private readonly told: (line: string) => void,
  ) {
    const { deployment, rpc } = venue;
    this.client = new RelayClient(venue.service("relay").spec.url, deployment);
    this.bank = new Purse(KEYS.bank, rpc, deployment.chainId);
    this.prices = new Purse(KEYS.oracle, rpc, deployment.chainId);
  }

  protected say(line: string): void {
    this.told(`day      ${line}`);
  }

  protected traderOf(name: string): Trader {
    const wallet = traderKey(this.venue.options.seed, name);
    return { name, wallet, account: accountOf(wallet.address as Address, 0) };
  }

  /** A purse with ether for gas. */
  protected async purseOf({ wallet }: Trader): Promise<Purse> {
    const { deployment, rpc } = this.venue;
    await rpc.send("anvil_setBalance", [wallet.address, "0x8ac7230489e80000"]);
    return new Purse(wallet.privateKey, rpc, deployment.chainId);
  }

  /** Feeds answer anew, 1e-8. */
  protected async answer(list: readonly (readonly [aggregator: string, answer: bigint])[]): Promise<void> {
    const calls = list.map(([to, answer]) => ({ to, data: FEED.encodeFunctionData("setAnswer", [answer]) }));
    await this.prices.send(calls, FIRST_TIP);
  }

  /** The bank's. */
  protected send(calls: readonly Sent[]): Promise<void> {
    return this.bank.send(calls);
  }

  /** The bank deposits. 1e-9 quote. */
  protected async deposit(list: readonly (readonly [AccountId, bigint])[]): Promise<void> {
    const { token, clearinghouse } = this.venue.deployment;
    const units = list.map(([account, money]) => [account, (money + 999n) / 1_000n] as const);
    const sum = units.reduce((all, [, amount]) => all + amount, 0n);
    await this.send([
      { to: token, data: TOKEN.encodeFunctionData("mint", [this.bank.address, sum]) },
      { to: token, data: TOKEN.encodeFunctionData("approve", [clearinghouse, sum]) },
      ...units.map(([account, amount]) => ({
        to: clearinghouse,
        data: VENUE.encodeFunctionData("deposit", [account, amount]),
      })),
    ]);
  }

  protected async balanceOf(token: string, owner: string): Promise<bigint> {
    const data = TOKEN.encodeFunctionData("balanceOf", [owner]);
    return BigInt((await this.venue.rpc.send("eth_call", [{ to: token, data }, "latest"])) as string);
  }

  /** The next block is of that time. */
  protected async jumpTo(time: number): Promise<void> {
    await this.venue.rpc.send("evm_setNextBlockTimestamp", [time]);
    await this.until("the clock has moved", async () => (await this.now()) >= BigInt(time) || undefined);
  }

  protected async now(): Promise<bigint> {
    return BigInt((await this.venue.head()).time);
  }

  /** A lane of its own for each order. */
  protected salted(): { salt: bigint } {
    this.sequence += 1n;
    return { salt: saltOf(this.sequence, this.sequence) };
  }

  protected async until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    let why = "";
    for (const late = Date.now() + PATIENCE; Date.now() < late; await sleep(300)) {
      try {
        const found = await look();
        if (found !== undefined) return found;
      } catch (failure) {
        why = `: ${(failure as Error).message}`;
      }
    }
    throw new DayFailed(`it has not come about within ${PATIENCE / 1_000} s that ${what}${why}`);
  }

  /** Until the relay takes it: what was deposited a moment ago it may not have seen yet. */
  protected async taken(what: string, post: () => Promise<readonly Answer[]>): Promise<void> {
    await this.until(`the relay takes ${what}`, async () => {
      const bad = (await post()).find(({ error }) => error !== undefined);
      if (bad !== undefined) throw new Error(`${bad.error}: ${bad.message}`);
      return true;
    });
  }
}
