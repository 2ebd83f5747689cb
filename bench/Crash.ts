// SPDX-License-Identifier: MIT
import { Wallet } from "ethers";
import { accountOf, type AccountId, type Address } from "../sdk/order.js";
import { BASE, Bench, PRICE, USDC, type Measured, type Moment, type Trader } from "./Bench.js";

/** What a transaction used, and how many accounts it brought out of danger. */
export interface Attempt {
  gas: number;
  done: number;
}

const MARKETS = [0n, 1n, 2n];
/** Each account is long this much in each of three markets at 100,000: 3,000 of notional. */
const SIZE = BASE / 100n;
const LEVELS = 12;
const MAKERS = 100;
const NEVER = 2n ** 40n - 1n;
/** What a long of all three legs has at the start, ppm of notional: a little above initial margin. */
const CUSHION = 57_000n;
/** Transactions after which prices are posted again, so that none is stale, and absorbs before the lock would end. */
const [REPOST, WITHIN_A_LOCK] = [2_000, 100];

/** A venue with many weak accounts in a group of three markets, each of an owner of its own. */
export class Crash {
  private sent = 0;
  private absorbs = 0;
  /** When the lock had just begun. */
  private locked: Moment | undefined;

  private constructor(
    private readonly bench: Bench,
    readonly debtors: readonly Trader[],
    private readonly keeper: Trader,
  ) {}

  static async prepare(accounts: number): Promise<Crash> {
    const bench = await Bench.open([MARKETS.length]);
    const notional = 3n * 1_000n * BigInt(accounts);
    const keeper = await fund(bench, await bench.trader("keeper", 1_000n), notional * USDC);
    const winner = await fund(bench, await bench.trader("winner", 1_000n), notional * USDC);
    const debtors: Trader[] = [];
    for (let i = 0; i < accounts; ++i) {
      const wallet = new Wallet(`0x${(0xdeb70000000 + i).toString(16).padStart(64, "0")}`);
      const id = accountOf(wallet.address as Address, 0);
      // Who bought dearer has lost more by the end, and is given as much more.
      const dearer = (3n * SIZE * USDC * (entryOf(bench, i) - bench.rung(0))) / (BASE * PRICE);
      const cushion = (3n * SIZE * (bench.price / PRICE) * USDC * CUSHION) / (BASE * 1_000_000n);
      await bench.send(bench.venue.clearinghouse, "deposit", [id, cushion + dearer]);
      debtors.push({ name: `debtor ${i + 1}`, wallet, number: 0, id });
    }
    for (const index of MARKETS) {
      for (let from = 0; from < accounts; from += MAKERS) {
        const makers = debtors
          .slice(from, from + MAKERS)
          .map((trader, i) => ({ trader, size: SIZE, price: entryOf(bench, from + i) }));
        await bench.settle([{ taker: winner, sells: true, makers, market: bench.market(1n, index) }]);
      }
    }
    await bench.pass();
    return new Crash(bench, debtors, keeper);
  }

  /** Runs `play` and takes all of it back. */
  async undone<T>(play: () => Promise<T>): Promise<T> {
    const moment = await this.bench.moment();
    const result = await play();
    await this.bench.back(moment);
    return result;
  }

  /** All marks fall by 2.9%, slowly enough for the anchors to follow: below maintenance margin, without a gap. */
  async slide(): Promise<void> {
    const start = this.bench.price;
    for (const permille of [985n, 971n]) {
      await this.post((start * permille) / 1_000n);
      for (let i = 0; i < 2; ++i) await this.bench.pass();
    }
  }

  /** All marks fall by a tenth at once: below zero. Somebody locks the group. */
  async jump(): Promise<void> {
    await this.post((this.bench.price * 9n) / 10n);
    await this.bench.send(this.bench.venue.clearinghouse, "poke", [1n]);
    this.locked = await this.bench.moment();
  }

  /** The keeper takes over what restores the margin of one account, or of many at once. */
  async takeOver(debtors: readonly Trader[], index: bigint): Promise<Measured> {
    const { bench, keeper } = this;
    if (++this.sent % REPOST === 0) await this.post(this.bench.price);
    const [ids, market] = [debtors.map(({ id }) => id), bench.market(1n, index)];
    const rest = [0n, 0n, NEVER];
    const [name, args] =
      ids.length === 1
        ? ["liquidateToAccount", [ids[0], market, keeper.number, 2n ** 70n, ...rest]]
        : ["liquidateMany", [market, ids, keeper.number, 2n ** 70n, ...rest]];
    return bench.send(bench.venue.clearinghouse, name as string, args as unknown[], keeper.wallet.address);
  }

  /** Those of `debtors` who can still be liquidated in the market at `index`. */
  async stillWeak(debtors: readonly Trader[], index: bigint): Promise<readonly Trader[]> {
    const { bench, keeper } = this;
    if (index >= BigInt(MARKETS.length)) return [];
    const { clearinghouse } = bench.venue;
    const market = bench.market(1n, index);
    const calls = debtors.map(({ id }) =>
      clearinghouse.interface.encodeFunctionData("liquidateToAccount", [
        ...([id, market, keeper.number, 2n ** 70n, 0n, 0n, NEVER] as const),
      ]),
    );
    const weak: Trader[] = [];
    for (let from = 0; from < calls.length; from += MAKERS) {
      const data = clearinghouse.interface.encodeFunctionData("tryMulticall", [calls.slice(from, from + MAKERS)]);
      const answer = await bench.ask(clearinghouse, data, keeper.wallet.address);
      const [outcomes] = clearinghouse.interface.decodeFunctionResult("tryMulticall", answer) as unknown as [
        { success: boolean }[],
      ];
      outcomes.forEach(({ success }, i) => success && weak.push(debtors[from + i]!));
    }
    return weak;
  }

  /** Absorbs in the lock. The clock of this chain goes on a second a transaction: in time the lock begins again. */
  async absorb(ids: readonly AccountId[]): Promise<Measured> {
    const { bench } = this;
    if (++this.absorbs % WITHIN_A_LOCK === 0) this.locked = await bench.back(this.locked!);
    const measured = await bench.send(bench.venue.clearinghouse, "absorb", [1n, ids]);
    const done = await bench.countOf(measured, "Absorbed");
    if (done !== ids.length) throw new Error(`${done} of ${ids.length} were absorbed`);
    return measured;
  }

  private async post(price: bigint): Promise<void> {
    await this.bench.setMark(price);
    for (const { feed } of this.bench.venue.markets.slice(1))
      await this.bench.send(feed, "setAnswer", [price / 10n ** 10n]);
  }
}

/** Entries are at twelve levels around the first mark. */
function entryOf(bench: Bench, i: number): bigint {
  return bench.rung((i % LEVELS) - LEVELS / 2);
}

async function fund(bench: Bench, trader: Trader, units: bigint): Promise<Trader> {
  await bench.send(bench.venue.clearinghouse, "deposit", [trader.id, units]);
  return trader;
}
