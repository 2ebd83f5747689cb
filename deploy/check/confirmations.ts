// SPDX-License-Identifier: MIT

import { entriesOf } from "./entriesOf.js";

/** A receipt as a node answers with it. */
export interface RawReceipt {
  readonly blockHash: string;
  readonly blockNumber: string;
  readonly contractAddress?: string | null;
  readonly status: string;
  readonly logs: readonly {
    readonly address: string;
    readonly data: string;
    readonly logIndex: string;
    readonly topics: readonly string[];
  }[];
}

/** A line of the journal, as far as it is of use here. */
interface Entry {
  readonly type: string;
  readonly futureId?: string;
  readonly networkInteractionId?: number;
  readonly nonce?: number;
  readonly hash?: string;
  readonly transaction?: { readonly hash: string };
}

interface Sent {
  readonly futureId: string;
  readonly networkInteractionId: number;
  readonly nonce: number;
  readonly hashes: string[];
  isConfirmed: boolean;
}

/**
 * What a journal lacks, to be added to it, when the process was killed after it had noted that a transaction is
 * confirmed and before it noted the same of one with a lower nonce. Ignition takes the next nonce to follow the highest
 * of those that are not confirmed. So it refuses to go on (HHE10411), each time that it is started again. One with a
 * lower nonce is in the chain at least as long, and has as many confirmations.
 */
export async function missingConfirmations(
  journal: string,
  receiptOf: (hash: string) => Promise<RawReceipt | null>,
): Promise<string> {
  const all = sentIn(journal);
  const highest = Math.max(-1, ...all.filter(({ isConfirmed }) => isConfirmed).map(({ nonce }) => nonce));
  const lines: string[] = [];
  for (const { futureId, networkInteractionId, nonce, hashes, isConfirmed } of all) {
    if (isConfirmed || nonce >= highest) continue;
    for (const hash of hashes) {
      const receipt = await receiptOf(hash);
      if (receipt === null) continue;
      const { blockHash, blockNumber, contractAddress, status, logs } = receipt;
      const noted = {
        blockHash,
        blockNumber: Number(blockNumber),
        ...(contractAddress && { contractAddress }),
        logs: logs.map(({ address, data, logIndex, topics }) => ({
          address,
          data,
          logIndex: Number(logIndex),
          topics,
        })),
        status: BigInt(status) === 1n ? "SUCCESS" : "FAILURE",
      };
      lines.push(
        `\n${JSON.stringify({ futureId, hash, networkInteractionId, receipt: noted, type: "TRANSACTION_CONFIRM" })}`,
      );
      break;
    }
  }
  return lines.join("");
}

/** What was sent by steps that are neither wiped nor to be sent again. */
function sentIn(journal: string): Sent[] {
  const all = new Map<string, Sent>();
  for (const entry of entriesOf<Entry>(journal)) {
    const { type, futureId = "", networkInteractionId = 0, nonce, hash, transaction } = entry;
    const key = `${futureId} ${networkInteractionId}`;
    const known = all.get(key);
    if (type === "TRANSACTION_SEND" && nonce !== undefined && transaction !== undefined) {
      if (known?.nonce === nonce) known.hashes.push(transaction.hash);
      else all.set(key, { futureId, networkInteractionId, nonce, hashes: [transaction.hash], isConfirmed: false });
    }
    if (type === "TRANSACTION_CONFIRM" && known?.hashes.includes(hash ?? "")) known.isConfirmed = true;
    if (type === "ONCHAIN_INTERACTION_DROPPED" || type === "ONCHAIN_INTERACTION_REPLACED_BY_USER") all.delete(key);
    if (type === "WIPE_APPLY") for (const each of all.keys()) if (each.startsWith(`${futureId} `)) all.delete(each);
  }
  return [...all.values()];
}
