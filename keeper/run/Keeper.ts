// SPDX-License-Identifier: MIT
import type { Logger } from "pino";
import type { Header } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { AccountId } from "../../sdk/order.js";
import type { Venue } from "../../sdk/state/Venue.js";
import { money } from "../../sdk/units.js";
import { UPDATE, type Carried, type Carrier } from "../act/Carrier.js";
import { encode } from "../act/encode.js";
import { lacksReports } from "../act/lacksReports.js";
import { groupOfAction } from "../act/groupOfAction.js";
import { Acts, type Sending, type Sight } from "../act/Acts.js";
import type { Sender } from "../../chain/send/Sender.js";
import { kindOf, type Action } from "../actions/Action.js";
import type { Config } from "../config/Config.js";
import { ChainFollower } from "../follow/ChainFollower.js";
import { inventoryOf, snapshotOf } from "../look/snapshotOf.js";
import { look, type Addresses, type Look } from "../look/prices.js";
import type { Ahead, Pull } from "../look/Pull.js";
import { Watch } from "../look/Watch.js";
import { pack } from "../plan/pack.js";
import { plan } from "../plan/plan.js";
import type { Planned } from "../plan/planned.js";
import type { Policy, SignedOrder, Snapshot } from "../plan/Snapshot.js";
import type { Store } from "../../chain/store/Store.js";
import { LEASE } from "../../chain/store/PostgresStore.js";
import { check, pick, sweep, type Drift } from "./check.js";
import { Heartbeat } from "./Heartbeat.js";
import type { Metrics } from "./metrics.js";
import { recogniseOrDrop } from "./recognise.js";
import { tellBalances } from "./balances.js";
import { tellTrouble } from "./tellTrouble.js";
import { Turns } from "../../chain/Turns.js";
import { Report } from "./Report.js";

export interface KeeperParts {
  readonly rpc: Rpc;
  readonly store: Store;
  readonly follower: ChainFollower;
  readonly sender: Sender;
  readonly addresses: Addresses;
  /** Undefined: no reports are brought. */
  readonly pull: Pull | undefined;
  readonly carrier: Carrier;
  readonly config: Config;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly dryRun: boolean;
  /** Maker orders that the keeper may use. */
  readonly orders: () => Promise<readonly SignedOrder[]>;
  readonly random: () => number;
  /** Of the deployment. */
  readonly chainId: bigint;
  readonly fromBlock: number;
}

/** Accounts that are compared after a look in which there was something to do: that goes first. */
const BUSY_SWEEP = 50;

/** Drifts that are logged one by one. */
const MAX_TOLD = 10;

/** Looks at every block, decides by `plan`, and acts. One look at a time. */
export class Keeper {
  readonly report: Report;
  private readonly watch = new Watch();
  private readonly heartbeat: Heartbeat;
  private readonly acts: Acts<Action, Venue, Look>;
  /** Maker orders as they were last read. */
  private given: readonly SignedOrder[] = [];
  private readonly turns: Turns;
  private last: Header | undefined;
  /** Since what is mined was last looked at. */
  private reorged = true;
  /** What is derived from the venue is as far as the venue. */
  private inStep = false;
  /** The chain may be another one. */
  private strange = false;
  private snapshotAt: number | undefined;
  private checkedAt = 0;
  private balancesSeen = false;
  /** Who has not been compared since the venue was rebuilt; undefined: nobody yet. */
  private unproven: AccountId[] | undefined;
  /** Rebuilt because of a drift, and not proven since. */
  private drifted = false;

