// SPDX-License-Identifier: MIT
import type { AccountId } from "../../sdk/order.js";
import type { Venue } from "../../sdk/state/Venue.js";
import { money } from "../../sdk/units.js";
import { UPDATE, type Carried, type Carrier } from "../act/Carrier.js";
import { encode } from "../act/encode.js";
import { lacksReports } from "../act/lacksReports.js";
import { groupOfAction } from "../act/groupOfAction.js";
import { type Sending, type Sight } from "../act/Acts.js";
import { kindOf, type Action } from "../actions/Action.js";
import { inventoryOf, snapshotOf } from "../look/snapshotOf.js";
import { look, type Look } from "../look/prices.js";
import type { Ahead, Pull } from "../look/Pull.js";
import { Watch } from "../look/Watch.js";
import { pack } from "../plan/pack.js";
import { plan } from "../plan/plan.js";
import type { Planned } from "../plan/planned.js";
import type { Policy, SignedOrder, Snapshot } from "../plan/Snapshot.js";
import { AnyKeeper, type AnyKeeperParts } from "./AnyKeeper.js";
import { check, pick, sweep } from "./check.js";

export interface KeeperParts extends AnyKeeperParts {
  /** Undefined: no reports are brought. */
  readonly pull: Pull | undefined;
  readonly carrier: Carrier;
  /** Maker orders that the keeper may use. */
  readonly orders: () => Promise<readonly SignedOrder[]>;
  readonly random: () => number;
}

/** Accounts that are compared after a look in which there was something to do: that goes first. */
const BUSY_SWEEP = 50;

/** Looks at every block, decides by `plan`, and acts. One look at a time. */
export class Keeper extends AnyKeeper<KeeperParts, Action, Venue, Look> {
  private readonly watch = new Watch();
  /** Maker orders as they were last read. */
  private given: readonly SignedOrder[] = [];
  /** What is derived from the venue is as far as the venue. */
  private inStep = false;
  private checkedAt = 0;
  /** Who has not been compared since the venue was rebuilt; undefined: nobody yet. */
  private unproven: AccountId[] | undefined;

  constructor(parts: KeeperParts) {
    const { clearinghouse, vault } = parts.addresses;
    super(parts, kindOf, (action) => encode(action, clearinghouse, vault));
  }

  override async start(): Promise<boolean> {
    const resumed = await super.start();
    if (resumed) this.unproven = []; // it was proven before it was remembered
    return resumed;
  }

  /** One look at the chain, if its head is another. */
  async look(): Promise<void> {
    const { follower, sender, rpc, addresses, pull, config, metrics, log } = this.parts;
    const began = performance.now();
    const { head, events } = await this.sync();
    const news = this.inStep ? events : undefined;
    this.inStep = false;
    this.watch.update(follower.venue, news);
    this.inStep = true;
    if (this.strange) await this.meet();
    if (this.last?.hash === head.hash) return this.report.seen();
    const synced = performance.now();
    await this.tend(head);
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
    if (this.unproven?.length === 0) await this.remember(head); // what may be wrong is not for others to go on from
    await this.check(present, list.length > 0);
    await this.watchBalances(head);
  }

  // ------------------------------------------------------------------ inside

  protected override forget(): void {
    this.unproven = undefined;
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

  /** Proves the venue: on everybody once after it was rebuilt, then on some accounts now and then. */
  private async check(seen: Look, busy: boolean): Promise<void> {
    const { rpc, follower, addresses, config, metrics, random } = this.parts;
    const sides = { rpc, venue: follower.venue, look: seen, addresses };
    this.unproven ??= [...follower.venue.accounts.keys()];
    const next = this.unproven.splice(0, busy ? Math.min(BUSY_SWEEP, config.sweepAccounts) : config.sweepAccounts);
    if (next.length > 0) {
      const drifts = await sweep(sides, next);
      metrics.checks.inc(next.length);
      if (drifts.length > 0) return this.rebuild(drifts, seen.header);
      if (this.unproven.length === 0) this.drifted = false;
    }
    const { number } = seen.header;
    if (number - this.checkedAt < config.checkEvery || config.checkAccounts === 0) return;
    this.checkedAt = number;
    const ids = pick(follower.venue, config.checkAccounts, random);
    const drifts = await check(sides, ids);
    metrics.checks.inc(ids.length);
    if (drifts.length > 0) await this.rebuild(drifts, seen.header);
  }
}

/** What a refusal may depend on. */
function sceneOf({ groups }: Look): string {
  return [...groups.values()]
    .map(({ group, markets }) => [group.phase, group.until, group.absorbed, ...markets.map(({ mark }) => mark)].join())
    .join(";");
}
