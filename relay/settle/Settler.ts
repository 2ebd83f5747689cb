// SPDX-License-Identifier: MIT
import type { Logger } from "pino";
import { assumed } from "../../chain/reports/assumed.js";
import { bundled, updating } from "../../chain/reports/bundle.js";
import type { Brought } from "../../chain/reports/Reports.js";
import type { Call } from "../../chain/send/Call.js";
import type { NewJob, Outcome, Sender } from "../../chain/send/Sender.js";
import { quantity, type Header } from "../../sdk/client/chain/blocks.js";
import { decodeVenueLog } from "../../sdk/client/decoding.js";
import type { NamedError } from "../../sdk/errors.js";
import { isTrouble, type Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Match } from "../book/Engine.js";
import type { Reason } from "../journal/statement.js";
import type { Exchange, Mined } from "../run/Exchange.js";
import { batches, type BatchRules } from "./batches.js";
import { encodeSettle, type Books } from "./encode.js";
import { errorIn, isBlameless, reasonOf } from "./flaws.js";
import { tryMatch, tryRun, type Ask } from "./Trial.js";
import { decodeRevert } from "../../sdk/client/decoding.js";

export type BroughtByGroup = ReadonlyMap<bigint, readonly Brought[]>;

export interface SettlerParts {
  readonly exchange: Exchange;
  readonly sender: Sender;
  readonly rpc: Rpc;
  readonly clearinghouse: Address;
  /** Brings reports and settles in one transaction; undefined: reports go before. */
  readonly bundle?: Address | undefined;
  readonly books: Books;
  readonly log: Logger;
  readonly rules: SettleRules;
  readonly batching: BatchRules;
  /** A call that makes a batch behind it cheaper, and without which it goes as well. */
  readonly prelude?: ((batch: readonly Match[]) => Call | undefined) | undefined;
}

export interface SettleRules {
  /** Gas of one transaction, and that a simulation may use. */
  readonly batchGas: number;
  readonly transactionGas: number;
  /** Seconds of the chain's clock after which a match that its market keeps waiting is given up. */
  readonly patience: number;
}

interface RawReceipt {
  readonly logs: readonly { address: string; topics: string[]; data: string }[];
}

const JOB = "settle";

/**
 * Brings matches to the chain: in batches, simulated first, by the shared sender. A match is assigned to its job and
 * written down before the job is sent, so that no match is in two.
 */
export class Settler {
  private tries = 0;
  private readonly since = new Map<number, number>();
  /** By group: reports that settlements bring, as of the head. */
  private brought: BroughtByGroup = new Map();
  private head = "";
  /** Sources whose report is on its way, and which one, by its time. */
  private readonly underway = new Map<Address, number>();

  constructor(private readonly parts: SettlerParts) {}

  /** After a restart: a match whose job was never claimed is free again. */
  recover(): void {
    const { exchange, sender } = this.parts;
    const known = new Set(sender.jobs.map(({ key }) => key));
    for (const { row } of exchange.matches) {
      if (row.job !== undefined && !known.has(row.job)) exchange.assign(row.number, undefined);
    }
  }

  /** What became of jobs as of a head to which the view is synced. */
  async book(outcomes: readonly Outcome[], head: Header, reorgDepth: number): Promise<void> {
    const { exchange, log } = this.parts;
    const mined: Mined[] = [];
    const takenBack: number[] = [];
    for (const { job, what } of outcomes) {
      if (job.kind !== JOB) continue;
      const numbers = job.subjects.map(Number);
      log.info({ job: job.key, block: job.minedAt, what }, "settlement");
      switch (what) {
        case "mined":
          mined.push(...(await this.mined(numbers, job.hashes, job.minedAt ?? head.number)));
          break;
        case "taken back":
          takenBack.push(...numbers);
          break;
        case "final":
          await exchange.final(numbers);
          break;
        case "replaced":
          break;
        default:
          // Nothing of it is in the chain: it is simulated anew.
          for (const number of numbers) exchange.assign(number, undefined);
      }
    }
    // An order may be in several of them, and the chain tells of all at once.
    exchange.unmined(...takenBack);
    exchange.minedTogether(mined);
    // A job that was dropped by others, or lost with its database.
    const final = exchange.matches.filter(
      ({ row }) => row.minedAt !== undefined && head.number - row.minedAt > 2 * reorgDepth,
    );
    await exchange.final(final.map(({ row }) => row.number));
  }

