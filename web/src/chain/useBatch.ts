// SPDX-License-Identifier: MIT
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { TransactionReceipt } from "viem";
import { useAccount, useConfig } from "wagmi";
import { offersBatches, sendBatch } from "./batch";
import { askAgain } from "./queries";
import { readerOf } from "./reader";
import { run } from "./transactions";
import type { Transaction } from "./transaction";
import { useHere } from "./useHere";
import { useWallet } from "./useWallet";
import type { Call } from "./useWrite";

export interface Batch {
  /** The wallet sends several calls as one transaction. */
  readonly offered: boolean;
  readonly send: (
    title: string,
    calls: readonly Call[],
    onMined?: (receipt: TransactionReceipt) => void,
  ) => Promise<Transaction | undefined>;
}

/** Several calls of one action as one transaction; `key` as `useWrite` takes it. Asked for only when `wanted`. */
export function useBatch(key: string, wanted: boolean): Batch {
  const wallet = useWallet();
  const config = useConfig();
  const queries = useQueryClient();
  const { address, connector } = useAccount();
  const { chainId } = useHere().deployment;
  const { data: offered = false } = useQuery({
    queryKey: ["batches", connector?.uid, address, String(chainId)],
    enabled: wanted && address !== undefined,
    retry: false,
    queryFn: async () => offersBatches(await wallet(), chainId),
  });
  const send = useCallback<Batch["send"]>(
    (title, calls, onMined) =>
      run({
        key,
        title,
        client: readerOf(config),
        onMined: (receipt) => {
          askAgain(queries);
          onMined?.(receipt);
        },
        send: async () => {
          const signer = await wallet();
          const hash = await sendBatch(signer, chainId, calls);
          const { to, data } = calls.at(-1)!;
          return { hash, from: signer.address, to, data };
        },
      }),
    [chainId, config, key, queries, wallet],
  );
  return { offered: wanted && offered, send };
}
