// SPDX-License-Identifier: MIT
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Health } from "./health";

const STATES = ["starting", "syncing", "ok", "behind", "wrong", "unknown"] as const;
const FAULTS = ["LOGS", "BALANCE", "OTHER_CHAIN", "LAG", "NODE"] as const;

/** What /v1/metrics tells: how far rows are, what the doctor found, how fast answers are. */
export class ApiMetrics {
  private readonly registry = new Registry();
  private readonly of = { registers: [this.registry] };
  private readonly state = this.gauge("state", "1 for the state it is in, see /v1/health", ["state"]);
  private readonly block = this.gauge("block", "The block that rows are as of");
  private readonly head = this.gauge("head_block", "The node's head when the doctor looked");
  private readonly lag = this.gauge("lag_seconds", "Between the head's time and that of what is indexed");
  private readonly events = this.gauge("events", "Logs that are indexed");
  private readonly compared = this.counter("compared_total", "Balances and sizes that the doctor compared");
  private readonly looks = this.counter("looks_total", "Looks of the doctor");
  private readonly failures = this.counter("failed_looks_total", "Looks that the node or the database did not answer");
  private readonly findings = this.counter("findings_total", "What the doctor found, by kind", ["kind"]);
  private readonly rebuilds = this.gauge("rebuilds", "Times that rows were made anew since the command began");
  private readonly starts = this.gauge("starts", "Times that Ponder was started since the command began");
  private readonly requests = new Histogram({
    name: "novation_indexer_request_seconds",
    help: "From a request to its answer",
    labelNames: ["route", "status"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    ...this.of,
  });

  constructor() {
    for (const kind of FAULTS) this.findings.inc({ kind }, 0);
    this.rebuilds.set(Number(process.env["REBUILDS"] ?? 0));
    this.starts.set(Number(process.env["STARTS"] ?? 1));
  }

  /** After each look of the doctor. */
  see(health: Health): void {
    for (const state of STATES) this.state.set({ state }, health.status === state ? 1 : 0);
    if ("error" in health) this.failures.inc();
    if (!("faults" in health)) return;
    this.looks.inc();
    this.block.set(health.indexed);
    this.head.set(health.head);
    this.lag.set(health.lag);
    this.events.set(health.events);
    this.compared.inc(health.compared);
    for (const { kind } of health.faults) this.findings.inc({ kind });
  }

  /** A request of a route has come. What it returns is told its answer, or nothing when it failed. */
  began(route: string): <R extends Response | undefined>(response: R) => R {
    const stop = this.requests.startTimer({ route });
    return (response) => {
      stop({ status: String(response?.status ?? 500) });
      return response;
    };
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  get type(): string {
    return this.registry.contentType;
  }

  private gauge(name: string, help: string, labelNames: string[] = []) {
    return new Gauge({ name: `novation_indexer_${name}`, help, labelNames, ...this.of });
  }

  private counter(name: string, help: string, labelNames: string[] = []) {
    return new Counter({ name: `novation_indexer_${name}`, help, labelNames, ...this.of });
  }
}
