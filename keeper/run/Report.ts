// SPDX-License-Identifier: MIT
import type { Logger } from "pino";
import type { Header } from "../../sdk/client/chain/blocks.js";
import { isTrouble } from "../../sdk/client/chain/Rpc.js";
import { accountOf } from "../../sdk/order.js";
import type { Venue } from "../../sdk/state/Venue.js";
import type { ReportStatus } from "../../chain/reports/ReportWatch.js";
import type { Sender } from "../../chain/send/Sender.js";
import type { Look } from "../look/prices.js";
import { inventoryOf } from "../look/snapshotOf.js";
import type { Watch } from "../look/Watch.js";
import { PHASES, type GroupState, type Snapshot } from "../plan/Snapshot.js";
import { BELOW_CALL, INSOLVENT, LIQUIDATABLE } from "../scan/exact.js";
import type { Metrics } from "./metrics.js";
import type { ActionStatus, GroupStatus, Stage, Status } from "./Status.js";

const QUOTE = 1e9;
const LAST = 20;
const STALE = 120; // seconds without a look, after which the keeper does not call itself healthy

/** What a look has seen. */
export interface Told {
  readonly header: Header;
  readonly accounts: number;
  readonly vaultCash: bigint;
  readonly inventory: bigint;
  readonly groups: GroupStatus[];
}

/** What the keeper tells of itself: metrics, and the status behind /health. */
export class Report {
  private stage: Stage = "starting";
  private block = 0;
  private head = 0;
  private seenAt = Date.now();
  private accounts = 0;
  private groups: GroupStatus[] = [];
  private vaultCash = 0;
  private inventory = 0;
  private pending = 0;
  private gasAnHour = 0n;
  private stoppedBy: string | undefined;
  private keepers = 1;
  private drifts = 0;
  private reorgs = 0;
  private trouble: string | undefined;
  private actions: ActionStatus[] = [];
  /** The group in which the keeper's margin is below its least, if any. */
  lowMargin: number | undefined;
  reports: readonly ReportStatus[] = [];

  constructor(
    private readonly metrics: Metrics,
    private readonly dryRun: boolean,
    /** ppm. */
    private readonly minOwnMargin: bigint,
  ) {}

  status(): Status {
    const age = (Date.now() - this.seenAt) / 1_000;
    return {
      stage: this.stage,
      dryRun: this.dryRun,
      block: this.block,
      head: this.head,
      age,
      accounts: this.accounts,
      groups: this.groups,
      reports: this.reports,
      vaultCash: this.vaultCash,
      inventory: this.inventory,
      pending: this.pending,
      gasAnHour: String(this.gasAnHour),
      stopped: this.stoppedBy,
      drifts: this.drifts,
      reorgs: this.reorgs,
      keepers: this.keepers,
      trouble: this.trouble,
      actions: this.actions,
    };
  }

  get healthy(): boolean {
    return this.stage === "following" && this.stoppedBy === undefined && Date.now() - this.seenAt < STALE * 1_000;
  }

  backfill(block: number, head: number): void {
    [this.stage, this.block, this.head, this.seenAt] = ["backfilling", block, head, Date.now()];
    this.metrics.block.set(block);
  }

  /** The node answered, and has nothing new. */
  seen(): void {
    [this.stage, this.seenAt, this.trouble] = ["following", Date.now(), undefined];
  }

  /** A look failed. */
  failure(log: Logger, failure: unknown): void {
    const { message } = failure as Error;
    // Of nodes that fail the reason says all.
    log.error(isTrouble(failure) ? { reason: message } : { err: failure }, "a look failed");
    [this.stage, this.trouble] = ["failing", message];
    this.metrics.failures.inc();
  }

  reorg(log: Logger, block: number): void {
    ++this.reorgs;
    this.metrics.reorgs.inc();
    log.warn({ block }, "the chain was reorganised");
  }

  healed(log: Logger, block: number): void {
    this.metrics.healed.inc();
    log.warn({ block }, "events were missing and were fetched again");
  }

