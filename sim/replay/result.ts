// SPDX-License-Identifier: MIT
import type { ModeName } from "../../deploy/deploy-novation.js";
import type { RoundMetrics } from "../policies/metrics.js";
import type { PolicySummary } from "../policies/summary.js";
import type { DayReport } from "./day.js";
import type { QueuePoint, Settlement } from "./settlement.js";

/** A claim that was checked on the contracts' rounds, and what was found. */
export interface Claim {
  name: string;
  holds: boolean;
  found: string;
}

/** Values at the shares 0, 1, 5, 10, 25, 50, 75, 90, 95, 99 and 100%. */
export interface Distribution {
  count: number;
  mean: number;
  quantiles: { share: number; value: number }[];
}

/** What the accounts of a policy that paid or were closed paid and lost, all rounds. */
export interface PolicyDistributions {
  policy: string;
  /** Haircut at execution and closed notional, quote. */
  haircut: Distribution;
  closed: Distribution;
}

/** What a round's report takes over from its settlement. */
type Settled =
  "defaulters" | "deficit" | "vaultPaid" | "charged" | "shortfall" | "chargePerUnit" | "jump" | "nodesClosed";

export interface RoundReport extends RoundMetrics {
  policy: string;
  /** On the contracts only: */
  settlement?: Pick<Settlement, Settled> & {
    others: number;
    deleverages: number;
    maxGas: number;
    absorbGas: number;
    leavingBefore: string | undefined;
    leavingLocked: string | undefined;
  };
}

/** The queue of the closed side around the largest round of a market, at most 200 points. */
export interface QueueReport {
  policy: string;
  asset: string;
  time: number;
  mark: number;
  before: QueuePoint[];
  after: QueuePoint[];
}

/** Accounts for which one policy was cheaper than another at execution, and by how much in all, quote. */
export interface Comparison {
  policy: string;
  against: string;
  cheaper: { accounts: number; quote: number };
  dearer: { accounts: number; quote: number };
  /** With what those who were closed missed or were spared until the last price. */
  cheaperAtEnd: { accounts: number; quote: number };
  dearerAtEnd: { accounts: number; quote: number };
}

/** If the largest winners had left before the bill and the bill had gone to who was still there. */
export interface Leaving {
  /** How many of the largest accounts leave. */
  leavers: number;
  withoutLock: {
    /**
     * By what factor the charge of those who stay grows, at most by all they gained in the jump; null: nobody stays.
     */
    worstFactor: number | null;
    meanFactor: number | null;
    roundsWithShortfall: number;
    shortfall: number;
    escaped: number;
  };
}

export interface ReplayReport {
  source: string;
  assets: string[];
  accounts: number;
  toppedUp: { accounts: number; quote: number };
  dust: { accounts: number; quote: number };
  insolvent: { accounts: number; quote: number };
  defaulters: number;
  policies: PolicySummary[];
  rounds: RoundReport[];
  distributions: PolicyDistributions[];
  queues: QueueReport[];
  comparisons: Comparison[];
  leaving: Leaving[];
  /**
   * Errors with which the contracts refused the largest winner to close: before the absorb, and in the lock; by name,
   * with rounds.
   */
  refusals: { before: Record<string, number>; locked: Record<string, number> };
  /** The prices at their own times, with all who are in the replay; undefined when it was left out. */
  day: DayReport | undefined;
  claims: Claim[];
  modes: ModeName[];
  seconds: { mode: string; opening: number; rounds: number; day: number }[];
  /** What differs from a deployment, and from the day. */
  notes: string[];
}
