// SPDX-License-Identifier: MIT
import type { TrialResult } from "./trial.js";

/** A result in one line. */
export function line(result: TrialResult): string {
  const { fault, recovery, maxDue, bound, gas } = result;
  const number = (value: number) => value.toLocaleString("en-US");
  return [
    `${fault.padEnd(13)} ${recovery === null ? "not recovered" : `recovered in ${recovery.toFixed(1)} s`}`,
    `due at most ${maxDue} blocks (bound from gas ${bound})`,
    `${number(result.due)} due, ${number(result.late)} late, ${number(result.left)} left`,
    `below zero at most ${result.maxInsolvent} blocks, liquidatable ${result.maxLiquidatable}, ${result.waiting} of these still waiting`,
    `${number(result.absorbed)} absorbed at ${number(result.gasPerAbsorbed)} gas, ${number(result.liquidated)} liquidated at ${number(result.gasPerLiquidation)}`,
    `${number(result.sent)} transactions, ${number(Math.round(gas / 1e6))}M gas, ${result.reverted} reverted`,
    `${result.duplicates} duplicates, ${result.doubles} double, ${result.lostToOthers} lost to others`,
    `${result.reorgs} reorgs, shortfall ${number(Math.round(result.shortfall))}, ${result.atRest ? "at rest" : "NOT AT REST"}`,
  ].join("; ");
}
