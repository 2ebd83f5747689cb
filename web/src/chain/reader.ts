// SPDX-License-Identifier: MIT
import { toHex, type Client, type EIP1193RequestFn, type Hex, type PublicClient } from "viem";
import {
  getBalance,
  getBlock,
  getBlockNumber,
  getChainId,
  getTransaction,
  getTransactionCount,
  getTransactionReceipt,
  readContract,
  simulateContract,
} from "viem/actions";
import type { Config } from "wagmi";

// viem's actions that the page needs, one by one: all of them together would be 50 kB more, gzip.
const ACTIONS = {
  getBalance,
  getBlock,
  getBlockNumber,
  getChainId,
  getTransaction,
  getTransactionCount,
  getTransactionReceipt,
  readContract,
  simulateContract,
} as const;

export interface PlainCall {
  readonly from: Hex;
  readonly to: Hex;
  readonly data: Hex;
  readonly value?: bigint | undefined;
}

/** What reads the chain: viem's public client, as far as it is needed here. */
export interface Reader extends Pick<PublicClient, keyof typeof ACTIONS> {
  /** Any method of the node, e.g. `eth_getLogs`. */
  readonly request: EIP1193RequestFn;
  /** Gas of a call, or its refusal. */
  readonly gasOf: (call: PlainCall) => Promise<bigint>;
  /** Runs a call as of a block: returns nothing, or throws its refusal. */
  readonly tryCall: (call: PlainCall, block: bigint) => Promise<void>;
}

const readers = new WeakMap<object, Reader>();

/** The reader of the venue's chain over the node of services.json. */
export function readerOf(config: Config): Reader {
  const client = config.getClient() as Client;
  const known = readers.get(client);
  if (known !== undefined) return known;
  const actions = Object.entries(ACTIONS).map(([name, action]) => [
    name,
    (args: unknown) => (action as (client: Client, args: unknown) => unknown)(client, args ?? {}),
  ]);
  const request = client.request as EIP1193RequestFn;
  const made = {
    ...Object.fromEntries(actions),
    request,
    gasOf: async (call: PlainCall) =>
      BigInt((await request({ method: "eth_estimateGas", params: [wire(call)] })) as Hex),
    tryCall: async (call: PlainCall, block: bigint) => {
      await request({ method: "eth_call", params: [wire(call), toHex(block)] });
    },
  } as Reader;
  readers.set(client, made);
  return made;
}

function wire({ value, ...call }: PlainCall) {
  return { ...call, ...(value !== undefined && { value: toHex(value) }) };
}
