// SPDX-License-Identifier: MIT
import { deserialize, serialize } from "node:v8";
import {
  headerAt,
  IncompleteBlock,
  logsIn,
  logsOf,
  mayHaveLogs,
  type ChainLog,
  type Header,
} from "../../../sdk/client/chain/blocks.js";
import { ChainMoving, NodeBehind } from "../../../sdk/client/following.js";
import { RpcFailed, RpcRefused, type Rpc } from "../../../sdk/client/chain/Rpc.js";
import { LIMITED } from "../../../sdk/client/chain/verdict.js";
import type { AccountId, Address, GroupId } from "../../../sdk/order.js";
import { seriesGroup, seriesIndex } from "../../../sdk/options/series.js";
import type { Snapshot } from "../../../chain/store/Store.js";
import { namedIn } from "./named.js";

export interface HolderOptions {
  readonly clearinghouse: Address;
  readonly fromBlock: number;
  readonly reorgDepth: number;
  readonly firstPage: number;
  readonly largestPage: number;
}

export interface Followed {
  readonly head: Header;
  /** Accounts that events named since the last call; undefined: anything may have changed. */
  readonly changed: ReadonlySet<AccountId> | undefined;
  readonly reorg: boolean;
  /** None of the blocks that were known is in the chain any more. */
  readonly rebuilt: boolean;
}

/** The chain moved while it was read. */
class Moved extends Error {}

const PERPETUAL = 255n;
const MOVES = 8;
const OTHERS = 3;
const PAUSE = 25; // ms
const FORMAT = "holders 1";

/**
 * Who may hold something in an option clearinghouse, and which groups there are: every account that one of its events
 * has ever named. What each holds, and how it stands, the lens says: so a reorganisation has nothing to undo here, and
 * one account too many costs a look.
 */
export class Holders {
  readonly accounts = new Set<AccountId>();
  readonly groups = new Set<GroupId>();
  /** The latest blocks, at most reorgDepth + 1. */
  private known: { block: number; hash: string }[] = [];
  private next: number;
  private page: number;
  private changed: Set<AccountId> | undefined;
  private reorg = false;
  private rebuilt = false;

  constructor(
    private readonly rpc: Rpc,
    private readonly options: HolderOptions,
    private readonly onPage: (to: number, head: number) => void = () => {},
  ) {
    [this.next, this.page] = [options.fromBlock, options.firstPage];
  }

  /** Reads all that is new up to the chain's head. */
  async sync(): Promise<Followed> {
    const head = await this.toHead();
    const { changed, reorg, rebuilt } = this;
    [this.changed, this.reorg, this.rebuilt] = [new Set(), false, false];
    return { head, changed: reorg ? undefined : changed, reorg, rebuilt };
  }

  /** From the deployment again. */
  restart(): void {
    for (const set of [this.accounts, this.groups]) set.clear();
    [this.known, this.next, this.changed] = [[], this.options.fromBlock, undefined];
  }

  /** As of the last final block, as bytes; undefined while none is known. Newer accounts in it do no harm. */
  snapshot(): Snapshot | undefined {
    const head = this.known.at(-1);
    const final = head && this.known.find(({ block }) => block === head.block - this.options.reorgDepth);
    if (final === undefined) return undefined;
    const state = serialize({ format: FORMAT, accounts: [...this.accounts], groups: [...this.groups] });
    return { ...final, state };
  }

  /** Goes on from a snapshot, if its block is still the chain's. */
  async resume({ block, hash, state }: Snapshot): Promise<boolean> {
    let kept: { format: string; accounts: AccountId[]; groups: GroupId[] };
    try {
      kept = deserialize(Buffer.from(state)) as typeof kept;
    } catch {
      return false;
    }
    if (kept.format !== FORMAT || (await headerAt(this.rpc, block))?.hash !== hash) return false;
    this.restart();
    for (const id of kept.accounts) this.accounts.add(id);
    for (const id of kept.groups) this.groups.add(id);
    [this.known, this.next] = [[{ block, hash }], block + 1];
    return true;
  }

