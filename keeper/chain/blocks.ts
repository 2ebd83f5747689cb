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
  };
}

/** The logs of an address in blocks, in the chain's order, each once. */
export async function logsIn(rpc: Rpc, address: Address, from: number, to: number): Promise<ChainLog[]> {
  const filter = { address, fromBlock: quantity(from), toBlock: quantity(to) };
  return ordered((await rpc.send("eth_getLogs", [filter])) as RawLog[]);
}

export async function logsOf(rpc: Rpc, address: Address, blockHash: string): Promise<ChainLog[]> {
  return ordered((await rpc.send("eth_getLogs", [{ address, blockHash }])) as RawLog[]);
}

/** A node that leaves out logs of a block. */
export class IncompleteBlock extends Error {
  constructor(
    readonly block: number,
    readonly missing: number,
  ) {
    super(`the node's receipts of block ${block} lack log ${missing}: ask another node, or wait until it has them.`);
  }
}

/** The same from the block's receipts, in which every log of the block stands: none may be missing. */
export async function logsByReceipts(rpc: Rpc, address: Address, block: number): Promise<ChainLog[]> {
  const receipts = await receiptsOf(rpc, block);
  const all = ordered(receipts.flatMap(({ logs }) => logs));
  all.forEach(({ logIndex }, i) => {
    if (logIndex !== i) throw new IncompleteBlock(block, i);
  });
  return all.filter((log) => log.address.toLowerCase() === address.toLowerCase());
}

/** Nodes without eth_getBlockReceipts are asked for each receipt. */
async function receiptsOf(rpc: Rpc, block: number): Promise<{ logs: RawLog[] }[]> {
  try {
    return (await rpc.send("eth_getBlockReceipts", [quantity(block)])) as { logs: RawLog[] }[];
  } catch (failure) {
    if (!(failure instanceof RpcRefused)) throw failure;
    const raw = (await rpc.send("eth_getBlockByNumber", [quantity(block), false])) as { transactions: string[] };
    const asked = raw.transactions.map((hash) => rpc.send("eth_getTransactionReceipt", [hash]));
    return (await Promise.all(asked)) as { logs: RawLog[] }[];
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

/** May the block have logs of the address? A header's bloom never denies one that is there. */
export function mayHaveLogs({ bloom }: Header, address: Address): boolean {
  if (bloom.length !== 514) return true;
  const hash = keccak256(address);
  const bits = [0, 1, 2].map((i) => parseInt(hash.slice(2 + 4 * i, 6 + 4 * i), 16) & 2047);
  return bits.every((bit) => {
    const byte = 255 - (bit >> 3);
    return (parseInt(bloom.slice(2 + 2 * byte, 4 + 2 * byte), 16) & (1 << (bit & 7))) !== 0;
  });
}

export function quantity(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}
