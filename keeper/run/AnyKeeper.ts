// SPDX-License-Identifier: MIT
import type { Logger } from "pino";
import type { Call } from "../../chain/send/Call.js";
import type { Sender } from "../../chain/send/Sender.js";
import { LEASE } from "../../chain/store/PostgresStore.js";
import type { Store } from "../../chain/store/Store.js";
import { Turns } from "../../chain/Turns.js";
import type { Header } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { Acts } from "../act/Acts.js";
import type { AnyAction, Kind } from "../actions/Kind.js";
import type { Config } from "../config/Config.js";
import type { ChainFollower } from "../follow/ChainFollower.js";
import type { Addresses } from "../look/prices.js";
import { tellBalances } from "./balances.js";
import type { Drift } from "./check.js";
import { Heartbeat } from "./Heartbeat.js";
import type { Metrics } from "./metrics.js";
import { recogniseOrDrop } from "./recognise.js";
import { Report } from "./Report.js";
import { tellTrouble } from "./tellTrouble.js";

export interface AnyKeeperParts {
  readonly rpc: Rpc;
  readonly store: Store;
  readonly follower: ChainFollower;
  readonly sender: Sender;
  readonly addresses: Addresses;
  readonly config: Config;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly dryRun: boolean;
  /** Of the deployment. */
  readonly chainId: bigint;
  readonly fromBlock: number;
}

/** Drifts that are logged one by one. */
const MAX_TOLD = 10;

/** What keepers of all kinds of venue do alike: one look at a time, and what they remember from look to look. */
export abstract class AnyKeeper<P extends AnyKeeperParts, A extends AnyAction, V, L> {
  readonly report: Report;
  protected readonly acts: Acts<A, V, L>;
  protected readonly turns: Turns;
  protected last: Header | undefined;
  /** Since what is mined was last looked at. */
  protected reorged = true;
  /** The chain may be another one. */
  protected strange = false;
  /** Rebuilt because of a drift, and not proven since. */
  protected drifted = false;
  private readonly heartbeat: Heartbeat;
  private snapshotAt: number | undefined;
  private balancesSeen = false;

  constructor(
    protected readonly parts: P,
    kindOf: (action: A) => Kind<A, V, L>,
    encode: (action: A) => Call,
  ) {
    const { metrics, dryRun, config, sender, log, store } = parts;
    this.report = new Report(metrics, dryRun, config.minOwnMargin);
    this.acts = new Acts({ ...parts, report: this.report, kindOf, encode });
    tellTrouble(sender, log);
    this.turns = new Turns(
      () => this.look(),
      (failure) => this.report.failure(log, failure),
    );
    this.heartbeat = new Heartbeat(store.shared ? LEASE / 4 : undefined, sender, log);
  }

  /** One look at the chain, if its head is another. */
  abstract look(): Promise<void>;

  /** What was derived from the venue counts for nothing. */
  protected abstract forget(): void;

  /** Goes on from what was remembered. Returns whether there was something. */
  async start(): Promise<boolean> {
    const { store, follower, sender, log } = this.parts;
    await recogniseOrDrop(this.parts);
    await sender.load(2 * LEASE);
    this.heartbeat.start();
    const snapshot = await store.snapshot();
    const resumed = snapshot !== undefined && (await follower.resume(snapshot));
    if (resumed) this.snapshotAt = snapshot.block;
    log.info(
      { block: this.snapshotAt, jobs: sender.jobs.length, keepers: sender.alive.length },
      resumed ? "resumed" : "from the deployment",
    );
    return resumed;
  }

  /** A new head may be there. Never throws; a look that failed is made again with the next head. */
  wake(): Promise<void> {
    return this.turns.wake();
  }

  /** After the look that is under way; its keys are free for others. */
  async rest(): Promise<void> {
    await this.turns.rest();
    this.heartbeat.stop();
    await this.parts.store.leave();
  }

  // ------------------------------------------------------------------ what a look is made of

  /** Follows the chain to its head. */
  protected async sync(): Promise<Awaited<ReturnType<ChainFollower["sync"]>>> {
    const { follower, log } = this.parts;
    const progress = await follower.sync();
    const { head, reorg, rebuilt, healed } = progress;
    this.reorged ||= reorg;
    this.strange ||= rebuilt;
    if (reorg) this.report.reorg(log, head.number);
    if (healed) this.report.healed(log, head.number);
    return progress;
  }

  /**
   * None of the blocks that were known is in the chain: is it the same one? What was decided by the old venue counts
   * for nothing.
   */
  protected async meet(): Promise<void> {
    const { sender, store } = this.parts;
    await recogniseOrDrop(this.parts);
    await store.dropSnapshot();
    await sender.afresh();
    this.acts.clear();
    [this.last, this.snapshotAt, this.strange] = [undefined, undefined, false];
    this.forget();
  }

  /** Books what was mined. */
  protected async tend(head: Header): Promise<void> {
    this.acts.book(await this.parts.sender.tend(head, ({ key }) => this.acts.isDone(key), this.reorged), head);
    this.reorged = false;
  }

  protected async remember(head: Header): Promise<void> {
    const { follower, store, config, log } = this.parts;
    const final = head.number - config.reorgDepth;
    if (this.snapshotAt !== undefined && final - this.snapshotAt < config.snapshotEvery) return;
    const snapshot = follower.snapshot();
    if (snapshot === undefined) return;
    await store.saveSnapshot(snapshot);
    this.snapshotAt = snapshot.block;
    log.info({ block: snapshot.block, bytes: snapshot.state.length }, "snapshot");
  }

  protected async watchBalances({ number }: Header): Promise<void> {
    const { sender, config, dryRun } = this.parts;
    if (dryRun || (number % config.checkEvery !== 0 && this.balancesSeen)) return;
    this.balancesSeen = true;
    await tellBalances(sender, config.minBalance, this.parts);
  }

  /**
   * The chain says otherwise: all is read again, from another node if there is one, and nothing goes on from a snapshot
   * that may have the same fault. The second time without trust in what a node finds.
   */
  protected async rebuild(drifts: readonly Drift[], { number: block }: Header): Promise<void> {
    const { rpc, follower, store, log } = this.parts;
    for (const drift of drifts.slice(0, MAX_TOLD)) {
      log.error({ ...stringed(drift), block }, "the venue has drifted from the chain");
    }
    log.error({ block, drifts: drifts.length, carefully: this.drifted }, "the venue is rebuilt");
    this.report.drift(drifts.length);
    await store.dropSnapshot();
    rpc.turn?.();
    follower.restart(this.drifted);
    [this.last, this.drifted, this.snapshotAt] = [undefined, true, undefined];
    this.forget();
  }
}

function stringed(value: object): Record<string, string> {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, String(each)]));
}
