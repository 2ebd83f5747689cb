// SPDX-License-Identifier: MIT
import type { Address, VenueKind } from "../order.js";
import { addressOf, countOf } from "../range.js";
import { apply, revertTo } from "../state/apply.js";
import type { VenueEvent, Place } from "../state/events.js";
import { createVenue, type Venue } from "../state/Venue.js";
import { ReorgTooDeep } from "../state/Journal.js";
import { IncompleteBlock, headerAt, logsIn, logsOf, mayHaveLogs, type ChainLog, type Header } from "./chain/blocks.js";
import { RpcFailed, RpcRefused, type Rpc } from "./chain/Rpc.js";
import { rpcOf, type RpcSource } from "./chain/rpcOf.js";
import { LIMITED } from "./chain/verdict.js";
import { decodeVenueLog } from "./decoding.js";
import { ChainMoving, NodeBehind } from "./following.js";

export interface FollowerOptions {
  readonly clearinghouse: Address;
  /** The block of the deployment, or an earlier one. */
  readonly fromBlock: number;
  readonly tokenDecimals: number;
  /** What the clearinghouse lists, `venueKindOf` its deployment. Default: linear. */
  readonly kind?: VenueKind;
  /** Blocks of the first query of final blocks; it shrinks when a node refuses, and grows again. Default 2,000. */
  readonly blocksAQuery?: number;
  /** What it grows to. Default: no further than it began. */
  readonly maxBlocksAQuery?: number;
  /** How many blocks a reorganisation may take back; a block below is final. At least 1. Default 64. */
  readonly reorgDepth?: number;
  /**
   * Reads final blocks with the same proof as later ones: a header a block. Default: only where an event was missing.
   */
  readonly careful?: boolean;
  /** Tell the events of a first sync, and of a rebuild, too. Default true; false saves memory. */
  readonly tellHistory?: boolean;
  /** After each query of final blocks. */
  readonly onPage?: (to: number, head: number) => void;
}

export interface Told {
  readonly event: VenueEvent;
  readonly at: Place;
}

/** What calls of `sync` did since the last one that succeeded. */
export interface Progress {
  readonly head: number;
  readonly header: Header;
  /** The block after which all that was told is taken back; `events` go on from there. Undefined: nothing is. */
  readonly revertedTo: number | undefined;
  readonly events: readonly Told[];
  /** The chain was reorganised. */
  readonly reorg: boolean;
  /** The venue was built from the deployment again. */
  readonly rebuilt: boolean;
  /** Events had been missed, and were fetched again. */
  readonly healed: boolean;
}

/**
 * What a follower's venue is:
 * - new: nothing was read yet.
 * - syncing: a sync runs; the venue is as of `block`.
 * - whole: the chain's, as of `block`.
 * - behind: a sync failed; the venue is whole as of `block`, a block that was the chain's when it was read. The next
 * sync goes on from there.
 * - broken: not any block's. The next sync builds it from the deployment again.
 */
export type FollowerState =
  | { readonly kind: "new" }
  | { readonly kind: "syncing"; readonly block: number }
  | { readonly kind: "whole"; readonly block: number; readonly hash: string }
  | { readonly kind: "behind"; readonly block: number; readonly why: Error }
  | { readonly kind: "broken"; readonly why: Error };

/** A block that was the chain's when it was read, with its events. */
interface Known {
  readonly block: number;
  readonly hash: string;
  readonly told: readonly Told[];
}

/** The chain moved while it was read. */
class Moved extends Error {}

/** An event cannot be applied; nothing of its block was. */
class BadEvent extends Error {}

/** Headers that are asked for at once. */
const AT_ONCE = 16;
/** Times that another node is asked for what one does not have. */
const OTHERS = 3;
const MOVES = 8;
const HEALS = 4;
const FIRST_PAUSE = 25; // ms, doubled: for a node that is about to have it

/**
 * Keeps a venue up to date with a chain. Call `sync` with every new block; it follows reorganisations. Final blocks
 * come in pages of events, as the node finds them; later ones each from its receipts, which are proven to be whole by
 * the header. Where an event cannot follow on those before, final blocks are read from their receipts too. A block is
 * applied as one, or not at all.
 */
