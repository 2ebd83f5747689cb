// SPDX-License-Identifier: MIT
import { parametersText, type LocalParameters } from "../../deploy/parameters.js";
import type { CalibrationReport, Proposal } from "./result.js";

const CAPS: ReadonlySet<string> = new Set(["softCap", "hardCap"]);

/** The text of a parameters file: the present one with what is proposed for its markets. Assets that it does not list stay out. */
export function proposedParameters(now: LocalParameters, { markets }: CalibrationReport): string {
  const local: LocalParameters = { ...now };
  for (const { asset, proposals, vault } of markets) {
    const budget = BigInt(Math.ceil(vault.amount)) * 1_000_000_000n;
    if (asset === "BTC") [local.btcMarket, local.btcBudget] = [changed(now.btcMarket, proposals), budget];
    if (asset === "SOL") [local.solMarket, local.solBudget] = [changed(now.solMarket, proposals), budget];
  }
  return parametersText({ Local: local });
}

function changed<T extends object>(market: T, proposals: readonly Proposal[]): T {
  const values = proposals.map(({ parameter, proposed }) => [
    parameter,
    CAPS.has(parameter) ? BigInt(Math.round(proposed * 1e9)) : proposed,
  ]);
  return { ...market, ...Object.fromEntries(values) };
}
