// SPDX-License-Identifier: MIT
import type { Journal } from "./readJournal.js";

/** The chain that answers: its id, and the hash of one of its blocks, undefined where it has none yet. */
export interface Chain {
  chainId: string;
  hashOf: (block: number) => Promise<string | undefined>;
}

/**
 * Why a journal must not be gone on with on this chain, and the way out; undefined if it may. A local chain that is
 * started anew, or set back, has the same id and often the same addresses, but not the same blocks.
 */
export async function checkChain(
  folder: string,
  { chainId, last }: Pick<Journal, "chainId" | "last">,
  chain: Chain,
): Promise<string | undefined> {
  const wayOut = `Give --reset to begin anew (it forgets ${folder}), or move that folder away to keep it.`;
  if (chainId !== undefined && chainId !== chain.chainId) {
    return `${folder} is of chain ${chainId}, and this is chain ${chain.chainId}. ${wayOut}`;
  }
  if (last === undefined) return undefined;
  const hash = await chain.hashOf(last.number);
  if (hash === last.hash) return undefined;
  const here =
    hash === undefined ? "this one has no such block (a node that is behind may have it later)" : `here it is ${hash}`;
  return `${folder} is of another chain: its block ${last.number} is ${last.hash}, ${here}. ${wayOut}`;
}
