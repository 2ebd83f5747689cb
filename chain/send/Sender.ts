// SPDX-License-Identifier: MIT
import { quantity, type Header } from "../../sdk/client/chain/blocks.js";
import { RpcFailed, RpcRefused, type Rpc } from "../../sdk/client/chain/Rpc.js";
import { verdictOf, type Verdict } from "../../sdk/client/chain/verdict.js";
import type { Address } from "../../sdk/order.js";
import { KeyInUse } from "../errors.js";
import type { Overrides } from "../reports/assumed.js";
import type { Job, Store, Team } from "../store/Store.js";
import type { Call } from "./Call.js";
import { firstFees, raisedFees, type Fees, type FeeRules } from "./fees.js";
import { repeated, withoutRepetition } from "./jobKeys.js";
import type { Lane } from "./Lane.js";
import { reasonOf } from "./refusal.js";
import { Tip, type TipRules } from "./Tip.js";

export interface SendRules extends FeeRules, TipRules {
  /** Blocks. */
  readonly reorgDepth: number;
  readonly replaceAfter: number;
  readonly maxPending: number;
  readonly retryAfter: number;
  /** Wei. */
  readonly maxGasAnHour: bigint;
  readonly transactionGas: number;
}

interface Receipt {
  readonly transactionHash: string;
  readonly blockNumber: string;
  readonly status: string;
  readonly gasUsed: string;
  /** Not every chain tells it. */
  readonly effectiveGasPrice?: string | null;
}

/** What became of a job. `abandoned`: of a keeper that died, and not mined since. */
export interface Outcome {
  readonly job: Job;
  readonly what: "mined" | "reverted" | "final" | "replaced" | "cancelled" | "dropped" | "taken back" | "abandoned";
  readonly gasUsed?: bigint;
}

export interface NewJob {
  readonly key: string;
  readonly kind: string;
  readonly subjects: readonly string[];
  readonly call: Call;
  /** What the simulation takes to be there: it was sent from the same key just before, and is not mined yet. */
  readonly assumes?: Overrides | undefined;
  /** What it may use when it does more in the next block than in the simulation: ends a lock, say. */
  readonly minGas: bigint;
  /** Sent only from the key that owns the keeper's accounts. */
  readonly own: boolean;
  /** Protects everybody: may use all of an hour's gas, others half of it. */
  readonly duty: boolean;
}

/**
 * `taken`: another keeper on the database was faster. `too late`: there is a newer block to decide by. `trouble`: no
 * node could say whether the call goes through, which is no refusal.
 */
export type Sent =
  | "sent"
  | "known"
  | "taken"
  | "no room"
  | "too late"
  | "too much gas"
  | { readonly refused: string }
  | { readonly trouble: string };

/**
 * A call as it would go now: its gas, or that it passes at a gas that no node would tell; refused by the contracts; or
 * nobody knows.
 */
export type Simulated = bigint | "passes" | { readonly refused: string } | { readonly trouble: string };

/** A job with what it is to be sent as, unless there is nothing to send. */
interface Prepared {
  readonly wish: NewJob;
  readonly key: string;
  readonly lane: Lane;
}

/** Wei that an hour's limit leaves to duties, and to the rest. */
interface Budget {
  duties: bigint;
  rest: bigint;
}

const HOUR = 3_600;
const EMPTY_GAS = 21_000n;
/** A plan's gas from which on a call is run before its gas is estimated. */
const HEAVY = 500_000n;
/** Fifths of the planned gas at which it is run: with the margin of an estimate they are the whole, and twice that. */
const TRIED = [4n, 8n];
/** Questions that are asked at once. */
const AT_ONCE = 16;
/** Jobs of a plan that are tried though there is a newer block. */
const AT_MIN = 64;
/** Times `replaceAfter` after which what a dead keeper has sent counts as lost. */
const ABANDON = 2;
const JOIN_PAUSE = 250; // milliseconds

/**
 * Sends jobs and looks after them until they are final: replaces what is not mined, sends again what a reorganisation
 * took back. A job is claimed and written down before it is sent, and its key is remembered until it is final or
 * dropped: it is never sent twice, but for replacements of the same nonce, of which the chain takes one. What a keeper
 * that died has written down is sent again by others, to the byte.
 */
