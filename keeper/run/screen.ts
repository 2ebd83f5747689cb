// SPDX-License-Identifier: MIT
import type { Status } from "./Status.js";

/** A status as lines for a terminal. */
export function screen(status: Status, healthy: boolean): string {
  const { block, head, age, accounts, groups, vaultCash, inventory, pending, gasAnHour, actions } = status;
  const quote = (amount: number) => amount.toLocaleString("en", { maximumFractionDigits: 2 });
  const behind = head > block ? ` of ${head}` : "";
  const lines = [
    `${healthy ? "ok" : "NOT OK"}  ${status.stage}${status.dryRun ? ", dry run" : ""}  block ${block}${behind}, seen ${age.toFixed(0)} s ago`,
    `accounts ${accounts}  vault ${quote(vaultCash)}  own positions ${quote(inventory)}`,
    `queue ${pending}  gas in the last hour ${(Number(gasAnHour) / 1e18).toFixed(6)}  drifts ${status.drifts}  reorganisations ${status.reorgs}`,
  ];
  if (status.stopped) lines.push(`STOPPED by ${status.stopped}`);
  if (status.trouble) lines.push(`trouble: ${status.trouble}`);
  lines.push("", "group  phase      below call  liquidatable  below zero  absorbed  marks");
  for (const group of groups) {
    const columns = [
      String(group.group).padEnd(5),
      `${group.phase}${group.gapped ? " gap" : ""}`.padEnd(9),
      ...[group.belowCall, group.liquidatable, group.insolvent].map((n, i) => String(n).padStart([10, 12, 10][i]!)),
      String(group.absorbed).padStart(8),
      group.marks.join(" "),
    ];
    lines.push(columns.join("  "));
  }
  lines.push("", "last actions");
  for (const { block: at, job, what } of actions.slice(0, 12)) lines.push(`  ${at}  ${short(job)}: ${short(what)}`);
  return lines.join("\n");
}

/** Ids are long. */
function short(text: string): string {
  const named = text.replace(/\d{20,}/g, (id) => `${id.slice(0, 6)}..${id.slice(-4)}`);
  return named.length > 110 ? `${named.slice(0, 107)}...` : named;
}
