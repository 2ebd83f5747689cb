// SPDX-License-Identifier: MIT
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What /metrics tells. keeper/grafana.json shows it. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `novation_keeper_${name}`, help, labelNames, registers });
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `novation_keeper_${name}`, help, labelNames, registers });
  return {
    registry,
    block: gauge("block", "The block up to which the venue is known"),
    head: gauge("head_timestamp_seconds", "Time of that block"),
    accounts: gauge("accounts", "Accounts known"),
    atRisk: gauge("accounts_at_risk", "Accounts below a level", ["group", "level"]),
    phase: gauge("group_phase", "0 normal, 1 locked, 2 settling", ["group"]),
    absorbed: gauge("group_absorbed", "Accounts absorbed in the lock that runs", ["group"]),
    vaultCash: gauge("vault_cash_quote", "The pot of the vault, and what locks set aside of it"),
    inventory: gauge("inventory_quote", "Notional of the keeper's own positions"),
    ownMargin: gauge("own_margin_ratio", "Equity / initial margin of the keeper's account", ["group"]),
    pending: gauge("pending_transactions", "Transactions that wait", ["lane"]),
    balance: gauge("balance_wei", "Native balance of a key", ["lane"]),
    gasAnHour: gauge("gas_spent_last_hour_wei", "Spent on gas in the last hour, with what waits"),
    tip: gauge("priority_fee_wei", "What is paid for being early; it rises while others are mined first"),
    keepers: gauge("keepers", "Keepers alive on the database, this one among them"),
    stopped: gauge("stopped_by_gas", "1 while the limit of gas an hour holds"),
    sent: counter("sent_total", "Jobs sent", ["kind"]),
    outcomes: counter("outcomes_total", "What became of jobs", ["kind", "outcome"]),
    refused: counter("refused_total", "Actions that the simulation refused", ["kind"]),
    reportAge: gauge("report_age_seconds", "Age of a pulled price at the head", ["market"]),
    reportMissing: gauge("report_missing", "1 while a pulled price is not usable, and no report is good", ["market"]),
    reportsRefused: counter("reports_refused_total", "Reports that were not brought, by reason", ["market", "refusal"]),
    checks: counter("checks_total", "Accounts compared with the chain"),
    drifts: counter("drifts_total", "Comparisons in which the chain said otherwise"),
    reorgs: counter("reorgs_total", "Reorganisations followed"),
    healed: counter("missed_events_total", "Times that events were missing and fetched again"),
    failures: counter("failures_total", "Looks that failed"),
    tick: new Histogram({
      name: "novation_keeper_look_seconds",
      help: "From a head to the actions sent",
      registers,
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