export class Sender {
  readonly tip: Tip;
  private byKey = new Map<string, Job>();
  /**
   * What the node has not taken, by the key of its job: it wants higher fees, the key has no money, or it was not
   * reached.
   */
  private readonly unsent = new Map<string, "underpriced" | "unpaid" | "unreached">();
  /** Jobs whose nonce another transaction seems to have, and the block in which it first seemed so. */
  private readonly overtaken = new Map<string, number>();
  private team: Team;

  constructor(
    private readonly rpc: Rpc,
    private readonly store: Store,
    readonly lanes: readonly Lane[],
    private readonly rules: SendRules,
  ) {
    this.tip = new Tip(rules);
    // On a shared database no key is this keeper's before it has said so.
    const own = store.shared ? [] : lanes.map(({ address }) => address);
    this.team = { self: "", alive: [], own: new Set(own), others: new Set() };
  }

  /**
   * Takes its keys, and reads what was on its way when the keeper stopped. Waits that long for keys that another keeper
   * holds, ms.
   */
  async load(patience = 0): Promise<void> {
    const until = Date.now() + patience;
    for (;;) {
      const { own } = await this.beat();
      const missing = this.lanes.find(({ address }) => !own.has(address));
      if (missing === undefined) break;
      if (Date.now() >= until) throw new KeyInUse(missing.address);
      await new Promise((resolve) => setTimeout(resolve, JOIN_PAUSE));
    }
    await this.read();
    // Whether the node has seen what was written down is not known: it is sent again, to the byte.
    for (const { key, lane } of this.pending) if (this.team.own.has(lane)) this.unsent.set(key, "unreached");
  }

  /** A sign of life; who else is alive. */
  async beat(): Promise<Team> {
    this.team = await this.store.beat(this.lanes.map(({ address }) => address));
    return this.team;
  }

  /** The chain is another one, or has lost more than it may: jobs are read again, and nonces asked for. */
  async afresh(): Promise<void> {
    this.unsent.clear();
    this.overtaken.clear();
    for (const lane of this.lanes) lane.resync();
    await this.read();
  }

  /** Who is alive, this keeper among them. */
  get alive(): readonly string[] {
    return this.team.alive;
  }

  get self(): string {
    return this.team.self;
  }

  /** Of all keepers on the database. */
  get jobs(): readonly Job[] {
    return [...this.byKey.values()];
  }

  get pending(): readonly Job[] {
    return this.jobs.filter(({ state }) => state === "pending");
  }

  /** The subjects of jobs that are not mined, or mined in a block later than the one that is looked at. */
  busy(block: number): Set<string> {
    const waiting = this.jobs.filter(({ minedAt }) => minedAt === undefined || minedAt > block);
    return new Set(waiting.flatMap(({ subjects }) => subjects));
  }

  /** Wei spent on gas in the hour before a Unix time, with what is on its way at its highest. */
  async committed(time: number): Promise<bigint> {
    const pending = this.pending.reduce((sum, { gas, maxFee }) => sum + gas * maxFee, 0n);
    return pending + (await this.store.spentSince(time - HOUR));
  }

  /** The gas that an hour's limit still buys for a duty, at the fees of today. */
  async affordable(header: Header): Promise<bigint> {
    const { duties } = await this.budget(header);
    return duties > 0n ? duties / this.feesAt(header).maxFee : 0n;
  }

  /** Simulates and sends a job, unless it is known. */
  async send(job: NewJob, header: Header): Promise<Sent> {
    return (await this.sendAll([job], header))[0]!;
  }

  /**
   * The same with many, in their order: some are simulated at once. Ends early when they are decided by a block that is
   * old by now.
   */
  async sendAll(jobs: readonly NewJob[], header: Header, isOld: () => boolean = () => false): Promise<Sent[]> {
    const results: Sent[] = [];
    const budget = await this.budget(header);
    const tails = new Map<Lane, Promise<void>>();
    try {
      while (results.length < jobs.length) {
        if (results.length >= AT_MIN && isOld()) return jobs.map((_, i) => results[i] ?? "too late");
        const part = this.prepared(jobs.slice(results.length, results.length + AT_ONCE), header);
        const simulated = part.map((each) => {
          return typeof each === "string" ? undefined : settled(this.simulated(each.lane.address, each.wish));
        });
        // Each is sent as soon as it may be: the most urgent one waits for no other's simulation.
        for (const [i, each] of part.entries()) {
          const answer = await simulated[i];
          if (typeof each === "string") results.push(each);
          else if ("failure" in answer!) throw answer.failure;
          else results.push(await this.sendOne(each, answer!.value, header, budget, tails));
        }
      }
    } finally {
      await Promise.all(tails.values());
    }
    return results;
  }

