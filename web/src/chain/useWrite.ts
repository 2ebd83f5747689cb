// SPDX-License-Identifier: MIT
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { toHex, type Address, type TransactionReceipt } from "viem";
import { useConfig } from "wagmi";
import { askAgain } from "./queries";
import { readerOf } from "./reader";
import { run, useTransactionOf } from "./transactions";
import { isRunning, type Transaction } from "./transaction";
import { hashOf, useWallet } from "./useWallet";

export interface Call {
  readonly to: Address;
  readonly data: `0x${string}`;
  readonly value?: bigint;
  /** Of calls that ask for more gas than they use: what is left is given back. */
  readonly leastGas?: bigint;
}

export interface Write {
  readonly state: Transaction;
  readonly busy: boolean;
  /** Simulates, asks the wallet, follows to the end. Undefined: one is on its way already. */
  readonly send: (
    title: string,
    call: Call,
    onMined?: (receipt: TransactionReceipt) => void,
  ) => Promise<Transaction | undefined>;
}

/** One action of the page that sends a transaction; `key` names it, e.g. `deposit`. */
export function useWrite(key: string): Write {
  const wallet = useWallet();
  const config = useConfig();
  const queries = useQueryClient();
  const state = useTransactionOf(key);
  const send = useCallback<Write["send"]>(
    (title, { to, data, value, leastGas = 0n }, onMined) => {
      const client = readerOf(config);
      return run({
        key,
        title,
        client,
        onMined: (receipt) => {
          askAgain(queries);
          onMined?.(receipt);
        },
        send: async () => {
          const { address: from, request } = await wallet();
          // What the contracts would refuse is told before the wallet is asked, with the SDK's sentence.
          const gas = await client.gasOf({ from, to, data, value });
          const ample = (gas * 12n) / 10n;
          const asked = {
            from,
            to,
            data,
            gas: toHex(ample > leastGas ? ample : leastGas),
            ...(value !== undefined && { value: toHex(value) }),
          };
          const hash = hashOf(await request({ method: "eth_sendTransaction", params: [asked] }));
          return { hash, from, to, data };
        },
      });
    },
    [config, key, queries, wallet],
  );
  return { state, busy: isRunning(state), send };
}