  constructor(private readonly parts: KeeperParts) {
    const { metrics, dryRun, config, sender, log, store } = parts;
    this.report = new Report(metrics, dryRun, config.minOwnMargin);
    const { clearinghouse, vault } = parts.addresses;
    const encoded = (action: Action) => encode(action, clearinghouse, vault);
    this.acts = new Acts({ ...parts, report: this.report, kindOf, encode: encoded });
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
    await this.recognise();
    await sender.load(2 * LEASE);
    this.heartbeat.start();
    const snapshot = await store.snapshot();
    const resumed = snapshot !== undefined && (await follower.resume(snapshot));
    if (resumed) [this.snapshotAt, this.unproven] = [snapshot.block, []];
    log.info(
      { block: resumed ? snapshot.block : undefined, jobs: sender.jobs.length, keepers: sender.alive.length },
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

  /** One look at the chain, if its head is another. */
  async look(): Promise<void> {
    const { follower, sender, rpc, addresses, pull, config, metrics, log } = this.parts;
    const began = performance.now();
    const { head, events, reorg, rebuilt, healed } = await follower.sync();
    this.reorged ||= reorg;
    this.strange ||= rebuilt;
    if (reorg) this.report.reorg(log, head.number);
    if (healed) this.report.healed(log, head.number);
    const news = this.inStep ? events : undefined;
    this.inStep = false;
    this.watch.update(follower.venue, news);
    this.inStep = true;
    if (this.strange) await this.meet();
    if (this.last?.hash === head.hash) return this.report.seen();
    const synced = performance.now();
    this.acts.book(await sender.tend(head, ({ key }) => this.acts.isDone(key), this.reorged), head);
    this.reorged = false;
    const tended = performance.now();

    const present = await look(rpc, follower.venue, addresses, head, config.vaultDuties);
    const ahead = (await pull?.ahead(follower.venue, addresses, present)) ?? {
      present,
      look: present,
      brought: new Map(),
    };
    const seen = ahead.look;
    const snapshot = await this.snapshotOf(seen);
    const list = pack(plan(snapshot), config.blockGas);
    const decided = performance.now();
    await this.act(list, ahead);
    await this.refresh(seen);
    const times = { sync: synced - began, tend: tended - synced, decide: decided - tended };
    log.debug({ block: head.number, actions: list.length, ...times, act: performance.now() - decided }, "looked");
    this.last = head;
    this.watch.tidy();
    await this.report.look(follower.venue, seen, snapshot, sender, this.watch);
    this.report.reports = pull?.status ?? [];
    metrics.tick.observe((performance.now() - began) / 1_000);
    await this.remember(head);
    await this.check(present, list.length > 0);
    await this.watchBalances(head);
  }

  // ------------------------------------------------------------------ inside

  /**
   * None of the blocks that were known is in the chain: is it the same one? What was decided by the old venue counts
   * for nothing.
   */
  private async meet(): Promise<void> {
    const { sender, store } = this.parts;
    await this.recognise();
    await store.dropSnapshot();
    await sender.afresh();
    this.acts.clear();
    [this.last, this.unproven, this.snapshotAt] = [undefined, undefined, undefined];
    this.strange = false;
  }

  private async recognise(): Promise<void> {
    await recogniseOrDrop(this.parts);
  }

  /** A file that was spoilt keeps nobody from what is to be done without it. */
  private async orders(): Promise<readonly SignedOrder[]> {
    try {
      return (this.given = await this.parts.orders());
    } catch (failure) {
      this.parts.log.error({ reason: (failure as Error).message }, "the orders cannot be read: those before count");
      return this.given;
    }
  }

  private async snapshotOf(seen: Look): Promise<Snapshot> {
    const { follower, sender, config } = this.parts;
    const { address } = sender.lanes[0]!;
    const affordable = Number(await sender.affordable(seen.header));
    const keeper = { address, policy: this.policyFor(seen, affordable), secondsAhead: config.secondsAhead };
    const refused = this.acts.see(this.sightOf(seen));
    return snapshotOf(follower.venue, seen, this.watch, keeper, await this.orders(), refused);
  }

  private sightOf(look: Look): Sight<Venue, Look> {
    return { header: look.header, venue: this.parts.follower.venue, look, scene: sceneOf(look) };
  }

  /** What the keeper may still take over: nothing while its own margin is low. */
  private policyFor(seen: Look, affordable: number): Policy {
    const { config, follower, sender, log } = this.parts;
    const owner = sender.lanes[0]!.address;
    const held = inventoryOf(follower.venue, seen, owner);
    const low = this.report.lowMargin;
    if (low) log.warn({ group: low }, "own margin is low: nothing more is taken over");
    const room = low || held >= config.maxInventory ? 0n : config.maxInventory - held;
    return {
      millionGas: money(config.millionGas),
      maxLoss: money(config.maxLoss),
      appetite: money(room),
      minDiscount: config.minDiscount,
      unwindCost: config.unwindCost,
      // An absorb is cut to what an hour's gas still buys.
      transactionGas: Math.min(config.transactionGas, affordable),
    };
  }

  private async act(list: readonly Planned[], ahead: Ahead): Promise<void> {
    const { look: seen, brought } = ahead;
    const { dryRun, carrier } = this.parts;
    const sendings = this.acts.sendings(list, this.sightOf(seen));
    if (brought.size > 0) {
      const carried = sendings.map((sending) => this.carried(sending, ahead));
      const jobs = await carrier.carry(carried, seen.header, dryRun);
      jobs.forEach((job, i) => (sendings[i]!.job = job));
    }
    await this.acts.send(sendings, seen.header, () => this.turns.again);
  }

  /** With the reports that it may need: those of its group, of the vault's actions all. */
  private carried({ action, job }: Sending<Action>, ahead: Ahead): Carried {
    const groupOfAccount = (account: bigint) => this.parts.follower.venue.accounts.get(account as AccountId)?.group;
    const group = groupOfAction(action, groupOfAccount);
    const reports = group === undefined ? [...ahead.brought.values()].flat() : (ahead.brought.get(group) ?? []);
    return { job, byAnyone: kindOf(action).sender === "anyone", lacks: lacksReports(action, ahead), reports };
  }

  /** Prices that are old or have moved, whose reports no action took along. */
  private async refresh(seen: Look): Promise<void> {
    const { pull, carrier, sender, dryRun, metrics, log } = this.parts;
    const due = (pull?.due(seen) ?? []).filter(({ source }) => !carrier.sent.has(source.source));
    if (due.length === 0 || dryRun) return;
    const busy = sender.busy(seen.header.number);
    const jobs = carrier
      .updates(due, (source) => [`${UPDATE} ${source}`], false)
      .filter(({ subjects }) => !subjects.some((subject) => busy.has(subject)));
    const results = await sender.sendAll(jobs, seen.header);
    results.forEach((sent, i) => {
      const { key: job, kind } = jobs[i]!;
      if (sent === "sent") {
        metrics.sent.inc({ kind });
        log.info({ job, block: seen.header.number }, "sent");
      } else if (typeof sent === "object") log.warn({ job, ...sent }, "a report was not brought");
    });
  }

  private async remember(head: Header): Promise<void> {
    const { follower, store, config, log } = this.parts;
    const final = head.number - config.reorgDepth;
    const proven = this.unproven?.length === 0; // what may be wrong is not for others to go on from
    const recent = this.snapshotAt !== undefined && final - this.snapshotAt < config.snapshotEvery;
    if (!proven || recent) return;
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

  /** Proves the venue: on everybody once after it was rebuilt, then on some accounts now and then. */
  private async check(seen: Look, busy: boolean): Promise<void> {
    const { rpc, follower, addresses, config, metrics, random } = this.parts;
    const sides = { rpc, venue: follower.venue, look: seen, addresses };
    this.unproven ??= [...follower.venue.accounts.keys()];
    const next = this.unproven.splice(0, busy ? Math.min(BUSY_SWEEP, config.sweepAccounts) : config.sweepAccounts);
    if (next.length > 0) {
      const drifts = await sweep(sides, next);
      metrics.checks.inc(next.length);
      if (drifts.length > 0) return this.rebuild(drifts, seen);
      if (this.unproven.length === 0) this.drifted = false;
    }
    const { number } = seen.header;
    if (number - this.checkedAt < config.checkEvery || config.checkAccounts === 0) return;
    this.checkedAt = number;
    const ids = pick(follower.venue, config.checkAccounts, random);
    const drifts = await check(sides, ids);
    metrics.checks.inc(ids.length);
    if (drifts.length > 0) await this.rebuild(drifts, seen);
  }

  /**
   * The chain says otherwise: all is read again, from another node if there is one, and nothing goes on from a snapshot
   * that may have the same fault. The second time without trust in what a node finds.
   */
  private async rebuild(drifts: readonly Drift[], { header }: Look): Promise<void> {
    const { rpc, follower, store, log } = this.parts;
    for (const drift of drifts.slice(0, MAX_TOLD)) {
      log.error({ ...stringed(drift), block: header.number }, "the venue has drifted from the chain");
    }
    log.error({ block: header.number, drifts: drifts.length, carefully: this.drifted }, "the venue is rebuilt");
    this.report.drift(drifts.length);
    await store.dropSnapshot();
    rpc.turn?.();
    follower.restart(this.drifted);
    [this.last, this.unproven, this.drifted, this.snapshotAt] = [undefined, undefined, true, undefined];
  }
}

/** What a refusal may depend on. */
function sceneOf({ groups }: Look): string {
  return [...groups.values()]
    .map(({ group, markets }) => [group.phase, group.until, group.absorbed, ...markets.map(({ mark }) => mark)].join())
    .join(";");
}

function stringed(value: object): Record<string, string> {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, String(each)]));
}
