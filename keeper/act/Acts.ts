// SPDX-License-Identifier: MIT
import type { Logger } from "pino";
import { nameIn, withoutRepetition } from "../../chain/send/jobKeys.js";
import type { Call } from "../../chain/send/Call.js";
import type { NewJob, Outcome, Sender, Sent } from "../../chain/send/Sender.js";
import type { Header } from "../../sdk/client/chain/blocks.js";
import type { AnyAction, Kind } from "../actions/Kind.js";
import type { Config } from "../config/Config.js";
import type { Planned } from "../plan/planned.js";
import type { Metrics } from "../run/metrics.js";
import type { Report } from "../run/Report.js";
import { firstOf } from "../run/share.js";
import { jobsOf, type Jobs } from "./jobs.js";

/** What was seen: causes are read from it. `scene`: what a refusal may depend on. */
export interface Sight<V, L> {
  readonly header: Header;
  readonly venue: V;
  readonly look: L;
  readonly scene: string;
}

/** What an action is sent for, to tell later whether others did it. */
export interface Sending<A> {
  readonly whole: A;
  readonly action: A;
  job: NewJob;
}

export interface ActsParts<A extends AnyAction, V, L> {
  readonly sender: Sender;
  readonly config: Pick<Config, "retryAfter" | "maxPending">;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly dryRun: boolean;
  readonly report: Pick<Report, "action" | "stopped">;
  readonly kindOf: (action: A) => Kind<A, V, L>;
  readonly encode: (action: A) => Call;
}

/** Blocks that an action waits after it was mined and failed. */
const REVERTED_WAITS = 2;

/** From a plan to what is sent, and from what became of it to what is tried again. */
export class Acts<A extends AnyAction, V, L> {
  private readonly jobs: Jobs<A, V, L>;
  /** Actions that were refused, and the block and scene in which they were. */
  private readonly refused = new Map<string, { block: number; scene: string }>();
  /** Actions on their way, by the key of their job. */
  private readonly acted = new Map<string, A>();
  /** What is another keeper's first, and was there at an earlier head already. */
  private left: ReadonlySet<string> = new Set();
  /** What is at the head that was looked at last, maybe in several looks. */
  private leaving = { hash: "", works: new Set<string>() };
  private sight: Sight<V, L> | undefined;

  constructor(private readonly parts: ActsParts<A, V, L>) {
    this.jobs = jobsOf(parts.kindOf);
  }

  /** The chain is another one. */
  clear(): void {
    for (const map of [this.refused, this.acted]) map.clear();
    this.left = new Set();
    this.leaving = { hash: "", works: new Set() };
  }

  /** From now on this is what is seen. What was refused and is not worth another try yet. */
  see(sight: Sight<V, L>): ReadonlySet<string> {
    this.sight = sight;
    // When a price or a phase has changed, or after some blocks.
    for (const [key, at] of this.refused) {
      const old = sight.header.number - at.block >= this.parts.config.retryAfter;
      if (old || (at.scene !== "" && at.scene !== sight.scene)) this.refused.delete(key);
    }
    return new Set(this.refused.keys());
  }

  /**
   * What of a plan is this keeper's to send: what nobody is at, and what another one would do first only if he has not
   * within a block.
   */
  sendings(list: readonly Planned<A>[], { header, venue, look }: Sight<V, L>): Sending<A>[] {
    const { sender, kindOf, encode } = this.parts;
    const busy = sender.busy(header.number);
    if (this.leaving.hash !== header.hash) {
      this.left = this.leaving.works;
      this.leaving = { hash: header.hash, works: new Set() };
    }
    const sendings: Sending<A>[] = [];
    for (const { action: whole, gas } of list) {
      const action = this.jobs.without(whole, busy);
      if (action === undefined) continue;
      const work = this.jobs.workOf(action);
      if (firstOf(sender.alive, work) !== sender.self) {
        this.leaving.works.add(work);
        if (!this.left.has(work)) continue;
      }
      const key = this.jobs.jobKey(action, venue, look);
      const subjects = this.jobs.subjectsOf(action);
      for (const subject of subjects) busy.add(subject);
      const kind = kindOf(action);
      const who = { own: kind.ownKey, duty: kind.duty(action) };
      const job = { key, kind: action.kind, subjects, call: encode(action), minGas: BigInt(gas), ...who };
      sendings.push({ whole, action, job });
    }
    return sendings;
  }

  /** Sends them; ends early when they are decided by a block that is old by now. */
  async send(sendings: readonly Sending<A>[], header: Header, isOld: () => boolean): Promise<void> {
    const { dryRun, config, sender, report, log } = this.parts;
    if (dryRun) return this.pretend(sendings.slice(0, config.maxPending), header);
    const results = await sender.sendAll(
      sendings.map(({ job }) => job),
      header,
      isOld,
    );
    report.stopped(results.includes("too much gas"));
    if (results.includes("too much gas")) {
      log.error("the limit of gas an hour is reached: not all is sent until it has passed");
    }
    results.forEach((sent, i) => this.note(sendings[i]!, sent, header));
  }

  /** What became of jobs. One that failed because somebody else had done it is lost, and no failure. */
  book(outcomes: readonly Outcome[], head: Header): void {
    const { log, metrics, sender, report, config } = this.parts;
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
      report.action(head.number, name, what);
      if (what !== "reverted") continue;
      this.refused.set(name, { block: head.number - config.retryAfter + REVERTED_WAITS, scene: "" });
    }
    sender.tip.settle(mined, lost);
    metrics.tip.set(Number(sender.tip.fee));
  }

  /** Is there nothing to do any more of what the job was for? */
  isDone(key: string): boolean {
    const action = this.acted.get(withoutRepetition(key));
    if (action === undefined || this.sight === undefined) return false;
    return this.jobs.isDone(key, action, this.sight.venue, this.sight.look);
  }

  // ------------------------------------------------------------------ inside

  private async pretend(sendings: readonly Sending<A>[], { number }: Header): Promise<void> {
    const { sender, log, report } = this.parts;
    for (const { whole, action, job } of sendings) {
      const answer = await sender.simulate(sender.lanes[0]!.address, job.call);
      const refused = typeof answer !== "object" ? undefined : "refused" in answer ? answer.refused : answer.trouble;
      this.refuse(whole, number);
      report.action(number, this.jobs.keyOf(action), refused ?? "would send");
      log.info({ job: job.key, simulated: refused ?? "ok" }, "dry run: would send");
    }
  }

  private note({ whole, action, job }: Sending<A>, sent: Sent, { number: block }: Header): void {
    const { log, metrics, report } = this.parts;
    const name = this.jobs.keyOf(action);
    if (sent === "sent") {
      metrics.sent.inc({ kind: action.kind });
      this.acted.set(job.key, action);
      report.action(block, name, "sent");
      log.info({ job: job.key, block }, "sent");
    } else if (typeof sent === "object" && "trouble" in sent) {
      report.action(block, name, `not simulated: ${sent.trouble}`);
      log.warn({ job: job.key, reason: sent.trouble }, "no node could simulate it: tried again at the next head");
    } else if (typeof sent === "object") {
      metrics.refused.inc({ kind: action.kind });
      this.refuse(whole, block);
      report.action(block, name, `refused: ${sent.refused}`);
      log.info({ job: job.key, reason: sent.refused }, "the simulation refused");
    }
  }

  private refuse(action: A, block: number): void {
    this.refused.set(this.jobs.keyOf(action), { block, scene: this.sight?.scene ?? "" });
  }
}
