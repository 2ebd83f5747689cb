// SPDX-License-Identifier: MIT
import {
  decodeFunctionResult,
  encodeFunctionData,
  getContractError,
  toHex,
  type Abi,
  type BaseError,
  type Client,
  type EIP1193RequestFn,
  type Hex,
  type PublicClient,
} from "viem";
import {
  getBlock,
  getBlockNumber,
  getChainId,
  getTransaction,
  getTransactionCount,
  getTransactionReceipt,
} from "viem/actions";
import type { Config } from "wagmi";

// viem's actions that the page needs, one by one: all of them together would be 50 kB more, gzip. Its own `call`, which
// its `readContract` stands on, has the code of contracts for state overrides and a gateway's protocol: 6 kB more.
const ACTIONS = {
  getBlock,
  getBlockNumber,
  getChainId,
  getTransaction,
  getTransactionCount,
  getTransactionReceipt,
} as const;

export interface PlainCall {
  readonly from: Hex;
  readonly to: Hex;
  readonly data: Hex;
  readonly value?: bigint | undefined;
}

/** What reads the chain: viem's public client, as far as it is needed here. */
export interface Reader extends Pick<PublicClient, keyof typeof ACTIONS | "readContract"> {
  /** Runs a function that writes, for its result alone: nothing is sent. */
  readonly simulateContract: PublicClient["simulateContract"];
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
  const read = (question: Question) => readFrom(request, question);
  const made = {
    ...Object.fromEntries(actions),
    request,
    readContract: read,
    simulateContract: async (question: Question) => ({ result: await read(question) }),
    gasOf: async (call: PlainCall) =>
      BigInt((await request({ method: "eth_estimateGas", params: [wire(call)] })) as Hex),
    tryCall: async (call: PlainCall, block: bigint) => {
      await request({ method: "eth_call", params: [wire(call), toHex(block)] });
    },
  } as Reader;
  readers.set(client, made);
  return made;
}

interface Question {
  readonly address: Hex;
  readonly abi: Abi;
  readonly functionName: string;
  readonly args?: readonly unknown[];
  readonly blockNumber?: bigint;
}

/** What a function of a contract answers; its refusal is viem's error with the contract's own in it. */
async function readFrom(request: EIP1193RequestFn, question: Question): Promise<unknown> {
  const { abi, address, args = [], functionName, blockNumber } = question;
  try {
    const data = encodeFunctionData({ abi, functionName, args });
    const block = blockNumber === undefined ? "latest" : toHex(blockNumber);
    const answer = (await request({ method: "eth_call", params: [{ to: address, data }, block] })) as Hex;
    return decodeFunctionResult({ abi, functionName, args, data: answer });
  } catch (failure) {
    throw getContractError(failure as BaseError, { abi, address, args, functionName });
  }
}

/** What a node is asked of a call, which may know more. */
function wire({ from, to, data, value }: PlainCall) {
  return { from, to, data, ...(value !== undefined && { value: toHex(value) }) };
}