  /** Sends what is matched and not on its way, with the reports that its groups lack. */
  async settle(header: Header, brought: BroughtByGroup = new Map()): Promise<void> {
    const { exchange, rules, batching } = this.parts;
    this.brought = brought;
    // At a new head what was mined is stored, and what was not is brought again.
    if (header.hash !== this.head) this.underway.clear();
    this.head = header.hash;
    const waiting = exchange.matches.filter(({ row }) => row.state === "open" && row.job === undefined);
    const matches = waiting.map(({ match }) => match);
    for (const batch of batches(matches, rules.batchGas, batching)) await this.settleBatch(batch, header);
    const numbers = new Set(matches.map(({ number }) => number));
    for (const number of this.since.keys()) if (!numbers.has(number)) this.since.delete(number);
  }

  // ------------------------------------------------------------------ inside

  private async settleBatch(batch: readonly Match[], header: Header): Promise<void> {
    const failure = await this.ask(batch);
    if (failure === undefined) return this.send(batch, header);
    if (failure === "trouble") return;
    if (batch[0]!.run !== undefined) return this.settleRun(batch, failure, header);
    if (failure === "unknown" && batch.length > 1) {
      // It may be the gas of all together: what passes by itself does not wait for what does not.
      const half = batch.length >> 1;
      await this.settleBatch(batch.slice(0, half), header);
      return this.settleBatch(batch.slice(half), header);
    }
    const passing: Match[] = [];
    for (const match of batch) {
      const finding = await tryMatch(match, this.ask, (order) => this.accountOf(order));
      if (finding === "passes") passing.push(match);
      else if (finding === "waits") await this.wait(match, header);
      else await this.refuse(match, finding);
    }
    // Each passes alone; together a taker may lack margin, or two makers be one account. What is skipped is told.
    if (passing.length > 0) await this.send(passing, header);
  }

  /** A run that does not go through now: it waits for its market, or all of it comes back. */
  private async settleRun(run: readonly Match[], failure: NamedError | "unknown", header: Header): Promise<void> {
    const { exchange } = this.parts;
    const numbers = run.map(({ number }) => number);
    if (failure === "unknown" || isBlameless(failure)) {
      const why = reasonOf(failure === "unknown" ? undefined : failure);
      const takers = new Map(run.map(({ taker }) => [taker, why] as const));
      if (!this.isOverdue(numbers[0]!, header)) return;
      return exchange.failedTogether(numbers, takers);
    }
    const flawed = await tryRun(run, failure, this.ask, (order) => exchange.engine.orders.get(order)?.signed);
    this.parts.log.info({ run: numbers, flawed: [...flawed] }, "package refused by the simulation");
    await exchange.failedTogether(numbers, flawed);
  }

  private readonly ask: Ask = async (matches) => {
    const { rpc, sender, clearinghouse, books, rules } = this.parts;
    const data = encodeSettle(matches, books, true);
    const call = { from: sender.lanes[0]!.address, to: clearinghouse, data, gas: quantity(rules.transactionGas) };
    const reports = this.reportsFor(matches);
    try {
      await rpc.send("eth_call", reports.length === 0 ? [call, "pending"] : [call, "pending", assumed(reports)]);
      return undefined;
    } catch (failure) {
      return isTrouble(failure) ? "trouble" : (errorIn(failure) ?? "unknown");
    }
  };

  private async send(batch: readonly Match[], header: Header): Promise<void> {
    const { exchange, sender, clearinghouse, books, log } = this.parts;
    const numbers = batch.map(({ number }) => number);
    const key = `${JOB} ${numbers.join(" ")} try ${++this.tries} at ${header.number}`;
    for (const number of numbers) exchange.assign(number, key);
    await exchange.flush();
    const call = { to: clearinghouse, data: encodeSettle(batch, books, batch[0]!.run !== undefined) };
    // An order may name the first key as its only matcher; any other key would be refused.
    const own = this.isBound(batch);
    const plain = { key, kind: JOB, subjects: numbers.map(String), call, minGas: 0n, own, duty: true };
    const job = await this.behindPrelude(await this.withReports(plain, batch, header), batch, header);
    const sent = job === undefined ? "its report is not sent" : await sender.send(job, header);
    if (sent === "sent") for (const report of this.reportsFor(batch)) this.note(report);
    if (sent === "sent") return void log.info({ matches: numbers, block: header.number }, "sent");
    for (const number of numbers) exchange.assign(number, undefined);
    log.warn({ matches: numbers, sent }, "not sent: tried again at the next head");
  }

  /** Behind its prelude, from the same key. */
  private async behindPrelude(job: NewJob | undefined, batch: readonly Match[], header: Header) {
    const { sender, prelude, log } = this.parts;
    const call = job === undefined ? undefined : prelude?.(batch);
    if (job === undefined || call === undefined) return job;
    const named = { key: `refresh for ${job.key}`, kind: "refresh", subjects: [] };
    const sent = await sender.send({ ...named, call, minGas: 0n, own: true, duty: false }, header);
    log.info({ sent }, "refresh");
    return sent === "sent" ? { ...job, own: true } : job;
  }

