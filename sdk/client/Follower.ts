// SPDX-License-Identifier: MIT
import type { Log as EthersLog, Provider } from "ethers";
import type { Address } from "../order.js";
import { apply, revertTo } from "../state/apply.js";
import type { HouseEvent, Place } from "../state/events.js";
import { createHouse, type House } from "../state/House.js";
import { decodeHouseLog } from "./decoding.js";

export interface FollowerOptions {
  readonly clearinghouse: Address;
  /** The block of the deployment, or an earlier one. */
  readonly fromBlock: number;
  readonly tokenDecimals: number;
  /** Blocks a query; nodes limit it. Default 2,000. */
  readonly blocksAQuery?: number;
  /** How many blocks a reorganisation may take back. Default 64. */
  readonly reorgDepth?: number;
}

export interface Told {
  readonly event: HouseEvent;
  readonly at: Place;
}

/** What a call of `sync` did: `revertedTo` the block that is still the chain's, when it took later ones back. */
export interface Progress {
  readonly head: number;
  readonly revertedTo: number | undefined;
  readonly events: readonly Told[];
}

/** Keeps a house up to date with a chain. Call `sync` with every new block; it follows reorganisations. */
export class Follower {
  readonly house: House;
  /** Blocks that were the chain's when they were read, ascending. */
  private readonly known: { block: number; hash: string }[] = [];
  private next: number;

  constructor(
    private readonly provider: Provider,
    private readonly options: FollowerOptions,
  ) {
    this.house = createHouse(options);
    this.next = options.fromBlock;
  }

  /** Applies all events up to the chain's head. */
  async sync(): Promise<Progress> {
    const revertedTo = await this.takeBack();
    const head = await this.provider.getBlock("latest");
    if (head === null) throw new RangeError("the node has no block: try again when it has");
    const events: Told[] = [];
    const { clearinghouse, blocksAQuery = 2_000 } = this.options;
    while (this.next <= head.number) {
      const toBlock = Math.min(head.number, this.next + blocksAQuery - 1);
      const logs = await this.provider.getLogs({ address: clearinghouse, fromBlock: this.next, toBlock });
      const times = await this.timesOf(logs);
      for (const log of logs) {
        const event = decodeHouseLog(log);
        if (event === undefined) continue;
        const at = { block: log.blockNumber, logIndex: log.index, timestamp: times.get(log.blockNumber)! };
        apply(this.house, event, at);
        this.remember(log.blockNumber, log.blockHash);
        events.push({ event, at });
      }
      this.next = toBlock + 1;
    }
    this.remember(head.number, head.hash!);
    return { head: head.number, revertedTo, events };
  }

  /** Undoes the blocks that are not the chain's any more. */
  private async takeBack(): Promise<number | undefined> {
    let removed = false;
    for (let last = this.known.at(-1); last !== undefined; last = this.known.at(-1)) {
      const block = await this.provider.getBlock(last.block);
      if (block?.hash === last.hash) break;
      this.known.pop();
      removed = true;
    }
    if (!removed) return undefined;
    const back = this.known.at(-1)?.block ?? this.options.fromBlock - 1;
    revertTo(this.house, back);
    this.next = back + 1;
    return back;
  }

  private remember(block: number, hash: string): void {
    if (this.known.at(-1)?.block === block) return;
    this.known.push({ block, hash });
    const { reorgDepth = 64 } = this.options;
    // The oldest one kept is where a reorganisation of that depth still finds the chain.
    while (this.known.length > 1 && this.known[1]!.block <= block - reorgDepth) this.known.shift();
  }

  private async timesOf(logs: readonly EthersLog[]): Promise<Map<number, bigint>> {
    const blocks = [...new Set(logs.map(({ blockNumber }) => blockNumber))];
    const times = new Map<number, bigint>();
    for (const number of blocks) {
      const block = await this.provider.getBlock(number);
      if (block === null) throw new RangeError(`block ${number} is gone: call sync again`);
      times.set(number, BigInt(block.timestamp));
    }
    return times;
  }
}
