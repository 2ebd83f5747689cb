// SPDX-License-Identifier: MIT
import { useSyncExternalStore } from "react";
import type { TransactionReceipt } from "viem";
import { follow, type Sent } from "./follow";
import type { Reader } from "./reader";
import { tell } from "./refusal";
import { IDLE, isRunning, next, type Happening, type Transaction } from "./transaction";

// All transactions of this page by what they are for. They live outside of components: a page that is left and entered
// again shows what became of them, and none is begun twice.

export interface Entry {
  readonly key: string;
  /** What it does, for people: "Deposit 100 USDC". */
  readonly title: string;
  readonly state: Transaction;
}

const entries = new Map<string, Entry>();
const listeners = new Set<() => void>();
let list: readonly Entry[] = [];

function set(key: string, title: string, happening: Happening): Transaction {
  const before = entries.get(key)?.state ?? IDLE;
  const state = next(before, happening);
  if (state !== before) {
    entries.delete(key); // the latest last
    entries.set(key, { key, title, state });
    list = [...entries.values()].filter((entry) => entry.state.stage !== "idle");
    for (const listener of listeners) listener();
  }
  return state;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useTransactions(): readonly Entry[] {
  return useSyncExternalStore(subscribe, () => list);
}

export function useTransactionOf(key: string): Transaction {
  return useSyncExternalStore(subscribe, () => entries.get(key)?.state ?? IDLE);
}

export function forget(key: string): void {
  set(key, entries.get(key)?.title ?? "", { kind: "forgotten" });
}

export interface Sending {
  readonly key: string;
  readonly title: string;
  readonly client: Reader;
  /** Asks the wallet; resolves when it was sent. */
  readonly send: () => Promise<Sent>;
  readonly onMined?: (receipt: TransactionReceipt) => void;
}

/** Runs one transaction to its end. Undefined: one of this key is on its way already, and nothing was begun. */
export async function run({ key, title, client, send, onMined }: Sending): Promise<Transaction | undefined> {
  const before = entries.get(key)?.state ?? IDLE;
  if (isRunning(before)) return undefined;
  set(key, title, { kind: "asked" });
  let sent: Sent;
  try {
    sent = await send();
  } catch (failure) {
    return set(key, title, { kind: "refused", told: tell(failure) });
  }
  set(key, title, { kind: "sent", hash: sent.hash, at: Date.now() });
  const { happening, receipt } = await follow(client, sent, new AbortController().signal);
  const state = set(key, title, happening);
  if (state.stage === "mined" && receipt !== undefined) onMined?.(receipt);
  return state;
}
