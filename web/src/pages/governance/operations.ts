// SPDX-License-Identifier: MIT
import { decodeFunctionData, toFunctionSelector, type AbiFunction, type Hex } from "viem";
import { accessManagerAbi } from "../../../../sdk/abis/accessManager.js";
import { clearinghouseFunctionsAbi } from "../../../../sdk/abis/clearinghouseFunctions.js";
import { unitOf, type ParameterRow } from "../../data/parameters";
import { parameterValue } from "../../format/parameter";
import { governanceText as text } from "../../text/governance";

export type OperationState = "waits" | "ready" | "lapsed";

/** Where a scheduled operation stands by the chain's clock, as the AccessManager has it. */
export function stateOf(readyAt: bigint, expiration: bigint, now: bigint): OperationState {
  if (now < readyAt) return "waits";
  return now < readyAt + expiration ? "ready" : "lapsed";
}

export interface Described {
  /** The function's name; undefined: it is of none that this page knows. */
  readonly name: string | undefined;
  /** `venue`, `market-N` or `group-N`, when it is about one. */
  readonly scope: string | undefined;
  /** What it sets, a line each. */
  readonly lines: readonly string[];
}

/** The values of now of a scope, for what an operation would change of them. */
export type Current = (scope: string) => readonly ParameterRow[] | undefined;

/** An operation's call in words: for parameters what changes, for others the arguments. */
export function describe(data: Hex, current: Current): Described {
  let decoded: { functionName: string; args: readonly unknown[] | undefined };
  try {
    decoded = decodeFunctionData({ abi: KNOWN, data }) as never;
  } catch {
    return { name: undefined, scope: undefined, lines: [text.undecoded(data.slice(0, 10))] };
  }
  const { functionName: name } = decoded;
  const args = decoded.args ?? [];
  if (name === "setVenueParams") return { name, scope: "venue", lines: changesOf(args[0], current("venue"), "venue") };
  if (name === "setMarketParams") {
    const scope = `market-${String(args[0])}`;
    return { name, scope, lines: changesOf(args[1], current(scope), scope) };
  }
  const inputs = KNOWN.find((item) => item.type === "function" && item.name === name)?.inputs ?? [];
  const named = args.map((value, index) => `${inputs[index]?.name ?? index}: ${plain(value)}`);
  const market = /^(setPriceSource|unpause|settleMarket|pause)$/.test(name) ? `market-${String(args[0])}` : undefined;
  const group = /^(setVaultBudget|createMarket)$/.test(name) ? `group-${String(args[0])}` : undefined;
  const scope = market === "market-0" ? "venue" : (market ?? group);
  if (name === "setVaultBudget")
    return { name, scope, lines: changesOf({ vaultBudget: args[1] }, current(scope!), scope!) };
  return { name, scope, lines: scope === undefined ? named : named.slice(1) };
}

const KNOWN = [...clearinghouseFunctionsAbi, ...accessManagerAbi] as readonly AbiFunction[];

/** The function of a selector; undefined: of none that is known. */
export function functionOf(selector: string): string | undefined {
  return SELECTORS().get(selector.toLowerCase());
}

let selectors: Map<string, string> | undefined;
function SELECTORS(): Map<string, string> {
  selectors ??= new Map(
    KNOWN.filter(({ type }) => type === "function").map((item) => [toFunctionSelector(item), item.name]),
  );
  return selectors;
}

function changesOf(given: unknown, rows: readonly ParameterRow[] | undefined, scope: string): string[] {
  const changes = Object.entries(given as Record<string, bigint | number>).flatMap(([name, raw]) => {
    const [unit, after] = [unitOf(scope, name), BigInt(raw)];
    const before = rows?.find((row) => row.name === name)?.value;
    if (before === after) return [];
    const show = (value: bigint | undefined) =>
      value === undefined ? "–" : unit === undefined ? String(value) : parameterValue(value, unit);
    return [`${name}: ${text.changes(show(before), show(after))}`];
  });
  return changes.length === 0 ? [text.noChange] : changes;
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, each]) => `${name} ${plain(each)}`)
    .join(", ");
}
