// SPDX-License-Identifier: MIT
import type { Client, TransactionReceipt } from "viem";
import { getBlock, getBlockNumber, getTransaction, getTransactionCount, getTransactionReceipt } from "viem/actions";
import type { Chain } from "../client/wait.js";
import type { Hex } from "../orderHash.js";
import type { Address } from "../range.js";

/** A chain, as a client of viem sees it. */
export function viemChain(client: Client): Chain<TransactionReceipt> {
  return {
    blockNumber: async () => Number(await getBlockNumber(client, { cacheTime: 0 })),
    receiptOf: (hash) => unlessMissing(() => getTransactionReceipt(client, { hash: hash as Hex })),
    sentBy: (address, block) =>
      getTransactionCount(client, { address: address as Address, blockNumber: BigInt(block) }),
    transactionsOf: async (block) => {
      const { transactions } = await getBlock(client, { blockNumber: BigInt(block), includeTransactions: true });
      return transactions.map(({ input, ...rest }) => ({ ...rest, data: input }));
    },
    nonceOf: async (hash) => (await unlessMissing(() => getTransaction(client, { hash: hash as Hex })))?.nonce,
  };
}

/** Undefined when the node does not have what is asked for. */
async function unlessMissing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (failure) {
    const { name } = failure as Error;
    if (name === "TransactionReceiptNotFoundError" || name === "TransactionNotFoundError") return undefined;
    throw failure;
  }
}
