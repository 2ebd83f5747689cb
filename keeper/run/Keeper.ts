// SPDX-License-Identifier: MIT
import type { Logger } from "pino";
import { money } from "../../sdk/units.js";
import { encode } from "../act/encode.js";
import { jobKey, subjectsOf, without } from "../act/jobs.js";
import type { Outcome, Sender } from "../act/Sender.js";
import type { Header } from "../chain/blocks.js";
import type { Rpc } from "../chain/Rpc.js";
import type { Config } from "../config/Config.js";
import { ChainFollower } from "../follow/ChainFollower.js";
import { inventoryOf, snapshotOf } from "../look/snapshotOf.js";
import { look, type Addresses, type Look } from "../look/prices.js";
import { Watch } from "../look/Watch.js";
import { keyOf, type Action, type Planned } from "../plan/Action.js";
import { pack } from "../plan/pack.js";
import { plan } from "../plan/plan.js";
import type { Policy, SignedOrder, Snapshot } from "../plan/Snapshot.js";
import type { Store } from "../store/Store.js";
import { check, pick } from "./check.js";
import type { Metrics } from "./metrics.js";
import { Report } from "./Report.js";

export interface KeeperParts {
  readonly rpc: Rpc;
  readonly store: Store;
  readonly follower: ChainFollower;
  readonly sender: Sender;
  readonly addresses: Addresses;
  readonly config: Config;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly dryRun: boolean;
  /** Maker orders that the keeper may use. */
  readonly orders: () => Promise<readonly SignedOrder[]>;
  readonly random: () => number;
}

const OWN: ReadonlySet<Action["kind"]> = new Set([
  ...(["liquidate", "liquidateToAccount", "liquidateToVault", "buyInventory", "fillOrder"] as const),
]);

/** Blocks that an action waits after it was mined and failed. */
const REVERTED_WAITS = 2;

/** Looks at every block, decides by `plan`, and acts. One look at a time. */
export class Keeper {
  readonly report: Report;
  private readonly watch = new Watch();
  /** Actions that were refused, and the block and scene in which they were. */
  private readonly refused = new Map<string, { block: number; scene: string }>();
  private running: Promise<void> | undefined;
  private again = false;
  private last: Header | undefined;
  private snapshotAt = 0;
  private checkedAt = 0;
  private balancesSeen = false;

  constructor(private readonly parts: KeeperParts) {
    this.report = new Report(parts.metrics, parts.dryRun, parts.config.leastOwnMargin);
    parts.sender.onTrouble = (failure) =>
      parts.log.warn({ reason: (failure as Error).message }, "node took no transaction");
  }

