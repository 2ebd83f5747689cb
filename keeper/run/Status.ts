// SPDX-License-Identifier: MIT
import type { ReportStatus } from "../../chain/reports/ReportWatch.js";

export interface GroupStatus {
  readonly group: number;
  readonly phase: string;
  readonly gapped: boolean;
  readonly absorbed: number;
  readonly belowCall: number;
  readonly liquidatable: number;
  readonly insolvent: number;
  readonly marks: readonly string[];
}

export interface ActionStatus {
  readonly block: number;
  readonly job: string;
  readonly what: string;
}

export type Stage = "starting" | "backfilling" | "following" | "failing" | "stopped";

/** What /health tells and keeper:watch shows. Amounts in whole units, for people. */
export interface Status {
  readonly stage: Stage;
  readonly dryRun: boolean;
  readonly block: number;
  readonly head: number;
  /** Seconds since the head was last seen. */
  readonly age: number;
  readonly accounts: number;
  readonly groups: readonly GroupStatus[];
  readonly reports: readonly ReportStatus[];
  readonly vaultCash: number;
  readonly inventory: number;
  readonly pending: number;
  readonly gasAnHour: string;
  readonly stopped: string | undefined;
  /** Alive on the database, this one among them. */
  readonly keepers: number;
  readonly drifts: number;
  readonly reorgs: number;
  readonly trouble: string | undefined;
  readonly actions: readonly ActionStatus[];
}
