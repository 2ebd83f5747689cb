// SPDX-License-Identifier: MIT
import { decodeRevert } from "../../sdk/client/decoding.js";
import type { Address } from "../../sdk/order.js";
import { quantity, type Header } from "../chain/blocks.js";
import type { Rpc } from "../chain/Rpc.js";
import type { Job, Store } from "../store/Store.js";
import type { Call } from "./encode.js";
import { firstFees, raisedFees, type FeeRules } from "./fees.js";
import type { Lane } from "./Lane.js";

export interface SendRules extends FeeRules {
  /** Blocks. */
  readonly reorgDepth: number;
  readonly replaceAfter: number;
  readonly mostPending: number;
  readonly retryAfter: number;
  /** Wei. */
  readonly mostGasAnHour: bigint;
  readonly transactionGas: number;
}

interface Receipt {
  readonly transactionHash: string;
  readonly blockNumber: string;
  readonly status: string;
  readonly gasUsed: string;
  readonly effectiveGasPrice: string;
}

/** What became of a job. */
export interface Outcome {
  readonly job: Job;
  readonly what: "mined" | "reverted" | "final" | "replaced" | "cancelled" | "dropped" | "taken back";
  readonly gasUsed?: bigint;
}

export interface NewJob {
  readonly key: string;
  readonly kind: string;
  readonly subjects: readonly string[];
  readonly call: Call;
  /** What it may use when it does more in the next block than in the simulation: ends a lock, say. */
  readonly leastGas: bigint;
  /** Sent only from the key that owns the keeper's accounts. */
  readonly own: boolean;
}

export type Sent = "sent" | "known" | "no room" | "too much gas" | { readonly refused: string };

const HOUR = 3_600;
const EMPTY_GAS = 21_000n;

/**
 * Sends jobs and looks after them until they are final: replaces what is not mined, sends again what a reorganisation took back. A job is
 * written down before it is sent, and its key is remembered until it is final or dropped: it is never sent twice, but for replacements of the
 * same nonce, of which the chain takes one.
 */
export class Sender {
  private readonly byKey = new Map<string, Job>();

  constructor(
    private readonly rpc: Rpc,
    private readonly store: Store,
    readonly lanes: readonly Lane[],
    private readonly rules: SendRules,
  ) {}

  /** What was on its way when the keeper stopped. */
  async load(): Promise<void> {
    for (const job of await this.store.jobs()) this.byKey.set(job.key, job);
  }

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

  /** Simulates and sends a job, unless it is known. */
  async send({ key: wanted, kind, subjects, call, leastGas, own }: NewJob, header: Header): Promise<Sent> {
    const key = this.newKey(wanted, header);
    if (key === undefined) return "known";
    const lane = this.laneFor(own);
    if (lane === undefined) return "no room";
    const simulated = await this.simulate(lane.address, call);
    if (typeof simulated !== "bigint") return { refused: simulated.refused };
    const most = BigInt(this.rules.transactionGas);
    const estimated = (simulated * 5n) / 4n;
    const ample = estimated > leastGas ? estimated : leastGas;
    const gas = ample < most ? ample : most;
    const fees = firstFees(header.baseFee, this.rules);
    const cost = gas * fees.maxFee;
    if ((await this.committed(Number(header.timestamp))) + cost > this.rules.mostGasAnHour) return "too much gas";

    const nonce = await lane.nonce(this.pending);
    const { raw, hash } = lane.sign(call, nonce, gas, fees);
    lane.used(nonce);
    const job: Job = {
      ...{ key, kind, subjects, lane: lane.address, nonce, ...call, gas, ...fees, raw, hashes: [hash] },
      ...{ sentAt: header.number, state: "pending", minedAt: undefined, calls: 1 },
    };
    await this.put(job);
    await this.broadcast(lane, raw);
    return "sent";
  }

