// SPDX-License-Identifier: MIT
import { decodeHouseLog } from "../../sdk/client/decoding.js";
import type { Address } from "../../sdk/order.js";
import { apply, revertTo } from "../../sdk/state/apply.js";
import type { HouseEvent, Place } from "../../sdk/state/events.js";
import { createHouse, type House } from "../../sdk/state/House.js";
import { ReorgTooDeep } from "../../sdk/state/Journal.js";
import { MissedEvent } from "../../sdk/state/MissedEvent.js";
import { IncompleteBlock, headerAt, logsIn, logsOf, mayHaveLogs, type ChainLog, type Header } from "../chain/blocks.js";
import { RpcRefused, type Rpc } from "../chain/Rpc.js";
import type { Snapshot } from "../store/Store.js";
import { freeze, thaw } from "./freeze.js";

export interface FollowOptions {
  readonly clearinghouse: Address;
  readonly fromBlock: number;
  readonly tokenDecimals: number;
  readonly reorgDepth: number;
  readonly firstPage: number;
  readonly largestPage: number;
}

interface Told {
  readonly event: HouseEvent;
  readonly at: Place;
}

/** A block that was the chain's when it was read, with its events. */
interface Known {
  readonly block: number;
  readonly hash: string;
  readonly told: readonly Told[];
}

export interface Progress {
  readonly head: Header;
  /** The events since the last call; undefined when the house was set back, so that whoever derives from it starts anew. */
  readonly events: readonly HouseEvent[] | undefined;
  readonly reorg: boolean;
  /** Events had been missed, and were fetched again. */
  readonly healed: boolean;
}

/** The chain moved while it was read. */
class Moved extends Error {}

/** Headers that are asked for at once. */
const AT_ONCE = 16;
/** Times that another node is asked for a block that is not whole. */
const OTHERS = 3;

/**
 * A house that stays up to date with a chain. Blocks that are final come in pages of events, as the node finds them; later ones each from its
 * receipts, which are proven to be whole by the header. Where an event cannot follow on those before, final blocks are read from their receipts too.
 */
export class ChainFollower {
  house: House;
  /** The latest blocks, without a gap, at most reorgDepth + 1. */
  private known: Known[] = [];
  private next: number;
  private page: number;
  /** The house was set anew since the last `sync`. */
  private set = true;
  private careful = false;
  private collected: HouseEvent[] = [];

  constructor(
    private readonly rpc: Rpc,
    private readonly options: FollowOptions,
    private readonly onPage: (to: number, head: number) => void = () => {},
  ) {
    this.house = createHouse(options);
    [this.next, this.page] = [options.fromBlock, options.firstPage];
  }

  /** Goes on from a snapshot, if its block is still the chain's. */
  async resume(snapshot: Snapshot): Promise<boolean> {
    const { tokenDecimals, reorgDepth } = this.options;
    const header = await headerAt(this.rpc, snapshot.block);
    const house = header?.hash === snapshot.hash ? thaw(snapshot.state, tokenDecimals, reorgDepth) : undefined;
    if (house === undefined) return false;
    this.house = house;
    this.known = [{ block: snapshot.block, hash: snapshot.hash, told: [] }];
    [this.next, this.set] = [snapshot.block + 1, true];
    return true;
  }

  /** From the deployment again; carefully: without trust in what the node finds. */
  restart(careful = false): void {
    this.house = createHouse(this.options);
    [this.known, this.next, this.set, this.careful] = [[], this.options.fromBlock, true, careful];
  }

  /** Applies all that is new up to the chain's head. */
  async sync(): Promise<Progress> {
    let [reorg, healed] = [false, false];
    for (let attempt = 0; ; ++attempt) {
      try {
        if (await this.takeBack()) reorg = true;
        const head = await this.follow();
        const events = this.set ? undefined : this.collected;
        [this.collected, this.set, this.careful] = [[], false, false];
        return { head, events, reorg, healed };
      } catch (failure) {
        if (failure instanceof ReorgTooDeep) {
          reorg = true;
          this.restart();
        } else if (failure instanceof MissedEvent) {
          healed = true;
          if (attempt >= 4) throw failure;
          this.heal(attempt);
        } else if (failure instanceof IncompleteBlock) {
          if (attempt >= OTHERS) throw failure;
          this.rpc.turn?.();
        } else if (!(failure instanceof Moved) || attempt >= 8) throw failure;
      }
    }
  }

