// SPDX-License-Identifier: MIT
import { headerAt, logsIn, type ChainLog } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { decodeVenueLog } from "../../sdk/client/decoding.js";
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { laneOf } from "../order/Order.js";

/** A fill of an order, as maker or as taker. */
export interface MinedFill {
  readonly transaction: Hex;
  readonly block: number;
  readonly account: bigint;
  readonly salt: bigint;
  /** Magnitude, 1e-9 base. */
  readonly size: bigint;
}

/** What a chain has that a journal is held against, as of its head. */
export interface ChainFacts {
  /** Timestamp of the head. */
  readonly time: number;
  /** In the chain's order. */
  readonly fills: readonly MinedFill[];
  /** Keys that owners have listed at any time, `owner/key` in lower case. */
  readonly signers: ReadonlySet<string>;
  /** Is an order of this account and salt void, by a cancellation or a later order of its lane? */
  isVoid(account: bigint, salt: bigint): boolean;
  senderOf(transaction: Hex): Promise<string>;
  timeOf(block: number): Promise<number>;
}

const PAGE = 2_000; // blocks

/** Reads a clearinghouse's events from a block to the head. */
export async function chainFacts(rpc: Rpc, clearinghouse: Address, from: number): Promise<ChainFacts> {
  const head = (await headerAt(rpc, "latest"))!;
  const record = new Record();
  for (let block = from; block <= head.number; block += PAGE) {
    for (const log of await logsIn(rpc, clearinghouse, block, Math.min(head.number, block + PAGE - 1))) record.add(log);
  }
  const [senders, times] = [new Map<Hex, Promise<string>>(), new Map<number, Promise<number>>()];
  return {
    time: Number(head.timestamp),
    fills: record.fills,
    signers: record.signers,
    isVoid: (account, salt) => record.isVoid(account, salt),
    senderOf: (transaction) =>
      once(senders, transaction, async () => {
        const found = (await rpc.send("eth_getTransactionByHash", [transaction])) as { from: string };
        return found.from.toLowerCase();
      }),
    timeOf: (block) => once(times, block, async () => Number((await headerAt(rpc, block))!.timestamp)),
  };
}

function once<K, V>(known: Map<K, Promise<V>>, key: K, ask: () => Promise<V>): Promise<V> {
  let answer = known.get(key);
  if (answer === undefined) known.set(key, (answer = ask()));
  return answer;
}

class Record {
  readonly fills: MinedFill[] = [];
  readonly signers = new Set<string>();
  private readonly filled = new Map<string, bigint>();
  /** The highest sequence that each lane has seen, filled or cancelled; of an account that below which all is void. */
  private readonly lanes = new Map<string, { sequence: bigint; cancelled: boolean }>();
  private readonly below = new Map<bigint, bigint>();

  add(log: ChainLog): void {
    const event = decodeVenueLog(log);
    switch (event?.kind) {
      case "Traded":
        return this.fill(log, event.maker, event.makerSalt, event.makerFilled);
      case "Matched":
        if (event.filled !== 0n) this.fill(log, event.taker, event.salt, event.filled);
        return;
      case "OrderCancelled":
        return this.lane(event.account, event.salt, true);
      case "OrdersCancelledBelow":
        return void this.below.set(event.account, event.sequence);
      case "SignerSet":
        return void this.signers.add(`${event.owner}/${event.signer}`.toLowerCase());
    }
  }

  isVoid(account: bigint, salt: bigint): boolean {
    const sequence = salt >> 16n;
    const lane = this.lanes.get(`${account}/${laneOf(salt)}`);
    if (sequence < (this.below.get(account) ?? 0n)) return true;
    return lane !== undefined && (lane.sequence > sequence || (lane.sequence === sequence && lane.cancelled));
  }

  /** Events tell what is filled of an order in all. */
  private fill({ transaction, block }: ChainLog, account: bigint, salt: bigint, filled: bigint): void {
    const name = `${account}/${salt}`;
    const size = filled - (this.filled.get(name) ?? 0n);
    this.filled.set(name, filled);
    this.fills.push({ transaction: transaction as Hex, block, account, salt, size });
    this.lane(account, salt, false);
  }

  private lane(account: bigint, salt: bigint, cancelled: boolean): void {
    const [name, sequence] = [`${account}/${laneOf(salt)}`, salt >> 16n];
    const before = this.lanes.get(name);
    if (before !== undefined && before.sequence > sequence) return;
    const stays = before?.sequence === sequence && before.cancelled;
    this.lanes.set(name, { sequence, cancelled: cancelled || stays });
  }
}
