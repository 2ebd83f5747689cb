// SPDX-License-Identifier: MIT

/** By what a chain is known again. */
export interface ChainMark {
  chainId: string;
  /** Hash of block 0. A local chain that is started anew has another one, at the same chain id. */
  firstBlock: string;
}

/**
 * Why a journal must not be gone on with on this chain, and the way out; undefined if it may. `gone` are addresses of the
 * journal at which the chain has no code.
 */
export function checkChain(
  folder: string,
  remembered: ChainMark | undefined,
  chain: ChainMark,
  gone: readonly string[],
): string | undefined {
  const wayOut = `Give --reset to begin anew (it forgets ${folder}), or move that folder away to keep it.`;
  if (remembered && remembered.chainId !== chain.chainId) {
    return `${folder} is of chain ${remembered.chainId}, and this is chain ${chain.chainId}. ${wayOut}`;
  }
  if (remembered && remembered.firstBlock !== chain.firstBlock) {
    return `${folder} is of a chain that began with block ${remembered.firstBlock}; this one began with ${chain.firstBlock}. ${wayOut}`;
  }
  if (gone.length > 0) {
    return `${folder} says that ${gone[0]} is deployed, and this chain has nothing there: it is another chain. ${wayOut}`;
  }
  return undefined;
}
