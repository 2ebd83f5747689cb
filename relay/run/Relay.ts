// SPDX-License-Identifier: MIT
import type { Logger } from "pino";
import { Turns } from "../../chain/Turns.js";
import type { Outcome, Sender } from "../../chain/send/Sender.js";
import type { Header } from "../../sdk/client/chain/blocks.js";
import { isTrouble, type Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Follower, Progress } from "../../sdk/client/Follower.js";
import { accountsOf } from "../../sdk/state/accountsOf.js";
import type { Match } from "../book/Engine.js";
import type { Live } from "../book/Live.js";
import type { OrderView } from "../check/OrderView.js";
import type { Brought } from "../../chain/reports/Reports.js";
import { REASON } from "../journal/statement.js";
import type { Settler } from "../settle/Settler.js";
import type { Config } from "./Config.js";
import type { Exchange } from "./Exchange.js";
import type { Metrics } from "./metrics.js";

/** Shows the view a head to which the follower is synced. */
export interface Watch {
  see(header: Header): Promise<void>;
  /** By group: the reports that settlements have to bring. */
  readonly brought: ReadonlyMap<bigint, readonly Brought[]>;
}

export interface RelayParts {
  readonly rpc: Rpc;
  readonly follower: Follower;
  readonly view: OrderView;
  readonly exchange: Exchange;
  readonly sender: Sender;
  readonly settler: Settler;
  readonly eyes: Watch;
  readonly config: Config;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Blocks between two times that orders which are over are forgotten. */
const RETIRE_EVERY = 50;
/** Seconds without a new head after which the relay is not healthy. */
const STALE = 120;

/** What happened in all, up to the later head. */
function followedBy(before: Progress | undefined, later: Progress): Progress {
  if (before === undefined) return later;
  return {
    ...later,
    events: [...before.events, ...later.events],
    revertedTo: later.revertedTo ?? before.revertedTo,
    reorg: before.reorg || later.reorg,
    rebuilt: before.rebuilt || later.rebuilt,
    healed: before.healed || later.healed,
  };
}

/** Follows the chain with the books: one look at a time, at every head, and again when something is to be settled. */
export class Relay {
  private readonly turns: Turns;
  private header: Header | undefined;
  private lookedAt = 0;
  private failure: string | undefined;
  /** What the follower told at a head that could not be looked at: it tells it once. */
  private unfollowed: Progress | undefined;
  /** Mined in blocks that the follower has not read yet. */
  private early: Outcome[] = [];
  private sweptAt = new Map<bigint, bigint>();
  private retiredAt = 0;
  private gathering: NodeJS.Timeout | undefined;
  /** When matches were made, by their numbers: at which head, and in milliseconds. */
  private readonly made = new Map<number, { readonly block: number; readonly at: number }>();

  constructor(private readonly parts: RelayParts) {
    this.turns = new Turns(
      async () => {
        await this.look();
        this.failure = undefined;
      },
      (failure) => this.failed(failure),
    );
  }

  /** A new head may be there. Never throws; a look that failed is made again with the next one. */
  wake(): Promise<void> {
    return this.turns.wake();
  }

