// SPDX-License-Identifier: MIT
import type { Logger } from "pino";
import type { Header } from "../../sdk/client/chain/blocks.js";
import { RpcRefused, isTrouble, type Rpc } from "../../sdk/client/chain/Rpc.js";
import type { AccountId } from "../../sdk/order.js";
import { money } from "../../sdk/units.js";
import { UPDATE, type Carried, type Carrier } from "../act/Carrier.js";
import { encode } from "../act/encode.js";
import { lacksReports } from "../act/lacksReports.js";
import { groupOfAction } from "../act/groupOfAction.js";
import { isDone, jobKey, subjectsOf, without, workOf } from "../act/jobs.js";
import { nameIn, withoutRepetition } from "../../chain/send/jobKeys.js";
import type { NewJob, Outcome, Sender, Sent } from "../../chain/send/Sender.js";
import { keyOf, kindOf, type Action } from "../actions/Action.js";
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
import { recognise } from "./recognise.js";
import { Report } from "./Report.js";
import { firstOf } from "./share.js";

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

/** Blocks that an action waits after it was mined and failed. */
const REVERTED_WAITS = 2;

/** Accounts that are compared after a look in which there was something to do: that goes first. */
const BUSY_SWEEP = 50;

/** Drifts that are logged one by one. */
const MAX_TOLD = 10;

/** What an action was sent for, to tell later whether others did it. */
interface Sending {
  readonly whole: Action;
  readonly action: Action;
  job: NewJob;
}

/** Looks at every block, decides by `plan`, and acts. One look at a time. */
export class Keeper {
  readonly report: Report;
  private readonly watch = new Watch();
  private readonly heartbeat: Heartbeat;
  /** Actions that were refused, and the block and scene in which they were. */
  private readonly refused = new Map<string, { block: number; scene: string }>();
  /** Actions on their way, by the key of their job. */
  private readonly acted = new Map<string, Action>();
  /** Maker orders as they were last read. */
  private given: readonly SignedOrder[] = [];
  /** What is another keeper's first, and was there in the last look already. */
  private left: ReadonlySet<string> = new Set();
  private running: Promise<void> | undefined;
  private again = false;
  private last: Header | undefined;
  private seen: Look | undefined;
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
    sender.onTrouble = (failure) => {
      const poor = failure instanceof RpcRefused && failure.verdict === "no funds";
      const told = poor ? "a key cannot pay for its transactions: top it up" : "node took no transaction";
      log.warn({ reason: (failure as Error).message }, told);
    };
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
  async wake(): Promise<void> {
    if (this.running !== undefined) {
      this.again = true;
      return this.running;
    }
    this.running = this.turns();
    await this.running;
  }

