// SPDX-License-Identifier: MIT
import type { Logger } from "pino";
import { headerAt } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { WrongChain } from "../config/errors.js";
import type { Mark, Store } from "../../chain/store/Store.js";

/** `new`: nothing was remembered. `another`: a block that was remembered is not in it. */
export type Recognition = "new" | "same" | "another";

/**
 * Is the node's chain the one that the store remembers? A local chain that was started again has the same id, the same
 * addresses and other blocks. What is remembered of another one is forgotten: its jobs have nonces that mean something
 * else here. A block that the node does not have proves nothing: it may be behind.
 */
export async function recognise(rpc: Rpc, store: Store, chainId: bigint, fromBlock: number): Promise<Recognition> {
  const found = BigInt((await rpc.send("eth_chainId", [])) as string);
  if (found !== chainId) {
    rpc.turn?.(); // one that did not answer at the start: the next question is for another
    throw new WrongChain(chainId, found);
  }
  for (;;) {
    const marks = await store.marks();
    const snapshot = await store.snapshot();
    const remembered: Mark[] = snapshot === undefined ? [...marks] : [...marks, snapshot];
    const another = (await Promise.all(remembered.map((mark) => isOther(rpc, mark)))).includes(true);
    if (another) {
      if (await store.startOver(marks, await marksOf(rpc, fromBlock))) return "another";
      continue; // another keeper on the database was faster
    }
    if (marks.length < marked(fromBlock).length) {
      const found = await marksOf(rpc, fromBlock); // a node that was behind may have had fewer
      if (found.length > marks.length) await store.setMarks(found);
    }
    return remembered.length === 0 ? "new" : "same";
  }
}

/** The same; what is dropped is told. */
export async function recogniseOrDrop(parts: {
  readonly rpc: Rpc;
  readonly store: Store;
  readonly chainId: bigint;
  readonly fromBlock: number;
  readonly log: Logger;
}): Promise<void> {
  const { rpc, store, chainId, fromBlock, log } = parts;
  const { length } = await store.jobs();
  if ((await recognise(rpc, store, chainId, fromBlock)) !== "another") return;
  const told = "the database is of another chain of the same id, such as a local one before it was started again";
  log.error({ jobs: length }, `${told}: its jobs, nonces and snapshot are dropped`);
}

/** The first block, and that of the deployment: some chains begin with the same block each time. */
function marked(fromBlock: number): number[] {
  return [...new Set([0, fromBlock])];
}

async function marksOf(rpc: Rpc, fromBlock: number): Promise<Mark[]> {
  const headers = await Promise.all(marked(fromBlock).map((block) => headerAt(rpc, block)));
  return headers.filter((header) => header !== undefined).map(({ number: block, hash }) => ({ block, hash }));
}

async function isOther(rpc: Rpc, { block, hash }: Mark): Promise<boolean> {
  const header = await headerAt(rpc, block);
  return header !== undefined && header.hash !== hash;
}
