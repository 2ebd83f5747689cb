// SPDX-License-Identifier: MIT

/** The venue as of a final block, as bytes. */
export interface Snapshot {
  readonly block: number;
  readonly hash: string;
  readonly state: Uint8Array;
}

/** A block by which a chain is known again. */
export interface Mark {
  readonly block: number;
  readonly hash: string;
}

/** `pending`: sent, not mined that we know. `mined`: in a block that is not final yet. */
export type JobState = "pending" | "mined";

/** A transaction that is on its way, under the key of its job. It is written before it is sent. */
export interface Job {
  readonly key: string;
  /** What it is about: no two jobs about one subject are on their way at a time. */
  readonly subjects: readonly string[];
  readonly kind: string;
  /** The address that signed it. */
  readonly lane: string;
  readonly nonce: number;
  readonly to: string;
  readonly data: string;
  /** Wei that it sends along; none if it is left out. */
  readonly value?: bigint;
  readonly gas: bigint;
  readonly maxFee: bigint;
  readonly priorityFee: bigint;
  /** Signed, the latest of those that replace each other; the hashes of all. */
  readonly raw: string;
  readonly hashes: readonly string[];
  readonly sentAt: number;
  readonly state: JobState;
  readonly minedAt: number | undefined;
  /**
   * How many of `hashes` are of the call; later ones are empty transactions that replace it, because it is not wanted
   * any more.
   */
  readonly calls: number;
}

/** Who shares a database at a moment. */
export interface Team {
  /** This keeper, and all that are alive, this one among them. */
  readonly self: string;
  readonly alive: readonly string[];
  /** Keys that this keeper holds, and keys that others hold. */
  readonly own: ReadonlySet<string>;
  readonly others: ReadonlySet<string>;
}

/** What keepers remember over a restart, and tell each other. Small, so that any database will do. */
export interface Store {
  /** Other keepers may use it at the same time: what is known of jobs has to be read again. */
  readonly shared: boolean;
  /** Says for some seconds that this keeper lives and holds these keys, unless another one does. */
  beat(lanes: readonly string[]): Promise<Team>;
  /** Of a keeper that stops: its keys are free at once. */
  leave(): Promise<void>;

  /** Blocks of the chain that all of this is about. */
  marks(): Promise<readonly Mark[]>;
  /** Instead of those before. */
  setMarks(marks: readonly Mark[]): Promise<void>;
  /** Forgets everything about the venue and remembers another chain, unless the marks are not `from` any more. */
  startOver(from: readonly Mark[], to: readonly Mark[]): Promise<boolean>;

  snapshot(): Promise<Snapshot | undefined>;
  /** Unless a later one is there. */
  saveSnapshot(snapshot: Snapshot): Promise<void>;
  dropSnapshot(): Promise<void>;

  /** Of all keepers. */
  jobs(): Promise<Job[]>;
  /**
   * Writes down a new job, unless another keeper was faster: its key is known, one of its subjects is on its way or was
   * mined in a block later than `block`, or its lane is not this keeper's any more. All or nothing.
   */
  claim(job: Job, block: number): Promise<boolean>;
  /** Writes what became of a job. False: it is gone, or it is another keeper's. */
  putJob(job: Job): Promise<boolean>;
  dropJob(job: Job): Promise<boolean>;

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
  const value = raw["value"] === undefined ? {} : { value: BigInt(String(raw["value"]).slice(0, -1)) };
  return { minedAt: undefined, ...raw, ...value, gas, maxFee, priorityFee } as Job;
}

export function sameMarks(one: readonly Mark[], other: readonly Mark[]): boolean {
  const text = (marks: readonly Mark[]) =>
    marks
      .map(({ block, hash }) => `${block} ${hash}`)
      .sort()
      .join();
  return text(one) === text(other);
}
