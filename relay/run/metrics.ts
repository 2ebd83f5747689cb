// SPDX-License-Identifier: MIT
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What /metrics tells. relay/grafana.json shows it. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `novation_relay_${name}`, help, labelNames, registers });
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `novation_relay_${name}`, help, labelNames, registers });
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name: `novation_relay_${name}`, help, registers, buckets });
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
    writing: gauge("statements_waiting", "Orders that wait for their page to be on the disk"),
    pending: gauge("pending_transactions", "Transactions that wait"),
    accepted: counter("accepted_total", "Orders accepted into the book, to wait for a trigger, or only to take"),
    refused: counter("refused_total", "Requests refused, by the name of the refusal", ["reason"]),
    matches: counter("matches_total", "Takers matched"),
    fills: counter("fills_total", "Fills matched"),
    dropped: counter("dropped_total", "Orders dropped, by reason", ["reason"]),
    outcomes: counter("settlements_total", "What became of settlements", ["outcome"]),
    reportAge: gauge("report_age_seconds", "Age of a pulled price at the head", ["market"]),
    reportMissing: gauge("report_missing", "1 while a pulled price is not usable, and no report is good", ["market"]),
    reportsRefused: counter("reports_refused_total", "Reports that were not brought, by reason", ["market", "refusal"]),
    failures: counter("failures_total", "Looks that failed"),
    look: histogram("look_seconds", "From a head to the settlements sent", [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10]),
    page: histogram(
      "page_seconds",
      "From the first statement of a page until it is on the disk",
      [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1],
    ),
    batchGas: histogram(
      "batch_gas",
      "Gas that a mined settlement has used",
      [250_000, 500_000, 1_000_000, 2_000_000, 4_000_000, 8_000_000, 16_000_000],
    ),
    minedSeconds: histogram(
      "mined_seconds",
      "From a match to its block",
      [0.25, 0.5, 1, 2, 5, 12, 24, 36, 60, 120, 600],
    ),
    minedBlocks: histogram("mined_blocks", "Blocks from a match to the block with it", [1, 2, 3, 4, 5, 10, 20, 50]),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
