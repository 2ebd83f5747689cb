// SPDX-License-Identifier: MIT
import type { Hex } from "../../sdk/orderHash.js";
import type { Address } from "../../sdk/range.js";

/** One value that a proposal changes, in people's units. */
export interface Change {
  /** "BTC", "the venue", "role RISK" ... */
  readonly scope: string;
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** What the contracts take: "from 1% to 100%"; undefined: they take any. */
  readonly bounds: string | undefined;
}

/** A call that the file's wishes come to, before it is known who makes it. */
export interface Draft {
  readonly title: string;
  /** The role that may call it. */
  readonly role: bigint;
  readonly on: "clearinghouse" | "authority";
  readonly name: string;
  readonly data: Hex;
  readonly changes: readonly Change[];
  /** Titles of those that have to run before. */
  readonly after: readonly string[];
  /** From when `wait` and `lapse` count: the title of a call, or undefined for the proposal's first schedule. */
  readonly since: string | undefined;
  /** Seconds that have to pass. */
  readonly wait: bigint;
  /** Seconds from which on it is too late; undefined: never. */
  readonly lapse: bigint | undefined;
  /** The delay that its target asks for beside its caller's. */
  readonly targetDelay: bigint;
}

/** A call of a proposal, with its caller and its times. */
export interface Operation extends Draft {
  readonly caller: Address;
  /** What the caller's role is called. */
  readonly roleLabel: string;
  readonly target: Address;
  /** As the AccessManager hashes it. */
  readonly id: Hex;
  /** Seconds from schedule to the first moment at which it may run; 0: it needs no schedule. */
  readonly delay: bigint;
  /** Seconds from the first schedule of the proposal on: when it may run, when it does, when it expires. */
  readonly readyAfter: bigint;
  readonly runsAfter: bigint;
  readonly expiresAfter: bigint | undefined;
}
