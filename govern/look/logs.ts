// SPDX-License-Identifier: MIT
import { Interface, type InterfaceAbi, type Result } from "ethers";
import { accessManagerAbi } from "../../sdk/abis/accessManager.js";
import { headerAt, logsIn, type ChainLog } from "../../sdk/client/chain/blocks.js";
import { isTrouble, type Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Address } from "../../sdk/range.js";

export const MANAGER = new Interface(accessManagerAbi as unknown as InterfaceAbi);

/** An event with its place. */
export interface Happened {
  readonly name: string;
  readonly args: Result;
  readonly block: number;
  /** Unix seconds. */
  readonly time: bigint;
}

const PAGE = 10_000;

/** The events of a contract in blocks, in the chain's order. */
export async function eventsOf(
  rpc: Rpc,
  abi: Interface,
  address: Address,
  from: number,
  to: number,
): Promise<Happened[]> {
  const logs = await allLogs(rpc, address, from, to);
  const times = new Map<number, bigint>();
  const happened: Happened[] = [];
  for (const log of logs) {
    const event = abi.parseLog({ topics: [...log.topics], data: log.data });
    if (event === null) continue;
    happened.push({ name: event.name, args: event.args, block: log.block, time: await timeOf(rpc, log, times) });
  }
  return happened;
}

/** In pages, smaller where the node refuses. */
async function allLogs(rpc: Rpc, address: Address, from: number, to: number): Promise<ChainLog[]> {
  const logs: ChainLog[] = [];
  let page = PAGE;
  for (let next = from; next <= to;) {
    const until = Math.min(to, next + page - 1);
    try {
      logs.push(...(await logsIn(rpc, address, next, until)));
    } catch (failure) {
      if (page === 1 || (isTrouble(failure) && page < PAGE)) throw failure;
      page = Math.max(1, Math.floor(page / 4));
      continue;
    }
    next = until + 1;
  }
  return logs;
}

async function timeOf(rpc: Rpc, { block, timestamp }: ChainLog, times: Map<number, bigint>): Promise<bigint> {
  const known = timestamp ?? times.get(block);
  if (known !== undefined) return known;
  const time = (await headerAt(rpc, block))?.timestamp ?? 0n;
  times.set(block, time);
  return time;
}