export class Follower {
  /** Stays the same object, also when it is built again. */
  readonly venue: Venue;
  private readonly rpc: Rpc;
  private readonly reorgDepth: number;
  /** The latest blocks, without a gap, at most reorgDepth + 1. */
  private known: Known[] = [];
  private next: number;
  private page: number;
  private isCareful: boolean;
  private now: FollowerState = { kind: "new" };
  /** Syncs one after another. */
  private queue: Promise<unknown> = Promise.resolve();
  /** The head of the last sync that succeeded, and what has happened since. */
  private toldTo: number | undefined;
  private revertedTo: number | undefined;
  private pending: Told[] = [];
  private reorg = false;
  private rebuilt = false;
  private healed = false;
  private isBroken = false;

  constructor(
    source: RpcSource,
    private readonly options: FollowerOptions,
  ) {
    const { fromBlock, reorgDepth = 64, blocksAQuery = 2_000, careful = false } = options;
    const { maxBlocksAQuery = blocksAQuery } = options;
    addressOf(options.clearinghouse, "clearinghouse"); // of another address there are no events: an empty venue
    for (const [name, value, min] of [
      ["fromBlock", fromBlock, 0],
      ["reorgDepth", reorgDepth, 1],
      ["blocksAQuery", blocksAQuery, 1],
      ["maxBlocksAQuery", maxBlocksAQuery, 1],
    ] as const) {
      if (!Number.isSafeInteger(value) || value < min) {
        throw new RangeError(`${name} is ${value}: give a whole number of at least ${min}.`);
      }
    }
    this.rpc = rpcOf(source);
    this.reorgDepth = reorgDepth;
    this.venue = this.emptyVenue();
    [this.next, this.page, this.isCareful] = [fromBlock, blocksAQuery, careful];
  }

  get state(): FollowerState {
    return this.now;
  }

  /** Applies all events up to the chain's head. Calls while one runs wait for it. */
  sync(): Promise<Progress> {
    return this.after(() => this.run());
  }

  /**
   * Goes on from a venue that was kept, if its block is still the chain's. After what runs. What happened up to its
   * block is not told.
   */
  resume(venue: Venue, block: number, hash: string): Promise<boolean> {
    return this.after(async () => {
      countOf(block, "block of the kept venue");
      if ((await headerAt(this.rpc, block))?.hash !== hash) return false;
      this.reset(venue);
      this.known = [{ block, hash, told: [] }];
      [this.next, this.isBroken, this.now] = [block + 1, false, { kind: "whole", block, hash }];
      return true;
    });
  }

  /** From the deployment again, at the next sync; carefully: without trust in what the node finds. */
  restart(careful = false): void {
    void this.after(async () => {
      this.startOver(careful);
      this.now = { kind: "new" };
    });
  }

  /** The last block that no reorganisation can take back; undefined while none is known. */
  get final(): { readonly block: number; readonly hash: string } | undefined {
    if (this.now.kind === "broken") return undefined;
    const head = this.known.at(-1);
    const final = head && this.known.find(({ block }) => block === head.block - this.reorgDepth);
    return final && { block: final.block, hash: final.hash };
  }

  /**
   * What `read` makes of the venue as of `final`. What is later is undone for it, and done again, also when it throws.
   */
  atFinal<T>(read: (venue: Venue, block: number, hash: string) => T): T | undefined {
    const { final } = this;
    if (final === undefined) return undefined;
    revertTo(this.venue, final.block);
    try {
      return read(this.venue, final.block, final.hash);
    } finally {
      const later = this.known.filter(({ block }) => block > final.block);
      for (const { event, at } of later.flatMap(({ told }) => told)) apply(this.venue, event, at);
    }
  }

  // ------------------------------------------------------------------ inside

  private after<T>(run: () => Promise<T>): Promise<T> {
    const result = this.queue.then(run);
    this.queue = result.catch(() => {});
    return result;
  }

  private async run(): Promise<Progress> {
    if (this.now.kind === "broken") this.startOver();
    try {
      const header = await this.toHead();
      this.now = { kind: "whole", block: header.number, hash: header.hash };
      return this.tell(header);
    } catch (failure) {
      const why = failure as Error;
      this.now = this.isBroken ? { kind: "broken", why } : { kind: "behind", block: this.next - 1, why };
      throw failure;
    }
  }

  private startOver(careful = false): void {
    this.reset(this.emptyVenue());
    [this.known, this.next, this.rebuilt, this.isBroken] = [[], this.options.fromBlock, true, false];
    this.isCareful = careful || (this.options.careful ?? false);
  }