  /** The house as of its last final block, as bytes; undefined while none is known. Undoes what is later, and does it again. */
  snapshot(): Snapshot | undefined {
    const { house } = this;
    const head = this.known.at(-1);
    const final = head && this.known.find(({ block }) => block === head.block - this.options.reorgDepth);
    if (final === undefined) return undefined;
    revertTo(house, final.block);
    const state = freeze(house);
    for (const { block, told } of this.known) {
      if (block > final.block) for (const { event, at } of told) apply(house, event, at);
    }
    return { block: final.block, hash: final.hash, state };
  }

  // ------------------------------------------------------------------ inside

  private async follow(): Promise<Header> {
    const head = await headerAt(this.rpc, "latest");
    if (head === undefined) throw new RangeError("the node has no block: try again when it has");
    const final = head.number - this.options.reorgDepth;
    if (this.next < final) await this.pages(final - 1, head.number);
    while (this.next <= head.number) {
      const header = this.next === head.number ? head : await headerAt(this.rpc, this.next);
      const last = this.known.at(-1);
      if (header === undefined || (last?.block === header.number - 1 && last.hash !== header.parent)) throw new Moved();
      await this.block(header);
    }
    return head;
  }

  /** Final blocks: as many as the node answers for at once. */
  private async pages(to: number, head: number): Promise<void> {
    while (this.next <= to) {
      const until = Math.min(to, this.next + this.page - 1);
      let logs: ChainLog[];
      try {
        logs = this.careful ? await this.receipts(this.next, until) : await this.logs(this.next, until);
      } catch (failure) {
        if (!(failure instanceof RpcRefused) || (this.page === 1 && !this.careful)) throw failure;
        if (this.page === 1) this.careful = false; // many nodes keep no receipts of old blocks
        this.page = Math.max(1, Math.floor(this.page / 2));
        continue;
      }
      for (const told of await this.decoded(logs)) this.apply(told);
      this.next = until + 1;
      this.page = Math.min(this.options.largestPage, Math.ceil(this.page * 1.5));
      this.onPage(until, head);
    }
    const last = await headerAt(this.rpc, to);
    if (last === undefined) throw new Moved();
    this.known = [{ block: to, hash: last.hash, told: [] }];
  }

  private logs(from: number, to: number): Promise<ChainLog[]> {
    return logsIn(this.rpc, this.options.clearinghouse, from, to);
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
    return this.logsOf(header);
  }

  private async logsOf(header: Header): Promise<ChainLog[]> {
    const { clearinghouse } = this.options;
    const logs = mayHaveLogs(header, clearinghouse) ? await logsOf(this.rpc, clearinghouse, header) : [];
    if (logs === undefined) throw new Moved();
    return logs;
  }

  private async block(header: Header): Promise<void> {
    const told = await this.decoded(await this.logsOf(header), header.timestamp);
    for (const each of told) this.apply(each);
    this.known.push({ block: header.number, hash: header.hash, told });
    while (this.known.length > this.options.reorgDepth + 1) this.known.shift();
    this.next = header.number + 1;
  }

  private apply({ event, at }: Told): void {
    apply(this.house, event, at);
    if (!this.set) this.collected.push(event);
  }

  private async decoded(logs: readonly ChainLog[], time?: bigint): Promise<Told[]> {
    const told: Told[] = [];
    const times = new Map<number, bigint>();
    for (const log of logs) {
      const event = decodeHouseLog(log);
      if (event === undefined) continue;
      let timestamp = log.timestamp ?? time ?? times.get(log.block);
      if (timestamp === undefined) {
        const header = await headerAt(this.rpc, log.block);
        if (header === undefined) throw new Moved();
        times.set(log.block, (timestamp = header.timestamp));
      }
      told.push({ event, at: { block: log.block, logIndex: log.logIndex, timestamp } });
    }
    return told;
  }

  /** Undoes the blocks that are not the chain's any more. */
  private async takeBack(): Promise<boolean> {
    let removed = false;
    for (let last = this.known.at(-1); last !== undefined; last = this.known.at(-1)) {
      if ((await headerAt(this.rpc, last.block))?.hash === last.hash) break;
      this.known.pop();
      removed = true;
    }
    if (!removed) return false;
    const last = this.known.at(-1);
    if (last === undefined) this.restart();
    else this.backTo(last.block);
    return true;
  }

  private backTo(block: number): void {
    revertTo(this.house, block);
    this.known = this.known.filter((each) => each.block <= block);
    [this.next, this.set] = [block + 1, true];
    this.collected = [];
  }

  /** An event is missing, so one of a final block: all that is not final is read again, then everything, then without trust. */
  private heal(attempt: number): void {
    const [first] = this.known;
    if (attempt === 0 && first !== undefined) this.backTo(first.block);
    else this.restart(attempt >= 2);
  }
}
