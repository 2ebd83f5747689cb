// SPDX-License-Identifier: MIT
import type { Logger } from "pino";
import type { Sender } from "../../../chain/send/Sender.js";
import { LEASE } from "../../../chain/store/PostgresStore.js";
import type { Store } from "../../../chain/store/Store.js";
import type { Header } from "../../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../../sdk/client/chain/Rpc.js";
import { accountOf, type GroupId } from "../../../sdk/order.js";
import { accountsOf } from "../../../sdk/state/accountsOf.js";
import type { VenueEvent } from "../../../sdk/state/events.js";
import { money } from "../../../sdk/units.js";
import { Acts, type Sight } from "../../act/Acts.js";
import type { Config } from "../../config/Config.js";
import { Reader, batchAt, type Addresses } from "../../look/prices.js";
import { pack } from "../../plan/pack.js";
import { tellBalances } from "../../run/balances.js";
import { Heartbeat } from "../../run/Heartbeat.js";
import type { Metrics } from "../../run/metrics.js";
import { recogniseOrDrop } from "../../run/recognise.js";
import { Report } from "../../run/Report.js";
import { tellTrouble } from "../../run/tellTrouble.js";
import { Turns } from "../../../chain/Turns.js";
import { encodeOption, optionKindOf, type OptionAction } from "../actions/OptionAction.js";
import type { ChainFollower } from "../../follow/ChainFollower.js";
import { GroupWatch } from "../look/GroupWatch.js";
import { OPTION_LENS, OptionReader } from "../look/lens.js";
import type { GroupScene, OptionScene } from "../look/Scene.js";
import type { OptionPolicy } from "../plan/OptionPolicy.js";
import { planOptions } from "../plan/planOptions.js";
import { groupStatus } from "./groupStatus.js";

export interface OptionKeeperParts {
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

const PPM = 1_000_000n;

/** Drifts that are logged one by one. */
const MAX_TOLD = 10;

/** The keeper of an option clearinghouse: looks at every block, decides by `planOptions`, and acts. */
export class OptionKeeper {
  readonly report: Report;
  private readonly turns: Turns;
  private readonly heartbeat: Heartbeat;
  private readonly acts: Acts<OptionAction, OptionScene, undefined>;
  private readonly watches = new Map<GroupId, GroupWatch>();
  private last: Header | undefined;
  /** Since what is mined was last looked at. */
  private reorged = true;
  /** The chain may be another one. */
  private strange = false;
  /** What was found counts for nothing. */
  private anew = true;
  private snapshotAt: number | undefined;
  private balancesSeen = false;
  /** Rebuilt because of a drift, and not proven since. */
  private drifted = false;

  constructor(private readonly parts: OptionKeeperParts) {
    const { metrics, dryRun, config, sender, log, store, addresses } = parts;
    this.report = new Report(metrics, dryRun, config.minOwnMargin);
    const encode = (action: OptionAction) => encodeOption(action, addresses.clearinghouse, addresses.vault);
    this.acts = new Acts({ ...parts, report: this.report, kindOf: optionKindOf, encode });
    tellTrouble(sender, log);
    this.turns = new Turns(
      () => this.look(),
      (failure) => this.report.failure(log, failure),
    );
    this.heartbeat = new Heartbeat(store.shared ? LEASE / 4 : undefined, sender, log);
  }

