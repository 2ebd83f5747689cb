// SPDX-License-Identifier: MIT
import type { Hex } from "../src/scene";

/** What the database says at one moment: all of it as of `block`. */
export interface Indexed {
  readonly block: number;
  readonly events: number;
  readonly digest: Hex;
  /** By `Contract:Event`. */
  readonly counts: ReadonlyMap<string, number>;
  readonly sample: readonly SampledAccount[];
}

export interface SampledAccount {
  readonly id: bigint;
  readonly cash: bigint;
  /** Signed sizes by market, those that are not zero. */
  readonly sizes: ReadonlyMap<bigint, bigint>;
}

/** Something that is not as it should be. */
export interface Fault {
  readonly kind: "LOGS" | "BALANCE" | "OTHER_CHAIN" | "LAG" | "NODE";
  readonly message: string;
  /** Rows are wrong, and stay so until they are made anew. */
  readonly lasting: boolean;
}

export interface Findings {
  readonly indexed: number;
  readonly head: number;
  /** Seconds between the head's time and that of what is indexed. */
  readonly lag: number;
  readonly events: number;
  /** Balances and sizes that were compared. */
  readonly compared: number;
  readonly faults: readonly Fault[];
}
