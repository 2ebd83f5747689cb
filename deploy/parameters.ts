// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import type { VenueParamsStruct, MarketParamsStruct } from "../types/ethers-contracts/contracts/Clearinghouse.js";

/** What deploy/parameters/local.json holds; the networks' files hold the same kinds of values. */
export interface LocalParameters {
  governorDelay: number;
  riskDelay: number;
  vaultWindow: number;
  vaultCooldown: number;
  vaultSeed: bigint;
  venue: VenueParamsStruct;
  btcHeartbeat: number;
  btcAnswer: bigint;
  btcMarket: MarketParamsStruct;
  btcBudget: bigint;
  solHeartbeat: number;
  solAnswer: bigint;
  solMarket: MarketParamsStruct;
  solBudget: bigint;
}

/** Reads a network's parameters as Ignition does: strings such as "7n" are integers. Returns them by module. */
export function readParameters<T = Record<string, Record<string, unknown>>>(network: string): T {
  return readParametersFile(new URL(`./parameters/${network}.json`, import.meta.url));
}

/** The same of any file, such as one that `npm run lab -- calibrate --out` wrote. */
export function readParametersFile<T = Record<string, Record<string, unknown>>>(file: string | URL): T {
  return parseParameters(readFileSync(file, "utf8")) as T;
}

/** The same of a file's text. */
export function parseParameters(text: string): unknown {
  const revive = (_: string, value: unknown) =>
    typeof value === "string" && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
  return JSON.parse(text, revive);
}

/** What readParametersFile reads back: integers beyond a double are strings such as "7n". */
export function parametersText(parameters: Record<string, Record<string, unknown>>): string {
  const write = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}n` : value);
  return `${JSON.stringify(parameters, write, 2)}\n`;
}

/** The parameters of a local network, the defaults of tests and of the start script. */
export function localParameters(): LocalParameters {
  return readParameters<{ Local: LocalParameters }>("local").Local;
}
