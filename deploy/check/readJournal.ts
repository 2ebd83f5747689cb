// SPDX-License-Identifier: MIT

/** What Ignition's journal of a deployment says of the chain and of what is there. */
export interface Journal {
  chainId: string | undefined;
  /** The last block in which a step was confirmed: by its hash a chain is known again. */
  last: { number: number; hash: string } | undefined;
  /** The first one. */
  firstBlock: number | undefined;
  /** Contracts by the ids of their steps. */
  addresses: Record<string, string>;
}

/** A line of the journal, as far as it is of use here. */
interface Entry {
  type: string;
  chainId?: number;
  futureId?: string;
  receipt?: { blockNumber: number; blockHash: string };
  result?: { type: string; address?: string };
}

/** Reads a journal, or says which line of it is none. */
export function readJournal(file: string, text: string): Journal | string {
  const journal: Journal = { chainId: undefined, last: undefined, firstBlock: undefined, addresses: {} };
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    let entry: Entry;
    try {
      entry = JSON.parse(line) as Entry;
    } catch {
      return `${file}:${index + 1} is cut off: the process was stopped while it wrote. Remove that line, then give the same command again.`;
    }
    const { type, futureId, receipt, result } = entry;
    if (type === "DEPLOYMENT_INITIALIZE") journal.chainId = String(entry.chainId);
    if (type === "TRANSACTION_CONFIRM" && receipt) {
      journal.last = { number: receipt.blockNumber, hash: receipt.blockHash };
      journal.firstBlock = Math.min(journal.firstBlock ?? Infinity, receipt.blockNumber);
    }
    if (futureId === undefined) continue;
    if (type === "DEPLOYMENT_EXECUTION_STATE_COMPLETE" && result?.address) journal.addresses[futureId] = result.address;
    if (type === "WIPE_APPLY") delete journal.addresses[futureId];
  }
  return journal;
}
