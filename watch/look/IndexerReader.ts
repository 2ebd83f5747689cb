// SPDX-License-Identifier: MIT
import { headerAt } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { viewOf } from "../../sdk/client/viewOf.js";
import type { Deployment } from "../../sdk/deployment.js";
import type { AccountId, Address } from "../../sdk/order.js";
import { LENS, Reader } from "../../keeper/look/prices.js";
import { OPTION_LENS } from "../../keeper/options/look/lens.js";
import type { IndexerSeen } from "./Picture.js";

const PATIENCE = 10_000; // ms
/** An account that had the same figures so many blocks ago is compared: the indexer may be as far behind. */
const STILL = 30;
/** Accounts that were found different are looked at again, at most so many. */
const SUSPECTS = 8;

interface Figures {
  readonly cash: bigint;
  /** Signed sizes by market. */
  readonly sizes: ReadonlyMap<bigint, bigint>;
}

/** What the OptionLens tells of an account, as far as it is compared. */
interface Portfolio {
  readonly cash: bigint;
  readonly positions: readonly { readonly series: bigint; readonly size: bigint }[];
}

interface Answered {
  /** Of the block that rows are as of. */
  readonly time: number;
  readonly account: { readonly cash: string; readonly credit: string };
  readonly positions: readonly { readonly market: string; readonly size: string }[];
}

/** The indexer answers what is no answer. */
export class IndexerUnreadable extends Error {
  override readonly name = "IndexerUnreadable";
}

/** Holds what the indexer serves against the contracts, some accounts at a time, all in turn. */
export class IndexerReader {
  private next = 0;
  private suspects: readonly AccountId[] = [];
  /** Unix seconds of the rows that were last answered. */
  private time = 0;

  constructor(
    private readonly url: string,
    private readonly rpc: Rpc,
    private readonly deployment: Deployment,
    private readonly sample: number,
    private readonly accounts: () => AccountId[],
  ) {}

  async look(): Promise<IndexerSeen> {
    const health = (await this.ask("/v1/health", true)) as { status?: string; indexed?: number; lag?: number };
    const { status, indexed = 0, lag = 0 } = health;
    this.time = 0;
    if (status === undefined) throw new IndexerUnreadable("/v1/health has no status");
    if (status !== "ok" && status !== "behind" && status !== "unknown") {
      return { status, indexed, lag, compared: 0, differs: [] }; // it serves nothing else
    }
    const head = await headerAt(this.rpc, "latest");
    const ids = this.draw();
    const compared = await Promise.all(ids.map((id) => this.compare(id, head!.number)));
    const differs = compared.flatMap((each) => each?.differs ?? []);
    this.suspects = ids.filter((_, i) => (compared[i]?.differs.length ?? 0) > 0).slice(0, SUSPECTS);
    const count = compared.reduce((sum, each) => sum + (each?.count ?? 0), 0);
    // Cut off from its node it knows no head: how far its rows are behind is told by the chain.
    const behind = this.time === 0 ? 0 : Number(head!.timestamp) - this.time;
    return { status, indexed, lag: Math.max(lag, behind), compared: count, differs };
  }

  private draw(): AccountId[] {
    const all = this.accounts();
    const own = Array.from({ length: Math.min(this.sample, all.length) }, (_, i) => all[(this.next + i) % all.length]!);
    this.next = all.length === 0 ? 0 : (this.next + own.length) % all.length;
    return [...new Set([...this.suspects, ...own])];
  }

  /** Undefined: its figures moved lately, so the indexer may rightly say otherwise. */
  private async compare(id: AccountId, head: number) {
    const then = await this.onChain(id, Math.max(this.deployment.firstBlock, head - STILL));
    const told = await this.told(id);
    const now = await this.onChain(id, head);
    if (then === undefined || now === undefined || !isSame(then, now)) return undefined;
    const differs: { subject: string; says: string }[] = [];
    const same = (what: string, theirs: bigint, chain: bigint) => {
      if (theirs === chain) return;
      differs.push({ subject: `account ${id}, ${what}`, says: `the indexer says ${theirs}, the chain ${chain}` });
    };
    same("cash", told.cash, now.cash);
    const markets = new Set([...told.sizes.keys(), ...now.sizes.keys()]);
    for (const market of markets) same(`size in ${market}`, told.sizes.get(market) ?? 0n, now.sizes.get(market) ?? 0n);
    return { differs, count: 1 + markets.size };
  }

  private async told(id: AccountId): Promise<Figures> {
    const answer = (await this.ask(`/v1/accounts/${id}`, false)) as Answered | undefined;
    if (answer === undefined) return { cash: 0n, sizes: new Map() }; // never seen
    const { account, positions, time } = answer;
    this.time = Math.max(this.time, time);
    const held = positions.filter(({ size }) => BigInt(size) !== 0n);
    const sizes = new Map(held.map(({ market, size }) => [BigInt(market), BigInt(size)]));
    return { cash: BigInt(account.cash) + BigInt(account.credit), sizes };
  }

  /** Undefined: the venue was not there yet. */
  private async onChain(id: AccountId, block: number): Promise<Figures | undefined> {
    const { lens, clearinghouse, options } = this.deployment;
    try {
      if (options !== undefined) return await this.portfolio(options.lens, id, block);
      const [answer] = await new Reader(this.rpc, lens, LENS, block).ask("account", [clearinghouse, id]);
      const { health, positions } = viewOf("account", answer);
      const held = positions.filter(({ size }) => size !== 0n);
      return { cash: health.cash, sizes: new Map(held.map(({ market, size }) => [market as bigint, size as bigint])) };
    } catch (failure) {
      if (block === this.deployment.firstBlock) return undefined;
      throw failure;
    }
  }

  /** Of options. */
  private async portfolio(lens: Address, id: AccountId, block: number): Promise<Figures> {
    const [answer] = await new Reader(this.rpc, lens, OPTION_LENS, block).ask("portfolio", [
      this.deployment.clearinghouse,
      id,
    ]);
    const { cash, positions } = answer as Portfolio;
    const held = positions.filter(({ size }) => size !== 0n);
    return { cash, sizes: new Map(held.map(({ series, size }) => [series, size])) };
  }

  /** The JSON of an answer; undefined: 404. */
  private async ask(path: string, anyStatus: boolean): Promise<unknown> {
    const answer = await fetch(this.url + path, { signal: AbortSignal.timeout(PATIENCE) });
    const text = await answer.text();
    if (answer.status === 404 && !anyStatus) return undefined;
    if (!answer.ok && !anyStatus) throw new IndexerUnreadable(`${path} is answered with ${answer.status}`);
    try {
      return JSON.parse(text);
    } catch {
      throw new IndexerUnreadable(`${path} is answered with no JSON`);
    }
  }
}

function isSame(one: Figures, other: Figures): boolean {
  const markets = new Set([...one.sizes.keys(), ...other.sizes.keys()]);
  return one.cash === other.cash && [...markets].every((each) => one.sizes.get(each) === other.sizes.get(each));
}
