// SPDX-License-Identifier: MIT
import type { Provider, TransactionReceipt } from "ethers";
import type { Chain } from "./wait.js";

/** A chain, as a provider of ethers sees it. */
export function ethersChain(provider: Provider): Chain<TransactionReceipt> {
  return {
    blockNumber: () => provider.getBlockNumber(),
    receiptOf: async (hash) => (await provider.getTransactionReceipt(hash)) ?? undefined,
    sentBy: (address, block) => provider.getTransactionCount(address, block),
    transactionsOf: async (block) => (await provider.getBlock(block, true))?.prefetchedTransactions ?? [],
    nonceOf: async (hash) => (await provider.getTransaction(hash))?.nonce,
  };
}
