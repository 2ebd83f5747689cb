// SPDX-License-Identifier: MIT

/** The house as of a final block, as bytes. */
export interface Snapshot {
  readonly block: number;
  readonly hash: string;
  readonly state: Uint8Array;
}

/** `pending`: sent, not mined that we know. `mined`: in a block that is not final yet. */
export type JobState = "pending" | "mined";

/** A transaction that is on its way, under the key of its job. It is written before it is sent. */
export interface Job {
  readonly key: string;
  /** What it is about: no two jobs about one subject are on their way at a time. */
  readonly subjects: readonly string[];
  readonly kind: string;
  readonly lane: string;
  readonly nonce: number;
  readonly to: string;
  readonly data: string;
  readonly gas: bigint;
  readonly maxFee: bigint;
  readonly priorityFee: bigint;
  /** Signed, the latest of those that replace each other; the hashes of all. */
  readonly raw: string;
  readonly hashes: readonly string[];
  readonly sentAt: number;
  readonly state: JobState;
  readonly minedAt: number | undefined;
  /** How many of `hashes` are of the call; later ones are empty transactions that replace it, because it is not wanted any more. */
  readonly calls: number;
}

/** What a keeper remembers over a restart. Small, so that any database will do. */
export interface Store {
  snapshot(): Promise<Snapshot | undefined>;
  saveSnapshot(snapshot: Snapshot): Promise<void>;
  jobs(): Promise<Job[]>;
  putJob(job: Job): Promise<void>;
  dropJob(key: string): Promise<void>;
  /** Wei spent on gas at a Unix time, once for each transaction. */
  addSpent(hash: string, time: number, wei: bigint): Promise<void>;
  spentSince(time: number): Promise<bigint>;
  close(): Promise<void>;
}

export function jobToText(job: Job): string {
  return JSON.stringify(job, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}

export function jobFromText(text: string): Job {
  const raw = JSON.parse(text) as Record<string, unknown>;
  const [gas, maxFee, priorityFee] = (["gas", "maxFee", "priorityFee"] as const).map((key) =>
    BigInt(String(raw[key]).slice(0, -1)),
  );
  return { minedAt: undefined, ...raw, gas, maxFee, priorityFee } as Job;
}
