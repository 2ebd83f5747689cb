// SPDX-License-Identifier: MIT
import { keccak256 } from "../../keccak.js";
import type { Address } from "../../order.js";
import type { Hex } from "../../orderHash.js";
import { RpcFailed, RpcRefused, isTrouble, type Rpc } from "./Rpc.js";
import { hasShape, isLog, isQuantity } from "./shape.js";

/** A block's header, as far as it is used. */
export interface Header {
  readonly number: number;
  readonly hash: string;
  readonly parent: string;
  readonly timestamp: bigint;
  readonly baseFee: bigint;
  readonly bloom: string;
  /** Hashes of its transactions. */
  readonly transactions: readonly string[];
}

/** A log with its place. */
export interface ChainLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly block: number;
  readonly blockHash: string;
  readonly logIndex: number;
  /** Its hash, when the node tells it. */
  readonly transaction: string | undefined;
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
  readonly transactionHash?: string;
  readonly blockTimestamp?: unknown;
}

/** Undefined: the node does not have it. */
export async function headerAt(rpc: Rpc, block: number | "latest"): Promise<Header | undefined> {
  const method = "eth_getBlockByNumber";
  const answer = await rpc.send(method, [block === "latest" ? block : quantity(block), false]);
  if (answer === null) return undefined;
  const raw = answer as RawBlock;
  if (!hasShape(method, answer) || (block !== "latest" && Number(raw.number) !== block)) {
    throw new RpcFailed(method, `what came for block ${block} is not that block`, "useless");
  }
  return {
    number: Number(raw.number),
    hash: raw.hash,
    parent: raw.parentHash,
    timestamp: BigInt(raw.timestamp),
    baseFee: BigInt(raw.baseFeePerGas ?? 0),
    bloom: raw.logsBloom ?? "0x",
    transactions: raw.transactions,
  };
}

/** The logs of an address in blocks, in the chain's order, each once. */
export async function logsIn(rpc: Rpc, address: Address, from: number, to: number): Promise<ChainLog[]> {
  const logs = ordered(await rawLogs(rpc, { address, fromBlock: quantity(from), toBlock: quantity(to) }));
  // A node that passes over the filter may pass over more.
  if (logs.some(({ block }) => !(block >= from && block <= to))) {
    throw new RpcFailed("eth_getLogs", `logs of other blocks than ${from} to ${to}`, "useless");
  }
  const own = logs.filter((log) => isOf(log, address));
  const twice = own.find((log, i) => isSamePlace(log, own[i - 1]));
  if (twice !== undefined) {
    throw new RpcFailed("eth_getLogs", `two logs in place ${twice.logIndex} of block ${twice.block}`, "useless");
  }
  return own;
}

