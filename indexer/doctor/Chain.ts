// SPDX-License-Identifier: MIT
import { decodeLog, type EventTable } from "../../sdk/state/decodeLog";
import { digestAfter } from "../src/history/own";
import type { ContractName } from "../src/indexer";
import type { Hex } from "../src/scene";

/** A question to a node. */
export type Ask = (method: string, params: unknown[]) => Promise<unknown>;

interface RawLog {
  readonly address: Hex;
  readonly topics: string[];
  readonly data: string;
  readonly blockNumber: string;
  readonly blockHash: Hex;
  readonly logIndex: string;
}

export interface Head {
  readonly number: number;
  readonly hash: Hex;
  readonly time: number;
}

/** What the node's logs add up to, block by block: as the indexer counts them. */
export interface Tally {
  readonly block: number;
  readonly hash: Hex;
  readonly events: number;
  readonly digest: Hex;
  readonly counts: ReadonlyMap<string, number>;
}

/** The contracts of a venue by address in lower case, and how their events are read. */
export interface Watched {
  readonly contracts: ReadonlyMap<Hex, ContractName>;
  readonly tables: Readonly<Record<ContractName, EventTable>>;
}

const FIRST_PAGE = 100;
const LARGEST_PAGE = 2_000;
/** Fewer logs than this: the next page is larger. More than that: smaller. */
const FEW = 1_000;
const MANY = 4_000;

const hexOf = (block: number): string => `0x${block.toString(16)}`;

/** The chain, as a node tells it. */
export class Chain {
  /** Blocks of the next query: as many as have about so many logs as a node tells at once. */
  private page = FIRST_PAGE;

  constructor(
    private readonly ask: Ask,
    private readonly watched: Watched,
  ) {}

  /** A block; undefined when the node has none of this number. */
  async block(which: number | "latest"): Promise<Head | undefined> {
    const tag = which === "latest" ? which : hexOf(which);
    const block = (await this.ask("eth_getBlockByNumber", [tag, false])) as Record<string, string> | null;
    if (block === null) return undefined;
    return { number: Number(block["number"]), hash: block["hash"] as Hex, time: Number(block["timestamp"]) };
  }

  /** The tally after `from` and all logs up to the block `to`, or until there are `most`. */
  async count(from: Tally, to: Head, most = Infinity): Promise<Tally> {
    let { digest, events } = from;
    const counts = new Map(from.counts);
    for (let last = from.block; last < to.number;) {
      const page = await this.nextLogs(last + 1, to.number);
      last = page.last;
      for (const log of page.logs) {
        if (events >= most) return { block: to.number, hash: to.hash, events, digest, counts };
        const contract = this.watched.contracts.get(log.address.toLowerCase() as Hex)!;
        const event = decodeLog(this.watched.tables[contract], log);
        if (event === undefined) continue;
        const name = `${contract}:${event.kind}`;
        counts.set(name, (counts.get(name) ?? 0) + 1);
        events += 1;
        const place = { blockHash: log.blockHash, block: Number(log.blockNumber), logIndex: Number(log.logIndex) };
        digest = digestAfter(digest, place);
      }
    }
    return { block: to.number, hash: to.hash, events, digest, counts };
  }

  call(to: string, data: string, block: number): Promise<unknown> {
    return this.ask("eth_call", [{ to, data }, hexOf(block)]);
  }

  /** A page of logs from a block on: nodes refuse what is too much, or take too long for it. */
  private async nextLogs(from: number, to: number): Promise<{ logs: RawLog[]; last: number }> {
    for (;;) {
      const last = Math.min(to, from + this.page - 1);
      try {
        const logs = await this.logs(from, last);
        if (logs.length < FEW) this.page = Math.min(2 * this.page, LARGEST_PAGE);
        if (logs.length > MANY) this.page = Math.max(1, this.page >> 1);
        return { logs, last };
      } catch (failure) {
        if (this.page === 1) throw failure;
        this.page = Math.max(1, this.page >> 2);
      }
    }
  }

  private async logs(from: number, to: number): Promise<RawLog[]> {
    const filter = { address: [...this.watched.contracts.keys()], fromBlock: hexOf(from), toBlock: hexOf(to) };
    return (await this.ask("eth_getLogs", [filter])) as RawLog[];
  }
}