  /** After the look that is under way; its keys are free for others. */
  async rest(): Promise<void> {
    this.again = false;
    await this.running;
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
    this.book(await sender.tend(head, ({ key }) => this.isDone(key), this.reorged), head);
    this.reorged = false;
    const tended = performance.now();

    const present = await look(rpc, follower.venue, addresses, head, config.vaultDuties);
    const ahead = (await pull?.ahead(follower.venue, addresses, present)) ?? {
      present,
      look: present,
      brought: new Map(),
    };
    const seen = ahead.look;
    this.seen = seen;
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

  private async turns(): Promise<void> {
    do {
      this.again = false;
      try {
        await this.look();
      } catch (failure) {
        // Of nodes that fail the reason says all.
        const what = isTrouble(failure) ? { reason: (failure as Error).message } : { err: failure };
        this.parts.log.error(what, "a look failed");
        this.report.failed((failure as Error).message);
      }
    } while (this.again);
    this.running = undefined;
  }

  /**
   * None of the blocks that were known is in the chain: is it the same one? What was decided by the old venue counts
   * for nothing.
   */
  private async meet(): Promise<void> {
    const { sender, store } = this.parts;
    await this.recognise();
    await store.dropSnapshot();
    await sender.afresh();
    for (const map of [this.refused, this.acted]) map.clear();
    [this.left, this.last, this.unproven, this.snapshotAt] = [new Set(), undefined, undefined, undefined];
    this.strange = false;
  }

  private async recognise(): Promise<void> {
    const { rpc, store, chainId, fromBlock, log } = this.parts;
    const { length } = await store.jobs();
    if ((await recognise(rpc, store, chainId, fromBlock)) !== "another") return;
    const told = "the database is of another chain of the same id, such as a local one before it was started again";
    log.error({ jobs: length }, `${told}: its jobs, nonces and snapshot are dropped`);
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
    this.forget(seen);
    return snapshotOf(follower.venue, seen, this.watch, keeper, await this.orders(), new Set(this.refused.keys()));
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
    const { dryRun, config, carrier } = this.parts;
    const sendings = this.sendings(list, seen);
    if (brought.size > 0) {
      const carried = sendings.map((sending) => this.carried(sending, ahead));
      const jobs = await carrier.carry(carried, seen.header, dryRun);
      jobs.forEach((job, i) => (sendings[i]!.job = job));
    }
    if (dryRun) return this.pretend(sendings.slice(0, config.maxPending), seen);
    const results = await this.parts.sender.sendAll(
      sendings.map(({ job }) => job),
      seen.header,
      () => this.again,
    );
    this.report.stopped(results.includes("too much gas"));
    if (results.includes("too much gas")) {
      this.parts.log.error("the limit of gas an hour is reached: not all is sent until it has passed");
    }
    results.forEach((sent, i) => this.note(sendings[i]!, sent, seen));
  }

  /** With the reports that it may need: those of its group, of the vault's actions all. */
  private carried({ action, job }: Sending, ahead: Ahead): Carried {
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

  /**
   * What of a plan is this keeper's to send: what nobody is at, and what another one would do first only if he has not
   * within a block.
   */
  private sendings(list: readonly Planned[], seen: Look): Sending[] {
    const { sender, follower, addresses } = this.parts;
    const busy = sender.busy(seen.header.number);
    const left = new Set<string>();
    const sendings: Sending[] = [];
    for (const { action: whole, gas } of list) {
      const action = without(whole, busy);
      if (action === undefined) continue;
      const work = workOf(action);
      if (firstOf(sender.alive, action) !== sender.self) {
        left.add(work);
        if (!this.left.has(work)) continue;
      }
      const key = jobKey(action, follower.venue, seen);
      const subjects = subjectsOf(action);
      for (const subject of subjects) busy.add(subject);
      const call = encode(action, addresses.clearinghouse, addresses.vault);
      const kind = kindOf(action);
      const who = { own: kind.ownKey, duty: kind.duty(action) };
      const job = { key, kind: action.kind, subjects, call, minGas: BigInt(gas), ...who };
      sendings.push({ whole, action, job });
    }
    this.left = left;
    return sendings;
  }

  private async pretend(sendings: readonly Sending[], seen: Look): Promise<void> {
    const { sender, log } = this.parts;
    for (const { whole, action, job } of sendings) {
      const answer = await sender.simulate(sender.lanes[0]!.address, job.call);
      const refused = typeof answer !== "object" ? undefined : "refused" in answer ? answer.refused : answer.trouble;
      this.refuse(whole, seen);
      this.report.action(seen.header.number, keyOf(action), refused ?? "would send");
      log.info({ job: job.key, simulated: refused ?? "ok" }, "dry run: would send");
    }
  }

  private note({ whole, action, job }: Sending, sent: Sent, seen: Look): void {
    const { log, metrics } = this.parts;
    const block = seen.header.number;
    if (sent === "sent") {
      metrics.sent.inc({ kind: action.kind });
      this.acted.set(job.key, action);
      this.report.action(block, keyOf(action), "sent");
      log.info({ job: job.key, block }, "sent");
    } else if (typeof sent === "object" && "trouble" in sent) {
      this.report.action(block, keyOf(action), `not simulated: ${sent.trouble}`);
      log.warn({ job: job.key, reason: sent.trouble }, "no node could simulate it: tried again at the next head");
    } else if (typeof sent === "object") {
      metrics.refused.inc({ kind: action.kind });
      this.refuse(whole, seen);
      this.report.action(block, keyOf(action), `refused: ${sent.refused}`);
      log.info({ job: job.key, reason: sent.refused }, "the simulation refused");
    }
  }

  /** What became of jobs. One that failed because somebody else had done it is lost, and no failure. */
  private book(outcomes: readonly Outcome[], head: Header): void {
    const { log, metrics, sender } = this.parts;
    let [mined, lost] = [0, 0];
    for (const { job, what: told, gasUsed } of outcomes) {
      const what = (told === "reverted" || told === "cancelled") && this.isDone(job.key) ? "lost" : told;
      if (what === "mined") ++mined;
      if (what === "lost") ++lost;
      metrics.outcomes.inc({ kind: job.kind, outcome: what });
      const level = what === "reverted" || what === "dropped" || what === "abandoned" ? "warn" : "info";
      log[level]({ job: job.key, nonce: job.nonce, gasUsed: gasUsed?.toString(), block: head.number }, what);
      if (what !== "mined" && what !== "replaced" && what !== "taken back")
        this.acted.delete(withoutRepetition(job.key));
      if (what === "final") continue;
      const name = nameIn(job.key);
      this.report.action(head.number, name, what);
      if (what !== "reverted") continue;
      const block = head.number - this.parts.config.retryAfter + REVERTED_WAITS;
      this.refused.set(name, { block, scene: "" });
    }
    sender.tip.settle(mined, lost);
    metrics.tip.set(Number(sender.tip.fee));
  }

  private isDone(key: string): boolean {
    const action = this.acted.get(withoutRepetition(key));
    return action !== undefined && this.seen !== undefined && isDone(key, action, this.parts.follower.venue, this.seen);
  }

  private refuse(action: Action, seen: Look): void {
    this.refused.set(keyOf(action), { block: seen.header.number, scene: sceneOf(seen) });
  }

  /** What was refused is worth another try when a price or a phase has changed, or after some blocks. */
  private forget(seen: Look): void {
    const scene = sceneOf(seen);
    for (const [key, at] of this.refused) {
      const old = seen.header.number - at.block >= this.parts.config.retryAfter;
      if (old || (at.scene !== "" && at.scene !== scene)) this.refused.delete(key);
    }
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
    const { sender, config, metrics, log, dryRun } = this.parts;
    if (dryRun || (number % config.checkEvery !== 0 && this.balancesSeen)) return;
    this.balancesSeen = true;
    for (const lane of sender.lanes) {
      const balance = await lane.balance();
      metrics.balance.set({ lane: lane.address }, Number(balance));
      if (balance < config.minBalance)
        log.warn({ key: lane.address, wei: String(balance) }, "a key is short of gas money: top it up");
    }
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