  /**
   * Would the job go through now? An estimate runs the call a dozen times, so a heavy one is run at what it is planned
   * to use less the margin, then at twice that: it is estimated if neither suffices, or if it is refused.
   */
  private async simulated(from: Address, { call, assumes, minGas }: NewJob): Promise<Simulated> {
    if (minGas < HEAVY) return this.simulate(from, call, assumes);
    const max = BigInt(this.rules.transactionGas);
    const { to, data, value = 0n } = call;
    const on = assumes === undefined ? ["latest"] : ["latest", assumes];
    for (const part of TRIED) {
      const tried = (minGas * part) / 5n;
      if (tried > max) break;
      const sent = { from, to, data, ...(value > 0n && { value: quantity(value) }), gas: quantity(tried) };
      const passes = await this.rpc.send("eth_call", [sent, ...on]).then(
        () => true,
        () => false,
      );
      if (passes) return tried;
    }
    return this.simulate(from, call, assumes);
  }

  /** Would the call go through now? A node that does not estimate its gas is asked to run it. */
  async simulate(from: Address, { to, data, value = 0n }: Call, assumes?: Overrides): Promise<Simulated> {
    const sent = { from, to, data, ...(value > 0n && { value: quantity(value) }) };
    const call = { ...sent, gas: quantity(this.rules.transactionGas) };
    const on = assumes === undefined ? [] : ["latest", assumes];
    try {
      return BigInt((await this.rpc.send("eth_estimateGas", [call, ...on])) as string);
    } catch (failure) {
      if (isRevert(failure)) return { refused: reasonOf(failure) };
      if (isSilence(failure)) throw failure;
    }
    let trouble = "";
    // Without a limit of gas, for a node that allows less.
    for (const tried of [call, sent]) {
      try {
        await this.rpc.send("eth_call", assumes === undefined ? [tried, "latest"] : [tried, "latest", assumes]);
        return "passes";
      } catch (failure) {
        if (isRevert(failure)) return { refused: reasonOf(failure) };
        if (isSilence(failure) || (failure instanceof RpcFailed && failure.trouble === "busy")) throw failure;
        trouble = (failure as Error).message;
      }
    }
    return { trouble };
  }

  /**
   * Looks after what is on its way, as of a new head. `isDone`: somebody else has done the job, or nobody has to any
   * more. `reorg`: blocks may have been taken back since the last call; else what was mined stays so.
   */
  async tend(head: Header, isDone: (job: Job) => boolean = () => false, reorg = true): Promise<Outcome[]> {
    if (this.store.shared) await this.beat().then(() => this.read());
    const outcomes: Outcome[] = [];
    const open = ({ minedAt }: Job) => minedAt === undefined || reorg || head.number - minedAt >= this.rules.reorgDepth;
    // Those of others are looked after by their keepers.
    const jobs = this.jobs.filter((job) => !this.team.others.has(job.lane) && open(job));
    jobs.sort((a, b) => a.nonce - b.nonce);
    const lanes = [...new Set(jobs.map(({ lane }) => lane))];
    const mined = new Map(await Promise.all(lanes.map(async (lane) => [lane, await this.minedOf(lane)] as const)));
    const receipts = await this.receiptsOf(jobs);
    for (const job of jobs) {
      const lane = this.lanes.find(({ address }) => address === job.lane);
      const outcome = await this.tendOne(job, receipts.get(job), lane, head, mined.get(job.lane)!, isDone);
      if (outcome !== undefined) outcomes.push(outcome);
    }
    for (const lane of this.lanes) await this.fillGap(lane, head, mined.get(lane.address));
    return outcomes;
  }

  // ------------------------------------------------------------------ inside

  private async budget({ timestamp }: Header): Promise<Budget> {
    const { maxGasAnHour } = this.rules;
    const duties = maxGasAnHour - (await this.committed(Number(timestamp)));
    return { duties, rest: duties - maxGasAnHour / 2n };
  }

  private async read(): Promise<void> {
    this.byKey = new Map((await this.store.jobs()).map((job) => [job.key, job]));
  }

  /** How many of a key's transactions are in the chain. */
  private async minedOf(address: string): Promise<number> {
    return Number(await this.rpc.send("eth_getTransactionCount", [address, "latest"]));
  }

