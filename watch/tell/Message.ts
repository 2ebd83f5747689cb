// SPDX-License-Identifier: MIT
import type { Severity } from "../alarms/Alarm.js";

/** That an alarm began or ended: a line, a JSON line, and the body of the webhook. */
export interface Message {
  readonly event: "raised" | "cleared";
  readonly alarm: string;
  readonly subject: string;
  readonly severity: Severity;
  readonly says: string;
  /** When its condition was first seen, and when this is told; ISO 8601. */
  readonly since: string;
  readonly at: string;
  /** The venue, and the block that it was last seen at. */
  readonly chainId: number;
  readonly clearinghouse: string;
  readonly block: number | null;
  readonly runbook: string;
  /** Of the raise and its clear the same. */
  readonly id: string;
  /** Earlier messages about the same alarm that never got through, as too many waited. */
  readonly folded?: number;
}

/** As a line for people. */
export function lineOf({ event, alarm, subject, severity, says, since, at }: Message): string {
  if (event === "raised") return `${at} RAISED  ${alarm} [${subject}] (${severity}) ${says}`;
  const seconds = Math.round((Date.parse(at) - Date.parse(since)) / 1_000);
  return `${at} CLEARED ${alarm} [${subject}] after ${seconds} s`;
}