async function rawLogs(rpc: Rpc, filter: object): Promise<RawLog[]> {
  const method = "eth_getLogs";
  const answer = await rpc.send(method, [filter]);
  if (!hasShape(method, answer)) throw new RpcFailed(method, "no list of logs", "useless");
  return answer as RawLog[];
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
 * The logs of an address in a block, from its receipts; where these are not whole, from the node's index of logs. That
 * none is left out is checked: each transaction has a receipt, logs are numbered without a gap, and together they give
 * all of the bloom of the header. Undefined: the receipts are of another block of that number.
 */
export async function logsOf(rpc: Rpc, address: Address, header: Header): Promise<ChainLog[] | undefined> {
  const receipts = await receiptsOf(rpc, header);
  if (receipts?.some((receipt) => receipt !== null && receipt?.blockHash !== header.hash)) return undefined;
  let logs: ChainLog[];
  try {
    const isWhole =
      receipts?.length === header.transactions.length &&
      receipts.every((each) => Array.isArray(each?.logs) && each.logs.every(isLog));
    if (!isWhole) throw new IncompleteBlock(header.number, "transactions");
    logs = whole(
      receipts.flatMap((receipt) => receipt!.logs),
      header,
      address,
    );
  } catch (failure) {
    if (!(failure instanceof IncompleteBlock)) throw failure;
    logs = whole(await rawLogs(rpc, { blockHash: header.hash }), header, address);
  }
  return logs.filter((log) => isOf(log, address));
}

/**
 * All logs of a block, if they are all: they give every bit of its bloom. There may be logs that the bloom does not
 * have, of a chain's own doings (state syncs of Polygon's bor), but none of the address.
 */
function whole(raw: readonly RawLog[], header: Header, address: Address): ChainLog[] {
  const all = ordered(raw);
  if (all.some(({ blockHash }) => blockHash !== header.hash)) throw new IncompleteBlock(header.number, "its own logs");
  all.forEach(({ logIndex }, i) => {
    if (logIndex !== i) throw new IncompleteBlock(header.number, `log ${i}`);
  });
  if (!hasBloom(header)) return all;
  const bloom = BigInt(header.bloom);
  const own = all.filter((log) => isOf(log, address));
  if ((bloom & ~bloomOf(all)) !== 0n) throw new IncompleteBlock(header.number, "what its bloom has");
  if ((bloomOf(own) & ~bloom) !== 0n) throw new IncompleteBlock(header.number, "a bloom with these logs");
  return all;
}

/**
 * The receipts of a block; undefined when the node has none to give. Nodes without eth_getBlockReceipts are asked for
 * each. One that fails at it, as some do for lack of an index, may still find the logs.
 */
async function receiptsOf(rpc: Rpc, { number, transactions }: Header): Promise<(RawReceipt | null)[] | undefined> {
  try {
    return await receiptsAt(rpc, number, transactions);
  } catch (failure) {
    if (isTrouble(failure)) return undefined;
    throw failure;
  }
}

async function receiptsAt(rpc: Rpc, number: number, hashes: readonly string[]) {
  try {
    const answer = await rpc.send("eth_getBlockReceipts", [quantity(number)]);
    return Array.isArray(answer) ? (answer as (RawReceipt | null)[]) : undefined;
  } catch (failure) {
    if (!(failure instanceof RpcRefused) || failure.verdict !== "unknown method") throw failure;
    const asked = hashes.map((hash) => rpc.send("eth_getTransactionReceipt", [hash]));
    return (await Promise.all(asked)) as (RawReceipt | null)[];
  }
}

function ordered(raw: readonly RawLog[]): ChainLog[] {
  const logs = raw.map((log) => ({
    address: log.address,
    topics: log.topics,
    data: log.data,
    blockHash: log.blockHash,
    block: Number(log.blockNumber),
    logIndex: Number(log.logIndex),
    transaction: log.transactionHash,
    timestamp: timeOf(log.blockTimestamp),
  }));
  logs.sort((a, b) => a.block - b.block || a.logIndex - b.logIndex);
  return logs.filter((log, i) => !isSamePlace(log, logs[i - 1]) || !isSame(log, logs[i - 1]!));
}

function isSamePlace(log: ChainLog, other: ChainLog | undefined): boolean {
  return other !== undefined && other.block === log.block && other.logIndex === log.logIndex;
}

/** A node may tell one twice. Two logs of one place are of a node that counts otherwise. */
function isSame(log: ChainLog, other: ChainLog): boolean {
  const text = ({ address, topics, data, blockHash, transaction }: ChainLog) =>
    [address, ...topics, data, blockHash, transaction].join();
  return text(log).toLowerCase() === text(other).toLowerCase();
}

/** Nodes that have not looked it up tell 0, or nothing. */
function timeOf(told: unknown): bigint | undefined {
  return isQuantity(told) && BigInt(told) > 0n ? BigInt(told) : undefined;
}

function isOf(log: ChainLog, address: Address): boolean {
  return log.address.toLowerCase() === address.toLowerCase();
}

const BLOOM = 514; // characters

/** Chains of some kinds leave the bloom out, or empty. */
function hasBloom({ bloom }: Header): boolean {
  return bloom.length === BLOOM && BigInt(bloom) !== 0n;
}

/**
 * May the block have logs of the address? A header's bloom never denies one that is there. An empty one says nothing.
 */
export function mayHaveLogs(header: Header, address: Address): boolean {
  if (!hasBloom(header)) return header.transactions.length > 0;
  const bits = bitsOf(address);
  return (BigInt(header.bloom) & bits) === bits;
}

/** The three bits that an address or a topic sets in a bloom. */
function bitsOf(value: string): bigint {
  const hash = keccak256(value as Hex);
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