  drift(count: number): void {
    this.drifts += count;
    this.metrics.drifts.inc(count);
  }

  stopped(byGas: boolean): void {
    this.stoppedBy = byGas ? "the limit of gas an hour" : undefined;
    this.metrics.stopped.set(byGas ? 1 : 0);
  }

  action(block: number, job: string, what: string): void {
    this.actions = [{ block, job, what }, ...this.actions].slice(0, LAST);
  }

  /** After a look. */
  async look(venue: Venue, seen: Look, snapshot: Snapshot, sender: Sender, watch: Watch): Promise<void> {
    // What a lock sets aside comes back, or pays.
    const reserves = [...venue.groups.values()].reduce((sum, { reserve }) => sum + reserve, 0n);
    const vaultCash = (venue.accounts.get(accountOf(venue.vault, 0))?.cash ?? 0n) + reserves;
    const inventory = inventoryOf(venue, seen, sender.lanes[0]!.address);
    this.lowMargin = undefined;
    const groups = snapshot.groups.map((group) => this.group(group, seen, watch));
    await this.tell({ header: seen.header, accounts: venue.accounts.size, vaultCash, inventory, groups }, sender);
  }

  /** What was seen, of any kind of venue. Amounts in 1e-9 quote. */
  async tell(seen: Told, sender: Sender): Promise<void> {
    const { metrics } = this;
    const { header } = seen;
    [this.block, this.head, this.accounts] = [header.number, header.number, seen.accounts];
    this.vaultCash = Number(seen.vaultCash) / QUOTE;
    this.inventory = Number(seen.inventory) / QUOTE;
    this.groups = seen.groups;
    this.pending = sender.pending.length;
    this.gasAnHour = await sender.committed(Number(header.timestamp));
    this.keepers = sender.alive.length;
    metrics.keepers.set(this.keepers);
    metrics.block.set(header.number);
    metrics.head.set(Number(header.timestamp));
    metrics.accounts.set(this.accounts);
    metrics.vaultCash.set(this.vaultCash);
    metrics.inventory.set(this.inventory);
    metrics.gasAnHour.set(Number(this.gasAnHour));
    for (const { address } of sender.lanes) {
      metrics.pending.set({ lane: address }, sender.pending.filter(({ lane }) => lane === address).length);
    }
    this.seen();
  }

  private group(state: GroupState, seen: Look, watch: Watch): GroupStatus {
    const scan = watch.group(BigInt(state.id) as never);
    const levels = [BELOW_CALL, LIQUIDATABLE, INSOLVENT] as const;
    const [belowCall, liquidatable, insolvent] = levels.map((level) => scan.countAt(level)) as [number, number, number];
    if (state.own) this.ownMargin(state.id, state.own.health);
    const marks = state.markets.map(({ quote }) => (Number(quote.mark) / 1e18).toPrecision(8));
    const { id, phase, gapped, absorbed } = state;
    return this.measured({ group: id, phase, gapped, absorbed, belowCall, liquidatable, insolvent, marks });
  }

  /** The keeper's own account of a group, and whether its margin is low. */
  ownMargin(id: number, { equity, initial }: { readonly equity: bigint; readonly initial: bigint }): void {
    if (initial <= 0n) return;
    const ratio = (equity * 1_000_000n) / initial;
    this.metrics.ownMargin.set({ group: String(id) }, Number(ratio) / 1e6);
    if (ratio < this.minOwnMargin) this.lowMargin = id;
  }

  /** The same, in the metrics. */
  measured(status: GroupStatus): GroupStatus {
    const { metrics } = this;
    const group = String(status.group);
    metrics.atRisk.set({ group, level: "call" }, status.belowCall);
    metrics.atRisk.set({ group, level: "maintenance" }, status.liquidatable);
    metrics.atRisk.set({ group, level: "zero" }, status.insolvent);
    metrics.phase.set({ group }, (PHASES as readonly string[]).indexOf(status.phase));
    metrics.absorbed.set({ group }, status.absorbed);
    return status;
  }
}
