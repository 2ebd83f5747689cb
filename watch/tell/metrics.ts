// SPDX-License-Identifier: MIT
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What /metrics tells: the alarms, and how the watch itself is. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <T extends string = never>(name: string, help: string, labelNames: T[] = []) =>
    new Gauge<T>({ name, help, labelNames, registers });
  const counter = <T extends string = never>(name: string, help: string, labelNames: T[] = []) =>
    new Counter<T>({ name, help, labelNames, registers });
  return {
    registry,
    alarm: gauge("novation_alarm", "1 while the alarm stands", ["name", "subject", "severity"]),
    block: gauge("novation_watch_block", "The block up to which the venue is known"),
    accounts: gauge("novation_watch_accounts", "Accounts known"),
    lookedAt: gauge("novation_watch_looked_timestamp_seconds", "When a reader last succeeded", ["reader"]),
    failures: counter("novation_watch_failures_total", "Looks that failed", ["reader"]),
    look: new Histogram({
      name: "novation_watch_look_seconds",
      help: "How long a look takes, with the rules on it",
      labelNames: ["reader"] as const,
      registers,
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    }),
    told: counter("novation_watch_messages_total", "Alarms raised and cleared", ["event"]),
    waiting: gauge("novation_watch_webhook_waiting", "Messages that wait for the webhook"),
    taken: gauge("novation_watch_webhook_taken", "Messages that the webhook took since the start"),
    refused: gauge("novation_watch_webhook_refused", "Tries since the start that it did not take"),
    folded: gauge("novation_watch_webhook_folded", "Messages that a later one of the same alarm stands for"),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