  private tell(header: Header): Progress {
    const { revertedTo, pending: events, reorg, rebuilt, healed } = this;
    [this.toldTo, this.revertedTo, this.pending] = [header.number, undefined, []];
    [this.reorg, this.rebuilt, this.healed] = [false, false, false];
    this.isCareful = this.options.careful ?? false;
    return { head: header.number, header, revertedTo, events, reorg, rebuilt, healed };
  }

  /** Again where the chain moved, a node lacks something or an event is missing: so often, and then it fails. */
  private async toHead(): Promise<Header> {
    let [moves, others, heals] = [0, 0, 0];
    for (;;) {
      this.now = { kind: "syncing", block: this.next - 1 };
      try {
        await this.takeBack(others < OTHERS);
        return await this.follow();
      } catch (failure) {
        if (failure instanceof ReorgTooDeep) {
          if (++moves > MOVES) throw failure;
          this.reorg = true;
          this.startOver();
        } else if (failure instanceof BadEvent) {
          this.healed = true;
          this.isBroken = ++heals > HEALS; // what is missing no node tells
          if (this.isBroken) throw failure.cause;
          this.heal(heals - 1);
        } else if (failure instanceof IncompleteBlock || failure instanceof NodeBehind) {
          if (++others > OTHERS) throw failure;
          this.rpc.turn?.();
          await pause(FIRST_PAUSE * 2 ** others);
        } else if (failure instanceof Moved) {
          if (++moves > MOVES) throw new ChainMoving(this.next, MOVES);
          await pause(FIRST_PAUSE);
        } else throw failure;
      }
    }
  }

  private async follow(): Promise<Header> {
    const head = await headerAt(this.rpc, "latest");
    if (head === undefined) throw new RangeError("the node has no block: try again when it has");
    const final = head.number - this.reorgDepth;
    if (this.next < final) await this.pages(final - 1, head.number);
    while (this.next <= head.number) {
      const header = this.next === head.number ? head : await headerAt(this.rpc, this.next);
      const last = this.known.at(-1);
      if (header === undefined || (last?.block === header.number - 1 && last.hash !== header.parent)) throw new Moved();
      await this.block(header);
    }
    const last = this.known.at(-1);
    if (last === undefined) return head;
    // A node that is behind what was read may have told the head.
    const read = last.block === head.number ? head : await headerAt(this.rpc, last.block);
    if (read?.hash !== last.hash) throw new Moved();
    return read;
  }

  /** Final blocks: as many as the node answers for at once. */
  private async pages(to: number, head: number): Promise<void> {
    const { clearinghouse, blocksAQuery = 2_000, maxBlocksAQuery = blocksAQuery, onPage } = this.options;
    while (this.next <= to) {
      const until = Math.min(to, this.next + this.page - 1);
      let told: Told[];
      let last: Header | undefined;
      try {
        const logs = this.isCareful
          ? this.receipts(this.next, until)
          : logsIn(this.rpc, clearinghouse, this.next, until);
        told = await this.decoded(await logs);
        last = await headerAt(this.rpc, until);
      } catch (failure) {
        if (!isTooMuch(failure) || (this.page === 1 && !this.isCareful)) throw failure;
        if (this.page === 1) this.isCareful = false; // many nodes keep no receipts of old blocks
        this.page = Math.max(1, Math.floor(this.page / 2));
        continue;
      }
      if (last === undefined) throw new Moved();
      this.applyAll(told);
      this.known = [{ block: until, hash: last.hash, told: [] }];
      this.next = until + 1;
      this.page = Math.min(maxBlocksAQuery, Math.ceil(this.page * 1.5));
      onPage?.(until, head);
    }
  }

  private async receipts(from: number, to: number): Promise<ChainLog[]> {
    const logs: ChainLog[] = [];
    for (let block = from; block <= to; block += AT_ONCE) {
      const count = Math.min(AT_ONCE, to - block + 1);
      const some = await Promise.all(Array.from({ length: count }, (_, i) => this.logsAt(block + i)));
      logs.push(...some.flat());
    }
    return logs;
  }

  private async logsAt(block: number): Promise<ChainLog[]> {
    const header = await headerAt(this.rpc, block);
    if (header === undefined) throw new Moved();
    const logs = await this.logsOf(header);
    return logs.map((log) => ({ ...log, timestamp: header.timestamp }));
  }

  private async logsOf(header: Header): Promise<ChainLog[]> {
    const { clearinghouse } = this.options;
    const logs = mayHaveLogs(header, clearinghouse) ? await logsOf(this.rpc, clearinghouse, header) : [];
    if (logs === undefined) throw new Moved();
    return logs;
  }

