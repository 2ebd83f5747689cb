// SPDX-License-Identifier: MIT
import type { AccountId } from "../../sdk/order.js";
import type { Situation } from "../look/Situation.js";
import type { Operation } from "../plan/Operation.js";
import type { Step } from "../plan/steps.js";
import type { MarketSums, Stand } from "./standings.js";

/** A venue and everybody in it. */
export interface Picture {
  readonly situation: Situation;
  readonly sums: ReadonlyMap<bigint, MarketSums>;
}

export interface PlayedStep {
  readonly step: Step;
  /** Unix seconds. */
  readonly at: bigint;
  /** Of each call. */
  readonly gas: readonly bigint[];
}

export interface StandChange {
  readonly account: AccountId;
  readonly before: Stand;
  readonly after: Stand;
}

/** What a proposal does, played to its end on a copy of the chain. */
export interface Simulation {
  /** As of which block. */
  readonly block: number;
  readonly start: bigint;
  readonly end: bigint;
  readonly operations: readonly Operation[];
  readonly steps: readonly PlayedStep[];
  /** At the end without the proposal, and with it: prices as they are now in both. */
  readonly without: Picture;
  readonly with: Picture;
  /** Accounts that were looked at, and those whose standing the proposal changes, worst first. */
  readonly accounts: number;
  readonly changes: readonly StandChange[];
  /** Accounts of each standing, without and with. */
  readonly counts: ReadonlyMap<Stand["standing"], { without: number; with: number }>;
  /** Milliseconds that each part took. */
  readonly took: { readonly read: number; readonly play: number; readonly judge: number };
}
