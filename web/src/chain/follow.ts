// SPDX-License-Identifier: MIT
import { TransactionReceiptNotFoundError, type Hash, type TransactionReceipt } from "viem";
import type { Reader } from "./reader";
import { refusalIn, tell, type Told } from "./refusal";
import { chainText } from "../text/chain";
import type { Happening } from "./transaction";

export interface Sent {
  readonly hash: Hash;
  readonly from: `0x${string}`;
  readonly to: `0x${string}`;
  readonly data: `0x${string}`;
}

/** How long a transaction may be unknown to the node before it counts as dropped, ms; and pauses between looks. */
const UNKNOWN_FOR = 60_000;
const PAUSE = 700;

/** A receipt's own events, and what happened: never waits for ever. */
export interface Outcome {
  readonly happening: Happening;
  readonly receipt?: TransactionReceipt;
}

/**
 * Waits until a sent transaction has ended: mined, reverted, replaced by another of its nonce, or dropped.
 * `eth_getTransactionByHash` tells whether the node knows it; the sender's nonce whether another took its place.
 */
export async function follow(client: Reader, sent: Sent, signal: AbortSignal): Promise<Outcome> {
  let unknownSince: number | undefined;
  let nonce: number | undefined;
  let from = await client.getBlockNumber({ cacheTime: 0 }).catch(() => 0n);
  while (!signal.aborted) {
    try {
      const receipt = await receiptOf(client, sent.hash);
      if (receipt !== undefined) return ended(client, sent, receipt);
      const known = await client.getTransaction({ hash: sent.hash }).catch(() => undefined);
      if (known !== undefined) {
        nonce = known.nonce;
        unknownSince = undefined;
      } else {
        unknownSince ??= Date.now();
      }
      if (nonce !== undefined) {
        const used = await client.getTransactionCount({ address: sent.from, blockTag: "latest" });
        if (used > nonce && (await receiptOf(client, sent.hash)) === undefined) {
          const found = await inItsPlace(client, sent, nonce, from);
          if (found !== undefined) return found;
        }
      }
      if (unknownSince !== undefined && Date.now() - unknownSince > UNKNOWN_FOR)
        return { happening: { kind: "dropped" } };
    } catch {
      // The node is away: what was sent stays sent, so go on looking.
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  return { happening: { kind: "dropped" } };
}

async function receiptOf(client: Reader, hash: Hash): Promise<TransactionReceipt | undefined> {
  try {
    return await client.getTransactionReceipt({ hash });
  } catch (failure) {
    if (failure instanceof TransactionReceiptNotFoundError) return undefined;
    throw failure;
  }
}

async function ended(client: Reader, sent: Sent, receipt: TransactionReceipt): Promise<Outcome> {
  if (receipt.status === "success") return { happening: { kind: "mined", block: receipt.blockNumber }, receipt };
  return { happening: { kind: "reverted", told: await reasonOf(client, sent, receipt.blockNumber) }, receipt };
}

/** Why it was refused: the same call as of the block before. */
async function reasonOf(client: Reader, { from, to, data }: Sent, block: bigint): Promise<Told> {
  try {
    await client.tryCall({ from, to, data }, block > 0n ? block - 1n : 0n);
  } catch (failure) {
    const told = tell(failure);
    if (told.kind === "refused") return told;
  }
  return { kind: "refused", sentence: chainText.stages.reverted + "." };
}

/** The transaction of the same sender and nonce that was mined instead. */
async function inItsPlace(client: Reader, sent: Sent, nonce: number, from: bigint): Promise<Outcome | undefined> {
  const head = await client.getBlockNumber({ cacheTime: 0 });
  for (let number = head; number >= 0n && number + 32n >= from; --number) {
    const block = await client.getBlock({ blockNumber: number, includeTransactions: true });
    const other = block.transactions.find(
      (each) => each.from.toLowerCase() === sent.from.toLowerCase() && each.nonce === nonce,
    );
    if (other === undefined) continue;
    const receipt = await receiptOf(client, other.hash);
    const same = other.to?.toLowerCase() === sent.to.toLowerCase() && other.input === sent.data;
    if (same && receipt?.status === "reverted") return ended(client, sent, receipt);
    const happening = { kind: "replaced", hash: other.hash, same, block: number } as const;
    return receipt === undefined ? { happening } : { happening, receipt };
  }
  return undefined;
}

export { refusalIn };