  /** Something was matched: it is settled without waiting for a head. */
  matched(matches: readonly Match[]): void {
    const made = { block: this.header?.number ?? 0, at: performance.now() };
    for (const { number } of matches) this.made.set(number, made);
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      void this.wake();
    }, this.parts.config.gather);
  }

  async rest(): Promise<void> {
    clearTimeout(this.gathering);
    await this.turns.rest();
  }

  health(): { ok: boolean } & Record<string, unknown> {
    const age = (Date.now() - this.lookedAt) / 1_000;
    const ok = this.header !== undefined && this.failure === undefined && age < STALE;
    return { ok, block: this.header?.number, lookedSecondsAgo: Math.round(age), failure: this.failure };
  }

  /** One look at the chain. */
  async look(): Promise<void> {
    const { follower, eyes, settler, exchange, metrics } = this.parts;
    const began = performance.now();
    const progress = followedBy(this.unfollowed, await follower.sync());
    this.unfollowed = progress;
    const { header } = progress;
    if (header.hash !== this.header?.hash) {
      await eyes.see(header);
      await this.follow(progress);
      this.header = header;
      this.unfollowed = undefined;
      metrics.look.observe((performance.now() - began) / 1_000);
    }
    await exchange.flush();
    await settler.settle(header, eyes.brought);
    await exchange.flush();
    this.lookedAt = Date.now();
    this.measure(header);
  }

  // ------------------------------------------------------------------ inside

  private failed(failure: unknown): void {
    const { log, metrics } = this.parts;
    this.failure = (failure as Error).message;
    metrics.failures.inc();
    log.error(isTrouble(failure) ? { reason: this.failure } : { err: failure }, "a look failed");
  }

  /** Brings the books to the new head: what was mined first, then what others did, prices and the clock. */
  private async follow(progress: Progress): Promise<void> {
    const { sender, settler, exchange, view, config } = this.parts;
    const { header, reorg, events, revertedTo } = progress;
    const outcomes = [...this.early, ...(await sender.tend(header, () => false, reorg))];
    const isEarly = ({ job }: Outcome) => (job.minedAt ?? 0) > header.number;
    this.early = outcomes.filter(isEarly);
    const now = outcomes.filter((outcome) => !isEarly(outcome));
    for (const outcome of now) this.time(outcome);
    await settler.book(now, header, config.reorgDepth);

    const { engine } = exchange;
    const all = revertedTo !== undefined || progress.rebuilt || this.header === undefined;
    const touched = all ? [...engine.owners] : new Set(events.flatMap(({ event }) => accountsOf(event)));
    for (const account of touched) {
      for (const live of engine.ofAccount(account)) engine.reconcile(live);
    }
    if (events.some(({ event }) => event.kind === "SignerSet") || all) this.dropUnlisted();
    exchange.tick();
    const judged = this.hasMoved() ? [...engine.owners] : touched;
    await view.revise(judged);
    for (const account of judged) this.requireMargin(account);
    for (const market of engine.markets) engine.marked(market);
    await this.retire(header);
  }

  private time({ job, what, gasUsed }: Outcome): void {
    const { metrics } = this.parts;
    metrics.outcomes.inc({ outcome: what });
    if (what === "mined" && gasUsed !== undefined) metrics.batchGas.observe(Number(gasUsed));
    for (const number of job.subjects.map(Number)) {
      const made = this.made.get(number);
      if (made !== undefined && what === "mined" && job.minedAt !== undefined) {
        metrics.minedBlocks.observe(job.minedAt - made.block);
        metrics.minedSeconds.observe((performance.now() - made.at) / 1_000);
      }
      if (what !== "replaced") this.made.delete(number);
    }
  }

  /** Has something moved so far that every account's open orders are looked at? */
  private hasMoved(): boolean {
    const { view, config } = this.parts;
    const moved = [...view.drivers()].filter(([name, value]) => {
      const before = this.sweptAt.get(name) ?? 0n;
      const by = value > before ? value - before : before - value;
      return by * 1_000_000n > before * BigInt(config.sweepMove);
    });
    for (const [name, value] of moved) this.sweptAt.set(name, value);
    return moved.length > 0;
  }

  /** Drops orders of an account until the rest has its margin. */
  private requireMargin(account: bigint): void {
    const { exchange, view } = this.parts;
    for (;;) {
      const live = view.excess(account);
      if (live === undefined) return;
      exchange.engine.drop(live, REASON.MARGIN);
    }
  }

  private dropUnlisted(): void {
    const { exchange, view } = this.parts;
    const listed = ({ signed }: Live) => view.listed(signed.order.account, signed.signer);
    for (const live of exchange.engine.orders.values()) {
      if (live.left > 0n && !listed(live)) exchange.engine.drop(live, REASON.REFUSED);
    }
  }

  private async retire({ number }: Header): Promise<void> {
    const { exchange, view } = this.parts;
    if (number - this.retiredAt < RETIRE_EVERY) return;
    this.retiredAt = number;
    // Expired beyond any reorganisation: its clock cannot go back by an hour.
    await exchange.retire(({ signed }) => Number(signed.order.expiry) < view.time - 3_600);
  }

  private measure(header: Header): void {
    const { metrics, exchange, sender } = this.parts;
    metrics.block.set(header.number);
    metrics.headTime.set(Number(header.timestamp));
    metrics.orders.set(exchange.engine.orders.size);
    const mined = exchange.matches.filter(({ row }) => row.state === "mined").length;
    metrics.open.set({ state: "mined" }, mined);
    metrics.open.set({ state: "open" }, exchange.matches.length - mined);
    metrics.pages.set(exchange.journal.head.page);
    metrics.statements.set(exchange.journal.head.next - 1);
    metrics.pending.set(sender.pending.length);
  }
}