  // ------------------------------------------------------------------ inside

  private async toHead(): Promise<Header> {
    let [moves, others] = [0, 0];
    for (;;) {
      try {
        await this.takeBack();
        return await this.follow();
      } catch (failure) {
        if (failure instanceof Moved) {
          if (++moves > MOVES) throw new ChainMoving(this.next, MOVES);
          await pause(PAUSE);
        } else if (failure instanceof IncompleteBlock || failure instanceof NodeBehind) {
          if (++others > OTHERS) throw failure;
          this.rpc.turn?.();
          await pause(PAUSE * 2 ** others);
        } else throw failure;
      }
    }
  }

  private async follow(): Promise<Header> {
    const head = await headerAt(this.rpc, "latest");
    if (head === undefined) throw new RangeError("the node has no block: try again when it has");
    const last = this.known.at(-1);
    if (last !== undefined && head.number < last.block) throw new NodeBehind(last.block, head.number);
    const final = head.number - this.options.reorgDepth;
    if (this.next < final) await this.pages(final - 1, head.number);
    while (this.next <= head.number) {
      const header = this.next === head.number ? head : await headerAt(this.rpc, this.next);
      const before = this.known.at(-1);
      if (header === undefined || (before?.block === header.number - 1 && before.hash !== header.parent)) {
        throw new Moved();
      }
      await this.block(header);
    }
    if (this.known.at(-1)!.hash !== head.hash) throw new Moved();
    return head;
  }

  /** Final blocks: as many as the node answers for at once. */
  private async pages(to: number, head: number): Promise<void> {
    const { clearinghouse, largestPage } = this.options;
    while (this.next <= to) {
      const until = Math.min(to, this.next + this.page - 1);
      let logs: ChainLog[];
      try {
        logs = await logsIn(this.rpc, clearinghouse, this.next, until);
      } catch (failure) {
        if (!isTooMuch(failure) || this.page === 1) throw failure;
        this.page = Math.max(1, this.page >> 1);
        continue;
      }
      const last = await headerAt(this.rpc, until);
      if (last === undefined) throw new Moved();
      for (const log of logs) this.read(log);
      this.known = [{ block: until, hash: last.hash }];
      this.next = until + 1;
      this.page = Math.min(largestPage, Math.ceil(this.page * 1.5));
      this.onPage(until, head);
    }
  }

  /** A later block, by its hash and parent, with logs that its header proves to be all. */
  private async block(header: Header): Promise<void> {
    const { clearinghouse, reorgDepth } = this.options;
    const logs = mayHaveLogs(header, clearinghouse) ? await logsOf(this.rpc, clearinghouse, header) : [];
    if (logs === undefined) throw new Moved();
    for (const log of logs) this.read(log);
    this.known.push({ block: header.number, hash: header.hash });
    while (this.known.length > reorgDepth + 1) this.known.shift();
    this.next = header.number + 1;
  }

  private read(log: ChainLog): void {
    const { accounts, listed } = namedIn(log);
    for (const id of accounts) {
      this.accounts.add(id);
      this.changed?.add(id);
    }
    if (listed !== undefined && seriesIndex(listed) === PERPETUAL) this.groups.add(seriesGroup(listed));
  }

  /** Blocks that are not the chain's any more are read again. */
  private async takeBack(): Promise<void> {
    const last = this.known.at(-1);
    if (last === undefined) return;
    const same = await headerAt(this.rpc, last.block);
    if (same?.hash === last.hash) return;
    if (same === undefined) {
      const head = await headerAt(this.rpc, "latest");
      if (head === undefined) throw new NodeBehind(last.block, 0);
    }
    this.reorg = true;
    while (this.known.length > 0) {
      const { block, hash } = this.known.at(-1)!;
      if ((await headerAt(this.rpc, block))?.hash === hash) break;
      this.known.pop();
    }
    if (this.known.length === 0) {
      this.restart();
      this.rebuilt = true;
    } else this.next = this.known.at(-1)!.block + 1;
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