  /** Would the call go through now? Its gas, or why not. */
  async simulate(from: Address, { to, data }: Call): Promise<bigint | { refused: string }> {
    try {
      const gas = quantity(this.rules.transactionGas);
      return BigInt((await this.rpc.send("eth_estimateGas", [{ from, to, data, gas }])) as string);
    } catch (failure) {
      return { refused: reasonOf(failure) };
    }
  }

  /** Looks after what is on its way, as of a new head. */
  async tend(head: Header): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    const mined = new Map<string, number>();
    const jobs = [...this.jobs].sort((a, b) => a.nonce - b.nonce);
    for (const job of jobs) {
      const lane = this.lanes.find(({ address }) => address === job.lane);
      if (lane === undefined) continue; // of a key that is not given this time
      if (!mined.has(job.lane)) mined.set(job.lane, await lane.mined());
      const outcome = await this.tendOne(job, lane, head, mined.get(job.lane)!);
      if (outcome !== undefined) outcomes.push(outcome);
    }
    for (const lane of this.lanes) await this.fillGap(lane, head, mined.get(lane.address));
    return outcomes;
  }

  // ------------------------------------------------------------------ inside

  /**
   * Undefined while the job is known. One that was mined, and is wanted for the same cause some blocks later, is another one: a margin call that
   * was cleared in between, say. The wait keeps an action without effect from being repeated at every block.
   */
  private newKey(wanted: string, { number }: Header): string | undefined {
    const known = this.jobs.filter(({ key }) => key === wanted || key.startsWith(`${wanted} after `));
    const settled = ({ minedAt }: Job) => minedAt !== undefined && number - minedAt >= this.rules.retryAfter;
    if (!known.every(settled)) return undefined;
    return known.length === 0 ? wanted : `${wanted} after ${Math.max(...known.map(({ minedAt }) => minedAt!))}`;
  }

  private async tendOne(job: Job, lane: Lane, head: Header, mined: number): Promise<Outcome | undefined> {
    const receipt = await this.receiptOf(job);
    if (receipt !== undefined) return this.book(job, receipt, head);
    if (job.state === "mined") {
      // A reorganisation took its block back: it is sent again as it was.
      await this.put({ ...job, state: "pending", minedAt: undefined, sentAt: head.number });
      await this.broadcast(lane, job.raw);
      return { job, what: "taken back" };
    }
    if (mined > job.nonce) {
      // Another transaction of this key has its nonce. Asked again, as its receipt may be younger than the question.
      if ((await this.receiptOf(job)) !== undefined) return undefined;
      await this.drop(job);
      lane.resync();
      return { job, what: "dropped" };
    }
    if (head.number - job.sentAt >= this.rules.replaceAfter) return this.replace(job, lane, head);
    return undefined;
  }

  private async book(job: Job, receipt: Receipt, head: Header): Promise<Outcome | undefined> {
    const minedAt = Number(receipt.blockNumber);
    const gasUsed = BigInt(receipt.gasUsed);
    if (head.number - minedAt >= this.rules.reorgDepth) {
      await this.drop(job);
      return { job, what: "final" };
    }
    if (job.state === "mined" && job.minedAt === minedAt) return undefined;
    await this.store.addSpent(
      receipt.transactionHash,
      Number(head.timestamp),
      gasUsed * BigInt(receipt.effectiveGasPrice),
    );
    const booked: Job = { ...job, state: "mined", minedAt };
    const cancelled = job.hashes.indexOf(receipt.transactionHash) >= job.calls;
    const ok = receipt.status === "0x1" && !cancelled;
    // What failed is forgotten: it changed nothing, and its cause may still want it done.
    if (ok) await this.put(booked);
    else await this.drop(job);
    return { job: booked, what: cancelled ? "cancelled" : ok ? "mined" : "reverted", gasUsed };
  }

  /** The same nonce at higher fees: the same call, or an empty one when the call would fail by now. */
  private async replace(job: Job, lane: Lane, head: Header): Promise<Outcome | undefined> {
    const fees = raisedFees(job, head.baseFee, this.rules);
    if (fees === undefined) {
      await this.broadcast(lane, job.raw);
      return undefined;
    }
    const call: Call = { to: job.to as Address, data: job.data };
    const isCall = job.calls === job.hashes.length;
    const wanted = isCall && typeof (await this.simulate(lane.address, call)) === "bigint";
    const [sent, gas] = wanted ? [call, job.gas] : [{ to: lane.address, data: "0x" }, EMPTY_GAS];
    const { raw, hash } = lane.sign(sent, job.nonce, gas, fees);
    const replaced: Job = {
      ...{ ...job, ...fees, gas, raw, hashes: [...job.hashes, hash], sentAt: head.number },
      calls: job.calls + (wanted ? 1 : 0),
    };
    await this.put(replaced);
    await this.broadcast(lane, raw);
    return { job: replaced, what: "replaced" };
  }

  /** A nonce that a reorganisation or a node lost blocks all later ones: an empty transaction takes it. */
  private async fillGap(lane: Lane, head: Header, mined: number | undefined): Promise<void> {
    const waiting = this.pending.filter((job) => job.lane === lane.address);
    if (mined === undefined || waiting.length === 0 || waiting.some(({ nonce }) => nonce <= mined)) return;
    if (waiting.some(({ sentAt }) => head.number - sentAt < 1)) return; // the node may still tell of it
    const fees = firstFees(head.baseFee, this.rules);
    const call: Call = { to: lane.address, data: "0x" };
    const { raw, hash } = lane.sign(call, mined, EMPTY_GAS, fees);
    await this.put({
      ...{ key: `gap ${lane.address} ${mined} ${head.number}`, kind: "gap", subjects: [], lane: lane.address },
      ...{ nonce: mined, ...call, gas: EMPTY_GAS, ...fees, raw, hashes: [hash], sentAt: head.number },
      ...{ state: "pending", minedAt: undefined, calls: 1 },
    });
    await this.broadcast(lane, raw);
  }

  private async receiptOf({ hashes }: Job): Promise<Receipt | undefined> {
    for (const hash of [...hashes].reverse()) {
      const receipt = (await this.rpc.send("eth_getTransactionReceipt", [hash])) as Receipt | null;
      if (receipt !== null && receipt !== undefined) return receipt;
    }
    return undefined;
  }

  private laneFor(own: boolean): Lane | undefined {
    const waiting = ({ address }: Lane) => this.pending.filter(({ lane }) => lane === address).length;
    const able = this.lanes.slice(0, own ? 1 : undefined).filter((lane) => waiting(lane) < this.rules.mostPending);
    return able.sort((a, b) => waiting(a) - waiting(b))[0];
  }

  /** A node that does not take it is asked again with the replacement: the job is on its way either way. */
  private async broadcast(lane: Lane, raw: string): Promise<void> {
    try {
      await lane.broadcast(raw);
    } catch (failure) {
      this.onTrouble(failure);
    }
  }

  onTrouble: (failure: unknown) => void = () => {};

  private async put(job: Job): Promise<void> {
    this.byKey.set(job.key, job);
    await this.store.putJob(job);
  }

  private async drop(job: Job): Promise<void> {
    this.byKey.delete(job.key);
    await this.store.dropJob(job.key);
  }
}

/** The contracts' error by its name, else what the node says. */
function reasonOf(failure: unknown): string {
  const text = [failure, (failure as { data?: unknown }).data].map((each) => JSON.stringify(each) ?? "").join(" ");
  for (const [data] of text.matchAll(/0x[0-9a-f]{8,}/gi)) {
    const error = data === undefined ? undefined : decodeRevert(data);
    if (error !== undefined) return `${error.name}: ${error.sentence}`;
  }
  return (failure as Error).message;
}
