// SPDX-License-Identifier: MIT
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What /metrics tells. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `novation_relay_${name}`, help, labelNames, registers });
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `novation_relay_${name}`, help, labelNames, registers });
  return {
    registry,
    block: gauge("block", "The block up to which the venue is known"),
    headTime: gauge("head_timestamp_seconds", "Time of that block"),
    orders: gauge("orders", "Orders in memory"),
    open: gauge("open_matches", "Matches that are not final", ["state"]),
    pages: gauge("journal_page", "The last page of the journal"),
    statements: gauge("journal_statement", "The last statement of the journal"),
    clients: gauge("stream_clients", "Readers of the stream"),
    cutOff: gauge("stream_cut_off", "Readers that were cut off for being slow"),
    checking: gauge("signatures_waiting", "Orders that wait for a thread"),
    pending: gauge("pending_transactions", "Transactions that wait"),
    fills: counter("fills_total", "Fills matched"),
    dropped: counter("dropped_total", "Orders dropped, by reason", ["reason"]),
    outcomes: counter("settlements_total", "What became of settlements", ["outcome"]),
    failures: counter("failures_total", "Looks that failed"),
    look: new Histogram({
      name: "novation_relay_look_seconds",
      help: "From a head to the settlements sent",
      registers,
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