  /** Jobs with key and lane, as many as have room at once. */
  private prepared(jobs: readonly NewJob[], header: Header): (Prepared | "known" | "no room")[] {
    const list: (Prepared | "known" | "no room")[] = [];
    const more = new Map<Lane, number>();
    for (const wish of jobs) {
      const key = this.newKey(wish.key, header);
      const lane = key === undefined ? undefined : this.laneFor(wish.own, more);
      if (key === undefined) list.push("known");
      else if (lane !== undefined) {
        more.set(lane, (more.get(lane) ?? 0) + 1);
        list.push({ wish, key, lane });
      } else if (more.size > 0)
        break; // some of these may be refused, which makes room
      else list.push("no room");
    }
    return list;
  }

  private async sendOne(
    { wish, key, lane }: Prepared,
    simulated: Simulated,
    header: Header,
    budget: Budget,
    tails: Map<Lane, Promise<void>>,
  ): Promise<Sent> {
    if (typeof simulated === "object") return simulated;
    const { kind, subjects, call, minGas, duty } = wish;
    const max = BigInt(this.rules.transactionGas);
    // Without an estimate twice what the plan takes it to need, or all that a transaction may have.
    const guessed = minGas > 0n ? 2n * minGas : max;
    const estimated = simulated === "passes" ? guessed : (simulated * 5n) / 4n;
    const ample = estimated > minGas ? estimated : minGas;
    const gas = ample < max ? ample : max;
    const fees = this.feesAt(header);
    const cost = gas * fees.maxFee;
    if (cost > (duty ? budget.duties : budget.rest)) {
      // What is left is not for what is less urgent.
      [budget.duties, budget.rest] = [duty ? 0n : budget.duties, 0n];
      return "too much gas";
    }

    const nonce = await lane.nonce(this.pending);
    const job = signedJob({ key, kind, subjects }, lane, call, nonce, gas, fees, header);
    if (!(await this.store.claim(job, header.number))) return "taken";
    lane.used(nonce);
    [budget.duties, budget.rest] = [budget.duties - cost, budget.rest - cost];
    this.byKey.set(key, job);
    // A key's transactions one after another, while others are claimed.
    tails.set(
      lane,
      (tails.get(lane) ?? Promise.resolve()).then(() => this.broadcast(job)),
    );
    return "sent";
  }

  private feesAt({ baseFee }: Header): Fees {
    return firstFees(baseFee, { ...this.rules, priorityFee: this.tip.fee });
  }

  /**
   * Undefined while the job is known. One that was mined, and is wanted for the same cause some blocks later, is
   * another one: a margin call that was cleared in between, say. The wait keeps an action without effect from being
   * repeated at every block.
   */
  private newKey(wanted: string, { number }: Header): string | undefined {
    const known = this.jobs.filter(({ key }) => withoutRepetition(key) === wanted);
    const settled = ({ minedAt }: Job) => minedAt !== undefined && number - minedAt >= this.rules.retryAfter;
    if (!known.every(settled)) return undefined;
    return known.length === 0 ? wanted : repeated(wanted, Math.max(...known.map(({ minedAt }) => minedAt!)));
  }

  /** `lane` is undefined when its keeper is gone, or its key is not given this time. */
  private async tendOne(
    job: Job,
    receipt: Receipt | undefined,
    lane: Lane | undefined,
    head: Header,
    mined: number,
    isDone: (job: Job) => boolean,
  ): Promise<Outcome | undefined> {
    if (receipt !== undefined) return this.book(job, receipt, head);
    if (job.state === "mined") {
      // A reorganisation took its block back: it is sent again as it was.
      const back: Job = { ...job, state: "pending", minedAt: undefined, sentAt: head.number };
      if (!(await this.put(back))) return undefined;
      await this.broadcast(back);
      return { job, what: "taken back" };
    }
    if (mined > job.nonce) {
      // Another transaction of this key has its nonce, unless the receipt is younger than the question, or with another
      // node.
      if ((await this.receiptOf(job)) !== undefined) return undefined;
      lane?.resync();
      const since = this.overtaken.get(job.key) ?? head.number;
      this.overtaken.set(job.key, since);
      if (head.number <= since) return undefined;
      return (await this.drop(job)) ? { job, what: "dropped" } : undefined;
    }
    if (job.sentAt > head.number) {
      // The chain is shorter than it was, perhaps by days: what waits counts from here.
      const earlier: Job = { ...job, sentAt: head.number };
      if (!(await this.put(earlier))) return undefined;
      job = earlier;
    }
    const waited = head.number - job.sentAt;
    if (lane === undefined) return this.tendOrphan(job, waited);
    const unsent = this.unsent.get(job.key);
    const inVain = isCall(job) && isDone(job);
    if (unsent === "unpaid" && !inVain) {
      await this.broadcast(job); // higher fees do not help
      return undefined;
    }
    if (inVain || waited >= this.rules.replaceAfter || unsent === "underpriced") {
      return this.replace(job, lane, head, inVain);
    }
    if (unsent === "unreached") await this.broadcast(job);
    return undefined;
  }