  /** Goes on from what was remembered. */
  async start(): Promise<void> {
    const { store, follower, sender, log } = this.parts;
    await sender.load();
    const snapshot = await store.snapshot();
    const resumed = snapshot !== undefined && (await follower.resume(snapshot));
    if (resumed) this.snapshotAt = snapshot.block;
    log.info(
      { block: resumed ? snapshot.block : undefined, jobs: sender.jobs.length },
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

  /** After the look that is under way. */
  async rest(): Promise<void> {
    this.again = false;
    await this.running;
  }

  /** One look at the chain, if its head is another. */
  async look(): Promise<void> {
    const { follower, sender, rpc, addresses, config, metrics, log } = this.parts;
    const began = performance.now();
    const { head, events, reorg, healed } = await follower.sync();
    if (reorg) this.report.reorg(log, head.number);
    if (healed) this.report.healed(log, head.number);
    if (this.last?.hash === head.hash) return this.report.seen();
    this.watch.update(follower.house, events);
    for (const outcome of await sender.tend(head)) this.book(outcome, head);

    const seen = await look(rpc, follower.house, addresses, head, config.vaultDuties);
    const snapshot = await this.snapshotOf(seen);
    const list = pack(plan(snapshot), config.blockGas);
    await this.act(list, seen);
    this.last = head;
    await this.report.look(follower.house, seen, snapshot, sender, this.watch);
    metrics.tick.observe((performance.now() - began) / 1_000);
    await this.remember(head);
    await this.check(seen);
    await this.watchBalances(head);
  }

  // ------------------------------------------------------------------ inside

  private async turns(): Promise<void> {
    do {
      this.again = false;
      try {
        await this.look();
      } catch (failure) {
        this.parts.log.error({ err: failure }, "a look failed");
        this.report.failed((failure as Error).message);
      }
    } while (this.again);
    this.running = undefined;
  }

  private async snapshotOf(seen: Look): Promise<Snapshot> {
    const { follower, sender, config, orders } = this.parts;
    const { address } = sender.lanes[0]!;
    const keeper = { address, policy: this.policyFor(seen), secondsAhead: config.secondsAhead };
    this.forget(seen);
    return snapshotOf(follower.house, seen, this.watch, keeper, await orders(), new Set(this.refused.keys()));
  }

  /** What the keeper may still take over: nothing while its own margin is low. */
  private policyFor(seen: Look): Policy {
    const { config, follower, sender, log } = this.parts;
    const owner = sender.lanes[0]!.address;
    const held = inventoryOf(follower.house, seen, owner);
    const low = this.report.lowMargin;
    if (low) log.warn({ group: low }, "own margin is low: nothing more is taken over");
    const room = low || held >= config.mostInventory ? 0n : config.mostInventory - held;
    return {
      ...{ millionGas: money(config.millionGas), mostLoss: money(config.mostLoss), appetite: money(room) },
      ...{ transactionGas: config.transactionGas, leastDiscount: config.leastDiscount, unwindCost: config.unwindCost },
    };
  }

  private async act(list: readonly Planned[], seen: Look): Promise<void> {
    const { sender, follower, addresses, dryRun, log, metrics } = this.parts;
    for (const { action: whole, gas } of list) {
      const action = without(whole, sender.busy(seen.header.number));
      if (action === undefined) continue;
      const key = jobKey(action, follower.house, seen);
      if (dryRun) {
        const reason = await sender.simulate(
          sender.lanes[0]!.address,
          encode(action, addresses.clearinghouse, addresses.vault),
        );
        this.refuse(whole, seen);
        this.report.action(
          seen.header.number,
          keyOf(action),
          typeof reason === "bigint" ? "would send" : reason.refused,
        );
        log.info({ job: key, simulated: typeof reason === "bigint" ? "ok" : reason.refused }, "dry run: would send");
        continue;
      }
      const call = encode(action, addresses.clearinghouse, addresses.vault);
      const base = { key, kind: action.kind, subjects: subjectsOf(action), call, leastGas: BigInt(gas) };
      const job = { ...base, own: OWN.has(action.kind) };
      const sent = await sender.send(job, seen.header);
      this.report.stopped(sent === "too much gas");
      if (sent === "sent") {
        metrics.sent.inc({ kind: action.kind });
        this.report.action(seen.header.number, keyOf(action), "sent");
        log.info({ job: key, block: seen.header.number }, "sent");
      } else if (sent === "too much gas") {
        log.error("the limit of gas an hour is reached: nothing is sent until it has passed");
        return;
      } else if (typeof sent === "object") {
        metrics.refused.inc({ kind: action.kind });
        this.refuse(whole, seen);
        this.report.action(seen.header.number, keyOf(action), `refused: ${sent.refused}`);
        log.info({ job: key, reason: sent.refused }, "the simulation refused");
      }
    }
  }

  private book({ job, what, gasUsed }: Outcome, head: Header): void {
    const { log, metrics } = this.parts;
    metrics.outcomes.inc({ kind: job.kind, outcome: what });
    const level = what === "reverted" || what === "dropped" ? "warn" : "info";
    log[level]({ job: job.key, nonce: job.nonce, gasUsed: gasUsed?.toString(), block: head.number }, what);
    if (what === "final") return;
    const name = job.key.split(" @ ")[0]!;
    this.report.action(head.number, name, what);
    if (what !== "reverted") return;
    const block = head.number - this.parts.config.retryAfter + REVERTED_WAITS;
    this.refused.set(name, { block, scene: "" });
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
    if (final - this.snapshotAt < config.snapshotEvery) return;
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
      if (balance < config.leastBalance)
        log.warn({ key: lane.address, wei: String(balance) }, "a key is short of gas money: top it up");
    }
  }

  /** Proves the house on some accounts; one that says otherwise than the chain is built anew. */
  private async check(seen: Look): Promise<void> {
    const { rpc, follower, addresses, config, metrics, log, random } = this.parts;
    const { number } = seen.header;
    if (number - this.checkedAt < config.checkEvery || config.checkAccounts === 0) return;
    this.checkedAt = number;
    const ids = pick(follower.house, config.checkAccounts, random);
    const drifts = await check(rpc, follower.house, seen, addresses.lens, addresses.clearinghouse, ids);
    metrics.checks.inc(ids.length);
    if (drifts.length === 0) return;
    for (const drift of drifts)
      log.error({ ...stringed(drift), block: number }, "the house has drifted from the chain");
    this.report.drift(drifts.length);
    this.last = undefined;
    follower.restart();
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
