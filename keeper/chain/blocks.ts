// SPDX-License-Identifier: MIT
import { keccak256 } from "ethers";
import type { Address } from "../../sdk/order.js";
import { RpcRefused, type Rpc } from "./Rpc.js";

/** A block's header, as far as it is used. */
export interface Header {
  readonly number: number;
  readonly hash: string;
  readonly parent: string;
  readonly timestamp: bigint;
  readonly baseFee: bigint;
  readonly bloom: string;
  /** Transactions in it. */
  readonly count: number;
}

/** A log with its place. */
export interface ChainLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly block: number;
  readonly blockHash: string;
  readonly logIndex: number;
  /** When the node tells it with the log. */
  readonly timestamp: bigint | undefined;
}

interface RawBlock {
  readonly number: string;
  readonly hash: string;
  readonly parentHash: string;
  readonly timestamp: string;
  readonly baseFeePerGas?: string;
  readonly logsBloom?: string;
  readonly transactions: readonly string[];
}

export interface RawLog {
  readonly address: string;
  readonly topics: string[];
  readonly data: string;
  readonly blockNumber: string;
  readonly blockHash: string;
  readonly logIndex: string;
  readonly blockTimestamp?: string;
}

export async function headerAt(rpc: Rpc, block: number | "latest"): Promise<Header | undefined> {
  const tag = block === "latest" ? block : quantity(block);
  const raw = (await rpc.send("eth_getBlockByNumber", [tag, false])) as RawBlock | null;
  if (raw === null) return undefined;
  return {
    number: Number(raw.number),
    hash: raw.hash,
    parent: raw.parentHash,
    timestamp: BigInt(raw.timestamp),
    baseFee: BigInt(raw.baseFeePerGas ?? 0),
    bloom: raw.logsBloom ?? "0x",
    count: raw.transactions.length,
  };
}

/** The logs of an address in blocks, in the chain's order, each once. */
export async function logsIn(rpc: Rpc, address: Address, from: number, to: number): Promise<ChainLog[]> {
  const filter = { address, fromBlock: quantity(from), toBlock: quantity(to) };
  return ordered((await rpc.send("eth_getLogs", [filter])) as RawLog[]);
}

/** A node whose answers about a block are not all of it. */
export class IncompleteBlock extends Error {
  constructor(
    readonly block: number,
    what: string,
  ) {
    super(`the node's receipts and logs of block ${block} lack ${what}: ask another node, or wait until it has them.`);
  }
}

interface RawReceipt {
  readonly blockHash: string;
  readonly logs: RawLog[];
}

/**
 * The logs of an address in a block, from its receipts; where these are not whole, from the node's index of logs. That none is left out is
 * checked: each transaction has a receipt, logs are numbered without a gap, and together they give the bloom of the header. Undefined: the
 * receipts are of another block of that number.
 */
export async function logsOf(rpc: Rpc, address: Address, header: Header): Promise<ChainLog[] | undefined> {
  const receipts = await receiptsOf(rpc, header.number);
  if (receipts?.some((receipt) => receipt?.blockHash !== header.hash)) return undefined;
  let logs: ChainLog[];
  try {
    if (receipts?.length !== header.count) throw new IncompleteBlock(header.number, "transactions");
    logs = whole(
      receipts.flatMap((receipt) => receipt.logs),
      header,
    );
  } catch (failure) {
    if (!(failure instanceof IncompleteBlock)) throw failure;
    logs = whole((await rpc.send("eth_getLogs", [{ blockHash: header.hash }])) as RawLog[], header);
  }
  return logs.filter((log) => log.address.toLowerCase() === address.toLowerCase());
}

/** All logs of a block, if they are all. */
function whole(raw: readonly RawLog[], header: Header): ChainLog[] {
  const all = ordered(raw);
  all.forEach(({ logIndex }, i) => {
    if (logIndex !== i) throw new IncompleteBlock(header.number, `log ${i}`);
  });
  if (header.bloom.length === BLOOM && bloomOf(all) !== BigInt(header.bloom)) {
    throw new IncompleteBlock(header.number, "what its bloom has");
  }
  return all;
}

/** Nodes without eth_getBlockReceipts are asked for each receipt. */
async function receiptsOf(rpc: Rpc, block: number): Promise<RawReceipt[] | null> {
  try {
    return (await rpc.send("eth_getBlockReceipts", [quantity(block)])) as RawReceipt[] | null;
  } catch (failure) {
    if (!(failure instanceof RpcRefused)) throw failure;
    const raw = (await rpc.send("eth_getBlockByNumber", [quantity(block), false])) as { transactions: string[] };
    const asked = raw.transactions.map((hash) => rpc.send("eth_getTransactionReceipt", [hash]));
    return (await Promise.all(asked)) as RawReceipt[];
  }
}

function ordered(raw: readonly RawLog[]): ChainLog[] {
  const logs = raw.map((log) => ({
    ...{ address: log.address, topics: log.topics, data: log.data, blockHash: log.blockHash },
    ...{ block: Number(log.blockNumber), logIndex: Number(log.logIndex) },
    timestamp: log.blockTimestamp === undefined ? undefined : BigInt(log.blockTimestamp),
  }));
  logs.sort((a, b) => a.block - b.block || a.logIndex - b.logIndex);
  return logs.filter((log, i) => {
    const before = logs[i - 1];
    return before === undefined || before.block !== log.block || before.logIndex !== log.logIndex;
  });
}

const BLOOM = 514; // characters

/** May the block have logs of the address? A header's bloom never denies one that is there. */
export function mayHaveLogs({ bloom }: Header, address: Address): boolean {
  if (bloom.length !== BLOOM) return true;
  const bits = bitsOf(address);
  return (BigInt(bloom) & bits) === bits;
}

/** The three bits that an address or a topic sets in a bloom. */
function bitsOf(value: string): bigint {
  const hash = keccak256(value);
  const bit = (i: number) => 1n << BigInt(parseInt(hash.slice(2 + 4 * i, 6 + 4 * i), 16) & 2047);
  return bit(0) | bit(1) | bit(2);
}

function bloomOf(logs: readonly ChainLog[]): bigint {
  const values = new Set(logs.flatMap(({ address, topics }) => [address.toLowerCase(), ...topics]));
  let bloom = 0n;
  for (const value of values) bloom |= bitsOf(value);
  return bloom;
}

export function quantity(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}