  /** Nobody can raise its fees: it is sent again as it is, and given up when it is not mined. */
  private async tendOrphan(job: Job, waited: number): Promise<Outcome | undefined> {
    if (waited < ABANDON * this.rules.replaceAfter) {
      await this.broadcast(job);
      return undefined;
    }
    return (await this.drop(job)) ? { job, what: "abandoned" } : undefined;
  }

  private async book(job: Job, receipt: Receipt, head: Header): Promise<Outcome | undefined> {
    const minedAt = Number(receipt.blockNumber);
    const gasUsed = BigInt(receipt.gasUsed);
    this.unsent.delete(job.key);
    this.overtaken.delete(job.key);
    if (head.number - minedAt >= this.rules.reorgDepth) {
      return (await this.drop(job)) ? { job, what: "final" } : undefined;
    }
    if (job.state === "mined" && job.minedAt === minedAt) return undefined;
    await this.store.addSpent(
      receipt.transactionHash,
      Number(head.timestamp),
      gasUsed * BigInt(receipt.effectiveGasPrice ?? job.maxFee),
    );
    const booked: Job = { ...job, state: "mined", minedAt };
    const cancelled = job.hashes.indexOf(receipt.transactionHash) >= job.calls;
    const ok = receipt.status === "0x1" && !cancelled;
    // What failed is forgotten: it changed nothing, and its cause may still want it done.
    if (!(await (ok ? this.put(booked) : this.drop(job)))) return undefined;
    return { job: booked, what: cancelled ? "cancelled" : ok ? "mined" : "reverted", gasUsed };
  }

  /** The same nonce at higher fees: the same call, or an empty one when the call would fail or be in vain by now. */
  private async replace(job: Job, lane: Lane, head: Header, inVain: boolean): Promise<Outcome | undefined> {
    const fees = raisedFees(job, head.baseFee, this.rules);
    if (fees === undefined) {
      await this.broadcast(job);
      return undefined;
    }
    const call: Call = { to: job.to as Address, data: job.data, ...(job.value && { value: job.value }) };
    const wanted = isCall(job) && !inVain && !isRefused(await this.simulate(lane.address, call));
    const [sent, gas] = wanted ? [call, job.gas] : [{ to: lane.address, data: "0x" }, EMPTY_GAS];
    const { raw, hash } = lane.sign(sent, job.nonce, gas, fees);
    const replaced: Job = {
      ...job,
      ...fees,
      gas,
      raw,
      hashes: [...job.hashes, hash],
      sentAt: head.number,
      calls: job.calls + (wanted ? 1 : 0),
    };
    if (!(await this.put(replaced))) return undefined;
    await this.broadcast(replaced);
    return { job: replaced, what: "replaced" };
  }

  /** A nonce that a reorganisation or a node lost blocks all later ones: an empty transaction takes it. */
  private async fillGap(lane: Lane, head: Header, mined: number | undefined): Promise<void> {
    const waiting = this.pending.filter((job) => job.lane === lane.address);
    if (mined === undefined || waiting.length === 0 || waiting.some(({ nonce }) => nonce <= mined)) return;
    if (waiting.some(({ sentAt }) => head.number - sentAt < 1)) return; // the node may still tell of it
    const fees = this.feesAt(head);
    const call: Call = { to: lane.address, data: "0x" };
    const named = { key: `gap ${lane.address} ${mined} ${head.number}`, kind: "gap", subjects: [] };
    const job = signedJob(named, lane, call, mined, EMPTY_GAS, fees, head);
    if (!(await this.store.claim(job, head.number))) return;
    this.byKey.set(job.key, job);
    await this.broadcast(job);
  }

  private async receiptsOf(jobs: readonly Job[]): Promise<Map<Job, Receipt | undefined>> {
    const found = new Map<Job, Receipt | undefined>();
    for (let from = 0; from < jobs.length; from += AT_ONCE) {
      const some = jobs.slice(from, from + AT_ONCE);
      const receipts = await Promise.all(some.map((job) => this.receiptOf(job)));
      some.forEach((job, i) => found.set(job, receipts[i]));
    }
    return found;
  }

