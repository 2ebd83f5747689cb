// SPDX-License-Identifier: MIT
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { Address, TransactionReceipt } from "viem";
import { useAccount, useConfig, useWalletClient } from "wagmi";
import { publicClientOf } from "./wagmi";
import { Said } from "./refusal";
import { run, useTransactionOf } from "./transactions";
import { isRunning, type Transaction } from "./transaction";
import { useHere } from "./useHere";
import { chainText } from "../text/chain";

export interface Call {
  readonly to: Address;
  readonly data: `0x${string}`;
  readonly value?: bigint;
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
  const { address, chainId } = useAccount();
  const { data: wallet } = useWalletClient();
  const config = useConfig();
  const here = useHere();
  const queries = useQueryClient();
  const state = useTransactionOf(key);
  const send = useCallback<Write["send"]>(
    (title, call, onMined) => {
      const client = publicClientOf(config);
      return run({
        key,
        title,
        client,
        onMined: (receipt) => {
          void queries.invalidateQueries({ queryKey: ["chain"] });
          onMined?.(receipt);
        },
        send: async () => {
          if (wallet === undefined || address === undefined) {
            throw new Said({ kind: "unauthorised", sentence: chainText.unauthorised });
          }
          if (BigInt(chainId ?? 0) !== here.deployment.chainId) {
            throw new Said({ kind: "wrongChain", sentence: chainText.wrongChain(here.services.chainName) });
          }
          // What the contracts would refuse is told before the wallet is asked, with the SDK's sentence.
          const gas = await client.estimateGas({ account: address, ...call });
          const hash = await wallet.sendTransaction({
            ...call,
            gas: (gas * 12n) / 10n,
            chain: wallet.chain!,
            account: address,
          });
          return { hash, from: address, to: call.to, data: call.data };
        },
      });
    },
    [address, chainId, config, here, key, queries, wallet],
  );
  return { state, busy: isRunning(state), send };
}