  private reportsFor(matches: readonly Match[]): readonly Brought[] {
    return this.brought.get(this.parts.batching.groupOf(matches[0]!.market)) ?? [];
  }

  private note({ source, report }: Brought): void {
    this.underway.set(source.source, report.says.observedAt);
  }

  /**
   * The job with the reports that its group lacks: in one transaction; or before it, from the same key, when an order
   * may only be settled by this relay itself; or behind one of this look that brings them.
   */
  private async withReports(job: NewJob, batch: readonly Match[], header: Header): Promise<NewJob | undefined> {
    const { sender, bundle } = this.parts;
    const reports = this.reportsFor(batch);
    if (reports.length === 0) return job;
    const isUnderway = ({ source, report }: Brought) => this.underway.get(source.source) === report.says.observedAt;
    const missing = reports.filter((report) => !isUnderway(report));
    const behind = { ...job, own: true, assumes: assumed(reports) };
    if (missing.length === 0) return behind;
    if (bundle !== undefined && !this.isBound(batch)) {
      return { ...job, own: true, call: bundled(bundle, missing, [job.call]) };
    }
    for (const report of missing) {
      const { source } = report.source;
      const named = { key: `report ${source} ${report.report.says.observedAt}`, kind: "report", subjects: [] };
      const sent = await sender.send({ ...named, call: updating(report), minGas: 0n, own: true, duty: true }, header);
      if (sent !== "sent" && sent !== "known") return undefined;
      this.note(report);
    }
    return behind;
  }

  /** Has an order of it a matcher, which is this relay's key? */
  private isBound(batch: readonly Match[]): boolean {
    const orders = batch.flatMap(({ taker, fills }) => [taker, ...fills.map(({ order }) => order)]);
    return orders.some((hash) => BigInt(this.parts.books.orderOf(hash).signed.order.matcher) !== 0n);
  }

  private async wait(match: Match, header: Header): Promise<void> {
    if (this.isOverdue(match.number, header)) await this.parts.exchange.failed(match.number, new Map());
  }

  /** Has a match waited for its market as long as it may? */
  private isOverdue(number: number, header: Header): boolean {
    const now = Number(header.timestamp);
    const since = this.since.get(number) ?? now;
    this.since.set(number, since);
    if (now - since < this.parts.rules.patience) return false;
    this.since.delete(number);
    return true;
  }

  private async refuse(match: Match, flawed: ReadonlyMap<Hex, Reason>): Promise<void> {
    this.parts.log.info({ match: match.number, flawed: [...flawed] }, "orders refused by the simulation");
    await this.parts.exchange.failed(match.number, flawed);
  }

  /** A match's part in a mined transaction is what the chain has more of its orders; skipped ones are dropped. */
  private async mined(numbers: readonly number[], hashes: readonly string[], block: number): Promise<Mined[]> {
    const { exchange } = this.parts;
    const skipped = await this.skippedIn(hashes);
    const matches = new Map(exchange.matches.map(({ match }) => [match.number, match]));
    return numbers.flatMap((number, index) => {
      const match = matches.get(number);
      if (match === undefined) return [];
      const flawed = new Map<Hex, Reason>();
      for (const { order } of match.fills) {
        const reason = skipped.makers.get(this.placeOf(order));
        if (reason !== undefined) flawed.set(order, reason);
      }
      const whole = skipped.matches.get(index);
      if (whole !== undefined && flawed.size === 0) flawed.set(match.taker, whole);
      return [{ number, block, flawed }];
    });
  }

  private async skippedIn(hashes: readonly string[]) {
    const { rpc, clearinghouse } = this.parts;
    const makers = new Map<string, Reason>();
    const matches = new Map<number, Reason>();
    for (const hash of hashes) {
      const receipt = (await rpc.send("eth_getTransactionReceipt", [hash])) as RawReceipt | null;
      for (const log of receipt?.logs ?? []) {
        if (log.address.toLowerCase() !== clearinghouse.toLowerCase()) continue;
        const event = decodeVenueLog(log);
        if (event?.kind !== "OrderSkipped" && event?.kind !== "MatchSkipped") continue;
        const error = decodeRevert(event.reason);
        // What is not filled comes back to the book.
        if (isBlameless(error)) continue;
        if (event.kind === "OrderSkipped") makers.set(`${event.account}/${event.salt}`, reasonOf(error));
        else matches.set(Number(event.index), reasonOf(error));
      }
    }
    return { makers, matches };
  }

  private placeOf(hash: Hex): string {
    const live = this.parts.exchange.engine.orders.get(hash);
    return live === undefined ? "" : `${live.signed.order.account}/${live.signed.order.salt}`;
  }

  private accountOf(hash: Hex): bigint | undefined {
    return this.parts.exchange.engine.orders.get(hash)?.signed.order.account;
  }
}