  private async receiptOf({ hashes }: Job): Promise<Receipt | undefined> {
    for (const hash of [...hashes].reverse()) {
      const receipt = (await this.rpc.send("eth_getTransactionReceipt", [hash])) as Receipt | null;
      // Some nodes have receipts of what waits, which is in no block.
      if (typeof receipt?.blockNumber === "string") return receipt;
    }
    return undefined;
  }

  /** The lane with most room, of those that this keeper holds. `more`: what is about to be sent. */
  private laneFor(own: boolean, more: ReadonlyMap<Lane, number>): Lane | undefined {
    const { pending } = this;
    const waiting = (lane: Lane) =>
      pending.filter(({ lane: address }) => address === lane.address).length + (more.get(lane) ?? 0);
    const able = this.lanes
      .slice(0, own ? 1 : undefined)
      .filter((lane) => this.team.own.has(lane.address) && waiting(lane) < this.rules.maxPending);
    return able.sort((a, b) => waiting(a) - waiting(b))[0];
  }

  /**
   * What a node does not take is sent again at the next head, raised if its fees were too low: the job is on its way
   * either way.
   */
  private async broadcast({ key, raw, lane: address }: Job): Promise<void> {
    try {
      await this.lanes[0]!.broadcast(raw);
      this.unsent.delete(key);
    } catch (failure) {
      switch (verdictOfSending(failure)) {
        case "known":
          this.unsent.delete(key);
          return;
        case "nonce used": // by this one, or by another: the receipts will tell
          this.unsent.delete(key);
          this.lanes.find((lane) => lane.address === address)?.resync();
          return;
        case "underpriced":
          this.unsent.set(key, "underpriced");
          break;
        case "no funds":
          this.unsent.set(key, "unpaid");
          break;
        case "reverted":
        case "unknown method":
        case "too much":
        case "trouble":
          this.unsent.set(key, "unreached");
      }
      this.onTrouble(failure);
    }
  }

  onTrouble: (failure: unknown) => void = () => {};

  /** Into the database first: what it does not take was not done. */
  private async put(job: Job): Promise<boolean> {
    const written = await this.store.putJob(job);
    if (written) this.byKey.set(job.key, job);
    else this.byKey.delete(job.key);
    return written;
  }

  private async drop(job: Job): Promise<boolean> {
    this.unsent.delete(job.key);
    this.overtaken.delete(job.key);
    this.byKey.delete(job.key);
    return this.store.dropJob(job);
  }
}

type Settled<T> = { readonly value: T } | { readonly failure: unknown };

/** A promise that does not fail: it may be waited for late, or never. */
function settled<T>(promise: Promise<T>): Promise<Settled<T>> {
  return promise.then(
    (value) => ({ value }),
    (failure: unknown) => ({ failure }),
  );
}

/** A job that nobody has seen yet, with its first transaction. */
function signedJob(
  named: Pick<Job, "key" | "kind" | "subjects">,
  lane: Lane,
  call: Call,
  nonce: number,
  gas: bigint,
  fees: Fees,
  { number: sentAt }: Header,
): Job {
  const { raw, hash } = lane.sign(call, nonce, gas, fees);
  const sent = { lane: lane.address, nonce, ...call, gas, ...fees, raw, hashes: [hash], sentAt, calls: 1 };
  return { ...named, ...sent, state: "pending", minedAt: undefined };
}

/** The latest of its transactions makes its call: it was not given up for an empty one. */
function isCall({ calls, hashes }: Job): boolean {
  return calls === hashes.length;
}

/** The contracts said no. */
function isRevert(failure: unknown): boolean {
  return failure instanceof RpcRefused && failure.verdict === "reverted";
}

function verdictOfSending(failure: unknown): Verdict {
  if (!(failure instanceof RpcRefused)) return "trouble";
  const { code, reason: message, data } = failure;
  return verdictOf("eth_sendRawTransaction", { code, message, data });
}

/** Nobody is there, or it is no matter of nodes: asking otherwise does not help. */
function isSilence(failure: unknown): boolean {
  if (failure instanceof RpcFailed) return failure.trouble === "unreachable";
  return !(failure instanceof RpcRefused);
}

function isRefused(simulated: Simulated): boolean {
  return typeof simulated === "object" && "refused" in simulated;
}