  private async block(header: Header): Promise<void> {
    const told = await this.decoded(await this.logsOf(header), header.timestamp);
    this.applyAll(told);
    this.known.push({ block: header.number, hash: header.hash, told });
    while (this.known.length > this.reorgDepth + 1) this.known.shift();
    this.next = header.number + 1;
  }

  /** Block by block: of one whose events cannot all be applied, none is. */
  private applyAll(told: readonly Told[]): void {
    const tells = this.tellsHistory || (this.toldTo !== undefined && !this.rebuilt);
    let at = 0;
    try {
      for (; at < told.length; ++at) {
        apply(this.venue, told[at]!.event, told[at]!.at);
        if (tells) this.pending.push(told[at]!);
      }
    } catch (cause) {
      const { block } = told[at]!.at;
      this.next = block;
      this.undo(block - 1);
      throw new BadEvent(`an event of block ${block} cannot be applied`, { cause });
    }
  }

  /** And what was told of it. */
  private undo(block: number): void {
    revertTo(this.venue, block);
    this.pending = this.pending.filter(({ at }) => at.block <= block);
    if (this.toldTo !== undefined && this.toldTo > block) this.revertedTo = Math.min(this.revertedTo ?? block, block);
  }

  private get tellsHistory(): boolean {
    return this.options.tellHistory ?? true;
  }

  private async decoded(logs: readonly ChainLog[], time?: bigint): Promise<Told[]> {
    const told: Told[] = [];
    const times = new Map<number, bigint>();
    for (const log of logs) {
      const event = eventIn(log);
      if (event === undefined) continue;
      let timestamp = time ?? log.timestamp ?? times.get(log.block);
      if (timestamp === undefined) {
        const header = await headerAt(this.rpc, log.block);
        if (header === undefined || header.hash !== log.blockHash) throw new Moved();
        times.set(log.block, (timestamp = header.timestamp));
      }
      told.push({ event, at: { block: log.block, logIndex: log.logIndex, timestamp } });
    }
    return told;
  }

  /**
   * Undoes the blocks that are not the chain's any more, once it is known which. `patient`: a node that is behind is
   * left for another one.
   */
  private async takeBack(patient: boolean): Promise<void> {
    const last = this.known.at(-1);
    if (last === undefined) return;
    const same = await headerAt(this.rpc, last.block);
    if (same?.hash === last.hash) return;
    if (same === undefined && patient) {
      const head = await headerAt(this.rpc, "latest");
      if (head === undefined || head.number < last.block) throw new NodeBehind(last.block, head?.number ?? 0);
    }
    for (const { block, hash } of this.known.slice(0, -1).reverse()) {
      if ((await headerAt(this.rpc, block))?.hash !== hash) continue;
      this.reorg = true;
      return this.backTo(block);
    }
    const oldest = this.known[0]!.block;
    throw new ReorgTooDeep(oldest - 1, oldest);
  }

  private backTo(block: number): void {
    this.undo(block);
    this.known = this.known.filter((each) => each.block <= block);
    this.next = block + 1;
  }

  private reset(venue: Venue): void {
    Object.assign(this.venue, venue);
    const before = this.options.fromBlock - 1;
    this.pending = [];
    if (this.toldTo !== undefined) this.revertedTo = before;
  }

  /**
   * An event is missing, so one of a final block: all that is not final is read again, then everything, then without
   * trust.
   */
  private heal(attempt: number): void {
    const [first] = this.known;
    if (attempt > 0 || first === undefined) return this.startOver(attempt >= 2);
    try {
      this.backTo(first.block);
    } catch (failure) {
      if (!(failure instanceof ReorgTooDeep)) throw failure;
      this.startOver(); // more of a page was applied than is remembered
    }
  }

  private emptyVenue(): Venue {
    const { tokenDecimals, kind } = this.options;
    return createVenue({ tokenDecimals, kind, reorgDepth: this.reorgDepth });
  }
}

function eventIn(log: ChainLog): VenueEvent | undefined {
  try {
    return decodeVenueLog(log);
  } catch {
    throw new IncompleteBlock(log.block, `log ${log.logIndex} in a form that can be read`);
  }
}

/** May fewer blocks be answered for? Not by a node that is not there, or that counts questions. */
function isTooMuch(failure: unknown): boolean {
  if (failure instanceof RpcRefused) return !LIMITED.test(failure.reason);
  return failure instanceof RpcFailed && (failure.trouble === "slow" || failure.trouble === "useless");
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