  /** Goes on from what was remembered. */
  async start(): Promise<void> {
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

  /** How many accounts of each group the last look asked for, and whether that were all. */
  get asked(): readonly { readonly count: number; readonly all: boolean }[] {
    return [...this.watches.values()].map(({ asked }) => asked);
  }

  /** One look at the chain, if its head is another. */
  async look(): Promise<void> {
    const { follower, sender, config, metrics, log } = this.parts;
    const began = performance.now();
    const { head, events, reorg, rebuilt, healed } = await follower.sync();
    this.reorged ||= reorg;
    this.strange ||= rebuilt;
    this.anew ||= events === undefined;
    if (reorg) this.report.reorg(log, head.number);
    if (healed) this.report.healed(log, head.number);
    if (this.strange) await this.meet();
    this.notice(events ?? []);
    if (this.last?.hash === head.hash) return this.report.seen();
    const synced = performance.now();

    const scene = await this.sceneAt(head);
    const looked = performance.now();
    const sight: Sight<OptionScene, undefined> = { header: head, venue: scene, look: undefined, scene: nameOf(scene) };
    const refused = this.acts.see(sight);
    this.acts.book(await sender.tend(head, ({ key }) => this.acts.isDone(key), this.reorged), head);
    this.reorged = false;
    const rules = { time: scene.time, policy: await this.policyFor(scene), refused };
    const list = pack(planOptions(scene, rules), config.blockGas);
    await this.acts.send(this.acts.sendings(list, sight), head, () => this.turns.again);
    const times = { sync: synced - began, look: looked - synced, act: performance.now() - looked };
    log.debug({ block: head.number, actions: list.length, asked: this.asked, ...times }, "looked");
    this.last = head;
    await this.tell(scene);
    metrics.tick.observe((performance.now() - began) / 1_000);
    if (!(await this.check(head))) await this.remember(head);
    await this.watchBalances(head);
  }

  // ------------------------------------------------------------------ inside

  /** Whose positions or cash may have changed; everybody's when that is not known. */
  private notice(events: readonly VenueEvent[]): void {
    const { follower, config } = this.parts;
    const { accounts, groups } = follower.venue;
    for (const id of groups.keys()) if (!this.watches.has(id)) this.watches.set(id, new GroupWatch(id, config));
    const changed = this.anew ? [...accounts.keys()] : events.flatMap(accountsOf);
    // A newcomer may hold something in any group.
    for (const watch of this.watches.values()) watch.changed(changed);
    if (this.anew) for (const watch of this.watches.values()) watch.forget();
    this.anew = false;
  }

  /**
   * Does the chain say otherwise than the events? Then all is read again, from another node if there is one, and
   * nothing goes on from a snapshot that may have the same fault. The second time without trust in what a node finds.
   */
  private async check({ number: block }: Header): Promise<boolean> {
    const { rpc, follower, store, metrics, log } = this.parts;
    const watches = [...this.watches.values()];
    metrics.checks.inc(watches.reduce((sum, { asked }) => sum + asked.count, 0));
    const drifts = watches.flatMap((watch) => watch.drifts);
    if (drifts.length === 0) {
      if (watches.every(({ asked }) => asked.all)) this.drifted = false;
      return false;
    }
    for (const { account, ...drift } of drifts.slice(0, MAX_TOLD)) {
      const told = { account: String(account), venue: String(drift.venue), chain: String(drift.chain), block };
      log.error(told, "the venue has drifted from the chain");
    }
    log.error({ block, drifts: drifts.length, carefully: this.drifted }, "the venue is rebuilt");
    this.report.drift(drifts.length);
    await store.dropSnapshot();
    rpc.turn?.();
    follower.restart(this.drifted);
    this.watches.clear();
    [this.last, this.anew, this.drifted, this.snapshotAt] = [undefined, true, true, undefined];
    return true;
  }

  /** None of the blocks that were known is in the chain: what was decided by it counts for nothing. */
  private async meet(): Promise<void> {
    const { sender, store } = this.parts;
    await recogniseOrDrop(this.parts);
    await store.dropSnapshot();
    await sender.afresh();
    this.acts.clear();
    this.watches.clear();
    [this.last, this.snapshotAt, this.strange, this.anew] = [undefined, undefined, false, true];
  }

  private async sceneAt(header: Header): Promise<OptionScene> {
    const { rpc, follower, addresses, sender, config } = this.parts;
    const { venue } = follower;
    const keeper = sender.lanes[0]!.address;
    const reader = this.readerAt(header);
    const seer = {
      rpc,
      venue,
      reader,
      clearinghouse: addresses.clearinghouse,
      keeper,
      takes: config.maxInventory > 0n,
    };
    const groups = new Map<GroupId, GroupScene>();
    for (const [id, watch] of this.watches) groups.set(id, await watch.look(seer, header));
    const batch = config.vaultDuties ? await batchAt(rpc, addresses.vault, header) : undefined;
    return { header, time: header.timestamp + config.secondsAhead, keeper, groups, batch };
  }

  private readerAt({ number }: Header): OptionReader {
    const { rpc, addresses } = this.parts;
    return new OptionReader(new Reader(rpc, addresses.lens, OPTION_LENS, number), addresses.clearinghouse);
  }

  /** What the keeper may still take over: nothing while its own margin is low. */
  private async policyFor(scene: OptionScene): Promise<OptionPolicy> {
    const { config, sender } = this.parts;
    const affordable = Number(await sender.affordable(scene.header));
    const room = config.maxInventory - inventoryOf(scene);
    return {
      ...config,
      millionGas: money(config.millionGas),
      maxLoss: money(config.maxLoss),
      appetite: money(room > 0n ? room : 0n),
      // What does more is cut to what an hour's gas still buys.
      transactionGas: Math.min(config.transactionGas, affordable),
    };
  }

  private async tell(scene: OptionScene): Promise<void> {
    const { sender, follower, addresses } = this.parts;
    const { report } = this;
    report.lowMargin = undefined;
    for (const { id, own } of scene.groups.values()) if (own) report.ownMargin(Number(id), own);
    const reserves = [...scene.groups.values()].reduce((sum, { view }) => sum + view.reserve, 0n);
    const told = {
      header: scene.header,
      accounts: follower.venue.accounts.size,
      vaultCash: (await this.readerAt(scene.header).cash(accountOf(addresses.vault, 0))) + reserves,
      inventory: inventoryOf(scene),
      groups: [...scene.groups.values()].map((group) => report.measured(groupStatus(group))),
    };
    await report.tell(told, sender);
  }

  private async remember(head: Header): Promise<void> {
    const { follower, store, config, log } = this.parts;
    const final = head.number - config.reorgDepth;
    if (this.snapshotAt !== undefined && final - this.snapshotAt < config.snapshotEvery) return;
    const snapshot = follower.snapshot();
    if (snapshot === undefined) return;
    await store.saveSnapshot(snapshot);
    this.snapshotAt = snapshot.block;
    log.info({ block: snapshot.block, bytes: snapshot.state.length }, "snapshot");
  }

  private async watchBalances({ number }: Header): Promise<void> {
    const { sender, config, dryRun } = this.parts;
    if (dryRun || (number % config.checkEvery !== 0 && this.balancesSeen)) return;
    this.balancesSeen = true;
    await tellBalances(sender, config.minBalance, this.parts);
  }
}

/** What a refusal may depend on. */
function nameOf({ groups }: OptionScene): string {
  return [...groups.values()]
    .map(({ view: { phase, until, absorbed, live, levelTime } }) =>
      [phase, until, absorbed, live.spot, live.level, live.versions, levelTime].join(),
    )
    .join(";");
}

/** The notional whose maintenance margin, by the perpetual's rate, is that of what the keeper holds. 1e-9 quote. */
function inventoryOf({ groups }: OptionScene): bigint {
  return [...groups.values()].reduce(
    (sum, { own, view }) => sum + ((own?.maintenance ?? 0n) * PPM) / view.params.maintenanceMargin,
    0n,
  );
}
